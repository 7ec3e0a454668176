from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from monitor.adapters.channels.email import EmailChannel, EmailSettings, SmtpTls
from monitor.adapters.channels.table import CHANNELS, ChannelSettings, build_channels
from monitor.domain.alert import ChannelKind
from monitor.services.ports import ChannelError
from tests.shops.authority import Authority
from tests.shops.mailbox import Mailbox
from tests.unit.mail_kit import NOW, FixedClock, a_context, an_alert, outgoing


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def mailbox(authority: Authority) -> Iterator[Mailbox]:
    with Mailbox(authority, require_starttls=True) as opened:
        yield opened


def channel(mailbox: Mailbox, authority: Authority | None, **changes: object) -> EmailChannel:
    given: dict[str, object] = {
        "host": mailbox.address,
        "port": mailbox.port,
        "sender": "monitor@keurmerk.example",
        "domain": "keurmerk.example",
        "organisation": "Stichting Keurmerk",
        "ca_file": None if authority is None else str(authority.ca_file),
        "timeout_s": 5.0,
        "data_timeout_s": 5.0,
    }
    return EmailChannel(EmailSettings(**(given | changes)), FixedClock())  # type: ignore[arg-type]


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server of our own on the loop of the test; its port.  Leaves nothing open."""
    talks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        with suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.transport.abort()
        await asyncio.sleep(0.01)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        if talks:
            await asyncio.wait(talks, timeout=5)


@asynccontextmanager
async def plain_server(*lines: str) -> AsyncIterator[tuple[int, list[str]]]:
    """An SMTP server without TLS that answers line after line, and what it was told."""
    heard: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()
            told = await reader.readline()
            if not told:
                break
            heard.append(told.decode().strip())

    async with served(talk) as port:
        yield port, heard


@pytest.mark.asyncio
async def test_a_mail_goes_out_over_verified_starttls(
    mailbox: Mailbox, authority: Authority
) -> None:
    alert = an_alert()
    reply = await channel(mailbox, authority, bounce="bounce@keurmerk.example").send(
        outgoing(alert)
    )
    assert reply.startswith("250 ")
    (mail,) = mailbox.received
    assert mail.over_tls
    assert mail.sender == "bounce@keurmerk.example"
    assert mail.recipients == ("jan@shop.example",)
    assert mail.message_id == f"<{alert.alert_id}@keurmerk.example>"
    assert mail.message["Date"].datetime == NOW.replace(microsecond=0)
    assert mail.message.get_body(("plain",)) is not None
    assert mail.message.get_body(("html",)) is not None


@pytest.mark.asyncio
async def test_the_mails_of_a_case_make_one_thread(mailbox: Mailbox, authority: Authority) -> None:
    sender = channel(mailbox, authority)
    first = an_alert("notice")
    await sender.send(outgoing(first))
    for template in ("reminder", "closing"):
        await sender.send(outgoing(an_alert(template), root_id=first.alert_id))
    root = f"<{first.alert_id}@keurmerk.example>"
    mails = mailbox.received
    assert mails[0].message["In-Reply-To"] is None
    assert [m.message["In-Reply-To"] for m in mails[1:]] == [root, root]
    assert [m.message["References"] for m in mails[1:]] == [root, root]
    assert len({m.message_id for m in mails}) == 3
    assert len({m.message["Subject"] for m in mails}) == 1


@pytest.mark.asyncio
async def test_the_same_alert_sent_twice_has_the_same_message_id(
    mailbox: Mailbox, authority: Authority
) -> None:
    sender = channel(mailbox, authority)
    await sender.send(outgoing())
    await sender.send(outgoing())
    assert len(mailbox.received) == 2
    assert len(mailbox.distinct()) == 1


@pytest.mark.asyncio
async def test_a_line_with_only_a_full_stop_arrives_whole(
    mailbox: Mailbox, authority: Authority
) -> None:
    text = "eerste\n.\n..\nlaatste-regel"
    await channel(mailbox, authority).send(outgoing(an_alert(context=a_context(message=text))))
    body = mailbox.received[0].message.get_body(("plain",))
    assert body is not None
    lines = body.get_content().split()
    assert {".", "..", "laatste-regel"} <= set(lines)


@pytest.mark.asyncio
async def test_it_logs_in_when_the_server_asks_for_it(authority: Authority) -> None:
    with Mailbox(authority, user="robot", password="geheim-geheim") as asking:
        login = {"username": "robot", "password": "geheim-geheim"}
        await channel(asking, authority, **login).send(outgoing())
        assert asking.received[0].user == "robot"
        with pytest.raises(ChannelError, match="535") as caught:
            await channel(asking, authority, username="robot", password="x").send(outgoing())
        assert not caught.value.permanent, "our password is no reason to give up on a member"
        assert "geheim" not in caught.value.reason


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("451 4.7.1 greylisted, come back later", False),
        ("452 4.2.2 mailbox full", False),
        ("550 5.1.1 no such mailbox", True),
        ("553 5.1.3 bad address", True),
    ],
)
async def test_a_refused_recipient_is_permanent_or_not_by_its_code(
    mailbox: Mailbox, authority: Authority, reply: str, permanent: bool
) -> None:
    mailbox.answer("jan@shop.example", reply)
    with pytest.raises(ChannelError) as caught:
        await channel(mailbox, authority).send(outgoing())
    assert caught.value.permanent is permanent
    assert reply[:3] in caught.value.reason
    assert mailbox.received == ()


@pytest.mark.asyncio
@pytest.mark.parametrize(("reply", "permanent"), [("451 4.3.0 try", False), ("554 5.7.1 no", True)])
async def test_a_refused_mail_is_permanent_or_not_by_its_code(
    mailbox: Mailbox, authority: Authority, reply: str, permanent: bool
) -> None:
    mailbox.answer_data(reply)
    with pytest.raises(ChannelError, match="mail refused") as caught:
        await channel(mailbox, authority).send(outgoing())
    assert caught.value.permanent is permanent
    assert not caught.value.unclear


@pytest.mark.asyncio
async def test_a_line_cut_before_the_250_is_temporary(
    mailbox: Mailbox, authority: Authority
) -> None:
    mailbox.cut_before_250()
    with pytest.raises(ChannelError) as caught:
        await channel(mailbox, authority).send(outgoing())
    assert not caught.value.permanent
    assert caught.value.unclear
    await channel(mailbox, authority).send(outgoing())
    assert len(mailbox.distinct()) == 1


@pytest.mark.asyncio
async def test_nobody_listening_is_temporary(mailbox: Mailbox, authority: Authority) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ChannelError, match="connection") as caught:
        await channel(mailbox, authority, port=port).send(outgoing())
    assert not caught.value.permanent
    assert not caught.value.unclear


@pytest.mark.asyncio
@pytest.mark.parametrize("tls", [SmtpTls.REQUIRED, SmtpTls.OPPORTUNISTIC])
async def test_a_certificate_that_is_not_trusted_sends_nothing(
    authority: Authority, tls: SmtpTls
) -> None:
    with Mailbox(authority) as reachable:
        with pytest.raises(ChannelError, match=r"certificate.*nothing was sent") as caught:
            await channel(reachable, None, tls=tls).send(outgoing())
        assert not caught.value.permanent
        assert reachable.received == reachable.dropped == ()


@pytest.mark.asyncio
async def test_a_certificate_of_another_host_sends_nothing(
    mailbox: Mailbox, authority: Authority
) -> None:
    context = authority.issue("other.example").server_context()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise AssertionError(await reader.readline())

    async with served(talk, context) as port:
        with pytest.raises(ChannelError, match="certificate") as caught:
            await channel(mailbox, authority, port=port, tls=SmtpTls.IMPLICIT).send(outgoing())
    assert not caught.value.permanent


@pytest.mark.asyncio
async def test_required_tls_never_falls_back_to_clear_text(
    mailbox: Mailbox, authority: Authority
) -> None:
    async with plain_server("220 hi", "250-plain\r\n250 SIZE 1000000", "221 bye") as (port, heard):
        with pytest.raises(ChannelError, match="offers no STARTTLS, nothing was sent") as caught:
            await channel(mailbox, authority, port=port).send(outgoing())
    assert not caught.value.permanent
    assert [line.split()[0] for line in heard] == ["EHLO", "QUIT"]


@pytest.mark.asyncio
@pytest.mark.parametrize("tls", [SmtpTls.OPPORTUNISTIC, SmtpTls.NONE])
async def test_clear_text_is_for_servers_of_this_machine_and_those_who_chose_it(
    authority: Authority, tls: SmtpTls
) -> None:
    answers = ("220 hi", "250 plain", "250 ok", "250 ok", "354 go")
    async with plain_server(*answers) as (port, heard):
        with Mailbox(authority) as any_mailbox, pytest.raises(ChannelError) as caught:
            await channel(any_mailbox, None, port=port, tls=tls).send(outgoing())
    assert heard[1:4] == [
        "MAIL FROM:<monitor@keurmerk.example>",
        "RCPT TO:<jan@shop.example>",
        "DATA",
    ]
    assert not caught.value.permanent


@pytest.mark.asyncio
async def test_a_password_never_goes_in_clear_to_another_machine(
    mailbox: Mailbox, authority: Authority
) -> None:
    login = {"username": "robot", "password": "geheim-geheim"}
    async with plain_server("220 hi", "250-plain\r\n250 AUTH PLAIN", "221 bye") as (port, heard):
        # Leads here all the same, but is no address of this machine to the letter.
        elsewhere = {"host": "127.1", "port": port, "tls": SmtpTls.OPPORTUNISTIC}
        with pytest.raises(ChannelError, match="password was not sent in clear") as caught:
            await channel(mailbox, authority, **elsewhere, **login).send(outgoing())
    assert not caught.value.permanent
    assert [line.split()[0] for line in heard] == ["EHLO", "QUIT"]


@pytest.mark.asyncio
async def test_a_refused_sender_is_our_settings_and_not_permanent(
    mailbox: Mailbox, authority: Authority
) -> None:
    async with plain_server("220 hi", "250 plain", "550 5.7.1 not you", "221 bye") as (port, _):
        with pytest.raises(ChannelError, match="sender refused: 550") as caught:
            await channel(mailbox, authority, port=port, tls=SmtpTls.NONE).send(outgoing())
    assert not caught.value.permanent


@pytest.mark.asyncio
async def test_a_server_that_says_nothing_is_left_after_the_timeout(
    mailbox: Mailbox, authority: Authority
) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with served(silent) as port:
        with pytest.raises(ChannelError) as caught:
            await channel(mailbox, authority, port=port, timeout_s=0.3).send(outgoing())
    assert not caught.value.permanent


@pytest.mark.asyncio
async def test_implicit_tls_is_encrypted_from_the_first_byte(
    authority: Authority, mailbox: Mailbox
) -> None:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in (b"220 hi", b"250 here", b"250 ok", b"250 ok", b"354 go"):
            writer.write(line + b"\r\n")
            heard.append(await reader.readline())
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 2.0.0 taken\r\n")
        await reader.readline()

    context = authority.issue("localhost", names=("localhost", "127.0.0.1")).server_context()
    async with served(talk, context) as port:
        implicit = {"port": port, "tls": SmtpTls.IMPLICIT}
        reply = await channel(mailbox, authority, **implicit).send(outgoing())
        assert reply == "250 2.0.0 taken"
        with pytest.raises(ChannelError, match="certificate"):
            await channel(mailbox, None, **implicit).send(outgoing())
    assert heard[0].startswith(b"EHLO keurmerk.example")


@pytest.mark.asyncio
async def test_a_context_that_does_not_fit_is_our_error_and_reaches_no_server(
    mailbox: Mailbox, authority: Authority
) -> None:
    context = a_context()
    del context["statement"]
    with pytest.raises(ValueError, match="statement"):
        await channel(mailbox, authority).send(outgoing(an_alert(context=context)))
    assert mailbox.received == ()


def test_the_table_builds_the_channels_that_have_settings() -> None:
    assert set(CHANNELS) == set(ChannelKind)
    settings = ChannelSettings(
        email=EmailSettings("127.0.0.1", "a@b.example", "b.example", "B", tls=SmtpTls.NONE)
    )
    assert set(build_channels(settings, FixedClock())) == {ChannelKind.EMAIL}
    assert build_channels(ChannelSettings(), FixedClock()) == {}
