"""A verification case: what a model should give, what it gives, and why the tolerance fits.

Each floor lists its cases in a module or package named ``proofs`` with one public function
``cases() -> list[Case]``; ``shapan verify`` prints them all and the tests run them all.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One claim about one model that a stranger can check.

    Attributes:
        model: The model under test, as in ``"shortest paths"``.
        name: What is asked, with its inputs, in one line.
        expected: The published or closed-form answer, in ``unit``.
        source: Where the answer comes from: the formula, table, paper and year.
        compute: Runs the model and returns its answer, in ``unit``.
        unit: Unit of both numbers; ``"1"`` for a pure number.
        tolerance: Largest absolute difference that passes, in ``unit``; 0 means exact.
        reason: Why the tolerance is that wide; may be empty only where it is 0.
    """

    model: str
    name: str
    expected: float
    source: str
    compute: Callable[[], float]
    unit: str = "1"
    tolerance: float = 0.0
    reason: str = ""

    def check(self) -> "Outcome":
        """Run the case once."""
        computed = float(self.compute())
        difference = abs(computed - self.expected)
        passed = difference <= self.tolerance or (
            math.isinf(self.expected) and computed == self.expected
        )
        return Outcome(case=self, computed=computed, passed=passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a case gave. ``passed`` is False for nan."""

    case: Case
    computed: float
    passed: bool
