"""From an event of a case to the alerts it asks for: who is told, with which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.domain.action import Action
from monitor.domain.alert import Alert, Audience, ChannelKind, DeliveryState
from monitor.domain.case import Case, Event, StepKind
from monitor.domain.finding import EvidenceRef
from monitor.domain.label import Condition, Label, Remedy
from monitor.domain.member import Contact, ContactRole, Member
from monitor.domain.site import Site
from monitor.services.records import AlertRow

MEMBER_STEPS = frozenset(
    {
        StepKind.NOTICE,
        StepKind.WORSE,
        StepKind.REMINDER,
        StepKind.POSTPONED,
        StepKind.OVERDUE,
        StepKind.CLOSING,
        StepKind.WAIVED,
        StepKind.HELD,
    }
)
STAFF_STEPS = frozenset({StepKind.REVIEW, StepKind.SILENCE, StepKind.OVERDUE})
SHOWN_EVIDENCE = 5
SHOWN_SITES = 20
# The steps that end a case: what to say depends on who was told that it began.
ENDINGS = frozenset({StepKind.CLOSING, StepKind.WITHDRAW, StepKind.WAIVED})
_MEMBER_ENDINGS = ENDINGS - {StepKind.WITHDRAW}
_UNSAID = frozenset({DeliveryState.WITHDRAWN, DeliveryState.DEAD})
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# Evidence whose excerpt is a sentence of ours about the handshake, not a text of the site.
_CERTIFICATE = "tls.certificate@"


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


MISUSE_REASON = "misuse"


@dataclass(frozen=True, slots=True)
class CaseContext:
    """Everything a message about a case may need."""

    site: Site
    member: Member
    label: Label
    condition: Condition
    labels: tuple[Label, ...]
    remedy: Remedy


def named_in(site: Site, member: Member) -> dict[str, object]:
    """The part of a message's context that names the site and whose it is."""
    return {
        "site_url": site.url,
        "host": site.host,
        "country": member.jurisdiction,
        "member_name": member.legal_name,
    }


def cut_short(lines: Sequence[str]) -> list[str]:
    """One line a site, as many as a message shows; the last says how many are left out."""
    if len(lines) <= SHOWN_SITES:
        return list(lines)
    shown = lines[: SHOWN_SITES - 1]
    return [*shown, f"and {len(lines) - len(shown)} sites more"]


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
    told: Iterable[AlertRow] | None = None,
) -> tuple[Alert, ...]:
    """One alert per recipient and channel; empty for an event that only withdraws.

    ``told`` are the alerts of the site so far: the end of a case is told to those
    who heard, or may have heard, of its beginning, and to nobody else.  Without
    it the end goes to the contacts there are now.
    """
    heard = None if told is None else _heard(told, case)
    end = Event(StepKind.CLOSING if case.waived_at is None else StepKind.WAIVED)
    if event.kind is StepKind.WITHDRAW:
        hooks = _hooks_told(office, heard or ())
        return (*_ending_for_staff(end, case, about, office, at, heard or ()),
                *_hooks(end, case, about, office, at, hooks))  # fmt: skip
    alerts: list[Alert] = []
    untold = event.kind is StepKind.HELD and case.notified_at is None
    for contact in () if untold else _contacts(event, about, heard):
        context = _context(case, about, contact.language, event)
        context |= {"contact_name": contact.name, "summary": "", "actions": _actions(case, about)}
        if event.kind in (*_MEMBER_ENDINGS, StepKind.HELD):
            context["actions"] = []
        alerts.append(_alert(event, case, at, Audience.MEMBER, contact, context))
    # A mark shown without a right concerns everybody who trusts it: staff know at once.
    to_staff = event.kind is StepKind.NOTICE and (not alerts or _misused(case, about))
    if event.kind in STAFF_STEPS or to_staff:
        template = "silence" if event.kind is not StepKind.REVIEW else "review"
        team = office.team(about.remedy.tell_staff)
        alerts.extend(_for_staff(event, case, about, office, at, team, template))
    if event.kind in _MEMBER_ENDINGS:
        alerts.extend(_ending_for_staff(end, case, about, office, at, heard or ()))
    alerts.extend(_hooks(event, case, about, office, at, office.webhooks))
    return tuple(alerts)


def _misused(case: Case, about: CaseContext) -> bool:
    """Does the label file call the outcome a misuse of the mark?"""
    mapped = about.condition.findings.get(case.outcome)
    return mapped is not None and mapped.reason == MISUSE_REASON


def _actions(case: Case, about: CaseContext) -> list[str]:
    """What the member may do by a link in the mail, if there are links."""
    again = [Action.LOOK_AGAIN.value] if about.condition.judge is not None else []
    left = about.remedy.due is not None and about.remedy.postpone.times > case.postponements
    return [*again, Action.MORE_TIME.value] if left else again


def _heard(told: Iterable[AlertRow], case: Case) -> tuple[AlertRow, ...]:
    """What was said of the case, is under way or may have been taken."""
    return tuple(
        row
        for row in told
        # A case of this number from before a restore began earlier.
        if (row.thread, row.created_at >= case.suspected_at) == (case.case_id, True)
        and row.state not in _UNSAID
    )


def _contacts(
    event: Event, about: CaseContext, heard: Sequence[AlertRow] | None
) -> tuple[Contact, ...]:
    """The contacts who hear of the event.

    The end: those of now who were told before, whatever the profile says by now.
    """
    if event.kind in _MEMBER_ENDINGS and heard is not None:
        known = {row.recipient.casefold() for row in heard if row.audience is Audience.MEMBER}
        found = {c.email.casefold(): c for c in reversed(about.member.contacts)}
        return tuple(c for email, c in sorted(found.items()) if email in known)
    tells_member = bool(about.remedy.tell_member) and not about.remedy.digest
    if event.kind not in MEMBER_STEPS or not tells_member:
        return ()
    return contacts_for(about.member, about.remedy.tell_member)


def _ending_for_staff(
    end: Event,
    case: Case,
    about: CaseContext,
    office: Office,
    at: datetime,
    heard: Sequence[AlertRow],
) -> list[Alert]:
    """The end of what staff were told: a confirmed breach, a term that passed, silence."""
    steps = {
        f"staff-{kind.value}" for kind in (StepKind.NOTICE, StepKind.OVERDUE, StepKind.SILENCE)
    }
    team = dict.fromkeys(
        row.recipient
        for row in heard
        if row.channel is ChannelKind.EMAIL and _without_number(row.step) in steps
    )
    return _for_staff(end, case, about, office, at, tuple(team), "silence")


def _shared(case: Case, about: CaseContext) -> Case:
    """The case without what is in a confidential document: teams and webhooks are no role of it."""
    rule = about.condition.attestation
    return replace(case, values={}) if rule is not None and rule.confidential else case


def _without_number(step: str) -> str:
    return step.rstrip("0123456789").rstrip("-")


def _hooks_told(office: Office, heard: Sequence[AlertRow]) -> tuple[str, ...]:
    told = {row.recipient for row in heard if row.channel is ChannelKind.WEBHOOK}
    return tuple(name for name in office.webhooks if name in told)


def _for_staff(
    event: Event,
    case: Case,
    about: CaseContext,
    office: Office,
    at: datetime,
    team: Sequence[str],
    template: str,
) -> list[Alert]:
    context = _context(_shared(case, about), about, office.language, event)
    context |= {"contact_name": "", "summary": case.summary}
    return [
        _alert(event, case, at, Audience.STAFF, Contact(address, "", office.language), context,
               template=template)
        for address in team
    ]  # fmt: skip


def _hooks(
    event: Event,
    case: Case,
    about: CaseContext,
    office: Office,
    at: datetime,
    names: Sequence[str],
) -> list[Alert]:
    context = _context(_shared(case, about), about, office.language, event)
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
        for name in names
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
    left = about.remedy.postpone.times - case.postponements
    return {
        **named_in(about.site, about.member),
        "case_id": case.case_id,
        "labels": [about.label.text(label.title, language) for label in about.labels],
        "condition_id": case.condition_id,
        "statement": about.label.text(about.condition.statement, language),
        "clause": f"{about.condition.trace.clause} ({about.label.framework_version})".strip(),
        "message": filled(case, about, language, seen_only=event.kind in _MEMBER_ENDINGS),
        "severity": case.severity.value,
        "seen_at": shown_moment(last_look(case)),
        "evidence": [
            {
                "source_url": ref.source_url,
                "seen_at": shown_moment(ref.seen_at),
                "excerpt": shown_excerpt(ref, case),
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


def shown_excerpt(ref: EvidenceRef, case: Case) -> str:
    """The excerpt, unless it contradicts the case: "valid" is no proof of what ends soon.

    Of a certificate that says something else than the case, the day of its end is
    shown when the case is about that day, else nothing.
    """
    if not ref.kind.startswith(_CERTIFICATE) or ref.excerpt.rstrip(".") in case.summary:
        return ref.excerpt
    alone = sum(other.kind.startswith(_CERTIFICATE) for other in case.evidence) == 1
    end = case.values.get("not_after", "")
    return f"notAfter: {end}" if end and end in case.summary and alone else ""


def filled(case: Case, about: CaseContext, language: str, *, seen_only: bool = False) -> str:
    """The member message of the label file with what was seen filled in."""
    values = {
        "site": about.site.url,
        "label": about.label.text(about.label.title, language),
        "condition": about.condition.condition_id,
        "checked_at": last_look(case).date().isoformat(),
        "due": "-" if case.due_at is None else case.due_at.date().isoformat(),
        **case.values,
    }
    return said_of(
        about.label, about.condition, case.outcome, values, language, seen_only=seen_only
    )


def said_of(
    label: Label,
    condition: Condition,
    outcome: str,
    values: Mapping[str, str],
    language: str,
    *,
    seen_only: bool = False,
) -> str:
    """What the label file says of an outcome: its own words, else the condition's.

    ``seen_only``: the first sentence, which says what was seen; those after it
    say what to do.
    """
    mapped = condition.findings.get(outcome)
    texts = condition.messages if mapped is None or not mapped.messages else mapped.messages
    text = label.text(texts, language)
    if seen_only:
        # Before anything of the site is filled in: a dot of its own must not end the sentence.
        text = _SENTENCE_END.split(text, maxsplit=1)[0]
    return text.format_map(_Values(values))


class _Values(dict[str, str]):
    """A judge's value that an older look did not store is shown as a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


def shown_moment(moment: datetime) -> str:
    """RFC 3339 in UTC, seconds: how every message context writes a moment."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
