"""Teams: organisations and units as Mesa agents, the ledger of them, and their dispatch."""
