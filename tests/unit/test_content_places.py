"""Where links stand on a page, and whom it loads from."""

from __future__ import annotations

import pytest

from scanners.content.controls import control_links
from scanners.content.html import parse, read_links
from scanners.content.places import LINKS_MAX, links_seen, third_parties_of

URL = "https://shop.example.nl/nl/stoelen/"
OWN = frozenset({"example.nl"})


def places(body: str) -> dict[str, str]:
    tree = parse(body)
    links = (*read_links(tree, URL), *control_links(tree, URL))
    return {f"{seen.text}": seen.place for seen in links_seen(tree, links)}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("<nav>{}</nav>", "nav"),
        ("<header>{}</header>", "header"),
        ("<header><nav>{}</nav></header>", "nav"),
        ("<footer>{}</footer>", "footer"),
        ("<footer><nav>{}</nav></footer>", "footer"),
        ("<main>{}</main>", "main"),
        ("<div>{}</div>", "main"),
        ("<div role=navigation>{}</div>", "nav"),
        ("<div role=contentinfo>{}</div>", "footer"),
        ("<div role=banner>{}</div>", "header"),
        ("<div class='site-footer'><ul><li>{}</li></ul></div>", "footer"),
        ("<div id='pageFooter'>{}</div>", "footer"),
        ("<div class='footer__links'>{}</div>", "footer"),
        ("<div class='main-menu'>{}</div>", "nav"),
        ("<ul class='nav-item'>{}</ul>", "nav"),
        ("<div id=topbar>{}</div>", "header"),
        ("<div class='card-footer'>{}</div>", "main"),
        ("<div class='product-header'>{}</div>", "main"),
        ("<div class='page-with-footer'>{}</div>", "main"),
        ("<body class='no-footer has-menu'>{}</body>", "main"),
        ("<article><footer>{}</footer></article>", "main"),
        ("<article><header>{}</header></article>", "main"),
        ("<main><header>{}</header></main>", "main"),
        ("<main><div class=footer>{}</div></main>", "footer"),
        ("<div class=footer><nav>{}</nav></div>", "footer"),
    ],
)
def test_a_link_stands_where_its_ancestors_say(body: str, place: str) -> None:
    link = '<a href="/voorwaarden">Voorwaarden</a>'
    assert places(body.format(link)) == {"Voorwaarden": place}


@pytest.mark.parametrize(
    "href",
    ["/a", "a", "./a", "../a", "//shop.example.nl/a", "https://Shop.Example.nl/a b", "?p=2", "#x",
     "/a#b", "/", "mailto:a@b.nl", "tel:+31", "#", "javascript:void(0)", "/a/../b",
     "https://user@shop.example.nl/a/"],
)  # fmt: skip
def test_every_kind_of_reference_finds_its_place(href: str) -> None:
    body = (
        f'<a href="whatsapp://x">W</a><a href="/eerst">E</a><footer><a href="{href}">L</a></footer>'
    )
    found = places(body)
    assert found["E"] == "main"
    assert found["L"] == ("footer" if href != "/a/../b" else "main")


def test_buttons_and_frames_have_a_place_too() -> None:
    found = places(
        "<footer><button onclick=\"location.href='/cookies'\">Cookies</button></footer>"
        '<nav><button>Menu</button></nav><iframe src="/kaart"></iframe>'
    )
    assert found == {"Cookies": "footer", "Menu": "nav", "": "main"}


def test_a_link_in_two_places_is_told_twice_and_twice_in_one_place_once() -> None:
    link = '<a href="/v">Voorwaarden</a>'
    tree = parse(f"<main>{link}{link}</main><footer>{link}</footer>")
    seen = links_seen(tree, read_links(tree, URL))
    assert [one.place for one in seen] == ["main", "footer"]


def test_over_the_cap_the_links_of_footer_and_menu_stay() -> None:
    goods = "".join(f'<a href="/p/{n}">Stoel {n}</a>' for n in range(LINKS_MAX + 50))
    tree = parse(f"<nav><a href='/n'>N</a></nav>{goods}<footer><a href='/f'>F</a></footer>")
    seen = links_seen(tree, read_links(tree, URL))
    assert len(seen) == LINKS_MAX
    assert (seen[0].text, seen[-1].text) == ("N", "F")


def test_third_parties_are_hosts_of_other_domains() -> None:
    tree = parse(
        "<script src='https://www.googletagmanager.com/gtag/js?id=1'></script>"
        "<script src='/app.js'></script><script src='https://cdn.example.nl/x.js'></script>"
        "<img src='//pixel.track.example.org/1.gif'><img src='data:image/gif;base64,AA'>"
        "<iframe src='https://www.youtube.com/embed/1'></iframe><img src='http://['>"
        "<link rel='preconnect dns-prefetch' href='https://fonts.gstatic.com'>"
        "<link rel=canonical href='https://other.example.com/'>"
        "<a href='https://link.example.com/'>x</a>"
    )
    assert third_parties_of(tree, URL, OWN) == (
        "fonts.gstatic.com",
        "pixel.track.example.org",
        "www.googletagmanager.com",
        "www.youtube.com",
    )


def test_a_foreign_base_makes_relative_addresses_foreign() -> None:
    tree = parse("<base href='https://cdn.example.org/'><script src='app.js'></script>")
    assert third_parties_of(tree, URL, OWN) == ("cdn.example.org",)


def test_at_most_a_hundred_third_parties_are_told() -> None:
    tree = parse("".join(f"<img src='https://a.example{n}.org/'>" for n in range(300)))
    assert len(third_parties_of(tree, URL, OWN)) == 100


def test_a_script_that_waits_for_consent_is_not_loaded() -> None:
    tree = parse(
        "<body><script type='text/plain' data-cookieconsent=statistics"
        " src='https://stats.example.org/a.js'></script>"
        "<script type=module src='https://modules.example.net/b.js'></script>"
        "<script type='text/javascript' src='https://plain.example.com/c.js'></script></body>"
    )
    assert third_parties_of(tree, URL, OWN) == ("modules.example.net", "plain.example.com")
