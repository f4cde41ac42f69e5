"""The moving index: what it calls nearest is nearest, whatever moved before."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import NotFoundError
from gis.moving import MovingIndex

whole = st.integers(0, 40)
moves = st.lists(
    st.tuples(
        st.integers(0, 12), whole, whole, st.integers(0, 9), st.integers(0, 9), st.booleans()
    ),
    min_size=1,
    max_size=60,
)


def play(found: list) -> tuple[MovingIndex, dict[int, tuple[float, float]]]:
    """Put and drop things; each really stands at the middle of its box."""
    index, place = MovingIndex(), {}
    for name, x, y, wide, high, is_leaving in found:
        if is_leaving and name in index:
            index.drop(name)
            del place[name]
        else:
            index.put(name, (x - wide, y - high, x + wide, y + high))
            place[name] = (x, y)
    return index, place


@given(moves, whole, whole, st.integers(1, 5))
def test_the_nearest_are_those_a_search_of_all_would_find(found, x, y, count):
    index, place = play(found)

    def metres(name: int) -> float:
        return math.hypot(place[name][0] - x, place[name][1] - y)

    expected = sorted(place, key=lambda name: (metres(name), name))[:count]
    assert index.nearest(x, y, count=count, metres=metres) == expected
    again = pickle.loads(pickle.dumps(index))
    assert again.nearest(x, y, count=count, metres=metres) == expected
    assert len(again) == len(place)


def test_what_is_not_there_cannot_leave():
    with pytest.raises(NotFoundError, match="not in the index"):
        MovingIndex().drop(3)
