"""The first stage as columns and rows: ``y`` per site and class, then amounts per site and item.

Columns in this order: open ``(S, L)``, stock that use turns over ``(S, K)``, stock that expires
``(S, K)``, agreement ``(S, K)``, production ``(S, K)``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gis.locate.rows import Block, stack, triplets
from gis.reserve.instance import Instance
from gis.reserve.plan import Plan, limits, room


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where each kind of column begins; sites S, classes L, items K."""

    sites: int
    classes: int
    items: int

    @property
    def total(self) -> int:
        """Number of first-stage columns."""
        return self.sites * (self.classes + 4 * self.items)

    @property
    def open(self) -> NDArray[np.int64]:
        """Columns of open depots, shape ``(S, L)``."""
        return np.arange(self.sites * self.classes).reshape(self.sites, self.classes)

    def amount(self, kind: int) -> NDArray[np.int64]:
        """Columns of one kind, shape ``(S, K)``: 0 turned over, 1 expiring, 2 agreed, 3 made."""
        start = self.sites * (self.classes + kind * self.items)
        return start + np.arange(self.sites * self.items).reshape(self.sites, self.items)

    @property
    def stock(self) -> NDArray[np.int64]:
        """Both columns of own stock, shape ``(2, S, K)``."""
        return np.stack([self.amount(0), self.amount(1)])


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStage:
    """Costs [yuan/a], bounds and rows of the first stage."""

    columns: Columns
    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    rows: Block

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Columns that must be whole numbers."""
        return np.arange(self.columns.total) < self.columns.open.size


def columns_of(instance: Instance) -> Columns:
    """Lay out the columns of an instance."""
    return Columns(sites=instance.sites, classes=instance.classes, items=instance.items)


def first_stage(instance: Instance) -> FirstStage:
    """Write out the first stage of an instance."""
    columns = columns_of(instance)
    cost, lower = np.zeros(columns.total), np.zeros(columns.total)
    upper = np.full(columns.total, np.inf)
    cost[columns.open] = instance.opening_cost
    upper[columns.open] = 1.0
    for site, size in instance.rules.existing:
        upper[columns.open[site, :size]] = 0.0
    upper[columns.open[list(instance.rules.forbidden)]] = 0.0
    cost[columns.amount(0)] = instance.holding_cost
    cost[columns.amount(1)] = instance.holding_cost + instance.rotation_cost
    upper[columns.amount(0)] = instance.turned_over
    upper[columns.amount(0)[list(instance.rules.forbidden)]] = 0.0
    upper[columns.amount(1)[list(instance.rules.forbidden)]] = 0.0
    for kind, (name, limit) in enumerate(limits(instance).items(), start=2):
        mode = getattr(instance, name)
        cost[columns.amount(kind)] = 0.0 if mode is None else mode.fee
        upper[columns.amount(kind)] = limit
    return FirstStage(
        columns=columns, cost=cost, lower=lower, upper=upper, rows=_rows(instance, columns, cost)
    )


def most_behind_door(instance: Instance) -> NDArray[np.float64]:
    """Most of each item a class can hold and any plan can need [unit], shape ``(S, L, K)``.

    Where zones limit shares, needless stock elsewhere could loosen them: only room counts then.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        fits = instance.volume[:, :, None] / instance.unit_volume[None, None, :]
    fits = np.where(instance.unit_volume > 0, fits, np.inf)
    wanted = instance.most_stock[:, None, :]
    if instance.rules.zones:
        wanted = np.full_like(wanted, max(1.0, float(instance.need.sum(axis=1).max()) * 1e3))
    return np.minimum(fits, wanted)


def _rows(instance: Instance, columns: Columns, cost: NDArray[np.float64]) -> Block:
    blocks = [
        _one_class(instance, columns),
        _room(instance, columns),
        _door(instance, columns),
        *_apart(instance, columns),
        *_zones(instance, columns),
        *_districts(instance, columns),
    ]
    if np.isfinite(instance.rules.budget):
        blocks.append(_block([cost], low=-np.inf, high=instance.rules.budget))
    return stack(blocks)


def _block(rows: list[NDArray[np.float64]], *, low: float, high: float) -> Block:
    return Block(
        coefficients=sparse.csr_matrix(np.array(rows)),
        low=np.full(len(rows), low),
        high=np.full(len(rows), high),
    )


def _one_class(instance: Instance, columns: Columns) -> Block:
    site = np.repeat(np.arange(columns.sites), columns.classes)
    low = np.zeros(columns.sites)
    low[list(instance.rules.open)] = 1.0
    matrix = triplets(
        site, columns.open.ravel(), np.ones(site.size), shape=(columns.sites, columns.total)
    )
    return Block(coefficients=matrix, low=low, high=np.ones(columns.sites))


def _room(instance: Instance, columns: Columns) -> Block:
    """Stock fits into the room of the class: ``sum v q <= sum V y``."""
    dense = np.zeros((columns.sites, columns.total))
    for site in range(columns.sites):
        dense[site, columns.open[site]] = -instance.volume[site]
        dense[site, columns.stock[:, site]] = instance.unit_volume
    return Block(
        coefficients=sparse.csr_matrix(dense),
        low=np.full(columns.sites, -np.inf),
        high=np.zeros(columns.sites),
    )


def _door(instance: Instance, columns: Columns) -> Block:
    """No stock behind a closed door, item by item: ``q <= sum_l most_l y_l``."""
    most = most_behind_door(instance)
    sites, classes, items = most.shape
    row = np.arange(sites * items).reshape(sites, items)
    rows = [np.tile(row.ravel(), 2), np.repeat(row[:, None, :], classes, axis=1).ravel()]
    column = [columns.stock.ravel(), np.repeat(columns.open[:, :, None], items, axis=2).ravel()]
    values = [np.ones(2 * row.size), -most.ravel()]
    return Block(
        coefficients=triplets(
            np.concatenate(rows),
            np.concatenate(column),
            np.concatenate(values),
            shape=(row.size, columns.total),
        ),
        low=np.full(row.size, -np.inf),
        high=np.zeros(row.size),
    )


def _apart(instance: Instance, columns: Columns) -> list[Block]:
    rows = []
    for group in instance.rules.apart:
        row = np.zeros(columns.total)
        row[columns.open[list(group)]] = 1.0
        rows.append(row)
    return [_block(rows, low=-np.inf, high=1.0)] if rows else []


def _zones(instance: Instance, columns: Columns) -> list[Block]:
    rows = []
    for zone in instance.rules.zones:
        for item in range(columns.items):
            row = np.zeros(columns.total)
            row[columns.stock[:, :, item]] = -zone.share
            row[columns.stock[:, list(zone.sites), item]] += 1.0
            rows.append(row)
    return [_block(rows, low=-np.inf, high=0.0)] if rows else []


def _districts(instance: Instance, columns: Columns) -> list[Block]:
    if instance.rules.district_minimum == 0:
        return []
    of_site = np.array(instance.rules.site_districts)
    rows = []
    for district in np.unique(of_site):
        row = np.zeros(columns.total)
        row[columns.open[of_site == district]] = 1.0
        rows.append(row)
    return [_block(rows, low=float(instance.rules.district_minimum), high=np.inf)]


def plan_of(instance: Instance, values: NDArray[np.float64]) -> Plan:
    """Read a plan from first-stage columns; rounding dust is swept away."""
    columns = columns_of(instance)
    opened = values[columns.open]
    classes = np.where(opened.sum(axis=1) > 0.5, opened.argmax(axis=1), -1).astype(np.int64)
    stock = _swept(values[columns.stock].sum(axis=0), instance.most_stock)
    stock[classes < 0] = 0.0
    used, has = stock @ instance.unit_volume, room(instance, classes)
    shrink = np.where(used > has, has / np.where(used > 0, used, 1.0), 1.0)
    most = limits(instance)
    return Plan(
        classes=classes,
        stock=stock * shrink[:, None],
        agreement=_swept(values[columns.amount(2)], most["agreement"]),
        production=_swept(values[columns.amount(3)], most["production"]),
    )


def _swept(amounts: NDArray[np.float64], most: NDArray[np.float64]) -> NDArray[np.float64]:
    dust = 1e-9 * np.maximum(1.0, most)
    return np.where(amounts > dust, amounts, 0.0)


def values_of(instance: Instance, plan: Plan) -> NDArray[np.float64]:
    """Write a plan as first-stage columns."""
    columns = columns_of(instance)
    values = np.zeros(columns.total)
    opened = plan.sites
    values[columns.open[opened, plan.classes[opened]]] = 1.0
    turned = np.minimum(plan.stock, instance.turned_over)
    values[columns.amount(0)] = turned
    values[columns.amount(1)] = plan.stock - turned
    values[columns.amount(2)] = plan.agreement
    values[columns.amount(3)] = plan.production
    return values


def held_of(values: NDArray[np.float64], columns: Columns) -> NDArray[np.float64]:
    """Amounts by mode, site and item, shape ``(3, S, K)``, of first-stage columns."""
    return np.stack(
        [
            values[columns.stock].sum(axis=0),
            values[columns.amount(2)],
            values[columns.amount(3)],
        ]
    )
