"""Roll-ups: sums and means over a hand-made tree of places."""

import numpy as np

from gis.proof import Case
from twin.rollup import RollUp, from_codes

_GRIDS = np.array([f"99010100100{c}00{g}" for c in (1, 2) for g in (1, 2, 3)])
_CODES = np.sort(
    np.concatenate([_GRIDS, ["9901", "990101", "990101001", "990101001001", "990101001002"]])
)
_PEOPLE = np.array([100, 200, 300, 400, 500, 600])
_SCORE = np.array([90.0, 60.0, 30.0, np.nan, 80.0, 20.0])


def _tree() -> RollUp:
    return from_codes(_CODES, _GRIDS)


def _at(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], code: str) -> float:
    return float(values[code == _CODES][0])


def cases() -> list[Case]:
    """Give the cases of ``twin.rollup``."""
    return [
        Case(
            model="roll-up",
            name="residents of the city, six grids of 100 to 600",
            expected=2100.0,
            source="by hand: 100 + 200 + ... + 600",
            compute=lambda: _at(_tree().sums(_PEOPLE), "9901"),
            unit="persons",
        ),
        Case(
            model="roll-up",
            name="residents of the second community",
            expected=1500.0,
            source="by hand: 400 + 500 + 600",
            compute=lambda: _at(_tree().sums(_PEOPLE), "990101001002"),
            unit="persons",
        ),
        Case(
            model="roll-up",
            name="mean score of the first community by residents",
            expected=50.0,
            source="by hand: (9000 + 12000 + 9000) / 600",
            compute=lambda: _at(_tree().means(_SCORE, _PEOPLE), "990101001001"),
        ),
        Case(
            model="roll-up",
            name="mean score of the city by residents, one grid unknown",
            expected=(9000 + 12000 + 9000 + 40000 + 12000) / 1700,
            source="by hand: the unknown grid counts neither above nor below the line",
            compute=lambda: _at(_tree().means(_SCORE, _PEOPLE), "9901"),
            tolerance=1e-12,
            reason="order of the sum of five doubles",
        ),
    ]
