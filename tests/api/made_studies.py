"""A reserve study made by hand: the smallest that has every part."""

import hashlib

from simulation.studies.result import FrontPoint, MovedPlan, StudyResult
from twin.city import City

WORDS = {"zh": "字", "en": "word"}


def interval(mean: float) -> dict[str, float | int]:
    return {"mean": mean, "low": mean - 1.0, "high": mean + 1.0, "n": 4}


def make_moved(study: StudyResult) -> MovedPlan:
    return MovedPlan.model_validate(
        {
            "study": study.study,
            "point": 0,
            "moves": [{"facility": "depot-a", "to": "depot-b"}],
            "is_replayed": False,
            "label": WORDS,
            "plan": study.points[1].model_dump(),
            "difference_person_hours": -3.0,
            "difference_yuan": 1.0,
            "broken_rules": [],
            "seconds": 0.1,
        }
    )


def make_study(city: City) -> StudyResult:
    study = hashlib.sha256(f"study-{city.release}".encode()).hexdigest()
    codes = sorted(city.places.loc[city.places["level"] == "community", "code"])
    return StudyResult.model_validate(
        {
            "study": study,
            "id": "typhoon-reserve",
            "title": {"zh": "台风储备", "en": "Typhoon reserve"},
            "city": city.name,
            "release": city.release,
            "synthetic": True,
            "engine": "0",
            "base": "present",
            "scenarios": [_scenario(number) for number in range(2)],
            "areas": [_area(code) for code in codes],
            "districts": [
                {"district": code[:6], "name": WORDS, "residents": 40, "need_person_hours": 300.0}
                for code in codes[:1]
            ],
            "sites": [_site("depot-a", 120.001), _site("depot-b", 120.002)],
            "findings": [WORDS],
            "baseline": _baseline(),
            "points": [make_point(number, codes).model_dump() for number in range(3)],
            "without": _expected(900.0),
            "next_yuan": [_yuan("tonne", 12.0), _yuan("truck", -1.0)],
            "unreachable": [],
            "unreachable_residents": 0,
            "basis": {"S": 3, "K": 4, "A": 9},
            "assumptions": [WORDS],
            "limits": [WORDS],
            "runs_played": 12,
            "seconds": 3.5,
        }
    )


def make_point(number: int, codes: list[str]) -> FrontPoint:
    cost = 100_000.0 * (number + 1)
    unmet = 600.0 / (number + 1)
    return FrontPoint.model_validate(
        {
            "point": number,
            "budget_yuan": cost + 500.0,
            "cost_yuan": cost,
            "costs": [
                {"part": "opening", "title": WORDS, "yuan": cost / 2},
                {"part": "holding", "title": WORDS, "yuan": cost / 2},
            ],
            "certificate": {
                "value": unmet * 30.0,
                "bound": unmet * 29.9,
                "unit": "yuan/a",
                "gap": 0.003,
                "is_proven": number == 0,
                "seconds": 1.5,
                "method": "L-shaped",
            },
            "expected": _expected(unmet),
            "tiers": [{"tier": "city", "title": WORDS, "within_hours": 8.0, "share": 0.8}],
            "depots": [_depot("depot-a", 120.001), _depot("depot-b", 120.002)],
            "flows": [
                {
                    "facility": "depot-a",
                    "area": code,
                    "item": "water",
                    "quantity": 90.0,
                    "hours": 7.0,
                }
                for code in codes
            ],
            "areas": [
                {
                    "area": code,
                    "unmet": {"water": 5.0},
                    "unmet_person_hours": unmet / len(codes),
                    "unmet_share": 0.3 * row,
                    "hours": 7.0 if row == 0 else None,
                }
                for row, code in enumerate(codes)
            ],
            "scenario_person_hours": [unmet, unmet],
            "evenness": _evenness(codes[0][:6]) if number else None,
            "price": {"shadow": 40.0, "slope": 55.0} if number else None,
            "worst_loss": _loss(unmet) if number else None,
            "replay": _replay(unmet * 1.1) if number < 2 else None,
            "disagreement": [_disagreement(unmet)] if number < 2 else [],
        }
    )


def _baseline() -> dict[str, object]:
    measures = _replay(900.0)["measures"]
    assert isinstance(measures, list)
    kept = ("measure", "title", "unit", "better", "value")
    return {
        "base": "present",
        "title": {"zh": "现有储备", "en": "today's stock"},
        "cost_yuan": 250_000.0,
        "depots": ["depot-a"],
        "stock": {"water": 30_000.0},
        "expected": _expected(700.0),
        "measures": [{name: row[name] for name in kept} for row in measures],
    }


def _scenario(number: int) -> dict[str, object]:
    run = f"{number:064x}"
    return {
        "scenario": number,
        "drill": "typhoon-flood",
        "seed": 100 + number,
        "decisions": {"D1": "now"},
        "run": run,
        "weight": 0.5,
        "stands_for": [run],
        "need": {"water": 1000.0},
        "need_person_hours": 900.0,
        "roads_closed": 3,
        "depots_lost": ["depot-b"],
    }


def _area(code: str) -> dict[str, object]:
    return {
        "area": code,
        "name": WORDS,
        "residents": 40,
        "grids": 1,
        "joined": [],
        "lon": 120.0015,
        "lat": 30.0005,
        "need": {"water": 100.0},
    }


def _site(facility: str, lon: float) -> dict[str, object]:
    return {
        "facility": facility,
        "kind": "depot",
        "name": {"zh": f"储备点 {facility}", "en": f"Depot {facility}"},
        "district": "990101",
        "lon": lon,
        "lat": 30.001,
        "state": "existing" if facility == "depot-a" else "candidate",
        "survives": 0.75,
    }


def _depot(facility: str, lon: float) -> dict[str, object]:
    return {
        "facility": facility,
        "name": {"zh": f"储备点 {facility}", "en": f"Depot {facility}"},
        "lon": lon,
        "lat": 30.001,
        "size": "small",
        "is_existing": facility == "depot-a",
        "volume_m3": 150.0,
        "stock": [
            {
                "item": "water",
                "unit": "L",
                "mode": "physical",
                "quantity": 30_000.0,
                "volume_m3": 45.0 if facility == "depot-a" else 90.0,
                "yuan": 9000.0,
            }
        ],
    }


def _evenness(code: str) -> dict[str, object]:
    return {
        "gini": 0.125,
        "most_gini": 0.2,
        "access_hours": 8.0,
        "districts": [{"district": code, "access": 0.75, "unmet_share": 0.25}],
    }


def _loss(unmet: float) -> dict[str, object]:
    return {
        "count": 1,
        "depots": [
            {"facility": "depot-a", "name": {"zh": "储备点 depot-a", "en": "Depot depot-a"}}
        ],
        "unmet_person_hours": unmet + 70.0,
        "more_person_hours": 70.0,
        "more_unmet": {"water": 35.0},
        "at_most_person_hours": unmet + 70.0,
        "tried": 2,
        "is_chosen_against": False,
    }


def _expected(unmet: float) -> dict[str, object]:
    return {
        "unmet_person_hours": unmet,
        "cvar_person_hours": unmet * 1.5,
        "worst_person_hours": unmet * 1.6,
        "first_supply_hours": 3.5,
        "response_hours": 6.5,
        "delivered": {"water": 900.0},
    }


def _replay(unmet: float) -> dict[str, object]:
    measure = {
        "measure": "unmet_person_hours",
        "title": WORDS,
        "unit": "person h",
        "better": "lower",
        "value": interval(unmet),
        "base": interval(900.0),
        "difference": interval(unmet - 900.0),
    }
    red = {**measure, "measure": "red_lines_broken", "unit": "1", "difference": interval(0.0)}
    return {
        "base": "present",
        "seeds": {"typhoon-flood": [1, 2]},
        "runs": ["a" * 64],
        "base_runs": ["b" * 64],
        "measures": [measure, red],
    }


def _disagreement(unmet: float) -> dict[str, object]:
    return {
        "measure": "unmet_person_hours",
        "title": WORDS,
        "unit": "person h",
        "optimiser": unmet,
        "simulation": unmet * 1.1,
        "difference": unmet * 0.1,
        "agrees": False,
        "because": [{"zh": "卡车不足", "en": "Too few trucks"}],
    }


def _yuan(option: str, gain: float) -> dict[str, object]:
    return {
        "option": option,
        "title": {"zh": f"再加 {option}", "en": f"One more {option}"},
        "facility": "depot-a",
        "item": "water" if option == "tonne" else None,
        "cost_yuan": 5000.0,
        "measure": "unmet_person_hours",
        "unit": "person h",
        "gain": interval(gain),
        "gain_per_10000_yuan": interval(gain * 2),
        "how": "optimiser" if option == "tonne" else "simulation",
        "because": WORDS,
    }
