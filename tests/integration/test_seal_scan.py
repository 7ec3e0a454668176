"""The seal scanner on real shops: what it sees, and when absence is proven."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanners.api import Resolve, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.seal.evidence import Reference, SealFacts
from scanners.seal.scanner import SealScanner
from tests.integration.content_shop import (
    FILLER_NL,
    FixedClock,
    Reply,
    Shop,
    healthy_pages,
    page,
    running_shop,
)

WIDGET = "https://dashboard.label.example/sidebar.js?id=1"
MARK = f'<script src="{WIDGET}"></script>'
CHALLENGE = "<html><title>Just a moment...</title><body>Checking your browser</body></html>"
CONSENT = "<p>Wij gebruiken cookies. Accepteer alle cookies om verder te gaan.</p>"
# Pages of the healthy shop that are linked: start, contact, about, terms, privacy, complaints,
# delivery.
ROLE_PAGES = 7


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_shop(tmp_path, healthy_pages()) as running:
        yield running


def scan(shop: Shop, deadline_s: float = 30.0, **more: object) -> ScanResult:
    fields: dict[str, object] = {"url": shop.url, "hosts": (shop.host,), **more}
    request = ScanRequest(kind=ScanKind.SEAL, deadline_s=deadline_s, **fields)  # type: ignore[arg-type]
    return asyncio.run(SealScanner(shop.options, FixedClock()).scan(request))


def facts_of(result: ScanResult) -> SealFacts:
    found = result.evidence[0].facts
    assert isinstance(found, SealFacts)
    return found


def kinds(facts: SealFacts, host: str = "label.example") -> set[str]:
    return {r.kind for r in facts.references if r.host == host or r.host.endswith(f".{host}")}


def article(name: str, links: tuple[str, ...] = (), more: str = "") -> Reply:
    """A page with text of its own and links."""
    anchors = " ".join(f'<a href="{link}">Lees {link[1:]}</a>' for link in links)
    text = f"Dit is de pagina {name} met een eigen verhaal over {name}. " * 6
    return page(f"<h1>{name}</h1><p>{text}</p>{anchors}{more}", nav="")


def link_from_start(shop: Shop, *paths: str, more: str = "") -> None:
    anchors = " ".join(f'<a href="{path}">Artikel {path[1:]}</a>' for path in paths)
    shop.pages["/"] = page(f"<h1>Kantoor</h1><p>{FILLER_NL * 2}</p>{anchors}{more}")


def with_articles(shop: Shop, count: int) -> tuple[str, ...]:
    paths = tuple(f"/artikel-{n}" for n in range(count))
    link_from_start(shop, *paths)
    shop.pages |= {path: article(path[1:]) for path in paths}
    return paths


def test_a_small_shop_is_read_whole(shop: Shop) -> None:
    with_articles(shop, 3)
    result = scan(shop)
    facts = facts_of(result)
    assert (result.outcome, facts.complete, facts.reason) == (ScanOutcome.COMPLETE, True, "")
    assert facts.pages_read == ROLE_PAGES + 3
    assert facts.references == ()
    asked = [path for path in shop.asked if path != "/robots.txt"]
    assert len(asked) == len(set(asked))


def test_reading_ends_when_enough_pages_were_read(shop: Shop) -> None:
    with_articles(shop, 40)
    facts = facts_of(scan(shop))
    assert (facts.pages_read, facts.complete) == (20, True)
    assert sum(path.startswith("/artikel") for path in shop.asked) == 20 - ROLE_PAGES


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        pytest.param(Reply("fout", 503), "http_error", id="503"),
        pytest.param(Reply(CHALLENGE, 503), "bot_wall", id="challenge 503"),
        pytest.param(Reply(CHALLENGE), "bot_wall", id="challenge 200"),
        pytest.param(Reply("nee", 403, kind="text/plain"), "bot_wall", id="403"),
        pytest.param(page(CONSENT, nav=""), "consent_wall", id="consent wall"),
        pytest.param(
            page('<div id="root"></div><script src="/app.js"></script>', nav=""),
            "script_shell",
            id="made in the browser",
        ),
        pytest.param(
            page("<p>Deze domeinnaam is te koop. Buy this domain.</p>", nav=""),
            "parking_page",
            id="parking",
        ),
        pytest.param(Reply("slow", wait_s=4), "timed_out", id="slow"),
    ],
)
def test_a_further_page_that_cannot_be_read_is_named(shop: Shop, reply: Reply, word: str) -> None:
    with_articles(shop, 2)
    shop.pages["/artikel-1"] = reply
    result = scan(shop)
    facts = facts_of(result)
    assert (result.outcome, facts.complete) == (ScanOutcome.PARTIAL, False)
    assert facts.reason == f"{word}: {shop.url}artikel-1"
    assert result.detail["reason"] == facts.reason
    assert facts.pages_read == ROLE_PAGES + 1


def test_a_soft_404_is_not_read(shop: Shop) -> None:
    with_articles(shop, 2)
    shop.pages["/artikel-1"] = shop.fallback = page("<h1>Oeps</h1><p>Deze pagina is weg.</p>")
    facts = facts_of(scan(shop))
    assert (facts.pages_read, facts.complete) == (ROLE_PAGES + 1, False)
    assert facts.reason.startswith("soft_404: ")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply("weg", 404), id="404"),
        pytest.param(Reply("weg", 410), id="410"),
        pytest.param(Reply("", 302, headers=(("Location", "/"),)), id="leads home"),
        pytest.param(Reply("", 302, headers=(("Location", "https://x.org/"),)), id="leads out"),
        pytest.param(Reply("%PDF-1.4", kind="application/pdf"), id="document"),
        pytest.param(Reply("%PDF-1.4", kind="text/html"), id="document in disguise"),
        pytest.param(Reply("{}", kind="application/json"), id="data"),
    ],
)
def test_what_is_no_page_of_the_site_leaves_no_gap(shop: Shop, reply: Reply) -> None:
    with_articles(shop, 2)
    shop.pages["/artikel-1"] = reply
    facts = facts_of(scan(shop))
    assert (facts.pages_read, facts.complete) == (ROLE_PAGES + 1, True)


def test_one_broken_page_does_not_matter_when_enough_others_were_read(shop: Shop) -> None:
    with_articles(shop, 30)
    shop.pages["/artikel-1"] = Reply("fout", 503)
    facts = facts_of(scan(shop))
    assert (facts.pages_read, facts.complete) == (20, True)
    assert "artikel-1" in facts.reason


def test_a_role_page_that_cannot_be_read_is_a_gap(shop: Shop) -> None:
    shop.pages["/voorwaarden"] = Reply("fout", 503)
    facts = facts_of(scan(shop))
    assert (facts.complete, facts.reason) == (False, f"http_error: {shop.url}voorwaarden")
    shop.pages["/voorwaarden"] = Reply("slow", wait_s=4)
    assert facts_of(scan(shop)).reason == f"timed_out: {shop.url}voorwaarden"


def test_account_and_checkout_are_no_gap(shop: Shop) -> None:
    link_from_start(shop, more='<a href="/login">Inloggen</a> <a href="/winkelwagen">Mandje</a>')
    shop.pages["/login"] = Reply("nee", 401)
    shop.pages["/winkelwagen"] = Reply("fout", 503)
    assert facts_of(scan(shop)).complete


def test_links_of_further_pages_are_followed_breadth_first(shop: Shop) -> None:
    link_from_start(shop, "/a", "/b")
    shop.pages |= {
        "/a": article("a", ("/a1",)),
        "/b": article("b", ("/b1",)),
        "/a1": article("a1", ("/a2",)),
        "/b1": article("b1"),
        "/a2": article("a2", more=MARK),
    }
    facts = facts_of(scan(shop))
    asked = [path for path in shop.asked if path in {"/a", "/b", "/a1", "/b1", "/a2"}]
    assert asked == ["/a", "/b", "/a1", "/b1", "/a2"]
    assert kinds(facts) == {"script"}
    assert next(r.page_url for r in facts.references) == f"{shop.url}a2"


def test_frames_of_the_site_itself_are_read(shop: Shop) -> None:
    link_from_start(shop, more='<iframe src="/kader"></iframe>')
    shop.pages["/kader"] = article("kader", more=MARK)
    assert kinds(facts_of(scan(shop))) == {"script"}


def test_pages_that_robots_txt_forbids_are_not_asked_for(shop: Shop) -> None:
    with_articles(shop, 3)
    shop.pages["/robots.txt"] = Reply(
        "User-agent: *\nDisallow: /artikel-1\nDisallow: /winkelwagen", kind="text/plain"
    )
    link_from_start(shop, "/artikel-0", "/artikel-1", more='<a href="/winkelwagen">Mandje</a>')
    facts = facts_of(scan(shop))
    assert "/artikel-0" in shop.asked
    assert not {"/artikel-1", "/winkelwagen"} & set(shop.asked)
    assert (facts.complete, facts.reason) == (False, f"robots: {shop.url}artikel-1")
    assert facts.pages_read == ROLE_PAGES + 1


def test_forbidden_pages_do_not_matter_when_enough_others_were_read(shop: Shop) -> None:
    with_articles(shop, 30)
    shop.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /artikel-1$", kind="text/plain")
    facts = facts_of(scan(shop))
    assert (facts.pages_read, facts.complete) == (20, True)
    assert "/artikel-1" not in shop.asked


def test_every_own_host_is_asked_for_its_rules_and_only_so_many_hosts_are(shop: Shop) -> None:
    hosts = [f"s{n}.example.nl" for n in range(12)]
    port = shop.options.resolve[0].to_port
    more = tuple(Resolve(host, 443, "127.0.0.1", port) for host in hosts)
    shop.options = replace(shop.options, resolve=(*shop.options.resolve, *more))
    links = "".join(f'<a href="https://{h}/{h[:-11]}">Winkel {h}</a>' for h in hosts)
    link_from_start(shop, more=links)
    shop.pages |= {f"/{host[:-11]}": article(host[:-11]) for host in hosts}
    facts = facts_of(scan(shop))
    assert (facts.complete, facts.pages_read) == (False, ROLE_PAGES + 10)
    assert facts.reason == "host_cap: https://s10.example.nl/s10 and 1 more"
    assert shop.asked.count("/robots.txt") == 11


def test_links_that_would_do_something_are_not_asked_for(shop: Shop) -> None:
    actions = ("/artikel?remove_item=12", "/logout", "/bestand.zip")
    link_from_start(shop, *actions)
    facts = facts_of(scan(shop))
    assert facts.complete
    assert not set(actions) & set(shop.asked)


def test_time_that_runs_out_proves_nothing(shop: Shop) -> None:
    paths = with_articles(shop, 16)
    shop.pages |= {path: Reply(article(path).body, wait_s=0.8) for path in paths}
    began = time.monotonic()
    result = scan(shop, deadline_s=6.0)
    assert time.monotonic() - began < 7.0
    facts = facts_of(result)
    assert (result.outcome, facts.complete) == (ScanOutcome.PARTIAL, False)
    assert ROLE_PAGES <= facts.pages_read < 20
    assert facts.reason.endswith(f"time_budget after {facts.pages_read} pages")


def test_too_many_fruitless_pages_prove_nothing(shop: Shop) -> None:
    paths = with_articles(shop, 90)
    shop.pages |= dict.fromkeys(paths, shop.pages["/artikel-0"])
    facts = facts_of(scan(shop, deadline_s=60.0))
    assert facts.pages_read == ROLE_PAGES + 1
    assert (facts.complete, facts.reason) == (False, f"page_cap after {ROLE_PAGES + 1} pages")


def test_a_truncated_page_is_seen_but_proves_nothing(shop: Shop) -> None:
    with_articles(shop, 1)
    shop.pages["/artikel-0"] = article("lang", more=MARK + "<p></p>" * 41_000)
    facts = facts_of(scan(shop))
    assert kinds(facts) == {"script"}
    assert (facts.complete, facts.pages_read) == (False, ROLE_PAGES)
    assert facts.reason == f"truncated: {shop.url}artikel-0"


def test_a_thin_start_page_is_seen_but_proves_nothing(shop: Shop) -> None:
    shop.pages["/"] = page('<p>Welkom</p><img src="https://label.example/zegel.png">')
    facts = facts_of(scan(shop))
    assert kinds(facts) == {"image"}
    assert (facts.complete, facts.pages_read) == (False, ROLE_PAGES - 1)
    assert facts.reason == f"thin_start_page: {shop.url}"
    shop.pages["/"] = page(f"<p>Welkom</p>{MARK}")
    facts = facts_of(scan(shop))
    assert (kinds(facts), facts.complete) == ({"script"}, False)
    assert facts.reason == f"script_shell: {shop.url}"


def test_a_language_that_no_judge_reads_can_still_show_a_mark(shop: Shop) -> None:
    text = "Sprzedajemy artykuły biurowe dla firm i do domu, zapraszamy do zakupów. " * 12
    shop.pages = {"/": page(f"<p>{text}</p>{MARK}", lang="pl", nav="")}
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert kinds(facts_of(result)) == {"script"}


@pytest.mark.parametrize(
    ("start", "outcome"),
    [
        pytest.param(Reply(CHALLENGE, 403), ScanOutcome.BLOCKED, id="bot wall"),
        pytest.param(Reply("fout", 500), ScanOutcome.PARTIAL, id="500"),
        pytest.param(
            Reply("", 302, headers=(("Location", "https://x.org/"),)),
            ScanOutcome.REDIRECTED_OUT,
            id="leads out",
        ),
    ],
)
def test_without_a_start_page_there_are_no_facts(
    shop: Shop, start: Reply, outcome: ScanOutcome
) -> None:
    shop.pages["/"] = start
    result = scan(shop)
    assert (result.outcome, result.evidence) == (outcome, ())
    assert result.detail["reason"]


def test_a_tarpit_ends_in_time(shop: Shop) -> None:
    shop.pages, shop.fallback = {}, Reply("slow", wait_s=6)
    began = time.monotonic()
    result = scan(shop, deadline_s=4.0)
    assert time.monotonic() - began < 5.0
    assert (result.outcome, result.evidence) == (ScanOutcome.TIMED_OUT, ())


def test_own_pictures_do_not_crowd_out_a_widget(shop: Shop) -> None:
    pictures = "".join(f'<img src="/p/{n}.jpg" alt="Product {n}">' for n in range(2_100))
    link_from_start(shop, more=pictures + MARK)
    facts = facts_of(scan(shop))
    assert kinds(facts) == {"script"}
    assert (facts.complete, facts.reason) == (False, "more than can be kept: own_pictures")


def test_a_thousand_own_pictures_are_no_trouble(shop: Shop) -> None:
    pictures = "".join(f'<img src="/p/{n}.jpg" alt="Product {n}">' for n in range(1_000))
    link_from_start(shop, more=pictures)
    facts = facts_of(scan(shop))
    assert (facts.complete, len(facts.references)) == (True, 1_000)


def test_too_many_foreign_references_prove_nothing(shop: Shop) -> None:
    pictures = "".join(f'<img src="https://cdn.example/{n}.jpg">' for n in range(2_100))
    link_from_start(shop, more=pictures + '<img src="/keurmerk.png" alt="Keurmerk">')
    facts = facts_of(scan(shop))
    assert (facts.complete, facts.reason) == (False, "more than can be kept: foreign_references")
    assert "Keurmerk keurmerk.png" in {r.words for r in facts.references}


def test_of_a_seller_only_the_profile_pages_are_read(shop: Shop) -> None:
    shop.pages["/verkoper/1"] = article("verkoper", ("/elders",), more=MARK)
    first, second = f"{shop.url}verkoper/1", f"{shop.url}verkoper/2"
    result = scan(shop, subject="seller", profile_urls=(first,))
    facts = facts_of(result)
    assert (result.outcome, facts.complete, facts.pages_read) == (ScanOutcome.COMPLETE, True, 1)
    assert kinds(facts) == {"script"}
    assert set(shop.asked) == {"/robots.txt", "/verkoper/1"}
    shop.pages["/verkoper/2"] = Reply("fout", 503)
    facts = facts_of(scan(shop, subject="seller", profile_urls=(first, second)))
    assert (facts.complete, facts.reason) == (False, f"http_error: {second}")


def test_more_profile_pages_than_are_read_prove_nothing(shop: Shop) -> None:
    urls = tuple(f"{shop.url}verkoper/{n}" for n in range(41))
    shop.pages |= {f"/verkoper/{n}": article(f"verkoper {n}") for n in range(41)}
    facts = facts_of(scan(shop, subject="seller", profile_urls=urls))
    assert (facts.pages_read, facts.complete, facts.reason) == (40, False, f"page_cap: {urls[40]}")


def test_the_module_runs_by_itself(shop: Shop) -> None:
    link_from_start(shop, more=MARK)
    secure = shop.options.resolve[0]
    command = [
        *(sys.executable, "-W", "error", "-m", "scanners.seal", shop.url, "--json"),
        *("--ca-file", str(shop.options.ca_file), "--allow-network", "127.0.0.0/8"),
        *("--resolve", f"{shop.host}:443:{secure.address}:{secure.to_port}"),
        *("--deadline", "30"),
    ]
    done = subprocess.run(command, capture_output=True, check=False, timeout=50)
    assert (done.returncode, done.stderr) == (0, b"")
    said = json.loads(done.stdout)
    assert said["outcome"] == "complete"
    (evidence,) = said["evidence"]
    assert evidence["kind"] == "seal.facts@1"
    reference = Reference(**evidence["facts"]["references"][0])
    assert (reference.kind, reference.target) == ("script", WIDGET)


@pytest.mark.parametrize("url", ["shop", "http://[::1"])
def test_a_url_without_host_is_bad_input(url: str) -> None:
    command = [sys.executable, "-m", "scanners.seal", url, "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=50)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"the URL has no host\n"
