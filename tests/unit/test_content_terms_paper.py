"""Print styles and copy blocks: what keeps a text from being kept, and what does not."""

from __future__ import annotations

import time

import pytest

from scanners.content.paper import blocks_copy, hides_print
from tests.unit.terms_kit import terms

BODY = (
    '<body class="home"><nav><a href="/">Menu</a></nav><div id="page"><main class="content">'
    "<article>" + "<p>De verkoper levert wat is besteld.</p>" * 30 + "</article></main></div>"
    "<footer>Winkel</footer></body>"
)


def styled(css: str, attributes: str = "") -> str:
    return f"<html><head><style{attributes}>{css}</style></head>{BODY}</html>"


@pytest.mark.parametrize(
    "css",
    [
        "@media print { main { display: none } }",
        "@media print{body{display:none!important}}",
        "@media only print { .content { visibility : hidden; } }",
        "@media print { nav, footer, #page article { display:none } }",
        "/* nice */ @media print { /* no */ .content{color:red;display:none} }",
        "@media print { body > div { display: none; } }",
        "@supports (display: grid) { @media print { html { display: none } } }",
        "@page { margin: 1cm } @media print { main { display: none } }",
        "@media print { body { visibility: hidden } }",
        "@media print { body { display: none } .note { display: block } }",
    ],
)
def test_a_print_style_that_drops_the_text_is_seen(css: str) -> None:
    assert hides_print(styled(css))


def test_a_sheet_for_print_alone_is_read() -> None:
    assert hides_print(styled("main { display: none }", ' media="print"'))
    assert not hides_print(styled("nav { display: none }", ' media="print"'))
    assert not hides_print(styled("main { display: none }", ' media="screen"'))


@pytest.mark.parametrize(
    "css",
    [
        "@media print { nav, footer, .banner, header { display: none } main { width: 100% } }",
        "@media screen { main { display: none } } @media print { nav { color: black } }",
        "@media not print { main { display: none } }",
        "@media screen, print { main { display: none } }",
        "@media print { body * { visibility: hidden } main, main * { visibility: visible } }",
        "@media print { body > * { display: none } #page { display: block } }",
        "@media print { main { display: none } main { display: block } }",
        "@media print { .modal, main:hover, ..bad, p[ { display: none } }",
        "@media print { a[href]::after { content: attr(href) } }",
        "/* @media print { main { display: none } } */",
        "/* @media print { main { display: none }",
        "@media print { footer { display:none",
        "main { color: red } @media print",
    ],
)
def test_good_manners_on_paper_are_no_block(css: str) -> None:
    assert not hides_print(styled(css))


def test_a_page_without_text_or_style_hides_nothing() -> None:
    assert not hides_print("<p>x</p>")
    assert not hides_print("<style>@media print{main{display:none}}</style>")
    assert not hides_print("")


@pytest.mark.parametrize(
    "markup",
    [
        '<body oncopy="return false">',
        "<body onselectstart='return false;'>",
        '<body oncontextmenu="return false;">',
        '<body style="-webkit-user-select: none; user-select:none">',
        "<main oncut='event.preventDefault()'>",
        "<style>body { user-select: none }</style>",
        "<style>@media screen { html, body { -moz-user-select: none; } }</style>",
        "<script>document.oncopy = function () { return false; }</script>",
        "<script>document.oncontextmenu=new Function('return false')</script>",
        "<script>document.addEventListener('copy', e => { e.preventDefault(); });</script>",
        '<script>$(document).on("contextmenu copy cut", function(){ return false; });</script>',
        "<script>$('body').bind('cut copy paste', function(e){ e.preventDefault(); });</script>",
        "<script>document.onselectstart = disable_copy;</script>",
        (
            "<script>document.onkeydown = function(e){ if (e.ctrlKey && e.keyCode == 80) {"
            " return false; } }</script>"
        ),
        "<script>window.onbeforeprint = () => { document.body.style.display = 'none'; }</script>",
    ],
)
def test_a_block_on_copying_or_printing_is_seen(markup: str) -> None:
    assert blocks_copy(f"<html>{markup}<p>Tekst van de voorwaarden</p></html>")


@pytest.mark.parametrize(
    "markup",
    [
        "<style>.btn, img, .slider p { user-select: none }</style>",
        "<style>@media print { body { user-select: none } }</style>",
        "<style>body { user-select: text }</style>",
        '<img src="a.jpg" oncontextmenu="return false">',
        '<div><button oncopy="return false">Kies</button></div>',
        (
            "<script>document.addEventListener('copy', function(e){ e.clipboardData.setData("
            "'text/plain', code); e.preventDefault(); });</script>"
        ),
        "<script>button.addEventListener('copy', e => e.preventDefault());</script>",
        "<script>document.oncopy = null;</script>",
        "<script>if (document.oncopy == x) { e.preventDefault(); }</script>",
        "<script>if (e.ctrlKey && e.key === 'p') { window.print(); }</script>",
        '<body oncopy="track()">',
        "<p>user-select</p>",
    ],
)
def test_a_protected_picture_or_a_copy_button_is_no_block(markup: str) -> None:
    assert not blocks_copy(f"<html>{markup}<p>Tekst van de voorwaarden</p></html>")


def test_terms_as_they_are_block_nothing() -> None:
    assert not hides_print(terms())
    assert not blocks_copy(terms())


@pytest.mark.parametrize(
    "css",
    [
        "/*" * 50_000,
        "@media print {" * 5_000,
        "{" * 50_000,
        "}" * 50_000,
        "@media " + "x," * 40_000 + "print",
        "@media print {" + "p,div,main{display:none}" * 5_000 + "}",
        "@media print { " + "a," * 20_000 + "{display:none} }",
        "user-select:none;" * 10_000,
    ],
)
def test_hostile_styles_and_scripts_cost_little(css: str) -> None:
    began = time.perf_counter()
    hides_print(styled(css))
    blocks_copy(styled(css) + f"<script>user-select {css}document.oncopy=</script>")
    assert time.perf_counter() - began < 2
