"""The command line: ``shapan <verb>``. Texts for people go to the terminal, JSON to programs.

Every command module imports what it needs inside its command, so that ``shapan --help`` is quick.
"""

import logging
import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import Abort, TyperException

from api.cli import city, demo, drill, locate, place, serve, verify
from api.cli.screen import complain
from gis.errors import ShapanError

_INTERRUPTED = 130

app = typer.Typer(
    name="shapan",
    help="The sand table on which a city rehearses its emergencies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(city.app, name="city")
app.add_typer(drill.app, name="drill")
app.command("place")(place.place)
app.command("locate")(locate.locate)
app.command("verify")(verify.verify)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code.

    0 done; 1 a check failed; 2 something was wrong with what was asked, said in one line on
    standard error; 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.exit(_run(given))


def _run(arguments: list[str]) -> int:
    try:
        code = app(arguments, standalone_mode=False, prog_name="shapan")
    except (KeyboardInterrupt, Abort):
        code = _INTERRUPTED
    except ShapanError as error:
        complain(str(error))
        return 2
    except TyperException as error:
        if error.format_message():  # empty where the help was shown instead
            complain(error.format_message())
        return error.exit_code
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        complain(f"{error.filename or 'the system'}: {error.strerror or error}")
        return 2
    if code == _INTERRUPTED:  # typer turns Ctrl-C into this code, or lets it through
        complain("stopped")
    return code if isinstance(code, int) else 0
