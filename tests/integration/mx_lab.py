"""Mail servers on loopback: honest, broken and hostile ones."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest, ScanResult
from scanners.mail.evidence import MailDomainFacts
from scanners.mail.scanner import MailScanner
from tests.integration.tls_lab import Clock
from tests.shops.names import Zone, naming

DOMAIN, MX = "shop.example", "mx.shop.example"
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
Visit = Callable[[socket.socket, int], None]
GREETING = b"220 mx.shop.example ESMTP\r\n"
PLAIN = b"250-mx.shop.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
OFFER = b"250-mx.shop.example\r\n250-starttls\r\n250 8BITMIME\r\n"
GO = b"220 go ahead\r\n"

OLD_SERVER = """
import socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.set_ciphers("DEFAULT:@SECLEVEL=0")
context.minimum_version = ssl.TLSVersion[sys.argv[2]]
context.maximum_version = ssl.TLSVersion[sys.argv[3]]
context.load_cert_chain(sys.argv[1])
listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0)), daemon=True).start()
def serve(raw):
    try:
        raw.settimeout(5)
        raw.sendall(b"220 old ESMTP\\r\\n")
        raw.recv(500)
        raw.sendall(b"250-old\\r\\n250 STARTTLS\\r\\n")
        raw.recv(500)
        raw.sendall(b"220 go\\r\\n")
        with context.wrap_socket(raw, server_side=True) as line:
            line.recv(500)
    except OSError:
        raw.close()
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


@contextlib.contextmanager
def serving(visit: Visit) -> Iterator[int]:
    """Call ``visit(connection, number)`` in a thread per connection; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=32)
    lines: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def one(line: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError), line:
            line.settimeout(30)
            visit(line, number)

    def loop() -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                number += 1
                lines.append(line)
                threads.append(threading.Thread(target=one, args=(line, number), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=loop, daemon=True)
    accepting.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def hear(line: socket.socket, command: bytes) -> bytes:
    """Read one line, which begins with ``command``."""
    got = b""
    while not got.endswith(b"\n"):
        data = line.recv(1)
        if not data:
            raise ConnectionResetError
        got += data
    if not got.upper().startswith(command):
        raise ConnectionResetError
    return got


def saying(
    greeting: bytes = GREETING, hello: bytes = OFFER, go: bytes = GO, after: Visit | None = None
) -> Visit:
    """A server of fixed words; ``after`` goes on behind the answer to STARTTLS."""

    def visit(line: socket.socket, number: int) -> None:
        line.sendall(greeting)
        hear(line, b"EHLO ")
        line.sendall(hello)
        hear(line, b"STARTTLS")
        line.sendall(go)
        if after is not None:
            after(line, number)
        else:
            line.recv(1000)

    return visit


def securing(context: ssl.SSLContext) -> Visit:
    """The handshake of a server, and a friendly end."""

    def visit(line: socket.socket, _: int) -> None:
        with context.wrap_socket(line, server_side=True) as secured:
            secured.recv(500)
            secured.sendall(b"221 bye\r\n")

    return visit


def in_turn(*visits: Visit) -> Visit:
    """The first connection gets the first visit, and so on; the last one stays."""

    def visit(line: socket.socket, number: int) -> None:
        visits[min(number, len(visits)) - 1](line, number)

    return visit


def drip(line: socket.socket, _: int) -> None:
    while True:
        line.sendall(b"2")
        time.sleep(0.1)


def endless(line: socket.socket, _: int) -> None:
    line.sendall(GREETING)
    hear(line, b"EHLO ")
    while True:
        line.sendall(b"250-AND-ANOTHER\r\n" * 50)


def silence(line: socket.socket, _: int) -> None:
    while line.recv(1000):
        pass


def hang_up(line: socket.socket, _: int) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class _Quiet:
    """Takes no mail."""

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return "550 nobody here"


@contextlib.contextmanager
def real_server(context: ssl.SSLContext | None) -> Iterator[int]:
    """aiosmtpd, with STARTTLS when there is a context."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(_Quiet(), hostname="127.0.0.1", port=port, tls_context=context)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextlib.contextmanager
def old_server(pem: Path, lowest: str, highest: str) -> Iterator[int]:
    """STARTTLS with old versions, in a child: setting them warns."""
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", OLD_SERVER, str(pem), lowest, highest],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline())
    finally:
        child.kill()
        child.communicate()


def options(
    *,
    dns: str | None = None,
    port: int | None = None,
    resolve: Sequence[Resolve] = (),
    ca_file: Path | None = None,
    mx: dict[str, tuple[str, int]] | None = None,
) -> NetOptions:
    """``port``: that of the one mail server, dialled for port 25 of ``MX``."""
    pinned = [*resolve] if port is None else [Resolve(MX, 25, "127.0.0.1", port), *resolve]
    return NetOptions(
        resolve=tuple(pinned),
        mx=mx or {},
        dns_server=dns,
        allow_networks=LOOPBACK,
        ca_file=None if ca_file is None else str(ca_file),
        requests_per_second=0,
        connect_timeout_s=3,
    )


def request(**changes: object) -> ScanRequest:
    given: dict[str, object] = {
        "kind": ScanKind.MAIL, "url": f"https://{DOMAIN}/", "hosts": (DOMAIN,), "deadline_s": 20.0
    } | changes  # fmt: skip
    return ScanRequest(**given)  # type: ignore[arg-type]


def scan(net: NetOptions, **changes: object) -> ScanResult:
    return asyncio.run(MailScanner(net, Clock()).scan(request(**changes)))


def look(
    visit: Visit, *, zone: Zone | None = None, ca_file: Path | None = None, **changes: object
) -> tuple[ScanResult, MailDomainFacts]:
    """Scan a domain with one mail server that behaves as ``visit`` says."""
    with serving(visit) as port:
        return look_at(port, zone=zone, ca_file=ca_file, **changes)


def look_at(
    port: int, *, zone: Zone | None = None, ca_file: Path | None = None, **changes: object
) -> tuple[ScanResult, MailDomainFacts]:
    """Scan a domain whose one mail server is on ``port``."""
    records = zone or Zone((f"{DOMAIN}. MX 10 {MX}.",))
    with naming(records) as names:
        result = scan(options(dns=names.place, port=port, ca_file=ca_file), **changes)
    facts = result.evidence[0].facts
    assert isinstance(facts, MailDomainFacts)
    return result, facts


def unquoted(text: str) -> str:
    """For zone lines: long texts in strings of at most 255 characters."""
    return " ".join(f'"{part}"' for part in re.findall(".{1,250}", text))
