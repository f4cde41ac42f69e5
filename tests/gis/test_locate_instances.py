"""Published optima of small instances, where the shared folder is present."""

import csv
import os
from pathlib import Path

import pytest

from gis.locate import Effort, capacitated_median, facility_location, p_center, p_median
from gis.locate.files import read_instance

SHARED = Path(os.environ.get("SHAPAN_SHARED", Path(__file__).parents[2].parent / "shared"))
PLACEMENT = SHARED / "data" / "placement"
pytestmark = pytest.mark.skipif(not PLACEMENT.is_dir(), reason=f"no instances at {PLACEMENT}")


def published(problem: str, instance: str) -> tuple[Path, float]:
    with (PLACEMENT / "optima.csv").open(encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["problem"].startswith(problem) and row["instance"] == instance
        ]
    return PLACEMENT / rows[0]["file"], float(rows[0]["best_known"])


@pytest.mark.parametrize("name", ["pmed1", "pmed2", "pmed5", "pmed8", "pmed13", "pmed15"])
def test_p_median_proves_the_published_optimum(name):
    path, best = published("p-median", name)
    instance = read_instance(path)
    answer = p_median(instance.distance, sites=instance.sites)
    assert answer.value == best
    assert answer.is_proven
    assert answer.bound == best


@pytest.mark.parametrize("name", ["pmed1", "pmed4", "pmed10"])
def test_p_center_proves_the_published_optimum(name):
    path, best = published("p-center", name)
    instance = read_instance(path)
    answer = p_center(instance.distance, sites=instance.sites)
    assert answer.value == best
    assert answer.is_proven


@pytest.mark.parametrize("name", ["cap41", "cap74", "cap101"])
def test_facility_location_proves_the_published_optimum(name):
    path, best = published("CFLP", name)
    found = read_instance(path)
    answer = facility_location(
        found.distance, found.demand, capacity=found.capacity, opening=found.opening
    )
    assert answer.value == pytest.approx(best, abs=0.01)
    assert answer.is_proven


def test_capacitated_median_proves_the_published_optimum():
    path, best = published("capacitated p-median", "pmedcap01")
    found = read_instance(path)
    answer = capacitated_median(
        found.distance, found.demand, capacity=found.capacity, sites=found.sites
    )
    assert answer.value == best
    assert answer.is_proven


@pytest.mark.parametrize("name", ["p1", "p31", "p35", "p61"])
def test_single_source_facility_location_proves_the_published_value(name):
    path, best = published("single-source CFLP", f"holmberg_{name}")
    found = read_instance(path)
    answer = facility_location(
        found.distance,
        found.demand,
        capacity=found.capacity,
        opening=found.opening,
        is_single=True,
    )
    assert answer.value == best
    assert answer.is_proven


def test_the_published_value_of_fl1400_lies_between_bound_and_value_with_floors_only():
    path = PLACEMENT / "tsplib" / "fl1400.tsp"
    published_value = 15_962
    roughly = Effort(gap=0.02)
    answers = {
        convention: p_median(
            read_instance(path, convention=convention).distance, sites=100, effort=roughly
        )
        for convention in ("floor", "round", "real")
    }
    assert answers["floor"].bound <= published_value <= answers["floor"].value
    assert answers["floor"].value < 1.01 * published_value
    assert answers["round"].bound > published_value
    assert answers["real"].bound > published_value


def test_a_published_value_with_floors_is_proven():
    distance = read_instance(PLACEMENT / "tsplib" / "rl1304.tsp").distance
    answer = p_median(distance, sites=20)
    assert answer.value == 1_412_108
    assert answer.is_proven
