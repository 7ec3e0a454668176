"""Scans, their evidence and the blobs that hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select, update

from monitor.adapters.store.base import TxBase, chunked
from monitor.adapters.store.codec import StoredEvidence, digest, pack, unique, unpack
from monitor.adapters.store.tables import attestation as attested
from monitor.adapters.store.tables import baseline, blob, evidence, pin, scan
from monitor.policy.judge import Baseline, ScanView
from monitor.services.records import ScanRow
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult

NEWEST, KEPT, PROPOSED, ACCEPTED = "newest", "kept", "proposed", "accepted"
_KEPT = evidence.alias()
LEFT_OUT = "evidence of another version of the scanner was left out; the next scan replaces it"


class EvidenceGroup(TxBase):
    """See ``ObservationTx``: the part that is seen, not judged."""

    def save_scan(self, site_id: str, result: ScanResult) -> None:
        """See ``ObservationTx.save_scan``."""
        self._lock_site(site_id)
        row = {
            "site_id": site_id,
            "kind": result.kind.value,
            "outcome": result.outcome.value,
            "started_at": result.started_at,
            "duration_s": result.duration_s,
            "requests": result.requests,
            "detail": dict(result.detail),
        }
        self._upsert(scan, [row])
        mine = and_(
            evidence.c.site_id == site_id,
            evidence.c.role == NEWEST,
            evidence.c.scan_kind == result.kind.value,
        )
        older = self.connection.execute(
            select(evidence.c.evidence_id, evidence.c.facts_sha, evidence.c.body_sha).where(mine)
        ).all()
        added = self._add(site_id, NEWEST, result.kind.value, result.evidence)
        self._retire(older, added)

    def newest_scans(self, site_id: str) -> Mapping[ScanKind, ScanView]:
        """See ``ObservationTx.newest_scans``.

        Evidence whose kind or shape this program does not know is left out; a
        complete scan is then shown as partial, because what is missing here
        was seen there and must not pass for absence.
        """
        read, unreadable = self._read(site_id, NEWEST)
        views: dict[ScanKind, ScanView] = {}
        for row in self.connection.execute(select(scan).where(scan.c.site_id == site_id)):
            outcome, reason = ScanOutcome(row.outcome), str(row.detail.get("reason", ""))
            if row.kind in unreadable and outcome is ScanOutcome.COMPLETE:
                outcome, reason = ScanOutcome.PARTIAL, LEFT_OUT
            views[ScanKind(row.kind)] = ScanView(
                outcome, tuple(read[row.kind]), row.started_at, reason
            )
        return views

    def scans(self, site_id: str) -> Sequence[ScanRow]:
        """See ``ObservationTx.scans``; by kind."""
        query = select(scan).where(scan.c.site_id == site_id).order_by(scan.c.kind)
        return [
            ScanRow(
                kind=ScanKind(row.kind),
                outcome=ScanOutcome(row.outcome),
                started_at=row.started_at,
                duration_s=row.duration_s,
                requests=row.requests,
                detail=row.detail,
            )
            for row in self.connection.execute(query)
        ]

    def body(self, sha256: str) -> bytes | None:
        """See ``ObservationTx.body``; for evidence without a body its canonical facts.

        What is returned always has that digest.
        """
        query = select(blob.c.codec, blob.c.size, blob.c.data).where(blob.c.sha == sha256)
        row = self.connection.execute(query).first()
        return None if row is None else unpack(row.codec, row.size, row.data)

    def propose_baseline(self, site_id: str, evidence: Sequence[Evidence], at: datetime) -> None:
        """See ``DriftTx.propose_baseline``."""
        self._lock_site(site_id)
        self._forget(site_id, PROPOSED)
        self._upsert(baseline, [{"site_id": site_id, "role": PROPOSED, "at": at, "by": ""}])
        self._add(site_id, PROPOSED, "", evidence)

    def proposed_baseline(self, site_id: str) -> tuple[Sequence[Evidence], datetime] | None:
        """See ``DriftTx.proposed_baseline``; see ``baseline`` for unknown kinds."""
        found = self._baseline(site_id, PROPOSED)
        return None if found is None else (found.evidence, found.accepted_at)

    def accept_baseline(
        self, site_id: str, evidence: Sequence[Evidence], at: datetime, by: str
    ) -> None:
        """See ``DriftTx.accept_baseline``."""
        self._lock_site(site_id)
        self._upsert(baseline, [{"site_id": site_id, "role": ACCEPTED, "at": at, "by": by}])
        self._forget(site_id, ACCEPTED, row=False)
        self._add(site_id, ACCEPTED, "", evidence)
        self._forget(site_id, PROPOSED)

    def drop_proposal(self, site_id: str) -> bool:
        """See ``DriftTx.drop_proposal``."""
        self._lock_site(site_id)
        return self._forget(site_id, PROPOSED)

    def baseline(self, site_id: str) -> Baseline | None:
        """See ``DriftTx.baseline``.

        None as well when one piece is of a kind or shape this program does not
        know: half a baseline would show changes that never happened.
        """
        return self._baseline(site_id, ACCEPTED)

    def _baseline(self, site_id: str, role: str) -> Baseline | None:
        query = select(baseline).where(baseline.c.site_id == site_id, baseline.c.role == role)
        row = self.connection.execute(query).first()
        if row is None:
            return None
        read, unreadable = self._read(site_id, role, bodies=True)
        return None if unreadable else Baseline(tuple(read[""]), row.at, row.by)

    def _forget(self, site_id: str, role: str, *, row: bool = True) -> bool:
        """Drop the evidence of a baseline, and its own row unless told otherwise."""
        mine = and_(baseline.c.site_id == site_id, baseline.c.role == role)
        held = self.connection.execute(select(baseline.c.role).where(mine)).first() is not None
        if row:
            self.connection.execute(delete(baseline).where(mine))
        rows = delete(evidence).where(evidence.c.site_id == site_id, evidence.c.role == role)
        gone = rows.returning(evidence.c.facts_sha, evidence.c.body_sha)
        self._drop_orphans(sha for one in self.connection.execute(gone) for sha in one)
        return held

    def _add(
        self, site_id: str, role: str, scan_kind: str, pieces: Sequence[Evidence]
    ) -> set[tuple[str, str | None]]:
        """Store evidence and its blobs; returns the (facts, body) names."""
        contents: dict[str, bytes] = {}
        rows: list[dict[str, Any]] = []
        for position, piece in enumerate(pieces):
            facts = self._facts.encode(piece.facts)
            facts_sha = digest(facts)
            contents[facts_sha] = facts
            body_sha = None
            if piece.body is not None:
                body_sha = digest(piece.body)
                contents[body_sha] = piece.body
            rows.append(
                {
                    "site_id": site_id,
                    "role": role,
                    "scan_kind": scan_kind,
                    "position": position,
                    "kind": piece.kind,
                    "source_url": piece.source_url,
                    "seen_at": piece.seen_at,
                    "excerpt": piece.excerpt,
                    "facts_sha": facts_sha,
                    "body_sha": body_sha,
                }
            )
        self._put_blobs(contents)
        if rows:
            self.connection.execute(insert(evidence), rows)
        return {(row["facts_sha"], row["body_sha"]) for row in rows}

    def _put_blobs(self, contents: Mapping[str, bytes]) -> None:
        missing = set(contents)
        for shas in chunked(unique(contents)):
            # Locked against a collector that is about to take the last reference away.
            known = select(blob.c.sha).where(blob.c.sha.in_(shas)).order_by(blob.c.sha)
            locked = known.with_for_update(read=True, key_share=True)
            missing.difference_update(self.connection.scalars(locked))
        rows = []
        for sha in sorted(missing):
            packed = pack(sha, contents[sha])
            rows.append(
                {"sha": sha, "codec": packed.codec, "size": packed.size, "data": packed.data}
            )
        if rows:
            statement = self._insert(blob).on_conflict_do_nothing(index_elements=["sha"])
            self.connection.execute(statement, rows)

    def _read(
        self, site_id: str, role: str, *, bodies: bool = False
    ) -> tuple[dict[str, list[Evidence]], set[str]]:
        """Evidence by scan kind, and the scan kinds of which some could not be read."""
        query = (
            select(evidence, blob.c.codec, blob.c.size, blob.c.data)
            .join(blob, blob.c.sha == evidence.c.facts_sha)
            .where(evidence.c.site_id == site_id, evidence.c.role == role)
            .order_by(evidence.c.position)
        )
        read: dict[str, list[Evidence]] = defaultdict(list)
        unreadable: set[str] = set()
        for row in self.connection.execute(query).all():
            facts = self._facts.decode(row.kind, unpack(row.codec, row.size, row.data))
            if facts is None:
                unreadable.add(row.scan_kind)
            else:
                read[row.scan_kind].append(self._piece(row, facts, bodies=bodies))
        return read, unreadable

    def _piece(self, row: Any, facts: Any, *, bodies: bool) -> Evidence:
        if row.body_sha is None:
            return Evidence(facts, row.source_url, row.seen_at, row.excerpt)
        if bodies:
            body = self.body(row.body_sha)
            return Evidence(facts, row.source_url, row.seen_at, row.excerpt, body)
        return StoredEvidence(
            facts, row.source_url, row.seen_at, row.excerpt, body_sha256=row.body_sha
        )

    def _retire(self, older: Sequence[Any], added: set[tuple[str, str | None]]) -> None:
        """Drop evidence of the scan before, but keep what is pinned and not seen again."""
        gone = [r.evidence_id for r in older if (r.facts_sha, r.body_sha) in added]
        rest = [r.evidence_id for r in older if (r.facts_sha, r.body_sha) not in added]
        for ids in chunked(rest):
            keep = and_(evidence.c.evidence_id.in_(ids), pinned(), ~_kept_already())
            self.connection.execute(update(evidence).where(keep).values(role=KEPT))
        for ids in chunked(gone + rest):
            drop = and_(evidence.c.evidence_id.in_(ids), evidence.c.role == NEWEST)
            self.connection.execute(delete(evidence).where(drop))
        again = {sha for pair in added for sha in pair}
        left = {sha for r in older for sha in (r.facts_sha, r.body_sha)} - again
        self._drop_orphans(left)

    def _drop_orphans(self, shas: Iterable[str | None]) -> int:
        """Delete those blobs that nothing refers to any more."""
        dropped = 0
        for names in chunked(unique(shas)):
            mine = blob.c.sha.in_(names)
            if self._postgresql:
                # Who is just writing a reference holds the row: leave that one to prune().
                free = select(blob.c.sha).where(mine, orphan()).with_for_update(skip_locked=True)
                mine = blob.c.sha.in_(self.connection.scalars(free).all())
            dropped += self.connection.execute(delete(blob).where(mine, orphan())).rowcount
        return dropped


def pinned() -> ColumnElement[bool]:
    """Evidence that an interval or a case points to, by its body or by its facts."""
    return exists().where(or_(pin.c.sha == evidence.c.facts_sha, pin.c.sha == evidence.c.body_sha))


def _kept_already() -> ColumnElement[bool]:
    return exists().where(
        _KEPT.c.site_id == evidence.c.site_id,
        _KEPT.c.role == KEPT,
        _KEPT.c.facts_sha == evidence.c.facts_sha,
        _KEPT.c.body_sha.is_not_distinct_from(evidence.c.body_sha),
    )


def orphan() -> ColumnElement[bool]:
    """A blob that nothing refers to."""
    return and_(
        ~exists().where(evidence.c.facts_sha == blob.c.sha),
        ~exists().where(evidence.c.body_sha == blob.c.sha),
        ~exists().where(attested.c.document_sha == blob.c.sha),
    )
