"""Consent to scans: recorded, withdrawn, proven; and the switch that stops everything."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from monitor.domain.consent import Consent, Control, ControlMethod, Ground, KillSwitch, Level
from monitor.domain.review import year_after
from monitor.domain.site import Site, SubjectType
from monitor.services.ports import Calendar
from monitor.services.records import AuditEntry
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from scanners.api import clip

TEXT_MAX = 300
TOKEN_BYTES = 24
YEARS_MAX = 2
EVERYBODY = ""


def ground(tx: Tx, site: Site, calendar: Calendar, country: str, now: datetime) -> Ground:
    """What is on file about looking at the site."""
    return Ground(
        member_id=site.member_id,
        consents=tuple(tx.consents(site.site_id)),
        control=tx.control(site.site_id),
        switches=tx.switches(),
        thaws_at=calendar.thaws(now, country),
    )


def propose(
    site: Site,
    level: Level,
    words: tuple[str, str, str],
    days: tuple[date, date],
    by: str,
    now: datetime,
) -> Consent:
    """A consent of ``words`` (given by, contact, reference); RequestError for what is odd."""
    since, until = days
    if site.subject is SubjectType.SELLER and level.attacks:
        raise RequestError(f"{site.site_id} is a seller's page: the platform is not the seller's")
    if until < now.date():
        raise RequestError(f"its last day {until} is past")
    if until < since:
        raise RequestError(f"its last day {until} is before its first, {since}")
    last = since
    for _ in range(YEARS_MAX):
        last = year_after(last)
    if until > last:
        raise RequestError(f"its last day {until} is more than {YEARS_MAX} years after {since}")
    given_by, contact, reference = (clip(word, TEXT_MAX) for word in words)
    wanted = {"who gave it (by)": given_by}
    if level.attacks:
        wanted |= {"whom to call (contact)": contact, "where the paper is (reference)": reference}
    missing = [what for what, said in wanted.items() if not said]
    if missing:
        raise RequestError(f"a consent to {level} needs {', '.join(missing)}")
    return Consent(
        site.site_id, site.member_id, level, given_by, contact, reference, since, until, by, now
    )


def record(tx: Tx, site: Site, consent: Consent, now: datetime) -> Consent:
    """Keep the consent in place of the ones before; scope hosts must be the site's own."""
    foreign = sorted(set(consent.hosts) - set(site.all_hosts))
    if foreign:
        known = ", ".join(site.all_hosts)
        raise RequestError(f"{', '.join(foreign)}: no host of {site.site_id}; it has {known}")
    for older in tx.consents(site.site_id):
        tx.revoke_consent(older.number, now, consent.recorded_by)
    kept = replace(consent, number=tx.add_consent(consent))
    detail = {
        "level": kept.level.value,
        "given_by": kept.given_by,
        "reference": kept.reference,
        "from": kept.since.isoformat(),
        "until": kept.until.isoformat(),
        "window": "" if kept.window is None else str(kept.window),
        "hosts": " ".join(kept.hosts),
    }
    tx.audit(AuditEntry(now, kept.recorded_by, "consent_recorded", site.site_id, detail))
    return kept


def revoke(tx: Tx, site: Site, by: str, now: datetime) -> int:
    """Withdraw every consent of the site, running scans included; returns how many."""
    held = tx.consents(site.site_id)
    for one in held:
        tx.revoke_consent(one.number, now, by)
    if held:
        tx.drop_order(site.site_id)
        detail = {"levels": " ".join(sorted({one.level.value for one in held}))}
        tx.audit(AuditEntry(now, by, "consent_withdrawn", site.site_id, detail))
    return len(held)


def token_of(tx: Tx, site: Site, by: str, now: datetime, *, anew: bool = False) -> Control:
    """The token the owner has to publish; made when there is none, or ``anew``."""
    known = tx.control(site.site_id)
    if known is not None and not anew:
        return known
    made = Control(site.site_id, secrets.token_urlsafe(TOKEN_BYTES), now)
    tx.put_control(made)
    tx.audit(AuditEntry(now, by, "control_token_made", site.site_id))
    return made


def note_control(
    tx: Tx, site: Site, method: ControlMethod | None, by: str, now: datetime
) -> Control | None:
    """The token was seen there, or (None) is nowhere; None when no token was ever made."""
    known = tx.control(site.site_id)
    if known is None:
        return None
    if method is not None:
        seen = replace(known, method=method, proven_at=now, lost_at=None)
    else:
        seen = replace(known, lost_at=known.lost_at or now)
    tx.put_control(seen)
    if (seen.stands, seen.method) != (known.stands, known.method):
        what = "control_proven" if seen.stands else "control_lost"
        detail = {"method": "" if seen.method is None else seen.method.value}
        tx.audit(AuditEntry(now, by, what, site.site_id, detail))
    return seen


def switch_on(tx: Tx, member_id: str, by: str, reason: str, now: datetime) -> bool:
    """Stop every OWASP scan of the member, or of everybody; False when it was on."""
    said = clip(reason, TEXT_MAX)
    if not said:
        raise RequestError("the kill switch needs a reason")
    if member_id != EVERYBODY and tx.member(member_id) is None:
        raise RequestError(f"no member {member_id!r}; see `keurwacht sites list`")
    turned = tx.put_switch(KillSwitch(member_id, now, by, said))
    if turned:
        detail = {"reason": said}
        tx.audit(AuditEntry(now, by, "kill_switch_on", member_id or "everybody", detail))
    return turned


def switch_off(tx: Tx, member_id: str, by: str, now: datetime) -> bool:
    """Let scans run again; False when it was off."""
    turned = tx.drop_switch(member_id)
    if not turned and member_id != EVERYBODY and tx.member(member_id) is None:
        raise RequestError(f"no member {member_id!r}; see `keurwacht killswitch status`")
    if turned:
        tx.audit(AuditEntry(now, by, "kill_switch_off", member_id or "everybody"))
    return turned


def consent_counts(tx: Tx, sites: Iterable[Site], now: datetime) -> dict[str, int]:
    """How many of the sites could be scanned actively, and what the others want.

    Keys: ``ready``, ``no_consent``, ``no_control``.
    """
    consents = tx.consents()
    active = {(c.site_id, c.member_id) for c in consents if c.level.attacks and c.holds(now)}
    controls = tx.controls()
    counts = {"ready": 0, "no_consent": 0, "no_control": 0}
    for site in sites:
        if (site.site_id, site.member_id) not in active:
            counts["no_consent"] += 1
            continue
        control = controls.get(site.site_id)
        counts["ready" if control is not None and control.stands else "no_control"] += 1
    return counts
