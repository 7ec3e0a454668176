"""A tree that leaves out hopeless parts of a selector answers as the plain parser does."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

import scanners.content
from scanners.content import price_nodes
from scanners.content.tree import Tree, needs_of


def _selectors() -> list[str]:
    """Every constant selector of the content scanner."""
    found: set[str] = set()
    for path in sorted(Path(scanners.content.__path__[0]).glob("*.py")):
        if path.stem.startswith("__"):
            continue
        names = vars(importlib.import_module(f"scanners.content.{path.stem}"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called not in ("css", "first"):
                continue
            for one in node.args:
                said = one.value if isinstance(one, ast.Constant) else None
                said = names.get(one.id) if isinstance(one, ast.Name) else said
                found |= {said} if isinstance(said, str) else set()
    return sorted(found)


SELECTORS = (*_selectors(), "p > b, a:not([href]) b", "*", "[data-x='a, b'], i", "a:first-child, i")
PIECES = (
    "<a href='/cart/add'>", "<A HREF=/x CLASS='btn Price'>", "</a>", "<button>", "</button>",
    "<h1>", "</h1>", "<table><td>", "<image src=x>",
    "<svg><use xlink:href='#i'/><title>t</title></svg>",
    "<div class='payment-icons' id=description>", "</div>", "<i class=pf-&#105;deal></i>", "</p>",
    "<div class='p&#97;y'>", "<div class='&fjlig;'>", "<meta property='og:type' content='product'>",
    "<input type=EMAIL name=e&#x6d;ail>", "<form action=/cart>", "</form>", "<select onchange=x>",
    "<option value=/a>", "<iframe src=/f></iframe>", "<style>.a{}</style>",
    "<script src=/a></script>", "<li itemprop=price content=1>", "</span>", "<", "\n",
    "<span data-cfemail=00 style='display:none' hidden>", "<link rel=Stylesheet href=a>",
    "<p role=link\0>", "<but\0ton>", "text \u0130 \u212a",
    "<main>", "<nav>", "<dl><dt>a", "<label for=a>", "<object data=x type=image/png>", "<video>",
)  # fmt: skip
PAGES = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@given(page=PAGES, selector=st.sampled_from(SELECTORS))
def test_a_tree_finds_what_the_plain_parser_finds(page: str, selector: str) -> None:
    found = [node.html for node in Tree(page).css(selector)]
    assert found == [node.html for node in LexborHTMLParser(page).css(selector)]


def test_the_selectors_of_the_scanner_are_many_and_all_are_read() -> None:
    assert len(SELECTORS) > 80
    assert all(needs_of(selector) for selector in SELECTORS)


def test_a_part_is_left_out_for_a_name_or_a_word_that_is_not_in_the_source() -> None:
    assert needs_of("button[onclick], [class*='Pay' i] > td, .no-price:not(.x)") == (
        ("button[onclick]", (b"<button", b"onclick"), ()),
        ("[class*='Pay' i] > td", (b"<td", b"class"), (b"pay",)),
        (".no-price:not(.x)", (), (b"no", b"price")),
    )
    assert needs_of("tr, a:first-child") == (("tr", (), ()), ("a:first-child", (), ()))


@pytest.mark.parametrize("selector", ["p, [", "p,,b"])
def test_a_selector_that_is_none_is_refused_as_ever(selector: str) -> None:
    with pytest.raises(SelectolaxError):
        Tree("<p>a").css(selector)


VAT_WORDS = (
    "btw", "B.T.W", "VAT", "v.a.t", "t.v.a", "TVA", "MwSt", "ust", "U.-St", "mst", "TTC", "tac",
    "VC", "tax", "Steuer", "ex", "INKL", "incl", "HT", "H.T", "recht", "--", "\u2013", " ",
    "een woord ",
    "x" * 61, "kantoor ", "\u0130", "\u017f", "\n",
)  # fmt: skip


@given(text=st.lists(st.sampled_from(VAT_WORDS), max_size=12).map("".join))
def test_a_text_tells_of_vat_whatever_its_length(text: str) -> None:
    tells = bool(price_nodes.VAT_SAID.search(text))
    assert (price_nodes.told_by(text) is not None) is tells
