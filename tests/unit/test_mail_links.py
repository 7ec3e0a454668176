"""Links in members' mail: there when they are set up, and then no reply is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.adapters.channels.email import EmailChannel, EmailSettings
from monitor.adapters.channels.letter import LANGUAGES, write_letter
from monitor.adapters.channels.render import render
from monitor.adapters.links.words import LINK_WORDS
from monitor.domain.action import Action
from monitor.domain.alert import Audience
from monitor.services.link_tokens import LinkSigner
from tests.unit.mail_kit import ORGANISATION, FixedClock, a_context, an_alert, outgoing

BASE = "https://links.example"
SIGNER = LinkSigner(BASE, (b"k" * 32,), timedelta(days=45))
BREACH = ["look_again", "more_time"]


def parts(template: str, language: str, *actions: str, linked: bool = True) -> tuple[str, str]:
    alert = an_alert(template, language, context=a_context(actions=list(actions)))
    link = (lambda action: f"{BASE}/a/{action.value}") if linked else None
    return render(write_letter(alert, ORGANISATION, (), link))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["notice", "reminder", "overdue"])
def test_a_breach_mail_has_a_link_for_each_action_in_both_parts(
    template: str, language: str
) -> None:
    plain, html = parts(template, language, *BREACH)
    words = LINK_WORDS[language]
    for action in (Action.LOOK_AGAIN, Action.MORE_TIME):
        assert f"  {BASE}/a/{action.value}\n" in plain
        assert f'href="{BASE}/a/{action.value}"' in html
        assert words.buttons[action] in " ".join(plain.split())
    flat = " ".join(plain.split())
    assert words.caution in flat
    assert words.more_time in flat
    assert LANGUAGES[language].more_time not in flat


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_links_the_mail_asks_for_a_reply_as_before(language: str) -> None:
    plain, html = parts("notice", language, *BREACH, linked=False)
    assert "/a/" not in plain + html
    assert LANGUAGES[language].more_time in " ".join(plain.split())
    assert LINK_WORDS[language].caution not in " ".join(plain.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_call_says_its_choices_by_links_and_still_when_it_ends(language: str) -> None:
    linked, _ = parts("last_call", language, "reinspect", "postpone", "cancel")
    replied, _ = parts("last_call", language, "reinspect", "postpone", "cancel", linked=False)
    assert linked.count(f"{BASE}/a/") == 3
    silence = " ".join(LANGUAGES[language].texts["last_call"].after[1].split())  # type: ignore[index]
    for text in (linked, replied):
        assert silence in " ".join(text.split())


def test_several_postponements_are_named_with_the_link() -> None:
    context = a_context(actions=BREACH, postponements_left=2)
    letter = write_letter(an_alert(context=context), ORGANISATION, (), lambda _: BASE)
    assert LINK_WORDS["nl"].more_times.format(left=2) in letter.after


def channel(links: LinkSigner | None) -> EmailChannel:
    settings = EmailSettings("localhost", "mark@office.example", "office.example", ORGANISATION)
    return EmailChannel(settings, FixedClock(), links)


def test_the_channel_signs_the_links_of_members_and_of_nobody_else() -> None:
    alert = an_alert(context=a_context(actions=BREACH))
    _, mail = channel(SIGNER).compose(outgoing(alert))
    assert b"https://links.example/a/" in mail.replace(b"=\r\n", b"")
    for other, links in ((alert, None), (replace(alert, audience=Audience.STAFF), SIGNER)):
        _, mail = channel(links).compose(outgoing(other))
        assert b"/a/" not in mail.replace(b"=\r\n", b"")
