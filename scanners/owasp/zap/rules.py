"""ZAP's rules: their categories of the Top 10, and which of them a live shop can stand.

``rules.csv`` is a table of ZAP's own rules and tags (ZAP add-ons, Apache-2.0, as of
2026-08): tags of the 2025 edition exist in recent add-ons only.  What ZAP's tags get
wrong is put right here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from scanners.owasp.rules import CATEGORIES

EDITIONS = ("2021", "2025")
# Server-side request forgery moved to Broken Access Control in the 2025 edition; CWE-601 (open
# redirects) stands there in both, while ZAP tags its rules as injection.
_REDIRECT: Mapping[str, tuple[str, ...]] = {"2021": ("A01",), "2025": ("A01",)}
_MOVED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "40046": {"2025": ("A01",)},
    "10028": _REDIRECT,
    "20019": _REDIRECT,
    # Messages of errors (CWE-209, CWE-550) are mishandled conditions in the 2025 edition.
    "90022": {"2025": ("A10",)},
}
# Tagged as failures of authentication by ZAP, while they look at caches alone.
CACHE_RULES = frozenset({"10015", "10049", "10050"})

# Not for shops that are open: other user agents than ours, load, endless strings, payloads
# that stay in the shop, waiting databases, memory of the server, methods that change things.
UNSAFE = frozenset(
    {
        "10104", "40044", "30001", "30002", "30003", "40014", "40016", "40017", "90037",
        "40019", "40020", "40021", "40022", "40024", "40027", "90039", "20015", "90028",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownRule:
    """One rule of the table; ``cwe`` as ``CWE-79`` or "".

    ``systemic``: ZAP says the same of every page.  ``basic``: part of every full
    installation (a release add-on), and harmless enough to be run.
    """

    rule: str
    name: str
    active: bool
    owasp_2021: tuple[str, ...]
    owasp_2025: tuple[str, ...]
    cwe: str
    systemic: bool
    basic: bool

    def categories(self, edition: str) -> tuple[str, ...]:
        """Its categories of ``2021`` or ``2025``."""
        return self.owasp_2021 if edition == "2021" else self.owasp_2025


@cache
def known_rules() -> Mapping[str, KnownRule]:
    """The table by rule number."""
    source = resources.files("scanners.owasp.zap").joinpath("rules.csv")
    with source.open("r", encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        return {row["id"]: _known(row) for row in csv.DictReader(lines)}


def _known(row: Mapping[str, str]) -> KnownRule:
    rule = KnownRule(
        rule=row["id"],
        name=row["name"],
        active=row["type"] == "active",
        owasp_2021=categories_in(row["owasp_2021"].split(";"), "2021"),
        owasp_2025=categories_in(row["owasp_2025"].split(";"), "2025"),
        cwe=row["cwe"].partition(";")[0],
        systemic="SYSTEMIC" in row["other_tags"].split(";"),
        basic=row["addon_status"] == "release" and row["id"] not in UNSAFE,
    )
    moved = _MOVED.get(rule.rule, {})
    return replace(
        rule,
        owasp_2021=moved.get("2021", rule.owasp_2021),
        owasp_2025=moved.get("2025", rule.owasp_2025),
    )


def categories_in(tags: list[str], edition: str) -> tuple[str, ...]:
    """``A05`` of ``OWASP_2021_A05`` and its like, in the order of the categories."""
    prefix = f"OWASP_{edition}_"
    found = {tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)}
    return tuple(category for category in CATEGORIES if category in found)
