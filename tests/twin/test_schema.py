"""Tables meet their schema, or the message names table, column and rows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.errors import InputError, SchemaError
from twin import schema
from twin.city import TABLES, City
from twin.releases import canonical
from twin.validate import problems, validate

MakeCity = Callable[[], City]


def frame(city: City, table: str) -> pd.DataFrame:
    found: pd.DataFrame = getattr(city, table)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_attribute_has_a_known_type_and_a_meaning(table: str) -> None:
    known = {"i8", "i16", "i32", "u8", "f32", "f64", "bool", "str", "point", "line", "polygon"}
    for attribute in schema.attributes(table):
        assert attribute.type in known
        assert attribute.meaning


def test_the_values_of_a_column_are_read_from_its_meaning() -> None:
    rows = {a.name: a.allowed for a in schema.attributes("roads")}
    assert rows["structure"] == ("bridge", "tunnel", "underpass", "")
    assert rows["class"][0] == "motorway"
    assert rows["class"][-1] == "ferry"
    assert rows["length_m"] == ()


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_meets_its_schema(table: str) -> None:
    blank = schema.empty(table, crs="EPSG:32650")
    assert list(blank.columns) == [a.name for a in schema.attributes(table)]
    assert len(blank) == 0


@pytest.mark.parametrize("table", TABLES)
def test_coercing_twice_changes_nothing(make_tiny_city: MakeCity, table: str) -> None:
    city = make_tiny_city()
    once = schema.coerce(table, frame(city, table), crs=city.crs)
    pd.testing.assert_frame_equal(once, schema.coerce(table, once, crs=city.crs))


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("buildings", "levels", 3.5, r"buildings.levels does not fit i16 in 1 rows: 1"),
        ("buildings", "levels", 99_999, r"does not fit i16"),
        ("buildings", "height_m", np.nan, r"buildings.height_m has no value in 1 rows: 1"),
        ("buildings", "height_m", np.inf, r"is not finite"),
        ("buildings", "height_m", -3.0, r"is negative"),
        ("buildings", "use", "castle", r"unknown values \['castle'\]"),
        ("buildings", "building", 7, r"is not the row number"),
        ("roads", "speed_kmh", "fast", r"roads.speed_kmh holds .*; wanted f32"),
        ("facilities", "name_zh", None, r"facilities.name_zh has no value"),
        ("facilities", "kind", "castle", r"unknown values"),
        ("people", "car", 2, r"people.car does not fit bool in 1 rows: 1"),
        ("buildings", "levels", 1e6, r"does not fit i16"),
        ("buildings", "height_m", 1e300, r"does not fit f32"),
        ("people", "age", 300, r"people.age does not fit u8"),
    ],
)
def test_a_wrong_value_is_named_with_its_row(
    make_tiny_city: MakeCity, table: str, column: str, value: object, message: str
) -> None:
    city = make_tiny_city()
    wrong = frame(city, table).reset_index(drop=True)
    wrong[column] = wrong[column].astype(object)
    wrong.loc[1, column] = value
    with pytest.raises(SchemaError, match=message):
        schema.coerce(table, wrong, crs=city.crs)


def test_a_missing_column_is_named(make_tiny_city: MakeCity) -> None:
    with pytest.raises(SchemaError, match="people lacks age, sex"):
        schema.coerce("people", make_tiny_city().people.drop(columns=["age", "sex"]))


def test_an_unknown_column_is_named_because_it_would_be_lost(make_tiny_city: MakeCity) -> None:
    with pytest.raises(SchemaError, match="people has mood"):
        schema.coerce("people", make_tiny_city().people.assign(mood="good"))


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(SchemaError, match="no table is called 'dragons'"):
        schema.attributes("dragons")


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (shapely.Point(0, 0), "is no polygon"),
        (shapely.Polygon(), "is empty"),
        (None, "is absent"),
    ],
)
def test_a_wrong_shape_is_named(make_tiny_city: MakeCity, shape: object, message: str) -> None:
    city = make_tiny_city()
    wrong = pd.DataFrame(city.buildings).astype({"geometry": object})
    wrong.at[wrong.index[2], "geometry"] = shape  # noqa: PD008 - loc would unpack the shape
    with pytest.raises(SchemaError, match=message):
        schema.coerce("buildings", wrong, crs=city.crs)


def test_a_sound_city_has_no_problems(make_tiny_city: MakeCity) -> None:
    assert problems(canonical(make_tiny_city())) == []


def changed(city: City, table: str, column: str, row: int, value: object) -> City:
    wrong = frame(city, table).copy()
    wrong.loc[wrong.index[row], column] = value
    return replace(city, **{table: wrong})


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "message"),
    [
        ("buildings", "grid", 0, "990109001001001", "1 orphans in buildings"),
        ("facilities", "grid", 0, "990109001001001", "1 orphans in facilities"),
        ("facilities", "node", 0, 99, "node that name an unknown node: 99"),
        ("facilities", "building", 0, 99, "facilities in unknown buildings: school-01"),
        ("facilities", "facility", 0, "depot-01", "repeated ids in facilities.facility"),
        ("roads", "to_node", 0, 99, "to_node that name an unknown node: 99"),
        ("people", "building", -1, 99, "people live in unknown buildings: 99"),
        ("people", "building", 0, 3, "not sorted by building"),
        ("buildings", "residents", 0, 4, "residents are not the sum"),
        ("places", "residents", 0, 13, "city residents are not the sum of their parts: 9901"),
        ("places", "households", -1, 2, "grid households are not the sum"),
        ("places", "code", -1, "990101001009001", "grid codes without parent"),
        ("places", "code", -1, "9901010010", "do not fit their level"),
        ("supplies", "facility", 0, "x", "unknown facilities in supplies.facility: x"),
        ("lifelines", "provider", 0, "x", "unknown facilities in lifelines.provider: x"),
        ("teams", "organisation", 0, "x", "unknown organisations in teams: x"),
        ("organisations", "place", 0, "1234", "organisations of unknown place: 1234"),
    ],
)
def test_a_contradiction_between_tables_is_named(
    *, make_tiny_city: MakeCity, table: str, column: str, row: int, value: object, message: str
) -> None:
    city = changed(canonical(make_tiny_city()), table, column, row, value)
    assert any(message in line for line in problems(city)), problems(city)
    with pytest.raises(SchemaError, match="city 'tiny': "):
        validate(city)


@pytest.mark.parametrize(
    ("table", "message"), [("roads", "has no roads"), ("buildings", "has no buildings")]
)
def test_a_city_needs_roads_and_buildings(
    make_tiny_city: MakeCity, table: str, message: str
) -> None:
    city = make_tiny_city()
    with pytest.raises(InputError, match=message):
        validate(replace(city, **{table: frame(city, table).iloc[:0]}))


def test_a_city_in_degrees_is_refused(make_tiny_city: MakeCity) -> None:
    with pytest.raises(InputError, match="wanted a projected one in m"):
        validate(replace(make_tiny_city(), crs="EPSG:4326"))
