"""A ZAP daemon that somebody else runs, by its address."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from scanners.owasp.fleet import RemoteZap
from scanners.owasp.zap.claims import claimed, left_behind, new_owner, occupied
from scanners.owasp.zap.client import Limits, ZapClient, ZapError, ZapGoneError, ZapTalk
from scanners.owasp.zap.probe import Components, probe

STOP_S = 2.0


class RemoteDaemon:
    """A ZAP somebody else runs: never killed, only emptied, and only when it is ours to empty.

    ``owner`` is whose scans are ours, "" for a new name.  ``now``: seconds since the epoch.
    ``limits`` are those of one call.
    """

    def __init__(
        self,
        settings: RemoteZap,
        owner: str = "",
        now: Callable[[], float] = time.time,
        limits: Limits | None = None,
    ) -> None:
        self._settings = settings
        self._limits = limits or Limits()
        self._now = now
        self.owner = owner or new_owner()
        self.components = Components("")
        self.outlet = settings.outlet
        self.talk = self._talk()

    def _talk(self) -> ZapTalk:
        return ZapTalk(ZapClient(self._settings.url, self._settings.key, self._limits))

    def alive(self) -> bool:
        """Nobody here can tell without asking."""
        return True

    async def start(self) -> None:
        """Ask what it has, and end what a process of ours left behind; DaemonError: wrong key."""
        self.talk.close()
        self.talk = self._talk()
        self.components = await probe(self.talk)
        with contextlib.suppress(ZapError):
            if await left_behind(self.talk):
                await stop_scans(self.talk)

    async def occupied(self) -> str:
        """Another keurwacht, or anybody who started a scan there."""
        return await occupied(self.talk, self.owner, self._now())

    def memory_mib(self) -> float:
        """Not known for a process of others."""
        return 0.0

    async def stop(self) -> None:
        """Stop our scan and empty its session; what is refused stays for the next start.

        Without a scan of ours there is nothing to stop, and somebody else may have begun.
        """
        with contextlib.suppress(TimeoutError, ZapGoneError, ZapError):
            async with asyncio.timeout(STOP_S):
                if await claimed(self.talk, self.owner):
                    await stop_scans(self.talk)
                    await self.talk.ask(lambda zap: zap.core.new_session("", True))
        self.talk.close()


async def stop_scans(talk: ZapTalk) -> None:
    """End whatever the daemon does to anybody; ZapGoneError when it does not answer."""
    with contextlib.suppress(ZapError):
        await talk.ask(lambda zap: zap.ascan.stop_all_scans())
    with contextlib.suppress(ZapError):
        await talk.ask(lambda zap: zap.spider.stop_all_scans())
