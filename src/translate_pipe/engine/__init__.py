"""What a run needs whatever it works on: files, lock, fingerprints, cache, workers. Knows nothing of Markdown."""
