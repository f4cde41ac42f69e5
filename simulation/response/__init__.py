"""Response: what organisations decide and carry out, and what injects do to the city."""
