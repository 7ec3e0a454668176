"""How statements are read: names, addresses, wallets, rights; and what a duration is about."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.policy.drifting.names import same_company
from monitor.policy.drifting.topics import about, rejoined, topics_of
from scanners.content.extract import page_facts
from scanners.drift.addresses import addresses_in, street_of
from scanners.drift.companies import bare_name, companies_in
from scanners.drift.evidence import STATEMENT_KINDS, Sentence
from scanners.drift.places import place_of
from scanners.drift.right_words import RIGHTS, rights_in
from scanners.drift.statements import KIND_MAX, hidden, masked
from scanners.drift.wallets import keccak256, wallets_in
from scanners.drift.wording import sentences_of
from tests.unit.content_kit import OWN, crawled, document, exchange
from tests.unit.drift_kit import SHOPS, look


def named(role: str, *lines: str) -> list[tuple[str, bool]]:
    return [(one.value, one.own) for one in companies_in(lines, frozenset({role}))]


# Companies


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Voorbeeld Handel B.V.", "voorbeeldhandel|bv"),
        ("Voorbeeld Handel BV", "voorbeeldhandel|bv"),
        ("© 2019-2024 Bloemen & Zonen BV - alle rechten voorbehouden", "bloemenzonen|bv"),
        ("De Bloemenhoek V.O.F.", "bloemenhoek|vof"), ("Bloemen v.o.f.", "bloemen|vof"),
        ("Tulp N.V., Kade 3", "tulp|nv"), ("BV Dupont", "dupont|bv"),
        ("SRL Dupont, rue 5", "dupont|srl"),
        ("La société Dupont SA", "dupont|sa"), ("Dupont S.A.R.L.", "dupont|sarl"),
        ("Muster Handels GmbH & Co. KG", "musterhandels|gmbhcokg"),
        ("Muster UG (haftungsbeschränkt)", "muster|ughaftungsbeschrankt"),
        ("Flowers and Sons Limited", "flowersandsons|ltd"), ("Acme, Inc.", "acme|inc"),
        ("Café Zoé SRL", "cafezoe|srl"), ("Jansen (eenmanszaak)", "jansen|eenmanszaak"),
        ("Eenmanszaak Jansen", "jansen|eenmanszaak"), ("Handelsnaam: Bloemenhoek", "bloemenhoek|"),
        ("Raison sociale : Les Fleurs", "lesfleurs|"), ("123 Inkt B.V.", "123inkt|bv"),
    ],
)  # fmt: skip
def test_a_name_with_its_form_is_read_from_a_contact_page(text: str, value: str) -> None:
    assert named("contact", text) == [(value, True)]


def test_a_label_may_stand_above_its_name() -> None:
    assert named("contact", "Bedrijfsnaam", "Bloemenhoek") == [("bloemenhoek|", True)]
    assert named("contact", "Bedrijfsnaam:", "Bloemenhoek") == [("bloemenhoek|", True)]
    assert named("contact", "Firma ist gut", "Bloemenhoek") == []
    assert named("contact", "Bedrijfsnaam") == []


@pytest.mark.parametrize(
    "text",
    ["Stuur uw CV naar ons.", "Limited Edition", "AG Köln HRB 1234", "b.v. deze", "alle BV samen",
     "Onze BV is klein", "https://x.example/BV", "Handelsnaam van Bloemen is mooi", "(BV)"],
)  # fmt: skip
def test_what_only_looks_like_a_company_is_none(text: str) -> None:
    assert named("contact", text) == []


@pytest.mark.parametrize(
    ("role", "line"),
    [
        ("start", "Website door Webbureau Noord B.V."),
        ("contact", "Pakketten worden bezorgd door Snelpost Nederland B.V."),
        ("about", "In 2019 werkten wij samen met Jansen Transport B.V. aan een project."),
        ("privacy", "Wij delen gegevens met onze betaalprovider Mollie B.V., KvK 30204462."),
        ("privacy", "Nos paiements sont traités par Worldline SA."),
        ("privacy", "Zahlungen laufen über die Klarna Bank AG."),
        ("terms", "Acme, Inc. makes our chairs."),
        ("terms", "x" * 200 + " Bloemen B.V."),
    ],
)
def test_a_partner_is_not_the_shop(role: str, line: str) -> None:
    assert not any(own for _, own in named(role, line))


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        ("privacy", ("Bloemen B.V. is verantwoordelijk voor de verwerking.",)),
        ("privacy", ("Le responsable du traitement est Fleurs SRL.",)),
        ("privacy", ("The controller is Flowers Ltd.",)),
        ("privacy", ("Verantwortlicher ist die Blumen GmbH.",)),
        ("terms", ("Identiteit", "Bloemen B.V.", "Kade 3", "KvK 30198127")),
        ("terms", ("Deze winkel is een handelsnaam van Bloemen B.V.",)),
        ("terms", ("Flowers Ltd, registered in England, company number 1.",)),
    ],
)
def test_a_legal_text_says_whose_it_is(role: str, lines: tuple[str, ...]) -> None:
    assert [own for _, own in named(role, *lines)] == [True]


@given(st.text(max_size=60))
def test_a_bare_name_is_bare_already(text: str) -> None:
    assert bare_name(bare_name(text)) == bare_name(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("bloemen|bv", "bloemen|bv", True), ("winkelbloemen|bv", "bloemen|bv", True),
     ("bloemen|", "debloemen|bv", True), ("bloemen|bv", "bloemen|nv", False),
     ("abc|bv", "xabc|bv", False), ("tulp|bv", "roos|bv", False)],
)  # fmt: skip
def test_one_company_however_it_was_cut_out_of_its_line(one: str, other: str, same: bool) -> None:
    assert same_company(one, other) is same_company(other, one) is same


# Places


def lines_of(body: str, *roles: str) -> tuple[str, ...]:
    page = crawled(exchange(document(body)), *roles)
    return place_of(page, page_facts(page, OWN)).lines


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>Stoel</p><footer><p>Bloemen BV</p></footer>", ("Bloemen BV",)),
        ("<p>Stoel</p><div class='site-Footer'><p>Bloemen BV</p></div>", ("Bloemen BV",)),
        ("<p>Stoel</p><div role=contentinfo>Bloemen BV</div>", ("Bloemen BV",)),
        (
            "<article><p>Stoel</p><footer>Piet BV</footer></article><footer>Wij BV</footer>",
            ("Wij BV",),
        ),
        (
            "<div class='has-footer'><main>Stoel</main><p>Bloemen BV</p></div>",
            ("Stoel", "Bloemen BV"),
        ),
        ("<p>Stoel</p>" * 50 + "<p>Bloemen BV</p>", (*("Stoel",) * 39, "Bloemen BV")),
        ("<footer><p>Wij BV</p><div id=reviews><p>Piet BV</p></div></footer>", ("Wij BV",)),
        ("<footer><p>Wij BV</p><blockquote>Piet BV</blockquote></footer>", ("Wij BV",)),
        ("<footer><p class='preview'>Wij BV</p></footer>", ("Wij BV",)),
    ],
)
def test_of_a_start_page_the_footer_speaks(body: str, lines: tuple[str, ...]) -> None:
    assert lines_of(body, "start") == lines


def test_other_pages_are_read_but_for_their_reviews() -> None:
    body = "<h1>Over ons</h1><p>Bloemen BV</p><div class='klantbeoordelingen'>Piet BV</div>"
    assert lines_of(body, "about") == ("Over ons", "Bloemen BV")
    assert lines_of(body, "start", "about") == ("Over ons", "Bloemen BV")
    whole = "<div class='reviews-on'><h1>Over ons</h1><p>Bloemen BV</p></div>"
    assert lines_of(whole, "about") == ("Over ons", "Bloemen BV")


def test_a_document_is_read_whole() -> None:
    page = crawled(exchange("Bloemen BV\nKade 3", kind="text/plain"), "terms")
    assert place_of(page, page_facts(page, OWN)).lines == ("Bloemen BV", "Kade 3")


# Addresses


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Dorpsstraat 12\n1234 AB Utrecht", "1234AB 12"),
        ("Dorpsstr. 12-a, 1234AB Utrecht", "1234AB 12"),
        ("Rue de la Paix 12 bte 3, 1000 Bruxelles", "1000 12 paix"),
        ("12, rue de la Paix\n75002 Paris", "75002 12 paix"),
        ("12 bis av. Victor Hugo 75016 Paris", "75016 12 hugo"),
        ("Wetstraat 16, B-1000 Brussel", "1000 16 wet"),
        ("1000 Brussel, Wetstraat 16", "1000 16 wet"),
        ("1000 Bruxelles, 16 rue de la Loi", "1000 16 loi"),
        ("Hauptstr. 5\n10115 Berlin", "10115 5 haupt"),
        ("Hauptstraße 5a · D-10115 Berlin", "10115 5 haupt"),
        ("12 High Street, London SW1A 1AA", "SW1A1AA 12"),
        ("Postbus 90600, 2509 LP Den Haag", "2509LP box 90600"),
        ("Adres: Lange Nieuwstraat 5 bus 2 - 2000 Antwerpen", "2000 5 nieuw"),
    ],
)  # fmt: skip
def test_an_address_is_postcode_number_and_street(text: str, value: str) -> None:
    assert [one.value for one in addresses_in(text)] == [value]


@pytest.mark.parametrize(
    "text",
    ["© 2024 Amsterdam", "© 2024 Bloemen BV, Kade 3", "in 2019 Bloemen", "1234 SA Utrecht",
     "KvK 3019 8127 Utrecht, Kade 3", "Beurs op 12 dec 2024 Utrecht",
     "van 12 2024 Utrecht", "1234 AB", "SW1A 1AA", "1000 dozen"],
)  # fmt: skip
def test_a_number_before_a_word_is_no_address(text: str) -> None:
    assert addresses_in(text) == ()


@given(st.text(max_size=40))
def test_a_street_is_its_own_short_form(text: str) -> None:
    assert len(street_of(text)) <= 8 * 3
    assert street_of("") == street_of("12 34") == ""


# Wallets


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc:3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
         "btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ("bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
         "btc:bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
         "eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
        ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
         "eth:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
    ],
)  # fmt: skip
def test_a_wallet_is_known_by_its_checksum(text: str, found: str) -> None:
    assert wallets_in(f"Betaal aan {text}.") == (found,)
    broken = text[:-2] + ("b" if text[-2] != "b" else "c") + text[-1]
    if text != text.lower() or text.startswith("bc1"):
        assert wallets_in(f"Betaal aan {broken}.") == ()


def test_what_has_the_shape_of_a_wallet_only_is_none() -> None:
    zeros = "0x" + "0" * 40
    assert wallets_in(f"{zeros} 1{'z' * 34} 1{'1' * 33}") == ()


def test_the_hash_is_keccak_and_not_sha3() -> None:
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"").hex() == empty
    assert keccak256(b"a" * 136) != keccak256(b"a" * 135)


# Rights


@pytest.mark.parametrize("lang", SHOPS)
def test_every_right_is_read_in_every_language(lang: str) -> None:
    stated = {s.value for s in look(SHOPS[lang], lang).statements if s.kind == "right"}
    assert stated == set(RIGHTS)


@pytest.mark.parametrize(
    "text",
    ["Alle rechten voorbehouden, ook op verwijdering.", "Wij verwijderen uw gegevens na 2 jaar.",
     "U heeft geen recht op inzage.", "U kunt cookies in uw browser verwijderen.",
     "Nous supprimons vos données.", "Verwijderen kost tijd."],
)  # fmt: skip
def test_what_the_shop_does_by_itself_is_nobodys_right(text: str) -> None:
    assert rights_in([text]) == {}


def test_a_list_of_rights_goes_on_below_its_heading() -> None:
    assert set(rights_in(["Uw rechten zijn:", "inzage", "verwijdering"])) == {"access", "erasure"}
    assert rights_in(["Uw rechten zijn:", "x" * 900, "inzage"]) == {}
    asked = ["Heeft u een klacht?", "Dan kunt u terecht bij de Autoriteit Persoonsgegevens."]
    assert set(rights_in(asked)) == {"complaint"}
    both = "Wij verwijderen gegevens na 2 jaar, maar u heeft recht op verwijdering."
    assert set(rights_in([both])) == {"erasure"}


# Accounts


def test_an_account_is_compared_by_its_digest() -> None:
    one, other = hidden("NL91ABNA0417164300"), hidden("NL91ABNA0417164301")
    assert one != other
    assert "0417164" not in one
    assert masked("NL91ABNA0417164300") == "NL91…4300"


# What a duration is about


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("return period", "U heeft 14 dagen bedenktijd."),
        ("return period", "U kunt binnen 14 dagen na levering de overeenkomst ontbinden."),
        ("return period", "Vous disposez d'un délai de 14 jours pour vous rétracter."),
        ("return period", "Vous pouvez renvoyer l'article dans les 14 jours après la livraison."),
        ("return period", "You may return the goods within 14 days of receipt."),
        ("return period", "Die Widerrufsfrist beträgt vierzehn Tage."),
        ("refund", "Wij betalen binnen 14 dagen terug."),
        ("refund", "Binnen 14 dagen na ontvangst van uw retour storten wij het bedrag terug."),
        ("refund", "Nous remboursons dans les 14 jours suivant la rétractation."),
        ("refund", "We refund you within 14 days after receiving the return."),
        ("refund", "Wir erstatten den Betrag binnen 14 Tagen nach Eingang des Widerrufs."),
        ("delivery", "Wij leveren binnen 2 werkdagen."),
        ("delivery", "Livraison en 2 jours ouvrables."),
        ("delivery", "Delivery takes 3 to 5 working days."),
        ("delivery", "Lieferzeit 2-3 Werktage"),
        ("warranty", "Garantie 2 jaar"), ("warranty", "Garantie légale de deux ans."),
        ("warranty", "A warranty of two years applies."),
        ("warranty", "Die Gewährleistung beträgt zwei Jahre ab Lieferung."),
        ("complaint answer", "Klachten worden binnen 14 dagen inhoudelijk beantwoord."),
        ("complaint answer", "Les réclamations sont traitées dans les 30 jours."),
        ("complaint answer", "We answer complaints within 14 days."),
        ("complaint answer", "Beschwerden beantworten wir innerhalb von 14 Tagen."),
        ("payment term", "Facturen betaalt u binnen 30 dagen."),
        ("retention", "Wij bewaren uw gegevens 7 jaar."), ("answer", "We reply within 2 days."),
        ("", "Ons bedrijf bestaat 20 jaar."),
    ],
)  # fmt: skip
def test_the_words_around_a_duration_say_what_it_is_about(topic: str, text: str) -> None:
    assert topics_of(text) == (topic,)


def test_two_durations_of_a_sentence_have_a_topic_each() -> None:
    both = "U kunt binnen 14 dagen retourneren; wij betalen het bedrag binnen 10 dagen terug."
    assert topics_of(both) == ("return period", "refund")


def said(text: str) -> Sentence:
    (read,) = sentences_of([text]).values()
    return Sentence(read.skeleton, read.terms, read.text)


def test_a_topic_is_named_only_where_both_sides_have_it() -> None:
    old, new = said("U heeft 14 dagen bedenktijd."), said("Leveren duurt 7 dagen bij ons.")
    assert about(old, old, 0) == "return period "
    assert about(old, new, 0) == ""
    assert about(old, Sentence(old.skeleton, old.terms, "U heeft…"), 0) == ""


def test_sentences_in_other_words_meet_by_topic_and_unit() -> None:
    old, new = said("U heeft 14 dagen bedenktijd."), said("Een retour mag 7 dagen lang.")
    other = said("Herroepen kan 30 dagen na de koop.")
    assert rejoined([old], [new]) == ([(old, new)], [], [])
    assert rejoined([old], [new, other]) == ([], [old], [new, other])
    assert rejoined([old], [said("Een retour mag 7 weken lang.")])[0] == []
    assert rejoined([old], [said("Veertien dagen lang mag u alles retour zenden.")])[0] == []
    none = said("Wij houden van bloemen.")
    assert rejoined([none], [none]) == ([], [none], [none])


# Hostile text

_PIECES = st.sampled_from(
    ["B.V. ", "BV", "Rue de ", "12 ", "1234 AB ", "1000 Brussel, ", "© ", "a ", "A ", "\n", ".",
     "recht op ", "NL91 ", "0x", "bc1", "Kade 3, ", "klacht ", "autoriteit ", "14 dagen "],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_is_read(text: str) -> None:
    lines = tuple(text.split("\n"))
    for one in companies_in(lines, frozenset({"contact"})):
        assert one.value.count("|") == 1
    for address in addresses_in(text):
        assert 0 <= address.start <= address.end <= len(text)
    assert wallets_in(text) == wallets_in(text)
    assert set(rights_in(lines)) <= set(RIGHTS)
    topics_of(text)


@pytest.mark.parametrize(
    "text",
    ["B.V. " * 12_000, "A " * 30_000 + "BV", "1000 Aa, " * 7_000, "rue a " * 10_000 + "1000 A",
     "0x" * 30_000, "bc1" + "q" * 60_000, "1" * 60_000, "klacht " * 8_000, "recht op " * 7_000,
     "1 a" * 20_000 + " 1000 A", "'" * 60_000, "SW1A 1AA " * 7_000, "Aa " * 20_000 + "1234 AB",
     "toestemming " * 5_000, "na x " * 15_000],
)  # fmt: skip
def test_hostile_text_is_read_in_time(text: str) -> None:
    started = time.process_time()
    lines = (text,)
    list(companies_in(lines, frozenset({"contact"})))
    addresses_in(text)
    wallets_in(text)
    rights_in(lines)
    topics_of(text)
    assert time.process_time() - started < 2


def test_a_list_of_a_thousand_shops_keeps_the_facts_small() -> None:
    rows = "".join(f"<p>Winkel {n} B.V.</p><p>Kade {n}, 1011 AB Stad</p>" for n in range(1, 900))
    facts = look({**SHOPS["nl"], "contact": f"<h1>Winkels</h1>{rows}"})
    assert len([s for s in facts.statements if s.kind == "address"]) <= KIND_MAX
    assert {s.kind for s in facts.statements} >= {"company", "law", "right", "payment"}


def test_facts_of_a_shop_are_small_and_the_same_each_time() -> None:
    for lang, shop in SHOPS.items():
        facts = look(shop, lang)
        assert facts == look(shop, lang)
        assert len(repr(facts.statements)) < 8_000
        assert {s.kind for s in facts.statements} <= set(STATEMENT_KINDS)
