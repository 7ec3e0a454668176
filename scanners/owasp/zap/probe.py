"""What a ZAP daemon has: version, components, rules, and what a scan would miss."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scanners.api import clip
from scanners.owasp.zap.client import ZapClient, ZapError, ZapTalk

RULES_MAX = 500
# Without these no scan; each by a view that costs nothing.
NEEDED: Mapping[str, Callable[[ZapClient], object]] = {
    "network": lambda zap: zap.network.get_http_proxy,
    "spider": lambda zap: zap.spider.scans,
    "pscan": lambda zap: zap.pscan.scanners,
    "ascan": lambda zap: zap.ascan.scanners(),
}
# Add-ons that hold rules of the table; without them fewer categories are reached.
WANTED = ("ascanrules", "pscanrules", "retire")


class DaemonError(Exception):
    """The daemon did not start, or lacks what a scan needs.  One sentence for staff."""


@dataclass(frozen=True, slots=True)
class ScanRule:
    """A rule a daemon has: its number, ZAP's name and whether it is switched on."""

    rule: str
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Components:
    """What a daemon said about itself when it was ready."""

    version: str
    passive: tuple[ScanRule, ...] = ()
    active: tuple[ScanRule, ...] = ()
    addons: Mapping[str, str] = field(default_factory=dict)


async def probe(talk: ZapTalk) -> Components:
    """Version, rules and add-ons; DaemonError when something a scan needs is missing.

    Every missing part is named at once.
    """
    try:
        version = await talk.see(lambda zap: zap.core.version)
    except ZapError as error:
        said = "does not accept this key" if error.code == "bad_api_key" else f"says {error}"
        raise DaemonError(f"ZAP {said}") from error
    found: dict[str, object] = {}
    lacking: list[str] = []
    for name, view in NEEDED.items():
        try:
            found[name] = await talk.see(view)
        except ZapError as error:
            lacking.append(f"no {name}: {error.code}")
    if lacking:
        raise DaemonError(f"this ZAP has {', '.join(lacking)}")
    passive, active = read_rules(found["pscan"]), read_rules(found["ascan"])
    if not passive:
        raise DaemonError("this ZAP has no passive rules")
    return Components(clip(str(version), 40), passive, active, await _addons(talk))


async def _addons(talk: ZapTalk) -> dict[str, str]:
    with contextlib.suppress(ZapError):
        found = await talk.see(lambda zap: zap.autoupdate.installed_addons)
        return {
            clip(str(row.get("id", "")), 60): clip(str(row.get("version", "")), 30)
            for row in (found if isinstance(found, list) else [])[:RULES_MAX]
            if isinstance(row, dict)
        }
    return {}


def lacking(components: Components) -> tuple[str, ...]:
    """What a scan would do without, in words: no reason against one."""
    told = [f"no add-on {name}" for name in WANTED if name not in components.addons]
    if not components.active:
        told.insert(0, "no active rules: visits only")
    return tuple(told)


def read_rules(found: object) -> tuple[ScanRule, ...]:
    """The rules of ``pscan.scanners`` or ``ascan.scanners``; what is no rule is left out."""
    rows = found if isinstance(found, list) else []
    return tuple(
        ScanRule(
            clip(str(row["id"]), 12),
            clip(str(row.get("name", "")), 120),
            str(row.get("enabled", "true")).lower() == "true",
        )
        for row in rows[:RULES_MAX]
        if isinstance(row, dict) and str(row.get("id", "")).isdecimal()
    )
