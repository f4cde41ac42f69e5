"""A study as PDF: what is decided on, for a desk without a screen."""

import io
import re
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from api.reports.reserves.front import FONT, front_drawing, front_key, register_font
from api.reports.reserves.page import best_plan
from api.reports.reserves.plan import plan_drawing, plan_key
from api.reports.reserves.sheet import Column, Sheet, Speech
from api.reports.reserves.sheets import sheets
from api.reports.reserves.words import Language, figure, tell
from simulation.studies.result import StudyResult
from twin.city import City

_MARGIN = 16 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_FIRST_CHINESE = 0x2E80
_WIDEST = 150.0
"""Where a text wraps [pt]."""
_WORDS = re.compile(r"\s+|(?<=/)|(?=[（\u4e00-\u9fff])")
"""Where a title may break."""
_MOST_ROWS = 40
"""Rows of a table in print; the workbook has all."""
_INK, _SOFT, _HEAD, _RULE = (HexColor(c) for c in ("#16202e", "#5a6b82", "#26364d", "#d5dde7"))


def write_pdf(city: City, result: StudyResult, language: Language) -> bytes:
    """Write a study as PDF, A4.

    Args:
        city: The city of the study's release.
        result: The study.
        language: Of the whole document.
    """
    register_font()
    content = io.BytesIO()
    title = tell(result.title, language)
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        author="Shapan",
        invariant=1,
    )
    foot = _Foot(result, Speech(language))
    document.build(_story(city, result, language), onFirstPage=foot, onLaterPages=foot)
    return content.getvalue()


def _story(city: City, result: StudyResult, language: Language) -> list[Flowable]:
    speech, plan = Speech(language), best_plan(result)
    tables = sheets(result, language)
    story: list[Flowable] = [
        _line(tell(result.title, language), 20),
        _line(
            f"{result.city} · {len(result.points)} {speech.say('个方案', 'plans')} · "
            f"{len(result.scenarios)} {speech.say('个演练情景', 'drill scenarios')}",
            10,
            soft=True,
        ),
        Spacer(1, 3 * mm),
        *(_line(f"• {tell(line, language)}", 9.5) for line in result.findings),
        Spacer(1, 3 * mm),
        _fitted(front_drawing(result, language)),
        _line(f"{front_key(speech)} {tables[0].note}", 8, soft=True),
        Spacer(1, 3 * mm),
        KeepTogether(
            [
                _heading(f"{speech.say('方案', 'Plan')} {plan.point}"),
                _fitted(plan_drawing(city, result, plan, language)),
                _line(plan_key(speech), 8, soft=True),
            ]
        ),
    ]
    for sheet in tables:
        story += [CondPageBreak(45 * mm), Spacer(1, 5 * mm), _heading(sheet.name)]
        story += _table(sheet, speech)
    return story


def _heading(text: str) -> Paragraph:
    return _line(text, 13)


def _line(text: str, size: float, *, soft: bool = False, is_number: bool = False) -> Paragraph:
    is_chinese = any(ord(sign) > _FIRST_CHINESE for sign in text)
    style = ParagraphStyle(
        "line",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.45,
        textColor=_SOFT if soft else _INK,
        wordWrap="CJK" if is_chinese else None,
        alignment=TA_RIGHT if is_number else TA_LEFT,
    )
    return Paragraph(escape(text).replace("³", "<super>3</super>"), style)


def _fitted(drawing: Drawing) -> Drawing:
    scale = _WIDTH / drawing.width
    drawing.scale(scale, scale)
    drawing.width, drawing.height = drawing.width * scale, drawing.height * scale
    return drawing


def _table(sheet: Sheet, speech: Speech) -> list[Flowable]:
    if not sheet.rows:
        return [_line(speech.say("无", "none"), 8.5, soft=True)]
    head = [
        _line(column.title, 7, soft=True, is_number=column.digits is not None)
        for column in sheet.columns
    ]
    body = [
        [
            _line(_cell(value, column.digits), 7.5, is_number=column.digits is not None)
            for value, column in zip(row, sheet.columns, strict=True)
        ]
        for row in sheet.rows[:_MOST_ROWS]
    ]
    table = Table([head, *body], colWidths=_widths(sheet), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, _HEAD),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    left = len(sheet.rows) - _MOST_ROWS
    more = speech.say(f"另有 {left} 行，见工作簿", f"{left} more rows in the workbook")
    return [table, *([_line(more, 8, soft=True)] if left > 0 else [])]


def _cell(value: str | float | None, digits: int | None) -> str:
    if digits is not None and not isinstance(value, str):
        return figure(value, digits)
    return "–" if value is None else str(value)


def _widths(sheet: Sheet) -> list[float]:
    """Columns filling the page: numbers and words of a title whole, long texts where they wrap."""
    least = []
    for number, column in enumerate(sheet.columns):
        cells = [_cell(row[number], column.digits) for row in sheet.rows[:_MOST_ROWS]]
        widest = max([stringWidth(text, FONT, 7.5) for text in cells], default=0.0)
        words = [stringWidth(word, FONT, 7) for word in _WORDS.split(column.title)]
        least.append(min(max([widest, *words]), _WIDEST) + 6)
    spare = _WIDTH - sum(least)
    if spare >= 0:
        return [width + spare * width / sum(least) for width in least]
    texts = [width if column.digits is None else 0.0 for width, column in _pairs(least, sheet)]
    lacking = min(-spare / max(sum(texts), 1.0), 0.8)
    return [width - text * lacking for width, text in zip(least, texts, strict=True)]


def _pairs(least: list[float], sheet: Sheet) -> list[tuple[float, Column]]:
    return list(zip(least, sheet.columns, strict=True))


class _Foot:
    """The line under every page: what it is, of what, and which page."""

    def __init__(self, result: StudyResult, speech: Speech) -> None:
        exercise = speech.say("演练 · 模拟结果", "EXERCISE · SIMULATION RESULTS")
        synthetic = speech.say(" · 合成城市数据", " · SYNTHETIC CITY DATA")
        self.text = f"{exercise}{synthetic if result.synthetic else ''} · {result.study[:12]}"

    def __call__(self, canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(FONT, 7.5)
        canvas.setFillColor(_SOFT)
        canvas.drawString(_MARGIN, 9 * mm, self.text)
        canvas.drawRightString(A4[0] - _MARGIN, 9 * mm, str(document.page))
