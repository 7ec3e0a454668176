"""What is said to whom, on which channel, and how it is told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ChannelKind(StrEnum):
    """The road an alert takes; the keys of the channel table."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class Audience(StrEnum):
    """Who is spoken to; the valve holds only what is for members."""

    MEMBER = "member"
    STAFF = "staff"
    OPERATIONS = "operations"


class DeliveryState(StrEnum):
    """Where an alert stands on its way out."""

    PENDING = "pending"
    HELD = "held"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to one recipient on one channel.

    ``thread`` is the case id, or the thread of an unassessed row.  ``template``
    names the text, ``context`` fills it (JSON values; hostile text inside).
    ``origin`` tells two cases of one number apart: a database that was restored
    from a backup counts them again.
    """

    thread: str
    step: str
    audience: Audience
    channel: ChannelKind
    recipient: str
    language: str
    template: str
    site_id: str
    created_at: datetime
    case_id: str | None = None
    context: Mapping[str, object] = field(default_factory=dict)
    origin: str = ""

    @property
    def alert_id(self) -> str:
        """Identity = (case, step, recipient, channel); the left part of the Message-ID."""
        return alert_id(self.thread, self.step, self.recipient, self.channel, self.origin)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed alert, ready to be sent under its lease.

    ``root_id`` is the alert id of this recipient's first message in the thread,
    None when this is the first.  ``tries`` counts attempts, this one included.
    """

    alert: Alert
    root_id: str | None
    token: int
    tries: int


def alert_id(thread: str, step: str, recipient: str, channel: ChannelKind, origin: str = "") -> str:
    """A stable name that carries no address: 32 hex digits."""
    joined = f"{thread}\0{step}\0{recipient.casefold()}\0{channel.value}"
    if origin:
        joined += f"\0{origin}"
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
