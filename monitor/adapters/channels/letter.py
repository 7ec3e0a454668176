"""From an alert to a letter: every word chosen, every hostile text made harmless."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list

from monitor.adapters.calendar import zone_of
from monitor.adapters.channels.context import Context, Proof, read_context
from monitor.adapters.channels.hostile import one_line, own_link, paragraphs
from monitor.adapters.channels.words import (
    ABOUT_A_CHECK,
    FOR_MEMBERS,
    TemplateName,
    Text,
    Words,
)
from monitor.adapters.channels.words_de import GERMAN
from monitor.adapters.channels.words_en import ENGLISH
from monitor.adapters.channels.words_fr import FRENCH
from monitor.adapters.channels.words_nl import DUTCH
from monitor.adapters.links.words import LINK_WORDS
from monitor.domain.action import Action
from monitor.domain.alert import Alert

LANGUAGES: Mapping[str, Words] = MappingProxyType(
    {"nl": DUTCH, "fr": FRENCH, "en": ENGLISH, "de": GERMAN}
)
FALLBACK_LANGUAGE = "en"
_LOCALES = {"nl": "nl_NL", "fr": "fr_FR", "en": "en_GB", "de": "de_DE"}

NAME_MAX_CHARS = 120
SUBJECT_MAX_CHARS = 200
EVIDENCE_MAX = 5
REASONS_MAX = 20
_HOST = re.compile(r"[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,20}|\[[0-9A-Fa-f:.]{2,45}\]")
_GOOD = frozenset(
    {
        TemplateName.CLOSING,
        TemplateName.SEEN_AGAIN,
        TemplateName.POSTPONED,
        TemplateName.GRANTED,
        TemplateName.MORE_TIME,
    }
)
_SAYS_SUMMARY = frozenset({TemplateName.OPS, TemplateName.TASK})
_STAFF_CLOSING = f"staff-{TemplateName.CLOSING.value}"
_STAFF_WAIVED = f"staff-{TemplateName.WAIVED.value}"
_CALM = frozenset(
    {
        TemplateName.ADVICE,
        TemplateName.TELL_MEMBER,
        TemplateName.TEST,
        TemplateName.WAIVED,
        TemplateName.HELD,
        TemplateName.RENEWAL,
        TemplateName.TASK,
        TemplateName.RECEIVED,
        TemplateName.RECERTIFY,
        TemplateName.ENDING,
        TemplateName.WELCOME,
        TemplateName.DIGEST,
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact with its name; ``href`` when the value may be a link."""

    name: str
    value: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ShownProof:
    """One piece of evidence in words."""

    where: str
    href: str | None
    when: str
    excerpt: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done by a link of our own."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words, the same for the plain and the HTML part.

    ``tone`` is ``bad``, ``calm`` or ``good``: the colour of the HTML part.
    """

    language: str
    subject: str
    tone: str
    title: str
    greeting: str
    before: tuple[str, ...]
    message_title: str
    message: tuple[str, ...]
    rows: tuple[Row, ...]
    evidence_title: str
    evidence: tuple[ShownProof, ...]
    fingerprint: str
    colon: str
    reasons_title: str
    reasons: tuple[str, ...]
    after: tuple[str, ...]
    disclaimer: str
    sign_off: str
    organisation: str
    footer: tuple[str, ...]
    buttons_title: str = ""
    buttons: tuple[Button, ...] = ()
    caution: str = ""


def write_letter(
    alert: Alert,
    organisation: str,
    link_hosts: tuple[str, ...] = (),
    link: Callable[[Action], str] | None = None,
) -> Letter:
    """The letter for ``alert``, in its language (English when there are no words for it).

    ``link_hosts`` are the organisation's own hosts, beside the site's the only
    ones that may become links.  ``link`` makes the address behind an action that the
    alert offers; without it the letter asks for a reply.  Raises ValueError when the
    context does not fit the template.
    """
    name, context = read_context(alert.template, alert.context)
    links = {} if link is None else {action: link(action) for action in context.actions}
    return _Writer(alert, name, context, organisation, link_hosts, links).letter()


class _Writer:
    def __init__(
        self,
        alert: Alert,
        name: TemplateName,
        context: Context,
        organisation: str,
        link_hosts: tuple[str, ...],
        links: Mapping[Action, str],
    ) -> None:
        self.alert, self.name, self.context = alert, name, context
        self.words = LANGUAGES.get(alert.language, LANGUAGES[FALLBACK_LANGUAGE])
        self.links, self.linked = links, LINK_WORDS[self.words.language]
        self.locale = _LOCALES[self.words.language]
        self.zone = zone_of(context.country)
        known = _HOST.fullmatch(context.host) is not None
        self.own = (*link_hosts, context.host) if known else link_hosts
        self.organisation = self._line(organisation, NAME_MAX_CHARS)
        # A case that is over: what is said of it is of then, and asks for nothing.
        self.waived = name is TemplateName.WAIVED or alert.step == _STAFF_WAIVED
        closed = name is TemplateName.CLOSING or alert.step == _STAFF_CLOSING
        self.over = closed or self.waived
        self.text = self._text()
        self.fields = self._fields()

    def letter(self) -> Letter:
        words, context = self.words, self.context
        checked = self.name in ABOUT_A_CHECK
        return Letter(
            language=words.language,
            subject=self._subject(),
            tone=self._tone(),
            title=self._filled(self.text.title),
            greeting=self._greeting(),
            before=self._all(self.text.before),
            message_title=words.was_title if self.over else "",
            message=self._message(),
            rows=self._rows(),
            evidence_title=words.was_evidence if self.over else words.evidence,
            evidence=tuple(self._proof(proof) for proof in context.evidence[:EVIDENCE_MAX]),
            fingerprint=words.fingerprint,
            colon=words.colon,
            reasons_title=words.reasons,
            reasons=tuple(
                line for reason in context.reasons[:REASONS_MAX] if (line := self._line(reason))
            ),
            after=self._all(self.text.after),
            disclaimer=words.disclaimer if checked else "",
            sign_off=words.sign_off,
            organisation=self.organisation,
            footer=self._footer(),
            buttons_title=self.linked.heading if self.links else "",
            buttons=tuple(
                Button(self.linked.buttons[action], href) for action, href in self.links.items()
            ),
            caution=self.linked.caution if self.links else "",
        )

    def _tone(self) -> str:
        if self.waived or self.name in _CALM:
            return "calm"
        return "good" if self.over or self.name in _GOOD else "bad"

    def _message(self) -> tuple[str, ...]:
        said = paragraphs(self.context.message, self.own)
        return (self._filled(self.words.was_seen), *said) if self.over and said else said

    def _text(self) -> Text:
        if self.name is TemplateName.SILENCE:
            if self.waived:
                return self.words.texts[TemplateName.WAIVED]
            if self.over:
                return self.words.staff_closing
            if self.alert.step == "staff-notice":
                return self.words.staff_notice
            if self.alert.step.startswith("staff-overdue"):
                return self.words.staff_overdue
        text = self.words.texts[self.name]
        if self.name is TemplateName.LAST_CALL and self.links:
            # The links are the choices that its first sentence after the facts spells out.
            return replace(text, before=(self.linked.last_call,), after=text.after[1:])
        return text

    def _fields(self) -> dict[str, str]:
        context = self.context
        labels = [self._line(label, NAME_MAX_CHARS) for label in context.labels]
        host = self._line(context.host, NAME_MAX_CHARS)
        return {
            "host": host,
            "organisation": self.organisation,
            "labels": format_list(labels, locale=self.locale) if labels else host,
            "member": self._line(context.member_name, NAME_MAX_CHARS) or host,
            "case": self._line(context.case_id or self.alert.case_id or "", NAME_MAX_CHARS),
            "condition": self._line(context.condition_id, NAME_MAX_CHARS),
            "deadline": self._deadline(),
            "due": "" if context.due_at is None else self._moment(context.due_at, "full"),
            "day": ""
            if context.day is None
            else format_date(context.day, "long", locale=self.locale),
            "days": str(context.term_days or ""),
            "more_time": self._more_time(),
            "number": str(context.reminder_number),
            "left": str(context.postponements_left),
            "count": str(context.count),
            "since": "" if context.since is None else self._moment(context.since),
            "seen": "" if context.seen_at is None else self._moment(context.seen_at),
            "summary": self._line(context.summary),
            "reply_to": self._line(context.reply_to, NAME_MAX_CHARS),
        }

    def _deadline(self) -> str:
        context, words = self.context, self.words
        if context.due_at is not None:
            return words.by_date.format(due=self._moment(context.due_at, "full"))
        if context.term_days is not None:
            template = words.by_day if context.term_days == 1 else words.by_days
            return template.format(days=context.term_days)
        return words.by_soon

    def _more_time(self) -> str:
        left = self.context.postponements_left
        if left <= 0:
            return ""
        if Action.MORE_TIME in self.links:
            linked = self.linked
            return linked.more_time if left == 1 else linked.more_times.format(left=left)
        return self.words.more_time if left == 1 else self.words.more_times.format(left=left)

    def _subject(self) -> str:
        subjects, case = self.words.subjects, self.fields["case"]
        own = self.words.more_subjects.get(self.name)
        if own is not None:
            # A task may belong to no procedure.
            text = own if case else own.removeprefix("[{case}] ")
            return one_line(self._filled(text), self.own, SUBJECT_MAX_CHARS)
        match self.name:
            case TemplateName.VALVE:
                text = subjects.valve
            case TemplateName.TEST:
                text = subjects.test
            case TemplateName.ADVICE:
                text = subjects.advice
            case TemplateName.TICKET | TemplateName.TELL_MEMBER | TemplateName.SEEN_AGAIN:
                text = subjects.unknown
            case TemplateName.OPS if not case:
                text = subjects.ops
            case _:
                text = subjects.case if self.fields["condition"] else subjects.case_plain
        return one_line(self._filled(text), self.own, SUBJECT_MAX_CHARS)

    def _greeting(self) -> str:
        if self.name not in FOR_MEMBERS:
            return self.words.greeting_staff
        contact = self._line(self.context.contact_name, NAME_MAX_CHARS)
        return self.words.greeting_name.format(name=contact) if contact else self.words.greeting

    def _rows(self) -> tuple[Row, ...]:
        context, facts, fields = self.context, self.words.facts, self.fields
        staff = self.name not in FOR_MEMBERS
        site = self._line(context.site_url or context.host)
        severity = self.words.severities.get(context.severity, self._line(context.severity))
        condition = ": ".join(
            part for part in (fields["condition"], self._line(context.statement)) if part
        )
        found = [
            Row(facts.site, site, own_link(context.site_url, self.own)),
            Row(facts.member, self._line(context.member_name) if staff else ""),
            Row(facts.labels, fields["labels"] if context.labels else ""),
            Row(facts.condition, condition),
            Row(facts.clause, self._line(context.clause)),
            Row(facts.seen_at, fields["seen"]),
            Row(facts.due, self._due_row()),
            Row(facts.severity, severity if staff else ""),
            Row(
                facts.summary,
                fields["summary"] if staff and self.name not in _SAYS_SUMMARY else "",
            ),
            Row(facts.since, fields["since"]),
            Row(facts.count, fields["count"] if self.name is TemplateName.TICKET else ""),
        ]
        return tuple(row for row in found if row.value)

    def _due_row(self) -> str:
        if self.over or self.name is TemplateName.HELD:
            return ""
        if self.context.due_at is not None:
            return self.fields["due"]
        days = self.context.term_days
        if days is None:
            return ""
        return (self.words.due_day if days == 1 else self.words.due_days).format(days=days)

    def _proof(self, proof: Proof) -> ShownProof:
        return ShownProof(
            where=self._line(proof.source_url),
            href=own_link(proof.source_url, self.own),
            when=self._moment(proof.seen_at),
            excerpt=self._line(proof.excerpt),
            fingerprint=self._line(proof.sha256, NAME_MAX_CHARS),
        )

    def _footer(self) -> tuple[str, ...]:
        words = self.words
        about = words.footer_member if self.name in FOR_MEMBERS else words.footer_staff
        case = words.footer_case if self.fields["case"] else ""
        return tuple(line for line in (self._filled(case), self._filled(about)) if line)

    def _moment(self, moment: datetime, length: str = "long") -> str:
        local = moment.astimezone(self.zone)
        city = get_timezone_location(self.zone, locale=self.locale, return_city=True)
        return self.words.at.format(
            date=format_date(local.date(), length, locale=self.locale),
            time=format_time(local, "HH:mm", locale=self.locale),
            zone=city,
        )

    def _line(self, text: str, limit: int = 500) -> str:
        return one_line(text, self.own, limit)

    def _all(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(line for text in texts if (line := self._filled(text)))

    def _filled(self, text: str) -> str:
        return text.format_map(self.fields)
