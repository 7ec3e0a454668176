"""The mark is shown by those who may, and gone from those who may no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.domain.site import Certification, Standing
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
