"""The same bytes on Python 3.11 and 3.12, where both are present with what Shapan needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = "import mesa, numba, numpy, geopandas, rasterio, pydantic, orjson"
PLAY = """
import hashlib
import sys
from pathlib import Path

from scenarios import loader
from simulation import engine
from twin.synthetic import make_city

drill = loader.load("typhoon-flood")
run = engine.run(make_city(residents=4_000), drill, seed=3)
content = hashlib.sha256(b"\\n".join(run.events))
for name in ("grid_quality", "building_state", "residents", "grid_residents", "flood_depth"):
    content.update(getattr(run.frames, name).tobytes())
print(run.id, run.result.digest, content.hexdigest())
"""


def other_python() -> str:
    """A Python of the other minor version that can import what Shapan needs, or skip."""
    minor = {11: 12, 12: 11}.get(sys.version_info.minor)
    name = f"python3.{minor}"
    for program in (os.environ.get("SHAPAN_OTHER_PYTHON"), shutil.which(name)):
        if program and minor is not None:
            tried = subprocess.run(
                [program, "-c", f"import sys; {NEEDED}"], capture_output=True, check=False
            )
            told = subprocess.run(
                [program, "--version"], capture_output=True, text=True, check=False
            )
            if tried.returncode == 0 and told.stdout.startswith(f"Python 3.{minor}."):
                return program
    pytest.skip(
        f"no {name} with Shapan's dependencies: make one with `uv sync --frozen --python 3.{minor}`"
        " in another UV_PROJECT_ENVIRONMENT and name it in SHAPAN_OTHER_PYTHON"
    )


@pytest.mark.timeout(900)  # the other version compiles its kernels once
def test_another_python_version_gives_the_same_bytes():
    program = other_python()
    said = [
        subprocess.run(
            [one, "-c", PLAY],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ).stdout
        for one in (sys.executable, program)
    ]
    assert said[0] == said[1]
