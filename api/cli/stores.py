"""The home folder, as commands open it."""

from api.settings import Settings
from api.store import Store, open_store


def open_home() -> Store:
    """Open the folder that the environment names."""
    return open_store(Settings())
