"""Location models on cases a reader can check by hand."""

import numpy as np

from gis.locate import maximal_cover, p_median, set_cover
from gis.proof import Case

LINE = np.abs(np.subtract.outer(np.arange(7.0), np.arange(7.0)))
"""Seven villages one kilometre apart along a road; each may hold a depot."""


def cases() -> list[Case]:
    """Give the cases of ``gis.locate``."""
    return [
        Case(
            model="p-median",
            name="two depots for seven equal villages on a line, 1 km apart",
            expected=6.0,
            source="by hand: medians of 3 and 4 villages, (1+0+1) + (1+0+1+2)",
            compute=lambda: p_median(LINE, sites=2).value,
            unit="km",
        ),
        Case(
            model="p-median",
            name="one depot, the last village has 100 residents and the others 1",
            expected=21.0,
            source="by hand: the weighted median is the last village, 1+2+...+6",
            compute=lambda: p_median(LINE, [1, 1, 1, 1, 1, 1, 100], sites=1).value,
            unit="person-km",
        ),
        Case(
            model="maximal covering",
            name="villages that two depots reach within 1 km",
            expected=6.0,
            source="by hand: each depot reaches itself and two neighbours",
            compute=lambda: maximal_cover(LINE, sites=2, within=1.0).value,
            unit="villages",
        ),
        Case(
            model="set covering",
            name="fewest depots that reach all seven villages within 1 km",
            expected=3.0,
            source="by hand: a depot reaches 3 villages, and 7 / 3 rounds up to 3",
            compute=lambda: set_cover(LINE, within=1.0).value,
            unit="depots",
        ),
    ]
