"""``procedure``: applications, certifications, audits, endings and changes of owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import (
    actor,
    catalogue_of,
    echo_json,
    logs_on_stderr,
    name_of,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.domain.attestation import Role
from monitor.domain.procedure import Event, Procedure, ProcedureKind
from monitor.domain.procedure_machines import MACHINES
from monitor.domain.site import Site, site_id_of
from monitor.services.casework import Casework
from monitor.services.once import rfc3339
from monitor.services.procedure_shops import add_shop, end_shop
from monitor.services.procedures import Procedures
from monitor.services.records import ProcedureStep
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx
from monitor.services.urls import canonical_url

T = TypeVar("T")
_BY = click.option("--by", "by", help="Who does it; the login name otherwise.")
_SET = click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="What was said.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def procedure() -> None:
    """Applications, certifications, audits, endings and changes of owner."""


@procedure.command("list")
@click.argument("site", required=False)
@click.option("--kind", type=click.Choice([kind.value for kind in ProcedureKind]))
@click.option("--all", "closed", is_flag=True, help="Closed ones as well.")
@_JSON
@click.pass_obj
def procedure_list(
    context: Context, site: str | None, kind: str | None, closed: bool, as_json: bool
) -> None:
    """List the procedures that run, of SITE or of all."""
    now = bootstrap.system_clock().now()
    with open_store(settings_of(context)) as store:

        def work(tx: Tx) -> Sequence[Procedure]:
            site_id = None if site is None else site_of(tx, site).site_id
            wanted = None if kind is None else ProcedureKind(kind)
            return tx.procedures(site_id, wanted, active_only=not closed)

        rows = store.transact(work)
    if as_json:
        found = [_json(one, now) for one in rows]
        echo_json({"schema": "keurwacht/procedures@1", "procedures": found})
        return
    table(
        ("procedure", "kind", "site", "label", "state", "days", "due"),
        [
            (one.procedure_id, one.kind.value, one.site_id, one.label_id, one.state,
             one.age(now).days, "" if one.due_at is None else one.due_at.date())
            for one in rows
        ],
    )  # fmt: skip


@procedure.command("show")
@click.argument("procedure_id", metavar="PROCEDURE")
@_JSON
@click.pass_obj
def procedure_show(context: Context, procedure_id: str, as_json: bool) -> None:
    """Show PROCEDURE with its history and what can be recorded now."""
    now = bootstrap.system_clock().now()
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> tuple[Procedure, Sequence[ProcedureStep]]:
            found = tx.procedure(procedure_id)
            if found is None:
                raise InputError(f"no procedure {procedure_id!r}; see `keurwacht procedure list`")
            return found, tx.procedure_log(procedure_id)

        one, log = store.transact(read)
    document = _json(one, now) | {"history": [_step_json(step) for step in log]}
    if as_json:
        echo_json({"schema": "keurwacht/procedure@1", **document})
        return
    table(
        ("", ""),
        [(key, _plain(value)) for key, value in document.items() if key != "history"],
    )
    table(
        ("at", "who", "role", "what", "from", "to", "said"),
        [
            (rfc3339(s.at), s.actor, s.role, s.event, s.before, s.after, _plain(dict(s.data)))
            for s in log
        ],
    )


@procedure.command("open")
@click.argument("kind", type=click.Choice([kind.value for kind in ProcedureKind]))
@click.argument("site")
@click.option("--label", "label_id", help="The label it is about; not for an owner change.")
@_SET
@_BY
@_JSON
@click.pass_obj
def procedure_open(
    context: Context,
    kind: str,
    site: str,
    label_id: str | None,
    given: tuple[str, ...],
    by: str | None,
    as_json: bool,
) -> None:
    """Open a procedure of KIND for SITE."""
    wanted = ProcedureKind(kind)
    about_all = wanted is ProcedureKind.OWNER_CHANGE
    if (label_id is None) != about_all:
        said = "an owner change is about every label" if about_all else "give --label"
        raise InputError(f"{kind}: {said}")
    data = _pairs(given)

    def work(tx: Tx, procedures: Procedures, who: str, now: datetime) -> Procedure:
        found = site_of(tx, site)
        return procedures.open(tx, wanted, found, label_id or "", who, now, data)

    _say(_done(context, by, work), as_json)


@procedure.command("record")
@click.argument("procedure_id", metavar="PROCEDURE")
@click.argument("event")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.STAFF.value,
    show_default=True, help="As whom; some events are for one role only.",
)  # fmt: skip
@_SET
@_BY
@_JSON
@click.pass_obj
def procedure_record(
    context: Context,
    procedure_id: str,
    event: str,
    role: str,
    given: tuple[str, ...],
    by: str | None,
    as_json: bool,
) -> None:
    """Record that EVENT happened in PROCEDURE; a wrong one names those that are possible."""
    happened = Event(event, _pairs(given), Role(role))

    def work(tx: Tx, procedures: Procedures, who: str, now: datetime) -> Procedure:
        return procedures.record(tx, procedure_id, happened, who, now)

    _say(_done(context, by, work), as_json)


@procedure.command("end")
@click.argument("site")
@click.option("--label", "label_id", help="Only this label; otherwise all the shop holds.")
@click.option("--paid-until", type=_DAY, metavar="YYYY-MM-DD", help="End of the paid period.")
@click.option("--on", "on", type=_DAY, metavar="YYYY-MM-DD", help="An earlier day.")
@_BY
@_JSON
@click.pass_obj
def procedure_end(
    context: Context,
    site: str,
    label_id: str | None,
    paid_until: datetime | None,
    on: datetime | None,
    by: str | None,
    as_json: bool,
) -> None:
    """End the label on SITE alone; the member's other shops stay as they are."""

    def work(tx: Tx, procedures: Procedures, who: str, now: datetime) -> tuple[Procedure, ...]:
        return end_shop(
            tx, procedures, site_of(tx, site), label_id, who, now,
            paid_until=_day(paid_until), on=_day(on),
        )  # fmt: skip

    for one in _done(context, by, work):
        _say(one, as_json)


@procedure.command("add-shop")
@click.argument("url")
@click.option("--account", required=True, metavar="MEMBER", help="The member's id.")
@click.option("--label", "label_id", required=True, help="The label it applies for.")
@click.option("--number", required=True, help="The register number the shop states.")
@_BY
@_JSON
@click.pass_obj
def procedure_add_shop(
    context: Context,
    url: str,
    account: str,
    label_id: str,
    number: str,
    by: str | None,
    as_json: bool,
) -> None:
    """Add the shop at URL to an account, with an application of its own."""
    address = canonical_url(url)
    if address is None:
        raise InputError(f"{url!r} is not an http or https URL")
    shop = Site(site_id_of(address), account, address)

    def work(tx: Tx, procedures: Procedures, who: str, now: datetime) -> Procedure:
        member = tx.member(account)
        if member is None:
            raise InputError(f"no member {account!r}; see `keurwacht sites list`")
        return add_shop(tx, procedures, member, shop, label_id, number, who, now)

    _say(_done(context, by, work), as_json)


def _done(
    context: Context, by: str | None, work: Callable[[Tx, Procedures, str, datetime], T]
) -> T:
    """Run ``work`` in one transaction; what it refuses is exit 2 and changes nothing."""
    who = actor() if by is None else name_of(by, "--by")
    settings = settings_of(context)
    catalogue = catalogue_of(settings)
    procedures = Procedures(Casework(catalogue, bootstrap.office(settings)))
    clock = bootstrap.system_clock()
    with open_store(settings) as store:

        def one(tx: Tx) -> T:
            try:
                return work(tx, procedures, who, clock.now())
            except RequestError as error:
                raise InputError(str(error)) from error

        with logs_on_stderr():
            return store.transact(one)


def _pairs(given: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name or not text.isprintable():
            raise InputError(f"--set {text!r} is not NAME=VALUE")
        found[name] = value
    return found


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


def _say(one: Procedure, as_json: bool) -> None:
    if as_json:
        now = bootstrap.system_clock().now()
        echo_json({"schema": "keurwacht/procedure@1", **_json(one, now)})
    else:
        note(f"{one.procedure_id}: {one.kind.value} of {one.site_id} is {one.state}")


def _json(one: Procedure, now: datetime) -> dict[str, object]:
    machine = MACHINES[one.kind]
    return {
        "procedure": one.procedure_id,
        "kind": one.kind.value,
        "site": one.site_id,
        "member": one.member_id,
        "label": one.label_id or None,
        "state": one.state,
        "active": one.active,
        "opened_at": rfc3339(one.opened_at),
        "changed_at": rfc3339(one.changed_at),
        "closed_at": None if one.closed_at is None else rfc3339(one.closed_at),
        "due_at": None if one.due_at is None else rfc3339(one.due_at),
        "days_with_us": one.age(now).days,
        "waiting_for_them": one.waiting_since is not None,
        "postponements": one.postponements,
        "parts": dict(one.parts),
        "possible": list(machine.events(one.state)) if one.active else [],
    }


def _step_json(step: ProcedureStep) -> dict[str, object]:
    return {
        "at": rfc3339(step.at),
        "by": step.actor,
        "role": step.role or None,
        "event": step.event,
        "from": step.before or None,
        "to": step.after,
        "data": dict(step.data),
    }


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name}={text}" for name, text in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else value
