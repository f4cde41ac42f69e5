"""Reports of runs: one page that opens without any network, or one JSON document."""

from api.layers.sources import Library
from api.reports.document import Report, compose
from api.reports.page import render

__all__ = ["Report", "compose", "write_html", "write_json"]


def write_html(library: Library, run: str) -> bytes:
    """Give the stand-alone page of a run, UTF-8.

    Args:
        library: Where runs and cities are.
        run: Id of the run.

    Raises:
        NotFoundError: No such run.
    """
    report, scene = compose(library, run)
    return render(report, scene)


def write_json(library: Library, run: str) -> bytes:
    """Give everything the page tells, as one JSON document, UTF-8.

    Args:
        library: Where runs and cities are.
        run: Id of the run.

    Raises:
        NotFoundError: No such run.
    """
    report, _ = compose(library, run)
    return report.model_dump_json(by_alias=True).encode()
