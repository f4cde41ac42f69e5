"""The front as a drawing, once for the page and the PDF."""

from functools import cache

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from api.reports.reserves.outcomes import unmet_in_drills
from api.reports.reserves.words import Language, figure
from simulation.studies.result import FrontPoint, StudyResult

FONT = "STSong-Light"
"""A Chinese font that every PDF reader brings; browsers take their own."""
WIDTH, HEIGHT = 520.0, 240.0
_LEFT, _FOOT, _TOP, _RIGHT = 64.0, 34.0, 26.0, 12.0
_PLAN, DRILL = Color(0.12, 0.55, 0.47), Color(0.85, 0.55, 0.12)
INK, RULE = Color(0.25, 0.32, 0.42), Color(0.82, 0.86, 0.9)


@cache
def register_font() -> None:
    """Make the font known to the library; it measures every text that it draws."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def front_drawing(result: StudyResult, language: Language) -> Drawing:
    """Unmet person-hours over yearly cost: optimiser as a line, drills with 95 % intervals."""
    register_font()
    drawing, scale = Drawing(WIDTH, HEIGHT), _scale_of(result)
    _axes(drawing, scale, language)
    level = scale.y(result.without.unmet_person_hours)
    drawing.add(Line(_LEFT, level, WIDTH - _RIGHT, level, strokeColor=INK, strokeDashArray=[4, 3]))
    ranked = sorted(result.points, key=lambda point: point.cost_yuan)
    line = [
        number
        for point in ranked
        for number in (scale.x(point.cost_yuan), scale.y(point.expected.unmet_person_hours))
    ]
    if len(ranked) > 1:
        drawing.add(PolyLine(line, strokeColor=_PLAN, strokeWidth=1.6))
    for point in result.points:
        _mark(drawing, scale, point)
    return drawing


class _Scale:
    """From yuan and person-hours to points of the drawing."""

    def __init__(self, *, most_yuan: float, most_hours: float) -> None:
        self.most_yuan, self.most_hours = most_yuan, most_hours

    def x(self, yuan: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * yuan / self.most_yuan

    def y(self, hours: float) -> float:
        return _FOOT + (HEIGHT - _FOOT - _TOP) * hours / self.most_hours


def _scale_of(result: StudyResult) -> _Scale:
    drills = [unmet_in_drills(point) for point in result.points]
    tops = [point.expected.unmet_person_hours for point in result.points]
    tops += [drill.high if drill.high is not None else drill.mean for drill in drills if drill]
    return _Scale(
        most_yuan=max([point.cost_yuan for point in result.points], default=1.0) * 1.06,
        most_hours=max([result.without.unmet_person_hours, *tops, 1.0]) * 1.06,
    )


def _axes(drawing: Drawing, scale: _Scale, language: Language) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        hours, yuan = share * scale.most_hours, share * scale.most_yuan
        y, x = scale.y(hours), scale.x(yuan)
        drawing.add(Line(_LEFT, y, WIDTH - _RIGHT, y, strokeColor=RULE, strokeWidth=0.6))
        _text(drawing, _LEFT - 6, y - 3, figure(hours), anchor="end")
        _text(drawing, x, _FOOT - 14, figure(yuan), anchor="end" if share == 1 else "middle")
    under = "年成本（元/年）" if language == "zh" else "yearly cost [yuan/a]"
    beside = "未满足需求（人·小时）" if language == "zh" else "unmet need [person-hours]"
    _text(drawing, WIDTH - _RIGHT, 4, under, anchor="end")
    _text(drawing, 2, HEIGHT - 9, beside)


def _text(drawing: Drawing, x: float, y: float, text: str, *, anchor: str = "start") -> None:
    drawing.add(String(x, y, text, fontName=FONT, fontSize=8.5, fillColor=INK, textAnchor=anchor))


def _mark(drawing: Drawing, scale: _Scale, point: FrontPoint) -> None:
    x = scale.x(point.cost_yuan)
    drill = unmet_in_drills(point)
    if drill is not None:
        low = drill.mean if drill.low is None else max(drill.low, 0.0)
        high = drill.mean if drill.high is None else drill.high
        drawing.add(Line(x, scale.y(low), x, scale.y(high), strokeColor=DRILL, strokeWidth=1.4))
        y = scale.y(drill.mean)
        drawing.add(Rect(x - 3, y - 3, 6, 6, fillColor=DRILL, strokeColor=None))
    y = scale.y(point.expected.unmet_person_hours)
    drawing.add(Circle(x, y, 3.6, fillColor=_PLAN, strokeColor=None))
    _text(drawing, x + 6, y + 4, str(point.point))
