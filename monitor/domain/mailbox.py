"""What a mail address is: one rule for what is kept on file and what is written to."""

from __future__ import annotations

import re

from monitor.domain.naming import ascii_name
from scanners.api import clip

ADDRESS_MAX_CHARS = 254
LOCAL_MAX_CHARS = 64
DOMAIN_MAX_CHARS = 253
_SHOWN_MAX_CHARS = 200
# RFC 5321 4.1.2 without quoted local parts, which nobody's mailbox has.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?")


def domain_name(text: str) -> str:
    """``text`` as an ASCII domain name in lower case; ValueError when it is none."""
    try:
        name = ascii_name(text)
    except UnicodeError as error:
        raise ValueError(f"not a domain name: {_shown(text)}") from error
    labels = name.split(".")
    if len(name) > DOMAIN_MAX_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"not a domain name: {_shown(text)}")
    return name


def mailbox(text: str) -> str:
    """``text`` as one address that fits a header and an SMTP command, else ValueError.

    The domain may be international; the local part is ASCII.
    """
    local, at, domain = text.strip(" ").rpartition("@")
    if not at or len(local) > LOCAL_MAX_CHARS or not _LOCAL.fullmatch(local):
        raise ValueError(f"not a mail address: {_shown(text)}")
    address = f"{local}@{domain_name(domain)}"
    if len(address) > ADDRESS_MAX_CHARS:
        raise ValueError(f"not a mail address: {_shown(text)}")
    return address


def is_public_mailbox(text: str) -> bool:
    """Is it one plain address on a domain of the public kind, with a top level of letters?"""
    try:
        domain = mailbox(text).rpartition("@")[2]
    except ValueError:
        return False
    _, dot, top = domain.rpartition(".")
    return bool(dot) and top[0].isalpha()


def _shown(text: str) -> str:
    return repr(clip(text, _SHOWN_MAX_CHARS))
