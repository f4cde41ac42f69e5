"""Floor 5: how the world asks — command line, HTTP, jobs, stores, layers, reports."""
