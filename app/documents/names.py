"""A file's name is a label for people: it is never part of a path, a key, a header or a command as it came."""

import unicodedata

LONGEST = 120


def display_name(raw: str) -> str:
    """`raw` without folders, control and direction characters, in NFC, at most 120 characters, ending kept.

    "document" when nothing is left.
    """
    last = raw.replace("\\", "/").rsplit("/", 1)[-1]
    normal = unicodedata.normalize("NFC", last)
    # Cc control, Cf direction and zero-width marks (they fake endings), Cs surrogates, Zl/Zp line breaks.
    kept = "".join(c for c in normal if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    name = " ".join(kept.split()).strip(" .") or "document"
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST].rstrip()
    return f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}"


def with_ending(name: str, ending: str) -> str:
    """`name` with `ending` ("pdf") instead of its own, so that it opens with the right program when saved."""
    stem, dot, old = name.rpartition(".")
    return f"{stem if dot and len(old) <= 10 else name}.{ending}"
