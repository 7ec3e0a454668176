"""A baseline as files: one observation each, made to be kept beside a shop's own sources."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from monitor.adapters.whole_file import write_whole
from scanners.api import Evidence
from scanners.drift.evidence import DriftFacts

SCHEMA = "keurwacht/drift-observation@1"
FILE_MAX_BYTES = 5_000_000
_NAME = re.compile(r"observation-(\d{4})\.json")


class BaselineFolderError(Exception):
    """A folder that cannot be used: which file, and why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder holds, oldest first.  ``state`` is ``none``, ``proposed`` or ``accepted``.

    ``strange`` are files that another version wrote; they are left alone and count for nothing.
    """

    state: str
    observations: tuple[DriftFacts, ...]
    strange: tuple[Path, ...] = ()


class BaselineFolder:
    """Reads and adds observations of one site."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, url: str) -> Kept:
        """Everything kept of the site at ``url``.  Raises ``BaselineFolderError``."""
        found: list[DriftFacts] = []
        strange: list[Path] = []
        accepted = False
        for path in self._files():
            document = _document(path)
            if document.get("schema") != SCHEMA or document.get("kind") != DriftFacts.KIND:
                strange.append(path)
                continue
            if document.get("url") != url:
                raise BaselineFolderError(
                    f"{path}: the baseline of {document.get('url')!s}, not of {url}"
                )
            found.append(_facts(path, document))
            accepted = accepted or document.get("state") == "accepted"
        state = "none" if not found else "accepted" if accepted else "proposed"
        return Kept(state, tuple(found), tuple(strange))

    def add(self, url: str, evidence: Evidence, state: str, most: int) -> Path:
        """Keep one observation more, ``most`` in all: the oldest makes room for the newest."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            held = self._files()
            number = 1 + max((_number(path) for path in held), default=0)
            path = self._path / f"observation-{number:04d}.json"
            write_whole(path, _written(url, evidence, state))
            for old in held[: max(len(held) + 1 - most, 0)]:
                old.unlink(missing_ok=True)
        except OSError as error:
            raise BaselineFolderError(f"{self._path}: {error.strerror}") from error
        return path

    def _files(self) -> Sequence[Path]:
        try:
            names = [p for p in self._path.iterdir() if _NAME.fullmatch(p.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BaselineFolderError(f"{self._path}: {error.strerror}") from error
        return sorted(names, key=_number)


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found[1]) if found else 0


def _document(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as stream:
            body = stream.read(FILE_MAX_BYTES + 1)
        if len(body) > FILE_MAX_BYTES:
            raise BaselineFolderError(f"{path}: larger than {FILE_MAX_BYTES} bytes")
        document = msgspec.json.decode(body)
    except OSError as error:
        raise BaselineFolderError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BaselineFolderError(f"{path}: no observation of ours: {error}") from error
    if not isinstance(document, dict):
        raise BaselineFolderError(f"{path}: no observation of ours: not an object")
    return document


def _facts(path: Path, document: dict[str, object]) -> DriftFacts:
    try:
        return msgspec.convert(document.get("facts"), DriftFacts)
    except msgspec.ValidationError as error:
        raise BaselineFolderError(f"{path}: no observation of ours: {error}") from error


def _written(url: str, evidence: Evidence, state: str) -> bytes:
    """Indented and sorted, so that a version control system shows what changed."""
    document = {
        "schema": SCHEMA,
        "kind": evidence.kind,
        "url": url,
        "seen_at": evidence.seen_at,
        "state": state,
        "facts": evidence.facts,
    }
    plain = msgspec.json.decode(msgspec.json.encode(document))
    return (json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
