"""Conducting a study: scenarios, front, replay, disagreement, and what the next yuan buys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter

from gis.errors import InfeasibleError
from gis.reserve import Plan, evaluate
from scenarios.drill import Drill
from scenarios.study import Study
from simulation.run import Words
from simulation.studies.baseline import baseline_of
from simulation.studies.disagreement import disagreements
from simulation.studies.ensemble import Source, gather
from simulation.studies.hands import Hands, LocalHands, MemoryShelf, Shelf, play_all
from simulation.studies.moves import plan_of
from simulation.studies.pace import Pace
from simulation.studies.points import best, point_row
from simulation.studies.question import Question, ask, goods_of
from simulation.studies.rehearsal import Rehearsal, from_bytes
from simulation.studies.replay import (
    NONE,
    Trial,
    base_plan,
    judged,
    replay_of,
    reserve_plan,
    trials_of,
)
from simulation.studies.result import FrontPoint, ScenarioRow, StudyResult, YuanRow
from simulation.studies.sites import Sites, find_sites
from simulation.studies.summary import conclude, cut_short, refused, run_limits
from simulation.studies.tasks import Task
from simulation.studies.travel import handling_hours
from simulation.studies.yuan import (
    TEAMS,
    Step,
    budget_row,
    played,
    price_of,
    reckoned,
    tasks_of,
    team_steps,
)
from twin.city import City

Progress = Callable[[float, str], None]
IsCancelled = Callable[[], bool]
PLANNING, REPLAY = "scenarios", "replay"
"""Phases in which runs are played: before the front is known, and after."""
BASE = "base"
WORTHWHILE = 0.005
"""A larger budget's plan must be better by this share of the objective to take its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conducted:
    """A study that is done.

    Attributes:
        result: What it concludes.
        question: The prepared question, to be kept with it.
    """

    result: StudyResult
    question: Question


def conduct(
    city: City,
    study: Study,
    drills: Sequence[Drill],
    *,
    hands: Hands | None = None,
    shelf: Shelf | None = None,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Conducted:
    """Answer a study on a city.

    The same release, study and drills give the same result with any hands. Runs that the shelf
    holds are not played again, so a study that was stopped goes on where it was.

    Args:
        city: A city in memory.
        study: What is asked.
        drills: The drills of the study, in its order.
        hands: Who plays the runs; this process by default.
        shelf: Where runs are kept; forgotten by default.
        progress: Told the share done and a short line.
        is_cancelled: Asked now and then.

    Raises:
        InputError: The study names what city or drills do not have, or nobody needs anything.
        InfeasibleError: No budget of the front permits a plan; tells the smallest that does.
        CancelledError: ``is_cancelled`` said so; finished runs stay on the shelf.
    """
    began = perf_counter()
    work = _Work(
        city=city,
        study=study,
        drills=drills,
        hands=hands or LocalHands(),
        shelf=shelf or MemoryShelf(),
        tell=progress or _silent,
        is_cancelled=is_cancelled or _never,
    )
    result, question = work.answer()
    work.pace.end(f"{len(result.points)} points, {work.count} runs played")
    seconds = perf_counter() - began
    return Conducted(result=result.model_copy(update={"seconds": seconds}), question=question)


def _silent(_share: float, _line: str) -> None:
    return


def _never() -> bool:
    return False


class _Work:
    """One study in progress."""

    def __init__(
        self,
        *,
        city: City,
        study: Study,
        drills: Sequence[Drill],
        hands: Hands,
        shelf: Shelf,
        tell: Progress,
        is_cancelled: IsCancelled,
    ) -> None:
        self.city, self.study, self.drills = city, study, drills
        self.hands, self.shelf = hands, shelf
        self.is_cancelled = is_cancelled
        self.count = 0
        self.pace = Pace(tell, most_runs(study))
        self.handling_h = handling_hours(city, drills[0])

    def answer(self) -> tuple[StudyResult, Question]:
        """Do everything, in order."""
        for drill in self.drills:
            goods_of(self.study, drill)
        sites = find_sites(self.city, self.study.candidates)
        sources = self.sources()
        question, rows, said = self.question(sites, sources)
        points, plans, limits = self.front(question)
        steps = self.steps(question, points, plans)
        trials = self.replay(question, points, steps)
        result = conclude(
            self.city,
            self.study,
            self.drills,
            question=question,
            rows=rows,
            baseline=baseline_of(self.city, question, trials[BASE]),
            points=self.compared(question, points, plans, trials),
            yuan=self.next_yuan(question, points, steps, trials),
            said=said,
            limits=limits + run_limits(sources),
            played=0,
        )
        return result.model_copy(update={"runs_played": self.count}), question

    def play(self, tasks: Sequence[Task], phase: str) -> list[Rehearsal]:
        """Play runs, or take them from the shelf, and tell how it goes."""

        def tell(done: int, total: int) -> None:
            self.pace.at(phase, done, total)

        contents, count = play_all(
            self.city,
            tasks,
            hands=self.hands,
            shelf=self.shelf,
            progress=tell,
            is_cancelled=self.is_cancelled,
        )
        self.count += count
        return [from_bytes(content) for content in contents]

    def sources(self) -> list[Source]:
        """Play every drill with every planning seed and an empty reserve."""
        tasks, parts = [], []
        for number, (part, drill) in enumerate(zip(self.study.drills, self.drills, strict=True)):
            for seed in part.seeds:
                tasks.append(Task(drill=drill, seed=seed, decisions=part.decisions, reserve=NONE))
                parts.append(number)
        runs = self.play(tasks, PLANNING)
        total = sum(part.weight.value for part in self.study.drills)
        return [
            Source(
                part=number,
                drill=self.drills[number],
                rehearsal=run,
                weight=self.study.drills[number].weight.value
                / total
                / len(self.study.drills[number].seeds),
            )
            for number, run in zip(parts, runs, strict=True)
        ]

    def question(
        self, sites: Sites, sources: Sequence[Source]
    ) -> tuple[Question, list[ScenarioRow], list[Words]]:
        """Turn runs into the optimiser's question."""
        self.pace.say(f"measuring {len(sources)} damaged road networks")
        ensemble, areas, rows, said = gather(self.city, self.study, sources, sites=sites)
        question = ask(
            self.study,
            goods_of(self.study, self.drills[0]),
            sites=sites,
            areas=areas,
            ensemble=ensemble,
            load_t_per_hour=self.drills[0].relief.load_t_per_hour.value,
        )
        return question, rows, said

    def front(self, question: Question) -> tuple[list[FrontPoint], list[Plan], list[Words]]:
        """The best plan of each budget; budgets that permit none are left out and said to be.

        A plan that a smaller budget pays for stays where a larger one gains next to nothing.
        """
        budgets = self.study.front.budgets()
        points: list[FrontPoint] = []
        plans: list[Plan] = []
        said: list[Words] = []
        refusal: InfeasibleError | None = None
        for number, budget in enumerate(budgets):
            self.pace.say(f"best plan of {budget:,.0f} yuan a year")
            try:
                answer, certificate = best(question, budget, is_cancelled=self.is_cancelled)
            except InfeasibleError as error:
                refusal = error
                said.append(refused(budget, error))
                continue
            plan = answer.plan
            if points and certificate.value > points[-1].certificate.value * (1 - WORTHWHILE):
                plan = plans[-1]
                before = points[-1].certificate
                certificate = certificate.model_copy(
                    update={"value": before.value, "gap": _gap(before.value, certificate.bound)}
                )
            if answer.is_cut:
                said.append(cut_short(budget, certificate.gap))
            row = point_row(question, plan, certificate, number=number, budget=budget)
            price = price_of(question, plan, row=row, before=points)
            points.append(row.model_copy(update={"price": price}))
            plans.append(plan_of(question, points[-1]))
        if not points and refusal is not None:
            raise refusal
        return points, plans, said

    def steps(
        self, question: Question, points: Sequence[FrontPoint], plans: Sequence[Plan]
    ) -> list[Step]:
        """Single steps from one point of the front, the best of each kind."""
        if self.study.next_yuan is None:
            return []
        start = self.start(points)
        self.pace.say(f"what the next yuan buys from point {start.point}")
        plan = plans[points.index(start)]
        return [*reckoned(question, plan), *team_steps(self.study, plan)]

    def replay(
        self, question: Question, points: Sequence[FrontPoint], steps: Sequence[Step]
    ) -> dict[str, list[Trial]]:
        """Play the base, every plan and every step of the next yuan, all at once."""
        asked = {BASE: trials_of(self.study, self.drills, base_plan(self.study))}
        for point in points:
            reserve = reserve_plan(self.study, point)
            asked[_name(point)] = trials_of(self.study, self.drills, reserve)
        for number, step in enumerate(steps):
            tasks = tasks_of(question, self.drills, step, start=self.start(points))
            if tasks:
                asked[_step(number)] = tasks
        runs = iter(self.play([task for tasks in asked.values() for task in tasks], REPLAY))
        return {
            name: judged(self.study, self.drills, list(islice(runs, len(tasks))))
            for name, tasks in asked.items()
        }

    def start(self, points: Sequence[FrontPoint]) -> FrontPoint:
        """The point from which the next yuan is spent; the first where the one asked is not."""
        asked = self.study.next_yuan.point if self.study.next_yuan else 0
        wanted = asked % len(self.study.front.budgets())
        return next((point for point in points if point.point == wanted), points[0])

    def compared(
        self,
        question: Question,
        points: Sequence[FrontPoint],
        plans: Sequence[Plan],
        trials: dict[str, list[Trial]],
    ) -> list[FrontPoint]:
        """Set every plan against the base, and say where it differs from what was expected."""
        made = []
        for point, plan in zip(points, plans, strict=True):
            own = trials[_name(point)]
            replay = replay_of(self.study, own, trials[BASE])
            rows = disagreements(
                question,
                point.expected,
                evaluate(question.instance, plan),
                replay,
                own,
                handling_h=self.handling_h,
            )
            made.append(point.model_copy(update={"replay": replay, "disagreement": rows}))
        return made

    def next_yuan(
        self,
        question: Question,
        points: Sequence[FrontPoint],
        steps: Sequence[Step],
        trials: dict[str, list[Trial]],
    ) -> list[YuanRow]:
        """What single steps buy, to the optimiser and in the drills."""
        if self.study.next_yuan is None:
            return []
        start = self.start(points)
        rows = budget_row(question, start.price)
        for number, step in enumerate(steps):
            rows += [step.row] if step.row is not None else []
            if _step(number) in trials:
                before, after = trials[_name(start)], trials[_step(number)]
                rows += played(self.study, step, point=start, before=before, after=after)
        return rows


def most_runs(study: Study) -> dict[str, int]:
    """The most runs that each phase of a study may need."""
    asked = study.next_yuan
    options = asked.options if asked else ()
    rounds = 1 + len(study.front.budgets()) + sum(option in TEAMS for option in options)
    if asked is not None and asked.is_replayed:
        rounds += ("depot" in options) + ("tonne" in options) * len(study.items)
    return {
        PLANNING: sum(len(part.seeds) for part in study.drills),
        REPLAY: rounds * sum(len(part.replay_seeds) for part in study.drills),
    }


def _name(point: FrontPoint) -> str:
    return f"point {point.point}"


def _step(number: int) -> str:
    return f"step {number}"


def _gap(value: float, bound: float) -> float:
    return 0.0 if value <= bound else (value - bound) / max(abs(value), 1e-12)
