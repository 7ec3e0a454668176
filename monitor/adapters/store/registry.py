"""Members, sites, certifications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.tables import certification, member, site, site_host
from monitor.domain.member import Customers, Member
from monitor.domain.site import Certification, Site, Standing, SubjectType


class RegistryGroup(TxBase):
    """See ``RegistryTx``."""

    def put_members(self, members: Iterable[Member]) -> None:
        """See ``RegistryTx.put_members``."""
        rows = {m.member_id: _member_row(m) for m in members}
        self._upsert(member, list(rows.values()))

    def put_sites(self, sites: Iterable[Site]) -> None:
        """See ``RegistryTx.put_sites``."""
        known = {s.site_id: s for s in sites}
        if not known:
            return
        self._upsert(site, [_site_row(s) for s in known.values()])
        for ids in chunked(list(known)):
            for table in (certification, site_host):
                self.connection.execute(delete(table).where(table.c.site_id.in_(ids)))
        hosts = [
            {"site_id": s.site_id, "host": host} for s in known.values() for host in s.all_hosts
        ]
        self._upsert(site_host, hosts)
        self._upsert(certification, [r for s in known.values() for r in _certification_rows(s)])

    def member(self, member_id: str) -> Member | None:
        """See ``RegistryTx.member``."""
        row = self.connection.execute(select(member).where(member.c.member_id == member_id)).first()
        return None if row is None else _member(row)

    def members(self) -> Sequence[Member]:
        """See ``RegistryTx.members``."""
        return [
            _member(r) for r in self.connection.execute(select(member).order_by(member.c.member_id))
        ]

    def site(self, site_id: str) -> Site | None:
        """See ``RegistryTx.site``."""
        found = self._sites(select(site).where(site.c.site_id == site_id), site_id)
        return found[0] if found else None

    def sites(self, label_id: str | None = None) -> Sequence[Site]:
        """See ``RegistryTx.sites``."""
        query = select(site).order_by(site.c.site_id)
        if label_id is not None:
            having = select(certification.c.site_id).where(certification.c.label_id == label_id)
            query = query.where(site.c.site_id.in_(having))
        return self._sites(query)

    def find_site(self, text: str) -> Site | None:
        """See ``RegistryTx.find_site``; the id goes before the URL, the URL before a host."""
        hosts = select(site_host.c.site_id).where(site_host.c.host == text.lower())
        for rule in (site.c.site_id == text, site.c.url == text, site.c.site_id.in_(hosts)):
            ids = self.connection.scalars(select(site.c.site_id).where(rule).limit(2)).all()
            if ids:
                return self.site(ids[0]) if len(ids) == 1 else None
        return None

    def certified_sites(self) -> int:
        """See ``RegistryTx.certified_sites``."""
        query = select(func.count(certification.c.site_id.distinct())).where(
            certification.c.standing == Standing.CERTIFIED.value
        )
        return int(self.connection.execute(query).scalar_one())

    def _sites(self, query: Select[Any], site_id: str | None = None) -> list[Site]:
        rows = self.connection.execute(query).all()
        if not rows:
            return []
        held = select(certification).order_by(certification.c.site_id, certification.c.position)
        if site_id is not None:
            held = held.where(certification.c.site_id == site_id)
        by_site: dict[str, list[Certification]] = defaultdict(list)
        for row in self.connection.execute(held):
            by_site[row.site_id].append(
                Certification(row.label_id, Standing(row.standing), row.since, row.valid_until)
            )
        return [_site(row, tuple(by_site[row.site_id])) for row in rows]


def _member_row(m: Member) -> dict[str, Any]:
    return {
        "member_id": m.member_id,
        "legal_name": m.legal_name,
        "trade_names": m.trade_names,
        "kvk": m.kvk,
        "kbo": m.kbo,
        "vat": m.vat,
        "address": m.address,
        "customers": m.customers,
        "jurisdiction": m.jurisdiction,
        "languages": m.languages,
        "flags": m.flags,
        "size": m.size,
        "categories": m.categories,
        "contacts": m.contacts,
    }


def _member(row: Any) -> Member:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["customers"] = frozenset(Customers(c) for c in values["customers"])
    return Member(**values)


def _site_row(s: Site) -> dict[str, Any]:
    return {
        "site_id": s.site_id,
        "member_id": s.member_id,
        "url": s.url,
        "subject": s.subject.value,
        "hosts": s.hosts,
        "certificate_url": s.certificate_url,
        "profile_urls": s.profile_urls,
        "platform": s.platform,
    }


def _site(row: Any, certifications: tuple[Certification, ...]) -> Site:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["subject"] = SubjectType(values["subject"])
    return Site(**values, certifications=certifications)


def _certification_rows(s: Site) -> list[dict[str, Any]]:
    return [
        {
            "site_id": s.site_id,
            "label_id": c.label_id,
            "position": position,
            "standing": c.standing.value,
            "since": c.since,
            "valid_until": c.valid_until,
        }
        for position, c in enumerate(s.certifications)
    ]
