"""A drill: everything that happens and everything that is asked, as data."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, Self

import orjson
from pydantic import BaseModel, Field, model_validator

from scenarios.behaviour import Behaviour
from scenarios.care import Care
from scenarios.command import Commanding
from scenarios.conversion import ConversionPlan
from scenarios.decisions import Decision
from scenarios.dispatch import Dispatching
from scenarios.hazards import TyphoonFlood
from scenarios.injects import Expectation, Inject
from scenarios.norms import Basis, FunctionWeights, Norms
from scenarios.objectives import Kpi, Objective, RedLineRule
from scenarios.relief import Relief
from scenarios.responders import Organisation, Responses, TeamRoster
from scenarios.traffic import Traffic
from scenarios.words import Duration, Span, Strict, Text


class Horizon(Strict):
    """When the drill runs: first and last moment from T0 and the step of its frames [s]."""

    start: Duration = Field(alias="from")
    end: Duration = Field(alias="to")
    step: Span

    @model_validator(mode="after")
    def _whole_steps(self) -> Self:
        if self.end <= self.start or (self.end - self.start) % self.step:
            message = "the horizon must run forward in whole steps; mend from, to or step"
            raise ValueError(message)
        return self


class Drill(Strict):
    """One drill. Places and facilities are selectors, so that it plays on any city."""

    schema_version: Literal["drill/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Text
    summary: Text
    type: Literal["tabletop", "drill", "functional", "full_scale"]
    blind: Literal["none", "single", "double"]
    t0: datetime
    horizon: Horizon
    hazard: TyphoonFlood
    behaviour: Behaviour
    traffic: Traffic | None = None
    organisations: tuple[Organisation, ...]
    responses: Responses
    command: Commanding
    teams: tuple[TeamRoster, ...]
    dispatch: Dispatching
    relief: Relief
    care: Care
    norms: Norms
    weights: FunctionWeights
    objectives: tuple[Objective, ...] = Field(min_length=1)
    injects: tuple[Inject, ...] = Field(min_length=1)
    decisions: tuple[Decision, ...] = ()
    conversions: tuple[ConversionPlan, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    red_lines: tuple[RedLineRule, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def expectations(self) -> dict[str, tuple[Inject, Expectation]]:
        """Every expected action by its id, with the inject that asks for it."""
        return {task.id: (inject, task) for inject in self.injects for task in inject.expect}

    def digest(self) -> str:
        """The sha256 of the drill's content; two files that say the same have the same one."""
        content = self.model_dump(mode="json", by_alias=True)
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def bases(self) -> dict[Basis, int]:
        """How many of the drill's numbers stand on a source, on knowledge, on an assumption."""
        count = Counter(bases_of(self))
        return {"S": count["S"], "K": count["K"], "A": count["A"]}

    def _problems(self) -> Iterator[str]:
        yield from _doubles("inject", [inject.id for inject in self.injects])
        yield from _doubles("decision", [decision.id for decision in self.decisions])
        actions = [task.id for inject in self.injects for task in inject.expect]
        yield from _doubles("expected action", actions)
        yield from self._unknown_organisations()
        yield from self._unknown_decisions()
        yield from self._orders_without_traffic()
        yield from self._unknown_objective_parts(set(actions))
        yield from self._injects_outside_the_horizon()

    def _unknown_organisations(self) -> Iterator[str]:
        known = {organisation.id for organisation in self.organisations}
        named = [(task.id, task.who) for inject in self.injects for task in inject.expect]
        named += [(decision.id, decision.who) for decision in self.decisions]
        named += [(roster.kind, roster.organisation) for roster in self.teams]
        named += [(rule.kind, rule.department) for rule in self.command.matters]
        named += [(inject.id, name) for inject in self.injects for name in inject.to]
        for where, name in named:
            if name not in known:
                yield f"{where} names organisation {name!r}, which the drill does not list"

    def _unknown_decisions(self) -> Iterator[str]:
        known = {decision.id for decision in self.decisions}
        for inject in self.injects:
            for task in inject.expect:
                if task.do == "decide" and task.arg not in known:
                    yield f"{task.id} asks for decision {task.arg!r}, which the drill does not list"

    def _orders_without_traffic(self) -> Iterator[str]:
        for inject in self.injects:
            for task in inject.expect:
                if task.do in {"control_traffic", "contraflow"} and self.traffic is None:
                    yield f"{task.id} changes traffic, but the drill has no part traffic; add it"

    def _unknown_objective_parts(self, actions: set[str]) -> Iterator[str]:
        parts = {
            "actions": actions,
            "kpis": {kpi.id for kpi in self.kpis},
            "red_lines": {rule.id for rule in self.red_lines},
        }
        for objective in self.objectives:
            for part, known in parts.items():
                for name in getattr(objective, part):
                    if name not in known:
                        yield f"objective {objective.id} lists {name!r} under {part}: unknown"

    def _injects_outside_the_horizon(self) -> Iterator[str]:
        for inject in self.injects:
            if inject.at is not None and not self.horizon.start <= inject.at <= self.horizon.end:
                yield f"inject {inject.id} at {inject.at} s lies outside the horizon"


def _doubles(noun: str, names: list[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{noun} {name!r} occurs {count} times; ids must differ"


def bases_of(value: object) -> Iterator[str]:
    """The basis of every number in a record, one after the other."""
    if isinstance(value, BaseModel):
        basis = getattr(value, "basis", None)
        if isinstance(basis, str):
            yield basis
        for name in type(value).model_fields:
            yield from bases_of(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from bases_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from bases_of(item)
