"""Ensemble: one drill on one city under many seeds and several ways to decide.

The same seed under two ways to decide is one pair: chance is the same in both (common random
numbers), so that their difference is the decision's. Runs come in the order in which they were
asked for, with any number of workers.
"""

import multiprocessing
import pickle
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy import stats

from gis.errors import CancelledError, ConflictError, InputError
from scenarios.drill import Drill
from simulation import engine
from simulation.response.choices import check_decisions
from simulation.run import Run, RunResult
from simulation.supply.plan import ReservePlan
from twin.city import City

CONFIDENCE = 0.95
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its 95 % interval by Student's t.

    Attributes:
        mean: Mean of the values.
        low: Lower end; None where fewer than two values leave no interval.
        high: Upper end.
        n: Number of values.
    """

    mean: float
    low: float | None
    high: float | None
    n: int


def variants(vary: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of options, the first options first.

    >>> variants({"D1": ["now", "wait"]})
    [{'D1': 'now'}, {'D1': 'wait'}]
    """
    names = list(vary)
    return [dict(zip(names, options, strict=True)) for options in product(*vary.values())]


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
    player = _in_turn if workers == 1 or len(todo) < 2 else _in_parallel
    stage = _Stage(city=city, drill=drill, reserve=reserve)
    for run in player(stage, todo, workers, is_cancelled or _never):
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


def _in_turn(
    stage: _Stage, todo: list[Task], workers: int, is_cancelled: Callable[[], bool]
) -> Iterator[Run]:
    del workers
    for task in todo:
        yield stage.play(task, is_cancelled)


def _in_parallel(
    stage: _Stage, todo: list[Task], workers: int, is_cancelled: Callable[[], bool]
) -> Iterator[Run]:
    """Keep every worker busy, and no more finished runs in memory than there are workers."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(
        min(workers, len(todo)), context, initializer=_begin_worker, initargs=(stop,)
    )
    # With each task and not with each worker: a city is too long for the pipe that starts a worker,
    # where its writer would wait for ever on one that died.
    packed = pickle.dumps(stage, protocol=pickle.HIGHEST_PROTOCOL)
    waiting: deque[Future[Run]] = deque()
    left = iter(todo)
    try:
        for task in left:
            waiting.append(pool.submit(_play_here, task, packed))
            if len(waiting) > workers:
                yield _result(waiting.popleft(), is_cancelled)
        while waiting:
            yield _result(waiting.popleft(), is_cancelled)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[Run], is_cancelled: Callable[[], bool]) -> Run:
    while not future.done():
        if is_cancelled():
            raise CancelledError("the ensemble was asked to stop; the runs before are whole")
        try:
            return future.result(timeout=0.2)
        except TimeoutError:
            continue
        except BrokenProcessPool:
            raise ConflictError(
                "a worker process died, perhaps for want of memory; ask again with fewer workers:"
                " runs that are kept are not played again"
            ) from None
    return future.result()


_HERE: dict[str, Any] = {"packed": b""}
"""A worker process's stop sign, and the stage it unpacked last."""


def _begin_worker(stop: Any) -> None:  # noqa: ANN401 - an event of multiprocessing
    _HERE["stop"] = stop


def _play_here(task: Task, packed: bytes) -> Run:
    if _HERE["packed"] != packed:
        _HERE["packed"] = packed
        _HERE["stage"] = pickle.loads(packed)  # noqa: S301 - our parent process packed it
    run: Run = _HERE["stage"].play(task, _HERE["stop"].is_set)
    return run


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and 95 % interval of independent values by Student's t.

    >>> found = estimate([1.0, 2.0, 3.0])
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    sample = np.asarray(values, dtype=np.float64)
    mean = float(sample.mean()) if len(sample) else float("nan")
    if len(sample) < 2:
        return Estimate(mean=mean, low=None, high=None, n=len(sample))
    error = float(sample.std(ddof=1)) / float(np.sqrt(len(sample)))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(sample) - 1)) * error
    return Estimate(mean=mean, low=mean - half, high=mean + half, n=len(sample))


def paired(base: Mapping[int, float], other: Mapping[int, float]) -> Estimate:
    """Mean difference over the seeds that both have, the other less the base."""
    seeds = [seed for seed in base if seed in other]
    return estimate([other[seed] - base[seed] for seed in seeds])


def figures(result: RunResult) -> dict[str, float]:
    """The numbers by which runs of one drill are held against each other.

    Indicators that a run gave nothing to measure for are left out.
    """
    found = {kpi.id: kpi.value for kpi in result.kpis if kpi.value is not None}
    found["resilience"] = result.resilience.city
    found["red_lines_broken"] = float(sum(line.broken for line in result.red_lines))
    found["red_line_hours"] = sum(line.hours for line in result.red_lines)
    found["forced_moves"] = float(result.moves.forced)
    return found


def summarise(results: Sequence[RunResult]) -> list[dict[str, Any]]:
    """Estimates of every figure for each way to decide, and paired differences from the first way.

    Returns:
        One row for each way, in the order in which they come: ``decisions``, ``runs``,
        ``figures`` {name: Estimate as a dict} and ``differences`` {name: Estimate as a dict},
        empty for the first.
    """
    ways: dict[tuple[tuple[str, str], ...], dict[int, dict[str, float]]] = {}
    for result in results:
        ways.setdefault(tuple(result.decisions.items()), {})[result.seed] = figures(result)
    base = next(iter(ways.values()), {})
    return [
        {
            "decisions": dict(way),
            "runs": len(of_seed),
            "figures": {
                name: _row(estimate(list(values.values())))
                for name, values in _by_name(of_seed).items()
            },
            "differences": {
                name: _row(paired(_by_name(base)[name], values))
                for name, values in _by_name(of_seed).items()
                if of_seed is not base and name in _by_name(base)
            },
        }
        for way, of_seed in ways.items()
    ]


def _by_name(of_seed: Mapping[int, Mapping[str, float]]) -> dict[str, dict[int, float]]:
    names = sorted({name for found in of_seed.values() for name in found})
    return {
        name: {seed: found[name] for seed, found in of_seed.items() if name in found}
        for name in names
    }


def _row(found: Estimate) -> dict[str, float | None]:
    return {"mean": found.mean, "low": found.low, "high": found.high, "n": found.n}
