"""What `init` finds out about a folder: its site generator, its documents, and existing translations."""
