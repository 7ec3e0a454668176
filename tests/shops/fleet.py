"""The demonstration fleet: a dozen member shops, each with one story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from tests.shops.authority import Authority
from tests.shops.mailbox import Mailbox
from tests.shops.members import MEMBERS, PARKING, Member
from tests.shops.modes import Behaviour
from tests.shops.names import NameServer, Zone, naming
from tests.shops.pages import Page
from tests.shops.server import Shop

ALLOW_NETWORK = "127.0.0.0/8"
ANOTHER_KVK = "99560412"  # of a company that is no member
EXCHANGER, SMTP_PORT = "mx.keurlab.example", 25

FOR_SALE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Dit domein is te koop</title></head>
<body><h1>Dit domein is te koop</h1>
<p>Interesse in deze domeinnaam? Doe een bod. Gesponsorde links: kantoor, meubels, leasen.</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class MemberShop:
    """A member and its running shop."""

    member: Member
    shop: Shop

    @property
    def key(self) -> str:
        """The short name of the story: healthy, expired, tarpit, ..."""
        return self.member.key


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything that runs, and what a client needs to reach it.

    ``members`` are in the order of the demonstration; ``parking`` belongs to
    nobody and is where a lost domain leads.  ``exchanger`` takes the mail of every
    member, ``names`` tells where that mail goes.
    """

    authority: Authority
    members: tuple[MemberShop, ...]
    parking: Shop
    exchanger: Mailbox
    names: NameServer

    @property
    def ca_file(self) -> Path:
        """The root to trust."""
        return self.authority.ca_file

    @property
    def allow_network(self) -> str:
        """The network to allow, CIDR."""
        return ALLOW_NETWORK

    @property
    def resolve(self) -> tuple[str, ...]:
        """``HOST:PORT:ADDR:PORT`` for 443 and 80 of every host, the parking page's too.

        And for port 25 of the mail server.
        """
        shops = (*(m.shop for m in self.members), self.parking)
        mail = f"{EXCHANGER}:{SMTP_PORT}:{self.exchanger.address}:{self.exchanger.port}"
        return (*(entry for shop in shops for entry in shop.resolve), mail)

    @property
    def dns_server(self) -> str:
        """The setting ``net.dns_server``: mail servers, SPF, DMARC, and no other names."""
        return self.names.place

    def __getitem__(self, key: str) -> MemberShop:
        """The member shop with this key; KeyError names the known ones."""
        for found in self.members:
            if found.key == key:
                return found
        raise KeyError(f"{key!r}; known: {', '.join(m.key for m in self.members)}")


@contextmanager
def fleet(folder: Path, keys: tuple[str, ...] = ()) -> Iterator[Fleet]:
    """Start the fleet (or only the members named by ``keys``) and stop it at the end.

    ``folder`` is created and gets the certificates and ``ca.pem``.
    """
    chosen = [m for m in MEMBERS if not keys or m.key in keys]
    unknown = set(keys) - {m.key for m in chosen}
    if unknown:
        raise KeyError(f"{sorted(unknown)}; known: {', '.join(m.key for m in MEMBERS)}")
    authority = Authority(folder)
    with ExitStack() as stack:
        shops: list[Shop] = []
        # Closing takes a moment per shop: all at once.
        stack.callback(_close_all, shops)
        parking = Shop(PARKING, authority)
        parking.pages = {"/": Page(FOR_SALE), "/robots.txt": Page("", "text/plain")}
        shops.append(parking)
        running = []
        for member in chosen:
            shop = Shop(member.text, authority)
            shops.append(shop)
            STORIES[member.key](shop)
            running.append(MemberShop(member, shop))
        for shop in shops:
            shop.start()
        for found in running:
            if found.key == "old_tls":
                found.shop.old_tls(on=True)
        exchanger = stack.enter_context(Mailbox(authority, host_name=EXCHANGER))
        records = (record for member in chosen for record in mail_records(member.text.host))
        names = stack.enter_context(naming(Zone(tuple(records))))
        yield Fleet(authority, tuple(running), parking, exchanger, names)


def _close_all(shops: list[Shop]) -> None:
    with ThreadPoolExecutor(max_workers=16) as pool:
        list(pool.map(Shop.close, shops))


def mail_records(domain: str) -> tuple[str, ...]:
    """What a domain whose mail is in order publishes, as lines of a zone."""
    return (
        f"{domain}. MX 10 {EXCHANGER}.",
        f'{domain}. TXT "v=spf1 mx -all"',
        f'_dmarc.{domain}. TXT "v=DMARC1; p=reject"',
    )


def sites_yaml(running: Fleet) -> str:
    """The whole fleet as one file for ``keurwacht sites import``.

    ``sites`` is a list; an entry has the keys of a site file (without
    ``parameters``), its member with ``contacts``: email, name, language, role.
    """
    entries = []
    for found in running.members:
        entry = _site(found)
        member = dict(cast("dict[str, object]", entry["member"]))
        entries.append(entry | {"member": member | {"contacts": _contacts(found.member)}})
    return _dump({"sites": entries})


def site_file(found: MemberShop) -> str:
    """One member as a site file for ``keurwacht check --site``."""
    return _dump(_site(found) | {"parameters": {}})


def check_arguments(running: Fleet, site: Path) -> tuple[str, ...]:
    """The arguments of ``keurwacht`` that check one site file against the fleet.

    The name server is a setting (``net.dns_server``), not an argument.
    """
    options = [word for entry in running.resolve for word in ("--resolve", entry)]
    trust = ("--ca-file", str(running.ca_file), "--allow-network", running.allow_network)
    return ("check", "--site", str(site), *trust, *options)


def _dump(data: object) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _site(found: MemberShop) -> dict[str, object]:
    text = found.member.text
    # An address without the member's name is nobody's until the office writes it down.
    numbered = [seal.href for seal in text.seals if "/certificate/" in seal.href]
    return {
        "url": found.shop.url,
        "subject": "shop",
        "site": {
            "hosts": [],
            "certificate_url": numbered[0] if numbered else None,
            "profile_urls": [],
        },
        "member": {
            "legal_name": text.company,
            "trade_names": [text.brand],
            "kvk": text.kvk or None,
            "kbo": text.kbo or None,
            "vat": text.vat or None,
            "address": f"{text.street}, {text.postcode} {text.city}",
            "customers": list(found.member.customers),
            "jurisdiction": found.member.jurisdiction,
            "languages": [text.language],
            "flags": [],
            "size": None,
            "labels": dict.fromkeys(found.member.labels, "certified"),
        },
    }


def _contacts(member: Member) -> list[dict[str, str]]:
    text = member.text
    language = text.language
    return [
        {"email": text.email, "name": member.owner, "language": language, "role": "contact"},
        {
            "email": f"beheer@{text.host}",
            "name": member.technician,
            "language": language,
            "role": "technical",
        },
    ]


def _healthy(_: Shop) -> None:
    """Nothing is wrong here."""


def _expired(shop: Shop) -> None:
    shop.serve_certificate(expired=True)


def _expires(shop: Shop) -> None:
    # An hour under five days: "5 days or less left" holds, whatever the rounding.
    shop.serve_certificate(days_left=5 - 1 / 24)


def _wrong_host(shop: Shop) -> None:
    shop.serve_certificate(names=("hosting-klant-0417.example",))


def _old_tls(shop: Shop) -> None:
    # Sites that still speak TLS 1.0 mostly have an RSA key.
    shop.serve_certificate(key="rsa2048")


def _privacy_gone(shop: Shop) -> None:
    shop.remove_page("privacy")


def _behaves(behaviour: Behaviour) -> Callable[[Shop], None]:
    def switch(shop: Shop) -> None:
        shop.behaviour = behaviour

    return switch


def _parked(shop: Shop) -> None:
    shop.parked_at = f"https://{PARKING.host}/?domain={shop.host}"
    shop.behaviour = Behaviour.PARKED


STORIES: dict[str, Callable[[Shop], None]] = {
    "healthy": _healthy,
    "expired": _expired,
    "expires": _expires,
    "wrong_host": _wrong_host,
    "old_tls": _old_tls,
    "privacy_gone": _privacy_gone,
    "kvk_swapped": lambda shop: shop.set_kvk(ANOTHER_KVK),
    "bot_wall": _behaves(Behaviour.BOT_WALL),
    "tarpit": _behaves(Behaviour.TARPIT),
    "parked": _parked,
    "belgian": _healthy,
    "webwinkelkeur": _healthy,
}
