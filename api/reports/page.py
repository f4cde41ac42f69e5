"""The report's page: template, style, script and pydeck's bundle in one file.

pydeck's own offline page asks five outside addresses for style sheets and a map library. This one
takes only its bundle (deck.gl, MIT licence), blanks every outside address in it, and
forbids every connection by a content security policy.
"""

import re
from functools import cache
from importlib.resources import files

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.layers.light import LIGHT
from api.layers.scene import Scene
from api.reports import wording
from api.reports.curve import service_curve
from api.reports.document import PlaceRow, Report
from api.reports.gantt import gantt
from api.reports.map import report_map
from api.reports.plan import plan

_OUTSIDE = re.compile(r"https?://(?!www\.w3\.org)[a-zA-Z0-9][a-zA-Z0-9.-]*")
"""Addresses with a host; the names of XML vocabularies are no addresses and must stay."""
_WORST_SHOWN = 10


def render(report: Report, scene: Scene) -> bytes:
    """Write the page, UTF-8.

    Args:
        report: What it tells.
        scene: What its map is drawn from.
    """
    drawn = report_map(scene)
    graded = sorted(
        (row for row in report.places if row.level == "grid" and row.index is not None),
        key=lambda row: (row.index if row.index is not None else 0.0, row.code),
    )
    page = _environment().get_template("page.html.j2")
    return page.render(
        report=report,
        result=report.result,
        policy=_POLICY,
        style=Markup(_text("page.css")),  # noqa: S704 - our own file
        script=Markup(_text("page.js")),  # noqa: S704 - our own file
        bundle=Markup(bundle()),  # noqa: S704 - pydeck's own file
        palette=_palette_css(scene),
        deck=_script_json(drawn.json),
        views=_script_json(orjson.dumps(drawn.views)),
        has_buildings=drawn.has_buildings,
        curve=service_curve(report.result),
        gantts=[(conversion, gantt(conversion)) for conversion in report.result.conversion],
        plan=plan(scene, report.result),
        upper=[row for row in report.places if row.level != "grid"],
        worst=graded[:_WORST_SHOWN],
        grids=[row for row in report.places if row.level == "grid"],
        shares=shares(report),
        why=why,
    ).encode()


def shares(report: Report) -> list[tuple[str, int, float]]:
    """Basis letter, how many numbers stand on it, and their share [%]."""
    basis = report.result.basis
    total = sum(basis.values())
    return [
        (letter, basis.get(letter, 0), 100 * basis.get(letter, 0) / total if total else 0.0)
        for letter in ("S", "K", "A")
    ]


def why(row: PlaceRow) -> Markup:
    """Which function failed a place, and when."""
    if row.worst_function is None:
        return Markup("–")
    name = wording.FUNCTIONS.get(row.worst_function, row.worst_function)
    return Markup("{} · {}").format(wording.both(name), wording.moment(row.worst_s))


@cache
def bundle() -> str:
    """Pydeck's bundle without the addresses of content networks; it is never asked to use them."""
    path = files("pydeck") / "nbextension" / "static" / "index.js"
    text = _OUTSIDE.sub("about:blank#", path.read_text(encoding="utf-8"))
    kept = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL")]
    return "\n".join(kept).replace("</script", "<\\/script")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "both": wording.both,
        "say": wording.say,
        "moment": wording.moment,
        "number": wording.number,
        "score": wording.score,
        "quantity": wording.quantity,
        "level_words": wording.LEVELS,
        "band_words": wording.BANDS,
        "role_words": wording.ROLES,
    }
    return environment


def _text(name: str) -> str:
    return (files("api.reports") / name).read_text(encoding="utf-8")


def _script_json(content: bytes) -> Markup:
    """JSON that may stand inside a script element."""
    return Markup(content.decode().replace("<", "\\u003c"))  # noqa: S704 - escaped here


def _palette_css(scene: Scene) -> Markup:
    bands = {f"--band-{i + 1}": colour for i, colour in enumerate(LIGHT.bands)}
    ratings = {f"--rating-{name}": colour for name, colour in LIGHT.ratings.items()}
    colours = {name: f"rgb({r}, {g}, {b})" for name, (r, g, b, _) in (bands | ratings).items()}
    css = LIGHT.css | colours | {"--map-ground": scene.palette.css["--ground"]}
    rules = "".join(f"{name}:{value};" for name, value in css.items())
    return Markup(f":root{{{rules}}}")  # noqa: S704 - our own tables


_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; connect-src data: blob:; worker-src blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
