"""People: what residents do, from the first warning to coming home."""
