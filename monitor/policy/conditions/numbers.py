"""Numbers among the parameters of a condition."""

from __future__ import annotations

from collections.abc import Mapping


def number(params: Mapping[str, object], name: str, default: int) -> int:
    """A whole-number parameter; the default for anything else, and for true and false."""
    return int(fraction(params, name, default))


def fraction(params: Mapping[str, object], name: str, default: float) -> float:
    """A number parameter; the default for anything else, and for true and false."""
    value = params.get(name, default)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return default
