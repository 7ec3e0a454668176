"""What a transaction offers the services: contracts, written on each method.

Every implementation passes the same contract suite.  A ``Tx`` is one
transaction on one thread; nothing in it is visible to others before it commits,
all of it or nothing.  Moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.domain.alert import Alert, ChannelKind, Outgoing
from monitor.domain.case import Case
from monitor.domain.check import Check, Job
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.domain.unassessed import Unassessed
from monitor.domain.verdict import LabelVerdict
from monitor.policy.judge import ScanView
from monitor.services.records import (
    AlertRow,
    AuditEntry,
    CurrentFinding,
    DueRow,
    FleetNumbers,
    Interval,
    ScanRow,
    ValveState,
)
from monitor.services.tx_consents import ConsentTx
from monitor.services.tx_drifting import DriftTx
from monitor.services.tx_procedures import AttestationTx, ObligationTx, ProcedureTx
from monitor.services.tx_reviews import ReviewTx
from monitor.services.tx_weaknesses import WeaknessTx
from scanners.api import ScanKind, ScanResult


class RegistryTx(Protocol):
    """Members, sites, certifications."""

    def put_members(self, members: Iterable[Member]) -> None:
        """Insert or replace by ``member_id``, contacts and categories included."""
        ...

    def put_sites(self, sites: Iterable[Site]) -> None:
        """Insert or replace by ``site_id``, certifications included.  The member must exist."""
        ...

    def member(self, member_id: str) -> Member | None:
        """The member, or None."""
        ...

    def site(self, site_id: str) -> Site | None:
        """The site, or None."""
        ...

    def find_site(self, text: str) -> Site | None:
        """By site id, exact URL or host name; None when nothing or more than one fits."""
        ...

    def sites(self, label_id: str | None = None) -> Sequence[Site]:
        """All sites by site id, or those with a certification of that label."""
        ...

    def members(self) -> Sequence[Member]:
        """All members by member id."""
        ...

    def certified_sites(self) -> int:
        """How many sites have at least one certification standing ``certified``."""
        ...


class ScheduleTx(Protocol):
    """The due table: truth of the schedule and queue at once."""

    def put_checks(self, rows: Iterable[tuple[Check, datetime, str]]) -> None:
        """Insert (check, first ready_at, politeness key); update cadence and phase of a known one.

        A known row keeps its ready_at, lease, token and attempt.
        """
        ...

    def drop_checks(self, site_ids: Sequence[str], keep: frozenset[ScanKind]) -> None:
        """Remove the sites' checks of other kinds; running jobs of theirs lose their token."""
        ...

    def reap(self, now: datetime) -> int:
        """Free every row whose lease ran out; returns how many."""
        ...

    def claim(
        self,
        now: datetime,
        slots: int,
        lease: timedelta,
        owner: str,
        per_platform: int,
        max_attempts: int,
    ) -> Sequence[Job]:
        """Lease up to ``slots`` ready rows: highest priority first, then longest ready.

        No politeness key ever has more than ``per_platform`` leases.  Rows with
        ``attempt >= max_attempts`` (2 at least) are passed over (see ``exhausted``).  Two
        callers never get the same row.  Each claim raises token and attempt.
        """
        ...

    def exhausted(self, now: datetime, max_attempts: int) -> Sequence[Job]:
        """Free, ready rows that used up their attempts, with their current token."""
        ...

    def heartbeat(self, job: Job, lease_until: datetime) -> bool:
        """Lengthen the lease; False when the token is no longer current."""
        ...

    def complete(self, job: Job, ready_at: datetime, priority: int, error: str = "") -> bool:
        """End the job under its token; False (nothing written) when it is not current.

        Resets attempt and requested_by, unless a rescan was asked for while the
        job ran: then the row is ready at once and keeps that request.
        """
        ...

    def give_back(self, job: Job, ready_at: datetime, *, count_attempt: bool) -> bool:
        """Free the row for another try; False when the token is not current."""
        ...

    def request(self, site_id: str, kinds: frozenset[ScanKind], now: datetime, by: str) -> int:
        """Make rows due at once with the priority of a rescan; returns how many rows."""
        ...

    def hasten(
        self, site_id: str, kinds: frozenset[ScanKind], ready_at: datetime, priority: int
    ) -> None:
        """Move ready_at earlier (never later) and raise the priority (never lower)."""
        ...

    def due_rows(self, site_id: str) -> Sequence[DueRow]:
        """The site's rows by kind."""
        ...


class ObservationTx(Protocol):
    """Scans, evidence, findings over time."""

    def save_scan(self, site_id: str, result: ScanResult) -> None:
        """Keep the scan as the newest of its kind with its evidence.

        Facts are stored as versioned JSON, bodies compressed and addressed by
        content; the same content is stored once.  Evidence of the scan before is
        dropped unless an interval, case or baseline points to it.
        """
        ...

    def newest_scans(self, site_id: str) -> Mapping[ScanKind, ScanView]:
        """The newest scan of each kind, with its facts, without bodies."""
        ...

    def scans(self, site_id: str) -> Sequence[ScanRow]:
        """The newest scan of each kind in numbers and words."""
        ...

    def body(self, sha256: str) -> bytes | None:
        """A stored body, or None."""
        ...

    def put_verdict(self, verdict: LabelVerdict, gap_after: timedelta) -> None:
        """Make it current; lengthen or start interval rows.

        A condition (and the label itself, condition id "") whose finding or
        outcome changed, or whose last look is older than ``gap_after``, closes
        its interval and starts another; one that this look did not see afresh
        and that is as it was stays untouched.  Evidence of a new interval is pinned.
        """
        ...

    def retire_verdicts(self, held: Mapping[str, Collection[str]]) -> int:
        """Close what is current of labels a site no longer holds; returns how many labels.

        ``held``: per site id the label ids that are still assessed; other sites
        are not touched.  The history stays, rows of not knowing go.
        """
        ...

    def findings(self, site_id: str) -> Sequence[CurrentFinding]:
        """Current findings of all labels, label rows (condition id "") included."""
        ...

    def intervals(self, site_id: str, label_id: str, condition_id: str) -> Sequence[Interval]:
        """History, oldest first."""
        ...

    def newly_not_met(self, since: datetime) -> int:
        """Distinct sites with a label that turned not_met at or after ``since``."""
        ...


class CaseTx(Protocol):
    """Cases and rows of not knowing."""

    def next_case_id(self, at: datetime) -> str:
        """``KW-2026-000412``: never given twice."""
        ...

    def put_case(self, case: Case, wake_at: datetime | None) -> None:
        """Insert or replace; ``wake_at`` is when time alone moves it.

        The evidence of the case stays stored as long as the case does.
        """
        ...

    def case(self, case_id: str) -> Case | None:
        """The case, or None."""
        ...

    def active_cases(self, site_id: str) -> Mapping[str, Case]:
        """Cases not yet remedied, by condition id (at most one each)."""
        ...

    def cases(self, site_id: str | None = None, *, active_only: bool = False) -> Sequence[Case]:
        """Cases, newest suspicion first."""
        ...

    def waking_cases(self, now: datetime, limit: int) -> Sequence[Case]:
        """Active cases whose ``wake_at`` has come, earliest first."""
        ...

    def put_unassessed(self, row: Unassessed) -> None:
        """Insert or replace by (site, label)."""
        ...

    def unassessed(self, site_id: str) -> Mapping[str, Unassessed]:
        """Rows of the site by label id."""
        ...

    def clear_unassessed(self, site_id: str, label_id: str) -> None:
        """Forget the row."""
        ...


class OutboxTx(Protocol):
    """The transactional outbox and the valve."""

    def add_alert(self, alert: Alert) -> bool:
        """Queue it; False when that alert id is known (nothing is said twice).

        One that was withdrawn was never said: it is queued anew.
        """
        ...

    def claim_alerts(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        owner: str,
        channels: Collection[ChannelKind] = tuple(ChannelKind),
    ) -> Sequence[Outgoing]:
        """Lease pending alerts of ``channels`` whose time has come, oldest first, in thread order.

        Within one (thread, recipient, channel) a later alert is not handed out
        while an earlier one is pending or held.  Leases that ran out are taken
        up again.
        """
        ...

    def mark_sent(self, outgoing: Outgoing, at: datetime, reply: str) -> bool:
        """The receiving side said yes; False when the lease is lost (still recorded as sent)."""
        ...

    def mark_failed(
        self,
        outgoing: Outgoing,
        at: datetime,
        error: str,
        retry_at: datetime | None,
        *,
        unclear: bool = False,
    ) -> None:
        """Try again at ``retry_at``, or give up (dead) when None.

        ``unclear``: no answer came, it may have been taken; that stays with it.
        What was withdrawn meanwhile is not tried again, unless its fate is unclear.
        """
        ...

    def unclaim(self, outgoing: Outgoing) -> None:
        """Nothing was tried: free it, its tries as they were."""
        ...

    def retract(self, outgoing: Outgoing) -> None:
        """Never say it, whatever became of earlier tries."""
        ...

    def hold(self, outgoing: Outgoing) -> None:
        """The valve is closed: hold it until released or dropped."""
        ...

    def withdraw(self, thread: str) -> int:
        """Withdraw what is pending or held in the thread; returns how many.

        What is being sent, or may have been taken by the other side without our
        knowing, stays until its fate is known: the member may have read it, and
        then wants to hear the end of it too.
        """
        ...

    def release_held(self, at: datetime) -> int:
        """Make every held alert pending; returns how many."""
        ...

    def drop_held(self, at: datetime) -> Sequence[str]:
        """Withdraw every held alert; returns the distinct case ids touched."""
        ...

    def alerts(self, site_id: str | None = None, limit: int = 100) -> Sequence[AlertRow]:
        """Newest first."""
        ...

    def sent_in_thread(self, thread: str) -> Sequence[AlertRow]:
        """What was sent in a thread, oldest first."""
        ...

    def valve(self) -> ValveState:
        """The valve as it stands."""
        ...

    def set_valve(self, state: ValveState) -> None:
        """Open or close it."""
        ...


class OfficeTx(Protocol):
    """Audit, heartbeat and numbers."""

    def audit(self, entry: AuditEntry) -> None:
        """Append; never changed afterwards."""
        ...

    def audit_log(self, limit: int = 100, object_id: str = "") -> Sequence[AuditEntry]:
        """Newest first; of one object when it is named."""
        ...

    def beat(self, name: str, at: datetime) -> None:
        """Remember when a housekeeping job (``tick``) or an engine last had that outcome."""
        ...

    def beats(self) -> Mapping[str, datetime]:
        """Newest success per housekeeping job."""
        ...

    def count(self, name: str, labels: Mapping[str, str], by: float = 1) -> None:
        """Add to a lasting counter; survives restarts."""
        ...

    def counters(self) -> Sequence[tuple[str, Mapping[str, str], float]]:
        """All lasting counters."""
        ...

    def fleet(self, now: datetime) -> FleetNumbers:
        """Aggregates for /metrics and ``status``; cheap enough for once a minute."""
        ...


class Tx(
    RegistryTx,
    ScheduleTx,
    ObservationTx,
    CaseTx,
    OutboxTx,
    OfficeTx,
    AttestationTx,
    ObligationTx,
    ProcedureTx,
    ReviewTx,
    ConsentTx,
    WeaknessTx,
    DriftTx,
    Protocol,
):
    """One transaction."""
