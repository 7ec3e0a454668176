"""Costly patterns near what they need find what they find in the whole text."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.content import channels, marks, numbers, price_words, prices
from scanners.content.html import parse
from scanners.content.stretches import matches_in, near, stretches
from scanners.content.text import read_text, text_of

PAIRS = {
    "vat_nl": (numbers._SIX_DIGITS, numbers._VAT_NL, numbers.REACH),
    "vat_be": (numbers._SIX_DIGITS, numbers._VAT_BE, numbers.REACH),
    "kvk": (numbers._SIX_DIGITS, numbers._KVK, numbers.REACH),
    "kbo": (numbers._SIX_DIGITS, numbers._KBO, numbers.REACH),
    "iban": (numbers._IBAN_HEAD, numbers._IBAN, numbers.REACH),
    "reference": (numbers._LONG_NUMBER, numbers._REFERENCE, numbers.REACH),
    "phone": (channels._LONG_NUMBER, channels._LABELLED_PHONE, channels.LABEL_REACH),
    "bare": (prices._FRACTION, price_words.BARE, prices.FRACTION_REACH),
    "dashed": (prices._FRACTION, price_words.DASHED, prices.FRACTION_REACH),
}
WORDS = (
    "NL", "BE", "B01", "b 12", "004495445", "30198127", "0403.170.701", "0403170701", "30 19 81 27",
    "BE68 5390 0754 7034", "NL91ABNA0417164300", "artikelnr.: ", "order nummer ", "ref #",
    "klant-id", "tel. ", "telefoonnummer: ", "bel ons op ", "+31 ", "(030) ", "030 234 56 78",
    "1.234,56", "12,-", "49.95", "7,–", "€ ", "%", "EUR", "\n", " ", "  ", "-", ".", "/", ",", "a",
    "x" * 40, "1", "12", "123456", "0", "١٢٣٤٥٦", "kvk ", "1 2 3 4 5 6 7 8 ",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), max_size=60).map("".join)


@pytest.mark.parametrize("name", PAIRS)
@given(text=TEXTS)
def test_a_pattern_near_its_sign_finds_what_it_finds_in_the_whole_text(
    name: str, text: str
) -> None:
    sign, pattern, reach = PAIRS[name]
    found = matches_in(near(sign, text, reach), pattern, text)
    assert [m.span() for m in found] == [m.span() for m in pattern.finditer(text)]


@given(places=st.lists(st.integers(0, 200)), reach=st.integers(0, 40))
def test_stretches_cover_what_is_near_and_never_overlap(places: list[int], reach: int) -> None:
    found = list(stretches(sorted(places), reach, 200))
    assert all(
        any(lo <= max(0, p - reach) and min(200, p + reach) <= hi for lo, hi in found)
        for p in places
    )
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))


SAID = (
    "ideal", "iDEAL", "\u0130deal", "v\u0131sa", "wero", "Maestro", "in3", "SOFORT", "eps", "kbc",
    "cbc", "Belfius", "ing pay", "cb", "oney", "alma", "scalapay", "op rekening", "per factuur",
    "sur facture", "à réception de facture", "auf Rechnung", "by invoice", "Überweisung",
    "ueberweisungen", "overmaken", "overgemaakt", "transfer", "contant", "cash", "bar bei",
    "bar im", "espèces", "ESPÈCES", "chèques", "cheque", "check", "\n", " ", ", ", "x",
    "betaal met ",
)  # fmt: skip


@given(text=st.lists(st.sampled_from(SAID), max_size=12).map("".join))
def test_every_line_with_a_word_that_may_be_a_payment_method_has_a_sign_of_it(text: str) -> None:
    found = marks._with_sign(text)
    lines = enumerate(text.split("\n"))
    assert {n for n, line in lines if marks._MAYBE.search(line)} <= found


def test_every_ambiguous_method_is_among_what_the_signs_are_tried_on() -> None:
    tried = {m.lastgroup for word in SAID for m in marks._MAYBE.finditer(word)}
    assert tried == set(marks._MAYBE.groupindex)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>a<b>b</b>c</p>d<br>e", ("abc", "d", "e")),
        ("a<span>b</span>c<img>d", ("a b c d",)),
        ("<ul><li>a<li>b<ul><li>c</ul>d</ul>e", ("a", "b", "c", "d", "e")),
        ("a<object><p>hidden</p></object>b<script>x()</script>c", ("abc",)),
        ("<svg><title>Logo</title><text>drawn</text></svg> and", ("drawn and",)),
        ("mail <a data-cfemail='543931142c'>[protected]</a>now", ("mail me@x now",)),
        ("<script>a</script>", ()),
        ("a\x1eb", ("a b",)),
    ],
)
def test_the_text_of_a_page_is_parted_as_it_is_shown(markup: str, lines: tuple[str, ...]) -> None:
    assert read_text(markup).lines == lines


@given(st.text(alphabet="<>/abdivspnbrultemc \n", max_size=120))
def test_reading_the_text_leaves_the_tree_as_it_was(markup: str) -> None:
    tree = parse(markup)
    before = tree.html
    said = text_of(tree)
    assert tree.html == before
    assert text_of(tree) == said
    assert not any(re.search(r"[\n\x1e]", line) for line in said.lines)
