"""Things inside a PDF that run, call out, or hide other files; found in every object, whatever refers to it."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from .refusal import No

DEPTH = 64
# qpdf writes names in their plain form, so a name spelled with #xx escapes is caught too.
_WORTH_A_LOOK = re.compile(
    rb"/(?:JS|JavaScript|AA|Launch|ImportData|SubmitForm|GoToE|EmbeddedFiles?|EF|FileAttachment|RichMedia"
    rb"|Screen|Movie|Sound|Rendition|3D|XFA|Collection|F)(?![A-Za-z0-9])"
)
_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/SubmitForm": "launch",
    "/GoToE": "attachment",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
_ANNOTATIONS = {
    "/FileAttachment": "attachment",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
# A key with something in it that is wrong wherever it stands.
_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/AA": "script",
    "/EF": "attachment",
    "/EmbeddedFiles": "attachment",
    "/Collection": "attachment",
    "/XFA": "xfa",
}


def dangers_in(obj: Any) -> set[str]:
    """The reasons found in one object of the file and in all that is written directly inside it."""
    holder = obj.stream_dict if isinstance(obj, pikepdf.Stream) else obj
    if not isinstance(holder, pikepdf.Dictionary | pikepdf.Array):
        return set()
    if not _WORTH_A_LOOK.search(holder.unparse(resolved=True)):
        return set()
    found = set()
    if isinstance(obj, pikepdf.Stream) and "/F" in holder:
        # The content of this stream would stand in another file.
        found.add("attachment")
    for dictionary in _dictionaries(holder, 0):
        found |= _dangers_of(dictionary)
    return found


def _dictionaries(holder: Any, depth: int) -> Iterator[pikepdf.Dictionary]:
    """This dictionary and those written inside it; what stands elsewhere in the file is visited on its own."""
    if depth > DEPTH:
        # Honest programs nest a handful deep; deeper is a place to hide.
        raise No("damaged")
    children: Any = ()
    if isinstance(holder, pikepdf.Dictionary):
        yield holder
        children = [holder[key] for key in holder.keys()]  # noqa: SIM118 - not a Python mapping
    elif isinstance(holder, pikepdf.Array):
        children = list(holder)
    for child in children:
        if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _dangers_of(dictionary: pikepdf.Dictionary) -> set[str]:
    found = {reason for key, reason in _KEYS.items() if key in dictionary and _holds_something(dictionary[key])}
    if str(dictionary.get("/Type", "")) != "/StructElem":
        found |= _named(dictionary, "/S", _ACTIONS)
    if str(dictionary.get("/Type", "")) == "/EmbeddedFile":
        found.add("attachment")
    return found | _named(dictionary, "/Subtype", _ANNOTATIONS)


def _named(dictionary: pikepdf.Dictionary, key: str, table: dict[str, str]) -> set[str]:
    value = dictionary.get(key)
    reason = table.get(str(value)) if isinstance(value, pikepdf.Name) else None
    return {reason} if reason else set()


def _holds_something(value: Any) -> bool:
    """Not null, and not an empty tree such as `<< /Names [] >>` that cleaning programs leave behind."""
    if value is None:
        return False
    if isinstance(value, pikepdf.Dictionary):
        keys = set(value.keys())
        if keys and keys <= {"/Names", "/Kids"}:
            return any(len(value[key]) > 0 for key in keys if isinstance(value[key], pikepdf.Array))
        return bool(keys)
    if isinstance(value, pikepdf.Array):
        return len(value) > 0
    return True
