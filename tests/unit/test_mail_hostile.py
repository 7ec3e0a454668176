from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.channels.hostile import defuse, one_line, own_link, paragraphs

OWN = ("shop.example", "keurmerk.example")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://evil.example/x", "http[:]//evil[.]example/x"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("mail me@evil.example now", "mail me@evil[.]example now"),
        ("https://shop.example@evil.example/", "https[:]//shop.example@evil[.]example/"),
        ("https://shop.example.evil.example/", "https[:]//shop[.]example[.]evil[.]example/"),
        ("https://notshop.example/", "https[:]//notshop[.]example/"),
        ("http://127.0.0.1/x", "http[:]//127.0.0.1/x"),
        ("http://[::1]/x", "http[:]//[::1]/x"),
        ("evil。example", "evil[.]example"),
        ("javascript://x", "javascript[:]//x"),
        ("https://shop.example/a?b=c", "https://shop.example/a?b=c"),
        ("https://www.shop.example:8443/", "https://www.shop.example:8443/"),
        ("SHOP.example", "SHOP.example"),
        ("tz-12.7b of Handel B.V., art. 6.1, 30.198.127", None),
    ],
)
def test_foreign_addresses_are_shown_so_that_no_client_links_them(
    text: str, shown: str | None
) -> None:
    assert defuse(text, OWN) == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://shop.example/contact?x=1&y=2", True),
        ("http://www.shop.example:8080/", True),
        ("https://keurmerk.example/help", True),
        ("https://evil.example/", False),
        ("https://user@shop.example/", False),
        ("https://shop.example@evil.example/", False),
        ("https://evilshop.example/", False),
        ("javascript:alert(1)//shop.example", False),
        ("ftp://shop.example/", False),
        ("https://shop.example/\r\nX: y", False),
        ("https://shop.example/<b>", False),
        ('https://shop.example/"onmouseover="x', False),
        ("https://shop.example\\@evil.example/", False),
        ("https://[::1", False),
        ("https://shop.example/" + "a" * 2000, False),
        ("", False),
    ],
)
def test_only_plain_addresses_on_own_hosts_become_links(url: str, good: bool) -> None:
    assert own_link(url, OWN) == (url if good else None)


@given(st.text(max_size=300))
def test_a_line_has_no_control_characters_and_no_foreign_scheme(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert not re.search(r"://\S", line)


@given(st.text(alphabet="ab.-@/: \n\u202e\x00\ud800", max_size=200))
def test_whatever_is_made_of_dots_and_letters_has_no_host_left(text: str) -> None:
    line = one_line(text)
    assert not re.search(r"[a-z0-9][.][a-z]{2,}", line)
    line.encode("utf-8")


def test_long_text_is_clipped_and_lines_are_bounded() -> None:
    assert len(one_line("x" * 10_000)) == 500
    assert paragraphs("a\n\n  \nb\r\nc\u2028d") == ("a", "b", "c", "d")
    assert len(paragraphs("x\n" * 500)) == 20


def test_defusing_a_large_text_takes_no_noticeable_time() -> None:
    text = defuse("a." * 50_000 + "://" * 10_000)
    assert text.count("[:]//") > 1000
