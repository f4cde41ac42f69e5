"""The description of the HTTP interface leaves nothing unsaid."""

from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings


@pytest.fixture
def operations(tmp_path: Path) -> dict[str, dict[str, Any]]:
    app = create_app(Settings(home=tmp_path / "home", workers=0))
    described = app.openapi()["paths"]
    app.state.store.close()
    return {
        f"{method} {path}": operation
        for path, methods in described.items()
        for method, operation in methods.items()
    }


def test_every_operation_and_every_parameter_is_described(operations: dict[str, dict[str, Any]]):
    lacking = []
    for name, operation in operations.items():
        if not operation.get("summary") or not operation.get("description"):
            lacking.append(name)
        silent = [one for one in operation.get("parameters", []) if not one.get("description")]
        lacking += [f"{name}: {one['name']}" for one in silent]
    assert operations
    assert lacking == []


@pytest.mark.parametrize(
    ("ending", "media"),
    [
        ("/items", "application/geo+json"),
        ("/items/{row}", "application/geo+json"),
        (".bin", "application/octet-stream"),
        ("/{chunk}", "application/octet-stream"),
        (".png", "image/png"),
        (".mvt", "application/vnd.mapbox-vector-tile"),
        ("report.html", "text/html"),
        ("/layers", "application/json"),
    ],
)
def test_each_answer_says_in_which_media_type_it_comes(
    operations: dict[str, dict[str, Any]], ending: str, media: str
):
    found = [one for name, one in operations.items() if name.endswith(ending)]
    assert found
    for operation in found:
        assert list(operation["responses"]["200"]["content"]) == [media]
