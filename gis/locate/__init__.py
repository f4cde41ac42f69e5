"""Where to stand: location models with certificates. Matrices in, choices out.

Distances are matrices of shape ``(demands, sites)`` in any unit; ``inf`` means no way leads.
Every solver returns an ``Answer`` with value, bound, gap and proof flag.
"""

from gis.locate.answer import Answer, Effort, nearest
from gis.locate.capacity.models import capacitated_median, facility_location
from gis.locate.center import p_center
from gis.locate.cover.models import maximal_cover, set_cover
from gis.locate.dispersion import p_dispersion
from gis.locate.median.models import p_median
from gis.locate.rules import Rules, separation_groups

__all__ = [
    "Answer",
    "Effort",
    "Rules",
    "capacitated_median",
    "facility_location",
    "maximal_cover",
    "nearest",
    "p_center",
    "p_dispersion",
    "p_median",
    "separation_groups",
    "set_cover",
]
