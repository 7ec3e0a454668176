"""Proof of control against a real shop and a real name server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import dns.rcode
import pytest

from scanners.api import NetOptions
from scanners.owasp.control import FILE, ControlSeen, Sight, look_for
from tests.integration.content_shop import FixedClock, Reply, Shop, running_shop
from tests.shops.names import Zone, naming

TOKEN = "Tq0-x7Yb_9aZ" * 3
RECORD = f'_keurwacht.example.nl. TXT "keurwacht-verification={TOKEN}"'
META = f'<meta name="keurwacht-verification" content="{TOKEN}">'


@dataclass
class Place:
    shop: Shop
    zone: Zone
    options: NetOptions

    def look(self) -> ControlSeen:
        seen = look_for(TOKEN, self.shop.url, self.options, FixedClock(), deadline_s=5)
        return asyncio.run(seen)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    zone = Zone()
    pages = {"/": Reply("<html><head><title>Shop</title></head><body>Hi</body></html>")}
    with running_shop(tmp_path, pages) as shop, naming(zone) as server:
        yield Place(shop, zone, replace(shop.options, dns_server=f"127.0.0.1:{server.port}"))


def test_a_token_nowhere_is_lost_with_a_reason_for_each_place(place: Place) -> None:
    seen = place.look()
    assert (seen.method, seen.lost) == ("", True)
    assert set(seen.reasons) == {"dns", "well_known", "meta"}
    assert "_keurwacht.example.nl" in seen.why


def test_a_txt_record_of_the_domain_or_of_the_host_will_do(place: Place) -> None:
    place.zone.records = ('_keurwacht.example.nl. TXT "v=other"', RECORD)
    assert place.look().method == "dns"
    place.zone.records = (RECORD.replace("example.nl.", "shop.example.nl.", 1),)
    assert place.look().method == "dns"


def test_a_record_in_two_strings_is_one_text(place: Place) -> None:
    split = RECORD.replace("verification=", 'verification=" "')
    place.zone.records = (split,)
    assert place.look().method == "dns"


def test_the_file_holds_nothing_but_the_token(place: Place) -> None:
    place.shop.pages[FILE] = Reply(f"{TOKEN}\r\n", kind="text/plain")
    assert place.look().method == "well_known"
    place.shop.pages[FILE] = Reply(f"{TOKEN} and more")
    assert place.look().lost


def test_a_shop_that_answers_everything_with_its_start_page_proves_nothing(place: Place) -> None:
    place.shop.fallback = place.shop.pages["/"]
    assert place.look().lost


def test_the_meta_element_counts_in_the_head_alone(place: Place) -> None:
    place.shop.pages["/"] = Reply(f"<html><head>{META}</head><body>Hi</body></html>")
    assert place.look().method == "meta"
    comment = f"<html><head></head><body><p>Review: {META}</p></body></html>"
    place.shop.pages["/"] = Reply(comment)
    assert place.look().lost


@pytest.mark.parametrize("shorter", [TOKEN[:-1], TOKEN + "x", TOKEN.lower(), ""])
def test_almost_the_token_is_not_the_token(place: Place, shorter: str) -> None:
    place.zone.records = (RECORD.replace(TOKEN, shorter),)
    place.shop.pages[FILE] = Reply(shorter)
    place.shop.pages["/"] = Reply(
        f"<html><head>{META.replace(TOKEN, shorter)}</head><body></body></html>"
    )
    assert place.look().lost


def test_a_file_on_somebody_elses_site_proves_nothing(place: Place) -> None:
    away = Reply("", 302, headers=(("Location", "https://other.example/token"),))
    place.shop.pages[FILE] = away
    seen = place.look()
    assert seen.places["well_known"] is Sight.ABSENT
    assert seen.lost


def test_what_could_not_be_asked_is_never_lost(place: Place) -> None:
    place.zone.codes = {"_keurwacht.example.nl. TXT": dns.rcode.SERVFAIL}
    seen = place.look()
    assert (seen.places["dns"], seen.lost) == (Sight.UNKNOWN, False)
    place.zone.codes = {}
    place.shop.pages[FILE] = Reply("busy", 503)
    assert place.look().places["well_known"] is Sight.UNKNOWN
    place.shop.pages["/"] = Reply("busy", 503)
    assert place.look().places["meta"] is Sight.UNKNOWN


def test_a_certificate_that_nobody_trusts_proves_nothing_and_loses_nothing(place: Place) -> None:
    place.shop.pages[FILE] = Reply(TOKEN)
    place.shop.pages["/"] = Reply(f"<html><head>{META}</head></html>")
    place.options = replace(place.options, ca_file=None)
    seen = place.look()
    assert (seen.method, seen.lost) == ("", False)
    assert "certificate" in seen.reasons["well_known"]


def test_a_shop_that_is_gone_loses_nothing(place: Place, tmp_path: Path) -> None:
    dead = replace(place.options.resolve[0], to_port=1)
    place.options = replace(place.options, resolve=(dead,))
    seen = place.look()
    assert seen.places["meta"] is Sight.UNKNOWN
    assert not seen.lost
