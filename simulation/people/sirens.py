"""Sirens: who hears them at home, by distance from the nearest site, walls and noise."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.channels import Siren

Reals = NDArray[np.float64]


def level_db(siren: Siren, metres: Reals) -> Reals:
    """Sound level outdoors [dB] some metres from a siren; no louder nearby than its rated level.

    The level falls by the same amount with every doubling of the distance (FEMA CPG 1-17).

    Args:
        siren: Rated level, its distance, and the loss.
        metres: Distances [m].
    """
    rated_m = siren.level_at_m.value
    doublings = np.log2(np.maximum(metres, rated_m) / rated_m)
    return np.asarray(siren.level_db.value - siren.loss_db_per_doubling.value * doublings)


def excess_db(siren: Siren, homes_xy: Reals, sites_xy: Reals, *, is_night: bool) -> Reals:
    """How far the nearest siren stands out in each home over what would be just noticed [dB].

    Args:
        siren: The channel.
        homes_xy: Homes [m], shape ``(homes, 2)``.
        sites_xy: Sirens [m], shape ``(sites, 2)``, at least one.
        is_night: True for the noise of the night.
    """
    metres, _ = cKDTree(sites_xy).query(homes_xy)
    noise = siren.background_night_db if is_night else siren.background_day_db
    needed = noise.value + siren.margin_db.value + siren.indoor_loss_db.value
    return level_db(siren, np.asarray(metres, dtype=np.float64)) - needed
