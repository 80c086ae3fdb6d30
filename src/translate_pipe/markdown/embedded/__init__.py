"""Other languages in Markdown documents: HTML, code and front matter."""
