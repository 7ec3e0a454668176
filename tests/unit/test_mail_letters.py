from __future__ import annotations

import re
import string
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import bootstrap
from monitor.adapters.channels.context import REQUIRED, read_context
from monitor.adapters.channels.letter import LANGUAGES, write_letter
from monitor.adapters.channels.render import render
from monitor.adapters.channels.words import FIELDS, FOR_MEMBERS, TemplateName, Text, Words
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import load_labels
from monitor.services.messages import said_of
from tests.unit.mail_kit import ORGANISATION, a_context, an_alert

EVERY_TEXT = [(name.value, language) for name in TemplateName for language in LANGUAGES]
CASE_TEMPLATES = ["notice", "worse", "reminder", "postponed", "overdue", "silence", "review"]


def mail(template: str, language: str, **changes: object) -> tuple[str, str, str]:
    letter = write_letter(an_alert(template, language, context=a_context(**changes)), ORGANISATION)
    return letter.subject, *render(letter)


class _Visible(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)
        self.text = " ".join(" ".join(self.parts).split())

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.extend(str(value) for name, value in attrs if name == "href")


def flat(plain: str) -> str:
    return " ".join(plain.split())


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
def test_every_text_renders_in_every_language_and_says_the_same_in_both_parts(
    template: str, language: str
) -> None:
    subject, plain, html = mail(template, language)
    text = LANGUAGES[language].texts[TemplateName(template)]
    page = _Visible(html)
    values = dict.fromkeys(FIELDS, "")
    title = text.title.format_map(values)
    assert subject
    for part in (flat(plain), page.text):
        assert title in part
        assert ORGANISATION in part
        assert not re.search(r"\{\w*\}|\{\{|None", part)
    assert f'lang="{language}"' in html
    assert all(line.isprintable() for line in plain.split("\n"))
    assert max(map(len, plain.split("\n"))) <= 100


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", CASE_TEMPLATES)
def test_a_case_message_says_what_where_which_clause_by_when_and_how(
    template: str, language: str
) -> None:
    subject, plain, html = mail(template, language)
    words = LANGUAGES[language]
    assert subject.startswith("[KW-2026-000412] shop.example")
    for part in (flat(plain), _Visible(html).text):
        for fact in (
            "shop.example",
            "Thuiswinkel Zakelijk",
            "tz-12.7b",
            "STATEMENT-OF-THE-CONDITION",
            "Veiligheidscriteria 7 b (framework 2017-01-01)",
            "MESSAGE-OF-THE-LABEL-FILE",
            "EXCERPT-OF-THE-PAGE",
            "https://shop.example/contact",
            "ab" * 32,
            "14:10",  # 13:10 UTC on the clock of Amsterdam
            "Amsterdam",
            words.disclaimer,
        ):
            assert fact in part


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_tells_the_term_the_way_out_and_what_happens_otherwise(language: str) -> None:
    words = LANGUAGES[language]
    _, plain, _ = mail("notice", language, due_at=None)
    assert words.by_days.format(days=14) in flat(plain)
    assert words.more_time in flat(plain)
    otherwise = words.texts[TemplateName.NOTICE].after[-1]
    assert otherwise.format(organisation=ORGANISATION) in flat(plain)


def test_the_words_for_the_term_follow_what_is_known() -> None:
    words = LANGUAGES["en"]
    _, plain, _ = mail("notice", "en", due_at=None, term_days=1)
    assert words.by_day in flat(plain)
    _, plain, _ = mail("notice", "en", due_at=None, term_days=None, postponements_left=0)
    assert words.by_soon in flat(plain)
    assert "postponement" not in plain
    _, plain, _ = mail("notice", "en", postponements_left=2)
    assert words.more_times.format(left=2) in flat(plain)
    _, plain, _ = mail("reminder", "en", due_at="2026-12-05T13:10:00Z", country="BE")
    assert "no later than Saturday, 5 December 2026 at 14:10 (time in Brussels)" in flat(plain)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("nl", "zaterdag 5 december 2026 om 14:10 uur (tijd in Brussel)"),
        ("fr", "samedi 5 décembre 2026 à 14:10 (heure locale, Bruxelles)"),
        ("de", "Samstag, 5. Dezember 2026 um 14:10 Uhr (Zeit in Brüssel)"),
    ],
)
def test_dates_are_written_as_people_write_them_with_their_zone(language: str, day: str) -> None:
    assert day in flat(mail("reminder", language, country="BE")[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_subject_is_the_same_for_every_step_of_a_case(language: str) -> None:
    steps = ["notice", "worse", "reminder", "postponed", "overdue", "closing"]
    assert len({mail(step, language)[0] for step in steps}) == 1
    unknown = {mail(step, language)[0] for step in ("ticket", "tell_member", "seen_again")}
    assert len(unknown) == 1


@pytest.mark.parametrize("template", sorted(FOR_MEMBERS))
def test_a_member_never_reads_the_summary_for_staff(template: str) -> None:
    _, plain, html = mail(template, "en")
    assert "SUMMARY-FOR-STAFF" not in plain + html


@pytest.mark.parametrize("template", ["silence", "review", "ops"])
def test_staff_read_the_summary(template: str) -> None:
    assert "SUMMARY-FOR-STAFF" in mail(template, "en")[1]


def test_a_silence_message_says_which_step_it_is_about() -> None:
    texts = set()
    for step in ("staff-silence", "staff-notice", "staff-overdue", "staff-overdue-1"):
        letter = write_letter(an_alert("silence", "en", step=step), ORGANISATION)
        texts.add(letter.title)
    assert len(texts) == 3


ENDS = [
    ("closing", "closing", "good"),
    ("silence", "staff-closing", "good"),
    ("waived", "waived", "calm"),
    ("silence", "staff-waived", "calm"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("template", "step", "tone"), ENDS)
def test_the_end_of_a_case_speaks_of_what_was_and_asks_for_nothing(
    template: str, step: str, tone: str, language: str
) -> None:
    words = LANGUAGES[language]
    letter = write_letter(an_alert(template, language, step=step), ORGANISATION)
    assert (letter.tone, letter.message_title) == (tone, words.was_title)
    assert (letter.title == words.texts[TemplateName.WAIVED].title) is step.endswith("waived")
    plain, html = render(letter)
    when = words.was_seen.partition("{")[0].strip()
    for part in (flat(plain), _Visible(html).text):
        places = [part.index(text) for text in
                  (words.was_title, when, "MESSAGE-OF-THE-LABEL-FILE", "STATEMENT-OF-THE-CONDITION",
                   words.was_evidence, "EXCERPT-OF-THE-PAGE")]  # fmt: skip
        assert places == sorted(places)
        assert words.evidence not in part
        assert words.facts.due not in part
        assert words.by_soon not in part
    letter = write_letter(
        an_alert(template, language, step=step, context=a_context(message="")), ORGANISATION
    )
    assert letter.message == ()


def test_a_case_that_runs_speaks_of_now() -> None:
    letter = write_letter(an_alert("notice", "en"), ORGANISATION)
    assert (letter.message_title, letter.evidence_title) == ("", LANGUAGES["en"].evidence)


# Words that ask the reader to do something, in what label files tell members.
_ASKS = re.compile(
    r"\b(please|install|switch|remove|renew|add|put|mend|restore|obtain|let us)\b"
    r"|\b(vernieuw|installeer|zet|verwijder|plaats|herstel|vraag|toon|voeg|noem|laat)\b"
    r"|\b(veuillez|\w{3,}ez(?<!\bchez)(?<!\bassez))\b"
    r"|\bbitte\b|(?:^|[.!?;] )\w+en sie\b",
    re.IGNORECASE,
)
# What only looks like it: Dutch "te laat", and what the reader does or does not do in French.
_TELLS = re.compile(r"\bte laat\b|\bvous (?:ne |n['’])?(?!devez|veuillez)\w+ez\b", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sentence_of_every_shipped_message_asks_for_nothing(language: str) -> None:
    labels = load_labels(bootstrap.data_folder() / "labels", JUDGES)
    conditions = [one for label in labels for one in label.conditions]
    asked = 0
    for label in labels:
        for one in label.conditions:
            for outcome in ("", *one.findings):
                first = said_of(label, one, outcome, {}, language, seen_only=True)
                whole = said_of(label, one, outcome, {}, language)
                assert not _ASKS.search(_TELLS.sub("", first)), (one.condition_id, outcome, first)
                asked += bool(_ASKS.search(whole))
    assert asked > len(conditions)


def test_reasons_count_and_since_reach_staff() -> None:
    _, plain, _ = mail("ticket", "en")
    assert "tz-3.1a: the start page answered 403" in flat(plain)
    assert "(23 looks in a row)" in flat(plain)
    assert "14 November 2026 at 08:00 (time in Amsterdam)" in flat(plain)
    _, plain, _ = mail("valve", "en")
    assert "23 sites turned to not met" in flat(plain)


def test_an_unknown_language_gets_english() -> None:
    assert write_letter(an_alert("notice", "pl"), ORGANISATION).language == "en"


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=y> http://evil.example/ \r\nBcc: a@evil.example"
)


@pytest.mark.parametrize("template", list(TemplateName))
def test_hostile_text_is_shown_as_text_and_links_nowhere(template: TemplateName) -> None:
    context = a_context(
        member_name=HOSTILE,
        contact_name=HOSTILE,
        statement=HOSTILE,
        message=HOSTILE,
        summary=HOSTILE,
        clause=HOSTILE,
        labels=[HOSTILE],
        reasons=[HOSTILE],
        severity=HOSTILE,
        condition_id=HOSTILE,
        site_url="javascript:alert(1)",
        evidence=[
            {
                "source_url": "https://evil.example/",
                "seen_at": "2026-11-21T08:40:00Z",
                "excerpt": HOSTILE,
                "sha256": HOSTILE,
            }
        ],
    )
    letter = write_letter(an_alert(template.value, "en", context=context), ORGANISATION)
    plain, html = render(letter)
    page = _Visible(html)
    assert page.tags.isdisjoint({"script", "img"})
    assert not any(name.startswith("on") or name == "src" for name in page.attributes)
    assert page.links == []
    assert "evil.example" not in plain + html + letter.subject
    assert "\n" not in letter.subject
    assert "\r" not in plain


def test_a_letter_links_to_the_own_site_only_and_loads_nothing() -> None:
    page = _Visible(mail("notice", "nl")[2])
    assert set(page.links) == {"https://shop.example/", "https://shop.example/contact"}
    assert page.tags.isdisjoint({"img", "link", "script", "iframe", "form"})


def test_a_host_that_is_none_makes_no_address_own() -> None:
    context = a_context(host="x", site_url="https://evil.example/")
    assert _Visible(mail("notice", "nl", **context)[2]).links == []
    context = a_context(host="evil.example/ hi", site_url="https://evil.example/", evidence=[])
    assert _Visible(mail("notice", "nl", **context)[2]).links == []


@pytest.mark.parametrize("name", list(TemplateName))
def test_a_missing_key_is_an_error_that_names_it(name: TemplateName) -> None:
    for key in REQUIRED[name]:
        context = a_context()
        del context[key]
        with pytest.raises(ValueError, match=rf"{name.value}: no {key} in the context"):
            write_letter(an_alert(name.value, context=context), ORGANISATION)


@pytest.mark.parametrize("name", list(TemplateName))
def test_the_required_keys_alone_are_enough(name: TemplateName) -> None:
    context = {key: value for key, value in a_context().items() if key in REQUIRED[name]}
    for language in LANGUAGES:
        letter = write_letter(an_alert(name.value, language, context=context), ORGANISATION)
        assert all(render(letter))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"labels": "x"}, "labels"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"seen_at": "2026-11-21T08:40:00"}, "seen_at"),
        ({"seen_at": None}, "seen_at"),
        ({"reminder_number": "1"}, "reminder_number"),
        ({"evidence": [{"source_url": "x"}]}, "evidence"),
    ],
)
def test_a_value_of_another_type_is_an_error_that_names_its_key(
    changes: dict[str, object], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        read_context("reminder", a_context(**changes))


def test_an_unknown_template_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown template 'spam'; known: notice, worse"):
        read_context("spam", {})


def _strings(thing: object) -> list[str]:
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, tuple):
        return [text for part in thing for text in _strings(part)]
    if isinstance(thing, dict):
        return [text for part in thing.values() for text in _strings(part)]
    if is_dataclass(thing):
        return [text for f in fields(thing) for text in _strings(getattr(thing, f.name))]
    raise TypeError(type(thing))


def _placeholders(thing: object) -> list[str]:
    found = (string.Formatter().parse(text) for text in _strings(thing))
    return sorted(name for parts in found for _, name, _, _ in parts if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_are_complete_and_say_the_same(language: str) -> None:
    words, english = LANGUAGES[language], LANGUAGES["en"]
    assert set(words.texts) == set(TemplateName)
    assert set(words.severities) == {"info", "low", "medium", "high", "critical"}
    assert words.language == language
    assert all(text.strip() for text in _strings(words))
    for name in TemplateName:
        ours, theirs = words.texts[name], english.texts[name]
        assert set(_placeholders(ours)) == set(_placeholders(theirs)), name
        assert set(_placeholders(ours)) <= FIELDS
        assert (len(ours.before), len(ours.after)) == (len(theirs.before), len(theirs.after))
    for f in fields(Words):
        ours, theirs = getattr(words, f.name), getattr(english, f.name)
        if isinstance(ours, (str, Text)):
            assert set(_placeholders(ours)) == set(_placeholders(theirs)), f.name


def test_no_text_of_one_language_is_left_in_another() -> None:
    seen: dict[str, str] = {}
    for language, words in LANGUAGES.items():
        for name, text in words.texts.items():
            for line in _strings(text):
                if line not in ("{deadline}", "{more_time}", "{summary}"):
                    assert seen.setdefault(line, language) == language, name


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(EVERY_TEXT),
    st.dictionaries(
        st.sampled_from(
            [
                "member_name",
                "contact_name",
                "message",
                "statement",
                "clause",
                "site_url",
                "host",
                "summary",
                "condition_id",
                "case_id",
            ]
        ),
        st.text(max_size=80),
    ),
)
def test_no_text_whatever_breaks_a_letter(text: tuple[str, str], changes: dict[str, str]) -> None:
    letter = write_letter(
        an_alert(*text, context=a_context(**changes)),
        ORGANISATION,
    )
    plain, html = render(letter)
    assert letter.subject.isprintable()
    assert all(line.isprintable() for line in plain.split("\n"))
    assert _Visible(html).tags.isdisjoint({"script", "img"})
