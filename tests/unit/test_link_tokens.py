"""Signed links: only ours are believed, and only until their day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.action import Action, ActionLink, origin_mark
from monitor.services.link_tokens import LinkError, LinkSigner, Refusal
from tests.unit.mail_kit import NOW, an_alert

KEY, OTHER = b"k" * 32, b"o" * 32
SIGNER = LinkSigner("https://links.example/mark/", (KEY,), timedelta(days=45))
LINK = ActionLink(
    Action.MORE_TIME, "KW-2026-000412", "0" * 12, "1" * 16, "nl",
    datetime(2027, 1, 5, 8, 42, 7, tzinfo=UTC),
)  # fmt: skip
LINKS = st.builds(
    ActionLink,
    action=st.sampled_from(Action),
    thread=st.from_regex(r"K[WP]-20[0-9]{2}-[0-9]{6}", fullmatch=True),
    origin=st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    mail=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    language=st.sampled_from(("nl", "fr", "en", "de")),
    expires_at=st.integers(1, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
)


def refusal(token: str, signer: LinkSigner = SIGNER, now: datetime = NOW) -> LinkError:
    with pytest.raises(LinkError) as refused:
        signer.read(token, now)
    return refused.value


@given(LINKS)
def test_a_link_comes_back_as_it_was_signed(link: ActionLink) -> None:
    assert SIGNER.read(SIGNER.token(link), link.expires_at - timedelta(seconds=1)) == link


@given(st.data())
def test_a_token_with_one_other_character_is_forged(data: st.DataObject) -> None:
    token = SIGNER.token(LINK)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    assert refusal(token[:place] + other + token[place + 1 :]).why is Refusal.FORGED


@given(st.text(max_size=500))
def test_what_is_no_token_is_forged_and_nothing_worse(text: str) -> None:
    assert refusal(text).why is Refusal.FORGED


def test_a_link_is_good_until_its_second_and_not_in_it() -> None:
    token = SIGNER.token(LINK)
    expired = refusal(token, now=LINK.expires_at)
    assert (expired.why, expired.language) == (Refusal.EXPIRED, "nl")
    assert SIGNER.read(token, LINK.expires_at - timedelta(microseconds=1)) == LINK


def test_the_key_before_is_still_believed_and_signs_nothing() -> None:
    rotated = replace(SIGNER, keys=(OTHER, KEY))
    assert rotated.read(SIGNER.token(LINK), NOW) == LINK
    assert refusal(rotated.token(LINK)).why is Refusal.FORGED


def test_what_the_key_signs_of_another_purpose_or_version_is_no_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.services.link_tokens.PURPOSE", b"keurwacht.bounce.1\0")
    foreign = SIGNER.token(LINK)
    monkeypatch.undo()
    assert refusal(foreign).why is Refusal.FORGED


def test_a_signed_payload_that_this_version_does_not_know_is_forged() -> None:
    from monitor.services import link_tokens  # noqa: PLC0415 - its parts are looked at

    for payload in (b"shut_down|KW-2026-000412|000000000000|1111111111111111|nl|1800000000",
                    b"more_time", b"\xff"):  # fmt: skip
        mac = link_tokens._mac(KEY, payload)
        token = f"{link_tokens._encoded(payload)}.{link_tokens._encoded(mac)}"
        assert refusal(token).why is Refusal.FORGED


def test_the_address_of_a_mail_names_its_case_and_mail_and_shows_no_key() -> None:
    alert = replace(an_alert("reminder", "de"), origin="2026-11-01T08:00:00+00:00")
    url = SIGNER.url(Action.LOOK_AGAIN, alert, NOW)
    head, _, token = url.rpartition("/a/")
    assert head == "https://links.example/mark"
    assert SIGNER.read(token, NOW) == ActionLink(
        Action.LOOK_AGAIN, "KW-2026-000412", origin_mark(alert.origin), alert.alert_id[:16], "de",
        NOW + timedelta(days=45),
    )  # fmt: skip
    assert len(url) < 250
    assert "kkkk" not in repr(SIGNER)


def test_a_link_that_could_not_be_read_back_is_not_made() -> None:
    with pytest.raises(ValueError, match="no link can be made"):
        SIGNER.token(replace(LINK, thread="digest:m1|x"))


def test_a_link_has_one_spelling_and_what_is_no_base64url_is_forged() -> None:
    mac = SIGNER.token(LINK).partition(".")[2]
    # One character encodes no byte; of "AB" the last four bits are spare and not nought.
    for payload in ("A", "AB"):
        assert refusal(f"{payload}.{mac}").why is Refusal.FORGED
