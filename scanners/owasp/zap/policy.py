"""Scan policies: which active rules run and how hard.

A policy is a file in ZAP's home and outlives every session: its name holds a hash of its
content, so that an older one of another content is never used by mistake.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from scanners.owasp.engine import Profile
from scanners.owasp.zap.client import ZapError, ZapTalk
from scanners.owasp.zap.probe import DaemonError, ScanRule
from scanners.owasp.zap.rules import UNSAFE

THRESHOLD = "MEDIUM"
_STRENGTHS = {Profile.ACTIVE_LOW: "LOW", Profile.ACTIVE_MEDIUM: "MEDIUM"}


def strength_of(profile: Profile) -> str:
    """ZAP's word for how many attacks a rule sends; ValueError for a profile without attacks."""
    if profile not in _STRENGTHS:
        raise ValueError(f"{profile} does not attack")
    return _STRENGTHS[profile]


def wanted_rules(installed: Iterable[ScanRule]) -> frozenset[str]:
    """The installed active rules a live shop can stand."""
    return frozenset(rule.rule for rule in installed) - UNSAFE


def policy_name(profile: Profile, rules: frozenset[str]) -> str:
    """``kw-low-3f2a91c4``: strength and a hash of everything the policy says."""
    strength = strength_of(profile)
    content = "|".join(("v1", strength, THRESHOLD, *sorted(rules)))
    return f"kw-{strength.lower()}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


async def ensured_policy(
    talk: ZapTalk, profile: Profile, installed: tuple[ScanRule, ...], only: str = ""
) -> tuple[str, frozenset[str]]:
    """(name, rules switched on); DaemonError when the daemon has no such rule or keeps another.

    Read back each time: a file of that name may have been changed by hand.  ``only``: that
    one rule, if it may be used.
    """
    wanted = wanted_rules(installed)
    if only:
        wanted &= {only}
    if not wanted:
        raise DaemonError("this ZAP has no active rules that may be used")
    name = policy_name(profile, wanted)
    strength = strength_of(profile)
    names = await talk.see(lambda zap: zap.ascan.scan_policy_names)
    if not isinstance(names, list) or name not in names:
        try:
            await talk.ask(lambda zap: zap.ascan.add_scan_policy(name, THRESHOLD, strength))
        except ZapError as error:
            if error.code != "already_exists":
                raise
    if await _enabled(talk, name) != wanted:
        unwanted = ",".join(sorted({rule.rule for rule in installed} - wanted))
        chosen = ",".join(sorted(wanted))
        await talk.ask(lambda zap: zap.ascan.enable_scanners(chosen, name))
        if unwanted:
            await talk.ask(lambda zap: zap.ascan.disable_scanners(unwanted, name))
        if await _enabled(talk, name) != wanted:
            raise DaemonError(f"ZAP does not keep the scan policy {name}")
    return name, wanted


async def _enabled(talk: ZapTalk, name: str) -> frozenset[str]:
    rows = await talk.see(lambda zap: zap.ascan.scanners(name))
    return frozenset(
        str(row["id"])
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and "id" in row and str(row.get("enabled")).lower() == "true"
    )
