"""Colours: complete tables, bands that colour-blind readers can tell apart, calm water."""

import itertools

import numpy as np
import pytest

from api.layers.colours import FACILITY_KINDS, LAND_KINDS, ROAD_CLASSES, WATER_KINDS
from api.layers.palette import PALETTES, building_colours, flood_colours, ramp
from simulation.frames import BUILDING_STATES, ROAD_STATES, TRIP_KINDS
from twin import schema

# Viénot, Brettel and Mollon 1999 (Color Research & Application 24), linear RGB, for protan and
# deutan sight; tritan after Machado, Oliveira and Fernandes 2009, severity 1.
SIGHT = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.1121, 0.8853, -0.0005], [0.1127, 0.8897, -0.0001], [0.0045, 0.0, 1.0019]]
    ),
    "deutan": np.array(
        [[0.2920, 0.7054, -0.0003], [0.2934, 0.7089, 0.0], [-0.0210, 0.0256, 0.9921]]
    ),
    "tritan": np.array(
        [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]
    ),
}
THEMES = pytest.mark.parametrize("theme", ["dark", "light"])


def allowed(table: str, column: str) -> set[str]:
    return set(next(a.allowed for a in schema.attributes(table) if a.name == column))


def lab(colour: tuple[int, ...], sight: str) -> np.ndarray:
    """CIE 1976 L*a*b* of a colour as somebody sees it (D65)."""
    part = np.array(colour[:3]) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHT[sight] @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
@THEMES
def test_resilience_bands_stay_apart_for_every_reader(theme: str, sight: str):
    bands = [lab(colour, sight) for colour in PALETTES[theme].bands]
    least = min(np.linalg.norm(a - b) for a, b in itertools.combinations(bands, 2))
    # about ten just noticeable differences between any two bands
    assert least > 20


@THEMES
def test_every_table_names_every_value_of_the_schema_and_the_frames(theme: str):
    palette = PALETTES[theme]
    assert set(palette.roads) == set(ROAD_CLASSES) == allowed("roads", "class")
    assert set(palette.water) == set(WATER_KINDS) == allowed("water", "kind")
    assert set(palette.land) == set(LAND_KINDS) == allowed("land", "kind")
    assert set(palette.facilities) == set(FACILITY_KINDS) == allowed("facilities", "kind")
    assert set(palette.buildings) == allowed("buildings", "use")
    assert set(palette.building_states) == set(BUILDING_STATES)
    assert set(palette.road_states) == set(ROAD_STATES)
    assert set(palette.trips) == set(TRIP_KINDS)


@THEMES
def test_every_colour_is_four_bytes(theme: str):
    palette = PALETTES[theme]
    tables = [building_colours(palette), flood_colours(palette), ramp(palette.service, 101)]
    for colour in itertools.chain(*tables):
        assert len(colour) == 4
        assert all(0 <= part <= 255 for part in colour)


@THEMES
def test_dry_ground_shows_through_and_deeper_water_hides_more(theme: str):
    alpha = [colour[3] for colour in flood_colours(PALETTES[theme])]
    assert alpha[0] == 0
    assert alpha == sorted(alpha)
