"""``sites``: import, list, show, add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from monitor import bootstrap
from monitor.cli import EXIT_USAGE, Context, InputError
from monitor.commands.common import (
    actor,
    catalogue_of,
    echo_json,
    note,
    open_store,
    plain,
    settings_of,
    site_of,
    table,
)
from monitor.commands.files import read_import, read_site_file
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.references import known_parameters
from monitor.services.members import (
    ImportReport,
    Row,
    RowProblem,
    add_entry,
    clashes,
    conflicts,
    store_rows,
    without_numbers,
)
from monitor.services.once import rfc3339
from monitor.services.tx import Tx
from monitor.settings import Settings


@click.group()
def sites() -> None:
    """Member sites: import, list, show, add."""


@sites.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--partial", is_flag=True, help="Import the good rows of a file with bad ones.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def sites_import(context: Context, file: Path, partial: bool, as_json: bool) -> int:
    """Import members and sites from FILE (CSV or YAML).

    Importing the same file twice changes nothing.  Every bad row is named by
    line; a file with one bad row imports nothing, unless --partial.  What a row
    leaves out stays as it is on file.
    """
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    rows, problems = read_import(file, tuple(catalogue.labels))
    problems = [*problems, *conflicts(rows)]
    good = _without(rows, problems)
    clock = bootstrap.system_clock()

    def work(tx: Tx) -> ImportReport:
        if problems and not partial:
            # Nothing will be put, but everything that is wrong is told at once.
            return ImportReport(problems=clashes(tx, good))
        return store_rows(tx, good, catalogue, actor(), clock.now(), partial=partial)

    report = ImportReport()
    if good:
        with open_store(settings) as store:
            report = store.transact(work)
    problems = sorted([*problems, *report.problems], key=lambda problem: problem.line)
    _report(file, replace(report, problems=tuple(problems)), _without(good, problems), as_json)
    return EXIT_USAGE if problems else 0


def _without(rows: Sequence[Row], problems: Sequence[RowProblem]) -> list[Row]:
    bad = {problem.line for problem in problems}
    return [row for row in rows if row.line not in bad]


def _report(file: Path, report: ImportReport, good: Sequence[Row], as_json: bool) -> None:
    for problem in report.problems:
        note(f"{file}:{problem.line}: {problem.message}")
    if as_json:
        echo_json(
            {
                "schema": "keurwacht/import@1",
                "stored": report.stored,
                "added": report.added,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "problems": [_problem_json(problem) for problem in report.problems],
            }
        )
        return
    if not report.stored:
        note("nothing imported" + ("; --partial imports the good rows" if good else ""))
        return
    note(f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged")
    for what, count in without_numbers(row.entry for row in good).items():
        if count:
            note(f"{count} without a {what}: conditions about it stay unknown")


def _problem_json(problem: RowProblem) -> dict[str, object]:
    return {"line": problem.line, "message": problem.message}


@sites.command("list")
@click.option("--label", help="Only sites with this label.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def sites_list(context: Context, label: str | None, as_json: bool) -> None:
    """List the sites."""
    settings = settings_of(context)
    if label is not None and label not in (known := catalogue_of(settings).labels):
        choices = ", ".join(sorted(known))
        raise InputError(f"--label: unknown label {plain(label)!r}; known: {choices}")
    with open_store(settings) as store:
        found = store.transact(lambda tx: tx.sites(label))
    if as_json:
        echo_json({"schema": "keurwacht/sites@1", "sites": [site_json(site) for site in found]})
        return
    table(
        ("site", "url", "subject", "member", "labels"),
        [
            (s.site_id, s.url, s.subject.value, s.member_id,
             ", ".join(f"{c.label_id} ({c.standing.value})" for c in s.certifications))
            for s in found
        ],
    )  # fmt: skip


@sites.command("show")
@click.argument("site")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def sites_show(context: Context, site: str, as_json: bool) -> None:
    """Show SITE (id, URL or host) with its member and schedule."""
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        member = store.transact(lambda tx: tx.member(found.member_id))
        due = store.transact(lambda tx: tx.due_rows(found.site_id))
    document = {
        **site_json(found),
        "member": None if member is None else member_json(member),
        "due": [{"kind": row.kind.value, "ready_at": rfc3339(row.ready_at)} for row in due],
    }
    if as_json:
        echo_json(document)
        return
    table(("", ""), [(key, _flat(value)) for key, value in document.items() if key != "due"])
    table(("scan", "next"), [(row.kind.value, rfc3339(row.ready_at)) for row in due])


@sites.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def sites_add(context: Context, file: Path) -> None:
    """Add or change the one site of a site FILE (YAML).

    What the file leaves out stays as it is on file.
    """
    settings: Settings = settings_of(context)
    catalogue = catalogue_of(settings)
    known = known_parameters(catalogue.labels.values(), catalogue.judges)
    entry = read_site_file(file, tuple(catalogue.labels), known)
    clock = bootstrap.system_clock()
    if not entry.member.legal_name:
        raise InputError(f"{file}: member.legal_name: is missing")
    with open_store(settings) as store:
        wrong = store.transact(lambda tx: add_entry(tx, entry, catalogue, actor(), clock.now()))
        if wrong:
            raise InputError("\n".join(f"{file}: {why}" for why in wrong))
        stored = store.transact(lambda tx: tx.site(entry.site.site_id)) or entry.site
    if entry.parameters:
        note("parameters are for `keurwacht check`; the daemon takes those of the label file")
    kinds = ", ".join(sorted(catalogue.kinds(stored)))
    note(f"{entry.site.site_id}: {kinds or 'no label asks for a scan'}")


def site_json(site: Site) -> dict[str, object]:
    """A site as a document."""
    return {
        "id": site.site_id,
        "url": site.url,
        "subject": site.subject.value,
        "hosts": list(site.all_hosts),
        "profile_urls": list(site.profile_urls),
        "certificate_url": site.certificate_url,
        "platform": site.platform,
        "member_id": site.member_id,
        "certifications": [
            {
                "label": c.label_id,
                "standing": c.standing.value,
                "since": None if c.since is None else c.since.isoformat(),
                "valid_until": None if c.valid_until is None else c.valid_until.isoformat(),
            }
            for c in site.certifications
        ],
    }


def member_json(member: Member) -> dict[str, object]:
    """A member as a document."""
    return {
        "id": member.member_id,
        "legal_name": member.legal_name,
        "trade_names": list(member.trade_names),
        "kvk": member.kvk,
        "kbo": member.kbo,
        "vat": member.vat,
        "address": member.address,
        "customers": sorted(member.customers),
        "jurisdiction": member.jurisdiction,
        "languages": list(member.languages),
        "flags": sorted(member.flags),
        "size": member.size,
        "categories": [c.name for c in member.categories],
        "contacts": [
            {"email": c.email, "name": c.name, "language": c.language, "role": c.role.value}
            for c in member.contacts
        ],
    }


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_flat(item)}" for key, item in value.items() if item)
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return "-" if value is None else str(value)
