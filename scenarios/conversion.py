"""A facility's change of role as a task network: crews, material, precedence, sign-off."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.norms import Basis, Norm
from scenarios.words import Duration, Strict, Text


class Task(Strict):
    """One task: how long for a crew, after which others, and what must have been delivered.

    Attributes:
        hours: Duration with the stated crew [h].
        crew: People it needs at the same time [persons].
        after: Tasks that must be finished first.
        delivery: Earliest time its material is on site, after the conversion's start [h].
        sign_off: True for the inspection that makes the role official.
    """

    id: str
    title: Text
    hours: float = Field(gt=0)
    crew: int = Field(ge=1)
    after: tuple[str, ...] = ()
    delivery: float = Field(default=0.0, ge=0)
    sign_off: bool = False
    basis: Basis = "A"
    citation: str = ""


class ConversionPlan(Strict):
    """Which facility takes which role, when work starts, who works, and the way back.

    Attributes:
        facility: Selector, such as ``sports_hall:1``.
        start: When the order is given [s from T0].
        crew: People on site at any time [persons].
        place_share: Share of the role's capacity that becomes usable.
        back_hours: Time to return to the peacetime role [h].
    """

    id: str
    facility: str
    role: str
    start: Duration
    crew: int = Field(ge=1)
    who: str
    place_share: Norm
    back_hours: Norm
    tasks: tuple[Task, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _tasks_form_a_network(self) -> Self:
        done: set[str] = set()
        names = [task.id for task in self.tasks]
        if len(set(names)) != len(names):
            message = "two tasks have the same id; give each its own"
            raise ValueError(message)
        for task in self.tasks:
            missing = [name for name in task.after if name not in done]
            if missing:
                message = (
                    f"task {task.id!r} comes after {missing[0]!r}, which is not listed before it"
                )
                raise ValueError(message)
            if task.crew > self.crew:
                message = (
                    f"task {task.id!r} needs {task.crew} people, but only {self.crew} are there"
                )
                raise ValueError(message)
            done.add(task.id)
        if not any(task.sign_off for task in self.tasks):
            message = "no task signs off; mark the inspection with sign_off: true"
            raise ValueError(message)
        return self
