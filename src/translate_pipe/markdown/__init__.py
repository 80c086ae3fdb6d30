"""Markdown text to its outline: a flat list of blocks with byte ranges."""
