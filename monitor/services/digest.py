"""Advice that is collected: one mail to each member a quarter (remedy RI)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.finding import Finding
from monitor.domain.label import Condition, Label
from monitor.domain.member import Contact, Member
from monitor.domain.site import Site, Standing
from monitor.services.catalogue import Catalogue
from monitor.services.messages import contacts_for, said_of
from monitor.services.records import CurrentFinding
from monitor.services.tx import Tx

LINES_MAX = 30
# Under which it is kept which quarters were told, and that there was a first.
DIGEST, BEGUN = "digest", "begun"
Found = tuple[Site, Label, Condition, CurrentFinding]


def quarter_of(now: datetime) -> str:
    """Such as ``2026-Q4``."""
    return f"{now.year}-Q{(now.month - 1) // 3 + 1}"


def send_digest(tx: Tx, catalogue: Catalogue, now: datetime) -> int:
    """Collect what conditions with a digest remedy found; returns how many members were told.

    At the first round of a quarter, and nothing to a member with nothing to tell.
    The quarter in which the monitor began is still being collected.
    """
    due = tx.remember(DIGEST, quarter_of(now), now)
    begins = tx.remember(DIGEST, BEGUN, now)
    if not due or begins:
        return 0
    rows: dict[str, list[CurrentFinding]] = defaultdict(list)
    for row in tx.not_met(_collected(catalogue)):
        rows[row.site_id].append(row)
    by_member: dict[str, list[Found]] = defaultdict(list)
    for site in tx.sites():
        by_member[site.member_id].extend(_of_site(rows[site.site_id], catalogue, site))
    told = 0
    for member_id, found in sorted(by_member.items()):
        member = tx.member(member_id)
        if member is None or not found:
            continue
        told += 1
        for contact in contacts_for(member, ("contact",)):
            tx.add_alert(_mail(member, contact, found, now))
    return told


def _collected(catalogue: Catalogue) -> frozenset[str]:
    """The ids of conditions of which some outcome is collected: the others are not read."""
    return frozenset(
        condition.condition_id
        for label in catalogue.labels.values()
        for condition in label.conditions
        for code in (condition.remedy, *(m.remedy for m in condition.findings.values()))
        if (remedy := label.remedies.get(code or "")) is not None and remedy.digest
    )


def _of_site(rows: Sequence[CurrentFinding], catalogue: Catalogue, site: Site) -> list[Found]:
    """What is only advice there; of an applicant staff alone hear."""
    held = {c.label_id for c in site.certifications if c.standing is Standing.CERTIFIED}
    found: dict[str, Found] = {}
    for row in rows:
        pair = catalogue.condition(row.label_id, row.condition_id)
        stands = row.label_id in held and row.finding is Finding.NOT_MET and not row.review
        if stands and pair is not None and _is_collected(row, *pair):
            # Two labels may ask the same: it is said once.
            found.setdefault(row.condition_id, (site, *pair, row))
    return list(found.values())


def _is_collected(row: CurrentFinding, label: Label, condition: Condition) -> bool:
    mapped = condition.findings.get(row.outcome)
    code = condition.remedy if mapped is None else mapped.remedy or condition.remedy
    remedy = label.remedies.get(code)
    return remedy is not None and remedy.digest


def _mail(member: Member, contact: Contact, found: list[Found], now: datetime) -> Alert:
    language = contact.language
    lines = [
        f"- {site.host}, {condition.condition_id}: "
        + said_of(label, condition, row.outcome, {"site": site.url}, language)
        for site, label, condition, row in found[:LINES_MAX]
    ]
    site = found[0][0]
    return Alert(
        thread=f"digest:{member.member_id}:{quarter_of(now)}",
        step="digest",
        audience=Audience.MEMBER,
        channel=ChannelKind.EMAIL,
        recipient=contact.email,
        language=language,
        template="digest",
        site_id=site.site_id,
        created_at=now,
        context={
            "host": site.host,
            "country": member.jurisdiction,
            "member_name": member.legal_name,
            "contact_name": contact.name,
            "message": "\n".join(lines),
        },
    )
