"""Evidence is kept without secrets and without persons, in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.owasp.zap.redact import redacted


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("HTTP/1.1 200 OK\r\nSet-Cookie: sid=abcdef123; path=/\r\n", "abcdef123"),
        ("GET / HTTP/1.1\r\nCookie: a=b; c=verysecret", "verysecret"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("x Bearer abcdefghijklmnop y", "abcdefghijklmnop"),
        ("mail anna.de-vries+x@shop.example.nl now", "anna.de-vries"),
        ("?mail=anna%40example.nl", "anna"),
        ("token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "eyJhbGci"),
        ("/x?csrf_token=9f8e7d6c5b&y=1", "9f8e7d6c5b"),
        ('{"password": "hunter2!"}', "hunter2"),
        ("card 4111 1111 1111 1111 end", "4111"),
        ("card 5500-0000-0000-0004", "5500"),
        ("NL91ABNA0417164300", "0417164300"),
    ],
)
def test_secrets_and_persons_are_removed(text: str, secret: str) -> None:
    assert secret not in redacted(text)
    assert "[removed]" in redacted(text)


@pytest.mark.parametrize(
    "text",
    ["order 1234567890123 of 2026", "SQL syntax error near '1'", "Server: Apache/2.4.49 (Debian)",
     "root:x:0:0:root:/root:/bin/bash"],
)  # fmt: skip
def test_what_shows_the_weakness_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("unit", ["a@", "1 ", "eyJ", "cookie: ", "token=", "a.", "NL91 ", "AB12"])
def test_hostile_evidence_is_read_in_time(unit: str) -> None:
    began = time.perf_counter()
    redacted(unit * 100_000)
    assert time.perf_counter() - began < 1.0


@given(st.text(max_size=300))
def test_any_text_gives_one_bounded_line(text: str) -> None:
    found = redacted(text, 80)
    assert len(found) <= 80
    assert "\n" not in found
