"""What the reserve model answers: a plan, its figures, and how good it provably is."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gis.reserve.plan import FirstStageCost, Plan

PROOF_TOLERANCE = 1e-6
"""Relative gap below which a plan counts as proven: HiGHS keeps rows to 1e-7."""

Objective = Literal["expected", "cvar", "regret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Who sends what to whom, one row a flow.

    Attributes:
        scenario: Scenario, int64.
        site: Sending site, int64.
        mode: ``gis.reserve.lanes.MODES`` number: own stock, agreement, production.
        area: Receiving area, int64.
        item: Item, int64.
        amount: What is sent [unit].
        hours: When it arrives after the order [h].
    """

    scenario: NDArray[np.int64]
    site: NDArray[np.int64]
    mode: NDArray[np.int64]
    area: NDArray[np.int64]
    item: NDArray[np.int64]
    amount: NDArray[np.float64]
    hours: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a fixed plan does in every scenario, with the best use of what it holds.

    Attributes:
        first_stage: Yearly cost of the plan.
        recourse: Cost of each scenario [yuan], shape ``(N,)``.
        probability: Of each scenario, shape ``(N,)``.
        unmet: Need that nobody meets in time [unit], shape ``(N, A, K)``.
        missed: What required tiers ask for and do not get in time [unit], shape ``(N, A, K)``.
        first_hours: First arrival in each area [h], shape ``(N, A)``; ``inf`` where nothing
            arrives, ``nan`` where nothing is needed.
        flows: Who sends what to whom.
    """

    first_stage: FirstStageCost
    recourse: NDArray[np.float64]
    probability: NDArray[np.float64]
    unmet: NDArray[np.float64]
    missed: NDArray[np.float64]
    first_hours: NDArray[np.float64]
    flows: Flows

    @property
    def expected(self) -> float:
        """Yearly cost plus expected cost of an emergency [yuan]."""
        return self.first_stage.total + float(self.probability @ self.recourse)

    def cvar(self, alpha: float) -> float:
        """Mean recourse of the worst ``1 - alpha`` of all emergencies [yuan]."""
        return cvar(self.recourse, self.probability, alpha=alpha)

    @property
    def expected_unmet(self) -> NDArray[np.float64]:
        """Expected unmet need [unit], shape ``(A, K)``."""
        return np.tensordot(self.probability, self.unmet, axes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What failing depots cost.

    Attributes:
        sites: The sites whose joint loss costs most, rising; none where nothing stands anywhere.
        recourse: Expected cost of an emergency then [yuan].
        bound: No set of as many sites costs more [yuan]; above ``recourse`` only where the search
            was cut short.
        excess: By how much ``recourse`` is more than with all depots standing [yuan].
        unmet: Expected unmet need then [unit], shape ``(K,)``.
        tried: Sets of sites that were evaluated.
    """

    sites: tuple[int, ...]
    recourse: float
    bound: float
    excess: float
    unmet: NDArray[np.float64]
    tried: int

    @property
    def is_proven(self) -> bool:
        """No other set costs more, within ``PROOF_TOLERANCE``."""
        return self.bound <= self.recourse + PROOF_TOLERANCE * max(1.0, abs(self.recourse))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plan and its certificate.

    Attributes:
        objective: What was minimised.
        plan: The first stage.
        evaluation: What the plan does in every scenario.
        value: Objective of the plan, recomputed from ``evaluation``.
        bound: No permitted plan is better than this.
        seconds: Wall time spent [s]; no part of the answer's identity.
        is_cut: The time limit ended the search; a rerun on another machine may differ.
        method: How the answer and its bound were found, in a few words.
        references: Best cost each scenario could have had if it had been known [yuan], a lower
            bound, shape ``(N,)``; empty unless regret was minimised.
        seed: Seed of the run.
        reference_slack: By how much each reference may be too low [yuan], shape ``(N,)``; empty
            unless regret was minimised. ``value`` is never below the true largest regret of the
            plan; ``bound`` counts from the same references, so that the least regret of all is at
            least ``bound`` less the largest slack.
        loss: The plan's worst loss of depots, where it was chosen against one.
    """

    objective: Objective
    plan: Plan
    evaluation: Evaluation
    value: float
    bound: float
    seconds: float
    is_cut: bool
    method: str
    references: NDArray[np.float64]
    seed: int
    reference_slack: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    loss: Loss | None = None

    @property
    def gap(self) -> float:
        """Distance of value and bound relative to the value [1]; 0 when both agree."""
        if self.value <= self.bound:
            return 0.0
        return (self.value - self.bound) / max(abs(self.value), 1e-12)

    @property
    def is_proven(self) -> bool:
        """Value and bound agree within ``PROOF_TOLERANCE``."""
        return self.gap <= PROOF_TOLERANCE

    @property
    def regret(self) -> NDArray[np.float64]:
        """Cost above what could have been, by scenario [yuan]; empty unless regret was asked."""
        if self.references.size == 0:
            return self.references
        return self.evaluation.first_stage.total + self.evaluation.recourse - self.references


def cvar(cost: NDArray[np.float64], probability: NDArray[np.float64], *, alpha: float) -> float:
    """Conditional value at risk: mean of the worst ``1 - alpha`` (Rockafellar & Uryasev 2000).

    >>> cvar(np.array([1.0, 2.0, 10.0]), np.array([0.5, 0.4, 0.1]), alpha=0.8)
    6.0
    """
    order = np.argsort(-cost, kind="stable")
    tail = max(1.0 - alpha, 1e-12)
    before = np.cumsum(probability[order]) - probability[order]
    weight = np.clip(tail - before, 0.0, probability[order])
    return float(weight @ cost[order] / tail)
