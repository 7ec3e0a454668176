"""ROBOT on the way of hellos: no oracle is missed, none is made up, SSLyze has the last word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanners.api import ScanKind, ScanRequest
from scanners.tls.evidence import TLS10, TLS11, TLS12, TlsFacts
from scanners.tls.helper import Helper
from scanners.tls.job import Command, EngineJob
from tests.integration import tls_lab as basic
from tests.shops.tls.keys import HOST, Key, Leaf, Vault
from tests.shops.tls.looking import scan_now, tls_of
from tests.shops.tls.oracles import GCM, RSA_SUITES, Leak, leaking, well_padded
from tests.shops.tls.scripted import fatal

ILLEGAL, DECRYPT = 47, 51


def strong(_: int, block: bytes) -> bytes | None:
    """Says at once when a block does not begin as it must."""
    return None if block[:2] == b"\0\x02" else fatal(ILLEGAL)


def weak(_: int, block: bytes) -> bytes | None:
    """Tells sound blocks from all others."""
    return None if well_padded(block) else fatal(ILLEGAL)


def sound_alone(_: int, block: bytes) -> bytes | None:
    """The other way round: it is the sound block that gets an answer of its own."""
    return fatal(DECRYPT) if well_padded(block) else None


def gcm_alone(suite: int, block: bytes) -> bytes | None:
    """As with some load balancers: the oracle is in the code for AEAD suites."""
    return weak(suite, block) if suite in GCM else None


def gcm_sound_alone(suite: int, block: bytes) -> bytes | None:
    return sound_alone(suite, block) if suite in GCM else None


def cbc_alone(suite: int, block: bytes) -> bytes | None:
    """The other way round."""
    return None if suite in GCM else weak(suite, block)


def by_suite(suite: int, _: bytes) -> bytes | None:
    """An odd but honest server: another alert for other suites, whatever the block."""
    return fatal(DECRYPT) if suite in GCM else None


def silent_when_broken(_: int, block: bytes) -> bytes | None:
    """Hangs up on a broken block."""
    return None if well_padded(block) else b""


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("robot"))


@pytest.fixture(scope="module")
def pem(vault: Vault) -> Path:
    return vault.pem(Leaf(key=Key.RSA2048))


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


def look(serving: AbstractContextManager[int], vault: Vault, helper: Helper) -> TlsFacts:
    with serving as port:
        request = ScanRequest(ScanKind.TLS, f"https://{HOST}/", (HOST,), deadline_s=40.0)
        (facts,) = tls_of(scan_now(basic.options(port, vault.ca_file), request, helper))
    return facts


async def by_sslyze(helper: Helper, port: int) -> bool | None:
    job = EngineJob(HOST, port, "127.0.0.1", False, 30.0, (Command.ROBOT,), TLS12)
    return (await helper.run(job)).robot


@pytest.mark.parametrize(
    ("leak", "robot"),
    [
        pytest.param(strong, True, id="broken start"),
        pytest.param(weak, True, id="anything broken"),
        pytest.param(sound_alone, True, id="sound alone"),
        pytest.param(silent_when_broken, True, id="hangs up"),
        pytest.param(by_suite, False, id="another alert by suite"),
        pytest.param(lambda _, __: None, False, id="no oracle"),
    ],
)
def test_an_oracle_is_what_sslyze_says_it_is(
    leak: Leak, robot: bool, vault: Vault, pem: Path, helper: Helper
) -> None:
    with leaking(pem, leak) as port:
        assert asyncio.run(by_sslyze(helper, port)) is robot
    assert look(leaking(pem, leak), vault, helper).robot is robot


@pytest.mark.parametrize("leak", [gcm_alone, gcm_sound_alone, cbc_alone])
def test_an_oracle_in_some_suites_is_never_called_sound(
    leak: Leak, vault: Vault, pem: Path, helper: Helper
) -> None:
    """SSLyze asks one kind of suites: what it does not see there stays open, not denied."""
    with leaking(pem, leak) as port:
        theirs = asyncio.run(by_sslyze(helper, port))
    assert look(leaking(pem, leak), vault, helper).robot is (theirs or None)


@pytest.mark.parametrize(
    ("ciphers", "leak"), [("AES128-SHA", sound_alone), ("AES128-SHA:AES256-SHA", weak)]
)
def test_few_suites_hide_no_oracle(
    ciphers: str, leak: Leak, vault: Vault, pem: Path, helper: Helper
) -> None:
    assert look(leaking(pem, leak, ciphers), vault, helper).robot is True


@pytest.mark.parametrize(
    ("highest", "newest"), [("TLSv1", TLS10), ("TLSv1_1", TLS11), ("TLSv1_2", TLS12)]
)
def test_an_honest_server_needs_no_engine_for_it(
    highest: str, newest: str, vault: Vault, pem: Path, helper: Helper
) -> None:
    serving = basic.old_server(pem, RSA_SUITES, "TLSv1", highest)
    facts = look(serving, vault, helper)
    assert facts.protocols[newest] is True
    assert facts.robot is False
    # Each suite and version showed itself once, and the test rode along but for what was left.
    assert facts.connections < 45
