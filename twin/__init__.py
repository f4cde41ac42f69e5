"""Floor 2: what the city is — places, buildings, roads, people, facilities, supplies."""
