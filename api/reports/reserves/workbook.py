"""The workbook: every table of a study on its own sheet, numbers as numbers."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from api.reports.reserves.sheet import Column, Sheet
from api.reports.reserves.sheets import sheets
from api.reports.reserves.words import Language, tell
from simulation.studies.result import StudyResult

_HEAD = Font(bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor="26364D")
_SOFT = Font(italic=True, color="5A6B82")
_WIDEST, _NARROWEST = 60, 9


def write_workbook(result: StudyResult, language: Language) -> bytes:
    """Write a study's tables as XLSX.

    Args:
        result: The study.
        language: Of headings and notes.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = tell(result.title, language)
    book.properties.creator = "Shapan"
    for sheet in sheets(result, language):
        _fill(book.create_sheet(sheet.name[:31]), sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    head = 1
    if sheet.note:
        page.cell(1, 1, sheet.note).font = _SOFT
        head = 2
    for number, column in enumerate(sheet.columns, start=1):
        cell = page.cell(head, number, column.title)
        cell.font, cell.fill = _HEAD, _FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, row in enumerate(sheet.rows, start=head + 1):
        for number, (value, column) in enumerate(zip(row, sheet.columns, strict=True), start=1):
            cell = page.cell(place, number, value)
            if column.digits is not None:
                cell.number_format = _format(column)
            elif isinstance(value, str):
                # A text that starts like a formula must stay a text.
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=len(value) > _WIDEST, vertical="top")
    _arrange(page, sheet, head)


def _format(column: Column) -> str:
    return "#,##0" + ("." + "0" * column.digits if column.digits else "")


def _arrange(page: Worksheet, sheet: Sheet, head: int) -> None:
    page.freeze_panes = page.cell(head + 1, 1)
    last = get_column_letter(len(sheet.columns))
    page.auto_filter.ref = f"A{head}:{last}{head + max(len(sheet.rows), 1)}"
    for number, column in enumerate(sheet.columns):
        texts = [column.title, *(str(row[number]) for row in sheet.rows if column.digits is None)]
        width = max(_width(text) for text in texts) + 2
        page.column_dimensions[get_column_letter(number + 1)].width = min(
            max(width, _NARROWEST), _WIDEST
        )


def _width(text: str) -> int:
    """Columns that a text takes; a Chinese sign, from U+2E80 on, takes two.

    >>> _width("储备 A")
    6
    """
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
