"""Small files and small functions keep the house readable."""

from statistics import median

from tests.house import sources


def test_no_source_file_is_longer_than_400_lines():
    long = {
        str(path): count
        for path in sources.tracked()
        if path.suffix in {".py", ".ts", ".tsx", ".css"}
        and (count := len((sources.ROOT / path).read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_no_function_is_longer_than_60_lines():
    long = {
        f"{path}:{node.name}": sources.lines(node)
        for path, node in sources.functions()
        if sources.lines(node) > 60
    }
    assert long == {}


def test_half_of_all_functions_fit_in_ten_lines_and_nine_in_ten_in_thirty_five():
    sizes = sorted(sources.lines(node) for _, node in sources.functions())
    assert median(sizes) <= 10
    assert sizes[int(len(sizes) * 0.9)] <= 35


def test_no_room_is_called_by_a_name_that_means_nothing():
    banned = {"utils", "util", "common", "helpers", "core", "base", "misc"}
    assert [p for p in sources.modules() if banned & {*p.parts[:-1], p.stem}] == []


def test_nothing_heavy_is_tracked():
    heavy = [str(p) for p in sources.tracked() if (sources.ROOT / p).stat().st_size > 1_000_000]
    assert heavy == []
