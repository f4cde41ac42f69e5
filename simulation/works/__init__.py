"""Works: the roads and lifelines of the city while water and failures act on them."""
