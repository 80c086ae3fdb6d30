"""The preview: a document beside its localisation in a browser, live or as files to send around.

- `view` has what a page shows, as values; `marks` finds the segments in rendered HTML; `sanitise` takes out of it what
  a browser must not get; `pages` and `assets` make it a page, and `report` the overview of a project.
- `workspace` reads the project, and never writes; `server` serves the pages, `watching` tells it of saved files, and
  `site` writes the pages as files.

It needs the packages of the extra `preview`.
"""
