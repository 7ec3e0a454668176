"""Known-vulnerable front-end libraries by the data of retire.js (``jsrepository-v5.json``).

The data names, per library, expressions that find it in an address, a file name or a
text, and the versions with known weaknesses.  Expressions for a browser (``func``) and
for syntax trees (``ast``) are not used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

import msgspec

from scanners.api import clip
from scanners.owasp.libraries.jsregex import UntranslatableError, translate
from scanners.owasp.libraries.versions import VERSION_MAX_CHARS, affected

MATCHES_MAX = 20
CONTENT_MAX_CHARS = 2_000_000
LIBRARIES_MAX = 2_000
PLACEHOLDER = "§§version§§"
VERSION_PATTERN = r"[0-9][0-9.a-z_\-]+"
SEVERITIES = ("low", "medium", "high", "critical")
_EXAMPLE = "retire-example"
_REPLACE = re.compile(r"/(.*[^\\])/([^/]+)/", re.DOTALL)
_GROUP = re.compile(r"\$(\d)")
_MIN = re.compile(r"[.-]min$")
Limited = Callable[[Callable[[], list[str]]], list[str] | None]


@dataclass(frozen=True, slots=True)
class Script:
    """One script: its address, and its text when that was read."""

    url: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """A library with known weaknesses; ``detection`` says how its version was read."""

    name: str
    version: str
    url: str
    detection: str
    severity: str
    identifiers: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was recognised.

    ``patterns`` were usable, ``skipped`` had no exact counterpart, ``too_slow`` were
    given up; ``recognised`` counts library versions, vulnerable or not.
    """

    libraries: tuple[Library, ...] = ()
    patterns: int = 0
    skipped: int = 0
    too_slow: int = 0
    recognised: int = 0
    problem: str = ""


@dataclass(slots=True)
class _Pattern:
    name: str
    literal: str
    source: str
    template: str = ""
    compiled: re.Pattern[str] | None = None

    def find(self, text: str) -> list[str]:
        """The versions it reads in a text."""
        if self.literal and self.literal not in text:
            return []
        if self.compiled is None:
            self.compiled = re.compile(self.source, re.ASCII)
        found = islice(self.compiled.finditer(text), MATCHES_MAX)
        return [self._version(match) for match in found]

    def _version(self, match: re.Match[str]) -> str:
        if self.template:
            return _GROUP.sub(lambda m: _group(match, int(m[1])), self.template)
        return (match[1] if match.re.groups else "") or match[0]


def _group(match: re.Match[str], number: int) -> str:
    return (match[number] or "") if number <= match.re.groups else ""


@dataclass(slots=True)
class Repository:
    """The data, ready for use."""

    entries: Mapping[str, list[Mapping[str, object]]]
    patterns: Mapping[str, list[_Pattern]]
    hashes: Mapping[str, tuple[str, str]]
    skipped: int = 0
    too_slow: int = 0
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def report(self, scripts: tuple[Script, ...], limited: Limited) -> Report:
        """Look at every script; ``limited`` runs a search and gives None when it took too long."""
        found: dict[tuple[str, str], Library] = {}
        for script in scripts:
            for name, version, detection in self._read(script, limited):
                self._seen.add((name, version))
                library = self._judged(name, version, detection, script.url)
                if library is not None:
                    found.setdefault((name, version), library)
        usable = sum(map(len, self.patterns.values()))
        return Report(tuple(found.values()), usable, self.skipped, self.too_slow, len(self._seen))

    def _read(self, script: Script, limited: Limited) -> Iterator[tuple[str, str, str]]:
        # What stands in the file says more than its name.
        content = script.content[:CONTENT_MAX_CHARS]
        by_text = list(self._texts(content, limited))
        known = {name for name, _, _ in by_text}
        if content and not by_text:
            digest = hashlib.sha1(content.encode("utf-8", "replace"), usedforsecurity=False)
            if (hit := self.hashes.get(digest.hexdigest())) is not None:
                by_text = [(*hit, "hash")]
        yield from by_text
        for kind, text in (("uri", script.url), ("filename", _file_name(script.url))):
            for name, version in self._search(kind, text, limited):
                if name not in known:
                    known.add(name)
                    yield name, version, kind

    def _texts(self, content: str, limited: Limited) -> Iterator[tuple[str, str, str]]:
        if content:
            for kind in ("filecontent", "filecontentreplace"):
                for name, version in self._search(kind, content, limited):
                    yield name, version, "content"

    def _search(self, kind: str, text: str, limited: Limited) -> Iterator[tuple[str, str]]:
        for pattern in self.patterns.get(kind, ()):
            versions = limited(lambda one=pattern: one.find(text))  # type: ignore[misc]
            if versions is None:
                self.too_slow += 1
                continue
            for version in dict.fromkeys(versions):
                short = _MIN.sub("", version)
                if 0 < len(short) <= VERSION_MAX_CHARS:
                    yield pattern.name, short

    def _judged(self, name: str, version: str, detection: str, url: str) -> Library | None:
        hits = [entry for entry in self.entries.get(name, ()) if affected(version, entry)]
        if not hits:
            return None
        worst = max(hits, key=lambda entry: _rank(entry.get("severity")))
        names = dict.fromkeys(said for entry in hits for said in _identifiers(entry))
        return Library(
            name=name, version=version, url=url, detection=detection,
            severity=SEVERITIES[_rank(worst.get("severity"))],
            identifiers=tuple(names)[:10], summary=_summary(worst),
        )  # fmt: skip


def load(raw: bytes) -> Repository:
    """Read the data; ValueError when it is not of that shape."""
    try:
        data = msgspec.json.decode(raw, type=dict[str, dict[str, object]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not a retire.js repository: {clip(str(error), 100)}") from error
    entries: dict[str, list[Mapping[str, object]]] = {}
    patterns: dict[str, list[_Pattern]] = {}
    hashes: dict[str, tuple[str, str]] = {}
    skipped = 0
    for name, one in islice(data.items(), LIBRARIES_MAX):
        extractors, weaknesses = one.get("extractors"), one.get("vulnerabilities")
        if name == _EXAMPLE or not isinstance(extractors, dict):
            continue
        entries[name] = [e for e in weaknesses if isinstance(e, dict)] if isinstance(
            weaknesses, list
        ) else []  # fmt: skip
        for kind in ("uri", "filename", "filecontent", "filecontentreplace"):
            for source in _words(extractors.get(kind)):
                pattern = _pattern(name, kind, source)
                if pattern is None:
                    skipped += 1
                else:
                    patterns.setdefault(kind, []).append(pattern)
        known = extractors.get("hashes")
        if isinstance(known, dict):
            hashes.update({str(h): (name, str(version)) for h, version in known.items()})
    if not entries:
        raise ValueError("not a retire.js repository: it names no library")
    return Repository(entries, patterns, hashes, skipped)


def _pattern(name: str, kind: str, source: str) -> _Pattern | None:
    """One expression for Python, None when it cannot be had."""
    template = ""
    if kind == "filecontentreplace":
        parts = _REPLACE.fullmatch(source)
        if parts is None:
            return None
        source, template = parts[1], parts[2]
    whole = source.replace(PLACEHOLDER, VERSION_PATTERN)
    if kind == "filename":
        whole = f"^{whole}$"
    try:
        translated = translate(whole)
    except UntranslatableError:
        return None
    return _Pattern(name, translated.literal, translated.pattern, template)


def _words(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _file_name(url: str) -> str:
    try:
        return urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return ""


def _rank(severity: object) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else 1


def _identifiers(entry: Mapping[str, object]) -> Iterator[str]:
    known = entry.get("identifiers")
    if isinstance(known, dict):
        yield from _words(known.get("CVE"))
        if isinstance(known.get("githubID"), str) and not known.get("CVE"):
            yield str(known["githubID"])


def _summary(entry: Mapping[str, object]) -> str:
    known = entry.get("identifiers")
    said = known.get("summary") if isinstance(known, dict) else None
    return clip(said, 160) if isinstance(said, str) else ""
