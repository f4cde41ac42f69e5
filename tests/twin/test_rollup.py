"""Sums and means agree at all five levels."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gis.errors import ShapeMismatchError
from twin.city import DIGITS, LEVELS, City
from twin.rollup import RollUp, from_codes, roll_up

children = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    min_size=1,
    max_size=20,
    unique=True,
)


def tree(rows: list[tuple[int, int, int, int]]) -> RollUp:
    grids = sorted(f"9901{d:02d}{s:03d}{c:03d}{g:03d}" for d, s, c, g in rows)
    codes = sorted({grid[:digits] for grid in grids for digits in DIGITS.values()})
    return from_codes(np.array(codes), np.array(grids))


@given(children, st.data())
def test_a_parents_sum_is_the_sum_of_its_children(
    rows: list[tuple[int, int, int, int]], data: st.DataObject
) -> None:
    places = tree(rows)
    values = data.draw(hnp.arrays(np.int64, len(places.grids), elements=st.integers(0, 10**9)))
    sums = dict(zip(places.codes.tolist(), places.sums(values).tolist(), strict=True))
    for above, below in pairwise(LEVELS):
        for code in (code for code in sums if len(code) == DIGITS[above]):
            parts = [
                value
                for child, value in sums.items()
                if len(child) == DIGITS[below] and child.startswith(code)
            ]
            assert sum(parts) == sums[code]


@given(children, st.data())
def test_a_parents_mean_is_the_weighted_mean_of_its_children(
    rows: list[tuple[int, int, int, int]], data: st.DataObject
) -> None:
    places = tree(rows)
    count = len(places.grids)
    weight = data.draw(hnp.arrays(np.int64, count, elements=st.integers(1, 10_000)))
    values = data.draw(hnp.arrays(np.float64, count, elements=st.floats(0, 100)))
    means, mass = places.means(values, weight), places.sums(weight)
    levels = np.char.str_len(places.codes)
    for digits in DIGITS.values():
        here = levels == digits
        assert np.average(means[here], weights=mass[here]) == pytest.approx(means[0])
    assert (means >= values.min() - 1e-9).all()
    assert (means <= values.max() + 1e-9).all()


def test_the_roll_up_of_a_city_gives_its_registered_residents(helsinki: City) -> None:
    places = roll_up(helsinki)
    table = helsinki.places.sort_values("code")
    for column in ("residents", "households"):
        sums = places.sums(helsinki.grids[column].to_numpy())
        assert np.array_equal(sums, table[column].to_numpy())


def test_steps_are_rolled_up_at_once(make_tiny_city: Callable[[], City]) -> None:
    places = roll_up(make_tiny_city())
    frames = np.arange(12).reshape(3, 4)
    assert places.sums(frames).shape == (3, 9)
    assert places.sums(frames)[:, 0].tolist() == [6, 22, 38]


def test_a_place_of_which_nothing_is_known_has_no_mean(
    make_tiny_city: Callable[[], City],
) -> None:
    places = roll_up(make_tiny_city())
    means = places.means(np.array([np.nan, np.nan, 3.0, 5.0]), np.ones(4))
    known = dict(zip(places.codes.tolist(), means.tolist(), strict=True))
    assert np.isnan(known["990101001001"])
    assert known["990101001002"] == 4.0


def test_another_number_of_grids_is_refused(make_tiny_city: Callable[[], City]) -> None:
    with pytest.raises(ShapeMismatchError, match="4 grids"):
        roll_up(make_tiny_city()).sums(np.ones(5))
