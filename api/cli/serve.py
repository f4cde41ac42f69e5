"""``shapan serve``: the service and the cockpit page."""

import socket
from typing import Annotated

import typer

from api.cli.screen import say

PortOption = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes any free one."),
]


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: PortOption = None,
    workers: Annotated[
        int | None, typer.Option(min=0, max=64, help="Processes that play drills.")
    ] = None,
) -> None:
    """Serve the cockpit page and the HTTP interface until Ctrl-C."""
    run_server(host=host, port=port, workers=workers, path="/")


def run_server(
    *, host: str | None, port: int | None, workers: int | None = None, path: str = "/"
) -> None:
    """Serve until interrupted.

    Args:
        host: Address to listen on; the settings' where absent.
        port: Port; the settings' where absent, any free one where 0.
        workers: Worker processes; the settings' where absent.
        path: Where the printed address leads.

    Raises:
        ConflictError: The port is taken.
    """
    from api.settings import Settings  # noqa: PLC0415 - imported late so that starts are fast

    given = {"host": host, "port": port, "workers": workers}
    changes = {name: value for name, value in given.items() if value is not None}
    settings = Settings().model_copy(update=changes)
    listener = _listen(settings.host, settings.port)

    import uvicorn  # noqa: PLC0415 - as above, and only once the port is ours

    from api.app import create_app  # noqa: PLC0415 - as above

    app = create_app(settings)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    number = listener.getsockname()[1]
    address = f"http://{_shown(settings.host)}:{number}{path}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:  # from here on somebody answers there
                say(f"Shapan serves at {address}  (Ctrl-C ends it)")

    Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    from gis.errors import ConflictError  # noqa: PLC0415 - as above

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConflictError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port",
            field="port",
        ) from error
    return listener


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - shown, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
