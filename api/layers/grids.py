"""Layers of places: grids and the levels above, by density in a city, by service in a run."""

from functools import partial
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from api.layers.definition import FLAT, Dress, Layer
from api.layers.features import Features
from api.layers.palette import ramp
from api.layers.scene import Scene, colour_state, rgba, words
from api.layers.spec import Colour, LegendEntry, State, StateValue
from simulation.judgement.measures import BANDS
from simulation.run import Words
from twin.city import City, Level

DENSITY_STEPS: tuple[float, ...] = (20.0, 60.0, 120.0, 240.0)
"""Bounds between density bands [residents per hectare]; a drawing choice."""
DENSITY_HEIGHT_M = 0.9
"""Height drawn for one resident per hectare [m]; a drawing choice."""
GAP_M = 5.0
"""Blocks of places stand this far inside their outlines [m], so that neighbours stay apart."""
LEVEL_TITLES: dict[Level, Words] = {
    "district": words("区", "Districts"),
    "street": words("街道", "Streets"),
    "community": words("社区", "Communities"),
    "grid": words("网格", "Grids"),
}
IDS: dict[Level, str] = {
    "district": "districts",
    "street": "streets",
    "community": "communities",
    "grid": "grids",
}
BAND_TITLES: tuple[Words, ...] = (
    words("很低", "very low"),
    words("较低", "low"),
    words("中等", "medium"),
    words("较高", "high"),
    words("很高", "very high"),
)
_ORDERS: dict[Level, int] = {"district": 30, "street": 31, "community": 32, "grid": 33}
_LINES: dict[Level, float] = {"district": 2.4, "street": 1.6, "community": 1.0, "grid": 0.7}


def places(city: City, level: Level) -> gpd.GeoDataFrame:
    """Places of one level in code order; the row number is the layer's row."""
    found = city.places[city.places["level"] == level].sort_values("code")
    return found.reset_index(drop=True)


def density(table: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Residents per hectare, shape ``(places,)``; 0 for a place without area."""
    hectares = table.geometry.area.to_numpy() / 10_000
    residents = table["residents"].to_numpy(np.float64)
    return np.asarray(
        np.divide(residents, hectares, out=np.zeros_like(residents), where=hectares > 0)
    )


def density_features(scene: Scene, part: str, *, level: Level) -> Features:
    """Places with their density band."""
    del part  # one geometry serves all
    table = places(scene.city, level)
    band = np.searchsorted(DENSITY_STEPS, density(table), side="right")
    return Features(table=table, kind=band.astype(np.uint8), size=np.zeros(len(table), np.float32))


def band_features(scene: Scene, part: str, *, level: Level) -> Features:
    """Places with their resilience band (0 where there is no index), as tall as they are dense."""
    del part  # one geometry serves all
    table = places(scene.city, level)
    known = scene.the_run().result.resilience.levels
    found = [known.get(code) for code in table["code"]]
    table = table.assign(
        index=[None if one is None else one.index for one in found],
        worst_function=[None if one is None else one.worst_function for one in found],
    )
    whole = np.asarray(table.geometry.array, dtype=object)
    apart = shapely.buffer(whole, -GAP_M)
    shapes = np.where(shapely.is_empty(apart), whole, apart)
    table = table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))
    kind = np.array([0 if one is None else one.band for one in found], np.uint8)
    height = 6.0 + DENSITY_HEIGHT_M * density(places(scene.city, level))
    return Features(table=table, kind=kind, size=height.astype(np.float32))


def service_colours(scene: Scene) -> list[Colour]:
    """Colours of 0 to 100 % service, then one for grids without a model."""
    return [*ramp(scene.palette.service, 101), scene.palette.unknown]


def _density_dress(scene: Scene, *, level: Level) -> Dress:
    palette = scene.palette
    bounds = (0.0, *DENSITY_STEPS)
    style = {
        "@@type": "PackedPolygonLayer",
        "id": IDS[level],
        "data": scene.geometry_href(IDS[level]),
        "extruded": False,
        "stroked": True,
        "pickable": True,
        "getLineColor": list(palette.outline[level]),
        "lineWidthMinPixels": _LINES[level],
        "parameters": FLAT,
        "palette": rgba(palette.density),
    }
    if scene.run is not None and level == "grid":
        state = _service_state(scene)
        style["state"] = colour_state(state, [*service_colours(scene)])
        return Dress(style=[style], legend=_service_legend(scene), state=state)
    legend = [
        LegendEntry(colour=colour, title=words(f"≥ {low:g}", f"≥ {low:g}"), unit="persons/ha")
        for colour, low in zip(palette.density, bounds, strict=True)
    ]
    return Dress(style=[style], legend=legend)


def _service_state(scene: Scene) -> State:
    colours = service_colours(scene)
    values = [
        StateValue(value=v, id=f"{v}", title=words(f"{v} %", f"{v} %"), colour=colours[v])
        for v in (0, 25, 50, 75, 100)
    ]
    return scene.state("grid_quality", length=len(scene.city.grids), type_="u8", values=values)


def _service_legend(scene: Scene) -> list[LegendEntry]:
    colours = service_colours(scene)
    return [
        LegendEntry(colour=(*colours[v][:3], 255), title=words(f"{v} %", f"{v} %"), unit="%")
        for v in (100, 75, 50, 25, 0)
    ]


def _band_dress(scene: Scene, *, level: Level) -> Dress:
    name = f"resilience-{level}"
    palette = scene.palette
    style = {
        "@@type": "PackedPolygonLayer",
        "id": name,
        "data": scene.geometry_href(name),
        "extruded": True,
        "pickable": True,
        "autoHighlight": True,
        "highlightColor": [*palette.words[:3], 70],
        "elevationScale": 1,
        "material": {
            "ambient": 0.6,
            "diffuse": 0.5,
            "shininess": 20,
            "specularColor": [50, 56, 66],
        },
        "palette": rgba([(*palette.unknown[:3], 120), *palette.bands]),
    }
    bounds = (0.0, *BANDS, 100.0)
    legend = [
        LegendEntry(
            colour=colour,
            title=words(f"{title.zh}（{low:g}–{high:g}）", f"{title.en} ({low:g}–{high:g})"),
        )
        for colour, title, (low, high) in zip(
            palette.bands, BAND_TITLES, pairwise(bounds), strict=True
        )
    ]
    return Dress(style=[style], legend=legend)


def _density_layer(level: Level) -> Layer:
    return Layer(
        id=IDS[level],
        title=LEVEL_TITLES[level],
        kind="choropleth",
        order=_ORDERS[level],
        visible=level == "grid",
        encoding="packed-polygons",
        dress=partial(_density_dress, level=level),
        features=partial(density_features, level=level),
        levels=(level,),
    )


def _band_layer(level: Level) -> Layer:
    title = LEVEL_TITLES[level]
    return Layer(
        id=f"resilience-{level}",
        title=words(f"韧性（{title.zh}）", f"Resilience ({title.en.lower()})"),
        kind="choropleth",
        order=_ORDERS[level] + 4,
        visible=False,
        encoding="packed-polygons",
        dress=partial(_band_dress, level=level),
        features=partial(band_features, level=level),
        levels=(level,),
        is_of_run=True,
    )


_LEVELS: tuple[Level, ...] = ("district", "street", "community", "grid")
DENSITY_LAYERS = tuple(_density_layer(level) for level in _LEVELS)
BAND_LAYERS = tuple(_band_layer(level) for level in _LEVELS)
GRIDS = DENSITY_LAYERS[-1]
