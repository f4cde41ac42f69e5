"""Floor 4: what would happen. It reads and writes no files."""
