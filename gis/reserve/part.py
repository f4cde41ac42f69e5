"""Smaller or changed copies of an instance."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis.reserve.instance import Instance


def only(instance: Instance, scenarios: NDArray[np.int64]) -> Instance:
    """Keep some scenarios, with their probabilities raised to sum to 1 again.

    Scenarios that cannot happen together with none of the others keep equal weights.
    """
    weight = instance.probability[scenarios]
    total = float(weight.sum())
    share = weight / total if total > 0 else np.full(len(scenarios), 1.0 / len(scenarios))
    return replace(
        instance,
        probability=share,
        hours=instance.hours[scenarios],
        need=instance.need[scenarios],
        survival=instance.survival[scenarios],
    )


def with_budget(instance: Instance, budget: float) -> Instance:
    """Change what may be spent [yuan/a]."""
    return replace(instance, rules=replace(instance.rules, budget=budget))


def without_evenness(instance: Instance) -> Instance:
    """Ask nothing of how evenly districts are served."""
    return replace(instance, rules=replace(instance.rules, most_unmet_share=1.0))
