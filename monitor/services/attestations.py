"""Documents and answers: handed in, decided by the role that may, asked for anew in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.attestation import Attestation, AttestationState, Role, stage_due
from monitor.domain.finding import Finding
from monitor.domain.label import AttestationRule, Condition, Label
from monitor.domain.member import Contact, ContactRole, Member
from monitor.domain.site import Site
from monitor.policy.assess import in_scope
from monitor.services.catalogue import Catalogue
from monitor.services.messages import Office, contacts_for, cut_short, named_in
from monitor.services.records import AuditEntry
from monitor.services.renewals import subject_of, thread_of, unsaid
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from monitor.services.tx_procedures import MISSING
from scanners.api import ScanKind, clip

_MONEY = frozenset({Role.FINANCE.value, Role.ACCOUNTANT.value})
_SETTLED = frozenset({Finding.NOT_APPLICABLE, Finding.WAIVED})
NOTE_MAX_CHARS = 500


def attest(
    tx: Tx,
    site: Site,
    condition_id: str,
    until: date | None,
    by: str,
    document: bytes | None,
    catalogue: Catalogue,
    now: datetime,
    *,
    role: Role | None = None,
    state: AttestationState = AttestationState.ACCEPTED,
    note: str = "",
    dated: date | None = None,
) -> Attestation:
    """Record a document or answer that is good through ``until``, today at the earliest.

    Handing in is open to everybody; only a role of ``decided_by`` accepts or
    rejects.  Without a role the only one there is is meant.  What was handed in
    before keeps its document when it is decided without another.
    """
    rule = _rule(site, condition_id, catalogue)
    decided = "" if state is AttestationState.UNDER_REVIEW else _decider(rule, condition_id, role)
    _check_age(rule, dated, now.date())
    before = tx.attestations(site.site_id).get(condition_id)
    last_day = until or _last_day(rule, state, before, now)
    if last_day < now.date() and state is not AttestationState.REJECTED:
        raise RequestError(f"{last_day} is past; the earliest day is {now.date()}")
    digest = None if document is None else sha256(document).hexdigest()
    if digest is None and before is not None and before.under_review:
        digest = before.file_sha256
    waits = state is AttestationState.UNDER_REVIEW
    attestation = Attestation(
        site.site_id,
        condition_id,
        last_day,
        by,
        now,
        accepted=state is AttestationState.ACCEPTED,
        file_sha256=digest,
        under_review=waits,
        role=decided,
        meanwhile=_meanwhile(state, before),
        note=clip(note, NOTE_MAX_CHARS),
        dated=dated or (before.dated if before is not None and before.under_review else None),
    )
    tx.put_attestation(attestation, document)
    _look_again(tx, site, by, now)
    # The audit is read by everybody: of a confidential document only that there is one.
    detail: dict[str, object] = {"condition": condition_id}
    if not rule.confidential:
        detail |= {"until": last_day.isoformat(), "file_sha256": digest, "state": state.value}
    action = "attestation_received" if waits else "attestation_recorded"
    tx.audit(AuditEntry(now, by, action, site.site_id, detail))
    return attestation


def _meanwhile(state: AttestationState, before: Attestation | None) -> date | None:
    """A renewal undoes nothing of what is still good; with nothing to decide that is rejected."""
    if before is None or state is AttestationState.ACCEPTED:
        return None
    itself = state is AttestationState.REJECTED and not before.under_review
    return None if itself else before.good_through()


def _check_age(rule: AttestationRule, dated: date | None, today: date) -> None:
    """A document of tomorrow, or older than the label file takes, is not taken in."""
    if dated is None:
        return
    if dated > today:
        raise RequestError(f"the document is of {dated}, which is still to come")
    oldest = rule.max_document_age
    if oldest is not None and dated < today - oldest:
        raise RequestError(
            f"the document is of {dated}; it may not be older than {oldest.days} days"
        )


def _rule(site: Site, condition_id: str, catalogue: Catalogue) -> AttestationRule:
    known = {
        c.condition_id: c.attestation
        for label in catalogue.labels_of(site)
        for c in label.conditions
        if c.attestation is not None
    }
    rule = known.get(condition_id)
    if rule is None:
        raise RequestError(
            f"{condition_id!r} is not an attested condition of {site.site_id};"
            f" it has {', '.join(sorted(known)) or 'none'}"
        )
    return rule


def _decider(rule: AttestationRule, condition_id: str, role: Role | None) -> str:
    choices = ", ".join(rule.decided_by) or "nobody"
    if role is None and len(rule.decided_by) == 1:
        return rule.decided_by[0]
    if role is None:
        raise RequestError(f"{condition_id} is decided by several roles; say which: {choices}")
    if role.value not in rule.decided_by:
        raise RequestError(f"{condition_id} is decided by {choices}, not by {role.value}")
    return role.value


def _last_day(
    rule: AttestationRule, state: AttestationState, before: Attestation | None, now: datetime
) -> date:
    if state is AttestationState.REJECTED:
        return now.date() if before is None else before.until
    if before is not None and before.under_review:
        return before.until
    return now.date() + rule.valid_for


def _look_again(tx: Tx, site: Site, by: str, now: datetime) -> None:
    """The verdict follows with the next look; the cheapest one is asked for now."""
    kinds = sorted(row.kind for row in tx.due_rows(site.site_id))
    if kinds:
        cheapest = ScanKind.CERTIFICATE if ScanKind.CERTIFICATE in kinds else kinds[0]
        tx.request(site.site_id, frozenset({cheapest}), now, by)


@dataclass(frozen=True, slots=True)
class Shown:
    """One attested condition of a site as it may be shown to one role.

    ``hidden``: it is confidential and that role may not see what is on file.
    """

    site_id: str
    condition_id: str
    kind: str
    labels: tuple[str, ...]
    decided_by: tuple[str, ...]
    confidential: bool
    hidden: bool
    on_file: Attestation | None

    @property
    def state(self) -> str:
        """The state in one word; of what is hidden only whether there is something."""
        if self.on_file is None:
            return "missing"
        return "on_file" if self.hidden else self.on_file.state.value


def shown(tx: Tx, site: Site, catalogue: Catalogue, role: Role | None) -> tuple[Shown, ...]:
    """Every attested condition in scope of the site, by condition id."""
    on_file = tx.attestations(site.site_id)
    rows: dict[str, tuple[AttestationRule, list[str]]] = {}
    for label, condition, rule in attested(site, catalogue):
        rows.setdefault(condition.condition_id, (rule, []))[1].append(label.label_id)
    found = []
    for condition_id, (rule, labels) in sorted(rows.items()):
        hidden = rule.confidential and (role is None or role.value not in rule.decided_by)
        found.append(
            Shown(
                site.site_id, condition_id, rule.kind, tuple(labels), rule.decided_by,
                rule.confidential, hidden, on_file.get(condition_id),
            )
        )  # fmt: skip
    return tuple(found)


def attested(site: Site, catalogue: Catalogue) -> list[tuple[Label, Condition, AttestationRule]]:
    """Every attested condition in scope of the site, with its label and rule."""
    return [
        (label, condition, condition.attestation)
        for certification in site.certifications
        if (label := catalogue.labels.get(certification.label_id)) is not None
        for condition in label.conditions
        if condition.attestation is not None and in_scope(condition, site, certification)
    ]


def remind(tx: Tx, catalogue: Catalogue, office: Office, now: datetime) -> int:
    """Ask for renewals whose day has come; once per document and stage.  Returns how many."""
    said = 0
    for one in unsaid(tx, catalogue, now.date()):
        site = tx.site(one.site_id)
        member = None if site is None else tx.member(site.member_id)
        if site is not None and member is not None:
            said += _remind(tx, catalogue, office, site, member, one, now)
    return said


def _remind(
    tx: Tx,
    catalogue: Catalogue,
    office: Office,
    site: Site,
    member: Member,
    one: Attestation,
    now: datetime,
) -> int:
    asked = [row for row in attested(site, catalogue)
             if row[1].condition_id == one.condition_id]  # fmt: skip
    found = {f.label_id: f.finding for f in tx.findings(site.site_id)
             if f.condition_id == one.condition_id}  # fmt: skip
    asked = [row for row in asked if found.get(row[0].label_id) not in _SETTLED]
    if not asked:
        return 0
    label, condition, rule = asked[0]
    remedy = label.remedies.get(condition.remedy)
    if remedy is None:
        return 0
    stage = stage_due(one, remedy.renew_before, rule.grace, now.date())
    if stage is None or not tx.remember(subject_of(one), str(stage.days), now):
        return 0
    labels = [label for label, _, _ in asked]
    people = renewal_contacts(member, rule)
    for contact in people:
        tx.add_alert(_renewal(site, member, contact, labels, condition, one, stage, now))
    if not people:
        _tell_staff(tx, office, site, member, one, now)
    return 1


def renewal_contacts(member: Member, rule: AttestationRule) -> tuple[Contact, ...]:
    """Who is asked for a document: the finance contact for what finance people decide."""
    roles = (ContactRole.FINANCE,) if _MONEY & set(rule.decided_by) else (ContactRole.CONTACT,)
    return contacts_for(member, roles)


def _renewal(
    site: Site,
    member: Member,
    contact: Contact,
    labels: list[Label],
    condition: Condition,
    one: Attestation,
    stage: timedelta,
    now: datetime,
) -> Alert:
    return Alert(
        thread=thread_of(one),
        step=f"renewal-{stage.days}",
        audience=Audience.MEMBER,
        channel=ChannelKind.EMAIL,
        recipient=contact.email,
        language=contact.language,
        template="renewal",
        site_id=site.site_id,
        created_at=now,
        context={
            **named_in(site, member),
            "contact_name": contact.name,
            "labels": [label.text(label.title, contact.language) for label in labels],
            "condition_id": condition.condition_id,
            "statement": labels[0].text(condition.statement, contact.language),
            "day": (one.good_through() or one.until).isoformat(),
        },
    )


def _tell_staff(
    tx: Tx, office: Office, site: Site, member: Member, one: Attestation, now: datetime
) -> None:
    """Nobody of the member can be written to: staff ask for it another way."""
    for address in office.team(("labels",)):
        tx.add_alert(
            Alert(
                thread=thread_of(one),
                step="renewal-no-contact",
                audience=Audience.STAFF,
                channel=ChannelKind.EMAIL,
                recipient=address,
                language=office.language,
                template="task",
                site_id=site.site_id,
                created_at=now,
                context={
                    "site_url": site.url,
                    "host": site.host,
                    "member_name": member.legal_name,
                    "condition_id": one.condition_id,
                    "summary": f"The document for {one.condition_id} is about to expire and"
                    " there is no contact on file to ask for a new one.",
                },
            )
        )


def report_missing(tx: Tx, catalogue: Catalogue, office: Office, now: datetime) -> int:
    """One digest for staff of documents that are not on file; each is told once.

    A member is never written to because nothing is on file: it may never have
    been asked for.  Returns how many were told.
    """
    fresh: dict[str, set[str]] = defaultdict(set)
    sites: dict[str, Site | None] = {}
    said: dict[tuple[str, str], str] = {}
    for site_id, label_id, condition_id in tx.missing_attestations():
        pair = catalogue.condition(label_id, condition_id)
        if site_id not in sites:
            sites[site_id] = tx.site(site_id)
        site = sites[site_id]
        if site is None or pair is None or pair[1].attestation is None:
            continue
        said[f"{MISSING}{site_id}:{site.member_id}", condition_id] = site_id
    for subject, condition_id in tx.remember_all(said, now):
        fresh[said[subject, condition_id]].add(condition_id)
    told = sum(map(len, fresh.values()))
    if told:
        _digest(tx, office, fresh, sites, told, now)
    return told


def _digest(
    tx: Tx,
    office: Office,
    fresh: Mapping[str, set[str]],
    sites: Mapping[str, Site | None],
    told: int,
    now: datetime,
) -> None:
    lines = [f"{site_id}: {', '.join(sorted(ids))}" for site_id, ids in sorted(fresh.items())]
    only = sites[next(iter(fresh))] if len(fresh) == 1 else None
    host = f"{len(fresh)} sites" if only is None else only.host
    for address in office.team(("labels",)):
        tx.add_alert(
            Alert(
                thread=f"missing:{now.isoformat()}",
                step="digest",
                audience=Audience.STAFF,
                channel=ChannelKind.EMAIL,
                recipient=address,
                language=office.language,
                template="task",
                site_id="" if only is None else only.site_id,
                created_at=now,
                context={
                    "site_url": "" if only is None else only.url,
                    "host": host,
                    "summary": f"{told} documents or answers are not on file; the members have"
                    " not been written to.",
                    "reasons": cut_short(lines),
                },
            )
        )
