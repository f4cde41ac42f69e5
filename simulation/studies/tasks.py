"""Tasks: single runs a study needs, named by a hash, so that none is ever played twice."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from scenarios.drill import Drill
from simulation import engine
from simulation.record import canonical
from simulation.studies.rehearsal import RECORD_VERSION, rehearsal_of
from simulation.supply.plan import ReservePlan
from twin.city import City

IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run: a drill, a seed, answers, a reserve plan, and teams added to the city's.

    Attributes:
        reserve: The plan; None for the city's own stock.
        extra: Teams added, by kind.
    """

    drill: Drill
    seed: int
    decisions: dict[str, str] = field(default_factory=dict)
    reserve: ReservePlan | None = None
    extra: dict[str, int] = field(default_factory=dict)

    def key(self, city: City) -> str:
        """The hash that names the task and its rehearsal."""
        run = engine.run_id(
            city, self.drill, seed=self.seed, decisions=self.decisions, reserve=self.reserve
        )
        content = {"run": run, "extra": dict(sorted(self.extra.items())), "record": RECORD_VERSION}
        return hashlib.sha256(canonical(content)).hexdigest()


def perform(city: City, task: Task, *, is_cancelled: IsCancelled | None = None) -> bytes:
    """Play a task and keep what studies read of it.

    Raises:
        ShapanError: The drill cannot be played, or it was cancelled.
    """
    here, drill = city, task.drill
    for kind, count in sorted(task.extra.items()):
        here, drill = with_teams(here, drill, kind=kind, count=count)
    run = engine.run(
        here,
        drill,
        seed=task.seed,
        decisions=task.decisions,
        reserve=task.reserve,
        is_cancelled=is_cancelled,
    )
    return rehearsal_of(here, drill, run).to_bytes()


def with_teams(city: City, drill: Drill, *, kind: str, count: int) -> tuple[City, Drill]:
    """Give a city more teams of one kind, standing where its last one of that kind stands.

    A city whose table has none of the kind gets them in the drill's roster instead.
    """
    own = city.teams[city.teams["kind"] == kind] if len(city.teams) else city.teams
    if len(own):
        more = pd.concat([own.iloc[[-1]]] * count, ignore_index=True)
        more["team"] = [f"{kind}-extra-{number + 1}" for number in range(count)]
        return replace(city, teams=pd.concat([city.teams, more], ignore_index=True)), drill
    roster = tuple(
        team.model_copy(update={"count": team.count + count}) if team.kind == kind else team
        for team in drill.teams
    )
    return city, drill.model_copy(update={"teams": roster})
