"""Terms of sale: there, to keep, before the order, in a language of the shop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanners.content.evidence import FormSeen, LinkSeen, PageFacts, TickSeen
from tests.unit.content_kit import EMPTY, HOST, MEMBER, document, facts, judge, seen_of
from tests.unit.terms_kit import TITLES, articles, start, terms

LANGUAGES = ("nl", "fr", "en", "de")
USE_OF_SITE = {
    "nl": ("Gebruiksvoorwaarden", "Door deze website te gebruiken stemt u in met deze regels. "),
    "fr": ("Conditions d'utilisation", "En utilisant ce site, vous acceptez les règles. "),
    "en": ("Terms of use", "By using this website you agree to these rules about its content. "),
    "de": ("Nutzungsbedingungen", "Mit der Nutzung dieser Seiten stimmen Sie diesen Regeln zu. "),
}


def page(body: str, path: str = "/terms", *roles: str) -> PageFacts:
    return facts(body, path, *(roles or ("terms",)))


def home(language: str = "nl", extra: str = "") -> PageFacts:
    return facts(start(language, extra), "/", "start")


def pdf(text: str = "", problem: str = "") -> PageFacts:
    """A document as the scanner reports it: no title, no headings."""
    read = replace(page(document(text), "/av.pdf"), document=True, title="", headings=())
    return replace(read, problem=problem, text="" if problem else read.text)


def link(url: str = "/terms", text: str = "Algemene voorwaarden", kind: str = "page") -> LinkSeen:
    return LinkSeen(f"https://{HOST}{url}", text, kind, "main")


# terms_present (tz-4.1a)


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_of_sale_are_found(language: str) -> None:
    found = judge("terms_present", seen_of({"start": start(language), "terms": terms(language)}))
    assert found.outcome == "found"
    assert "own" in found.note


def test_the_model_terms_are_named_as_such() -> None:
    body = terms("nl", title="Algemene voorwaarden Thuiswinkel Zakelijk")
    assert "model" in judge("terms_present", seen_of({"start": start(), "terms": body})).note


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_of_use_of_the_website_are_no_terms_of_sale(language: str) -> None:
    title, line = USE_OF_SITE[language]
    use = document(f"<h1>{title}</h1><p>{line * 40}</p>", lang=language)
    seen = seen_of({"start": start(language), "terms": use})
    assert judge("terms_present", seen).outcome == "website_terms_only"
    assert judge("terms_law", seen).outcome == "no_terms"


@pytest.mark.parametrize(
    "title", ["Terms of use", "Conditions générales d'utilisation et de vente", "Voorwaarden"]
)
def test_terms_of_sale_under_another_name_are_found(title: str) -> None:
    language = {"T": "en", "C": "fr", "V": "nl"}[title[0]]
    seen = seen_of({"start": start(language), "terms": terms(language, title=title)})
    assert judge("terms_present", seen).outcome == "found"


def test_general_terms_of_few_subjects_are_terms_all_the_same() -> None:
    body = document(f"<h1>Algemene voorwaarden</h1><p>{'Deze regels gelden steeds. ' * 80}</p>")
    assert judge("terms_present", seen_of({"start": start(), "terms": body})).outcome == "found"


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_for_the_website_under_the_name_of_general_terms_are_no_terms_of_sale(
    language: str,
) -> None:
    said = {
        "nl": "De inhoud van deze website is met zorg gemaakt en mag niet worden overgenomen. ",
        "fr": "Le contenu de ce site est fait avec soin et ne peut pas être copié. ",
        "en": "The content of this website was made with care and may not be taken over. ",
        "de": "Der Inhalt dieser Website ist mit Sorgfalt gemacht und darf nicht kopiert werden. ",
    }[language]
    body = document(f"<h1>{TITLES[language]}</h1><p>{said * 40}</p>", lang=language)
    seen = seen_of({"start": start(language), "terms": body})
    assert judge("terms_present", seen).outcome == "website_terms_only"


def test_a_page_of_terms_that_speaks_of_no_sale_is_left_to_a_person() -> None:
    game = document(f"<h1>Voorwaarden prijsvraag</h1><p>{'Meedoen kan tot de trekking. ' * 70}</p>")
    seen = seen_of({"start": start(), "terms": game})
    assert judge("terms_present", seen).outcome == "other_text"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_site_without_terms_is_a_breach_only_after_a_complete_crawl(language: str) -> None:
    bare = {"start": document("<p>Winkel</p>" * 50, lang=language)}
    assert judge("terms_present", seen_of(bare)).outcome == "absent_complete"
    assert (
        judge("terms_present", seen_of(bare, gaps={"terms": "timed_out"})).outcome == "incomplete"
    )
    assert judge("terms_present", EMPTY).outcome == "incomplete"


@pytest.mark.parametrize(("reason", "outcome"), [("not_found", "gone"), ("soft_404", "soft_404")])
def test_a_dead_link_to_the_terms_is_told(reason: str, outcome: str) -> None:
    dead = replace(page(document("weg")), problem=reason, status=404)
    found = judge("terms_present", seen_of((home(), dead), gaps={"terms": reason}))
    assert found.outcome == outcome
    assert found.values["url"].endswith("/terms")


def test_a_short_page_is_left_to_a_person_and_the_threshold_is_a_parameter() -> None:
    short = document(
        "<h1>Algemene voorwaarden</h1><p>Bestellen, betalen en leveren in overleg.</p>"
    )
    seen = seen_of({"start": start(), "terms": short})
    assert judge("terms_present", seen).outcome == "short"
    assert judge("terms_present", seen, terms_min_chars=20).outcome == "found"


def test_a_document_counts_with_and_without_text() -> None:
    assert judge("terms_present", seen_of((home(), pdf(articles())))).outcome == "found"
    scan = seen_of((home(), pdf(problem="pdf_without_text")), gaps={"terms": "pdf_without_text"})
    assert judge("terms_present", scan).outcome == "document"


def test_a_document_that_does_not_answer_is_no_document() -> None:
    broken = replace(pdf(problem="pdf_unreadable"), status=500)
    seen = seen_of((home(), broken), gaps={"terms": "http_error"})
    assert judge("terms_present", seen).outcome == "incomplete"


def test_terms_of_somebody_else_count_only_when_they_are_full_terms_of_sale() -> None:
    theirs = replace(page(terms()), own=False)
    assert judge("terms_present", seen_of((home(), theirs))).outcome == "found"
    weak = document(f"<h1>Algemene voorwaarden</h1><p>{'Betalen en leveren. ' * 100}</p>")
    seen = seen_of((home(), replace(page(weak), own=False)))
    assert judge("terms_present", seen).outcome == "absent_complete"


def test_terms_on_the_start_page_are_found_there() -> None:
    one = facts(start("nl", f"<h2>Algemene voorwaarden</h2>{articles()}"), "/", "start", "terms")
    assert judge("terms_present", seen_of((one,))).outcome == "section"
    assert judge("terms_kept", seen_of((one,))).outcome == "no_own_url"


def test_terms_behind_a_script_or_in_a_frame_are_not_called_absent() -> None:
    modal = replace(home(), links=(link(kind="script"),))
    seen = seen_of((modal,), gaps={"terms": "script_link"})
    assert judge("terms_present", seen).outcome == "modal"
    framed = replace(page(document("<h1>Voorwaarden</h1>")), embeds=("docs.example.com",))
    assert judge("terms_present", seen_of((home(), framed))).outcome == "embedded"


# terms_kept (tz-4.2b)


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_with_an_address_can_be_kept(language: str) -> None:
    seen = seen_of({"start": start(language), "terms": terms(language)})
    assert judge("terms_kept", seen).outcome == "own_page"


@pytest.mark.parametrize("problem", ["", "pdf_without_text", "pdf_unreadable"])
def test_a_document_can_be_kept_even_without_a_text_layer(problem: str) -> None:
    read = (home(), pdf(articles(), problem))
    assert judge("terms_kept", seen_of(read)).outcome == "document"


def test_a_page_that_keeps_its_text_from_paper_or_copy_is_told() -> None:
    hidden = terms(head="<style>@media print { main { display: none } }</style>")
    assert (
        judge("terms_kept", seen_of({"start": start(), "terms": hidden})).outcome == "print_hidden"
    )
    held = terms().replace("<body>", '<body oncopy="return false">')
    assert judge("terms_kept", seen_of({"start": start(), "terms": held})).outcome == "copy_blocked"


def test_a_document_beside_a_blocked_page_leaves_it_to_a_person() -> None:
    held = replace(page(terms()), blocks_copy=True)
    assert judge("terms_kept", seen_of((home(), held, pdf(articles())))).outcome == "partly"
    other = page(terms(), "/terms-b2b")
    assert judge("terms_kept", seen_of((home(), held, other))).outcome == "partly"


def test_terms_without_an_address_cannot_be_kept() -> None:
    modal = replace(home(), links=(link(kind="script"),))
    seen = seen_of((modal,), gaps={"terms": "script_link"})
    assert judge("terms_kept", seen).outcome == "modal_only"
    framed = replace(
        page(document("<h1>Voorwaarden</h1>")), links=(link("/frame", "", kind="frame"),)
    )
    assert judge("terms_kept", seen_of((home(), framed))).outcome == "framed"
    gap = seen_of((home(), framed), gaps={"terms": "frame_unread"})
    assert judge("terms_kept", gap).outcome == "framed"


def test_without_terms_nothing_is_said_of_keeping_them() -> None:
    bare = document("<p>Winkel</p>")
    assert judge("terms_kept", seen_of({"start": bare})).outcome == "no_terms"
    assert judge("terms_kept", seen_of({"start": bare}, gaps={"terms": "bot_wall"})).outcome == (
        "incomplete"
    )
    assert judge("terms_kept", EMPTY).outcome == "incomplete"


# terms_before_order (tz-4.2a)


def checkout(links: tuple[LinkSeen, ...] = (), **more: Any) -> PageFacts:
    base = facts(document("<h1>Afrekenen</h1><p>Totaal: 20 euro</p>"), "/checkout", "checkout")
    given: dict[str, Any] = {"links": links, "buttons": ("Bestelling plaatsen",), **more}
    return replace(base, **given)


@pytest.mark.parametrize(
    "words",
    ["algemene voorwaarden", "conditions générales de vente", "Terms & Conditions", "AGB", "T&C's"],
)
@pytest.mark.parametrize("kind", ["page", "script", "anchor"])
def test_a_link_in_the_ordering_process_is_enough(words: str, kind: str) -> None:
    seen = seen_of((home(), page(terms()), checkout((link("/x", words, kind),))))
    assert judge("terms_before_order", seen).outcome == "linked"


def test_a_link_of_another_name_to_the_terms_counts() -> None:
    seen = seen_of((home(), page(terms()), checkout((link("/terms", "lees hier"),))))
    assert judge("terms_before_order", seen).outcome == "linked"


@pytest.mark.parametrize("words", ["Privacyvoorwaarden", "Actievoorwaarden", "Contact"])
def test_a_last_step_without_link_is_a_candidate(words: str) -> None:
    seen = seen_of((home(), page(terms()), checkout((link("/x", words),))))
    found = judge("terms_before_order", seen)
    assert found.outcome == "missing_at_checkout"
    assert "Afrekenen" in found.fragment


@pytest.mark.parametrize(
    "button", ["Commander", "Payer maintenant", "Place order", "Zahlungspflichtig bestellen"]
)
def test_the_last_step_is_known_in_every_language(button: str) -> None:
    seen = seen_of((home(), page(terms()), checkout(buttons=(button,))))
    assert judge("terms_before_order", seen).outcome == "missing_at_checkout"


def test_a_form_for_the_buyers_data_is_a_step_too() -> None:
    asks = FormSeen("/order", "post", ("naam", "adres"), scripted=False, search=False, own=True)
    seen = seen_of((home(), page(terms()), checkout(buttons=(), forms=(asks,))))
    assert judge("terms_before_order", seen).outcome == "missing_at_checkout"


def test_terms_named_at_a_tick_box_without_link_are_left_to_a_person() -> None:
    tick = TickSeen("ok", "Ik ga akkoord met de voorwaarden", "checkbox", False, True, -1)
    seen = seen_of((home(), page(terms()), checkout(ticks=(tick,))))
    assert judge("terms_before_order", seen).outcome == "mentioned"


@pytest.mark.parametrize(
    "said",
    ["Uw winkelwagen is leeg", "Votre panier est vide", "Your cart is currently empty",
     "Ihr Warenkorb ist leer"],
)  # fmt: skip
def test_an_empty_cart_is_not_the_ordering_process(said: str) -> None:
    seen = seen_of((home(), page(terms()), checkout(text=said)))
    assert judge("terms_before_order", seen).outcome == "checkout_unseen"


def test_a_cart_that_only_leads_on_is_not_the_last_step() -> None:
    seen = seen_of((home(), page(terms()), checkout(buttons=("Verder naar bestellen",))))
    assert judge("terms_before_order", seen).outcome == "checkout_unseen"


def test_without_ordering_process_or_terms_nothing_is_missing() -> None:
    assert (
        judge("terms_before_order", seen_of((home(), page(terms())))).outcome == "checkout_unseen"
    )
    bare = facts(document("<p>Winkel</p>"), "/", "start")
    assert judge("terms_before_order", seen_of((bare,))).outcome == "no_terms"
    assert judge("terms_before_order", seen_of((bare, checkout()))).outcome == "no_terms"
    gap = seen_of((bare,), gaps={"terms": "timed_out"})
    assert judge("terms_before_order", gap).outcome == "checkout_unseen"
    assert judge("terms_before_order", EMPTY).outcome == "incomplete"


# The language of shop and terms: language_understood.


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_in_the_language_of_the_shop_are_understood(language: str) -> None:
    seen = seen_of({"start": start(language), "terms": terms(language)})
    assert judge("language_understood", seen).outcome == "understood"


@pytest.mark.parametrize(
    ("shop", "other"), [("nl", "en"), ("fr", "nl"), ("en", "de"), ("de", "fr")]
)
def test_terms_in_a_language_no_page_uses_are_a_candidate(shop: str, other: str) -> None:
    seen = seen_of({"start": start(shop), "terms": terms(other)})
    found = judge("language_understood", seen, member=replace(MEMBER, languages=(shop,)))
    assert found.outcome == "foreign_terms"


def test_terms_in_one_of_two_languages_are_understood() -> None:
    pages = (home(), page(terms("en"), "/en/terms"), page(terms("nl"), "/terms"))
    assert judge("language_understood", seen_of(pages)).outcome == "understood"
    offered = seen_of((home(), page(terms("en"))), offered_languages=("en", "nl"))
    assert judge("language_understood", offered).outcome == "understood"


def test_a_template_that_declares_english_over_dutch_words_accuses_nobody() -> None:
    said = "Wij verkopen meubelen voor uw kantoor. Bestellen met het formulier."
    names = "Eames Lounge Chair Black Leather Walnut Soft Pad Office Swivel Desk Task Stool " * 6
    home_page = replace(
        facts(document(f"<p>{said}</p><p>{names}</p>"), "/", "start"), language="en"
    )
    found = judge("language_understood", seen_of((home_page, page(terms("nl")))),
                  member=replace(MEMBER, languages=()))  # fmt: skip
    assert found.outcome == "unclear"


def test_a_short_shop_or_an_unknown_language_accuses_nobody() -> None:
    little = facts(document("<p>Shop</p>", lang="en"), "/", "start")
    member = replace(MEMBER, languages=())
    seen = seen_of((little, page(terms("nl"))))
    assert judge("language_understood", seen, member=member).outcome == "unclear"
    strange = replace(page(terms("nl")), language="")
    assert judge("language_understood", seen_of((home(), strange))).outcome == "unclear"
    polish = replace(page(terms("nl")), language="pl")
    assert judge("language_understood", seen_of((home(), polish))).outcome == "foreign_terms"


@pytest.mark.parametrize(
    "left",
    ["{{ product.price }}", "Lorem ipsum dolor sit amet", "[bedrijfsnaam]", "[Your company name]",
     "[nom de l'entreprise]", "[Firmenname]", "{% if cart %}", "translation missing: nl.cart"],
)  # fmt: skip
def test_a_piece_of_a_template_is_a_candidate(left: str) -> None:
    seen = seen_of({"start": start(), "terms": terms("nl", left)})
    assert judge("language_understood", seen).outcome == "leftovers"
    product = facts(document(f"<p>{left}</p>"), "/p/1", "product")
    assert judge("language_understood", seen_of((home(), page(terms()), product))).outcome == (
        "leftovers"
    )


def test_nothing_is_said_of_language_when_the_terms_were_not_read() -> None:
    assert judge("language_understood", seen_of((home(),))).outcome == "no_terms"
    gap = seen_of((home(),), gaps={"terms": "timed_out"})
    assert judge("language_understood", gap).outcome == "incomplete"
    assert judge("language_understood", EMPTY).outcome == "incomplete"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_of_terms_are_known(language: str) -> None:
    seen = seen_of((home(), checkout((link("/x", TITLES[language]),))))
    assert judge("terms_before_order", seen).outcome == "linked"


def test_a_template_that_nobody_filled_in_is_no_terms_of_sale() -> None:
    lorem = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. " * 40
    body = document(f"<h1>Terms and conditions of sale</h1><p>{lorem}</p>", lang="en")
    seen = seen_of((home("en"), page(body)))
    assert judge("terms_present", seen).outcome == "other_text"
