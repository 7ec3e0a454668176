"""SMTP replies, read from whatever a server sends (RFC 5321 4.2); pure and bounded."""

from __future__ import annotations

from dataclasses import dataclass

from scanners.api import clip

# RFC 5321 4.5.3.1.5 allows 512 octets a line; honest servers stay far below these.
LINE_MAX_BYTES = 2_000
LINES_MAX = 100
TEXT_MAX_CHARS = 200
# What a firewall of Cisco writes over the keywords it hides: ``XXXXXXXA``.
_MASK = "X" * 4


class NotSmtpError(Exception):
    """What was read is no SMTP reply; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole reply; ``lines`` without code and line ends, hostile text."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The reply in one line, clipped."""
        return clip(f"{self.code} {' '.join(self.lines)}", TEXT_MAX_CHARS)


class ReplyReader:
    """Feed it what arrives; ``next`` gives one reply after the other."""

    def __init__(self) -> None:
        self._buffer = b""
        self._code = 0
        self._lines: list[str] = []

    def has_more(self) -> bool:
        """Has anything arrived behind the last reply that was taken?"""
        return bool(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take up more bytes."""
        self._buffer += data

    def next(self) -> Reply | None:
        """The next whole reply, or None when more must be read.  Raises NotSmtpError."""
        while True:
            line, end, rest = self._buffer.partition(b"\n")
            if len(line) > LINE_MAX_BYTES:
                raise NotSmtpError("a line has no end")
            if not end:
                return None
            self._buffer = rest
            if self._take(line.rstrip(b"\r")):
                reply = Reply(self._code, tuple(self._lines))
                self._lines = []
                return reply

    def _take(self, line: bytes) -> bool:
        """Add one line; is it the last of its reply?"""
        code, mark, text = line[:3], line[3:4], line[4:]
        if not (code.isdigit() and code[:1] in b"2345" and mark in (b"", b" ", b"-")):
            raise NotSmtpError("the answer is not that of a mail server")
        if self._lines and int(code) != self._code:
            raise NotSmtpError("one answer has two codes")
        if len(self._lines) >= LINES_MAX:
            raise NotSmtpError("an answer has no end")
        self._code = int(code)
        self._lines.append(text.decode("utf-8", "replace"))
        return mark != b"-"


def keywords(reply: Reply) -> frozenset[str]:
    """The extensions an EHLO was answered with, in capitals.

    The first line greets (RFC 5321 4.1.1.1); a server that lists STARTTLS there all the same
    is not one without.
    """
    words = [line.split(None, 1)[0].upper() for line in reply.lines[1:] if line.strip()]
    first = reply.lines[0].strip().upper() if reply.lines else ""
    return frozenset((*words, "STARTTLS") if first == "STARTTLS" else words)


def is_masked(found: frozenset[str]) -> bool:
    """Did something on the way write over the keywords?"""
    return any(word.startswith(_MASK) and not set(word[:-1]) - {"X"} for word in found)
