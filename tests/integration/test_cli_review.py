"""``review`` and ``waiver`` as staff use them, on a shop whose pages are judged for real."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import bootstrap
from monitor.cli import Context
from monitor.commands.common import application_of, open_store, settings_of
from monitor.services.tx import Tx
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from tests.integration.cli_kit import Office, office
from tests.unit.content_kit import HOST, document, seen_of

SITE = f"""\
url: {HOST}
member:
  legal_name: Voorbeeld Handel B.V.
  kvk: "30198127"
  labels: {{thuiswinkel-zakelijk: certified}}
"""
LABEL, CONDITION = "thuiswinkel-zakelijk", "tz-3.1c"
HOSTILE = "\x1b[31mZie\u202e"
TODAY = datetime.now(UTC).date()
LATER = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("shop.yaml", SITE))).code == 0
    return made


def look(desk: Office, text: str) -> None:
    """The daemon's road for one crawl of a start page with ``text``."""
    settings = settings_of(Context(config=desk.config))
    application = application_of(settings)
    now = bootstrap.system_clock().now()
    main = f"<h1>Winkel</h1><p>{'Wij verkopen stoelen en tafels. ' * 40}</p><p>{text}</p>"
    view = seen_of({"start": document(main), "contact": document(main)}).scans[ScanKind.CONTENT]
    seen = tuple(Evidence(e.facts, e.source_url, now, e.excerpt) for e in view.evidence)
    result = ScanResult(ScanKind.CONTENT, ScanOutcome.COMPLETE, seen, now, 0.1, 2, {})

    def work(tx: Tx) -> None:
        tx.request(HOST, frozenset({ScanKind.CONTENT}), now, "test")
        jobs = tx.claim(now, 50, timedelta(minutes=1), "test", 50, 9)
        job = next(job for job in jobs if job.kind is ScanKind.CONTENT)
        application.apply_scan(tx, job, result, now)
        for other in jobs:
            if other is not job:
                tx.give_back(other, now, count_attempt=False)

    with open_store(settings) as store:
        store.transact(work)


def row_of(rows: Sequence[Any]) -> Any:
    (row,) = [row for row in rows if row["condition"] == CONDITION]
    return row


def standing(desk: Office) -> Any:
    label = json.loads(desk.run("status", HOST, "--json").out)["labels"][0]
    return next(row for row in label["conditions"] if row["id"] == CONDITION)


def listed(desk: Office, *words: str) -> Any:
    done = desk.run("review", "list", "--json", *words)
    assert done.code == 0, done.err
    return json.loads(done.out)["waiting"]


def test_a_suspicion_is_listed_shown_and_decided_at_once(desk: Office) -> None:
    look(desk, f"Ons nummer is 30198127 {HOSTILE}")
    row = row_of(listed(desk, "--condition", CONDITION, "--site", HOST, "--label", LABEL))
    assert (row["site"], row["outcome"], row["candidate"]) == (HOST, "found_unlabelled", True)
    assert row["age_seconds"] >= 0
    table = desk.run("review", "list")
    assert CONDITION in table.out
    assert "\x1b" not in table.out

    shown = desk.run("review", "show", HOST, CONDITION)
    assert shown.code == 0, shown.err
    assert "KvK" in shown.out
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
    document = desk.run("review", "show", HOST, CONDITION, "--json").document
    assert document["schema"] == "keurwacht/review@1"
    assert document["trace"] == {
        "document": "toetsingskader-thuiswinkel-zakelijk", "section": "Contactgegevens",
        "item": "1", "part": "c", "framework": "2017-01-01",
    }  # fmt: skip
    fragment = str(document["fragment"])

    words = ("review", "decide", HOST, CONDITION, "--reason", "It is theirs.", "--by", "Rita")
    done = desk.run(*words, "--finding", "met", "--fragment", fragment, "--role", "auditor")
    assert (done.code, done.out) == (0, ""), done.err
    assert "is met until" in done.err
    assert (standing(desk)["finding"], standing(desk)["decided_by"]) == ("met", "auditor")
    assert not [row for row in listed(desk, "--first") if row["condition"] == CONDITION]

    again = desk.run("review", "show", HOST, CONDITION)
    assert "Rita" in again.out
    assert "It is theirs." in again.out
    (decision,) = json.loads(desk.run("review", "show", HOST, CONDITION, "--json").out)["decisions"]
    assert (decision["decision"], decision["role"], decision["by"]) == ("met", "auditor", "Rita")

    look(desk, "Ons nummer is 30198127, al jaren")
    assert standing(desk)["finding"] == "met"
    look(desk, "KvK 12345674")
    stale = desk.run(*words, "--finding", "not_met", "--fragment", fragment)
    assert (stale.code, "changed since you looked" in stale.err) == (2, True)
    assert standing(desk)["decided_by"] == ""


def test_a_confirmed_breach_opens_its_case_at_once(desk: Office) -> None:
    look(desk, "KvK 12345674")
    done = desk.run("review", "decide", HOST, CONDITION, "--finding", "not_met",
                    "--reason", "Another company.")  # fmt: skip
    assert (done.code, done.out) == (0, ""), done.err
    assert "case_moved" in done.err
    (case,) = [
        case
        for case in json.loads(desk.run("cases", "--json").out)["cases"]
        if case["condition"] == CONDITION
    ]
    assert (case["state"], case["waived_at"]) == ("open", None)
    assert standing(desk)["finding"] == "not_met"


def test_a_decision_on_one_number_is_none_on_another(desk: Office) -> None:
    look(desk, "KvK 12345674")
    words = ("review", "decide", HOST, CONDITION, "--reason", "The parent company.")
    assert desk.run(*words, "--finding", "met").code == 0
    look(desk, "KvK 12345674")
    assert standing(desk)["finding"] == "met"
    look(desk, "KvK 12345682")
    assert standing(desk)["finding"] == "inconclusive"
    assert "has changed since" in row_of(listed(desk))["summary"]


def test_an_exception_is_recorded_listed_and_ended(desk: Office) -> None:
    look(desk, "Geen nummer")
    done = desk.run("waiver", "add", HOST, CONDITION, "--reason", "New shop.", "--until", LATER,
                    "--owner", "Olga")  # fmt: skip
    assert (done.code, done.out) == (0, ""), done.err
    assert f"is waived from {TODAY} through {LATER}" in done.err
    row = standing(desk)
    assert row["finding"] == "waived"
    assert f"Waived until {LATER} by Olga (New shop.); without it: not_met." in row["summary"]
    (listed_row,) = json.loads(desk.run("waiver", "list", "--json").out)["waivers"]
    assert (listed_row["owner"], listed_row["in_force"]) == ("Olga", True)
    assert "Olga" in desk.run("waiver", "list", HOST).out
    assert "waiver     until" in desk.run("review", "show", HOST, CONDITION).out

    over = desk.run("waiver", "end", HOST, CONDITION)
    assert (over.code, over.out) == (0, ""), over.err
    assert standing(desk)["finding"] == "inconclusive"
    assert json.loads(desk.run("waiver", "list", "--json").out)["waivers"] == []
    (past,) = json.loads(desk.run("waiver", "list", "--all", "--json").out)["waivers"]
    assert (past["in_force"], bool(past["ended_at"])) == (False, True)


DECIDE = ("review", "decide", HOST, CONDITION, "--finding", "met", "--reason", "R")
ADD = ("waiver", "add", HOST, CONDITION, "--reason", "R")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("review", "list", "--label", "gold"), "unknown label 'gold'; known: becommerce-b2b"),
        (("review", "list", "--site", "nobody"), "no site 'nobody'"),
        (("review", "show", HOST, "tz-0"), "'tz-0' is no condition of"),
        (("review", "show", "nobody", CONDITION), "no site 'nobody'"),
        ((*DECIDE[:4], "--reason", "R"), "Missing option '--finding'"),
        ((*DECIDE[:5], "waived", "--reason", "R"), "'waived' is not one of"),
        ((*DECIDE, "--by", "\x1b"), "--by must be a name"),
        ((*DECIDE, "--until", "2099-01-01"), "a year from now"),
        ((*DECIDE, "--until", "2020-01-01"), "is not between"),
        ((*DECIDE, "--role", "boss"), "'boss' is not one of"),
        ((*DECIDE, "--fragment", "abc"), "at least 8 characters"),
        ((*DECIDE[:5], "not_met", "--reason", "R"), "a breach needs evidence"),
        (ADD, "Missing option '--until'"),
        ((*ADD, "--until", "2099-01-01"), "more than a year after"),
        ((*ADD, "--until", "2020-01-01"), "is past"),
        ((*ADD, "--until", LATER, "--owner", " "), "--owner must be a name"),
        (("waiver", "add", HOST, "tz-0", "--reason", "R", "--until", LATER), "it has drift-1"),
        (("waiver", "end", HOST, CONDITION), "has no exception"),
        (("waiver", "list", "nobody"), "no site 'nobody'"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    desk: Office, words: tuple[str, ...], said: str
) -> None:
    done = desk.run(*words)
    assert done.code == 2
    assert said in done.err
    assert json.loads(desk.run("waiver", "list", "--all", "--json").out)["waivers"] == []


def test_nothing_waits_in_an_office_that_saw_nothing(desk: Office) -> None:
    assert (listed(desk), listed(desk, "--first")) == ([], [])
    assert desk.run("waiver", "list").code == 0
