"""How good, how certain and how quick are the placement solvers?

    python benchmarks/bench_placement.py --set pmed|cap|tsplib|city|cvar|spopt [--clock processor]

Published optima come from ../shared/data/placement (OR-Library, TSPLIB points with the values of
Duran-Mateluna, Ales & Elloumi 2023). ``--peer PYTHON`` names an interpreter that has spopt and
highspy, for ``--set spopt``. Kernels are compiled before the clock starts. ``--clock processor``
reads the time limit on the processor's clock, so that a busy machine does not cut the search short.
Each line: value, difference from the published value, bound, gap, proof, times, target met or not.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from placement_cvar import bench_cvar  # noqa: F401 - main finds it by name

from gis.locate import (
    Answer,
    Effort,
    capacitated_median,
    facility_location,
    maximal_cover,
    p_center,
    p_median,
)
from gis.locate.files import read_instance
from gis.locate.median.annealing import anneal, begin_choice, lay_ground
from gis.locate.median.lists import sorted_lists

SHARED = Path(os.environ.get("SHAPAN_SHARED", Path(__file__).parents[1].parent / "shared"))
PLACEMENT = SHARED / "data" / "placement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a line must reach: a proof, or a largest excess over the published value, or a gap."""

    words: str
    excess: float = np.inf
    gap: float = np.inf
    is_proven: bool = False


PROOF = Target(words="proven", is_proven=True, excess=1e-6)
COVERS = ((20, 3_000), (60, 3_000), (100, 3_000), (200, 3_000), (60, 2_000), (60, 5_000))
"""Sites and reach [m] of the covering problems in the 60 km city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One solved case: the answer, what is published, wall and processor time [s], its target."""

    name: str
    answer: Answer
    best: float
    wall_s: float
    cpu_s: float
    target: Target

    @property
    def excess(self) -> float:
        """Value above the published one, relative to it."""
        return self.answer.value / self.best - 1 if np.isfinite(self.best) else float("nan")

    @property
    def is_met(self) -> bool:
        """Whether the target is met."""
        target = self.target
        is_near = not self.excess > target.excess and self.answer.gap <= target.gap
        return is_near and (self.answer.is_proven or not target.is_proven)

    def show(self) -> None:
        """Print one line."""
        proof = "proven" if self.answer.is_proven else "      "
        met = "met" if self.is_met else "MISSED"
        print(
            f"{self.name:28} {self.answer.value:14.2f} {self.excess:+9.4%} bound "
            f"{self.answer.bound:14.2f} gap {self.answer.gap:9.4%} {proof} "
            f"{self.wall_s:7.2f} s wall {self.cpu_s:7.2f} s cpu  "
            f"{self.target.words}: {met}  {self.answer.method}",
            flush=True,
        )


def timed(
    name: str,
    solve: Callable[[], Answer],
    best: float = float("nan"),
    target: Target = PROOF,
) -> Line:
    """Solve once and print the line."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = solve()
    line = Line(
        name=name,
        answer=answer,
        best=best,
        wall_s=time.perf_counter() - wall,
        cpu_s=time.process_time() - cpu,
        target=target,
    )
    line.show()
    return line


def warm_up() -> None:
    """Compile every kernel."""
    points = np.random.default_rng(1).random((120, 2))
    matrix = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    p_median(matrix, sites=9)
    is_free, nowhere = np.ones(120, dtype=bool), np.zeros(120, dtype=bool)
    ground = lay_ground(sorted_lists(matrix), matrix.copy(), is_free, total=9, far=1e9)
    choice = begin_choice(ground, np.arange(9), nowhere)
    anneal(ground, choice, random=np.random.default_rng(1), is_over=lambda: True)


def published(problem: str, instance: str = "") -> Iterator[tuple[str, Path, int | None, float]]:
    """Published values: name, file, number of sites, best value."""
    with (PLACEMENT / "optima.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["problem"].startswith(problem) and row["instance"].startswith(instance):
                sites = int(float(row["p"])) if row["p"] else None
                yield row["instance"], PLACEMENT / row["file"], sites, float(row["best_known"])


def bench_pmed(effort: Effort) -> dict[str, object]:
    """OR-Library pmed1 to 40 as p-median and as p-center."""
    lines: dict[str, list[Line]] = {"p-median": [], "p-center": []}
    for problem, solver in (("p-median", p_median), ("p-center", p_center)):
        for name, path, sites, best in published(problem, "pmed"):
            matrix = read_instance(path).distance
            solve = lambda s=solver, m=matrix, p=sites: s(m, sites=p, effort=effort)  # noqa: E731 - one expression
            lines[problem].append(timed(f"{problem} {name}", solve, best))
    wall = sum(line.wall_s for line in lines["p-median"])
    return {
        "question": "seconds to prove pmed1-40 as p-median",
        "value": round(wall, 2),
        "unit": "s",
        "peer": "target of issue 4",
        "peer_value": 60.0,
        "ratio": round(60.0 / wall, 2),
        "cpu_s": round(sum(line.cpu_s for line in lines["p-median"]), 2),
        **{f"{problem} proven": tally(lines[problem]) for problem in lines},
        "p-center wall_s": round(sum(line.wall_s for line in lines["p-center"]), 2),
    }


def tally(lines: list[Line]) -> str:
    """How many answers are proven and equal the published value, of how many."""
    good = sum(line.answer.is_proven and abs(line.excess) < 1e-7 for line in lines)
    return f"{good}/{len(lines)}"


def bench_cap(effort: Effort) -> dict[str, object]:
    """OR-Library cap41 to 134 (those that are present) and pmedcap, and Holmberg's 36."""
    lines = []
    for name, path, _, best in published("CFLP (multi-source)"):
        i = read_instance(path)
        solve = lambda i=i: facility_location(  # noqa: E731 - one expression
            i.distance, i.demand, capacity=i.capacity, opening=i.opening, effort=effort
        )
        lines.append(timed(name, solve, best))
    for name, path, sites, best in published("capacitated p-median"):
        i = read_instance(path)
        solve = lambda i=i, p=sites: capacitated_median(  # noqa: E731 - one expression
            i.distance, i.demand, capacity=i.capacity, sites=p, effort=effort
        )
        lines.append(timed(name, solve, best))
    for name, path, _, best in published("single-source CFLP"):
        i = read_instance(path)
        solve = lambda i=i: facility_location(  # noqa: E731 - one expression
            i.distance,
            i.demand,
            capacity=i.capacity,
            opening=i.opening,
            is_single=True,
            effort=effort,
        )
        lines.append(timed(name, solve, best))
    good = sum(line.answer.is_proven and abs(line.excess) < 1e-6 for line in lines)
    return {
        "question": "capacitated instances proven at the published optimum",
        "value": good,
        "unit": "instances",
        "peer": "all instances present",
        "peer_value": len(lines),
        "ratio": round(good / len(lines), 3),
        "wall_s": round(sum(line.wall_s for line in lines), 2),
        "cpu_s": round(sum(line.cpu_s for line in lines), 2),
    }


def bench_tsplib(effort: Effort) -> dict[str, object]:
    """TSPLIB points, floor of the Euclidean distance."""
    lines = []
    for instance in ("rl1304", "fl1400", "pcb3038"):
        matrix = read_instance(PLACEMENT / "tsplib" / f"{instance}.tsp").distance
        for name, _, sites, best in published("p-median", instance):
            solve = lambda m=matrix, p=sites: p_median(m, sites=p, effort=effort)  # noqa: E731 - one expression
            near = Target(words="0.05 %", excess=0.0005)
            lines.append(timed(f"{name} p={sites}", solve, best, near))
    good = sum(line.excess <= 0.0005 for line in lines)
    return {
        "question": f"TSPLIB p-medians within 0.05 % of published in {effort.seconds:g} s",
        "value": good,
        "unit": "instances",
        "peer": "published values (EJOR 308, 2023)",
        "peer_value": len(lines),
        "ratio": round(good / len(lines), 3),
        "proven": sum(line.answer.is_proven for line in lines),
        "worst_excess": max(line.excess for line in lines),
    }


def city_points(seed: int, *, side_m: float = 60_000.0) -> tuple[np.ndarray, np.ndarray]:
    """A clustered city: 13,000 demands with weights 1-99 and 2,000 sites; metres."""
    random = np.random.default_rng(seed)
    centre = random.uniform(5_000, side_m - 5_000, (60, 2))
    spread = random.uniform(400, 3_000, 60)
    of = random.choice(60, 13_000, p=random.dirichlet(np.full(60, 2.0)))
    place = centre[of] + random.normal(size=(13_000, 2)) * spread[of, None]
    sites = place[random.choice(13_000, 2_000, replace=False)]
    distance = np.hypot(*(place[:, None] - sites[None]).transpose(2, 0, 1))
    return distance, random.integers(1, 100, 13_000).astype(float)


def bench_city(effort: Effort) -> dict[str, object]:
    """Cities of 13,000 demands and 2,000 sites, 60 km and a denser 40 km wide; and covering."""
    lines: dict[float, list[Line]] = {60_000.0: [], 40_000.0: []}
    near = Target(words="gap 0.1 %", gap=0.001)
    for side, of in lines.items():
        distance, weights = city_points(7, side_m=side)
        for sites in (20, 50, 100, 200):
            solve = lambda d=distance, w=weights, p=sites: p_median(d, w, sites=p, effort=effort)  # noqa: E731 - one expression
            of.append(timed(f"{side / 1000:g} km p={sites}", solve, target=near))
    distance, weights = city_points(7)
    covers = []
    for sites, within in COVERS:
        solve = lambda p=sites, r=within: maximal_cover(  # noqa: E731 - one expression
            distance, weights, sites=p, within=r, effort=effort
        )
        covers.append(timed(f"coverage p={sites} within {within / 1000:g} km", solve))
    worst = {side: max(line.answer.gap for line in of) for side, of in lines.items()}
    return {
        "question": f"largest certified gap on 13,000 x 2,000 in {effort.seconds:g} s",
        "value": worst[60_000.0],
        "unit": "1",
        "peer": "target of issue 4",
        "peer_value": 0.001,
        "ratio": round(0.001 / max(worst[60_000.0], 1e-12), 3),
        "value_40_km": worst[40_000.0],
        "coverage_proven": f"{sum(line.answer.is_proven for line in covers)}/{len(covers)}",
        "coverage_gap": max(line.answer.gap for line in covers),
    }


PEER = """
import sys, time, json, numpy as np, pulp, spopt
from spopt.locate import PMedian
data = np.load(sys.argv[1])
wall, cpu = time.perf_counter(), time.process_time()
model = PMedian.from_cost_matrix(data["distance"], data["weights"], p_facilities=int(sys.argv[2]))
model = model.solve(pulp.HiGHS(msg=False, threads=1))
print(json.dumps({"version": spopt.__version__, "value": model.problem.objective.value(),
    "wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}))
"""


def bench_spopt(effort: Effort, peer: str) -> dict[str, object]:
    """Processor time of spopt with HiGHS against ours, n = 500, p = 25, the same points."""
    random = np.random.default_rng(5)
    points = random.random((500, 2)) * 10_000
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    weights = random.integers(1, 100, 500).astype(float)
    line = timed(
        "n=500 p=25", lambda: p_median(distance, weights, sites=25, effort=effort), float("nan")
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "case.npz"
        np.savez(file, distance=distance, weights=weights)
        done = subprocess.run(
            [peer, "-c", PEER, str(file), "25"], capture_output=True, text=True, check=True
        )
    theirs = json.loads(done.stdout.strip().splitlines()[-1])
    print(theirs)
    return {
        "question": "processor time for a p-median of n = 500, p = 25",
        "value": round(line.cpu_s, 4),
        "unit": "s",
        "peer": f"spopt {theirs['version']} with HiGHS",
        "peer_value": round(theirs["cpu_s"], 2),
        "ratio": round(theirs["cpu_s"] / line.cpu_s, 1),
        "same_value": abs(theirs["value"] - line.answer.value) < 1e-6 * line.answer.value,
        "is_proven": line.answer.is_proven,
    }


def main() -> None:
    """Run one set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ("pmed", "cap", "tsplib", "city", "cvar", "spopt")
    parser.add_argument("--set", choices=names, required=True, dest="chosen")
    parser.add_argument("--seconds", type=float, help="time for each instance [s]")
    parser.add_argument("--peer", default=sys.executable, help="interpreter that has spopt")
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall")
    given = parser.parse_args()
    seconds = given.seconds or (30.0 if given.chosen == "tsplib" else 60.0)
    effort = Effort(seconds=seconds, clock=given.clock)
    warm_up()
    if given.chosen == "spopt":
        result = bench_spopt(effort, given.peer)
    else:
        result = globals()[f"bench_{given.chosen}"](effort)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
