"""Where on a site something runs, and who the party is that it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from monitor.policy.drifting.vendors import VENDORS
from scanners.drift.evidence import Parts, Script
from scanners.drift.folding import unfolded
from scanners.drift.stable_urls import plain_url

PAYMENT = "payment"
# One page of these roles stands for the others: which one is read changes with the sample.
ALIKE_ROLES = frozenset({"product", "category", "start"})
# Room for anybody's files below one name: the name says nothing, the first part of the path does.
_SHARED = {
    "raw.githubusercontent.com": 2, "gist.githubusercontent.com": 1, "cdn.jsdelivr.net": 3,
    "storage.googleapis.com": 1, "script.google.com": 3, "docs.google.com": 3, "unpkg.com": 1,
    "esm.sh": 1, "pastebin.com": 2, "drive.google.com": 2, "sites.google.com": 2,
}  # fmt: skip


class Zone(IntEnum):
    """What can be taken from a visitor on a page, least first."""

    OPEN = 0
    PERSONAL = 1
    TILL = 2


def zone_of(parts: Parts) -> Zone:
    """A basket and what follows it is a till, whatever an empty one shows."""
    if parts.role == "checkout" or parts.takes == PAYMENT:
        return Zone.TILL
    return Zone.PERSONAL if parts.takes or parts.role == "account" else Zone.OPEN


def party(host: str, path: str = "") -> str:
    """Whose a host is: its registered domain as far as a list of endings is needless here.

    A name that VENDORS lists, a shared host with the first parts of ``path``, else the last
    two labels, three below endings such as ``co.uk`` and below those where anybody gets a name.
    """
    depth = _SHARED.get(host)
    if depth is not None:
        return "/".join((host, *path.strip("/").split("/")[:depth]))
    labels = host.split(".")
    for count in range(2, len(labels) + 1):
        name = ".".join(labels[-count:])
        if name in VENDORS:
            return name
    if host.replace(".", "").isdigit() or ":" in host:
        return host
    name = ".".join(labels[-2:])
    return ".".join(labels[-3:]) if _is_public(name) else name


def use_of(name: str) -> str:
    """What a party is known for, "" for one that nobody knows."""
    return VENDORS.get(name, "")


# Endings below which anybody gets a name; a longer list would change nothing but the wording.
_PUBLIC = frozenset(
    {
        "co.uk", "org.uk", "com.au", "co.nz", "com.br", "co.jp", "com.tr", "co.za", "github.io",
        "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "workers.dev", "web.app",
        "firebaseapp.com", "herokuapp.com", "cloudfront.net", "azureedge.net", "azurewebsites.net",
        "windows.net", "amazonaws.com", "onrender.com", "ngrok.io", "ngrok-free.app", "b-cdn.net",
        "googleapis.com", "appspot.com", "blogspot.com", "myshopify.com", "webshopapp.com",
        "fly.dev", "glitch.me", "surge.sh", "r2.dev", "run.app", "akamaihd.net", "fastly.net",
        "cdn77.org", "kxcdn.com", "repl.co", "trycloudflare.com", "wixsite.com", "weebly.com",
        "duckdns.org", "supabase.co", "deno.dev",
    }
)  # fmt: skip


def _is_public(name: str) -> bool:
    first, _, last = name.partition(".")
    return name in _PUBLIC or (first in _REGISTRIES and len(last) == 2)  # noqa: PLR2004


_REGISTRIES = frozenset({"com", "co", "org", "net", "gov", "edu", "ac", "or", "ne"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on one page that may come or go; ``shown`` is how it stood there.

    ``named``: the host stands inside a script; ``file``: the own file that it was read in.
    """

    name: str
    value: str
    shown: str
    named: bool = False
    file: str = ""

    def feature(self, zone: Zone) -> str:
        """``script_host:till:evil.example``."""
        return f"{self.name}:{zone.name.lower()}:{self.value}"


def items_of(parts: Parts) -> Iterator[Item]:
    """Hosts, scripts, frames, style sheets and form targets of a page."""
    for script in parts.scripts:
        file = script.source if script.digest else ""
        if script.host:
            path = script.source.removeprefix(script.host)
            yield Item("script_host", party(script.host, path), script.source)
        for host in script.hosts:
            yield Item("script_host", party(host), f"{host} in {shown(script)}", True, file)
        yield Item("script", script.source, shown(script))
        if script.integrity:
            yield Item("integrity", script.source, script.source)
        for container in script.containers:
            yield Item("container", container, container, file=file)
        for word in script.risks:
            yield Item("risk", f"{word}:{script.source}", shown(script))
    for name, hosts in (
        ("frame", parts.frames),
        ("style", parts.styles),
        ("target", parts.targets),
    ):
        for host in hosts:
            yield Item(f"{name}_host", host if host == "http://" else party(host), host)
    if parts.base:
        yield Item("base", parts.base, parts.base)


def shown(script: Script) -> str:
    """A script for people: its address, or how it begins."""
    if not script.source.startswith("inline:"):
        return script.source
    return f"a script in the page: {script.text}"


@dataclass(slots=True)
class Known:
    """What an observation had: where, and on which pages."""

    pages: dict[str, Parts] = field(default_factory=dict)
    roles: dict[str, list[Parts]] = field(default_factory=dict)
    zones: dict[tuple[str, str], Zone] = field(default_factory=dict)

    def highest(self, item: Item) -> Zone | None:
        """The zone of most weight that had it; None when nothing had."""
        return self.zones.get((item.name, item.value))

    def same(self, parts: Parts) -> list[Parts]:
        """The pages that ``parts`` may be held against: the same addresses, or others alike."""
        keys = dict.fromkeys(map(plain_url, parts.urls))
        found = [self.pages[key] for key in keys if key in self.pages]
        return found or (self.roles.get(parts.role, []) if parts.role in ALIKE_ROLES else [])


def known_of(parts: Iterable[Parts]) -> Known:
    """The parts of an observation, to be asked."""
    known = Known()
    for one in unfolded(parts):
        known.pages.update((plain_url(url), one) for url in one.urls)
        known.roles.setdefault(one.role, []).append(one)
        zone = zone_of(one)
        for item in items_of(one):
            key = (item.name, item.value)
            known.zones[key] = max(zone, known.zones.get(key, zone))
    return known


def words_of(scripts: Iterable[Script]) -> Counter[str]:
    """How many scripts have each risk word."""
    return Counter(word for script in scripts for word in script.risks)
