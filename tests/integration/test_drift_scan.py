"""Drift on real shops: what daily trade never is, and what a shorter term always is."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.policy.drifting.compare import changes, unseen_roles
from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult, encode_facts
from scanners.drift.evidence import DriftFacts, RoleFacts
from scanners.drift.scanner import SENTENCES_MAX, DriftScanner
from tests.integration.content_shop import (
    FILLER_NL,
    HOST,
    FixedClock,
    Reply,
    Shop,
    healthy_pages,
    page,
    running_shop,
)

TERMS = (
    "<h1>Algemene voorwaarden</h1><p>Versie van 3 maart 2026.</p>"
    "<p>De klant kan binnen veertien dagen na ontvangst van de koop af zonder reden.</p>"
    "<p>Retourneren kost de klant € 6,95 per pakket en wordt niet vergoed.</p>"
    "<table><tr><td>Garantie</td><td>2 jaar</td></tr></table>"
    + "<p>Deze voorwaarden gelden voor elk aanbod van onze winkel. </p>"
    * 20
)
BANNER = "<p>Vandaag in de aanbieding: twintig pennen voor de prijs van tien!</p>"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    pages = {**healthy_pages(), "/voorwaarden": page(TERMS)}
    with running_shop(tmp_path, pages) as running:
        yield running


def scan(shop: Shop, deadline_s: float = 20.0) -> ScanResult:
    request = ScanRequest(ScanKind.DRIFT, shop.url, (shop.host,), deadline_s=deadline_s)
    return asyncio.run(DriftScanner(shop.options, FixedClock()).scan(request))


def facts_of(result: ScanResult) -> DriftFacts:
    (evidence,) = result.evidence
    assert isinstance(evidence.facts, DriftFacts)
    return evidence.facts


def look(shop: Shop) -> DriftFacts:
    return facts_of(scan(shop))


def role(facts: DriftFacts, name: str) -> RoleFacts:
    return next(one for one in facts.roles if one.role == name)


def test_two_looks_at_the_same_shop_are_equal_and_small(shop: Shop) -> None:
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    facts = facts_of(result)
    assert facts == look(shop)
    assert changes(facts, facts) == ()
    assert unseen_roles(facts, facts) == ()
    assert role(facts, "terms").durations == ("14 days", "2 years")
    assert role(facts, "contact").numbers == ("kvk:30198127", "vat_nl:NL004495445B01")
    assert len(encode_facts(facts)) < 10_000


def test_a_day_of_trade_is_no_drift(shop: Shop) -> None:
    before = look(shop)
    for path, reply in list(shop.pages.items()):
        if isinstance(reply.body, str) and reply.body.startswith("<!doctype"):
            body = reply.body.replace("<main>", f"{BANNER}<main>").replace("6,95", "7,25")
            body = body.replace("3 maart 2026", "14 april 2027").replace("veertien", "14")
            shop.pages[path] = Reply(body)
    after = look(shop)
    assert changes(before, after) == ()
    assert changes(after, before) == ()


def test_a_shorter_term_is_named_with_both_fragments(shop: Shop) -> None:
    before = look(shop)
    shop.pages["/voorwaarden"] = page(TERMS.replace("veertien dagen", "7 dagen"))
    (change,) = changes(before, look(shop))
    assert (change.kind, change.role, change.named) == (
        "term_changed", "terms", "return period 14 days -> 7 days",
    )  # fmt: skip
    assert "veertien dagen" in change.before
    assert "7 dagen" in change.after
    assert change.url == f"https://{HOST}/voorwaarden"


def test_a_changed_cell_of_a_table_is_named(shop: Shop) -> None:
    before = look(shop)
    shop.pages["/voorwaarden"] = page(TERMS.replace("2 jaar", "1 jaar"))
    (change,) = changes(before, look(shop))
    assert (change.named, change.before) == ("warranty 2 years -> 1 year", "Garantie 2 jaar")


@pytest.mark.parametrize("trouble", [Reply("later", 503), Reply("wall", 403)])
@pytest.mark.parametrize("path", ["/contact", "/voorwaarden", "/privacy"])
def test_nothing_is_gone_because_a_page_was_not_read(shop: Shop, path: str, trouble: Reply) -> None:
    before = look(shop)
    shop.pages[path] = trouble
    result = scan(shop)
    assert result.outcome is ScanOutcome.PARTIAL
    after = facts_of(result)
    assert changes(before, after) == ()
    assert len(unseen_roles(before, after)) == 1


def test_a_number_that_is_taken_off_the_page_is_gone(shop: Shop) -> None:
    before = look(shop)
    shop.pages["/contact"] = page("<h1>Contact</h1><p>Bel 030 234 56 78 voor vragen.</p>")
    kinds = [change.kind.value for change in changes(before, look(shop))]
    assert kinds.count("number_gone") == 2


def test_a_mistyped_number_is_another_number(shop: Shop) -> None:
    before = look(shop)
    body = shop.pages["/contact"].body
    assert isinstance(body, str)
    shop.pages["/contact"] = Reply(body.replace("0044.95.445", "0044.95.446"))
    (change,) = changes(before, look(shop))
    assert change.kind == "number_swapped"


def test_a_page_that_answers_not_found_is_gone(shop: Shop) -> None:
    before = look(shop)
    shop.pages["/voorwaarden"] = Reply("<h1>404</h1>", 404)
    found = changes(before, look(shop))
    assert [(change.kind, change.before) for change in found] == [
        ("page_gone", f"https://{HOST}/voorwaarden")
    ]


def test_what_stands_on_most_pages_is_no_legal_text(shop: Shop) -> None:
    """A banner that the start page does not have."""
    for path in list(shop.pages):
        body = shop.pages[path].body
        if path not in ("/", "/sitemap.xml") and isinstance(body, str):
            shop.pages[path] = Reply(body.replace("</main>", f"{BANNER}</main>"))
    facts = look(shop)
    texts = [s.text for one in facts.roles for s in one.sentences]
    assert texts
    assert not any("aanbieding" in text for text in texts)


def test_a_start_page_with_the_terms_on_it_gives_its_durations_only(tmp_path: Path) -> None:
    one = page(
        f'<h1>Winkel</h1><p>{FILLER_NL}</p><a href="/#voorwaarden">Algemene voorwaarden</a>'
        "<h2>Voorwaarden</h2><p>U heeft 14 dagen bedenktijd na ontvangst.</p>",
        nav="",
    )
    with running_shop(tmp_path, {"/": one, "/sitemap.xml": Reply("<urlset/>")}) as running:
        facts = look(running)
    (terms,) = [found for found in facts.roles if found.role == "terms"]
    assert [s.text for s in terms.sentences] == ["U heeft 14 dagen bedenktijd na ontvangst."]


def clauses(count: int) -> str:
    words = ("rood", "wit", "blauw", "groen", "geel", "zwart", "grijs", "paars", "bruin", "roze")
    names = (
        f"{words[n % 10]} {words[n // 10 % 10]} {words[n // 100 % 10]} {words[n // 1000]}"
        for n in range(count)
    )
    return "".join(f"<p>Lid {name} geldt.</p>" for name in names)


def test_more_sentences_than_are_kept_give_no_false_change(shop: Shop) -> None:
    body = clauses(SENTENCES_MAX + 200)
    shop.pages["/voorwaarden"] = page(body)
    before = look(shop)
    terms = role(before, "terms")
    assert (terms.truncated, terms.cut, len(terms.sentences)) == (True, False, SENTENCES_MAX)
    assert len(encode_facts(before)) < 120_000
    shop.pages["/voorwaarden"] = page(f"<p>Een heel nieuwe bepaling staat hier nu.</p>{body}")
    assert {change.kind for change in changes(before, look(shop))} <= {"clause_added"}


def test_a_page_longer_than_what_is_read_gives_no_false_change(shop: Shop) -> None:
    long = "".join(f"<p>{'Zeker ' * 30} bepaling {n} geldt hier.</p>" for n in range(600))
    shop.pages["/voorwaarden"] = page(long)
    before = look(shop)
    assert role(before, "terms").cut
    shop.pages["/voorwaarden"] = page(f"<p>{'Een nieuw begin van de tekst. ' * 30}</p>{long}")
    assert {change.kind for change in changes(before, look(shop))} <= {"clause_added"}


def test_a_dead_shop_gives_no_facts(shop: Shop) -> None:
    shop.pages["/"] = Reply("down", 503)
    result = scan(shop)
    assert result.evidence == ()
    assert result.outcome is not ScanOutcome.COMPLETE


def test_the_command_prints_the_facts(shop: Shop) -> None:
    targets = [f"{r.host}:{r.port}:{r.address}:{r.to_port}" for r in shop.options.resolve]
    resolve = [word for target in targets for word in ("--resolve", target)]
    ran = subprocess.run(
        [sys.executable, "-m", "scanners.drift", shop.url, "--json", *resolve,
         "--ca-file", str(shop.options.ca_file), "--allow-network", "127.0.0.0/8"],
        capture_output=True, check=False, timeout=90,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert document["outcome"] == "complete"
    assert [one["kind"] for one in document["evidence"]] == ["drift.facts@3"]
    assert {one["role"] for one in document["evidence"][0]["facts"]["roles"]} >= {"terms"}


def test_the_command_names_bad_input() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "scanners.drift", "nonsense", "--json"],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 2
    assert b"no host" in ran.stderr
