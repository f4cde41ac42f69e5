"""Limits: what a city's data keep a run from saying, stated before anything is played."""

import numpy as np

from simulation.setting import Setting
from twin.validate import road_parts


def state_limits_of_the_city(setting: Setting) -> None:
    """State islands in the road network and shelters without places."""
    _state_islands(setting)
    _state_empty_shelters(setting)


def _state_islands(setting: Setting) -> None:
    part = road_parts(setting.city)
    main = int(np.bincount(part[part >= 0]).argmax())
    atlas = setting.atlas
    is_off = part[atlas.building_node] != main
    people = int(atlas.building_residents[is_off].sum())
    if people:
        setting.limit(
            f"{people} 名居民住在与主路网不相连的道路旁，无法经道路前往别处",
            f"{people} residents live on roads that do not join the main network; they reach"
            " nothing beyond them by road",
        )


def _state_empty_shelters(setting: Setting) -> None:
    atlas = setting.atlas
    is_shelter = np.array([kind == "shelter" for kind in atlas.facility_kind], dtype=bool)
    empty = int((is_shelter & (atlas.shelter_places <= 0)).sum())
    if empty:
        setting.limit(
            f"{empty} 处避难场所在数据中容量为零，演练中不启用",
            f"{empty} shelters have no places in the data and are never opened",
        )
    if not (atlas.shelter_places > 0).any():
        setting.limit(
            "没有任何设施可以收容居民：转移者只能离城或投亲",
            "No facility can shelter anybody: those who leave go out of town or to relatives",
        )
