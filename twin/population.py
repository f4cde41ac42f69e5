"""Who lives in the buildings: households and persons from dwelling counts.

Every person here is made up. Sums per building are exact, everything else is drawn from the
shares in ``SHARES``, so a table made here must be marked as synthetic wherever it shows.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from gis.errors import InputError

CHILD_GAP_YEARS = (22, 36)
ELDER_GAP_YEARS = (21, 33)
WORKING_AGES = (22, 60)
ELDER_AGES = (60, 92)
ALONE, COUPLE, PARENT, ELDERS = range(4)
HEAD, SPOUSE, CHILD, ELDER = range(4)
AGE_BANDS = (0, 6, 15, 60, 70, 80, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Shares that a draw follows, with where they come from.

    Attributes:
        shares: Shares [1].
        meaning: What they are shares of, in order.
        basis: S source, K general knowledge, A planning assumption.
        citation: Where they come from.
    """

    shares: tuple[float, ...]
    meaning: str
    basis: Literal["S", "K", "A"]
    citation: str


SHARES: dict[str, Share] = {
    "elder_alone": Share(
        shares=(0.0, 0.32, 0.26),
        meaning="households of 0, 1 and 2 persons in which all are 60 or older",
        basis="K",
        citation="China census 2020: 18.7 % are 60 or older, most live alone or as a couple",
    ),
    "single_parent": Share(
        shares=(0.0, 0.0, 0.14, 0.08),
        meaning="households of 0, 1, 2 and 3 persons with one parent",
        basis="A",
        citation="planning assumption",
    ),
    "grandparent": Share(
        shares=(0.0, 0.0, 0.0, 0.16, 0.42, 0.60),
        meaning="members after the couple who are a grandparent, by household size 0 to 5 or more",
        basis="A",
        citation="planning assumption that meets the census's 17.9 % under 15, 18.7 % of 60+",
    ),
    "slow": Share(
        shares=(0.60, 0.0, 0.01, 0.05, 0.18, 0.42),
        meaning="persons who walk slowly, by age from 0, 6, 15, 60, 70, 80",
        basis="A",
        citation="planning assumption; small children are carried or led",
    ),
    "stretcher": Share(
        shares=(0.001, 0.001, 0.002, 0.006, 0.015, 0.06),
        meaning="persons who need a stretcher or wheelchair, by age from 0, 6, 15, 60, 70, 80",
        basis="A",
        citation="planning assumption",
    ),
    "car": Share(
        shares=(0.0, 0.25, 0.44, 0.60, 0.66, 0.68),
        meaning="households with a car, by size 0 to 5 or more",
        basis="K",
        citation="China statistical yearbook 2023: about 50 cars per 100 urban households",
    ),
}


def synthesise_people(buildings: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """Draw the persons who live in the buildings.

    Args:
        buildings: Has ``households`` and ``residents`` by row; a row has either none of both, or
            at least one resident per household.
        rng: Stream of the draw; the same stream and counts give the same people.

    Returns:
        The table of ``twin/schema/people.csv``: as many rows per building as it has residents,
        sorted by building and household.

    Raises:
        InputError: A building has fewer residents than households, or residents without a
            household.
    """
    households = buildings["households"].to_numpy(dtype=np.int64)
    residents = buildings["residents"].to_numpy(dtype=np.int64)
    _check_counts(households, residents)
    home = np.repeat(np.arange(len(households), dtype=np.int32), households)
    size = _household_sizes(households, residents, rng)
    household = np.repeat(np.arange(len(size), dtype=np.int32), size)
    first = np.cumsum(size) - size
    place = (np.arange(len(household)) - np.repeat(first, size)).astype(np.uint16)
    age, role = _ages(size, household, place, rng)
    return pd.DataFrame(
        {
            "household": household,
            "building": home[household],
            "age": age,
            "sex": _sexes(household, role, len(size), rng),
            "mobility": _mobility(age, rng),
            "car": _by_size(SHARES["car"], size, rng)[household],
        },
        copy=False,
    )


def _check_counts(households: NDArray[np.int64], residents: NDArray[np.int64]) -> None:
    wrong = (households < 0) | (residents < households) | ((households == 0) & (residents > 0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"building {row} has {households[row]} households and {residents[row]} residents, "
            "but every resident needs a household and every household a resident: mend the counts",
            field="residents",
        )


def _household_sizes(
    households: NDArray[np.int64], residents: NDArray[np.int64], rng: Generator
) -> NDArray[np.int64]:
    """One person per household, the rest thrown at random within the building."""
    spare = np.repeat(np.arange(len(households)), residents - households)
    first = np.cumsum(households) - households
    lucky = first[spare] + (rng.random(len(spare)) * households[spare]).astype(np.int64)
    return np.asarray(1 + np.bincount(lucky, minlength=int(households.sum())), dtype=np.int64)


def _by_size(share: Share, size: NDArray[np.int64], rng: Generator) -> NDArray[np.bool_]:
    chance = np.asarray(share.shares, dtype=np.float32)
    return rng.random(len(size), dtype=np.float32) < chance[np.minimum(size, len(chance) - 1)]


def _household_kinds(size: NDArray[np.int64], rng: Generator) -> NDArray[np.uint8]:
    draw = rng.random(len(size), dtype=np.float32)
    elders = np.asarray((*SHARES["elder_alone"].shares, 0.0), dtype=np.float32)
    parents = np.asarray((*SHARES["single_parent"].shares, 0.0), dtype=np.float32)
    elder_share = elders[np.minimum(size, len(elders) - 1)]
    parent_share = parents[np.minimum(size, len(parents) - 1)]
    kind = np.where(size == 1, ALONE, COUPLE).astype(np.uint8)
    kind[draw < elder_share + parent_share] = PARENT
    kind[draw < elder_share] = ELDERS
    return kind


def _roles(
    size: NDArray[np.int64],
    household: NDArray[np.int32],
    place: NDArray[np.uint16],
    rng: Generator,
) -> NDArray[np.uint8]:
    kind = _household_kinds(size, rng)[household]
    role = np.full(len(household), CHILD, dtype=np.uint8)
    role[_by_size(SHARES["grandparent"], size[household], rng)] = ELDER
    role[(place == 1) & (kind == PARENT)] = CHILD
    role[(place == 1) & (kind == COUPLE)] = SPOUSE
    role[place == 0] = HEAD
    role[kind == ELDERS] = ELDER
    return role


def _ages(
    size: NDArray[np.int64],
    household: NDArray[np.int32],
    place: NDArray[np.uint16],
    rng: Generator,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Ages follow the head of the household: spouse close by, child and elder a generation off."""
    role = _roles(size, household, place, rng)
    head = rng.integers(*WORKING_AGES, size=len(size), dtype=np.int16)
    head[size >= 3] = rng.integers(26, 51, size=int((size >= 3).sum()), dtype=np.int16)
    age = head[household]
    persons = len(age)
    spouse = age + rng.integers(-5, 5, size=persons, dtype=np.int16)
    child = age - rng.integers(*CHILD_GAP_YEARS, size=persons, dtype=np.int16)
    elder = age + rng.integers(*ELDER_GAP_YEARS, size=persons, dtype=np.int16)
    alone = rng.integers(*ELDER_AGES, size=len(size), dtype=np.int16)[household]
    all_elders = (role == ELDER) & (place == 0)
    in_elder_home = np.zeros(len(size), dtype=bool)
    in_elder_home[household[all_elders]] = True
    elder = np.where(in_elder_home[household], alone, np.clip(elder, 55, 95))
    age = np.choose(role, [age, np.maximum(spouse, 20), np.clip(child, 0, 30), elder])
    return age.astype(np.uint8), role


def _sexes(
    household: NDArray[np.int32], role: NDArray[np.uint8], households: int, rng: Generator
) -> NDArray[np.uint8]:
    sex = rng.integers(0, 2, size=len(household), dtype=np.uint8)
    head = np.zeros(households, dtype=np.uint8)
    head[household[role == HEAD]] = sex[role == HEAD]
    spouse = role == SPOUSE
    sex[spouse] = 1 - head[household[spouse]]
    return sex


def _mobility(age: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    band = np.searchsorted(np.asarray(AGE_BANDS[1:-1]), np.arange(256), side="right")[age]
    slow = np.asarray(SHARES["slow"].shares, dtype=np.float32)[band]
    stretcher = np.asarray(SHARES["stretcher"].shares, dtype=np.float32)[band]
    draw = rng.random(len(age), dtype=np.float32)
    return np.where(draw < stretcher, 2, np.where(draw < stretcher + slow, 1, 0)).astype(np.uint8)
