"""Compare: where two runs part, which events only one of them has, and what it made of the end.

Two events are the same one when kind, sender, place and every name in them agree; times, numbers
and texts may differ. Of several same ones the first is held against the first, and so on.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from gis.errors import InputError
from scenarios.words import hours
from simulation.run import Rating, RunResult, Words

GRID_DIGITS = 15
Event = dict[str, Any]
_COUNTERS = ("tick", "time_s", "sequence")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parting(_Row):
    """The first lines of the logs that differ; null where one log has ended."""

    line: int = Field(description="Number of the line, from 0")
    a: dict[str, Any] | None
    b: dict[str, Any] | None


class Moved(_Row):
    """An event both runs have, at different times."""

    kind: str
    who: str | None
    place: str | None
    names: dict[str, str] = Field(description="What the event names, such as inject or facility")
    a_s: int = Field(description="When in the first run [s from T0]")
    b_s: int
    later_s: int = Field(description="How much later in the second run [s]")


class KindCount(_Row):
    """Events of a kind: as often in both, moved in time, with other numbers, in one run only."""

    kind: str
    same: int
    moved: int
    changed: int = Field(description="At the same tick with other numbers or texts")
    only_a: int
    only_b: int


class Figure(_Row):
    """One number in both runs; null where a run gave nothing to measure."""

    id: str
    title: Words
    unit: str
    a: float | None
    b: float | None
    difference: float | None


class RatingPair(_Row):
    """One objective's rating in both runs; null where a run does not have the objective."""

    objective: str
    title: Words
    a: Rating | None
    b: Rating | None


class RedLinePair(_Row):
    """One red line in both runs."""

    id: str
    title: Words
    a_broken: bool | None
    b_broken: bool | None
    a_hours: float | None
    b_hours: float | None


class PlaceDifference(_Row):
    """Resilience index of a place that differs, 0-100."""

    code: str
    a: float
    b: float
    difference: float


class Comparison(_Row):
    """Two runs held against each other; differences are the second run less the first."""

    a: str
    b: str
    parting: Parting | None = Field(description="None where both logs are the same")
    kinds: list[KindCount]
    moved: list[Moved] = Field(description="In order of the first run's time")
    only_a: list[dict[str, Any]] = Field(description="Events of the first run alone")
    only_b: list[dict[str, Any]]
    ratings: list[RatingPair]
    kpis: list[Figure]
    red_lines: list[RedLinePair]
    resilience: Figure
    grids: list[PlaceDifference] = Field(description="Largest difference first")
    summary: list[Words]


def compare(
    a: RunResult, a_events: Sequence[bytes], b: RunResult, b_events: Sequence[bytes]
) -> Comparison:
    """Hold two runs on one city against each other.

    Args:
        a: What the first run concludes.
        a_events: Its event log, one JSON line each.
        b: What the second run concludes.
        b_events: Its event log.

    Raises:
        InputError: The runs were played on different releases.
    """
    if a.release != b.release:
        raise InputError(
            f"run {a.run[:12]} was played on release {a.release[:12]} and {b.run[:12]} on"
            f" {b.release[:12]}; compare runs on the same one",
            field="b",
        )
    first, second = ([orjson.loads(line) for line in lines] for lines in (a_events, b_events))
    kinds, moved, only_a, only_b = _match(first, second)
    parting = _parting(a_events, b_events)
    ratings, lines = _ratings(a, b), _red_lines(a, b)
    kpis = _kpis(a, b)
    resilience = _figure(
        "resilience",
        Words(zh="全市韧性", en="Resilience of the city"),
        "1",
        (a.resilience.city, b.resilience.city),
    )
    return Comparison(
        a=a.run,
        b=b.run,
        parting=parting,
        kinds=kinds,
        moved=moved,
        only_a=only_a,
        only_b=only_b,
        ratings=ratings,
        kpis=kpis,
        red_lines=lines,
        resilience=resilience,
        grids=_grids(a, b),
        summary=[*_say_events(parting, kinds), *_say_results(ratings, lines, resilience)],
    )


def _parting(a: Sequence[bytes], b: Sequence[bytes]) -> Parting | None:
    for number in range(max(len(a), len(b))):
        first = a[number] if number < len(a) else None
        second = b[number] if number < len(b) else None
        if first != second:
            return Parting(
                line=number,
                a=None if first is None else orjson.loads(first),
                b=None if second is None else orjson.loads(second),
            )
    return None


def _names(event: Event) -> dict[str, str]:
    """What an event names: its details that are words, not measures."""
    return {
        name: value
        for name, value in sorted(event.items())
        if isinstance(value, str) and name not in {"kind", "who", "place"}
    }


def _key(event: Event) -> tuple[Any, ...]:
    return event["kind"], event["who"], event["place"], *_names(event).items()


def _match(
    a: list[Event], b: list[Event]
) -> tuple[list[KindCount], list[Moved], list[Event], list[Event]]:
    waiting: dict[tuple[Any, ...], list[Event]] = defaultdict(list)
    for event in reversed(b):
        waiting[_key(event)].append(event)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    moved, only_a = [], []
    for event in a:
        same = waiting[_key(event)]
        if not same:
            only_a.append(event)
            counts[event["kind"]][3] += 1
            continue
        other = same.pop()
        counts[event["kind"]][_difference(event, other)] += 1
        if event["tick"] != other["tick"]:
            moved.append(_moved(event, other))
    only_b = sorted(
        (event for events in waiting.values() for event in events), key=lambda e: e["sequence"]
    )
    for event in only_b:
        counts[event["kind"]][4] += 1
    columns = ("same", "moved", "changed", "only_a", "only_b")
    kinds = [
        KindCount(kind=kind, **dict(zip(columns, counts[kind], strict=True)))
        for kind in sorted(counts)
    ]
    return kinds, moved, only_a, only_b


def _difference(a: Event, b: Event) -> int:
    """0 the same, 1 moved in time, 2 other numbers at the same tick."""
    if a["tick"] != b["tick"]:
        return 1
    return 0 if _details(a) == _details(b) else 2


def _details(event: Event) -> Event:
    return {name: value for name, value in event.items() if name not in _COUNTERS}


def _moved(a: Event, b: Event) -> Moved:
    return Moved(
        kind=a["kind"],
        who=a["who"],
        place=a["place"],
        names=_names(a),
        a_s=a["time_s"],
        b_s=b["time_s"],
        later_s=b["time_s"] - a["time_s"],
    )


def _both(a: Sequence[Any], b: Sequence[Any], name: str) -> list[tuple[str, Any, Any]]:
    """Rows of both lists by a field, in the first list's order, then the second's."""
    first = {getattr(row, name): row for row in a}
    second = {getattr(row, name): row for row in b}
    return [(key, first.get(key), second.get(key)) for key in (first | second)]


def _ratings(a: RunResult, b: RunResult) -> list[RatingPair]:
    return [
        RatingPair(
            objective=key,
            title=(one or two).title,
            a=one.rating if one else None,
            b=two.rating if two else None,
        )
        for key, one, two in _both(a.ratings, b.ratings, "objective")
    ]


def _kpis(a: RunResult, b: RunResult) -> list[Figure]:
    return [
        _figure(
            key,
            (one or two).title,
            (one or two).unit,
            (one.value if one else None, two.value if two else None),
        )
        for key, one, two in _both(a.kpis, b.kpis, "id")
    ]


def _figure(
    name: str, title: Words, unit: str, values: tuple[float | None, float | None]
) -> Figure:
    a, b = values
    difference = None if a is None or b is None else round(b - a, 6)
    return Figure(id=name, title=title, unit=unit, a=a, b=b, difference=difference)


def _red_lines(a: RunResult, b: RunResult) -> list[RedLinePair]:
    return [
        RedLinePair(
            id=key,
            title=(one or two).title,
            a_broken=one.broken if one else None,
            b_broken=two.broken if two else None,
            a_hours=one.hours if one else None,
            b_hours=two.hours if two else None,
        )
        for key, one, two in _both(a.red_lines, b.red_lines, "id")
    ]


def _grids(a: RunResult, b: RunResult) -> list[PlaceDifference]:
    found = [
        PlaceDifference(
            code=code,
            a=place.index,
            b=b.resilience.levels[code].index,
            difference=round(b.resilience.levels[code].index - place.index, 3),
        )
        for code, place in a.resilience.levels.items()
        if len(code) == GRID_DIGITS and code in b.resilience.levels
    ]
    differing = [row for row in found if row.difference]
    return sorted(differing, key=lambda row: (-abs(row.difference), row.code))


def _say_events(parting: Parting | None, kinds: list[KindCount]) -> list[Words]:
    if parting is None:
        return [Words(zh="两次推演的事件记录完全相同", en="Both event logs are the same")]
    event = parting.a or parting.b or {}
    moment, kind = hours(event["time_s"]), event["kind"]
    moved, only_a, only_b = (
        sum(getattr(row, name) for row in kinds) for name in ("moved", "only_a", "only_b")
    )
    return [
        Words(
            zh=f"首次出现差异：{moment}，{kind}（第 {parting.line} 行）",
            en=f"First difference at {moment}: {kind} (line {parting.line})",
        ),
        Words(
            zh=f"{moved} 个事件时间变动，{only_a} 个仅见于甲，{only_b} 个仅见于乙",
            en=f"{moved} events moved in time, {only_a} only in A, {only_b} only in B",
        ),
    ]


def _say_results(
    ratings: list[RatingPair], lines: list[RedLinePair], resilience: Figure
) -> list[Words]:
    said = [
        Words(
            zh=f"目标「{row.title.zh}」评级 {row.a or '无'} → {row.b or '无'}",
            en=f"Objective '{row.title.en}': rating {row.a or 'none'} to {row.b or 'none'}",
        )
        for row in ratings
        if row.a != row.b
    ]
    for line in lines:
        if line.a_broken != line.b_broken:
            zh, en = ("失守", "broken") if line.b_broken else ("守住", "held")
            said.append(
                Words(
                    zh=f"底线 {line.id}「{line.title.zh}」在乙中{zh}",
                    en=f"Red line {line.id} ({line.title.en}) is {en} in B",
                )
            )
    if resilience.difference:
        said.append(
            Words(
                zh=f"全市韧性 {resilience.a:.4f} → {resilience.b:.4f}",
                en=f"Resilience of the city {resilience.a:.4f} to {resilience.b:.4f}",
            )
        )
    return said
