"""Supply: no goods appear or vanish, nobody is served twice, and what is lacking is on record."""

from itertools import pairwise

import numpy as np
import orjson
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gis.errors import InputError, IntegrityError
from scenarios import loader
from scenarios.drill import Drill
from simulation import engine
from simulation.assembly import assemble
from simulation.atlas import draw_atlas
from simulation.clock import TICKS_PER_SECOND, Clock
from simulation.parts import Parts
from simulation.people.residents import SHELTERED
from simulation.proofs.supplies import line_city, line_drill, play, reserve
from simulation.record import EventLog
from simulation.run import Run
from simulation.setting import Setting
from simulation.streams import Streams
from simulation.supply.damage import Intervals
from simulation.supply.goods import Catalogue, Goods
from simulation.supply.loads import pack
from simulation.supply.plan import Depot, ReservePlan, StockLine
from simulation.supply.record import ReliefRecord, as_table, empty_record
from twin.city import City
from twin.synthetic import make_city

GOODS = Catalogue(
    names=("water", "food", "tent"),
    kg=np.array([1.05, 1.1, 60.0]),
    m3=np.array([0.0016, 0.003, 0.35]),
    is_consumed=np.array([True, True, False]),
    is_whole=np.array([False, False, True]),
)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example plays hours of a drill: shrinking one would take minutes."""
MANY = st.floats(0, 50_000)


def setting_of(city: City, drill: Drill, plan: ReservePlan | None = None) -> Setting:
    clock = Clock()
    return Setting(
        city=city,
        drill=drill,
        decisions={},
        reserve=plan,
        atlas=draw_atlas(city),
        clock=clock,
        log=EventLog(clock, drill.horizon.start),
        streams=Streams(1),
    )


def sheltered(plan: ReservePlan) -> Parts:
    setting = setting_of(line_city(), line_drill(), plan)
    parts = assemble(setting, seed=1)
    parts.residents.state[:] = SHELTERED
    parts.residents.facility[:] = setting.atlas.row_of("shelter-01")
    dry, fine = np.zeros(1, bool), np.ones(1, bool)
    parts.logistics.step(0, has_mains=dry, has_power=fine, is_cut=~fine)
    return parts


def live(parts: Parts, until_s: int, *, step_s: int = 900, dry: bool = True) -> None:
    grids = len(parts.logistics.fed)
    lost, fine = np.full(grids, dry), np.ones(grids, bool)
    for second in range(parts.setting.time_s + step_s, until_s + 1, step_s):
        parts.setting.clock.run(until_tick=second * TICKS_PER_SECOND)
        parts.roads.update()
        parts.dispatch.retry()
        parts.logistics.step(step_s, has_mains=~lost, has_power=fine, is_cut=~fine)


@given(want=st.tuples(MANY, MANY, st.integers(0, 400)), payload=st.floats(100, 20_000))
def test_no_truck_carries_more_than_it_can_or_than_is_wanted(want, payload: float):
    wanted = np.array(want, dtype=float)
    units = pack(wanted, GOODS, payload_kg=payload, space_m3=payload / 200)
    assert (units >= 0).all()
    assert (units <= wanted + 1e-9).all()
    assert units @ GOODS.kg <= payload * (1 + 1e-9)
    assert units @ GOODS.m3 <= payload / 200 * (1 + 1e-9)
    assert units[2] == np.floor(units[2])


@given(want=st.tuples(st.floats(0, 1000), st.floats(0, 500), st.integers(0, 20)))
def test_what_fits_on_one_truck_goes_on_one_truck(want):
    wanted = np.array(want, dtype=float)
    assert pack(wanted, GOODS, payload_kg=5000, space_m3=25) == pytest.approx(wanted)


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=1, max_size=20))
def test_intervals_tell_every_state_at_every_moment(states: list[list[int]]):
    spells = Intervals(3)
    for moment, state in enumerate(states):
        spells.note(np.array(state, np.uint8), moment)
    told = np.zeros((len(states), 3), int)
    for row, state, start, end in spells.rows(end_s=len(states)):
        assert start < end
        told[start:end, row] += state
    assert told.tolist() == states


def test_books_that_do_not_balance_are_refused():
    goods = Goods(1)
    goods.initial[0] = 100
    goods.check(in_depots=np.array([60.0]), at_drops=np.array([40.0]))
    with pytest.raises(IntegrityError, match="lost or made up"):
        goods.check(in_depots=np.array([60.0]), at_drops=np.array([30.0]))
    with pytest.raises(IntegrityError, match="least stock -10"):
        goods.check(in_depots=np.array([110.0]), at_drops=np.array([-10.0]))


LINES = st.builds(
    lambda item, mode, quantity: StockLine(item=item, mode=mode, quantity=quantity),
    st.sampled_from(["water", "food"]),
    st.sampled_from(["physical", "agreement", "production"]),
    st.floats(0, 40_000),
)
WEATHER = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=10)


@settings(max_examples=8, deadline=None, phases=QUICK)
@given(lines=st.lists(LINES, max_size=4), weather=WEATHER)
def test_no_goods_appear_or_vanish_while_roads_close_and_depots_flood(lines, weather):
    """The books are checked at every step; here against floods and closures at random hours."""
    parts = sheltered(reserve(*lines))
    cell = int(parts.setting.atlas.facility_cell[0])
    for hour, (is_shut, is_wet) in enumerate(weather):
        parts.roads.ordered_shut[:] = is_shut
        parts.waters.model.depth_m[cell] = 1.0 if is_wet else 0.0
        live(parts, (hour + 1) * 7200, step_s=1800)
    goods, logistics = parts.logistics.goods, parts.logistics
    came = goods.initial + goods.released + goods.produced
    there = logistics.depots.stock.sum(axis=0) + logistics.drops.held.sum(axis=0)
    assert there + goods.under_way + goods.consumed + goods.lost == pytest.approx(came)
    assert (goods.delivered <= came + 1e-6).all()
    assert (logistics.depots.stock >= 0).all()
    assert (logistics.drops.coming >= -1e-6).all()


@settings(max_examples=3, deadline=None, phases=QUICK)
@given(less=st.integers(0, 3), more=st.integers(0, 3))
def test_more_truckloads_never_leave_more_people_without(less: int, more: int):
    # Whole loads: a part of a load is loaded sooner than a full one, and so may come earlier.
    def without(loads: int) -> float:
        plan = reserve(StockLine(item="water", quantity=5_000 * loads))
        record = play(plan, hours=8, step_s=900).logistics.record()
        return record.unmet_person_hours()["water"]

    assert without(less + more) <= without(less) + 1e-6


def test_a_closed_road_keeps_goods_at_the_depot_until_it_opens():
    parts = sheltered(reserve(StockLine(item="water", quantity=15_000)))
    parts.roads.ordered_shut[:] = True
    live(parts, 6 * 3600)
    assert parts.logistics.depots.stock[0, 0] == 15_000
    assert len(parts.logistics.record().deliveries) == 0
    parts.roads.ordered_shut[:] = False
    parts.roads.update()
    parts.logistics._plan({})
    live(parts, 14 * 3600)
    record = parts.logistics.record()
    assert record.deliveries["quantity"].sum() == pytest.approx(15_000)
    assert record.roads_closed.to_numpy().tolist() == [[0, 900, 21_600 + 900]]
    assert record.depots_lost["cause"].tolist() == []


def test_a_road_that_closes_while_a_truck_is_loaded_sends_the_load_back_into_stock():
    parts = sheltered(reserve(StockLine(item="water", quantity=5_000)))
    live(parts, 3600)
    parts.roads.ordered_shut[:] = True
    live(parts, 3 * 3600)
    depots = parts.logistics.depots
    assert depots.stock[0, 0] == 5_000
    assert depots.available()[0, 0] == 5_000
    assert any(b'"supply.blocked"' in line for line in parts.setting.log.lines)


def test_a_flooded_depot_loses_part_of_its_stock_and_gives_nothing():
    parts = sheltered(reserve(StockLine(item="water", quantity=10_000)))
    parts.waters.model.depth_m[int(parts.setting.atlas.facility_cell[0])] = 1.0
    live(parts, 4 * 3600)
    assert parts.logistics.goods.lost[0] == 5_000
    record = parts.logistics.record()
    assert len(record.deliveries) == 0
    assert record.depots_lost.to_numpy().tolist() == [["near", "flooded", 900, 14_400]]


def test_a_closed_depot_is_as_if_it_were_not_there():
    line = StockLine(item="water", quantity=10_000)
    shut = Depot(id="near", facility="depot-01", is_open=False, stock=(line,))
    parts = sheltered(ReservePlan(id="shut", depots=(shut,)))
    live(parts, 4 * 3600)
    assert parts.logistics.goods.initial.sum() == 0
    assert parts.logistics.record().needs["met"].sum() == 0


def test_goods_asked_for_at_a_facility_are_brought_there():
    drill = line_drill()
    sandbag = next(i for i in loader.load("typhoon-flood").relief.items if i.id == "sandbag")
    relief = drill.relief.model_copy(update={"items": (*drill.relief.items, sandbag)})
    plan = reserve(StockLine(item="sandbag", quantity=20_000))
    city = line_city()
    parts = assemble(setting_of(city, drill.model_copy(update={"relief": relief}), plan), seed=1)
    row = parts.setting.atlas.row_of("shelter-01")
    parts.logistics.ask("sandbag", 12_000, facility=row)
    live(parts, 4 * 3600, dry=False)
    assert parts.logistics.drops.held[row, 2] == 12_000
    needs = parts.logistics.record().needs
    assert needs["unmet"].max() == 12_000
    assert needs.iloc[-1]["unmet"] == 0


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(residents=4_000)


@pytest.fixture(scope="module")
def dry_days(city: City) -> Parts:
    """Three days without mains water, from T0 on."""
    drill = loader.load("typhoon-flood")
    horizon = drill.horizon.model_copy(update={"start": 0, "end": 259_200})
    depot = city.facilities.loc[city.facilities["kind"] == "depot", "facility"].iloc[0]
    line = StockLine(item="water", quantity=10**6)
    plan = ReservePlan(id="full", depots=(Depot(id="d", facility=depot, stock=(line,)),))
    calm = drill.model_copy(update={"horizon": horizon, "conversions": ()})
    parts = assemble(setting_of(city, calm, plan), seed=1)
    live(parts, 72 * 3600, step_s=3600)
    return parts


def test_people_without_a_tap_live_on_their_own_stock_then_on_a_distribution_point(dry_days: Parts):
    needs = dry_days.logistics.record().needs
    water = needs[needs["item"] == "water"]
    assert water["hour"].min() == 24
    assert set(water["grid"]) == set(np.flatnonzero(dry_days.setting.atlas.grid_residents))
    served = water[water["hour"] == 70]
    assert served["met"].sum() == pytest.approx(4_000 * 7.5 / 24)
    assert dry_days.logistics.litres == pytest.approx(7.5)


def test_nobody_walks_farther_to_a_point_than_the_limit(dry_days: Parts):
    drops, drill = dry_days.logistics.drops, dry_days.setting.drill
    assert (drops.point_of >= 0).any()
    metres = drops._walks(np.arange(drops.grids))
    for grid in np.flatnonzero(drops.point_of >= 0).tolist():
        away = metres[grid, drops.node[drops.point_of[grid]]]
        assert away <= drill.relief.point_walk_m.value


def test_the_record_adds_up(dry_days: Parts):
    logistics = dry_days.logistics
    record = logistics.record()
    needs = record.needs
    assert needs["need"].to_numpy() == pytest.approx((needs["met"] + needs["unmet"]).to_numpy())
    amounts, first = record.by_hour("need", ("water",), grids=logistics.drops.grids)
    assert first == 24
    assert amounts.sum() == pytest.approx(needs.loc[needs["item"] == "water", "need"].sum())
    keys = list(zip(needs["hour"], needs["grid"], strict=True))
    assert all(one <= two for one, two in pairwise(keys))
    handed = record.deliveries.groupby("item")["quantity"].sum()
    assert handed["water"] == pytest.approx(logistics.goods.delivered[0])


def test_a_record_of_another_city_is_refused():
    needs = as_table("needs", [(7, "water", 0, 1.0, 1.0, 0.0, 1.0)])
    tables = vars_of(empty_record()) | {"needs": needs}
    record = ReliefRecord(**tables)
    with pytest.raises(InputError, match="grid 7, but there are 3"):
        record.by_hour("unmet", ("water",), grids=3)
    with pytest.raises(InputError, match="ask for need, met, unmet, people"):
        record.by_hour("hour", ("water",), grids=3)


def vars_of(record: ReliefRecord) -> dict:
    return {name: getattr(record, name) for name in ReliefRecord.__dataclass_fields__}


@pytest.fixture(scope="module")
def own(city: City) -> Run:
    return engine.run(city, loader.load("typhoon-flood"), seed=3)


@pytest.fixture(scope="module")
def bare(city: City) -> Run:
    plan = ReservePlan(id="nothing")
    return engine.run(city, loader.load("typhoon-flood"), seed=3, reserve=plan)


def test_another_reserve_is_another_run_of_the_same_disaster(own: Run, bare: Run):
    assert own.id != bare.id
    assert own.result.reserve is None
    assert bare.result.reserve == ReservePlan(id="x").digest()
    for name in ("flood_depth", "road_state", "residents", "facility_load"):
        assert np.array_equal(getattr(own.frames, name), getattr(bare.frames, name)), name
    assert own.relief.roads_closed.equals(bare.relief.roads_closed)


def test_without_any_reserve_nothing_is_met_and_the_review_says_so(own: Run, bare: Run):
    assert bare.relief.needs["met"].sum() == 0
    assert len(bare.relief.deliveries) == 0
    without = bare.relief.unmet_person_hours()
    with_stock = own.relief.unmet_person_hours()
    assert all(with_stock[item] <= hours + 1e-6 for item, hours in without.items())
    assert {row.item: row.cover for row in bare.result.relief.items} == dict.fromkeys(without, 0.0)
    kpis = {kpi.id: kpi for kpi in bare.result.kpis}
    assert not kpis["food_cover"].met
    assert not kpis["district_relief_h"].met
    assert all(district.reached_s is None for district in bare.result.relief.districts)


def test_plugging_a_dyke_asks_for_sandbags_there(own: Run, city: City):
    asked = [orjson.loads(line) for line in own.events if b'"supply.asked"' in line]
    assert [(one["item"], one["amount"]) for one in asked] == [("sandbag", 12_000)]
    needs = own.relief.needs[own.relief.needs["item"] == "sandbag"]
    (grid,) = set(needs["grid"])
    assert city.grids["code"].iloc[grid] == asked[0]["place"]
    assert needs["met"].max() > 0


def test_the_log_and_the_record_tell_the_same(own: Run):
    without = own.relief.unmet_person_hours()
    for row in own.result.relief.items:
        assert row.unmet_person_hours == pytest.approx(without[row.item], abs=1e-3)
        assert row.need == pytest.approx(
            own.relief.needs.loc[own.relief.needs["item"] == row.item, "need"].sum()
        )
