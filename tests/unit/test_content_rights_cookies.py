"""Cookies: what is told (tz-10.2a) and what loads unasked, without a browser (tz-10.2b)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Seen
from scanners.content.evidence import PageFacts, TickSeen
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of

PIXEL = ("connect.facebook.net",)


def page(body: str, role: str, third: tuple[str, ...] = ()) -> PageFacts:
    path = "/" if role == "start" else f"/{role}"
    return replace(facts(document(body), path, role), third_parties=third)


def told(*pages: PageFacts, gaps: dict[str, str] | None = None) -> str:
    return judge("cookies_told", seen_of(pages, gaps=gaps)).outcome.value


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Cookies</h2><p>Wij plaatsen functionele en analytische cookies.</p>",
        "<p>Nous utilisons des cookies pour mémoriser votre panier.</p>",
        "<p>This site uses cookies to remember your basket.</p>",
        "<p>Wir verwenden Cookies für die Statistik.</p>",
        "<p>Wij gebruiken geen tracking cookies.</p><p>Wel functionele cookies.</p>",
        "<p>Les traceurs servent à la mesure d'audience.</p>",
    ],
)
@pytest.mark.parametrize("role", ["cookies", "privacy"])
def test_kinds_or_purposes_of_cookies_are_read_in_four_languages(body: str, role: str) -> None:
    assert told(page(body, role)) == "told"


def test_trackers_without_any_word_on_cookies_are_a_breach() -> None:
    pages = (page("<p>Welkom</p>", "start", PIXEL), page("<p>Uw naam.</p>", "privacy"))
    assert told(*pages) == "untold"
    assert told(*pages, gaps={"privacy": "wall"}) == "incomplete"
    assert told(*pages, gaps={"cookies": "not_found"}) == "untold"


def test_no_word_and_no_tracker_proves_nothing() -> None:
    assert told(page("<p>Welkom</p>", "start")) == "nothing_seen"


def test_a_banner_alone_is_no_information() -> None:
    filling = "Mooie stoelen en tafels voor elk kantoor. " * 9
    ask = "Wij gebruiken cookies voor analytische doelen. Akkoord?"
    banner = f"<p>{filling}</p><p>{ask}</p>"
    start = page(banner, "start", PIXEL)
    assert told(start, page(f"{banner}<p>Uw naam.</p>", "privacy")) == "banner_only"
    assert told(page(banner, "start"), replace(start, roles=("cookies", "start"))) == "banner_only"


def test_a_mere_mention_is_for_a_reviewer() -> None:
    body = "<p>Wij gebruiken cookies.</p><p>Bel ons gerust.</p>"
    assert told(page(body, "privacy")) == "mention_only"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Deze site gebruikt geen cookies.</p>",
        "<p>Nous n'utilisons pas de cookies.</p>",
        "<p>We do not use any cookies.</p>",
        "<p>Wir verwenden keine Cookies.</p>",
    ],
)
def test_a_site_that_says_it_uses_none_is_believed_unless_it_loads_trackers(body: str) -> None:
    assert told(page(body, "privacy")) == "none_said"
    assert told(page(body, "privacy"), page("", "start", PIXEL)) == "contradicted"


def test_a_list_that_a_consent_tool_writes_is_not_seen() -> None:
    pages = (page("", "start", (*PIXEL, "consent.cookiebot.com")), page("Cookies", "cookies"))
    assert told(*pages) == "scripted"


def test_an_unread_site_tells_nothing_of_cookies() -> None:
    assert judge("cookies_told", EMPTY).outcome == "incomplete"


def consent(*pages: PageFacts) -> str:
    return judge("cookie_consent", seen_of(pages)).outcome.value


def test_a_known_tracker_in_plain_html_is_a_candidate() -> None:
    seen = seen_of((page("", "start", ("www.google-analytics.com", "cdn.example.com")),))
    found = judge("cookie_consent", seen)
    assert found.outcome == "trackers_loaded"
    assert found.values["trackers"] == found.fragment == "www.google-analytics.com"


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("www.googletagmanager.com",),
        ("plausible.io", "fonts.googleapis.com", "js.mollie.com"),
        ("notdoubleclick.net", "doubleclick.net.example.com"),
    ],
)
def test_what_is_no_known_tracker_proves_nothing(hosts: tuple[str, ...]) -> None:
    assert consent(page("", "start", hosts)) == "not_rendered"


def test_a_consent_tool_may_hold_trackers_back() -> None:
    hosts = ("connect.facebook.net", "cdn.cookielaw.org")
    assert consent(page("", "start", hosts)) == "consent_tool"


def test_trackers_of_another_site_are_not_the_shops() -> None:
    assert consent(replace(page("", "privacy", PIXEL), own=False)) == "not_rendered"


BANNER = "<p>Deze site gebruikt cookies.</p>"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (TickSeen("cookie_marketing", "Marketing", "checkbox", True, False, -1), "purposes_ticked"),
        (TickSeen("stats", "Statistiques", "checkbox", True, False, -1), "purposes_ticked"),
        (TickSeen("cookie_marketing", "Marketing", "checkbox", False, False, -1), "not_rendered"),
        (TickSeen("consent", "Noodzakelijk", "checkbox", True, False, -1), "not_rendered"),
        (TickSeen("n", "Marketing nieuwsbrief", "checkbox", True, False, -1), "not_rendered"),
        (TickSeen("m", "Marketing", "checkbox", True, False, 0), "not_rendered"),
    ],
)
def test_purposes_ticked_in_advance_are_a_candidate(box: TickSeen, expected: str) -> None:
    assert consent(replace(page(BANNER, "start"), ticks=(box,))) == expected
    assert consent(replace(page("<p>Welkom</p>", "start"), ticks=(box,))) == "not_rendered"


def test_an_unread_site_shows_no_consent() -> None:
    broken = replace(page("", "start"), problem="wall")
    for seen in (EMPTY, seen_of((broken,))):
        assert isinstance(seen, Seen)
        assert judge("cookie_consent", seen).outcome == "incomplete"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("U kunt uw browser zo instellen dat hij geen cookies accepteert.", "mention_only"),
        ("Zonder toestemming plaatsen wij geen cookies. Daarna analytische cookies.", "told"),
        ("Nous n'utilisons pas de traceurs publicitaires.", "told"),
    ],
)
def test_what_happens_without_consent_is_no_denial(body: str, expected: str) -> None:
    filling = "Mooie stoelen en tafels voor elk kantoor. " * 9
    assert told(page(f"<p>{filling}</p><p>{body}</p>", "privacy")) == expected


@pytest.mark.parametrize(
    "body",
    [
        "<p>Um den Besuch attraktiv zu gestalten, verwenden wir Cookies.</p>",
        "<p>Sitzungs-Cookies werden gelöscht.</p>",
        "<p>We use cookies to keep you signed in.</p>",
        "<p>Les cookies rendent la navigation plus agréable.</p>",
    ],
)
def test_more_words_for_what_cookies_are_for(body: str) -> None:
    assert told(page(body, "privacy")) == "told"


def test_a_link_on_cookies_that_leads_nowhere_is_no_information() -> None:
    links = '<footer><a href="/av">Voorwaarden</a> <a href="/cookies">Cookiebeleid</a></footer>'
    start = page(f"<p>Welkom</p>{links}", "start", PIXEL)
    assert told(start, gaps={"cookies": "not_found"}) == "untold"
    again = page(f"<p>Wij gebruiken cookies.</p>{links}", "start", PIXEL)
    assert told(again, gaps={"cookies": "not_found"}) == "banner_only"


def test_a_picture_may_hold_the_text_on_cookies() -> None:
    image = '<img src="/cookiebeleid.png" width="800" height="900">'
    pages = (page("<p>Welkom</p>", "start", PIXEL), page(f"<h1>C</h1>{image}", "cookies"))
    assert told(*pages) == "incomplete"


def test_a_shop_of_one_page_tells_of_cookies_in_its_part_on_privacy() -> None:
    part = "<h2>Privacy</h2><p>Wij plaatsen functionele cookies.</p><h2>Contact</h2><p>Bel.</p>"
    assert told(page(f"<h1>Kaarsen</h1><p>Mooi.</p>{part}", "start")) == "told"
