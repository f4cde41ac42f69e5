"""Plans that still hold when depots are lost: the list of lost sets that a master learns from."""

from dataclasses import dataclass, replace

import numpy as np

from gis.errors import InputError
from gis.reserve.answer import Answer, Evaluation
from gis.reserve.evaluate import evaluate
from gis.reserve.evenness import is_asked
from gis.reserve.failure import worst_of
from gis.reserve.instance import Instance
from gis.reserve.objective import Aim
from gis.reserve.part import with_losses
from gis.reserve.plan import Plan
from gis.reserve.watch import Watch

ROUND_SHARE = 0.4
"""Share of the time left that one master may take, so that there is some to learn the next loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Against which losses a plan is chosen.

    Attributes:
        count: Depots that are lost at once.
        weight: Weight of the expected cost after the worst loss, 0 to 1; 1 counts nothing else.
    """

    count: int = 1
    weight: float = 0.5


def check_losses(instance: Instance, aim: Aim, losses: Losses) -> None:
    """Refuse what cannot be asked together.

    Raises:
        InputError: Says what to change.
    """
    if not 1 <= losses.count <= instance.sites:
        raise InputError(
            f"{losses.count} depots cannot be lost of {instance.sites} sites; give 1 or more",
            field="losses",
        )
    if not 0 <= losses.weight <= 1:
        raise InputError(f"the weight of losses is {losses.weight}; give 0 to 1", field="losses")
    if aim.objective == "regret":
        raise InputError("losses go with expected or cvar, not with regret", field="losses")
    if any(tier.required > 0 for tier in instance.tiers):
        raise InputError(
            "losses and tiers required in every scenario exclude each other; give the tier a "
            "late_cost instead",
            field="losses",
        )
    if is_asked(instance.rules):
        raise InputError(
            "losses and limits on evenness exclude each other; ask for one of them", field="losses"
        )


class Hunt:
    """What column-and-constraint generation knows so far.

    Args:
        instance: The question, with all depots standing.
        aim: What is minimised besides the worst loss.
        losses: Against which losses.
        gap: Relative gap at which to stop.
    """

    def __init__(self, instance: Instance, aim: Aim, losses: Losses, *, gap: float) -> None:
        self.instance, self.aim, self.losses, self.gap = instance, aim, losses, gap
        self.sets: list[tuple[int, ...]] = []
        self.value, self.bound = np.inf, -np.inf
        self.best: Answer | None = None
        self.is_cut = False

    @property
    def starts(self) -> tuple[Plan, ...]:
        """The best plan so far."""
        return () if self.best is None else (self.best.plan,)

    def share(self, watch: Watch) -> float:
        """Time for the next master [s]."""
        return max(ROUND_SHARE * watch.left, 1e-3)

    def master(self) -> tuple[Instance, Aim]:
        """The question with the losses known so far, and its aim.

        With none known the worst loss costs at least what no loss does.
        """
        weight = self.losses.weight
        if not self.sets:
            return self.instance, replace(self.aim, beta=(1 - weight) * self.aim.beta)
        blocks = 1 + len(self.sets)
        return with_losses(self.instance, self.sets), replace(
            self.aim, blocks=blocks, loss_weight=weight
        )

    def learn(self, answer: Answer) -> bool:
        """Take a master's plan and learn its worst loss; False where there is no more to learn."""
        evaluation = evaluate(self.instance, answer.plan)
        loss = worst_of(self.instance, answer.plan, self.losses.count)
        value = self.priced(evaluation, loss.bound)
        self.bound = max(self.bound, min(answer.bound, value))
        if value < self.value:
            self.value = value
            self.best = replace(answer, evaluation=evaluation, loss=loss)
        self.is_cut = answer.is_cut
        is_known = loss.sites in self.sets
        if not is_known:
            self.sets.append(loss.sites)
        return not is_known and self.value - self.bound > self.gap * abs(self.value)

    def priced(self, found: Evaluation, worst: float) -> float:
        """The whole objective of a plan, its worst loss included."""
        weight = self.losses.weight
        alone = replace(self.aim, weight=0.0).value(0.0, found.recourse, found.probability)
        yearly = self.aim.weight * found.first_stage.total
        return yearly + (1 - weight) * alone + weight * worst

    def answer(self, watch: Watch) -> Answer:
        """The best plan with its certificate."""
        best = self.best
        assert best is not None
        return replace(
            best,
            value=self.value,
            bound=self.bound,
            seconds=watch.spent,
            is_cut=self.is_cut and self.value - self.bound > self.gap * abs(self.value),
            method=f"column-and-constraint generation, {len(self.sets)} lost sets; {best.method}",
        )
