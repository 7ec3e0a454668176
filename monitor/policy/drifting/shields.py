"""Security headers that went, or let in more than before."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.zones import Known, Zone, party, use_of, zone_of
from scanners.drift.evidence import Parts
from scanners.drift.stable_urls import plain_url

CSP, HSTS, FRAMES = "content-security-policy", "strict-transport-security", "x-frame-options"
# What a directive falls back to (CSP level 3, 6.8.3), itself first.
_GUARDS = {
    "script-src": ("script-src-elem", "script-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
    "object-src": ("object-src", "default-src"),
    "form-action": ("form-action",),
    "frame-ancestors": ("frame-ancestors",),
    "base-uri": ("base-uri",),
}
_TRUST = frozenset({"'nonce'", "'hash'", "'strict-dynamic'"})
_WIDE = frozenset({"*", "https:", "http:", "data:", "blob:", "'unsafe-eval'"})
_Weaker = tuple[str, str, str, bool]


def features(pages: tuple[Parts, ...]) -> frozenset[str]:
    """``header:/checkout:content-security-policy script-src`` for all that guards a page."""
    return frozenset(
        f"header:{plain_url(url)}:{guard}"
        for one in pages
        for url in one.urls
        for guard in _guards(dict(one.headers))
    )


def _guards(headers: dict[str, str]) -> set[str]:
    """Everything of the headers that can go, each as one word."""
    found = {name for name in headers if name != CSP}
    policy = _policy(headers.get(CSP, ""))
    found |= {CSP} if policy else set()
    for guard in _GUARDS:
        sources = _sources(policy, guard)
        if sources is not None:
            found.add(f"{CSP} {guard}")
            found |= {f"{CSP} {guard} without {one}" for one in _wide() - _open(sources)}
            hosts = (one.removeprefix("*.") for one in sources if _is_host(one))
            found |= {f"{CSP} {guard} {party(host)}" for host in hosts}
    return found


def _wide() -> frozenset[str]:
    return _WIDE | {"'unsafe-inline'"}


def headers_changed(known: Known, pages: tuple[Parts, ...]) -> list[Change]:
    """Each weakening once, on the page where it matters most."""
    best: dict[str, Change] = {}
    for parts in sorted(pages, key=zone_of, reverse=True):
        before = known.same(parts)
        if not before:
            continue
        # Of several pages alike only what all of them had can be missed.
        common = set.intersection(*(set(one.headers) for one in before))
        zone, url = zone_of(parts), next(iter(parts.urls), "")
        for name, was, now, grave in _weaker(dict(common), dict(parts.headers)):
            if name in best:
                continue
            heavy = grave or (zone is Zone.TILL and name.startswith((CSP, FRAMES)))
            feature = f"header:{plain_url(url)}:{name}"
            added = (
                name.startswith(f"{CSP} ") and name.endswith(f" {now}") and " without " not in name
            )
            best[name] = Change(
                Kind.HEADER_WEAKENED, Weight.HIGH if heavy else Weight.REVIEW, parts.role, url,
                was, now, name, lost=() if added else (feature,), came=(feature,) if added else (),
            )  # fmt: skip
    return list(best.values())


def _weaker(was: dict[str, str], now: dict[str, str]) -> Iterator[_Weaker]:
    """(what, before, after, does it matter everywhere?)."""
    if HSTS in was and HSTS not in now:
        yield HSTS, was[HSTS], "none", True
    old, new = _policy(was.get(CSP, "")), _policy(now.get(CSP, ""))
    if old and not new:
        yield CSP, was[CSP], "none", True
    elif old:
        yield from _looser(old, new, framed=FRAMES in now)
    framed = FRAMES in now or _sources(new, "frame-ancestors") is not None
    if FRAMES in was and not framed:
        yield FRAMES, was[FRAMES], "none", False
    for name in ("x-content-type-options", "referrer-policy"):
        if name in was and name not in now:
            yield name, was[name], "none", False


def _looser(
    old: dict[str, frozenset[str]], new: dict[str, frozenset[str]], *, framed: bool
) -> Iterator[_Weaker]:
    """Directives that went or let in more; ``framed``: X-Frame-Options still guards."""
    for guard in _GUARDS:
        then, here = _sources(old, guard), _sources(new, guard)
        if then is None:
            continue
        if here is None and guard == "frame-ancestors" and framed:
            continue
        if here is None:
            yield f"{CSP} {guard}", " ".join(sorted(then)), "none", False
            continue
        for one in sorted(_open(here) - _open(then)):
            yield f"{CSP} {guard} without {one}", " ".join(sorted(then)), one, False
        hosts = {party(one.removeprefix("*.")) for one in then if _is_host(one)}
        came = {party(one.removeprefix("*.")) for one in here if _is_host(one)} - hosts
        # Who lets in everybody lets in nobody new.
        for name in sorted(came) if not _open(then) & {"*", "https:"} else ():
            if not use_of(name):
                yield f"{CSP} {guard} {name}", " ".join(sorted(then)), name, False


def _policy(text: str) -> dict[str, frozenset[str]]:
    parts = (part.split() for part in text.split(";"))
    return {words[0]: frozenset(words[1:]) for words in parts if words}


def _sources(policy: dict[str, frozenset[str]], guard: str) -> frozenset[str] | None:
    return next((policy[name] for name in _GUARDS[guard] if name in policy), None)


def _open(sources: frozenset[str]) -> frozenset[str]:
    """The sources that let in more than somebody by name."""
    found = sources & _WIDE
    if "'unsafe-inline'" in sources and not sources & _TRUST:
        found |= {"'unsafe-inline'"}
    return found


def _is_host(source: str) -> bool:
    return "." in source and not source.startswith("'")
