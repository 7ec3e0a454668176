"""The composition root: from settings to the parts.  Only this module knows concrete adapters."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitor.adapters.calendar import HolidayCalendar
from monitor.adapters.clock import SystemClock
from monitor.adapters.store.store import SqlStore
from monitor.domain.label import Label
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import load_labels
from monitor.services.application import Application, Retry
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.messages import Office
from monitor.services.once import OneLook
from monitor.services.surveillance import Surveillance, WorkSettings
from monitor.settings import Settings
from scanners.api import Clock, NetOptions, ScanKind, Scanner
from scanners.registry import FACTS, SCANNERS


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
    """All labels by id; raises LabelFileError with every problem."""
    return {label.label_id: label for label in load_labels(labels_folder(settings), JUDGES)}


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


def work_settings(settings: Settings) -> WorkSettings:
    """How the work is done, with a name for this process."""
    return WorkSettings(
        owner=f"{socket.gethostname()}:{os.getpid()}",
        slots=settings.work.slots,
        lease=timedelta(seconds=settings.work.lease_s),
        max_attempts=settings.work.max_attempts,
        per_platform=settings.work.per_platform,
        deadlines=settings.deadlines_s(),
    )


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


def build_core(settings: Settings, store: SqlStore) -> Core:
    """Surveillance and everything it stands on."""
    clock = store.clock
    catalogue = load_catalogue(settings)
    casework = Casework(catalogue, office(settings))
    application = Application(catalogue, casework, Retry(settings.work.retry_first))
    surveillance = Surveillance(
        store,
        build_scanners(settings.net_options(), clock),
        application,
        clock,
        work_settings(settings),
    )
    return Core(store, clock, catalogue, casework, application, surveillance)
