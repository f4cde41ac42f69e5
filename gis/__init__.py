"""Floor 1: shapes, networks, rasters and matrices. It has never heard of a city."""
