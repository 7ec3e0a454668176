"""Wapiti's report and what it prints: findings, and the signs that it is not the whole truth."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import msgspec

from scanners.api import clip
from scanners.owasp.evidence import Confidence, Finding
from scanners.owasp.rules import EXCERPT_CHARS, PARAM_CHARS, URL_SHOWN_CHARS, path_template
from scanners.owasp.wapiti_classes import CLASSES, UNKNOWN, WapitiClass
from scanners.owasp.zap.redact import redacted

ENGINE_NAME = "wapiti"
REPORT_MAX_BYTES = 20_000_000
ROWS_MAX = 5_000
SECTIONS = ("vulnerabilities", "anomalies", "additionals")
_SKIPPED = re.compile(r"(\d{1,9}) requests? were skipped")
_MODULE = re.compile(r"\[\*\] Launching module ([a-z0-9_]{1,40})")
_CRAWL_TIME = "Max scan time was reached"
_MODULE_TIME = re.compile(r"Max attack time was reached for module ([a-z0-9_]{1,40})")
_UNLOADED = re.compile(r"Unable to (?:find a module named|import module) ([a-z0-9_]{1,40})")


class BadReportError(ValueError):
    """The file is no report of wapiti."""


@dataclass(frozen=True, slots=True)
class WapitiReport:
    """``version`` such as ``3.2.3``; ``crawled`` addresses and forms it came to know."""

    version: str
    crawled: int
    findings: tuple[Finding, ...]


def read_report(raw: bytes, start: str, site: str) -> WapitiReport:
    """A report of ``-f json``; BadReportError when it is none."""
    if len(raw) > REPORT_MAX_BYTES:
        raise BadReportError("the report is too large")
    try:
        data = msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadReportError(clip(str(error), 100)) from error
    infos = data.get("infos")
    if not isinstance(infos, dict) or not all(isinstance(data.get(s), dict) for s in SECTIONS):
        raise BadReportError("the report lacks its parts")
    crawled = infos.get("crawled_pages_nbr")
    rows = list(_rows(data))[:ROWS_MAX]
    return WapitiReport(
        version=clip(str(infos.get("version", "")).removeprefix("Wapiti").strip(), 20),
        crawled=crawled if isinstance(crawled, int) else 0,
        findings=tuple(_finding(name, row, start, site) for name, row in rows),
    )


def _rows(data: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    for section in SECTIONS:
        found = data[section]
        for name, rows in (found if isinstance(found, dict) else {}).items():
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict):
                    yield str(name), row


def _finding(name: str, row: dict[str, object], start: str, site: str) -> Finding:
    kind = CLASSES.get(name, UNKNOWN)
    info = _word(row, "info")
    path = _word(row, "path") or "/"
    url = urljoin(start, path if path.startswith("/") else f"/{path}")
    method = clip(_word(row, "method") or "GET", 10)
    param = clip(_word(row, "parameter") or _header_of(kind, info), PARAM_CHARS)
    # Only an error message of a database is proof; two answers that differ are a hint.
    hint = kind.rule == "sql-injection" and "DBMS" not in info
    sent = _word(row, "http_request").partition("\n")[0]
    return Finding(
        rule=f"wapiti-{kind.rule}",
        name=clip(name, 120),
        severity=kind.severity,
        confidence=Confidence.MEDIUM if hint else kind.confidence,
        owasp_2021=kind.owasp_2021,
        owasp_2025=kind.owasp_2025,
        cwe=kind.cwe,
        url=clip(url, URL_SHOWN_CHARS),
        method=method,
        param=param,
        fingerprint=_fingerprint(kind, url, param, method, site),
        excerpt=redacted(info, EXCERPT_CHARS),
        attack=redacted(sent, EXCERPT_CHARS),
    )


def _header_of(kind: WapitiClass, info: str) -> str:
    """What a finding about a whole site is about: the cookie or the header it names."""
    if not kind.site_level:
        return ""
    after = info.rpartition(":")[2].strip() if ":" in info else ""
    return after or info.partition(" ")[0]


def _word(row: dict[str, object], name: str) -> str:
    value = row.get(name)
    return value[:4_000] if isinstance(value, str) else ""


def _fingerprint(kind: WapitiClass, url: str, param: str, method: str, site: str) -> str:
    place = "*" if kind.site_level else path_template(url)
    parts = ("v1", site.lower(), ENGINE_NAME, kind.rule, place, param, method)
    return hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


@dataclass(slots=True)
class Printed:
    """What a run said while it ran.

    Its exit status is 0 and its report looks clean also when the shop died in the middle:
    this is where it tells.
    """

    module: str = ""
    skipped: int = 0
    crawl_cut: bool = False
    cut: tuple[str, ...] = ()
    unloaded: tuple[str, ...] = ()

    def hear(self, line: str) -> bool:
        """One line; True when another module began."""
        begun = _MODULE.search(line)
        if begun is not None:
            self.module = begun[1]
        skipped = _SKIPPED.search(line)
        if skipped is not None:
            self.skipped += int(skipped[1])
        self.crawl_cut = self.crawl_cut or _CRAWL_TIME in line
        cut = _MODULE_TIME.search(line)
        if cut is not None:
            self.cut = (*self.cut, cut[1])
        unloaded = _UNLOADED.search(line)
        if unloaded is not None:
            self.unloaded = (*self.unloaded, unloaded[1])
        return begun is not None
