"""Documents and answers, what was said once, duties of the organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, insert, literal, or_, select, text, update

from monitor.adapters.store.base import chunked
from monitor.adapters.store.codec import digest
from monitor.adapters.store.evidence import EvidenceGroup
from monitor.adapters.store.tables import attestation as attested
from monitor.adapters.store.tables import finding, site
from monitor.adapters.store.tables_procedures import obligation, obligation_done, said_once
from monitor.domain.attestation import Attestation
from monitor.domain.obligation import ObligationRow, ObligationState
from monitor.services.tx_procedures import MISSING

# One round of a fleet that was just put on file: the others have their turn in the next.
MISSING_AT_ONCE = 20_000


class AttestationGroup(EvidenceGroup):
    """See ``AttestationTx`` and ``ObligationTx``."""

    def put_attestation(self, attestation: Attestation, document: bytes | None = None) -> None:
        """See ``AttestationTx.put_attestation``; ValueError when the digest does not fit."""
        sha = None if document is None else digest(document)
        if sha is not None and attestation.file_sha256 not in (None, sha):
            raise ValueError(f"document is {sha}, not {attestation.file_sha256}")
        if sha is not None and document is not None:
            self._put_blobs({sha: document})
        row = {
            "site_id": attestation.site_id,
            "condition_id": attestation.condition_id,
            "until": attestation.until,
            "recorded_by": attestation.recorded_by,
            "recorded_at": attestation.recorded_at,
            "accepted": attestation.accepted,
            "file_sha256": attestation.file_sha256 or sha,
            "document_sha": sha,
            "under_review": attestation.under_review,
            "role": attestation.role,
            "meanwhile": attestation.meanwhile,
            "note": attestation.note,
            "dated": attestation.dated,
        }
        self.connection.execute(insert(attested).values(row))

    def attestations(self, site_id: str) -> Mapping[str, Attestation]:
        """See ``AttestationTx.attestations``."""
        query = (
            select(attested)
            .where(attested.c.site_id == site_id, attested.c.void_at.is_(None))
            .order_by(attested.c.recorded_at, attested.c.number)
        )
        return {row.condition_id: _attestation(row) for row in self.connection.execute(query)}

    def attestation_log(self, site_id: str) -> Sequence[Attestation]:
        """See ``AttestationTx.attestation_log``."""
        query = (
            select(attested)
            .where(attested.c.site_id == site_id)
            .order_by(attested.c.recorded_at.desc(), attested.c.number.desc())
        )
        return [_attestation(row) for row in self.connection.execute(query)]

    def expiring_attestations(self, by: date, since: date = date.min) -> Sequence[Attestation]:
        """See ``AttestationTx.expiring_attestations``."""
        newest = _newest().subquery()
        accepted = and_(attested.c.accepted, attested.c.until.between(since, by))
        before = and_(~attested.c.accepted, attested.c.meanwhile.between(since, by))
        query = (
            select(attested)
            .join(newest, attested.c.number == newest.c.number)
            .where(newest.c.place == 1, ~attested.c.under_review, or_(accepted, before))
            .order_by(attested.c.site_id, attested.c.condition_id)
        )
        return [_attestation(row) for row in self.connection.execute(query)]

    def undecided_attestations(self) -> Sequence[Attestation]:
        """See ``AttestationTx.undecided_attestations``."""
        newest = _newest().subquery()
        query = (
            select(attested)
            .join(newest, attested.c.number == newest.c.number)
            .where(newest.c.place == 1, attested.c.under_review)
            .order_by(attested.c.site_id, attested.c.condition_id)
        )
        return [_attestation(row) for row in self.connection.execute(query)]

    def void_attestations(self, site_id: str, at: datetime) -> int:
        """See ``AttestationTx.void_attestations``."""
        standing = (attested.c.site_id == site_id, attested.c.void_at.is_(None))
        return self.connection.execute(
            update(attested).where(*standing).values(void_at=at)
        ).rowcount

    def missing_attestations(self) -> Sequence[tuple[str, str, str]]:
        """See ``AttestationTx.missing_attestations``."""
        key = (finding.c.site_id, finding.c.label_id, finding.c.condition_id)
        subject = literal(MISSING) + finding.c.site_id + literal(":") + site.c.member_id
        said = (
            select(said_once.c.stage)
            .where(said_once.c.subject == subject, said_once.c.stage == finding.c.condition_id)
            .exists()
        )
        query = (
            select(*key)
            .join(site, site.c.site_id == finding.c.site_id)
            # The code stands in the statement, so that the partial index is used.
            .where(finding.c.outcome == text("'missing'"), finding.c.counts, ~said)
            .limit(MISSING_AT_ONCE)
        )
        return [(row[0], row[1], row[2]) for row in self.connection.execute(query.order_by(*key))]

    def remember(self, subject: str, stage: str, at: datetime) -> bool:
        """See ``AttestationTx.remember``."""
        return bool(self.remember_all([(subject, stage)], at))

    def remember_all(
        self, pairs: Collection[tuple[str, str]], at: datetime
    ) -> frozenset[tuple[str, str]]:
        """See ``AttestationTx.remember_all``."""
        fresh: set[tuple[str, str]] = set()
        for some in chunked(sorted(set(pairs))):
            rows = [{"subject": subject, "stage": stage, "at": at} for subject, stage in some]
            statement = self._insert(said_once).values(rows)
            kept = statement.on_conflict_do_nothing(index_elements=["subject", "stage"])
            back = self.connection.execute(kept.returning(said_once.c.subject, said_once.c.stage))
            fresh.update((row.subject, row.stage) for row in back)
        return frozenset(fresh)

    def said(self, subjects: Collection[str]) -> frozenset[tuple[str, str]]:
        """See ``AttestationTx.said``."""
        found: set[tuple[str, str]] = set()
        for some in chunked(sorted(subjects)):
            query = select(said_once.c.subject, said_once.c.stage)
            rows = self.connection.execute(query.where(said_once.c.subject.in_(some)))
            found.update((row.subject, row.stage) for row in rows)
        return frozenset(found)

    def note_done(self, site_id: str, label_id: str, obligation_id: str, at: datetime) -> None:
        """See ``ObligationTx.note_done``."""
        row = {"site_id": site_id, "label_id": label_id, "obligation_id": obligation_id, "at": at}
        self._upsert(obligation_done, [row])

    def done(self, site_id: str | None = None) -> Mapping[tuple[str, str, str], Sequence[datetime]]:
        """See ``ObligationTx.done``."""
        query = select(obligation_done).order_by(obligation_done.c.at)
        if site_id is not None:
            query = query.where(obligation_done.c.site_id == site_id)
        found: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
        for row in self.connection.execute(query):
            found[row.site_id, row.label_id, row.obligation_id].append(row.at)
        return dict(found)

    def put_obligation(self, row: ObligationRow) -> None:
        """See ``ObligationTx.put_obligation``."""
        values = {
            "site_id": row.site_id,
            "label_id": row.label_id,
            "obligation_id": row.obligation_id,
            "state": row.state.value,
            "first_at": row.first_at,
            "since": row.since,
        }
        self._upsert(obligation, [values])

    def obligation_rows(
        self, site_id: str | None = None
    ) -> Mapping[tuple[str, str, str], ObligationRow]:
        """See ``ObligationTx.obligation_rows``."""
        query = select(obligation)
        if site_id is not None:
            query = query.where(obligation.c.site_id == site_id)
        return {
            (row.site_id, row.label_id, row.obligation_id): ObligationRow(
                row.site_id,
                row.label_id,
                row.obligation_id,
                ObligationState(row.state),
                row.first_at,
                row.since,
            )
            for row in self.connection.execute(query)
        }


def _newest() -> Select[Any]:
    """Every standing row with its place among those of its site and condition, newest first."""
    order = (attested.c.recorded_at.desc(), attested.c.number.desc())
    key = (attested.c.site_id, attested.c.condition_id)
    place = func.row_number().over(partition_by=key, order_by=order).label("place")
    return select(attested.c.number, place).where(attested.c.void_at.is_(None))


def _attestation(row: Any) -> Attestation:
    return Attestation(
        site_id=row.site_id,
        condition_id=row.condition_id,
        until=row.until,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        accepted=row.accepted,
        file_sha256=row.file_sha256,
        under_review=row.under_review,
        role=row.role,
        meanwhile=row.meanwhile,
        note=row.note,
        dated=row.dated,
    )
