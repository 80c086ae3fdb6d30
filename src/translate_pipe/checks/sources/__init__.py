"""The checks of source documents."""
