"""How fast does a city's building layer reach the browser, and its tiles against another encoder?

    uv run python benchmarks/bench_building_layer.py [FILE.osm.pbf]

Without a file the generated demo city of 104,000 residents is used.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import numpy as np

from api.layers import buildings, tiles
from api.layers.packed import pack_polygons
from api.layers.scene import Scene
from twin.city import City

ZOOM = 14


def best(work: Callable[[], object], times: int = 5) -> float:
    """Least seconds of several runs: the machine is shared."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def the_city() -> City:
    """The city of the command line."""
    if len(sys.argv) > 1:
        from twin.intake.osm import import_osm  # noqa: PLC0415 - only where a file is given

        return import_osm(Path(sys.argv[1]), name="bench")
    from twin.synthetic import make_city  # noqa: PLC0415 - as above

    return make_city()


def main() -> None:
    """Measure and print."""
    city = the_city()
    features = buildings.features(Scene(city=city, base=""), "")
    pack_s = best(lambda: pack_polygons(features, city.crs), times=3)
    size = len(pack_polygons(features, city.crs))
    found = tiles.tiled(features, city.crs)
    home, count = np.unique(
        np.floor(found.centre * 2**ZOOM).astype(int), axis=0, return_counts=True
    )
    x, y = (int(v) for v in home[int(np.argmax(count))])
    content = tiles.tile(found, "buildings", zoom=ZOOM, x=x, y=y)
    own_s = best(lambda: tiles.tile(found, "buildings", zoom=ZOOM, x=x, y=y), times=9)
    layers = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    given = {"name": "buildings", "features": layers["buildings"]["features"]}
    peer_s = best(lambda: mapbox_vector_tile.encode(given, default_options={"y_coord_down": True}))
    told = {
        "question": f"encode the fullest z{ZOOM} tile ({int(count.max())} buildings)",
        "value": round(1000 * own_s, 2),
        "unit": "ms",
        "peer": "mapbox-vector-tile",
        "peer_value": round(1000 * peer_s, 2),
        "ratio": round(peer_s / own_s, 1),
        "buildings": len(city.buildings),
        "packed_seconds": round(pack_s, 3),
        "packed_bytes": size,
        "tile_bytes": len(content),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
