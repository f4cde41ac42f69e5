"""Survival: how the chance to live falls while a casualty goes untreated.

S(t) = p / (1 + (t/h)^k), the scaled log-logistic of Mills, Argon and Ziya 2013 (Manufacturing &
Service Operations Management 15:361, section 6): p lives when treated at once, h halves it.
"""

import math

from scenarios.care import Course


def survival(course: Course, minutes: float) -> float:
    """Share of a category that lives when definitive care begins after some minutes [1].

    >>> from scenarios.loader import load
    >>> course = load("typhoon-flood").care.triage.immediate
    >>> survival(course, course.half_minutes.value) / course.survives.value
    0.5
    """
    fall = (minutes / course.half_minutes.value) ** course.shape.value
    return float(course.survives.value / (1.0 + fall))


def minutes_left(course: Course, fate: float) -> float:
    """Untreated minutes that somebody lives, by his fate: the inverse of :func:`survival`.

    Args:
        course: His category's course.
        fate: Uniform in (0, 1). Below ``survives`` he lives if treated in time; at or above it he
            dies whatever is done, after a time of the same law.

    Returns:
        Minutes, inf for those who never die of it.
    """
    share = course.survives.value
    rest = fate / share if fate < share else (fate - share) / (1.0 - share)
    if rest <= 0.0:
        return math.inf
    return float(course.half_minutes.value * (1.0 / rest - 1.0) ** (1.0 / course.shape.value))


def is_doomed(course: Course, fate: float) -> bool:
    """True for those whom no care saves."""
    return fate >= course.survives.value
