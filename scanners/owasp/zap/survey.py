"""What of a fleet can be had, for staff: asked in passing, nothing is started or stopped."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass

from scanners.api import clip
from scanners.owasp.fleet import LocalZap, RemoteZap, ZapFleet
from scanners.owasp.zap.client import Limits, ZapError, ZapGoneError
from scanners.owasp.zap.probe import DaemonError, lacking
from scanners.owasp.zap.remote import RemoteDaemon

WITHIN_S = 15.0
# A thread of a call that hangs would hold the end of the command.
_LIMITS = Limits(connect_s=3.0, read_s=4.0, whole_s=8.0)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One daemon: can a scan have it, and what is to be known; ``warning`` for what is less."""

    name: str
    ok: bool
    detail: str
    warning: bool = False


async def survey(fleet: ZapFleet, within_s: float = WITHIN_S) -> tuple[Surveyed, ...]:
    """Every daemon in the order of the fleet; those of ours are looked for and not started."""
    far = await asyncio.gather(*(_asked(remote, within_s) for remote in fleet.remote))
    near = () if fleet.local is None else (_looked_for(fleet.local, fleet.daemons),)
    return (*far, *near)


async def _asked(remote: RemoteZap, within_s: float) -> Surveyed:
    daemon = RemoteDaemon(remote, limits=_LIMITS)
    try:
        async with asyncio.timeout(within_s):
            await daemon.start()
            busy = await daemon.occupied()
    except TimeoutError:
        return Surveyed(remote.url, False, f"no answer within {within_s:.0f} s")
    except (DaemonError, ZapGoneError, ZapError) as error:
        return Surveyed(remote.url, False, clip(str(error), 200))
    finally:
        daemon.talk.close()
    found = daemon.components
    told = [
        f"ZAP {found.version}, {len(found.passive)} passive and {len(found.active)} active rules"
    ]
    missing = lacking(found)
    told += missing
    if busy:
        told.append(busy)
    return Surveyed(remote.url, True, "; ".join(told), warning=bool(missing))


def _looked_for(local: LocalZap, daemons: int) -> Surveyed:
    program = shutil.which(local.command[0])
    if program is None:
        return Surveyed("command", False, f"no program {clip(local.command[0], 100)}")
    return Surveyed("command", True, f"{clip(program, 200)}, {daemons} at most")
