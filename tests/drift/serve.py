"""The shops over real TLS on loopback; what is shown may be switched between two looks."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme

from scanners.api import NetOptions, Resolve
from tests.drift.site import Page, Site

NOT_HERE = Page("<h1>421</h1>", 421)
RATE = 100_000.0


@dataclass
class Lab:
    """A server for many hosts.  ``show`` says which shop is to be seen from now on."""

    options: NetOptions
    shown: dict[str, Site | dict[str, Page]] = field(default_factory=dict)

    def show(self, site: Site) -> None:
        """``site`` under its host, and whatever else belongs to it under foreign hosts."""
        self.shown = {site.host: site, **site.foreign}

    def answer(self, host: str, path: str) -> Page:
        """What ``host`` says to ``path``."""
        found = self.shown.get(host)
        if isinstance(found, Site):
            return self._of_site(found, path)
        return NOT_HERE if found is None else found.get(path.partition("?")[0], NOT_HERE)

    def _of_site(self, site: Site, path: str) -> Page:
        plain = path.partition("?")[0]
        return site.pages.get(path) or site.pages.get(plain) or site.missing


def _handler(lab: Lab, *, secure: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").partition(":")[0]
            target = ("Location", f"https://{host}{self.path}")
            page = lab.answer(host, self.path) if secure else Page("", 301, (target,))
            body = page.sent
            try:
                self.send_response(page.status)
                for name, value in page.headers:
                    self.send_header(name, value)
                self.send_header("Content-Type", page.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


def _options(hosts: Sequence[str], ports: tuple[int, int], ca_file: Path) -> NetOptions:
    resolve = tuple(
        Resolve(host, number, "127.0.0.1", port)
        for host in hosts
        for number, port in zip((443, 80), ports, strict=True)
    )
    return NetOptions(
        resolve=resolve,
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        ca_file=str(ca_file),
        requests_per_second=RATE,
        connect_timeout_s=10.0,
        read_timeout_s=15.0,
    )


@contextmanager
def serving(hosts: Sequence[str]) -> Iterator[Lab]:
    """A server for ``hosts`` until the block ends."""
    with TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(context)
        lab = Lab(NetOptions())
        secure = _Server(("127.0.0.1", 0), _handler(lab, secure=True))
        secure.socket = context.wrap_socket(
            secure.socket, server_side=True, do_handshake_on_connect=False
        )
        plain = _Server(("127.0.0.1", 0), _handler(lab, secure=False))
        ports = (int(secure.server_address[1]), int(plain.server_address[1]))
        lab.options = _options(hosts, ports, ca_file)
        threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,))
            for server in (secure, plain)
        ]
        for thread in threads:
            thread.start()
        try:
            yield lab
        finally:
            for server, thread in zip((secure, plain), threads, strict=True):
                server.shutdown()
                server.server_close()
                thread.join()
