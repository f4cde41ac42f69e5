"""The one gateway in: map data becomes a city, with nothing dropped silently."""
