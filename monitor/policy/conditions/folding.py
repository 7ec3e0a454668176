"""Words as patterns compare them: without accents, in lower case."""

from __future__ import annotations

import re
import unicodedata

_JOINTS = re.compile(r"[\u2010-\u2015\-'’`´&/+_|]")


def unaccented(text: str) -> str:
    """``text`` without accents and case (ß is ss); white space and signs are kept."""
    plain = unicodedata.normalize("NFKD", text)
    kept = plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))
    return kept.casefold()


def fold_plain(text: str) -> str:
    """``text`` without accents, lower case, white space collapsed; signs are kept."""
    return " ".join(unaccented(text).split())


def fold(text: str) -> str:
    """The same, with dashes, strokes and apostrophes as one space: "d'accès" is "d acces"."""
    return " ".join(_JOINTS.sub(" ", fold_plain(text)).split())
