"""Settings: where Shapan keeps things and how it serves; each can be set as ``SHAPAN_<NAME>``."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All that can be set from outside, read from the environment."""

    model_config = SettingsConfigDict(env_prefix="SHAPAN_", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("shapan", appauthor=False),
        description="The one folder that holds everything Shapan keeps",
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy address of the control plane; empty for SQLite in the home folder",
    )
    host: str = Field(default="127.0.0.1", description="Address that `shapan serve` listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that it listens on")
    workers: int = Field(
        default=1, ge=0, le=64, description="Worker processes that play drills; 0 only queues them"
    )
    lease_s: float = Field(
        default=30.0, gt=0, description="Seconds [s] a worker may stay silent before it is replaced"
    )
    attempts: int = Field(
        default=3, ge=1, description="Times a job may be started before it counts as failed"
    )
    queue_limit: int = Field(
        default=200, ge=1, description="Jobs that may wait; more are turned away"
    )
    body_limit_bytes: int = Field(
        default=1_000_000, ge=1_000, description="Largest request body [bytes]"
    )

    @property
    def database(self) -> str:
        """The control plane's address, the home folder's SQLite file unless one is set."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'shapan.sqlite'}"
