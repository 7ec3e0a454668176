"""Hellos to one server, one connection at a time, until each has an answer or no room is left.

An alert that means no is an answer; a reset, silence or an odd alert is not, and is
asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from scanners.net.guard import Endpoint
from scanners.tls.evidence import SSL2
from scanners.tls.hello import (
    SIGNATURES,
    Learnt,
    Reply,
    client_hello,
    is_ssl2_server_hello,
    ssl2_hello,
)
from scanners.tls.newest import Newest, shake_newest
from scanners.tls.oracle import Oracle
from scanners.tls.suites import WIRE, Offer
from scanners.tls.target import Deadline
from scanners.tls.wire import ask, ask_raw

TIMEOUT_S = 5.0
TRIES = 3
GIVE_UP_AFTER = 4
# handshake_failure, illegal_parameter, protocol_version, insufficient_security, internal_error
# (OpenSSL at a high security level), inappropriate_fallback, missing and unsupported extension,
# decode_error and unexpected_message (old stacks).  Not access_denied: that is a limiter.
REFUSALS = frozenset({40, 47, 70, 71, 80, 86, 109, 110, 50, 10})


class GaveUpError(Exception):
    """The server or the deadline leaves no room for more questions."""


class Dialogue:
    """Questions to one server.

    ``connections`` counts what was dialled, ``doubtful`` the questions without a clear
    answer, ``granted`` how many answers in a row, up to now, agreed to what was asked.
    ``oracle`` goes on where an answer lets it.
    """

    def __init__(self, endpoint: Endpoint, sni: str, deadline: Deadline) -> None:
        self.connections = self.doubtful = self.granted = 0
        self.problems: list[str] = []
        self.oracle = Oracle()
        self._endpoint = endpoint
        self._sni = sni
        self._deadline = deadline
        self._unanswered = 0

    async def ask(
        self,
        version: str,
        suites: Sequence[str] | Offer,
        groups: Sequence[str],
        signatures: Sequence[int] = SIGNATURES,
        *,
        fallback: bool = False,
    ) -> Learnt | None:
        """The server's answer, None when it gave no clear one.  Raises GaveUpError."""
        hello = client_hello(self._sni, version, suites, groups, signatures, fallback=fallback)
        then = _Agreed(self.oracle, version, suites)
        for attempt in range(TRIES):
            last = await ask(self._endpoint, hello, self._next(), then)
            if is_answer(last, suites):
                self._unanswered = 0
                self.granted = self.granted + 1 if agreed(last, version) else 0
                return last
            if last.reply is Reply.TIMED_OUT and attempt:
                break
            await asyncio.sleep(min(0.1 * attempt, self._deadline.left_s))
        self._doubt(f"{version}: {last.reply or Reply.CLOSED}")
        return None

    async def ask_ssl2(self) -> bool | None:
        """SSL 2.0 knows no alert: whatever answers otherwise, or hangs up, does not speak it."""
        self.granted = 0
        for _ in range(TRIES):
            reply, data = await ask_raw(self._endpoint, ssl2_hello(), self._next())
            if reply in (Reply.HELLO, Reply.CLOSED):
                return is_ssl2_server_hello(data)
        self._doubt(f"{SSL2}: {reply}")
        return None

    async def shake_newest(self) -> Newest:
        """A whole handshake in TLS 1.3; it counts as granted when it was completed.

        Raises GaveUpError.
        """
        found = await shake_newest(self._endpoint, self._sni, self._next())
        self.granted = self.granted + 1 if found.done else 0
        return found

    def _next(self) -> float:
        """Count one more connection; the seconds it may take."""
        left = self._deadline.left_s
        if left <= 0:
            # The question stays open, and nobody can ask whether earlier refusals were meant.
            self.granted = 0
            self.doubtful += 1
            raise GaveUpError("The time for the scan was over before all was asked.")
        self.connections += 1
        return min(TIMEOUT_S, left)

    def _doubt(self, what: str) -> None:
        self.granted = 0
        self.doubtful += 1
        self.problems.append(f"No clear answer to a hello ({what}).")
        self._unanswered += 1
        if self._unanswered >= GIVE_UP_AFTER:
            raise GaveUpError("The server stopped answering.")


class _Agreed:
    """Lets the oracle's test go on only after what was asked for."""

    def __init__(self, oracle: Oracle, version: str, suites: Collection[str]) -> None:
        self._oracle, self._version, self._suites = oracle, version, suites

    def flight(self, learnt: Learnt) -> bytes:
        """What the oracle wants to say."""
        fits = agreed(learnt, self._version) and learnt.suite in self._suites
        return self._oracle.flight(learnt) if fits else b""

    def heard(self, data: bytes) -> None:
        """What came back."""
        self._oracle.heard(data)


def is_answer(learnt: Learnt, offered: Collection[str]) -> bool:
    """Did the server choose of what was offered, or say no in words that mean no?"""
    if learnt.reply is Reply.HELLO:
        return learnt.suite is None or learnt.suite in offered or not offered
    return learnt.reply is Reply.ALERT and learnt.alert in REFUSALS


def agreed(answer: Learnt, version: str) -> bool:
    """Did the server choose ``version`` and a suite that is known?"""
    return (
        answer.reply is Reply.HELLO and answer.version == WIRE[version] and answer.suite is not None
    )
