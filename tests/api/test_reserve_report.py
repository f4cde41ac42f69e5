"""A study's report says the same in three forms and two languages."""

import html
import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from api.reports.reserves import Format, Language, write_study
from api.reports.reserves.sheets import sheets
from api.store import Store
from simulation.studies.result import StudyResult
from tests.api.made_studies import make_study
from twin.city import City

FORMS: list[Format] = ["html", "xlsx", "pdf"]
LANGUAGES: list[Language] = ["zh", "en"]


@pytest.fixture
def city(store: Store, make_tiny_city: Callable[[], City]) -> City:
    return store.cities.publish(make_tiny_city())


@pytest.fixture
def study(city: City) -> StudyResult:
    """The hand-made study with its depots at facilities that the city has."""
    names = {"depot-a": "school-01", "depot-b": "depot-01"}
    text = make_study(city).model_dump_json()
    return StudyResult.model_validate_json(re.sub("depot-[ab]", lambda m: names[m[0]], text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_holds_every_table_with_numbers_as_numbers(
    city: City, study: StudyResult, language: Language
):
    content = write_study(city, study, kind="xlsx", language=language)
    book = load_workbook(io.BytesIO(content))
    tables = sheets(study, language)
    assert book.sheetnames == [sheet.name for sheet in tables]
    front = book.worksheets[0]
    head = [cell.value for cell in front[2]]
    assert head == [column.title for column in tables[0].columns]
    assert front.cell(3, 1).value == getattr(study.baseline.title, language)
    assert front.cell(3, 3).value == study.baseline.cost_yuan
    assert front.cell(4, 3).value == study.points[0].cost_yuan


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_reaches_nothing_and_speaks_one_language(
    city: City, study: StudyResult, language: Language
):
    page = html.unescape(write_study(city, study, kind="html", language=language).decode())
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert ("合成城市数据" in page) == (language == "zh")
    assert ("SYNTHETIC CITY DATA" in page) == (language == "en")


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_without_replay_is_reported_too(city: City, study: StudyResult, form: Format):
    bare = study.model_copy(update={"points": study.points[2:], "next_yuan": []})
    assert write_study(city, bare, kind=form, language="en")


def test_a_pdf_is_the_same_each_time(city: City, study: StudyResult):
    first, second = (write_study(city, study, kind="pdf", language="zh") for _ in range(2))
    assert first.startswith(b"%PDF")
    assert first == second


def test_a_text_that_looks_like_a_formula_stays_a_text(city: City, study: StudyResult):
    evil = study.model_copy(
        update={"assumptions": [study.title.model_copy(update={"en": "=1+1", "zh": "=1+1"})]}
    )
    book = load_workbook(io.BytesIO(write_study(city, evil, kind="xlsx", language="en")))
    cells = [cell for row in book.worksheets[-1].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
