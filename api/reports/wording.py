"""How a report speaks: both languages side by side, times from T0, numbers with units."""

from markupsafe import Markup, escape

from simulation.run import Words

FUNCTIONS: dict[str, Words] = {
    "medical": Words(zh="医疗", en="medical care"),
    "shelter": Words(zh="安置", en="shelter"),
    "water": Words(zh="供水", en="water"),
    "food": Words(zh="食品", en="food"),
    "power": Words(zh="供电", en="power"),
    "communications": Words(zh="通信", en="communications"),
    "mobility": Words(zh="交通", en="mobility"),
    "order": Words(zh="秩序", en="order"),
    "governance": Words(zh="治理", en="governance"),
}
LEVELS: dict[str, Words] = {
    "city": Words(zh="市", en="city"),
    "district": Words(zh="区", en="district"),
    "street": Words(zh="街道", en="street"),
    "community": Words(zh="社区", en="community"),
    "grid": Words(zh="网格", en="grid"),
}
BANDS: dict[int, Words] = {
    1: Words(zh="很低", en="very low"),
    2: Words(zh="较低", en="low"),
    3: Words(zh="中等", en="medium"),
    4: Words(zh="较高", en="high"),
    5: Words(zh="很高", en="very high"),
}
ROLES: dict[str, Words] = {
    "shelter": Words(zh="安置点", en="shelter"),
    "hospital": Words(zh="临时医院", en="hospital"),
    "depot": Words(zh="物资储备点", en="depot"),
}
UNITS: dict[str, Words] = {
    "persons": Words(zh="人", en="persons"),
    "person": Words(zh="人", en="persons"),
    "h": Words(zh="小时", en="h"),
    "min": Words(zh="分钟", en="min"),
    "sets": Words(zh="份", en="sets"),
    "pieces": Words(zh="件", en="pieces"),
    "L": Words(zh="升", en="L"),
    "kg": Words(zh="千克", en="kg"),
    "L/(person d)": Words(zh="升/人·天", en="L/person·day"),
}


def both(words: Words | str) -> Markup:
    """Both languages as two spans; the page shows one of them."""
    if isinstance(words, str):
        return escape(words)
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(
        words.zh, words.en
    )


def in_drawing(words: Words) -> Markup:
    """Both languages for SVG text, which knows no HTML spans."""
    return Markup('<tspan lang="zh-CN">{}</tspan><tspan lang="en">{}</tspan>').format(
        words.zh, words.en
    )


def say(zh: str, en: str) -> Markup:
    """A text of the page itself, in both languages."""
    return both(Words(zh=zh, en=en))


def moment(seconds: int | None) -> str:
    """A time relative to T0, in hours and minutes.

    >>> moment(-5400), moment(90_000), moment(0)
    ('T−1:30', 'T+25:00', 'T+0:00')
    """
    if seconds is None:
        return "–"
    hours, rest = divmod(abs(seconds), 3600)
    return f"T{'−' if seconds < 0 else '+'}{hours}:{rest // 60:02d}"


def number(value: float | None, digits: int = 1) -> str:
    r"""A number with thin spaces between thousands, without empty decimals.

    >>> number(12345.0), number(0.25, 2), number(None)
    ('12\u2009345', '0.25', '–')
    """
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}".replace(",", "\u2009")
    return text.rstrip("0").rstrip(".") if "." in text else text


def score(value: float | None) -> str:
    """An index with one decimal always, so that columns align.

    >>> score(78.0), score(None)
    ('78.0', '–')
    """
    return "–" if value is None else f"{value:.1f}"


def quantity(value: float | None, unit: str) -> Markup:
    """A value with its unit; shares of one as percent.

    >>> quantity(0.953, "1"), quantity(12.5, "min")
    (Markup('95.3 %'), Markup('12.5 <span lang="zh-CN">分钟</span><span lang="en">min</span>'))
    """
    if value is None:
        return Markup("–")
    if unit == "1":
        return Markup("{} %").format(number(100 * value))
    return Markup("{} {}").format(number(value, 2), both(UNITS.get(unit, unit)))
