"""Helpers that several checks use."""
