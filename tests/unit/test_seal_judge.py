"""The mark is shown by those who may, and gone from those who may no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.domain.site import Certification, Site, Standing, SubjectType
from monitor.policy.conditions.seal import Entitlement, Removal, entitlement, removed
from monitor.policy.judge import ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.seal.evidence import Reference, SealFacts
from tests.builders import certified, member, site

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
URL = "https://shop.example/"
HOSTS = ("webwinkelkeur.nl",)
PATH = "^/webshop/[^/]+_[0-9]+"


def _reference(kind: str, host: str, path: str = "/", words: str = "") -> Reference:
    return Reference(kind, f"https://{host}{path}", host, words, URL)


SCRIPT = _reference("script", "dashboard.webwinkelkeur.nl", "/sidebar.js")
IMAGE = _reference("linked_image", "www.webwinkelkeur.nl", "/")
CERTIFICATE = _reference("link", "www.webwinkelkeur.nl", "/webshop/shop_123")
MENTION = _reference("link", "www.webwinkelkeur.nl", "/blog")
ALIKE = _reference("image", "webwinkelkeur.nl.example", "/seal.png")
OTHER = _reference("image", "notwebwinkelkeur.nl", "/seal.png")
ARTWORK = _reference("image", "shop.example", "/img/a.png", "Logo WebwinkelKeur")


def _seen(*found: Reference, complete: bool = True, ran: bool = True, read: bool = True) -> Seen:
    facts = SealFacts(URL, 20, complete, "" if complete else "a wall", found)
    evidence = (Evidence(facts, URL, AT),) if read else ()
    outcome = ScanOutcome.COMPLETE if read else ScanOutcome.BLOCKED
    return Seen(AT, {ScanKind.SEAL: ScanView(outcome, evidence, AT, "a wall")} if ran else {})


def _subject(standing: Standing, since: date | None = None, *others: Certification) -> Subject:
    mine = Certification("webwinkelkeur", standing, since)
    on = replace(site(), certifications=(mine, *others))
    return Subject(on, member(), mine, {}, HOSTS, PATH, ("webwinkelkeur",))


@pytest.mark.parametrize(
    ("standing", "seen", "outcome"),
    [
        (Standing.CERTIFIED, _seen(SCRIPT), Entitlement.ENTITLED_SHOWN),
        (Standing.CERTIFIED, _seen(), Entitlement.ENTITLED_ABSENT),
        (Standing.CERTIFIED, _seen(complete=False), Entitlement.ENTITLED_ABSENT),
        (Standing.SUSPENDED, _seen(SCRIPT), Entitlement.SHOWN_WITHOUT_RIGHT),
        (Standing.ENDED, _seen(IMAGE), Entitlement.SHOWN_WITHOUT_RIGHT),
        (Standing.APPLICANT, _seen(CERTIFICATE), Entitlement.SHOWN_WITHOUT_RIGHT),
        (Standing.SUSPENDED, _seen(MENTION), Entitlement.NOT_SHOWN),
        (Standing.SUSPENDED, _seen(ALIKE, OTHER), Entitlement.NOT_SHOWN),
        (Standing.SUSPENDED, _seen(ARTWORK), Entitlement.ARTWORK_SUSPECTED),
        (Standing.SUSPENDED, _seen(complete=False), Entitlement.INCOMPLETE),
        (Standing.SUSPENDED, _seen(read=False), Entitlement.INCOMPLETE),
        (Standing.SUSPENDED, _seen(ran=False), Entitlement.NOT_SCANNED),
    ],
)
def test_only_a_certified_site_may_show_the_mark(
    standing: Standing, seen: Seen, outcome: Entitlement
) -> None:
    found = entitlement(seen, _subject(standing, date(2026, 11, 1)))
    assert found.outcome is outcome
    assert set(found.values) == {"url", "target", "count", "since"}


def test_a_certificate_on_a_host_like_the_labels_is_for_a_reviewer() -> None:
    alike = _reference("linked_image", "webwinke1keur.nl", "/webshop/shop_9")
    suspended = entitlement(_seen(alike), _subject(Standing.SUSPENDED))
    assert suspended.outcome is Entitlement.ARTWORK_SUSPECTED
    assert removed(_seen(alike), _subject(Standing.ENDED)).outcome is Removal.ARTWORK_SUSPECTED


def test_a_mark_that_nobody_could_look_for_is_not_called_absent() -> None:
    nothing = SealFacts(URL, 0, complete=False, reason="script_shell")
    seen = Seen(
        AT, {ScanKind.SEAL: ScanView(ScanOutcome.PARTIAL, (Evidence(nothing, URL, AT),), AT)}
    )
    assert entitlement(seen, _subject(Standing.CERTIFIED)).outcome is Entitlement.INCOMPLETE
    shown = replace(nothing, references=(SCRIPT,))
    seen = Seen(AT, {ScanKind.SEAL: ScanView(ScanOutcome.PARTIAL, (Evidence(shown, URL, AT),), AT)})
    assert entitlement(seen, _subject(Standing.CERTIFIED)).outcome is Entitlement.ENTITLED_SHOWN


def test_another_label_of_the_site_may_explain_the_mark() -> None:
    subject = _subject(Standing.SUSPENDED, date(2026, 11, 1), certified("another"))
    assert entitlement(_seen(SCRIPT), subject).outcome is Entitlement.OTHER_RIGHT
    assert removed(_seen(SCRIPT), subject).outcome is Removal.OTHER_RIGHT


@pytest.mark.parametrize(
    ("since", "seen", "outcome"),
    [
        (date(2026, 11, 21), _seen(SCRIPT), Removal.NOT_DUE),
        (date(2026, 11, 20), _seen(SCRIPT), Removal.STILL_SHOWN),
        (date(2026, 5, 1), _seen(SCRIPT), Removal.WATCH_OVER),
        (None, _seen(IMAGE), Removal.STILL_SHOWN),
        (date(2026, 11, 1), _seen(ARTWORK), Removal.ARTWORK_SUSPECTED),
        (date(2026, 11, 1), _seen(MENTION), Removal.LINK_LEFT),
        (date(2026, 11, 1), _seen(ALIKE), Removal.REMOVED),
        (date(2026, 11, 1), _seen(), Removal.REMOVED),
        (date(2026, 11, 1), _seen(complete=False), Removal.INCOMPLETE),
        (date(2026, 11, 1), _seen(read=False), Removal.INCOMPLETE),
        (date(2026, 11, 1), _seen(ran=False), Removal.NOT_SCANNED),
    ],
)
def test_material_is_gone_from_the_day_after_the_ending(
    since: date | None, seen: Seen, outcome: Removal
) -> None:
    found = removed(seen, _subject(Standing.ENDED, since))
    assert found.outcome is outcome
    assert set(found.values) == {"url", "target", "count", "since"}


def test_the_watch_lasts_as_long_as_the_label_says() -> None:
    subject = replace(_subject(Standing.ENDED, date(2026, 11, 1)), params={"watch_days": 5})
    assert removed(_seen(SCRIPT), subject).outcome is Removal.WATCH_OVER


ENDED = date(2026, 11, 1)


def _both(
    *found: Reference, subject: Subject | None = None, complete: bool = True
) -> tuple[str, str]:
    """What both judges say of one site whose certification ended."""
    under = _subject(Standing.ENDED, ENDED) if subject is None else subject
    seen = _seen(*found, complete=complete)
    return entitlement(seen, under).outcome.value, removed(seen, under).outcome.value


SHOWN = ("shown_without_right", "still_shown")
LINKED = ("artwork_suspected", "link_left")
SUSPECTED = ("artwork_suspected", "artwork_suspected")
MENTIONED = ("not_shown", "link_left")
NOTHING = ("not_shown", "removed")


def _at(path: str, kind: str, words: str = "x", host: str = "www.webwinkelkeur.nl") -> Reference:
    return _reference(kind, host, path, words)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(_at("/sidebar.js", "script"), SHOWN, id="script"),
        pytest.param(_at("/sidebar.js", "inline_script"), SHOWN, id="loader in code"),
        pytest.param(_at("/widget", "frame"), SHOWN, id="frame"),
        pytest.param(_at("/logo.png", "image"), SHOWN, id="picture"),
        pytest.param(_at("/", "linked_image"), SHOWN, id="picture to the front page"),
        pytest.param(_at("/nl/", "linked_image"), SHOWN, id="picture to a front page"),
        pytest.param(_at("/fr-be", "linked_image"), SHOWN, id="picture to a locale"),
        pytest.param(_at("/webshop/else_9", "linked_image"), SHOWN, id="picture to a certificate"),
        pytest.param(_at("/over", "linked_image", "Webwinkel Keur"), SHOWN, id="picture by name"),
        pytest.param(_at("/blog/2026", "linked_image", "foto.jpg"), LINKED, id="picture to news"),
        pytest.param(_at("/over", "bare_link", ""), LINKED, id="link without words"),
        pytest.param(_at("/webshop/shop_9", "link"), SHOWN, id="own certificate"),
        pytest.param(_at("/webshop/shop.example_9", "link"), SHOWN, id="own certificate by host"),
        pytest.param(
            _at("/webshop/voorbeeld-handel-bv_9", "link"), SHOWN, id="own certificate by name"
        ),
        pytest.param(_at("/webshop/other_9", "link"), LINKED, id="certificate of somebody"),
        pytest.param(
            _at("/webshop/voorbeeld-handel-noord_9", "link"), LINKED, id="named similarly"
        ),
        pytest.param(_at("/blog", "link"), MENTIONED, id="mention"),
        pytest.param(_at("/lijst", "inline_url"), SUSPECTED, id="address in code"),
        pytest.param(_at("/z.png", "background"), SUSPECTED, id="perhaps never applied"),
        pytest.param(_at("/", "image", host="webwinkelkeur.nl."), SHOWN, id="final dot"),
        pytest.param(_at("/", "image", host="WWW.WebwinkelKeur.NL"), SHOWN, id="capitals"),
        pytest.param(_at("/", "image", host="webwinkelkeur.nl.evil.example"), NOTHING, id="longer"),
        pytest.param(_at("/", "script", host="mijnwebwinkelkeur.nl"), NOTHING, id="similar"),
        pytest.param(_at("/webwinkelkeur.nl", "script", host="x.example"), NOTHING, id="in path"),
        pytest.param(_at("", "image", "Webwinkelkeur", host=""), SUSPECTED, id="in the page"),
        pytest.param(_at("", "background", "webwinkelkeur.png", host=""), SUSPECTED, id="styled"),
        pytest.param(_at("/", "link", "Webwinkelkeur", host="blog.example"), NOTHING, id="words"),
        pytest.param(
            _at("/", "script", "webwinkelkeur", host="x.example"), NOTHING, id="name of a script"
        ),
    ],
)
def test_only_what_is_surely_display_accuses(found: Reference, expected: tuple[str, str]) -> None:
    assert _both(found) == expected
    assert _both(found, complete=False)[0] in {expected[0], "incomplete"}


@pytest.mark.parametrize(
    ("target", "kind", "expected"),
    [
        ("/webshop/Shop_7", "link", SHOWN),
        ("/nl/webshop/shop_7/", "link", SHOWN),
        ("/webshop/partner_8", "link", MENTIONED),
        ("/webshop/partner_8", "bare_link", LINKED),
        ("/webshop/partner_8", "linked_image", LINKED),
        ("/webshop/shop_7", "linked_image", SHOWN),
    ],
)
def test_a_registered_certificate_tells_own_from_others(
    target: str, kind: str, expected: tuple[str, str]
) -> None:
    subject = _subject(Standing.ENDED, ENDED)
    on = replace(subject.site, certificate_url="https://www.webwinkelkeur.nl/webshop/shop_7")
    subject = replace(subject, site=on, certificate_path="/webshop/[^/]+_[0-9]+")
    assert _both(_at(target, kind), subject=subject) == expected


def test_a_certificate_registered_for_another_label_says_nothing_of_this_one() -> None:
    subject = _subject(Standing.ENDED, ENDED)
    on = replace(subject.site, certificate_url="https://other.example/certificate/7")
    assert _both(CERTIFICATE, subject=replace(subject, site=on)) == SHOWN


@pytest.mark.parametrize(
    ("host", "legal_name", "expected"),
    [
        ("webshop.example", "Webshop B.V.", LINKED),
        ("www.pen.example", "Pen", LINKED),
        ("localhost", "B.V.", LINKED),
        ("www.ander.example", "Shop", SHOWN),
    ],
)
def test_words_of_every_certificate_address_are_no_name(
    host: str, legal_name: str, expected: tuple[str, str]
) -> None:
    subject = _subject(Standing.ENDED, ENDED)
    subject = replace(
        subject,
        site=replace(subject.site, url=f"https://{host}/"),
        member=replace(subject.member, legal_name=legal_name),
    )
    assert _both(_at("/webshop/shop_1", "link"), subject=subject) == expected


def test_without_a_pattern_nothing_is_a_certificate() -> None:
    subject = replace(_subject(Standing.ENDED, ENDED), certificate_path=None)
    assert _both(CERTIFICATE, subject=subject) == MENTIONED
    assert _both(SCRIPT, subject=replace(subject, label_hosts=("", "."))) == NOTHING


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("be commerce", True),
        ("BeCommerce", True),
        ("be-commerce.png", True),
        ("becommerce_logo.svg", True),
        ("BECOMMERCE-B2B.svg", True),
        ("wijZijnBeCommerceLid.png", True),
        ("becommerce2024.png", True),
        ("becommercelogo.png", True),
        ("Bécommerce", True),
        ("Lid van ＢｅＣｏｍｍｅｒｃｅ", True),
        ("B2B e-commerce", False),
        ("B2BeCommerce", False),
        ("b2b eCommerce platform", False),
        ("Adobe Commerce", False),
        ("adobecommerce.png", False),
        ("becommercial.png", False),
        ("be commercieel", False),
        ("be", False),
        ("", False),
    ],
)
def test_artwork_is_named_by_whole_words(text: str, is_named: bool) -> None:
    subject = replace(_subject(Standing.ENDED, ENDED), artwork_words=("BeCommerce", "-", ""))
    found = _both(_reference("image", "shop.example", "/a.png", text), subject=subject)
    assert found == (SUSPECTED if is_named else NOTHING)


def test_artwork_of_more_words_is_named_by_all_of_them() -> None:
    subject = replace(_subject(Standing.ENDED, ENDED), artwork_words=("thuiswinkel zakelijk",))
    for text, expected in (
        ("Thuiswinkel-Zakelijk.svg", SUSPECTED),
        ("ThuiswinkelZakelijkLogo", SUSPECTED),
        ("Thuiswinkel", NOTHING),
        ("zakelijk thuiswinkel", NOTHING),
    ):
        found = _reference("linked_image", "shop.example", "/a.png", text)
        assert _both(found, subject=subject) == expected, text


def test_words_without_letters_name_nothing() -> None:
    subject = replace(_subject(Standing.ENDED, ENDED), artwork_words=("!", " ", ""))
    assert _both(ARTWORK, subject=subject) == NOTHING


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.WITHDRAWN, Standing.ENDED])
@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ((SCRIPT,), Entitlement.ENTITLED_SHOWN),
        ((ARTWORK,), Entitlement.ENTITLED_ABSENT),
        ((), Entitlement.ENTITLED_ABSENT),
    ],
)
def test_the_mark_may_be_shown_until_the_end_of_the_last_day(
    standing: Standing, found: tuple[Reference, ...], outcome: Entitlement
) -> None:
    said = entitlement(_seen(*found), _subject(standing, AT.date()))
    assert said.outcome is outcome
    assert "until the end of 2026-11-21" in said.summary
    after = entitlement(_seen(*found), _subject(standing, date(2026, 11, 20)))
    assert after.outcome not in {Entitlement.ENTITLED_SHOWN, Entitlement.ENTITLED_ABSENT}


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.WITHDRAWN, Standing.ENDED])
def test_a_look_of_the_last_day_accuses_nobody_on_the_days_after(standing: Standing) -> None:
    later = replace(_seen(SCRIPT), at=AT + timedelta(days=1))
    subject = _subject(standing, AT.date())
    assert entitlement(later, subject).outcome is Entitlement.NOT_SCANNED
    assert removed(later, subject).outcome is Removal.NOT_SCANNED
    applies = _subject(Standing.APPLICANT, AT.date())
    assert entitlement(later, applies).outcome is Entitlement.SHOWN_WITHOUT_RIGHT


def test_an_applicant_of_today_has_no_last_day() -> None:
    said = entitlement(_seen(SCRIPT), _subject(Standing.APPLICANT, AT.date()))
    assert said.outcome is Entitlement.SHOWN_WITHOUT_RIGHT


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (SCRIPT, ("other_right", "other_right")),
        (_at("/webshop/else_9", "linked_image"), ("other_right", "other_right")),
        (_at("/webshop/shop_9", "linked_image"), ("other_right", "other_right")),
        (ARTWORK, ("other_right", "other_right")),
        (_at("/webshop/voorbeeld-handel_9", "link"), SHOWN),
        (_at("/blog", "link"), ("not_shown", "other_right")),
    ],
)
def test_a_seller_is_not_accused_of_the_mark_of_its_platform(
    found: Reference, expected: tuple[str, str]
) -> None:
    subject = _subject(Standing.ENDED, ENDED)
    on = Site("s", "m", "https://www.shop.example/verkoper/1", SubjectType.SELLER)
    assert _both(found, subject=replace(subject, site=on)) == expected


def test_what_accuses_is_named_before_what_is_left_besides() -> None:
    seen = _seen(ARTWORK, MENTION, SCRIPT)
    subject = _subject(Standing.ENDED, ENDED)
    for said in (entitlement(seen, subject), removed(seen, subject)):
        assert (said.values["target"], said.values["count"]) == (SCRIPT.target, "1")
