"""Files of every format are read as their makers meant them, and broken ones refused."""

import os
from pathlib import Path

import numpy as np
import pytest

from gis.errors import FileFormatError, InputError, NotFoundError
from gis.locate import p_median
from gis.locate.files import read_instance, read_weights
from gis.locate.instance import Instance
from gis.locate.solve import Wish, solve_instance

SHARED = Path(os.environ.get("SHAPAN_SHARED", Path(__file__).parents[2].parent / "shared"))
PLACEMENT = SHARED / "data" / "placement"

PMED = "3 4 1\n1 2 5\n2 3 1\n1 3 9\n1 2 2\n"
CAP = "2 2\n10 3\n10 4\n6 1.5 2.5\n7 3 1\n"
SSCFLP = "3 2\n10 11 12\n3 4 5\n6 7\n1.5 2.5 9\n3 1 9\n"
PMEDCAP = "1 3\n2 1 10\n1 0 0 4\n2 1 2.9 5\n"
TSP = (
    "NAME : a\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 1 1.7\nEOF\n"
)


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_of_an_edge_listed_twice_the_last_one_counts(tmp_path):
    found = read_instance(write(tmp_path, "a.txt", PMED))
    assert found.distance.tolist() == [[0, 2, 3], [2, 0, 1], [3, 1, 0]]
    assert found.sites == 1


def test_a_cap_file_gives_costs_of_whole_demands(tmp_path):
    found = read_instance(write(tmp_path, "a.txt", CAP))
    assert found.distance.tolist() == [[1.5, 2.5], [3, 1]]
    assert found.demand.tolist() == [6, 7]
    assert found.opening.tolist() == [3, 4]


def test_a_file_of_as_many_numbers_with_a_row_of_capacities_is_holmbergs(tmp_path):
    found = read_instance(write(tmp_path, "p1", SSCFLP))
    assert found.capacity.tolist() == [10, 11, 12]
    assert found.opening.tolist() == [3, 4, 5]
    assert found.demand.tolist() == [6, 7]
    assert found.distance.tolist() == [[1.5, 2.5, 9], [3, 1, 9]]


def test_a_pmedcap_file_gives_floored_distances(tmp_path):
    found = read_instance(write(tmp_path, "a.txt", PMEDCAP))
    assert found.distance.tolist() == [[0, 3], [3, 0]]
    assert found.capacity.tolist() == [10, 10]


@pytest.mark.parametrize(
    ("convention", "length"), [("floor", 1.0), ("round", 2.0), ("real", np.hypot(1, 1.7))]
)
def test_the_convention_of_distances_is_the_one_asked_for(tmp_path, convention, length):
    path = write(tmp_path, "a.tsp", TSP)
    assert read_instance(path, convention=convention).distance[0, 1] == length


@pytest.mark.parametrize(
    "text",
    [
        "0,4\n4,0\n1,inf\n",
        "one,two\n0,4\n4,0\n1,inf\n",
        "id,one,two\na,0,4\nb,4,0\nc,1,inf\n",
    ],
)
def test_a_matrix_reads_the_same_with_and_without_names(tmp_path, text):
    found = read_instance(write(tmp_path, "a.csv", text))
    assert found.distance.tolist() == [[0, 4], [4, 0], [1, np.inf]]


def test_a_weight_column_is_no_site(tmp_path):
    found = read_instance(write(tmp_path, "a.csv", "weight,one\n7,3\n2,1\n"))
    assert found.weights.tolist() == [7, 2]
    assert found.distance.tolist() == [[3], [1]]


def test_points_of_a_table_are_demands_and_sites(tmp_path):
    text = "id,x,y,weight\na,0,0,1\nb,3,4,2\n"
    found = read_instance(write(tmp_path, "a.csv", text))
    assert found.distance.tolist() == [[0, 5], [5, 0]]


def test_an_archive_keeps_its_arrays(tmp_path):
    np.savez(tmp_path / "a.npz", distance=np.eye(2), weights=np.array([1, 2]))
    found = read_instance(tmp_path / "a.npz")
    assert found.distance.tolist() == [[1, 0], [0, 1]]
    assert found.weights.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "1,2\n3\n", "row 2 has 1 cells"),
        ("a.csv", "1,2\n3,\n", "row 2, column 2 holds ''"),
        ("a.csv", "a,a\n3,4\n", "column 'a' twice"),
        ("a.csv", "id,a\nz,4\nz,5\n", "row 'z' twice"),
        ("a.csv", "id,a\n", "no row"),
        ("a.txt", "", "is empty"),
        ("a.txt", "1 2 3 4 x", "only numbers"),
        ("a.txt", PMED[:-4], "fits none of"),
        ("a.pmed", PMED[:-4], "cut off"),
        ("a.pmed", "3 1 1\n1 7 5\n", "outside 1 to 3"),
        ("a.pmed", "3 1 1\n1 2 -5\n", "negative length"),
        ("a.tsp", TSP.replace("2 1 1.7\n", ""), "cut off"),
        ("a.tsp", TSP.replace("EUC_2D", "GEO"), "EUC_2D points are wanted"),
        ("a.tsp", TSP.replace("1.7", "abc"), "number x y"),
        ("a.npz", "no archive", "not a NumPy archive"),
    ],
)
def test_a_broken_file_gets_one_line(tmp_path, name, text, words):
    with pytest.raises(FileFormatError, match=words) as caught:
        read_instance(write(tmp_path, name, text))
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text_get_one_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(FileFormatError, match="not a text file"):
        read_instance(tmp_path / "a.txt")


def test_a_missing_file_gets_one_line(tmp_path):
    with pytest.raises(NotFoundError, match="is not a file"):
        read_instance(tmp_path / "absent.csv")


@pytest.mark.skipif(not PLACEMENT.is_dir(), reason=f"no instances at {PLACEMENT}")
def test_published_values_of_tsplib_points_use_the_floor_of_distances():
    path = PLACEMENT / "tsplib" / "rl1304.tsp"
    floored = p_median(read_instance(path, convention="floor").distance, sites=20)
    assert floored.value == 1_412_108  # Duran-Mateluna, Ales & Elloumi 2023, table 2
    rounded = read_instance(path, convention="round").distance[:, floored.sites]
    assert rounded.min(axis=1).sum() != 1_412_108


MATRIX = Instance(distance=np.array([[0.0, 9, 9], [1, 9, 9], [9, 0, 2]]))


@pytest.mark.parametrize(
    ("wish", "value"),
    [
        (Wish(model="p-median", sites=2), 1),
        (Wish(model="p-center", sites=2), 1),
        (Wish(model="p-dispersion", sites=2), 9),
        (Wish(model="mclp", sites=1, within=1), 2),
        (Wish(model="lscp", within=1), 2),
        (Wish(model="p-median", sites=2, separation=3), 3),
    ],
)
def test_every_model_answers_a_plain_matrix(wish, value):
    assert solve_instance(MATRIX, wish).value == value


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(model="p-median"), "give --p"),
        (Wish(model="mclp", sites=1), "give --within"),
        (Wish(model="cflp"), "needs demand"),
    ],
)
def test_a_wish_that_lacks_something_gets_one_line(wish, words):
    with pytest.raises(InputError, match=words):
        solve_instance(MATRIX, wish)


def test_capacitated_files_answer_capacitated_models(tmp_path):
    cap = read_instance(write(tmp_path, "a.cap", CAP))
    assert solve_instance(cap, Wish(model="cflp")).value == pytest.approx(3 + 4 + 1.5 + 1)
    pmedcap = read_instance(write(tmp_path, "a.pmedcap", PMEDCAP))
    assert solve_instance(pmedcap, Wish(model="capacitated-p-median")).value == 3


@pytest.mark.parametrize("text", ["3\n4\n", "weight\n3\n4\n"])
def test_weights_come_from_a_file_of_one_column(tmp_path, text):
    assert read_weights(write(tmp_path, "w.csv", text)).tolist() == [3, 4]


@pytest.mark.parametrize("first", ["0,5,abc", "0,,5", "id,a,"])
def test_a_first_row_with_a_slip_is_not_taken_for_a_header(tmp_path, first):
    path = tmp_path / "matrix.csv"
    path.write_text(f"{first}\n5,0,4\n9,4,0\n")
    with pytest.raises(FileFormatError, match=r"row 1, column .* give numbers only"):
        read_instance(path)


def test_a_header_may_name_sites_by_numbers(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_text("0,1,weight\n5,0,4\n9,4,7\n")
    assert read_instance(path).weights.tolist() == [4.0, 7.0]
