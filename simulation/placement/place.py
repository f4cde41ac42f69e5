"""Choose the depots of a city and measure their reach."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InfeasibleError, InputError
from gis.locate import Answer, maximal_cover, nearest, p_median
from simulation.placement.result import GridReach, Model, OpenDepot, Placement, placement_id
from simulation.placement.sites import (
    ACCESS_METRES,
    CANDIDATE_KINDS,
    access_nodes,
    candidate_sites,
    drive_nodes,
    grid_points,
)
from simulation.run import Words
from twin.city import City
from twin.reach import travel_minutes

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The matrices of one placement.

    Attributes:
        candidates: Candidate sites, a table with ``facility, kind, access`` and names.
        residents: Residents per grid [persons], float64, shape ``(grids,)``.
        minutes: Driving time from candidate to grid [min], shape ``(grids, candidates)``.
        served: Which grids some candidate reaches, bool, shape ``(grids,)``.
    """

    candidates: pd.DataFrame
    residents: NDArray[np.float64]
    minutes: NDArray[np.float64]
    served: NDArray[np.bool_]


def place(
    city: City,
    *,
    depots: int,
    within_minutes: float,
    model: Model = "p-median",
    progress: Progress | None = None,
) -> Placement:
    """Choose where depots should stand so that help reaches residents by road.

    Args:
        city: The city.
        depots: How many depots to open.
        within_minutes: Driving time that counts as reached [min], itself included.
        model: ``p-median`` makes the whole travel least; ``coverage`` reaches the most residents
            within the given minutes.
        progress: Called with the share done and one short line.

    Returns:
        The open depots with value, bound, gap and proof, and the reach of every grid.

    Raises:
        InputError: The city has no roads or candidates, or a number is out of range.
        InfeasibleError: So few depots cannot reach every grid that some candidate reaches.
    """
    began = perf_counter()
    tell = progress or _silent
    _check(depots, within_minutes)
    tell(0.0, "reading the road network")
    question = ask(city)
    if depots > len(question.candidates):
        raise InfeasibleError(
            f"{depots} depots were asked for but city {city.name} has "
            f"{len(question.candidates)} candidate sites; ask for that many or fewer",
            field="depots",
        )
    tell(0.4, f"choosing {depots} of {len(question.candidates)} candidate sites")
    answer = _solve(question, depots=depots, within_minutes=within_minutes, model=model)
    tell(0.9, "measuring reach")
    placement = _conclude(
        city, question, answer, model=model, within_minutes=within_minutes, began=began
    )
    tell(1.0, f"{placement.covered_share:.1%} of residents within {within_minutes:g} minutes")
    return placement


def _silent(_share: float, _line: str) -> None:
    return


def _check(depots: int, within_minutes: float) -> None:
    if depots < 1:
        raise InputError(f"depots is {depots}; ask for at least 1", field="depots")
    if not (within_minutes > 0 and np.isfinite(within_minutes)):
        raise InputError(
            f"within_minutes is {within_minutes}; give a finite number above 0",
            field="within_minutes",
        )


def ask(city: City) -> Question:
    """Read candidates, residents and driving times from a city.

    Raises:
        InputError: The city has no roads, no candidates, or no grid that any of them reaches.
    """
    drive = drive_nodes(city)
    candidates = candidate_sites(city, drive)
    grid_nodes = access_nodes(city, drive, *grid_points(city))
    minutes = np.full((len(grid_nodes), len(candidates)), np.inf)
    has_road = grid_nodes >= 0
    minutes[has_road] = travel_minutes(
        city, candidates["access"].to_numpy(dtype=np.int64), grid_nodes[has_road], mode="drive"
    ).T
    served: NDArray[np.bool_] = np.isfinite(minutes).any(axis=1)
    if not served.any():
        raise InputError(f"no candidate site of city {city.name} reaches any grid by road")
    return Question(
        candidates=candidates,
        residents=city.grids["residents"].to_numpy(dtype=np.float64),
        minutes=minutes,
        served=served,
    )


def _solve(question: Question, *, depots: int, within_minutes: float, model: Model) -> Answer:
    minutes, residents = question.minutes[question.served], question.residents[question.served]
    if model == "coverage":
        return maximal_cover(minutes, residents, sites=depots, within=within_minutes)
    return p_median(minutes, residents, sites=depots)


def _conclude(
    city: City,
    question: Question,
    answer: Answer,
    *,
    model: Model,
    within_minutes: float,
    began: float,
) -> Placement:
    site = nearest(question.minutes, answer.sites)
    reached = site >= 0
    minutes = np.where(reached, question.minutes[np.arange(len(site)), site], np.inf)
    residents = question.residents
    people = int(residents.sum())
    covered = int(residents[minutes <= within_minutes].sum())
    return Placement(
        placement=placement_id(
            city.release, model=model, depots=len(answer.sites), within_minutes=within_minutes
        ),
        city=city.name,
        release=city.release,
        synthetic=city.provenance.is_synthetic,
        model=model,
        depots=len(answer.sites),
        within_minutes=within_minutes,
        value=answer.value,
        bound=answer.bound,
        gap=answer.gap,
        is_proven=answer.is_proven,
        unit="person-minutes" if model == "p-median" else "persons",
        seconds=perf_counter() - began,
        method=answer.method,
        mean_minutes=_mean(minutes[reached], residents[reached]) or 0.0,
        residents=people,
        covered_residents=covered,
        covered_share=covered / people if people else 0.0,
        candidates=len(question.candidates),
        open=_depots(question, answer, site, minutes),
        assignment=_reach(city, question, site, minutes),
        unreachable=city.grids["code"][~question.served].astype(str).tolist(),
        unreachable_residents=int(residents[~question.served].sum()),
        assumptions=_assumptions(question),
    )


def _mean(minutes: NDArray[np.float64], residents: NDArray[np.float64]) -> float | None:
    total = residents.sum()
    return float(minutes @ residents / total) if total > 0 else None


def _depots(
    question: Question, answer: Answer, site: NDArray[np.int64], minutes: NDArray[np.float64]
) -> list[OpenDepot]:
    rows = question.candidates.iloc[answer.sites]
    degrees = rows.geometry.to_crs(4326)
    depots = []
    for number, (_, row), point in zip(answer.sites, rows.iterrows(), degrees, strict=True):
        own = site == number
        depots.append(
            OpenDepot(
                facility=str(row["facility"]),
                kind=str(row["kind"]),
                name=Words(zh=str(row["name_zh"]), en=str(row["name_en"])),
                node=int(row["access"]),
                lon=round(point.x, 7),
                lat=round(point.y, 7),
                grids=int(own.sum()),
                residents=int(question.residents[own].sum()),
                mean_minutes=_mean(minutes[own], question.residents[own]),
            )
        )
    return depots


def _reach(
    city: City, question: Question, site: NDArray[np.int64], minutes: NDArray[np.float64]
) -> list[GridReach]:
    facility = question.candidates["facility"].astype(str).tolist()
    return [
        GridReach(
            grid=str(code),
            residents=int(people),
            facility=facility[number] if number >= 0 else None,
            minutes=float(time) if number >= 0 else None,
        )
        for code, people, number, time in zip(
            city.grids["code"], question.residents, site, minutes, strict=True
        )
    ]


def _assumptions(question: Question) -> list[Words]:
    kinds = ", ".join(CANDIDATE_KINDS)
    return [
        Words(
            zh=f"候选点：{kinds} 类设施，每个路网节点取一处，共 {len(question.candidates)} 处。",
            en=f"Candidates: facilities of kind {kinds}, one per road node, "
            f"{len(question.candidates)} in all.",
        ),
        Words(
            zh="网格需求按常住人口计，位置取居民住址的加权中心，行车用自由流速度。",
            en="A grid's demand is its registered residents at their mean home; vehicles drive at "
            "free speed.",
        ),
        Words(
            zh=f"距主路网 {ACCESS_METRES:g} 米以内的地点接入主路网最近节点。",
            en=f"Places within {ACCESS_METRES:g} m of the main road network are reached from its "
            "nearest node.",
        ),
    ]
