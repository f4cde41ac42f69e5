"""Layers of a reserve plan: what stays unmet where, what stands in which depot, who sends what."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from api.layers.definition import FLAT, Dress, Layer
from api.layers.facilities import text_layer
from api.layers.features import Features
from api.layers.grids import places
from api.layers.portable import chosen
from api.layers.scene import PlanView, Scene, rgba, words
from api.layers.spec import Colour, LegendEntry
from gis.crs import to_metres
from gis.errors import NotFoundError
from simulation.studies.result import DepotRow, SiteRow
from twin.city import LEVELS, Level

RADIUS_M, LEAST_M, TALLEST_M = 34.0, 60.0, 420.0
"""Columns of depots: radius, and heights of an empty and of the fullest depot [m]."""
SITE_RADIUS_M = 60.0
"""Discs of places where a depot may stand: wider than a column, so that they can be clicked."""
SHARES: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75)
"""Bounds between classes of unmet need [1]; a drawing choice."""
SHARE_TITLES = (
    words("未满足 75% 以上", "over 75 % unmet"),
    words("50–75%", "50-75 %"),
    words("25–50%", "25-50 %"),
    words("5–25%", "5-25 %"),
    words("未满足 5% 以下", "under 5 % unmet"),
)
LATE_HOURS: tuple[float, ...] = (6.0, 8.0)
"""First supplies after the order: county 6 h, city 8 h."""
HOUR_TITLES = (
    words("6 小时内", "within 6 h"),
    words("8 小时内", "within 8 h"),
    words("更晚", "later"),
)
NEW, EXISTING = 0, 1


def _plan(scene: Scene) -> PlanView:
    if scene.plan is None:
        raise NotFoundError("this layer exists only in a reserve plan", field="layer")
    return scene.plan


def level_of(code: str) -> Level:
    """The level of a place by the length of its code."""
    return LEVELS[(4, 6, 9, 12, 15).index(len(code))]


@dataclass(frozen=True, slots=True)
class _Served:
    """One place that asks for supplies."""

    unmet_share: float
    hours: float | None
    unmet_person_hours: float


def _served(scene: Scene) -> dict[str, _Served]:
    """What the plan does for each place, and for the places that an area stands for."""
    view = _plan(scene)
    outcome = {row.area: row for row in view.plan.areas}
    found: dict[str, _Served] = {}
    for area in view.study.areas:
        row = outcome[area.area]
        for code in (area.area, *area.joined):
            found[code] = _Served(row.unmet_share, row.hours, row.unmet_person_hours)
    return found


def unmet_features(scene: Scene, part: str) -> Features:
    """Places that ask for supplies, by the share of their need that stays unmet."""
    del part  # one geometry serves all
    served = _served(scene)
    level = level_of(next(iter(served)))
    table = places(scene.city, level)
    table = table[table["code"].isin(list(served))].reset_index(drop=True)
    rows = [served[code] for code in table["code"]]
    table = table.assign(
        unmet_share=[row.unmet_share for row in rows],
        unmet_person_hours=[row.unmet_person_hours for row in rows],
        hours=[row.hours for row in rows],
    )
    share = np.array([row.unmet_share for row in rows])
    worst_first = len(SHARES) - np.searchsorted(SHARES, share, side="left")
    return Features(
        table=table, kind=worst_first.astype(np.uint8), size=np.zeros(len(table), np.float32)
    )


def stock_features(scene: Scene, part: str) -> Features:
    """Open depots as columns, as tall as they are full; ``kind`` 1 stands today already."""
    del part  # one geometry serves all
    depots = _plan(scene).plan.depots
    volume = np.array([sum(row.volume_m3 for row in depot.stock) for depot in depots])
    points = shapely.points(_metres(scene, depots))
    table = gpd.GeoDataFrame(
        {
            "facility": [depot.facility for depot in depots],
            "name_zh": [depot.name.zh for depot in depots],
            "name_en": [depot.name.en for depot in depots],
            "size": [depot.size for depot in depots],
            "stock_m3": volume,
        },
        geometry=shapely.buffer(points, RADIUS_M),
        crs=scene.city.crs,
    )
    return Features(
        table=table,
        kind=np.array([EXISTING if d.is_existing else NEW for d in depots], np.uint8),
        size=_heights(volume).astype(np.float32),
    )


def site_features(scene: Scene, part: str) -> Features:
    """Places where a depot may stand, in the study's order; ``kind`` 1 holds an open depot."""
    del part  # one geometry serves all
    view = _plan(scene)
    sites, opened = view.study.sites, {depot.facility for depot in view.plan.depots}
    table = gpd.GeoDataFrame(
        {
            "facility": [site.facility for site in sites],
            "kind": [site.kind for site in sites],
            "name_zh": [site.name.zh for site in sites],
            "name_en": [site.name.en for site in sites],
            "state": [site.state for site in sites],
            "survives": [site.survives for site in sites],
        },
        geometry=shapely.buffer(shapely.points(_metres(scene, sites)), SITE_RADIUS_M),
        crs=scene.city.crs,
    )
    return Features(
        table=table,
        kind=np.array([site.facility in opened for site in sites], np.uint8),
        size=np.zeros(len(sites), np.float32),
    )


def _metres(scene: Scene, rows: list[DepotRow] | list[SiteRow]) -> NDArray[np.float64]:
    lon = np.array([row.lon for row in rows])
    lat = np.array([row.lat for row in rows])
    return np.column_stack(to_metres(lon, lat, crs=scene.city.crs))


def _heights(volume: NDArray[np.float64]) -> NDArray[np.float64]:
    fullest = volume.max(initial=0.0) or 1.0
    return np.asarray(LEAST_M + (TALLEST_M - LEAST_M) * volume / fullest)


def _arcs(scene: Scene) -> list[dict[str, Any]]:
    view = _plan(scene)
    at = {row.area: [row.lon, row.lat] for row in view.study.areas}
    depot = {row.facility: [row.lon, row.lat] for row in view.plan.depots}
    largest: dict[str, float] = {}
    for row in view.plan.flows:
        largest[row.item] = max(largest.get(row.item, 0.0), row.quantity)
    return [
        {
            "from": depot[row.facility],
            "to": at[row.area],
            "item": row.item,
            "quantity": round(row.quantity, 1),
            "hours": round(row.hours, 2),
            "late": int(np.searchsorted(LATE_HOURS, row.hours, side="left")),
            "width": round(1.0 + 5.0 * (row.quantity / largest[row.item]) ** 0.5, 2),
        }
        for row in view.plan.flows
        if row.facility in depot and row.area in at and row.quantity > 0
    ]


def _unmet_dress(scene: Scene) -> Dress:
    palette = scene.palette
    tints: list[Colour] = [(*colour[:3], 150) for colour in palette.bands]
    style = {
        "@@type": "PackedPolygonLayer",
        "id": "unmet",
        "data": scene.geometry_href("unmet"),
        "extruded": False,
        "stroked": True,
        "pickable": True,
        "getLineColor": list(palette.outline["community"]),
        "lineWidthMinPixels": 1.0,
        "parameters": FLAT,
        "palette": rgba(tints),
    }
    legend = [
        LegendEntry(colour=(*colour[:3], 255), title=title)
        for colour, title in zip(palette.bands, SHARE_TITLES, strict=True)
    ]
    return Dress(style=[style], legend=legend)


def _deliveries_dress(scene: Scene) -> Dress:
    palette = scene.palette
    tints = [[*colour[:3], 220] for colour in palette.reach]
    style = {
        "@@type": "ArcLayer",
        "id": "deliveries",
        "data": _arcs(scene),
        "getSourcePosition": "@@=from",
        "getTargetPosition": "@@=to",
        "getSourceColor": [*palette.depot[:3], 220],
        "getTargetColor": chosen("late", tints),
        "getWidth": "@@=width",
        "getHeight": 0.35,
    }
    legend = [
        LegendEntry(colour=(*colour[:3], 255), title=title)
        for colour, title in zip(palette.reach, HOUR_TITLES, strict=True)
    ]
    return Dress(style=[style], legend=legend)


def _sites_dress(scene: Scene) -> Dress:
    palette = scene.palette
    colours: list[Colour] = [(*palette.words[:3], 70), (*palette.depot[:3], 110)]
    style = {
        "@@type": "PackedPolygonLayer",
        "id": "sites",
        "data": scene.geometry_href("sites"),
        "extruded": False,
        "stroked": True,
        "pickable": True,
        "getLineColor": list(palette.words),
        "lineWidthMinPixels": 1.2,
        "parameters": FLAT,
        "palette": rgba(colours),
    }
    legend = [LegendEntry(colour=colours[0], title=words("候选地点", "candidate sites"))]
    return Dress(style=[style], legend=legend)


def _stock_dress(scene: Scene) -> Dress:
    palette = scene.palette
    colours: list[Colour] = [palette.depot, palette.facilities["depot"]]
    columns = {
        "@@type": "PackedPolygonLayer",
        "id": "stock",
        "data": scene.geometry_href("stock"),
        "extruded": True,
        "pickable": True,
        "palette": rgba(colours),
    }
    depots = _plan(scene).plan.depots
    heights = _heights(np.array([sum(s.volume_m3 for s in depot.stock) for depot in depots]))
    rows: list[dict[str, object]] = [
        {
            "position": [depot.lon, depot.lat, float(height) + 12],
            "zh": depot.name.zh,
            "en": depot.name.en,
            "row": row,
        }
        for row, (depot, height) in enumerate(zip(depots, heights, strict=True))
    ]
    return Dress(
        style=[columns, text_layer(scene, "stock-labels", rows, metres=90)],
        legend=[
            LegendEntry(colour=colours[NEW], title=words("新设储备点", "new depots")),
            LegendEntry(colour=colours[EXISTING], title=words("现有储备点", "existing depots")),
        ],
    )


UNMET = Layer(
    id="unmet",
    title=words("未满足需求", "Unmet need"),
    kind="choropleth",
    order=38,
    visible=True,
    encoding="packed-polygons",
    dress=_unmet_dress,
    features=unmet_features,
    is_of_run=True,
)
DELIVERIES = Layer(
    id="deliveries",
    title=words("调运", "Deliveries"),
    kind="flow",
    order=71,
    visible=True,
    encoding="geojson",
    dress=_deliveries_dress,
    leaf="deck.json",
    is_of_run=True,
)
SITES = Layer(
    id="sites",
    title=words("候选地点", "Candidate sites"),
    kind="facilities",
    order=70,
    visible=True,
    encoding="packed-polygons",
    dress=_sites_dress,
    features=site_features,
    is_of_run=True,
)
STOCK = Layer(
    id="stock",
    title=words("储备库存", "Stock in depots"),
    kind="facilities",
    order=72,
    visible=True,
    encoding="packed-polygons",
    dress=_stock_dress,
    features=stock_features,
    is_of_run=True,
)
