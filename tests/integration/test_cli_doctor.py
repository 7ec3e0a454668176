"""What doctor sees, what keeps the daemon from starting, and the settings that pages show."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.integration.cli_kit import ROOT, Office, office
from tests.zap.kit import fake_zap

SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
MAIL_ON = '[mail]\nenabled = true\nsender = "a@b.example"\norganisation = "X"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    return made


def test_doctor_names_every_problem_at_once(desk: Office) -> None:
    junk = desk.file("junk.pem", "nothing")
    desk.settings(
        f'[labels]\nfolder = "{desk.folder}"\n'
        '[mail]\nenabled = true\nsender = "a@b.example"\n[http]\nport = 0\n'
    )
    text = desk.config.read_text().replace("[net]\n", f'[net]\nca_file = "{junk}"\n')
    desk.config.write_text(text.replace("keurwacht.db", "other.db"))
    result = desk.run("doctor", "--json")
    assert result.code == 1
    checks = result.document["checks"]
    assert isinstance(checks, list)
    bad = {check["name"]: check["detail"] for check in checks if not check["ok"]}
    assert bad.keys() >= {"labels", "database", "mail", "extra CA"}
    assert "keurwacht db upgrade" in bad["database"]
    assert "mail.staff is empty" in bad["mail"]
    assert "mail.operations is empty" in bad["mail"]
    assert not (desk.folder / "other.db").exists()


def test_doctor_warns_when_breaches_wait_for_a_browser_that_is_not_there(desk: Office) -> None:
    program = desk.folder / "browser"
    program.write_text("")
    program.chmod(0o755)
    result = desk.run("doctor")
    line = next(line for line in result.out.splitlines() if " browser: " in line)
    assert line.startswith("WARN browser: none: pages that scripts make are gaps, and breaches of ")
    assert "stay unconfirmed (C3)" in line
    assert result.code == 0
    desk.settings(browser=str(program))
    assert f"ok   browser: {program}" in desk.run("doctor").out


def test_doctor_says_of_each_zap_daemon_what_it_is_and_lacks(desk: Office) -> None:
    with fake_zap("een-sleutel") as well, fake_zap("een-sleutel", missing=["pscan"]) as unfit:
        desk.settings(
            f'[zap]\nendpoints = ["{well.url}", "{unfit.url}", "http://127.0.0.1:9"]\n'
            'keys = "een-sleutel"\ncommand = ["/nowhere/zap.sh"]\n'
        )
        result = desk.run("doctor")
        desk.settings(f'[zap]\nendpoints = ["{well.url}"]\nkeys = "een-verkeerde"\n')
        wrong = desk.run("doctor")
        assert "core/action/newSession" not in well.calls
    lines = [line for line in result.out.splitlines() if re.match(r"\w+ +zap ", line)]
    assert result.code == 1
    assert [line.split(": ")[0] for line in lines] == [
        f"WARN zap {well.url}", f"BAD  zap {unfit.url}", "BAD  zap http://127.0.0.1:9",
        "BAD  zap command",
    ]  # fmt: skip
    assert re.search(r": ZAP 2\.17\.0, \d+ passive and \d+ active rules; no add-on ", lines[0])
    assert lines[1].endswith("this ZAP has no pscan: no_implementor")
    assert lines[3].endswith("no program /nowhere/zap.sh")
    assert "ZAP does not accept this key" in wrong.out
    assert "sleutel" not in result.out + result.err
    assert "verkeerde" not in wrong.out + wrong.err


def test_doctor_warns_when_zap_has_no_time(desk: Office) -> None:
    with fake_zap() as zap:
        there = f'[zap]\nendpoints = ["{zap.url}"]\nkeys = "{zap.key}"\n'
        desk.settings(f'owasp = "15m"\n[owasp]\nengine = "zap"\n{there}')
        assert "deadline.owasp" not in desk.run("doctor").out
        desk.settings(f'[owasp]\nengine = "zap"\n{there}')
        result = desk.run("doctor")
    assert result.code == 0
    assert "WARN zap: deadline.owasp is 2m: a visit by ZAP takes minutes" in result.out


def test_doctor_tells_when_the_engine_that_was_chosen_has_no_daemon(desk: Office) -> None:
    assert "ok   zap: off" in desk.run("doctor").out
    desk.settings('[owasp]\nengine = "zap"\n')
    result = desk.run("doctor")
    assert result.code == 1
    assert "BAD  zap: off: set zap.endpoints or zap.command, as owasp.engine" in result.out


def test_doctor_is_content_with_what_works(desk: Office) -> None:
    result = desk.run("doctor")
    assert result.code == 0
    # Mail and the browser are off here and ZAP is not set up, of which it warns.
    told = [line for line in result.out.splitlines() if " mail: " not in line]
    left = (" browser: ", " owasp active: ")
    assert {line[:5] for line in told if not any(word in line for word in left)} == {"ok   "}


def test_doctor_says_whether_shops_can_be_attacked(desk: Office) -> None:
    def line() -> str:
        return next(row for row in desk.run("doctor").out.splitlines() if " owasp active: " in row)

    assert line().startswith("WARN owasp active: no active scan can be done by zap: no ZAP daemon")
    desk.settings('[zap]\nendpoints = ["http://127.0.0.1:9"]\nkeys = "geheim"\n')
    assert line() == "ok   owasp active: active scans are done by zap"
    desk.settings('[owasp]\nengine = "wapiti"\nwapiti = "/nowhere"\n')
    done = desk.run("doctor")
    assert done.code == 1
    assert "BAD  owasp: wapiti is not installed here" in done.out


def test_doctor_warns_when_members_are_certified_and_mail_is_off(desk: Office) -> None:
    (line,) = [row for row in desk.run("doctor").out.splitlines() if " mail: " in row]
    assert line.startswith("WARN mail: off: messages stay in the outbox, and nobody of 1 certified")
    checks = desk.run("doctor", "--json").document["checks"]
    assert isinstance(checks, list)
    assert [check["name"] for check in checks if check["warning"]] == [
        "browser", "owasp active", "mail",
    ]  # fmt: skip
    folder = desk.folder / "empty"
    folder.mkdir()
    empty = office(folder)
    assert "WARN mail" not in empty.run("doctor").out


@pytest.mark.parametrize(
    ("more", "section", "said"),
    [
        ('[mail]\nenabled = true\nsender = "a@b.example"\n', "mail", "organisation needs a name"),
        (
            f'{MAIL_ON}ca_file = "none.pem"\n',
            "mail",
            "none.pem",
        ),
        (
            f'{MAIL_ON}host = "smtp.example.org"\ntls = "none"\n',
            "mail",
            "tls none is for this machine only",
        ),
        (
            '[webhooks.crm]\nurl = "http://example.org/x"\nsecret = "0123456789abcdef"\n',
            "webhooks.crm",
            "use https",
        ),
    ],
)
def test_a_channel_that_cannot_work_stops_the_daemon_and_doctor_says_why(
    desk: Office, more: str, section: str, said: str
) -> None:
    desk.settings(more)
    result = desk.run("run")
    assert (result.code, result.out, len(result.problems)) == (2, "", 1)
    assert result.problems[0].startswith(f"{section}: ")
    assert said in result.problems[0]
    told = desk.run("doctor")
    assert told.code == 1
    assert f"BAD  {result.problems[0]}" in told.out.replace("; mail.staff", "\n")


PAGES = [ROOT / "docs" / "quick-start.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
BLOCKS = [
    pytest.param(textwrap.dedent(block), id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"^ *```toml\n(.*?)^ *```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_settings_shown_in_the_documentation_work_as_they_stand(
    desk: Office, block: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "[links]" in block:
        # The page has the key beside the settings, as secrets are.
        monkeypatch.setenv("KEURWACHT_LINKS__KEY", "0123456789abcdefghijklmnopqrstuv")
    with fake_zap("een-sleutel") as zap:
        # The page's daemon is one that runs here.
        told = block.replace("http://127.0.0.1:8090", zap.url)
        desk.settings(told.replace('keys = "..."', 'keys = "een-sleutel"'))
        result = desk.run("doctor")
    assert (result.code, result.err) == (0, "")
    if "[mail]" in block:
        assert "WARN mail" not in result.out
        assert "ok   mail: smtp.example.org:587" in result.out


def test_the_quick_start_shows_settings() -> None:
    assert BLOCKS


LINKS = '[links]\npublic_url = "{url}"\nkey = "0123456789abcdefghijklmnopqrstuv"\nport = {port}\n'


@pytest.mark.parametrize(
    ("url", "port", "mark", "said"),
    [
        ("https://links.example", 9465, "ok  ", "https://links.example, good for 45 days"),
        ("http://localhost:9465", 9465, "ok  ", "listening on 127.0.0.1:9465"),
        ("http://links.example", 9465, "BAD ", "links need https"),
        ("https://links.example", 9464, "BAD ", "is that of http.port"),
    ],
)
def test_links_are_looked_at_and_their_key_is_not_shown(
    tmp_path: Path, url: str, port: int, mark: str, said: str
) -> None:
    desk = office(tmp_path)
    desk.settings(LINKS.format(url=url, port=port))
    out = desk.run("doctor").out
    (line,) = (line for line in out.splitlines() if " links: " in line)
    assert line.startswith(mark)
    assert said in line
    assert "0123456789" not in out


def test_without_links_the_doctor_says_what_members_are_asked_instead(tmp_path: Path) -> None:
    assert "links: off: mail asks members for a reply" in office(tmp_path).run("doctor").out
