"""Our hellos and SSLyze's handshakes must see the same suites on real servers."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scanners.api import ScanKind, ScanRequest
from scanners.tls.evidence import TlsFacts
from scanners.tls.helper import Helper
from scanners.tls.scanner import TlsScanner
from tests.integration import tls_lab as lab
from tests.shops.authority import Authority

NGINX, OPENSSL = shutil.which("nginx"), shutil.which("openssl")
NGINX_CONF = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
events {{}}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {pem}; ssl_certificate_key {pem};
    {settings} }} }}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            end = time.monotonic() + 5
            while time.monotonic() < end:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def both_views(port: int, ca_file: Path) -> tuple[TlsFacts, dict[str, list[str]]]:
    helper = Helper()
    request = ScanRequest(
        ScanKind.TLS,
        f"https://{lab.HOST}/",
        (lab.HOST,),
        options={"tier": "full"},
        deadline_s=90.0,
    )
    try:
        scanner = TlsScanner(lab.options(port, ca_file), lab.Clock(), helper)
        result = asyncio.run(scanner.scan(request))
    finally:
        helper.close()
    facts = next(e.facts for e in result.evidence if isinstance(e.facts, TlsFacts))
    second = result.detail["second_opinion"]
    assert isinstance(second, dict)
    return facts, second[lab.HOST]


def agree(facts: TlsFacts, second: dict[str, list[str]]) -> None:
    assert facts.protocols == {version: bool(suites) for version, suites in second.items()}
    ours = {version: sorted(suites or ()) for version, suites in facts.suites.items()}
    assert ours == {version: second[version] for version in ours}
    assert facts.doubtful == 0


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@pytest.mark.parametrize(
    ("key", "settings"),
    [
        pytest.param("rsa2048", "ssl_protocols TLSv1.2 TLSv1.3;", id="intermediate"),
        pytest.param(
            "rsa2048",
            "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;",
            id="everything on",
        ),
        pytest.param(
            "ec",
            "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-CCM;"
            " ssl_ecdh_curve secp384r1; ssl_prefer_server_ciphers on;",
            id="few suites with one curve",
        ),
    ],
)
def test_nginx_looks_the_same_to_both(tmp_path: Path, key: str, settings: str) -> None:
    authority = Authority(tmp_path / "authority")
    pem = authority.issue(lab.HOST, key="ec" if key == "ec" else "rsa2048").file
    port = free_port()
    conf = tmp_path / "nginx.conf"
    conf.write_text(NGINX_CONF.format(folder=tmp_path, port=port, pem=pem, settings=settings))
    with running([str(NGINX), "-c", str(conf)], port):
        facts, second = both_views(port, authority.ca_file)
    agree(facts, second)
    assert facts.connections > 200  # the full tier


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("group", "bits", "name"),
    [
        pytest.param("ffdhe3072", 3072, "ffdhe3072", id="of RFC 7919"),
        pytest.param("modp_2048", 2048, "own", id="of RFC 3526"),
    ],
)
def test_finite_field_suites_of_openssl_look_the_same_to_both(
    tmp_path: Path, group: str, bits: int, name: str
) -> None:
    authority = Authority(tmp_path / "authority")
    pem = str(authority.issue(lab.HOST, key="rsa2048").file)
    port, params = free_port(), str(tmp_path / "dh.pem")
    make = [str(OPENSSL), "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt"]
    subprocess.run([*make, f"group:{group}", "-out", params], check=True, capture_output=True)
    command = [
        str(OPENSSL), "s_server", "-accept", f"127.0.0.1:{port}", "-cert", pem, "-key", pem,
        "-cert_chain", pem, "-dhparam", params, "-tls1_2", "-cipher",
        "kDHE+aRSA:kRSA:@SECLEVEL=1", "-quiet", "-www",
    ]  # fmt: skip
    with running(command, port):
        facts, second = both_views(port, authority.ca_file)
    agree(facts, second)
    assert (facts.dh_bits, facts.dh_group) == (bits, name)
    assert facts.robot is False
