"""The documentation is complete: what the code offers, a page names."""

import csv
from collections.abc import Iterator
from pathlib import Path

from scenarios import loader
from tests.house import sources
from twin.city import TABLES


def _page(name: str) -> str:
    return (sources.ROOT / "docs" / name).read_text(encoding="utf-8")


def _routes() -> Iterator[str]:
    from api.app import create_app  # noqa: PLC0415 - only this test needs the web

    yield from create_app().openapi()["paths"]


def test_every_route_is_described_in_the_formats_page():
    page = _page("reference/formats.md")
    words = {part for route in _routes() for part in route.split("/") if part and "{" not in part}
    assert sorted(word for word in words if word not in page) == []


def test_every_drill_of_the_library_has_a_section():
    page = _page("reference/drills.md")
    assert [name for name in loader.names() if f"`{name}`" not in page] == []


def test_every_table_has_a_schema_that_says_what_each_column_means():
    for table in TABLES:
        path = sources.ROOT / "twin" / "schema" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows, table
        assert all(row["attribute"] and row["type"] and row["meaning"] for row in rows), table


def test_every_benchmark_has_a_section_that_says_what_it_asks():
    page = (sources.ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    scripts = [p.name for p in (sources.ROOT / "benchmarks").glob("bench_*.py")]
    assert [name for name in scripts if name not in page] == []


def test_every_dependency_has_its_line():
    page = _page("decisions/dependencies.md").lower()
    toml = (sources.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = toml.split("dependencies = [", 1)[1].split("]", 1)[0]
    names = [line.strip(' ",').split(">=")[0].split("[")[0] for line in block.splitlines()]
    assert [name for name in names if name and f"| {name} |" not in page] == []


def test_the_glossary_joins_each_chinese_word_to_english_and_identifier():
    rows = [line for line in _page("glossary.md").splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 40
    assert [
        row for row in rows if len([c for c in row.strip("|").split("|") if c.strip()]) < 3
    ] == []


def test_every_page_linked_from_a_page_exists():
    pages = [*sorted((sources.ROOT / "docs").rglob("*.md")), sources.ROOT / "README.md"]
    broken = [
        f"{page.relative_to(sources.ROOT)} -> {target}"
        for page in pages
        for target in _links(page)
        if not (page.parent / target).exists()
    ]
    assert broken == []


def _links(page: Path) -> Iterator[str]:
    for part in page.read_text(encoding="utf-8").split("](")[1:]:
        target = part.split(")")[0].split("#")[0]
        if target and "://" not in target:
            yield target
