"""Whether it is still the same shop, and what a redesign, a season or a visit never is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.conditions.drift import Drift, material_change, may_be_another_owner
from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.compare import changes, confirmed, features, settled
from monitor.policy.judge import Baseline, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.drift.evidence import DriftFacts, Outline, RoleFacts, Sentence, Statement
from scanners.drift.outline_words import SIGNS
from tests.builders import certified, member, site

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
URL = "https://stoelen.example/"
CONTACT = RoleFacts(
    "contact", (f"{URL}contact",), ("kvk:30198127",), ("info@stoelen.example",), ("+31201234567",)
)
TERMS = RoleFacts(
    "terms", (f"{URL}terms",),
    sentences=tuple(Sentence(f"{n:016x}", (), f"Zin {n}.") for n in range(9)),
)  # fmt: skip
START = RoleFacts("start", (URL,))
OUTLINE = Outline(
    platform="magento", words=400, offers=12, ways=30, domain="stoelen.example",
    topics=("banken", "meubels", "stoelen", "tafels"), assets=("/media", "/static", "cdn.example"),
)  # fmt: skip
LINKS = tuple(
    Statement("link", role, "start", f"{URL}{role}", role.title()) for role in ("contact", "terms")
)
MARK = (
    Statement("certificate", "label.org/leden/stoelen", "start", URL, "Keurmerk"),
    Statement("seal", "label.org", "start", URL, "keurmerk.svg"),
)
BEFORE = DriftFacts(
    URL, URL, "Stoelenwinkel", ("nl",), ("contact", "terms", "privacy"), (CONTACT, START, TERMS),
    statements=(*LINKS, *MARK), outline=OUTLINE,
)  # fmt: skip
STRANGER = replace(
    BEFORE,
    title="Casino bonus",
    roles=(replace(CONTACT, numbers=("kvk:11111111",), emails=("win@bet.example",),
                   phones=("+31209999999",)), START, replace(TERMS, sentences=())),
    outline=replace(OUTLINE, platform="wordpress", topics=("bonus", "casino", "slots", "spins"),
                    assets=("/wp-content", "ads.example")),
)  # fmt: skip


def alone(*signs: str, **given: object) -> DriftFacts:
    """What is told of a start page that is no page of a shop."""
    outline = Outline(signs=signs, quotes=signs, domain="stoelen.example", **given)  # type: ignore[arg-type]
    return DriftFacts(URL, URL, "example", (), (), (), outline=outline)


def look(**given: object) -> DriftFacts:
    """The shop with another outline."""
    return replace(BEFORE, outline=replace(OUTLINE, **given))  # type: ignore[arg-type]


def signed(*signs: str, **given: object) -> DriftFacts:
    return look(signs=signs, quotes=signs, **given)


def said(found: Iterable[Change]) -> list[tuple[str, str]]:
    return [(change.kind.value, change.weight.value) for change in found]


def told(after: DriftFacts, before: DriftFacts = BEFORE) -> list[tuple[str, str]]:
    return said(changes(before, after))


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (alone("parked"), [("parked", "critical")]),
        (alone("for_sale"), [("parked", "critical")]),
        (alone("default_page"), [("parked", "critical")]),
        (alone("suspended"), [("parked", "critical")]),
        (replace(alone("unclaimed"), gone=(URL,)), [("parked", "critical")]),
        (alone("defaced"), [("defaced", "critical")]),
        (signed("defaced"), [("defaced", "critical")]),
        (signed("defaced", "spam"), [("defaced", "critical")]),
        (signed("spam"), [("defaced", "high")]),
        (alone("closed"), [("closed", "high")]),
        (signed("closed"), [("closed", "high")]),
        (signed("closing"), [("closed", "review")]),
        (signed("closing", offers=0), [("closed", "high")]),
        (signed("noindex"), [("hidden_from_search", "high")]),
        (look(domain="casino.example", signs=("led_away",)), [("host_changed", "critical")]),
        (replace(alone("led_away"), final_url="https://casino.example/x",
                 outline=Outline(signs=("led_away",), domain="casino.example")),
         [("host_changed", "critical")]),
        (look(domain="stoelen.example.be", signs=("declared",)), []),
        (look(domain=""), []),
        (look(platform="shopify"), [("platform_changed", "review")]),
        (look(platform=""), []),
        (look(offers=0, signs=("emptied",), quotes=("geen producten",)), [("emptied", "high")]),
        (look(offers=0, ways=3), [("emptied", "high")]),
        (look(offers=0, words=100, ways=29), [("emptied", "high")]),
        (look(offers=0, ways=16, words=300), [("emptied", "review")]),
        (look(offers=0, ways=28, words=380), []),
        (look(offers=0, ways=3, signs=("maintenance",)), []),
        (alone(words=3), [("emptied", "high")]),
        (replace(alone(words=3), gone=(URL,)), [("page_gone", "high")]),
        (STRANGER, [("number_swapped", "critical"), ("replaced", "critical")]),
        (signed("gate", "links_unread"), []),
    ],
)  # fmt: skip
def test_what_became_of_the_shop(after: DriftFacts, found: list[tuple[str, str]]) -> None:
    assert sorted(told(after)) == sorted(found)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(
            look(topics=("lente", "nieuw", "tuin", "zon"), assets=("/pub", "new.example"),
                 platform="magento", words=250, ways=20, offers=6), id="redesign"),
        pytest.param(
            replace(look(topics=("kerst", "cadeaus", "feest")), title="Kerst bij ons"),
            id="season"),
        pytest.param(look(offers=0, ways=28, words=390), id="start page without products"),
        pytest.param(replace(BEFORE, languages=("fr", "nl")), id="another language added"),
        pytest.param(
            replace(BEFORE, languages=("fr",), outline=replace(OUTLINE, offered=("nl",))),
            id="answers in another language, the first still offered"),
        pytest.param(replace(BEFORE, languages=()), id="language not known"),
        pytest.param(replace(BEFORE, roles=(START, TERMS), complete_for=()), id="one page down"),
        pytest.param(
            replace(BEFORE, statements=(replace(LINKS[0], text="Schrijf ons", url=f"{URL}hulp"),
                                        LINKS[1], *MARK)), id="link renamed"),
        pytest.param(signed("closed", "noindex", "parked"), id="as it always was"),
    ],
)  # fmt: skip
def test_a_redesign_a_season_and_a_page_that_is_down_are_no_takeover(after: DriftFacts) -> None:
    before = BEFORE if not after.outline.signs else after
    assert told(after, before) == []


def test_a_new_design_with_a_new_name_is_no_other_shop_while_its_owner_or_texts_stay() -> None:
    other = replace(STRANGER, roles=BEFORE.roles)
    assert told(other) == [("platform_changed", "review")]
    texts = replace(STRANGER, roles=(replace(CONTACT, numbers=(), emails=(), phones=()), TERMS))
    assert ("replaced", "critical") not in told(texts)
    assert ("replaced", "critical") not in told(replace(STRANGER, title="Stoelenwinkel en meer"))
    assert ("replaced", "critical") not in told(replace(STRANGER, title=""))


def test_another_owner_on_another_platform_is_told_whatever_the_topics() -> None:
    same_trade = replace(
        STRANGER, title="Zitmeubelland", outline=replace(OUTLINE, platform="wordpress")
    )
    (change,) = [c for c in changes(BEFORE, same_trade) if c.kind is Kind.REPLACED]
    assert (change.named, change.weight) == ("another owner", Weight.CRITICAL)
    unlike = replace(same_trade, outline=OUTLINE)
    assert [c for c in changes(BEFORE, unlike) if c.kind is Kind.REPLACED] == []


def test_another_site_without_numbers_needs_two_reasons_and_other_topics() -> None:
    nobody = replace(STRANGER, roles=(START,), complete_for=())
    (change,) = [c for c in changes(BEFORE, nobody) if c.kind is Kind.REPLACED]
    assert change.named == "another site"
    same_assets = replace(nobody, outline=replace(nobody.outline, assets=OUTLINE.assets))
    assert ("replaced", "critical") not in told(same_assets)
    few = replace(nobody, outline=replace(nobody.outline, topics=("bonus",)))
    assert ("replaced", "critical") not in told(few)
    stated = (Statement("company", "voorbeeld bv", "contact", URL),)
    both = (replace(BEFORE, statements=stated), replace(nobody, statements=stated))
    assert ("replaced", "critical") not in told(both[1], both[0])


def test_a_site_that_is_gone_as_a_whole_is_told_once() -> None:
    gone = replace(
        BEFORE, roles=(), statements=(), languages=("en",), complete_for=BEFORE.complete_for,
        outline=replace(OUTLINE, signs=("parked",), quotes=("te koop",), offers=0, ways=0),
    )  # fmt: skip
    assert told(gone) == [("parked", "critical")]
    assert told(replace(gone, outline=replace(gone.outline, signs=()))) != []


def test_the_same_takeover_is_confirmed_by_a_second_look() -> None:
    for after in (alone("parked"), alone("defaced"), STRANGER, look(offers=0, ways=3)):
        first = changes(BEFORE, after)
        again = replace(after, outline=replace(after.outline, words=after.outline.words + 1))
        assert said(confirmed(first, changes(BEFORE, again))) == said(first)


def test_a_shop_that_shows_two_start_pages_by_turns_stays_quiet() -> None:
    bare = look(offers=0, ways=3, platform="shopify")
    assert said(settled((BEFORE,), bare)) == [
        ("emptied", "high"), ("platform_changed", "review"),
    ]  # fmt: skip
    assert settled((bare, BEFORE), bare) == ()
    assert settled((BEFORE, bare), BEFORE) == ()


# Links


def without(*roles: str, **given: object) -> DriftFacts:
    """The shop whose start page does not lead to those roles any more."""
    kept = tuple(one for one in BEFORE.statements if one.value not in roles)
    return replace(BEFORE, statements=kept, **given)  # type: ignore[arg-type]


def test_a_required_link_that_is_gone_is_told_as_that_and_not_as_a_page() -> None:
    after = without("terms", roles=(CONTACT, START))
    (change,) = changes(BEFORE, after)
    assert (change.kind, change.weight, change.role) == (Kind.LINK_GONE, Weight.HIGH, "terms")
    assert change.before == f"Terms ({URL}terms)"
    assert change.lost == ("link:terms",)
    assert told(without("terms")) == [("link_gone", "high")]
    both = without("terms", roles=(CONTACT, START), gone=TERMS.urls)
    assert sorted(told(both)) == [("link_gone", "high"), ("page_gone", "high")]


@pytest.mark.parametrize(
    "after",
    [
        without("terms", roles=(CONTACT, START), complete_for=()),
        without("terms", outline=replace(OUTLINE, signs=("links_unread",), quotes=("hub",))),
        without("terms", "contact", roles=(CONTACT, TERMS)),
    ],
    ids=["not proven", "a page that leads on was not read", "start page not read"],
)
def test_a_link_is_gone_only_when_everything_was_read(after: DriftFacts) -> None:
    assert told(after) == []


def test_a_link_without_a_page_of_its_role_needs_proof_of_absence() -> None:
    link = Statement("link", "privacy", "start", "https://policy.example/p", "Privacy")
    before = replace(BEFORE, statements=(*BEFORE.statements, link))
    assert told(BEFORE, before) == [("link_gone", "high")]
    assert told(replace(BEFORE, complete_for=("terms", "contact")), before) == []


def test_a_link_that_moved_to_another_page_is_for_review() -> None:
    moved = replace(LINKS[1], role="site", text="Onze voorwaarden")
    after = replace(BEFORE, statements=(LINKS[0], moved, *MARK))
    (change,) = changes(BEFORE, after)
    assert (change.kind, change.weight) == (Kind.LINK_GONE, Weight.REVIEW)
    assert change.after.startswith("Onze voorwaarden")
    assert told(BEFORE, after) == []


# The mark


def marked(*marks: Statement, **given: object) -> DriftFacts:
    return replace(BEFORE, statements=(*LINKS, *marks), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (marked(), [("seal_gone", "high")]),
        (marked(MARK[1]), [("seal_gone", "high")]),
        (marked(replace(MARK[0], value="label.org/leden/ander"), MARK[1]),
         [("seal_changed", "critical")]),
        (marked(replace(MARK[0], value="labe1.org/leden/stoelen"), MARK[1]),
         [("seal_changed", "critical")]),
        (marked(MARK[0], replace(MARK[1], value="own")), [("seal_changed", "review")]),
        (marked(MARK[0]), []),
        (marked(*MARK, replace(MARK[0], value="other.org/x")), []),
        (marked(outline=replace(OUTLINE, signs=("links_unread",))), []),
        (marked(roles=(CONTACT, TERMS)), []),
    ],
)  # fmt: skip
def test_what_became_of_the_mark(after: DriftFacts, found: list[tuple[str, str]]) -> None:
    assert told(after) == found


def test_a_mark_that_comes_is_no_drift_and_a_picture_alone_may_go_with_its_link() -> None:
    assert told(BEFORE, marked()) == []
    assert told(marked(), marked(MARK[1])) == [("seal_gone", "high")]
    assert told(marked(replace(MARK[1], value="x.org")), marked(MARK[1])) == [
        ("seal_changed", "review")
    ]


_OUTLINES = st.builds(
    Outline,
    platform=st.sampled_from(["", "magento", "shopify"]),
    signs=st.lists(st.sampled_from(SIGNS), unique=True, max_size=4).map(tuple),
    words=st.integers(0, 500),
    offers=st.integers(0, 20),
    ways=st.integers(0, 40),
    topics=st.lists(st.sampled_from("abcdefgh"), unique=True).map(tuple),
    assets=st.lists(st.sampled_from("xyz"), unique=True).map(tuple),
    domain=st.sampled_from(["", "stoelen.example", "casino.example"]),
    offered=st.sampled_from([(), ("nl",)]),
)
_FACTS = st.builds(
    replace,
    st.just(BEFORE),
    outline=_OUTLINES,
    title=st.sampled_from(["", "Stoelenwinkel", "Casino"]),
    languages=st.sampled_from([(), ("nl",), ("fr",)]),
    statements=st.lists(st.sampled_from((*LINKS, *MARK)), unique=True).map(tuple),
    roles=st.lists(st.sampled_from((CONTACT, START, TERMS)), unique=True).map(tuple),
)


@given(_FACTS, _FACTS)
def test_every_change_names_features_and_what_is_accepted_is_not_told_again(
    before: DriftFacts, after: DriftFacts
) -> None:
    found = changes(before, after)
    both = features(before) | features(after)
    assert all({*change.lost, *change.came} <= both for change in found)
    assert changes(after, after) == ()
    assert settled((before, after), after) == ()


# Judged


def seen(
    after: DriftFacts | None, outcome: ScanOutcome, before: DriftFacts | None = BEFORE
) -> Seen:
    """The newest look beside the accepted one."""
    evidence = () if after is None else (Evidence(after, URL, AT),)
    accepted = None if before is None else Baseline((Evidence(before, URL, AT),), AT, "Anna")
    return Seen(AT, {ScanKind.DRIFT: ScanView(outcome, evidence, AT)}, baseline=accepted)


def judged(*given: object) -> object:
    subject = Subject(site(), member(), certified())
    return material_change(seen(*given), subject).outcome  # type: ignore[arg-type]


def test_a_start_page_that_leads_away_is_drift_and_one_that_is_down_is_not() -> None:
    away = replace(alone(), outline=Outline(signs=("led_away",), domain="casino.example"))
    assert judged(away, ScanOutcome.REDIRECTED_OUT) is Drift.CHANGED
    assert judged(alone("defaced"), ScanOutcome.PARTIAL) is Drift.CHANGED
    for outcome in (ScanOutcome.BLOCKED, ScanOutcome.UNREACHABLE, ScanOutcome.TIMED_OUT):
        assert judged(None, outcome) is Drift.INCOMPLETE


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((STRANGER, ScanOutcome.COMPLETE), True),
        ((BEFORE, ScanOutcome.COMPLETE), False),
        ((alone("parked"), ScanOutcome.PARTIAL), False),
        ((None, ScanOutcome.BLOCKED), False),
        ((STRANGER, ScanOutcome.COMPLETE, None), False),
    ],
)
def test_only_what_may_be_another_owner_asks_who_it_is(
    given: tuple[object, ...], expected: bool
) -> None:
    assert may_be_another_owner(seen(*given)) is expected  # type: ignore[arg-type]
