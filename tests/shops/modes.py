"""How a lab shop can behave, and what it writes down about its visitors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """How a shop treats every visitor; switched at run time."""

    HONEST = "honest"
    BOT_WALL = "bot_wall"  # 403 with a challenge, on every path
    CONSENT_WALL = "consent_wall"  # 200, the same short question on every path
    TARPIT = "tarpit"  # takes the connection and never says a byte, no handshake either
    MUTE = "mute"  # finishes the handshake, reads the request, never answers
    DRIP = "drip"  # answers one byte at a time, without end
    PARKED = "parked"  # 302 to a page on another registrable domain, on every path


class Plain(StrEnum):
    """What the plain-HTTP port does."""

    REDIRECTS = "redirects"  # 301 to the same path on https://host/
    SERVES = "serves"  # 200 with the pages, without a redirect
    CLOSED = "closed"  # nobody listens


SILENT = frozenset({Behaviour.TARPIT, Behaviour.MUTE})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request a shop received; ``target`` is the path with its query.

    ``secure`` when it came over TLS.
    """

    method: str
    target: str
    host: str
    user_agent: str
    cookie: str
    secure: bool

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]
