"""Servers that give away how a key exchange was padded: oracles in the manner of ROBOT.

A relay before an honest server knows the server's key, opens the key exchange and, where the
emulated server would, answers itself; everything else is the honest server's.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.integration import tls_lab as basic
from tests.shops.tls.scripted import ALERT, HANDSHAKE, Visit

RSA_SUITES = "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA"
GCM = (0x009C, 0x009D)
# Given the suite and the opened block, what the emulated server says where the honest one sends
# its alert, b"" to hang up; None: the same as that.
Leak = Callable[[int, bytes], bytes | None]


def rsa_server(pem: Path, ciphers: str = RSA_SUITES) -> Visit:
    """An honest server of RSA key exchange in TLS 1.2, beside TLS 1.3."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return basic.with_context(context)


def well_padded(block: bytes) -> bool:
    """PKCS #1 v1.5 with a secret of 48 bytes (RFC 5246 7.4.7.1), whatever version it names."""
    return block[:2] == b"\0\x02" and 0 not in block[2:-49] and block[-49] == 0


@contextlib.contextmanager
def leaking(pem: Path, leak: Leak, ciphers: str = RSA_SUITES) -> Iterator[int]:
    """The port of an emulated oracle with the key in ``pem``."""
    key = load_pem_private_key(pem.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    numbers = key.private_numbers()
    modulus, size = numbers.public_numbers.n, (key.key_size + 7) // 8

    def opened(exchange: bytes) -> bytes:
        # By the Chinese remainder theorem, as libraries do: whole powers take too long here.
        sent = int.from_bytes(exchange, "big") % modulus
        left, right = pow(sent, numbers.dmp1, numbers.p), pow(sent, numbers.dmq1, numbers.q)
        block = right + (left - right) * numbers.iqmp % numbers.p * numbers.q
        return block.to_bytes(size, "big")

    def relay(line: socket.socket, _: int) -> None:
        with socket.create_connection(("127.0.0.1", inside), 5) as behind:
            said = _Said()
            threading.Thread(target=_downwards, args=(behind, line, said), daemon=True).start()
            try:
                for record, data in _heard(line):
                    if record[5:6] == b"\x10" and len(record) == 11 + size:
                        said.instead = leak(said.suite, opened(record[11:]))
                    behind.sendall(data)
            finally:
                with contextlib.suppress(OSError):
                    # Closing alone does not end a read that waits in another thread.
                    behind.shutdown(socket.SHUT_RDWR)

    with basic.serving(rsa_server(pem, ciphers)) as inside, basic.serving(relay) as port:
        yield port


@dataclass
class _Said:
    suite: int = 0
    instead: bytes | None = None


def _downwards(behind: socket.socket, line: socket.socket, said: _Said) -> None:
    with contextlib.suppress(OSError):
        for record, data in _heard(behind):
            if record[5:6] == b"\x02" and not said.suite:
                at = 5 + 4 + 35 + record[5 + 4 + 34]
                said.suite = int.from_bytes(record[at : at + 2], "big")
            mine = data[0] == ALERT and len(data) == 7 and said.instead is not None
            line.sendall((said.instead or b"") if mine else data)
        line.shutdown(socket.SHUT_RDWR)


def _heard(line: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Each piece of what is said, with the record it ends, b"" when it ends none.

    Pieces are passed on as they come: some tests send less than their records announce.
    """
    pending = b""
    while data := line.recv(16_384):
        pending += data
        if pending[0] & 0x80:
            return  # SSL 2.0
        ended = b""
        while len(pending) >= 5 and len(pending) >= 5 + int.from_bytes(pending[3:5], "big"):
            end = 5 + int.from_bytes(pending[3:5], "big")
            whole, pending = pending[:end], pending[end:]
            # Several records in one piece: the hello or the key exchange is what matters.
            matters = ended[5:6] in (b"\x02", b"\x10")
            ended = whole if whole[0] == HANDSHAKE and not matters else ended
        yield ended, data
