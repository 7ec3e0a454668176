"""Roles, walls, robots.txt, sitemaps, languages and hostile documents."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.content.doubts import page_doubt, start_doubt
from scanners.content.html import bounded
from scanners.content.languages import language_of
from scanners.content.moves import script_move
from scanners.content.robots import parse_robots, parse_sitemap
from scanners.content.text import read_text
from scanners.content.vocabulary import roles_of_path, roles_of_text
from tests.unit.content_kit import crawled, document, exchange


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Contact", {"contact"}),
        ("Contactlenzen", set()),
        ("Privacy & cookies", {"privacy", "cookies"}),
        ("Politique de confidentialité", {"privacy"}),
        ("Datenschutzerklärung", {"privacy"}),
        ("Mentions légales", {"about"}),
        ("Über uns", {"about"}),
        ("AGB", {"terms"}),
        ("Conditions générales de vente", {"terms"}),
        ("Verzending en retourneren", {"delivery", "returns"}),
        ("Widerrufsbelehrung", {"returns"}),
        ("Réclamations", {"complaints"}),
        ("Bureaustoel", set()),
        ("Wie zijn we?", {"about"}),
        ("Onze gegevens", {"about"}),
        ("Notre entreprise", {"about"}),
        ("Bedrijfsinformatie", {"about"}),
        ("Bedrijf", {"about"}),
        ("Voor uw bedrijf", set()),
        ("Fournitures pour entreprise", set()),
        ("Firma Janssen stoelen", set()),
        ("Juridisch", {"about"}),
        ("Legal", {"about"}),
        ("Legal pads A4", set()),
        ("Anbieterkennzeichnung", {"about"}),
        ("Protection de vos données", {"privacy"}),
        ("Données à caractère personnel", {"privacy"}),
        ("Persoonsgegevens", {"privacy"}),
        ("AVG", {"privacy"}),
        ("AVG antivirus", set()),
        ("DSGVO", {"privacy"}),
        ("CGV", {"terms"}),
        ("T&C", {"terms"}),
        ("Nutzungsbedingungen", {"terms"}),
        ("Airconditioning", set()),
        ("Kontakt", {"contact"}),
        ("Kontaktlinsen", set()),
        ("Verzenddozen", set()),
        ("Versandkartons", set()),
        ("Betaalbare stoelen", set()),
        ("Nous écrire", {"contact"}),
        ("x " * 200 + "contact", set()),
    ],
)
def test_roles_of_link_texts(text: str, roles: set[str]) -> None:
    assert roles_of_text(text) == roles


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("/nl/privacyverklaring", {"privacy"}),
        ("/pages/contact-us.html", {"contact"}),
        ("/contactlenzen/dag", set()),
        ("/index.php?route=information/contact", {"contact"}),
        ("/av", {"terms"}),
        ("/av-receivers", set()),
        ("/fr/mentions-legales", {"about"}),
        ("/versand/", {"delivery"}),
        ("/stoelen/groen", set()),
    ],
)
def test_roles_of_paths(path: str, roles: set[str]) -> None:
    assert roles_of_path(path) == roles


def test_what_a_page_says_goes_before_what_it_declares() -> None:
    dutch = "Wij verkopen met plezier een stoel voor u en het is niet duur bij ons. " * 8
    assert language_of("en", dutch) == "nl"
    assert language_of("fr-BE", "kort") == "fr"
    assert language_of("", "kort") == ""


def test_the_longest_rule_of_robots_txt_decides() -> None:
    rules = parse_robots(
        "User-agent: a\nUser-agent: *\nDisallow: /x\nAllow: /x/y\nDisallow: /*.pdf$"
    )
    assert [rules.allows(p) for p in ("/", "/x", "/x/y", "/a.pdf", "/a.pdf?b")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    ours = parse_robots("User-agent: *\nDisallow: /\n\nUser-agent: keurwacht\nDisallow:")
    assert ours.allows("/contact")


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_robots_txt_breaks_us(text: str, path: str) -> None:
    parse_robots(f"User-agent: *\nDisallow: {text}").allows("/" + path)


def test_sitemaps_plain_zipped_and_hostile() -> None:
    body = b"<urlset><url><loc> https://a.nl/x?a=1&amp;b=2 </loc></url></urlset>"
    assert parse_sitemap(body) == (False, ("https://a.nl/x?a=1&b=2",))
    assert parse_sitemap(gzip.compress(body)) == (False, ("https://a.nl/x?a=1&b=2",))
    assert parse_sitemap(b"\x1f\x8bgarbage") == (False, ())
    bomb = gzip.compress(b"<loc>" + b" " * 40_000_000)
    assert parse_sitemap(bomb) == (False, ())


@pytest.mark.parametrize("tag", ["<div>", "<p>", "<b>", "<div></x>", "<table><td>", "<ul><li>"])
def test_hostile_nesting_is_cut_in_time(tag: str) -> None:
    began = time.process_time()
    read_text(document(tag * 300_000))
    assert time.process_time() - began < 20
    assert len(bounded("<div>" * 300_000)) < 20_000


def test_a_page_that_was_cut_is_not_readable() -> None:
    page = crawled(
        exchange(document("<p>" + "Een zin in het Nederlands. " * 30 + "<div>" * 99_000))
    )
    assert page.problem == "truncated"


MENU = "".join(f'<a href="/{name}">{name}</a>' for name in ("a", "b", "c", "d", "e"))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (document("<p>Neem contact op; ons formulier vraagt of u geen robot bent.</p>" * 20), ""),
        (document("<h1>Just a moment...</h1>"), "bot_wall"),
        (document("<p>Access denied</p>"), "bot_wall"),
        (document(f"<p>Adres</p><form><label>Ik ben geen robot</label></form>{MENU}"), ""),
        (document(f"<p>Adres</p><form><p>I'm not a robot</p></form>{MENU}"), ""),
        (document("<form><label>Ik ben geen robot</label></form>"), "bot_wall"),
        (document(f"<h1>Toegang geweigerd</h1>{MENU}"), "bot_wall"),
        (document(f"<p>Access denied</p>{MENU}"), "bot_wall"),
        (document(f'<div id="px-captcha"></div>{MENU}'), "bot_wall"),
        (
            document(f'<script src="https://ct.captcha-delivery.com/c.js"></script>{MENU}'),
            "bot_wall",
        ),
        (document("<script>window.gokuProps = {}</script><form>Confirm</form>"), "bot_wall"),
        (document("<p>Accepter les cookies. Votre consentement svp.</p>"), "consent_wall"),
        (document("<p>This domain is for sale</p>"), "parking_page"),
        (document('<div id="app"></div><script src="/x.js"></script>'), "script_shell"),
        (
            document("<noscript>JavaScript?</noscript><script src=/a></script>"),
            "script_shell",
        ),
    ],
)
def test_walls_are_told_from_pages(body: str, problem: str) -> None:
    assert crawled(exchange(body, "/contact"), "contact").problem == problem


@pytest.mark.parametrize(
    "body",
    [
        "<template shadowrootmode=open>" * 30_000,
        "<template shadowrootmode=open></template>" * 20_000,
        "<TEMPLATE" * 60_000,
        '<iframe srcdoc="' + "&lt;p&gt;" * 60_000 + '">',
        "<iframe srcdoc='<iframe srcdoc=x>'>" * 10_000,
        "<button onclick='location=" + " " * 200_000 + "'>Privacy</button>",
        "<button onclick=x>Privacy</button>" * 20_000,
        "<form><button>x</button><input>" * 10_000,
        "<script>" + "location=" * 100_000 + "</script>",
        "<script>location='</script>" * 10_000,
        '<meta http-equiv=refresh content="' + " " * 500_000 + '">',
        '<meta http-equiv=refresh content="0;' + " url=" * 100_000 + '">',
        "<select onchange=x>" + "<option value=/a>Privacy" * 20_000,
        "<a-footer>" * 20_000,
        "<" + "a-" * 200_000 + "footer>",
        "<p>" + "x<a href=/a>hier</a>" * 3_000,
    ],
)
def test_hostile_pages_are_read_in_time(body: str) -> None:
    started = time.monotonic()
    page = crawled(exchange(f"<html><script src=/a></script>{body}"), "contact")
    start_doubt(page, leads=False)
    page_doubt(page, None)
    if page.html is not None:
        script_move(page.html, page.url)
    assert time.monotonic() - started < 3
