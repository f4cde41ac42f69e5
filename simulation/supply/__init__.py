"""Supply: where relief goods lie, how they travel, who needs them, and what stays unmet."""
