"""Servers on loopback for looking at TLS: honest, broken and hostile ones."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest

HOST = "shop.example"
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
Visit = Callable[[socket.socket, int], None]

OLD_SERVER = """
import socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.set_ciphers(sys.argv[2] + ":@SECLEVEL=0")
context.minimum_version = ssl.TLSVersion[sys.argv[3]]
context.maximum_version = ssl.TLSVersion[sys.argv[4]]
context.load_cert_chain(sys.argv[1])
listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0)), daemon=True).start()
def serve(raw):
    try:
        raw.settimeout(5)
        with context.wrap_socket(raw, server_side=True) as line:
            line.recv(100)
    except OSError:
        raw.close()
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


class Clock:
    """The machine's clock, moved by ``ahead``."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def options(port: int, ca_file: Path | None = None, host: str = HOST) -> NetOptions:
    """Dial ``port`` on loopback for ``host``."""
    return NetOptions(
        resolve=(Resolve(host, 443, "127.0.0.1", port),),
        allow_networks=LOOPBACK,
        ca_file=None if ca_file is None else str(ca_file),
    )


def request(kind: ScanKind, *, deadline_s: float = 20.0, subject: str = "shop") -> ScanRequest:
    return ScanRequest(kind, f"https://{HOST}/", (HOST,), subject=subject, deadline_s=deadline_s)


@contextlib.contextmanager
def serving(visit: Visit, address: str = "127.0.0.1", at: int = 0) -> Iterator[int]:
    """Call ``visit(connection, number)`` in a thread per connection; gives the port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, at), family=family, backlog=128)
    open_lines: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def one(line: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError), line:
            visit(line, number)

    def loop() -> None:
        number = 0
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            number += 1
            open_lines.append(line)
            thread = threading.Thread(target=one, args=(line, number), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=loop, daemon=True)
    accepting.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in open_lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def tls(pem: Path, *, ciphers: str = "DEFAULT") -> Visit:
    """An honest server with the platform's versions."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    context.load_cert_chain(pem)
    return with_context(context)


def with_context(context: ssl.SSLContext) -> Visit:
    def visit(line: socket.socket, _: int) -> None:
        line.settimeout(5.0)
        with context.wrap_socket(line, server_side=True) as secured:
            if secured.recv(100):
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    return visit


@contextlib.contextmanager
def named(*addresses: str) -> Iterator[str]:
    """A name server that gives every name these addresses, IPv4 and IPv6; gives its place."""
    by_kind: dict[int, list[bytes]] = {1: [], 28: []}
    for address in map(ipaddress.ip_address, addresses):
        by_kind[1 if address.version == 4 else 28].append(address.packed)
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))

    def loop() -> None:
        while True:
            packet, peer = line.recvfrom(2_048)
            if packet == b"end":
                return
            kind = int.from_bytes(packet[-4:-2], "big")
            found = [
                struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(data)) + data
                for data in by_kind.get(kind, ())
            ]
            head = packet[:2] + struct.pack("!HHHHH", 0x8180, 1, len(found), 0, 0)
            line.sendto(head + packet[12:] + b"".join(found), peer)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{line.getsockname()[1]}"
    finally:
        line.sendto(b"end", line.getsockname())
        thread.join(5)
        line.close()


@contextlib.contextmanager
def behind_one_name(
    servers: Mapping[str, Visit | None], ca_file: Path | None = None
) -> Iterator[tuple[NetOptions, int]]:
    """Servers at several addresses with one port and one name; None: nobody listens there."""
    with contextlib.ExitStack() as stack:
        port = 0
        for address, visit in servers.items():
            if visit is not None:
                port = stack.enter_context(serving(visit, address, port))
        place = stack.enter_context(named(*servers))
        own = (*LOOPBACK, ipaddress.ip_network("::1/128"))
        file = None if ca_file is None else str(ca_file)
        yield NetOptions(dns_server=place, allow_networks=own, ca_file=file), port


def tarpit(line: socket.socket, _: int) -> None:
    line.settimeout(60.0)
    while line.recv(1000):
        pass


def drip(line: socket.socket, _: int) -> None:
    """A handshake record that comes one byte at a time and never ends."""
    line.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    while True:
        line.sendall(b"\x03")
        time.sleep(0.2)


def reset(line: socket.socket, _: int) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def plain_http(line: socket.socket, _: int) -> None:
    line.recv(1000)
    line.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def garbage(line: socket.socket, _: int) -> None:
    line.recv(1000)
    line.sendall(bytes(range(1, 256)) * 20)


def hangs_up(line: socket.socket, _: int) -> None:
    line.recv(1000)


def alert(code: int) -> Visit:
    def visit(line: socket.socket, _: int) -> None:
        line.recv(1000)
        line.sendall(bytes((21, 3, 3, 0, 2, 2, code)))
        line.recv(1000)

    return visit


def only_first(honest: Visit, then: Visit, first: int = 1) -> Visit:
    """Honest for the first visitors, something else for every later one."""
    return lambda line, number: (honest if number <= first else then)(line, number)


def every(nth: int, honest: Visit, odd: Visit) -> Visit:
    return lambda line, number: (odd if number % nth == 0 else honest)(line, number)


@contextlib.contextmanager
def old_server(
    pem: Path, ciphers: str = "DEFAULT", lowest: str = "TLSv1", highest: str = "MAXIMUM_SUPPORTED"
) -> Iterator[int]:
    """Versions that Python warns about, in a process of their own."""
    command = [sys.executable, "-W", "ignore", "-c", OLD_SERVER]
    with subprocess.Popen(
        [*command, str(pem), ciphers, lowest, highest],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("pipes were asked for")
        yield int(process.stdout.readline())
        process.stdin.close()


def odd_pem(
    folder: Path,
    *,
    starts: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=60),
    rsa_bits: int = 0,
    host: str = HOST,
) -> Path:
    """A certificate signed by itself."""
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
        if rsa_bits
        else ec.generate_private_key(ec.SECP256R1())
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "odd.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
