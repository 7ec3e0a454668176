"""What staff ask for in a dispute: both views of one site at once, recorded in the audit alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.domain.member import Member
from monitor.domain.naming import ascii_name
from monitor.domain.site import Site, SubjectType
from monitor.services.records import AuditEntry
from monitor.services.rescans import RequestError
from monitor.services.surveillance import WorkSettings, scan_request
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanRequest, clip

# All of SSLyze takes some 600 connections, one at a time.
DEADLINE_S = 300.0


def ask_second_opinion(
    tx: Tx, site: Site, host: str | None, by: str, now: datetime, settings: WorkSettings
) -> ScanRequest:
    """The full TLS look at ``site``, or at ``host`` alone, one of its own; audited.

    RequestError for a seller, and for a host that is not the site's own.
    """
    if site.subject is SubjectType.SELLER:
        raise RequestError(f"{site.site_id} is a seller: a seller is never scanned technically")
    wanted = site if host is None else _at(site, host)
    # The scan needs nothing of the member, and one that is gone is no reason not to look.
    member = tx.member(site.member_id) or Member(site.member_id, legal_name="")
    request = scan_request(wanted, member, ScanKind.TLS, settings, {"tier": "full"})
    tx.audit(AuditEntry(now, by, "second_opinion", site.site_id, {"hosts": list(request.hosts)}))
    return replace(request, deadline_s=DEADLINE_S)


def _at(site: Site, name: str) -> Site:
    """The site as if it had this host alone; the port of the start URL is that of its host."""
    try:
        host = ascii_name(name.strip())
    except UnicodeError:
        host = ""
    if host not in site.all_hosts:
        own = ", ".join(site.all_hosts)
        raise RequestError(f"{clip(name, 100)!r} is no host of {site.site_id}; it has {own}")
    if host == site.host:
        return replace(site, hosts=())
    return replace(site, url=f"https://{f'[{host}]' if ':' in host else host}/", hosts=())
