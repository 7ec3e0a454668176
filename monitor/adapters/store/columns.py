"""The parts that tables are made of: the metadata, column types, references."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Text

from monitor.adapters.store.codec import Doc
from monitor.domain.finding import EvidenceRef

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CODE = String(32)
SHA = String(64)
# A BigInteger primary key does not number itself on SQLite.
SERIAL = BigInteger().with_variant(Integer, "sqlite")
STRINGS = Doc(tuple[str, ...])
STRING_SET = Doc(frozenset[str])
REFS = Doc(tuple[EvidenceRef, ...])
MOMENTS = Doc(tuple[int, ...])
OBJECT = Doc(dict[str, object])
WORDS = Doc(dict[str, str])


def site_key(*, primary: bool = False) -> Column[Any]:
    """The site a row belongs to; the row goes when the site goes."""
    key = ForeignKey("site.site_id", ondelete="CASCADE")
    return Column("site_id", Text, key, primary_key=primary, nullable=False)


def blob_key(name: str, *, nullable: bool) -> Column[Any]:
    """The blob a row refers to."""
    return Column(name, SHA, ForeignKey("blob.sha"), nullable=nullable)
