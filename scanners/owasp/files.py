"""Files that lie about in the open: a handful of ordinary GETs, each with a sign of its content.

A site that answers every path with 200 has none of them: what counts is what stands in
the answer, never that there is one.  Of what was read only names are kept, no values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from scanners.owasp.evidence import Severity

READ_MAX_BYTES = 65_536
_HTML = re.compile(rb"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_GIT = re.compile(rb"\s*(?:ref: refs/[\w./-]{1,200}|[0-9a-f]{40}|[0-9a-f]{64})\s*")
_SVN = re.compile(rb"\s*\d{1,2}\n(?:\s*$|\n?dir\n)")
_ASSIGNED = re.compile(
    rb"^(?:export )?([A-Z][A-Z0-9_]{2,60})[ \t]?=[ \t]?(.{0,400})$", re.MULTILINE
)
_SECRET = re.compile(rb"PASS|SECRET|TOKEN|KEY|DSN|DATABASE_URL|CREDENTIAL")
_DUMP = re.compile(
    rb"^-- (?:MySQL|MariaDB|PostgreSQL database|phpMyAdmin SQL) ?[Dd]ump|"
    rb"^(?:CREATE TABLE|INSERT INTO) [`\"\w]",
    re.MULTILINE,
)
_APACHE = (b"Apache Server Status for", b"Server uptime:")


@dataclass(frozen=True, slots=True)
class Exposed:
    """One file: where, under which rule, how grave, and what tells it (a text, "" for nothing)."""

    path: str
    rule: str
    severity: Severity
    tells: Callable[[bytes], str]


def _git(body: bytes) -> str:
    return "names the branch of a repository" if _GIT.fullmatch(body[:400]) else ""


def _env(body: bytes) -> str:
    if _HTML.search(body):
        return ""
    names = [m[1].decode() for m in _ASSIGNED.finditer(body) if m[2].strip()]
    # One assignment is a text like any other; secrets by name are what this is about.
    telling = [name for name in names if _SECRET.search(name.encode())]
    if len(names) < 2 or not telling:  # noqa: PLR2004
        return ""
    return f"sets {', '.join(telling[:5])}"


def _svn(body: bytes) -> str:
    return "lists a working copy" if _SVN.match(body[:200]) and not _HTML.search(body) else ""


def _dump(body: bytes) -> str:
    if _HTML.search(body[:1_000]) or not _DUMP.search(body):
        return ""
    return "is a dump of a database"


def _phpinfo(body: bytes) -> str:
    found = b"<title>phpinfo()</title>" in body or (
        b"PHP Version" in body and b"Configuration File (php.ini) Path" in body
    )
    return "is the output of phpinfo()" if found else ""


def _status(body: bytes) -> str:
    return "is Apache's mod_status" if all(mark in body for mark in _APACHE) else ""


def _ds_store(body: bytes) -> str:
    return "lists a folder of a Mac" if body.startswith(b"\x00\x00\x00\x01Bud1") else ""


def _composer(body: bytes) -> str:
    head = body.lstrip()[:1]
    if head == b"{" and b'"content-hash"' in body and b'"packages"' in body:
        return "names every package with its version"
    return ""


def _wp_config(body: bytes) -> str:
    return "is WordPress' configuration" if b"<?php" in body and b"DB_PASSWORD" in body else ""


def _htpasswd(body: bytes) -> str:
    lines = body.split(b"\n")[:3]
    ok = re.compile(rb"[\w.@-]{1,64}:(?:\$apr1\$|\$2[aby]\$|\{SHA\}|[./0-9A-Za-z]{13}$).{0,100}\r?")
    return "holds hashed passwords" if lines and ok.fullmatch(lines[0]) else ""


def _package(body: bytes) -> str:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    known = isinstance(found, dict) and isinstance(found.get("dependencies"), dict)
    return "names the packages of the shop" if known else ""


_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
EXPOSED: tuple[Exposed, ...] = (
    Exposed("/.git/HEAD", "file-exposed", _HIGH, _git),
    Exposed("/.env", "file-exposed", _HIGH, _env),
    Exposed("/.svn/entries", "file-exposed", _HIGH, _svn),
    Exposed("/backup.sql", "backup-exposed", _HIGH, _dump),
    Exposed("/wp-config.php.bak", "backup-exposed", _HIGH, _wp_config),
    Exposed("/.htpasswd", "file-exposed", _HIGH, _htpasswd),
    Exposed("/phpinfo.php", "status-exposed", _MEDIUM, _phpinfo),
    Exposed("/server-status", "status-exposed", _MEDIUM, _status),
    Exposed("/.DS_Store", "file-exposed", _LOW, _ds_store),
    Exposed("/composer.lock", "file-exposed", _LOW, _composer),
    Exposed("/package.json", "file-exposed", _LOW, _package),
)
