"""People: nobody is lost or invented, and the made-up people resemble the census."""

from functools import cache

import numpy as np
import pandas as pd

from gis.proof import Case
from twin.population import synthesise_people
from twin.synthetic import make_city

_CENSUS = "Seventh national population census of China, 2020, bulletin no. 5"


@cache
def _people() -> pd.DataFrame:
    homes = pd.DataFrame({"households": [20_000, 0, 20_000], "residents": [52_000, 0, 52_000]})
    return synthesise_people(homes, np.random.default_rng(1))


def _grids_and_people_differ() -> float:
    city = make_city(residents=4_000)
    home = city.buildings["grid"].to_numpy()[city.people["building"]]
    counted = pd.Series(home).value_counts().reindex(city.grids["code"], fill_value=0)
    return float(np.abs(counted.to_numpy() - city.grids["residents"].to_numpy()).sum())


def cases() -> list[Case]:
    """Give the cases of ``twin.population`` and ``twin.synthetic``."""
    return [
        Case(
            model="population",
            name="persons made for 20,000 + 0 + 20,000 households with 52,000 + 0 + 52,000",
            expected=104_000.0,
            source="conservation: as many persons as residents",
            compute=lambda: float(len(_people())),
            unit="persons",
        ),
        Case(
            model="population",
            name="persons of 60 and older",
            expected=0.187,
            source=_CENSUS,
            compute=lambda: float((_people()["age"] >= 60).mean()),
            tolerance=0.02,
            reason="one city is not the country; the shares are rounded to the per cent",
        ),
        Case(
            model="population",
            name="persons under 15",
            expected=0.1795,
            source=_CENSUS,
            compute=lambda: float((_people()["age"] < 15).mean()),
            tolerance=0.05,
            reason="cities have fewer children than the country; Zhejiang has 13.5 %",
        ),
        Case(
            model="demo city",
            name="persons counted at home differ from the residents of their grids",
            expected=0.0,
            source="conservation: every person has a building and every building a grid",
            compute=_grids_and_people_differ,
            unit="persons",
        ),
    ]
