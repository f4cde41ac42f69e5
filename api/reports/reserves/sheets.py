"""The tables of a study: the same rows for the workbook, the page and the PDF."""

from collections.abc import Callable

from api.reports.reserves.equity import equity
from api.reports.reserves.losses import losses
from api.reports.reserves.outcomes import (
    disagreements,
    front,
    next_yuan,
    notes,
    replays,
    scenarios,
    traits,
)
from api.reports.reserves.sheet import Sheet, Speech
from api.reports.reserves.supplies import areas, costs, deliveries, sites, stock
from api.reports.reserves.words import Language
from simulation.studies.result import StudyResult


def sheets(result: StudyResult, language: Language) -> list[Sheet]:
    """All tables of a study, in the order in which they are read."""
    makers: tuple[Callable[[StudyResult, Speech], Sheet], ...] = (
        front,
        traits,
        costs,
        stock,
        deliveries,
        areas,
        replays,
        disagreements,
        equity,
        losses,
        next_yuan,
        scenarios,
        sites,
        notes,
    )
    speech = Speech(language)
    return [make(result, speech) for make in makers]
