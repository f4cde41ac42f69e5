"""Cases of identity: a run that was broken off, or forked without effect, is the unbroken run."""

from collections.abc import Callable

from gis.proof import Case
from scenarios.change import Change
from scenarios.drill import Drill
from scenarios.loader import load
from simulation.engine import run
from simulation.fork import Branch, fork
from twin.synthetic import make_city

RESIDENTS = 4_000
HOURS = 6


def _short_drill() -> Drill:
    """Cut the typhoon flood off six hours after T0."""
    drill = load("typhoon-flood")
    late = tuple(one.id for one in drill.injects if one.at and one.at > HOURS * 3600)
    content = Change(without=late).apply(drill).model_dump(mode="json", by_alias=True)
    content["horizon"]["to"] = HOURS * 3600
    return Drill.model_validate(content)


def _differing(first: list[bytes], second: list[bytes]) -> float:
    longer = max(len(first), len(second))
    same = sum(a == b for a, b in zip(first, second, strict=False))
    return float(longer - same)


def _resumed() -> float:
    """Lines of the log in which a run resumed at T-6 h, while people leave, differs."""
    city, drill = make_city(residents=RESIDENTS), _short_drill()
    kept: list[bytes] = []
    whole = run(city, drill, keep=kept.append, keep_every_s=42 * 3600)
    return _differing(whole.events, run(city, drill, resume_from=kept[0]).events)


def _forked() -> float:
    """Lines of the log in which a fork that sets a norm to what it was differs."""
    city, drill = make_city(residents=RESIDENTS), _short_drill()
    norms = {"behaviour.compliance": drill.behaviour.compliance.value}
    branch = Branch(at_s=-10 * 3600, change=Change(norms=norms))
    return _differing(run(city, drill).events, fork(city, drill, [branch]).events)


def cases() -> list[Case]:
    """Give the cases of identity."""
    asked: tuple[tuple[str, Callable[[], float]], ...] = (
        ("resumed from its checkpoint at T-6 h: lines of the log that differ", _resumed),
        ("forked at T-10 h with a norm set to its own value: lines that differ", _forked),
    )
    return [
        Case(
            model="checkpoints",
            name=f"54 h of the typhoon flood, {RESIDENTS:,} residents, {what}",
            expected=0.0,
            source="determinism: a run is a function of release, drill, seed and decisions",
            compute=compute,
            unit="lines",
        )
        for what, compute in asked
    ]
