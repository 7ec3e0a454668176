"""Recognising page roles by link texts and paths (nl, fr, en, de).

The words themselves are in ``scanners.content.role_words``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scanners.content.role_words import HUB_WORDS, ROLE_PATHS, ROLE_WORDS

# The role of pages that lead on to pages of other roles.
HUB = "hub"
ROLES: tuple[str, ...] = ("start", *ROLE_WORDS)


# Link texts come back on every page of a site.
_TEXTS_REMEMBERED = 4_096
_TEXT_MAX_CHARS = 90
_LABEL_MAX_CHARS = 200
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_JOINING = re.compile(r"[\u2010-\u2015\-'’`´&/+_|]")


def fold(text: str) -> str:
    """``text`` without accents, lower case, dashes and apostrophes as one space."""
    return " ".join(_JOINING.sub(" ", _bare(text)).split())


def fold_plain(text: str) -> str:
    """``text`` without accents, lower case, white space collapsed; signs are kept."""
    return " ".join(_bare(text).split())


def ignoring_case(text: str) -> str:
    """``text`` in lower case as patterns that ignore case compare it.

    Length stays the same.  To those patterns both Turkish i are an i, and the long s an s.
    """
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").lower().replace("\u0131", "i").replace("\u017f", "s")


def _bare(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return _FOREIGN.sub(_uncombined, plain).casefold()


def _uncombined(found: re.Match[str]) -> str:
    return "".join(c for c in found[0] if not unicodedata.combining(c))


def _word_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [
        re.escape(w[:-1]) if w.endswith("*") else re.escape(w) + r"(?!\w)"
        for w in sorted(words, key=len, reverse=True)
        if not w.startswith("=")
    ]
    alone = [re.escape(w[1:]) for w in words if w.startswith("=")]
    whole = "|^(?:" + "|".join(alone) + ")$" if alone else ""
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")" + whole)


def _path_pattern(hints: tuple[str, ...]) -> re.Pattern[str]:
    ends = {"=": r"(?=$|[/?&#.])", "~": r"(?![a-z0-9])"}
    parts = [re.escape(h[1:]) + ends[h[0]] if h[0] in ends else re.escape(h) for h in hints]
    return re.compile(r"(?:^|[/=_\-])(?:" + "|".join(parts) + ")")


_WORDS = {role: _word_pattern(words) for role, words in ROLE_WORDS.items()}
_NAMES = {
    role: re.compile(
        "|".join(
            re.escape(w.strip("*=")) + (r"[\w ]{0,30}" if w.endswith("*") else "") for w in words
        )
    )
    for role, words in ROLE_WORDS.items()
}
_HUBS = _word_pattern(HUB_WORDS)
_SETTINGS = re.compile(
    r"instelling|voorkeur|settings|preference|parametre|einstellung|beheer|manage|gerer"
    r"|verwalten|accept|akkoord|agree|toestaan|weiger|refuser|ablehnen|allow|deny|reject"
)
_PATHS = {role: _path_pattern(hints) for role, hints in ROLE_PATHS.items()}
# One look that most addresses of a sitemap do not survive.
_ANY_PATH = re.compile(
    r"(?:^|[/=_\-])(?:"
    + "|".join(re.escape(h.lstrip("=~")) for hints in ROLE_PATHS.values() for h in hints)
    + ")"
)


def roles_of_text(text: str) -> frozenset[str]:
    """The roles whose words stand in a link text (at most 90 characters count)."""
    return _roles_of_label(text) if len(text) <= _LABEL_MAX_CHARS else _roles_of_words(fold(text))


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def _roles_of_label(text: str) -> frozenset[str]:
    return _roles_of_words(fold(text))


def _roles_of_words(folded: str) -> frozenset[str]:
    # A longer link is a paragraph.
    if len(folded) > _TEXT_MAX_CHARS:
        return frozenset()
    return frozenset(role for role, pattern in _WORDS.items() if pattern.search(folded))


def roles_of_name(words: str) -> frozenset[str]:
    """The roles of a name that is nothing but the words of a role (a picture of a link)."""
    folded = fold(words)
    return frozenset(role for role, pattern in _NAMES.items() if pattern.fullmatch(folded))


def is_hub(text: str) -> bool:
    """Does a link text promise a page that leads on to pages of roles?"""
    folded = fold(text)
    return len(folded) <= _TEXT_MAX_CHARS and bool(_HUBS.search(folded))


def is_setting(text: str) -> bool:
    """Is it about choices for cookies, which hide no statement?"""
    return bool(_SETTINGS.search(fold(text)))


def roles_of_path(path_and_query: str) -> frozenset[str]:
    """The roles a URL path (with query) hints at."""
    folded = fold_plain(path_and_query[:400]).replace("_", "-").replace("%20", "-")
    if not _ANY_PATH.search(folded):
        return frozenset()
    return frozenset(role for role, pattern in _PATHS.items() if pattern.search(folded))
