"""What is written down is whole: docstrings, names, licences, and no address of any registry."""

import ast
import re

from tests.house import sources

HOSTS = re.compile(
    r"pypi\.(org|python)|pythonhosted|registry\.npmjs|npmjs\.(org|com)|deb\.debian|unpkg\.com|"
    r"jsdelivr|cdnjs|cartocdn|tile\.openstreetmap",
    re.IGNORECASE,
)


def _public(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return not node.name.startswith("_")


def test_every_module_says_what_it_is():
    assert [str(p) for p, tree in sources.modules().items() if not ast.get_docstring(tree)] == []


def test_every_public_function_and_class_says_what_it_gives():
    silent = [
        f"{path}:{node.name}"
        for path, tree in sources.modules().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and _public(node)
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_file_names_the_host_of_a_registry_or_a_content_network():
    # uv.lock is uv's own format and cannot be written without addresses (docs/decisions).
    named = [
        str(path)
        for path in sources.tracked()
        if path.suffix in {".py", ".ts", ".md", ".toml", ".json", ".yaml", ".html", ".css", ""}
        and path.name not in {"test_words.py", "uv.lock"}
        and HOSTS.search((sources.ROOT / path).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert named == []


def test_nothing_catches_every_exception_but_the_edge_of_a_process():
    edges = {"api/cli/__init__.py", "api/jobs/worker.py"}
    greedy = [
        str(path)
        for path, tree in sources.modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and path.as_posix() not in edges
    ]
    assert greedy == []


def test_no_work_is_left_marked_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    left = [
        str(path)
        for path in sources.tracked()
        if path.suffix in {".py", ".ts"}
        and path.name != "test_words.py"
        and marks.search((sources.ROOT / path).read_text(encoding="utf-8"))
    ]
    assert left == []
