"""Company details, ways to make contact, secured forms and plain http."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.content import channels
from scanners.content.cookies import cookies_in
from scanners.content.evidence import CookieSeen, PlainAnswer
from scanners.content.text import decode_cfemail
from tests.unit.content_kit import EMPTY, HOST, MEMBER, document, facts, judge, seen_of


def on_contact(text: str) -> dict[str, str]:
    return {"start": document("<p>Welkom</p>"), "contact": document(text)}


@pytest.mark.parametrize(
    "text",
    [
        "<p>Voorbeeld Handel B.V.<br>Dorpsstraat 12<br>1234 AB Utrecht</p>",
        "<p>VOORBEELD HANDEL BV, Dorpsstraat 12, 1234AB Utrecht</p>",
        "<p>Voorbeeld Handel, Dorpsstraat 12, 1234&nbsp;ab Utrecht</p>",
        "<p>Voorbeeldhandel</p><p>Grote Markt 3, 2000 Antwerpen</p>",
        "<p>Voorbeeld Handel</p><p>Rue de la Loi 16 bte 3, B-1000 Bruxelles</p>",
        "<p>Voorbeeld Handel</p><p>Hauptstraße 5, 50667 Köln</p>",
        "<p>Voorbeeld Handel</p><p>12 rue de Rivoli, 75001 Paris</p>",
        "<p>Voorbeeld Handel</p><p>Postbus 12, 3500 AA Utrecht</p>",
        "<p>Voorbeeld Handel</p><p>Keizersgracht 12<br>1015 cj Amsterdam</p>",
        "<p>Voorbeeld Handel, Keizersgracht 12, 1015CJ te Amsterdam</p>",
        "<p>Voorbeeld Handel</p><p>1000 Brussel, Wetstraat 16</p>",
        "<p>Voorbeeld Handel</p><p>16 Rue de la Loi<br>1000 Bruxelles</p>",
        "<p>Voorbeeld Handel</p><p>Allée des Tilleuls 4 - 4000 Liège</p>",
    ],
)
def test_name_and_address_on_one_page(text: str) -> None:
    assert judge("company_details", seen_of(on_contact(text))).outcome == "found"


def test_an_address_that_is_not_the_registered_one_is_a_note() -> None:
    text = "<p>Voorbeeld Handel</p><p>Kade 1, 3011 AB Rotterdam</p>"
    found = judge("company_details", seen_of(on_contact(text)))
    assert found.outcome == "found"
    assert "differs" in found.note


def test_a_foreign_address_on_file_is_compared_by_postcode_and_place() -> None:
    member = replace(MEMBER, address="Rue Haute 12, 1000 Bruxelles")
    for text, differs in (
        ("<p>Voorbeeld Handel</p><p>Rue Haute 12, 1000 Bruxelles</p>", False),
        ("<p>Voorbeeld Handel</p><p>Grote Markt 3, 2000 Antwerpen</p>", True),
    ):
        found = judge("company_details", seen_of(on_contact(text)), member=member)
        assert (found.outcome, "differs" in found.note) == ("found", differs)


def test_a_post_box_alone_is_a_note() -> None:
    seen = seen_of(on_contact("<p>Voorbeeld Handel</p><p>Postbus 12, 3500 AA Utrecht</p>"))
    found = judge("company_details", seen, member=replace(MEMBER, address=None))
    assert (found.outcome, found.note) == ("found", "Only a post box is stated.")


def test_a_name_of_signs_alone_is_no_name() -> None:
    member = replace(MEMBER, legal_name="&", trade_names=("Voorbeeld",))
    seen = seen_of(on_contact("<p>Voorbeeld</p><p>Kade 1, 3011 AB Rotterdam</p>"))
    assert judge("company_details", seen, member=member).outcome == "found"
    nameless = replace(member, trade_names=())
    assert judge("company_details", seen, member=nameless).outcome == "name_missing"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<p>© 2024 Voorbeeld Handel</p>", "address_missing"),
        ("<p>Voorbeeld Handel, sinds 1990 BV</p>", "address_missing"),
        ("<p>Voorbeeld Handel, in 2020 in Amsterdam begonnen</p>", "address_missing"),
        ("<p>Voorbeeld Handel<br>Keizersgracht 12<br>1015 SS Amsterdam</p>", "address_missing"),
        ("<p>© 2024 Voorbeeld Handel, Versie 12</p>", "address_missing"),
        ("<p>Dorpsstraat 12, 1234 AB Utrecht</p>", "name_missing"),
        ("<p>Niets bijzonders</p>", "absent_complete"),
        ('<p>Voorbeeld Handel</p><img src="/adres.png">', "image_suspected"),
    ],
)
def test_missing_company_details(text: str, outcome: str) -> None:
    assert judge("company_details", seen_of(on_contact(text))).outcome == outcome
    gaps = {"about": "timed_out"}
    assert judge("company_details", seen_of(on_contact(text), gaps=gaps)).outcome == "incomplete"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jansen & Zonen V.O.F.", "Jansen en Zonen"),
        ("Café L'Été SPRL", "CAFE L’ETE"),
        ("Müller GmbH", "Müller GmbH & Co"),
        ("B.V. De Boer", "De Boer"),
    ],
)
def test_names_are_recognised_as_people_write_them(name: str, text: str) -> None:
    page = on_contact(f"<p>{text}</p><p>Kade 1, 3011 AB Rotterdam</p>")
    member = replace(MEMBER, legal_name=name, address=None)
    assert judge("company_details", seen_of(page), member=member).outcome == "found"


def test_structured_data_alone_is_not_what_a_visitor_reads() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"Store","name":"Voorbeeld Handel",'
        '"telephone":"+31302345678","address":{"@type":"PostalAddress","streetAddress":"Kade 1",'
        '"postalCode":"3011 AB"}}</script>'
    )
    seen = seen_of({"start": document("<p>Hoi</p>", head=head)})
    found = judge("company_details", seen)
    assert found.outcome == "structured_only"
    assert found.note
    assert judge("contact_channels", seen).outcome == "structured_only"


def test_a_hostile_json_ld_block_is_ignored() -> None:
    deep = "[" * 50_000
    head = f'<script type="application/ld+json">{deep}</script>'
    assert facts(document("<p>x</p>", head=head)).structured == ()


CF = "543931142127313d7a373b39"  # me@usei.com


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("info@shop.example.nl", ("info@shop.example.nl",)),
        ("info [at] shop.example.nl", ("info@shop.example.nl",)),
        ("info(at)shop [dot] nl", ("info@shop.nl",)),
        ("info (a) shop (punt) nl", ("info@shop.nl",)),
        ("info [apenstaartje] shop [punt] nl", ("info@shop.nl",)),
        ("contact [arobase] magasin [point] fr", ("contact@magasin.fr",)),
        ("&#105;nfo&#64;shop.nl", ("info@shop.nl",)),
        ('<a href="mailto:info@shop.nl?subject=x">mail</a>', ("info@shop.nl",)),
        ('<a href="mailto:%69nfo%40shop.nl">mail</a>', ("info@shop.nl",)),
        ("<span>info</span>@<span>shop.nl</span>", ("info@shop.nl",)),
        (f'<a data-cfemail="{CF}">[email&#160;protected]</a>', ("me@usei.com",)),
        ("logo@2x.png", ()),
        ("naam@example.com", ()),
        ('<a href="mailto:?subject=deel">deel</a>', ()),
        ("Kom kijken at shop in Utrecht", ()),
    ],
)
def test_mail_addresses_however_they_are_written(text: str, emails: tuple[str, ...]) -> None:
    assert facts(document(f"<p>{text}</p>")).emails == emails


@pytest.mark.parametrize("code", ["", "zz", "5", "54"])
def test_a_broken_hidden_address_is_nothing(code: str) -> None:
    assert decode_cfemail(code) == ""


CHAT = "Stel uw vraag in de chat, iedere dag van negen tot vijf; wij zitten voor u klaar."
FORM = (
    '<form method="post"><input name="naam"><input name="email"><textarea name="m"></textarea>'
    "</form>"
)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<p>030-2345678, info@shop.example.nl</p>", "found"),
        ('<a href="tel:+32470123456">bel</a> <a href="mailto:a@b.be">mail</a>', "found"),
        (f"<p>info [at] shop.example.nl</p>{FORM}", "found"),
        (f"<p>Tél. 02 555 12 12</p>{FORM}", "found"),
        ("<p>info@shop.example.nl</p>", "one_channel"),
        (FORM, "one_channel"),
        (f'<p>{CHAT}</p><script src="https://embed.tawk.to/x"></script>', "one_channel"),
        ("<p>Schrijf ons een brief</p>", "absent_complete"),
        ("<script>document.write('<a href=\"mailto:'+x)</script>", "hidden"),
        ('<img src="/telefoon-en-email.png">', "image_suspected"),
        ("<p>KvK 30198127 IBAN NL91ABNA0417164300</p>", "absent_complete"),
    ],
)
def test_contact_channels(text: str, outcome: str) -> None:
    assert judge("contact_channels", seen_of(on_contact(text))).outcome == outcome


def test_the_strict_reading_wants_phone_and_mail() -> None:
    seen = seen_of(on_contact(f"<p>info@shop.example.nl</p>{FORM}"))
    assert judge("contact_channels", seen, require_both=True).outcome == "one_channel"


def answer(
    path: str,
    status: int = 301,
    location: str = "",
    answered: str = "answered",
    *,
    own: bool = True,
) -> PlainAnswer:
    target = f"https://{HOST}{path}" if status in (301, 302, 307, 308) else ""
    return PlainAnswer(f"http://{HOST}{path}", answered, status, location or target, own=own)


GOOD = (answer("/"), answer("/contact", 308))


@pytest.mark.parametrize(
    ("form", "outcome"),
    [
        (FORM, "secured"),
        ('<form action="https://pay.example.org/x"><input type="email"></form>', "secured"),
        ('<form action="http://shop.example.nl/x"><input name="email"></form>', "insecure_action"),
        ('<form action="http://list.example.org/x"><input type="tel"></form>', "insecure_action"),
        (
            '<form><input type="password"><button formaction="http://x.example/y">ok</button></form>',
            "insecure_action",
        ),
        ('<form action="javascript:send()"><input name="email"></form>', "scripted_action"),
        ('<div><input name="email"></div>', "scripted_action"),
        ('<form role="search" action="http://x.example/"><input name="q"></form>', "no_forms"),
        ('<form action="http://x.example/zoek"><input name="artikel"></form>', "no_forms"),
        ('<form action="http://x.example/"><input name="hotel"></form>', "no_forms"),
        ('<iframe src="http://pay.example.org/form"></iframe>', "no_forms"),
        (
            '<form role=search action="http://x.example/"><input name=productnaam></form>',
            "no_forms",
        ),
        ('<form action="http://x.example/"><input name="productName"></form>', "no_forms"),
        ('<form action="http://x.example/"><input name="product_name"></form>', "no_forms"),
        ('<form action="http://x.example/"><input type=search name=naam></form>', "no_forms"),
        (
            '<search><form action="http://x.example/"><input name=plaats></form></search>',
            "no_forms",
        ),
        ('<form role=search action="http://x.example/"><input name=postcode></form>', "no_forms"),
        ('<form action="http://x.example/"><input name=s></form>', "no_forms"),
        ('<form action="http://x.example/zoeken"><input name=woord></form>', "no_forms"),
        ('<form action="http://x.example/"><input type=tel name=aantal></form>', "no_forms"),
        ('<form action="http://x.example/"><input name=ip_adres></form>', "no_forms"),
        (
            (
                '<form action="http://x.example/"><label for=a>Naam van het artikel</label>'
                "<input id=a name=f1></form>"
            ),
            "no_forms",
        ),
        (
            '<form role=search action="http://x.example/"><input type=email></form>',
            "insecure_action",
        ),
        (
            '<form action="http://x.example/"><input name=q><input name=email></form>',
            "insecure_action",
        ),
        ('<form action="http://x.example/"><input name="contact[naam]"></form>', "insecure_action"),
        ('<form action="http://x.example/"><input name=yourName></form>', "insecure_action"),
        (
            '<form action="http://x.example/"><input name=x autocomplete="given-name"></form>',
            "insecure_action",
        ),
        (
            '<form action="http://x.example/"><label>E-mail <input name=f1></label></form>',
            "insecure_action",
        ),
        (
            '<form action="http://x.example/"><label for=b>Votre prénom</label><input id=b></form>',
            "insecure_action",
        ),
        ('<form action="http://x.example/"><input name=txtemail></form>', "insecure_action"),
        (
            '<form action="http://x.example/"><input name=f placeholder="Ihre Straße"></form>',
            "insecure_action",
        ),
        ('<form onsubmit="return send(this)"><input name=email></form>', "scripted_action"),
        ('<form action="#" onsubmit="go()"><input name=email></form>', "scripted_action"),
        ('<form v-on:submit.prevent="go"><input name=email></form>', "scripted_action"),
        ('<form @submit="go"><input name=email></form>', "scripted_action"),
        ('<form hx-post="/x"><input name=email></form>', "scripted_action"),
        (
            (
                '<form action="/x"><input name=email>'
                '<button onclick="this.form.action=u">ok</button></form>'
            ),
            "scripted_action",
        ),
        ('<form><input name=email><a onclick="f.submit()">ok</a></form>', "scripted_action"),
        ('<form action="/x" onsubmit="return check()"><input name=email></form>', "secured"),
        ('<form action="mailto:a@b.nl"><input name=email></form>', "scripted_action"),
        ("<p>geen</p>", "no_forms"),
    ],
)
def test_secure_forms(form: str, outcome: str) -> None:
    seen = seen_of(on_contact(form), plain=GOOD)
    assert judge("secure_forms", seen).outcome == outcome


def test_a_base_element_may_make_a_form_insecure() -> None:
    head = '<base href="http://shop.example.nl/">'
    page = facts(document('<form action="/x"><input name="email"></form>', head=head), "/", "start")
    assert judge("secure_forms", seen_of((page,), plain=GOOD)).outcome == "insecure_action"


def test_forms_on_bad_pages() -> None:
    plain = facts(document(FORM), "/contact", "contact", scheme="http")
    assert judge("secure_forms", seen_of((plain,), plain=GOOD)).outcome == "insecure_page"
    broken = replace(facts(document(FORM), "/contact", "contact"), tls_error="expired")
    assert judge("secure_forms", seen_of((broken,), plain=GOOD)).outcome == "certificate_invalid"
    served = (answer("/"), answer("/contact", 200))
    seen = seen_of(on_contact(FORM), plain=served)
    assert judge("secure_forms", seen).outcome == "served_over_http"


@pytest.mark.parametrize("state", ["filtered", "error", "blocked"])
def test_a_form_whose_plain_address_is_unknown_is_not_judged(state: str) -> None:
    plain = (answer("/contact", 0, answered=state),)
    assert judge("secure_forms", seen_of(on_contact(FORM), plain=plain)).outcome == "incomplete"


@pytest.mark.parametrize(
    ("plain", "outcome"),
    [
        (GOOD, "redirected"),
        ((answer("/", 0, answered="closed"),), "closed"),
        ((answer("/", 0, answered="filtered"),), "filtered"),
        ((answer("/", 0, answered="error"),), "incomplete"),
        ((answer("/", 403, answered="blocked"),), "incomplete"),
        ((answer("/", 404),), "incomplete"),
        ((answer("/"), answer("/contact", 302)), "temporary_redirect"),
        ((answer("/"), answer("/contact", 307)), "temporary_redirect"),
        ((answer("/"), answer("/contact", 200)), "served_over_http"),
        ((answer("/", 301, f"http://{HOST}/nl"),), "incomplete"),
        ((answer("/", 301, "https://anders.example/", own=False),), "incomplete"),
        ((), "incomplete"),
    ],
)
def test_https_everywhere(plain: tuple[PlainAnswer, ...], outcome: str) -> None:
    seen = seen_of(on_contact("<p>Hoi</p>"), plain=plain)
    assert judge("https_everywhere", seen).outcome == outcome


def test_cookies_and_hsts() -> None:
    loose = (CookieSeen("PHPSESSID", HOST, secure=False, session=True),)
    seen = seen_of(on_contact("<p>Hoi</p>"), plain=GOOD, cookies=loose)
    assert judge("https_everywhere", seen).outcome == "cookie_insecure"
    other = (CookieSeen("lang", HOST, secure=False, session=False),)
    seen = seen_of(on_contact("<p>Hoi</p>"), plain=GOOD, cookies=other, hsts="")
    found = judge("https_everywhere", seen)
    assert found.outcome == "redirected"
    assert "Strict-Transport-Security" in found.note


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("max-age=31536000", ""),
        ("max-age=63072000; includeSubDomains; preload", ""),
        ('Max-Age="31536000" ; includesubdomains', ""),
        ("includeSubDomains; max-age=31536000;", ""),
        ("", "missing"),
        ("max-age=0", "not in force"),
        ("max-age=0; includeSubDomains", "not in force"),
        ("includeSubDomains", "not in force"),
        ("max-age=", "not in force"),
        ("max-age=abc", "not in force"),
        ("max-age=31536000; max-age=0", "not in force"),
        ("max-age=31536000, max-age=31536000", "not in force"),
        ("max-age=²", "not in force"),
        ("max-age=300", "short"),
        ("max-age=15768000; includeSubDomains", "short"),
    ],
)
def test_the_hsts_header_is_read_as_browsers_do(header: str, word: str) -> None:
    found = judge("https_everywhere", seen_of(on_contact("<p>Hoi</p>"), plain=GOOD, hsts=header))
    assert found.outcome == "redirected"
    assert (word in found.note) if word else not found.note


def test_a_redirect_to_another_site_says_so() -> None:
    away = (replace(answer("/"), own=False, reason="leads to another site: anders.example"),)
    found = judge("https_everywhere", seen_of(on_contact(FORM), plain=away))
    assert "anders.example" in found.summary
    assert judge("secure_forms", seen_of(on_contact(FORM), plain=away)).outcome != "secured"


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RANDOM = "k3j5h2g8f6d4s1a9q7w0e2r5t8"


@pytest.mark.parametrize(
    ("header", "session"),
    [
        ("PHPSESSID=abc123; path=/", True),
        ("JSESSIONID=0A1B; Path=/", True),
        ("JSESSIONID=0A1B.node1; Path=/", True),
        ("ASP.NET_SessionId=xyz; path=/", True),
        ("ASPSESSIONIDQSTRCBAD=KLMN; path=/", True),
        (".AspNetCore.Session=CfDJ8; path=/", True),
        ("connect.sid=s%3Aabc.def; Path=/", True),
        ("laravel_session=eyJpdiI6; path=/", True),
        ("ci_session=abcdef; path=/", True),
        (f"PrestaShop-{'0a' * 16}=abc; path=/", True),
        (f"wp_woocommerce_session_{'0a' * 16}=abc; path=/", True),
        (f"wordpress_logged_in_{'0a' * 16}=abc; path=/", True),
        (f"SSESS{'0a' * 16}=abc; path=/", True),
        ("OCSESSID=abc; path=/", True),
        ("sessionid=abcdef; path=/", True),
        (f"sid={RANDOM}; path=/", True),
        (f"frontend={RANDOM}; path=/", True),
        (f"session-={RANDOM}; path=/", True),
        (f"session={RANDOM}; HttpOnly", True),
        (f"mywinkel_session={RANDOM}; HttpOnly; path=/", True),
        ("PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/", False),
        ("PHPSESSID=; path=/", False),
        ('PHPSESSID=""; path=/', False),
        ("PHPSESSID=abc; Max-Age=-1", False),
        ("PHPSESSID=abc; expires=Thu, 01 Jan 2015 00:00:01 GMT", False),
        ("PHPSESSID=abc; expires=Thu, 01 Jan 2015 00:00:01 GMT; Max-Age=3600", True),
        ("PHPSESSID=abc; expires=Thu, 01 Jan 2099 00:00:01 GMT", True),
        ("PHPSESSID=abc; expires=morgen", True),
        ("PHPSESSID=abc; Max-Age=veel", True),
        ("cookie_session_shown=1; path=/", False),
        ("session_lang=nl; path=/; HttpOnly", False),
        ("ai_session=xyz; path=/", False),
        (f"ai_session={RANDOM}; path=/; HttpOnly", False),
        ("session-id-time=2082787201l; path=/", False),
        ("_hjSession_123=eyJpZCI6IjE; path=/", False),
        ("_hjSessionUser_123=eyJpZCI6IjE; path=/", False),
        (f"mywinkel_session={RANDOM}; path=/", False),
        ("sid=nl; path=/", False),
        ("frontend=1; path=/", False),
        ("sessions_seen=4", False),
        (f"csrf_session_token={RANDOM}; HttpOnly", False),
        ("login_popup=1", False),
        ("cart=empty", False),
        ("token", False),
    ],
)
def test_which_cookies_hold_a_session(header: str, session: bool) -> None:
    assert any(c.session for c in cookies_in(((("set-cookie", header),),), HOST, NOW)) is session


def test_the_last_cookie_of_an_answer_counts_and_the_weakest_of_all_answers() -> None:
    good, bad = ("set-cookie", "PHPSESSID=a; Secure"), ("set-cookie", "PHPSESSID=a")
    assert [c.secure for c in cookies_in(((bad, good),), HOST, NOW)] == [True]
    assert [c.secure for c in cookies_in(((good,), (bad,)), HOST, NOW)] == [False]


def test_a_breach_stands_though_the_rest_could_not_be_read() -> None:
    gaps = {"contact": "timed_out", "start": "timed_out"}
    seen = seen_of(on_contact("<p>Hoi</p>"), plain=(answer("/", 200),), gaps=gaps)
    assert judge("https_everywhere", seen).outcome == "served_over_http"
    assert judge("https_everywhere", EMPTY).outcome == "incomplete"
    assert judge("secure_forms", EMPTY).outcome == "incomplete"


def test_port_80_is_no_answer_for_a_start_page_that_could_not_be_read() -> None:
    gaps = {"start": "timed_out"}
    found = judge("https_everywhere", seen_of((), plain=GOOD, gaps=gaps))
    assert found.outcome == "incomplete"
    assert "timed_out" in found.summary


@pytest.mark.parametrize(
    "address",
    [
        "4000 Liège, rue Féronstrée 12",
        "Liège (4000), rue Féronstrée 12",
        "Meir 24 te 2000 Antwerpen",
        "Siège social : 5, quai de la Batte à B-4020 Liège",
        "Stationsstraat 4 in 9100 Sint-Niklaas",
        "Zone Industrielle Nord, 4040 Herstal",
        "Keizersgracht 241<br>Amsterdam<br>1016 EA",
        "dorpsstraat 12, 3512 jk utrecht",
        "Unit 4, Riverside Park, Manchester M1 2AB, United Kingdom",
        "Adresse : Rue Neuve<br>Code postal : 1000<br>Ville : Bruxelles",
        "Straße: Hauptstr. 5<br>PLZ/Ort: 10115 Berlin",
        "Dorpsstraat 12, 3511 ML Utrecht",
    ],
)
def test_an_address_counts_however_its_parts_are_put(address: str) -> None:
    body = document(f"<p>Voorbeeld Handel</p><p>{address}</p>")
    seen = seen_of({"start": document("<p>Winkel</p>"), "contact": body})
    assert judge("company_details", seen).outcome == "found"


def test_an_address_far_from_another_number_counts() -> None:
    text = f"<p>Voorbeeld Handel, sinds 1998</p><p>{'Wij leveren. ' * 40}</p>"
    body = document(f"{text}<p>Dorpsstraat 12, 3512 JK Utrecht</p>")
    assert judge("company_details", seen_of({"start": body})).outcome == "found"


@pytest.mark.parametrize("text", ["© 2024 Voorbeeld Handel", "Wij bestaan sinds 1998 en groeien"])
def test_a_year_is_no_address(text: str) -> None:
    seen = seen_of({"start": document(f"<p>Voorbeeld Handel</p><p>{text}</p>")})
    assert judge("company_details", seen).outcome == "address_missing"


@pytest.mark.parametrize(
    "box",
    [
        '<form action="/l"><input name="naam"><input type="password" name="ww"></form>',
        '<form role="search"><input name="q"></form>',
    ],
)
def test_a_login_or_search_box_is_no_way_to_make_contact(box: str) -> None:
    pages = {"start": document("<p>Winkel</p>"), "contact": document(box)}
    assert judge("contact_channels", seen_of(pages)).outcome == "absent_complete"


ORDER_FORM = '<form action="/o"><input name="naam"><input name="email"></form>'
PHONE_TEXT = "<p>Tel. 030-2314567</p>"


@pytest.mark.parametrize("role", ["checkout", "account", "product", "category"])
def test_an_order_form_is_no_way_to_make_contact(role: str) -> None:
    pages = {"start": document("<p>Winkel</p>"), role: document(ORDER_FORM)}
    assert judge("contact_channels", seen_of(pages)).outcome == "absent_complete"


@pytest.mark.parametrize(
    "box",
    [
        '<form action="/nieuwsbrief"><input name="voornaam"><input name="email"></form>',
        '<form action="/f"><input name="fname"><input name="email"></form>',
    ],
)
def test_a_newsletter_box_is_no_way_to_make_contact(box: str) -> None:
    pages = {"start": document(box), "contact": document(PHONE_TEXT + box)}
    assert judge("contact_channels", seen_of(pages)).outcome == "one_channel"


def test_a_form_to_be_called_back_counts_on_every_page() -> None:
    box = '<form action="/bel"><input name="naam"><input name="telefoon"></form>'
    pages = {"start": document(box), "contact": document(PHONE_TEXT + box)}
    assert judge("contact_channels", seen_of(pages)).outcome == "found"


@given(
    st.lists(
        st.sampled_from(
            ["a", ".", "@", " ", "(at)", " at ", "[dot]", "info", "shop.nl", "\n", "é", "x" * 70]
        ),
        max_size=60,
    ).map("".join)
)
def test_looking_near_the_signs_finds_the_addresses_of_the_whole_text(text: str) -> None:
    near, spelt = channels._near(text, channels._SIGN), channels._near(text, channels._SPELT)
    assert list(dict.fromkeys(channels._EMAIL.findall(near))) == list(
        dict.fromkeys(channels._EMAIL.findall(text))
    )
    assert set(channels._HIDDEN.findall(spelt)) == set(channels._HIDDEN.findall(text))


def test_a_text_of_nothing_but_signs_is_searched_once() -> None:
    text = "a@b.nl " * 500
    assert channels._near(text, channels._SIGN) == text
