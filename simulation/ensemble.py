"""Ensemble: one drill on one city under many seeds and several ways to decide.

The same seed under two ways to decide is one pair: chance is the same in both (common random
numbers), so that their difference is the decision's. Runs come in the order in which they were
asked for, with any number of workers.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gis.errors import InputError
from scenarios.drill import Drill
from simulation import engine
from simulation.response.choices import check_decisions
from simulation.run import Run
from simulation.supply.plan import ReservePlan
from simulation.workers import Workers
from twin.city import City

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run of an ensemble.

    Attributes:
        run: Its id.
        seed: Its seed.
        decisions: Its answers.
    """

    run: str
    seed: int
    decisions: dict[str, str]


def tasks(
    city: City,
    drill: Drill,
    *,
    seeds: Sequence[int],
    decisions: Sequence[Mapping[str, str]] = ({},),
    reserve: ReservePlan | None = None,
) -> list[Task]:
    """The runs of an ensemble, way by way and seed by seed.

    Raises:
        DrillError: A decision is unknown.
        InputError: No seed or no way is given, one twice, or a seed is negative.
    """
    ways = [dict(sorted(way.items())) for way in decisions]
    _check_each_once("seed", list(seeds))
    _check_each_once("way to decide", ways)
    if min(seeds) < 0:
        raise InputError(f"seed {min(seeds)} is negative; give whole numbers from 0", field="seeds")
    for way in ways:
        check_decisions(drill, way)
    return [
        Task(
            run=engine.run_id(city, drill, seed=seed, decisions=way, reserve=reserve),
            seed=seed,
            decisions=way,
        )
        for way in ways
        for seed in seeds
    ]


def _check_each_once(noun: str, given: Sequence[object]) -> None:
    if not given:
        raise InputError(f"an ensemble needs at least one {noun}; give some", field="seeds")
    if any(given.count(one) > 1 for one in given):
        raise InputError(f"a {noun} is given twice; give each once", field="seeds")


def play_many(
    city: City,
    drill: Drill,
    *,
    seeds: Sequence[int],
    decisions: Sequence[Mapping[str, str]] = ({},),
    reserve: ReservePlan | None = None,
    workers: int = 1,
    skip: Collection[str] = (),
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Iterator[Run]:
    """Play an ensemble and give each run as soon as those before it are done.

    Args:
        city: A city in memory.
        drill: What is played.
        seeds: Seeds, each once.
        decisions: Ways to decide, each once; the drill's defaults where one is empty.
        reserve: A reserve plan for all runs.
        workers: Processes that play; 1 plays in this one. The runs are the same with any number.
        skip: Ids of runs that need not be played again, such as those that are kept.
        progress: Told the share of the runs that is done, and a short line.
        is_cancelled: Asked at every step of every run.

    Raises:
        DrillError: A decision is unknown, or the drill does not fit the city.
        InputError: Seeds, ways or workers cannot be.
        CancelledError: ``is_cancelled`` said so; runs given before are whole.
    """
    if workers < 1:
        raise InputError(f"{workers} workers cannot play; give 1 or more", field="workers")
    asked = tasks(city, drill, seeds=seeds, decisions=decisions, reserve=reserve)
    todo = [task for task in asked if task.run not in skip]
    done = len(asked) - len(todo)
    stage = _Stage(city=city, drill=drill, reserve=reserve)
    with Workers(min(workers, len(todo))) as hands:
        for _, run in hands.each(_Stage.play, stage, todo, is_cancelled=is_cancelled or _never):
            done += 1
            if progress is not None:
                progress(done / len(asked), f"{done} of {len(asked)} runs")
            yield run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What all runs of an ensemble share."""

    city: City
    drill: Drill
    reserve: ReservePlan | None

    def play(self, task: Task, is_cancelled: Callable[[], bool]) -> Run:
        return engine.run(
            self.city,
            self.drill,
            seed=task.seed,
            decisions=task.decisions,
            reserve=self.reserve,
            is_cancelled=is_cancelled,
        )


def _never() -> bool:
    return False
