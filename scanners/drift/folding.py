"""Parts of many pages, kept small: what all of them have stands once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanners.drift.evidence import Parts, Script

EVERY = "every"


def folded(found: list[Parts]) -> tuple[Parts, ...]:
    """The same, smaller: what all of two or more have stands once, in front."""
    if len(found) < 2:  # noqa: PLR2004
        return tuple(found)
    scripts = frozenset.intersection(*(frozenset(one.scripts) for one in found))
    headers = frozenset.intersection(*(frozenset(one.headers) for one in found))
    shared = Parts(
        EVERY, (), scripts=_by_source(scripts),
        headers=tuple(sorted(headers)),
    )  # fmt: skip
    rest = (
        replace(
            one,
            scripts=tuple(s for s in one.scripts if s not in scripts),
            headers=tuple(h for h in one.headers if h not in headers),
        )
        for one in found
    )
    return (shared, *rest)


def unfolded(parts: Iterable[Parts]) -> tuple[Parts, ...]:
    """Every page's parts whole again, without the entry of what all share."""
    found = tuple(parts)
    shared = next((one for one in found if one.role == EVERY), Parts(EVERY, ()))
    return tuple(
        replace(
            one,
            scripts=_by_source((*shared.scripts, *one.scripts)),
            headers=tuple(sorted({*shared.headers, *one.headers})),
        )
        for one in found
        if one.role != EVERY
    )


def _by_source(scripts: Iterable[Script]) -> tuple[Script, ...]:
    return tuple(sorted(scripts, key=lambda script: script.source))
