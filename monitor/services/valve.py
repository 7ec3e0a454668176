"""The mail valve: when too many sites turn bad at once, the fault is likely our own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from monitor.domain.alert import Alert, Audience, ChannelKind, DeliveryState, Outgoing
from monitor.domain.case import StepKind, doubt
from monitor.services.records import AuditEntry, ValveState
from monitor.services.tx import Tx

log = structlog.get_logger(__name__)

# Good news and answers to a member's own question pass a closed valve.
_PASSES = frozenset({StepKind.CLOSING.value, StepKind.POSTPONED.value, StepKind.WAIVED.value})
_CLAIMS_IN_A_ROW = 50
_CLAIM_MAX = 500
_ACTOR = "keurwacht"
_OBJECT = "valve"


@dataclass(frozen=True, slots=True)
class ValveSettings:
    """It closes at max(``minimum``, ``fraction`` of the certified sites) turns within ``window``.

    ``staff`` are told.  ``lease`` and ``owner`` are those of a claim.
    """

    window: timedelta
    minimum: int
    fraction: float
    staff: tuple[str, ...]
    staff_language: str
    lease: timedelta
    owner: str


@dataclass(frozen=True, slots=True)
class ValveReport:
    """What staff's word did; ``was_closed`` False: there was nothing to decide."""

    was_closed: bool
    alerts: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Valve:
    """Holds no state of its own: everything happens in the caller's transaction."""

    settings: ValveSettings
    channels: Collection[ChannelKind] = tuple(ChannelKind)

    def watch(self, tx: Tx, now: datetime) -> None:
        """Close when too many sites turned at once; staff hear of it once per closing."""
        state = tx.valve()
        if state.closed:
            return
        since = now - self.settings.window
        if state.counted_from is not None:
            since = max(since, state.counted_from)
        turned = tx.newly_not_met(since)
        limit = max(self.settings.minimum, self.settings.fraction * tx.certified_sites())
        if turned < limit:
            return
        reason = f"{turned} sites turned not_met since {_moment(since)}, the limit is {limit:g}"
        tx.set_valve(replace(state, closed=True, changed_at=now, reason=reason))
        tx.audit(AuditEntry(now, _ACTOR, "valve_closed", _OBJECT, {"reason": reason}))
        for address in self.settings.staff:
            tx.add_alert(self._alert(address, turned, since, reason, now))
        log.warning("valve_closed", turned=turned, limit=limit)

    def claim(self, tx: Tx, now: datetime, limit: int) -> tuple[tuple[Outgoing, ...], int]:
        """Claim up to ``limit`` alerts that may go, and hold on the way what may not.

        Returns them and how many were held.
        """
        closed = tx.valve().closed
        # Bounded: a transaction that holds thousands would keep every other writer waiting.
        may_go: list[Outgoing] = []
        held = 0
        for _ in range(_CLAIMS_IN_A_ROW):
            room = limit - len(may_go)
            settings = self.settings
            rows = tx.claim_alerts(now, room, settings.lease, settings.owner, self.channels)
            stopped = [row for row in rows if closed and is_held(row.alert)]
            for row in stopped:
                tx.hold(row)
            held += len(stopped)
            may_go.extend(row for row in rows if row not in stopped)
            if not stopped:
                break
        return tuple(may_go), held

    def give_back(self, tx: Tx, outgoing: Iterable[Outgoing]) -> None:
        """End the leases: nothing was tried."""
        for row in outgoing:
            tx.unclaim(row)

    def release(self, tx: Tx, by: str, now: datetime) -> ValveReport:
        """What was held goes out; only turns from now on count towards the next closing."""
        if not tx.valve().closed:
            return ValveReport(was_closed=False)
        released = tx.release_held(now)
        self._open(tx, now)
        tx.audit(AuditEntry(now, by, "valve_released", _OBJECT, {"alerts": released}))
        return ValveReport(was_closed=True, alerts=released)

    def drop(self, tx: Tx, by: str, now: datetime) -> ValveReport:
        """Withdraw what was held; cases whose notice was never sent are doubted.

        What the closed valve had not come across yet is held first, so that
        nothing of the wrong round slips out behind it.
        """
        if not tx.valve().closed:
            return ValveReport(was_closed=False)
        self.give_back(tx, self.claim(tx, now, _CLAIM_MAX)[0])
        alerts = tx.fleet(now).alerts.get(DeliveryState.HELD.value, 0)
        cases = sum(_doubted(tx, case_id) for case_id in tx.drop_held(now))
        self._open(tx, now)
        detail = {"alerts": alerts, "cases": cases}
        tx.audit(AuditEntry(now, by, "valve_dropped", _OBJECT, detail))
        return ValveReport(was_closed=True, alerts=alerts, cases=cases)

    def _open(self, tx: Tx, now: datetime) -> None:
        tx.set_valve(ValveState(closed=False, changed_at=now, counted_from=now))

    def _alert(
        self, address: str, turned: int, since: datetime, reason: str, now: datetime
    ) -> Alert:
        return Alert(
            thread=f"valve:{_moment(now)}",
            step="valve",
            audience=Audience.STAFF,
            channel=ChannelKind.EMAIL,
            recipient=address,
            language=self.settings.staff_language,
            template="valve",
            site_id="",
            created_at=now,
            context={"count": turned, "since": _moment(since), "reasons": [reason]},
        )


def is_held(alert: Alert) -> bool:
    """Does a closed valve hold it: an accusation or advice to a member?"""
    kind = alert.step.rstrip("0123456789").rstrip("-")
    return alert.audience is Audience.MEMBER and kind not in _PASSES


def _doubted(tx: Tx, case_id: str) -> bool:
    case = tx.case(case_id)
    doubted = None if case is None else doubt(case)
    if doubted is None or doubted is case:
        return False
    # A copy for another recipient may wait elsewhere in the queue.
    tx.withdraw(case_id)
    tx.put_case(doubted, None)
    return True


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
