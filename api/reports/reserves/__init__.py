"""Reports of reserve studies: a workbook, a page and a PDF, in Chinese or in English."""

from collections.abc import Callable
from typing import Literal

from api.reports.reserves.page import write_page
from api.reports.reserves.pdf import write_pdf
from api.reports.reserves.words import Language
from api.reports.reserves.workbook import write_workbook
from simulation.studies.result import StudyResult
from twin.city import City

__all__ = ["Format", "Language", "write_study"]

Format = Literal["html", "xlsx", "pdf"]


def write_study(city: City, result: StudyResult, *, kind: Format, language: Language) -> bytes:
    """Write the report of a study.

    Args:
        city: The city of the study's release.
        result: The study.
        kind: Form of the report.
        language: Of the whole report.
    """
    forms: dict[Format, Callable[[], bytes]] = {
        "html": lambda: write_page(city, result, language),
        "pdf": lambda: write_pdf(city, result, language),
        "xlsx": lambda: write_workbook(result, language),
    }
    return forms[kind]()
