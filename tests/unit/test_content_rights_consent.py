"""What was set and asked for before any choice (tz-10.2b), by pages left untouched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.browsing import is_rendered
from monitor.policy.conditions.content_rights_names import Purpose, purpose_of
from monitor.policy.judge import Observation, ScanView, Seen
from scanners.api import Evidence, ScanKind
from scanners.content.evidence import PageFacts, TickSeen
from scanners.render.evidence import ConsentFacts, CookieFound, HostFound, KeyFound
from tests.unit.content_kit import AT, HOST, document, facts, judge, seen_of

HOME = f"https://{HOST}/"
CLEAN = ConsentFacts(HOME, HOME, "", watched_s=10.2, locale="nl-NL")


def page(body: str, role: str = "start", third: tuple[str, ...] = ()) -> PageFacts:
    path = "/" if role == "start" else f"/{role}"
    return replace(facts(document(body), path, role), third_parties=third)


def with_browser(seen: Seen, *watched: ConsentFacts) -> Seen:
    view = seen.scans[ScanKind.CONTENT]
    more = tuple(Evidence(one, one.url, AT) for one in watched)
    return replace(
        seen,
        scans={ScanKind.CONTENT: ScanView(view.outcome, (*view.evidence, *more), AT)},
    )


def found(*watched: ConsentFacts, pages: tuple[PageFacts, ...] = ()) -> Observation:
    seen = seen_of(pages or (page("<p>Welkom</p>"),))
    return judge("cookie_consent", with_browser(seen, *watched))


def cookie(name: str, setter: str = HOST, *, third: bool = False) -> CookieFound:
    return CookieFound(name, setter, third, 90.0, "script", setter)


def host(name: str, count: int = 1, denied: int = 0) -> HostFound:
    return HostFound(name, count, denied, ("script",))


def test_a_visit_that_leaves_nothing_is_met() -> None:
    got = found(CLEAN)
    assert got.outcome == "none_placed"
    assert is_rendered(got.cited)


@pytest.mark.parametrize(
    "name",
    [
        "PHPSESSID",
        "XSRF-TOKEN",
        "cart_hash",
        "AWSALB",
        "CookieConsent",
        "cmplz_marketing",
        "__cf_bm",
    ],
)
def test_a_necessary_cookie_of_the_sites_own_accuses_nobody(name: str) -> None:
    assert found(replace(CLEAN, cookies=(cookie(name),))).outcome == "none_placed"


@pytest.mark.parametrize(
    "name", ["_ga", "_ga_AB12CD34", "_fbp", "_hjid", "_gcl_au", "IDE", "_uetsid"]
)
def test_a_cookie_that_follows_visitors_is_a_candidate_with_its_setter(name: str) -> None:
    got = found(replace(CLEAN, cookies=(cookie(name, "cdn.example"),)))
    assert (got.outcome, got.fragment) == ("cookies_placed", name)
    assert got.values["trackers"] == f"{name} (cdn.example)"


def test_a_setter_that_is_not_known_is_not_named() -> None:
    unknown = CookieFound("_fbp", "", False, 1.0, "script", "")
    assert found(replace(CLEAN, cookies=(unknown,))).values["trackers"] == "_fbp"


def test_a_key_in_the_storage_counts_as_a_cookie_does() -> None:
    key = KeyFound("local", "_hjSessionUser_123", HOST, third=False)
    assert found(replace(CLEAN, keys=(key,))).outcome == "cookies_placed"


def test_a_tracker_that_is_asked_for_before_a_choice_is_a_candidate() -> None:
    got = found(replace(CLEAN, hosts=(host("www.google-analytics.com"), host("cdn.example"))))
    assert (got.outcome, got.values["trackers"]) == ("trackers_loaded", "www.google-analytics.com")


@pytest.mark.parametrize("name", ["fonts.gstatic.com", "plausible.io", "www.googletagmanager.com"])
def test_fonts_containers_and_measuring_without_cookies_accuse_nobody(name: str) -> None:
    assert found(replace(CLEAN, hosts=(host(name),))).outcome == "none_placed"


@pytest.mark.parametrize("name", ["_pk_id.1.ab12", "mijn_teller", "x"])
def test_measuring_on_the_own_host_and_unknown_names_are_unclassified(name: str) -> None:
    got = found(replace(CLEAN, cookies=(cookie(name),)))
    assert got.outcome == "unclassified"
    assert name in got.summary


def test_pings_that_say_consent_was_denied_are_for_a_person() -> None:
    pings = replace(CLEAN, hosts=(host("www.google-analytics.com", 2, 2),))
    assert found(pings).outcome == "denied_pings"
    mixed = replace(CLEAN, hosts=(host("www.google-analytics.com", 2, 1),))
    assert found(mixed).outcome == "trackers_loaded"
    twice = (replace(CLEAN, hosts=(host("www.google-analytics.com"),)), pings)
    assert found(*twice).outcome == "trackers_loaded"


@pytest.mark.parametrize(
    "facts_of",
    [
        ConsentFacts(HOME, HOME, "bot_wall", watched_s=10.0),
        ConsentFacts(HOME, HOME, "consent_wall", watched_s=10.0),
        ConsentFacts(HOME, "", "timed_out"),
        replace(CLEAN, watched_s=2.0),
    ],
)
def test_a_wall_a_crash_or_a_short_look_proves_nothing(facts_of: ConsentFacts) -> None:
    assert found(facts_of).outcome == "not_seen"
    got = found(CLEAN, facts_of)
    assert got.outcome == "not_seen"
    assert is_rendered(found(CLEAN).cited)


@pytest.mark.parametrize("problem", ["no_browser", "no_time"])
def test_trouble_of_our_own_is_no_word_against_the_site(problem: str) -> None:
    assert found(CLEAN, ConsentFacts(HOME, "", problem)).outcome == "not_rendered"


def test_behind_a_wall_nothing_that_is_set_accuses() -> None:
    wall = replace(CLEAN, problem="bot_wall", cookies=(cookie("_ga"),))
    got = found(wall)
    assert got.outcome == "not_seen"
    assert not is_rendered(got.cited)


def test_what_one_page_sets_counts_although_another_was_not_seen() -> None:
    broken = ConsentFacts(HOME, "", "timed_out")
    assert found(replace(CLEAN, cookies=(cookie("_ga"),)), broken).outcome == "cookies_placed"


def test_what_a_consent_tool_keeps_is_its_own_record() -> None:
    tool = replace(
        CLEAN,
        cookies=(cookie("_ga", "consent.cookiebot.com", third=True),),
        keys=(KeyFound("local", "CookieConsentBulk", "consent.cookiebot.com", third=True),),
        hosts=(host("consent.cookiebot.com"),),
    )
    assert found(tool).outcome == "none_placed"


@pytest.mark.parametrize(
    ("buttons", "outcome"),
    [
        (("Alles accepteren",), "no_refusal"),
        (("Alles accepteren", "Weigeren"), "none_placed"),
        (("Tout accepter", "Continuer sans accepter"), "none_placed"),
        (("Allen zustimmen", "Nur notwendige"), "none_placed"),
        (("Instellingen",), "none_placed"),
    ],
)
def test_a_question_without_a_way_to_refuse_is_for_a_person(
    buttons: tuple[str, ...], outcome: str
) -> None:
    assert found(replace(CLEAN, buttons=buttons)).outcome == outcome


def test_a_tracker_in_the_html_of_a_page_that_was_watched_is_held_back() -> None:
    third = ("connect.facebook.net",)
    opened = page("<p>Welkom</p>", "start", third)
    assert found(CLEAN, pages=(opened,)).outcome == "none_placed"
    same = page("<p>Hallo</p>", "contact", third)
    assert found(CLEAN, pages=(opened, same)).outcome == "none_placed"


def test_a_tracker_in_the_html_of_another_page_counts_as_it_does_without_a_browser() -> None:
    opened = page("<p>Welkom</p>", "start", ("connect.facebook.net",))
    other = page("<p>Hallo</p>", "contact", ("static.hotjar.com",))
    got = found(CLEAN, pages=(opened, other))
    assert (got.outcome, got.values["trackers"]) == ("trackers_loaded", "static.hotjar.com")
    assert not is_rendered(got.cited)
    tool = page("<p>Welkom</p>", "start", ("consent.cookiebot.com",))
    assert found(CLEAN, pages=(tool, other)).outcome == "consent_tool"


def test_a_purpose_that_is_ticked_comes_first() -> None:
    tick = TickSeen("cookie_marketing", "Marketing", "checkbox", True, False, -1)
    ticked = replace(page("<p>Deze site gebruikt cookies.</p>"), ticks=(tick,))
    assert found(CLEAN, pages=(ticked,)).outcome == "purposes_ticked"


def test_names_of_others_are_never_taken_for_known_ones() -> None:
    for name in ("_gap", "my_ga", "_gallery", "IDEA", "sidebar", "sessionless", ""):
        assert purpose_of(name) is Purpose.UNKNOWN, name
