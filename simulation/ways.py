"""Ways to decide, held against each other over the same seeds."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from simulation.intervals import Interval, estimate
from simulation.run import RunResult


def variants(vary: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of options, the first options first.

    >>> variants({"D1": ["now", "wait"]})
    [{'D1': 'now'}, {'D1': 'wait'}]
    """
    names = list(vary)
    return [dict(zip(names, options, strict=True)) for options in product(*vary.values())]


def paired(base: Mapping[int, float], other: Mapping[int, float]) -> Interval:
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
        ``figures`` {name: interval as a dict} and ``differences`` {name: interval as a dict},
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


def _row(found: Interval) -> dict[str, float | None]:
    return found.model_dump()
