"""Forms, cookies and plain http of real shops: honest ones are not accused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.policy.conditions.content import JUDGES
from monitor.policy.judge import Observation, ScanView, Seen, Subject
from scanners.api import ScanKind, ScanRequest
from scanners.content.evidence import SiteFacts
from scanners.content.scanner import ContentScanner
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


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_shop(tmp_path, healthy_pages()) as running:
        yield running


def judged(shop: Shop, *names: str) -> tuple[Observation, ...]:
    request = ScanRequest(kind=ScanKind.CONTENT, deadline_s=20.0, url=shop.url, hosts=(shop.host,))
    result = asyncio.run(ContentScanner(shop.options, FixedClock()).scan(request))
    assert isinstance(result.evidence[0].facts, SiteFacts)
    at = FixedClock().now()
    seen = Seen(at, {ScanKind.CONTENT: ScanView(result.outcome, result.evidence, at)})
    member = Member("m", "Voorbeeld Handel B.V.", kvk="30198127")
    label = Certification("label", Standing.CERTIFIED)
    subject = Subject(Site("s", "m", shop.url), member, label)
    wanted = [next(j for j in JUDGES if j.name == f"content.{name}") for name in names]
    return tuple(judge.run(seen, subject) for judge in wanted)


def on_start(shop: Shop, body: str, *cookies: str) -> None:
    headers = tuple(("Set-Cookie", cookie) for cookie in cookies)
    whole = page(f"<h1>Voorbeeld Kantoor</h1><p>{FILLER_NL}</p><p>{FILLER_NL}</p>{body}")
    shop.pages["/"] = replace(whole, headers=headers)


@pytest.mark.parametrize(
    ("form", "accused"),
    [
        ('<form role=search action="http://{host}/zoek"><input name=productnaam></form>', False),
        ('<form action="http://{host}/zoek"><input name=q></form>', False),
        ('<form action="http://{host}/n"><input type=email name=nieuwsbrief></form>', True),
        ('<form action="http://{host}/n"><label>Uw naam <input name=f1></label></form>', True),
    ],
)
def test_a_search_box_is_no_form_for_personal_data(shop: Shop, form: str, accused: bool) -> None:
    on_start(shop, form.format(host=HOST))
    (forms,) = judged(shop, "secure_forms")
    assert (forms.outcome == "insecure_action") is accused


def test_a_form_that_a_script_sends_is_not_called_secured(shop: Shop) -> None:
    on_start(shop, '<form onsubmit="return send(this)"><input name=email></form>')
    (forms,) = judged(shop, "secure_forms")
    assert forms.outcome == "scripted_action"


@pytest.mark.parametrize(
    ("cookies", "outcome"),
    [
        (("PHPSESSID=deleted; Max-Age=0", "ai_session=a|b", "session_lang=nl"), "redirected"),
        (("PHPSESSID=k3j5h2g8f6d4s1a9; Secure; HttpOnly",), "redirected"),
        (("PHPSESSID=old", "PHPSESSID=k3j5h2g8f6d4s1a9; Secure"), "redirected"),
        (("PHPSESSID=k3j5h2g8f6d4s1a9; HttpOnly",), "cookie_insecure"),
    ],
)
def test_only_a_live_session_cookie_without_secure_is_a_breach(
    shop: Shop, cookies: tuple[str, ...], outcome: str
) -> None:
    on_start(shop, "", *cookies)
    (https,) = judged(shop, "https_everywhere")
    assert https.outcome == outcome


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("https://anders.example/", "incomplete"),
        ("https://anders.example.nl/", "redirected"),
        ("https://[", "incomplete"),
        (f"https://{HOST}/", "redirected"),
    ],
)
def test_plain_http_has_to_lead_to_the_sites_own_https(
    shop: Shop, location: str, outcome: str
) -> None:
    shop.plain = lambda _: Reply("", 301, headers=(("Location", location),))
    (https,) = judged(shop, "https_everywhere")
    assert https.outcome == outcome


def test_the_languages_a_start_page_offers_are_facts(shop: Shop) -> None:
    links = "".join(
        f'<link rel="alternate" hreflang="{tag}" href="https://{HOST}/{tag}/">'
        for tag in ("fr-BE", "nl", "x-default", "de_DE", "deu")
    )
    on_start(shop, links)
    request = ScanRequest(kind=ScanKind.CONTENT, deadline_s=20.0, url=shop.url, hosts=())
    result = asyncio.run(ContentScanner(shop.options, FixedClock()).scan(request))
    facts = result.evidence[0].facts
    assert isinstance(facts, SiteFacts)
    assert facts.offered_languages == ("de", "fr", "nl")
