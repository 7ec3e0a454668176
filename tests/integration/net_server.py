"""Servers that answer exactly the bytes a test wants, and a name server, on loopback."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import trustme

from scanners.api import NetOptions, Resolve

HOST = "shop.example.nl"
LOOPBACK = ipaddress.ip_network("127.0.0.1/32")
Answer = Callable[[str, threading.Event], Iterable[bytes]]


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def http(
    body: bytes | str = b"", status: int = 200, *headers: tuple[str, str], length: int | None = None
) -> bytes:
    """One whole answer; ``length`` lies about the size of the body."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(raw) if length is None else length}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + raw


def redirect(location: str, status: int = 302) -> bytes:
    return http(b"", status, ("Location", location))


class RawServer:
    """Answers every connection with what ``answer(path, stop)`` yields, then hangs up."""

    def __init__(
        self, answer: Answer, *, address: str = "127.0.0.1", port: int = 0,
        context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._answer = answer
        self._context = context
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((address, port))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self.requests: list[bytes] = []
        self._loop = threading.Thread(target=self._accept, daemon=True)
        self._loop.start()

    def close(self) -> None:
        self._stop.set()
        self._loop.join()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            head = b""
            while (
                b"\r\n\r\n" not in head
                and head[:1] != b"\x16"
                and (more := connection.recv(65_536))
            ):
                head += more
            if not head:
                return
            self.requests.append(head)
            path = head.split(b" ")[1].decode("latin-1") if head.count(b" ") > 1 else ""
            for part in self._answer(path, self._stop):
                connection.sendall(part)
        except OSError:
            pass  # the visitor hung up, which some tests are about
        finally:
            connection.close()


@contextmanager
def serving(
    answer: Answer, *, address: str = "127.0.0.1", port: int = 0,
    context: ssl.SSLContext | None = None,
) -> Iterator[RawServer]:  # fmt: skip
    server = RawServer(answer, address=address, port=port, context=context)
    try:
        yield server
    finally:
        server.close()


def always(*parts: bytes) -> Answer:
    return lambda _path, _stop: parts


def routes(table: dict[str, bytes]) -> Answer:
    return lambda path, _stop: (table.get(path, http("not found", 404)),)


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def ca_file(authority: trustme.CA, folder: Path) -> str:
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def options(
    *pins: tuple[str, int, str, int],
    allow: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = (LOOPBACK,),
    ca: str | None = None,
    dns: str | None = None,
    rate: float = 1_000.0,
    body_max_bytes: int = 5_000_000,
    redirects_max: int = 5,
    read_timeout_s: float = 3.0,
) -> NetOptions:
    return NetOptions(
        resolve=tuple(Resolve(*pin) for pin in pins), allow_networks=allow, ca_file=ca,
        dns_server=dns, requests_per_second=rate, body_max_bytes=body_max_bytes,
        redirects_max=redirects_max, connect_timeout_s=2.0, read_timeout_s=read_timeout_s,
    )  # fmt: skip


def shop_options(port: int, **more: object) -> NetOptions:
    """Options under which http://shop.example.nl/ is the server on ``port``."""
    return options((HOST, 80, "127.0.0.1", port), **more)  # type: ignore[arg-type]


class NameServer:
    """Answers A questions with the next of ``answers`` (the last one stays), AAAA with none.

    An answer is an address, or some with commas between.
    """

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._stop = threading.Event()
        self.asked = 0
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop = threading.Thread(target=self._run, daemon=True)
        self._loop.start()

    def close(self) -> None:
        self._stop.set()
        self._loop.join()
        self._socket.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                packet, peer = self._socket.recvfrom(2_048)
            except TimeoutError:
                continue
            kind = int.from_bytes(packet[-4:-2], "big")
            found: list[bytes] = []
            if kind == 1:
                self.asked += 1
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                for address in answer.split(","):
                    data = ipaddress.ip_address(address).packed
                    found.append(struct.pack("!HHHIH", 0xC00C, 1, 1, 0, len(data)) + data)
            head = packet[:2] + struct.pack("!HHHHH", 0x8180, 1, len(found), 0, 0)
            self._socket.sendto(head + packet[12:] + b"".join(found), peer)


@contextmanager
def naming(*answers: str) -> Iterator[NameServer]:
    server = NameServer(*answers)
    try:
        yield server
    finally:
        server.close()
