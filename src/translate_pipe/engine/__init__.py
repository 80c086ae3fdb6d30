"""The engine of runs: files, lock, fingerprints, cache, workers and scheduler. Knows nothing of Markdown."""
