"""Choices: decisions that were taken beforehand, or fall to their default at the deadline."""

from collections.abc import Callable

from gis.errors import DrillError
from scenarios.decisions import Decision
from scenarios.drill import Drill
from simulation.clock import Payload
from simulation.setting import Setting

Outcome = Callable[[str, str], None]
"""Called with decision and option once it stands."""


def check_decisions(drill: Drill, decisions: dict[str, str]) -> None:
    """Refuse answers to questions the drill does not ask.

    Raises:
        DrillError: A decision or an option is unknown.
    """
    known = {decision.id: decision for decision in drill.decisions}
    for name, option in decisions.items():
        if name not in known:
            listed = ", ".join(known) or "none"
            message = f"drill {drill.id} has no decision {name!r}; it asks {listed}"
            raise DrillError(message, field=name)
        if option not in known[name].names():
            listed = ", ".join(known[name].names())
            message = f"decision {name} has no option {option!r}; choose one of {listed}"
            raise DrillError(message, field=name)


class Choices:
    """Opens each decision, takes the answer or the default, and tells who asked for it."""

    def __init__(self, setting: Setting, outcome: Outcome) -> None:
        self.setting = setting
        self.made: dict[str, str] = {}
        self._outcome = outcome
        setting.clock.on("decision.open", self._open)
        setting.clock.on("decision.make", self._make)
        for decision in setting.drill.decisions:
            tick = setting.tick_at(decision.opens)
            setting.clock.schedule(tick, "decision.open", {"decision": decision.id}, priority=2)

    def _decision(self, payload: Payload) -> Decision:
        name = payload["decision"]
        return next(one for one in self.setting.drill.decisions if one.id == name)

    def _open(self, payload: Payload) -> None:
        decision = self._decision(payload)
        self.setting.log.write(
            "decision.open",
            who=decision.who,
            decision=decision.id,
            options=list(decision.names()),
            text=decision.question.model_dump(),
        )
        time = self.setting.drill.responses.of("decide")
        draw = self.setting.streams.lognormal("organisations.decisions", time.share, time.sigma)
        share = min(draw, 1.0) if decision.id in self.setting.decisions else 1.0
        self.setting.clock.after(decision.within * share, "decision.make", payload)

    def _make(self, payload: Payload) -> None:
        decision = self._decision(payload)
        option = self.setting.decisions.get(decision.id, decision.default)
        self.made[decision.id] = option
        title = next(one.title for one in decision.options if one.id == option)
        self.setting.log.write(
            "decision.made",
            who=decision.who,
            decision=decision.id,
            option=option,
            by_default=decision.id not in self.setting.decisions,
            text=title.model_dump(),
        )
        self._outcome(decision.id, option)
