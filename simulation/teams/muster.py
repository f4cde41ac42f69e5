"""Muster: which units a drill has in a city, and where they stand."""

from scenarios.drill import Drill
from scenarios.responders import TeamRoster
from simulation.atlas import Atlas
from simulation.setting import Setting

REFERENCE_RESIDENTS = 104_000
"""The drill's rosters are sized for a city of this many residents."""


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
