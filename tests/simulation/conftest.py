"""A small city and a short drill for tests that play whole runs."""

import pytest

from scenarios import loader
from scenarios.change import Change
from scenarios.drill import Drill
from twin.city import City
from twin.synthetic import make_city

SHORT_HOURS = 12
"""The short drill ends this long after T0, which is past its evacuation, flood and rescues."""


@pytest.fixture(scope="session")
def small_city() -> City:
    return make_city(residents=4_000)


@pytest.fixture(scope="session")
def short_drill() -> Drill:
    drill = loader.load("typhoon-flood")
    late = tuple(one.id for one in drill.injects if one.at and one.at > SHORT_HOURS * 3600)
    cut = Change(without=late).apply(drill)
    content = cut.model_dump(mode="json", by_alias=True)
    content["horizon"]["to"] = SHORT_HOURS * 3600
    return Drill.model_validate(content)
