"""Draws CPU time against residents as a small SVG."""

from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 380, 70, 320


def svg(days: list[dict[str, Any]]) -> str:
    """Plot CPU seconds of each day, split into moving and routing, over residents in millions."""
    top = max(day["cpu_s"] for day in days) * 1.1
    most = max(day["residents"] for day in days)

    def x(residents: float) -> float:
        return LEFT + (WIDTH - LEFT - 30) * residents / most

    def y(seconds: float) -> float:
        return BOTTOM - (BOTTOM - 30) * seconds / top

    def line(key: str, colour: str) -> str:
        points = [(x(day["residents"]), y(day[key])) for day in days]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        dots = "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>' for a, b in points)
        drawn = f'<polyline points="{path}" fill="none" stroke-width="2"/>'
        return f'<g fill="{colour}" stroke="{colour}">{drawn}{dots}</g>'

    ticks = "".join(
        f'<text x="{x(m * 1e6):.0f}" y="{BOTTOM + 20}" text-anchor="middle">{m}</text>'
        for m in range(0, int(most / 1e6) + 1, 2)
    ) + "".join(
        f'<text x="{LEFT - 8}" y="{y(s) + 4:.0f}" text-anchor="end">{s:.0f}</text>'
        for s in (0, top / 4, top / 2, 3 * top / 4)
    )
    frame = f"M{LEFT} 30V{BOTTOM}H{WIDTH - 30}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        f'<path d="{frame}" fill="none" stroke="black"/>{ticks}'
        + line("cpu_s", "#1f5fa8")
        + line("routing_cpu_s", "#c2571a")
        + f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">residents [million]</text>'
        f'<text x="{LEFT}" y="20">CPU seconds for 24 h on one core</text>'
        f'<text x="{LEFT + 20}" y="50" fill="#1f5fa8">all</text>'
        f'<text x="{LEFT + 20}" y="68" fill="#c2571a">routing</text></svg>\n'
    )
