"""No endpoint outlasts a scan's deadline, gets a breach it did not show, or leaves a process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scanners.api import NetOptions, Resolve, ScanKind, ScanOutcome, ScanResult
from scanners.tls.evidence import TlsFacts
from scanners.tls.helper import Helper
from tests.integration import tls_lab as basic
from tests.shops.tls.hostile import HOSTILE, Hostile, sound
from tests.shops.tls.keys import HOST, Leaf, Vault
from tests.shops.tls.looking import BREACHES, judged, scan, scan_now, tls_of

KINDS = (ScanKind.CERTIFICATE, ScanKind.TLS)
# What the hellos see of a server, and what the engine sees; counts and words may differ.
SEEN = (
    "protocols", "suites", "suites_known", "groups", "weak_signatures", "compression",
    "fallback_scsv", "extended_master_secret", "secure_renegotiation",
)  # fmt: skip
BY_ENGINE = ("heartbleed", "ccs_injection", "robot", "early_data", "client_renegotiations")
BATCH = 20


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


@pytest.fixture(scope="module")
def plain_facts(vault: Vault, helper: Helper) -> TlsFacts:
    """What a scan finds on the honest server of the lab."""
    with basic.serving(sound(vault.pem(Leaf()))) as port:
        request = basic.request(ScanKind.TLS)
        result = scan_now(basic.options(port, vault.ca_file), request, helper)
    assert result.outcome is ScanOutcome.COMPLETE
    (facts,) = tls_of(result)
    assert judged([result], HOST, tls_norm="ncsc-2025-05").outcome == "sound"
    return facts


def children_of(pid: int) -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.add(int(status.parent.name))
    return found


def has_no_child(helper: Helper) -> bool:
    """Within two seconds: the helper reaps a little later than it kills."""
    until = time.monotonic() + 2.0
    while helper.pid is not None and children_of(helper.pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hostile", [pytest.param(h, id=h.key) for h in HOSTILE])
def test_a_hostile_endpoint_ends_in_time_without_a_breach_or_a_process(
    vault: Vault, helper: Helper, plain_facts: TlsFacts, hostile: Hostile, kind: ScanKind
) -> None:
    with hostile.place(vault.pem(Leaf())) as port:
        began = time.monotonic()
        request = basic.request(kind, deadline_s=hostile.deadline_s)
        result = scan_now(basic.options(port, vault.ca_file), request, helper)
        took = time.monotonic() - began
    assert took < hostile.deadline_s + 1.0
    verdict = judged([result], HOST)
    assert verdict.outcome not in BREACHES, verdict.summary
    strict = judged([result], HOST, tls_norm="ncsc-2025-05")
    assert strict.outcome not in BREACHES, strict.summary
    assert has_no_child(helper)
    if hostile.honest and kind is ScanKind.TLS:
        assert result.outcome is ScanOutcome.COMPLETE, tls_of(result)
        (facts,) = tls_of(result)
        assert {name: getattr(facts, name) for name in SEEN} == {
            name: getattr(plain_facts, name) for name in SEEN
        }
        for name in BY_ENGINE:
            # The engine asks once: what it could not ask is not known, never the contrary.
            assert getattr(facts, name) in (getattr(plain_facts, name), None), name
    if not hostile.honest:
        assert result.outcome is not ScanOutcome.COMPLETE or kind is ScanKind.CERTIFICATE


def test_no_shop_of_a_batch_waits_for_a_tarpit(vault: Vault, helper: Helper) -> None:
    deadline_s = 30.0
    hosts = [f"shop{number}.example" for number in range(BATCH)]
    pem = vault.pem(Leaf(names=tuple(hosts)))

    async def timed(options: NetOptions, host: str) -> tuple[ScanResult, float]:
        request = basic.request(ScanKind.TLS, deadline_s=deadline_s)
        own = type(request)(
            ScanKind.TLS, f"https://{host}/", (host,), options=request.options,
            deadline_s=request.deadline_s,
        )  # fmt: skip
        result = await scan(options, own, helper)
        return result, time.monotonic() - began

    async def batch(options: NetOptions, names: list[str]) -> list[tuple[ScanResult, float]]:
        return list(await asyncio.gather(*(timed(options, name) for name in names)))

    with ExitStack() as serving:
        honest = serving.enter_context(basic.serving(sound(pem)))
        silent = serving.enter_context(basic.serving(basic.tarpit))
        places = dict.fromkeys(hosts, honest) | {"tarpit.example": silent}
        options = NetOptions(
            resolve=tuple(Resolve(h, 443, "127.0.0.1", p) for h, p in places.items()),
            allow_networks=basic.LOOPBACK,
            ca_file=str(vault.ca_file),
        )
        began = time.monotonic()
        alone = asyncio.run(batch(options, hosts))
        began = time.monotonic()
        *together, (last, waited) = asyncio.run(batch(options, [*hosts, "tarpit.example"]))
    assert [r.outcome for r, _ in alone] == [ScanOutcome.COMPLETE] * BATCH
    assert [r.outcome for r, _ in together] == [ScanOutcome.COMPLETE] * BATCH
    assert last.outcome is ScanOutcome.TIMED_OUT
    assert waited < deadline_s + 1.0
    slowest_alone, slowest = max(t for _, t in alone), max(t for _, t in together)
    # The machine may be busy; what a tarpit would add is its whole waiting time.
    assert slowest < slowest_alone + waited / 2
    assert has_no_child(helper)
