"""The configuration of a project: its keys, their values, and what its path patterns mean."""
