"""Alerts as the services queue them, for the tests of mail."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.adapters.channels.words import FOR_MEMBERS, TemplateName
from monitor.domain.alert import Alert, Audience, ChannelKind, Outgoing

NOW = datetime(2026, 11, 21, 8, 42, 7, tzinfo=UTC)
ORGANISATION = "Stichting Keurmerk"


class FixedClock:
    """Stands still unless moved."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def a_context(**changes: object) -> dict[str, object]:
    """Every key the services fill."""
    context: dict[str, object] = {
        "site_url": "https://shop.example/",
        "host": "shop.example",
        "country": "NL",
        "member_name": "Voorbeeld Handel B.V.",
        "contact_name": "Jan de Vries",
        "case_id": "KW-2026-000412",
        "labels": ["Thuiswinkel Zakelijk"],
        "condition_id": "tz-12.7b",
        "statement": "STATEMENT-OF-THE-CONDITION",
        "clause": "Veiligheidscriteria 7 b (framework 2017-01-01)",
        "message": "MESSAGE-OF-THE-LABEL-FILE",
        "summary": "SUMMARY-FOR-STAFF",
        "severity": "high",
        "seen_at": "2026-11-21T08:40:00Z",
        "evidence": [
            {
                "source_url": "https://shop.example/contact",
                "seen_at": "2026-11-21T08:40:00Z",
                "excerpt": "EXCERPT-OF-THE-PAGE",
                "sha256": "ab" * 32,
            }
        ],
        "due_at": "2026-12-05T13:10:00Z",
        "term_days": 14,
        "postponements_left": 1,
        "reminder_number": 1,
        "reasons": ["tz-3.1a: the start page answered 403"],
        "count": 23,
        "since": "2026-11-14T07:00:00Z",
        "reply_to": "",
        "day": "2027-01-31",
    }
    return context | changes


def an_alert(
    template: str = "notice",
    language: str = "nl",
    *,
    context: dict[str, object] | None = None,
    step: str | None = None,
    thread: str = "KW-2026-000412",
    recipient: str = "jan@shop.example",
) -> Alert:
    member = template in {name.value for name in FOR_MEMBERS}
    in_case = TemplateName(template) not in {
        TemplateName.TICKET,
        TemplateName.TELL_MEMBER,
        TemplateName.SEEN_AGAIN,
        TemplateName.ADVICE,
        TemplateName.OPS,
        TemplateName.VALVE,
        TemplateName.TEST,
        TemplateName.RENEWAL,
        TemplateName.DIGEST,
    }
    return Alert(
        thread=thread,
        step=step or template,
        audience=Audience.MEMBER if member else Audience.STAFF,
        channel=ChannelKind.EMAIL,
        recipient=recipient,
        language=language,
        template=template,
        site_id="s1",
        created_at=NOW,
        case_id=thread if in_case else None,
        context=a_context() if context is None else context,
    )


def outgoing(alert: Alert | None = None, root_id: str | None = None) -> Outgoing:
    return Outgoing(alert or an_alert(), root_id, token=1, tries=1)
