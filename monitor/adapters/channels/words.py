"""What a message says, as data: one typed catalogue per language, checked for completeness.

A placeholder in braces is one of ``FIELDS``; a paragraph whose placeholders
leave nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FIELDS = frozenset(
    {
        "host",
        "organisation",
        "labels",
        "member",
        "case",
        "condition",
        "deadline",
        "due",
        "day",
        "days",
        "more_time",
        "number",
        "left",
        "count",
        "since",
        "seen",
        "summary",
        "reply_to",
    }
)


class TemplateName(StrEnum):
    """The texts; the values of ``Alert.template``."""

    NOTICE = "notice"
    WORSE = "worse"
    REMINDER = "reminder"
    POSTPONED = "postponed"
    OVERDUE = "overdue"
    SILENCE = "silence"
    CLOSING = "closing"
    WAIVED = "waived"
    HELD = "held"
    REVIEW = "review"
    TICKET = "ticket"
    TELL_MEMBER = "tell_member"
    SEEN_AGAIN = "seen_again"
    ADVICE = "advice"
    OPS = "ops"
    VALVE = "valve"
    TEST = "test"
    RENEWAL = "renewal"
    TASK = "task"
    RECEIVED = "received"
    GRANTED = "granted"
    DECLINED = "declined"
    RECERTIFY = "recertify"
    IMPROVE = "improve"
    LAST_CALL = "last_call"
    MORE_TIME = "more_time"
    CANCELLED = "cancelled"
    ENDING = "ending"
    WELCOME = "welcome"
    DIGEST = "digest"


FOR_MEMBERS = frozenset(
    {
        TemplateName.NOTICE,
        TemplateName.WORSE,
        TemplateName.REMINDER,
        TemplateName.POSTPONED,
        TemplateName.OVERDUE,
        TemplateName.CLOSING,
        TemplateName.WAIVED,
        TemplateName.HELD,
        TemplateName.TELL_MEMBER,
        TemplateName.ADVICE,
        TemplateName.RENEWAL,
        TemplateName.RECEIVED,
        TemplateName.GRANTED,
        TemplateName.DECLINED,
        TemplateName.RECERTIFY,
        TemplateName.IMPROVE,
        TemplateName.LAST_CALL,
        TemplateName.MORE_TIME,
        TemplateName.CANCELLED,
        TemplateName.ENDING,
        TemplateName.WELCOME,
        TemplateName.DIGEST,
    }
)
# What speaks of a look at the site, so that the sentence about such looks belongs below it.
ABOUT_A_CHECK = frozenset(
    {
        *FOR_MEMBERS,
        TemplateName.SILENCE,
        TemplateName.REVIEW,
        TemplateName.TICKET,
        TemplateName.SEEN_AGAIN,
    }
) - {
    TemplateName.RENEWAL,
    TemplateName.RECEIVED,
    TemplateName.GRANTED,
    TemplateName.DECLINED,
    TemplateName.RECERTIFY,
    TemplateName.MORE_TIME,
    TemplateName.CANCELLED,
    TemplateName.ENDING,
    TemplateName.WELCOME,
}


@dataclass(frozen=True, slots=True)
class Text:
    """One message: its heading, what is said before the facts, and after them."""

    title: str
    before: tuple[str, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subjects:
    """Subjects per thread, never per step: a mail client keeps one thread together by them."""

    case: str
    case_plain: str
    unknown: str
    advice: str
    ops: str
    valve: str
    test: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The names of the rows of facts."""

    site: str
    labels: str
    condition: str
    clause: str
    seen_at: str
    due: str
    severity: str
    summary: str
    member: str
    since: str
    count: str


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a message needs in one language."""

    language: str
    greeting_name: str
    greeting: str
    greeting_staff: str
    sign_off: str
    disclaimer: str
    footer_case: str
    footer_member: str
    footer_staff: str
    evidence: str
    # Of a case that is over: its heading, the sentence before the message, the evidence of then.
    was_title: str
    was_seen: str
    was_evidence: str
    reasons: str
    fingerprint: str
    colon: str
    at: str
    by_date: str
    by_days: str
    by_day: str
    by_soon: str
    due_days: str
    due_day: str
    more_time: str
    more_times: str
    facts: Facts
    subjects: Subjects
    severities: Mapping[str, str]
    texts: Mapping[TemplateName, Text]
    # The message "silence" also carries these steps to staff.
    staff_notice: Text
    staff_overdue: Text
    staff_closing: Text
    # Of documents and procedures: a subject for each text.
    more_subjects: Mapping[TemplateName, str]
