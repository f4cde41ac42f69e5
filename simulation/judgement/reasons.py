"""Reasons: why an objective has its rating, in words and units a reader knows."""

from scenarios.injects import Deed, Expectation
from simulation.run import Indicator, RedLine, Words

DEEDS: dict[Deed, tuple[str, str]] = {
    "activate_response": ("启动应急响应", "Activating the response"),
    "predischarge_reservoir": ("水库预泄", "Lowering the reservoir"),
    "sweep_at_risk_people": ("走访受威胁居民", "Visiting people at risk"),
    "order_evacuation": ("下达转移令", "Ordering the evacuation"),
    "stage_buses": ("客车集结", "Staging the buses"),
    "whistle": ("街道吹哨", "Blowing the whistle"),
    "report_in": ("部门报到", "Reporting in"),
    "stop_lines": ("地铁停运", "Stopping the metro"),
    "close_underpasses": ("封闭下穿通道", "Closing the underpasses"),
    "deploy_generators": ("部署应急发电", "Deploying generators"),
    "rescue_complete": ("完成救援", "Completing the rescue"),
    "deploy_satcom": ("部署卫星通信", "Deploying satellite links"),
    "fallback_runner_report": ("人工传报", "Reporting by runner"),
    "open_next_shelter": ("启用下一处避难场所", "Opening the next shelter"),
    "decide": ("作出决策", "Deciding"),
    "publish_update": ("发布权威信息", "Publishing an update"),
    "clear_lifeline_roads": ("清理生命线道路", "Clearing lifeline roads"),
    "control_traffic": ("实施交通管制", "Controlling the traffic"),
    "contraflow": ("反向车道放行", "Reversing lanes"),
    "activate_surge": ("启动医院扩容", "Ordering the hospital surge"),
}
"""What each deed is called in Chinese and in English."""

_ZH_UNITS = {"min": "分钟", "h": "小时", "persons": "人", "L/(person d)": "升/人·日", "1": ""}
_OPERATORS = {">=": "≥", "<=": "≤"}


def undone(task: Expectation) -> Words:
    """A task that nobody did."""
    zh, en = DEEDS[task.do]
    return Words(zh=f"{zh}（{task.id}）未完成", en=f"{en} ({task.id}) was not done")


def late(task: Expectation, *, used_minutes: float, limit_minutes: float) -> Words:
    """A task done after its limit."""
    zh, en = DEEDS[task.do]
    return Words(
        zh=f"{zh}（{task.id}）用时 {used_minutes:.0f} 分钟，要求 {limit_minutes:.0f} 分钟",
        en=f"{en} ({task.id}) took {used_minutes:.0f} min, limit {limit_minutes:.0f} min",
    )


def missed(kpi: Indicator, value: float) -> Words:
    """An indicator that missed its threshold."""
    sign = _OPERATORS[kpi.op]
    unit = _ZH_UNITS.get(kpi.unit, kpi.unit)
    return Words(
        zh=f"{kpi.title.zh} {_amount(value, kpi.unit, unit)}，"
        f"要求 {sign} {_amount(kpi.passing, kpi.unit, unit)}",
        en=f"{kpi.title.en} {_amount(value, kpi.unit, kpi.unit)}, "
        f"wanted {sign} {_amount(kpi.passing, kpi.unit, kpi.unit)}",
    )


def broken(line: RedLine) -> Words:
    """A red line that did not hold."""
    return Words(
        zh=f"底线 {line.id}「{line.title.zh}」失守 {line.hours:.1f} 小时",
        en=f"red line {line.id} ({line.title.en}) was broken for {line.hours:.1f} h",
    )


def _amount(value: float, unit: str, shown: str) -> str:
    """A value with its unit; shares of one as percent.

    >>> _amount(0.9619, "1", ""), _amount(42.4597, "min", "min")
    ('96.2 %', '42.5 min')
    """
    if unit == "1":
        return f"{value:.1%}".replace("%", " %")
    return f"{value:.1f}".removesuffix(".0") + f" {shown}"
