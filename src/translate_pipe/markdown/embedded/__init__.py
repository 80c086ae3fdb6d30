"""What Markdown documents hold besides Markdown: HTML, code and front matter."""
