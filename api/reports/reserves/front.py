"""The front as a drawing, once for the page and the PDF."""

import math
from functools import cache

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from api.reports.reserves.outcomes import unmet_in_drills, unmet_of_base
from api.reports.reserves.sheet import Speech
from api.reports.reserves.words import Language, figure
from simulation.intervals import Interval
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
    bare = "无储备" if language == "zh" else "without any reserve"
    _text(drawing, WIDTH - _RIGHT, level + 4, bare, anchor="end")
    ranked = sorted(result.points, key=lambda point: point.cost_yuan)
    line = [
        number
        for point in ranked
        for number in (scale.x(point.cost_yuan), scale.y(point.expected.unmet_person_hours))
    ]
    if len(ranked) > 1:
        drawing.add(PolyLine(line, strokeColor=_PLAN, strokeWidth=1.6))
    _mark_base(drawing, scale, result, language)
    for point in result.points:
        _mark(drawing, scale, point)
    return drawing


def front_key(speech: Speech) -> str:
    """What the marks of the front mean."""
    return speech.say(
        "圆点与线：优化预期；方块与竖线：演练复演均值与 95% 区间；空心圆：比较基线；虚线：无储备。",
        "Dots and line: optimiser. Squares and bars: mean and 95 % interval in the drills. "
        "Hollow dot: the base. Dashed: without any reserve.",
    )


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
    costs = [point.cost_yuan for point in result.points]
    tops = [point.expected.unmet_person_hours for point in result.points]
    drills.append(unmet_of_base(result))
    if result.baseline.expected is not None:
        tops.append(result.baseline.expected.unmet_person_hours)
    tops += [drill.high if drill.high is not None else drill.mean for drill in drills if drill]
    return _Scale(
        most_yuan=max([*costs, result.baseline.cost_yuan or 0.0, 1.0]) * 1.06,
        most_hours=max([result.without.unmet_person_hours, *tops, 1.0]) * 1.06,
    )


def _axes(drawing: Drawing, scale: _Scale, language: Language) -> None:
    for hours in ticks(scale.most_hours):
        y = scale.y(hours)
        drawing.add(Line(_LEFT, y, WIDTH - _RIGHT, y, strokeColor=RULE, strokeWidth=0.6))
        _text(drawing, _LEFT - 6, y - 3, figure(hours), anchor="end")
    for yuan in ticks(scale.most_yuan):
        _text(drawing, scale.x(yuan), _FOOT - 14, figure(yuan), anchor="middle")
    under = "年成本（元/年）" if language == "zh" else "yearly cost [yuan/a]"
    beside = "未满足需求（人·小时）" if language == "zh" else "unmet need [person-hours]"
    _text(drawing, WIDTH - _RIGHT, 4, under, anchor="end")
    _text(drawing, 2, HEIGHT - 9, beside)


def ticks(most: float) -> list[float]:
    """Round figures from 0 up to ``most``, four to eight of them.

    >>> ticks(571_437.0)
    [0.0, 100000.0, 200000.0, 300000.0, 400000.0, 500000.0]
    """
    power = 10.0 ** math.floor(math.log10(most / 4))
    step = next(power * one for one in (5, 2, 1) if power * one * 3.5 <= most)
    return [step * number for number in range(int(most / step) + 1)]


def _text(drawing: Drawing, x: float, y: float, text: str, *, anchor: str = "start") -> None:
    drawing.add(String(x, y, text, fontName=FONT, fontSize=8.5, fillColor=INK, textAnchor=anchor))


def _mark_base(drawing: Drawing, scale: _Scale, result: StudyResult, language: Language) -> None:
    """What plans are compared with: hollow, so that it is no point of the front."""
    base = result.baseline
    if base.cost_yuan is None or base.expected is None:
        return
    x = scale.x(base.cost_yuan)
    _mark_drills(drawing, scale, x, unmet_of_base(result))
    y = scale.y(base.expected.unmet_person_hours)
    drawing.add(Circle(x, y, 3.6, fillColor=Color(1, 1, 1), strokeColor=_PLAN, strokeWidth=1.4))
    is_left = base.cost_yuan > scale.most_yuan / 2
    side = -7 if is_left else 7
    text = base.title.zh if language == "zh" else base.title.en
    _text(drawing, x + side, y + 4, text, anchor="end" if is_left else "start")


def _mark_drills(drawing: Drawing, scale: _Scale, x: float, drill: Interval | None) -> None:
    if drill is None:
        return
    low = drill.mean if drill.low is None else max(drill.low, 0.0)
    high = drill.mean if drill.high is None else drill.high
    drawing.add(Line(x, scale.y(low), x, scale.y(high), strokeColor=DRILL, strokeWidth=1.4))
    y = scale.y(drill.mean)
    drawing.add(Rect(x - 3, y - 3, 6, 6, fillColor=DRILL, strokeColor=None))


def _mark(drawing: Drawing, scale: _Scale, point: FrontPoint) -> None:
    x = scale.x(point.cost_yuan)
    _mark_drills(drawing, scale, x, unmet_in_drills(point))
    y = scale.y(point.expected.unmet_person_hours)
    drawing.add(Circle(x, y, 3.6, fillColor=_PLAN, strokeColor=None))
    _text(drawing, x + 6, y + 4, str(point.point))
