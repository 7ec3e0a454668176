"""What a person says of a weakness, and what follows for the conditions that rest on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.domain.finding import Finding, Severity
from monitor.domain.review import ReviewRole, year_after
from monitor.domain.site import Site
from monitor.domain.weakness import Weakness, WeaknessState, decided, lapsed
from monitor.policy.conditions.owasp import JUDGES
from monitor.services.application import Application
from monitor.services.records import AuditEntry
from monitor.services.rescans import RequestError
from monitor.services.reviews import Decision, decide, take_effect
from monitor.services.tx import Tx
from scanners.api import clip

REASON_MAX = 500
_ACTOR = "keurwacht"
WORDS = {
    "confirm": WeaknessState.CONFIRMED,
    "false-positive": WeaknessState.FALSE_POSITIVE,
    "accept": WeaknessState.RISK_ACCEPTED,
    "reopen": WeaknessState.OPEN,
}


def find(tx: Tx, site: Site, text: str) -> Weakness:
    """The one weakness of the site whose fingerprint begins so; RequestError otherwise."""
    found = [w for w in tx.weaknesses(site.site_id) if w.seen.fingerprint.startswith(text.lower())]
    if len(found) != 1 or not text:
        what = "no weakness" if not found else f"{len(found)} weaknesses"
        raise RequestError(f"{site.site_id} has {what} {text!r}; see `keurwacht findings list`")
    return found[0]


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says: a state, by whom, why, and through which day."""

    state: WeaknessState
    by: str
    reason: str
    until: date | None = None


def say(
    tx: Tx, application: Application, site: Site, one: Weakness, word: Word, now: datetime
) -> Weakness:
    """Keep a person's word and let it take effect on the conditions at once.

    Confirming a weakness that stands is a reviewer's decision on them.  RequestError for
    what is odd.
    """
    until = _until(word, now.date())
    reason = clip(word.reason, REASON_MAX)
    if not reason:
        raise RequestError("a reason is needed")
    if one.state is WeaknessState.RESOLVED:
        raise RequestError(f"{one.seen.name} is gone since {one.last_at:%Y-%m-%d}")
    said = decided(one, word.state, word.by, reason, now, until)
    tx.put_weaknesses([said])
    detail = {
        "weakness": one.seen.fingerprint,
        "rule": one.seen.rule,
        "from": one.state.value,
        "to": said.state.value,
        "reason": reason,
        "until": "" if until is None else until.isoformat(),
    }
    tx.audit(AuditEntry(now, word.by, "weakness_decided", site.site_id, detail))
    conditions = judged_conditions(application, site)
    if said.state is WeaknessState.CONFIRMED and said.seen.severity in (
        Severity.HIGH,
        Severity.CRITICAL,
    ):
        decision = Decision(Finding.NOT_MET, ReviewRole.REVIEWER, word.by, reason, None, "")
        for condition_id in sorted(conditions):
            decide(tx, application, site, condition_id, decision, now)
    else:
        take_effect(tx, application, site, conditions, now)
    return said


def judged_conditions(application: Application, site: Site) -> frozenset[str]:
    """The site's conditions that rest on weaknesses."""
    names = {judge.name for judge in JUDGES}
    return frozenset(
        condition.condition_id
        for label in application.catalogue.labels_of(site)
        for condition in label.conditions
        if condition.judge is not None and condition.judge.uses in names
    )


def lapse(tx: Tx, application: Application, now: datetime) -> int:
    """Housekeeping: what was set aside for a time stands again; returns how many."""
    due: Sequence[Weakness] = tx.lapsing(now.date())
    for one in due:
        tx.put_weaknesses([lapsed(one, now.date())])
        detail = {"weakness": one.seen.fingerprint, "from": one.state.value}
        tx.audit(AuditEntry(now, _ACTOR, "weakness_stands_again", one.site_id, detail))
    touched = {one.site_id for one in due}
    for site in [s for s in tx.sites() if s.site_id in touched] if due else ():
        take_effect(tx, application, site, judged_conditions(application, site), now)
    return len(due)


def _until(word: Word, today: date) -> date | None:
    if word.state in (WeaknessState.CONFIRMED, WeaknessState.OPEN):
        if word.until is not None:
            raise RequestError("only what is set aside has a last day")
        return None
    # A false positive is read again every year, an accepted risk ends.
    latest = year_after(today)
    until = word.until or latest
    if not today <= until <= latest:
        raise RequestError(f"{until} is past, or more than a year away")
    return until
