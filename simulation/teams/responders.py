"""Responders: organisations and units as agents of a Mesa model.

Mesa keeps the agents; the run's own clock moves them, and no result draws on Mesa's random numbers.
"""

from dataclasses import dataclass, field

import mesa
import numpy as np

from scenarios.drill import Drill
from scenarios.responders import TeamRoster
from simulation.atlas import Atlas
from simulation.setting import Setting
from simulation.teams.ledger import Ledger, Phase


@dataclass(slots=True, kw_only=True)
class Incident:
    """One matter that a unit must go to.

    Attributes:
        kind: What is asked, such as ``stretcher``; decides which units suit.
        node: Where.
        people: Residents concerned.
        facility: Facility concerned, -1 for none.
        amount: Goods or work asked, in the unit of its kind.
        matter: Id of the inject or action behind it, empty for none.
        patient: Number of the patient concerned, -1 for none.
    """

    number: int
    kind: str
    node: int
    place: str
    created_tick: int
    people: list[int] = field(default_factory=list)
    facility: int = -1
    amount: float = 0.0
    item: str = ""
    matter: str = ""
    patient: int = -1


class Unit(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One team with its vehicle."""

    def __init__(self, model: "Responders", *, name: str, roster: TeamRoster, node: int) -> None:
        super().__init__(model)
        self.name = name
        self.kind = roster.kind
        self.organisation = roster.organisation
        self.seats = roster.seats
        self.payload_kg = roster.payload_kg
        self.speed_mps = roster.speed_kmh / 3.6
        self.base = node
        self.node = node
        self.phase: Phase = "idle"
        self.incident: Incident | None = None
        self.aboard: list[int] = []
        self.cargo = 0.0


class Organisation(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One organisation and the matters it has open."""

    def __init__(self, model: "Responders", *, name: str, level: str) -> None:
        super().__init__(model)
        self.name = name
        self.level = level
        self.open_matters = 0
        self.handled = 0


class Responders(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """All organisations and units of a drill in a city."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(rng=0)
        self.units: dict[str, Unit] = {}
        self.organisations: dict[str, Organisation] = {}
        for organisation in setting.drill.organisations:
            agent = Organisation(self, name=organisation.id, level=organisation.level)
            self.organisations[organisation.id] = agent
        for name, roster, node in muster(setting):
            self.units[name] = Unit(self, name=name, roster=roster, node=node)
        kinds: dict[str, int] = {}
        for unit in self.units.values():
            kinds[unit.kind] = kinds.get(unit.kind, 0) + 1
        self.ledger = Ledger(kinds)
        self.by_kind = {
            kind: [unit for unit in self.units.values() if unit.kind == kind] for kind in kinds
        }

    def idle(self, kinds: tuple[str, ...]) -> list[Unit]:
        """Free units of some kinds, in order of name."""
        found = [unit for kind in kinds for unit in self.by_kind.get(kind, [])]
        return [unit for unit in found if unit.phase == "idle"]

    def shift(self, unit: Unit, phase: Phase) -> None:
        """Move a unit to another phase, in the agent and in the ledger."""
        self.ledger.move(unit.kind, unit.phase, phase)
        unit.phase = phase


def muster(setting: Setting) -> list[tuple[str, TeamRoster, int]]:
    """Units by name with their roster and the node of their base.

    The city's own teams count; the drill's roster fills in for kinds the city has none of.
    """
    found = _from_city(setting)
    known = {roster.kind for _, roster, _ in found}
    for roster in setting.drill.teams:
        if roster.kind not in known and roster.count:
            setting.limit(
                f"城市数据没有“{roster.kind}”队伍，采用演练脚本的编制",
                f"The city lists no teams of kind {roster.kind}; the drill's roster stands in",
            )
            found += _from_roster(setting.drill, setting.atlas, roster)
    return sorted(found, key=lambda row: row[0])


def _from_city(setting: Setting) -> list[tuple[str, TeamRoster, int]]:
    atlas = setting.atlas
    defaults = {roster.kind: roster for roster in setting.drill.teams}
    found = []
    for row in setting.city.teams.to_dict("records"):
        if row["kind"] not in defaults or row["facility"] not in atlas.facility_names:
            continue
        roster = defaults[row["kind"]].model_copy(
            update={
                "crew": int(row["crew"]),
                "seats": int(row["seats"]),
                "payload_kg": float(row["payload_kg"]),
                "speed_kmh": float(row["speed_kmh"]),
            }
        )
        node = int(atlas.facility_node[atlas.row_of(str(row["facility"]))])
        found.append((str(row["team"]), roster, node))
    return found


def _from_roster(
    drill: Drill, atlas: Atlas, roster: TeamRoster
) -> list[tuple[str, TeamRoster, int]]:
    residents = int(atlas.grid_residents.sum())
    count = max(1, round(roster.count * residents / REFERENCE_RESIDENTS)) if drill.teams else 0
    bases = next((rows for kind in roster.bases if len(rows := atlas.facilities_of(kind))), None)
    nodes = atlas.facility_node[bases] if bases is not None else atlas.grid_node
    return [
        (f"{roster.kind}-{number + 1:03d}", roster, int(nodes[number % len(nodes)]))
        for number in range(count)
    ]


REFERENCE_RESIDENTS = 104_000
"""The drill's rosters are sized for a city of this many residents."""


def straight_metres(atlas: Atlas, start: int, end: int) -> float:
    """Straight distance between two nodes [m]."""
    return float(np.hypot(*(atlas.node_xy[start] - atlas.node_xy[end])))
