"""Documents that wait for our own decision: whoever decides is reminded, then operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.attestation import Attestation
from monitor.domain.label import Label
from monitor.domain.site import Site
from monitor.services.attestations import attested
from monitor.services.catalogue import Catalogue
from monitor.services.messages import Office, cut_short
from monitor.services.tx import Tx

# A label parameter: after so many days a document under review is brought to mind, and
# every so many days again.
REVIEW_DAYS, REVIEW_DAYS_DEFAULT = "document_review_days", 7
# From the second time on operations hear of it too: it is us who are late.
_OURS_FROM = 2


def remind_deciders(tx: Tx, catalogue: Catalogue, office: Office, now: datetime) -> int:
    """One digest for each address of those who decide; returns how many documents are late.

    A member whose document lies with us is never reminded and never accused.
    """
    lines: dict[str, list[str]] = defaultdict(list)
    overdue: list[str] = []
    late = 0
    for one in tx.undecided_attestations():
        site = tx.site(one.site_id)
        asked = [] if site is None else [
            row for row in attested(site, catalogue) if row[1].condition_id == one.condition_id
        ]  # fmt: skip
        if site is None or not asked:
            continue
        days = min(_review_days(label) for label, _, _ in asked)
        times = (now - one.recorded_at) // timedelta(days=days)
        if times < 1 or not tx.remember(_subject(one), str(times), now):
            continue
        late += 1
        roles = asked[0][2].decided_by
        line = f"{_named(site, one)}: waits since {one.recorded_at.date()} for {', '.join(roles)}"
        people = office.team(roles)
        for address in people:
            lines[address].append(line)
        if times >= _OURS_FROM or not people:
            overdue.append(line)
    _tell(tx, office, lines, now)
    if overdue:
        _alert_operations(tx, office, overdue, now)
    return late


def _review_days(label: Label) -> int:
    value = label.parameters.get(REVIEW_DAYS)
    return value if isinstance(value, int) and value > 0 else REVIEW_DAYS_DEFAULT


def _subject(one: Attestation) -> str:
    moment = int(one.recorded_at.timestamp())
    return f"undecided:{one.site_id}:{one.condition_id}:{moment}"


def _named(site: Site, one: Attestation) -> str:
    return f"{site.site_id}: {one.condition_id}"


def _tell(tx: Tx, office: Office, lines: Mapping[str, Sequence[str]], now: datetime) -> None:
    for address, mine in sorted(lines.items()):
        said = f"{len(mine)} documents wait for your decision; the members have done their part."
        tx.add_alert(_alert(Audience.STAFF, "task", address, said, mine, office, now))


def _alert_operations(tx: Tx, office: Office, lines: Sequence[str], now: datetime) -> None:
    said = f"{len(lines)} documents have waited too long for a decision of ours."
    for address in office.operations:
        tx.add_alert(_alert(Audience.OPERATIONS, "ops", address, said, lines, office, now))


def _alert(
    audience: Audience,
    template: str,
    address: str,
    summary: str,
    lines: Sequence[str],
    office: Office,
    now: datetime,
) -> Alert:
    return Alert(
        thread=f"undecided:{audience.value}:{now.isoformat()}",
        step="digest",
        audience=audience,
        channel=ChannelKind.EMAIL,
        recipient=address,
        language=office.language,
        template=template,
        site_id="",
        created_at=now,
        context={
            "site_url": "",
            "host": f"{len(lines)} documents",
            "summary": summary,
            "reasons": cut_short(lines),
        },
    )
