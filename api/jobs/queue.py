"""The job queue: a table with leases and fencing tokens, no broker.

A worker claims the oldest job that is free and gets a token. Every later write of that worker
names the token; a job that was claimed again, dismissed or released has a higher one, so a frozen
worker that wakes up late can change nothing. The lease only says when to stop waiting for it.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError as DuplicateRowError

from api.errors import Problem, TooManyJobsError
from api.jobs.job import OPEN, Job, JobEvent, Link, Status, href
from api.store.database import reading
from api.store.tables import job_events, jobs
from gis.errors import CancelledError, NotFoundError


class LostJobError(CancelledError):
    """The job belongs to another worker now, or nobody wants it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker's right to work on a job.

    Attributes:
        job: Id of the job.
        kind: What to do.
        target: Id of the run or placement it shall yield.
        request: What was asked for.
        token: Fencing token; writes with an older one are refused.
    """

    job: str
    kind: str
    target: str
    request: dict[str, Any]
    token: int


class Queue:
    """Jobs in the control plane.

    Args:
        engine: The control plane.
        lease_s: Seconds a worker may stay silent [s].
        attempts: Times a job is started before it counts as failed.
        limit: Jobs that may wait.
        clock: Seconds since 1970 [s].
    """

    def __init__(
        self,
        engine: Engine,
        *,
        lease_s: float = 30.0,
        attempts: int = 3,
        limit: int = 200,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._lease_s = lease_s
        self._attempts = attempts
        self._limit = limit
        self._clock = clock
        self.heartbeat_s = min(lease_s / 4, 1.0)

    def submit(
        self, kind: str, target: str, *, request: dict[str, Any], is_done: bool = False
    ) -> tuple[Job, bool]:
        """Ask for a run or a placement; whoever asks for the same one shares its open job.

        Args:
            kind: ``run``, ``fork``, ``placement``, ``study`` or ``replay``.
            target: Id of what the job shall yield.
            request: What was asked for.
            is_done: The result exists already: the job is successful at once.

        Returns:
            The job, and whether it is new.

        Raises:
            TooManyJobsError: The queue is full.
        """
        try:
            with self._engine.begin() as connection:
                found = self._find(connection, kind, target, is_done=is_done)
                if found is not None:
                    return found, False
                name = self._insert(connection, kind, target, request=request, is_done=is_done)
        except DuplicateRowError:  # PostgreSQL: somebody else asked at the same moment
            with reading(self._engine).connect() as connection:
                found = self._find(connection, kind, target, is_done=is_done)
            if found is None:
                raise
            return found, False
        return self.get(name), True

    def get(self, job: str) -> Job:
        """One job.

        Raises:
            NotFoundError: No job has this id.
        """
        with reading(self._engine).connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.job == job)).mappings().first()
        if row is None:
            raise NotFoundError(f"no job has the id {job[:80]!r}", field="job")
        return _job(dict(row))

    def recent(self, *, status: Status | None = None, limit: int = 100) -> list[Job]:
        """Jobs, newest first."""
        statement = select(jobs).order_by(jobs.c.number.desc()).limit(limit)
        if status is not None:
            statement = statement.where(jobs.c.status == status)
        with reading(self._engine).connect() as connection:
            return [_job(dict(row)) for row in connection.execute(statement).mappings()]

    def events(self, job: str, *, after: int = 0) -> list[JobEvent]:
        """What has happened to a job since event number ``after``."""
        table = job_events
        statement = (
            select(table.c.number, table.c.at, table.c.status, table.c.progress, table.c.message)
            .where(table.c.job == job, table.c.number > after)
            .order_by(table.c.number)
        )
        with reading(self._engine).connect() as connection:
            rows = connection.execute(statement).mappings()
            return [JobEvent.model_validate(dict(row)) for row in rows]

    def dismiss(self, job: str) -> Job:
        """Cancel a job; one that has ended stays as it is."""
        self.get(job)
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(jobs)
                .where(jobs.c.job == job, jobs.c.status.in_(OPEN))
                .values(token=jobs.c.token + 1, **self._ending("dismissed", "dismissed"))
            )
            if changed.rowcount:
                self._note(connection, job)
        return self.get(job)

    def claim(self, worker: str) -> Claim | None:
        """Take the oldest job that is free; None where there is none.

        A job whose workers died ``attempts`` times is failed instead: it would kill the next too.

        Args:
            worker: Names the process, as ``host:pid``.
        """
        while True:
            with self._engine.begin() as connection:
                row = self._next(connection)
                if row is None:
                    return None
                if row["attempts"] < self._attempts:
                    return self._take(connection, row, worker)
                self._poison(connection, row)

    def renew(self, claim: Claim) -> None:
        """Say that the worker lives.

        Raises:
            LostJobError: The job is no longer this worker's.
        """
        with self._engine.begin() as connection:
            self._change(connection, claim, {"lease_until": self._clock() + self._lease_s})

    def report(self, claim: Claim, share: float, message: str) -> None:
        """Write progress.

        Args:
            claim: The worker's right to the job.
            share: Share done, 0 to 1.
            message: One short line.

        Raises:
            LostJobError: The job is no longer this worker's.
        """
        now = self._clock()
        values = {
            "progress": min(max(share, 0.0), 1.0),
            "message": message,
            "lease_until": now + self._lease_s,
            "updated": now,
        }
        with self._engine.begin() as connection:
            self._change(connection, claim, values)
            self._note(connection, claim.job)

    def succeed(self, claim: Claim) -> None:
        """End a job whose result is kept.

        Raises:
            LostJobError: The job is no longer this worker's.
        """
        self._end(claim, {"progress": 1.0} | self._ending("successful", "done"))

    def fail(self, claim: Claim, problem: Problem) -> None:
        """End a job that cannot be done.

        Raises:
            LostJobError: The job is no longer this worker's.
        """
        values = {"problem": problem.model_dump()} | self._ending("failed", problem.detail)
        self._end(claim, values)

    def release(self, workers: list[str], *, forgive: bool = False) -> int:
        """Give back the jobs of workers that are gone; returns how many.

        Args:
            workers: Their names.
            forgive: They were stopped on purpose; the start does not count.
        """
        values = {
            "status": "accepted",
            "token": jobs.c.token + 1,
            "attempts": jobs.c.attempts - int(forgive),
            "lease_until": 0.0,
            "worker": "",
            "updated": self._clock(),
        }
        mine = (jobs.c.status == "running") & jobs.c.worker.in_(workers)
        with self._engine.begin() as connection:
            change = update(jobs).where(mine).values(values).returning(jobs.c.job)
            held = list(connection.execute(change).scalars())
            for job in held:
                self._note(connection, job)
        return len(held)

    def holders(self) -> list[str]:
        """Names of the workers that hold a running job."""
        statement = select(jobs.c.worker).where(jobs.c.status == "running")
        with reading(self._engine).connect() as connection:
            return list(connection.execute(statement).scalars())

    def _find(self, connection: Connection, kind: str, target: str, *, is_done: bool) -> Job | None:
        wanted: tuple[Status, ...] = (*OPEN, "successful") if is_done else OPEN
        statement = (
            select(jobs)
            .where(jobs.c.kind == kind, jobs.c.target == target, jobs.c.status.in_(wanted))
            .order_by(jobs.c.number.desc())
            .limit(1)
        )
        row = connection.execute(statement).mappings().first()
        return None if row is None else _job(dict(row))

    def _insert(
        self,
        connection: Connection,
        kind: str,
        target: str,
        *,
        request: dict[str, Any],
        is_done: bool,
    ) -> str:
        waiting = connection.execute(
            select(func.count()).select_from(jobs).where(jobs.c.status == "accepted")
        ).scalar_one()
        if waiting >= self._limit and not is_done:
            raise TooManyJobsError(f"{waiting} jobs wait already; ask again when some are done")
        now = self._clock()
        name = secrets.token_hex(8)
        connection.execute(
            insert(jobs).values(
                job=name,
                kind=kind,
                target=target,
                request=request,
                status="successful" if is_done else "accepted",
                progress=float(is_done),
                message="kept already" if is_done else "waiting for a worker",
                is_open=not is_done,
                created=now,
                updated=now,
            )
        )
        self._note(connection, name)
        return name

    def _next(self, connection: Connection) -> dict[str, Any] | None:
        is_free = or_(
            jobs.c.status == "accepted",
            (jobs.c.status == "running") & (jobs.c.lease_until < self._clock()),
        )
        statement = (
            select(jobs)
            .where(is_free)
            .order_by(jobs.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = connection.execute(statement).mappings().first()
        return None if row is None else dict(row)

    def _take(self, connection: Connection, row: dict[str, Any], worker: str) -> Claim:
        now = self._clock()
        values = {
            "status": "running",
            "token": row["token"] + 1,
            "attempts": row["attempts"] + 1,
            "lease_until": now + self._lease_s,
            "worker": worker,
            "message": "started",
            "progress": 0.0,
            "updated": now,
        }
        connection.execute(update(jobs).where(jobs.c.job == row["job"]).values(values))
        self._note(connection, row["job"])
        fields = {name: row[name] for name in ("job", "kind", "target", "request")}
        return Claim(token=values["token"], **fields)

    def _poison(self, connection: Connection, row: dict[str, Any]) -> None:
        detail = f"{row['attempts']} workers died of this job; the service's log says why"
        problem = Problem(
            type="urn:shapan:problem:poison", title="Poison job", status=500, detail=detail
        )
        values = {"problem": problem.model_dump(), "token": row["token"] + 1}
        connection.execute(
            update(jobs)
            .where(jobs.c.job == row["job"])
            .values(values | self._ending("failed", detail))
        )
        self._note(connection, row["job"])

    def _end(self, claim: Claim, values: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            self._change(connection, claim, values)
            self._note(connection, claim.job)

    def _ending(self, status: Status, message: str) -> dict[str, Any]:
        return {
            "status": status,
            "message": message,
            "is_open": False,
            "lease_until": 0.0,
            "updated": self._clock(),
        }

    def _change(self, connection: Connection, claim: Claim, values: dict[str, Any]) -> None:
        changed = connection.execute(
            update(jobs)
            .where(
                jobs.c.job == claim.job,
                jobs.c.token == claim.token,
                jobs.c.status == "running",
            )
            .values(values)
        )
        if changed.rowcount != 1:
            raise LostJobError(f"job {claim.job} is no longer this worker's")

    def _note(self, connection: Connection, job: str) -> None:
        """Append the job's present state to its history, inside the same transaction."""
        row = connection.execute(select(jobs).where(jobs.c.job == job)).mappings().one()
        last = connection.execute(
            select(func.coalesce(func.max(job_events.c.number), 0)).where(job_events.c.job == job)
        ).scalar_one()
        names = ("status", "progress", "message", "token")
        connection.execute(
            insert(job_events).values(
                job=job, number=last + 1, at=self._clock(), **{name: row[name] for name in names}
            )
        )


def _job(row: dict[str, Any]) -> Job:
    is_successful = row["status"] == "successful"
    names = ("job", "kind", "status", "progress", "message", "problem", "request", "attempts")
    place = href(row["kind"], row["target"], row["request"])
    return Job(
        result=Link(href=place) if is_successful else None,
        created=row["created"],
        updated=row["updated"],
        **{name: row[name] for name in names},
    )
