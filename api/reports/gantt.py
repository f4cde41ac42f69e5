"""A facility's conversion as SVG: tasks as played, float and critical path."""

from markupsafe import Markup

from api.reports.curve import tick_s
from api.reports.wording import in_drawing, moment
from simulation.run import Conversion, ConversionTask

WIDTH, ROW, TOP = 960, 30, 30
LEFT, RIGHT = 250, 30


def gantt(conversion: Conversion) -> Markup:
    """Draw one conversion; an empty string where no task was played.

    Args:
        conversion: The tasks with their times [s from T0].
    """
    tasks = sorted(conversion.tasks, key=lambda task: (task.start_s, task.end_s, task.id))
    if not tasks:
        return Markup("")
    start = min(task.start_s for task in tasks)
    end = max(*(task.end_s + task.float_s for task in tasks), start + 1)
    height = TOP + ROW * len(tasks) + 16

    def x(seconds: float) -> float:
        return round(LEFT + (seconds - start) / (end - start) * (WIDTH - LEFT - RIGHT), 1)

    ticks = Markup("").join(
        Markup(
            "<line class='tock' x1='{x}' x2='{x}' y1='{top}' y2='{bottom}'/>"
            "<text class='tick' x='{x}' y='16' text-anchor='middle'>{at}</text>"
        ).format(x=x(at), top=TOP - 6, bottom=height - 8, at=moment(at))
        for at in range(
            -(-start // tick_s(end - start)) * tick_s(end - start), end + 1, tick_s(end - start)
        )
    )
    rows = Markup("").join(
        _task(
            task,
            y=TOP + ROW * i,
            left=x(task.start_s),
            right=x(task.end_s),
            latest=x(task.end_s + task.float_s),
        )
        for i, task in enumerate(tasks)
    )
    return Markup(
        '<svg class="gantt" viewBox="0 0 {w} {h}" role="img" aria-label="conversion">{t}{r}</svg>'
    ).format(w=WIDTH, h=height, t=ticks, r=rows)


def _task(task: ConversionTask, *, y: int, left: float, right: float, latest: float) -> Markup:
    kind = "critical" if task.critical else "free"
    return Markup(
        "<text class='task' x='{tx}' y='{ty}' text-anchor='end'>{title}</text>"
        "<rect class='float' x='{right}' y='{fy}' width='{slack}' height='6' rx='3'/>"
        "<rect class='{kind}' x='{left}' y='{by}' width='{width}' height='16' rx='4'/>"
        "<text class='crew' x='{cx}' y='{ty}'>{crew}</text>"
    ).format(
        tx=LEFT - 14,
        ty=y + 19,
        title=in_drawing(task.title),
        right=right,
        fy=y + 12,
        slack=max(latest - right, 0),
        kind=kind,
        left=left,
        by=y + 7,
        width=max(right - left, 3),
        cx=max(right, latest) + 6,
        crew=task.crew or "",
    )
