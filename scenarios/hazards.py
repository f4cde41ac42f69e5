"""What strikes the city: the typhoon flood as rain, river stage and ground."""

from typing import Literal

from scenarios.norms import Norm, Series
from scenarios.words import Strict


class DykeFailure(Strict):
    """How a dyke that pipes can breach and how a polder fills behind it."""

    polder_radius_m: Norm
    crest_m: Norm
    fill_hours: Norm
    sandbags: Norm
    sandbag_crew_hours: Norm
    plug_success: Norm
    plug_success_shared: Norm


class LocalPit(Strict):
    """A low spot that gathers the rain of its own surroundings: underpass, hospital cellar."""

    catchment_m2: Norm
    floor_m2: Norm
    pump_m3_h: Norm


class Pits(Strict):
    """The three kinds of low spot that pump trucks can be sent to."""

    underpass: LocalPit
    hospital: LocalPit
    market: LocalPit


class TyphoonFlood(Strict):
    """River flood and waterlogging: forcing and the parameters of the connected-fill model.

    Attributes:
        rain_mm_h: Rain intensity over the city [mm/h].
        stage_m: River stage above the water level that the terrain raster holds, which is taken
            as the warning stage [m].
        runoff_share: Share of rain above the drainage capacity that runs to low spots [1].
        drainage_mm_h: What sewers and soil take away everywhere [mm/h].
        pond_drain_m_h: How fast water that is cut off from the river sinks away [m/h].
        flat_rise_m_per_m: Assumed rise of the ground away from water where no terrain is known.
        predischarge_m: Fall of the peak stage when the reservoir is drawn down in time [m].
        forecast_margin_m: Added to the forecast stage when zones are drawn [m].
        pump_truck_m3_h: Capacity of one pump truck [m3/h].
    """

    kind: Literal["typhoon_flood"]
    rain_mm_h: Series
    stage_m: Series
    runoff_share: Norm
    drainage_mm_h: Norm
    pond_drain_m_h: Norm
    flat_rise_m_per_m: Norm
    predischarge_m: Norm
    forecast_margin_m: Norm
    pump_truck_m3_h: Norm
    dyke: DykeFailure
    pits: Pits
