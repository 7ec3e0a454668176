"""How a scan ended, from what was measured: ``complete`` has to be earned.

Pure.  ZAP's own "100" also stands after a stop, a time-out and a dead shop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanners.api import ScanOutcome
from scanners.owasp.evidence import RULE_COMPLETE, RuleRun

FINISHED = "FINISHED"
WHOLE = 100
# Rules that skip themselves although nothing went wrong (ZAP's words after "Skipped, ").
ALLOWED_SKIPS = (
    "no active scan oast service",
    "reached max alerts per rule",
    "no scripts enabled",
)
THROTTLE_STATUSES = frozenset({429, 503})
THROTTLED_SHARE = 0.10
THROTTLED_MIN = 3
# Without an answer at the end of the scan, or for a fifth of it.
UNANSWERED_TAIL = 5
UNANSWERED_SHARE = 0.20
UNANSWERED_MIN = 3


@dataclass(frozen=True, slots=True)
class Attack:
    """How ZAP's active scan stood at the end."""

    state: str
    progress: int
    rules: tuple[RuleRun, ...] = ()


NOT_STARTED = Attack("NOT_STARTED", 0)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known when everything has stopped.

    ``recent`` are the last statuses of the site, oldest first, 0 for no answer.
    ``troubles`` are sentences of steps that did not end well.  ``attack`` is None for a
    baseline.
    """

    visited: int
    spidered: bool
    passive_left: int
    answered: int
    unanswered: int
    throttled: int
    recent: tuple[int, ...] = ()
    attack: Attack | None = None
    troubles: tuple[str, ...] = ()


def judge(ending: Ending) -> tuple[ScanOutcome, str]:
    """The outcome and its reason, "" for complete."""
    reasons = [*ending.troubles, *_of_site(ending)]
    if not ending.spidered:
        reasons.append("the spider did not end by itself")
    if ending.passive_left:
        reasons.append(f"{ending.passive_left} answers were not looked at")
    if ending.attack is not None:
        reasons += _of_attack(ending.attack)
    if not ending.visited:
        nothing = reasons[0] if reasons else "no page was visited"
        return ScanOutcome.UNREACHABLE if not ending.answered else ScanOutcome.PARTIAL, nothing
    if reasons:
        return ScanOutcome.PARTIAL, "; ".join(dict.fromkeys(reasons[:4]))
    return ScanOutcome.COMPLETE, ""


def _of_site(ending: Ending) -> Iterable[str]:
    tail = ending.recent[-UNANSWERED_TAIL:]
    if len(tail) == UNANSWERED_TAIL and not any(tail):
        yield "died: the site gave no answer any more"
    total = ending.answered + ending.unanswered
    if ending.unanswered >= UNANSWERED_MIN and ending.unanswered > total * UNANSWERED_SHARE:
        yield f"died: {ending.unanswered} of {total} requests had no answer"
    if ending.throttled >= THROTTLED_MIN and ending.throttled > total * THROTTLED_SHARE:
        yield f"throttled: {ending.throttled} of {total} answers were 429 or 503"


def _of_attack(attack: Attack) -> Iterable[str]:
    if attack.state != FINISHED:
        yield f"the active scan is {attack.state.lower().replace('_', ' ') or 'lost'}"
    if attack.progress != WHOLE:
        yield f"the active scan stopped at {attack.progress} %"
    if not attack.rules:
        yield "no active rule ran"
    open_rules = [rule for rule in attack.rules if not done(rule)]
    if open_rules:
        first = open_rules[0]
        yield f"{len(open_rules)} rules did not end, such as {first.rule} ({first.state})"


def done(rule: RuleRun) -> bool:
    """Did it end, or skip itself for a reason that is none of the site's?"""
    if rule.state == RULE_COMPLETE:
        return True
    words = rule.state.lower()
    return words.startswith("skipped") and any(reason in words for reason in ALLOWED_SKIPS)
