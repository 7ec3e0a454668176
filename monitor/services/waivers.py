"""Exceptions: recorded, put into effect, ended, and lapsed by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from monitor.domain.check import PRIORITY_CONFIRM
from monitor.domain.review import year_after
from monitor.domain.site import Site
from monitor.domain.waiver import Waiver
from monitor.services.application import Application
from monitor.services.records import AuditEntry
from monitor.services.rescans import RequestError
from monitor.services.reviews import REASON_MAX, take_effect
from monitor.services.tx import Tx
from scanners.api import clip

_ACTOR = "keurwacht"
OWNER_MAX = 200


def propose(
    site: Site,
    condition_id: str,
    owner: str,
    reason: str,
    days: tuple[date, date],
    by: str,
    now: datetime,
) -> Waiver:
    """An exception from the first of ``days`` through the last; RequestError for what is odd."""
    starts, until = days
    if until < starts or until < now.date():
        raise RequestError(f"{until} is past, or before {starts}")
    if starts > year_after(now.date()):
        raise RequestError(f"{starts} is more than a year away")
    if until > year_after(starts):
        raise RequestError(f"{until} is more than a year after {starts}")
    named, said = clip(owner, OWNER_MAX), clip(reason, REASON_MAX)
    if not named or not said:
        raise RequestError("an exception needs an owner and a reason")
    return Waiver(
        site.site_id, site.member_id, condition_id, named, said, starts, until, by, now
    )  # fmt: skip


def add(tx: Tx, application: Application, site: Site, waiver: Waiver, now: datetime) -> Waiver:
    """Keep the exception and, when its first day has come, put it into effect.

    RequestError for a condition that no label of the site has, or that has one already.
    """
    known = {c.condition_id for la in application.catalogue.labels_of(site) for c in la.conditions}
    if waiver.condition_id not in known:
        raise RequestError(
            f"{waiver.condition_id!r} is no condition of {site.site_id};"
            f" it has {', '.join(sorted(known)) or 'none'}"
        )
    running = tx.waivers_in_force(site.site_id).get(waiver.condition_id)
    holds = running is not None and running.until >= now.date()
    if running is not None and holds and running.member_id == site.member_id:
        raise RequestError(
            f"{waiver.condition_id} of {site.site_id} has an exception until {running.until}:"
            " end that one first"
        )
    if running is not None:
        _lapse(tx, running, now)
    kept = replace(waiver, number=tx.add_waiver(waiver))
    detail = {
        "condition": kept.condition_id,
        "owner": kept.owner,
        "reason": kept.reason,
        "from": kept.starts.isoformat(),
        "until": kept.until.isoformat(),
    }
    tx.audit(AuditEntry(now, kept.recorded_by, "waiver_added", site.site_id, detail))
    if kept.starts <= now.date():
        tx.begin_waiver(kept.number, now)
        take_effect(tx, application, site, frozenset({kept.condition_id}), now)
    return kept


def end(
    tx: Tx, application: Application, site: Site, condition_id: str, by: str, now: datetime
) -> Waiver:
    """End the exception now; RequestError when there is none."""
    running = tx.waivers_in_force(site.site_id).get(condition_id)
    if running is None:
        raise RequestError(f"{condition_id} of {site.site_id} has no exception")
    tx.end_waiver(running.number, now, by)
    detail = {"condition": condition_id, "until": running.until.isoformat()}
    tx.audit(AuditEntry(now, by, "waiver_ended", site.site_id, detail))
    _come_back(tx, application, site, condition_id, now)
    return running


def turn_one(tx: Tx, application: Application, waiver: Waiver, now: datetime) -> None:
    """Put the exception into effect or let it lapse, unless somebody ended it meanwhile."""
    running = tx.waivers_in_force(waiver.site_id).get(waiver.condition_id)
    if running is None or running.number != waiver.number:
        return
    site = tx.site(waiver.site_id)
    if waiver.until < now.date():
        _lapse(tx, waiver, now)
    else:
        tx.begin_waiver(waiver.number, now)
        detail = {"condition": waiver.condition_id, "until": waiver.until.isoformat()}
        tx.audit(AuditEntry(now, _ACTOR, "waiver_begun", waiver.site_id, detail))
    member = None if site is None else tx.member(site.member_id)
    if site is None or member is None:
        return
    if waiver.until < now.date():
        _come_back(tx, application, site, waiver.condition_id, now)
    else:
        take_effect(tx, application, site, frozenset({waiver.condition_id}), now)


def _lapse(tx: Tx, waiver: Waiver, now: datetime) -> None:
    tx.end_waiver(waiver.number, now, "")
    detail = {"condition": waiver.condition_id, "until": waiver.until.isoformat()}
    tx.audit(AuditEntry(now, _ACTOR, "waiver_lapsed", waiver.site_id, detail))


def _come_back(
    tx: Tx, application: Application, site: Site, condition_id: str, now: datetime
) -> None:
    """The verdict stands without the exception; a look of its own must confirm a breach."""
    take_effect(tx, application, site, frozenset(), now)
    ordered = {row.kind for row in tx.due_rows(site.site_id)}
    for label in application.catalogue.labels_of(site):
        condition = label.condition(condition_id)
        if condition is not None and condition.judge is not None:
            kinds = ordered & set(application.catalogue.judges[condition.judge.uses].kinds)
            tx.hasten(site.site_id, frozenset(kinds), now, PRIORITY_CONFIRM)
