"""Texts, character by character: lines, words, widths, patterns. Knows nothing of Markdown."""
