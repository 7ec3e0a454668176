"""Consent to mailings (tz-11.1) and fields that a sale does not need (tz-12.3b)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanners.content.evidence import PageFacts
from tests.unit.content_kit import EMPTY, document, facts, judge, seen_of

REGISTER = (
    '<input type="email" name="email" required><input name="firstname"><input name="lastname">'
    '<input type="password" name="password"><input name="street">'
)


def page(
    fields: str, role: str = "account", *, lang: str = "nl", action: str = "/post"
) -> PageFacts:
    form = f'<form method="post" action="{action}">{fields}</form>'
    return facts(document(form, lang=lang), f"/{role}", role)


def mail(box: str, role: str = "account", base: str = REGISTER) -> str:
    return judge("marketing_consent", seen_of((page(f"{base}{box}", role),))).outcome.value


def box(label: str, attributes: str = "", name: str = "c1") -> str:
    return f'<label><input type="checkbox" name="{name}" value="1" {attributes}> {label}</label>'


@pytest.mark.parametrize(
    "label",
    [
        "Ja, ik ontvang graag de nieuwsbrief",
        "Houd mij op de hoogte van aanbiedingen",
        "Je souhaite recevoir la newsletter",
        "Recevoir nos offres et bons plans",
        "Send me special offers",
        "Keep me posted, no spam",
        "Ich möchte den Newsletter erhalten",
        "Angebote und Neuigkeiten per E-Mail, nicht mehr als einmal im Monat",
    ],
)
@pytest.mark.parametrize("role", ["account", "checkout", "start"])
def test_a_box_for_mailings_has_to_be_empty(label: str, role: str) -> None:
    assert mail(box(label, "checked"), role) == "preticked"
    assert mail(box(label), role) == "opt_in"


@pytest.mark.parametrize(
    "label",
    [
        "Factuuradres is gelijk aan afleveradres",
        "Same billing address",
        "Houd mij per sms op de hoogte van de status van mijn bestelling",
        "Ik ga akkoord met de algemene voorwaarden",
        "Angemeldet bleiben",
    ],
)
def test_ticked_boxes_about_other_things_say_nothing(label: str) -> None:
    assert mail(box(label, "checked")) == "no_box"


@pytest.mark.parametrize(
    "label",
    [
        "Nee, ik wil geen nieuwsbrief",
        "Je ne souhaite pas recevoir la newsletter",
        "I do not want to receive special offers",
        "Ich möchte keinen Newsletter erhalten",
    ],
)
def test_inverted_wording_turns_the_tick_around(label: str) -> None:
    assert mail(box(label)) == "opt_out"
    assert mail(box(label, "checked")) == "opt_in"


@pytest.mark.parametrize(
    "label",
    [
        "Ik ga akkoord met de voorwaarden en ontvang de nieuwsbrief",
        "J'accepte les conditions générales et la newsletter",
        "I accept the terms and want the newsletter",
        "Ich akzeptiere die AGB und den Newsletter",
    ],
)
def test_mailings_bundled_with_the_terms_are_a_candidate(label: str) -> None:
    assert mail(box(label, "required")) == "bundled"


@pytest.mark.parametrize(
    "sentence",
    [
        "Door een account aan te maken ga je akkoord met onze nieuwsbrief.",
        "By placing your order you agree to receive our newsletter.",
        "En créant un compte, vous acceptez de recevoir notre newsletter.",
        "Durch die Registrierung stimmen Sie dem Newsletter zu.",
    ],
)
def test_mailings_bundled_by_a_sentence_are_a_candidate(sentence: str) -> None:
    assert mail(f"<p>{sentence}</p>") == "bundled"
    assert mail(f"<p>{sentence}</p>", "about") == "not_reached"


NEWSLETTER = '<input type="email" name="email">'


def test_a_newsletter_form_may_point_to_its_terms() -> None:
    label = "Ja, de nieuwsbrief; ik ken de voorwaarden"
    assert mail(box(label, "required"), "start", NEWSLETTER) == "opt_in"
    assert mail(box(label, "checked"), "start", NEWSLETTER) == "preticked"


def test_a_hidden_yes_is_for_a_reviewer_outside_a_newsletter_form() -> None:
    hidden = '<input type="hidden" name="newsletter" value="1">'
    assert mail(hidden) == "hidden_yes"
    assert mail(hidden, "start", NEWSLETTER) == "not_reached"
    assert mail(hidden + box("Nieuwsbrief", name="newsletter")) == "opt_in"
    assert mail('<input type="hidden" name="newsletter" value="0">') == "no_box"


def test_a_required_box_for_mailings_is_for_a_reviewer() -> None:
    assert mail(box("Ik ontvang de nieuwsbrief", "required")) == "unclear"


def test_a_box_known_by_its_name_alone_is_for_a_reviewer() -> None:
    assert mail(box("Ja", "checked", "newsletter")) == "unclear"
    assert mail(box("Ja", "", "newsletter")) == "opt_in"


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [("Ja", "preticked"), ("Nee", "opt_in"), ("Soms", "unclear"), ("", "no_box")],
)
def test_a_choice_counts_by_the_answer_that_is_ticked(ticked: str, expected: str) -> None:
    answers = "".join(
        f'<label><input type="radio" name="r" {"checked" if word == ticked else ""}>{word}</label>'
        for word in ("Ja", "Nee", "Soms")
    )
    body = f"<fieldset><legend>Nieuwsbrief</legend>{answers}</fieldset>"
    assert mail(body) == expected


def test_boxes_in_a_search_form_or_outside_forms_say_nothing() -> None:
    search = f'<form role="search"><input name="q">{box("Aanbiedingen", "checked")}</form>'
    banner = box("Marketing", "checked")
    found = facts(document(f"{search}{banner}"), "/", "start")
    assert judge("marketing_consent", seen_of((found,))).outcome == "not_reached"


def test_a_box_among_loose_fields_counts() -> None:
    loose = facts(document(f"{REGISTER}{box('Nieuwsbrief', 'checked')}"), "/account", "account")
    assert judge("marketing_consent", seen_of((loose,))).outcome == "preticked"


def test_a_magazine_that_is_for_sale_is_no_mailing() -> None:
    assert mail(box("Abonnement op het tijdschrift", "checked")) == "no_box"


def test_a_login_alone_shows_no_consent() -> None:
    login = '<input name="email"><input type="password" name="password">'
    assert mail("", "account", login) == "not_reached"


def test_product_pages_and_other_sites_are_not_looked_at() -> None:
    ticked = page(f"{REGISTER}{box('Nieuwsbrief', 'checked')}", "product")
    other = replace(page(f"{REGISTER}{box('Nieuwsbrief', 'checked')}"), own=False)
    assert judge("marketing_consent", seen_of((ticked, other))).outcome == "not_reached"


def test_the_worst_box_counts_and_is_what_a_verdict_is_pinned_to() -> None:
    pages = (
        page(f"{REGISTER}{box('Nieuwsbrief')}"),
        page(f"{REGISTER}{box('Nieuwsbrief', 'checked')}", "checkout"),
    )
    found = judge("marketing_consent", seen_of(pages))
    assert found.outcome == "preticked"
    assert found.fragment == "c1: Nieuwsbrief"
    assert found.values["url"].endswith("/checkout")


def asked(field: str, role: str = "account") -> str:
    return judge("unneeded_fields", seen_of((page(f"{REGISTER}{field}", role),))).outcome.value


@pytest.mark.parametrize(
    "field",
    [
        '<label>Geboortedatum <input name="a" required></label>',
        '<label for="b">Date de naissance *</label><input id="b">',
        '<input name="dob" aria-required="true" placeholder="Date of birth">',
        '<label>Geburtsdatum <select name="x" required></select></label>',
        "<fieldset><legend>Geslacht *</legend><label><input type=radio> Man</label></fieldset>",
        '<label>Rijksregisternummer <input name="n" required></label>',
        '<label>Kopie paspoort <input type="file" name="f" required></label>',
        '<label>Tweede telefoon <input name="t2" required></label>',
        '<div class="field required"><label>Sexe</label> <select name="s"></select></div>',
    ],
)
def test_a_demand_without_a_reason_is_a_candidate(field: str) -> None:
    assert asked(field) == "required_unexplained"


@pytest.mark.parametrize(
    "field",
    [
        '<label>Geboortedatum <input name="a" required> nodig voor achteraf betalen</label>',
        '<p>Vous devez être majeur.<label>Date de naissance <input name="a" required></label></p>',
        '<p>You must be 18 or older.<label>Date of birth <input name="a" required></label></p>',
        '<label>Geburtsdatum (Kauf auf Rechnung) <input name="a" required></label>',
    ],
)
def test_a_demand_with_a_reason_is_for_a_reviewer(field: str) -> None:
    assert asked(field) == "explained"


@pytest.mark.parametrize(
    "field",
    [
        '<label>Geboortedatum <input name="a"></label>',
        '<label>Geslacht (optioneel) <input name="a"></label>',
        '<label>Sexe (facultatif) <input name="a"></label>',
    ],
)
def test_a_field_that_may_stay_empty_is_voluntary(field: str) -> None:
    assert asked(field) == "voluntary"


def test_a_mark_that_only_a_style_shows_is_for_a_reviewer() -> None:
    bare = REGISTER.replace(" required", "")
    found = page(f'{bare}<label>Geboortedatum <input name="a"></label>')
    assert judge("unneeded_fields", seen_of((found,))).outcome == "unsure"


@pytest.mark.parametrize(
    "field",
    [
        "",
        '<label>Aanhef <select name="gender" required></select></label>',
        '<label>Geboortedatum <input name="a" required style="display:none"></label>',
        '<label>Pasfoto <input type="file" name="passport photo" required></label>',
    ],
)
def test_forms_that_ask_for_nothing_more_are_met(field: str) -> None:
    assert asked(field) == "none_asked"


def test_filters_and_product_pages_ask_nobody() -> None:
    form = page('<label>Geslacht <select name="geslacht" required></select></label>', "category")
    card = page(f'{REGISTER}<label>Geboortedatum baby <input name="g" required></label>', "product")
    assert judge("unneeded_fields", seen_of((form, card))).outcome == "not_reached"


@pytest.mark.parametrize("name", ["marketing_consent", "unneeded_fields"])
def test_an_unread_site_shows_no_forms(name: str) -> None:
    assert judge(name, EMPTY).outcome == "incomplete"


@pytest.mark.parametrize(
    "label",
    [
        "Ja, nieuwsbrief. U kunt zich altijd afmelden.",
        "Newsletter abonnieren (Abmeldung jederzeit möglich)",
        "Recevoir la newsletter. Vous pouvez vous désinscrire à tout moment",
        "Send me news and offers; we do not share your address.",
        "Mis geen aanbiedingen, ontvang de nieuwsbrief",
    ],
)
def test_words_on_leaving_later_refuse_nothing(label: str) -> None:
    assert mail(box(label, "checked")) == "preticked"
    assert mail(box(label)) == "opt_in"


def test_asking_to_be_taken_off_the_list_is_a_refusal() -> None:
    assert mail(box("Afmelden voor de nieuwsbrief")) == "opt_out"


@pytest.mark.parametrize(
    "label",
    [
        "Haal het vinkje weg als u geen nieuwsbrief wilt ontvangen",
        "Décochez cette case si vous ne souhaitez pas recevoir notre newsletter",
        "Uncheck this box if you do not want our newsletter",
        "Bitte das Häkchen entfernen, wenn Sie keinen Newsletter möchten",
        "Recevez nos bons plans et ne manquez aucune nouveauté",
        "Sign me up for exclusive deals by email",
        "Untick if you would rather not hear from us",
    ],
)
def test_a_tick_to_take_away_was_set_beforehand(label: str) -> None:
    assert mail(box(label, "checked")) == "preticked"
    assert mail(box(label)) == "opt_in"


def test_news_of_an_order_is_no_mailing() -> None:
    assert mail(box("Keep me updated about my order", "checked")) == "no_box"


def test_the_newsletter_form_of_a_footer_is_one_on_every_page() -> None:
    line = '<input type="email" name="email">'
    hidden = '<input type="hidden" name="newsletter" value="1">'
    assert mail(hidden, base=line) == "not_reached"
    agreed = box("Ik ga akkoord met de voorwaarden en wil de nieuwsbrief", "required")
    assert mail(agreed, base=line) == "opt_in"
    assert mail(box("Nieuwsbrief", "checked"), base=line) == "preticked"
