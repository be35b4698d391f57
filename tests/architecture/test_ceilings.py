"""Sizes. Over a ceiling means that a noun is missing: find it, don't move the ceiling."""

import ast

import pytest

from tests.architecture.source import PROGRAMS, ROOT, Function, Source, functions, sources

MODULE, TESTS, FUNCTION, VIEW = 300, 400, 40, 25
_ROUTES = {"get", "post", "put", "patch", "delete", "route"}


def lines(source: Source) -> int:
    return len(source.text.splitlines())


def is_view(function: Function) -> bool:
    return any(
        isinstance(d, ast.Call) and isinstance(d.func, ast.Attribute) and d.func.attr in _ROUTES
        for d in function.decorator_list
    )


def too_long(source: Source) -> list[str]:
    found = []
    for function in functions(source.tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        ceiling = VIEW if is_view(function) else FUNCTION
        if length > ceiling:
            found.append(f"{source.path}:{function.lineno} {function.name} has {length} lines, at most {ceiling}")
    return found


def test_no_module_is_longer_than_its_ceiling() -> None:
    over = [f"{s.path}: {lines(s)}" for s in sources(*PROGRAMS, "benchmarks") if lines(s) > MODULE]
    over += [f"{s.path}: {lines(s)}" for s in sources("tests") if lines(s) > TESTS]
    assert over == []


def test_no_function_is_longer_than_its_ceiling_and_no_view_than_its_own() -> None:
    assert [line for source in sources(*PROGRAMS, "benchmarks", "tests") for line in too_long(source)] == []


@pytest.mark.parametrize(("decorator", "length", "found"), [("", 41, 1), ("", 40, 0), ("@bp.get('/')", 26, 1)])
def test_the_measure_sees_a_function_that_is_too_long(decorator: str, length: int, found: int) -> None:
    body = "\n".join(["    pass"] * (length - 1))
    assert len(too_long(Source("x.py", f"{decorator}\ndef f():\n{body}\n"))) == found


def test_no_folder_or_file_is_named_for_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}
    names = {s.path for s in sources(*PROGRAMS, "tests") if vague & set(s.path.removesuffix(".py").split("/"))}
    assert names == set()


def test_nothing_is_left_for_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error")
    found = [f"{s.path}: {word}" for s in sources(*PROGRAMS, "tests", "benchmarks") for word in words if word in s.text]
    templates = [path for path in (ROOT / "templates").rglob("*.*") if path.suffix in (".html", ".txt", ".typ")]
    found += [f"{path}: {word}" for path in templates for word in words if word in path.read_text(encoding="utf-8")]
    assert found == []
