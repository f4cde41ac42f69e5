"""How a study's report speaks: one language a document, every number with its unit."""

from typing import Literal

from simulation.run import Words

Language = Literal["zh", "en"]

MODES = {
    "physical": Words(zh="实物储备", en="physical stock"),
    "agreement": Words(zh="协议储备", en="agreement stock"),
    "production": Words(zh="产能储备", en="production capacity"),
}
STATES = {
    "candidate": Words(zh="候选", en="candidate"),
    "existing": Words(zh="现有", en="existing"),
    "required": Words(zh="必选", en="required"),
}
HOW = {
    "optimiser": Words(zh="优化", en="optimiser"),
    "simulation": Words(zh="演练", en="drills"),
}
MEASURES = {
    "unmet_person_hours": Words(zh="未满足需求", en="unmet need"),
    "first_supply_hours": Words(zh="首批到达", en="first supplies"),
    "red_lines_broken": Words(zh="突破底线", en="red lines broken"),
    "red_line_hours": Words(zh="突破时长", en="hours below a red line"),
    "resilience": Words(zh="韧性指数", en="resilience index"),
    "delivered_share": Words(zh="满足比例", en="share of need met"),
}
BASES = {
    "present": Words(zh="现有储备", en="today's stock"),
    "none": Words(zh="无储备", en="no stock"),
}
ITEMS = {
    "water": Words(zh="饮用水", en="water"),
    "food": Words(zh="食品", en="food"),
    "medicine": Words(zh="慢性病药品", en="medicine"),
    "blanket": Words(zh="毛巾被", en="blankets"),
    "tent": Words(zh="帐篷", en="tents"),
    "sandbag": Words(zh="沙袋", en="sandbags"),
    "fuel": Words(zh="发电燃油", en="fuel"),
    "generator": Words(zh="发电机", en="generators"),
    "boat_kit": Words(zh="冲锋舟器材", en="boat kits"),
}
UNITS = {
    "person h": Words(zh="人·小时", en="person-hours"),
    "yuan/a": Words(zh="元/年", en="yuan/a"),
    "h": Words(zh="小时", en="h"),
    "L": Words(zh="升", en="L"),
    "kg": Words(zh="千克", en="kg"),
    "t": Words(zh="吨", en="t"),
    "sets": Words(zh="套", en="sets"),
    "pieces": Words(zh="件", en="pieces"),
    "lines": Words(zh="条", en="lines"),
    "m3": Words(zh="立方米", en="m³"),
    "1": Words(zh="", en=""),
}


def unit(name: str, language: Language) -> str:
    """A unit in words; one that has none stays as it is.

    >>> unit("person h", "zh"), unit("m3", "en"), unit("boxes", "en")
    ('人·小时', 'm³', 'boxes')
    """
    return tell(UNITS[name], language) if name in UNITS else name


def item(name: str, language: Language) -> str:
    """An item in words.

    >>> item("water", "zh"), item("rope", "zh")
    ('饮用水', 'rope')
    """
    return tell(ITEMS[name], language) if name in ITEMS else name


def tell(words: Words, language: Language) -> str:
    """A text in one language; in the other where it has none.

    >>> tell(Words(zh="字", en="word"), "en"), tell(Words(zh="字", en=""), "en")
    ('word', '字')
    """
    first, second = (words.zh, words.en) if language == "zh" else (words.en, words.zh)
    return first or second


def figure(value: float | None, digits: int = 0) -> str:
    """A number with commas between thousands; a dash where there is none.

    >>> figure(12345.6), figure(None), figure(0.126, 2), figure(-0.001, 2)
    ('12,346', '–', '0.13', '0.00')
    """
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text
