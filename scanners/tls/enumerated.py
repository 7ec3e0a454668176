"""What the questions to one server taught."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanners.tls.evidence import VERSIONS


@dataclass(slots=True)
class Enumerated:
    """What the questions taught so far; see TlsFacts for the fields.

    ``oracle_like``: with one and the same suite, its answers to ROBOT's messages differed.
    ``staple`` is the OCSP response of a handshake in TLS 1.3, b"" when none came.
    """

    protocols: dict[str, bool | None] = field(default_factory=lambda: dict.fromkeys(VERSIONS))
    suites: dict[str, list[str]] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)
    groups: list[str] | None = None
    dh: tuple[int, str] | None = None
    weak_signatures: list[str] | None = None
    compression: bool | None = None
    secure_renegotiation: bool | None = None
    extended_master_secret: bool | None = None
    fallback_scsv: bool | None = None
    robot: bool | None = None
    oracle_like: bool = False
    early_data: bool | None = None
    staple: bytes | None = None
    leaves: dict[str, bytes] = field(default_factory=dict)
    connections: int = 0
    doubtful: int = 0
    problems: list[str] = field(default_factory=list)
