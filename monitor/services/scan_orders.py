"""What an OWASP scan may do: ordered, permitted, watched while it runs, and written down after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.check import Job
from monitor.domain.consent import ControlMethod, Level, Permission, Refusal, permission
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.services.consents import ground, note_control
from monitor.services.known_pages import known_pages
from monitor.services.ports import Calendar
from monitor.services.records import AuditEntry
from monitor.services.rescans import RequestError
from monitor.services.scan_progress import Pace
from monitor.services.tx import Tx
from monitor.services.tx_consents import ScanOrder
from monitor.services.weaknesses import pages_before
from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult

_ACTOR = "keurwacht"
# While the kill switch is on the row waits: no look is lost, none is counted.
STOPPED_PAUSE = timedelta(minutes=5)
# How often a running scan is asked whether it still may.
WATCH_S = 2.0


@dataclass(frozen=True, slots=True)
class OwaspWork:
    """How OWASP scans are carried: the engines for visits and for attacks, and the patience.

    ``active_deadline_s`` bounds an active scan in seconds.
    """

    engine: str = "passive"
    active_engine: str = "zap"
    active_deadline_s: float = 2_700.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a job does: scan, end with a refusal, or wait.

    Exactly one of ``request``, ``refused`` and ``again_at`` is set.
    """

    request: ScanRequest | None = None
    refused: ScanResult | None = None
    again_at: datetime | None = None
    level: Level = Level.PASSIVE
    order: ScanOrder | None = None


class ScanOrders:
    """Stands between the schedule and the scanner of the kind ``owasp``."""

    def __init__(self, calendar: Calendar, work: OwaspWork) -> None:
        self._calendar = calendar
        self._work = work

    def place(
        self, tx: Tx, site: Site, level: Level, engine: str, by: str, now: datetime
    ) -> Permission:
        """Order a scan by name: it runs ahead of everything else.

        RequestError when the site has no such check, or when it may not be scanned so now.
        """
        if ScanKind.OWASP not in {row.kind for row in tx.due_rows(site.site_id)}:
            raise RequestError(f"{site.site_id} has no check of kind owasp")
        allowed = self.allowed(tx, site, level, now)
        if not allowed.granted:
            raise RequestError(f"{site.site_id}: {allowed.why}")
        tx.put_order(ScanOrder(site.site_id, level, engine, by, now))
        tx.request(site.site_id, frozenset({ScanKind.OWASP}), now, by)
        detail = {"level": level.value, "engine": engine}
        tx.audit(AuditEntry(now, by, "scan_ordered", site.site_id, detail))
        return allowed

    def allowed(self, tx: Tx, site: Site, level: Level, now: datetime) -> Permission:
        """May a scan of that level run now?"""
        member = tx.member(site.member_id)
        country = "" if member is None else member.jurisdiction
        return permission(level, ground(tx, site, self._calendar, country, now), now)

    def prepare(
        self, tx: Tx, site: Site, member: Member, request: ScanRequest, job: Job, now: datetime
    ) -> Prepared:
        """What the job does, as things stand at this moment."""
        order = tx.order(site.site_id)
        level = Level.PASSIVE if order is None else order.level
        on_file = ground(tx, site, self._calendar, member.jurisdiction, now)
        allowed = permission(level, on_file, now)
        if not allowed.granted and order is not None and order.planned:
            # The plan orders again when it may; what was due is done as a visit.
            tx.drop_order(site.site_id)
            order, level = None, Level.PASSIVE
            allowed = permission(level, on_file, now)
        if allowed.refusal is Refusal.KILL_SWITCH:
            return Prepared(again_at=now + STOPPED_PAUSE)
        if not allowed.granted:
            detail = {
                "reason": allowed.why, "refusal": _word(allowed),
                "engine": self._engine(level, order), "profile": _profile(level),
            }  # fmt: skip
            refused = ScanResult(request.kind, ScanOutcome.NOT_PERMITTED, (), now, 0.0, 0, detail)
            return Prepared(refused=refused, level=level, order=order)
        return Prepared(self._asked(tx, site, request, allowed, level, order, job, now),
                        level=level, order=order)  # fmt: skip

    def _asked(
        self,
        tx: Tx,
        site: Site,
        request: ScanRequest,
        allowed: Permission,
        level: Level,
        order: ScanOrder | None,
        job: Job,
        now: datetime,
    ) -> ScanRequest:
        control = tx.control(site.site_id)
        options: dict[str, object] = {
            **request.options,
            "profile": _profile(level),
            "engine": self._engine(level, order),
            "authorised": level.attacks,
            "run_id": run_id(job),
            "known": known_pages(tx, site),
        }
        options["pages_before"] = pages_before(
            tx, site.site_id, str(options["engine"]), str(options["profile"])
        )
        if level.attacks and control is not None:
            options["control_token"] = control.token
        patience = self._work.active_deadline_s if level.attacks else request.deadline_s
        if allowed.ends_at is not None:
            patience = min(patience, (allowed.ends_at - now).total_seconds())
        hosts = tuple(h for h in request.hosts if not allowed.hosts or h in allowed.hosts)
        if level.attacks:
            options["scope"] = allowed.hosts or _with_www(site.all_hosts)
            detail = {
                "level": level.value, "engine": options["engine"], "run_id": options["run_id"],
                "hosts": " ".join(allowed.hosts or hosts), "attempt": job.attempt,
            }  # fmt: skip
            by = _ACTOR if order is None else order.by
            tx.audit(AuditEntry(now, by, "active_scan_begun", site.site_id, detail))
        return replace(request, options=options, deadline_s=patience, hosts=hosts)

    def _engine(self, level: Level, order: ScanOrder | None) -> str:
        usual = self._work.active_engine if level.attacks else self._work.engine
        return (order.engine if order is not None else "") or usual

    def stop(self, tx: Tx, site_id: str, level: Level, now: datetime) -> str:
        """Why the running scan has to end at once, as a sentence; "" when it may go on."""
        site = tx.site(site_id)
        if site is None:
            return "the site is no longer on file"
        allowed = self.allowed(tx, site, level, now)
        # Losing the freeze or the window is the deadline's matter.
        return "" if allowed.granted else allowed.why

    def ended(
        self, tx: Tx, job: Job, prepared: Prepared, result: ScanResult, now: datetime
    ) -> None:
        """In the transaction of the result: the order is done with, control was seen or lost."""
        tx.drop_progress(job.site_id)
        if prepared.level.attacks or result.outcome is ScanOutcome.CANCELLED:
            told = {
                "level": prepared.level.value, "run_id": run_id(job),
                "outcome": result.outcome.value, "requests": result.requests,
                "reason": str(result.detail.get("reason", "")),
            }  # fmt: skip
            tx.audit(AuditEntry(now, _ACTOR, "scan_ended", job.site_id, told))
        waiting, carried = tx.order(job.site_id), prepared.order
        if carried is not None and waiting is not None and waiting.at == carried.at:
            tx.drop_order(job.site_id)
        site, seen = tx.site(job.site_id), result.detail.get("control")
        if site is None or not isinstance(seen, str):
            return
        method = ControlMethod(seen) if seen in set(ControlMethod) else None
        note_control(tx, site, method, _ACTOR, now)


def run_id(job: Job) -> str:
    """Names one run, in the shop's logs and in ours: ``s1-42``."""
    return f"{job.site_id}-{job.token}"


def cancelled(request: ScanRequest, pace: Pace, now: datetime, why: str) -> ScanResult:
    """The result of a scan that was stopped from outside; its requests as far as they were told."""
    took = (now - pace.started).total_seconds()
    said = {key: request.options[key] for key in ("engine", "profile", "run_id")
            if key in request.options}  # fmt: skip
    return ScanResult(
        request.kind, ScanOutcome.CANCELLED, (), pace.started, took, pace.requests,
        {"reason": why, **said},
    )  # fmt: skip


def _with_www(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """These hosts and the twin that shops lead to as a matter of course; no other subdomain."""
    twins = (
        (host, f"www.{host.removeprefix('www.')}", host.removeprefix("www.")) for host in hosts
    )
    return tuple(dict.fromkeys(name for names in twins for name in names))


def _profile(level: Level) -> str:
    return level.value if level.attacks else "baseline"


def _word(allowed: Permission) -> str:
    return "" if allowed.refusal is None else allowed.refusal.value
