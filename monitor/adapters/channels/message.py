"""The bytes of a mail: headers that cannot be injected into, 7-bit bodies, short lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from textwrap import wrap

from monitor.adapters.channels.hostile import one_line
from monitor.adapters.channels.letter import NAME_MAX_CHARS, SUBJECT_MAX_CHARS
from monitor.domain.mailbox import domain_name, mailbox
from scanners.api import clip

__all__ = ["POLICY", "Envelope", "compose", "domain_name", "mailbox"]
# RFC 5322 2.1.1
FOLD_AT = 77
# Folding would write a long identifier as an encoded word, which is none any more.
_NEVER_FOLDED = frozenset({"message-id", "in-reply-to", "references", "list-id"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and where the mail stands in its thread.

    ``sender`` is the From address; ``submitter`` the Sender address when another
    one.  ``message_id`` and ``root_id`` are left parts, ``domain`` the right part.
    Addresses have gone through ``mailbox``, ``domain`` through ``domain_name``.
    """

    sender: str
    recipient: str
    organisation: str
    domain: str
    message_id: str
    root_id: str | None
    reply_to: str
    submitter: str
    language: str
    date: datetime


class _Policy(EmailPolicy):
    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _NEVER_FOLDED:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        if name.lower() == "subject" and value.isascii():
            # The library leaves the first line empty when all of it just fits the second.
            lines = wrap(f"{name}: {value}", FOLD_AT, break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip
            return (f"{self.linesep} ".join(lines) + self.linesep).encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)


def compose(envelope: Envelope, subject: str, plain: str, html: str) -> bytes:
    """The whole mail, CRLF line ends, ASCII only, no line over 998 characters.

    Every text is cleaned again here: a header is one line whatever it was made of.
    """
    message = EmailMessage(policy=POLICY)
    name = _unencoded(one_line(envelope.organisation, (envelope.domain,), NAME_MAX_CHARS))
    message["From"] = Address(name, addr_spec=envelope.sender)
    if envelope.submitter and envelope.submitter != envelope.sender:
        message["Sender"] = Address(addr_spec=envelope.submitter)
    message["To"] = Address(addr_spec=envelope.recipient)
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Subject"] = _unencoded(clip(subject, SUBJECT_MAX_CHARS))
    message["Date"] = envelope.date
    message["Message-ID"] = f"<{envelope.message_id}@{envelope.domain}>"
    if envelope.root_id is not None:
        root = f"<{envelope.root_id}@{envelope.domain}>"
        message["In-Reply-To"] = root
        message["References"] = root
    message["List-ID"] = f"<keurwacht.{envelope.domain}>"
    # RFC 3834: nobody's out-of-office answers this.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(plain, charset="utf-8", cte="quoted-printable")
    message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    # Last: building the parts moves every content header that is there into the first of them.
    message["Content-Language"] = envelope.language
    raw = message.as_bytes(policy=POLICY)
    _require_headers(raw, message.keys())
    return raw


def _unencoded(text: str) -> str:
    """``text`` without the beginning of an encoded word (RFC 2047).

    The library decodes one while it folds and may write the line end that was
    hidden in it.
    """
    return text.replace("=?", "= ?")


def _require_headers(raw: bytes, names: Sequence[str]) -> None:
    """ValueError unless the mail begins with exactly these headers: the last guard."""
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    written = [line.partition(b":")[0].decode("ascii") for line in lines if line[:1] not in b" \t"]
    if written != list(names) or any(b"\n" in line or b"\r" in line for line in lines):
        raise ValueError("a header was broken by its value")
