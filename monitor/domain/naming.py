"""Ids that people can read and that two things never share."""

from __future__ import annotations

import hashlib
import re

import idna

ID_MAX_CHARS = 100
LABEL_MAX_CHARS = 63
# 40 bits beside the readable part: what would still meet is refused by the import.
MARK_CHARS = 10


def marked(readable: str, exact: str, otherwise: str) -> str:
    """An id: what can be read of ``readable``, and a mark of ``exact``.

    The same ``exact`` gives the same id for ever; two of them never share one,
    however alike they read.  ``otherwise`` stands in when no Latin letter or
    digit is left.  At most 100 characters of a-z, 0-9, dot and dash.
    """
    mark = hashlib.sha256(exact.encode()).hexdigest()[:MARK_CHARS]
    slug = re.sub(r"[^a-z0-9.]+", "-", readable.lower()).strip("-.")
    short = slug[: ID_MAX_CHARS - MARK_CHARS - 1].strip("-.")
    return f"{short or otherwise}-{mark}"


def ascii_name(name: str) -> str:
    """A host or domain name in its ASCII form, lower case, without the closing dot.

    IDNA 2008 with the non-transitional mapping of UTS 46: "ß" stays itself, it is
    another owner's name than "ss".  UnicodeError for what has no such form.
    """
    bare = name.rstrip(".")
    if not bare.isascii():
        return idna.encode(bare, uts46=True).decode()
    if not all(0 < len(label) <= LABEL_MAX_CHARS for label in bare.split(".")):
        raise UnicodeError(f"a label of {bare[:80]!r} is empty or too long")
    return bare.lower()
