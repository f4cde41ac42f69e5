"""How much CPU time and memory does moving people cost?

    uv run python benchmarks/bench_movement.py            # 11 x 11 grid against UXsim's C++ engine
    uv run python benchmarks/bench_movement.py --city     # 10 million residents for 24 hours
    uv run python benchmarks/bench_movement.py --linear   # 1 to 10 million, with a plot

The last line is one JSON object. UXsim 1.15 is no dependency: name the Python of an environment
that has it with ``--peer-python``. Each side runs alone in a process of its own, after a tiny run
that loads its code; CPU time is user + system of that process, memory what it grew by.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from movement import plot

HERE = Path(__file__).resolve().parent
PLOT = HERE.parent / "docs" / "reference" / "movement-linear.svg"


def apart(python: str, script: str, *arguments: str) -> dict[str, Any]:
    """Run one side alone in a process of its own and give its JSON line."""
    command = [python, str(HERE / "movement" / script), *arguments]
    paths = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    line = done.stdout.splitlines()[-1]
    print(script, *arguments, line, flush=True)
    result: dict[str, Any] = json.loads(line)
    return result


def compare_grid(peer_python: str) -> dict[str, Any]:
    """Answer for UXsim's own benchmark, with a ratio where UXsim is at hand."""
    ours = apart(sys.executable, "shapan_grid.py")
    result = {
        "question": "CPU seconds for UXsim's 11x11 grid, 60,500 vehicles, 7,200 s, with routing",
        "value": round(ours["cpu_s"], 3),
        "unit": "s",
        "memory_mb": round(ours["grown_mb"], 1),
        "peer": None,
        "peer_value": None,
        "ratio": None,
    }
    try:
        peer = apart(peer_python, "uxsim_grid.py")
    except subprocess.CalledProcessError:
        print(f"{peer_python} has no UXsim 1.15: no ratio")
        return result
    return result | {
        "peer": f"UXsim {peer['version']}, C++ engine, one thread",
        "peer_value": round(peer["cpu_s"], 3),
        "ratio": round(peer["cpu_s"] / ours["cpu_s"], 2),
        "peer_memory_mb": round(peer["grown_mb"], 1),
        "memory_ratio": round(peer["grown_mb"] / ours["grown_mb"], 1),
    }


def move_city(residents: int) -> dict[str, Any]:
    """Answer for a city's day; there is no peer that runs it, the target is 150 CPU s, 1.5 GB."""
    day = apart(sys.executable, "city.py", "--residents", str(residents))
    return {
        "question": f"CPU seconds for {residents:,} residents, 249,000 links, 200 shelters, 24 h,"
        " all routed anew every 5 minutes",
        "value": round(day["cpu_s"], 1),
        "unit": "s",
        "peer": "target",
        "peer_value": 150,
        "ratio": round(150 / day["cpu_s"], 2),
        "peak_mb": round(day["peak_mb"]),
        "accounted": day["accounted"] == residents,
        "forced": day["forced"],
        "forced_share": round(day["forced"] / day["link_events"], 6),
        "detours": day["detours"],
    }


def draw_line() -> dict[str, Any]:
    """Answer for growth from 1 to 10 million, and draw it."""
    sizes = (1_000_000, 3_000_000, 10_000_000)
    days = [apart(sys.executable, "city.py", "--residents", str(size)) for size in sizes]
    PLOT.write_text(plot.svg(days), encoding="utf-8")
    first, last = days[0], days[-1]
    growth = last["cpu_s"] / first["cpu_s"]
    return {
        "question": "growth of CPU time from 1 to 10 million residents, 10 if linear",
        "value": round(growth, 2),
        "unit": "1",
        "peer": "linear",
        "peer_value": 10,
        "ratio": round(10 / growth, 2),
        "cpu_s": [round(day["cpu_s"], 1) for day in days],
        "peak_mb": [round(day["peak_mb"]) for day in days],
    }


def main() -> None:
    """Run what is asked for; the last line is the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--city", action="store_true")
    parser.add_argument("--linear", action="store_true")
    parser.add_argument("--residents", type=int, default=10_000_000)
    options = parser.parse_args()
    if options.linear:
        answer = draw_line()
    elif options.city:
        answer = move_city(options.residents)
    else:
        answer = compare_grid(options.peer_python)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
