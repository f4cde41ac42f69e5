"""Kinds of facilities: how many, where, how large, and what they can become."""

from dataclasses import dataclass
from typing import NamedTuple


class Role(NamedTuple):
    """A role a facility can convert to, with its capacity per unit of peacetime capacity."""

    role: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One kind of facility; counts and capacities are planning assumptions (A).

    Attributes:
        kind: As in ``twin/schema/facilities.csv``.
        count: Facilities per 104,000 residents.
        zones: Zones whose buildings may serve.
        use: Use of the building from then on; empty leaves it.
        zh: Chinese name after the place name; ``en`` likewise.
        capacity: Total capacity of the kind per 104,000 residents.
        unit: Unit of the capacity.
        roles: What it can become.
        is_large: The largest building of a block, else a small one.
        is_citywide: Named after the city and numbered, else after its community.
    """

    kind: str
    count: int
    zones: tuple[str, ...]
    use: str
    zh: str
    en: str
    capacity: int = 0
    unit: str = ""
    roles: tuple[Role, ...] = ()
    is_large: bool = False
    is_citywide: bool = False


TOWN = ("civic", "market", "old", "slabs", "towers", "village", "villas")
SITES: tuple[Site, ...] = (
    Site(
        kind="hospital",
        count=3,
        zones=("hospital",),
        use="medical",
        zh="人民医院",
        en="Hospital",
        capacity=780,
        unit="beds",
        roles=(Role("emergency_hospital", 1.2),),
        is_large=True,
        is_citywide=True,
    ),
    Site(
        kind="sports_hall",
        count=4,
        zones=("stadium", "campus"),
        use="sports",
        zh="体育馆",
        en="Sports Hall",
        capacity=9600,
        unit="persons",
        roles=(Role("shelter", 0.5), Role("field_hospital", 0.12)),
        is_large=True,
        is_citywide=True,
    ),
    Site(
        kind="school",
        count=13,
        zones=("school",),
        use="school",
        zh="学校",
        en="School",
        capacity=15600,
        unit="persons",
        roles=(Role("shelter", 0.4),),
        is_large=True,
    ),
    Site(
        kind="warehouse",
        count=4,
        zones=("industry",),
        use="industrial",
        zh="物流仓库",
        en="Warehouse",
        capacity=12000,
        unit="t",
        roles=(Role("depot", 0.5),),
        is_large=True,
    ),
    Site(
        kind="depot",
        count=3,
        zones=("depot",),
        use="industrial",
        zh="应急物资储备库",
        en="Reserve Depot",
        capacity=4500,
        unit="t",
        is_large=True,
        is_citywide=True,
    ),
    Site(
        kind="water_works",
        count=1,
        zones=("works",),
        use="utility",
        zh="水厂",
        en="Water Works",
        capacity=60000,
        unit="m3/d",
        is_large=True,
        is_citywide=True,
    ),
    Site(
        kind="market",
        count=5,
        zones=("market",),
        use="commercial",
        zh="农贸市场",
        en="Market",
        capacity=9000,
        unit="persons",
        is_large=True,
    ),
    Site(
        kind="hotel",
        count=7,
        zones=("cbd", "market"),
        use="commercial",
        zh="宾馆",
        en="Hotel",
        capacity=2100,
        unit="persons",
        roles=(Role("isolation", 0.6), Role("shelter", 0.8)),
    ),
    Site(
        kind="government",
        count=3,
        zones=("civic",),
        use="public",
        zh="行政中心",
        en="Administrative Centre",
    ),
    Site(
        kind="shelter",
        count=14,
        zones=("civic", "school", "campus", "park"),
        use="public",
        zh="固定避难场所",
        en="Fixed Shelter",
        capacity=9000,
        unit="persons",
        is_large=True,
    ),
    Site(
        kind="substation",
        count=5,
        zones=("civic", "industry", "works"),
        use="utility",
        zh="110千伏变电站",
        en="110 kV Substation",
        capacity=400_000,
        unit="kW",
    ),
    Site(
        kind="fire_station",
        count=3,
        zones=("civic",),
        use="public",
        zh="消防救援站",
        en="Fire Station",
    ),
    Site(kind="police", count=6, zones=("civic",), use="public", zh="派出所", en="Police Station"),
    Site(
        kind="ambulance_station",
        count=3,
        zones=("civic", "hospital"),
        use="medical",
        zh="急救站",
        en="Ambulance Station",
    ),
    Site(
        kind="community_centre",
        count=25,
        zones=TOWN,
        use="public",
        zh="社区服务中心",
        en="Community Centre",
        capacity=5000,
        unit="persons",
        roles=(Role("shelter", 0.5),),
    ),
    Site(
        kind="clinic",
        count=12,
        zones=TOWN,
        use="medical",
        zh="社区卫生服务中心",
        en="Clinic",
        capacity=240,
        unit="beds",
    ),
    Site(
        kind="pump_station",
        count=8,
        zones=("civic", "old", "park", "industry", "garden"),
        use="utility",
        zh="排涝泵站",
        en="Pump Station",
        capacity=96_000,
        unit="m3/h",
    ),
    Site(
        kind="telecom",
        count=12,
        zones=("civic", "industry", "old", "cbd", "village"),
        use="utility",
        zh="通信机房",
        en="Telecom Site",
    ),
    Site(kind="pharmacy", count=14, zones=TOWN, use="commercial", zh="药店", en="Pharmacy"),
    Site(
        kind="fuel",
        count=6,
        zones=("industry", "civic", "village"),
        use="transport",
        zh="加油站",
        en="Fuel Station",
        capacity=360,
        unit="t",
    ),
    Site(
        kind="metro_station",
        count=6,
        zones=("cbd", "market", "civic", "garden"),
        use="transport",
        zh="地铁站",
        en="Metro Station",
        capacity=12000,
        unit="persons",
        roles=(Role("civil_defence_shelter", 0.5),),
    ),
)
