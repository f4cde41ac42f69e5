"""The engine: one drill on one city, from its first tick to its verdict."""

import time
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from gis.errors import CancelledError, ConflictError, InputError
from scenarios.drill import Drill
from scenarios.loader import validate
from simulation.assembly import assemble
from simulation.atlas import draw_atlas
from simulation.camera import Camera
from simulation.checkpoint.file import Head
from simulation.checkpoint.keeper import KEEP_EVERY_S, Keep, Keeper
from simulation.clock import TICKS_PER_SECOND, Clock, Payload
from simulation.frames import Frames
from simulation.identity import ENGINE_VERSION, head_of, run_id
from simulation.judgement.verdict import Verdict
from simulation.judgement.watch import Watch
from simulation.levels.lookout import Lookout
from simulation.limits import state_limits_of_the_city
from simulation.people.journeys import TRACED
from simulation.record import EventLog
from simulation.response.choices import Choices, check_decisions
from simulation.response.command import Command
from simulation.response.deeds import Deeds
from simulation.response.effects import Effects
from simulation.run import Run
from simulation.setting import Setting
from simulation.stopwatch import Stopwatch
from simulation.streams import Streams
from simulation.supply.plan import ReservePlan, check_plan
from twin.city import City
from twin.validate import refuse_unplayable

__all__ = ["ENGINE_VERSION", "Play", "Progress", "begin", "run", "run_id"]

Progress = Callable[[float, str], None]
WINDOW_S = 60
"""Length of a movement window while people are under way [s]."""
CARS_PER_TRIP = 4


def run(
    city: City,
    drill: Drill,
    *,
    seed: int = 1,
    decisions: Mapping[str, str] | None = None,
    reserve: ReservePlan | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    profile: dict[str, float] | None = None,
    keep: Keep | None = None,
    keep_every_s: int = KEEP_EVERY_S,
    resume_from: bytes | None = None,
) -> Run:
    """Play a drill on a city.

    The same release, drill, seed, decisions and reserve give the same event log and frames, byte
    for byte.

    Args:
        city: A city in memory.
        drill: What happens and what is asked.
        seed: Seed of all random streams, 0 or more.
        decisions: Answers to the drill's decisions; the rest falls to the defaults.
        reserve: Depots and stock that replace the city's own; None for the city's own.
        progress: Told the share done and a short line, at least every fiftieth of the run.
        is_cancelled: Asked at every step.
        profile: Filled with the wall time of each part [s], where given.
        keep: Given a checkpoint at regular moments; a run resumed from one ends with the bytes of
            an unbroken run.
        keep_every_s: Simulated time between two checkpoints [s].
        resume_from: A checkpoint of this very run.

    Raises:
        DrillError: A decision is unknown, or the drill names what the city does not have.
        InputError: The city lacks roads, buildings, grids or people, the seed is negative, or the
            checkpoint is another run's, or the reserve names what city or drill does not have.
        IntegrityError: The checkpoint was altered.
        CancelledError: ``is_cancelled`` said so.
    """
    began = time.perf_counter()
    answers = dict(sorted((decisions or {}).items()))
    name = run_id(city, drill, seed=seed, decisions=answers, reserve=reserve)
    play = begin(city, drill, seed=seed, decisions=answers, reserve=reserve)
    if keep is not None or resume_from is not None:
        head = head_of(city, drill, seed=seed, decisions=answers, run=name)
        play.keep(head, keep, every_s=keep_every_s)
    if resume_from is not None:
        play.resume(resume_from)
    play.listen(progress, is_cancelled)
    play.to_the_end()
    finished = play.finish(name, seed=seed, began=began)
    if profile is not None:
        profile.update(play.stopwatch.seconds)
        profile["total"] = time.perf_counter() - began
    return finished


def begin(
    city: City,
    drill: Drill,
    *,
    seed: int,
    decisions: dict[str, str],
    reserve: ReservePlan | None = None,
) -> "Play":
    """Check what is asked and build the run, of which nothing is played yet.

    Raises:
        DrillError: As in :func:`run`.
        InputError: As in :func:`run`.
    """
    if seed < 0:
        raise InputError(f"seed {seed} is negative; give a whole number from 0", field="seed")
    refuse_unplayable(city)
    check_decisions(drill, decisions)
    validate(drill, city)
    if reserve is not None:
        check_plan(reserve, city, drill)
    return Play(city, drill, seed=seed, decisions=decisions, reserve=reserve)


class Play:
    """One run in progress: the parts, and the two events that drive them."""

    UNKEPT: ClassVar = ("_progress", "_is_cancelled", "_keeper", "_keep", "_keep_every_s")

    def __init__(
        self,
        city: City,
        drill: Drill,
        *,
        seed: int,
        decisions: dict[str, str],
        reserve: ReservePlan | None = None,
    ) -> None:
        self.stopwatch = Stopwatch()
        clock = Clock()
        self.setting = Setting(
            city=city,
            drill=drill,
            decisions=decisions,
            reserve=reserve,
            atlas=draw_atlas(city),
            clock=clock,
            log=EventLog(clock, drill.horizon.start),
            streams=Streams(seed),
        )
        with self.stopwatch("set up"):
            state_limits_of_the_city(self.setting)
            self.parts = assemble(self.setting, seed=seed)
            self._direct()
        self.horizon = drill.horizon
        self.has_begun = False
        stages = drill.hazard.stage_m
        self.crest_s = stages.at[int(np.argmax(stages.value))]
        self._progress: Progress | None = None
        self._is_cancelled: Callable[[], bool] | None = None
        self._keeper: Keeper | None = None
        self._keep: Keep | None = None
        self._keep_every_s = KEEP_EVERY_S
        clock.on("step", self._step)
        clock.on("move", self._move)
        clock.schedule(0, "step", priority=9)

    def _direct(self) -> None:
        """Put those in place who act on the parts."""
        parts, setting = self.parts, self.setting
        self.command = Command(setting, parts.matters)
        effects = Effects(parts)
        self.deeds = Deeds(parts, self.command, effects)
        parts.rescue.on_rescued = self.deeds.rescued
        parts.evacuation.draw_zone(parts.waters.forecast_peak())
        self.choices = Choices(setting, self.deeds.decided)
        self.command.start(perform=self.deeds.perform, strike=effects.strike)
        self.lookout = Lookout(parts, parts.matters)
        self.watch = Watch(parts)
        self.camera = Camera(parts)
        self.verdict = Verdict(parts, self.camera, self.watch, self.deeds)
        tick = setting.tick_at(0)
        setting.clock.schedule(tick, "evacuation.tally", {"moment": "onset"})

    def listen(self, progress: Progress | None, is_cancelled: Callable[[], bool] | None) -> None:
        """Say whom to tell and whom to ask."""
        self._progress, self._is_cancelled = progress, is_cancelled

    def keep(self, head: Head, keep: Keep | None, *, every_s: int = KEEP_EVERY_S) -> Keeper:
        """Have checkpoints written from now on; ask for it before anything is played."""
        if every_s < 1:
            raise InputError(f"checkpoints every {every_s} s cannot be; give 1 s or more")
        self._keeper = Keeper(self, self.setting, head=head)
        self._keep, self._keep_every_s = keep, every_s
        return self._keeper

    def resume(self, checkpoint: bytes) -> None:
        """Go on from a checkpoint; ask :meth:`keep` first."""
        if self._keeper is None:
            raise ConflictError("a run is resumed by its keeper; call keep() first")
        self._keeper.resume(checkpoint)

    def until(self, end_tick: int) -> None:
        """Play up to and including a tick, from the first line of the log on."""
        clock = self.setting.clock
        if not self.has_begun:
            self.has_begun = True
            self.setting.log.write("drill.start", text=self.setting.drill.title.model_dump())
        if self._keeper is not None and self._keep is not None:
            for tick in self._keeper.moments(self._keep_every_s, end_tick):
                clock.run(until_tick=tick)
                with self.stopwatch("checkpoints"):
                    self._keep(self._keeper.write())
        clock.run(until_tick=end_tick)

    def to_the_end(self) -> None:
        """Play the whole horizon."""
        self.until((self.horizon.end - self.horizon.start) * TICKS_PER_SECOND)
        self.parts.care.close()
        self.watch.close()
        self.parts.responders.ledger.check()
        self.setting.log.write("drill.end", text=self.setting.drill.title.model_dump())

    def finish(self, name: str, *, seed: int, began: float) -> Run:
        """Conclude a run that has been played to the end.

        Args:
            name: Id of the run.
            seed: Its seed.
            began: When it began, by ``time.perf_counter``.
        """
        seconds = time.perf_counter() - began
        result = self.verdict.result(run=name, seed=seed, engine=ENGINE_VERSION, seconds=seconds)
        return Run(
            id=name,
            result=result,
            events=self.setting.log.lines,
            frames=self.frames(),
            relief=self.parts.logistics.record(),
        )

    def _step(self, payload: Payload) -> None:
        """Play the models forward to now, measure, and take a frame."""
        parts, step = self.parts, self.horizon.step
        is_first = self.setting.clock.tick == 0
        self._tell()
        if not is_first:
            self._move_people()
            with self.stopwatch("flood"):
                self._power_pits()
                parts.waters.step(step, parts.lifelines.works)
            with self.stopwatch("lifelines"):
                parts.lifelines.step(step)
                self.deeds.step(step)
            self._follow_water()
            with self.stopwatch("people"):
                parts.rescue.step(step)
                parts.homecoming.step(parts.waters, self.crest_s)
                parts.ordinary.step(step)
            with self.stopwatch("care"):
                parts.care.step(step, parts.services.hospital_supply())
            with self.stopwatch("teams"):
                parts.streets.follow()
                parts.dispatch.retry()
        self._measure(0 if is_first else step)
        if self.setting.time_s < self.horizon.end:
            self.setting.clock.after(step, "step", payload, priority=9)
            self._plan_windows()

    def _follow_water(self) -> None:
        parts = self.parts
        with self.stopwatch("roads"):
            for road in parts.roads.update():
                if parts.roads.state[road] == 2:
                    self._write_closed(road)
        with self.stopwatch("routes"):
            parts.journeys.follow_roads()
            if parts.journeys.is_busy:
                parts.journeys.reroute()
        depth = parts.waters.depth_m[self.setting.atlas.facility_cell]
        parts.shelters.mark_wet(depth)

    def _write_closed(self, road: int) -> None:
        name = str(self.setting.city.roads["name_en"].iloc[road])
        depth = float(self.parts.roads.depth_m[road])
        self.setting.log.write("road.closed", road=road, name=name, depth_m=depth)

    def _power_pits(self) -> None:
        services = self.parts.services
        for facility, pit in self.parts.waters.pits.items():
            rows = services.providers(facility, "power")
            pit.has_power = bool(self.parts.lifelines.works[rows].all())

    def _measure(self, seconds: int) -> None:
        parts = self.parts
        with self.stopwatch("services"):
            parts.services.update(seconds)
            self.lookout.step()
            share, where = parts.shelters.occupancy()
            place = self.setting.atlas.place_of(where) if where >= 0 else ""
            self.command.watch("shelter.occupancy", share, place)
            share, where = parts.care.surge.crowding()
            place = self.setting.atlas.place_of(where) if where >= 0 else ""
            self.command.watch("hospital.crowding", share, place)
            quality = self.watch.step(seconds)
        with self.stopwatch("frames"):
            self.camera.shoot(quality)
        parts.responders.ledger.check()
        moving = parts.journeys.under_way["walk"] + int(parts.evacuation.riding.sum())
        parts.residents.check(moving=moving + parts.dispatch.aboard())

    def _plan_windows(self) -> None:
        if self.parts.journeys.is_busy or self.parts.evacuation.is_busy:
            for second in range(WINDOW_S, self.horizon.step, WINDOW_S):
                self.setting.clock.after(second, "move", priority=7)

    def _move(self, payload: Payload) -> None:
        del payload
        self._move_people()

    def _move_people(self) -> None:
        parts = self.parts
        with self.stopwatch("movement"):
            arrived = parts.journeys.run(self.setting.clock.tick)
        with self.stopwatch("people"):
            for group in arrived:
                parts.homecoming.arrive(group)
            parts.evacuation.step()

    def _tell(self) -> None:
        if self._is_cancelled is not None and self._is_cancelled():
            raise CancelledError("the run was asked to stop; nothing of it is kept")
        if self._progress is not None:
            horizon = self.horizon
            share = (self.setting.time_s - horizon.start) / (horizon.end - horizon.start)
            hours = self.setting.time_s / 3600
            self._progress(share, f"T{hours:+.2f} h, {len(self.setting.log.lines)} events")

    def frames(self) -> Frames:
        """Develop all frames."""
        trails, journeys = self.parts.trails, self.parts.journeys
        trails.add_residents(journeys, cars_per_trip=CARS_PER_TRIP)
        share = self.parts.residents.count / max(TRACED, 1)
        return self.camera.frames(trails.trips(people_per_trip=max(share, 1.0)))
