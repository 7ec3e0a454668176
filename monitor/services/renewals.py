"""Which documents have a reminder that may have to be said, and how reminders are named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from monitor.domain.attestation import Attestation, stage_due
from monitor.services.catalogue import Catalogue
from monitor.services.tx import Tx


def unsaid(tx: Tx, catalogue: Catalogue, today: date) -> list[Attestation]:
    """Those with a stage that may have to be said: the fleet is not read for the others."""
    rules: dict[str, list[tuple[Sequence[timedelta], timedelta]]] = defaultdict(list)
    for label in catalogue.labels.values():
        for condition in label.conditions:
            rule, remedy = condition.attestation, label.remedies.get(condition.remedy)
            if rule is not None and remedy is not None:
                rules[condition.condition_id].append((remedy.renew_before, rule.grace))
    known = [pair for pairs in rules.values() for pair in pairs]
    horizon = max((before for stages, _ in known for before in stages), default=timedelta(0))
    grace = max((each for _, each in known), default=timedelta(0))
    wanted: list[tuple[Attestation, str]] = []
    for one in tx.expiring_attestations(today + horizon, today - grace):
        due = {stage_due(one, *pair, today) for pair in rules[one.condition_id]} - {None}
        wanted.extend((one, str(stage.days)) for stage in due if stage is not None)
    said = tx.said({subject_of(one) for one, _ in wanted})
    left = {subject_of(one): one for one, stage in wanted if (subject_of(one), stage) not in said}
    return list(left.values())


def subject_of(one: Attestation) -> str:
    """Under which it is kept that a stage was said (``Tx.remember``)."""
    return f"renewal:{one.site_id}:{one.condition_id}:{one.good_through()}"


def thread_of(one: Attestation) -> str:
    """Identities are shown to everybody: the end of a confidential document is no part of one."""
    return f"renewal:{one.site_id}:{one.condition_id}:{int(one.recorded_at.timestamp())}"
