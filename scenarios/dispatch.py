"""Dispatch as data: which teams suit which task, how urgent it is, and how vehicles get about."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.norms import Basis, Norm
from scenarios.responders import TeamKind
from scenarios.words import Strict


class TaskRule(Strict):
    """One kind of task for a team.

    Attributes:
        suits: Kinds of team that can do it; among equally quick ones the first is sent.
        priority: 1 (life in danger) to 5 (can wait); a smaller number goes first.
    """

    kind: str
    suits: tuple[TeamKind, ...] = Field(min_length=1)
    priority: int = Field(ge=1, le=5)
    basis: Basis
    citation: str = ""


class Boating(Strict):
    """Boats: on a trailer over land, on their own over water that is deep enough."""

    draught_m: Norm
    launch_minutes: Norm
    bank_m: Norm
    trailer_kmh: Norm


class Dispatching(Strict):
    """How the control room sends units.

    Attributes:
        nearest: Free units of a kind, nearest as the crow flies, whose travel times are compared.
        redirect_gain_minutes: A unit under way to a less urgent task is turned round where it
            arrives this much earlier than any free one.
        boating: How boats get about.
    """

    nearest: Norm
    redirect_gain_minutes: Norm
    boating: Boating
    tasks: tuple[TaskRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_task_once(self) -> Self:
        kinds = [task.kind for task in self.tasks]
        for kind in kinds:
            if kinds.count(kind) > 1:
                message = f"task {kind!r} has two rules; keep one"
                raise ValueError(message)
        return self

    def rules(self) -> dict[str, TaskRule]:
        """The rule of each kind of task."""
        return {task.kind: task for task in self.tasks}
