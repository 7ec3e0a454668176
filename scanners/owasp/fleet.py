"""Which ZAP daemons there are: those of others by address, ours by the command that starts them.

Only data: loading it loads no client and no engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

READY_S = 60.0
HEAP_MIB = 1024
IDLE_S = 900.0


@dataclass(frozen=True, slots=True)
class LocalZap:
    """How to start a daemon.

    ``command`` is ``(zap.sh,)`` or ``(java, -cp, lib/*, org.zaproxy.zap.ZAP, -installdir,
    DIR)``; the options of a daemon are added to it.  ``folder`` is where homes are made,
    None for the system's own.
    """

    command: tuple[str, ...]
    heap_mib: int = HEAP_MIB
    ready_s: float = READY_S
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class RemoteZap:
    """A daemon somebody else runs.

    It reaches the shops through us: ``outlet`` is the address of ours on which it finds
    the outlet, loopback when it runs on this machine.
    """

    url: str
    key: str = field(repr=False)
    outlet: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Wear:
    """When a daemon is renewed: after so many scans, seconds, or MiB of memory."""

    scans: int = 20
    age_s: float = 12 * 3_600.0
    memory_mib: float = 1_600.0

    def due(self, scans: int, age_s: float, memory_mib: float) -> bool:
        """Is it time?"""
        return scans >= self.scans or age_s >= self.age_s or memory_mib >= self.memory_mib


@dataclass(frozen=True, slots=True)
class ZapFleet:
    """All daemons of an engine: the ``remote`` ones and ``daemons`` times the ``local`` one.

    One of ours that had nothing to do for ``idle_s`` seconds is ended; 0 keeps it.
    """

    remote: tuple[RemoteZap, ...] = ()
    local: LocalZap | None = None
    daemons: int = 1
    wear: Wear = Wear()
    idle_s: float = IDLE_S

    @property
    def names(self) -> tuple[str, ...]:
        """What its daemons are called: the address, or ``local-1`` and on; no secret."""
        ours = self.daemons if self.local is not None else 0
        return (*(one.url for one in self.remote), *(f"local-{n + 1}" for n in range(ours)))


class DaemonState(StrEnum):
    """What a daemon does: it does not run, waits for a scan, scans, cannot be had, is another's."""

    OFF = "off"
    IDLE = "idle"
    BUSY = "busy"
    ASIDE = "aside"
    OCCUPIED = "occupied"


@dataclass(frozen=True, slots=True)
class DaemonView:
    """One daemon of a pool; ``well`` until it failed, and again once it worked."""

    name: str
    state: DaemonState
    well: bool = True


@dataclass(frozen=True, slots=True)
class DaemonNews:
    """A daemon was put aside (``reason``, tried again in ``again_in_s``), or works again ("")."""

    name: str
    reason: str
    again_in_s: float = 0.0


Told = Callable[[DaemonNews], None]


def untold(_news: DaemonNews) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Daemons:
    """The ZAP daemons there are, and who hears of their troubles."""

    fleet: ZapFleet = field(default_factory=ZapFleet)
    told: Told = untold
