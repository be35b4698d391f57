"""Reading a pack's YAML so that every mistake is named by file, line and field.

PyYAML is used here only. A `Node` is one value of the file together with where it stands; each of its readers gives a
plain Python value or raises `PackError`.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

import yaml

from app.core.language import LANGUAGES, Localised


class Coded(Protocol):
    """Anything that a pack keeps by its code."""

    @property
    def code(self) -> str:
        """Its code."""
        ...


E = TypeVar("E", bound=StrEnum)
R = TypeVar("R")
C = TypeVar("C", bound=Coded)

# The same rules in C where the wheel has them: the pack is read in a tenth of the time.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Not \s: French keeps its no-break spaces.
_SPACES = re.compile("[ \\t\\r\\n]+")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class PackError(ValueError):
    """A pack can't be used; the message is "<file>:<line>: <field>: <what is wrong>"."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value in a pack file, and where it stands."""

    file: str
    path: str
    raw: yaml.Node

    @property
    def line(self) -> int:
        """The line in the file, counted from 1."""
        return int(self.raw.start_mark.line) + 1

    def error(self, message: str) -> PackError:
        """The error to raise about this value."""
        return PackError(f"{self.file}:{self.line}: {self.path or 'file'}: {message}")

    def _at(self, path: str, value: yaml.Node) -> "Node":
        return Node(file=self.file, path=path, raw=value)

    def text(self) -> str:
        """A text that isn't empty; a bare number or date is taken as it is written."""
        if not isinstance(self.raw, yaml.ScalarNode) or not str(self.raw.value).strip():
            raise self.error("must be a text that is not empty")
        return _SPACES.sub(" ", str(self.raw.value)).strip(" ")

    def matching(self, pattern: str, meaning: str) -> str:
        """A text that matches the whole of `pattern`; `meaning` says what is expected."""
        value = self.text()
        if not re.fullmatch(pattern, value):
            raise self.error(f"must be {meaning}, not {value!r}")
        return value

    def whole(self, *, least: int = 0, what: str = "a whole number") -> int:
        """A whole number of at least `least`, written in digits (underscores may group them)."""
        value = self.raw.value if isinstance(self.raw, yaml.ScalarNode) else None
        if self.raw.tag != "tag:yaml.org,2002:int" or not re.fullmatch(r"-?[0-9][0-9_]*", str(value)):
            raise self.error(f"must be {what}")
        number = int(str(value).replace("_", ""))
        if number < least:
            raise self.error(f"must be {what} of at least {least}")
        return number

    def flag(self) -> bool:
        """`true` or `false`."""
        value = self.raw.value if isinstance(self.raw, yaml.ScalarNode) else None
        if value not in ("true", "false"):
            raise self.error("must be true or false")
        return bool(value == "true")

    def day(self) -> date:
        """A date written YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.error("must be a date written YYYY-MM-DD") from None

    def clock(self) -> time:
        """A time of day written "HH:MM" in quotes."""
        try:
            return time.fromisoformat(self.matching(r"\d\d:\d\d", 'a time of day written "HH:MM" in quotes'))
        except ValueError:
            raise self.error('must be a time of day written "HH:MM" in quotes') from None

    def choice(self, enum: type[E]) -> E:
        """One of the values of `enum`."""
        value = self.text()
        try:
            return enum(value)
        except ValueError:
            raise self.error(f"must be one of {', '.join(enum)}, not {value!r}") from None

    def localised(self) -> Localised:
        """The same words in rw, en and fr; all three are needed, with the same %(placeholders)s."""
        fields = self.mapping()
        words = {code: fields.need(code).text() for code in LANGUAGES}
        fields.done()
        if len({frozenset(_PLACEHOLDER.findall(said)) for said in words.values()}) > 1:
            raise self.error("must have the same %(placeholders)s in every language")
        return Localised(**words)

    def items(self) -> Iterator["Node"]:
        """The entries of a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            raise self.error("must be a list")
        for position, value in enumerate(self.raw.value):
            yield self._at(f"{self.path}[{position}]", value)

    def each(self, read: Callable[["Node"], R]) -> tuple[R, ...]:
        """Every entry of a list, read by `read`."""
        return tuple(read(item) for item in self.items())

    def texts(self) -> tuple[str, ...]:
        """A list of texts, none of them twice."""
        seen: set[str] = set()
        for item in self.items():
            if item.text() in seen:
                raise item.error(f"{item.text()!r} is listed twice")
            seen.add(item.text())
        return self.each(Node.text)

    def child(self, name: str) -> "Node":
        """Where the field `name` stands, or this value itself when it has no such field; for errors."""
        if isinstance(self.raw, yaml.MappingNode):
            for key, value in self.raw.value:
                if key.value == name:
                    return self._at(f"{self.path}.{name}" if self.path else name, value)
        return self

    def refer(self, field: str, values: Iterable[str], known: Container[str]) -> None:
        """Refuse any of `values` (of the field `field`) that isn't `known`."""
        for value in values:
            if value not in known:
                raise self.child(field).error(f"{value!r} is not known in this pack")

    def by_code(self, read: Callable[["Node"], C]) -> dict[str, C]:
        """The entries of a list by their code; a code that stands twice is refused."""
        found: dict[str, C] = {}
        for item in self.items():
            entry = read(item)
            if entry.code in found:
                raise item.error(f"the code {entry.code!r} stands here twice")
            found[entry.code] = entry
        return found

    def mapping(self) -> "Fields":
        """The fields of a mapping."""
        if not isinstance(self.raw, yaml.MappingNode):
            raise self.error("must be a mapping of fields")
        fields: dict[str, Node] = {}
        for key, value in self.raw.value:
            name = str(key.value)
            node = self._at(f"{self.path}.{name}" if self.path else name, value)
            if name in fields:
                raise self._at(node.path, key).error("stands here twice")
            fields[name] = node
        return Fields(node=self, left=fields)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a mapping, taken one by one; `done` refuses those that nobody asked for."""

    node: Node
    left: dict[str, Node]

    def need(self, name: str) -> Node:
        """The field `name`, which must be there."""
        value = self.maybe(name)
        if value is None:
            raise self.node.error(f"{name} is missing")
        return value

    def maybe(self, name: str) -> Node | None:
        """The field `name`, or None when it isn't there or is null."""
        value = self.left.pop(name, None)
        return None if value is None or value.raw.tag == "tag:yaml.org,2002:null" else value

    def flag(self, name: str, default: bool = False) -> bool:
        """The field `name` as true or false."""
        value = self.maybe(name)
        return default if value is None else value.flag()

    def texts(self, name: str) -> tuple[str, ...]:
        """The field `name` as a list of texts; none when it isn't there."""
        value = self.maybe(name)
        return () if value is None else value.texts()

    def text(self, name: str) -> str | None:
        """The field `name` as a text, or None when it isn't there."""
        value = self.maybe(name)
        return None if value is None else value.text()

    def localised(self, name: str) -> Localised | None:
        """The field `name` in three languages, or None when it isn't there."""
        value = self.maybe(name)
        return None if value is None else value.localised()

    def each(self, name: str, read: Callable[[Node], R]) -> tuple[R, ...]:
        """The field `name` as a list, each entry read by `read`; none when it isn't there."""
        value = self.maybe(name)
        return () if value is None else value.each(read)

    def done(self) -> None:
        """Refuse what is left: most often a misspelt name."""
        for node in self.left.values():
            raise node.error("is not a field that is known here")


def open_pack_file(folder: Path, name: str) -> Node:
    """The contents of one pack file; raises PackError when it is missing or isn't YAML."""
    return open_yaml(folder / name, f"packs/{folder.name}/{name}")


def open_yaml(path: Path, shown: str) -> Node:
    """The contents of any YAML file, called `shown` in errors; raises PackError when it is missing or isn't YAML."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        raise PackError(f"{shown}:1: file: is missing") from None
    except yaml.MarkedYAMLError as trouble:
        line = trouble.problem_mark.line + 1 if trouble.problem_mark else 1
        raise PackError(f"{shown}:{line}: file: is not YAML: {trouble.problem}") from None
    if root is None:
        raise PackError(f"{shown}:1: file: is empty")
    return Node(file=shown, path="", raw=root)


def fill(words: Localised, **params: Localised | str) -> Localised:
    """`words` with its %(name)s filled in each language."""
    said = {
        code: words.said_in(code)
        % {name: value.said_in(code) if isinstance(value, Localised) else value for name, value in params.items()}
        for code in LANGUAGES
    }
    return Localised(**said)
