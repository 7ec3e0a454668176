"""``mail test`` and ``valve``: the road to the members."""

from __future__ import annotations

import asyncio
import secrets

import click

from monitor import bootstrap
from monitor.cli import Context, InputError, OperationalError
from monitor.commands.common import actor, echo_json, note, open_store, settings_of
from monitor.domain.alert import Alert, Audience, ChannelKind, Outgoing
from monitor.services.entries import LANGUAGES, is_mail_address
from monitor.services.once import rfc3339
from monitor.services.ports import ChannelError
from monitor.services.tx import Tx
from monitor.services.valve import Valve


@click.group()
def mail() -> None:
    """Try the mail road."""


@mail.command()
@click.argument("address")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.pass_obj
def test(context: Context, address: str, language: str) -> None:
    """Send one test message to ADDRESS now, past the outbox and the valve."""
    if not is_mail_address(address):
        raise InputError(f"{address[:100]!r} is not a mail address")
    settings = settings_of(context)
    clock = bootstrap.system_clock()
    alert = Alert(
        thread=f"test:{secrets.token_hex(8)}",
        step="test",
        audience=Audience.STAFF,
        channel=ChannelKind.EMAIL,
        recipient=address,
        language=language,
        template="test",
        site_id="",
        created_at=clock.now(),
    )
    try:
        channel = bootstrap.email_channel(settings, clock)
        reply = asyncio.run(channel.send(Outgoing(alert, None, 0, 1)))
    except ValueError as error:
        raise InputError(f"mail settings: {error}") from error
    except ChannelError as error:
        raise OperationalError(f"not sent: {error.reason}") from error
    note(f"sent: {reply}")


@click.group()
def valve() -> None:
    """What holds member mail when too many sites turn bad at once."""


@valve.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def status(context: Context, as_json: bool) -> None:
    """Show whether member mail is being held, and how much."""
    clock = bootstrap.system_clock()
    with open_store(settings_of(context)) as store:
        now = clock.now()

        def read(tx: Tx) -> tuple[bool, str, str, int]:
            state = tx.valve()
            since = "" if state.changed_at is None else rfc3339(state.changed_at)
            return state.closed, since, state.reason, tx.fleet(now).alerts.get("held", 0)

        closed, since, reason, held = store.transact(read)
    if as_json:
        document = {"closed": closed, "since": since or None, "reason": reason, "held": held}
        echo_json({"schema": "keurwacht/valve@1", **document})
        return
    click.echo(f"closed since {since}: {reason}; {held} held" if closed else f"open; {held} held")


@valve.command()
@click.pass_obj
def release(context: Context) -> None:
    """The findings are right: send what was held."""
    settings = settings_of(context)
    clock = bootstrap.system_clock()
    gate = Valve(bootstrap.delivery_settings(settings).valve)
    with open_store(settings) as store:
        report = store.transact(lambda tx: gate.release(tx, actor(), clock.now()))
    note(f"{report.alerts} released" if report.was_closed else "the valve is open")


@valve.command()
@click.pass_obj
def drop(context: Context) -> None:
    """The round was wrong: withdraw what was held, and doubt the breaches behind it."""
    settings = settings_of(context)
    clock = bootstrap.system_clock()
    gate = Valve(bootstrap.delivery_settings(settings).valve)
    with open_store(settings) as store:
        report = store.transact(lambda tx: gate.drop(tx, actor(), clock.now()))
    note(
        f"{report.alerts} withdrawn, {report.cases} cases back to suspected"
        if report.was_closed
        else "the valve is open"
    )
