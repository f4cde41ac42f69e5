"""Verdict: what a finished run concludes, from its log and its service curves."""

import numpy as np
from numpy.typing import NDArray

from simulation.camera import Camera
from simulation.frames import FUNCTIONS
from simulation.judgement.measures import band, grid_index, resilience, roll_up
from simulation.judgement.review import Review
from simulation.judgement.watch import Watch
from simulation.levels.chain import capacity_minutes
from simulation.parts import Parts
from simulation.response.deeds import Deeds
from simulation.run import Curve, LevelLoad, Moves, PlaceResilience, Resilience, RunResult, Words

FORCED_SHARE = 0.001
"""Share of moves forced by the gridlock policy from which a run is flagged [1]; assumption A."""


class Verdict:
    """Puts a run's result together."""

    def __init__(self, parts: Parts, camera: Camera, watch: Watch, deeds: Deeds) -> None:
        self.parts, self.camera, self.watch, self.deeds = parts, camera, watch, deeds
        self.setting = parts.setting
        self._people = self.setting.atlas.grid_residents.astype(np.float64)

    def result(self, *, run: str, seed: int, engine: str, seconds: float) -> RunResult:
        """Conclude.

        Args:
            run: Id of the run.
            seed: Its seed.
            engine: Version of the engine.
            seconds: Wall time; no part of anything that is hashed.
        """
        setting, drill = self.setting, self.setting.drill
        self._flag_forced_moves()
        review = Review(drill, setting.log.lines)
        return RunResult(
            run=run,
            city=setting.city.name,
            release=setting.city.release,
            drill=drill.id,
            seed=seed,
            decisions=dict(sorted(setting.decisions.items())),
            engine=engine,
            events=len(setting.log.lines),
            digest=setting.log.digest(),
            seconds=round(seconds, 3),
            start_s=drill.horizon.start,
            end_s=drill.horizon.end,
            step_s=drill.horizon.step,
            population=self.parts.residents.count,
            synthetic=setting.city.provenance.is_synthetic,
            ratings=review.ratings(),
            kpis=review.kpis(),
            red_lines=review.red_lines(),
            resilience=self._resilience(),
            curve=self._curve(),
            whistles=self.deeds.whistles,
            levels=self._levels(),
            conversion=self.parts.refit.results(),
            hospitals=self.parts.care.table(),
            moves=self._moves(),
            basis=drill.bases(),
            limits=[Words(zh=limit.zh, en=limit.en) for limit in setting.limits],
            reserve=setting.reserve.digest() if setting.reserve else None,
            relief=review.relief(),
        )

    def _levels(self) -> list[LevelLoad]:
        matters = self.parts.matters
        return matters.tally.rows(capacity_minutes(matters.offices, self.setting))

    def _flag_forced_moves(self) -> None:
        """State it as a limit when the gridlock policy forced more than a thousandth of moves."""
        movements = self.parts.journeys.movement.values()
        forced = sum(movement.counts().forced for movement in movements)
        share = forced / max(sum(movement.link_events for movement in movements), 1)
        if share > FORCED_SHARE:
            self.setting.limit(
                f"堵死时强制通行占 {share:.2%}，超过 {FORCED_SHARE:.1%}：通行时间偏乐观",
                f"Gridlock forced {share:.2%} of moves, above {FORCED_SHARE:.1%}: "
                "travel times are too hopeful",
            )

    def _moves(self) -> Moves:
        counts = [movement.counts() for movement in self.parts.journeys.movement.values()]
        arrived = sum(count.arrived for count in counts)
        departed = arrived + sum(c.at_origin + c.on_links + c.stranded for c in counts)
        return Moves(
            forced=sum(count.forced for count in counts),
            arrived=arrived,
            not_arrived=departed - arrived,
        )

    def _curve(self) -> Curve:
        total = max(self._people.sum(), 1.0)
        quality = self.camera.quality @ self._people / total
        rounded = np.round(quality, 5).tolist()
        return Curve(time_s=self.camera.time_s.tolist(), quality=rounded)

    def _resilience(self) -> Resilience:
        time_s = self.camera.time_s.astype(np.float64)
        of_grid = resilience(self.camera.quality.astype(np.float64), time_s)
        hours = np.sum(list(self.watch.hours.values()), axis=0)
        index = grid_index(of_grid, np.broadcast_to(hours, of_grid.shape))
        levels = {
            str(code): self._place(index, self.setting.atlas.grids_in(str(code)))
            for code in sorted(self.setting.city.places["code"].astype(str))
        }
        city = float((of_grid * self._people).sum() / max(self._people.sum(), 1.0))
        return Resilience(city=round(city, 5), levels=levels)

    def _place(self, index: NDArray[np.float64], grids: NDArray[np.bool_]) -> PlaceResilience:
        whole, mean, tail = roll_up(index[grids], self._people[grids])
        function, moment = self._worst(grids)
        return PlaceResilience(
            index=round(whole, 3),
            mean=round(mean, 6),
            tail=round(tail, 3),
            band=band(whole),
            worst_function=function,
            worst_s=moment,
        )

    def _worst(self, grids: NDArray[np.bool_]) -> tuple[str | None, int | None]:
        """The function that lost most in a place, and when it stood lowest; None where none did."""
        service = self.camera.service[:, grids, :].astype(np.float64)
        service[service > 100] = 100.0
        people = self._people[grids]
        weight = (
            people / people.sum() if people.sum() > 0 else np.full(len(people), 1 / len(people))
        )
        level = np.einsum("sgf,g->sf", service, weight)
        lost = (100.0 - level).sum(axis=0)
        if lost.max() < 1e-6:
            return None, None
        worst = int(lost.argmax())
        return FUNCTIONS[worst], int(self.camera.time_s[int(level[:, worst].argmin())])
