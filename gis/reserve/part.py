"""Smaller or changed copies of an instance."""

from collections.abc import Sequence
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
    return replace(instance, rules=replace(instance.rules, most_unmet_share=1.0, most_gini=1.0))


def without_promises(instance: Instance) -> Instance:
    """Ask nothing of evenness and of required tiers: a plan promises both with all depots standing.

    Later arrivals still cost what they cost.
    """
    tiers = tuple(replace(tier, required=0.0) for tier in instance.tiers)
    return replace(without_evenness(instance), tiers=tiers)


def without_sites(instance: Instance, lost: Sequence[int]) -> Instance:
    """Lose what stands at some sites, in every scenario."""
    survival = instance.survival.copy()
    survival[:, list(lost)] = 0.0
    return replace(instance, survival=survival)


def with_losses(instance: Instance, sets: Sequence[Sequence[int]]) -> Instance:
    """Every scenario once with all sites standing, and once again for each set of lost ones.

    Blocks of scenarios follow each other, the one without loss first, all with equal weight.
    """
    blocks = 1 + len(sets)
    survival = [instance.survival, *(without_sites(instance, lost).survival for lost in sets)]
    return replace(
        instance,
        probability=np.tile(instance.probability, blocks) / blocks,
        hours=np.tile(instance.hours, (blocks, 1, 1)),
        need=np.tile(instance.need, (blocks, 1, 1)),
        survival=np.concatenate(survival),
    )
