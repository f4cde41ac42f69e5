"""Machine code on disk belongs to the sources it was made of."""

import subprocess
import sys
from pathlib import Path

ROOM = {
    "__init__.py": "",
    "callee.py": (
        "from gis.compiled import compiled\n\n\n@compiled\ndef step(x):\n    return x + {step}\n"
    ),
    "caller.py": (
        "from gis.compiled import compiled\nfrom room.callee import step\n\n\n"
        "@compiled\ndef twice(x):\n    return step(step(x))\n"
    ),
}


def answer(folder: Path, step: int) -> int:
    room = folder / "room"
    room.mkdir(exist_ok=True)
    for name, text in ROOM.items():
        path = room / name
        written = text.replace("{step}", str(step))
        if not path.is_file() or path.read_text() != written:
            path.write_text(written)
    program = "from room.caller import twice; print(twice(1))"
    made = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}", "HOME": str(folder)},
        text=True,
        timeout=120,
    )
    return int(made.stdout)


def test_a_change_in_the_file_of_a_callee_is_compiled_anew(tmp_path: Path):
    assert answer(tmp_path, 1) == 3
    assert answer(tmp_path, 10) == 21
    folders = list((tmp_path / "__pycache__").glob("compiled-*"))
    assert len(folders) == 2


def test_machine_code_is_kept_for_the_next_process(tmp_path: Path):
    assert answer(tmp_path, 1) == 3
    kept = sorted((tmp_path / "__pycache__").rglob("*.nbc"))
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert kept
    assert answer(tmp_path, 1) == 3
    assert [path.stat().st_mtime_ns for path in kept] == stamps
