"""Ids that people can read and that two things never share."""

from __future__ import annotations

import hashlib
import re

ID_MAX_CHARS = 100
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
