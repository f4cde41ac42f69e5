"""What two runs must share to be the same run."""

import hashlib

from simulation.run import Run
from simulation.supply.record import TABLES


def bytes_of(run: Run) -> str:
    """Hash everything a run yields but its wall time."""
    frames, trips = run.frames, run.frames.trips
    names = sorted(type(frames).__dataclass_fields__.keys() - {"trips"})
    arrays = [getattr(frames, name) for name in names]
    arrays += [trips.start, trips.x, trips.y, trips.time_s, trips.kind]
    content = hashlib.sha256(b"\n".join(run.events))
    for array in arrays:
        content.update(array.tobytes())
    for name in TABLES:
        content.update(getattr(run.relief, name).to_csv().encode())
    result = run.result.model_copy(update={"seconds": 0.0})
    return f"{content.hexdigest()} {result.model_dump_json()}"
