"""SPF, DMARC, MTA-STS and TLS-RPT as published: only what the notes say; pure, hostile input.

Every function takes all TXT texts of one name and never raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanners.api import clip
from scanners.mail.evidence import DmarcFacts, RecordState, SpfFacts

TEXT_MAX_CHARS = 10_000
TERMS_MAX = 200
POLICY_LINES_MAX = 500
POLICIES = ("none", "quarantine", "reject")
MODES = ("enforce", "testing", "none")
# RFC 8461 3.2: one year and a quarter of a day.
MAX_AGE_MAX_S = 31_557_600
STS_ID_MAX_CHARS = 32
_MECHANISMS = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
_QUALIFIERS = "+-~?"


def read_spf(texts: Sequence[str]) -> SpfFacts:
    """The SPF record among the texts (RFC 7208 4.5); several or a bad one are ``invalid``."""
    found = [text for text in texts if text[:7].lower().rstrip(" ") == "v=spf1"]
    if not found:
        return SpfFacts(RecordState.ABSENT)
    if len(found) > 1:
        return SpfFacts(RecordState.INVALID, problem=f"there are {len(found)} SPF records")
    if len(found[0]) > TEXT_MAX_CHARS:
        return SpfFacts(RecordState.INVALID, problem="the SPF record is too long")
    return _spf(found[0].split()[1:])


def _spf(terms: list[str]) -> SpfFacts:
    if len(terms) > TERMS_MAX:
        return SpfFacts(RecordState.INVALID, problem="the SPF record is too long")
    last, redirects = "", []
    for term in terms:
        name, equals, value = term.partition("=")
        if equals and ":" not in name and "/" not in name:
            if name.lower() == "redirect":
                redirects.append(value)
            continue
        qualifier = term[0] if term[0] in _QUALIFIERS else ""
        mechanism = term.removeprefix(qualifier).partition(":")[0].partition("/")[0].lower()
        if mechanism not in _MECHANISMS:
            problem = f"the SPF record has an unknown part {clip(term, 60)!r}"
            return SpfFacts(RecordState.INVALID, problem=problem)
        if mechanism == "all" and not last:
            last = qualifier or "+"
    if len(redirects) > 1:
        return SpfFacts(RecordState.INVALID, problem="the SPF record redirects more than once")
    # RFC 7208 6.1: where "all" stands, a redirect counts for nothing.
    redirect = clip(redirects[0], 253) if redirects and not last else ""
    return SpfFacts(RecordState.PRESENT, last, redirect)


def read_dmarc(texts: Sequence[str], found_at: str, *, inherited: bool = False) -> DmarcFacts:
    """The DMARC record among the texts (RFC 7489 6.3, 6.6.3).

    ``inherited``: they stand at the organisational domain, so that ``sp`` comes before ``p``.
    """
    found = [tags for text in texts if (tags := _tags(text)) and tags[0] == ("v", "DMARC1")]
    if not found:
        return DmarcFacts(RecordState.ABSENT)
    if len(found) > 1:
        problem = f"there are {len(found)} DMARC records"
        return DmarcFacts(RecordState.INVALID, found_at=found_at, problem=problem)
    values = dict(reversed(found[0]))
    policy = values.get("p", "").lower()
    if policy not in POLICIES:
        if "rua" not in values:
            problem = "the DMARC record names no policy"
            return DmarcFacts(RecordState.INVALID, found_at=found_at, problem=problem)
        policy = "none"
    below = values.get("sp", "").lower()
    if inherited and below in POLICIES:
        policy = below
    return DmarcFacts(RecordState.PRESENT, policy, found_at, _percent(values.get("pct", "")))


def _percent(text: str) -> int:
    known = text.isascii() and text.isdigit() and len(text) <= 3  # noqa: PLR2004 (100)
    return min(int(text), 100) if known else 100


def read_tls_rpt(texts: Sequence[str]) -> RecordState:
    """Is there one TLS-RPT record with an address for reports (RFC 8460 3)?"""
    found = [tags for text in texts if (tags := _tags(text)) and tags[0] == ("v", "TLSRPTv1")]
    if not found:
        return RecordState.ABSENT
    whole = len(found) == 1 and bool(dict(found[0]).get("rua"))
    return RecordState.PRESENT if whole else RecordState.INVALID


def read_mta_sts(texts: Sequence[str]) -> RecordState:
    """Is there one MTA-STS record with an id (RFC 8461 3.1)?"""
    found = [tags for text in texts if (tags := _tags(text)) and tags[0] == ("v", "STSv1")]
    if not found:
        return RecordState.ABSENT
    mark = dict(found[0]).get("id", "")
    known = mark.isascii() and mark.isalnum() and len(mark) <= STS_ID_MAX_CHARS
    return RecordState.PRESENT if len(found) == 1 and known else RecordState.INVALID


def _tags(text: str) -> list[tuple[str, str]]:
    """``name=value`` parts between semicolons, names in small letters; the first comes first."""
    if len(text) > TEXT_MAX_CHARS:
        return []
    pairs = (part.partition("=") for part in text.split(";")[:TERMS_MAX])
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs if name.strip()]


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """A policy file (RFC 8461 3.2); ``problem`` "" when it can be used."""

    mode: str = ""
    patterns: tuple[str, ...] = ()
    problem: str = ""


def read_policy(text: str) -> StsPolicy:
    """Read a policy file; unknown keys are passed over, of repeated ones the first counts."""
    fields: dict[str, str] = {}
    patterns: list[str] = []
    for line in text.splitlines()[:POLICY_LINES_MAX]:
        key, colon, value = line.partition(":")
        if not colon:
            continue
        if key.strip() == "mx":
            patterns.append(clip(value.strip().lower().rstrip("."), 255))
        else:
            fields.setdefault(key.strip(), value.strip())
    mode, age = fields.get("mode", ""), fields.get("max_age", "")
    if fields.get("version") != "STSv1":
        return StsPolicy(problem="the policy has no known version")
    if mode not in MODES:
        return StsPolicy(problem="the policy has no known mode")
    if not (age.isascii() and age.isdigit() and len(age) <= 10 and int(age) <= MAX_AGE_MAX_S):  # noqa: PLR2004
        return StsPolicy(mode, problem="the policy does not say how long it holds")
    if mode != "none" and not patterns:
        return StsPolicy(mode, problem="the policy names no mail server")
    return StsPolicy(mode, tuple(patterns))


def covers(patterns: Iterable[str], hosts: Iterable[str]) -> bool:
    """Does the policy name every host?  ``*`` stands for one label (RFC 8461 4.1)."""
    known = frozenset(patterns)
    return all(host in known or f"*.{host.partition('.')[2]}" in known for host in hosts)
