"""The tutorial works: its commands are run in order, each must succeed and say something."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-drill.md"


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line]
    return [line for line in lines if line.startswith("shapan ")]


@pytest.mark.timeout(240)
def test_every_command_of_the_tutorial_succeeds_in_order(tmp_path):
    environment = os.environ | {
        "SHAPAN_HOME": str(tmp_path / ".shapan"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    assert len(commands()) >= 8
    for command in commands():
        finished = subprocess.run(
            command.split(),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, f"{command}: {finished.stderr}"
        assert finished.stdout.strip(), command
