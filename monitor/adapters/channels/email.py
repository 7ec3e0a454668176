"""E-mail over SMTP (RFC 5321), encrypted with STARTTLS (RFC 3207) or from the first byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from monitor.adapters.channels.letter import write_letter
from monitor.adapters.channels.message import Envelope, compose, domain_name, mailbox
from monitor.adapters.channels.render import render
from monitor.adapters.channels.transport import is_loopback, tls_context
from monitor.domain.action import Action
from monitor.domain.alert import Alert, Audience, Outgoing
from monitor.services.link_tokens import LinkSigner
from monitor.services.ports import ChannelError
from scanners.api import Clock, clip

PERMANENT_FROM = 500
REPLY_MAX_CHARS = 300
QUIT_TIMEOUT_S = 2.0
PORT_MAX = 65535


class SmtpTls(StrEnum):
    """How the connection is encrypted.

    ``opportunistic`` uses STARTTLS when it is offered; a certificate that does
    not verify is an error all the same.  ``none`` is for servers on this machine.
    """

    REQUIRED = "required"
    OPPORTUNISTIC = "opportunistic"
    IMPLICIT = "implicit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """Where mail goes out and in whose name.

    ``sender`` is the From address and, unless ``bounce`` is set, the envelope
    sender; ``submitter`` the Sender address when it is another.  ``domain`` is the
    right part of the Message-ID.  ``helo`` is what we call ourselves, ``domain``
    when empty.  ``ca_file`` (PEM) is trusted beside the public roots.
    ``link_hosts`` are own hosts that may be links in a mail.  ``timeout_s`` bounds
    each command, ``data_timeout_s`` the wait for the answer to a whole mail
    (RFC 5321 4.5.3.2.6 asks for 10 minutes: giving up early sends it twice).
    Raises ValueError for what cannot work.
    """

    host: str
    sender: str
    domain: str
    organisation: str
    port: int = 587
    tls: SmtpTls = SmtpTls.REQUIRED
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    reply_to: str = ""
    submitter: str = ""
    bounce: str = ""
    helo: str = ""
    link_hosts: tuple[str, ...] = ()
    timeout_s: float = 60.0
    data_timeout_s: float = 600.0

    def __post_init__(self) -> None:
        if not self.host or not 0 < self.port <= PORT_MAX:
            raise ValueError(f"smtp: host {self.host!r} port {self.port}: no such server")
        if self.tls is SmtpTls.NONE and not is_loopback(self.host):
            raise ValueError(f"smtp: tls none is for this machine only, not for {self.host!r}")
        if not self.organisation.strip():
            raise ValueError("smtp: the organisation needs a name")
        if bool(self.username) != bool(self.password):
            raise ValueError("smtp: username and password go together")
        if self.timeout_s <= 0 or self.data_timeout_s <= 0:
            raise ValueError("smtp: timeouts are more than 0 seconds")
        domain_name(self.domain)
        for address in (self.sender, self.reply_to, self.submitter, self.bounce):
            if address:
                mailbox(address)
        mailbox(self.sender)


class EmailChannel:
    """Implements ``monitor.services.ports.Channel``: one connection per mail.

    A refusal of the recipient or of the mail (5xx) is permanent.  Everything
    else is temporary, a 5xx to our login, name or sender too: that is our
    settings, and no mail of anybody's is given up for it at once.  ``links`` makes the
    links of members' mail; without it they are asked to reply.  Raises
    ValueError when an alert does not fit its template, or ``ca_file`` is unusable.
    """

    def __init__(
        self, settings: EmailSettings, clock: Clock, links: LinkSigner | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._links = links
        self._domain = domain_name(settings.domain)
        self._context = tls_context(settings.ca_file)

    async def send(self, outgoing: Outgoing) -> str:
        """See ``Channel.send``; returns the server's answer to the mail."""
        recipient, raw = self.compose(outgoing)
        settings = self._settings
        step = "connection"
        try:
            async with self._session() as client:
                step = "sender"
                await client.mail(mailbox(settings.bounce or settings.sender))
                step = "recipient"
                await client.rcpt(recipient)
                step = "mail"
                answer = await client.data(raw, timeout=settings.data_timeout_s)
        except (SMTPException, OSError) as error:
            raise _failure(error, step) from error
        return clip(f"{answer.code} {answer.message}", REPLY_MAX_CHARS)

    def compose(self, outgoing: Outgoing) -> tuple[str, bytes]:
        """The recipient's address and the whole mail as it would be sent now."""
        settings, alert = self._settings, outgoing.alert
        try:
            recipient = mailbox(alert.recipient)
        except ValueError as error:
            raise ChannelError(str(error), permanent=True) from error
        link_hosts = (*settings.link_hosts, self._domain)
        letter = write_letter(alert, settings.organisation, link_hosts, self._linker(alert))
        plain, html = render(letter)
        envelope = Envelope(
            sender=mailbox(settings.sender),
            recipient=recipient,
            organisation=settings.organisation,
            domain=self._domain,
            message_id=alert.alert_id,
            root_id=outgoing.root_id,
            reply_to=self._reply_to(outgoing),
            submitter=mailbox(settings.submitter) if settings.submitter else "",
            language=letter.language,
            date=self._clock.now(),
        )
        return recipient, compose(envelope, letter.subject, plain, html)

    def _linker(self, alert: Alert) -> Callable[[Action], str] | None:
        """What makes the links of a member's mail; None when there are none."""
        links, now = self._links, self._clock.now()
        if links is None or alert.audience is not Audience.MEMBER:
            return None
        return lambda action: links.url(action, alert, now)

    def _reply_to(self, outgoing: Outgoing) -> str:
        given = outgoing.alert.context.get("reply_to") or self._settings.reply_to
        return mailbox(given) if isinstance(given, str) and given else ""

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[SMTP]:
        """A connection that is encrypted and logged in as the settings ask."""
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=settings.helo or self._domain,
            timeout=settings.timeout_s,
            use_tls=settings.tls is SmtpTls.IMPLICIT,
            start_tls=False,
            tls_context=self._context,
        )
        try:
            await client.connect()
            await client.ehlo()
            await self._secure(client)
            yield client
        finally:
            await _leave(client)

    async def _secure(self, client: SMTP) -> None:
        settings = self._settings
        offered = client.supports_extension("starttls")
        secure = settings.tls is SmtpTls.IMPLICIT
        if settings.tls is SmtpTls.REQUIRED and not offered:
            raise ChannelError(
                f"{settings.host} offers no STARTTLS, nothing was sent in clear", permanent=False
            )
        if offered and settings.tls in (SmtpTls.REQUIRED, SmtpTls.OPPORTUNISTIC):
            await client.starttls()
            await client.ehlo()
            secure = True
        if not settings.username:
            return
        if not secure and not is_loopback(settings.host):
            raise ChannelError(
                f"{settings.host} offers no STARTTLS, the password was not sent in clear",
                permanent=False,
            )
        await client.login(settings.username, settings.password)


async def _leave(client: SMTP) -> None:
    """Say goodbye and close; whatever happens to the goodbye changes nothing."""
    # The goodbye forgets it.
    transport = client.transport
    if client.is_connected:
        with suppress(SMTPException, OSError):
            await client.quit(timeout=QUIT_TIMEOUT_S)
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        # A TLS connection would wait half a minute for the other side's last word.
        # asyncio of Python 3.11.2 cannot abort TLS that has ended by itself.
        with suppress(AttributeError):
            transport.abort()
        await asyncio.sleep(0)


def _failure(error: SMTPException | OSError, step: str) -> ChannelError:
    refused = _cause(error, ssl.SSLCertVerificationError)
    if refused is not None:
        reason = f"certificate of the mail server not trusted, nothing was sent: {refused}"
        return ChannelError(clip(reason, REPLY_MAX_CHARS), permanent=False)
    if isinstance(error, SMTPResponseException):
        permanent = error.code >= PERMANENT_FROM and step in ("recipient", "mail")
        reason = f"{step} refused: {error.code} {error.message}"
        return ChannelError(clip(reason, REPLY_MAX_CHARS), permanent=permanent)
    said = str(error) or type(error).__name__
    # Between our full stop and the server's answer the mail may have been taken.
    unclear = step == "mail"
    return ChannelError(clip(f"{step}: {said}", REPLY_MAX_CHARS), permanent=False, unclear=unclear)


def _cause(error: BaseException | None, kind: type[ssl.SSLError]) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, kind):
            return error
        error = error.__cause__
    return None
