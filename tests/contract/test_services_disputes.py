"""What a second opinion asks of the scanner, and that nothing but the audit keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.site import Site, SubjectType
from monitor.services.disputes import DEADLINE_S, ask_second_opinion
from monitor.services.rescans import RequestError
from monitor.services.surveillance import WorkSettings
from scanners.api import ScanKind, ScanRequest
from tests.builders import site
from tests.contract.services_world import SHOP, World, open_world

SETTINGS = WorkSettings("test", options={"tier": "lean", "other": 1})


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path)
    yield opened
    opened.store.close()


def ask(world: World, shop: Site, host: str | None = None) -> ScanRequest:
    return world.do(
        lambda tx: ask_second_opinion(tx, shop, host, "anna", world.clock.now(), SETTINGS)
    )


def test_the_full_look_at_every_own_host_is_asked_for_and_audited(world: World) -> None:
    before = world.rows(SHOP)
    request = ask(world, replace(site(), hosts=("www.shop.example",)))
    assert (request.kind, request.deadline_s) == (ScanKind.TLS, DEADLINE_S)
    assert request.hosts == ("shop.example", "www.shop.example")
    assert request.options == {"tier": "full", "other": 1}
    (entry, *_) = world.do(lambda tx: tx.audit_log())
    assert (entry.action, entry.actor, entry.object_id) == ("second_opinion", "anna", SHOP)
    assert entry.detail == {"hosts": ["shop.example", "www.shop.example"]}
    assert world.rows(SHOP) == before


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("shop.example", "https://shop.example:8443/nl/"),
        ("WWW.Shop.Example.", "https://www.shop.example/"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("2001:db8::1", "https://[2001:db8::1]/"),
    ],
)
def test_one_host_alone_is_asked_for_at_its_own_port(world: World, host: str, url: str) -> None:
    others = ("www.shop.example", "xn--bcher-kva.example", "2001:db8::1")
    shop = replace(site(), url="https://shop.example:8443/nl/", hosts=others)
    request = ask(world, shop, host)
    assert request.url == url
    assert len(request.hosts) == 1


def test_a_member_that_is_gone_keeps_nobody_from_looking(world: World) -> None:
    assert ask(world, site(member_id="gone")).hosts == ("shop.example",)


@pytest.mark.parametrize(
    ("shop", "host", "said"),
    [
        (site(subject=SubjectType.SELLER), None, "a seller is never scanned"),
        (site(), "other.example", "'other.example' is no host of shop.example; it has shop.ex"),
        (site(), "https://shop.example/", "is no host of"),
        (site(), "a..b", "is no host of"),
        (site(), "", "is no host of"),
    ],
)
def test_a_seller_or_the_host_of_another_is_refused_and_not_audited(
    world: World, shop: Site, host: str | None, said: str
) -> None:
    before = world.do(lambda tx: tx.audit_log())
    with pytest.raises(RequestError, match=said):
        ask(world, shop, host)
    assert world.do(lambda tx: tx.audit_log()) == before
