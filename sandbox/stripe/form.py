"""Stripe's form encoding: `line_items[0][price_data][currency]=rwf` is a list in a mapping in a mapping."""

import re
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


class BadForm(Exception):
    """The body can't be read; the message names the parameter."""


def read(body: str) -> dict[str, Any]:
    """The parameters as nested mappings of texts; lists are mappings by position here. Raises BadForm."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True, max_num_fields=500):
        matched = _NAME.fullmatch(name)
        if matched is None:
            raise BadForm(name)
        _put(found, [matched[1], *_PART.findall(matched[2])], value)
    return found


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        into = into.setdefault(part, {})
        if not isinstance(into, dict):
            raise BadForm(part)
    into[path[-1]] = value


def mapping(found: object) -> dict[str, Any]:
    """`found` if it is a mapping, else an empty one."""
    return found if isinstance(found, dict) else {}


def texts(found: object) -> dict[str, str]:
    """The metadata in `found`: names and texts."""
    return {name: value for name, value in mapping(found).items() if isinstance(value, str)}
