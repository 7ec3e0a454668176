"""The lab's mail server, seen with the client of the standard library."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.shops.authority import Authority
from tests.shops.mailbox import Mailbox, Received


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def mailbox(authority: Authority) -> Iterator[Mailbox]:
    with Mailbox(authority) as running:
        yield running


def letter(number: int = 1, to: str = "lid@fietsgemak.example") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Keurlab <keur@keurlab.example>"
    mail["To"] = to
    mail["Subject"] = f"Uw certificaat – bericht {number}"
    mail["Message-ID"] = f"<{number}@keurlab.example>"
    mail.set_content("Beste Marieke,\n.\nHet certificaat loopt af.\n")
    mail.add_alternative("<p>Beste Marieke</p>", subtype="html")
    return mail


def send(mailbox: Mailbox, mail: EmailMessage, authority: Authority | None = None) -> None:
    with smtplib.SMTP(mailbox.address, mailbox.port, timeout=10) as client:
        if authority is not None:
            client._host = mailbox.host_name  # type: ignore[attr-defined]
            client.starttls(context=authority.client_context())
        client.send_message(mail)


def test_a_mail_arrives_over_starttls_with_envelope_and_parsed_parts(
    mailbox: Mailbox, authority: Authority
) -> None:
    send(mailbox, letter(), authority)
    (mail,) = mailbox.wait_for(1)
    assert mail.over_tls
    assert mail.sender == "keur@keurlab.example"
    assert mail.recipients == ("lid@fietsgemak.example",)
    assert mail.message["Subject"] == "Uw certificaat – bericht 1"
    assert mail.message_id == "<1@keurlab.example>"
    plain = mail.message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines()[1] == "."


def test_a_mail_without_tls_is_known_as_such(mailbox: Mailbox) -> None:
    send(mailbox, letter())
    assert not mailbox.wait_for(1)[0].over_tls


def test_the_certificate_of_the_mail_server_is_for_its_name_only(
    mailbox: Mailbox, authority: Authority
) -> None:
    with smtplib.SMTP(mailbox.address, mailbox.port, timeout=10) as client:
        client._host = "other.example"  # type: ignore[attr-defined]
        with pytest.raises(OSError, match="Hostname mismatch"):
            client.starttls(context=authority.client_context())


def test_starttls_can_be_required(authority: Authority) -> None:
    with Mailbox(authority, require_starttls=True) as mailbox:
        with pytest.raises(smtplib.SMTPException, match="STARTTLS"):
            send(mailbox, letter())
        send(mailbox, letter(), authority)
        assert len(mailbox.received) == 1


def test_starttls_can_be_withdrawn_and_offered_again(authority: Authority) -> None:
    with Mailbox(authority, host_name="mx.keurlab.example") as mailbox:
        for offers in (True, False, True):
            mailbox.offers_starttls = offers
            with smtplib.SMTP(mailbox.address, mailbox.port, timeout=10) as client:
                assert client.ehlo()[1].startswith(b"mx.keurlab.example")
                assert client.has_extn("starttls") is offers
        send(mailbox, letter(), authority)
        assert mailbox.received[0].over_tls


def test_login_is_asked_for_and_checked(authority: Authority) -> None:
    with (
        Mailbox(authority, user="keur", password="geheim") as mailbox,
        smtplib.SMTP(mailbox.address, mailbox.port, timeout=10) as client,
    ):
        client._host = mailbox.host_name  # type: ignore[attr-defined]
        client.starttls(context=authority.client_context())
        with pytest.raises(smtplib.SMTPException, match="530"):
            client.send_message(letter())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("keur", "fout")
        client.login("keur", "geheim")
        client.send_message(letter())
        assert mailbox.wait_for(1)[0].user == "keur"


def test_a_recipient_gets_its_scripted_answers_then_the_mail(mailbox: Mailbox) -> None:
    mailbox.answer("lid@fietsgemak.example", "451 4.7.1 probeer later", times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(mailbox, letter())
        assert refused.value.recipients["lid@fietsgemak.example"][0] == 451
    send(mailbox, letter())
    assert len(mailbox.received) == 1


def test_a_permanent_answer_stays_until_it_is_taken_back(mailbox: Mailbox) -> None:
    mailbox.answer("Weg@fietsgemak.example", "550 5.1.1 onbekend")
    for _ in range(3):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(mailbox, letter(to="weg@fietsgemak.example"))
        assert refused.value.recipients["weg@fietsgemak.example"][0] == 550
    mailbox.answer_normally()
    send(mailbox, letter(to="weg@fietsgemak.example"))
    assert len(mailbox.to("WEG@fietsgemak.example")) == 1


def test_the_end_of_data_can_be_refused(mailbox: Mailbox) -> None:
    mailbox.answer_data("452 4.3.1 schijf vol")
    with pytest.raises(smtplib.SMTPDataError):
        send(mailbox, letter())
    assert (len(mailbox.received), len(mailbox.dropped)) == (0, 1)
    send(mailbox, letter())
    assert len(mailbox.received) == 1


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("tls", [True, False])
def test_the_line_can_be_cut_between_data_and_its_answer(
    mailbox: Mailbox, authority: Authority, kept: bool, tls: bool
) -> None:
    mailbox.cut_before_250(kept=kept)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mailbox, letter(), authority if tls else None)
    assert (len(mailbox.received), len(mailbox.dropped)) == ((1, 0) if kept else (0, 1))
    send(mailbox, letter())
    mailbox.wait_for(2 if kept else 1)
    assert list(mailbox.distinct()) == ["<1@keurlab.example>"]


def test_the_hook_runs_before_the_sender_hears_250(mailbox: Mailbox) -> None:
    entered, release, heard = threading.Event(), threading.Event(), threading.Event()

    def hold(mail: Received) -> None:
        entered.set()
        release.wait(10)

    def deliver() -> None:
        send(mailbox, letter())
        heard.set()

    mailbox.before_250(hold)
    sender = threading.Thread(target=deliver)
    sender.start()
    assert entered.wait(10)
    assert not heard.wait(0.2)
    release.set()
    sender.join(10)
    assert heard.is_set()


def test_waiting_for_mail_that_does_not_come_says_what_came(mailbox: Mailbox) -> None:
    send(mailbox, letter(7))
    with pytest.raises(TimeoutError, match=r"1 of 2 .*bericht 7"):
        mailbox.wait_for(2, timeout_s=0.1)
    with pytest.raises(TimeoutError, match="0 of 1"):
        mailbox.wait_for(1, timeout_s=0.1, where=lambda mail: mail.over_tls)


def test_the_server_can_go_away_and_come_back_on_its_port(mailbox: Mailbox) -> None:
    port = mailbox.port
    open_line = smtplib.SMTP(mailbox.address, port, timeout=5)
    mailbox.stop()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        open_line.noop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((mailbox.address, port), 2)
    mailbox.start()
    assert mailbox.port == port
    send(mailbox, letter())
    mailbox.wait_for(1)
