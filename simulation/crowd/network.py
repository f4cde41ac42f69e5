"""The network people move on: links with length, speed, capacity and room, checked once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InputError, ShapeMismatchError
from simulation.crowd import walkways
from simulation.crowd.layout import FINE, TICKS_PER_SECOND
from simulation.crowd.routes import Graph
from simulation.crowd.weidmann import JAM_DENSITY_PER_M2

_LARGEST_HEADWAY_S = 2**31 / FINE / TICKS_PER_SECOND - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Fixed-time signals at the ends of links.

    Attributes:
        link: Links with a signal, int32, shape ``(signals,)``.
        cycle_s: Cycle [s], shape ``(signals,)``.
        green_start_s: Moment green begins, in each cycle counted from tick 0 [s].
        green_s: Length of green [s].
    """

    link: NDArray[np.int32]
    cycle_s: NDArray[np.float64]
    green_start_s: NDArray[np.float64]
    green_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network ready for movement; built and checked by ``Network.build``.

    Links are kept in the order of the node they leave; ``order`` and ``row`` translate.

    Attributes:
        nodes: Number of nodes.
        order: Caller's link at each row, int32, shape ``(links,)``.
        row: Row of each of the caller's links, int32, shape ``(links,)``.
        graph: Links by node, in rows.
        length_m: Length [m], float64, by row.
        speed_mps: Free speed [m/s], float64, by row.
        capacity_per_s: Largest outflow [agents/s], float64, by row.
        entry_capacity_per_s: Largest inflow [agents/s], float64, by row.
        lag_s: Time a hole needs to travel up the link, length over backward-wave speed [s], by row.
        storage: Most agents a link holds, int32, by row.
        priority: Share in merges, float64, by row.
        walking_area_m2: Area whose density slows entering walkers [m2], 0 where none, by row.
        opposite: Row of the walkway in the other direction, its own where none is, int32, by row.
        signal: Row in ``signals`` or -1, int32, by row.
        signals: Cycle, start of green, green [ticks], int32, shape ``(signals, 3)``.
    """

    nodes: int
    order: NDArray[np.int32]
    row: NDArray[np.int32]
    graph: Graph
    length_m: NDArray[np.float64]
    speed_mps: NDArray[np.float64]
    capacity_per_s: NDArray[np.float64]
    entry_capacity_per_s: NDArray[np.float64]
    lag_s: NDArray[np.float64]
    storage: NDArray[np.int32]
    priority: NDArray[np.float64]
    walking_area_m2: NDArray[np.float64]
    opposite: NDArray[np.int32]
    signal: NDArray[np.int32]
    signals: NDArray[np.int32]

    @property
    def slowest_wave(self) -> NDArray[np.float64]:
        """How often the slowest backward wave of each link takes the time of the fastest [1]."""
        slowest = min(pace for pace, _ in walkways.WAVES)
        return np.where(self.walking_area_m2 > 0, 1.0 / slowest, 1.0)

    @property
    def links(self) -> int:
        """Number of links."""
        return len(self.order)

    @classmethod
    def build(
        cls,
        *,
        nodes: int,
        tail: ArrayLike,
        head: ArrayLike,
        length_m: ArrayLike,
        speed_mps: ArrayLike,
        capacity_per_s: ArrayLike,
        jam_per_m: ArrayLike,
        entry_capacity_per_s: ArrayLike | None = None,
        priority: ArrayLike | None = None,
        walking_width_m: ArrayLike | None = None,
        opposite: ArrayLike | None = None,
        signals: Signals | None = None,
    ) -> "Network":
        """Check and arrange a network; one number serves all links.

        Args:
            nodes: Number of nodes, which are numbered from 0.
            tail: Node each link leaves, shape ``(links,)``.
            head: Node each link reaches, and so on.
            length_m: Length [m].
            speed_mps: Free speed [m/s].
            capacity_per_s: Largest outflow [agents/s], over all lanes or the whole width.
            jam_per_m: Agents that stand on one metre [1/m], likewise.
            entry_capacity_per_s: Largest inflow [agents/s]; the outflow's where None. The larger of
                the two is the capacity of the link's fundamental diagram.
            priority: Share of a link where links merge; its capacity where None.
            walking_width_m: Width [m] of walkways, whose speed and jams are Weidmann's;
                0 for other links.
            opposite: For each walkway that of those who come the other way, -1 for none; the two
                slow each other, each in its own width, as lanes form.
            signals: Fixed-time signals.

        Raises:
            InputError: A value cannot be; the first such link is named.
        """
        size = _size(tail)
        start, end = _nodes(tail, "tail", size, nodes), _nodes(head, "head", size, nodes)
        given = {"length_m": length_m, "speed_mps": speed_mps, "jam_per_m": jam_per_m}
        rates = {"entry_capacity_per_s": entry_capacity_per_s, "priority": priority}
        value = _values(size, capacity_per_s=capacity_per_s, **given, **rates)
        order = np.argsort(start, kind="stable").astype(np.int32)
        area = _widths(walking_width_m, size) * value["length_m"]
        (lag_s, storage), (signal, table) = _room(value, area, order), _signals(signals, order)
        return cls(
            nodes=nodes,
            order=order,
            row=_inverse(order),
            graph=_graph(nodes, start[order], end[order]),
            lag_s=lag_s,
            storage=storage,
            walking_area_m2=area[order],
            opposite=_opposite(opposite, area, order),
            signal=signal,
            signals=table,
            **{name: array[order] for name, array in value.items() if name != "jam_per_m"},
        )


def _size(tail: ArrayLike) -> tuple[int, ...]:
    size = np.asarray(tail).shape
    if len(size) != 1 or size[0] == 0:
        raise ShapeMismatchError(f"tail has shape {size}, wanted one per link", field="tail")
    return size


def _values(
    size: tuple[int, ...], *, capacity_per_s: ArrayLike, **given: ArrayLike | None
) -> dict[str, NDArray[np.float64]]:
    """Check all values; entry capacity and priority are the capacity unless given."""
    value = {"capacity_per_s": _positive(capacity_per_s, "capacity_per_s", size)}
    for name, array in given.items():
        value[name] = _positive(capacity_per_s if array is None else array, name, size)
    return value


def _widths(values: ArrayLike | None, size: tuple[int, ...]) -> NDArray[np.float64]:
    width = np.broadcast_to(np.asarray(0.0 if values is None else values, dtype=np.float64), size)
    if not ((width >= 0) & (width < np.inf)).all():
        raise InputError(
            f"walking_width_m holds {width.min()}, wanted 0 or more", field="walking_width_m"
        )
    return width


def _opposite(
    values: ArrayLike | None, area: NDArray[np.float64], order: NDArray[np.int32]
) -> NDArray[np.int32]:
    own = np.arange(len(order), dtype=np.int32)
    if values is None:
        return own
    other = np.asarray(values)
    if other.shape != order.shape or other.dtype.kind not in "iu":
        raise InputError("opposite wants one link number per link, -1 for none", field="opposite")
    bad = np.flatnonzero((other < -1) | (other >= len(order)) | ((other >= 0) & (area <= 0)))
    bad = bad if len(bad) else np.flatnonzero((other >= 0) & (other[other] != own))
    if len(bad):
        raise InputError(
            f"link {bad[0]} has opposite {other[bad[0]]}, wanted -1 or the walkway whose opposite"
            f" is {bad[0]}",
            field="opposite",
        )
    return np.where(other[order] >= 0, _inverse(order)[other[order]], own).astype(np.int32)


def _nodes(values: ArrayLike, name: str, size: tuple[int, ...], nodes: int) -> NDArray[np.int32]:
    array = np.asarray(values)
    if array.shape != size:
        raise ShapeMismatchError(f"{name} has shape {array.shape}, wanted {size}", field=name)
    if array.size and array.dtype.kind not in "iu":
        raise InputError(f"{name} holds {array.dtype}, wanted whole node numbers", field=name)
    bad = np.flatnonzero((array < 0) | (array >= nodes))
    if len(bad):
        raise InputError(
            f"link {bad[0]} has {name} {array[bad[0]]}, wanted a node from 0 to {nodes - 1}",
            field=name,
        )
    return array.astype(np.int32)


def _positive(values: ArrayLike, name: str, size: tuple[int, ...]) -> NDArray[np.float64]:
    array = np.broadcast_to(np.asarray(values, dtype=np.float64), size)
    least = 1 / _LARGEST_HEADWAY_S if name.endswith("capacity_per_s") else 0.0
    bad = np.flatnonzero(~(np.isfinite(array) & (array > least)))
    if len(bad):
        raise InputError(
            f"link {bad[0]} has {name} {array[bad[0]]}, wanted a finite number above {least:.1g};"
            " leave out or close links that carry nobody",
            field=name,
        )
    return array


def _room(
    value: dict[str, NDArray[np.float64]], area: NDArray[np.float64], order: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Give the lag L/w and the storage; w = q u / (kj u - q), Newell's triangular diagram.

    On walkways w is the wave of Weidmann's curve at jam density, the fastest of its waves.
    """
    length, speed, jam = value["length_m"], value["speed_mps"], value["jam_per_m"]
    capacity = np.maximum(value["capacity_per_s"], value["entry_capacity_per_s"])
    spare = jam * speed - capacity
    bad = np.flatnonzero(spare <= 0)
    if len(bad):
        raise InputError(
            f"link {bad[0]} passes {capacity[bad[0]]:g} agents/s at {speed[bad[0]]:g} m/s but holds"
            f" {jam[bad[0]]:g} per metre, wanted more than {capacity[bad[0]] / speed[bad[0]]:g};"
            " raise jam_per_m or lower capacity_per_s",
            field="jam_per_m",
        )
    lag_s = length * spare / (capacity * speed)
    lag_s = np.where(area > 0, length / walkways.JAM_WAVE_MPS, lag_s)
    jam = np.where(area > 0, JAM_DENSITY_PER_M2 * area / length, jam)
    # the second term keeps a short link from throttling the flow it should carry
    room = np.maximum(jam * length, capacity * (length / speed + lag_s))
    storage = np.maximum(1, np.ceil(room - 1e-9)).astype(np.int32)
    return lag_s[order], storage[order]


def _inverse(order: NDArray[np.int32]) -> NDArray[np.int32]:
    row = np.empty_like(order)
    row[order] = np.arange(len(order), dtype=np.int32)
    return row


def _graph(nodes: int, tail: NDArray[np.int32], head: NDArray[np.int32]) -> Graph:
    out = np.bincount(tail, minlength=nodes)
    if out.size and out.max() > 254:
        raise InputError(
            f"node {int(out.argmax())} has {out.max()} links leaving it, wanted 254 or fewer"
        )
    into = np.bincount(head, minlength=nodes)
    first_out = np.concatenate(([0], np.cumsum(out))).astype(np.int32)
    in_link = np.argsort(head, kind="stable").astype(np.int32)
    return Graph(
        first_out=first_out,
        tail=np.ascontiguousarray(tail),
        head=np.ascontiguousarray(head),
        first_in=np.concatenate(([0], np.cumsum(into))).astype(np.int32),
        in_link=in_link,
        in_tail=tail[in_link],
        in_slot=(in_link - first_out[tail[in_link]]).astype(np.uint8),
    )


def _signals(
    signals: Signals | None, order: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    signal = np.full(len(order), -1, dtype=np.int32)
    if signals is None or len(signals.link) == 0:
        return signal, np.zeros((0, 3), dtype=np.int32)
    times = np.stack([signals.cycle_s, signals.green_start_s, signals.green_s], axis=1)
    link = np.asarray(signals.link)
    if ((link < 0) | (link >= len(order))).any():
        raise InputError(f"a signal stands on an unknown link, wanted 0 to {len(order) - 1}")
    ticks = np.rint(times * TICKS_PER_SECOND)
    if not ((ticks[:, 2] > 0) & (ticks[:, 2] <= ticks[:, 0]) & (ticks[:, 1] >= 0)).all():
        raise InputError(
            "a signal's green must be above 0 and at most its cycle, its start 0 or later"
        )
    signal[_inverse(order)[link]] = np.arange(len(link), dtype=np.int32)
    return signal, ticks.astype(np.int32)
