"""The bytes of a mail: headers that cannot be injected into, 7-bit bodies, short lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from monitor.adapters.channels.hostile import one_line
from monitor.adapters.channels.letter import NAME_MAX_CHARS, SUBJECT_MAX_CHARS

ADDRESS_MAX_CHARS = 254
LOCAL_MAX_CHARS = 64
DOMAIN_MAX_CHARS = 253
# RFC 5321 4.1.2 without quoted local parts, which nobody's mailbox has.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?")
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
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)


def domain_name(text: str) -> str:
    """``text`` as an ASCII domain name in lower case; ValueError when it is none."""
    try:
        name = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(f"not a domain name: {one_line(text)!r}") from error
    labels = name.split(".")
    if len(name) > DOMAIN_MAX_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"not a domain name: {one_line(text)!r}")
    return name


def mailbox(text: str) -> str:
    """``text`` as one address that fits a header and an SMTP command; ValueError when it does not.

    The domain may be international; the local part is ASCII.
    """
    local, at, domain = text.strip(" ").rpartition("@")
    if not at or len(local) > LOCAL_MAX_CHARS or not _LOCAL.fullmatch(local):
        raise ValueError(f"not a mail address: {one_line(text)!r}")
    address = f"{local}@{domain_name(domain)}"
    if len(address) > ADDRESS_MAX_CHARS:
        raise ValueError(f"not a mail address: {one_line(text)!r}")
    return address


def compose(envelope: Envelope, subject: str, plain: str, html: str) -> bytes:
    """The whole mail, CRLF line ends, ASCII only, no line over 998 characters.

    Every text is cleaned again here: a header is one line whatever it was made of.
    """
    message = EmailMessage(policy=POLICY)
    name = one_line(envelope.organisation, (envelope.domain,), NAME_MAX_CHARS)
    message["From"] = Address(name, addr_spec=envelope.sender)
    if envelope.submitter and envelope.submitter != envelope.sender:
        message["Sender"] = Address(addr_spec=envelope.submitter)
    message["To"] = Address(addr_spec=envelope.recipient)
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["Subject"] = " ".join(subject.split())[:SUBJECT_MAX_CHARS]
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
    message["Content-Language"] = envelope.language
    message.set_content(plain, charset="utf-8", cte="quoted-printable")
    message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    return message.as_bytes(policy=POLICY)
