"""Patients and hospitals: nobody is lost, nobody is in two places, urgency goes first."""

import dataclasses
from collections import Counter

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import DrillError
from scenarios import loader
from scenarios.care import Care, SeverityMix
from scenarios.change import Change
from scenarios.drill import Drill
from simulation import engine
from simulation.care.access import room
from simulation.care.hospitals import KINDS, Hospital, Hospitals
from simulation.care.patients import HOUR, MINUTE, Patient, Patients
from simulation.care.places import Places
from simulation.care.survival import minutes_left, survival
from simulation.clock import Clock
from simulation.frames import RESIDENT_STATES
from simulation.run import Run
from simulation.streams import Streams
from twin.city import City
from twin.synthetic import make_city

BASE = {"bay": 2, "theatre": 1, "icu": 1, "ward": 4}


@pytest.fixture(scope="module")
def drill() -> Drill:
    return loader.load("typhoon-flood")


class House:
    """One or more hospitals on a clock of their own, and a tally of what is heard."""

    def __init__(self, care: Care, *, count: int = 1, seed: int = 1) -> None:
        self.clock = Clock()
        self.patients = Patients(care, clock=self.clock, streams=Streams(seed))
        beds = [Hospital(name=f"h{i}", row=i, node=i, base=dict(BASE)) for i in range(count)]
        self.hospitals = Hospitals(self.patients, beds)
        self.heard: Counter[str] = Counter()
        self.order: list[int] = []
        self.hospitals.hear = self._hear

    def _hear(self, moment: str, patient: Patient) -> None:
        self.heard[moment] += 1
        if moment == "in_bay":
            self.order.append(patient.number)

    def come(self, severity: int, hospital: int = 0) -> Patient:
        patient = self.patients.add(severity, purpose="test")
        self.hospitals.arrive(patient, hospital)
        return patient

    def inside(self) -> int:
        return sum(len(h.places[k].inside) for h in self.hospitals.all for k in KINDS)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["come", "wait", "dark", "light", "surge"]),
        st.integers(0, 3),
        st.integers(0, 1),
        st.integers(1, 600),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(acts=ACTS)
def test_every_patient_is_at_home_dead_or_in_one_place(drill: Drill, acts: list[tuple]):
    house = House(drill.care, count=2)
    for act, severity, index, minutes in acts:
        hospital = house.hospitals.all[index]
        if act == "come":
            house.come(severity, index)
        elif act == "wait":
            house.clock.run(until_tick=house.clock.tick + minutes * MINUTE)
        else:
            hospital.share = {"theatre": 0.0, "icu": 0.0} if act == "dark" else {}
            hospital.extra = {"ward": 3, "bay": 1} if act == "surge" else {}
            house.hospitals.refit(hospital)
        heard, files = house.heard, house.patients.one
        assert heard["arrived"] == heard["discharged"] + heard["died"] + len(files)
        waits_outside = sum(p.waits_for == "bay" for p in files.values())
        assert house.inside() + waits_outside == len(files)
        for one in house.hospitals.all:
            for kind in KINDS:
                assert one.places[kind].peak <= one.base[kind] + 3
    house.clock.run(until_tick=house.clock.tick + 10_000 * HOUR)
    for hospital in house.hospitals.all:
        hospital.share = {}
        house.hospitals.refit(hospital)
    house.clock.run(until_tick=house.clock.tick + 10_000 * HOUR)
    assert house.patients.one == {}
    assert house.heard["arrived"] == house.heard["discharged"] + house.heard["died"]


@given(
    stays=st.lists(
        st.tuples(st.integers(0, 50), st.integers(1, 40), st.integers(0, 3)), max_size=50
    ),
    capacity=st.integers(1, 4),
)
def test_littles_law_holds_to_the_tick(stays: list[tuple[int, int, int]], capacity: int):
    clock, places, spent = Clock(), Places(capacity), Counter[str]()
    begun: dict[int, int] = {}

    def begin(number: int) -> None:
        spent["waited"] += clock.tick - begun[number]
        begun[number] = clock.tick
        clock.schedule(clock.tick + stays[number][1], "leave", {"number": number})

    def leave(payload: dict) -> None:
        spent["inside"] += clock.tick - begun[payload["number"]]
        for number in places.leave(payload["number"], tick=clock.tick):
            begin(number)

    def come(payload: dict) -> None:
        number = payload["number"]
        begun[number] = clock.tick
        if places.ask(number, priority=stays[number][2], tick=clock.tick):
            begin(number)

    clock.on("come", come)
    clock.on("leave", leave)
    for number, (tick, _, _) in enumerate(stays):
        clock.schedule(tick, "come", {"number": number})
    clock.run(until_tick=10**6)
    places.settle(clock.tick)
    assert places.area_waiting == spent["waited"] == places.waited
    assert places.area_inside == spent["inside"]
    assert places.served == places.asked == len(stays)
    assert places.peak <= capacity


@given(fate=st.floats(0.001, 0.999))
def test_the_time_left_is_the_inverse_of_the_survival_curve(drill: Drill, fate: float):
    course = drill.care.triage.immediate
    left = minutes_left(course, fate)
    share = course.survives.value
    expected = fate if fate < share else (fate - share) / (1 - share) * share
    assert survival(course, left) == pytest.approx(expected, rel=1e-9)


def test_the_most_urgent_of_those_who_wait_is_next(drill: Drill):
    house = House(drill.care)
    numbers = [house.come(severity).number for severity in (1, 1, 2, 1, 0)]
    house.clock.run(until_tick=3000 * MINUTE)
    assert house.order.index(numbers[4]) < house.order.index(numbers[3])
    assert house.order.index(numbers[3]) < house.order.index(numbers[2])


def test_a_full_ward_backs_up_into_the_bays(drill: Drill):
    house = House(drill.care)
    for _ in range(BASE["ward"]):
        patient = house.patients.add_inpatient(1000.0, stage="ward")
        house.hospitals.admit(patient, 0, "ward")
    for _ in range(BASE["bay"]):
        boarder = house.patients.add_inpatient(0.1, stage="bay")
        boarder.ticks["ward"] = HOUR
        house.hospitals.admit(boarder, 0, "bay")
    house.clock.run(until_tick=HOUR)
    hospital = house.hospitals.all[0]
    assert len(hospital.places["bay"].inside) == len(hospital.places["ward"].waiting) == 2
    assert room(hospital) == pytest.approx(0.5)
    house.come(1)
    assert len(hospital.places["bay"].waiting) == 1


def test_nobody_is_operated_on_in_the_dark(drill: Drill):
    house = House(drill.care)
    house.hospitals.all[0].share = {"theatre": 0.0, "icu": 0.0}
    house.hospitals.refit(house.hospitals.all[0])
    for _ in range(30):
        house.come(0)
    house.clock.run(until_tick=100 * HOUR)
    assert house.heard["operated"] == 0
    assert room(house.hospitals.all[0]) == 0.0


def test_first_aid_never_shortens_a_life(drill: Drill):
    with_aid, without = House(drill.care), House(drill.care)
    for house in (with_aid, without):
        for _ in range(200):
            house.patients.add(0, purpose="test")
        house.clock.run(until_tick=20 * MINUTE)
    for patient in list(with_aid.patients.one.values()):
        with_aid.patients.slow(patient, 0.5)
    for house in (with_aid, without):
        house.clock.run(until_tick=200 * MINUTE)
    assert set(without.patients.one) < set(with_aid.patients.one)


def test_an_early_discharge_is_never_a_later_one(drill: Drill):
    house = House(drill.care)
    soon, late = (house.patients.add_inpatient(hours, stage="ward") for hours in (2.0, 90.0))
    for patient in (soon, late):
        house.hospitals.admit(patient, 0, "ward")
        house.hospitals.send_home(patient, after_ticks=10 * HOUR)
    house.clock.run(until_tick=3 * HOUR)
    assert list(house.patients.one) == [late.number]
    house.clock.run(until_tick=11 * HOUR)
    assert house.patients.one == {}


def test_shares_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        SeverityMix(immediate=0.1, delayed=0.2, minor=0.6, expectant=0.0, basis="A")


def test_a_drill_without_care_is_refused_in_one_line(drill: Drill):
    content = drill.model_dump(mode="json", by_alias=True)
    del content["care"]
    with pytest.raises(DrillError, match="care") as caught:
        loader.parse(orjson.dumps(content).decode(), source="mine.yaml")
    assert "\n" not in str(caught.value)


def harsher(drill: Drill, times: float) -> Drill:
    """The same drill with so many more people hurt by the storm."""
    norm = drill.care.harm.storm_per_100k_hour
    harm = drill.care.harm.model_copy(
        update={"storm_per_100k_hour": norm.model_copy(update={"value": norm.value * times})}
    )
    return drill.model_copy(update={"care": drill.care.model_copy(update={"harm": harm})})


def two_hospitals(city: City) -> City:
    """Let the city's clinic be a second hospital."""
    facilities = city.facilities.copy()
    is_clinic = facilities["kind"] == "clinic"
    facilities.loc[is_clinic, "kind"] = "hospital"
    facilities.loc[is_clinic, "capacity"] = 30
    return dataclasses.replace(city, facilities=facilities)


@pytest.fixture(scope="module")
def run(drill: Drill) -> Run:
    city = two_hospitals(make_city(residents=6_000))
    return engine.run(city, harsher(drill, 150.0), seed=2)


def records(run: Run, kind: str) -> list[dict]:
    return [r for line in run.events if (r := orjson.loads(line))["kind"] == kind]


def test_everybody_hurt_is_home_dead_or_still_in_care(run: Run):
    hurt = sum(r["people"] for r in records(run, "resident.injured"))
    home = sum(r["people"] for r in records(run, "patient.discharged"))
    dead = sum(r["people"] for r in records(run, "patient.died"))
    states = run.frames.residents
    assert hurt == records(run, "care.summary")[0]["hurt"] > 30
    assert hurt == home + dead + states[-1, RESIDENT_STATES.index("injured")]
    assert dead == states[-1, RESIDENT_STATES.index("dead")]
    assert (states.sum(axis=1) == run.result.population).all()


def test_hospitals_surge_by_order_and_report_it(run: Run):
    assert {r["because"] for r in records(run, "surge.activated")} <= {"order", "overrun"}
    ready = {r["facility"]: r["beds"] for r in records(run, "surge.ready")}
    table = {row.facility: row for row in run.result.hospitals}
    assert ready == {name: row.surge_beds for name, row in table.items()}
    assert all(row.beds and row.peak_occupancy > 0.5 for row in table.values())
    assert sum(sum(row.treated.values()) for row in table.values()) > 30


def test_the_time_to_care_is_judged_from_the_log(run: Run):
    kpis = {kpi.id: kpi for kpi in run.result.kpis}
    summary = records(run, "care.summary")[0]
    assert kpis["care_p90_min"].value == pytest.approx(
        summary["definitive_care_p90_minutes"], abs=1e-4
    )
    assert kpis["avoidable_deaths"].value == summary["avoidable_deaths"]
    ratings = {rating.objective: rating for rating in run.result.ratings}
    assert ratings["treat_casualties"].rating in {"P", "S", "M", "U"}


def test_hospitals_are_as_full_before_the_storm_as_the_drill_says(run: Run, drill: Drill):
    before = [r for r in records(run, "hospitals.report") if r["time_s"] < -12 * 3600]
    shares = [r["beds_used"] / r["beds"] for r in before]
    assert np.mean(shares) == pytest.approx(drill.care.everyday.occupancy.value, abs=0.1)


def test_more_casualties_never_mean_that_units_are_lost(run: Run):
    ends = ("team.done", "team.redirected", "team.blocked")
    ended = sum(len(records(run, kind)) for kind in ends)
    assert 0 <= len(records(run, "resource.commit")) - ended <= 12


MANY_HURT = {
    "id": "X1",
    "at": "PT2H",
    "kind": "event",
    "channel": "radio",
    "sender": "fire",
    "to": ["ems120"],
    "area": "shelter:1",
    "capability": "medical",
    "message": {"zh": "演练：看台坍塌", "en": "EXERCISE: a stand collapses"},
    "effects": [
        {
            "kind": "casualties",
            "area": "shelter:1",
            "people": 80,
            "mix": {"immediate": 0.3, "delayed": 0.5, "minor": 0.2, "expectant": 0, "basis": "A"},
        }
    ],
}


@pytest.fixture(scope="module")
def crowded(small_city: City, short_drill: Drill) -> Run:
    drill = Change.model_validate({"injects": [MANY_HURT]}).apply(short_drill)
    return engine.run(two_hospitals(small_city), drill, seed=4)


def test_a_mass_casualty_incident_overruns_the_bays_and_is_told_to_the_health_commission(
    crowded: Run,
):
    hurt = [r for r in records(crowded, "resident.injured") if r["cause"] == "incident"]
    assert sum(r["people"] for r in hurt) == 80
    assert "T13" in {r["inject"] for r in records(crowded, "inject.sent")}
    assert "T13.1" in {r["action"] for r in records(crowded, "action.done")}
    assert max(r["waiting"] for r in records(crowded, "hospitals.report")) > 0


def test_full_hospitals_send_ambulances_on(crowded: Run):
    summary = records(crowded, "care.summary")[0]
    assert summary["diverted"] > 0
    assert summary["diversion_hours"] > 0
    assert summary["diverted"] == sum(row.diverted for row in crowded.result.hospitals)


def test_crews_wait_at_full_doors_but_never_beyond_the_limit(crowded: Run, drill: Drill):
    arrived = {r["incident"]: r["tick"] for r in records(crowded, "team.arrive")}
    asked = {r["incident"]: r["asked"] for r in records(crowded, "resource.request")}
    hours = [
        (r["tick"] - arrived[r["incident"]]) / HOUR
        for r in records(crowded, "team.done")
        if asked[r["incident"]] == "injured" and r["incident"] in arrived
    ]
    limit_h = drill.care.ambulance.offload_minutes.value / 60
    assert max(hours) > 1.0
    assert max(hours) < limit_h + 4.0


def test_more_people_hurt_lower_the_medical_function(crowded: Run):
    medical = crowded.frames.grid_service[:, :, 0].astype(float)
    before = crowded.frames.time_s < 2 * 3600
    assert medical[~before].mean() < medical[before].mean()


def test_a_city_without_hospitals_sends_its_casualties_out_of_town(
    small_city: City, short_drill: Drill
):
    facilities = small_city.facilities.copy()
    facilities.loc[facilities["kind"].isin(["hospital", "clinic"]), "kind"] = "other"
    bare = dataclasses.replace(small_city, facilities=facilities)
    run = engine.run(bare, harsher(short_drill, 150.0), seed=5)
    assert run.result.hospitals == []
    assert any("outside it" in limit.en for limit in run.result.limits)
    assert run.result.population == run.frames.residents[-1].sum()
    hurt = records(run, "care.summary")[0]["hurt"]
    assert hurt > 20
    assert run.frames.residents[-1, RESIDENT_STATES.index("injured")] < hurt / 4
    assert {kpi.id: kpi for kpi in run.result.kpis}["hospital_peak"].value is None
