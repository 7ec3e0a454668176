"""The composition root: from settings to the parts.  Only this module knows concrete adapters."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.adapters.calendar import HolidayCalendar
from monitor.adapters.channels.email import EmailChannel, EmailSettings, SmtpTls
from monitor.adapters.channels.table import ChannelSettings, build_channels
from monitor.adapters.channels.webhook import Endpoint, WebhookSettings
from monitor.adapters.clock import SystemClock
from monitor.adapters.links.server import LinkServer
from monitor.adapters.store.store import SqlStore
from monitor.domain.alert import Outgoing
from monitor.domain.label import Label
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import LabelFileError, lint_labels, load_labels
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.delivery import Delivery, DeliverySettings
from monitor.services.drifting import DriftLook
from monitor.services.link_tokens import LinkSigner
from monitor.services.member_links import MemberLinks
from monitor.services.messages import Office
from monitor.services.once import OneLook
from monitor.services.procedures import Procedures
from monitor.services.retry import Retry
from monitor.services.scan_orders import OwaspWork, ScanOrders
from monitor.services.surveillance import Surveillance, WorkSettings
from monitor.services.tx import Tx
from monitor.settings import Settings
from scanners.api import Clock, NetOptions, ScanKind, Scanner
from scanners.owasp.board import Board
from scanners.owasp.engines import NoEngineError, make
from scanners.owasp.fleet import Daemons, DaemonView, Told, untold
from scanners.owasp.scanner import OwaspScanner
from scanners.registry import FACTS, SCANNERS
from scanners.render.browser import find_browser

if TYPE_CHECKING:
    from scanners.owasp.zap.survey import Surveyed

# The answer to a whole mail may take long (RFC 5321 4.5.3.2.6); giving up early sends it twice.
DATA_PATIENCE = 10


def labels_folder(settings: Settings) -> Path:
    """The folder of label files: the setting, else the one that ships with the program."""
    if settings.labels.folder:
        return Path(settings.labels.folder)
    return data_folder() / "labels"


def data_folder() -> Path:
    """``config`` of a checkout, or its copy inside the installed package."""
    inside = Path(__file__).parent / "data" / "config"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "config"


def system_clock() -> Clock:
    """The machine's clock."""
    return SystemClock()


def load_label_files(settings: Settings) -> Mapping[str, Label]:
    """All labels by id; raises LabelFileError with every problem.

    A published revision that changed is a problem too: what a verdict was given
    by must be found again.
    """
    folder = labels_folder(settings)
    problems = lint_labels(folder, JUDGES)
    if problems:
        raise LabelFileError(list(problems))
    return {label.label_id: label for label in load_labels(folder, JUDGES)}


def load_catalogue(settings: Settings) -> Catalogue:
    """Labels, judges, cadences and calendar; raises LabelFileError with every problem."""
    return Catalogue(
        labels=load_label_files(settings),
        judges=JUDGES,
        cadences=settings.cadences(),
        calendar=HolidayCalendar(settings.holidays.freezes),
    )


def build_scanners(options: NetOptions, clock: Clock) -> Mapping[ScanKind, Scanner]:
    """One scanner of every kind there is."""
    return {kind: make(options, clock) for kind, make in SCANNERS.items()}


def browser_of(settings: Settings) -> str:
    """The program that looks at pages as visitors do; "" when there is none."""
    return find_browser(settings.net.browser)


def work_settings(settings: Settings) -> WorkSettings:
    """How the work is done, with a name for this process."""
    return WorkSettings(
        owner=f"{socket.gethostname()}:{os.getpid()}",
        slots=settings.work.slots,
        lease=timedelta(seconds=settings.work.lease_s),
        max_attempts=settings.work.max_attempts,
        per_platform=settings.work.per_platform,
        deadlines=settings.deadlines_s(),
        options=scan_options(settings),
    )


def scan_options(settings: Settings) -> dict[str, object]:
    """What scanners are told beside the site: only what differs from their own defaults."""
    found: dict[str, object] = {}
    if settings.work.tls_fingerprint:
        found["tls_fingerprint"] = True
    if settings.owasp.libraries:
        found["libraries"] = settings.owasp.libraries
    if settings.owasp.wapiti:
        found["wapiti"] = settings.owasp.wapiti
    if not settings.owasp.exposed_files:
        found["exposed_files"] = False
    return found


def scan_orders(settings: Settings, catalogue: Catalogue) -> ScanOrders:
    """What OWASP scans may do, and by which engine."""
    work = OwaspWork(
        settings.owasp.engine.value,
        settings.owasp.active_engine.value,
        settings.owasp.active_deadline.total_seconds(),
    )
    return ScanOrders(catalogue.calendar, work)


def engine_trouble(settings: Settings, name: str) -> str:
    """Why these settings have no such OWASP engine on this machine; "" when they have."""
    try:
        daemons = Daemons(settings.zap.fleet())
        make(name, settings.net_options(), SystemClock(), scan_options(settings), daemons)
    except NoEngineError as error:
        return str(error)
    return ""


def open_store(settings: Settings) -> SqlStore:
    """The store; raises StoreError when the database is of another revision."""
    return SqlStore(settings.database_url, facts_types=FACTS)


def one_look(settings: Settings, options: NetOptions) -> OneLook:
    """The parts of ``keurwacht check``."""
    clock = SystemClock()
    return OneLook(
        labels=load_label_files(settings),
        judges=JUDGES,
        scanners=build_scanners(options, clock),
        clock=clock,
        settings=work_settings(settings),
    )


def drift_look(settings: Settings, options: NetOptions, again_after_s: float) -> DriftLook:
    """The parts of ``keurwacht drift``."""
    clock = SystemClock()
    scanner = build_scanners(options, clock)[ScanKind.DRIFT]
    return DriftLook(scanner, clock, work_settings(settings), again_after_s)


def office(settings: Settings) -> Office:
    """Whom the organisation wants told."""
    return Office(
        staff=settings.mail.staff,
        operations=settings.mail.operations,
        language=settings.mail.staff_language.value,
        webhooks=tuple(sorted(settings.webhooks)),
    )


@dataclass(frozen=True, slots=True)
class Core:
    """The parts that do the work on one store."""

    store: SqlStore
    clock: Clock
    catalogue: Catalogue
    casework: Casework
    application: Application
    surveillance: Surveillance
    orders: ScanOrders
    end_engines: Callable[[], Awaitable[None]]
    zap_daemons: Callable[[], tuple[DaemonView, ...]]


def build_core(settings: Settings, store: SqlStore, told: Told = untold) -> Core:
    """Surveillance and everything it stands on; ``told`` hears of troubles of ZAP daemons."""
    clock = store.clock
    catalogue = load_catalogue(settings)
    casework = Casework(catalogue, office(settings))
    application = Application(
        catalogue, casework, Retry(settings.work.retry_first), browser=bool(browser_of(settings))
    )
    orders, board = scan_orders(settings, catalogue), Board()
    options = settings.net_options()
    owasp = OwaspScanner(options, clock, board.tell, Daemons(settings.zap.fleet(), told))
    surveillance = Surveillance(
        store,
        {**build_scanners(options, clock), ScanKind.OWASP: owasp},
        application,
        clock,
        work_settings(settings),
        orders,
        board.of,
    )
    return Core(
        store, clock, catalogue, casework, application, surveillance, orders, owasp.aclose,
        lambda: owasp.zap_daemons,
    )  # fmt: skip


def build_delivery(settings: Settings, core: Core) -> Delivery | None:
    """The sender of the outbox; None while neither mail nor a webhook is set up."""
    channels = build_channels(channel_settings(settings), core.clock)
    if not channels:
        return None
    procedures = Procedures(core.casework)

    def after_sent(tx: Tx, outgoing: Outgoing, at: datetime) -> None:
        core.casework.after_sent(tx, outgoing, at)
        procedures.after_sent(tx, outgoing, at)

    def after_dead(tx: Tx, outgoing: Outgoing, reason: str, at: datetime) -> None:
        core.casework.after_dead(tx, outgoing, reason, at)
        procedures.after_dead(tx, outgoing, reason, at)

    def wanted(tx: Tx, outgoing: Outgoing) -> bool:
        return core.casework.wanted(tx, outgoing) and procedures.wanted(tx, outgoing)

    return Delivery(
        core.store,
        channels,
        core.clock,
        delivery_settings(settings),
        after_sent=after_sent,
        after_dead=after_dead,
        wanted=wanted,
    )


def delivery_settings(settings: Settings) -> DeliverySettings:
    """How the outbox is emptied, and when the valve closes."""
    valve = settings.valve
    mail = settings.mail
    send_max = timedelta(seconds=mail.timeout_s * (DATA_PATIENCE + 2))
    return DeliverySettings(
        owner=work_settings(settings).owner,
        lease=send_max + timedelta(seconds=mail.timeout_s),
        send_max=send_max,
        drain=timedelta(seconds=mail.drain_timeout_s),
        backoff_first=mail.retry_first,
        backoff_max=mail.retry_max,
        give_up_after=mail.give_up_after,
        staff=office(settings).team(("labels",)),
        staff_language=settings.mail.staff_language.value,
        valve_window=timedelta(minutes=valve.window_minutes),
        valve_min=valve.minimum,
        valve_fraction=valve.fraction,
    )


def email_channel(settings: Settings, clock: Clock) -> EmailChannel:
    """The mail channel by itself; ValueError for settings that cannot work."""
    return EmailChannel(email_settings(settings), clock)


def channel_problems(settings: Settings, clock: Clock) -> Mapping[str, str]:
    """What keeps a channel that is set up from being built, by the section of the settings."""
    problems = {}
    if settings.mail.enabled:
        try:
            email_channel(settings, clock)
        except ValueError as error:
            problems["mail"] = str(error)
    for name, hook in settings.webhooks.items():
        try:
            Endpoint(hook.url, hook.secret.get_secret_value())
        except ValueError as error:
            problems[f"webhooks.{name}"] = str(error)
    return problems


def survey_zap(settings: Settings) -> tuple[Surveyed, ...]:
    """What of the ZAP daemons that are set up can be had; ModuleNotFoundError without the extra."""
    from scanners.owasp.zap.survey import survey  # noqa: PLC0415 (the extra keurwacht[zap])

    return asyncio.run(survey(settings.zap.fleet()))


def channel_settings(settings: Settings) -> ChannelSettings:
    """What the channels need; only those that are set up."""
    hooks = {
        name: Endpoint(hook.url, hook.secret.get_secret_value())
        for name, hook in settings.webhooks.items()
    }
    email = email_settings(settings) if settings.mail.enabled else None
    webhook = WebhookSettings(hooks, ca_file=settings.net.ca_file or None) if hooks else None
    return ChannelSettings(email, webhook, link_signer(settings))


def email_settings(settings: Settings) -> EmailSettings:
    """The mail section in the form the channel takes; ValueError for what cannot work."""
    mail = settings.mail
    return EmailSettings(
        host=mail.host,
        sender=mail.sender,
        domain=mail.message_domain,
        organisation=mail.organisation,
        port=mail.port,
        tls=SmtpTls(mail.tls.value),
        username=mail.username,
        password=mail.password.get_secret_value(),
        ca_file=mail.ca_file or None,
        reply_to=mail.reply_to,
        timeout_s=mail.timeout_s,
        data_timeout_s=mail.timeout_s * DATA_PATIENCE,
    )


def link_signer(settings: Settings) -> LinkSigner | None:
    """What makes and reads links in members' mail; None while they are not set up."""
    links = settings.links
    if not links.enabled:
        return None
    keys = (links.key.get_secret_value(), links.old_key.get_secret_value())
    known = tuple(key.encode() for key in keys if key)
    return LinkSigner(links.public_url, known, links.valid_for)


def build_link_server(
    settings: Settings, core: Core, answered: Callable[[str, str, int], None]
) -> LinkServer | None:
    """The pages behind the links; None while they are not set up."""
    signer = link_signer(settings)
    if signer is None:
        return None
    return LinkServer(
        settings.links.bind,
        settings.links.port,
        store=core.store,
        signer=signer,
        links=MemberLinks(core.casework),
        clock=core.clock,
        organisation=settings.mail.organisation,
        secure=settings.links.secure,
        answered=answered,
    )
