"""Who answers for what: the organisations of a city, from its places."""

import pandas as pd

CITY: tuple[tuple[str, str, str, str], ...] = (
    ("city_dcc", "command", "应急指挥中心", "Emergency Command Centre"),
    ("city_flood", "command", "防汛防台抗旱指挥部", "Flood and Typhoon Control Headquarters"),
    ("city_cd", "command", "人民防空办公室", "Civil Air Defence Office"),
    ("fire", "responder", "消防救援支队", "Fire and Rescue Brigade"),
    ("ems120", "responder", "急救中心120", "Emergency Medical Centre 120"),
    ("police", "responder", "公安110", "Police 110"),
    ("health", "department", "卫健委", "Health Commission"),
    ("cdc", "department", "疾控中心", "Centre for Disease Control"),
    ("grain_reserve", "logistics", "粮食和物资储备局", "Grain and Reserve Supplies Bureau"),
    ("transport", "department", "交通运输局", "Transport Bureau"),
    ("metro", "utility", "地铁集团", "Metro Company"),
    ("power", "utility", "供电公司", "Power Supply Company"),
    ("water", "utility", "水务集团", "Water Company"),
    ("gas", "utility", "燃气集团", "Gas Company"),
    ("telecom", "utility", "通信管理局", "Telecommunications Administration"),
    ("urban_mgmt", "department", "城管局", "Urban Management Bureau"),
    ("ecology", "department", "生态环境局", "Ecology and Environment Bureau"),
    ("housing", "department", "住建局", "Housing and Construction Bureau"),
    ("seismo", "science", "地震局", "Seismological Bureau"),
    ("met", "science", "气象局", "Meteorological Bureau"),
    ("hydro", "science", "林业水利局", "Forestry and Water Bureau"),
)
"""City organisations: identifier, role, Chinese and English title; the identifier stands alone."""

LOCAL: tuple[tuple[str, str, str, str, str], ...] = (
    ("district_dcc", "district", "command", "应急指挥中心", "Emergency Command Centre"),
    ("hospital", "district", "facility", "医院", "Hospitals"),
    ("venue", "district", "facility", "场馆运营方", "Venue Operators"),
    ("street_hub", "street", "coordination", "综合信息指挥室", "Information and Command Room"),
    ("community", "community", "execution", "社区居委会", "Residents' Committee"),
    ("school", "community", "facility", "学校", "Schools"),
    ("grid", "grid", "sensing", "网格员", "Grid Workers"),
)
"""Organisations of lower places: prefix, level, role, titles; identifier is ``prefix:place``."""


def organisations_for(places: pd.DataFrame) -> pd.DataFrame:
    """Give every place the organisations that answer for it.

    The simulation cell of a drill (media, public, controllers) belongs to the drill, not the city.

    Args:
        places: The table of ``twin/schema/places.csv``; codes, levels and names suffice.

    Returns:
        The table of ``twin/schema/organisations.csv``, city first, then by level and place code.
    """
    ordered = places.sort_values("code", kind="stable")
    frames = [_city_rows(ordered)]
    frames += [_local_rows(ordered, row) for row in LOCAL]
    return pd.concat(frames, ignore_index=True)


def _at(places: pd.DataFrame, level: str) -> pd.DataFrame:
    columns = ["code", "name_zh", "name_en"]
    return pd.DataFrame(places.loc[places["level"] == level, columns])


def _city_rows(places: pd.DataFrame) -> pd.DataFrame:
    cities = _at(places, "city")
    rows = [
        (organisation, role, "city", code, name_zh + title_zh, f"{name_en} {title_en}".strip())
        for code, name_zh, name_en in cities.itertuples(index=False)
        for organisation, role, title_zh, title_en in CITY
    ]
    columns = ["organisation", "role", "level", "place", "name_zh", "name_en"]
    return pd.DataFrame(rows, columns=columns)


def _local_rows(places: pd.DataFrame, row: tuple[str, str, str, str, str]) -> pd.DataFrame:
    prefix, level, role, title_zh, title_en = row
    here = _at(places, level)
    return pd.DataFrame(
        {
            "organisation": prefix + ":" + here["code"],
            "role": role,
            "level": level,
            "place": here["code"],
            "name_zh": here["name_zh"] + title_zh,
            "name_en": (here["name_en"] + " " + title_en).str.strip(),
        }
    )
