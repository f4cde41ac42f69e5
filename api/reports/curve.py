"""The service curve as SVG: how much of the city worked, hour by hour."""

from markupsafe import Markup

from api.reports.wording import in_drawing, moment
from simulation.run import RunResult, Words

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 18, 22, 40
_LABEL = 22
_DAY_S = 86_400
_TICKS_S = (3600, 3 * 3600, 6 * 3600, 12 * 3600, _DAY_S, 2 * _DAY_S)


def service_curve(result: RunResult) -> Markup:
    """Draw the curve with red lines and whistles; an empty string where there is no curve.

    Args:
        result: What the run concludes.
    """
    time, quality = result.curve.time_s, result.curve.quality
    if len(time) < 2:
        return Markup("")
    frame = _Frame(start_s=time[0], end_s=time[-1])
    points = " ".join(
        f"{frame.x(t):.1f},{frame.y(q):.1f}" for t, q in zip(time, quality, strict=True)
    )
    floor = frame.y(0.0)
    area = f"{frame.x(time[0]):.1f},{floor:.1f} {points} {frame.x(time[-1]):.1f},{floor:.1f}"
    return Markup(
        '<svg class="curve" viewBox="0 0 {w} {h}" role="img" aria-label="service curve">'
        "{axes}{lost}<polygon class='area' points='{area}'/>"
        "<polyline class='line' points='{points}'/>{marks}{low}</svg>"
    ).format(
        w=WIDTH,
        h=HEIGHT,
        axes=_axes(frame),
        lost=_lost(frame, points),
        area=area,
        points=points,
        marks=_marks(frame, result),
        low=_lowest(frame, time, quality),
    )


class _Frame:
    """Where seconds and shares lie on the drawing."""

    def __init__(self, *, start_s: int, end_s: int) -> None:
        self.start_s, self.end_s = start_s, max(end_s, start_s + 1)

    def x(self, seconds: float) -> float:
        share = (seconds - self.start_s) / (self.end_s - self.start_s)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, share: float) -> float:
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def tick_s(span_s: int) -> int:
    """Distance of time marks [s] so that about ten fit into a span.

    >>> tick_s(86_400)
    10800
    """
    return next((tick for tick in _TICKS_S if span_s / tick <= 10), _TICKS_S[-1])


def _axes(frame: _Frame) -> Markup:
    parts = [
        Markup(
            "<line class='rule' x1='{}' x2='{}' y1='{y}' y2='{y}'/>"
            "<text class='tick' x='{}' y='{}' text-anchor='end'>{} %</text>"
        ).format(
            LEFT,
            WIDTH - RIGHT,
            LEFT - 8,
            round(frame.y(share) + 4, 1),
            round(100 * share),
            y=round(frame.y(share), 1),
        )
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    step = tick_s(frame.end_s - frame.start_s)
    first = -(-frame.start_s // step) * step
    for seconds in range(first, frame.end_s + 1, step):
        kind = "zero" if seconds == 0 else "tock"
        parts.append(
            Markup(
                "<line class='{kind}' x1='{x}' x2='{x}' y1='{top}' y2='{bottom}'/>"
                "<text class='tick' x='{x}' y='{y}' text-anchor='middle'>{at}</text>"
            ).format(
                kind=kind,
                x=round(frame.x(seconds), 1),
                top=TOP,
                bottom=HEIGHT - BOTTOM,
                y=HEIGHT - BOTTOM + 18,
                at="T0" if seconds == 0 else moment(seconds)[:-3] + " h",
            )
        )
    return Markup("").join(parts)


def _lost(frame: _Frame, points: str) -> Markup:
    """The loss triangle: everything between the curve and full service."""
    top = frame.y(1.0)
    return Markup("<polygon class='lost' points='{},{} {} {},{}'/>").format(
        round(frame.x(frame.start_s), 1), top, points, round(frame.x(frame.end_s), 1), top
    )


def _marks(frame: _Frame, result: RunResult) -> Markup:
    breaches = [line for line in result.red_lines if line.broken and line.first_s is not None]
    parts, right = [], float("-inf")
    for line in sorted(breaches, key=lambda line: (line.first_s or 0, line.id)):
        x = round(frame.x(line.first_s or 0), 1)
        right = max(x, right + _LABEL)  # names of lines that fall together stand side by side
        parts.append(
            Markup(
                "<g class='breach'><line x1='{x}' x2='{x}' y1='{top}' y2='{bottom}'/>"
                "<text x='{at}' y='{y}' text-anchor='middle'>{id}</text></g>"
            ).format(x=x, at=right, top=TOP, bottom=HEIGHT - BOTTOM, y=TOP - 7, id=line.id)
        )
    parts += [
        Markup("<path class='whistle {met}' d='M{x},{y}l5,9h-10z'/>").format(
            met="met" if whistle.met else "late",
            x=round(frame.x(whistle.time_s), 1),
            y=HEIGHT - BOTTOM - 10,
        )
        for whistle in result.whistles
    ]
    return Markup("").join(parts)


def _lowest(frame: _Frame, time: list[int], quality: list[float]) -> Markup:
    least = min(range(len(quality)), key=quality.__getitem__)
    x, y = frame.x(time[least]), frame.y(quality[least])
    anchor = "end" if x > WIDTH * 0.7 else "start"
    lowest, at = f"{100 * quality[least]:.0f} %", moment(time[least])
    texts = in_drawing(Words(zh=f"最低 {lowest}，{at}", en=f"lowest {lowest}, {at}"))
    return Markup(
        "<circle class='low' cx='{x}' cy='{y}' r='4.5'/>"
        "<text class='note' x='{tx}' y='{ty}' text-anchor='{anchor}'>{texts}</text>"
    ).format(
        x=round(x, 1),
        y=round(y, 1),
        tx=round(x + (-10 if anchor == "end" else 10), 1),
        ty=round(min(y + 20, HEIGHT - BOTTOM - 6), 1),
        anchor=anchor,
        texts=texts,
    )
