"""Floor 3: what happens and what is asked. Data only, never code that runs a drill."""
