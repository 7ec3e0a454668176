"""What of a page may be a mark: pictures, links, loaders, also hidden ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.content.html import parse
from scanners.seal.collect import FOREIGN_MAX, OWN_MAX, Collector, host_of
from scanners.seal.evidence import Reference
from scanners.seal.inline import CodeAddress, code_addresses, style_addresses

URL = "https://shop.example.nl/nl/start"
LABEL = "https://www.label.example"


def collected(body: str, url: str = URL) -> tuple[Reference, ...]:
    collector = Collector(frozenset({"example.nl"}))
    collector.page(parse(body), url)
    assert collector.left_out == set()
    return collector.references


def short(body: str) -> list[tuple[str, str, str]]:
    return [(r.kind, r.target, r.words) for r in collected(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            f'<a href="{LABEL}/x">Ons keurmerk</a>',
            [("link", f"{LABEL}/x", "Ons keurmerk")],
            id="link in words",
        ),
        pytest.param(
            f'<a href="{LABEL}/x" class="zegel" title="Lid"><i></i></a>',
            [("bare_link", f"{LABEL}/x", "Lid")],
            id="link drawn by a style sheet",
        ),
        pytest.param(
            f'<a href="{LABEL}/x">Lees meer <img src="/i/be-commerce.png" alt="Lid"></a>',
            [
                ("linked_image", f"{LABEL}/x", "Lid be-commerce.png"),
                ("image", "https://shop.example.nl/i/be-commerce.png", "Lid be-commerce.png"),
            ],
            id="link around a picture has the words of the picture only",
        ),
        pytest.param(
            f'<a href="{LABEL}/x" title="Lid" style="background: url(/z.png)"></a>',
            [
                ("linked_image", f"{LABEL}/x", "Lid"),
                ("image", "https://shop.example.nl/z.png", "Lid z.png"),
            ],
            id="link with a background",
        ),
        pytest.param(
            f'<map><area href="{LABEL}/x" alt="Lid"></map>',
            [("linked_image", f"{LABEL}/x", "Lid")],
            id="image map",
        ),
        pytest.param('<a href="/keurmerk">Keurmerk</a>', [], id="own link"),
        pytest.param(
            '<a href="/keurmerk" title="BeCommerce"><img src=""></a>',
            [("linked_image", "https://shop.example.nl/keurmerk", "BeCommerce")],
            id="own link with a title around a picture",
        ),
        pytest.param(
            '<a href="/product"><img src="/p.jpg" alt="Stoel"></a>',
            [("image", "https://shop.example.nl/p.jpg", "Stoel p.jpg")],
            id="product picture once",
        ),
        pytest.param(
            '<img src="zegel%20rond.svg?v=1">',
            [("image", "https://shop.example.nl/nl/zegel%20rond.svg?v=1", "zegel rond.svg")],
            id="file name is decoded",
        ),
        pytest.param(
            '<img src="data:image/gif;base64,AAAA" data-src="/i/zegel.png" alt="">',
            [("image", "https://shop.example.nl/i/zegel.png", "zegel.png")],
            id="lazily loaded",
        ),
        pytest.param(
            '<img src="data:image/png;base64,AAAA" alt="Lid van BeCommerce">',
            [("image", "data:image/png", "Lid van BeCommerce")],
            id="picture in the page",
        ),
        pytest.param('<img src="data:image/png;base64,AAAA" alt="">', [], id="no words"),
        pytest.param(
            f'<img src="/z.png" srcset="/z2.png 2x, {LABEL}/z.png 3x, {LABEL}/z4.png 4x">',
            [
                ("image", f"{LABEL}/z.png", "z.png"),
                ("image", "https://shop.example.nl/z.png", "z.png"),
            ],
            id="srcset",
        ),
        pytest.param(
            f'<picture><source srcset="{LABEL}/z,w_100.webp 100w,/z.webp 200w"></picture>',
            [("image", f"{LABEL}/z,w_100.webp", "z,w_100.webp")],
            id="source",
        ),
        pytest.param(
            f'<base href="{LABEL}/map/"><img src="z.png" alt="Lid"><a href="x">Lid</a>',
            [("link", f"{LABEL}/map/x", "Lid"), ("image", f"{LABEL}/map/z.png", "Lid z.png")],
            id="base",
        ),
        pytest.param(
            f'<p style="background-image:url( &quot;{LABEL}/z.png&quot; )">Tekst</p>',
            [("image", f"{LABEL}/z.png", "z.png")],
            id="style attribute",
        ),
        pytest.param(
            f"<style>/* url({LABEL}/weg.png) */ .a{{background:url('{LABEL}/z.png')}}</style>",
            [("background", f"{LABEL}/z.png", "z.png")],
            id="style sheet",
        ),
        pytest.param(
            f'<svg aria-label="Lid"><title>BeCommerce</title><image href="{LABEL}/z.png"/></svg>'
            '<svg><use href="/s.svg#be-commerce"></use></svg><svg><path d="M0"/></svg>',
            [
                ("image", f"{LABEL}/z.png", "z.png"),
                ("image", "data:image/svg+xml", "Lid BeCommerce"),
                ("image", "data:image/svg+xml", "/s.svg#be-commerce"),
            ],
            id="drawn in the page",
        ),
        pytest.param(
            f'<script src="{LABEL}/a.js"></script><script data-src="//label.example/b.js">'
            '</script><script src="/eigen.js"></script>',
            [("script", f"{LABEL}/a.js", ""), ("script", "https://label.example/b.js", "")],
            id="scripts",
        ),
        pytest.param(
            f'<iframe src="{LABEL}/w" title="Beoordelingen"></iframe><iframe data-src="{LABEL}/l">'
            '</iframe><iframe src="/eigen"></iframe>',
            [("frame", f"{LABEL}/w", "Beoordelingen"), ("frame", f"{LABEL}/l", "")],
            id="frames",
        ),
        pytest.param(
            f"<iframe srcdoc='&lt;script src=\"{LABEL}/a.js\"&gt;&lt;/script&gt;'></iframe>",
            [("script", f"{LABEL}/a.js", "")],
            id="document in a frame",
        ),
        pytest.param(
            '<script>var s = document.createElement("script"); s.src = '
            r'"https:\/\/www.label.example\/w.js?id=1";</script>',
            [("inline_script", f"{LABEL}/w.js?id=1", "")],
            id="inline loader",
        ),
        pytest.param(
            f'<script>var a = ["{LABEL}/1", "{LABEL}/2", "//cdn.example/p.jpg"];</script>',
            [("inline_url", f"{LABEL}/1", ""), ("inline_url", "https://cdn.example/p.jpg", "")],
            id="addresses in code: one of each host",
        ),
        pytest.param(
            f'<script type="application/ld+json">{{"sameAs": "{LABEL}/x"}}</script>'
            f'<script type="text/template">{LABEL}/x</script>',
            [],
            id="data is no code",
        ),
        pytest.param(
            f'<!-- <script src="{LABEL}/a.js"></script> --><p>{LABEL}/x</p>'
            f'<link rel="preconnect" href="{LABEL}">',
            [],
            id="comments, text and hints show nothing",
        ),
        pytest.param(
            f'<noscript><img src="{LABEL}/z.png"></noscript>',
            [("image", f"{LABEL}/z.png", "z.png")],
            id="without script",
        ),
        pytest.param(
            r'<img src="https:\\www.label.example\z.png">',
            [("image", f"{LABEL}/z.png", "z.png")],
            id="backslashes are slashes to a browser",
        ),
        pytest.param(
            '<img src="https://["><a href="https://x:99999999/">x</a><img src="mailto:a@b.nl">',
            [],
            id="no addresses",
        ),
    ],
)
def test_what_a_page_refers_to(body: str, expected: list[tuple[str, str, str]]) -> None:
    assert short(body) == expected


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Label.Example./x", "www.label.example"),
        ("https://www.label%2Eexample/x", "www.label.example"),
        ("https://label.example@other.example/x", "other.example"),
        ("https://other.example/label.example", "other.example"),
        ("https://b\u00fccher.example/", "xn--bcher-kva.example"),
        ("https://a b.example/", "a b.example"),
        ("data:image/png", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_the_host_is_the_one_browsers_ask(url: str, host: str) -> None:
    assert host_of(url) == host


def test_each_reference_is_kept_once() -> None:
    collector = Collector(frozenset({"example.nl"}))
    for path in ("a", "b"):
        collector.page(parse(f'<script src="{LABEL}/a.js"></script>'), f"{URL}/{path}")
    assert [r.page_url for r in collector.references] == [f"{URL}/a"]


def test_own_and_foreign_references_have_caps_of_their_own() -> None:
    collector = Collector(frozenset({"example.nl"}))
    own = "".join(f'<img src="/{n}.png">' for n in range(OWN_MAX + 5))
    collector.page(parse(own), URL)
    assert collector.left_out == {"own_pictures"}
    foreign = "".join(f'<script src="//f{n}.example/"></script>' for n in range(FOREIGN_MAX + 5))
    collector.page(parse(foreign), URL)
    assert collector.left_out == {"own_pictures", "foreign_references"}
    assert len(collector.references) == OWN_MAX + FOREIGN_MAX


def test_a_page_of_more_elements_than_are_looked_at_is_noted() -> None:
    collector = Collector(frozenset({"example.nl"}))
    collector.page(parse('<a href="/x">x</a>' * 5_001), URL)
    assert collector.left_out == {"elements_of_one_page"}


LOADER = "var s=document.createElement('script');s.src="


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            f"{LOADER}'//l.example/w.js'", [("https://l.example/w.js", True)], id="loader"
        ),
        pytest.param("x = '//l.example/w.js'", [("https://l.example/w.js", False)], id="no loader"),
        pytest.param(f"{LOADER}'//l.example/p'", [("https://l.example/p", False)], id="no script"),
        pytest.param(
            f"{LOADER}'https://l.example?w.js'", [("https://l.example/?w.js", False)], id="query"
        ),
        pytest.param(
            "document.write('<script src=\"http://l.example/w.js\"><\\/script>')",
            [("https://l.example/w.js", True)],
            id="written",
        ),
        pytest.param(
            f'{LOADER}"\\u002F\\u002Fl.example\\x2fw.js"',
            [("https://l.example/w.js", True)],
            id="escaped",
        ),
        pytest.param(f"// {LOADER}'//l.example/w.js'\nx()", [], id="line comment"),
        pytest.param("//l.example/w.js is gone\nx()", [], id="address as a comment"),
        pytest.param(f"/* {LOADER}'//l.example/w.js' */ x()", [], id="comment"),
        pytest.param(f"x() /* {LOADER}'//l.example/w.js'", [], id="open comment"),
        pytest.param(
            f"u = 'https://a.example/'; {LOADER}'//l.example/w.js'",
            [("https://a.example/", False), ("https://l.example/w.js", True)],
            id="address is no comment",
        ),
        pytest.param("x = '//localhost/a'; y = a //b\n", [], id="no host"),
    ],
)
def test_addresses_in_code(code: str, expected: list[tuple[str, bool]]) -> None:
    assert code_addresses(code) == tuple(CodeAddress(u, script=s) for u, s in expected)


def test_addresses_in_styles() -> None:
    css = "a{background:URL( 'a.png' )} b{x:url(b.png)} c{x:url(a.png)} /* url(c.png) d{url(d.png)}"
    assert style_addresses(css) == ("a.png", "b.png")


HOSTILE = [
    pytest.param('"' * 200_000, id="quotes"),
    pytest.param("/*" * 100_000, id="comments"),
    pytest.param("/" * 200_000, id="slashes"),
    pytest.param("\\" * 200_001, id="backslashes"),
    pytest.param("`" + "\\`" * 99_999, id="backticks"),
    pytest.param("//" + "a." * 99_999, id="host"),
    pytest.param("url(" * 50_000, id="url"),
    pytest.param("url(" + " " * 199_000, id="spaces"),
    pytest.param("'//a.b/" * 28_000, id="addresses"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_code_takes_little_time(text: str) -> None:
    began = time.perf_counter()
    code_addresses(text)
    style_addresses(text)
    assert time.perf_counter() - began < 2.0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "<svg>" + '<a href="//l.example">t' * 1_900 + "x" * 500_000, id="nested links"
        ),
        pytest.param('<img srcset="' + "a " * 500_000 + '">', id="srcset"),
        pytest.param('<p style="background:url(a)">' * 4_000, id="styles"),
        pytest.param("<iframe srcdoc='" + "<b>" * 100_000 + "'>", id="document in a frame"),
    ],
)
def test_hostile_pages_take_little_time(body: str) -> None:
    collector = Collector(frozenset({"example.nl"}))
    tree = parse(body)
    began = time.perf_counter()
    collector.page(tree, URL)
    assert time.perf_counter() - began < 3.0


@given(st.text(alphabet="/*\\'\"`: ahttps.jul()\n", max_size=200))
def test_any_code_can_be_read(text: str) -> None:
    for address in code_addresses(text):
        assert address.url.startswith("https://")
    for url in style_addresses(text):
        assert url


@given(st.text(alphabet="<>aimgscrpt ='\"/:.\\data-lvbsehfxq#?%&;,2", max_size=200))
def test_any_page_can_be_read(body: str) -> None:
    for reference in collected(f'<img src="{body}"><a href="{body}">{body}</a>'):
        assert reference.target.startswith(("https://", "http://", "data:"))
