"""A run's conclusions on a terminal: ratings, indicators, red lines."""

from rich.text import Text

from api.cli.screen import Language, hours, say, table, word
from simulation.run import Indicator, RunResult

_STYLES = {"P": "green", "S": "yellow", "M": "dark_orange", "U": "bold red"}
_RATINGS = {
    "P": {"en": "performed", "zh": "达到"},
    "S": {"en": "some challenges", "zh": "基本达到"},
    "M": {"en": "major challenges", "zh": "差距较大"},
    "U": {"en": "unable", "zh": "未能完成"},
}
_WORDS = {
    "ratings": {"en": "Ratings", "zh": "评级"},
    "objective": {"en": "Objective", "zh": "目标"},
    "rating": {"en": "Rating", "zh": "评级"},
    "because": {"en": "Because", "zh": "依据"},
    "kpis": {"en": "Indicators", "zh": "指标"},
    "indicator": {"en": "Indicator", "zh": "指标"},
    "value": {"en": "Value", "zh": "数值"},
    "passing": {"en": "Passes at", "zh": "合格线"},
    "met": {"en": "Met", "zh": "是否达标"},
    "basis": {"en": "Basis", "zh": "依据类别"},
    "red_lines": {"en": "Red lines", "zh": "底线"},
    "red_line": {"en": "Red line", "zh": "底线"},
    "state": {"en": "State", "zh": "状态"},
    "first": {"en": "First breach", "zh": "首次突破"},
    "lasted": {"en": "Hours", "zh": "时长（小时）"},
    "broken": {"en": "BROKEN", "zh": "已突破"},
    "held": {"en": "held", "zh": "守住"},
    "yes": {"en": "yes", "zh": "是"},
    "no": {"en": "no", "zh": "否"},
    "unmeasured": {"en": "not measured", "zh": "无数据"},
    "fork": {"en": "fork of {} at {}", "zh": "自推演 {} 于 {} 分出"},
    "synthetic": {
        "en": "synthetic data: a fictional city, or assumed people and grids",
        "zh": "合成数据：城市为虚构，或人口与网格为假定",
    },
}


def show(result: RunResult, language: Language) -> None:
    """Print what a run concludes."""
    decided = ", ".join(f"{name}={option}" for name, option in result.decisions.items())
    say(
        f"{result.drill} · {result.city} · seed {result.seed}"
        + (f" · {decided}" if decided else "")
    )
    if result.parent is not None and result.forked_at_s is not None:
        moment = hours(result.forked_at_s)
        say(_word("fork", language).format(result.parent[:12], moment) + f": {result.change}")
    if result.synthetic:
        say(f"[{_word('synthetic', language)}]")
    say(_ratings(result, language), _indicators(result, language), _red_lines(result, language))
    basis = " · ".join(f"{kind} {count}" for kind, count in result.basis.items())
    say(
        f"resilience {result.resilience.city:.3f} · {result.events} events · "
        f"basis {basis} · {result.seconds:.1f} s",
        f"run {result.run}",
        f"digest {result.digest}",
    )


def _word(key: str, language: Language) -> str:
    return word(_WORDS[key], language)


def _ratings(result: RunResult, language: Language) -> object:
    names = [_word(key, language) for key in ("ratings", "objective", "rating", "because")]
    made = table(*names)
    for row in result.ratings:
        title, because = row.title.model_dump(), row.because.model_dump()
        verdict = f"{row.rating} {word(_RATINGS[row.rating], language)}"
        rating = Text(verdict, style=_STYLES[row.rating])
        made.add_row(word(title, language), rating, word(because, language))
    return made


def _indicators(result: RunResult, language: Language) -> object:
    keys = ("kpis", "indicator", "value", "passing", "met", "basis")
    made = table(*[_word(key, language) for key in keys])
    for row in result.kpis:
        met = _word("yes" if row.met else "no", language)
        made.add_row(
            word(row.title.model_dump(), language),
            _value(row, language),
            f"{row.op} {_number(row.passing, row.unit)}",
            Text(met, style="green" if row.met else "red") if row.value is not None else "–",
            row.basis,
        )
    return made


def _red_lines(result: RunResult, language: Language) -> object:
    keys = ("red_lines", "red_line", "state", "first", "lasted")
    made = table(*[_word(key, language) for key in keys])
    for row in result.red_lines:
        state = Text(
            _word("broken" if row.broken else "held", language),
            style="bold red" if row.broken else "green",
        )
        title = f"{row.id} {word(row.title.model_dump(), language)}"
        made.add_row(title, state, hours(row.first_s), f"{row.hours:.1f}")
    return made


def _value(row: Indicator, language: Language) -> str:
    if row.value is None:
        return _word("unmeasured", language)
    return _number(row.value, row.unit)


def _number(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "1" else f"{value:,.4g} {unit}".strip()
