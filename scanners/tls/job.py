"""What the daemon and the engine's process say to each other, as JSON; no engine inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Command(StrEnum):
    """What only a real handshake shows."""

    CLIENT_RENEGOTIATION = "client_renegotiation"
    COMPRESSION = "compression"
    EARLY_DATA = "early_data"
    ROBOT = "robot"
    HEARTBLEED = "heartbleed"
    CCS_INJECTION = "ccs_injection"


@dataclass(frozen=True, slots=True)
class EngineJob:
    """One target at the address that was checked; the engine resolves nothing.

    ``deadline_s`` after which the process ends itself, whatever it is doing.  ``full``
    asks everything the engine has; else ``commands``, at ``version`` (the newest below
    TLS 1.3 the server accepts, "" when it accepts none) with one of ``suites`` (IANA
    names).
    """

    host: str
    port: int
    address: str
    full: bool
    deadline_s: float
    commands: tuple[Command, ...] = ()
    version: str = ""
    suites: tuple[str, ...] = ()


@dataclass(slots=True)
class EngineResult:
    """What the engine saw; None where a command did not complete (``problems`` say which).

    ``suites`` is filled in a full scan only: a second opinion, by version.  ``staple`` is
    the OCSP response as sent in TLS 1.3 (early data asks), b"" when none was.
    """

    engine: str = ""
    heartbleed: bool | None = None
    ccs_injection: bool | None = None
    robot: bool | None = None
    compression: bool | None = None
    secure_renegotiation: bool | None = None
    client_renegotiations: int | None = None
    early_data: bool | None = None
    fallback_scsv: bool | None = None
    staple: bytes | None = None
    suites: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    connections: int = 0
    cpu_s: float = 0.0
