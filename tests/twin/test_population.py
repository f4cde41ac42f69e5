import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gis.errors import InputError
from twin.population import synthesise_people

homes = st.tuples(st.integers(0, 30), st.integers(0, 60)).map(
    lambda pair: (pair[0], pair[0] + pair[1] if pair[0] else 0)
)


def _buildings(counts: list[tuple[int, int]]) -> pd.DataFrame:
    return pd.DataFrame(counts, columns=["households", "residents"])


@settings(max_examples=60)
@given(st.lists(homes, max_size=12), st.integers(0, 2**32))
def test_every_building_keeps_its_residents_and_households(
    counts: list[tuple[int, int]], seed: int
) -> None:
    people = synthesise_people(_buildings(counts), np.random.default_rng(seed))
    persons = people.groupby("building").size().reindex(range(len(counts)), fill_value=0)
    families = people.groupby("building")["household"].nunique()
    assert persons.tolist() == [residents for _, residents in counts]
    assert families.reindex(range(len(counts)), fill_value=0).tolist() == [h for h, _ in counts]
    assert people["household"].is_monotonic_increasing
    assert people["building"].is_monotonic_increasing


@settings(max_examples=20)
@given(st.lists(homes, min_size=1, max_size=12), st.integers(0, 2**32))
def test_the_same_stream_gives_the_same_people(counts: list[tuple[int, int]], seed: int) -> None:
    first = synthesise_people(_buildings(counts), np.random.default_rng(seed))
    assert_frame_equal(first, synthesise_people(_buildings(counts), np.random.default_rng(seed)))


def test_a_household_has_one_car_answer_and_no_child_alone() -> None:
    people = synthesise_people(_buildings([(4000, 10400)]), np.random.default_rng(3))
    by_household = people.groupby("household")
    assert (by_household["car"].min() == by_household["car"].max()).all()
    assert (by_household["age"].max() >= 20).all()


def test_ages_and_cars_are_those_of_a_chinese_city() -> None:
    people = synthesise_people(_buildings([(40_000, 104_000)]), np.random.default_rng(3))
    assert 0.12 < (people["age"] < 15).mean() < 0.20
    assert 0.16 < (people["age"] >= 60).mean() < 0.21
    assert 0.45 < people.groupby("household")["car"].first().mean() < 0.55
    assert 0.003 < (people["mobility"] == 2).mean() < 0.01


@pytest.mark.parametrize("counts", [(3, 2), (0, 5), (-1, 0)])
def test_counts_that_no_household_can_hold_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="building 1 has"):
        synthesise_people(_buildings([(1, 1), counts]), np.random.default_rng(1))
