"""Playing a drill at the command line."""

from pathlib import Path

from api import performance
from api.cli.screen import note, progress
from api.performance import Listeners
from api.store import Store
from api.store.checkpoints import Order
from gis.errors import InputError, IntegrityError, NotFoundError
from scenarios import loader
from scenarios.drill import Drill
from simulation.response.choices import check_decisions
from simulation.run import RunResult


def play(
    store: Store,
    *,
    city: str,
    drill: str,
    seed: int,
    decisions: dict[str, str],
    again: bool = False,
    profile: dict[str, float] | None = None,
) -> RunResult:
    """Play a drill and keep the run; a run that is kept already is only read.

    Args:
        store: Where cities come from and the run goes.
        city: Name of the city.
        drill: Name of a drill in the library, or path of a YAML file.
        seed: Seed of every random stream.
        decisions: Chosen option by decision.
        again: Play even when the run is kept, and compare the two.
        profile: Filled with the wall time of each part [s] where given; asks to play, too.

    Raises:
        NotFoundError: No such city or drill.
        DrillError: The drill or a decision is not possible.
        IntegrityError: Played again, the run came out differently.
    """
    played = load_drill(drill)
    check_decisions(played, decisions)
    release = store.cities.summary(city)["release"]
    order = Order(release=release, drill=played, seed=seed, decisions=decisions)
    return carry_out(store, order, title=f"{played.id} on {city}", again=again, profile=profile)


def carry_out(
    store: Store,
    order: Order,
    *,
    title: str,
    again: bool = False,
    profile: dict[str, float] | None = None,
    must_be: str | None = None,
) -> RunResult:
    """Carry out an order with a progress bar; what is kept already is only read.

    Args:
        store: Where cities come from and the run goes.
        order: What to play.
        title: What the bar says.
        again: As in :func:`play`.
        profile: As in :func:`play`.
        must_be: The id that the run must have.

    Raises:
        InputError: The run has another id: its checkpoint is another engine's.
        IntegrityError: Played again, the run came out differently.
    """
    run = performance.id_of(store, order)
    if must_be not in {None, run}:
        raise InputError(
            f"the checkpoint of run {str(must_be)[:12]} is another engine version's; this one"
            f" would play run {run[:12]}, play the drill from the start",
            field="run",
        )
    is_kept = store.runs.has(run)
    if is_kept and not again and profile is None:
        return store.runs.result(run)
    with progress(title) as tell:
        listeners = Listeners(progress=tell, note=note, profile=profile)
        if not is_kept:
            performance.perform(store, order, listeners)
            return store.runs.result(run)
        made = performance.play(store, order, listeners).result
    kept = store.runs.result(run)
    if kept.digest != made.digest:
        raise IntegrityError(
            f"run {run[:12]} gave digest {made.digest[:12]}, but the kept run has "
            f"{kept.digest[:12]}; please report this with `shapan verify --json`"
        )
    return kept


def load_drill(name_or_path: str) -> Drill:
    """A drill of the library, or of a YAML file.

    Raises:
        NotFoundError: No such name and no such file.
        DrillError: The file is no drill.
    """
    if Path(name_or_path).is_dir():
        raise NotFoundError(f"{name_or_path} is a folder; name a drill or a YAML file")
    return loader.load(name_or_path)


def read_decisions(given: list[str]) -> dict[str, str]:
    """Read ``D1=now`` pairs.

    Raises:
        InputError: A pair has no ``=``, or a decision is given twice.
    """
    decisions: dict[str, str] = {}
    for pair in given:
        name, equals, option = pair.partition("=")
        if not equals or not name or not option:
            raise InputError(f"--decide {pair!r} is no pair; write it as D1=now", field="decide")
        if name in decisions:
            raise InputError(f"--decide {name} is given twice; choose one", field="decide")
        decisions[name] = option
    return decisions
