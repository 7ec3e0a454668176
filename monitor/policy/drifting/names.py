"""When two names with a legal form (``bloemen|bv``) are one company."""

from __future__ import annotations

# A shorter one stands at the end of many a name.
NAME_MIN_CHARS = 4


def same_company(one: str, other: str) -> bool:
    """The same name and form, however it was cut out of its line; no form fits every form."""
    form, its_form = one.partition("|")[2], other.partition("|")[2]
    return same_name(one, other) and (form == its_form or not (form and its_form))


def same_name(one: str, other: str) -> bool:
    """The same name, or one with more words before it: "Winkel Bloemen" and "Bloemen"."""
    short, long = sorted((one.partition("|")[0], other.partition("|")[0]), key=len)
    return short == long or (len(short) >= NAME_MIN_CHARS and long.endswith(short))
