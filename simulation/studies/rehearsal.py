"""A rehearsal: what one run of a drill leaves for a study, small enough to keep and to send."""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from gis.errors import IntegrityError
from scenarios.drill import Drill
from simulation.frames import Frames
from simulation.run import Run
from simulation.supply.record import TABLES, ReliefRecord, as_table
from twin.city import City

RECORD_VERSION = 1
DEPTH_M = 0.02
"""Unit of the flood depths in frames [m]."""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What one run leaves.

    Attributes:
        facts: Run id, drill, seed, order and end [s from T0], and the run's own measures.
        relief: Needs, deliveries, roads closed and depots lost.
        wet_m: Water at each facility in each hour from the order [m], float32, shape
            ``(hours, facilities)``; the deepest of the hour.
    """

    facts: dict[str, Any]
    relief: ReliefRecord
    wet_m: NDArray[np.float32]

    @cached_property
    def order_s(self) -> int:
        """Moment of the order [s from T0]."""
        return int(self.facts["order_s"])

    def to_bytes(self) -> bytes:
        """Write it; the same rehearsal gives the same bytes on any machine."""
        arrays = {"wet_m": self.wet_m}
        words: dict[str, list[str]] = {}
        for name, types in TABLES.items():
            table = getattr(self.relief, name)
            for column, kind in types.items():
                if kind == "str":
                    words[f"{name}.{column}"] = table[column].astype(str).tolist()
                else:
                    arrays[f"{name}.{column}"] = table[column].to_numpy()
        text = orjson.dumps({"facts": self.facts, "words": words}, option=orjson.OPT_SORT_KEYS)
        arrays["text"] = np.frombuffer(text, dtype=np.uint8)
        held = io.BytesIO()
        np.savez_compressed(held, **arrays)  # type: ignore[arg-type]  # names are not its options
        return held.getvalue()


def from_bytes(content: bytes) -> Rehearsal:
    """Read a rehearsal back.

    Raises:
        IntegrityError: The bytes are no rehearsal.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        text = orjson.loads(arrays["text"].tobytes())
        tables = {name: _table(name, arrays, text["words"]) for name in TABLES}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        message = f"a kept rehearsal is damaged ({error}); remove it, and it is played again"
        raise IntegrityError(message) from None
    return Rehearsal(facts=text["facts"], relief=ReliefRecord(**tables), wet_m=arrays["wet_m"])


def _table(name: str, arrays: dict[str, NDArray[Any]], words: dict[str, list[str]]) -> pd.DataFrame:
    columns = {
        column: words[f"{name}.{column}"] if kind == "str" else arrays[f"{name}.{column}"]
        for column, kind in TABLES[name].items()
    }
    rows: list[tuple[object, ...]] = list(zip(*columns.values(), strict=True))
    return as_table(name, rows)


def rehearsal_of(city: City, drill: Drill, run: Run) -> Rehearsal:
    """Keep of a run what studies read.

    Args:
        city: The city it was played on.
        drill: The drill.
        run: The run.
    """
    result = run.result
    facts: dict[str, Any] = {
        "version": RECORD_VERSION,
        "run": run.id,
        "drill": drill.id,
        "seed": result.seed,
        "order_s": drill.relief.order,
        "end_s": result.end_s,
        "resilience": result.resilience.city,
        "red_lines": {line.id: [line.broken, line.hours] for line in result.red_lines},
        "limits": [line.model_dump() for line in result.limits],
        "digest": result.digest,
    }
    wet = _wet_by_hour(city, run.frames, order_s=drill.relief.order)
    return Rehearsal(facts=facts, relief=run.relief, wet_m=wet)


def _wet_by_hour(city: City, frames: Frames, *, order_s: int) -> NDArray[np.float32]:
    """The deepest water at each facility in each hour from the order, ``(hours, facilities)``."""
    at = city.facilities.geometry
    cell = city.terrain.cells(at.x.to_numpy(), at.y.to_numpy())
    place = np.searchsorted(frames.flood_cell, cell)
    place = np.minimum(place, max(len(frames.flood_cell) - 1, 0))
    ever = len(frames.flood_cell) > 0
    is_there = frames.flood_cell[place] == cell if ever else np.zeros(len(cell), bool)
    later = frames.time_s >= order_s
    hour = (frames.time_s[later] - order_s) // 3600
    deepest = np.zeros((int(hour.max(initial=-1)) + 1, len(cell)), np.float32)
    if is_there.any():
        depth = frames.flood_depth[later][:, place] * np.float32(DEPTH_M) * is_there
        np.maximum.at(deepest, hour, depth.astype(np.float32))
    return deepest
