"""Engine, daemon and shop put together for the tests of the ZAP engine, true or fake."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanners.api import NetOptions
from scanners.owasp.engine import EngineLook, Plan, Profile, Progress, Report, silent
from scanners.owasp.fleet import LocalZap, RemoteZap, ZapFleet
from scanners.owasp.zap.engine import ZapEngine
from scanners.owasp.zap.pool import ZapPool, pool_of
from scanners.owasp.zap.site import Timing
from tests.integration.net_server import RealClock
from tests.shops.vulnerable import Shop
from tests.zap.kit import (
    RunningZap,
    UnavailableError,
    assemble,
    default_cache,
    fake_zap,
    true_zap,
)
from tests.zap.true import java as java_command

LAB = (ipaddress.ip_network("127.0.0.0/8"),)
QUICK = Timing(
    poll_s=0.3, attack_poll_s=0.5, probe_every_s=2.0, pause_s=0.3, stalled_s=4.0, passive_s=60.0,
    again_after_s=0.2,
)  # fmt: skip
OPTIONS = NetOptions(allow_networks=LAB, read_timeout_s=3.0)


@dataclass
class Lab:
    """One running ZAP that many tests use, one after the other."""

    zap: RunningZap
    options: NetOptions = OPTIONS
    told: list[Progress] = field(default_factory=list)
    timing: Timing = QUICK

    def pool(self) -> ZapPool:
        """A pool of this one; made in the loop that uses it."""
        return pool_of(ZapFleet(remote=(RemoteZap(self.zap.url, self.zap.key),)))

    def look(
        self, shop: Shop, profile: Profile = Profile.BASELINE, rate: float = 50.0,
        deadline_s: float = 90.0, follow: Report = silent, **changes: object,
    ) -> EngineLook:  # fmt: skip
        """One look at the shop; ``follow`` is told how far it is."""

        def report(progress: Progress) -> None:
            self.told.append(progress)
            follow(progress)

        async def run() -> EngineLook:
            async with engine_of(self.pool(), self.options, self.timing) as engine:
                return await engine.look(
                    plan_of(shop, profile, rate, deadline_s, **changes), report
                )

        self.told.clear()
        return asyncio.run(run())


@asynccontextmanager
async def engine_of(
    pool: ZapPool, options: NetOptions, timing: Timing = QUICK
) -> AsyncIterator[ZapEngine]:
    """An engine whose pool ends with the test."""
    engine = ZapEngine(pool, options, RealClock(), timing)
    try:
        yield engine
    finally:
        await engine.aclose()


def plan_of(
    shop: Shop, profile: Profile, rate: float = 50.0, deadline_s: float = 90.0, **changes: object
) -> Plan:
    """A plan for the whole shop."""
    given: dict[str, object] = {
        "url": shop.url, "origins": (shop.origin,), "site": "shop.example", "profile": profile,
        "run_id": "run-7", "deadline_s": deadline_s, "requests_per_second": rate, **changes,
    }  # fmt: skip
    return Plan(**given)  # type: ignore[arg-type]


def installed() -> Path:
    """The folder of the true daemon; skips the test where it cannot be had."""
    try:
        return assemble(default_cache())
    except UnavailableError as error:
        pytest.skip(f"no true ZAP here: {error}")


# The fake takes options on its command line only; the product hands them over in a file.
_FAKE = """
import sys
sys.path.insert(0, {root!r})
from tests.zap.fake import main
said = dict(zip(sys.argv, sys.argv[1:]))
lines = open(said["-configfile"]).read().split()
given = [part for line in lines for part in ("-config", line)]
where = ["-port", said["-port"], "-dir", said["-dir"]]
sys.exit(main([*where, *given, "-faults", {faults!r}]))
"""


def fake_local(folder: Path, **faults: object) -> LocalZap:
    """The fake as a process the product starts itself."""
    root = str(Path(__file__).resolve().parents[2])
    code = _FAKE.format(root=root, faults=json.dumps(faults))
    return LocalZap((sys.executable, "-c", code), folder=folder, ready_s=20.0)


def local_of(kind: str, folder: Path) -> LocalZap:
    """How the product would start the true daemon, or the fake."""
    return fake_local(folder) if kind == "fake" else local_zap(installed(), folder)


def local_zap(install: Path, folder: Path) -> LocalZap:
    """How the product itself would start that daemon."""
    java = (*java_command(install), "-installdir", str(install))
    return LocalZap(java, heap_mib=512, folder=folder)


@contextmanager
def running(kind: str, folder: Path) -> Iterator[RunningZap]:
    """A ZAP of the kind ``true`` or ``fake``."""
    if kind == "fake":
        with fake_zap() as zap:
            yield zap
    else:
        with true_zap(installed(), folder) as zap:
            yield zap
