"""A small city, a typhoon of two days, and a study that is answered in seconds."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from scenarios.drill import Drill
from scenarios.study import Study
from scenarios.words import seconds
from simulation.studies.conduct import Conducted, conduct
from simulation.studies.hands import MemoryShelf
from twin.city import City
from twin.synthetic import make_city

START, END = "-PT26H", "PT24H"
SHELF = MemoryShelf()


def _library(room: str, name: str) -> dict[str, Any]:
    entry = files("scenarios") / room / name
    content: dict[str, Any] = yaml.safe_load(entry.read_text(encoding="utf-8"))
    return content


@cache
def small_city() -> City:
    return make_city(residents=4_000)


def short_content() -> dict[str, Any]:
    """The typhoon of the library, from a day before to a day after T0."""
    content = _library("library", "typhoon_flood.yaml")
    content["id"] = "short-typhoon"
    content["horizon"] = {"from": START, "to": END, "step": "PT15M"}
    first, last = seconds(START), seconds(END)
    content["injects"] = [
        inject
        for inject in content["injects"]
        if "at" not in inject or first <= seconds(inject["at"]) <= last
    ]
    asked = {task["id"] for inject in content["injects"] for task in inject.get("expect", [])}
    for objective in content["objectives"]:
        kept = [name for name in objective.get("actions", []) if name in asked]
        objective["actions"] = kept
    return content


@cache
def short_drill() -> Drill:
    return Drill.model_validate(short_content())


def study_content(**changes: Any) -> dict[str, Any]:
    """The library's study, made small; ``changes`` replace whole fields."""
    content = _library("library_studies", "typhoon_reserve.yaml")
    content["id"] = "small-reserve"
    content["drills"][0] |= {"drill": "short-typhoon", "seeds": [11, 12], "replay_seeds": [1, 2]}
    content["horizon_hours"]["value"] = 24
    content["rules"]["separation_m"]["value"] = 0
    content["rules"]["footprint_depth_m"] = None
    content["front"] = {"budgets_yuan": [32_000, 90_000]}
    content["next_yuan"]["options"] = ["depot", "tonne", "truck"]
    return content | changes


def small_study(**changes: Any) -> Study:
    return Study.model_validate(study_content(**changes))


def answered(**changes: Any) -> Conducted:
    """The small study answered; runs are shared between tests of one process."""
    return conduct(small_city(), small_study(**changes), [short_drill()], shelf=SHELF)
