"""Wrong input is answered in one clear line."""

import numpy as np
import pytest

from gis.errors import InfeasibleError, InputError, ShapeMismatchError
from gis.locate import Rules, maximal_cover, p_median, separation_groups, set_cover

LINE = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))


def with_entry(value: float) -> np.ndarray:
    matrix = LINE.copy()
    matrix[1, 2] = value
    return matrix


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: p_median(LINE, [1, 1, -2, 1, 1], sites=1), InputError, "weight of demand 2"),
        (lambda: p_median(with_entry(np.nan), sites=1), InputError, "demand 1 to site 2 is nan"),
        (lambda: p_median(with_entry(-1), sites=1), InputError, "demand 1 to site 2 is -1"),
        (lambda: p_median(np.empty((3, 0)), sites=1), InputError, "0 candidate sites"),
        (lambda: p_median(LINE, [1, 2], sites=1), ShapeMismatchError, "there are 5 rows"),
        (lambda: p_median(LINE, sites=0), InputError, "at least 1"),
        (lambda: p_median(LINE, sites=9), InfeasibleError, "ask for 5 or fewer"),
        (
            lambda: p_median(LINE, sites=1, rules=Rules(forbidden=tuple(range(5)))),
            InfeasibleError,
            "forbid fewer sites",
        ),
        (lambda: p_median(np.full((2, 2), np.inf), sites=1), InfeasibleError, "cannot be reached"),
        (
            lambda: p_median(LINE, sites=1, rules=Rules(max_distance=1)),
            InfeasibleError,
            "would do: 2 sites; a largest distance of 2",
        ),
        (
            lambda: p_median(LINE, sites=2, rules=Rules(max_distance=0.5, forbidden=(2,))),
            InfeasibleError,
            "would do: a largest distance of 1",
        ),
        (
            lambda: p_median(LINE, sites=2, rules=Rules(required=(1, 1))),
            InputError,
            "site 1 twice",
        ),
        (
            lambda: p_median(LINE, sites=2, rules=Rules(required=(7,))),
            InputError,
            "sites run from 0 to 4",
        ),
        (
            lambda: p_median(LINE, sites=2, rules=Rules(required=(1,), forbidden=(1,))),
            InfeasibleError,
            "both open and forbidden",
        ),
        (
            lambda: p_median(LINE, sites=2, rules=Rules(required=(1, 2), apart=((1, 2),))),
            InfeasibleError,
            "exclude each other",
        ),
        (lambda: maximal_cover(LINE, sites=1, within=-1), InputError, "within is -1"),
        (
            lambda: set_cover(LINE, within=0.5, rules=Rules(forbidden=(0,))),
            InfeasibleError,
            "would do: a largest distance of 1",
        ),
        (lambda: separation_groups(np.zeros((2, 3)), minimum=1), InputError, "one row and column"),
    ],
)
def test_wrong_input_gets_one_line_that_says_what_and_how_to_mend_it(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
