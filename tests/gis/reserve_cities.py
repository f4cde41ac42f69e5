"""Random reserve instances for the tests: small cities with everything that can go wrong."""

import numpy as np

from gis.reserve import Instance


def make_instance(
    seed: int = 1, *, sites: int = 4, areas: int = 4, scenarios: int = 3, items: int = 2, **changes
) -> Instance:
    random = np.random.default_rng(seed)
    area = random.uniform(0, 60, (areas, 2))
    site = random.uniform(0, 60, (sites, 2))
    distance = np.hypot(*(site[:, None] - area[None]).transpose(2, 0, 1))
    hours = distance / 30 * random.uniform(1, 2.5, (scenarios, sites, areas))
    hours[random.random(hours.shape) < 0.1] = np.inf
    need = np.round(random.uniform(0, 2_000, (scenarios, areas, items)))
    need[random.random(need.shape) < 0.2] = 0.0
    survival = np.where(random.random((scenarios, sites)) < 0.1, 0.5, 1.0)
    values = {
        "probability": np.full(scenarios, 1 / scenarios),
        "hours": hours,
        "need": need,
        "survival": survival,
        "opening_cost": np.outer(random.uniform(0.8, 1.3, sites), [20_000.0, 35_000.0]),
        "volume": np.tile([4.0, 9.0], (sites, 1)),
        "unit_volume": np.resize([0.0012, 0.002], items),
        "unit_weight": np.resize([0.001, 0.002], items),
        "unit_cost": np.resize([2.0, 8.0], items),
        "holding_cost": np.resize([0.2, 0.6], items),
        "shelf_life": np.resize([1.0, 2.0], items),
        "unmet_cost": np.resize([60.0, 90.0], items),
        "delay_cost": np.resize([1.0, 1.5], items),
    }
    return Instance(**{**values, **changes})
