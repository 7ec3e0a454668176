"""Register number and VAT number: the traps, in four languages."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.api import ScanOutcome
from scanners.content.evidence import PageFacts, Span
from tests.unit.content_kit import EMPTY, MEMBER, document, facts, judge, seen_of

NUMBER = "registration_number"


def on_contact(text: str) -> dict[str, str]:
    return {"start": document("<p>Welkom in de winkel</p>"), "contact": document(text)}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<p>KvK 30198127</p>", id="plain"),
        pytest.param("<p>K.v.K.-nummer: 3019 8127</p>", id="dotted label, space"),
        pytest.param("<p>KVK nr. 30.19.81.27</p>", id="dots"),
        pytest.param("<p>kvk-nummer 301-981-27</p>", id="grouped 3-3-2"),
        pytest.param("<p>KvK&nbsp;3019&nbsp;8127</p>", id="no-break spaces"),
        pytest.param("<p>KvK 3019&shy;8127</p>", id="soft hyphen"),
        pytest.param("<p>KvK 3019\u200b8127</p>", id="zero width space"),
        pytest.param(
            "<p>KvK \uff13\uff10\uff11\uff19\uff18\uff11\uff12\uff17</p>", id="full width"
        ),
        pytest.param("<td>KvK</td><td>30198127</td>", id="table cells"),
        pytest.param("<dl><dt>Kamer van Koophandel</dt><dd>30198127</dd></dl>", id="list"),
        pytest.param("<p><b>KvK</b><span>3019</span><span>8127</span></p>", id="spans"),
        pytest.param("<p>30198127 (KvK Utrecht)</p>", id="label after"),
        pytest.param("<p>30198127 is ons Handelsregisternummer</p>", id="label after, words"),
        pytest.param("<p>Chamber of Commerce Utrecht, no. 30198127</p>", id="english"),
        pytest.param("<p>CoC: 30198127</p>", id="english short"),
        pytest.param("<p>Registre du commerce (Pays-Bas) : 30198127</p>", id="french"),
        pytest.param("<p>Handelskammer Niederlande: 30198127</p>", id="german"),
        pytest.param("<p>KvK 30198127 BTW NL004495445B01</p>", id="vat right after"),
        pytest.param("<p>Tel 030-2345678 KvK 30198127</p>", id="telephone before"),
        pytest.param("<p>KvK 30198127 Tel 030-2345678</p>", id="telephone after"),
        pytest.param("<p>Inschrijving: &#51;0198127 KvK</p>", id="entity"),
        pytest.param("<p>KVK: 30/198/127</p>", id="strokes"),
        pytest.param("<p>KVK: 3019\u20118127</p>", id="hyphen that does not break"),
        pytest.param("<p>KVK: 3019 - 8127</p>", id="spaced hyphen"),
        pytest.param("<p>KvK 030198127</p>", id="leading nought"),
    ],
)
def test_the_registered_number_is_found(text: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(text))).outcome == "found"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        pytest.param(
            "<p>Bel ons: +32 30 19 81 27, KvK in Utrecht</p>", "absent_complete", id="tel"
        ),
        pytest.param(
            "<p>Bestelnummer 30198127</p><p>KvK op aanvraag</p>", "absent_complete", id="order"
        ),
        pytest.param(
            "<p>IBAN NL91 ABNA 0417 1643 00, KvK: zie onder</p>", "absent_complete", id="iban"
        ),
        pytest.param("<p>KvK NL91 ABNA 3019 8127 00</p>", "absent_complete", id="bad iban"),
        pytest.param("<p>KvK vestiging 000030198127</p>", "absent_complete", id="12 digits"),
        pytest.param("<p>KvK 301981270</p>", "absent_complete", id="one digit more"),
        pytest.param("<p>Meer dan 30.198.127 klanten</p>", "found_unlabelled", id="a count"),
        pytest.param(
            f"<p>KvK {'en wat wij daarover altijd zeggen ' * 2}is dit: 30198127</p>",
            "found_unlabelled",
            id="label too far before",
        ),
        pytest.param(
            f"<p>30198127 {'en wat wij daarover altijd zeggen ' * 2}is dit: KvK</p>",
            "found_unlabelled",
            id="label too far after",
        ),
        pytest.param(
            "<p>30198127 KvK 1234 5678</p>", "found_unlabelled", id="label of the next number"
        ),
        pytest.param(
            "<p>KvK Utrecht, zie het handelsregister hieronder. Bel: +45 30 19 81 27</p>",
            "absent_complete",
            id="telephone behind a telephone word",
        ),
        pytest.param("<p>KvK: 12345678</p>", "absent_complete", id="placeholder"),
        pytest.param("<p>KvK: XXXXXXXX</p>", "absent_complete", id="letters"),
        pytest.param("<p>KvK 27312152</p>", "other_number", id="other company"),
        pytest.param("<p>KvK 12.345.679</p>", "other_number", id="other, dotted"),
        pytest.param("<p>Ruim 12.345.679 bedrijven bij de KvK</p>", "absent_complete", id="count"),
        pytest.param(
            "<p>Website door Bouwer B.V.</p><p>KvK 27312152</p>", "absent_complete", id="builder"
        ),
    ],
)
def test_numbers_that_only_look_like_it(text: str, outcome: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(text))).outcome == outcome


def test_the_web_builders_number_in_the_footer_does_not_hide_the_own_one() -> None:
    footer = "<footer>Realisatie: Bouwer B.V. KvK 27312152</footer>"
    pages = {
        "start": document(f"<p>Hallo</p>{footer}"),
        "contact": document(f"<p>KvK 30198127</p>{footer}"),
    }
    assert judge(NUMBER, seen_of(pages)).outcome == "found"


def test_another_number_on_one_side_page_is_not_enough_for_a_mismatch() -> None:
    pages = {"start": document("<p>Hallo</p>"), "terms": document("<p>KvK 27312152</p>")}
    assert judge(NUMBER, seen_of(pages)).outcome == "absent_complete"
    pages["about"] = document("<p>KvK 27312152</p>")
    assert judge(NUMBER, seen_of(pages)).outcome == "other_number"


@pytest.mark.parametrize("role", ["start", "contact", "about", "terms"])
def test_a_page_that_was_not_read_never_proves_absence(role: str) -> None:
    seen = seen_of(on_contact("<p>KvK 27312152</p>"), gaps={role: "timed_out"})
    found = judge(NUMBER, seen)
    assert found.outcome == "incomplete"
    assert role in found.summary


def test_without_a_scan_nothing_is_said() -> None:
    for name in ("registration_number", "vat_number", "company_details", "contact_channels"):
        assert judge(name, EMPTY).outcome == "incomplete"


def test_a_blocked_scan_says_nothing() -> None:
    gaps = dict.fromkeys(("start", "contact", "about", "terms"), "blocked")
    seen = seen_of((), gaps=gaps, outcome=ScanOutcome.BLOCKED)
    assert judge(NUMBER, seen).outcome == "incomplete"


@pytest.mark.parametrize("kvk", [None, "", "123", "geen"])
def test_no_number_on_file_is_no_breach(kvk: str | None) -> None:
    seen = seen_of(on_contact("<p>KvK 27312152</p>"))
    assert judge(NUMBER, seen, member=replace(MEMBER, kvk=kvk)).outcome == "no_expected_value"


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/img/kvk-gegevens.png" width="400" height="120">',
        '<img src="/a.png" alt="Bedrijfsgegevens">',
        '<img src="/impressum.gif">',
    ],
)
def test_a_picture_that_may_hold_the_number_is_doubt(image: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(image))).outcome == "image_suspected"


def test_a_small_icon_is_no_picture_of_a_number() -> None:
    image = '<img src="/kvk.png" width="32" height="32">'
    assert judge(NUMBER, seen_of(on_contact(image))).outcome == "absent_complete"


def test_structured_data_alone_is_doubt() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"Organization","name":"X",'
        '"identifier":{"@type":"PropertyValue","propertyID":"KvK","value":"30198127"},'
        '"vatID":"NL004495445B01"}</script>'
    )
    pages = {"start": document("<p>Hallo</p>", head=head), "contact": document("<p>Hoi</p>")}
    assert judge(NUMBER, seen_of(pages)).outcome == "structured_only"
    assert judge("vat_number", seen_of(pages)).outcome == "structured_only"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<p>Ondernemingsnummer 0403.170.701</p>", "found"),
        ("<p>Numéro d'entreprise : BE 0403 170 701</p>", "found"),
        ("<p>BTW BE0403170701</p>", "found"),
        ("<p>TVA BE 403.170.701</p>", "found"),
        ("<p>RPR Gent 0403.170.701</p>", "found"),
        ("<p>Ondernemingsnummer 0202.239.951</p>", "other_number"),
        ("<p>Ondernemingsnummer 0403.170.702</p>", "absent_complete"),
        ("<p>Niets</p>", "absent_complete"),
    ],
)
def test_the_belgian_register_number(text: str, outcome: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(text)), register="kbo").outcome == outcome


def test_more_label_words_and_a_narrower_window_can_be_asked_for() -> None:
    seen = seen_of(on_contact("<p>Onze winkelcode is 30198127</p>"))
    assert judge(NUMBER, seen).outcome == "found_unlabelled"
    assert judge(NUMBER, seen, label_words=["winkelcode"]).outcome == "found"
    far = seen_of(on_contact(f"<p>KvK {'en dan nog wat tekst ' * 2} 30198127</p>"))
    assert judge(NUMBER, far).outcome == "found"
    assert judge(NUMBER, far, label_window=10).outcome == "found_unlabelled"


@pytest.mark.parametrize(
    "text",
    [
        "BTW NL004495445B01",
        "btw-nummer: NL 0044.95.445.B.01",
        "VAT number NL-004495445-B01",
        "TVA : nl004495445b01",
        "USt-IdNr. NL 004495445 B01",
        "BTW 0044.95.445.B01",
    ],
)
def test_the_registered_vat_number_is_found(text: str) -> None:
    assert judge("vat_number", seen_of(on_contact(f"<p>{text}</p>"))).outcome == "found"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("BTW NL123456789B01", "invalid_number"),
        ("BTW NL000000000B00", "invalid_number"),
        ("BTW NL999999999B99", "invalid_number"),
        ("BTW NL001234567B01", "invalid_number"),
        ("BTW NL821234567B01", "invalid_number"),
        ("BTW NL810433941B01", "other_number"),
        ("TVA BE 0403.170.701", "other_number"),
        ("Website door Bouwer BTW NL810433941B01", "absent_complete"),
        ("alle prijzen incl. btw", "absent_complete"),
    ],
)
def test_a_vat_number_that_is_not_the_registered_one(text: str, outcome: str) -> None:
    assert judge("vat_number", seen_of(on_contact(f"<p>{text}</p>"))).outcome == outcome


def test_a_mismatching_vat_number_is_never_repeated() -> None:
    found = judge("vat_number", seen_of(on_contact("<p>BTW NL810433941B01</p>")))
    shown = f"{found.summary} {found.note} {' '.join(found.values.values())}"
    assert found.outcome == "other_number"
    assert "810433941" not in shown


def test_vat_of_other_countries_and_of_the_exempt() -> None:
    german = replace(MEMBER, vat="DE136695976")
    seen = seen_of(on_contact("<p>USt-IdNr.: DE 136 695 976</p>"))
    assert judge("vat_number", seen, member=german).outcome == "found"
    exempt = replace(MEMBER, flags=frozenset({"vat_exempt"}))
    assert judge("vat_number", seen, member=exempt).outcome == "vat_exempt"
    unknown = replace(MEMBER, vat=None)
    assert judge("vat_number", seen, member=unknown).outcome == "no_expected_value"


def test_facts_survive_json() -> None:
    page = facts(document("<p>KvK 30198127, BTW NL004495445B01, 030 234 56 78</p>"), "/", "start")
    assert msgspec.json.decode(msgspec.json.encode(page), type=PageFacts) == page


@given(st.text(alphabet="KvKB.TW0123456789 -NLB:\n", max_size=200))
def test_no_text_breaks_the_number_judges(text: str) -> None:
    page = facts(document(f"<p>{text}</p>"), "/contact", "contact")
    for name in ("registration_number", "vat_number"):
        judge(name, seen_of((page,)))


@given(st.lists(st.sampled_from(["", " ", ".", "-", "\u00a0"]), min_size=7, max_size=7))
def test_any_single_separator_is_tolerated(signs: list[str]) -> None:
    spelt = "".join(d + s for d, s in zip("30198127", [*signs, ""], strict=True))
    found = judge(NUMBER, seen_of(on_contact(f"<p>KvK-nummer: {spelt}</p>")))
    assert found.outcome == "found"


@pytest.mark.parametrize(
    ("kvk", "kbo", "outcome"),
    [("30198127", "0403170701", "found"), (None, "0403170701", "absent_complete")],
)
def test_the_register_follows_what_is_on_file(kvk: str | None, kbo: str, outcome: str) -> None:
    seen = seen_of(on_contact("<p>KvK 30198127</p>"))
    member = replace(MEMBER, kvk=kvk, kbo=kbo)
    assert judge(NUMBER, seen, member=member, register="auto").outcome == outcome


def test_one_word_is_a_list_of_one() -> None:
    seen = seen_of(on_contact("<p>Nijverheidsregister 30198127</p>"))
    assert judge(NUMBER, seen).outcome == "found_unlabelled"
    assert judge(NUMBER, seen, label_words="nijverheidsregister").outcome == "found"


def test_a_vat_number_of_a_third_country_keeps_its_prefix() -> None:
    member = replace(MEMBER, vat="LU26375245")
    for text, outcome in (
        ("<p>TVA LU 2637 5245</p>", "found"),
        ("<p>Commande 26375245</p>", "absent_complete"),
    ):
        seen = seen_of(on_contact(text))
        assert judge("vat_number", seen, member=member).outcome == outcome


@pytest.mark.parametrize("text", ["BTW BE 0403.170.701", "TVA BE403170701", "btw 403 170 701"])
def test_a_belgian_vat_number_may_miss_its_first_nought(text: str) -> None:
    seen = seen_of(on_contact(f"<p>{text}</p>"))
    member = replace(MEMBER, vat="BE0403170701")
    assert judge("vat_number", seen, member=member).outcome == "found"


def test_a_picture_that_may_hold_the_vat_number_is_doubt() -> None:
    seen = seen_of(on_contact('<p>Welkom</p><img src="/beeld/btw-nummer.png">'))
    found = judge("vat_number", seen)
    assert found.outcome == "image_suspected"
    assert "btw-nummer.png" in found.summary


BELGIAN = replace(MEMBER, kvk=None, vat="BE0403170701", jurisdiction="BE")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Ondernemingsnummer: 0403.170.701", "found"),
        ("Ondernemingsnr. 0403.170.701", "found"),
        ("Ond.nr. 0403 170 701", "found"),
        ("Bedrijfsnummer 0403.170.701", "found"),
        ("B.T.W.: 0403.170.701", "found"),
        ("T.V.A.: 0403.170.701", "found"),
        ("N° entreprise : 0403.170.701", "found"),
        ("Numéro d'entreprise 0403170701", "found"),
        ("Enterprise no. 0403.170.701", "found"),
        ("Unternehmensnr. 0403.170.701", "found"),
        ("BCE n° 0403/170/701", "found"),
        ("BE 403.170.701", "found"),
        ("Voorbeeld Handel BV | 0403.170.701 | RPR Brussel", "found"),
        ("0403.170.701", "found_unlabelled"),
        ("Tel. 0403 17 07 02, KBO", "absent_complete"),
    ],
)
def test_a_belgian_number_is_no_telephone_number(text: str, outcome: str) -> None:
    seen = seen_of(on_contact(f"<p>{text}</p>"))
    assert judge(NUMBER, seen, member=BELGIAN, register="auto").outcome == outcome


@pytest.mark.parametrize("country", ["NL", "BE"])
@pytest.mark.parametrize("text", ["KvK 30198127", "KBO 0403.170.701"])
def test_of_two_registers_either_number_will_do(country: str, text: str) -> None:
    member = replace(MEMBER, jurisdiction=country)
    seen = seen_of(on_contact(f"<p>{text}</p>"))
    found = judge(NUMBER, seen, member=member, register="auto")
    assert found.outcome == "found"
    missing = judge(NUMBER, seen_of(on_contact("<p>Hoi</p>")), member=member, register="auto")
    assert missing.outcome == "absent_complete"
    assert (MEMBER.kvk if country == "NL" else MEMBER.kbo) in (missing.values["expected"], None)


def test_with_no_number_on_file_nothing_is_asked() -> None:
    bare = replace(MEMBER, kvk=None, kbo=None)
    found = judge(NUMBER, seen_of(on_contact("<p>KvK 1</p>")), member=bare, register="auto")
    assert (found.outcome, found.summary) == ("no_expected_value", "No KvK number is on file.")


@pytest.mark.parametrize("said", ["bijvoorbeeld", "bijv.", "e.g.", "par exemple", "z. B.", "zoals"])
def test_an_example_of_a_number_is_nobodys_number(said: str) -> None:
    seen = seen_of(on_contact(f"<p>Vul uw btw-nummer in, {said} NL123456789B01.</p>"))
    assert judge("vat_number", seen).outcome == "absent_complete"
    other = seen_of(on_contact(f"<p>Uw KvK-nummer, {said} KvK 27312152.</p>"))
    assert judge(NUMBER, other).outcome == "absent_complete"


@pytest.mark.parametrize(
    "text",
    [
        "NL004495445\u2011B\u201101",
        "NL0044·95·445·B01",
        "NL 0044.95.445.B.01",
        "NL0044 95 445 B 01",
    ],
)
def test_a_vat_number_is_read_with_any_separators(text: str) -> None:
    assert judge("vat_number", seen_of(on_contact(f"<p>BTW {text}</p>"))).outcome == "found"


@pytest.mark.parametrize(
    "code",
    [
        (
            '<div itemscope itemtype="https://schema.org/Organization"><span>'
            '<meta itemprop="taxID" content="KvK 30198127"></span></div>'
        ),
        (
            '<script type="application/ld+json">\n//<![CDATA[\n{"@type":"Organization",'
            '"identifier":"30198127"}\n//]]>\n</script>'
        ),
        (
            '<script type="application/ld+json"><!-- {"@type":"Organization",'
            '"identifier":"30198127"} --></script>'
        ),
    ],
)
def test_structured_data_in_any_dress_is_a_reviewers_matter(code: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(code))).outcome == "structured_only"


@pytest.mark.parametrize(
    "code",
    [
        (
            '<div itemscope itemtype="https://schema.org/Product"><meta itemprop="identifier" '
            'content="30198127"></div>'
        ),
        '<meta itemprop="identifier" content="30198127">',
        '<b itemscope itemtype="https://schema.org/Store"><meta itemprop="taxID" content=" "></b>',
        f"<b>{'<i>' * 20}<meta itemprop='taxID' content='30198127'></b>",
    ],
)
def test_attributes_of_something_else_are_no_number_of_the_company(code: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(code))).outcome == "absent_complete"


@pytest.mark.parametrize(
    "code",
    [
        '<img data-lazy-src="/bedrijfsgegevens.png" src="data:image/gif;base64,AAAA" width=400>',
        '<picture><source srcset="/kvk.webp 1x, /kvk2.webp 2x"><img width=400></picture>',
        '<img srcset="/impressum.png 400w" width=400 height=120>',
    ],
)
def test_a_picture_that_is_loaded_late_has_a_name_all_the_same(code: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(code))).outcome == "image_suspected"


def test_a_label_right_before_a_number_outweighs_the_look_of_a_telephone_number() -> None:
    page = facts(document("<p>KvK 30198127</p>"), "/contact", "contact")
    at = page.text.index("30198127")
    masked = replace(page, masks=(Span("phone", at, at + 8),))
    start = facts(document("<p>Hoi</p>"), "/", "start")
    assert judge(NUMBER, seen_of((start, masked))).outcome == "found"


@pytest.mark.parametrize(
    "text",
    [
        "Voorbeeld Handel B.V. KvK 27312152",
        "Bedrijfsinformatie KvK 27312152",
        "Meer informatie en formaten. KvK 27312152",
        "info@shop.example KvK 27312152",
    ],
)
def test_a_word_that_holds_the_word_example_makes_no_example(text: str) -> None:
    page = facts(document(f"<p>{text}</p>"), "/contact", "contact")
    assert [n.foreign for n in page.numbers if n.scheme == "kvk"] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "Kamer van Koophandel te Utrecht onder dossiernummer: 30198127",
        "H.R. Utrecht nr. 30198127",
        "HR nummer 30198127",
        "Company reg. no. 30198127",
        "N° RCS Pays-Bas 30198127",
    ],
)
def test_more_words_for_the_register_are_known(text: str) -> None:
    assert judge(NUMBER, seen_of(on_contact(f"<p>{text}</p>"))).outcome == "found"


def test_a_file_number_of_somebody_else_is_no_register_number() -> None:
    text = "<p>Dossiernummer 30198127 van de zaak</p>"
    assert judge(NUMBER, seen_of(on_contact(text))).outcome == "absent_complete"


@pytest.mark.parametrize(
    ("vat", "text", "outcome"),
    [
        ("DE136695976", "Umsatzsteuer-ID: 136 695 976", "found"),
        ("DE136695976", "Umsatzsteuer-ID siehe Rechnung. Artikel 136695976", "found"),
        ("DE136695976", "Artikel 136695976", "absent_complete"),
        ("GB123456789", "VAT registration number: 123 4567 89", "found"),
        ("FRXX303265045", "TVA 303265045", "absent_complete"),
    ],
)
def test_a_vat_number_without_its_country_needs_the_word_before_it(
    vat: str, text: str, outcome: str
) -> None:
    member = replace(MEMBER, vat=vat)
    seen = seen_of(on_contact(f"<p>{text}</p>"))
    assert judge("vat_number", seen, member=member).outcome == outcome
