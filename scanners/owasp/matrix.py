"""Which categories of the Top 10 a look speaks of, per edition.

From outside nothing is ever proven to be absent: a category is tested, partly tested or
out of reach, never passed (contract 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanners.owasp.evidence import Reach

EDITIONS = ("2021", "2025")
CATEGORIES = tuple(f"A{number:02d}" for number in range(1, 11))
# Design, authentication, integrity and logging show symptoms at most (contract 2).
AT_MOST_PARTLY: Mapping[str, frozenset[str]] = {
    "2021": frozenset({"A04", "A07", "A08", "A09"}),
    "2025": frozenset({"A06", "A07", "A08", "A09"}),
}
Matrix = dict[str, dict[str, Reach]]


def matrix(
    partly: Mapping[str, Iterable[str]], tested: Mapping[str, Iterable[str]] | None = None
) -> Matrix:
    """By edition and category; what is in neither is not testable by this look."""
    full = {edition: frozenset((tested or {}).get(edition, ())) for edition in EDITIONS}
    some = {edition: frozenset(partly.get(edition, ())) for edition in EDITIONS}
    return held(
        {
            edition: {
                one: Reach.TESTED
                if one in full[edition]
                else Reach.PARTLY
                if one in some[edition]
                else Reach.NOT_TESTABLE
                for one in CATEGORIES
            }
            for edition in EDITIONS
        }
    )


def held(found: Mapping[str, Mapping[str, Reach]]) -> Matrix:
    """A matrix of any engine, complete, and never saying more than can be said from outside."""
    return {
        edition: {
            one: _at_most(found.get(edition, {}).get(one, Reach.NOT_TESTABLE), edition, one)
            for one in CATEGORIES
        }
        for edition in EDITIONS
    }


def _at_most(reach: Reach, edition: str, category: str) -> Reach:
    if reach is Reach.TESTED and category in AT_MOST_PARTLY[edition]:
        return Reach.PARTLY
    return reach


def lowered(found: Mapping[str, Mapping[str, Reach]]) -> Matrix:
    """The same of a look that was cut short: what was tested is tested in part."""
    return {
        edition: {
            one: Reach.PARTLY if reach is Reach.TESTED else reach for one, reach in row.items()
        }
        for edition, row in held(found).items()
    }
