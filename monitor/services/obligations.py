"""What the organisation owes: counted per site, told to operations when it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.label import Label, Obligation
from monitor.domain.obligation import (
    CERTIFICATION,
    ObligationRow,
    ObligationState,
    SiteObligation,
    judge_certification,
    judge_count,
)
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.domain.site import Certification, Site, Standing
from monitor.services.catalogue import Catalogue
from monitor.services.messages import Office, cut_short
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome, ScanResult
from scanners.owasp.evidence import PROFILE_BASELINE, OwaspFacts

# A duty towards a suspended site rests: what is not certified is not re-certified.
_OWED = frozenset({Standing.CERTIFIED})
QUALIFYING = "qualifying"
_WORDS = {
    ObligationState.OK: "is in order again",
    ObligationState.WARN: "is soon to be missed",
    ObligationState.OVERDUE: "is missed",
}
Key = tuple[str, str, str]


def note_scan(tx: Tx, catalogue: Catalogue, site: Site, result: ScanResult) -> int:
    """Count a scan towards the duties it fulfils; returns how many."""
    noted = 0
    for label in catalogue.labels_of(site):
        for duty in label.obligations:
            if duty.scan is result.kind and qualifies(duty, result):
                tx.note_done(site.site_id, label.label_id, duty.obligation_id, result.started_at)
                noted += 1
    return noted


def qualifies(duty: Obligation, result: ScanResult) -> bool:
    """Is it such a scan as the duty counts?

    Complete, with the coverage asked for.  A ``qualifying`` OWASP scan is an
    active one that saw its canary; a baseline never is (contract 2).
    """
    if result.outcome is not ScanOutcome.COMPLETE or result.kind is not duty.scan:
        return False
    if duty.scan is not ScanKind.OWASP:
        return True
    facts = [e.facts for e in result.evidence if isinstance(e.facts, OwaspFacts)]
    if not facts:
        return False
    coverage = min(one.coverage.ratio or 0.0 for one in facts)
    profiles = {one.profile for one in facts}
    if duty.profile in ("", PROFILE_BASELINE):
        return coverage >= duty.coverage_min
    active = PROFILE_BASELINE not in profiles
    named = duty.profile == QUALIFYING or duty.profile in profiles
    canary = all(one.canary_seen for one in facts)
    return active and named and canary and coverage >= duty.coverage_min


def site_obligations(tx: Tx, catalogue: Catalogue, now: datetime) -> tuple[SiteObligation, ...]:
    """Every duty towards every certified site, as it stands now; by site, label and duty."""
    done, rows, today = tx.done(), tx.obligation_rows(), now.date()
    procedures = _procedures(tx, catalogue)
    found: list[SiteObligation] = []
    for site in tx.sites():
        for certification in site.certifications:
            label = catalogue.labels.get(certification.label_id)
            if label is None or certification.standing not in _OWED:
                continue
            mine = procedures.get((site.site_id, label.label_id), [])
            found.extend(_of(site, certification, label, done, rows, mine, now, today))
    return tuple(found)


def _procedures(tx: Tx, catalogue: Catalogue) -> Mapping[tuple[str, str], list[Procedure]]:
    """Those that duties look at, by site and label; not the whole history of the fleet."""
    named = {duty.procedure for label in catalogue.labels.values() for duty in label.obligations}
    found: dict[tuple[str, str], list[Procedure]] = defaultdict(list)
    for kind in ProcedureKind:
        renewal = kind is ProcedureKind.RECERTIFICATION
        if kind.value in named or renewal:
            for one in tx.procedures(kind=kind, active_only=kind.value not in named):
                found[one.site_id, one.label_id].append(one)
    return found


def _of(
    site: Site,
    certification: Certification,
    label: Label,
    done: Mapping[Key, Sequence[datetime]],
    rows: Mapping[Key, ObligationRow],
    procedures: Sequence[Procedure],
    now: datetime,
    today: date,
) -> Iterable[SiteObligation]:
    for rule in label.obligations:
        if rule.per and site.subject.value != rule.per:
            continue
        key = (site.site_id, label.label_id, rule.obligation_id)
        days = [at.date() for at in done.get(key, ())]
        if rule.procedure:
            days += [p.closed_at.date() for p in procedures
                     if p.kind.value == rule.procedure and p.closed_at is not None
                     and p.state in _FULFILLED]  # fmt: skip
        known = rows.get(key)
        # Nobody wrote down when it was admitted: we count from when we first knew of it.
        first = now if known is None else known.first_at
        judged = judge_count(rule, days, certification.since or first.date(), today)
        yield SiteObligation(*key, judged.state, judged.due, judged.why)
    if label.certification is not None:
        late = any(
            p.kind is ProcedureKind.RECERTIFICATION and p.active and p.waiting_since is not None
            for p in procedures
        )
        judged = judge_certification(
            label.certification, certification.valid_until, certification.since, today,
            member_late=late,
        )  # fmt: skip
        key = (site.site_id, label.label_id, CERTIFICATION)
        yield SiteObligation(*key, judged.state, judged.due, judged.why)


_FULFILLED = frozenset({"closed", "renewed"})


def watch(tx: Tx, catalogue: Catalogue, office: Office, now: datetime) -> int:
    """Tell operations of every duty whose state changed; returns how many changed.

    One message per duty and new state, whatever the number of sites: what is in
    order from the start is not told, and neither is a duty that no longer exists.
    """
    rows = tx.obligation_rows()
    changed: dict[tuple[str, str, ObligationState], list[SiteObligation]] = defaultdict(list)
    for duty in site_obligations(tx, catalogue, now):
        key = (duty.site_id, duty.label_id, duty.obligation_id)
        known = rows.get(key)
        if known is not None and known.state is duty.state:
            continue
        first = now if known is None else known.first_at
        tx.put_obligation(ObligationRow(*key, duty.state, first, now))
        if known is not None or duty.state is not ObligationState.OK:
            changed[duty.label_id, duty.obligation_id, duty.state].append(duty)
    for (label_id, obligation_id, state), ones in sorted(changed.items()):
        _tell(tx, office, label_id, obligation_id, state, ones, now)
    return sum(map(len, changed.values()))


def _tell(
    tx: Tx,
    office: Office,
    label_id: str,
    obligation_id: str,
    state: ObligationState,
    ones: Sequence[SiteObligation],
    now: datetime,
) -> None:
    where = ones[0].site_id if len(ones) == 1 else f"{len(ones)} sites"
    lines = cut_short([f"{one.site_id}: {one.why}" for one in ones])
    for address in office.operations:
        tx.add_alert(
            Alert(
                thread=f"obligation:{label_id}:{obligation_id}",
                step=f"{state.value}:{now.isoformat()}",
                audience=Audience.OPERATIONS,
                channel=ChannelKind.EMAIL,
                recipient=address,
                language=office.language,
                template="ops",
                site_id=ones[0].site_id if len(ones) == 1 else "",
                created_at=now,
                context={
                    "host": where,
                    "summary": f"Our obligation {obligation_id} ({label_id}) {_WORDS[state]}.",
                    "reasons": lines,
                },
            )
        )
