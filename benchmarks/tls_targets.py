"""The servers of the TLS benchmark: one nginx, a few configurations, and many sites on them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.serialization import Encoding, ParameterFormat

from benchmarks.tls_proc import free_ports
from scanners.tls.groups import ffdhe_prime
from tests.shops.authority import Authority, Issued, KeyKind

START_MAX_S = 20.0
SWEEP_DOMAIN = "sweep.test"
_INTERMEDIATE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One configuration of nginx."""

    name: str
    says: str
    protocols: str
    ciphers: str
    key: KeyKind
    tls12: bool
    # No shop: as many suites as the library has, where every way of asking is dearest.
    extreme: bool = False


RECIPES = (
    Recipe(
        "intermediate",
        "TLS 1.2 and 1.3, Mozilla's intermediate suites, RSA 2048",
        "TLSv1.2 TLSv1.3",
        _INTERMEDIATE,
        "rsa2048",
        tls12=True,
    ),
    Recipe("modern", "TLS 1.3 only, P-256", "TLSv1.3", "DEFAULT", "ec", tls12=False),
    Recipe(
        "rsa-only",
        "TLS 1.2 only, RSA key exchange only, RSA 2048",
        "TLSv1.2",
        "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA",
        "rsa2048",
        tls12=True,
    ),
    Recipe(
        "old",
        "TLS 1.0 to 1.3, Mozilla's old suites, RSA 2048",
        "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
        f"{_INTERMEDIATE}:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:"
        "ECDHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA256:AES128-GCM-SHA256:"
        "AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA:DES-CBC3-SHA:"
        "@SECLEVEL=0",
        "rsa2048",
        tls12=True,
    ),
    Recipe(
        "everything",
        "TLS 1.0 to 1.3, every suite OpenSSL 3 has, RSA 2048; no shop, the worst case",
        "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
        "ALL:@SECLEVEL=0",
        "rsa2048",
        tls12=True,
        extreme=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Target:
    """One site: its name, and the port of 127.0.0.1 it is served at."""

    name: str
    host: str
    port: int
    tls12: bool

    def words(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Lab:
    """The running servers."""

    targets: tuple[Target, ...]
    sites: tuple[Target, ...]
    ca_file: Path
    status_port: int
    nginx_pid: int


def find_nginx() -> str:
    """The program; ends the run when there is none."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return found or sys.exit("missing: nginx (Debian: nginx-light)")


@contextlib.contextmanager
def lab(folder: Path, sites: int) -> Iterator[Lab]:
    """Issue certificates, start nginx, wait for it, and end it with the block.

    ``sites`` further names are spread over the configurations that shops have, each
    with a certificate of its own below an intermediate.
    """
    authority = Authority(folder / "ca")
    ports = free_ports(len(RECIPES) + 1)
    status = ports.pop()
    targets, blocks = [], [_status(status)]
    for recipe, port in zip(RECIPES, ports, strict=True):
        host = f"{recipe.name}.bench.test"
        targets.append(Target(recipe.name, host, port, recipe.tls12))
        blocks.append(_server(recipe, port, authority.issue(host, key=recipe.key), first=True))
    swept = []
    usual = [(r, port) for r, port in zip(RECIPES, ports, strict=True) if not r.extreme]
    for number in range(sites):
        recipe, port = usual[number % len(usual)]
        host = f"shop-{number}.{SWEEP_DOMAIN}"
        # The suites of an RSA key exchange need an RSA certificate: one key for all of them.
        issued = authority.issue(host, key="rsa2048" if recipe.name == "rsa-only" else "ec")
        swept.append(Target(recipe.name, host, port, recipe.tls12))
        blocks.append(_server(recipe, port, issued, first=False))
    _write(folder, blocks)
    with _running(folder, targets) as pid:
        yield Lab(tuple(targets), tuple(swept), authority.ca_file, status, pid)


def _status(port: int) -> str:
    return (
        f"server {{ listen 127.0.0.1:{port}; keepalive_timeout 3600; "
        "keepalive_requests 1000000; location / { stub_status; } }"
    )


def _server(recipe: Recipe, port: int, issued: Issued, *, first: bool) -> str:
    default = " default_server" if first else ""
    return (
        f"server {{ listen 127.0.0.1:{port} ssl{default}; server_name {issued.host};\n"
        f" ssl_certificate {issued.file}; ssl_certificate_key {issued.file};\n"
        f" ssl_protocols {recipe.protocols}; ssl_ciphers {recipe.ciphers};\n"
        ' location / { return 200 "ok\\n"; } }'
    )


def _write(folder: Path, blocks: Sequence[str]) -> None:
    numbers = dh.DHParameterNumbers(ffdhe_prime(2048), 2)
    pem = numbers.parameters().parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3)
    (folder / "dh.pem").write_bytes(pem)
    user = "user root;\n" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\n{user}worker_processes 2;\npid {folder}/nginx.pid;\n"
        "error_log stderr crit;\n"
        "events { worker_connections 4096; }\nhttp {\naccess_log off;\n"
        f"server_names_hash_bucket_size 128;\nserver_names_hash_max_size 8192;\n{temporary}"
        f"ssl_dhparam {folder}/dh.pem;\n" + "\n".join(blocks) + "\n}\n"
    )


@contextlib.contextmanager
def _running(folder: Path, targets: Sequence[Target]) -> Iterator[int]:
    words = [find_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            until = time.monotonic() + START_MAX_S
            while not all(_listens(target.port) for target in targets):
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit(f"nginx did not start: {(folder / 'nginx.log').read_text()[-2000:]}")
                time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
