"""Text forms of settings and of the options that mean the same on the command line.

Every parser raises ValueError with one sentence that says what was wanted.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from scanners.api import Resolve
from scanners.net.names import ascii_host

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
DURATION_FORM = 'a positive duration such as "90s", "1h30m" or "7d" (ms, s, m, h, d, w), or seconds'
DURATION_MAX = timedelta(days=36_500)
TEXT_MAX_CHARS = 300
KEY_MIN_CHARS = 16
LINK_KEY_MIN_CHARS, LINK_KEY_MIN_KINDS = 32, 8
RESOLVE_FORM = "HOST:PORT:ADDR[:PORT], an IPv6 address in [brackets]"
MX_FORM = "DOMAIN=HOST:PORT"
FREEZE_FORM = "a day or first..last, such as 2026-12-21..2027-01-03"
PORT_MAX = 65_535

_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s?(ms|s|m|h|d|w)\s?", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# As SQLAlchemy reads an address: a password may hold anything but @.
_DATABASE_PORT = re.compile(
    r"://(?:[^:/]*(?::[^@]*)?@)?(?:\[[^/?]*\]|[^/:?]*)(?::(?P<port>[^/?]*))?(?:[/?]|$)"
)
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", re.ASCII)


class LogFormat(StrEnum):
    """How a log line is written."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least severe log line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MailTls(StrEnum):
    """How the way to the mail server is protected: STARTTLS, STARTTLS if offered, TLS, nothing."""

    REQUIRED = "required"
    OPPORTUNISTIC = "opportunistic"
    IMPLICIT = "implicit"
    NONE = "none"


class StaffLanguage(StrEnum):
    """The languages of the message texts."""

    NL = "nl"
    FR = "fr"
    EN = "en"
    DE = "de"


class Freeze(NamedTuple):
    """Days on which no deadline may end; both inclusive."""

    first: date
    last: date


def parse_duration(value: object) -> timedelta:
    """``"1h30m"``, ``"7d"``, ``90`` or ``"90"`` (seconds); positive, at most a century."""
    seconds = _seconds(value)
    if seconds is None or not 0 < seconds <= DURATION_MAX.total_seconds():
        raise ValueError(f"wanted {DURATION_FORM}")
    return max(timedelta(seconds=seconds), timedelta.resolution)


def format_duration(value: timedelta) -> str:
    """The shortest text that ``parse_duration`` reads back as the same duration."""
    if value % timedelta(milliseconds=1):
        return f"{value.total_seconds():.6f}".rstrip("0")
    left_ms = value // timedelta(milliseconds=1)
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        size_ms = round(UNITS_S[unit] * 1000)
        count, left_ms = divmod(left_ms, size_ms)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def parse_resolve(value: object) -> Resolve:
    """``HOST:PORT:ADDR[:PORT]``; the second port is the first when it is left out.

    Host and address may be IPv6 in brackets; the address must be a literal.
    """
    text = _text(value, RESOLVE_FORM)
    host, rest = _host_and_rest(text, RESOLVE_FORM)
    port_text, colon, target = rest.partition(":")
    if not colon:
        raise ValueError(f"wanted {RESOLVE_FORM}")
    port = _port(port_text, RESOLVE_FORM)
    try:
        host = ascii_host(host)
    except ValueError as error:
        raise ValueError(f"{host!r} is not a host name; wanted {RESOLVE_FORM}") from error
    address, to_text = _host_and_rest(target, RESOLVE_FORM, rest_wanted=False)
    try:
        literal = str(ipaddress.ip_address(address))
    except ValueError as error:
        raise ValueError(f"{address!r} is not an IP address; wanted {RESOLVE_FORM}") from error
    return Resolve(host, port, literal, _port(to_text, RESOLVE_FORM) if to_text else port)


def parse_mx(value: object) -> tuple[str, tuple[str, int]]:
    """``DOMAIN=HOST:PORT`` as (domain, (host, port))."""
    text = _text(value, MX_FORM)
    domain, equals, target = text.partition("=")
    if not equals:
        raise ValueError(f"wanted {MX_FORM}")
    host, port = _host_and_rest(target, MX_FORM)
    return host_name(domain), (host, _port(port, MX_FORM))


def parse_network(value: object) -> Network:
    """An address range in CIDR form; a bare address is a range of one."""
    text = _text(value, "a network such as 127.0.0.0/8 or ::1/128")
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"wanted a network such as 127.0.0.0/8 or ::1/128 ({error})") from error


def parse_freeze(value: object) -> Freeze:
    """``2026-12-24`` or ``2026-12-21..2027-01-03``, both days inclusive."""
    text = _text(value, FREEZE_FORM)
    first_text, dots, last_text = text.partition("..")
    try:
        first = date.fromisoformat(first_text.strip())
        last = date.fromisoformat(last_text.strip()) if dots else first
    except ValueError as error:
        raise ValueError(f"wanted {FREEZE_FORM}") from error
    if last < first:
        raise ValueError("the last day is before the first")
    return Freeze(first, last)


def host_name(text: str) -> str:
    """A host name in lower case ASCII, without a trailing dot; ValueError otherwise."""
    name = text.strip().rstrip(".").lower()
    labels = name.split(".")
    if len(name) > 253 or not all(_NAME.fullmatch(label) for label in labels):  # noqa: PLR2004 (RFC 1035 2.3.4)
        raise ValueError(f"{text!r} is not a host name (ASCII letters, digits, hyphens, dots)")
    return name


def mail_address(text: str) -> str:
    """A bare address (RFC 5321 4.1.2, no quoted local part); ValueError otherwise."""
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local):
        raise ValueError("wanted a bare mail address such as watch@example.org")
    host_name(domain)
    return text


def ip_address(text: str) -> str:
    """An IP address literal in its canonical form; ValueError otherwise."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise ValueError("wanted an IP address such as 127.0.0.1 or ::1") from error


def expanded(text: str) -> str:
    """A path with a leading ~ replaced by the home folder."""
    return str(Path(text).expanduser()) if text.startswith("~") else text


def optional_address(text: str) -> str:
    """A mail address or nothing."""
    return mail_address(text) if text else text


def optional_host(text: str) -> str:
    """A host name or nothing."""
    return host_name(text) if text else text


def host_or_address(text: str) -> str:
    """A host name or IP address."""
    if ":" in text:
        return ip_address(text)
    return host_name(text)


def name_server(text: str) -> str:
    """``ADDRESS[:PORT]`` or nothing; an IPv6 address with port in brackets."""
    if not text:
        return text
    # The port goes with the address; brackets tell an IPv6 address from its port.
    parts = urlsplit(f"//{text}") if text.count(":") == 1 or text.startswith("[") else None
    if parts is None:
        return ip_address(text)
    ip_address(parts.hostname or "")
    if parts.port == 0:
        raise ValueError("wanted a port from 1 to 65535")
    return text


def web_address(text: str) -> str:
    """An http or https address without credentials and fragment."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise ValueError("wanted an http:// or https:// address")
    try:
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError as error:
        raise ValueError("wanted a port from 1 to 65535 in the address") from error
    if parts.username is not None:
        raise ValueError("wanted an address without user name and password")
    return text


def optional_web_address(text: str) -> str:
    """A web address without a query, or nothing; links are hung below it."""
    if not text:
        return text
    if urlsplit(text).query:
        raise ValueError("wanted an address without a query")
    return web_address(text)


def link_key(text: str) -> str:
    """A key of at least 32 characters that are not all the same few, or nothing."""
    if text and (len(text) < LINK_KEY_MIN_CHARS or len(set(text)) < LINK_KEY_MIN_KINDS):
        raise ValueError(f"wanted at least {LINK_KEY_MIN_CHARS} random characters")
    return text


def database_url(url: str) -> str:
    """A database address with ~ expanded; empty stays empty."""
    backend = url.split(":", 1)[0].split("+", 1)[0]
    if url and (backend not in ("sqlite", "postgresql", "postgres") or "://" not in url):
        raise ValueError("wanted sqlite:///FILE or postgresql://USER@HOST/NAME")
    found = None if backend == "sqlite" else _DATABASE_PORT.search(url)
    if found is not None and found["port"]:
        _port(found["port"], "postgresql://USER@HOST:PORT/NAME", shown=False)
    head, tilde, tail = url.partition("sqlite:///~")
    return "sqlite:///" + expanded(f"~{tail}") if tilde and not head else url


def long_text(text: str) -> str:
    """A key of at least 16 characters."""
    if len(text) < KEY_MIN_CHARS:
        raise ValueError(f"wanted at least {KEY_MIN_CHARS} characters")
    return text


def _seconds(value: object) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < DURATION_MAX.total_seconds() * 2 else None
    if not isinstance(value, str) or len(value) > TEXT_MAX_CHARS:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    total, place = 0.0, 0
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            return None
        total += float(part[1]) * UNITS_S[part[2]]
        place = part.end()
    return total


def _text(value: object, wanted: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT_MAX_CHARS:
        raise ValueError(f"wanted {wanted}")
    return value.strip()


def _host_and_rest(text: str, wanted: str, *, rest_wanted: bool = True) -> tuple[str, str]:
    """The host (brackets taken off) and what follows its colon."""
    if text.startswith("["):
        inside, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(f"wanted {wanted}")
        host, rest = ip_address(inside), rest[1:] if rest else ""
    else:
        name, colon, rest = text.partition(":")
        host = host_name(name)
        if colon and not rest:
            raise ValueError(f"wanted {wanted}")
    if rest_wanted and not rest:
        raise ValueError(f"wanted {wanted}")
    return host, rest


def _port(text: str, wanted: str, *, shown: bool = True) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= PORT_MAX):  # noqa: PLR2004 (digits of 65535)
        said = repr(text) if shown else "what is there"
        raise ValueError(f"{said} is not a port; wanted {wanted}")
    return int(text)
