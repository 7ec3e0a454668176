"""``rescan``, ``baseline``: what staff ask for."""

from __future__ import annotations

import time
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import (
    actor,
    echo_json,
    name_of,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.services.once import rfc3339
from monitor.services.rescans import RequestError, accept_baseline
from monitor.services.rescans import rescan as ask
from monitor.services.tx import Tx
from scanners.api import ScanKind
from scanners.drift.evidence import DriftFacts

WAIT_PAUSE_S = 0.5


@click.command()
@click.argument("site")
@click.option(
    "--only", "only", multiple=True, type=click.Choice([k.value for k in ScanKind]),
    help="Only this kind of scan; may be repeated.",
)  # fmt: skip
@click.option("--wait", is_flag=True, help="Wait until the running daemon has looked.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait at most.")
@click.pass_obj
def rescan(context: Context, site: str, only: tuple[str, ...], wait: bool, timeout: float) -> int:
    """Look at SITE (id, URL or host) now, ahead of everything else.

    The daemon does the work.  With --wait: exit 0 when every asked scan has run,
    1 when the time is over.
    """
    settings = settings_of(context)
    kinds = frozenset(ScanKind(name) for name in only)
    clock = bootstrap.system_clock()
    with open_store(settings) as store:

        def work(tx: Tx) -> tuple[str, frozenset[ScanKind], datetime]:
            found, now = site_of(tx, site), clock.now()
            try:
                return found.site_id, ask(tx, found, kinds, actor(), now), now
            except RequestError as error:
                raise InputError(str(error)) from error

        site_id, asked, since = store.transact(work)
        note(f"{site_id}: {', '.join(sorted(asked))} asked for")
        if not wait:
            return 0
        left = set(asked)
        ends = time.monotonic() + timeout
        while left:
            scans = store.transact(lambda tx: tx.scans(site_id))
            for scan in scans:
                if scan.kind in left and scan.started_at >= since:
                    left.discard(scan.kind)
                    note(f"{scan.kind.value}: {scan.outcome.value}")
            if left and time.monotonic() > ends:
                names = ", ".join(sorted(left))
                raise OperationalError(f"still waiting for {names}: is `keurwacht run` running?")
            if left:
                time.sleep(WAIT_PAUSE_S)
    return 0


@click.group()
def baseline() -> None:
    """The accepted state of a site that drift is measured against."""


@baseline.command("show")
@click.argument("site")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def baseline_show(context: Context, site: str, as_json: bool) -> None:
    """Show the accepted and the proposed baseline of SITE."""
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        accepted = store.transact(lambda tx: tx.baseline(found.site_id))
        proposed = store.transact(lambda tx: tx.proposed_baseline(found.site_id))
    document: dict[str, object] = {
        "schema": "keurwacht/baseline@1", "site": found.site_id, "accepted": None, "proposed": None,
    }  # fmt: skip
    rows: list[tuple[object, ...]] = []
    if accepted is not None:
        document["accepted"] = {
            "at": rfc3339(accepted.accepted_at), "by": accepted.accepted_by,
            "sha256": [e.sha256 for e in accepted.evidence],
        }  # fmt: skip
        rows.extend(("accepted", *row) for row in _rows([e.facts for e in accepted.evidence]))
    if proposed is not None:
        evidence, at = proposed
        document["proposed"] = {"at": rfc3339(at), "sha256": [e.sha256 for e in evidence]}
        rows.extend(("proposed", *row) for row in _rows([e.facts for e in evidence]))
    if as_json:
        echo_json(document)
    elif rows:
        table(("", "role", "numbers", "mail", "terms", "sentences"), rows)
    else:
        note("no baseline, and nothing proposed yet: the first drift scan proposes one")


def _rows(facts: list[object]) -> list[tuple[object, ...]]:
    return [
        (role.role, ", ".join(role.numbers), ", ".join(role.emails), ", ".join(role.durations),
         len(role.sentences))
        for one in facts
        if isinstance(one, DriftFacts)
        for role in one.roles
    ]  # fmt: skip


@baseline.command("accept")
@click.argument("site")
@click.option("--by", "by", help="Who accepts; the login name otherwise.")
@click.pass_obj
def baseline_accept(context: Context, site: str, by: str | None) -> None:
    """Make the proposed baseline of SITE the accepted one."""
    clock = bootstrap.system_clock()
    name = actor() if by is None else name_of(by, "--by")
    with open_store(settings_of(context)) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        if not store.transact(lambda tx: accept_baseline(tx, found, name, clock.now())):
            raise OperationalError(f"{found.site_id}: nothing is proposed; rescan --only drift")
    note(f"{found.site_id}: baseline accepted by {name}")
