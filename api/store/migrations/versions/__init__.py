"""One file per version; ``api.store.database.NEWEST`` names the last."""
