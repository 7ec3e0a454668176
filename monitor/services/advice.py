"""Advice: a condition is met, but not for long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.finding import ConditionFinding
from monitor.domain.label import Label
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.services.messages import contacts_for, named_in, said_of, shown_moment
from monitor.services.records import CurrentFinding
from monitor.services.tx import Tx


def advise(
    tx: Tx,
    site: Site,
    member: Member,
    fresh: Sequence[tuple[Label, ConditionFinding]],
    gap: timedelta,
    now: datetime,
) -> None:
    """A friendly word once per stretch of time in which the advice holds.

    A look more than ``gap`` after the last one begins another stretch.
    """
    told: set[str] = set()
    for label, finding in fresh:
        condition = label.condition(finding.condition_id)
        if not finding.advice or condition is None or finding.condition_id in told:
            continue
        told.add(finding.condition_id)
        about = (label.label_id, finding.condition_id, finding.outcome)
        since = _since(tx.findings(site.site_id), about, gap, now)
        for contact in contacts_for(member, ("contact", "technical")):
            tx.add_alert(
                Alert(
                    thread=f"advice:{site.site_id}:{finding.condition_id}:{since}",
                    step="advice",
                    audience=Audience.MEMBER,
                    channel=ChannelKind.EMAIL,
                    recipient=contact.email,
                    language=contact.language,
                    template="advice",
                    site_id=site.site_id,
                    created_at=now,
                    context={
                        **named_in(site, member),
                        "contact_name": contact.name,
                        "condition_id": finding.condition_id,
                        "labels": [label.text(label.title, contact.language)],
                        "statement": label.text(condition.statement, contact.language),
                        "message": said_of(
                            label,
                            condition,
                            finding.outcome,
                            {"site": site.url, **finding.values},
                            contact.language,
                        ),
                        "seen_at": shown_moment(now),
                    },
                )
            )


def _since(
    rows: Iterable[CurrentFinding], about: tuple[str, str, str], gap: timedelta, now: datetime
) -> int:
    """When the stretch of time of that outcome began; a gap ends one, as in the history."""
    for row in rows:
        same = (row.label_id, row.condition_id, row.outcome) == about
        if same and now - row.last_at <= gap:
            return int(row.first_at.timestamp())
    return int(now.timestamp())
