"""Where reserves stand, how much of what, in which mode: two-stage models with certificates.

Arrays in, plans out; no city knowledge. ``Instance`` is the question, ``minimise`` answers it,
``evaluate`` tells what a given plan does, ``front`` what each budget buys.
"""

from gis.locate.answer import Effort
from gis.reserve.answer import Answer, Evaluation, Flows, Loss
from gis.reserve.evaluate import evaluate
from gis.reserve.failure import expected_failure, worst_loss
from gis.reserve.front import Point, front
from gis.reserve.instance import Instance
from gis.reserve.losses import Losses
from gis.reserve.marginal import Gain, Option, marginal, shadow_price
from gis.reserve.minimise import minimise
from gis.reserve.modes import Agreement, Production, Tier
from gis.reserve.plan import FirstStageCost, Plan, make_plan
from gis.reserve.relaxation import Relaxation, relax
from gis.reserve.rules import Rules, ZoneShare
from gis.reserve.watch import Progress

__all__ = [
    "Agreement",
    "Answer",
    "Effort",
    "Evaluation",
    "FirstStageCost",
    "Flows",
    "Gain",
    "Instance",
    "Loss",
    "Losses",
    "Option",
    "Plan",
    "Point",
    "Production",
    "Progress",
    "Relaxation",
    "Rules",
    "Tier",
    "ZoneShare",
    "evaluate",
    "expected_failure",
    "front",
    "make_plan",
    "marginal",
    "minimise",
    "relax",
    "shadow_price",
    "worst_loss",
]
