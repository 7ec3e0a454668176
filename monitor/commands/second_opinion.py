"""``second-opinion``: our TLS look and SSLyze's side by side, for disputes."""

from __future__ import annotations

import asyncio
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import EXIT_NOT_MET, EXIT_UNKNOWN, Context, InputError, OperationalError
from monitor.commands.common import (
    actor,
    echo_json,
    note,
    open_store,
    plain,
    settings_of,
    site_of,
    table,
)
from monitor.commands.net import net_options
from monitor.domain.site import Site
from monitor.policy.second_opinion import Comparison, SecondOpinion, VersionOpinions
from monitor.policy.second_opinion import second_opinion as both_views
from monitor.services.disputes import ask_second_opinion
from monitor.services.once import rfc3339
from monitor.services.rescans import RequestError
from monitor.services.surveillance import guarded_scan
from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome, ScanRequest

NOT_KNOWN = "not known"


@click.command("second-opinion")
@click.argument("site")
@click.option("--host", help="Only this one of its own hosts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def second_opinion(context: Context, site: str, host: str | None, as_json: bool) -> int:
    """Look at the TLS of SITE (id, URL or host) now, with SSLyze beside our own look.

    For disputes: some 600 connections per host, five minutes at most.  The cipher
    suites both saw stand side by side.  No scan is kept and no verdict, case or mail
    moves; the audit says who asked.

    A difference is no fault of the shop: one of the two is blind.  SSLyze offers one
    suite at a time with OpenSSL 1.0.2 and 1.1.1: below TLS 1.3 it misses the suites of
    a server that takes X25519 or X448 alone or has an Edwards key.  A suite only SSLyze
    saw is one our look missed, unless the server changed between the two or has
    several machines: ask again, then report it.

    Exit 0: both agree on every host, 3: they differ, 4: not everything could be seen.
    """
    settings = settings_of(context)
    options = net_options(settings, None, (), (), ())
    clock = bootstrap.system_clock()

    def ask(tx: Tx) -> tuple[Site, ScanRequest]:
        found = site_of(tx, site)
        work = bootstrap.work_settings(settings)
        try:
            return found, ask_second_opinion(tx, found, host, actor(), clock.now(), work)
        except RequestError as error:
            raise InputError(str(error)) from error

    with open_store(settings) as store:
        found, request = store.transact(ask)
    note(f"{found.site_id}: looking at {', '.join(request.hosts)}, which may take minutes")
    scanner = bootstrap.build_scanners(options, clock)[ScanKind.TLS]
    result = asyncio.run(guarded_scan(scanner, request, clock))
    seen = both_views(result)
    if seen.outcome is ScanOutcome.SCANNER_ERROR:
        raise OperationalError(f"the scan failed: {seen.reason}")
    if seen.outcome is not ScanOutcome.COMPLETE:
        note(f"{seen.outcome.value}: {seen.reason}")
    if as_json:
        echo_json(_document(found, result.started_at, seen))
    else:
        _show(seen)
    return {True: 0, False: EXIT_NOT_MET, None: EXIT_UNKNOWN}[seen.agrees]


def _document(site: Site, at: datetime, seen: SecondOpinion) -> dict[str, object]:
    return {
        "schema": "keurwacht/second-opinion@1",
        "site_id": site.site_id,
        "url": site.url,
        "checked_at": rfc3339(at),
        "outcome": seen.outcome.value,
        "hosts": [
            {
                "host": one.host,
                "address": one.address,
                "agrees": one.agrees,
                "versions": {
                    v.version: {
                        "ours": v.ours, "sslyze": v.theirs,
                        "only_ours": v.only_ours, "only_sslyze": v.only_theirs,
                    }
                    for v in one.versions
                },
            }
            for one in seen.hosts
        ],
    }  # fmt: skip


def _show(seen: SecondOpinion) -> None:
    rows = [(one.host, *_row(v)) for one in seen.hosts for v in one.versions if _to_show(v)]
    if rows:
        table(("host", "version", "both", "only ours", "only SSLyze"), rows)
    for one in seen.hosts:
        click.echo(plain(f"{one.host} at {one.address}: {_verdict(one)}"))


def _to_show(opinions: VersionOpinions) -> bool:
    """A version both know to be off says nothing."""
    return bool(opinions.ours or opinions.theirs) or not opinions.agrees


def _row(v: VersionOpinions) -> tuple[str, ...]:
    if v.agrees is not None and v.ours is None:
        return v.version, "on; suites not listed" if v.agrees else "", "" if v.agrees else "on", ""
    if v.ours is not None and v.theirs is not None:
        return v.version, *(" ".join(names) for names in (v.both, v.only_ours, v.only_theirs))
    views = (NOT_KNOWN if names is None else f"{len(names)} seen" for names in (v.ours, v.theirs))
    return v.version, "", *views


def _verdict(one: Comparison) -> str:
    if one.agrees:
        return "both see the same"
    differ = [v.version for v in one.versions if v.agrees is False]
    blind = [v.version for v in one.versions if v.agrees is None]
    words = [f"they differ in {', '.join(differ)}"] if differ else []
    if blind:
        words.append(f"not compared: {', '.join(blind)}")
    return "; ".join(words)
