"""Levels: the five levels of command, the matters they handle, and what it costs them."""
