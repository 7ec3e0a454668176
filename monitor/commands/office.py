"""``rescan``, ``baseline``: what staff ask for."""

from __future__ import annotations

import time
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import (
    actor,
    note,
    open_store,
    settings_of,
    site_of,
)
from monitor.services.rescans import RequestError
from monitor.services.rescans import rescan as ask
from monitor.services.tx import Tx
from scanners.api import ScanKind

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
