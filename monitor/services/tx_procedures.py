"""What a transaction offers for documents, duties and processes; see ``tx``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from monitor.domain.attestation import Attestation
from monitor.domain.obligation import ObligationRow
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.services.records import MemberLink, ProcedureStep

# How the subject of a missing document begins; site and member follow (``remember``).
MISSING = "missing:"


class AlreadyRunsError(Exception):
    """Another procedure of that kind runs for the site and label; the message names it."""


class AttestationTx(Protocol):
    """Documents and answers, and what was said once."""

    def put_attestation(self, attestation: Attestation, document: bytes | None = None) -> None:
        """Record it with its document; the newest of a site and condition counts."""
        ...

    def attestations(self, site_id: str) -> Mapping[str, Attestation]:
        """The newest attestation per condition id, without those that were voided."""
        ...

    def attestation_log(self, site_id: str) -> Sequence[Attestation]:
        """All that was ever recorded for the site, newest first, voided ones included."""
        ...

    def expiring_attestations(self, by: date, since: date = date.min) -> Sequence[Attestation]:
        """The newest of each site and condition that are good through ``since`` to ``by``.

        Accepted, or rejected beside an older one that is good meanwhile.  Voided
        ones do not count.  By site, then condition.
        """
        ...

    def undecided_attestations(self) -> Sequence[Attestation]:
        """Those that are the newest of their site and condition and wait for a decision.

        Voided ones do not count.  By site, then condition.
        """
        ...

    def void_attestations(self, site_id: str, at: datetime) -> int:
        """They count no more (another owner); the record stays.  Returns how many."""
        ...

    def missing_attestations(self) -> Sequence[tuple[str, str, str]]:
        """(site id, label id, condition id) whose finding says that nothing is on file.

        What does not count (advice) is left out: nobody has to hand it in.  So is
        what was said of the member: ``MISSING`` with the site's and member's id.
        Of very many some, by site.
        """
        ...

    def remember(self, subject: str, stage: str, at: datetime) -> bool:
        """Keep that ``stage`` of ``subject`` was said; False when it was said before."""
        ...

    def remember_all(
        self, pairs: Collection[tuple[str, str]], at: datetime
    ) -> frozenset[tuple[str, str]]:
        """The same of many (subject, stage); returns those that were not said before."""
        ...

    def said(self, subjects: Collection[str]) -> frozenset[tuple[str, str]]:
        """(subject, stage) of what was said of those subjects."""
        ...


class ObligationTx(Protocol):
    """Duties of the organisation."""

    def note_done(self, site_id: str, label_id: str, obligation_id: str, at: datetime) -> None:
        """It was fulfilled once more; the same moment counts once."""
        ...

    def done(self, site_id: str | None = None) -> Mapping[tuple[str, str, str], Sequence[datetime]]:
        """Moments, oldest first, by (site id, label id, obligation id)."""
        ...

    def put_obligation(self, row: ObligationRow) -> None:
        """Insert or replace by (site, label, obligation)."""
        ...

    def obligation_rows(
        self, site_id: str | None = None
    ) -> Mapping[tuple[str, str, str], ObligationRow]:
        """What was last said of each, of the site or of all, by (site, label, obligation id)."""
        ...


class ProcedureTx(Protocol):
    """Processes with their history, owners and seal rights over time."""

    def next_procedure_id(self, at: datetime) -> str:
        """``KP-2026-000412``: never given twice."""
        ...

    def put_procedure(self, procedure: Procedure, step: ProcedureStep | None = None) -> None:
        """Insert or replace, and append ``step`` to its history.

        AlreadyRunsError, with nothing written, when another of its kind runs for the
        site and label, begun in a transaction beside this one too.
        """
        ...

    def procedure(self, procedure_id: str) -> Procedure | None:
        """The procedure, or None; nobody else moves it until this transaction ends."""
        ...

    def procedures(
        self,
        site_id: str | None = None,
        kind: ProcedureKind | None = None,
        *,
        active_only: bool = False,
    ) -> Sequence[Procedure]:
        """Procedures, newest first."""
        ...

    def procedure_log(self, procedure_id: str) -> Sequence[ProcedureStep]:
        """Its history, oldest first; never changed afterwards."""
        ...

    def put_link(self, site_id: str, member_id: str, since: date) -> None:
        """From ``since`` on the site is that member's; the link before ends the day before."""
        ...

    def links(self, site_id: str) -> Sequence[MemberLink]:
        """Whose the site was, oldest first; empty when it never changed hands."""
        ...

    def grant_seal(self, site_id: str, label_id: str, host: str, since: date) -> None:
        """The seal may be shown on ``host`` from ``since`` on; one right at a time."""
        ...

    def end_seal(self, site_id: str, label_id: str, until: date) -> None:
        """The right that runs ends with ``until``."""
        ...

    def seals(self, site_id: str) -> Sequence[tuple[str, str, date, date | None]]:
        """(label id, host, since, until) of every right there was, oldest first (ww-2.5)."""
        ...

    def drop_baselines(self, site_id: str) -> None:
        """Forget the accepted and the proposed baseline."""
        ...
