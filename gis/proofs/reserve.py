"""The reserve model on cases with a closed form, or with the answer of another solver."""

from dataclasses import replace

import numpy as np

from gis.locate import facility_location
from gis.proof import Case
from gis.reserve import (
    Instance,
    Losses,
    Rules,
    evaluate,
    make_plan,
    minimise,
    shadow_price,
    worst_loss,
)
from gis.reserve.answer import cvar

DEMAND = np.arange(1.0, 11.0)
"""Ten equally likely needs of 1 to 10 units."""
ROUNDING = "linear programmes in double precision, HiGHS keeps rows to 1e-7"


def newsvendor(*, holding: float, unmet: float) -> Instance:
    """One site next to one area, one item, needs of 1 to 10 with equal probability."""
    count = len(DEMAND)
    return Instance(
        probability=np.full(count, 1 / count),
        hours=np.zeros((count, 1, 1)),
        need=DEMAND.reshape(-1, 1, 1),
        survival=np.ones((count, 1)),
        opening_cost=np.zeros((1, 1)),
        volume=np.full((1, 1), 100.0),
        unit_volume=np.ones(1),
        unit_weight=np.ones(1),
        unit_cost=np.zeros(1),
        holding_cost=np.array([holding]),
        shelf_life=np.full(1, np.inf),
        unmet_cost=np.array([unmet]),
        delay_cost=np.zeros(1),
    )


def village_line() -> tuple[np.ndarray, np.ndarray]:
    """Hours along a line of six villages and the cost of a depot in each."""
    hours = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))
    return hours, np.array([4.0, 3.0, 5.0, 6.0, 2.0, 7.0])


def _line_as_reserve() -> float:
    hours, opening = village_line()
    instance = Instance(
        probability=np.ones(1),
        hours=hours[None],
        need=np.full((1, 6, 1), 2.0),
        survival=np.ones((1, 6)),
        opening_cost=opening[:, None],
        volume=np.full((6, 1), 5.0),
        unit_volume=np.ones(1),
        unit_weight=np.ones(1),
        unit_cost=np.zeros(1),
        holding_cost=np.zeros(1),
        shelf_life=np.full(1, np.inf),
        unmet_cost=np.full(1, 1_000.0),
        delay_cost=np.ones(1),
    )
    return minimise(instance, method="decomposed").value


def _line_as_location() -> float:
    hours, opening = village_line()
    return facility_location(
        2.0 * hours, np.full(6, 2.0), capacity=np.full(6, 5.0), opening=opening
    ).value


def _newsvendor_stock() -> float:
    return float(minimise(newsvendor(holding=2.5, unmet=10.0)).plan.stock[0, 0])


def _newsvendor_tail() -> float:
    instance = newsvendor(holding=0.0, unmet=1.0)
    plan = make_plan(instance, [0], stock=[[4.0]])
    return evaluate(instance, plan).cvar(0.8)


def cases() -> list[Case]:
    """Give the cases of ``gis.reserve``."""
    return [
        Case(
            model="reserve",
            name="newsvendor: stock for needs of 1 to 10 alike, holding 2.5, unmet 10",
            expected=8.0,
            source="closed form: least q with P(D <= q) >= 1 - 0.25 (Arrow et al. 1951)",
            compute=_newsvendor_stock,
            unit="units",
            tolerance=1e-6,
            reason=ROUNDING,
        ),
        Case(
            model="reserve",
            name="newsvendor: its expected cost",
            expected=2.5 * 8.0 + 10.0 * (1 + 2) / 10.0,
            source="by hand: 8 units held, needs of 9 and 10 lack 1 and 2",
            compute=lambda: minimise(newsvendor(holding=2.5, unmet=10.0)).value,
            unit="yuan",
            tolerance=1e-6,
            reason=ROUNDING,
        ),
        Case(
            model="reserve",
            name="mean of the worst fifth of ten equally likely shortfalls of a stock of 4",
            expected=5.5,
            source="by hand: shortfalls 5 and 6 are the worst two of ten",
            compute=_newsvendor_tail,
            unit="yuan",
            tolerance=1e-9,
            reason="sums in double precision",
        ),
        Case(
            model="reserve",
            name="CVaR of 1, 2, 10 with probabilities 0.5, 0.4, 0.1 at 0.8",
            expected=6.0,
            source="definition of Rockafellar & Uryasev 2000: (0.1 * 10 + 0.1 * 2) / 0.2",
            compute=lambda: cvar(np.array([1.0, 2.0, 10.0]), np.array([0.5, 0.4, 0.1]), alpha=0.8),
            tolerance=1e-12,
            reason="sums in double precision",
        ),
        *_against_others(),
        *_districts_and_losses(),
    ]


def _against_others() -> list[Case]:
    return [
        Case(
            model="reserve",
            name="one scenario, one item, six villages: capacitated facility location",
            expected=_line_as_location(),
            source="gis.locate.facility_location on the same data, proven optimal",
            compute=_line_as_reserve,
            unit="yuan",
            tolerance=1e-4,
            reason="the decomposition stops at a relative gap of 1e-6",
        ),
        Case(
            model="reserve",
            name="largest regret where only one scenario can happen",
            expected=0.0,
            source="definition: what could have been is what is",
            compute=_single_regret,
            unit="yuan",
            tolerance=1e-6,
            reason=ROUNDING,
        ),
    ]


def twins(sites: int) -> Instance:
    """So many sites alike beside one area that needs 10 units; holding 1, an unmet unit 100."""
    return Instance(
        probability=np.ones(1),
        hours=np.zeros((1, sites, 1)),
        need=np.full((1, 1, 1), 10.0),
        survival=np.ones((1, sites)),
        opening_cost=np.zeros((sites, 1)),
        volume=np.full((sites, 1), 100.0),
        unit_volume=np.ones(1),
        unit_weight=np.ones(1),
        unit_cost=np.zeros(1),
        holding_cost=np.ones(1),
        shelf_life=np.full(1, np.inf),
        unmet_cost=np.full(1, 100.0),
        delay_cost=np.zeros(1),
    )


def _two_of_five_lost() -> float:
    held = [[6.0], [1.0], [5.0], [2.0], [0.5]]
    return worst_loss(twins(5), make_plan(twins(5), [0] * 5, stock=held), 2).recourse


def _evenly() -> float:
    """12 units for two districts that need 10 each, an hour and two away; Gini at most 0.1."""
    pair = replace(
        twins(1),
        hours=np.array([[[1.0, 2.0]]]),
        need=np.full((1, 2, 1), 10.0),
        delay_cost=np.ones(1),
        rules=Rules(most_gini=0.1),
    )
    found = evaluate(pair, make_plan(pair, [0], stock=[[12.0]]))
    return float(found.recourse[0])


def _last_yuan() -> float:
    shop = newsvendor(holding=2.5, unmet=10.0)
    return shadow_price(shop, make_plan(shop, [0], stock=[[4.5]]))


def _districts_and_losses() -> list[Case]:
    return [
        Case(
            model="reserve",
            name="newsvendor: what a yuan more buys from a stock of 4.5",
            expected=10.0 * 0.6 / 2.5,
            source="closed form: unmet cost times P(D > 4.5), per yuan of holding",
            compute=_last_yuan,
            unit="yuan per yuan",
            tolerance=1e-6,
            reason=ROUNDING,
        ),
        Case(
            model="reserve",
            name="12 units for two districts that need 10 each, Gini index at most 0.1",
            expected=7.2 * 1.0 + 4.8 * 2.0 + 8.0 * 100.0,
            source="closed form: a + b = 1.2 and 2 (a - b) = 2 n G (a + b) give 72 % and 48 %",
            compute=_evenly,
            unit="yuan",
            tolerance=1e-6,
            reason=ROUNDING,
        ),
        Case(
            model="reserve",
            name="stock that withstands the loss of any one of four depots",
            expected=4 / 3 * 10.0,
            source="closed form: n q held, (n - 1) q left is the need, hence n / (n - 1) times it",
            compute=lambda: minimise(twins(4), losses=Losses(count=1, weight=1.0)).value,
            unit="yuan",
            tolerance=1e-5,
            reason="column-and-constraint generation stops at a relative gap",
        ),
        Case(
            model="reserve",
            name="worst loss of two of five depots with 6, 1, 5, 2 and 0.5 units for a need of 10",
            expected=100.0 * (10.0 - 3.5),
            source="by hand: the two largest are lost, 3.5 units are left",
            compute=_two_of_five_lost,
            unit="yuan",
            tolerance=1e-9,
            reason="sums in double precision",
        ),
    ]


def _single_regret() -> float:
    sure = newsvendor(holding=2.5, unmet=10.0)
    only = Instance(
        probability=np.ones(1),
        hours=sure.hours[:1],
        need=sure.need[4:5],
        survival=sure.survival[:1],
        opening_cost=sure.opening_cost,
        volume=sure.volume,
        unit_volume=sure.unit_volume,
        unit_weight=sure.unit_weight,
        unit_cost=sure.unit_cost,
        holding_cost=sure.holding_cost,
        shelf_life=sure.shelf_life,
        unmet_cost=sure.unmet_cost,
        delay_cost=sure.delay_cost,
    )
    return minimise(only, objective="regret").value
