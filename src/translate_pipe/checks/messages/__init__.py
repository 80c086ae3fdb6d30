"""The checks of messages, a module for each family."""
