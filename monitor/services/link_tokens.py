"""Signed links: who holds one may do one thing with one case, until its day.

The token is ``payload.mac``, both base64url (RFC 4648 5) without padding; the mac is
HMAC-SHA-256 (RFC 2104) over a fixed purpose and the payload.  Nothing in it is
secret: it names a case by its number and carries no address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.domain.action import Action, ActionLink, origin_mark
from monitor.domain.alert import Alert

# What the key signs elsewhere can never be taken for a link.
PURPOSE = b"keurwacht.link.1\0"
TOKEN_MAX_CHARS = 400
PATH = "/a/"
_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,300})\.([A-Za-z0-9_-]{43})")
_PAYLOAD = re.compile(
    r"([a-z_]{1,20})\|([A-Za-z0-9-]{1,40})\|([0-9a-f]{12})\|([0-9a-f]{16})\|([a-z]{2})\|(\d{1,11})"
)
_MAIL_CHARS = 16


class Refusal(StrEnum):
    """Why a link is not taken."""

    FORGED = "forged"
    EXPIRED = "expired"


class LinkError(Exception):
    """The link is not taken; ``language`` of its mail when it is ours, else ""."""

    def __init__(self, why: Refusal, language: str = "") -> None:
        super().__init__(why.value)
        self.why = why
        self.language = language


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Makes links and reads them.

    The first of ``keys`` signs, every one is believed: a new key does not void the
    links in mail that is read already.  ``base_url`` is where members reach us.
    """

    base_url: str
    keys: tuple[bytes, ...] = field(repr=False)
    valid_for: timedelta

    def url(self, action: Action, alert: Alert, now: datetime) -> str:
        """The address that stands in the mail of ``alert``, sent ``now``."""
        link = ActionLink(
            action=action,
            thread=alert.thread,
            origin=origin_mark(alert.origin),
            mail=alert.alert_id[:_MAIL_CHARS],
            language=alert.language,
            expires_at=now + self.valid_for,
        )
        return f"{self.base_url.rstrip('/')}{PATH}{self.token(link)}"

    def token(self, link: ActionLink) -> str:
        """The signed form; ValueError for a link that could not be read back."""
        payload = "|".join(
            (link.action.value, link.thread, link.origin, link.mail, link.language,
             str(int(link.expires_at.timestamp())))
        )  # fmt: skip
        if not _PAYLOAD.fullmatch(payload):
            raise ValueError(f"no link can be made of {link.thread!r}")
        raw = payload.encode("ascii")
        return f"{_encoded(raw)}.{_encoded(_mac(self.keys[0], raw))}"

    def read(self, token: str, now: datetime) -> ActionLink:
        """The link of a token; LinkError when it is not ours, or its day is over."""
        found = _TOKEN.fullmatch(token) if len(token) <= TOKEN_MAX_CHARS else None
        if found is None:
            raise LinkError(Refusal.FORGED)
        try:
            payload, mac = _decoded(found[1]), _decoded(found[2])
        except (binascii.Error, ValueError) as error:
            raise LinkError(Refusal.FORGED) from error
        # Every key is tried whatever the others said: the time tells nothing.
        mine = [hmac.compare_digest(_mac(key, payload), mac) for key in self.keys]
        if not any(mine):
            raise LinkError(Refusal.FORGED)
        link = _link(payload)
        if link.expires_at <= now:
            raise LinkError(Refusal.EXPIRED, link.language)
        return link


def _link(payload: bytes) -> ActionLink:
    """What the payload says; LinkError for one of another version of the program."""
    found = _PAYLOAD.fullmatch(payload.decode("latin-1"))
    if found is None or found[1] not in {action.value for action in Action}:
        raise LinkError(Refusal.FORGED)
    expires_at = datetime.fromtimestamp(int(found[6]), UTC)
    return ActionLink(Action(found[1]), found[2], found[3], found[4], found[5], expires_at)


def _mac(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, PURPOSE + payload, hashlib.sha256)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    if _encoded(raw) != text:
        # The last character has spare bits: one link has one spelling.
        raise ValueError("not canonical base64url")
    return raw
