"""Parts: the models of one run, put together once and handed to those who act on them."""

from dataclasses import dataclass

from simulation.evacuation import Evacuation
from simulation.hazards.waters import Waters
from simulation.homecoming import Homecoming
from simulation.journeys import Journeys
from simulation.lifelines import Lifelines
from simulation.logistics import Logistics
from simulation.refit import Refit
from simulation.rescue import Rescue
from simulation.residents import Residents
from simulation.roads import Roads
from simulation.services import Services
from simulation.setting import Setting
from simulation.shelters import Shelters
from simulation.teams.dispatch import Dispatch
from simulation.teams.responders import Responders


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The models of one run."""

    setting: Setting
    waters: Waters
    roads: Roads
    residents: Residents
    shelters: Shelters
    responders: Responders
    dispatch: Dispatch
    rescue: Rescue
    journeys: Journeys
    evacuation: Evacuation
    homecoming: Homecoming
    lifelines: Lifelines
    logistics: Logistics
    services: Services
    refit: Refit
