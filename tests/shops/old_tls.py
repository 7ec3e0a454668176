"""The child that speaks old TLS for a shop: ends TLS here, passes plain bytes to the parent.

Python warns when TLS 1.0 is switched on, and the tests run with warnings as
errors; that is why this is a process of its own.  It is run by its path with
``-W ignore`` and imports nothing but the standard library::

    python -W ignore old_tls.py LISTENING_FD CERTIFICATE_FILE BACKEND_PORT

It writes ``ready`` once, reads the certificate file anew for every handshake
(so that a swap shows at once) and ends when its standard input closes, which
also happens when the parent is killed.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
import sys
import threading
from pathlib import Path

HANDSHAKE_TIMEOUT_S = 10.0
IDLE_TIMEOUT_S = 10.0
CHUNK_BYTES = 65536


def old_context(certificate: Path) -> ssl.SSLContext:
    """A server context that takes TLS 1.0 up to the newest version."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # OpenSSL 3 allows the SHA-1 signatures of TLS 1.0/1.1 at security level 0 only.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(certificate)
    return context


def pump(outside: ssl.SSLSocket, inside: socket.socket) -> None:
    """Pass bytes both ways until a side closes or nothing moves for a while."""
    while True:
        if not outside.pending():
            ready, _, _ = select.select([outside, inside], [], [], IDLE_TIMEOUT_S)
            if not ready:
                return
            if inside in ready:
                data = inside.recv(CHUNK_BYTES)
                if not data:
                    return
                outside.sendall(data)
            if outside not in ready:
                continue
        data = outside.recv(CHUNK_BYTES)
        if not data:
            return
        inside.sendall(data)


def serve(raw: socket.socket, certificate: Path, backend_port: int) -> None:
    """One visitor; whatever goes wrong ends this connection only."""
    with raw, contextlib.suppress(OSError):
        raw.settimeout(HANDSHAKE_TIMEOUT_S)
        context = old_context(certificate)
        with (
            context.wrap_socket(raw, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", backend_port)) as inside,
        ):
            pump(outside, inside)


def end_with_parent() -> None:
    """Wait for the end of standard input, then leave without waiting for visitors."""
    sys.stdin.buffer.read()
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Serve on the inherited listening socket until the parent goes."""
    listener = socket.socket(fileno=int(arguments[0]))
    listener.setblocking(True)
    certificate, backend_port = Path(arguments[1]), int(arguments[2])
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        raw, _ = listener.accept()
        threading.Thread(target=serve, args=(raw, certificate, backend_port), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])
