"""From application to decision (bc-2.1 to bc-2.9, tz-0.5, ww-4.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.attestation import Role
from monitor.domain.procedure import (
    ANSWERED,
    ASK,
    YEARS,
    Calendar,
    Effect,
    EffectKind,
    Event,
    Machine,
    Moved,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    Step,
    answering,
    asking,
    local_day,
    term_end,
    to,
    years_after,
    zone,
)

RECEIVED = "received"
DOCUMENTS = "documents_complete"
SENT = "questionnaire_sent"
BACK = "questionnaire_back"
POSITIVE, NEGATIVE = "accountant_positive", "accountant_negative"
AUDITED = "audited"
ADVISED = "advised"
GRANTED, DECLINED = "decided_positive", "decided_negative"
WITHDRAWN = "withdrawn"
RUNNING = (RECEIVED, DOCUMENTS, SENT, BACK, POSITIVE, NEGATIVE, AUDITED, ADVISED)

# bc-2.8: the whole takes four to six weeks; warned at the first, alerted at the second.
SLA = (timedelta(days=28), timedelta(days=42))
QUESTIONNAIRE_DAYS = 14
# Labels without accountant and auditor go from the documents straight to the inspection.
ROUTES = ("full", "short")
# What the caller counts for us: open breaches of medium severity or more (bc-2.9).
OPEN_BREACHES = "open_breaches"


def _start(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """Received: the whole site is evaluated, for staff alone while it applies."""
    route = event.data.get("route", ROUTES[0])
    if route not in ROUTES:
        raise NotPossibleError(f"route {route!r} is not one of {', '.join(ROUTES)}")
    return procedure.noted(route=route, years=event.data.get(YEARS, "1")), (
        Effect(EffectKind.STANDING, "applicant"),
        Effect(EffectKind.EVALUATE, summary="A new application."),
    )


def _documents(procedure: Procedure, _event: Event, at: datetime, calendar: Calendar) -> Moved:
    """Everything is there (bc-2.2): the applicant hears it, with the questionnaire (bc-2.3)."""
    if procedure.parts.get("route") == "short":
        return replace(procedure, state=DOCUMENTS, due_at=None), ()
    country = procedure.country
    due = term_end(at, QUESTIONNAIRE_DAYS, country, zone(country), calendar)
    moved = replace(procedure, state=DOCUMENTS, due_at=due)
    return moved, (Effect(EffectKind.MAIL, "received"),)


def _sent(procedure: Procedure, _event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    return replace(procedure, state=SENT), ()


def _refused(procedure: Procedure, _event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    return replace(procedure, state=NEGATIVE), (
        Effect(
            EffectKind.TASK,
            summary="The accountant judged the financial documents negatively; please decide.",
        ),
    )


def _inspected(procedure: Procedure, event: Event, at: datetime, calendar: Calendar) -> Moved:
    """The short route: documents, then the inspection."""
    if procedure.parts.get("route") != "short":
        raise NotPossibleError("only an application of the short route needs no questionnaire")
    return to(AUDITED)(procedure, event, at, calendar)


def _advised(procedure: Procedure, event: Event, _at: datetime, _calendar: Calendar) -> Moved:
    """The auditor's advice to the committee (bc-2.6)."""
    advice = event.data.get("advice", "")
    if advice not in ("positive", "negative"):
        raise NotPossibleError("say which advice: advice=positive or advice=negative")
    return replace(procedure.noted(advice=advice), state=ADVISED), ()


def _granted(procedure: Procedure, event: Event, at: datetime, _calendar: Calendar) -> Moved:
    """A positive decision: certified for a year, entitled to the seal (bc-2.7, bc-2.9)."""
    if procedure.state == AUDITED and procedure.parts.get("route") != "short":
        raise NotPossibleError("the auditor's advice is recorded first: advised")
    still_open = event.data.get(OPEN_BREACHES, "0")
    if still_open != "0":
        raise NotPossibleError(
            f"no certificate while conditions of medium severity or more are not met: {still_open}"
        )
    day = local_day(at, procedure.country)
    until = years_after(day, int(procedure.parts[YEARS]))
    moved = replace(procedure.noted(valid_until=until.isoformat()), state=GRANTED)
    return moved, (
        Effect(EffectKind.CERTIFY, day=until),
        Effect(EffectKind.MAIL, "granted", day=until),
    )


_DECLINE = to(
    DECLINED, Effect(EffectKind.RELEASE, summary="declined"), Effect(EffectKind.MAIL, "declined")
)
_WITHDRAW = to(WITHDRAWN, Effect(EffectKind.RELEASE, summary="withdrawn"))


def _elapse(procedure: Procedure, _event: Event, at: datetime, _calendar: Calendar) -> Moved:
    """The age, without the time we waited for the applicant (bc-2.8); overdue questionnaires."""
    effects: list[Effect] = []
    passed = sum(1 for limit in SLA if procedure.age(at) >= limit)
    if passed > procedure.stage:
        word = "alert" if passed == len(SLA) else "warn"
        days = SLA[passed - 1].days
        effects.append(
            Effect(EffectKind.OPERATIONS, word,
                   f"An application has been with us for {days} days or more.")
        )  # fmt: skip
        procedure = replace(procedure, stage=passed)
    if procedure.state == SENT and procedure.due_at is not None and procedure.due_at <= at:
        procedure = replace(procedure, due_at=None)
        effects.append(
            Effect(EffectKind.TASK, summary="The applicant has not answered the questionnaire yet.")
        )
    return procedure, tuple(effects)


def _steps() -> dict[tuple[str, str], Step]:
    steps: dict[tuple[str, str], Step] = {
        (RECEIVED, DOCUMENTS): _documents,
        (DOCUMENTS, SENT): _sent,
        (DOCUMENTS, AUDITED): _inspected,
        (SENT, BACK): to(BACK),
        (BACK, POSITIVE): to(POSITIVE),
        (BACK, NEGATIVE): _refused,
        # New figures may turn it.
        (NEGATIVE, POSITIVE): to(POSITIVE),
        (POSITIVE, AUDITED): to(AUDITED),
        (AUDITED, ADVISED): _advised,
        (AUDITED, GRANTED): _granted,
        (ADVISED, GRANTED): _granted,
        (NEGATIVE, DECLINED): _DECLINE,
        (AUDITED, DECLINED): _DECLINE,
        (ADVISED, DECLINED): _DECLINE,
    }
    for state in RUNNING:
        steps[state, WITHDRAWN] = _WITHDRAW
        steps[state, ASK] = asking
        steps[state, ANSWERED] = answering
    return steps


APPLICATION = Machine(
    kind=ProcedureKind.APPLICATION,
    initial=RECEIVED,
    steps=_steps(),
    finals=frozenset({GRANTED, DECLINED, WITHDRAWN}),
    start=_start,
    elapse=_elapse,
    waiting=frozenset({SENT}),
    roles={
        POSITIVE: Role.ACCOUNTANT,
        NEGATIVE: Role.ACCOUNTANT,
        AUDITED: Role.AUDITOR,
        ADVISED: Role.AUDITOR,
    },
)
