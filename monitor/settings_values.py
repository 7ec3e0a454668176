"""Text forms of settings and of the options that mean the same on the command line.

Every parser raises ValueError with one sentence that says what was wanted.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from scanners.net.written import TEXT_MAX_CHARS, host_name, port_of, written

UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
DURATION_FORM = 'a positive duration such as "90s", "1h30m" or "7d" (ms, s, m, h, d, w), or seconds'
DURATION_MAX = timedelta(days=36_500)
KEY_MIN_CHARS = 16
LINK_KEY_MIN_CHARS, LINK_KEY_MIN_KINDS = 32, 8
FREEZE_FORM = "a day or first..last, such as 2026-12-21..2027-01-03"

_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s?(ms|s|m|h|d|w)\s?", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
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


def parse_freeze(value: object) -> Freeze:
    """``2026-12-24`` or ``2026-12-21..2027-01-03``, both days inclusive."""
    text = written(value, FREEZE_FORM)
    first_text, dots, last_text = text.partition("..")
    try:
        first = date.fromisoformat(first_text.strip())
        last = date.fromisoformat(last_text.strip()) if dots else first
    except ValueError as error:
        raise ValueError(f"wanted {FREEZE_FORM}") from error
    if last < first:
        raise ValueError("the last day is before the first")
    return Freeze(first, last)


def mail_address(text: str) -> str:
    """A bare address (RFC 5321 4.1.2, no quoted local part); ValueError otherwise."""
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local):
        raise ValueError("wanted a bare mail address such as watch@example.org")
    host_name(domain)
    return text


def expanded(text: str) -> str:
    """A path with a leading ~ replaced by the home folder."""
    return str(Path(text).expanduser()) if text.startswith("~") else text


def optional_address(text: str) -> str:
    """A mail address or nothing."""
    return mail_address(text) if text else text


def optional_host(text: str) -> str:
    """A host name or nothing."""
    return host_name(text) if text else text


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
        port_of(found["port"], "postgresql://USER@HOST:PORT/NAME", shown=False)
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
