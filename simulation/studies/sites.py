"""Candidate sites of a study: facilities by kind, those that hold stock, and those named."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from gis.errors import InfeasibleError, InputError
from scenarios.study import Candidates
from simulation.placement.sites import access_nodes, drive_nodes, grid_points
from simulation.run import Words
from twin.city import DIGITS, City
from twin.reach import travel_minutes

State = Literal["candidate", "existing", "required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Candidate sites in the order of their identifiers.

    Attributes:
        facility: Identifier of each.
        row: Row in ``city.facilities``, int64.
        node: Road node a vehicle leaves from, int64.
        xy: Easting and northing [m], shape ``(sites, 2)``.
        degrees: Longitude and latitude, shape ``(sites, 2)``.
        state: Whether it is a candidate, stands already, or must be open.
        left_out: Facilities of a candidate kind that the limit left out.
    """

    facility: tuple[str, ...]
    row: NDArray[np.int64]
    node: NDArray[np.int64]
    xy: NDArray[np.float64]
    degrees: NDArray[np.float64]
    kind: tuple[str, ...]
    name: tuple[Words, ...]
    district: tuple[str, ...]
    state: tuple[State, ...]
    left_out: int

    def number(self, facility: str) -> int:
        """Number of a site by its facility.

        Raises:
            InputError: It is no candidate of the study.
        """
        if facility not in self.facility:
            known = ", ".join(self.facility[:8])
            message = f"facility {facility!r} is no candidate of this study; it has {known}"
            raise InputError(message + (", ..." if len(self.facility) > 8 else ""), field="moves")
        return self.facility.index(facility)


def find_sites(city: City, asked: Candidates) -> Sites:
    """Find the candidate sites of a city.

    Facilities that stand as depots or must be open come first; then, one after the other, the
    candidate that shortens the residents' driving most, until the limit.

    Raises:
        InputError: A named facility or kind is unknown, the city has no candidate, or the named
            facilities alone are more than the limit.
    """
    table = city.facilities.reset_index(drop=True)
    _check_names(table, asked)
    named = _named(city, asked)
    wanted = table["kind"].isin(asked.kinds) | table["facility"].isin(named)
    rows = np.flatnonzero((wanted & ~table["facility"].isin(asked.forbidden)).to_numpy())
    node = _nodes(city, table, rows)
    rows, node = rows[node >= 0], node[node >= 0]
    rows, node = _one_per_node(table, rows, node, asked=asked, named=named)
    if len(rows) == 0:
        kinds = ", ".join(asked.kinds)
        message = f"city {city.name} has 0 candidate sites on a road; add facilities of kind"
        raise InputError(f"{message} {kinds}, or name other kinds", field="candidates.kinds")
    chosen = _choose(city, table, rows, node, asked=asked, named=named)
    return _sites(city, table, rows[chosen], node[chosen], asked=asked, found=len(rows))


def _check_names(table: gpd.GeoDataFrame, asked: Candidates) -> None:
    known = set(table["facility"].astype(str))
    for field in ("existing", "required", "forbidden"):
        for name in getattr(asked, field):
            if name not in known:
                message = f"candidates.{field} names facility {name!r}, which the city lacks"
                raise InputError(message, field=f"candidates.{field}")


def existing_depots(city: City, asked: Candidates) -> set[str]:
    """Facilities that are depots today: those named, and those that hold stock if asked."""
    table = city.supplies
    stocked = table[table["quantity"] > 0]["facility"].tolist() if len(table) else []
    known = set(city.facilities["facility"].astype(str))
    held = {str(name) for name in stocked} & known if asked.keep_stocked else set()
    return (held | set(asked.existing)) - set(asked.forbidden)


def _named(city: City, asked: Candidates) -> set[str]:
    named = existing_depots(city, asked) | set(asked.required)
    if len(named) > asked.limit:
        message = f"{len(named)} depots exist or are required, but candidates.limit is"
        raise InputError(f"{message} {asked.limit}; raise the limit", field="candidates.limit")
    return named


def _nodes(city: City, table: gpd.GeoDataFrame, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    points = table.geometry.iloc[rows]
    return access_nodes(city, drive_nodes(city), points.x.to_numpy(), points.y.to_numpy())


def _one_per_node(
    table: gpd.GeoDataFrame,
    rows: NDArray[np.int64],
    node: NDArray[np.int64],
    *,
    asked: Candidates,
    named: set[str],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of several at one node keep the named ones, else the first kind, then the first name."""
    rank = {kind: number for number, kind in enumerate(asked.kinds)}
    name, kind = table["facility"].astype(str), table["kind"].astype(str)
    order = sorted(
        range(len(rows)), key=lambda i: (rank.get(kind[rows[i]], len(rank)), name[rows[i]])
    )
    taken: set[int] = {int(node[i]) for i in range(len(rows)) if name[rows[i]] in named}
    kept = [i for i in order if name[rows[i]] in named]
    for i in order:
        if int(node[i]) not in taken:
            taken.add(int(node[i]))
            kept.append(i)
    kept.sort(key=lambda i: name[rows[i]])
    return rows[kept], node[kept]


def _choose(
    city: City,
    table: gpd.GeoDataFrame,
    rows: NDArray[np.int64],
    node: NDArray[np.int64],
    *,
    asked: Candidates,
    named: set[str],
) -> NDArray[np.int64]:
    """Numbers of the sites to keep, rising: the named, then greedily those that help most."""
    name = table["facility"].astype(str)
    chosen = [i for i in range(len(rows)) if name[rows[i]] in named]
    if len(rows) <= asked.limit:
        return np.arange(len(rows))
    lost = sorted(set(asked.required) - {name[row] for row in rows})
    if lost:
        message = f"candidates.required names {lost[0]}, which no road reaches; drop it"
        raise InfeasibleError(message, field="candidates.required")
    minutes = _minutes(city, node)
    people = city.grids["residents"].to_numpy(np.float64)
    nearest = minutes[chosen].min(axis=0) if chosen else np.full(minutes.shape[1], minutes.max())
    while len(chosen) < asked.limit:
        gain = np.maximum(nearest[None, :] - minutes, 0.0) @ people
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        nearest = np.minimum(nearest, minutes[best])
    return np.array(sorted(chosen), dtype=np.int64)


def _minutes(city: City, node: NDArray[np.int64]) -> NDArray[np.float64]:
    """Driving minutes from sites to grids; where no road leads, twice the longest way."""
    drive = drive_nodes(city)
    grid = access_nodes(city, drive, *grid_points(city))
    minutes = travel_minutes(city, node, np.maximum(grid, 0), mode="drive")
    reached = np.isfinite(minutes) & (grid >= 0)
    longest = minutes[reached].max(initial=1.0)
    return np.where(reached, minutes, 2 * longest)


def _sites(
    city: City,
    table: gpd.GeoDataFrame,
    rows: NDArray[np.int64],
    node: NDArray[np.int64],
    *,
    asked: Candidates,
    found: int,
) -> Sites:
    part = table.iloc[rows]
    points, degrees = part.geometry, part.geometry.to_crs(4326)
    names = tuple(part["facility"].astype(str))
    existing = existing_depots(city, asked)
    state: list[State] = [
        "required" if name in asked.required else "existing" if name in existing else "candidate"
        for name in names
    ]
    return Sites(
        facility=names,
        row=rows.astype(np.int64),
        node=node.astype(np.int64),
        xy=np.column_stack([points.x, points.y]),
        degrees=np.round(np.column_stack([degrees.x, degrees.y]), 7),
        kind=tuple(part["kind"].astype(str)),
        name=tuple(
            Words(zh=str(zh), en=str(en))
            for zh, en in zip(part["name_zh"], part["name_en"], strict=True)
        ),
        district=tuple(str(code)[: DIGITS["district"]] for code in part["grid"]),
        state=tuple(state),
        left_out=found - len(rows),
    )
