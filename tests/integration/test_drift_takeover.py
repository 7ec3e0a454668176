"""A shop that is not the same any more, seen over the wire; and one that could not be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.policy.drifting.compare import changes, confirmed, unseen_roles
from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.drift.evidence import DriftFacts
from scanners.drift.scanner import DriftScanner
from tests.integration.content_shop import (
    FILLER_NL,
    FixedClock,
    Pages,
    Reply,
    Shop,
    card,
    healthy_pages,
    page,
    running_shop,
)

SEAL = (
    '<a href="https://www.label.example/leden/voorbeeld/certificaat">'
    '<img src="https://www.label.example/keurmerk.svg" alt="Keurmerk Label"></a>'
)
HOME = f"<h1>Kantoor</h1>{''.join(card(n) for n in range(6))}<p>{FILLER_NL}</p>{SEAL}"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    pages: Pages = {**healthy_pages(), "/": page(HOME)}
    with running_shop(tmp_path, pages) as running:
        yield running


def scan(shop: Shop, **options: object) -> ScanResult:
    request = ScanRequest(ScanKind.DRIFT, shop.url, (shop.host,), options=options, deadline_s=20.0)
    return asyncio.run(DriftScanner(shop.options, FixedClock()).scan(request))


def look(shop: Shop, **options: object) -> DriftFacts:
    (evidence,) = scan(shop, **options).evidence
    assert isinstance(evidence.facts, DriftFacts)
    return evidence.facts


def told(shop: Shop, before: DriftFacts) -> list[tuple[str, str]]:
    """What two looks in a row agree on."""
    first, second = (changes(before, look(shop)) for _ in range(2))
    return [(c.kind.value, c.weight.value) for c in confirmed(first, second)]


AWAY = (("Location", "https://casino.example/x"),)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Reply("", 302, headers=AWAY), ("host_changed", "critical")),
        (page(HOME.replace("<h1>", '<meta http-equiv="refresh" content="0;url=https://c.example/">'
                           "<h1>")), ("host_changed", "critical")),
        (Reply("<title>x.nl</title><p>Deze domeinnaam is te koop"), ("parked", "critical")),
        (Reply("<title>Welcome to nginx!</title><h1>Welcome to nginx!"), ("parked", "critical")),
        (Reply("<title>Site not found</title>There isn't a GitHub Pages site here.", 404),
         ("parked", "critical")),
        (Reply("<title>Hacked by X4X</title><h1>Hacked by X4X</h1>"), ("defaced", "critical")),
        (page(f"<h1>Hacked by X4X</h1>{HOME}"), ("defaced", "critical")),
        (Reply("<title>Voorbeeld</title><h1>Wij zijn gestopt</h1>"), ("closed", "high")),
        (Reply("<p>Hallo</p>"), ("emptied", "high")),
        (page(f"<p>Er zijn geen producten gevonden</p><p>{FILLER_NL * 2}</p>{SEAL}"),
         ("emptied", "high")),
        (Reply("<title>Niets</title><p>Niets</p>", 404), ("page_gone", "high")),
    ],
)  # fmt: skip
def test_what_became_of_a_start_page_is_told_alone(
    shop: Shop, answer: Reply, found: tuple[str, str]
) -> None:
    before = look(shop)
    shop.pages["/"] = answer
    assert told(shop, before) == [found]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply("later", 503), ScanOutcome.PARTIAL),
        (Reply("<title>Just a moment...</title>", 403), ScanOutcome.BLOCKED),
        (Reply("", 302, headers=(("Location", "https://a.queue-it.net/"),)),
         ScanOutcome.REDIRECTED_OUT),
        (page("<h1>Wegens onderhoud tijdelijk gesloten</h1>", nav=""), ScanOutcome.PARTIAL),
    ],
)  # fmt: skip
def test_what_could_not_be_seen_is_no_observation(
    shop: Shop, answer: Reply, outcome: ScanOutcome
) -> None:
    shop.pages["/"] = answer
    result = scan(shop)
    assert (result.outcome, result.evidence) == (outcome, ())


def test_a_start_page_that_is_no_shop_takes_nothing_along_and_is_no_baseline(shop: Shop) -> None:
    before = look(shop)
    shop.pages["/"] = Reply("<title>Hacked by X4X</title><h1>Hacked by X4X</h1>")
    result = scan(shop)
    assert result.outcome is ScanOutcome.PARTIAL
    after = look(shop)
    assert (after.roles, after.complete_for, after.languages) == ((), (), ())
    assert [change.kind for change in changes(before, after)] == ["defaced"]
    assert set(unseen_roles(before, after)) >= {"contact", "terms", "privacy"}


def test_the_mark_and_the_required_links_are_read(shop: Shop) -> None:
    facts = look(shop)
    assert {(s.kind, s.value) for s in facts.statements} >= {
        ("certificate", "label.example/leden/voorbeeld/certificaat"),
        ("seal", "www.label.example"), ("link", "privacy"), ("link", "terms"),
    }  # fmt: skip
    assert facts.outline.offers == 6
    known = look(shop, label_hosts=["Label.example."])
    assert [s for s in known.statements if s.kind != "link"] == [
        s for s in facts.statements if s.kind != "link"
    ]
    other = look(shop, label_hosts=["another.example"])
    assert [s for s in other.statements if s.kind in ("certificate", "seal")] == []


def swap(shop: Shop, old: str, new: str, *paths: str) -> None:
    for path in paths or tuple(shop.pages):
        reply = shop.pages[path]
        if isinstance(reply.body, str):
            shop.pages[path] = Reply(reply.body.replace(old, new), reply.status)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("leden/voorbeeld/", "leden/ander/", ("seal_changed", "critical")),
        ("www.label.example/leden", "labe1.example/leden", ("seal_changed", "critical")),
        ("www.label.example/keurmerk", "cdn.example/keurmerk", ("seal_changed", "review")),
        (SEAL, "", ("seal_gone", "high")),
        ('<a href="/privacy">Privacyverklaring</a>', "", ("link_gone", "high")),
    ],
)
def test_a_mark_or_a_link_that_changed_is_named(
    shop: Shop, old: str, new: str, found: tuple[str, str]
) -> None:
    before = look(shop)
    swap(shop, old, new)
    assert told(shop, before) == [found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<a href="/privacy">Privacyverklaring</a>', '<a href="/privacy">Uw gegevens</a>'),
        ("<h1>Kantoor</h1>", "<h1>Kerst op kantoor</h1><p>Gesloten van 24 t/m 26 december.</p>"),
        ("<h1>Kantoor</h1>", '<h1>Kantoor</h1><h2><a href="/b">Keten failliet</a></h2>'),
        ("<h1>Kantoor</h1>", "<h1>Alles moet weg: opruiming</h1>"),
        ('<html lang="nl"><head>',
         '<html lang="nl"><head><link rel="alternate" hreflang="fr" href="/fr">'),
        ("leden/voorbeeld/certificaat", "nl/leden/voorbeeld/certificaat?utm_source=shop"),
    ],
)  # fmt: skip
def test_a_day_of_trade_is_no_takeover(shop: Shop, old: str, new: str) -> None:
    before = look(shop)
    swap(shop, old, new)
    assert told(shop, before) == []


def test_another_shop_on_the_same_domain_is_told(shop: Shop) -> None:
    before = look(shop)
    nav = '<nav><a href="/contact">Contact</a> <a href="/spins">Spins</a></nav>'
    words = "We are happy to offer you the best bonus of this week and all of the games. " * 12
    home = (
        '<html lang="en"><head><title>Lucky bonus</title><script src="/wp-content/a/b.js"></script>'
        f"</head><body>{nav}<h1>Free spins today</h1><h2>Jackpot games</h2><p>{words}</p></body>"
    )
    shop.pages.clear()
    shop.pages["/"] = Reply(home)
    shop.pages["/contact"] = Reply(home.replace("Free spins today", "Contact us: me@bet.example"))
    assert ("replaced", "critical") in told(shop, before)
