"""Two runs on a terminal, side by side."""

from api.cli.screen import Language, hours, say, table, word
from simulation.compare import Comparison, Moved

_SHOWN = 12
_WORDS = {
    "ratings": {"en": "Ratings", "zh": "评级"},
    "kpis": {"en": "Indicators", "zh": "指标"},
    "red_lines": {"en": "Red lines, hours broken", "zh": "底线失守时长（小时）"},
    "events": {"en": "Events by kind", "zh": "各类事件"},
    "moved": {"en": "Moved in time", "zh": "时间变动的事件"},
    "grids": {"en": "Grids, resilience index", "zh": "网格韧性指数"},
    "a": {"en": "A", "zh": "甲"},
    "b": {"en": "B", "zh": "乙"},
    "difference": {"en": "B - A", "zh": "乙减甲"},
    "same": {"en": "same", "zh": "相同"},
    "later": {"en": "later by", "zh": "推迟"},
    "changed": {"en": "other numbers", "zh": "数值不同"},
    "only_a": {"en": "only in A", "zh": "仅甲"},
    "only_b": {"en": "only in B", "zh": "仅乙"},
    "more": {"en": "and {} more: --json shows all", "zh": "另有 {} 项，见 --json"},
}


def show_comparison(found: Comparison, language: Language) -> None:
    """Print where two runs part and what came of it."""
    say(f"A {found.a}", f"B {found.b}")
    for line in found.summary:
        say(f"· {word(line.model_dump(), language)}")
    if found.parting is None:
        return
    say(_events(found, language), _moved(found.moved, language), _outcome(found, language))
    if found.grids:
        say(_grids(found, language))


def _word(key: str, language: Language) -> str:
    return word(_WORDS[key], language)


def _columns(language: Language, *keys: str) -> list[str]:
    return ["", *[_word(key, language) for key in keys]]


def _events(found: Comparison, language: Language) -> object:
    keys = ("same", "moved", "changed", "only_a", "only_b")
    made = table(_word("events", language), *_columns(language, *keys))
    for row in found.kinds:
        made.add_row(row.kind, *[str(getattr(row, key)) for key in keys])
    return made


def _moved(rows: list[Moved], language: Language) -> object:
    made = table(_word("moved", language), *_columns(language, "a", "b", "later"))
    for row in rows[:_SHOWN]:
        names = " ".join([row.kind, *row.names.values()])
        made.add_row(names, hours(row.a_s), hours(row.b_s), f"{row.later_s / 60:+.1f} min")
    if len(rows) > _SHOWN:
        made.caption = _word("more", language).format(len(rows) - _SHOWN)
    return made


def _outcome(found: Comparison, language: Language) -> object:
    made = table(_word("kpis", language), *_columns(language, "a", "b", "difference"))
    for rating in found.ratings:
        title = word(rating.title.model_dump(), language)
        made.add_row(title, rating.a or "–", rating.b or "–", "" if rating.a == rating.b else "≠")
    for kpi in (*found.kpis, found.resilience):
        title = f"{word(kpi.title.model_dump(), language)} [{kpi.unit}]"
        made.add_row(title, *[_number(value) for value in (kpi.a, kpi.b, kpi.difference)])
    for line in found.red_lines:
        title = f"{line.id} {word(line.title.model_dump(), language)} [h]"
        change = (line.b_hours or 0.0) - (line.a_hours or 0.0)
        made.add_row(title, _number(line.a_hours), _number(line.b_hours), _number(change))
    return made


def _grids(found: Comparison, language: Language) -> object:
    made = table(_word("grids", language), *_columns(language, "a", "b", "difference"))
    for row in found.grids[:_SHOWN]:
        made.add_row(row.code, f"{row.a:.1f}", f"{row.b:.1f}", f"{row.difference:+.1f}")
    if len(found.grids) > _SHOWN:
        made.caption = _word("more", language).format(len(found.grids) - _SHOWN)
    return made


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
