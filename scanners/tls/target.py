"""What is looked at, and for how long."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanners.api import ScanRequest
from scanners.net.names import ascii_host, is_address

HTTPS_PORT = 443


class Deadline:
    """A span of seconds that runs from its making (monotonic: no clock can turn it back)."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())


@dataclass(frozen=True, slots=True)
class Target:
    """One own host and the port its https lives at."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address people know it by."""
        return f"https://{self.host}/" if self.port == HTTPS_PORT else (
            f"https://{self.host}:{self.port}/"
        )  # fmt: skip


def targets_of(request: ScanRequest) -> tuple[Target, ...]:
    """The host of the URL at its port, every other own host at 443; A-labels, no repeats.

    A name that cannot be one keeps its writing: looking at it says so.
    """
    parts = urlsplit(request.url)
    first = parts.hostname or ""
    port = HTTPS_PORT
    if parts.scheme == "https" and parts.port is not None:
        port = parts.port
    found = {_written(first): port} if first else {}
    for host in request.hosts:
        found.setdefault(_written(host), HTTPS_PORT)
    return tuple(Target(host, number) for host, number in found.items())


def _written(host: str) -> str:
    try:
        return ascii_host(host)
    except ValueError:
        return host.strip().lower()


def server_name(host: str) -> str:
    """What to send as SNI: the name, nothing for an address (RFC 6066 3)."""
    return "" if is_address(host) else host
