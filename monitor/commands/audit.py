"""``audit``: who did what, when."""

from __future__ import annotations

from collections.abc import Sequence

import click

from monitor.cli import Context
from monitor.commands.common import echo_json, open_store, settings_of, table
from monitor.services.once import rfc3339
from monitor.services.records import AuditEntry
from monitor.services.tx import Tx


@click.command()
@click.argument("about", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True,
    help="So many entries at most.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def audit(context: Context, about: str | None, limit: int, as_json: bool) -> None:
    """Show who did what, the newest first: of everything, or ABOUT one object.

    ABOUT is a site (id, URL or host), or as the entry names it: a member's id, a
    procedure's number, ``everybody`` for the kill switch.
    """
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> Sequence[AuditEntry]:
            site = tx.find_site(about) if about and about.isprintable() else None
            return tx.audit_log(limit, (about or "") if site is None else site.site_id)

        rows = store.transact(read)
    if as_json:
        entries = [
            {"at": rfc3339(row.at), "actor": row.actor, "action": row.action,
             "about": row.object_id, "detail": dict(row.detail)}
            for row in rows
        ]  # fmt: skip
        echo_json({"schema": "keurwacht/audit@1", "entries": entries})
        return
    table(
        ("at", "who", "what", "about", "detail"),
        [(rfc3339(row.at), row.actor, row.action, row.object_id, _words(row)) for row in rows],
    )


def _words(row: AuditEntry) -> str:
    told = ((name, value) for name, value in row.detail.items() if value not in ("", None))
    return ", ".join(f"{name} {value}" for name, value in told)
