"""A table of a study's report: named columns with units, and rows of cells."""

from dataclasses import dataclass

from api.reports.reserves.words import Language, tell, unit
from simulation.run import Words

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title with the unit, and the digits after the point; None for text."""

    title: str
    digits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table.

    Attributes:
        name: Short name, at most 31 signs, as a workbook's tab has it.
        note: What the reader must know, or nothing.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of a document."""

    language: Language

    def say(self, zh: str, en: str) -> str:
        """A text of the document itself."""
        return zh if self.language == "zh" else en

    def tell(self, words: Words) -> str:
        """A text of the study."""
        return tell(words, self.language)

    def column(self, zh: str, en: str, *, of: str = "", digits: int | None = None) -> Column:
        """A column with its unit in brackets."""
        name = unit(of, self.language) if of else ""
        brackets = f"（{name}）" if self.language == "zh" else f" [{name}]"
        return Column(self.say(zh, en) + (brackets if name else ""), digits)


def plan_column(speech: Speech) -> Column:
    """The first column of every table of plans."""
    return speech.column("方案", "Plan", digits=0)
