"""Content-Security-Policy as browsers read it (W3C CSP level 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanners.net.names import registrable_domain

POLICY_CHARS = 8_000
POLICIES_MAX = 20
_ANYWHERE = frozenset({"*", "http:", "https:", "http://*", "https://*"})
# Stores that hold anybody's scripts, or answer with a function name of the asker's choice:
# who may load from there may load everything (Weichselbaum et al., "CSP Is Dead", 2016).
_STORES = frozenset(
    {
        "ajax.googleapis.com", "cdn.jsdelivr.net", "cdnjs.cloudflare.com", "unpkg.com", "esm.sh",
        "cdn.skypack.dev", "jspm.dev", "rawgit.com", "cdn.rawgit.com", "raw.githack.com",
        "accounts.google.com", "www.google.com", "apis.google.com", "maps.googleapis.com",
        "www.googleapis.com", "yandex.st", "yastatic.net", "api.vk.com", "graph.facebook.com",
        "ssl.google-analytics.com", "www.youtube.com", "d3js.org", "code.angularjs.org",
    }
)  # fmt: skip
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
    if not strict:
        holes += [f"scripts from {host}" for host in map(_open_host, sources) if host]
    return tuple(dict.fromkeys(holes))


def _open_host(source: str) -> str:
    """The host of a source that lets in strangers' scripts, "" when it does not.

    A path narrows a source; a wildcard below a public suffix means anybody's shop there.
    """
    if source.startswith("'") or source in _ANYWHERE:
        return ""
    host, _, path = source.partition("://")[2].partition("/") if "://" in source else (
        source.partition("/")
    )  # fmt: skip
    host = host.partition(":")[0]
    if path or not host:
        return ""
    if host in _STORES:
        return host
    if host.startswith("*."):
        rest = host.removeprefix("*.")
        shared = any(store == rest or store.endswith(f".{rest}") for store in _STORES)
        # A public suffix is its own registrable domain and so is an ordinary one: what is
        # below tells them apart.
        if shared or registrable_domain(f"x.{rest}") == f"x.{rest}":
            return host
    return ""


def gaps(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """Directives nobody set: plug-ins may come from anywhere, ``<base>`` may be moved.

    ``base-uri`` has no fallback (CSP3 6.3.1); ``object-src`` falls back to ``default-src``.
    """
    if not policies:
        return ()
    found = []
    if not any(_objects_restrained(policy) for policy in policies):
        found.append("object-src")
    if not any("base-uri" in policy.directives for policy in policies):
        found.append("base-uri")
    return tuple(found)


def _objects_restrained(policy: Policy) -> bool:
    names = ("object-src", "default-src")
    sources = next((policy.directives[n] for n in names if n in policy.directives), None)
    return sources is not None and not any(source in _ANYWHERE for source in sources)


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
