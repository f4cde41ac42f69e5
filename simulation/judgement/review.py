"""Review: ratings, indicators and red lines, from the event log alone.

P: performed; S: performed with minor delay; M: late or in part; U: not done. A red line that was
broken caps its objectives at M, one broken for longer than its grace at U.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import orjson

from scenarios.drill import Drill
from scenarios.objectives import Kpi, Objective, RedLineRule
from scenarios.words import Text
from simulation.judgement import reasons
from simulation.run import (
    DistrictRelief,
    Indicator,
    ItemRelief,
    ObjectiveRating,
    Rating,
    RedLine,
    Relief,
    Words,
)

MINOR_DELAY = 1.5
"""An action done within this share of its limit counts as a minor delay; assumption A."""
ORDER: tuple[Rating, ...] = ("P", "S", "M", "U")
Record = dict[str, Any]


class Review:
    """Reads one run's log.

    Args:
        drill: What was asked.
        lines: The event log, one JSON line each.
    """

    def __init__(self, drill: Drill, lines: list[bytes]) -> None:
        self.drill = drill
        self._by_kind: dict[str, list[Record]] = defaultdict(list)
        for line in lines:
            record = orjson.loads(line)
            self._by_kind[record["kind"]].append(record)
        self.skipped = {record["inject"] for record in self._by_kind["inject.not_applicable"]}
        self._done = {record["action"]: record for record in self._by_kind["action.done"]}
        self._overdue = {record["action"]: record for record in self._by_kind["action.overdue"]}

    def red_lines(self) -> list[RedLine]:
        """Every red line: broken or not, when first, for how long and where worst."""
        return [self._red_line(rule) for rule in self.drill.red_lines]

    def _red_line(self, rule: RedLineRule) -> RedLine:
        first = [r for r in self._by_kind["red_line.broken"] if r["red_line"] == rule.id]
        total = [r for r in self._by_kind["red_line.total"] if r["red_line"] == rule.id]
        return RedLine(
            id=rule.id,
            title=_words(rule.title),
            broken=bool(first),
            first_s=first[0]["time_s"] if first else None,
            hours=total[0]["hours"] if total else 0.0,
            grace_hours=rule.grace / 3600,
            place=(total[0]["place"] or first[0]["place"]) if first and total else None,
        )

    def kpis(self) -> list[Indicator]:
        """Every indicator with its value against pass mark and target."""
        return [self._kpi(kpi) for kpi in self.drill.kpis]

    def _kpi(self, kpi: Kpi) -> Indicator:
        value = getattr(self, f"_{kpi.measure}")()
        is_met = value is None or (value >= kpi.passing if kpi.op == ">=" else value <= kpi.passing)
        return Indicator(
            id=kpi.id,
            title=_words(kpi.title),
            value=None if value is None else round(value, 4),
            unit=kpi.unit,
            op=kpi.op,
            passing=kpi.passing,
            target=kpi.target,
            met=is_met,
            basis=kpi.basis,
            citation=kpi.citation,
        )

    def _warned_share_1h(self) -> float | None:
        tallies = [r for r in self._by_kind["warning.tally"] if r["at_risk"] > 0]
        return _share(tallies[0] if tallies else None, "reached", "at_risk")

    def _evacuated_share_by_t0(self) -> float | None:
        tally = self._tally()
        return _share(tally, "out", "at_risk")

    def _vulnerable_evacuated_share(self) -> float | None:
        tally = self._tally()
        return (
            tally["vulnerable_out"] / tally["vulnerable"] if tally and tally["vulnerable"] else None
        )

    def _tally(self) -> Record | None:
        tallies = self._by_kind["evacuation.tally"]
        return tallies[0] if tallies else None

    def _report_in_p90_minutes(self) -> float | None:
        minutes = [record["minutes"] for record in self._by_kind["whistle.answered"]]
        unanswered = len(self._by_kind["whistle.blown"]) - len(minutes)
        minutes += [float(self.drill.horizon.end) / 60] * unanswered
        return float(np.quantile(minutes, 0.9)) if minutes else None

    def _first_supply_hours(self) -> float | None:
        return self._hours_between("relief.order", "supply.delivered")

    def _district_supply_hours(self) -> float | None:
        """Hours until the last district in need got its first load; the run's rest if none came."""
        hours = [
            self._hours_left(one.needed_s) if one.hours is None else one.hours
            for one in self._districts()
            if one.needed_s is not None
        ]
        return max(hours, default=None)

    def _hours_left(self, since_s: int) -> float:
        return (self.drill.horizon.end - max(since_s, self.drill.relief.order)) / 3600

    def _districts(self) -> list[DistrictRelief]:
        needed = {r["place"]: r["time_s"] for r in self._by_kind["relief.needed"]}
        reached = {r["place"]: r["time_s"] for r in self._by_kind["relief.reached"]}
        found = []
        for place in sorted(needed.keys() | reached.keys()):
            need, came = needed.get(place), reached.get(place)
            since = max(self.drill.relief.order, need or 0)
            hours = None if came is None else round(max(came - since, 0) / 3600, 4)
            found.append(DistrictRelief(place=place, needed_s=need, reached_s=came, hours=hours))
        return found

    def relief(self) -> Relief:
        """Relief by item and by district."""
        items = {item.id: item for item in self.drill.relief.items}
        rows = []
        for total in self._by_kind["relief.total"]:
            item = items[total["item"]]
            rows.append(
                ItemRelief(
                    item=item.id,
                    title=_words(item.title),
                    unit=item.unit,
                    need=total["need"],
                    met=total["met"],
                    person_hours=total["person_hours"],
                    unmet_person_hours=total["unmet_person_hours"],
                    cover=round(_cover(total), 6),
                )
            )
        return Relief(items=rows, districts=self._districts())

    def _water_cover(self) -> float | None:
        return self._cover_of("water")

    def _food_cover(self) -> float | None:
        return self._cover_of("food")

    def _cover_of(self, item: str) -> float | None:
        totals = [r for r in self._by_kind["relief.total"] if r["item"] == item]
        return _cover(totals[0]) if totals else None

    def _needs_met_hours(self) -> float | None:
        return self._hours_between("relief.order", "needs.met")

    def _hours_between(self, start: str, end: str) -> float | None:
        if not self._by_kind[start] or not self._by_kind[end]:
            return None
        since = self._by_kind[start][0]["tick"]
        later = [r["tick"] for r in self._by_kind[end] if r["tick"] >= since]
        return float(later[0] - since) / 360_000 if later else None

    def _water_p10_l_per_day(self) -> float | None:
        summary = self._by_kind["summary"]
        return float(summary[0]["water_p10_l_per_day"]) if summary else None

    def _power_t90_hours(self) -> float | None:
        """Hours from the first failure until nine tenths of the residents have power again."""
        failed = self._by_kind["facility.failed"]
        if not failed:
            return None
        since = failed[0]["tick"]
        reports = [r for r in self._by_kind["situation"] if r["tick"] > since]
        low = [r["tick"] for r in reports if r["services"]["power"] < 0.9]
        if not low:
            return 0.0
        after = [r["tick"] for r in reports if r["tick"] > low[-1]]
        end = after[0] if after else low[-1]
        return float(end - since) / 360_000

    def _deaths(self) -> float | None:
        summary = self._by_kind["summary"]
        return float(summary[0]["deaths"]) if summary else None

    def _conversion_hours(self) -> float | None:
        ready = self._by_kind["conversion.ready"]
        return float(ready[0]["hours"]) if ready else None

    def _underpass_rescue_minutes(self) -> float | None:
        caught = {r["matter"]: r["tick"] for r in self._by_kind["residents.caught"]}
        freed = {r["matter"]: r["tick"] for r in self._by_kind["rescue.complete"]}
        if not caught:
            return None
        last = self.drill.horizon.end * 100
        minutes = [(freed.get(matter, last) - tick) / 6000 for matter, tick in caught.items()]
        return float(max(minutes))

    def _unmet_shelter_people(self) -> float | None:
        summary = self._by_kind["summary"]
        return float(summary[0]["turned_away"]) if summary else None

    def _definitive_care_p90_minutes(self) -> float | None:
        return self._of_care("definitive_care_p90_minutes")

    def _avoidable_deaths(self) -> float | None:
        return self._of_care("avoidable_deaths")

    def _hospital_occupancy_peak(self) -> float | None:
        return self._of_care("occupancy_peak")

    def _diversion_hours(self) -> float | None:
        return self._of_care("diversion_hours")

    def _of_care(self, name: str) -> float | None:
        """A figure of the summary of care; None where nobody was hurt or no hospital is."""
        summary = self._by_kind["care.summary"]
        value = summary[0][name] if summary else None
        return None if value is None else float(value)

    def ratings(self) -> list[ObjectiveRating]:
        """Every objective's rating with its reasons and evidence."""
        kpis = {kpi.id: kpi for kpi in self.kpis()}
        lines = {line.id: line for line in self.red_lines()}
        return [self._rate(objective, kpis, lines) for objective in self.drill.objectives]

    def _rate(
        self, objective: Objective, kpis: dict[str, Indicator], lines: dict[str, RedLine]
    ) -> ObjectiveRating:
        found: list[tuple[Rating, Words]] = []
        evidence: list[int] = []
        for action in objective.actions:
            found += self._rate_action(action, evidence)
        found += [_rate_kpi(kpis[name]) for name in objective.kpis if not kpis[name].met]
        found += [_rate_red_line(lines[name]) for name in objective.red_lines if lines[name].broken]
        for name in objective.red_lines:
            broken = [
                r["sequence"] for r in self._by_kind["red_line.broken"] if r["red_line"] == name
            ]
            evidence += broken
        worst = max((ORDER.index(rating) for rating, _ in found), default=0)
        zh = "；".join(text.zh for _, text in found) or "全部按时完成"
        en = "; ".join(text.en for _, text in found) or "everything done in time"
        return ObjectiveRating(
            objective=objective.id,
            title=_words(objective.title),
            rating=ORDER[worst],
            because=Words(zh=zh, en=en),
            evidence=sorted(evidence),
        )

    def _rate_action(self, action: str, evidence: list[int]) -> list[tuple[Rating, Words]]:
        inject, task = self.drill.expectations()[action]
        if inject.id in self.skipped or not task.critical:
            return []
        if action not in self._done:
            if action not in self._overdue:
                return []
            evidence.append(self._overdue[action]["sequence"])
            return [("U", reasons.undone(task))]
        record = self._done[action]
        evidence.append(record["sequence"])
        if record["in_time"]:
            return []
        used, limit = record["minutes"], record["within_minutes"]
        rating: Rating = "S" if used <= limit * MINOR_DELAY else "M"
        return [(rating, reasons.late(task, used_minutes=used, limit_minutes=limit))]


def _rate_kpi(kpi: Indicator) -> tuple[Rating, Words]:
    value = 0.0 if kpi.value is None else kpi.value
    gap = abs(value - kpi.passing) / max(abs(kpi.passing), 1e-9)
    rating: Rating = "S" if gap <= 0.1 else "M"
    return rating, reasons.missed(kpi, value)


def _rate_red_line(line: RedLine) -> tuple[Rating, Words]:
    rating: Rating = "U" if line.hours > line.grace_hours or line.grace_hours == 0 else "M"
    return rating, reasons.broken(line)


def _share(record: Record | None, part: str, whole: str) -> float | None:
    return record[part] / record[whole] if record and record[whole] else None


def _cover(total: Record) -> float:
    """Share of the person-hours in need of an item that were met; of goods where works need it."""
    if total["person_hours"] <= 0:
        return float(total["met"]) / float(total["need"])
    return 1.0 - float(total["unmet_person_hours"]) / float(total["person_hours"])


def _words(text: Text) -> Words:
    return Words(zh=text.zh, en=text.en)
