"""A state has one writer: `move_to` in the room's models, which asks the transition table."""

import ast
import re

import pytest

from tests.architecture.source import Source, functions, sources

NAMES = {"status", "state"}
_IN_SQL = re.compile(r"\bupdate\b.*\bset\b[^;]*\b(status|state)\s*=(?!=)", re.IGNORECASE | re.DOTALL)


def writes(source: Source) -> list[str]:
    """Where `source` writes a state, outside `move_to` of a models file."""
    tree, allowed = source.tree, set[ast.AST]()
    if source.name == "models":
        for function in functions(tree):
            if function.name == "move_to":
                allowed.update(ast.walk(function))
    return [
        f"{source.path}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.expr) and node not in allowed and _writes(node)
    ]


def _writes(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(isinstance(t, ast.Attribute) and t.attr in NAMES for t in targets)
        case ast.AugAssign(target=ast.Attribute(attr=name)) | ast.AnnAssign(target=ast.Attribute(attr=name)):
            return name in NAMES
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=name), *_]):
            return name in NAMES
        case ast.Call(func=ast.Attribute(attr="values", value=chain), keywords=keywords):
            return _begins_with(chain) == "update" and any(k.arg in NAMES for k in keywords)
        case ast.Constant(value=str(text)):
            return _IN_SQL.search(text) is not None
    return False


def _begins_with(chain: ast.AST) -> str:
    """The function that a chain of calls such as update(X).where(...) begins with."""
    while True:
        match chain:
            case ast.Call(func=ast.Name(id=name)):
                return name
            case ast.Call(func=ast.Attribute(value=inner)) | ast.Attribute(value=inner):
                chain = inner
            case _:
                return ""


def test_only_move_to_writes_a_state() -> None:
    assert [line for source in sources("app") for line in writes(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        "filing.status = 'accepted'",
        "setattr(filing, 'status', 'accepted')",
        "session.execute(update(Row).where(Row.id == 1).values(state='done'))",
        "SQL = text('update attempt set tries = 1, state = :new where id = :id')",
    ],
)
def test_the_search_sees_every_way_to_write_one(line: str) -> None:
    assert len(writes(Source("app/filing/service.py", line))) == 1
    assert len(writes(Source("app/filing/models.py", line))) == 1


def test_the_search_lets_move_to_and_the_first_state_pass() -> None:
    method = "class Row:\n    def move_to(self, after):\n        self.status = after\n"
    assert writes(Source("app/filing/models.py", method)) == []
    assert writes(Source("app/filing/service.py", "insert(Row).values(status='draft')")) == []
    assert len(writes(Source("app/filing/service.py", method))) == 1
