"""A plan on the map as a drawing, once for the page and the PDF."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from reportlab.graphics.shapes import Circle, Drawing, Line, Path, Rect, Shape, String
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics

from api.layers.grids import places
from api.layers.light import LIGHT
from api.layers.reserves import SHARES, level_of
from api.reports.reserves.front import DRILL, FONT, INK, RULE, WIDTH, register_font
from api.reports.reserves.sheet import Speech
from api.reports.reserves.words import Language
from simulation.studies.result import DepotRow, FrontPoint, StudyResult
from twin.city import City

_TALLEST = 360.0
_TOLERANCE_M = 6.0
"""Outlines may move by this much [m]: less than a line's width at this scale."""


def plan_drawing(city: City, result: StudyResult, point: FrontPoint, language: Language) -> Drawing:
    """Areas coloured by the share that stays unmet, deliveries as lines, depots as discs."""
    register_font()
    table = places(city, level_of(result.areas[0].area))
    frame = _Frame(table.total_bounds)
    drawing = Drawing(WIDTH, frame.height)
    unmet = _unmet(result, point)
    shapes = shapely.simplify(np.asarray(table.geometry.array, dtype=object), _TOLERANCE_M)
    for code, shape in zip(table["code"], shapes, strict=True):
        drawing.add(_area(frame, shape, unmet.get(code)))
    spots = city.facilities.set_index("facility").geometry
    depots = {row.facility: frame.at(*_xy(spots.loc[row.facility])) for row in point.depots}
    for line in _lines(frame, table, depots, point):
        drawing.add(line)
    for depot in sorted(point.depots, key=lambda row: bool(row.size)):
        for shape in _disc(depot, *depots[depot.facility], language):
            drawing.add(shape)
    return drawing


def _disc(depot: DepotRow, x: float, y: float, language: Language) -> list[Shape]:
    """An open depot with its name; a small hollow disc where suppliers only promise goods."""
    if not depot.size:
        return [Circle(x, y, 2.4, fillColor=Color(1, 1, 1), strokeColor=DRILL, strokeWidth=1)]
    name = depot.name.zh if language == "zh" else depot.name.en
    is_right = x > WIDTH * 0.7
    wide = pdfmetrics.stringWidth(name, FONT, 9)
    left = x - 8 - wide if is_right else x + 8
    return [
        Circle(x, y, 5, fillColor=DRILL, strokeColor=INK, strokeWidth=0.8),
        Rect(left - 2, y, wide + 4, 12, fillColor=Color(1, 1, 1, 0.8), strokeColor=None),
        String(left, y + 3, name, fontName=FONT, fontSize=9, fillColor=INK),
    ]


def plan_key(speech: Speech) -> str:
    """What the marks of the map mean."""
    return speech.say(
        "橙色圆点为储备点，小空心圆为协议或产能储备，细线为调运；"
        "片区颜色由蓝（5% 以下）到红（75% 以上）表示未满足比例，灰色片区无需求。",
        "Orange discs are depots, small hollow ones suppliers under contract, thin lines "
        "deliveries. Areas from blue (under 5 %) to red (over 75 %) by the share of their need "
        "that stays unmet; grey needs nothing.",
    )


def _unmet(result: StudyResult, point: FrontPoint) -> dict[str, float]:
    """Unmet share of each area, and of the places that an area stands for."""
    share = {row.area: row.unmet_share for row in point.areas}
    for area in result.areas:
        share |= dict.fromkeys(area.joined, share.get(area.area, 0.0))
    return share


def _xy(point: shapely.Point) -> tuple[float, float]:
    return point.x, point.y


def _lines(
    frame: "_Frame",
    table: gpd.GeoDataFrame,
    depots: dict[str, tuple[float, float]],
    point: FrontPoint,
) -> list[Line]:
    centres = dict(zip(table["code"], table.geometry.representative_point(), strict=True))
    look = {"strokeColor": INK, "strokeWidth": 0.5, "strokeOpacity": 0.45}
    pairs = sorted({(flow.facility, flow.area) for flow in point.flows})
    return [
        Line(*depots[facility], *frame.at(*_xy(centres[area])), **look)
        for facility, area in pairs
        if facility in depots and area in centres
    ]


class _Frame:
    """From metres to points of a drawing as wide as the page, if it is not too tall so."""

    def __init__(self, bounds: NDArray[np.float64]) -> None:
        west, south, east, north = (float(value) for value in bounds)
        self.west, self.south = west, south
        self.scale = min(
            (WIDTH - 8) / max(east - west, 1.0), (_TALLEST - 8) / max(north - south, 1.0)
        )
        self.height = (north - south) * self.scale + 8

    def at(self, x: float, y: float) -> tuple[float, float]:
        return 4 + (x - self.west) * self.scale, 4 + (y - self.south) * self.scale


def _area(frame: _Frame, shape: shapely.Geometry, share: float | None) -> Path:
    path = Path(fillColor=_tint(share), strokeColor=Color(1, 1, 1), strokeWidth=0.7)
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        corners = [frame.at(x, y) for x, y in shapely.get_coordinates(ring)]
        path.moveTo(*corners[0])
        for corner in corners[1:-1]:
            path.lineTo(*corner)
        path.closePath()
    return path


def _tint(share: float | None) -> Color:
    if share is None:
        return RULE
    place = len(SHARES) - int(np.searchsorted(SHARES, share, side="left"))
    red, green, blue, _ = LIGHT.bands[place]
    return Color(red / 255, green / 255, blue / 255)
