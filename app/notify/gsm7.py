"""What a text message costs: the GSM 7-bit alphabet (3GPP TS 23.038, 6.2.1) and the parts a text is sent in.

One character outside the alphabet makes the whole text go in 16-bit characters, 70 to a part in place of 160; so
letters that French needs and the alphabet lacks are written without their marks.
"""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_SPELLED = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
ALONE = 160
TOGETHER = 153


def plain(text: str) -> str:
    """`text` in the alphabet: marks that it lacks are dropped, quotes and dashes made simple, the rest is a "?"."""
    return "".join(_letter(letter) for letter in text.translate(_SPELLED))


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[0]
    return bare if bare in _BASIC else "?"


def length(text: str) -> int:
    """How many places a text in the alphabet takes; some characters take two. Raises ValueError for any other text."""
    places = 0
    for letter in text:
        if letter not in _BASIC and letter not in _EXTENDED:
            raise ValueError(f"not in the GSM 7-bit alphabet: {letter!r}")
        places += 2 if letter in _EXTENDED else 1
    return places


def parts(text: str) -> int:
    """How many text messages it is sent (and paid for) as."""
    places = length(text)
    return 1 if places <= ALONE else -(-places // TOGETHER)
