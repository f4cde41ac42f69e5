"""Cases of the connected-fill flood against closed forms."""

import numpy as np

from gis.proof import Case
from simulation.hazards.flood import FloodModel, Ground, Rates

RADIUS = 30
SILL_M = 2.0
SOURCE = "closed form: a cone z = r/10 behind a sill of 2 m; area pi (10 h)^2 at level h"


def _bowl() -> Ground:
    """Make a cone-shaped hollow, walled at 5 m, with one sill of 2 m to a river."""
    size = 2 * RADIUS + 3
    row, column = np.mgrid[:size, :size] - (RADIUS + 1)
    away = np.hypot(row, column)
    elevation = np.where(away <= RADIUS, away / 10.0, 5.0)
    river = np.zeros((size, size), bool)
    river[:, 0] = True
    elevation[river] = -1.0
    elevation[RADIUS + 1, 1 : RADIUS + 1 - 20] = SILL_M
    return Ground(
        elevation_m=elevation,
        cell_m=1.0,
        is_river=river,
        is_outlet=river,
        reference_m=np.zeros((size, size)),
    )


def _flooded(stages: list[float], *, rain_mm_h: float = 0.0) -> FloodModel:
    rates = Rates(runoff_share=1.0, drainage_mm_h=0.0, pond_drain_m_h=0.0)
    model = FloodModel(_bowl(), rates, highest_stage_m=3.0)
    for number, stage in enumerate(stages):
        model.step(3600, time_s=3600 * number, rain_mm_h=rain_mm_h, stage_m=stage)
    return model


def _middle(model: FloodModel) -> float:
    return float(model.depth_m.reshape(model.shape)[RADIUS + 1, RADIUS + 1])


def _wet_area(model: FloodModel) -> float:
    field = model.depth_m.reshape(model.shape)[:, RADIUS + 1 - 24 :]
    return float((field > 0).sum())


def _rain_error() -> float:
    return _flooded([-5.0] * 6, rain_mm_h=20.0).budget()["relative_error"]


def cases() -> list[Case]:
    """Give the cases of the flood model."""
    return [
        Case(
            model="connected fill",
            name="river 1 cm below a bowl's sill: depth in its middle",
            expected=0.0,
            source=SOURCE,
            compute=lambda: _middle(_flooded([SILL_M - 0.01])),
            unit="m",
        ),
        Case(
            model="connected fill",
            name="river 0.3 m above the sill: depth in the middle",
            expected=2.3,
            source=SOURCE,
            compute=lambda: _middle(_flooded([SILL_M + 0.3])),
            unit="m",
            tolerance=1e-6,
            reason="depths are kept as float32",
        ),
        Case(
            model="connected fill",
            name="river fallen again: water left in the middle, up to the sill",
            expected=SILL_M,
            source=SOURCE,
            compute=lambda: _middle(_flooded([SILL_M + 0.3, 0.0])),
            unit="m",
            tolerance=1e-6,
            reason="depths are kept as float32",
        ),
        Case(
            model="connected fill",
            name="river 0.3 m above the sill: wet area of the cone",
            expected=np.pi * 23.0**2,
            source=SOURCE,
            compute=lambda: _wet_area(_flooded([SILL_M + 0.3])),
            unit="m2",
            tolerance=2 * np.pi * 23.0,
            reason="cells of 1 m cut the circle's rim, 2 pi r cells long",
        ),
        Case(
            model="rain in hollows",
            name="six hours of 20 mm/h: volume in less stored and out, relative",
            expected=0.0,
            source="conservation of volume",
            compute=_rain_error,
            tolerance=1e-12,
            reason="sums of float64",
        ),
    ]
