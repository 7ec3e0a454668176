"""Between Python values and what a column holds: moments, JSON documents, hostile text, blobs.

Moments are integer microseconds since 1970 UTC: ``DateTime(timezone=True)`` gives
naive local time back on SQLite, and integers compare, index and convert faster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import zstandard
from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from scanners.api import Evidence, Facts, encode_facts, mended, mended_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ZSTD_LEVEL = 3
RAW, ZSTD = "raw", "zstd"
# Below this zstd's frame costs about what it saves.
COMPRESS_FROM_BYTES = 128


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC; ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: moments are aware UTC")
    return (moment - EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC moment of ``value`` microseconds."""
    return EPOCH + value * MICROSECOND


def duration_micros(duration: timedelta) -> int:
    """A duration in whole microseconds."""
    return duration // MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as integer microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return None if value is None else moment(value)


class Hostile(TypeDecorator[str]):
    """Text that may come from a scanned site.

    PostgreSQL refuses NUL and no UTF-8 holds lone surrogates: one such character
    must not make a scan impossible to store.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        if value is None:
            return None
        return mended_text(value.replace("\0", "\ufffd"))


class Doc(TypeDecorator[Any]):
    """A JSON document of one Python shape, written and read by msgspec."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._decode = msgspec.json.Decoder(shape).decode

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return None if value is None else self._decode(value)


def to_json(value: object) -> str:
    """JSON with sets and mappings in a fixed order; lone surrogates become U+FFFD."""
    try:
        return msgspec.json.encode(value, order="deterministic").decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(mended(value), order="deterministic").decode()


@dataclass(frozen=True, slots=True)
class Blob:
    """One piece of content, ready for its row; ``size`` is that of the content."""

    sha: str
    codec: str
    size: int
    data: bytes


def digest(raw: bytes) -> str:
    """The name of a piece of content."""
    return hashlib.sha256(raw).hexdigest()


def pack(sha: str, raw: bytes) -> Blob:
    """Compressed when that is shorter."""
    if len(raw) >= COMPRESS_FROM_BYTES:
        small = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(raw)
        if len(small) < len(raw):
            return Blob(sha, ZSTD, len(raw), small)
    return Blob(sha, RAW, len(raw), raw)


def unpack(codec: str, size: int, data: bytes) -> bytes:
    """The content; never more than ``size`` bytes are made of ``data``."""
    if codec == RAW:
        return bytes(data)
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=size)


@dataclass(frozen=True, slots=True)
class StoredEvidence(Evidence):
    """Evidence read back without its body; ``sha256`` still names that body."""

    body_sha256: str = ""

    @property
    def sha256(self) -> str:
        """Hex digest of the body that is kept."""
        return self.body_sha256


class FactsCodec:
    """Facts to canonical JSON and back, by kind."""

    def __init__(self, types: Mapping[str, type]) -> None:
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            kind: msgspec.json.Decoder(cls) for kind, cls in types.items()
        }

    def encode(self, facts: Facts) -> bytes:
        """Canonical JSON."""
        return encode_facts(facts)

    def decode(self, kind: str, raw: bytes) -> Any | None:
        """The facts, or None when this program does not know that kind or shape."""
        decoder = self._decoders.get(kind)
        if decoder is None:
            return None
        try:
            return decoder.decode(raw)
        except msgspec.ValidationError:
            return None


def unique(shas: Iterable[str | None]) -> list[str]:
    """Sorted names without repeats and None; one order for every locker of blob rows."""
    return sorted({sha for sha in shas if sha is not None})
