"""What cannot be is answered with the smallest change that makes it possible."""

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.errors import InfeasibleError
from gis.locate import Rules, p_center, p_dispersion, p_median, set_cover
from gis.locate.instance import Instance
from gis.locate.mending import Limits, infeasible
from gis.locate.solve import Wish, solve_instance

quick = settings(max_examples=25, deadline=None)
LINE = np.abs(np.subtract.outer(np.arange(7.0), np.arange(7.0)))
matrices = st.tuples(st.integers(2, 5), st.integers(3, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 12).map(float))
)
RULES = [
    Rules(max_distance=3),
    Rules(max_distance=4, cover=2),
    Rules(max_distance=5, forbidden=(0,)),
    Rules(max_distance=5, apart=((0, 1), (1, 2))),
    Rules(apart=((0, 1, 2),)),
    Rules(existing=(2,), max_distance=2),
]


def fits(matrix: np.ndarray, rules: Rules, count: int) -> bool:
    """Whether some choice of exactly this many open sites keeps all rules."""
    for choice in combinations(range(matrix.shape[1]), count):
        opened = set(choice)
        if not set(rules.open) <= opened or opened & set(rules.forbidden):
            continue
        if any(len(opened & set(group)) > 1 for group in rules.apart):
            continue
        if ((matrix[:, choice] <= rules.max_distance).sum(axis=1) >= rules.cover).all():
            return True
    return False


def remedy(text: str, pattern: str) -> float | None:
    """The number in the remedy of this form, such as ``([0-9]+) sites``."""
    ways = text.partition("would do: ")[2].split("; ")
    found = [match for way in ways if (match := re.fullmatch(pattern, way))]
    return float(found[0].group(1)) if found else None


SITES = r"([0-9]+) sites"
DISTANCE = r"a largest distance of ([0-9.]+)"
COVER = r"([0-9]+) site\(s\) that serve each demand"


@pytest.mark.parametrize("rules", RULES, ids=str)
@quick
@given(matrix=matrices, total=st.integers(1, 3))
def test_every_remedy_works_and_no_smaller_one_does(rules, matrix, total):
    if fits(matrix, rules, total) or total < len(rules.open):
        return
    limits = Limits(distance=matrix, least=total, most=total, rules=rules)
    text = str(infeasible(limits, "nothing fits", field="sites"))
    assert "\n" not in text

    counts = [count for count in range(1, matrix.shape[1] + 1) if fits(matrix, rules, count)]
    more = remedy(text, SITES)
    above = [count for count in counts if count > total]
    expected = min(above, default=max(counts, default=0)) - len(rules.existing)
    assert more == (expected if counts else None)

    steps = [d for d in np.unique(matrix) if fits(matrix, replace(rules, max_distance=d), total)]
    assert remedy(text, DISTANCE) == (
        min(steps, default=None) if np.isfinite(rules.max_distance) else None
    )

    covers = [c for c in range(1, rules.cover) if fits(matrix, replace(rules, cover=c), total)]
    assert remedy(text, COVER) == max(covers, default=None)


@quick
@given(matrix=matrices)
def test_the_fewest_sites_named_by_the_p_median_suffice(matrix):
    rules = Rules(max_distance=0.5 + float(np.median(matrix)))
    try:
        p_median(matrix, sites=1, rules=rules)
    except InfeasibleError as error:
        more = remedy(str(error), SITES)
        if more is not None:
            assert p_median(matrix, sites=int(more), rules=rules).is_proven
            if more > 2:
                with pytest.raises(InfeasibleError):
                    p_median(matrix, sites=int(more) - 1, rules=rules)


@pytest.mark.parametrize("model", ["p-median", "p-center", "mclp", "p-dispersion"])
def test_a_separation_that_is_too_wide_is_answered_with_the_widest_that_fits(model):
    instance = Instance(distance=LINE, between=LINE)
    wish = Wish(model=model, sites=4, within=2.0, separation=5.0)
    if model == "p-center":
        wish = replace(wish, rules=Rules(max_distance=1.0), sites=3)
    with pytest.raises(InfeasibleError, match=r"separation of at most [23] would do") as caught:
        solve_instance(instance, wish)
    widest = float(re.findall(r"separation of at most ([0-9.]+)", str(caught.value))[0])
    assert solve_instance(instance, replace(wish, separation=widest)).is_proven
    with pytest.raises(InfeasibleError):
        solve_instance(instance, replace(wish, separation=widest + 0.5))


def test_a_capacity_too_small_is_answered_with_what_must_be_added():
    instance = Instance(
        distance=LINE, demand=np.full(7, 2.0), capacity=np.full(7, 5.0), opening=np.ones(7)
    )
    wish = Wish(model="capacitated-p-median", sites=3)
    with pytest.raises(InfeasibleError, match="4 sites; 1 more capacity in all"):
        solve_instance(instance, wish)  # 3 sites of 5 hold 2 rows each; 14 must be held
    assert solve_instance(instance, replace(wish, sites=4)).is_proven


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: p_center(LINE, sites=1, rules=Rules(max_distance=2)), "would do: 2 sites"),
        (lambda: p_center(LINE, sites=2, rules=Rules(max_distance=1)), "largest distance of 2"),
        (
            lambda: p_dispersion(LINE, sites=3, rules=Rules(apart=(tuple(range(6)),))),
            "would do: 2 sites; sites .* open together",
        ),
        (
            lambda: set_cover(LINE, within=2, rules=Rules(cover=2, apart=(tuple(range(7)),))),
            "1 site.s. that serve each demand|open together",
        ),
        (
            lambda: p_median(LINE, sites=2, rules=Rules(cover=2, max_distance=3, forbidden=(0, 1))),
            "largest distance of 4|1 site.s. that serve",
        ),
    ],
)
def test_each_model_names_the_smallest_change(call, words):
    with pytest.raises(InfeasibleError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
