"""Members and sites in: a whole file or nothing, twice the same is once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.check import Check, check_for
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.services.catalogue import Catalogue
from monitor.services.entries import Entry
from monitor.services.records import AuditEntry
from monitor.services.tx import Tx
from scanners.api import ScanKind

FIRST_LOOK_APART = timedelta(seconds=1)
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A bad row of an import file."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; ``problems`` hold one line per bad row and reason."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A parsed row with its line in the file."""

    line: int
    entry: Entry


def conflicts(rows: Sequence[Row]) -> tuple[RowProblem, ...]:
    """Rows that contradict an earlier one: the same site twice, one member in two versions."""
    sites: dict[str, Row] = {}
    members: dict[str, Row] = {}
    found = []
    for row in rows:
        site, member = row.entry.site, row.entry.member
        first = sites.setdefault(site.site_id, row)
        if first is not row:
            found.append(
                RowProblem(row.line, f"site {site.site_id!r} is in line {first.line} already")
            )
        same = members.setdefault(member.member_id, row)
        if same is not row and same.entry.member != member:
            message = f"member {member.member_id!r} differs from line {same.line}"
            found.append(RowProblem(row.line, message))
    return tuple(found)


def store_rows(
    tx: Tx, rows: Sequence[Row], catalogue: Catalogue, by: str, now: datetime
) -> ImportReport:
    """Put the rows; sites that are there already keep their schedule, cases and history."""
    known_sites = {site.site_id: site for site in tx.sites()}
    known_members = {member.member_id: member for member in tx.members()}
    added = changed = unchanged = 0
    news: list[Entry] = []
    for row in rows:
        before = known_sites.get(row.entry.site.site_id)
        old_member = known_members.get(row.entry.member.member_id)
        if (before, old_member) == (row.entry.site, row.entry.member):
            unchanged += 1
            continue
        news.append(row.entry)
        if before is None:
            added += 1
        else:
            changed += 1
    tx.put_members({entry.member.member_id: entry.member for entry in news}.values())
    tx.put_sites(entry.site for entry in news)
    fresh = {row.entry.site.site_id for row in rows} - known_sites.keys()
    order(tx, [row.entry.site for row in rows], catalogue, now, fresh)
    tx.audit(AuditEntry(now, by, "sites_imported", "sites", {"added": added, "changed": changed}))
    return ImportReport(added, changed, unchanged, stored=True)


def put_site(
    tx: Tx, site: Site, member: Member, catalogue: Catalogue, by: str, now: datetime
) -> None:
    """Add or change one site."""
    tx.put_members([member])
    tx.put_sites([site])
    order(tx, [site], catalogue, now, frozenset())
    tx.audit(AuditEntry(now, by, "site_put", site.site_id))


def order(
    tx: Tx, sites: Iterable[Site], catalogue: Catalogue, now: datetime, newcomers: AbstractSet[str]
) -> None:
    """Give every site its standing orders; first looks of ``newcomers`` are spread."""
    window_all = FIRST_LOOK_APART * max(len(newcomers), 1)
    rows: list[tuple[Check, datetime, str]] = []
    known: dict[frozenset[ScanKind], list[str]] = {}
    for site in sites:
        kinds = catalogue.kinds(site)
        if site.site_id not in newcomers:
            known.setdefault(kinds, []).append(site.site_id)
        for kind in sorted(kinds):
            check = check_for(site.site_id, kind, catalogue.cadences[kind])
            first = now + min(check.cadence, window_all) * (check.phase / check.cadence)
            rows.append((check, first, site.politeness_key))
        if len(rows) >= ROWS_AT_ONCE:
            tx.put_checks(rows)
            rows = []
    tx.put_checks(rows)
    for kinds, site_ids in known.items():
        tx.drop_checks(site_ids, kinds)


def reorder_all(tx: Tx, catalogue: Catalogue, now: datetime) -> None:
    """After a change of labels or cadences: standing orders as they should be now."""
    order(tx, tx.sites(), catalogue, now, frozenset())


def without_numbers(entries: Iterable[Entry]) -> Mapping[str, int]:
    """How many members of an import have no register or VAT number on file."""
    missing = {"register number": 0, "VAT number": 0}
    for entry in entries:
        member = entry.member
        missing["register number"] += not (member.kvk or member.kbo)
        missing["VAT number"] += not member.vat and "vat_exempt" not in member.flags
    return missing
