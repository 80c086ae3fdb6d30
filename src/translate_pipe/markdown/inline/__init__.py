"""The inline content of one text: links, citations, tokens, and what of it acts."""
