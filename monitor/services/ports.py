"""What the services need from the outside: store, channels, calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol, TypeVar

from monitor.domain.alert import Outgoing
from monitor.domain.check import Job
from monitor.services.tx import Tx

T = TypeVar("T")


class Store(Protocol):
    """The database."""

    def transact(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in one write transaction on this thread: all of it or nothing."""
        ...

    async def run(self, work: Callable[[Tx], T]) -> T:
        """The same on the store's own bounded threads; the loop never waits for the disk.

        Cancelling the awaiting task does not stop a transaction under way.
        """
        ...

    def close(self) -> None:
        """Finish what runs and close connections; idempotent."""
        ...


class Carrier(Protocol):
    """What runs claimed jobs."""

    def free_slots(self) -> int:
        """How many more jobs can start now; the tick claims no more than that."""
        ...

    def submit(self, job: Job) -> None:
        """Start the job; returns at once.  Only as many as ``free_slots`` said."""
        ...

    async def drain(self, timeout_s: float) -> int:
        """Take nothing new, wait for what runs, then cancel the rest; returns how many."""
        ...


class Channel(Protocol):
    """One road out."""

    async def send(self, outgoing: Outgoing) -> str:
        """Deliver once; returns the other side's word (SMTP reply, HTTP status).

        Raises ChannelError.  May be called twice for the same alert (crash
        between the yes and its mark): the alert id is the same then.
        """
        ...


class ChannelError(Exception):
    """A delivery failed.

    ``permanent``: trying again is useless (5xx, no such mailbox).  ``unclear``: it
    went out but no answer came, so it may have been taken.
    """

    def __init__(self, reason: str, *, permanent: bool, unclear: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unclear = unclear


class Calendar(Protocol):
    """Working days."""

    def next_working_day(self, moment: datetime, country: str) -> datetime:
        """``moment`` itself on a working day, else the same time on the next one."""
        ...

    def is_working_day(self, day: date, country: str) -> bool:
        """No weekend, public holiday of ``country`` or freeze."""
        ...

    def thaws(self, moment: datetime, country: str) -> datetime | None:
        """When the freeze around ``moment`` ends, by the local clock of ``country``; or None."""
        ...
