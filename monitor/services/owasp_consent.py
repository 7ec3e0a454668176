"""Sites that nobody may test: whose last day for a test with attacks passed without consent.

The duty to test is the organisation's; without the owner's word it cannot be kept.  Then the
condition is unknown, not breached: no case, no mail to the member, a number for operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from monitor.domain.consent import Consent
from monitor.domain.label import Label, Obligation
from monitor.domain.obligation import ObligationRow, ObligationState, judge_count
from monitor.domain.site import Certification, Site, Standing
from monitor.services.catalogue import Catalogue
from monitor.services.consents import consent_counts
from monitor.services.obligations import QUALIFYING
from monitor.services.tx import Tx
from scanners.api import ScanKind

Key = tuple[str, str, str]
Duty = tuple[Certification, Label, Obligation]
UNKNOWN = "unknown_no_consent"


def owed(site: Site, catalogue: Catalogue) -> Iterable[Duty]:
    """The duties to test the site with attacks, by certification."""
    for held in site.certifications:
        label = catalogue.labels.get(held.label_id)
        if label is None or held.standing is not Standing.CERTIFIED:
            continue
        for rule in label.obligations:
            of_site = rule.per in ("", site.subject.value)
            if rule.scan is ScanKind.OWASP and rule.profile == QUALIFYING and of_site:
                yield held, label, rule


def unconsented(tx: Tx, catalogue: Catalogue, site: Site, now: datetime) -> frozenset[str]:
    """The labels of the site under which a test is overdue and nobody allows one."""
    duties = list(owed(site, catalogue))
    if not duties or _allowed(site, tx.consents(site.site_id), now.date()):
        return frozenset()
    done, rows = tx.done(site.site_id), tx.obligation_rows(site.site_id)
    return _overdue(site, duties, done, rows, now.date())


def counts(tx: Tx, catalogue: Catalogue, now: datetime) -> dict[str, int]:
    """Sites that are owed tests with attacks, by what they still want.

    Keys: those of ``consent_counts``, and ``unknown_no_consent``: of those without consent
    the ones whose last day is past, so that the condition is unknown.
    """
    due = [(site, duties) for site in tx.sites() if (duties := list(owed(site, catalogue)))]
    found = consent_counts(tx, (site for site, _ in due), now)
    by_site: dict[str, list[Consent]] = {}
    for one in tx.consents():
        by_site.setdefault(one.site_id, []).append(one)
    done, rows, today = tx.done(), tx.obligation_rows(), now.date()
    found[UNKNOWN] = sum(
        not _allowed(site, by_site.get(site.site_id, ()), today)
        and bool(_overdue(site, duties, done, rows, today))
        for site, duties in due
    )
    return found


def _allowed(site: Site, consents: Iterable[Consent], today: date) -> bool:
    return any(
        one.level.attacks and one.member_id == site.member_id and one.valid(today)
        for one in consents
    )


def _overdue(
    site: Site,
    duties: Iterable[Duty],
    done: Mapping[Key, Sequence[datetime]],
    rows: Mapping[Key, ObligationRow],
    today: date,
) -> frozenset[str]:
    found = set()
    for held, label, rule in duties:
        key = (site.site_id, label.label_id, rule.obligation_id)
        row = rows.get(key)
        # As the duty itself is counted: from admission, else from when we first knew of it.
        since = held.since or (today if row is None else row.first_at.date())
        days = [at.date() for at in done.get(key, ())]
        # What was tested lately is known, even if one test in a year is too few.
        lately = any(today - day <= (rule.newest_max_age or rule.within) for day in days)
        overdue = judge_count(rule, days, since, today).state is ObligationState.OVERDUE
        if overdue and not lately:
            found.add(label.label_id)
    return frozenset(found)
