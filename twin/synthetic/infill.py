"""Small buildings in what the rows leave open: annexes, sheds, more houses of old quarters."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from twin.synthetic.fabric import Lot, Rows, lay


@dataclass(frozen=True, slots=True, kw_only=True)
class Infill:
    """What fills the gaps of one zone.

    Attributes:
        width: Shortest and longest building [m]; ``depth`` likewise.
        gap: Least and greatest gap in both directions between them [m].
        apart_m: Least distance to everything else [m].
        share: Share of the places that are used [1].
        use: As in ``twin/schema/buildings.csv``.
        levels: Fewest and most storeys.
        passes: How often the lot is laid over; what does not fit between the others falls away.
    """

    width: tuple[float, float]
    depth: tuple[float, float]
    gap: tuple[float, float]
    apart_m: float
    share: float
    use: str
    levels: tuple[int, int]
    passes: int = 1


INFILL: dict[str, Infill] = {
    "old": Infill(
        width=(6, 9),
        depth=(6, 8),
        gap=(0.6, 1.5),
        apart_m=0.4,
        share=0.9,
        use="residential",
        levels=(1, 2),
        passes=4,
    ),
    "village": Infill(
        width=(8, 11),
        depth=(8, 10),
        gap=(1.5, 3.0),
        apart_m=1.2,
        share=0.9,
        use="residential",
        levels=(2, 4),
        passes=3,
    ),
    "slabs": Infill(
        width=(9, 16),
        depth=(5, 6),
        gap=(9, 16),
        apart_m=3.5,
        share=0.7,
        use="utility",
        levels=(1, 1),
    ),
    "towers": Infill(
        width=(14, 24),
        depth=(9, 13),
        gap=(16, 26),
        apart_m=7.0,
        share=0.5,
        use="public",
        levels=(1, 2),
    ),
    "cbd": Infill(
        width=(16, 26),
        depth=(12, 18),
        gap=(8, 14),
        apart_m=7.0,
        share=0.8,
        use="commercial",
        levels=(2, 4),
    ),
    "industry": Infill(
        width=(14, 30),
        depth=(10, 18),
        gap=(6, 10),
        apart_m=5.0,
        share=0.75,
        use="industrial",
        levels=(1, 3),
    ),
    "campus": Infill(
        width=(18, 30),
        depth=(12, 18),
        gap=(18, 30),
        apart_m=10.0,
        share=0.6,
        use="school",
        levels=(2, 5),
    ),
    "market": Infill(
        width=(10, 20),
        depth=(8, 12),
        gap=(5, 8),
        apart_m=4.0,
        share=0.8,
        use="commercial",
        levels=(1, 2),
    ),
    "hospital": Infill(
        width=(16, 26),
        depth=(12, 16),
        gap=(9, 14),
        apart_m=7.0,
        share=0.7,
        use="medical",
        levels=(2, 4),
    ),
}


def fill_gaps(zone: str, lot: Lot, rng: Generator) -> tuple[Rows, float]:
    """Boxes that may go into the gaps of a lot, and how far they must stay from all others [m]."""
    rule = INFILL[zone]
    passes = [
        lay(lot, rng, width=rule.width, depth=rule.depth, gap=rule.gap, lane=rule.gap)
        for _ in range(rule.passes)
    ]
    box = np.concatenate(passes)
    box = box[rng.random(len(box)) < rule.share]
    count = len(box)
    plans = np.asarray(["bar", "bar", "l"])
    rows = Rows(
        box=box,
        plan=plans[rng.integers(len(plans), size=count)],
        use=np.full(count, rule.use, dtype="<U11"),
        levels=rng.integers(rule.levels[0], rule.levels[1] + 1, size=count),
        storey_m=np.full(count, 3.3),
    )
    return rows, rule.apart_m
