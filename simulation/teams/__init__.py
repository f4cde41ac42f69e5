"""Teams: organisations and units as Mesa agents, the ledger that counts them, and their dispatch."""
