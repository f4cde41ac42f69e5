"""The three things to minimise over scenario costs, as numbers and as linear rows."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.errors import InputError
from gis.reserve.answer import Evaluation, Objective, cvar


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is minimised.

    With F the yearly cost, Q_s the cost of scenario s: ``expected`` is ``w F + E Q``; ``cvar`` is
    ``w F + (1 - beta) E Q + beta CVaR_alpha(Q)``; ``regret`` is ``max_s (F + Q_s - reference_s)``.

    Attributes:
        objective: Which of the three.
        beta: Weight of the tail, 0 to 1.
        alpha: The tail is the worst ``1 - alpha``.
        references: Best cost of each scenario alone, shape ``(N,)`` (regret only).
        weight: Weight w of the yearly cost.
        blocks: Scenarios come in so many equal blocks: the first with all depots standing, each
            other with one set of them lost (``gis.reserve.part.with_losses``).
        loss_weight: Weight of the dearest lost block's expected cost, 0 to 1; what is left falls to
            the mean and tail of the first block.
    """

    objective: Objective
    beta: float = 0.5
    alpha: float = 0.9
    references: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    weight: float = 1.0
    blocks: int = 1
    loss_weight: float = 0.0

    def value(
        self, yearly: float, recourse: NDArray[np.float64], probability: NDArray[np.float64]
    ) -> float:
        """Objective of a plan with this yearly cost and these scenario costs."""
        if self.blocks > 1:
            own = probability[: probability.size // self.blocks] * self.blocks
            costs = recourse.reshape(self.blocks, -1)
            whole = replace(self, blocks=1, weight=0.0).value(0.0, costs[0], own)
            worst = float((costs[1:] @ own).max())
            mixed = (1 - self.loss_weight) * whole + self.loss_weight * worst
            return self.weight * yearly + mixed
        if self.objective == "regret":
            return float((self.weight * yearly + recourse - self.references).max())
        mean = float(probability @ recourse)
        if self.objective == "expected":
            return self.weight * yearly + mean
        tail = cvar(recourse, probability, alpha=self.alpha)
        return self.weight * yearly + (1 - self.beta) * mean + self.beta * tail

    def of(self, evaluation: Evaluation) -> float:
        """Objective of an evaluated plan."""
        return self.value(evaluation.first_stage.total, evaluation.recourse, evaluation.probability)

    @property
    def extras(self) -> str:
        """Name of the extra columns: none, ``eta`` and ``z`` for cvar, ``R`` for regret."""
        return {"expected": "", "cvar": "tail", "regret": "worst"}[self.objective]


def check_aim(objective: str, *, beta: float, alpha: float) -> None:
    """Refuse an unknown objective or weights outside their range.

    Raises:
        InputError: Says which.
    """
    if objective not in ("expected", "cvar", "regret"):
        raise InputError(
            f"objective is {objective!r}; give expected, cvar or regret", field="objective"
        )
    if not 0 <= beta <= 1:
        raise InputError(f"beta is {beta}; give 0 to 1", field="beta")
    if not 0 <= alpha < 1:
        raise InputError(f"alpha is {alpha}; give 0 or more and below 1", field="alpha")


@dataclass(frozen=True, slots=True, kw_only=True)
class AimColumns:
    """An aim written as linear rows over ``[first stage | scenario costs | extra]`` columns.

    Attributes:
        first_weight: Weight of the first-stage cost in the objective.
        scenario_cost: Objective of each scenario's cost, shape ``(N,)``.
        extra_cost: Objective of the extra columns; none, ``eta, z_1..z_N`` or ``R``.
        coefficients: Rows over all columns.
        low: Least value of each row.
        high: Greatest value of each row.
    """

    first_weight: float
    scenario_cost: NDArray[np.float64]
    extra_cost: NDArray[np.float64]
    coefficients: sparse.csr_matrix
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def linear(
    aim: Aim, probability: NDArray[np.float64], first_cost: NDArray[np.float64], *, parts: int
) -> AimColumns:
    """Write an aim as linear rows (Rockafellar & Uryasev 2000 for the tail).

    Args:
        aim: What is minimised.
        probability: Of each scenario, shape ``(N,)``.
        first_cost: Yearly cost of each first-stage column.
        parts: Columns whose sum is one scenario's cost; ``N * parts`` columns follow the first
            stage, scenario by scenario.
    """
    if aim.blocks > 1:
        return _with_losses(aim, probability, first_cost, parts=parts)
    count = len(probability)
    sums = sparse.kron(sparse.eye(count), np.ones((1, parts)), format="csr")
    first = sparse.csr_matrix((count, len(first_cost)))
    if aim.objective == "expected":
        empty = sparse.csr_matrix((0, len(first_cost) + count * parts))
        return AimColumns(
            first_weight=aim.weight,
            scenario_cost=probability,
            extra_cost=np.empty(0),
            coefficients=empty,
            low=np.empty(0),
            high=np.empty(0),
        )
    if aim.objective == "cvar":
        extra = sparse.hstack([np.ones((count, 1)), sparse.eye(count)])
        tail = aim.beta / (1.0 - aim.alpha)
        return AimColumns(
            first_weight=aim.weight,
            scenario_cost=(1.0 - aim.beta) * probability,
            extra_cost=np.concatenate([[aim.beta], tail * probability]),
            coefficients=sparse.hstack([first, -sums, extra], format="csr"),
            low=np.zeros(count),
            high=np.full(count, np.inf),
        )
    spent = sparse.csr_matrix(np.tile(-aim.weight * first_cost, (count, 1)))
    return AimColumns(
        first_weight=0.0,
        scenario_cost=np.zeros(count),
        extra_cost=np.ones(1),
        coefficients=sparse.hstack([spent, -sums, np.ones((count, 1))], format="csr"),
        low=-aim.references,
        high=np.full(count, np.inf),
    )


def _with_losses(
    aim: Aim, probability: NDArray[np.float64], first_cost: NDArray[np.float64], *, parts: int
) -> AimColumns:
    """The aim over the first block, and one more column ``M >= E Q`` of every lost block."""
    count, keep = len(probability) // aim.blocks, 1 - aim.loss_weight
    own = probability[:count] * aim.blocks
    alone = linear(replace(aim, blocks=1), own, first_cost, parts=parts)
    lost, split = aim.blocks - 1, len(first_cost) + count * parts
    rows = alone.coefficients.shape[0]
    widened = sparse.hstack(
        [
            alone.coefficients[:, :split],
            sparse.csr_matrix((rows, lost * count * parts)),
            alone.coefficients[:, split:],
            sparse.csr_matrix((rows, 1)),
        ]
    )
    above = sparse.hstack(
        [
            sparse.csr_matrix((lost, split)),
            sparse.kron(sparse.eye(lost), -np.repeat(own, parts)[None]),
            sparse.csr_matrix((lost, len(alone.extra_cost))),
            np.ones((lost, 1)),
        ]
    )
    return AimColumns(
        first_weight=alone.first_weight,
        scenario_cost=np.concatenate([keep * alone.scenario_cost, np.zeros(lost * count)]),
        extra_cost=np.concatenate([keep * alone.extra_cost, [aim.loss_weight]]),
        coefficients=sparse.vstack([widened, above], format="csr"),
        low=np.concatenate([alone.low, np.zeros(lost)]),
        high=np.concatenate([alone.high, np.full(lost, np.inf)]),
    )
