"""The control plane's tables. The same statements run on SQLite and on PostgreSQL.

Moments are seconds since 1970 [s] as floats, written by the process edge; they order lists for
people and never enter a release, a run or a digest.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

cities = Table(
    "cities",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("release", String(64), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("updated", Float, nullable=False),
)

city_history = Table(
    "city_history",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, index=True),
    Column("release", String(64), nullable=False),
    Column("at", Float, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("city", String(64), nullable=False),
    Column("release", String(64), nullable=False),
    Column("drill", String(128), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("created", Float, nullable=False),
)

placements = Table(
    "placements",
    metadata,
    Column("placement", String(64), primary_key=True),
    Column("city", String(64), nullable=False),
    Column("release", String(64), nullable=False),
    Column("request", JSON, nullable=False),
    Column("result", JSON, nullable=False),
    Column("created", Float, nullable=False),
)

studies = Table(
    "studies",
    metadata,
    Column("study", String(64), primary_key=True),
    Column("city", String(64), nullable=False),
    Column("release", String(64), nullable=False),
    Column("summary", JSON, nullable=False),
    Column("created", Float, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("job", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("target", String(64), nullable=False),
    Column("request", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("progress", Float, nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("problem", JSON(none_as_null=True), nullable=True),
    Column("worker", String(128), nullable=False, default=""),
    Column("token", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Float, nullable=False, default=0.0),
    Column("is_open", Boolean, nullable=False),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
    Index("ix_jobs_status_lease_until", "status", "lease_until"),
)

# Two people who ask for the same thing at the same moment share one job.
Index(
    "uq_jobs_open_target",
    jobs.c.kind,
    jobs.c.target,
    unique=True,
    sqlite_where=jobs.c.is_open == text("1"),
    postgresql_where=jobs.c.is_open,
)

job_events = Table(
    "job_events",
    metadata,
    Column("job", String(32), ForeignKey("jobs.job", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("status", String(16), nullable=False),
    Column("progress", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("token", Integer, nullable=False),
)
