"""What stands beside a legal text comes and goes; the text itself never counts as furniture."""

from __future__ import annotations

from scanners.content.html import parse
from scanners.drift.asides import beside

CLAUSE = "De klant kan binnen veertien dagen van de koop af."
REST = "".join(
    f"<p>Dit is bepaling nummer {n} van onze lange tekst over alles.</p>" for n in range(20)
)


def texts(html: str) -> set[str]:
    return {read.text for read in beside(parse(f"<body>{html}</body>")).values()}


def test_menus_buttons_tiles_and_tellers_are_beside_the_text() -> None:
    html = f"""<nav><p>Wij verkopen meer dan honderd soorten pennen.</p></nav>
    <main><p>{CLAUSE}</p>{REST}<button>Zet dit artikel nu in de winkelwagen</button>
    <div class="related-products"><p>Bureaustoel Oslo met hoge rugleuning leverbaar.</p></div>
    <div id="cookie_banner"><p>Wij gebruiken cookies om deze winkel te verbeteren.</p></div>
    <p hidden>Deze regel ziet niemand die hier komt.</p></main>"""
    assert texts(html) == {
        "Wij verkopen meer dan honderd soorten pennen.",
        "Zet dit artikel nu in de winkelwagen",
        "Bureaustoel Oslo met hoge rugleuning leverbaar.",
        "Wij gebruiken cookies om deze winkel te verbeteren.",
        "Deze regel ziet niemand die hier komt.",
    }


def test_a_class_that_wraps_the_text_itself_leaves_it_in() -> None:
    assert texts(f'<main><div class="with-sidebar"><p>{CLAUSE}</p>{REST}</div></main>') == set()
    assert texts(f'<body class="chat newsletter"><p>{CLAUSE}</p>{REST}') == set()


def test_words_inside_other_words_mark_nothing() -> None:
    html = f'<main>{REST}<div class="shareholders previewed"><p>{CLAUSE}</p></div></main>'
    assert texts(html) == set()


def test_an_empty_page_has_nothing_beside() -> None:
    assert texts("") == set()
