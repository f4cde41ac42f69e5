"""Whatever a small extract holds, it becomes a sound city or is refused in one line."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import ShapanError
from twin.intake.extract import read_extract
from twin.intake.osm import import_osm
from twin.releases import canonical
from twin.validate import problems

SIDE = 6
WORDS = st.sampled_from(
    ["yes", "no", "-1", "0", "3", "1e9", "nan", "inf", "30 mph", "12,5", "", "a\nb", "甲", "٣"]
)
KEYS = {
    "highway": ["residential", "primary", "footway", "service", "proposed", "motorway_link"],
    "building": ["yes", "house", "warehouse", "school", "no", "?"],
    "natural": ["water", "coastline", "wood", "wetland"],
    "waterway": ["river", "canal", "stream"],
    "amenity": ["school", "hospital", "shelter", "fire_station", "fuel"],
    "landuse": ["industrial", "residential", "grass"],
    "railway": ["rail"],
}
LOOSE = ["height", "building:levels", "lanes", "maxspeed", "oneway", "width", "name", "name:zh"]
LOOSE += ["bridge", "tunnel", "access", "foot", "area", "addr:street", "junction"]

main_tag = st.sampled_from([(key, value) for key, values in KEYS.items() for value in values])
tags = st.builds(
    lambda main, loose: dict(loose) | dict([main]),
    main_tag,
    st.lists(st.tuples(st.sampled_from(LOOSE), WORDS), max_size=3),
)
ring = st.lists(st.integers(1, SIDE * SIDE), min_size=1, max_size=6)
ways = st.lists(st.tuples(ring, st.booleans(), tags), min_size=1, max_size=14)
STREET = ([1, 2, 3, 9, 8, 7], True, {"highway": "residential"})
HOUSE = ([15, 16, 22, 21], True, {"building": "yes"})


def write(path: Path, rows: list[tuple[list[int], bool, dict[str, str]]]) -> Path:
    # the corners lie on a skewed lattice of about 100 m; two of them on the same spot
    body = [
        f'<node id="{n + 1}" version="1" lon="{24.9 + (n % SIDE) * 0.002 + n * 1e-5}" '
        f'lat="{60.1 + (n // SIDE) * 0.001}"/>'
        for n in range(SIDE * SIDE)
    ]
    for number, (nodes, is_closed, told) in enumerate(rows, 1):
        refs = "".join(f'<nd ref="{n}"/>' for n in nodes + nodes[:1] * is_closed)
        marks = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in told.items())
        body.append(f'<way id="{number}" version="1">{refs}{marks}</way>')
    path.write_text(f'<osm version="0.6">{"".join(body)}</osm>', encoding="utf-8")
    return path


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ways, is_town=st.booleans())
def test_any_small_extract_is_a_sound_city_or_refused_in_one_line(
    *, tmp_path: Path, rows: list[tuple[list[int], bool, dict[str, str]]], is_town: bool
) -> None:
    path = write(tmp_path / "town.osm", rows + [STREET, HOUSE] * is_town)
    refusal = ""
    try:
        city = import_osm(path, name="town")
    except ShapanError as error:
        refusal = error.message
    if refusal:
        assert "\n" not in refusal
        assert not is_town
        return
    sound = canonical(city)
    assert problems(sound) == []
    assert (sound.roads["from_node"] != sound.roads["to_node"]).all()


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_damaged_file_is_refused_in_one_line(
    helsinki_path: Path, tmp_path: Path, data: st.DataObject
) -> None:
    body = bytearray(helsinki_path.read_bytes())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at : at + 4] = data.draw(st.binary(max_size=8))
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(bytes(body))
    refusal = ""
    try:
        read_extract(path)
    except ShapanError as error:
        refusal = error.message
    assert "\n" not in refusal


def test_the_ending_must_fit_the_content(tmp_path: Path) -> None:
    path = write(tmp_path / "town.osm.pbf", [STREET, HOUSE])
    with pytest.raises(ShapanError, match="does not begin like an OSM PBF file"):
        import_osm(path, name="town")
