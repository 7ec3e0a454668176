"""Documents, duties and procedures on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_kit import Office, Result, office

SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: STANDING}
  contacts: [{email: a@een.example, name: Anna, language: nl}]
"""
LABEL = ("--label", "thuiswinkel-zakelijk")


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def add(desk: Office, standing: str = "certified", name: str = "een") -> None:
    text = SITE.replace("STANDING", standing).replace("een.example", f"{name}.example")
    assert desk.run("sites", "add", str(desk.file("site.yaml", text))).code == 0


def ok(result: Result) -> Result:
    assert result.code == 0, result.err
    return result


def opened(desk: Office, *words: str) -> str:
    made = ok(desk.run("procedure", *words, "--json")).document
    assert made["schema"] == "keurwacht/procedure@1"
    return str(made["procedure"])


def test_an_application_goes_its_way_by_what_people_record(desk: Office) -> None:
    add(desk, "applicant")
    one = opened(desk, "open", "application", "een.example", *LABEL)
    listed = ok(desk.run("procedure", "list", "--json")).document["procedures"]
    assert isinstance(listed, list)
    assert [(p["procedure"], p["state"]) for p in listed] == [(one, "received")]
    ok(desk.run("procedure", "record", one, "documents_complete", "--by", "Anna"))
    ok(desk.run("procedure", "record", one, "questionnaire_back"))
    refused = desk.run("procedure", "record", one, "accountant_positive")
    assert (refused.code, refused.problems) == (
        2, ["'accountant_positive' is for the role accountant, not for staff"]
    )  # fmt: skip
    ok(desk.run("procedure", "record", one, "accountant_positive", "--role", "accountant"))
    ok(desk.run("procedure", "record", one, "audited", "--role", "auditor"))
    ok(desk.run("procedure", "record", one, "advised", "--role", "auditor", "--set",
                "advice=positive"))  # fmt: skip
    done = ok(desk.run("procedure", "record", one, "decided_positive"))
    assert done.problems[-1].endswith("application of een.example is decided_positive")
    shown = ok(desk.run("procedure", "show", one, "--json")).document
    history = shown["history"]
    assert isinstance(history, list)
    assert [step["event"] for step in history] == [
        "opened", "documents_complete", "questionnaire_sent", "questionnaire_back",
        "accountant_positive", "audited", "advised", "decided_positive",
    ]  # fmt: skip
    assert (shown["active"], shown["possible"]) == (False, [])
    assert one in ok(desk.run("procedure", "list", "--all")).out
    assert one not in ok(desk.run("procedure", "list", "een.example")).out
    assert "questionnaire_sent" in ok(desk.run("procedure", "show", one)).out
    assert "certified" in ok(desk.run("sites", "show", "een.example")).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("open", "application", "een.example"), "application: give --label"),
        (("open", "owner_change", "een.example", *LABEL), "about every label"),
        (("open", "audit", "nobody", *LABEL), "no site 'nobody'"),
        (("open", "party", "een.example"), "'application', 'recertification', 'audit'"),
        (("open", "application", "een.example", "--label", "gold"), "known: becommerce-"),
        (("open", "application", "een.example", *LABEL), "is certified for thuiswinkel-zakelijk"),
        (("open", "audit", "een.example", *LABEL, "--set", "x"), "--set 'x' is not NAME=VALUE"),
        (("open", "audit", "een.example", *LABEL, "--by", " "), "--by must be a name"),
        (("show", "KP-1"), "no procedure 'KP-1'"),
        (("record", "KP-1", "ask"), "no procedure 'KP-1'"),
        (("list", "--kind", "x"), "'application', 'recertification', 'audit'"),
        (("end", "een.example"), "say when: paid_until"),
        (("end", "een.example", "--on", "2020-01-01"), "is past"),
        (("end", "een.example", "--on", "soon"), "'soon'"),
        (("add-shop", "x.example", "--account", "m", *LABEL, "--number", "1"), "no member 'm'"),
        (("add-shop", "ftp://x", "--account", "m", *LABEL, "--number", "1"), "is not an http"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(
    desk: Office, words: tuple[str, ...], said: str
) -> None:
    add(desk)
    result = desk.run("procedure", *words)
    assert (result.code, len(result.problems)) == (2, 1)
    assert said in result.problems[0]
    assert ok(desk.run("procedure", "list", "--all", "--json")).document["procedures"] == []


def test_a_shop_is_ended_by_itself_and_another_added_to_the_account(desk: Office) -> None:
    add(desk)
    one = opened(desk, "end", "een.example", "--paid-until", "2099-12-31")
    ok(desk.run("procedure", "record", one, "revoked"))
    refused = desk.run("procedure", "add-shop", "twee.example", "--account", "kvk-30198121",
                       *LABEL, "--number", "30198122")  # fmt: skip
    assert refused.code == 2
    assert "another company needs an account of its own" in refused.err
    two = opened(desk, "add-shop", "twee.example", "--account", "kvk-30198121", *LABEL,
                 "--number", "3019.81.21")  # fmt: skip
    assert two != one
    assert "applicant" in ok(desk.run("sites", "show", "twee.example")).out


def test_a_document_is_for_its_role_and_hides_from_the_others(desk: Office) -> None:
    add(desk)
    words = ("attest", "een.example", "tz-1.1", "--by", "F. Bos")
    wrong = desk.run(*words, "--until", "2099-12-31", "--role", "auditor")
    assert (wrong.code, wrong.problems) == (2, ["tz-1.1 is decided by finance, not by auditor"])
    handed = ok(desk.run(*words, "--state", "under_review"))
    assert "handed in" in handed.problems[0]
    ok(desk.run(*words, "--until", "2099-12-31", "--role", "finance", "--note", "solvent"))
    shown = ok(desk.run("attestations", "show", "een.example", "tz-1.1", "--json")).document
    assert (shown["state"], shown["hidden"], shown["until"], shown["history"]) == (
        "on_file", True, None, []
    )  # fmt: skip
    looking = ("attestations", "show", "een.example", "tz-1.1", "--role", "finance")
    seen = ok(desk.run(*looking, "--json")).document
    assert (seen["state"], seen["until"], seen["note"]) == ("accepted", "2099-12-31", "solvent")
    assert isinstance(seen["history"], list)
    assert [one["state"] for one in seen["history"]] == ["accepted", "under_review"]
    assert "solvent" in ok(desk.run(*looking)).out
    plain = ok(desk.run("attestations", "show", "een.example", "tz-1.1")).out
    assert not {"solvent", "2099", "F. Bos"} & set(plain.replace(",", " ").split())
    rejected = ok(desk.run(*words, "--state", "rejected"))
    assert "rejected" in rejected.problems[0]


def test_documents_on_file_are_listed(desk: Office) -> None:
    add(desk)
    listed = ok(desk.run("attestations", "list", "--json")).document["attestations"]
    assert isinstance(listed, list)
    assert {one["condition"]: one["state"] for one in listed}["tz-1.1"] == "missing"
    assert "tz-1.1" in ok(desk.run("attestations", "list", "een.example")).out
    only = ok(desk.run("attestations", "list", "--state", "accepted", "--json")).document
    assert only["attestations"] == []
    assert "missing, on_file" in desk.run("attestations", "list", "--state", "x").err
    assert "not an attested condition of een.example; it has " in desk.run(
        "attestations", "show", "een.example", "tz-9").err  # fmt: skip
    old = desk.run("attest", "een.example", "tz-1.1", "--by", "A", "--until", "2099-01-01",
                   "--dated", "2020-01-01")  # fmt: skip
    assert (old.code, "may not be older than 365 days" in old.err) == (2, True)
    assert "--note" in desk.run("attest", "een.example", "tz-1.1", "--by", "A", "--until",
                                "2099-01-01", "--note", "\x1b").err  # fmt: skip


def test_a_missed_duty_is_exit_4_and_one_in_order_0(desk: Office) -> None:
    add(desk)
    shown = desk.run("obligations", "list", "--json")
    assert shown.code == 0
    duties = shown.document["obligations"]
    assert isinstance(duties, list)
    assert {(one["obligation"], one["state"]) for one in duties} >= {("tz-12.7a-cadence", "ok")}
    late = SITE.replace("STANDING", "{standing: certified, since: 2020-01-01}")
    ok(desk.run("sites", "add", str(desk.file("site.yaml", late))))
    missed = desk.run("obligations", "list", "--state", "overdue", *LABEL)
    assert (missed.code, "tz-12.7a-cadence" in missed.out) == (4, True)
    assert desk.run("obligations", "list", "--state", "ok").code == 0
    assert "known: becommerce-" in desk.run("obligations", "list", "--label", "gold").err
