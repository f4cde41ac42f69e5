"""Levels made from street blocks: no resident is lost and no ground is covered twice."""

from functools import partial

import numpy as np
import pandas as pd
import shapely

from gis.proof import Case
from twin.intake.extract import Features
from twin.intake.levels import Levels, build_levels

_SIDE_M, _HOMES = 100.0, 20


def _town() -> tuple[pd.DataFrame, Levels]:
    """Twenty by twenty blocks of 100 m, one house each of 1 to 40 households."""
    at = (np.arange(_HOMES) + 0.5) * _SIDE_M
    spots = [(x, y) for y in at for x in at]
    households = 1 + np.arange(len(spots)) * 7 % 40
    buildings = pd.DataFrame(
        {
            "geometry": [shapely.Point(spot).buffer(8, cap_style="square") for spot in spots],
            "households": households,
            "residents": 3 * households,
        }
    )
    end = _HOMES * _SIDE_M
    ticks = np.arange(1, _HOMES) * _SIDE_M
    lines = [shapely.LineString([(t, 0), (t, end)]) for t in ticks]
    lines += [shapely.LineString([(0, t), (end, t)]) for t in ticks]
    levels = build_levels(
        buildings,
        roads=pd.DataFrame({"class": "residential", "geometry": lines}),
        water=pd.DataFrame({"geometry": np.empty(0, dtype=object)}),
        areas=Features(),
        rails=np.empty(0, dtype=object),
        outline=shapely.box(0, 0, end, end),
        city={"code": "9900", "name_zh": "例", "name_en": "Example"},
    )
    return buildings, levels


def _residents(level: str) -> float:
    places = _town()[1].places
    return float(places.loc[places["level"] == level, "residents"].sum())


def _grid_area_m2() -> float:
    places = _town()[1].places
    grids = places.loc[places["level"] == "grid", "geometry"].to_numpy(dtype=object)
    return float(shapely.area(grids).sum())


def cases() -> list[Case]:
    """Give the cases of ``twin.intake.levels``."""
    total = 3.0 * float((1 + np.arange(_HOMES**2) * 7 % 40).sum())
    conserved = [
        Case(
            model="conservation of residents",
            name=f"residents of all places of level {level} in a town of 400 blocks",
            expected=total,
            source="by hand: 3 persons in each of 1 + (7 i mod 40) households, i = 0 to 399",
            compute=partial(_residents, level),
            unit="persons",
        )
        for level in ("city", "district", "street", "community", "grid")
    ]
    area = Case(
        model="grid cells",
        name="area of the grids of that town",
        expected=(_HOMES * _SIDE_M) ** 2,
        source="grids cover the outline once",
        compute=_grid_area_m2,
        unit="m2",
        tolerance=1e-3,
        reason="coordinates are snapped to 1 cm, here exactly; sums of doubles of 1e6",
    )
    return [*conserved, area]
