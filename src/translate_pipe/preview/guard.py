"""Which requests the preview answers, and what its pages may do.

Any web page in a browser of this machine can reach the port of the preview, and must not learn what the project holds.
So the preview only answers requests that name this machine as the host, and none that another site makes. This also
keeps DNS rebinding out. A policy lets pages run nothing but the preview's own scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a page may load and run: the preview's own files, and images of the project."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses requests of other sites, and adds the headers that keep pages harmless to each answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, as ASGI has it."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                added = ((name.lower().encode(), value.encode()) for name, value in _HEADERS.items())
                message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in known)]
            await send(message)

        if scope["type"] == "http" and not self._is_ours(scope):
            refused = Response("This request comes from elsewhere; it is refused.", 403)
            await refused(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _is_ours(self, scope: Scope) -> bool:
        headers: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name, []).append(value.decode("latin-1").lower())
        origins = headers.get(b"origin", [])
        # A link may lead here. A frame of another site may not: that site would learn whether there is a page.
        is_foreign_fetch = headers.get(b"sec-fetch-site") in (["cross-site"], ["same-site"]) and (
            headers.get(b"sec-fetch-mode") != ["navigate"]
            or headers.get(b"sec-fetch-dest", ["document"]) != ["document"]
        )
        hosts = headers.get(b"host", [])
        return (
            len(hosts) == 1
            and hosts[0] in self._hosts
            and all(origin.removeprefix("http://") in self._hosts for origin in origins)
            and not is_foreign_fetch
        )
