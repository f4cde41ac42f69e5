"""Map layers: one definition each, served as pydeck, deck.gl JSON, tiles, GeoJSON and binary."""
