"""Parts: the models of one run, put together once and handed to those who act on them."""

from dataclasses import dataclass

from simulation.care.care import Care
from simulation.hazards.waters import Waters
from simulation.judgement.services import Services
from simulation.levels.matters import Matters
from simulation.people.evacuation import Evacuation
from simulation.people.homecoming import Homecoming
from simulation.people.journeys import Journeys
from simulation.people.ordinary import Ordinary
from simulation.people.residents import Residents
from simulation.people.shelters import Shelters
from simulation.people.trails import Trails
from simulation.response.refit import Refit
from simulation.response.rescue import Rescue
from simulation.setting import Setting
from simulation.supply.logistics import Logistics
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Responders
from simulation.teams.streets import Streets
from simulation.works.lifelines import Lifelines
from simulation.works.roads import Roads


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The models of one run."""

    setting: Setting
    waters: Waters
    roads: Roads
    residents: Residents
    shelters: Shelters
    responders: Responders
    streets: Streets
    trails: Trails
    dispatch: Dispatch
    matters: Matters
    care: Care
    rescue: Rescue
    journeys: Journeys
    evacuation: Evacuation
    homecoming: Homecoming
    ordinary: Ordinary
    lifelines: Lifelines
    logistics: Logistics
    services: Services
    refit: Refit
