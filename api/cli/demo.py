"""``shapan demo``: the fictional city, one drill, the cockpit."""

from typing import Annotated

import typer

from api.cli.screen import LanguageOption, progress, say
from api.cli.serve import PortOption

CITY = "demo"
DRILL = "typhoon-flood"
SEED = 1


def demo(
    language: LanguageOption,
    *,
    with_server: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the cockpit afterwards.")
    ] = True,
    port: PortOption = None,
) -> None:
    """Make the demo city, rehearse the typhoon flood on it, show the ratings, serve the cockpit."""
    from api.cli.conclusions import show  # noqa: PLC0415 - imported late so that starts are fast
    from api.cli.playing import play  # noqa: PLC0415 - as above
    from api.settings import Settings  # noqa: PLC0415 - as above
    from api.store import open_store  # noqa: PLC0415 - as above
    from twin.synthetic import make_city  # noqa: PLC0415 - as above

    store = open_store(Settings())
    if not store.cities.has(CITY):
        with progress("making the demo city") as tell:
            store.cities.publish(make_city(name=CITY, progress=tell))
    result = play(store, city=CITY, drill=DRILL, seed=SEED, decisions={})
    show(result, language)
    store.close()
    if with_server:
        from api.cli.serve import run_server  # noqa: PLC0415 - as above

        run_server(host=None, port=port, path=f"/?city={CITY}&run={result.run}")
    else:
        say("Now look at it: shapan serve")
