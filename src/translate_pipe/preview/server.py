"""The preview as a server on this machine: pages, their data, and events when files change."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures.process import BrokenProcessPool
from contextlib import aclosing, asynccontextmanager, suppress
from posixpath import splitext
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from translate_pipe.engine.workers import Pool
from translate_pipe.errors import ConfigurationError
from translate_pipe.preview import aside
from translate_pipe.preview.assets import ASSETS, asset
from translate_pipe.preview.composing import IMAGES
from translate_pipe.preview.guard import Guard
from translate_pipe.preview.pages import page_html
from translate_pipe.preview.templates import template
from translate_pipe.preview.view import Choice, PageContext, json_of
from translate_pipe.preview.watching import changes_of
from translate_pipe.project import open_project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from translate_pipe.preview.workspace import Workspace
    from translate_pipe.project import Source

    Endpoint = Callable[[Request], Awaitable[Response]]

_TYPES = {".css": "text/css", ".js": "text/javascript", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}
_SANDBOX = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"}
_HERE = "127.0.0.1"
_MOST_COUNTED = 20_000
"""The status of more documents and locales than this takes too long."""
_STILL_THERE = 15.0
"""Seconds between comments on a connection without events, which show whether the browser is gone."""


class Preview:
    """The pages of a project, and the connections that wait for its events."""

    def __init__(self, workspace: Workspace, pool: Pool[aside.Aside]) -> None:
        self._workspace = workspace
        self._pool = pool
        self._alone = asyncio.Lock()  # a workspace is not for several threads at once
        self._waiting: set[asyncio.Queue[int | None]] = set()
        self._revision = 0
        self.is_following = asyncio.Event()
        self._problem = ""

    # Endpoints

    async def first(self, _request: Request) -> Response:
        """Redirects to the first page."""
        sources = await self._do(self._workspace.sources)
        if not sources or not self._workspace.wanted:
            what = "documents" if not sources else "locales"
            return HTMLResponse(template("message.html").render(text=f"This project has no {what} yet."))
        return RedirectResponse(_page_address(self._workspace.wanted[0], next(iter(sources))))

    async def get_ready(self) -> None:
        """Make the first page before the browser asks for it."""
        sources = await self._do(self._workspace.sources)
        if sources and self._workspace.wanted:
            locale, source = self._workspace.wanted[0], next(iter(sources.values()))
            await self._do(self._workspace.page, source, locale, self._addresses(locale))

    async def page(self, request: Request) -> Response:
        """A page."""
        locale, source = await self._asked(request)
        view = await self._do(self._workspace.page, source, locale, self._addresses(locale))
        near = await self._do(self._workspace.near, source.path)
        # Percentages take long, so the page asks for them later.
        around = PageContext(
            documents=tuple(Choice(one.path, one.name, _page_address(locale, one.path)) for one in near),
            locales=tuple(
                Choice(one, self._workspace.locale_name(one), _page_address(one, source.path))
                for one in self._workspace.locales
            ),
            assets="/assets/",
        )
        return HTMLResponse(page_html(view, around))

    async def page_data(self, request: Request) -> Response:
        """A page as JSON."""
        locale, source = await self._asked(request)
        view = await self._do(self._workspace.page, source, locale, self._addresses(locale))
        data = json_of(view)
        return JSONResponse(data | {"problem": data["problem"] or self._problem})

    async def findings(self, request: Request) -> Response:
        """The findings of a page."""
        locale, source = await self._asked(request)
        found = await self._ask(aside.findings, aside.Question(self._workspace.project, locale, source))
        return JSONResponse(json_of(found))

    async def status(self, request: Request) -> Response:
        """The percentages of each document in a locale, and of each locale; empty for very many documents.

        Counting very many takes long, and the checks of a page would wait for it.
        """
        sources = await self._do(self._workspace.sources)
        if len(sources) * len(self._workspace.locales) > _MOST_COUNTED:
            return JSONResponse({"documents": {}, "locales": {}})
        question = aside.Question(self._workspace.project, request.query_params.get("locale", ""))
        return JSONResponse(await self._ask(aside.percentages, question))

    async def image(self, request: Request) -> Response:
        """An image that a page shows. An SVG must not run anything."""
        path = request.path_params["path"]
        ending = splitext(path)[1].lower()
        data = await self._do(self._workspace.image, path) if ending in IMAGES else None
        if data is None:
            raise HTTPException(404, "The project has no such image.")
        return Response(data, media_type=_TYPES.get(ending, f"image/{ending[1:]}"), headers=_SANDBOX)

    async def asset(self, request: Request) -> Response:
        """A file of the preview itself."""
        name = request.path_params["name"]
        if name not in ASSETS:
            raise HTTPException(404, "The preview has no such file.")
        return Response(asset(name), media_type=_TYPES[splitext(name)[1]])

    async def events(self, _request: Request) -> Response:
        """An event for each change of files, as server-sent events (HTML standard, section 9.2)."""
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def _news(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[int | None] = asyncio.Queue()
        self._waiting.add(queue)
        try:
            yield f"data: {self._revision}\n\n"
            while True:
                try:
                    revision = await asyncio.wait_for(queue.get(), _STILL_THERE)
                except TimeoutError:
                    yield ": still there\n\n"
                    continue
                if revision is None:
                    return
                yield f"data: {revision}\n\n"
        finally:
            self._waiting.discard(queue)

    def end(self) -> None:
        """End the checks and all waiting connections."""
        self._pool.stop()
        for queue in self._waiting:
            queue.put_nowait(None)

    # Helpers of endpoints

    async def _do(self, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  # whatever it gives
        async with self._alone:
            return await asyncio.to_thread(function, *arguments)

    async def _ask(self, function: Callable[[aside.Aside, aside.Question], Any], question: aside.Question) -> Any:  # noqa: ANN401
        """Call a function in the other process."""
        try:
            return await asyncio.to_thread(self._pool.submit(function, question))
        except BrokenProcessPool as error:  # the preview is about to end, or the machine has no memory left
            raise HTTPException(503, "The process that looks at findings has ended.") from error

    async def _asked(self, request: Request) -> tuple[str, Source]:
        """The locale and the document that an address names."""
        locale, path = request.path_params["locale"], request.path_params["path"]
        sources = await self._do(self._workspace.sources)
        if locale not in self._workspace.locales or path not in sources:
            raise HTTPException(404, f"The project has no document {path} in {locale}.")
        return locale, sources[path]

    def _addresses(self, locale: str) -> _ServerAddresses:
        return _ServerAddresses(self._workspace, locale)

    # Changes

    async def follow(self) -> None:
        """Send an event for each change of the project's files, until cancelled."""
        while True:
            async with aclosing(changes_of(self._workspace.project)) as changes:
                async for is_configuration in changes:
                    await self._do(self._workspace.look_again)
                    if is_configuration:
                        try:  # a configuration with an error is shown, and the old one stays
                            project = await self._do(open_project, self._workspace.project.root)
                            self._workspace, self._problem = await self._do(self._workspace.of, project), ""
                        except ConfigurationError as error:
                            self._problem = str(error)
                        break  # watch the new folders; the event follows then
                    self.is_following.set()
                    self._revision += 1
                    for queue in self._waiting:
                        queue.put_nowait(self._revision)


class _ServerAddresses:
    """The addresses of pages and images on the server."""

    def __init__(self, workspace: Workspace, locale: str) -> None:
        self._workspace = workspace
        self._locale = locale

    def page(self, path: str) -> str | None:
        """The address of the page of another document."""
        return _page_address(self._locale, path) if path in self._workspace.sources() else None

    def image(self, path: str) -> str | None:
        """The address of an image."""
        return f"/files/{quote(path)}"


def _page_address(locale: str, path: str) -> str:
    return f"/page/{quote(locale)}/{quote(path)}"


# The server


def application(preview: Preview, hosts: frozenset[str]) -> ASGIApp:
    """The web application. It answers only requests to these hosts, with their ports, and follows the files."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(preview.follow()), asyncio.create_task(preview.get_ready())]
        try:
            await preview.is_following.wait()
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    endpoints: dict[str, Endpoint] = {
        "/": preview.first,
        "/page/{locale}/{path:path}": preview.page,
        "/api/page/{locale}/{path:path}": preview.page_data,
        "/api/findings/{locale}/{path:path}": preview.findings,
        "/api/status": preview.status,
        "/files/{path:path}": preview.image,
        "/assets/{name}": preview.asset,
        "/events": preview.events,
    }
    routes = [Route(path, endpoint) for path, endpoint in endpoints.items()]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _error_page})
    return Guard(app, hosts)


async def _error_page(_request: Request, error: Exception) -> Response:
    """A page with the message of an error."""
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return HTMLResponse(template("message.html").render(text=detail), status)


def serve(workspace: Workspace, port: int, started: Callable[[str], None]) -> None:
    """Serve the preview of a project on this machine until it is interrupted.

    `port` 0 means a free one. `started` is called with the address once the server answers. Raises OSError for a port
    that is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_HERE, port))
        port = listening.getsockname()[1]
        hosts = frozenset(f"{name}:{port}" for name in (_HERE, "localhost"))
        pool = Pool(1, aside.new_aside)
        with suppress(KeyboardInterrupt), pool.at_work():
            pool.submit(aside.begin, None)()  # before there are threads, beside which no process should be forked
            preview = Preview(workspace, pool)
            config = uvicorn.Config(
                application(preview, hosts), log_level="warning", access_log=False, timeout_graceful_shutdown=1
            )
            server = _Server(config, lambda: started(f"http://{_HERE}:{port}/"), preview.end)
            server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that calls functions when it has started and when it ends."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started
        self._tell_ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and report it."""
        await super().startup(sockets)
        if self.started:
            self._tell_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, after the connections that would wait forever."""
        self._tell_ending()
        await super().shutdown(sockets)
