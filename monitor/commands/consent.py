"""``consent``, ``killswitch``: how hard a site may be looked at, and what stops it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from monitor import bootstrap
from monitor.cli import Context, InputError
from monitor.commands.common import (
    Day,
    actor,
    catalogue_of,
    echo_json,
    note,
    open_store,
    settings_of,
    site_of,
    table,
)
from monitor.domain.consent import (
    WEEK_DAYS,
    Consent,
    Control,
    ControlMethod,
    KillSwitch,
    Level,
    Window,
    permission,
)
from monitor.domain.site import Site
from monitor.services import consents
from monitor.services.once import rfc3339
from monitor.services.rescans import RequestError
from monitor.services.tx import Tx

T = TypeVar("T")
ZONE = "Europe/Amsterdam"
WINDOW_FORM = '"[DAYS ]HH:MM-HH:MM" such as "02:00-06:00" or "sat,sun 01:00-05:00"'
EXIT_NOT_SEEN = 4
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = f"(?:{'|'.join(WEEK_DAYS)})"
_WINDOW = re.compile(
    rf"(?:(?P<days>{_DAY}(?:,{_DAY}){{0,6}})\s+)?(?P<begins>{_TIME})-(?P<ends>{_TIME})"
)


@click.group()
def consent() -> None:
    """What the owner of a site allowed: none, passive, active-low, active-medium."""


@consent.command("add")
@click.argument("site")
@click.option(
    "--level", type=click.Choice([level.value for level in Level]), required=True,
    help="How hard the site may be looked at.",
)  # fmt: skip
@click.option("--by", "given_by", required=True, metavar="NAME", help="Who gave it.")
@click.option("--contact", default="", metavar="TEXT", help="Whom to call when the shop suffers.")
@click.option("--reference", default="", metavar="TEXT", help="Where the signed paper is.")
@click.option("--from", "since", type=Day(), help="Its first day; today when left out.")
@click.option("--until", type=Day(), required=True, help="Its last day.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Only this host; repeatable.")
@click.option("--window", metavar="WINDOW", help="When it may run, such as 02:00-06:00.")
@click.option("--zone", help=f"Time zone of the window; {ZONE} when left out.")
@click.pass_obj
def consent_add(
    context: Context,
    site: str,
    level: str,
    given_by: str,
    contact: str,
    reference: str,
    since: datetime | None,
    until: datetime,
    hosts: tuple[str, ...],
    window: str | None,
    zone: str | None,
) -> None:
    """Record the consent of SITE's owner; it replaces the ones before."""
    if window is None and zone is not None:
        raise InputError(f"--zone {zone!r} is the time zone of a --window, and there is none")
    open_when = None if window is None else window_of(window, zone or ZONE)
    first = _today() if since is None else since.date()

    def work(tx: Tx, found: Site, now: datetime) -> tuple[Consent, Control]:
        made = consents.propose(
            found, Level(level), (given_by, contact, reference), (first, until.date()),
            actor(), now,
        )  # fmt: skip
        made = replace(made, hosts=tuple(h.lower() for h in hosts), window=open_when)
        kept = consents.record(tx, found, made, now)
        return kept, consents.token_of(tx, found, actor(), now)

    kept, control = _with_site(context, site, work)
    note(f"{kept.site_id}: {kept.level} from {kept.since} through {kept.until}")
    if kept.level.attacks and not control.stands:
        note("control of the site is still to be proven: see `keurwacht consent token`")


@consent.command("revoke")
@click.argument("site")
@click.pass_obj
def consent_revoke(context: Context, site: str) -> None:
    """Withdraw every consent of SITE; an active scan that runs is stopped within seconds."""
    withdrawn = _with_site(context, site, lambda tx, s, now: consents.revoke(tx, s, actor(), now))
    note(f"{withdrawn} withdrawn")


@consent.command("list")
@click.argument("site", required=False)
@click.option("--all", "everything", is_flag=True, help="Those that were withdrawn as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def consent_list(context: Context, site: str | None, everything: bool, as_json: bool) -> None:
    """List consents, of the fleet or of SITE, newest first."""
    now = bootstrap.system_clock().now()
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> list[tuple[Consent, Control | None]]:
            site_id = None if site is None else site_of(tx, site).site_id
            controls = tx.controls()
            return [
                (one, controls.get(one.site_id)) for one in tx.consents(site_id, ended=everything)
            ]

        found = store.transact(read)
    if as_json:
        rows = [consent_json(one, control, now) for one, control in found]
        echo_json({"schema": "keurwacht/consents@1", "consents": rows})
        return
    table(
        ("site", "level", "from", "until", "holds", "window", "control", "given by"),
        [
            (c.site_id, c.level, c.since, c.until, "yes" if c.holds(now) else "no",
             c.window or "any time", _control_word(control), c.given_by)
            for c, control in found
        ],
    )  # fmt: skip


@consent.command("token")
@click.argument("site")
@click.option("--new", "anew", is_flag=True, help="Make another one; the old one counts no more.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def consent_token(context: Context, site: str, anew: bool, as_json: bool) -> None:
    """Show what SITE's owner has to publish to prove control of it."""
    from scanners.net.names import registrable_domain  # noqa: PLC0415 (see --help)
    from scanners.owasp import control as places  # noqa: PLC0415

    def work(tx: Tx, found: Site, now: datetime) -> tuple[Site, Control]:
        return found, consents.token_of(tx, found, actor(), now, anew=anew)

    found, made = _with_site(context, site, work)
    record = f"{places.RECORD}.{registrable_domain(found.host)}"
    ways = {
        "dns": f'{record} TXT "{places.RECORD_PREFIX}{made.token}"',
        "well_known": f"https://{found.host}{places.FILE} with nothing but {made.token}",
        "meta": f'<meta name="{places.META}" content="{made.token}"> in the start page\'s head',
    }
    if as_json:
        echo_json({
            "schema": "keurwacht/control@1", "site": found.site_id, "token": made.token,
            "ways": ways, "stands": made.stands,
        })  # fmt: skip
        return
    table(("any one of", "to publish"), list(ways.items()))


@consent.command("verify")
@click.argument("site")
@click.pass_obj
def consent_verify(context: Context, site: str) -> int:
    """Look for the token of SITE now.

    Exit 0 when it is there, 3 when it is nowhere, 4 when not every place could be asked.
    """
    from scanners.owasp.control import look_for  # noqa: PLC0415 (see --help)

    settings = settings_of(context)
    clock = bootstrap.system_clock()
    with open_store(settings) as store:
        found = store.transact(lambda tx: site_of(tx, site))
        known = store.transact(lambda tx: tx.control(found.site_id))
        if known is None:
            raise InputError(f"{found.site_id} has no token: see `keurwacht consent token`")
        seen = asyncio.run(look_for(known.token, found.url, settings.net_options(), clock))
        for name, what in seen.places.items():
            reason = seen.reasons.get(name, "")
            note(f"{name}: {what.value}{f' ({reason})' if reason else ''}")
        if not seen.method and not seen.lost:
            return EXIT_NOT_SEEN
        method = ControlMethod(seen.method) if seen.method else None
        store.transact(
            lambda tx: consents.note_control(tx, found, method, actor(), store.clock.now())
        )
    return 0 if seen.method else 3


@consent.command("check")
@click.argument("site")
@click.option(
    "--level", type=click.Choice([level.value for level in Level]), default="active-low",
    show_default=True, help="The look in question.",
)  # fmt: skip
@click.pass_obj
def consent_check(context: Context, site: str, level: str) -> int:
    """Say whether such a look at SITE may run now; exit 0 when it may, 4 when not."""
    catalogue = catalogue_of(settings_of(context))

    def work(tx: Tx, found: Site, now: datetime) -> tuple[bool, str]:
        member = tx.member(found.member_id)
        country = "" if member is None else member.jurisdiction
        on_file = consents.ground(tx, found, catalogue.calendar, country, now)
        said = permission(Level(level), on_file, now)
        until = "" if said.ends_at is None else f" until {said.ends_at:%Y-%m-%d %H:%M} UTC"
        return said.granted, said.why or f"{level} is allowed{until}"

    granted, said = _with_site(context, site, work)
    note(said)
    return 0 if granted else EXIT_NOT_SEEN


@click.group()
def killswitch() -> None:
    """Stop OWASP scans at once: everybody's, or one member's."""


_MEMBER = click.option("--member", default="", metavar="ID", help="Only this member's sites.")


@killswitch.command("on")
@_MEMBER
@click.option("--reason", required=True, help="Why; it is shown wherever a scan is refused.")
@click.pass_obj
def killswitch_on(context: Context, member: str, reason: str) -> None:
    """Stop: running scans end within 5 seconds, no new one begins."""
    turned = _done(context, lambda tx, now: consents.switch_on(tx, member, actor(), reason, now))
    note(f"{'on' if turned else 'was on already'}: {member or 'everybody'}")


@killswitch.command("off")
@_MEMBER
@click.pass_obj
def killswitch_off(context: Context, member: str) -> None:
    """Let scans run again; what waited is done within minutes."""
    turned = _done(context, lambda tx, now: consents.switch_off(tx, member, actor(), now))
    note(f"{'off' if turned else 'was off already'}: {member or 'everybody'}")


@killswitch.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def killswitch_status(context: Context, as_json: bool) -> None:
    """Say what is stopped."""

    def read(tx: Tx, _now: datetime) -> list[KillSwitch]:
        return list(tx.switches())

    found = _done(context, read)
    if as_json:
        rows = [
            {"member": s.member_id or None, "since": rfc3339(s.on_at), "by": s.by,
             "reason": s.reason}
            for s in found
        ]  # fmt: skip
        echo_json({"schema": "keurwacht/killswitch@1", "on": rows})
    elif found:
        table(
            ("whose", "since", "by", "reason"),
            [(s.member_id or "everybody", rfc3339(s.on_at), s.by, s.reason) for s in found],
        )
    else:
        note("nothing is stopped")


def window_of(text: str, zone: str) -> Window:
    """``[DAYS ]HH:MM-HH:MM`` in that time zone; exit 2 otherwise."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"--zone {zone!r}: no time zone such as Europe/Brussels") from error
    found = _WINDOW.fullmatch(text.strip().lower())
    if found is None:
        raise InputError(f"--window {text!r}: wanted {WINDOW_FORM}")
    days = frozenset((found["days"] or ",".join(WEEK_DAYS)).split(","))
    return Window(
        time.fromisoformat(found["begins"]), time.fromisoformat(found["ends"]), zone, days
    )


def consent_json(one: Consent, control: Control | None, now: datetime) -> dict[str, object]:
    """A consent as the JSON of the commands shows it."""
    return {
        "site": one.site_id,
        "member": one.member_id,
        "level": one.level.value,
        "given_by": one.given_by,
        "contact": one.contact,
        "reference": one.reference,
        "from": one.since.isoformat(),
        "until": one.until.isoformat(),
        "hosts": list(one.hosts),
        "window": None if one.window is None else str(one.window),
        "holds": one.holds(now),
        "control": _control_word(control),
        "recorded_by": one.recorded_by,
        "recorded_at": rfc3339(one.recorded_at),
        "withdrawn_at": None if one.revoked_at is None else rfc3339(one.revoked_at),
        "withdrawn_by": one.revoked_by or None,
    }


def _control_word(control: Control | None) -> str:
    if control is None or control.proven_at is None:
        looked = control is not None and control.lost_at is not None
        return "not found" if looked else "not proven"
    if control.lost_at is not None:
        return "lost"
    return "proven" if control.method is None else f"proven by {control.method.value}"


def _today() -> date:
    return datetime.now(UTC).date()


def _with_site(context: Context, site: str, work: Callable[[Tx, Site, datetime], T]) -> T:
    return _done(context, lambda tx, now: work(tx, site_of(tx, site), now))


def _done(context: Context, work: Callable[[Tx, datetime], T]) -> T:
    """Run ``work`` in one transaction; what it refuses is exit 2 and changes nothing."""
    with open_store(settings_of(context)) as store:

        def one(tx: Tx) -> T:
            try:
                return work(tx, store.clock.now())
            except RequestError as error:
                raise InputError(str(error)) from error

        return store.transact(one)
