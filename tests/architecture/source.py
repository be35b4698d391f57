"""The project's own source. Its syntax trees are not kept: they are millions of objects that every collection of
garbage after them would walk through."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("app", "sandbox", "supervisor")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path from the root and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree, made anew."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The package under app/ that it belongs to, such as "filing"; empty for the files directly in app/."""
        parts = self.path.split("/")
        return parts[1] if len(parts) > 2 else ""

    @property
    def name(self) -> str:
        """The file's name without .py."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".py")

    @cache  # noqa: B019 - there are as many as there are files
    def imports(self) -> frozenset[str]:
        """Every module that it imports, by full name; `from a import b` counts as a and as a.b."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names)
        return frozenset(found)


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under these folders of the checkout."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


def under(packages: Iterable[str], package: str) -> bool:
    """Whether `package`, or a part of it, is among these imported names."""
    return any(name == package or name.startswith(package + ".") for name in packages)
