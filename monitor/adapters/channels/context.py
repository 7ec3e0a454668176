"""What the services filled in, checked before anything is written with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import msgspec

from monitor.adapters.channels.words import TemplateName
from monitor.domain.action import Action

Moment = Annotated[datetime, msgspec.Meta(tz=True)]

_CASE = ("host", "case_id", "labels", "condition_id", "statement", "clause", "message", "seen_at")
_TO_MEMBER = (*_CASE, "member_name", "site_url")
_TO_STAFF = (*_CASE, "summary", "severity")
_PROCEDURE = ("host", "case_id", "labels", "member_name")
_PAPER = ("host", "labels", "condition_id", "statement", "member_name")
REQUIRED: Mapping[TemplateName, tuple[str, ...]] = {
    TemplateName.NOTICE: _TO_MEMBER,
    TemplateName.WORSE: _TO_MEMBER,
    TemplateName.REMINDER: (*_TO_MEMBER, "reminder_number"),
    TemplateName.POSTPONED: (*_TO_MEMBER, "due_at"),
    TemplateName.OVERDUE: (*_TO_MEMBER, "due_at"),
    TemplateName.CLOSING: _TO_MEMBER,
    TemplateName.WAIVED: _TO_MEMBER,
    TemplateName.HELD: _TO_MEMBER,
    TemplateName.SILENCE: (*_TO_STAFF, "member_name"),
    TemplateName.REVIEW: _TO_STAFF,
    TemplateName.TICKET: ("host", "labels", "reasons", "count", "since"),
    TemplateName.TELL_MEMBER: ("host", "labels", "since", "member_name"),
    TemplateName.SEEN_AGAIN: ("host", "labels"),
    TemplateName.ADVICE: (
        "host",
        "labels",
        "condition_id",
        "statement",
        "message",
        "member_name",
    ),
    TemplateName.OPS: ("host", "summary"),
    TemplateName.VALVE: ("count", "since"),
    TemplateName.TEST: (),
    TemplateName.RENEWAL: (*_PAPER, "day"),
    TemplateName.TASK: ("host", "summary"),
    TemplateName.RECEIVED: (*_PROCEDURE, "due_at"),
    TemplateName.GRANTED: (*_PROCEDURE, "day"),
    TemplateName.DECLINED: _PROCEDURE,
    TemplateName.RECERTIFY: (*_PROCEDURE, "day"),
    TemplateName.IMPROVE: (*_PROCEDURE, "due_at", "message"),
    TemplateName.LAST_CALL: (*_PROCEDURE, "postponements_left"),
    TemplateName.MORE_TIME: (*_PROCEDURE, "due_at"),
    TemplateName.CANCELLED: _PROCEDURE,
    TemplateName.ENDING: (*_PROCEDURE, "day"),
    TemplateName.WELCOME: (*_PROCEDURE, "day"),
    TemplateName.DIGEST: ("host", "member_name", "message"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence as it is shown; the text is the site's."""

    source_url: str
    seen_at: Moment
    excerpt: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """``Alert.context``, typed.  ``term_days`` is the term when no date is known yet."""

    site_url: str = ""
    host: str = ""
    country: str = "NL"
    member_name: str = ""
    contact_name: str = ""
    case_id: str = ""
    labels: tuple[str, ...] = ()
    condition_id: str = ""
    statement: str = ""
    clause: str = ""
    message: str = ""
    summary: str = ""
    severity: str = ""
    seen_at: Moment | None = None
    evidence: tuple[Proof, ...] = ()
    due_at: Moment | None = None
    term_days: int | None = None
    postponements_left: int = 0
    reminder_number: int = 0
    reasons: tuple[str, ...] = ()
    count: int = 0
    since: Moment | None = None
    reply_to: str = ""
    day: date | None = None
    actions: tuple[Action, ...] = ()


def read_context(template: str, context: Mapping[str, object]) -> tuple[TemplateName, Context]:
    """The template and its context; ValueError names what is unknown, missing or ill-typed."""
    try:
        name = TemplateName(template)
    except ValueError as error:
        known = ", ".join(TemplateName)
        raise ValueError(f"unknown template {template!r}; known: {known}") from error
    missing = [key for key in REQUIRED[name] if key not in context]
    if missing:
        raise ValueError(f"template {name.value}: no {', '.join(missing)} in the context")
    try:
        # A key that is there but null stands for its default.
        given = {key: value for key, value in context.items() if value is not None}
        read = msgspec.convert(given, Context)
    except msgspec.ValidationError as error:
        raise ValueError(f"template {name.value}: {error}") from error
    empty = [key for key in ("seen_at", "since") if _needed(name, key) and not given.get(key)]
    if empty:
        raise ValueError(f"template {name.value}: {', '.join(empty)} is null")
    return name, read


def _needed(name: TemplateName, key: str) -> bool:
    return key in REQUIRED[name]
