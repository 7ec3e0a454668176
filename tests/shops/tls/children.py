"""The process behind the lab's servers of Python's ssl and of tlslite-ng.

A process of its own because both warn about old versions, and tests run with warnings as
errors.  Run by its path with ``-W ignore``; imports nothing of this project.  Reads one JSON
line from standard input, ``[{"key", "kind", "pems", "options"}, ...]``, answers one JSON
line, ``{key: port}``, and ends when its standard input ends.

Options of kind ``python``: ``lowest``, ``highest`` (names of ssl.TLSVersion), ``ciphers``,
``curve``, ``alpn``, ``tickets``, ``preference``, ``client_ca``.  Options of kind ``tlslite``:
``versions`` (minor numbers of the lowest and the
highest, 0 is SSL 3.0), ``anon``, and attributes of its HandshakeSettings.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TIMEOUT_S = 10.0
BACKLOG = 128
Serve = Callable[[socket.socket], None]
Options = Mapping[str, object]


def python_server(pems: Sequence[str], options: Options) -> Serve:
    """A server of the standard library."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(f"{options.get('ciphers', 'DEFAULT')}:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion[str(options.get("lowest", "TLSv1_2"))]
    context.maximum_version = ssl.TLSVersion[str(options.get("highest", "MAXIMUM_SUPPORTED"))]
    for pem in pems:
        context.load_cert_chain(pem)
    if "curve" in options:
        context.set_ecdh_curve(str(options["curve"]))
    if "alpn" in options:
        context.set_alpn_protocols(str(options["alpn"]).split(","))
    if options.get("tickets") is False:
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
    if options.get("preference") is False:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    if "client_ca" in options:
        context.load_verify_locations(str(options["client_ca"]))
        context.verify_mode = ssl.CERT_REQUIRED

    def serve(raw: socket.socket) -> None:
        with context.wrap_socket(raw, server_side=True) as line:
            while line.recv(4096):
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    return serve


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def tlslite_server(pems: Sequence[str], options: Options) -> Serve:
    """A server that still speaks what OpenSSL 3 was built without."""
    from tlslite.api import (  # type: ignore[import-untyped]  # noqa: PLC0415
        HandshakeSettings,
        TLSConnection,
        X509CertChain,
        parsePEMKey,
    )

    text = Path(pems[0]).read_text(encoding="ascii")
    chain = X509CertChain()
    chain.parsePemList(text)
    key = parsePEMKey(text, private=True)
    settings = HandshakeSettings()
    lowest, highest = map(int, _listed(options["versions"]))
    settings.minVersion, settings.maxVersion = (3, lowest), (3, highest)
    # Else a client with supported_versions gets a version beyond the highest.
    settings.versions = [(3, minor) for minor in range(highest, lowest - 1, -1)]
    for name in options.keys() - {"versions", "anon"}:
        setattr(settings, name, options[name])
    anonymous = bool(options.get("anon"))

    def serve(raw: socket.socket) -> None:
        line = TLSConnection(raw)
        # TLS 1.3 of this library insists on a certificate.
        given = {"anon": True} if anonymous else {"certChain": chain, "privateKey": key}
        line.handshakeServer(settings=settings, **given)
        while line.recv(4096):
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        line.close()

    return serve


def visitor(raw: socket.socket, serve: Serve) -> None:
    """One visitor; whatever goes wrong ends this connection only."""
    with raw, contextlib.suppress(Exception):
        raw.settimeout(TIMEOUT_S)
        serve(raw)


def listen(serve: Serve) -> int:
    """Serve on a port of the system's choice."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)

    def loop() -> None:
        while True:
            raw, _ = listener.accept()
            threading.Thread(target=visitor, args=(raw, serve), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return int(listener.getsockname()[1])


def main() -> None:
    """Start everything that is asked for, then wait for the end of standard input."""
    makers = {"python": python_server, "tlslite": tlslite_server}
    wanted = json.loads(sys.stdin.readline())
    ports = {w["key"]: listen(makers[w["kind"]](w["pems"], w["options"])) for w in wanted}
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
