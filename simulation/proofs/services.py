"""Cases of resilience, lifelines, conversion, departures and random streams."""

import numpy as np

from gis.proof import Case
from scenarios.conversion import ConversionPlan, Task
from scenarios.norms import Norm
from scenarios.words import Text
from simulation.judgement.measures import resilience, tail_mean, weak_link
from simulation.people.departure import departure_minutes
from simulation.response.conversion import schedule
from simulation.streams import Streams
from simulation.works.lifelines import Lifelines

WEIGHTS = np.array([0.16, 0.84])
HOURS, LOST, REST = 83.75, 8.0, 0.916
"""An 8 h total loss of one function with weight 0.16 lowers the arithmetic mean by 0.014."""


def _service(*, is_lost: bool) -> tuple[np.ndarray, np.ndarray]:
    """Give a run in which all functions stand at one level, and one is lost for 8 h."""
    time = np.arange(0, HOURS * 600 + 1) / 600.0
    level = np.full((len(time), 2), REST)
    if is_lost:
        level[(time >= 20.0) & (time < 20.0 + LOST), 0] = 0.0
    return level, time


def _arithmetic(*, is_lost: bool) -> float:
    level, time = _service(is_lost=is_lost)
    return float(resilience(level @ WEIGHTS, time))


def _harmonic_loss() -> float:
    level, time = _service(is_lost=True)
    whole, _ = _service(is_lost=False)
    before = resilience(weak_link(whole, WEIGHTS), time)
    return float(before - resilience(weak_link(level, WEIGHTS), time))


def _harmonic_expected() -> float:
    """Loss in closed form: Q falls from 0.916 to 1/(0.16/0.01 + 0.84/0.916) for 8 h."""
    low = 1.0 / (0.16 / 0.01 + 0.84 / REST)
    return (REST - low) * LOST / HOURS


def _cascade(consumer: str, *, repair_h: int | None = None) -> float:
    """Hour at which a facility of case L1 fails; inf where it never does within 48 h."""
    names = ["substation", "pump", "water", "hospital", "telecom"]
    ties = [
        ("pump", "substation", 2),
        ("water", "pump", 8),
        ("hospital", "substation", 24),
        ("hospital", "water", 12),
        ("telecom", "substation", 4),
    ]
    net = Lifelines(
        len(names),
        np.array([names.index(one) for one, _, _ in ties]),
        np.array([names.index(two) for _, two, _ in ties]),
        np.array([hours * 3600 for _, _, hours in ties]),
    )
    net.own[0] = False
    net.settle()
    for quarter in range(1, 48 * 4):
        if repair_h is not None and quarter == repair_h * 4:
            net.own[0] = True
        if not net.step(900)[names.index(consumer)]:
            return quarter / 4
    return float("inf")


def _plan(toilets_delivery: float) -> ConversionPlan:
    """Nine tasks, 800 beds: critical path 23 h; toilets have 8 h float."""
    rows: list[tuple[str, float, tuple[str, ...]]] = [
        ("survey", 2, ()),
        ("clear", 3, ("survey",)),
        ("floor", 4, ("clear",)),
        ("partitions", 6, ("floor",)),
        ("power", 4, ("partitions",)),
        ("toilets", 5, ("survey",)),
        ("ventilation", 4, ("toilets",)),
        ("beds", 3, ("power", "ventilation")),
        ("sign_off", 1, ("beds",)),
    ]
    tasks = tuple(
        Task(
            id=name,
            title=Text(zh=name, en=name),
            hours=hours,
            crew=1,
            after=after,
            delivery=toilets_delivery if name == "toilets" else 0.0,
            sign_off=name == "sign_off",
        )
        for name, hours, after in rows
    )
    norm = Norm(value=1, unit="1", basis="A")
    return ConversionPlan(
        id="case",
        facility="sports_hall:1",
        role="shelter",
        start=0,
        crew=100,
        who="venue",
        place_share=norm,
        back_hours=norm,
        tasks=tasks,
    )


def _ready(toilets_delivery: float) -> float:
    return max(slot.end for slot in schedule(_plan(toilets_delivery)))


def _float_of_toilets() -> float:
    slots = schedule(_plan(0.0))
    return next(slot.slack for slot in slots if slot.task.id == "toilets")


def _departed(minutes: float) -> float:
    uniform = (np.arange(100_000) + 0.5) / 100_000
    curve = departure_minutes(uniform, t50=60.0, t90=60.0 * 2.145966 / 1.177410)
    return float((curve <= minutes).mean())


def _shift() -> float:
    """Largest change of a stream's draws when another consumer draws before it."""
    crowded = Streams(5)
    crowded.get("newcomer").random(1000)
    return float(
        np.abs(crowded.get("boats").random(100) - Streams(5).get("boats").random(100)).max()
    )


def cases() -> list[Case]:
    """Give the cases of services, lifelines, conversion, departures and streams."""
    return [*_index_cases(), *_lifeline_cases(), *_conversion_cases(), *_people_cases()]


def _index_cases() -> list[Case]:
    triangle = "loss triangle R = 1 - (1/T) integral (1 - Q) dt (Bruneau et al. 2003)"
    return [
        Case(
            model="resilience index",
            name="no loss, level 0.916: R by the arithmetic mean",
            expected=0.916,
            source=triangle,
            compute=lambda: _arithmetic(is_lost=False),
            tolerance=1e-9,
            reason="sums of float64",
        ),
        Case(
            model="resilience index",
            name="8 h total loss of a function of weight 0.16: R by the arithmetic mean",
            expected=0.902,
            source=triangle + "; 0.916 - 0.16 x 0.916 x 8 h / 83.75 h = 0.902",
            compute=lambda: _arithmetic(is_lost=True),
            tolerance=1e-5,
            reason="the trapezium rule rounds two jumps by half a step of 6 s",
        ),
        Case(
            model="resilience index",
            name="the same loss by the harmonic weak link: fall of R",
            expected=_harmonic_expected(),
            source="Q = [sum w / max(q, 0.01)]^-1, " + triangle,
            compute=_harmonic_loss,
            tolerance=1e-4,
            reason="the trapezium rule rounds two jumps by half a step of 6 s",
        ),
        Case(
            model="roll-up",
            name="worst fifth of four grids 50/60/70/80 with 100 people each",
            expected=50.0,
            source="CVaR by hand: the worst 80 of 400 people live in the first grid",
            compute=lambda: tail_mean(np.array([50.0, 60, 70, 80]), np.full(4, 100.0)),
        ),
    ]


def _lifeline_cases() -> list[Case]:
    source = "case L1: pump 2 h, tank 8 h, diesel 24 h, hospital tank 12 h, telecom battery 4 h"
    hours = {"pump": 2.0, "telecom": 4.0, "water": 10.0, "hospital": 22.0}
    found = [
        Case(
            model="lifeline cascade",
            name=f"substation off at 0: {name} fails at",
            expected=expected,
            source=source,
            compute=lambda name=name: _cascade(name),  # type: ignore[misc]  # a default binds it
            unit="h",
        )
        for name, expected in hours.items()
    ]
    repaired = Case(
        model="lifeline cascade",
        name="substation back at 20 h: hospital fails at",
        expected=float("inf"),
        source=source,
        compute=lambda: _cascade("hospital", repair_h=20),
        unit="h",
    )
    return [*found, repaired]


def _conversion_cases() -> list[Case]:
    source = "critical path by hand: 2+3+4+6+4+3+1; toilets 2+5+4 against 19 before the beds"
    return [
        Case(
            model="conversion",
            name="nine tasks: ready after",
            expected=23.0,
            source=source,
            compute=lambda: _ready(0.0),
            unit="h",
        ),
        Case(
            model="conversion",
            name="nine tasks: float of the toilets",
            expected=8.0,
            source=source,
            compute=_float_of_toilets,
            unit="h",
        ),
        Case(
            model="conversion",
            name="toilets delivered 10 h late: ready after",
            expected=25.0,
            source=source + "; 10 h late less 8 h float = 2 h more",
            compute=lambda: _ready(12.0),
            unit="h",
        ),
    ]


def _people_cases() -> list[Case]:
    curve = "Rayleigh F = 1 - exp(-t^2/2s^2): t50 = 1.177 s, t90 = 2.146 s"
    wide = "100,000 evenly spread draws"
    return [
        Case(
            model="departure curve",
            name="share that has left by t50 = 60 min",
            expected=0.5,
            source=curve,
            compute=lambda: _departed(60.0),
            tolerance=1e-4,
            reason=wide,
        ),
        Case(
            model="departure curve",
            name="share that has left by t90 = 109.4 min",
            expected=0.9,
            source=curve,
            compute=lambda: _departed(60.0 * 2.145966 / 1.177410),
            tolerance=1e-4,
            reason=wide,
        ),
        Case(
            model="random streams",
            name="largest change of a stream when a new consumer draws first",
            expected=0.0,
            source="a stream is a function of seed and name",
            compute=_shift,
        ),
    ]
