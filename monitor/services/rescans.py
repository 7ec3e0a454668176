"""What staff ask for: a rescan, an attestation, a baseline accepted."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

from monitor.domain.attestation import Attestation
from monitor.domain.label import ConditionClass
from monitor.domain.site import Site
from monitor.services.catalogue import Catalogue
from monitor.services.records import AuditEntry
from monitor.services.tx import Tx
from scanners.api import ScanKind


class RequestError(Exception):
    """The request names something that is not there; the message has the choices."""


def rescan(
    tx: Tx, site: Site, kinds: frozenset[ScanKind], by: str, now: datetime
) -> frozenset[ScanKind]:
    """Make the site's checks of those kinds due at once; all of them when none is named.

    Takes the ordinary road, so it can never open a second case for the same thing.
    """
    ordered = frozenset(row.kind for row in tx.due_rows(site.site_id))
    wanted = kinds or ordered
    if strange := wanted - ordered:
        raise RequestError(
            f"{site.site_id} has no check of kind {', '.join(sorted(strange))};"
            f" it has {', '.join(sorted(ordered)) or 'none'}"
        )
    tx.request(site.site_id, wanted, now, by)
    tx.audit(AuditEntry(now, by, "rescan_requested", site.site_id, {"kinds": sorted(wanted)}))
    return wanted


def attest(
    tx: Tx,
    site: Site,
    condition_id: str,
    until: date,
    by: str,
    document: bytes | None,
    catalogue: Catalogue,
    now: datetime,
) -> Attestation:
    """Record a document or answer that is good through ``until``, today at the earliest."""
    if until < now.date():
        raise RequestError(f"{until} is past; the earliest day is {now.date()}")
    attested = {
        c.condition_id
        for label in catalogue.labels_of(site)
        for c in label.conditions
        if c.condition_class is ConditionClass.ATTESTATION
    }
    if condition_id not in attested:
        raise RequestError(
            f"{condition_id!r} is not an attested condition of {site.site_id};"
            f" it has {', '.join(sorted(attested)) or 'none'}"
        )
    digest = None if document is None else sha256(document).hexdigest()
    attestation = Attestation(site.site_id, condition_id, until, by, now, file_sha256=digest)
    tx.put_attestation(attestation, document)
    # The verdict follows with the next look; the cheapest one is asked for now.
    kinds = sorted(row.kind for row in tx.due_rows(site.site_id))
    if kinds:
        cheapest = ScanKind.CERTIFICATE if ScanKind.CERTIFICATE in kinds else kinds[0]
        tx.request(site.site_id, frozenset({cheapest}), now, by)
    detail = {"condition": condition_id, "until": until.isoformat(), "file_sha256": digest}
    tx.audit(AuditEntry(now, by, "attestation_recorded", site.site_id, detail))
    return attestation


def accept_baseline(tx: Tx, site: Site, by: str, now: datetime) -> bool:
    """Make the proposed baseline the accepted one; False when nothing was proposed."""
    if not tx.accept_baseline(site.site_id, now, by):
        return False
    tx.request(site.site_id, frozenset({ScanKind.DRIFT}), now, by)
    tx.audit(AuditEntry(now, by, "baseline_accepted", site.site_id))
    return True
