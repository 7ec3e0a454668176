"""``check``: one look at one site, without a database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import echo_json, note, plain, settings_of, table
from monitor.commands.files import read_site_file, wrong_parameter
from monitor.commands.net import net_options, with_net_options
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.judge import Param
from monitor.policy.references import checked_overrides, known_parameters
from monitor.policy.schemes import LabelFileError
from monitor.services.entries import Entry, canonical_url, site_id_of
from monitor.services.once import CheckReport, OneLook, Progress, certifications_for, report_json
from scanners.api import ScanKind, ScanResult


@click.command()
@click.argument("url", required=False)
@click.option(
    "--site",
    "site_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Site file (YAML) with the member's registered data.",
)
@click.option(
    "--label", "labels", multiple=True, metavar="ID", help="Judge by this label; may be repeated."
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([k.value for k in ScanKind]),
    help="Only this kind of scan; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document (keurwacht/check@1).")
@with_net_options(mx=True)
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="Set a label parameter."
)
@click.pass_obj
def check(
    context: Context,
    url: str | None,
    site_file: Path | None,
    labels: tuple[str, ...],
    only: tuple[str, ...],
    as_json: bool,
    ca_file: Path | None,
    resolve: tuple[str, ...],
    mx: tuple[str, ...],
    networks: tuple[str, ...],
    params: tuple[str, ...],
) -> int:
    """Look at one site once: URL, or the one of a site file.

    One observation decides.  There is no office behind it: decisions of reviewers and
    waivers are not applied.  Exit 0: all met, 3: some condition not met, 4: nothing
    not met but something could not be evaluated.
    """
    settings = settings_of(context)
    options = net_options(settings, ca_file, resolve, mx, networks)
    try:
        look = bootstrap.one_look(settings, options)
    except LabelFileError as error:
        raise InputError(str(error)) from error
    known = known_parameters(look.labels.values(), look.judges)
    entry = entry_of(url, site_file, tuple(look.labels), known)
    _known_labels(labels, look)
    wanted = tuple(dict.fromkeys(labels))
    customers = frozenset(c.value for c in entry.member.customers)
    held = certifications_for(entry.site, wanted, look.labels, customers)
    site = replace(entry.site, certifications=held)
    kinds = frozenset(ScanKind(name) for name in only)
    for kind in sorted(kinds - look.scanners.keys()):
        note(f"--only {kind}: there is no scanner of this kind, nothing is seen")
    given = {**entry.parameters, **_overrides(params, known)}
    overrides = checked_overrides(given, look.labels.values(), look.judges)
    report = asyncio.run(look.check(site, entry.member, kinds, overrides, _progress(as_json)))
    if as_json:
        echo_json(report_json(report))
    else:
        _show(report)
    return report.exit_code


def entry_of(
    url: str | None, site_file: Path | None, labels: Sequence[str], known: Mapping[str, Param]
) -> Entry:
    """The site to look at: that of the file, or one made of its address alone."""
    if (url is None) == (site_file is None):
        raise InputError("give a URL or --site FILE, one of the two")
    if site_file is not None:
        return read_site_file(site_file, labels, known)
    start = canonical_url(url or "")
    if start is None:
        raise InputError(f"{plain(url)!r} is not an http or https URL")
    member = Member(member_id="none", legal_name="")
    return Entry(Site(site_id_of(start), member.member_id, start), member)


def _known_labels(labels: Sequence[str], look: OneLook) -> None:
    for label in labels:
        if label not in look.labels:
            choices = ", ".join(sorted(look.labels))
            raise InputError(f"--label: unknown label {plain(label)!r}; known: {choices}")


def _overrides(params: Sequence[str], known: Mapping[str, Param]) -> dict[str, object]:
    found: dict[str, object] = {}
    for item in params:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise InputError(f"--param: {plain(item)!r} is not NAME=VALUE")
        wrong = wrong_parameter(name.strip(), value, known)
        if wrong:
            raise InputError(f"--param: {wrong}")
        found[name.strip()] = value
    return found


def _progress(quiet: bool) -> Progress | None:
    def say(kind: ScanKind, result: ScanResult | None) -> None:
        if result is not None:
            seconds = f"{result.duration_s:.1f} s, {result.requests} requests"
            note(f"{kind.value}: {result.outcome.value} ({seconds})")

    return None if quiet or not sys.stderr.isatty() else say


def _show(report: CheckReport) -> None:
    rows = [
        (
            row.label.label_id,
            f.condition_id,
            f.finding.value + (" (review)" if f.review else ""),
            f.outcome,
            f"{f.summary} {f.note}".strip(),
        )
        for row in report.labels
        for f in row.findings
    ]
    table(("label", "condition", "finding", "outcome", "what was seen"), rows)
    table(
        ("scan", "outcome", "requests", "seconds"),
        [(s.kind.value, s.outcome.value, s.requests, round(s.duration_s, 1)) for s in report.scans],
    )
    for row in report.labels:
        click.echo(
            f"{row.label.label_id} ({row.label.framework_version}, revision {row.label.revision}):"
            f" {row.verdict.value} on one observation"
        )
