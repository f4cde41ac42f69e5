"""Where to stand: location models with certificates. Matrices in, choices out.

Distances are matrices of shape ``(demands, sites)`` in any unit; ``inf`` means no way leads.
Every solver returns an ``Answer`` with value, bound, gap and proof flag.
"""

from gis.locate.answer import Answer, Effort, nearest
from gis.locate.cover import maximal_cover, set_cover
from gis.locate.median import p_median
from gis.locate.rules import Rules, separation_groups

__all__ = [
    "Answer",
    "Effort",
    "Rules",
    "maximal_cover",
    "nearest",
    "p_median",
    "separation_groups",
    "set_cover",
]
