"""The organisation's own complaint form, looked at once for all members."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.policy.judge import Seen
from scanners.api import ScanOutcome
from scanners.content.evidence import PageFacts
from tests.unit.content_kit import EMPTY, crawled, document, exchange, facts, judge, seen_of

FIELDS = '<form method=post action="/k"><input name=email><textarea name=klacht></textarea></form>'


def form(body: str) -> Seen:
    """The page of the form, as the only profile page of a site."""
    return seen_of((facts(document(body), "/klachten", "profile", "start"),))


@pytest.mark.parametrize("title", ["Klacht", "Plainte", "Complaint", "Beschwerde"])
def test_a_page_with_a_form_answers(title: str) -> None:
    assert judge("form_answers", form(f"<h1>{title}</h1>{FIELDS}")).outcome == "answers"


def test_a_page_without_a_form_is_for_a_reviewer() -> None:
    search = '<form role="search"><input name="q" type="search"></form>'
    assert judge("form_answers", form(f"<h1>Klacht</h1>{search}")).outcome == "no_form"


@pytest.mark.parametrize("status", [404, 410, 500])
def test_a_page_that_is_not_there_is_gone(status: int) -> None:
    page = crawled(exchange(document("Weg."), "/klachten", status=status), "profile", "start")
    broken = replace(facts(document(""), "/klachten", "profile"), problem=page.problem)
    seen = seen_of((broken,), gaps={"start": page.problem}, outcome=ScanOutcome.PARTIAL)
    assert judge("form_answers", seen).outcome == "gone"


def test_what_did_not_answer_is_not_known() -> None:
    assert judge("form_answers", EMPTY).outcome == "incomplete"
    walled: PageFacts = replace(facts(document(""), "/k", "profile"), problem="bot_wall")
    assert judge("form_answers", seen_of((walled,))).outcome == "incomplete"
    assert judge("form_answers", seen_of(())).outcome == "incomplete"
