"""The table of how evenly plans serve the districts."""

from api.reports.reserves.sheet import Cell, Column, Sheet, Speech, plan_column
from simulation.studies.result import FrontPoint, StudyResult
from simulation.studies.standing import EvennessRow


def equity(result: StudyResult, speech: Speech) -> Sheet:
    """Gini index of every plan and the share of need met in each district, least first."""
    district = {row.district: row for row in result.districts}
    columns = (
        plan_column(speech),
        speech.column("基尼系数", "Gini index", digits=3),
        speech.column("上限", "Limit", digits=3),
        speech.column("公平代价", "Price of evenness", of="person h", digits=0),
        speech.column("区域", "District"),
        speech.column("名称", "Name"),
        speech.column("居民（人）", "Residents", digits=0),
        speech.column("需求", "Need", of="person h", digits=0),
        Column(speech.say("及时满足 [%]", "Met in time [%]"), 1),
        Column(speech.say("未满足 [%]", "Unmet [%]"), 1),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            even.gini,
            even.most_gini,
            price_of_evenness(point),
            share.district,
            speech.tell(district[share.district].name),
            district[share.district].residents,
            district[share.district].need_person_hours,
            100 * share.access,
            100 * share.unmet_share,
        )
        for point, even in _even(result)
        for share in even.districts
    ]
    hours = next((f"{even.access_hours:g}" for _, even in _even(result)), "–")
    note = speech.say(
        f"及时满足：下令后 {hours} 小时内到达的期望需求比例；基尼系数 0 为完全均等。"
        "公平代价：为守住公平上限而多出的目标值。",
        f"Met in time: share of expected need that arrives within {hours} h of the order; a Gini "
        "index of 0 is even. Price of evenness: by how much the limits raise the objective.",
    )
    return Sheet(name=speech.say("公平", "Equity"), columns=columns, rows=rows, note=note)


def _even(result: StudyResult) -> list[tuple[FrontPoint, EvennessRow]]:
    return [(point, point.evenness) for point in result.points if point.evenness is not None]


def price_of_evenness(point: FrontPoint) -> float | None:
    """By how much the limits on evenness raise a plan's objective; None where none is asked."""
    proof = point.certificate
    return None if proof.uneven_value is None else proof.value - proof.uneven_value
