"""From an event of a case to the alerts it asks for: who is told, with which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.case import Case, Event, StepKind
from monitor.domain.label import Condition, Label, Remedy
from monitor.domain.member import Contact, ContactRole, Member
from monitor.domain.site import Site

MEMBER_STEPS = frozenset(
    {
        StepKind.NOTICE,
        StepKind.WORSE,
        StepKind.REMINDER,
        StepKind.POSTPONED,
        StepKind.OVERDUE,
        StepKind.CLOSING,
    }
)
STAFF_STEPS = frozenset({StepKind.REVIEW, StepKind.SILENCE, StepKind.OVERDUE})
SHOWN_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Office:
    """The organisation's own addresses.

    ``staff`` maps a team (``labels``, ``finance``, ``security``) to addresses;
    ``default`` catches the rest.  ``webhooks`` are endpoint names that hear of
    every step.
    """

    staff: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    operations: tuple[str, ...] = ()
    language: str = "en"
    webhooks: tuple[str, ...] = ()

    def team(self, names: Sequence[str]) -> tuple[str, ...]:
        """Addresses of those teams, ``default`` for teams without any."""
        fallback = self.staff.get("default", ())
        found = [address for name in names for address in self.staff.get(name, fallback)]
        return tuple(dict.fromkeys(found or fallback))


@dataclass(frozen=True, slots=True)
class CaseContext:
    """Everything a message about a case may need."""

    site: Site
    member: Member
    label: Label
    condition: Condition
    labels: tuple[Label, ...]
    remedy: Remedy


def contacts_for(member: Member, roles: Sequence[str]) -> tuple[Contact, ...]:
    """The contacts with one of ``roles``, else the general contact, else anyone."""
    wanted = tuple(c for c in member.contacts if c.role.value in roles)
    general = tuple(c for c in member.contacts if c.role is ContactRole.CONTACT)
    return wanted or general or member.contacts


def alerts_for(
    event: Event,
    case: Case,
    about: CaseContext,
    office: Office,
    at: datetime,
) -> tuple[Alert, ...]:
    """One alert per recipient and channel; empty for an event that only withdraws."""
    if event.kind is StepKind.WITHDRAW:
        return ()
    alerts: list[Alert] = []
    tells_member = bool(about.remedy.tell_member) and not about.remedy.digest
    if event.kind in MEMBER_STEPS and tells_member:
        for contact in contacts_for(about.member, about.remedy.tell_member):
            context = _context(case, about, contact.language, event)
            context |= {"contact_name": contact.name, "summary": ""}
            alerts.append(_alert(event, case, at, Audience.MEMBER, contact, context))
    unheard = event.kind is StepKind.NOTICE and not alerts
    if event.kind in STAFF_STEPS or unheard:
        context = _context(case, about, office.language, event)
        context |= {"contact_name": "", "summary": case.summary}
        template = "silence" if event.kind is not StepKind.REVIEW else "review"
        for address in office.team(about.remedy.tell_staff):
            staff = Contact(address, "", office.language)
            alerts.append(
                _alert(event, case, at, Audience.STAFF, staff, context, template=template)
            )
    alerts.extend(_hooks(event, case, about, office, at))
    return tuple(alerts)


def _hooks(
    event: Event, case: Case, about: CaseContext, office: Office, at: datetime
) -> list[Alert]:
    context = _context(case, about, office.language, event)
    context |= {"contact_name": "", "summary": case.summary}
    return [
        Alert(
            thread=case.case_id,
            step=event.step,
            audience=Audience.STAFF,
            channel=ChannelKind.WEBHOOK,
            recipient=name,
            language=office.language,
            template=event.kind.value,
            site_id=case.site_id,
            created_at=at,
            case_id=case.case_id,
            context=context,
        )
        for name in office.webhooks
    ]


def _alert(
    event: Event,
    case: Case,
    at: datetime,
    audience: Audience,
    to: Contact,
    context: Mapping[str, object],
    *,
    template: str | None = None,
) -> Alert:
    return Alert(
        thread=case.case_id,
        step=event.step if audience is Audience.MEMBER else f"staff-{event.step}",
        audience=audience,
        channel=ChannelKind.EMAIL,
        recipient=to.email,
        language=to.language,
        template=template or event.kind.value,
        site_id=case.site_id,
        created_at=at,
        case_id=case.case_id,
        context=context,
    )


def _context(case: Case, about: CaseContext, language: str, event: Event) -> dict[str, object]:
    trace = about.condition.trace
    where = " ".join(part for part in (trace.section, trace.item, trace.part) if part)
    left = about.remedy.postpone.times - case.postponements
    return {
        "site_url": about.site.url,
        "host": about.site.host,
        "country": about.member.jurisdiction,
        "member_name": about.member.legal_name,
        "case_id": case.case_id,
        "labels": [about.label.text(label.title, language) for label in about.labels],
        "condition_id": case.condition_id,
        "statement": about.label.text(about.condition.statement, language),
        "clause": f"{where} ({about.label.framework_version})".strip(),
        "message": filled(case, about, language),
        "severity": case.severity.value,
        "seen_at": shown_moment(last_look(case)),
        "evidence": [
            {
                "source_url": ref.source_url,
                "seen_at": shown_moment(ref.seen_at),
                "excerpt": ref.excerpt,
                "sha256": ref.sha256,
            }
            for ref in case.evidence[:SHOWN_EVIDENCE]
        ],
        "due_at": None if case.due_at is None else shown_moment(case.due_at),
        "term_days": None if about.remedy.due is None else max(about.remedy.due.days, 1),
        "postponements_left": max(left, 0),
        "reminder_number": event.number,
    }


def last_look(case: Case) -> datetime:
    """When the breach was last seen."""
    return max((ref.seen_at for ref in case.evidence), default=case.suspected_at)


def filled(case: Case, about: CaseContext, language: str) -> str:
    """The member message of the label file with what was seen filled in."""
    values = {
        "site": about.site.url,
        "label": about.label.text(about.label.title, language),
        "condition": about.condition.condition_id,
        "checked_at": last_look(case).date().isoformat(),
        "due": "-" if case.due_at is None else case.due_at.date().isoformat(),
        **case.values,
    }
    return said_of(about.label, about.condition, case.outcome, values, language)


def said_of(
    label: Label, condition: Condition, outcome: str, values: Mapping[str, str], language: str
) -> str:
    """What the label file says of an outcome: its own words, else the condition's."""
    mapped = condition.findings.get(outcome)
    texts = condition.messages if mapped is None or not mapped.messages else mapped.messages
    return label.text(texts, language).format_map(_Values(values))


class _Values(dict[str, str]):
    """A judge's value that an older look did not store is shown as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def shown_moment(moment: datetime) -> str:
    """RFC 3339 in UTC, seconds: how every message context writes a moment."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
