"""What a look can speak of: pages known and visited, rules that ran, categories reached.

Pure.  A category is ``tested`` only when the site was attacked and nearly all harmless
rules a full ZAP has for it ran to their end.  From outside some never are (contract).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanners.owasp.evidence import Coverage, Reach, RuleRun
from scanners.owasp.rules import CATEGORIES
from scanners.owasp.zap.rules import CACHE_RULES, EDITIONS, known_rules

# What an anonymous scan can evidence well; all others partly at most.
_WELL: Mapping[str, frozenset[str]] = {
    "2021": frozenset({"A02", "A03", "A05", "A06"}),
    "2025": frozenset({"A02", "A04", "A05"}),
}
ENOUGH = 0.8
URLS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Crawl:
    """What the spider reported: pages known, visited, addresses of others, lost requests."""

    known: frozenset[str] = frozenset()
    visited: frozenset[str] = frozenset()
    outside: int = 0
    lost: int = 0


def read_crawl(full_results: object) -> Crawl:
    """From ``spider.full_results``: a list of objects of one list each; anything else is empty."""
    known: set[str] = set()
    visited: set[str] = set()
    outside = lost = 0
    for part in full_results if isinstance(full_results, list) else []:
        if not isinstance(part, dict):
            continue
        for row in _rows(part, "urlsInScope"):
            if isinstance(row, dict) and row.get("url"):
                url = str(row["url"])[:2_000]
                known.add(url)
                if str(row.get("statusCode", "")).isdecimal() and str(row["statusCode"]) != "0":
                    visited.add(url)
        outside += len(_rows(part, "urlsOutOfScope"))
        for row in _rows(part, "urlsIoError"):
            lost += 1
            if isinstance(row, dict) and row.get("url"):
                known.add(str(row["url"])[:2_000])
                visited.discard(str(row["url"])[:2_000])
    return Crawl(frozenset(known), frozenset(visited), outside, lost)


def _rows(part: Mapping[str, object], name: str) -> list[object]:
    rows = part.get(name)
    return rows[:URLS_MAX] if isinstance(rows, list) else []


def coverage_of(crawl: Crawl, unanswered: int) -> Coverage:
    """Figures for the facts."""
    known, visited = len(crawl.known | crawl.visited), len(crawl.visited)
    ratio = round(visited / known, 3) if known else 0.0
    return Coverage(known, visited, ratio, crawl.outside, unanswered)


def read_rules_run(scan_progress: object) -> tuple[RuleRun, ...]:
    """From ``ascan.scan_progress``: host, ``HostProcess``, host, ...; a rule once, at its worst."""
    found: dict[str, RuleRun] = {}
    for part in scan_progress if isinstance(scan_progress, list) else []:
        for row in _rows(part, "HostProcess") if isinstance(part, dict) else []:
            plugin = row.get("Plugin") if isinstance(row, dict) else None
            if not isinstance(plugin, list) or len(plugin) < 6:  # noqa: PLR2004
                continue
            name, rule, _, state, _, sent = (str(value)[:120] for value in plugin[:6])
            run = RuleRun(rule, name, state, True, int(sent) if sent.isdecimal() else 0)
            known = found.get(rule)
            if known is None or known.complete:
                found[rule] = run
    return tuple(found.values())


def categories_of(runs: Iterable[RuleRun], *, attacked: bool) -> dict[str, dict[str, Reach]]:
    """By edition and category how far the rules that ran to their end reach."""
    complete = {run.rule for run in runs if run.complete} - CACHE_RULES
    return {
        edition: {c: _reach(edition, c, complete, attacked=attacked) for c in CATEGORIES}
        for edition in EDITIONS
    }


def _reach(edition: str, category: str, complete: set[str], *, attacked: bool) -> Reach:
    rules = [rule for rule in known_rules().values() if category in rule.categories(edition)]
    if not any(rule.rule in complete for rule in rules):
        return Reach.NOT_TESTABLE
    basic = [rule.rule for rule in rules if rule.basic]
    share = sum(rule in complete for rule in basic) / len(basic) if basic else 0.0
    if attacked and category in _WELL[edition] and share >= ENOUGH:
        return Reach.TESTED
    return Reach.PARTLY
