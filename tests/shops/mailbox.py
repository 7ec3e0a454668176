"""A real SMTP server for the lab: keeps what arrives, answers as scripted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.shops.authority import Authority

HOST_NAME = "mail.keurlab.example"
ACCEPTED = "250 2.0.0 accepted"
START_TIMEOUT_S = 10.0
# Without a handler the library's remarks would go to the terminal of the demonstration.
_QUIET = logging.NullHandler()


@dataclass(frozen=True, slots=True)
class Received:
    """One mail the server took, with the envelope it came in.

    ``message`` is parsed with the default policy; ``raw`` is what was sent.
    ``user`` is the name of the login, empty without one.
    """

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes
    over_tls: bool
    user: str
    at: datetime

    @property
    def message_id(self) -> str:
        """The Message-ID with its angle brackets."""
        return str(self.message["Message-ID"] or "").strip()


class Mailbox:
    """SMTP on 127.0.0.1 with STARTTLS, optional AUTH and scripted answers.

    Context manager.  ``port`` is ephemeral and stays the same over ``stop`` and
    ``start``.  ``user`` with ``password`` makes AUTH required.  ``offers_starttls``
    counts from the next connection on.  Every method may be called from any thread
    while it runs.
    """

    def __init__(
        self,
        authority: Authority,
        *,
        host_name: str = HOST_NAME,
        user: str = "",
        password: str = "",
        require_starttls: bool = False,
    ) -> None:
        names = (host_name, "localhost", "127.0.0.1")
        logging.getLogger("mail.log").addHandler(_QUIET)
        self.host_name = host_name
        self.offers_starttls = True
        self.address = "127.0.0.1"
        self.port = 0
        self._context = authority.issue(host_name, names=names).server_context()
        self._user = user
        self._password = password
        self._require_starttls = require_starttls
        self._changed = threading.Condition()
        self._received: list[Received] = []
        self._dropped: list[Received] = []
        self._answers: dict[str, list[str]] = {}
        self._always: dict[str, str] = {}
        self._data_answers: list[str] = []
        self._cuts: list[bool] = []
        self._before_250: Callable[[Received], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self._sessions: set[_Smtp] = set()

    # -- life ---------------------------------------------------------------

    def start(self) -> None:
        """Listen; on the first start on a free port, later on the same one."""
        if self._thread is not None:
            return
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(START_TIMEOUT_S) or self._server is None:
            raise RuntimeError("the lab's mail server did not start")

    def stop(self) -> None:
        """Refuse connections and end the open ones; what was received stays."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        self._thread = self._loop = self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -- script -------------------------------------------------------------

    def answer(self, recipient: str, reply: str, *, times: int | None = None) -> None:
        """Answer RCPT TO this recipient with ``reply`` (``451 4.7.1 later``), always or n times."""
        with self._changed:
            if times is None:
                self._always[recipient.lower()] = reply
            else:
                self._answers.setdefault(recipient.lower(), []).extend([reply] * times)

    def answer_data(self, reply: str, *, times: int = 1) -> None:
        """Answer the end of DATA with ``reply`` n times; those mails are not received."""
        with self._changed:
            self._data_answers.extend([reply] * times)

    def cut_before_250(self, *, times: int = 1, kept: bool = True) -> None:
        """Cut the connection after DATA and before the 250, n times.

        ``kept``: the server took the mail all the same, only its answer is lost;
        otherwise the mail is gone and stands in ``dropped``.
        """
        with self._changed:
            self._cuts.extend([kept] * times)

    def before_250(self, hook: Callable[[Received], None] | None) -> None:
        """Call ``hook`` with every mail that was taken, before its 250 is sent.

        It runs in a thread of its own, so it may block or kill the sender.
        """
        self._before_250 = hook

    def answer_normally(self) -> None:
        """Forget every scripted answer, cut and hook."""
        with self._changed:
            self._answers.clear()
            self._always.clear()
            self._data_answers.clear()
            self._cuts.clear()
            self._before_250 = None

    # -- what arrived -------------------------------------------------------

    @property
    def received(self) -> tuple[Received, ...]:
        """Every mail the server took, oldest first; repeated ones as often as they came."""
        with self._changed:
            return tuple(self._received)

    @property
    def dropped(self) -> tuple[Received, ...]:
        """The mails that were sent whole but not taken."""
        with self._changed:
            return tuple(self._dropped)

    def distinct(self) -> dict[str, Received]:
        """The mails by Message-ID, the first of each."""
        found: dict[str, Received] = {}
        for mail in self.received:
            found.setdefault(mail.message_id, mail)
        return found

    def to(self, recipient: str) -> tuple[Received, ...]:
        """The mails with this envelope recipient."""
        wanted = recipient.lower()
        return tuple(m for m in self.received if wanted in (r.lower() for r in m.recipients))

    def wait_for(
        self,
        count: int,
        timeout_s: float = 10.0,
        where: Callable[[Received], bool] = lambda _: True,
    ) -> tuple[Received, ...]:
        """The mails for which ``where`` holds, as soon as there are ``count`` of them.

        Raises TimeoutError that says how many there are.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                found = tuple(m for m in self._received if where(m))
                left = deadline - time.monotonic()
                if len(found) >= count:
                    return found
                if left <= 0:
                    subjects = [str(m.message["Subject"]) for m in found]
                    raise TimeoutError(
                        f"{len(found)} of {count} mails in {timeout_s} s: {subjects}"
                    )
                self._changed.wait(left)

    def clear(self) -> None:
        """Throw away what arrived."""
        with self._changed:
            self._received.clear()
            self._dropped.clear()

    def client_options(self) -> dict[str, str | int]:
        """Host, port, user and password for a client."""
        return {
            "host": self.address,
            "port": self.port,
            "user": self._user,
            "password": self._password,
        }

    # -- the server side, in its own thread ---------------------------------

    def _run(self, ready: threading.Event) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        try:
            self._server = loop.run_until_complete(
                loop.create_server(self._session, self.address, self.port)
            )
            self.port = int(self._server.sockets[0].getsockname()[1])
            ready.set()
            loop.run_forever()
            loop.run_until_complete(self._wind_down(self._server))
        finally:
            ready.set()
            loop.close()

    async def _wind_down(self, server: asyncio.Server) -> None:
        server.close()
        for session in tuple(self._sessions):
            session.cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # Transports close in callbacks of the loop: give them their turn.
        for _ in range(5):
            await asyncio.sleep(0)
        await asyncio.get_running_loop().shutdown_default_executor()

    def _session(self) -> SMTP:
        context = self._context if self.offers_starttls else None
        return _Smtp(self, context, self._require_starttls, bool(self._user))

    def opened(self, session: _Smtp) -> None:
        """A session began."""
        self._sessions.add(session)

    def closed(self, session: _Smtp) -> None:
        """A session ended."""
        self._sessions.discard(session)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Compare the login with the one of this mailbox."""
        good = isinstance(data, LoginPassword) and (
            data.login == self._user.encode() and data.password == self._password.encode()
        )
        return AuthResult(success=good, handled=False, auth_data=data if good else None)

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """The scripted answer to a recipient, or 250."""
        with self._changed:
            queue = self._answers.get(address.lower())
            reply = queue.pop(0) if queue else self._always.get(address.lower(), "")
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient fine"

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd looks for
        self, server: _Smtp, session: Session, envelope: Envelope
    ) -> str:
        """Take the mail, refuse it or cut the line, as scripted."""
        mail = _received(session, envelope, self._user)
        with self._changed:
            refusal = self._data_answers.pop(0) if self._data_answers else ""
            cut = self._cuts.pop(0) if self._cuts and not refusal else None
            kept = not refusal and cut is not False
            (self._received if kept else self._dropped).append(mail)
            hook = self._before_250
            self._changed.notify_all()
        if refusal:
            return refusal
        if hook is not None:
            await asyncio.get_running_loop().run_in_executor(None, hook, mail)
        if cut is not None:
            server.cut()
            # Ends the session's task the way a lost connection does.
            raise ConnectionResetError("cut by script")
        return ACCEPTED


class _Smtp(SMTP):
    """One session; knows its mailbox so that a stop can end it."""

    def __init__(
        self, mailbox: Mailbox, context: ssl.SSLContext | None, require_starttls: bool, auth: bool
    ) -> None:
        self._mailbox = mailbox
        super().__init__(
            mailbox,
            hostname=mailbox.host_name,
            ident="keurlab",
            enable_SMTPUTF8=True,
            tls_context=context,
            require_starttls=require_starttls,
            auth_required=auth,
            auth_require_tls=True,
            authenticator=mailbox.authenticate if auth else None,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the session."""
        super().connection_made(transport)
        self._mailbox.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the session."""
        super().connection_lost(error)
        self._mailbox.closed(self)

    def cut(self) -> None:
        """End the connection without another word."""
        transport = self.transport
        if isinstance(transport, asyncio.WriteTransport):
            # asyncio of Python 3.11.2 cannot abort TLS that has ended by itself.
            with contextlib.suppress(AttributeError):
                transport.abort()


def _received(session: Session, envelope: Envelope, user: str) -> Received:
    raw = envelope.original_content or b""
    return Received(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        message=message_from_bytes(raw, policy=policy.default),
        raw=raw,
        over_tls=session.ssl is not None,
        user=user if session.authenticated else "",
        at=datetime.now(UTC),
    )
