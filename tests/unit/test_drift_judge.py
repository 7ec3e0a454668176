"""What counts as drift, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.policy.conditions.drift import Drift, Weight, changes, material_change
from monitor.policy.judge import Baseline, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.drift.evidence import DriftFacts, RoleFacts
from tests.builders import certified, member, site

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
URL = "https://shop.example/"
CONTACT = RoleFacts("contact", (f"{URL}contact",), ("kvk:30198127",), ("info@shop.example",))
TERMS = RoleFacts(
    "terms",
    (f"{URL}terms",),
    durations=("14 dagen",),
    sentences=("U heeft veertien dagen bedenktijd.", "Wij betalen binnen twee weken terug."),
)
BEFORE = DriftFacts(URL, URL, "Shop", ("nl",), ("contact", "terms"), (CONTACT, TERMS))


def _with(*roles: RoleFacts, **more: object) -> DriftFacts:
    return replace(BEFORE, roles=roles, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (BEFORE, []),
        (_with(TERMS, CONTACT), []),
        (_with(replace(CONTACT, numbers=("kvk:99999999",)), TERMS),
         [("number_swapped", Weight.CRITICAL)]),
        (_with(replace(CONTACT, numbers=()), TERMS), [("number_gone", Weight.HIGH)]),
        (_with(replace(CONTACT, numbers=("kvk:30198127", "vat_nl:NL004495445B01")), TERMS),
         [("number_added", Weight.HIGH)]),
        (_with(replace(CONTACT, emails=("other@shop.example",)), TERMS),
         [("email_changed", Weight.REVIEW)]),
        (_with(replace(CONTACT, emails=("info@shop.example", "b@shop.example")), TERMS), []),
        (_with(CONTACT, replace(TERMS, durations=("7 dagen",))), [("term_changed", Weight.HIGH)]),
        (_with(CONTACT, replace(TERMS, sentences=TERMS.sentences[:1])),
         [("clause_removed", Weight.HIGH)]),
        (_with(CONTACT, replace(TERMS, sentences=(TERMS.sentences[0], "Wij betalen nooit terug."))),
         [("clause_changed", Weight.HIGH)]),
        (_with(CONTACT, replace(TERMS, sentences=(*TERMS.sentences, "Geen garantie op zondag."))),
         [("clause_added", Weight.REVIEW)]),
        (_with(CONTACT), [("page_gone", Weight.HIGH)]),
        (_with(CONTACT, complete_for=("contact",)), []),
        (_with(CONTACT, TERMS, languages=("en",)), [("language_changed", Weight.CRITICAL)]),
    ],
)  # fmt: skip
def test_only_material_changes_are_named(
    after: DriftFacts, found: list[tuple[str, Weight]]
) -> None:
    assert [(c.kind, c.weight) for c in changes(BEFORE, after)] == found


def _seen(after: DriftFacts | None, *, baseline: bool = True, ran: bool = True) -> Seen:
    evidence = () if after is None else (Evidence(after, URL, AT),)
    outcome = ScanOutcome.COMPLETE if evidence else ScanOutcome.BLOCKED
    scans = {ScanKind.DRIFT: ScanView(outcome, evidence, AT, "a wall")} if ran else {}
    accepted = Baseline((Evidence(BEFORE, URL, AT),), AT, "anna") if baseline else None
    return Seen(AT, scans, baseline=accepted)


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (_seen(BEFORE), Drift.UNCHANGED),
        (_seen(_with(CONTACT, replace(TERMS, durations=("7 dagen",)))), Drift.CHANGED),
        (_seen(BEFORE, baseline=False), Drift.NO_BASELINE),
        (_seen(None), Drift.INCOMPLETE),
        (_seen(None, ran=False), Drift.NOT_SCANNED),
        (replace(_seen(BEFORE), baseline=Baseline((), AT, "anna")), Drift.NOT_SCANNED),
    ],
)
def test_drift_says_what_it_saw_and_fills_its_values(seen: Seen, outcome: Drift) -> None:
    found = material_change(seen, Subject(site(), member(), certified()))
    assert found.outcome is outcome
    assert set(found.values) == {"url", "count", "before", "after"}


@pytest.mark.parametrize(
    ("review_at", "outcome"),
    [("critical", Drift.UNCHANGED), ("high", Drift.UNCHANGED), ("review", Drift.CHANGED),
     ("nonsense", Drift.UNCHANGED)],
)  # fmt: skip
def test_the_bar_decides_which_changes_ask_for_a_reviewer(review_at: str, outcome: Drift) -> None:
    after = _with(replace(CONTACT, emails=("other@shop.example",)), TERMS)
    subject = Subject(site(), member(), certified(), {"review_at": review_at})
    assert material_change(_seen(after), subject).outcome is outcome


def test_a_vat_number_is_never_shown_whole() -> None:
    """The old number of a sole trader holds a citizen number."""
    old = _with(replace(CONTACT, numbers=("vat_nl:NL123456782B01",)), TERMS)
    new = _with(replace(CONTACT, numbers=("vat_nl:NL004495445B01",)), TERMS)
    (change,) = changes(old, new)
    assert "123456782" not in change.before
    assert "004495445" not in change.after
