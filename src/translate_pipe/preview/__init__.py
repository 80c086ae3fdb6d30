"""The preview: a document beside its localisation in a browser, live or as files.

- `view` holds the content of a page as values. `composing` makes them of documents and messages, `segment_marks` finds
  the segments in rendered HTML, and `sanitise` removes what a browser must not get.
- `pages` and `overview` fill the templates in `templates/`. Scripts and style sheets are in `assets/`.
- `workspace` reads the project, and never writes. `server` serves the pages, `aside` runs the checks in a process of
  its own, and `watching` reports saved files. `site` writes the pages as files.

It needs the packages of the extra `preview`.
"""
