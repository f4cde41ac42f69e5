"""Conversion: a facility changes its role by a network of tasks with crews and deliveries."""

import heapq
from dataclasses import dataclass

from scenarios.conversion import ConversionPlan, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a task is played [h after the order], what it may slip, whether it is critical."""

    task: Task
    start: float
    end: float
    slack: float
    is_critical: bool


def schedule(plan: ConversionPlan) -> list[Slot]:
    """Play the task network with the crews there are, in the plan's order of tasks.

    A task begins when those before it are finished, its material is on site and enough people are
    free; among tasks that could begin, the one with the least slack goes first.
    """
    late = latest_starts(plan.tasks)
    ends: dict[str, float] = {}
    starts: dict[str, float] = {}
    running: list[tuple[float, str, int]] = []
    free, now = plan.crew, 0.0
    todo = list(plan.tasks)
    while todo:
        ready = [
            task
            for task in todo
            if task.delivery <= now
            and task.crew <= free
            and all(ends.get(name, float("inf")) <= now for name in task.after)
        ]
        if ready:
            task = min(ready, key=lambda one: (late[one.id], one.id))
            starts[task.id], ends[task.id] = now, now + task.hours
            heapq.heappush(running, (ends[task.id], task.id, task.crew))
            free -= task.crew
            todo.remove(task)
            continue
        moments = [task.delivery for task in todo if task.delivery > now]
        moments += [running[0][0]] if running else []
        now = min(moments)
        while running and running[0][0] <= now:
            free += heapq.heappop(running)[2]
    return _slots(plan.tasks, starts, ends)


def latest_starts(tasks: tuple[Task, ...]) -> dict[str, float]:
    """Latest start of each task that does not delay the whole, crews aside [h]."""
    earliest: dict[str, float] = {}
    for task in tasks:
        before = max((earliest[name] for name in task.after), default=0.0)
        earliest[task.id] = max(before, task.delivery) + task.hours
    finish = max(earliest.values())
    latest: dict[str, float] = {}
    for task in reversed(tasks):
        followers = [latest[other.id] for other in tasks if task.id in other.after]
        latest[task.id] = min(followers, default=finish) - task.hours
    return latest


def _slots(tasks: tuple[Task, ...], starts: dict[str, float], ends: dict[str, float]) -> list[Slot]:
    """Give the slots in order of start; slack may pass without delaying the whole."""
    slack = _total_slack(tasks, starts, ends)
    slots = [
        Slot(
            task=task,
            start=starts[task.id],
            end=ends[task.id],
            slack=slack[task.id],
            is_critical=slack[task.id] < 1e-9,
        )
        for task in tasks
    ]
    return sorted(slots, key=lambda slot: (slot.start, slot.task.id))


def _total_slack(
    tasks: tuple[Task, ...], starts: dict[str, float], ends: dict[str, float]
) -> dict[str, float]:
    finish = max(ends.values())
    latest_end: dict[str, float] = {}
    for task in reversed(tasks):
        followers = [
            latest_end[other.id] - (ends[other.id] - starts[other.id])
            for other in tasks
            if task.id in other.after
        ]
        latest_end[task.id] = min(followers, default=finish)
    return {task.id: latest_end[task.id] - ends[task.id] for task in tasks}
