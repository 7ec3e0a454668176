"""Whatever a page holds, it gives facts that can be kept; nothing in it can end a scan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult, encode_facts, host_of
from scanners.content.evidence import PageFacts
from scanners.content.html import absolute, read_links
from scanners.content.pdf import extract
from scanners.owasp.checks import look
from scanners.owasp.links import same_site_links
from scanners.owasp.page import read_page
from tests.unit.content_kit import OWN, document, exchange, facts

AT = datetime(2026, 11, 21, tzinfo=UTC)
ANY_TEXT = st.text(st.characters())
CLUES = (
    "KvK ", "BTW NL", "12345678", "NL004495445B01", "BE 0403.170.701", "IBAN NL91ABNA0417164300",
    "tel. ", "\u0663\u0664\u0665", "+31 30 2345678", "info@", "shop.example.nl", "://[", "]/",
    "\u0000", "\u202e", "&#xD800;", "&#0;", "<script>", "<!--",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inner:
    word: str = ""
    more: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Any:
    KIND: ClassVar[str] = "test.any@1"
    text: str
    words: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)
    inner: Inner | None = None
    some: frozenset[str] = frozenset()
    at: datetime = AT
    kind: ScanKind = ScanKind.TLS


@given(ANY_TEXT, st.lists(ANY_TEXT), st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_any_text_in_facts_can_be_encoded_and_read_back(
    text: str, words: list[str], named: dict[str, str]
) -> None:
    given_facts = Any(
        text, tuple(words), named, Inner(text, {text: tuple(words)}), frozenset(words)
    )
    piece = Evidence(given_facts, text, AT, text)
    raw = encode_facts(piece.facts)
    assert msgspec.json.decode(raw, type=Any) == piece.facts
    assert raw == encode_facts(given_facts)
    assert piece.sha256 == Evidence(piece.facts, text, AT).sha256
    assert isinstance(f"{piece.source_url}{piece.excerpt}".encode(), bytes)
    result = ScanResult(ScanKind.TLS, ScanOutcome.PARTIAL, (), AT, 0.1, detail={text: [text]})
    assert msgspec.json.encode(result.detail)


def test_text_without_surrogates_is_left_as_it_is() -> None:
    whole = Any("caf\u00e9 \U0001f600\0")
    piece = Evidence(whole, "https://shop.example/", AT, "\0")
    assert piece.facts is whole
    assert piece.excerpt == "\0"


def test_a_lone_surrogate_in_json_ld_is_shown_as_a_replacement_character() -> None:
    script = '{"@type":"Organization","legalName":"X\\ud800","vatID":"NL\\u0000 1"}'
    found = facts(document(f'<script type="application/ld+json">{script}</script>'))
    assert [(s.key, s.value) for s in found.structured] == [
        ("legalName", "X\ufffd"),
        ("vatID", "NL 1"),
    ]


@pytest.mark.parametrize(
    ("script", "values"),
    [
        pytest.param('{"@type":"Store","taxID":' + "9" * 5000 + "}", [], id="endless number"),
        pytest.param('{"@type":"Store","taxID":123}', ["123"], id="number"),
        pytest.param('{"@type":"Store","name":' + "[" * 3000 + "]" * 3000 + "}", [], id="deep"),
        pytest.param('{"@type":' + "[" * 940 + "]" * 940 + ',"name":"x"}', [], id="deep type"),
        pytest.param('{"@type":["x","Store"],"name":"A"}', ["A"], id="types"),
        pytest.param('{"@type":{"a":"Store"},"name":"A"}', [], id="type is no word"),
        pytest.param('{"@type":"Store","taxID":NaN,"name":Infinity}', [], id="no numbers"),
    ],
)
def test_odd_json_ld_is_read_as_far_as_it_makes_sense(script: str, values: list[str]) -> None:
    found = facts(document(f'<script type="application/ld+json">{script}</script>'))
    assert [s.value for s in found.structured] == values


def deep_types(depth: int) -> str:
    return '{"@type":' + "[" * depth + "]" * depth + "}"


def test_no_depth_of_nesting_ends_the_reading() -> None:
    for depth in range(850, 1000, 3):
        page = document(f'<script type="application/ld+json">{deep_types(depth)}</script>')
        assert facts(page).structured == ()


@given(st.lists(st.one_of(ANY_TEXT, st.sampled_from(CLUES)), max_size=30))
@settings(deadline=None, max_examples=150)
def test_any_text_on_a_page_gives_facts(parts: list[str]) -> None:
    text = "".join(parts).encode("utf-8", "replace").decode()
    quoted = json.dumps({"@type": "Organization", "legalName": "".join(parts)})
    page = document(
        f'<p>{text}</p><a href="{text}">{text}</a><img src="{text}" alt="{text}">'
        f'<form action="{text}"><input name="{text}" type=email></form><iframe src="{text}">'
        f'</iframe><script type="application/ld+json">{quoted}</script>',
        head=f'<base href="{text}"><meta http-equiv=refresh content="0;url={text}">',
    )
    assert isinstance(encode_facts(facts(page)), bytes)
    answer = exchange(page, headers=(("set-cookie", text), ("content-security-policy", text)))
    seen = read_page(answer, "shop.example.nl")
    assert isinstance(list(look(seen)), list)
    assert isinstance(same_site_links(seen, OWN), tuple)


@pytest.mark.parametrize(
    "reference", ["http://[", "http://[::1]x@b]/", "http://b]/", "//[", "http://a:99999/"]
)
def test_what_is_no_address_is_none(reference: str) -> None:
    assert absolute("https://shop.example.nl/", reference) == ""


@pytest.mark.parametrize("text", ["http://[", "http://b]/", "//[", "", "no address"])
def test_text_without_a_host_has_none(text: str) -> None:
    assert host_of(text) == ""


def test_a_mail_link_that_cannot_be_split_hides_no_other_link() -> None:
    page = document('<a href="mailto://[">mail</a><a href="/contact">contact</a>')
    seen = read_page(exchange(page), "shop.example.nl")
    assert same_site_links(seen, OWN) == ("https://shop.example.nl/contact",)
    assert len(read_links(seen.tree, seen.url)) == 2


def test_every_attribute_of_a_page_is_free_of_nul() -> None:
    found = facts(document('<img src="/a&#0;b.png" alt="x\0y&#1;z"><p>a\0b</p>'))
    assert isinstance(found, PageFacts)
    assert "\0" not in encode_facts(found).decode().replace("\\u0000", "\0")


def test_a_pdf_that_is_none_is_unreadable() -> None:
    assert extract(b"%PDF-1.4 nothing").problem == "pdf_unreadable"
