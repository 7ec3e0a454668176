"""Boxes, extra fields and buttons as they are read from HTML."""

from __future__ import annotations

import time

import pytest

from scanners.content.evidence import FieldSeen, TickSeen
from scanners.content.html import parse
from scanners.content.ticks import TICKS_MAX, buttons_of, extra_fields_of, ticks_of


def ticks(body: str) -> tuple[TickSeen, ...]:
    return ticks_of(parse(f"<body>{body}</body>"))


def fields(body: str, *, form: bool = True) -> tuple[FieldSeen, ...]:
    mail = f'<input type="email" name="email" required>{body}'
    return extra_fields_of(parse(f"<form>{mail}</form>" if form else f"<body>{mail}</body>"))


@pytest.mark.parametrize(
    "body",
    [
        '<label for="a">Ja graag</label><input type="checkbox" id="a">',
        '<input type="CHECKBOX" id="a"><label for="a">Ja <b>graag</b></label>',
        '<label><input type="checkbox"> Ja graag</label>',
        '<label>Ja graag <span><input type="checkbox"></span></label>',
        '<input type="checkbox" aria-label="Ja graag">',
        '<input type="checkbox" title="Ja graag">',
        '<input type="checkbox"> Ja <i>graag</i><br>Iets anders',
        '<p>Ja graag <input type="checkbox"></p>',
        '<input type="checkbox"> Ja graag <input type="text"> Naam',
        '<table><tr><td><input type="checkbox"></td><td>Ja graag</td></tr></table>',
        '<div role="checkbox">Ja graag</div>',
        '<label for="a">Ja</label><label for="a">graag</label><input type="checkbox" id="a">',
        '<input type="checkbox"> Ja graag <label for="b">Anders</label><input id="b">',
    ],
)
def test_the_words_of_a_box_are_found_where_they_stand(body: str) -> None:
    assert [t.label for t in ticks(body)] == ["Ja graag"]


def test_a_box_without_words_has_none() -> None:
    assert ticks('<form><input type="checkbox"></form>')[0].label == ""


def test_words_of_scripts_and_options_are_no_label() -> None:
    body = "<label><input type=checkbox> Ja<script>nee()</script><select><option>X</select></label>"
    assert ticks(body)[0].label == "Ja"


def test_an_endless_label_is_cut() -> None:
    body = f'<label><input type="checkbox"> {"woord " * 900}'
    assert len(ticks(body)[0].label) <= 240
    assert (
        len(ticks(f"<label><input type=checkbox>{'<b>woordenboekenkast</b> ' * 900}")[0].label)
        <= 240
    )


def test_a_box_is_checked_as_it_comes() -> None:
    body = '<input type="checkbox" checked><input type="checkbox">'
    body += '<i role="checkbox" aria-checked="true">x</i>'
    assert [t.checked for t in ticks(body)] == [True, False, True]


def test_disabled_boxes_are_left_out() -> None:
    assert ticks('<input type="checkbox" checked disabled>') == ()


@pytest.mark.parametrize(
    ("attributes", "required"),
    [
        ("required", True),
        ('aria-required="true"', True),
        ('class="check required-entry"', True),
        ('class="check not-required"', False),
        ('data-validate="{required:true}"', True),
        ('data-validate="{required:false}"', False),
        ("", False),
    ],
)
def test_what_has_to_be_ticked_is_seen(attributes: str, required: bool) -> None:
    assert ticks(f'<input type="checkbox" {attributes}>')[0].required is required


def test_a_star_and_a_class_around_mean_required() -> None:
    assert ticks('<label><input type="checkbox"> Akkoord *</label>')[0].required
    assert ticks('<p class="is-required"><input type="checkbox"> Akkoord</p>')[0].required


def test_forms_are_numbered_as_those_of_the_page() -> None:
    body = (
        '<form id="one"><input type="checkbox" name="a"><button formaction="/x">x</button></form>'
        '<form><input type="checkbox" name="b"></form><input type="checkbox" name="c">'
        '<input type="checkbox" name="d" form="one"><input type="checkbox" name="e" form="no">'
    )
    assert {t.name: t.form for t in ticks(body)} == {"a": 0, "b": 2, "c": -1, "d": 0, "e": -1}


def test_a_choice_has_the_question_above_it() -> None:
    body = (
        "<fieldset><legend>Nieuwsbrief?</legend><p><label><input type=radio name=r> Ja</label></p>"
        "</fieldset><fieldset><label><input type=radio> Nee</label></fieldset>"
        "<p><label><input type=radio> Soms</label></p>"
    )
    assert [t.label for t in ticks(body)] == ["Ja Nieuwsbrief?", "Nee", "Soms"]


def test_of_hidden_inputs_those_that_say_yes_to_mailings_count() -> None:
    body = (
        '<input type="hidden" name="newsletter" value="1">'
        '<input type="hidden" name="token" value="1">'
        '<input type="hidden" name="subscribe" value="0"><input type="hidden" name="optin">'
    )
    assert [(t.name, t.kind, t.checked) for t in ticks(body)] == [("newsletter", "hidden", True)]


@pytest.mark.parametrize(
    ("field", "asks"),
    [
        ('<input name="geboortedatum">', "birth"),
        ('<label for="a">Date de naissance</label><input id="a">', "birth"),
        ('<input name="x" autocomplete="bday">', "birth"),
        ("<p>Geburtsdatum <input name=x></p>", "birth"),
        ('<input name="customer[birthDate]">', "birth"),
        ('<select name="gender"></select>', "gender"),
        ('<label>Sexe <select name="s"></select></label>', "gender"),
        ('<input name="bsn">', "national_number"),
        ('<input placeholder="Rijksregisternummer">', "national_number"),
        ("<label>Social security number <input></label>", "national_number"),
        ('<label>Kopie paspoort <input type="file"></label>', "id_document"),
        ("<label>Carte d'identité <input></label>", "id_document"),
        ("<label>Personalausweisnummer <input></label>", "id_document"),
        ("<label>Religie <input></label>", "religion"),
        ("<label>Allergies <input></label>", "health"),
        ('<input name="telefoon2">', "second_phone"),
        ("<label>Zweite Telefonnummer <input></label>", "second_phone"),
        ("<label>Autre numéro de téléphone <input></label>", "second_phone"),
    ],
)
def test_fields_that_ask_too_much_are_seen_in_four_languages(field: str, asks: str) -> None:
    assert [f.asks for f in fields(field)] == [asks]


@pytest.mark.parametrize(
    "field",
    [
        "<label>Telefoon <input name=telefoon></label>",
        "<label>Aanhef <select name=gender></select></label>",
        '<input type="hidden" name="birthdate">',
        '<div style="display: none"><input name="birthdate"></div>',
        '<div class="honeypot"><input name="birthdate"></div>',
        '<input name="birthdate" tabindex="-1">',
        "<div hidden><input name=dob></div>",
        '<label><input type="checkbox"> Health and beauty</label>',
        "<label>Pasfoto voor paspoort foto <input></label>",
        "<label>Geboortekaartje <input></label>",
        "<label>Sussex <input name=city></label>",
    ],
)
def test_fields_of_another_kind_and_traps_are_left_out(field: str) -> None:
    assert fields(field) == ()


def test_a_filter_asks_nobody() -> None:
    assert extra_fields_of(parse('<form><select name="geslacht"></select></form>')) == ()


def test_loose_fields_count_beside_a_loose_address() -> None:
    assert [f.asks for f in fields('<input name="dob">', form=False)] == ["birth"]


def test_a_date_in_three_parts_is_one_field() -> None:
    body = "".join(f'<select name="birth[{part}]"></select>' for part in "dmy")
    assert len(fields(body)) == 1


def test_what_may_stay_empty_says_so_or_stands_among_required_fields() -> None:
    (said,) = fields("<label>Geboortedatum (optioneel) <input name=a></label>")
    (among,) = fields("<label>Geboortedatum <input name=a></label>")
    (must,) = fields("<label>Geboortedatum * <input name=a></label>")
    assert (said.optional, said.required) == (True, False)
    assert (among.optional, among.required) == (True, False)
    assert (must.optional, must.required) == (False, True)
    bare = '<form><input type="email" name="email"><input name="dob"></form>'
    assert not extra_fields_of(parse(bare))[0].optional


def test_the_words_around_a_field_are_kept() -> None:
    why = "Wij vragen dit omdat achteraf betalen alleen vanaf achttien jaar mag."
    (field,) = fields(
        f"<div><p>{why}</p><div><label>Geboortedatum <input name=a></label></div></div>"
    )
    assert why in field.near
    (lone,) = fields('<input name="dob">')
    assert lone.near == ""


def test_a_choice_of_gender_is_known_by_its_question() -> None:
    (field,) = fields(
        "<fieldset><legend>Geslacht *</legend><label><input type=radio name=g>Man</label>"
        "<label><input type=radio name=g>Vrouw</label></fieldset>"
    )
    assert (field.asks, field.required) == ("gender", True)


def test_buttons_that_send_are_read_once() -> None:
    body = (
        "<button>Bestellen</button><button type=button>Menu</button><button type=reset>Wis</button>"
        '<input type="submit" value="Betalen"><input type="image" alt="Verder"><button></button>'
        '<button aria-label="Zoek"><svg></svg></button><button title="Stuur"></button>'
        "<button> <b>Bestellen</b> </button>"
    )
    assert buttons_of(parse(body)) == ("Bestellen", "Betalen", "Verder", "Zoek", "Stuur")


@pytest.mark.parametrize(
    "body",
    [
        "<label for=x>" * 1_900 + "<p>t</p>" * 5_000 + "<input type=checkbox>" * 800,
        "<form><div>" + "<input type=checkbox>" * 20_000,
        "<form><input type=email>" + "<input name=dob>" + "x " * 900_000 + "<input name=dob>" * 900,
        "<fieldset>" * 1_500 + "<input type=radio name=dob><input type=email>" * 900,
    ],
)
def test_hostile_pages_cost_little(body: str) -> None:
    tree = parse(body)
    began = time.perf_counter()
    assert len(ticks_of(tree)) <= TICKS_MAX
    assert len(extra_fields_of(tree)) <= 40
    assert len(buttons_of(tree)) <= 60
    assert time.perf_counter() - began < 5


def test_how_to_address_somebody_is_not_asked_for_the_gender() -> None:
    body = (
        "<div><span>Titre</span><label><input type=radio name=id_gender> M</label>"
        "<label><input type=radio name=id_gender> Mme</label></div>"
    )
    assert fields(body) == ()
