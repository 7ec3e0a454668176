"""Text forms of settings: durations, --resolve, --mx, networks, freezes, lines of keys."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings_lines import key_lines
from monitor.settings_values import (
    Freeze,
    database_url,
    format_duration,
    mail_address,
    parse_duration,
    parse_freeze,
    web_address,
)
from scanners.api import Resolve
from scanners.net.written import name_server, parse_mx, parse_network, parse_resolve


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h", 3600),
        ("7d", 604_800),
        ("1h30m", 5400),
        ("1 h 30 m", 5400),
        ("250ms", 0.25),
        ("1.5s", 1.5),
        ("2w", 1_209_600),
        ("90", 90),
        pytest.param(90, 90, id="whole number"),
        (0.5, 0.5),
    ],
)
def test_durations_are_read(text: object, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "0", "0s", "-1h", True, None, "1y", "h1", "1h;", "9" * 400, 10**30, [1]],
)
def test_what_is_no_duration_is_refused_with_the_form(text: object) -> None:
    with pytest.raises(ValueError, match="wanted a positive duration"):
        parse_duration(text)


@given(st.timedeltas(timedelta(microseconds=1), timedelta(days=36_500)))
def test_a_written_duration_is_read_back_as_the_same(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


@given(st.text(max_size=60) | st.integers() | st.floats() | st.none())
def test_any_input_gives_a_positive_duration_or_a_value_error(value: object) -> None:
    try:
        assert parse_duration(value) > timedelta(0)
    except ValueError as error:
        assert "wanted" in str(error)  # noqa: PT017 (the other road asserts too)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("shop.example:443:127.0.0.1", Resolve("shop.example", 443, "127.0.0.1", 443)),
        ("Shop.Example.:443:127.0.0.1:8443", Resolve("shop.example", 443, "127.0.0.1", 8443)),
        ("shop.example:443:[::1]:8443", Resolve("shop.example", 443, "::1", 8443)),
        ("shop.example:443:[::1]", Resolve("shop.example", 443, "::1", 443)),
        ("[2001:db8::1]:443:[::1]:1", Resolve("2001:db8::1", 443, "::1", 1)),
    ],
)
def test_resolve_is_read(text: str, wanted: Resolve) -> None:
    assert parse_resolve(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example",
        "shop.example:443",
        "shop.example:443:",
        "shop.example:0:127.0.0.1",
        "shop.example:65536:127.0.0.1",
        "shop.example:443:shop2.example",
        "shop.example:443:127.0.0.1:",
        "shop.example:443:127.0.0.1:80:80",
        "shop.example:443:::1",
        "shop.example:443:[::1",
        "shop.example:443:[::1]8443",
        "sh op:443:127.0.0.1",
        "www.127.0.0.1:443:127.0.0.1",
        "1.2.3.999:443:127.0.0.1",
        "0x7g:443:127.0.0.1:x",
        "shop.example:٤٤٣:127.0.0.1",
        443,
    ],
)
def test_what_is_no_resolve_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"wanted|not a host name|not a port"):
        parse_resolve(text)


@given(st.text(alphabet="ab.:[]0123456789", max_size=40))
def test_resolve_never_raises_anything_but_a_value_error(text: str) -> None:
    try:
        found = parse_resolve(text)
    except ValueError:
        return
    assert 1 <= found.port <= 65_535
    assert 1 <= found.to_port <= 65_535


def test_mx_networks_and_freezes_are_read() -> None:
    assert parse_mx("Shop.example=mx.example:2525") == ("shop.example", ("mx.example", 2525))
    assert str(parse_network("127.0.0.0/8")) == "127.0.0.0/8"
    assert str(parse_network("::1")) == "::1/128"
    assert parse_freeze("2026-12-24") == Freeze(date(2026, 12, 24), date(2026, 12, 24))
    assert parse_freeze("2026-12-24..2027-01-02").last == date(2027, 1, 2)
    assert name_server("[::1]:53") == "[::1]:53"
    assert name_server("127.0.0.1:5353") == "127.0.0.1:5353"
    assert name_server("::1") == "::1"


@pytest.mark.parametrize(
    ("parser", "text"),
    [
        (parse_mx, "shop.example"),
        (parse_mx, "shop.example=mx"),
        (parse_mx, "shop.example=mx:0"),
        (parse_network, "10.0.0.1/8"),
        (parse_network, "everything"),
        (parse_freeze, "2026-13-01"),
        (parse_freeze, "2026-12-24..2026-12-23"),
        (parse_freeze, "christmas"),
        (mail_address, "a@b@c"),
        (mail_address, "a@b\nBcc: x@y"),
        (mail_address, "Jan <a@b.nl>"),
        (name_server, "dns.example"),
        (name_server, "127.0.0.1:99999"),
        (web_address, "ftp://x"),
        (web_address, "https://user:pw@x/"),
        (web_address, "https://"),
        (web_address, "https://x:port/"),
        (web_address, "https://x:99999/"),
        (database_url, "postgresql://u:p@h:x/x"),
        (database_url, "postgresql://[::1]:x/x"),
        (database_url, "postgresql://h:0/x"),
        (database_url, "postgresql://h:99999"),
    ],
)
def test_what_does_not_fit_is_refused(parser: object, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        parser(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@h:5432/x",
        "postgresql://u:p:/x@h/x",
        "postgresql://u@/x?host=/run/postgresql",
        "postgresql://[::1]:5432/x?a=b:c",
        "postgresql:///x",
        "postgresql://h/x:y",
        "sqlite:////tmp/a:b.db",
    ],
)
def test_database_addresses_keep_their_form(url: str) -> None:
    assert database_url(url) == url


def test_lines_of_keys_are_found_in_all_of_toml() -> None:
    text = '''\
# a comment with [brackets] = 1
top = 1
[a."b.c"]            # header
x = """
[not.a.table]
y = 2
"""
y = { z = 1, w = [1,
  2] }
d.e = 'it''s'
d.f = [
  "one", # ]
  "two",
]
[[list]]
n = 1
[[list]]
n = 2
[list.sub]
k = "\\"["
'''.replace("'it''s'", "'its'")
    tomllib.loads(text)
    assert dict(key_lines(text)) == {
        ("top",): 2,
        ("a",): 3,
        ("a", "b.c"): 3,
        ("a", "b.c", "x"): 4,
        ("a", "b.c", "y"): 8,
        ("a", "b.c", "d"): 10,
        ("a", "b.c", "d", "e"): 10,
        ("a", "b.c", "d", "f"): 11,
        ("list",): 15,
        ("list", "0"): 15,
        ("list", "0", "n"): 16,
        ("list", "1"): 17,
        ("list", "1", "n"): 18,
        ("list", "1", "sub"): 19,
        ("list", "1", "sub", "k"): 20,
    }


@given(st.text(alphabet="ab=[]{}\"'\\\n#., 1", max_size=80))
def test_line_search_ends_and_stays_within_the_text(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())
