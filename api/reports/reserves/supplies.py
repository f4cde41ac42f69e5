"""Tables of what stands where and what goes where."""

from api.reports.reserves.sheet import Cell, Column, Sheet, Speech, plan_column
from api.reports.reserves.words import MODES, STATES, item, unit
from simulation.studies.result import StudyResult


def costs(result: StudyResult, speech: Speech) -> Sheet:
    """What each plan costs in a year, by part."""
    parts = {cost.part: cost.title for point in result.points for cost in point.costs}
    columns = (
        plan_column(speech),
        *(speech.column(title.zh, title.en, of="yuan/a", digits=0) for title in parts.values()),
        speech.column("合计", "Total", of="yuan/a", digits=0),
    )
    rows: list[tuple[Cell, ...]] = []
    for point in result.points:
        yuan = {cost.part: cost.yuan for cost in point.costs}
        rows.append((point.point, *(yuan.get(part, 0.0) for part in parts), point.cost_yuan))
    return Sheet(name=speech.say("成本", "Costs"), columns=columns, rows=rows)


def stock(result: StudyResult, speech: Speech) -> Sheet:
    """What stands in which depot."""
    columns = (
        plan_column(speech),
        speech.column("储备点", "Depot"),
        speech.column("名称", "Name"),
        speech.column("规模", "Size"),
        speech.column("现有", "Existing"),
        speech.column("物资", "Item"),
        speech.column("方式", "Mode"),
        speech.column("数量", "Quantity", digits=0),
        speech.column("单位", "Unit"),
        speech.column("体积", "Volume", of="m3", digits=1),
        speech.column("年成本", "Cost", of="yuan/a", digits=0),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            depot.facility,
            speech.tell(depot.name),
            depot.size,
            speech.say("是", "yes") if depot.is_existing else speech.say("否", "no"),
            item(row.item, speech.language),
            speech.tell(MODES[row.mode]),
            row.quantity,
            unit(row.unit, speech.language),
            row.volume_m3,
            row.yuan,
        )
        for point in result.points
        for depot in sorted(point.depots, key=lambda depot: not depot.size)
        for row in depot.stock
    ]
    return Sheet(name=speech.say("库存", "Stock"), columns=columns, rows=rows)


def deliveries(result: StudyResult, speech: Speech) -> Sheet:
    """What each depot sends where, expected over the scenarios."""
    name = {row.area: speech.tell(row.name) for row in result.areas}
    columns = (
        plan_column(speech),
        speech.column("储备点", "Depot"),
        speech.column("地区", "Area"),
        speech.column("名称", "Name"),
        speech.column("物资", "Item"),
        speech.column("期望数量", "Expected quantity", digits=1),
        speech.column("下令至到达", "Order to arrival", of="h", digits=2),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            row.facility,
            row.area,
            name[row.area],
            item(row.item, speech.language),
            row.quantity,
            row.hours,
        )
        for point in result.points
        for row in point.flows
    ]
    return Sheet(name=speech.say("调运", "Deliveries"), columns=columns, rows=rows)


def areas(result: StudyResult, speech: Speech) -> Sheet:
    """What each plan does for each area."""
    area = {row.area: row for row in result.areas}
    columns = (
        plan_column(speech),
        speech.column("地区", "Area"),
        speech.column("名称", "Name"),
        speech.column("居民（人）", "Residents", digits=0),
        speech.column("未满足", "Unmet", of="person h", digits=0),
        Column(speech.say("未满足比例 [%]", "Unmet share [%]"), 1),
        speech.column("首次到达", "First arrival", of="h", digits=2),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            point.point,
            row.area,
            speech.tell(area[row.area].name),
            area[row.area].residents,
            row.unmet_person_hours,
            100 * row.unmet_share,
            row.hours,
        )
        for point in result.points
        for row in point.areas
    ]
    return Sheet(name=speech.say("地区", "Areas"), columns=columns, rows=rows)


def sites(result: StudyResult, speech: Speech) -> Sheet:
    """Places where a depot may stand."""
    columns = (
        speech.column("地点", "Site"),
        speech.column("名称", "Name"),
        speech.column("类别", "Kind"),
        speech.column("区", "District"),
        speech.column("状态", "State"),
        Column(speech.say("可用率 [%]", "Stands and is reached [%]"), 1),
        speech.column("经度", "Longitude", digits=6),
        speech.column("纬度", "Latitude", digits=6),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row.facility,
            speech.tell(row.name),
            row.kind,
            row.district,
            speech.tell(STATES[row.state]),
            100 * row.survives,
            row.lon,
            row.lat,
        )
        for row in result.sites
    ]
    return Sheet(name=speech.say("候选地点", "Sites"), columns=columns, rows=rows)
