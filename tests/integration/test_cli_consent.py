"""``consent``, ``killswitch`` and ``scan owasp`` as staff use them."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import cast

import pytest

from tests.integration.cli_kit import PROGRAM, ROOT, Office, office

SITE = """\
url: een.example
site: {hosts: [www.een.example]}
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
PAPER = ("--by", "Olga", "--contact", "+31 20 1", "--reference", "DOC-7", "--until", "2027-06-30")
ACTIVE = ("consent", "add", "een.example", "--level", "active-low", *PAPER)


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    return made


def rows(desk: Office, *words: str, of: str = "consents") -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", desk.run(*words, "--json").document[of])


def test_a_consent_is_recorded_listed_and_withdrawn(desk: Office) -> None:
    window = ("--window", "mon,tue 22:00-04:00", "--zone", "Europe/Brussels")
    made = desk.run(*ACTIVE, "--host", "WWW.een.example", *window)
    assert made.code == 0, made.err
    assert "still to be proven" in made.err
    (row,) = rows(desk, "consent", "list")
    assert (row["site"], row["level"], row["holds"]) == ("een.example", "active-low", True)
    assert row["window"] == "mon,tue 22:00-04:00 Europe/Brussels"
    assert row["hosts"] == ["www.een.example"]
    assert row["control"] == "not proven"
    assert "active-low" in desk.run("consent", "list", "een.example").out
    assert desk.run("consent", "revoke", "een.example").err.startswith("1 withdrawn")
    assert rows(desk, "consent", "list") == []
    (old,) = rows(desk, "consent", "list", "--all")
    assert old["holds"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--window", "25:00-26:00"), "wanted"),
        (("--window", "someday 01:00-02:00"), "wanted"),
        (("--window", "01:00-02:00", "--zone", "Mars/Base"), "no time zone"),
        (("--window", "25:00-"), "wanted"),
        (("--zone", "Europe/Brussels"), "--window"),
        (("--until", "30-06-2027"), "'30-06-2027' is no day such as 2027-06-30"),
        (("--until", "2020-06-30"), "2020-06-30 is past"),
        (("--until", "2027-02-30"), "no day"),
        (("--contact", ""), "whom to call (contact)"),
        (("--host", "bank.example"), "no host of een.example"),
        (("--from", "2027-07-01"), "before"),
    ],
)
def test_what_is_odd_is_refused_in_one_line_and_nothing_is_kept(
    desk: Office, words: tuple[str, ...], said: str
) -> None:
    done = desk.run(*ACTIVE, *words)
    assert (done.code, len(done.problems)) == (2, 1)
    assert said in done.err
    assert rows(desk, "consent", "list", "--all") == []


def test_the_token_is_shown_with_the_three_ways_and_stays(desk: Office) -> None:
    first = desk.run("consent", "token", "een.example", "--json").document
    assert set(first["ways"]) == {"dns", "well_known", "meta"}  # type: ignore[call-overload]
    assert desk.run("consent", "token", "een.example", "--json").document == first
    other = desk.run("consent", "token", "een.example", "--new", "--json").document
    assert other["token"] != first["token"]
    assert str(other["token"]) in desk.run("consent", "token", "een.example").out


def test_to_verify_needs_a_token(desk: Office) -> None:
    done = desk.run("consent", "verify", "een.example")
    assert (done.code, "consent token" in done.err) == (2, True)


def test_check_says_what_stands_against_a_scan(desk: Office) -> None:
    done = desk.run("consent", "check", "een.example")
    assert (done.code, "no consent" in done.err) == (4, True)
    assert desk.run(*ACTIVE).code == 0
    done = desk.run("consent", "check", "een.example")
    assert (done.code, "never proven" in done.err) == (4, True)
    assert desk.run("consent", "check", "een.example", "--level", "passive").code == 0


def test_an_active_scan_without_consent_is_not_ordered(desk: Office) -> None:
    desk.settings('[zap]\nendpoints = ["http://127.0.0.1:9"]\nkeys = "k"\n')
    done = desk.run("scan", "owasp", "een.example", "--profile", "active-low")
    assert (done.code, "no consent" in done.err) == (2, True)
    assert desk.run("scan", "owasp", "een.example").code == 0
    waiting = desk.run("scan", "owasp", "een.example", "--wait", "--timeout", "0.1")
    assert (waiting.code, "keurwacht run" in waiting.err) == (1, True)


def test_the_kill_switch_is_turned_shown_and_needs_a_reason(desk: Office) -> None:
    assert desk.run("killswitch", "on").code == 2
    assert desk.run("killswitch", "on", "--reason", " ").code == 2
    assert desk.run("killswitch", "on", "--member", "nobody", "--reason", "x").code == 2
    assert desk.run("killswitch", "status").err == "nothing is stopped\n"
    assert desk.run("killswitch", "on", "--reason", "storm").err == "on: everybody\n"
    assert desk.run("killswitch", "on", "--reason", "again").err.startswith("was on already")
    (row,) = rows(desk, "killswitch", "status", of="on")
    assert (row["member"], row["reason"]) == (None, "storm")
    assert "everybody" in desk.run("killswitch", "status").out
    done = desk.run("scan", "owasp", "een.example")
    assert (done.code, "kill switch" in done.err) == (2, True)
    assert desk.run("killswitch", "off").code == 0
    assert desk.run("killswitch", "off").err.startswith("was off already")


def test_a_switch_of_nobody_is_a_typing_error(desk: Office) -> None:
    done = desk.run("killswitch", "off", "--member", "kvk-typo")
    assert (done.code, done.problems) == (
        2, ["no member 'kvk-typo'; see `keurwacht killswitch status`"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "passive", "--profile", "active-low"), "passive has no profile active-low"),
        (("--engine", "zap"), "no ZAP daemon"),
        (("--engine", "wapiti"), "wapiti is not installed here"),
        (("--engine", "nessus"), "'passive', 'zap', 'wapiti'"),
        (("--profile", "hard"), "'baseline', 'active-low', 'active-medium'"),
    ],
)
def test_what_no_daemon_could_do_is_not_ordered(
    desk: Office, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAPITI_BIN", raising=False)
    desk.settings('[owasp]\nwapiti = "/nowhere/wapiti"\n')
    done = desk.run("scan", "owasp", "een.example", *words)
    assert (done.code, len(done.problems)) == (2, 1)
    assert said in done.err


def test_who_waits_in_vain_hears_why(desk: Office) -> None:
    waiting = desk.run("scan", "owasp", "een.example", "--wait", "--timeout", "0.1")
    assert waiting.code == 1
    assert "no daemon looked for work (never)" in waiting.err
    assert "the order stands" in waiting.err


def test_the_audit_tells_who_did_what_about_a_site_a_member_or_everybody(desk: Office) -> None:
    assert desk.run(*ACTIVE).code == 0
    assert desk.run("killswitch", "on", "--reason", "storm \x1b[31m").code == 0
    newest, *older = rows(desk, "audit", of="entries")
    assert (newest["action"], newest["about"]) == ("kill_switch_on", "everybody")
    assert "\x1b" not in desk.run("audit").out
    about = rows(desk, "audit", "https://een.example/", of="entries")
    assert about == older
    assert [row["action"] for row in about][:2] == ["control_token_made", "consent_recorded"]
    assert rows(desk, "audit", "everybody", "--limit", "1", of="entries") == [newest]
    assert rows(desk, "audit", "nobody", of="entries") == []
    assert "storm" in desk.run("audit", "everybody").out


def test_an_interruption_ends_the_waiting_and_says_what_stops_the_scan(desk: Office) -> None:
    child = subprocess.Popen(
        (*PROGRAM, "--config", str(desk.config), "scan", "owasp", "een.example", "--wait"),
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stderr is not None
    assert "asked for" in child.stderr.readline()
    assert "no daemon" in child.stderr.readline()
    child.send_signal(signal.SIGINT)
    rest = child.communicate(timeout=60)[1]
    assert child.returncode == 130
    assert "killswitch on --member kvk-30198121` stops it" in rest
    assert "Traceback" not in rest
