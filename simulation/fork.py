"""Fork: play a run to a moment, change something, and play on.

Up to the moment the fork is its parent, byte for byte. What was decided, drawn or measured before
the moment stands; what is derived from a changed number follows it from then on.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gis.errors import InputError
from scenarios.change import Change
from scenarios.drill import Drill
from scenarios.words import hours
from simulation.checkpoint.file import Head, read_head
from simulation.checkpoint.keeper import KEEP_EVERY_S, Keep
from simulation.clock import TICKS_PER_SECOND
from simulation.engine import Play, Progress, begin
from simulation.identity import fork_id, head_of, run_id
from simulation.run import Run
from simulation.supply.plan import ReservePlan
from twin.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One point where a run leaves its parent.

    Attributes:
        at_s: The moment [s from T0].
        change: What is different from then on.
    """

    at_s: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch of a forked run: one drill and one set of answers, up to the next branch.

    Attributes:
        head: What its checkpoints say they are of; ``head.run`` is its id.
        drill: The drill on this stretch.
        decisions: The answers on this stretch.
        parent: Id of the stage before it; None for the first.
        branch: Where it began; None for the first.
    """

    head: Head
    drill: Drill
    decisions: dict[str, str]
    parent: str | None
    branch: Branch | None


def stages(
    city: City,
    drill: Drill,
    branches: Sequence[Branch],
    *,
    seed: int,
    decisions: Mapping[str, str],
    reserve: ReservePlan | None = None,
) -> list[Stage]:
    """Give the stretches of a forked run, the unchanged one first; the last one's id is the run's.

    Raises:
        DrillError: A change does not fit the drill.
        InputError: A moment lies outside the horizon or before the last one, or nothing changes.
    """
    answers = dict(sorted(decisions.items()))
    name = run_id(city, drill, seed=seed, decisions=answers, reserve=reserve)
    head = head_of(city, drill, seed=seed, decisions=answers, run=name)
    found = [Stage(head=head, drill=drill, decisions=answers, parent=None, branch=None)]
    since = drill.horizon.start
    for branch in branches:
        _check_moment(branch, drill, since)
        since = branch.at_s
        drill = branch.change.apply(drill)
        answers = dict(sorted((answers | branch.change.decisions).items()))
        parent, name = name, fork_id(name, at_s=branch.at_s, change=branch.change)
        head = head_of(city, drill, seed=seed, decisions=answers, run=name)
        found.append(Stage(head=head, drill=drill, decisions=answers, parent=parent, branch=branch))
    return found


def _check_moment(branch: Branch, drill: Drill, since: int) -> None:
    if not since <= branch.at_s < drill.horizon.end:
        raise InputError(
            f"a run cannot be forked at {hours(branch.at_s)}; choose a moment from {hours(since)}"
            f" to before {hours(drill.horizon.end)}",
            field="at",
        )
    if not branch.change.content():
        raise InputError("the fork changes nothing; change a decision, an inject or a norm")


def fork(
    city: City,
    drill: Drill,
    branches: Sequence[Branch],
    *,
    seed: int = 1,
    decisions: Mapping[str, str] | None = None,
    reserve: ReservePlan | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    keep: Keep | None = None,
    keep_every_s: int = KEEP_EVERY_S,
    resume_from: bytes | None = None,
) -> Run:
    """Play a run that leaves its parent at one moment or more.

    Args:
        city: A city in memory.
        drill: The drill of the first parent.
        branches: Where it leaves, in order of time; at least one.
        seed: Seed of the first parent.
        decisions: Answers of the first parent.
        reserve: Reserve plan of the first parent.
        progress: As in ``engine.run``.
        is_cancelled: As in ``engine.run``.
        keep: As in ``engine.run``.
        keep_every_s: As in ``engine.run``.
        resume_from: A checkpoint of the fork or of one of its parents; without it the first parent
            is played again from its beginning.

    Raises:
        DrillError: A change does not fit the drill or the city.
        InputError: A moment, decision or inject lies in the past, or the checkpoint is another
            run's.
        IntegrityError: The checkpoint was altered.
        CancelledError: ``is_cancelled`` said so.
    """
    began = time.perf_counter()
    way = stages(city, drill, branches, seed=seed, decisions=decisions or {}, reserve=reserve)
    first, content = _entry(way, resume_from), resume_from
    for number, stage in enumerate(way[first:], start=first):
        play = begin(city, stage.drill, seed=seed, decisions=stage.decisions, reserve=reserve)
        keeper = play.keep(stage.head, keep, every_s=keep_every_s)
        play.listen(progress, is_cancelled)
        if number > first and content is not None:
            keeper.take_over(content)
            _change(play, stage)
        elif content is not None:
            play.resume(content)
        if number + 1 < len(way):
            play.until(_tick(way[number + 1], drill))
            content = keeper.write()
    play.to_the_end()
    run = play.finish(way[-1].head.run, seed=seed, began=began)
    return _with_origin(run, way[-1])


def _entry(way: list[Stage], content: bytes | None) -> int:
    """The stage a checkpoint belongs to; the first one for none."""
    if content is None:
        return 0
    head = read_head(content)
    for number, stage in enumerate(way):
        if stage.head.run == head.run:
            branch = way[number + 1].branch if number + 1 < len(way) else None
            if branch is None or head.time_s <= branch.at_s:
                return number
    return len(way) - 1


def _tick(stage: Stage, drill: Drill) -> int:
    moment = stage.branch.at_s if stage.branch is not None else drill.horizon.end
    return (moment - drill.horizon.start) * TICKS_PER_SECOND


def _change(play: Play, stage: Stage) -> None:
    """Let a change take effect on a run that has been brought to its moment."""
    if stage.branch is None:
        return
    change = stage.branch.change
    for name in change.decisions:
        if name in play.choices.made:
            raise InputError(
                f"decision {name} was made before {hours(stage.branch.at_s)}; fork at a moment"
                " before it",
                field=name,
            )
    added = [inject.id for inject in change.injects]
    play.command.reschedule([*change.without, *change.moves, *added])


def _with_origin(run: Run, stage: Stage) -> Run:
    if stage.branch is None:
        return run
    result = run.result.model_copy(
        update={
            "parent": stage.parent,
            "forked_at_s": stage.branch.at_s,
            "change": stage.branch.change.content(),
        }
    )
    return replace(run, result=result)
