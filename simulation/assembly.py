"""Assembly: the parts of a run, each built on those it leans on."""

import numpy as np

from simulation.care.care import Care
from simulation.hazards.waters import Waters
from simulation.judgement.services import Services
from simulation.levels.chain import offices_of
from simulation.levels.matters import Matters
from simulation.parts import Parts
from simulation.people.evacuation import Evacuation
from simulation.people.homecoming import Homecoming
from simulation.people.journeys import TRACED, Journeys
from simulation.people.ordinary import Ordinary
from simulation.people.residents import Residents
from simulation.people.shelters import Shelters
from simulation.people.trails import Trails
from simulation.response.refit import Refit
from simulation.response.rescue import Rescue
from simulation.setting import Setting
from simulation.supply.logistics import Logistics
from simulation.teams.dispatch import Dispatch
from simulation.teams.muster import muster
from simulation.teams.responders import Responders
from simulation.teams.streets import Streets
from simulation.teams.ways import Ways
from simulation.works.lifelines import Lifelines
from simulation.works.roads import Roads


def assemble(setting: Setting, *, seed: int) -> Parts:
    """Build the models of a run on their common setting."""
    city, atlas = setting.city, setting.atlas
    waters = Waters(setting)
    roads = Roads(setting, waters)
    residents = Residents(city, atlas)
    shelters = Shelters(setting, residents)
    sample = setting.streams.get("map.sample").permutation(residents.count)[:TRACED]
    journeys = Journeys(setting, roads, seed=seed, traced=np.sort(sample))
    streets = Streets(setting, roads, waters=waters, journeys=journeys)
    trails = Trails(setting)
    dispatch = _man_control_room(setting, roads, streets, trails)
    care = Care(setting, residents=residents, roads=roads, dispatch=dispatch, waters=waters)
    rescue = Rescue(setting, residents, shelters, dispatch=dispatch, waters=waters, care=care)
    shelters.measure(journeys.walk_metres())
    evacuation = Evacuation(setting, residents, shelters, journeys, rescue)
    homecoming = Homecoming(setting, residents, shelters, journeys, evacuation)
    care.casualties.may_go_home = homecoming.may_return
    lifelines = _tie_lifelines(setting)
    logistics = Logistics(setting, residents, dispatch, roads)
    services = Services(
        setting,
        residents=residents,
        roads=roads,
        waters=waters,
        lifelines=lifelines,
        logistics=logistics,
        dispatch=dispatch,
        care=care,
    )
    return Parts(
        setting=setting,
        waters=waters,
        roads=roads,
        residents=residents,
        shelters=shelters,
        responders=dispatch.responders,
        streets=streets,
        trails=trails,
        dispatch=dispatch,
        matters=_open_offices(setting, dispatch.responders),
        care=care,
        rescue=rescue,
        journeys=journeys,
        evacuation=evacuation,
        homecoming=homecoming,
        ordinary=Ordinary(setting, residents, journeys, evacuation),
        lifelines=lifelines,
        logistics=logistics,
        services=services,
        refit=Refit(setting, shelters),
    )


def _man_control_room(setting: Setting, roads: Roads, streets: Streets, trails: Trails) -> Dispatch:
    """Put the units at their bases and somebody at the desk who sends them."""
    drill = setting.drill
    units = [(name, roster, int(roads.access[node])) for name, roster, node in muster(setting)]
    return Dispatch(
        Responders(units),
        Ways(streets),
        clock=setting.clock,
        log=setting.log,
        streams=setting.streams,
        dispatching=drill.dispatch,
        turnout_minutes=drill.norms.turnout_minutes,
        trails=trails,
        tiring=drill.command.fatigue.work,
    )


def _open_offices(setting: Setting, responders: Responders) -> Matters:
    """Man the offices of the five levels, and those of the drill's organisations."""
    drill = setting.drill
    return Matters(
        offices_of(setting, responders),
        clock=setting.clock,
        log=setting.log,
        streams=setting.streams,
        commanding=drill.command,
        hour_at=setting.hour_of_day,
    )


def _tie_lifelines(setting: Setting) -> Lifelines:
    """Join the city's lifeline table to facility rows; fuel is taken from stock, not a network."""
    table, names = setting.city.lifelines, setting.atlas.facility_names
    rows = {name: row for row, name in enumerate(names)}
    table = table[table["service"] != "fuel"]
    consumer = np.array([rows[str(name)] for name in table["consumer"]], dtype=np.int64)
    provider = np.array([rows[str(name)] for name in table["provider"]], dtype=np.int64)
    buffer_s = np.round(table["buffer_hours"].to_numpy(np.float64) * 3600).astype(np.int64)
    return Lifelines(len(names), consumer, provider, buffer_s)
