"""``obligations``: what the organisation itself owes its members."""

from __future__ import annotations

import click

from monitor import bootstrap
from monitor.cli import EXIT_UNKNOWN, Context, InputError
from monitor.commands.common import catalogue_of, echo_json, open_store, settings_of, table
from monitor.domain.obligation import ObligationState
from monitor.services.obligations import site_obligations


@click.group()
def obligations() -> None:
    """Duties of the organisation itself; never a member's breach."""


@obligations.command("list")
@click.option(
    "--state", "wanted", type=click.Choice([state.value for state in ObligationState]),
    help="Only those in this state.",
)  # fmt: skip
@click.option("--label", "label_id", help="Only those of this label.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def obligations_list(
    context: Context, wanted: str | None, label_id: str | None, as_json: bool
) -> int:
    """List every duty towards every certified site; exit 4 when one is missed."""
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    if label_id is not None and label_id not in catalogue.labels:
        known = ", ".join(sorted(catalogue.labels))
        raise InputError(f"unknown label {label_id!r}; known: {known}")
    now = bootstrap.system_clock().now()
    with open_store(settings) as store:
        rows = store.transact(lambda tx: site_obligations(tx, catalogue, now))
    rows = tuple(one for one in rows if wanted in (None, one.state)
                 and label_id in (None, one.label_id))  # fmt: skip
    if as_json:
        echo_json(
            {
                "schema": "keurwacht/obligations@1",
                "obligations": [
                    {
                        "site": one.site_id,
                        "label": one.label_id,
                        "obligation": one.obligation_id,
                        "state": one.state.value,
                        "due": None if one.due is None else one.due.isoformat(),
                        "why": one.why,
                    }
                    for one in rows
                ],
            }
        )
    else:
        table(
            ("site", "label", "obligation", "state", "due", "why"),
            [
                (one.site_id, one.label_id, one.obligation_id, one.state.value, one.due or "",
                 one.why)
                for one in rows
            ],
        )  # fmt: skip
    return EXIT_UNKNOWN if any(one.state is ObligationState.OVERDUE for one in rows) else 0
