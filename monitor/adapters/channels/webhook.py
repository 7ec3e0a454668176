"""A signed JSON message over HTTPS to a system of the organisation."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import msgspec

from monitor.adapters.channels.transport import is_loopback, tls_context
from monitor.domain.alert import Outgoing
from monitor.services.ports import ChannelError
from scanners.api import Clock, clip

SCHEMA = "keurwacht/alert@1"
SIGNATURE_HEADER = "X-Keurwacht-Signature"
IDEMPOTENCY_HEADER = "Idempotency-Key"
ANSWER_MAX_BYTES = 2048
SECRET_MIN_CHARS = 16
# Request Timeout, Too Early, Too Many Requests (RFC 9110, 8470, 6585): later it may work.
_LATER = frozenset({408, 425, 429})
# Nothing had left yet; after any other trouble it may have been taken.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an endpoint name leads and the secret its messages are signed with.

    Raises ValueError for an URL that is not https (http on this machine only),
    that carries a user or password, and for a secret of under 16 characters.
    """

    url: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"webhook url {self.url!r}: not an http(s) address")
        if parts.username is not None or parts.password is not None:
            raise ValueError("webhook url: no user or password in the address")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError(f"webhook url {self.url!r}: http is for this machine only, use https")
        if len(self.secret) < SECRET_MIN_CHARS:
            raise ValueError(f"webhook secret: at least {SECRET_MIN_CHARS} characters")


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """``endpoints`` by name, the recipient of an alert; ``timeout_s`` bounds a whole delivery.

    ``ca_file`` (PEM) is trusted beside the public roots.
    """

    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    timeout_s: float = 20.0
    ca_file: str | None = None


class WebhookChannel:
    """Implements ``monitor.services.ports.Channel``.

    2xx is a yes; 4xx is permanent except 408, 425 and 429; everything else, a
    redirect and a dead line too, is temporary.  No proxy, no redirect, no cookie.
    """

    def __init__(self, settings: WebhookSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._context = tls_context(settings.ca_file)

    async def send(self, outgoing: Outgoing) -> str:
        """See ``Channel.send``; returns ``HTTP 204``."""
        endpoint = self._settings.endpoints.get(outgoing.alert.recipient)
        if endpoint is None:
            name = clip(outgoing.alert.recipient, 80)
            raise ChannelError(f"webhook endpoint {name!r} is not configured", permanent=False)
        body = payload(outgoing)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "keurwacht",
            SIGNATURE_HEADER: signature(endpoint.secret, body, self._clock.now()),
            IDEMPOTENCY_HEADER: outgoing.alert.alert_id,
        }
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                status, answer = await self._post(endpoint.url, body, headers)
        except (httpx.HTTPError, OSError) as error:
            said = str(error) or type(error).__name__
            raise ChannelError(
                clip(f"webhook: {said}", 300),
                permanent=False,
                unclear=not isinstance(error, _NOT_SENT),
            ) from error
        if httpx.codes.is_success(status):
            return f"HTTP {status}"
        permanent = httpx.codes.is_client_error(status) and status not in _LATER
        raise ChannelError(clip(f"webhook: HTTP {status} {answer}", 300), permanent=permanent)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        async with (
            httpx.AsyncClient(
                verify=self._context,
                timeout=self._settings.timeout_s,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream("POST", url, content=body, headers=dict(headers)) as response,
        ):
            # Only the beginning, as it comes off the line: an answer cannot fill the memory.
            answer = b""
            async for chunk in response.aiter_raw(ANSWER_MAX_BYTES):
                answer += chunk
                if len(answer) >= ANSWER_MAX_BYTES:
                    break
            return response.status_code, answer[:ANSWER_MAX_BYTES].decode("utf-8", "replace")


def payload(outgoing: Outgoing) -> bytes:
    """The JSON body (schema ``keurwacht/alert@1``), UTF-8."""
    alert = outgoing.alert
    return msgspec.json.encode(
        {
            "schema": SCHEMA,
            "id": alert.alert_id,
            "thread": alert.thread,
            "root": outgoing.root_id,
            "step": alert.step,
            "template": alert.template,
            "audience": alert.audience.value,
            "language": alert.language,
            "site_id": alert.site_id,
            "case_id": alert.case_id,
            "created_at": alert.created_at,
            "context": dict(alert.context),
        }
    )


def signature(secret: str, body: bytes, at: datetime) -> str:
    """``t=<unix>,v1=<hex HMAC-SHA-256 of t, a full stop and the body>`` (RFC 2104)."""
    moment = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"
