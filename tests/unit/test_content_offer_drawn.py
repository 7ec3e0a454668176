"""Which of two prices stands out, by what a browser measured (tz-5.2c)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.browsing import is_rendered
from monitor.policy.conditions.content_offer_drawn import limits_of
from monitor.policy.judge import Observation
from scanners.content.evidence import PageFacts, StyleSeen
from scanners.content.price_styles import parsed
from tests.unit.content_kit import MEMBER, document, facts, judge, seen_of

PLAIN = StyleSeen(1366, 16.0, 400, 12.0, "", 20, 300, 90, 20)


def product(
    excl: StyleSeen,
    incl: StyleSeen,
    label: StyleSeen | None = None,
    *,
    hand: StyleSeen | None = None,
) -> PageFacts:
    """A product page whose two prices a browser drew so, in a wide window and in a narrow one."""
    body = "<p>€ 10,00 excl. btw</p><p>€ 12,10 incl. btw</p><button>In winkelwagen</button>"
    page = facts(document(f"<h1>Hamer</h1>{body}"), "/p1", "product")
    narrow = hand or replace(incl, viewport=390)
    both = {"excl": (excl, replace(excl, viewport=390)), "incl": (incl, narrow)}
    prices = tuple(
        replace(
            price,
            styles=both[price.vat],
            label_styles=(label, label) if label is not None and price.vat == "incl" else (),
        )
        for price in page.prices
    )
    return replace(page, prices=prices, rendered=True)


def seen(*pages: PageFacts, **params: object) -> Observation:
    home = facts(document("<h1>Winkel</h1><p>Welkom in onze winkel voor gereedschap.</p>"), "/")
    start = replace(home, roles=("start",))
    return judge("price_prominence", seen_of((start, *pages)), member=MEMBER, **params)


BIG = replace(PLAIN, size_px=24.0)
BOLD = replace(PLAIN, weight=700)
FAINT = replace(PLAIN, contrast=2.3)
WHITE = replace(PLAIN, contrast=1.0)


@pytest.mark.parametrize(
    ("excl", "incl", "outcome"),
    [
        (PLAIN, PLAIN, "balanced"),
        (PLAIN, BIG, "balanced"),
        (BOLD, BIG, "balanced"),
        (replace(PLAIN, size_px=17.5), PLAIN, "balanced"),
        (replace(PLAIN, size_px=17.7), PLAIN, "excl_larger"),
        (BIG, PLAIN, "excl_larger"),
        (PLAIN, replace(PLAIN, size_px=6.0), "excl_larger"),
        (BOLD, PLAIN, "excl_heavier"),
        (BOLD, BOLD, "balanced"),
        (PLAIN, FAINT, "incl_faint"),
        (PLAIN, WHITE, "incl_faint"),
        (FAINT, FAINT, "balanced"),
        (replace(PLAIN, contrast=0.0), FAINT, "balanced"),
        (PLAIN, replace(PLAIN, contrast=0.0), "balanced"),
        (WHITE, WHITE, "illegible"),
        (replace(PLAIN, size_px=6.0), replace(PLAIN, size_px=6.0), "illegible"),
        (PLAIN, replace(PLAIN, hidden="clip"), "incl_hidden"),
        (replace(PLAIN, hidden="off"), PLAIN, "balanced"),
    ],
)
def test_size_weight_contrast_and_visibility_decide(
    excl: StyleSeen, incl: StyleSeen, outcome: str
) -> None:
    found = seen(product(excl, incl))
    assert found.outcome == outcome
    assert is_rendered(found.cited)


def test_what_is_measured_is_said_with_its_units() -> None:
    found = seen(product(replace(BIG, weight=700), FAINT))
    assert found.summary == (
        "The price without VAT is set larger than the one with VAT. at 1366 px wide: without VAT "
        "24 px, weight 700, contrast 12, with VAT 16 px, weight 400, contrast 2.3"
    )
    hidden = seen(product(PLAIN, replace(PLAIN, hidden="display")))
    assert "with VAT not seen (display)" in hidden.summary
    unknown = replace(PLAIN, contrast=0.0)
    assert "contrast" not in seen(product(unknown, unknown)).summary


def test_a_narrow_window_counts_as_much_as_a_wide_one() -> None:
    hand = replace(PLAIN, viewport=390, hidden="display")
    found = seen(product(PLAIN, PLAIN, hand=hand))
    assert found.outcome == "incl_hidden"
    assert "at 390 px wide" in found.summary


@pytest.mark.parametrize(
    "label",
    [replace(PLAIN, size_px=6.0), WHITE, replace(PLAIN, hidden="display")],
)
def test_words_on_vat_that_nobody_can_read_are_for_a_person(label: StyleSeen) -> None:
    assert seen(product(PLAIN, PLAIN, label)).outcome == "illegible"
    assert seen(product(PLAIN, PLAIN, PLAIN)).outcome == "balanced"


def test_the_label_file_sets_the_limits() -> None:
    assert seen(product(BIG, PLAIN), size_ratio_max=2.0).outcome == "balanced"
    assert seen(product(BOLD, PLAIN), weight_heavy=800).outcome == "balanced"
    assert seen(product(PLAIN, FAINT), contrast_min=2.0).outcome == "balanced"
    assert seen(product(PLAIN, FAINT), contrast_min="x").outcome == "incl_faint"
    assert limits_of({}).contrast == 4.5


def test_the_worst_page_that_was_measured_is_cited_and_others_are_not_guessed_at() -> None:
    plain = product(PLAIN, PLAIN)
    worse = replace(product(BIG, PLAIN), url="/p2", final_url="https://shop.example.nl/p2")
    unmeasured = replace(
        plain,
        prices=tuple(replace(p, styles=()) for p in plain.prices),
        final_url="https://shop.example.nl/p3",
    )
    found = seen(plain, worse, unmeasured)
    assert (found.outcome, found.values["url"]) == ("excl_larger", worse.final_url)
    assert seen(plain, unmeasured).outcome == "balanced"
    assert seen(unmeasured).outcome == "not_rendered"


@given(st.text(max_size=200))
def test_no_attribute_can_break_the_reading(said: str) -> None:
    assert all(style.viewport in (1366, 390) for style in parsed(said))


def test_measures_are_read_whole_or_not_at_all() -> None:
    one = "16.00;400;12.63;;20;300;90;20"
    assert parsed(f"{one}|{one.replace('12.63;', '0.00;display')}") == (
        StyleSeen(1366, 16.0, 400, 12.63, "", 20, 300, 90, 20),
        StyleSeen(390, 16.0, 400, 0.0, "display", 20, 300, 90, 20),
    )
    assert parsed(one) == parsed(f"{one}|x") == parsed("") == ()
