"""A study as one page that opens without any network."""

import base64
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing

from api.layers.light import LIGHT
from api.reports.reserves.front import front_drawing, front_key
from api.reports.reserves.plan import plan_drawing, plan_key
from api.reports.reserves.sheet import Sheet, Speech
from api.reports.reserves.sheets import sheets
from api.reports.reserves.words import Language, figure, tell, unit
from simulation.studies.result import FrontPoint, StudyResult
from twin.city import City

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_FONTS = re.compile(r"font-family: [^;]+;")


def write_page(city: City, result: StudyResult, language: Language) -> bytes:
    """Write a study's page, UTF-8.

    Args:
        city: The city of the study's release.
        result: The study.
        language: Of the whole page.
    """
    speech = Speech(language)
    page = _environment().get_template("page.html.j2")
    plan = best_plan(result)
    return page.render(
        result=result,
        plan=plan,
        say=speech.say,
        tell=speech.tell,
        figure=figure,
        unit=lambda name: unit(name, language),
        language="zh-CN" if language == "zh" else "en",
        policy=POLICY,
        style=Markup(_text("page.css")),  # noqa: S704 - our own file
        palette=Markup(_colours()),  # noqa: S704 - our own table
        front=picture(front_drawing(result, language)),
        map=picture(plan_drawing(city, result, plan, language)),
        front_key=front_key(speech),
        plan_key=plan_key(speech),
        title=tell(result.title, language),
        sheets=sheets(result, language),
        cell=_cell,
    ).encode()


def best_plan(result: StudyResult) -> FrontPoint:
    """The plan shown in full: of those replayed, the one with the least unmet in the drills."""
    replayed = [point for point in result.points if point.replay]
    return min(
        replayed or result.points,
        key=lambda point: (
            point.replay.measures[0].value.mean
            if point.replay
            else point.expected.unmet_person_hours,
            point.cost_yuan,
        ),
    )


def picture(drawing: Drawing) -> str:
    """A drawing as an address that holds it, so that no two drawings share a name."""
    text = _FONTS.sub("font-family: Noto Sans SC, sans-serif;", renderSVG.drawToString(drawing))
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def _cell(sheet: Sheet, row: int, column: int) -> str:
    value, digits = sheet.rows[row][column], sheet.columns[column].digits
    if digits is not None and not isinstance(value, str):
        return figure(value, digits)
    return "–" if value is None else str(value)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("api.reports.reserves", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    return (files("api.reports") / name).read_text(encoding="utf-8")


def _colours() -> str:
    return ":root{" + "".join(f"{name}:{value};" for name, value in LIGHT.css.items()) + "}"
