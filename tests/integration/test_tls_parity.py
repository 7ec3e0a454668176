"""Our hellos and SSLyze's handshakes see the same on every configuration both can reach."""

from __future__ import annotations

import json
import select
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanners.api import ScanKind
from scanners.tls.evidence import TLS10, TLS11, TLS12, TLS13, TlsFacts
from scanners.tls.helper import Helper
from scanners.tls.suites import CODE
from tests.shops.tls.configuration import Configuration
from tests.shops.tls.honest import HONEST
from tests.shops.tls.keys import HOST
from tests.shops.tls.lab import Lab, missing, request_for
from tests.shops.tls.looking import cases, scan_now, tls_of

# Run, never imported: SSLyze stays out of the process that judges ours.
GROUPS_WORKER = Path(__file__).resolve().parents[1] / "shops" / "tls" / "groups_worker.py"
BOTH_REACH = [c for c in HONEST if not c.beyond_sslyze]
# An ECDSA certificate is shown only to who offers its own curve (RFC 8422 5.1), and SSLyze
# offers one curve at a time: below TLS 1.3 it learns of an RSA server only.  Of SSL 3 alone
# it learns nothing.
CURVES_ASKED = [
    c
    for c in BOTH_REACH
    if TLS13 in c.expected.protocols
    or (
        all(leaf.key.startswith("RSA") for leaf in c.leaves)
        and {TLS10, TLS11, TLS12} & set(c.expected.protocols)
    )
]
NAMES = {"prime256v1": "secp256r1", "prime192v1": "secp192r1", "X25519": "x25519", "X448": "x448"}
OF_TLS13 = {"x25519", "x448", "secp256r1", "secp384r1", "secp521r1"}
ANSWER_WITHIN_S = 60.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("tls"), HONEST)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    helper = Helper()
    yield helper
    helper.close()


@pytest.fixture(scope="module")
def sslyze_curves() -> Iterator[Callable[[str, int], list[str] | None]]:
    """Ask SSLyze, in a process of its own, for the curves of a host at a port."""
    command = [sys.executable, "-W", "ignore", str(GROUPS_WORKER)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None

        def ask(host: str, port: int) -> list[str] | None:
            asked.write(json.dumps([host, port]) + "\n")
            asked.flush()
            if not select.select([answers], [], [], ANSWER_WITHIN_S)[0]:
                process.kill()
                pytest.fail("sslyze does not answer")
            found: list[str] | None = json.loads(answers.readline())
            return found

        yield ask
        asked.close()


@pytest.fixture(scope="module")
def looked() -> dict[str, TlsFacts]:
    """Our view of configurations looked at already, by their keys."""
    return {}


def both_views(
    lab: Lab, helper: Helper, wanted: Configuration
) -> tuple[TlsFacts, dict[str, list[str]]]:
    request = request_for(wanted, ScanKind.TLS, tier="full", deadline_s=90.0)
    result = scan_now(lab.options(wanted), request, helper)
    (facts,) = tls_of(result)
    second = result.detail["second_opinion"]
    assert isinstance(second, dict)
    return facts, second[facts.host]


def agrees(port: int, suite: str) -> bool:
    """A third opinion: does the platform's OpenSSL agree on ``suite`` in TLS 1.2?"""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ALL:@SECLEVEL=0")
    names = {int(c["id"]) & 0xFFFF: str(c["name"]) for c in context.get_ciphers()}
    context.set_ciphers(f"{names[CODE[suite]]}:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", port), 5) as raw,
        context.wrap_socket(raw, server_hostname=HOST) as line,
    ):
        agreed = line.cipher()
    return agreed is not None and agreed[0] == names[CODE[suite]]


@pytest.mark.parametrize("wanted", cases(BOTH_REACH))
def test_suites_and_protocols_are_those_of_sslyze(
    lab: Lab, helper: Helper, looked: dict[str, TlsFacts], wanted: Configuration
) -> None:
    if why := missing(wanted.server):
        pytest.skip(why)
    facts, second = both_views(lab, helper, wanted)
    looked[wanted.key] = facts
    assert facts.protocols == {version: bool(suites) for version, suites in second.items()}
    only_ours = {
        v: sorted(set(suites or ()) - set(second[v])) for v, suites in facts.suites.items()
    }
    only_theirs = {v: sorted(set(second[v]) - set(facts.suites[v] or ())) for v in facts.suites}
    assert not any(only_theirs.values())
    if wanted.sslyze_misses:
        assert all(agrees(lab.port(wanted), suite) for suite in only_ours.pop(TLS12))
    assert not any(only_ours.values())
    assert facts.doubtful == 0


@pytest.mark.parametrize("wanted", cases(CURVES_ASKED))
def test_curves_are_those_of_sslyze(
    lab: Lab,
    helper: Helper,
    looked: dict[str, TlsFacts],
    sslyze_curves: Callable[[str, int], list[str] | None],
    wanted: Configuration,
) -> None:
    if why := missing(wanted.server):
        pytest.skip(why)
    second = sslyze_curves(wanted.host.rstrip("."), lab.port(wanted))
    assert second is not None
    if wanted.key not in looked:
        request = request_for(wanted, ScanKind.TLS)
        (looked[wanted.key],) = tls_of(scan_now(lab.options(wanted), request, helper))
    facts = looked[wanted.key]
    ours = {group for group in facts.groups or () if not group.startswith("ffdhe")}
    theirs = {NAMES.get(name, name) for name in second}
    if facts.protocols[TLS13]:
        # It looks at the highest version only: what is weak below stays unseen there.
        ours, theirs = ours & OF_TLS13, theirs & OF_TLS13
    assert ours == theirs
