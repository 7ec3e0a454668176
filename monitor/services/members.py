"""Members and sites in: a whole file or nothing, twice the same is once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.check import Check, check_for
from monitor.domain.member import Member, same_trader
from monitor.domain.site import Site
from monitor.services.catalogue import Catalogue
from monitor.services.entries import MEMBER_FIELDS, SITE_FIELDS, Entry
from monitor.services.records import AuditEntry
from monitor.services.standings import settle
from monitor.services.tx import Tx
from scanners.api import ScanKind, clip

SHOWN_MAX_CHARS = 200
FIRST_LOOK_APART = timedelta(seconds=1)
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A bad row of an import file."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; ``problems`` hold one line per bad row and reason.

    ``changed`` counts sites that were on file, and members that were on file and
    changed beside new sites alone.
    """

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
    """Rows that contradict an earlier one: the same site twice, one member in two versions.

    What only one of them says of a member is no contradiction.
    """
    sites: dict[str, Row] = {}
    said: dict[tuple[str, str], Row] = {}
    found = []
    for row in rows:
        site, member = row.entry.site, row.entry.member
        first = sites.setdefault(site.site_id, row)
        if first is not row:
            found.append(
                RowProblem(row.line, f"site {site.site_id!r} is in line {first.line} already")
            )
        for name in sorted(row.entry.given & MEMBER_FIELDS):
            same = said.setdefault((member.member_id, name), row)
            if getattr(same.entry.member, name) != getattr(member, name):
                message = f"member {member.member_id!r} differs from line {same.line}"
                found.append(RowProblem(row.line, message))
                break
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _File:
    """What is on file, by id."""

    sites: dict[str, Site]
    members: dict[str, Member]

    def clash(self, entry: Entry) -> tuple[str, ...]:
        """Why the entry must not replace what has its ids; an id that is said is meant."""
        found = []
        site, member = entry.site, entry.member
        old, owner = self.sites.get(site.site_id), self.members.get(member.member_id)
        moved = old is not None and _bare(old.url) != _bare(site.url)
        if old is not None and moved and "site_id" not in entry.given:
            found.append(
                f"url: site {site.site_id!r} is on file with the URL "
                f"{clip(old.url, SHOWN_MAX_CHARS)!r}; say `id: {site.site_id}` to change it, or "
                "give this site an id of its own"
            )
        known = owner is not None and "member_id" not in entry.given
        if owner is not None and known and not same_trader(owner, member):
            found.append(
                f"member: {member.member_id!r} is on file as {_named(owner)}, not as "
                f"{_named(member)}; say `id: {member.member_id}` (in a CSV file: member_id) to "
                "change it, or give this member an id of its own"
            )
        return tuple(found)

    def merged(self, entry: Entry) -> tuple[Site, Member]:
        """The entry on top of what is on file: what it leaves out stays."""
        site, member = entry.site, entry.member
        old, owner = self.sites.get(site.site_id), self.members.get(member.member_id)
        if old is not None:
            said = {name: getattr(site, name) for name in entry.given & SITE_FIELDS}
            site = replace(old, url=site.url, member_id=member.member_id, **said)
        if owner is not None:
            said = {name: getattr(member, name) for name in entry.given & MEMBER_FIELDS}
            member = replace(owner, **said)
        return site, member


def _file(tx: Tx) -> _File:
    sites = {site.site_id: site for site in tx.sites()}
    return _File(sites, {member.member_id: member for member in tx.members()})


def _bare(url: str) -> str:
    """What names the site: http or https and a closing slash make no other one."""
    return url.partition("://")[2].rstrip("/")


def _named(member: Member) -> str:
    numbers = [f"{name} {number}" for name, number in (("KvK", member.kvk), ("KBO", member.kbo))
               if number]  # fmt: skip
    name = repr(clip(member.legal_name, SHOWN_MAX_CHARS))
    return f"{name} ({', '.join(numbers)})" if numbers else name


def clashes(tx: Tx, rows: Sequence[Row]) -> tuple[RowProblem, ...]:
    """Rows whose ids, made by us, are on file for another site or another company."""
    file = _file(tx)
    return tuple(RowProblem(row.line, text) for row in rows for text in file.clash(row.entry))


def store_rows(
    tx: Tx,
    rows: Sequence[Row],
    catalogue: Catalogue,
    by: str,
    now: datetime,
    *,
    partial: bool = False,
) -> ImportReport:
    """Put the rows; sites that are there already keep their schedule, cases and history.

    What a row leaves out of its site and member stays as it is on file.  With
    rows that clash with the file nothing is put; ``partial``: the others are.
    """
    wrong = clashes(tx, rows)
    bad = {problem.line for problem in wrong}
    good = [row for row in rows if row.line not in bad]
    if wrong and not (partial and good):
        return ImportReport(problems=wrong)
    file, news = _file(tx), _News()
    fresh = {row.entry.site.site_id for row in good} - file.sites.keys()
    for row in good:
        news.add(file, row.entry)
    tx.put_members(news.members.values())
    tx.put_sites(news.sites.values())
    order(tx, [file.sites[row.entry.site.site_id] for row in good], catalogue, now, fresh)
    changed = news.changed + len(news.renewed)
    detail = {"added": news.added, "changed": changed}
    tx.audit(AuditEntry(now, by, "sites_imported", "sites", detail))
    return ImportReport(news.added, changed, news.unchanged, wrong, stored=True)


class _News:
    """What the rows change: to be put, and counted.

    ``renewed`` are members that were on file and changed beside new sites.
    """

    def __init__(self) -> None:
        self.added = self.changed = self.unchanged = 0
        self.renewed: set[str] = set()
        self.sites: dict[str, Site] = {}
        self.members: dict[str, Member] = {}
        self._begun: set[str] = set()

    def add(self, file: _File, entry: Entry) -> None:
        """Merge one entry into ``file``."""
        site, member = file.merged(entry)
        old, owner = file.sites.get(site.site_id), file.members.get(member.member_id)
        if (old, owner) == (site, member):
            self.unchanged += 1
            return
        if owner is None:
            self._begun.add(member.member_id)
        if old is not None:
            self.changed += 1
            self.renewed.discard(member.member_id)
            self._begun.add(member.member_id)
        else:
            self.added += 1
            if owner != member and member.member_id not in self._begun:
                self.renewed.add(member.member_id)
        self.sites[site.site_id] = file.sites[site.site_id] = site
        self.members[member.member_id] = file.members[member.member_id] = member


def add_entry(
    tx: Tx, entry: Entry, catalogue: Catalogue, by: str, now: datetime
) -> tuple[str, ...]:
    """Add or change the site of one entry; why not, when its ids are another's on file."""
    file = _file(tx)
    wrong = file.clash(entry)
    if not wrong:
        put_site(tx, *file.merged(entry), catalogue, by, now)
    return wrong


def put_site(
    tx: Tx, site: Site, member: Member, catalogue: Catalogue, by: str, now: datetime
) -> None:
    """Add or change one site."""
    tx.put_members([member])
    tx.put_sites([site])
    order(tx, [site], catalogue, now, frozenset())
    tx.audit(AuditEntry(now, by, "site_put", site.site_id))


def order(
    tx: Tx, sites: Sequence[Site], catalogue: Catalogue, now: datetime, newcomers: AbstractSet[str]
) -> None:
    """Give every site its standing orders; first looks of ``newcomers`` are spread.

    Verdicts of labels that a site no longer holds are closed.
    """
    window_all = FIRST_LOOK_APART * max(len(newcomers), 1)
    rows: list[tuple[Check, datetime, str]] = []
    known: dict[frozenset[ScanKind], list[str]] = {}
    for site in sites:
        kinds = catalogue.kinds(site, now)
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
    settle(tx, sites, catalogue, now)


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
