"""Content-Security-Policy as browsers read it (W3C CSP level 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

POLICY_CHARS = 8_000
POLICIES_MAX = 20
_ANYWHERE = frozenset({"*", "http:", "https:", "http://*", "https://*"})
_NONCE_OR_HASH = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: sources by directive, lower case; the first of a name counts (CSP3 2.2.1)."""

    directives: Mapping[str, tuple[str, ...]]
    from_header: bool


def parse_policies(text: str, *, from_header: bool) -> list[Policy]:
    """The policies of one header or meta element; commas part policies in a header."""
    pieces = text[:POLICY_CHARS].split(",") if from_header else [text[:POLICY_CHARS]]
    found = []
    for piece in pieces[:POLICIES_MAX]:
        directives: dict[str, tuple[str, ...]] = {}
        for part in piece.split(";"):
            words = part.lower().split()
            if words:
                directives.setdefault(words[0], tuple(words[1:]))
        if directives:
            found.append(Policy(directives, from_header))
    return found


def script_weaknesses(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """Why scripts are not restrained, in words; empty when some policy restrains them.

    A browser obeys every policy: a hole counts only when all of them have it.
    """
    if not policies:
        return ()
    holes = [_holes(policy) for policy in policies]
    # A policy without a rule for scripts has every hole.
    told = [hole for hole in holes if hole is not None]
    if not told:
        return ("no rule for scripts",)
    return tuple(name for name in told[0] if all(name in other for other in told[1:]))


def _holes(policy: Policy) -> tuple[str, ...] | None:
    names = ("script-src-elem", "script-src", "default-src")
    sources = next((policy.directives[n] for n in names if n in policy.directives), None)
    if sources is None:
        return None
    trusted = any(source.startswith(_NONCE_OR_HASH) for source in sources)
    strict = "'strict-dynamic'" in sources
    holes = []
    # Beside a nonce, a hash or strict-dynamic browsers ignore 'unsafe-inline' (CSP3 6.7.3.2).
    if "'unsafe-inline'" in sources and not trusted and not strict:
        holes.append("'unsafe-inline'")
    if "'unsafe-eval'" in sources:
        holes.append("'unsafe-eval'")
    if not strict and any(source in _ANYWHERE for source in sources):
        holes.append("scripts from anywhere")
    if not strict and "data:" in sources:
        holes.append("scripts from data:")
    return tuple(holes)


def frames_restrained(policies: tuple[Policy, ...]) -> bool | None:
    """Do headers say who may frame the page?  None when no policy speaks of it.

    In a meta element ``frame-ancestors`` is ignored (CSP3 3.3).
    """
    said = [
        policy.directives["frame-ancestors"]
        for policy in policies
        if policy.from_header and "frame-ancestors" in policy.directives
    ]
    if not said:
        return None
    return any(not any(source in _ANYWHERE for source in sources) for sources in said)
