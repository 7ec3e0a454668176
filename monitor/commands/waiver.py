"""``waiver``: an exception with an owner, a reason and an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import (
    actor,
    application_of,
    echo_json,
    logs_on_stderr,
    name_of,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.commands.review import waiver_json
from monitor.domain.waiver import Waiver
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from monitor.services.waivers import add, end, propose

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def waiver() -> None:
    """Exceptions: a condition of a site set aside for a time."""


@waiver.command("add")
@click.argument("site")
@click.argument("condition")
@click.option("--reason", required=True, help="Why, for whoever asks later.")
@click.option(
    "--until",
    required=True,
    type=_DAY,
    metavar="YYYY-MM-DD",
    help="Good through this day, a year at most.",
)
@click.option("--from", "since", type=_DAY, metavar="YYYY-MM-DD", help="First day; today.")
@click.option("--owner", help="Who answers for it; the login name otherwise.")
@click.pass_obj
def waiver_add(
    context: Context,
    site: str,
    condition: str,
    reason: str,
    until: datetime,
    since: datetime | None,
    owner: str | None,
) -> None:
    """Set CONDITION of SITE aside until a day; it comes back by itself."""
    by = actor()
    named = by if owner is None else name_of(owner, "--owner")
    settings = settings_of(context)
    application = application_of(settings)
    with open_store(settings) as store:
        now = store.clock.now()
        days = (now.date() if since is None else since.date(), until.date())

        def work(tx: Tx) -> Waiver:
            found = site_of(tx, site)
            try:
                proposed = propose(found, condition, named, reason, days, by, now)
                return add(tx, application, found, proposed, now)
            except RequestError as error:
                raise InputError(str(error)) from error

        with logs_on_stderr():
            made = store.transact(work)
    note(f"{made.site_id}: {condition} is waived from {made.starts} through {made.until}")


@waiver.command("list")
@click.argument("site", required=False)
@click.option("--all", "everything", is_flag=True, help="Those that are over as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def waiver_list(context: Context, site: str | None, everything: bool, as_json: bool) -> None:
    """List exceptions, of the fleet or of SITE, by their last day."""
    today = bootstrap.system_clock().now().date()
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> Sequence[Waiver]:
            site_id = None if site is None else site_of(tx, site).site_id
            return tx.waivers(site_id, ended=everything)

        found = store.transact(read)
    if as_json:
        rows = [{**waiver_json(one), "in_force": one.valid(today)} for one in found]
        echo_json({"schema": "keurwacht/waivers@1", "waivers": rows})
        return
    table(
        ("site", "condition", "from", "until", "in force", "owner", "reason"),
        [
            (w.site_id, w.condition_id, w.starts, w.until, "yes" if w.valid(today) else "no",
             w.owner, w.reason)
            for w in found
        ],
    )  # fmt: skip


@waiver.command("end")
@click.argument("site")
@click.argument("condition")
@click.pass_obj
def waiver_end(context: Context, site: str, condition: str) -> None:
    """End the exception on CONDITION of SITE now; the condition is looked at again."""
    settings = settings_of(context)
    application = application_of(settings)
    with open_store(settings) as store:
        now = store.clock.now()

        def work(tx: Tx) -> Waiver:
            try:
                return end(tx, application, site_of(tx, site), condition, actor(), now)
            except RequestError as error:
                raise InputError(str(error)) from error

        with logs_on_stderr():
            ended = store.transact(work)
    note(f"{ended.site_id}: the exception on {condition} is over")
