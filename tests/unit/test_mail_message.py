from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.channels.email import EmailChannel, EmailSettings, SmtpTls
from monitor.adapters.channels.letter import write_letter
from monitor.adapters.channels.message import Envelope, compose, domain_name, mailbox
from monitor.adapters.channels.render import render
from monitor.services.ports import ChannelError
from tests.unit.mail_kit import NOW, FixedClock, a_context, an_alert, outgoing

LONG_DOMAIN = "keurmerk-bewaking.thuiswinkel-organisatie-nederland.example"


def email_settings(**changes: object) -> EmailSettings:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "sender": "monitor@keurmerk.example",
        "domain": "keurmerk.example",
        "organisation": "Stichting Keurmerk",
        "reply_to": "hulp@keurmerk.example",
    }
    return EmailSettings(**(given | changes))  # type: ignore[arg-type]


def composed(sent: object = None, **changes: object) -> tuple[bytes, EmailMessage]:
    channel = EmailChannel(email_settings(**changes), FixedClock())
    _, raw = channel.compose(sent or outgoing())  # type: ignore[arg-type]
    return raw, message_from_bytes(raw, policy=policy.default)


def test_the_first_mail_of_a_thread_has_the_headers_of_a_machine_that_wants_no_answers() -> None:
    alert = an_alert()
    _, message = composed(outgoing(alert))
    headers = {name: str(value) for name, value in message.items()}
    content = headers.pop("Content-Type")
    assert content.startswith("multipart/alternative; boundary=")
    assert headers == {
        "From": "Stichting Keurmerk <monitor@keurmerk.example>",
        "To": "jan@shop.example",
        "Reply-To": "hulp@keurmerk.example",
        "Subject": "[KW-2026-000412] shop.example: keurmerkvoorwaarde tz-12.7b",
        "Date": "Sat, 21 Nov 2026 08:42:07 +0000",
        "Message-ID": f"<{alert.alert_id}@keurmerk.example>",
        "List-ID": "<keurwacht.keurmerk.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "nl",
        "MIME-Version": "1.0",
    }


@pytest.mark.parametrize("domain", ["keurmerk.example", LONG_DOMAIN, ".".join(["a" * 60] * 4)])
def test_a_later_mail_points_to_the_first_one_however_long_the_domain(domain: str) -> None:
    raw, message = composed(outgoing(root_id="f" * 32), domain=domain)
    assert message["In-Reply-To"] == message["References"] == f"<{'f' * 32}@{domain}>"
    assert b"=?" not in raw.split(b"\r\n\r\n")[0]


def test_sender_and_reply_to_follow_the_settings_and_the_context() -> None:
    alert = an_alert(context=a_context(reply_to="zaak@keurmerk.example"))
    _, message = composed(outgoing(alert), submitter="robot@keurmerk.example")
    assert message["Sender"] == "robot@keurmerk.example"
    assert message["Reply-To"] == "zaak@keurmerk.example"
    _, message = composed(reply_to="", submitter="monitor@keurmerk.example")
    assert message["Sender"] is None
    assert message["Reply-To"] is None


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_both_parts_are_quoted_printable_ascii_with_short_lines(language: str) -> None:
    statement = "é" * 3000 + " ." * 600 + "x" * 3000
    alert = an_alert("notice", language, context=a_context(statement=statement))
    raw, message = composed(outgoing(alert))
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in parts} == {"quoted-printable"}
    assert all("KW-2026-000412" in part.get_content() for part in parts)


KEYS = (
    "host",
    "case_id",
    "condition_id",
    "member_name",
    "contact_name",
    "site_url",
    "message",
)
EVIL = st.text(
    alphabet=st.sampled_from("aé,;:<>@\"'\\()[]=?_. \r\n\t\x00\x0b\u2028\u2029\x85\u202e\ud83d日"),
    max_size=120,
)
INJECTIONS = st.sampled_from(
    [
        "x\r\nBcc: thief@evil.example",
        "x\nBcc: thief@evil.example\n\nbody",
        "x\u2028Bcc: thief@evil.example",
        '"x" <thief@evil.example>, ',
        "=?utf-8?q?x=0D=0ABcc:_thief=40evil.example?=",
        "é" * 90 + "\r\nBcc: thief@evil.example",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        dict.fromkeys(
            (
                "host",
                "case_id",
                "condition_id",
                "member_name",
                "contact_name",
                "site_url",
                "message",
            ),
            EVIL | INJECTIONS,
        )
    ),
    st.sampled_from(["notice", "advice", "ops", "ticket"]),
    (EVIL | INJECTIONS).filter(lambda text: bool(text.strip())),
)
def test_no_text_can_add_a_header_or_a_recipient(
    texts: dict[str, str], template: str, organisation: str
) -> None:
    changes: dict[str, object] = {**texts, "labels": [texts["message"]], "summary": texts["host"]}
    alert = an_alert(template, context=a_context(**changes))
    letter = write_letter(alert, organisation)
    plain, html = render(letter)
    envelope = Envelope(
        sender="monitor@keurmerk.example",
        recipient="jan@shop.example",
        organisation=organisation,
        domain="keurmerk.example",
        message_id=alert.alert_id,
        root_id="e" * 32,
        reply_to="hulp@keurmerk.example",
        submitter="",
        language="en",
        date=NOW,
    )
    raw = compose(envelope, letter.subject, plain, html)
    message = message_from_bytes(raw, policy=policy.default)
    expected = {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "List-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert sorted(message.keys()) == sorted(expected)
    assert [a for _, a in getaddresses([str(message["To"])])] == ["jan@shop.example"]
    assert [a.addr_spec for a in message["From"].addresses] == ["monitor@keurmerk.example"]
    assert message["Message-ID"] == f"<{alert.alert_id}@keurmerk.example>"
    assert len(list(message.iter_parts())) == 2
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jan@shop.example", "jan@shop.example"),
        (" j.o'n+x@Shop.Example ", "j.o'n+x@shop.example"),
        ("jan@münchen.example", "jan@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_is_kept_with_an_ascii_domain(text: str, address: str) -> None:
    assert mailbox(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "jan", "@shop.example", "jan@", "jan@shop..example", "jan@-shop.example",
        "jan@shop.example\r\nRCPT TO:<x@evil.example>", "a@b.example, c@d.example",
        "<jan@shop.example>", "jan@shop.example> SIZE=1", "jörg@shop.example", "j an@shop.example",
        ".jan@shop.example", "a" * 65 + "@shop.example", "jan@" + "a." * 140 + "example",
        "jan@shop.example\n", "\tjan@shop.example",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a (mail address|domain name)"):
        mailbox(text)


def test_an_alert_to_what_is_no_address_is_permanently_undeliverable() -> None:
    channel = EmailChannel(email_settings(), FixedClock())
    with pytest.raises(ChannelError, match="not a domain name") as caught:
        channel.compose(outgoing(an_alert(recipient="jan@shop.example\r\nx")))
    assert caught.value.permanent


def test_domain_names_are_ascii_and_lower_case() -> None:
    assert domain_name("Keurmerk.Example.") == "keurmerk.example"
    for bad in ("", "a b", "x>y", "a/b", "-a.example", "a\n.example"):
        with pytest.raises(ValueError, match="not a domain name"):
            domain_name(bad)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"host": ""}, "no such server"),
        ({"port": 0}, "no such server"),
        ({"tls": SmtpTls.NONE, "host": "mail.example"}, "for this machine only"),
        ({"organisation": " "}, "needs a name"),
        ({"username": "x"}, "go together"),
        ({"timeout_s": 0.0}, "more than 0"),
        ({"sender": "x"}, "not a mail address"),
        ({"sender": ""}, "not a mail address"),
        ({"reply_to": "x\r\ny@z.example"}, "not a mail address"),
        ({"domain": "x y"}, "not a domain name"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        email_settings(**changes)


def test_the_password_is_not_in_what_settings_look_like() -> None:
    assert "geheim" not in repr(email_settings(username="u", password="geheim"))


def test_an_unusable_ca_file_is_named(tmp_path: object) -> None:
    with pytest.raises(ValueError, match=r"ca_file .*none\.pem"):
        EmailChannel(email_settings(ca_file=f"{tmp_path}/none.pem"), FixedClock())


@settings(max_examples=200)
@given(length=st.integers(1, 160), word=st.integers(1, 90))
def test_a_subject_begins_on_its_own_line_and_comes_back_as_it_was(length: int, word: int) -> None:
    subject = " ".join(["[KW-2026-000008]", *(("x" * word + " ") * 90).split()])[:length].strip()
    envelope = Envelope(
        "a@a.example", "b@b.example", "O", "a.example", "m" * 32, None, "", "", "de", NOW
    )
    raw = compose(envelope, subject, "text", "<p>text</p>")
    message = message_from_bytes(raw, policy=policy.default)
    assert str(message["Subject"]) == subject
    line = next(line for line in raw.split(b"\r\n") if line.startswith(b"Subject:"))
    assert line.removeprefix(b"Subject:").strip()
