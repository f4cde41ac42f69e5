"""The layers of flat surfaces: open land, and standing or running water in peacetime."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np

from api.layers.colours import LAND_KINDS, WATER_KINDS
from api.layers.definition import FLAT, Dress, Layer
from api.layers.features import Features, kinds
from api.layers.scene import Scene, rgba, words
from api.layers.spec import LegendEntry
from simulation.run import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One table of flat polygons, coloured by kind.

    Attributes:
        table: The city's table, also its colours in the palette and the layer's id.
        order: The kinds in the order of their colours.
        titles: What each kind is called.
    """

    table: Literal["land", "water"]
    order: tuple[str, ...]
    titles: dict[str, Words]

    def rows(self, scene: Scene) -> gpd.GeoDataFrame:
        """The city's rows."""
        return scene.city.land if self.table == "land" else scene.city.water

    def features(self, scene: Scene, part: str) -> Features:
        """The polygons with their kinds; they have no height."""
        del part  # one geometry serves all
        rows = self.rows(scene)
        kind = kinds(rows["kind"], self.order)
        return Features(table=rows, kind=kind, size=np.zeros(len(rows), np.float32))

    def dress(self, scene: Scene) -> Dress:
        """Colours and legend; the legend names only kinds that the city has."""
        colours = scene.palette.land if self.table == "land" else scene.palette.water
        style = {
            "@@type": "PackedPolygonLayer",
            "id": self.table,
            "data": scene.geometry_href(self.table),
            "extruded": False,
            "parameters": FLAT,
            "palette": rgba([colours[kind] for kind in self.order]),
        }
        present = [kind for kind in self.order if (self.rows(scene)["kind"] == kind).any()]
        return Dress(
            style=[style],
            legend=[LegendEntry(colour=colours[k], title=self.titles[k]) for k in present],
        )

    def layer(self, title: Words, *, order: int) -> Layer:
        """The layer as the catalogue lists it."""
        return Layer(
            id=self.table,
            title=title,
            kind="base",
            order=order,
            visible=True,
            encoding="packed-polygons",
            dress=self.dress,
            features=self.features,
        )


LAND = Surface(
    table="land",
    order=LAND_KINDS,
    titles={
        "park": words("公园", "park"),
        "forest": words("林地", "wood"),
        "field": words("农田", "field"),
        "square": words("广场", "square"),
        "sports": words("体育场地", "sports ground"),
        "cemetery": words("公墓", "cemetery"),
    },
).layer(words("绿地", "Open land"), order=10)

WATER = Surface(
    table="water",
    order=WATER_KINDS,
    titles={
        "river": words("河流", "river"),
        "canal": words("运河", "canal"),
        "lake": words("湖泊", "lake"),
        "reservoir": words("水库", "reservoir"),
        "sea": words("海域", "sea"),
        "wetland": words("湿地", "wetland"),
    },
).layer(words("水系", "Water"), order=39)
"""Above the grids, so that their colours do not tint the river."""
