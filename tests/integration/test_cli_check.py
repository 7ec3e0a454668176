"""``keurwacht check`` against real shops: options, parameters, hostile text, interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import cast

import jsonschema
import pytest
import yaml

from tests.integration.cli_kit import PROGRAM, ROOT, Office, Result, office, process
from tests.shops.fleet import EXCHANGER, Fleet, check_arguments, fleet, site_file

SCHEMA = json.loads(resources.files("monitor").joinpath("schemas/check-1.json").read_text("utf-8"))
KEYS = ("healthy", "expired", "privacy_gone", "kvk_swapped", "bot_wall", "tarpit", "belgian")
ESCAPES = "\x1b]0;pwned\x07\x1b[31mpwned\x9b2J\u202epwned"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("fleet"), KEYS) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, running: Fleet) -> Office:
    made = office(tmp_path, database=False)
    made.settings(net=f'dns_server = "{running.dns_server}"')
    return made


def check(desk: Office, running: Fleet, key: str, *words: str, changes: object = None) -> Result:
    """Check a shop; ``changes`` are merged into its site file."""
    data = yaml.safe_load(site_file(running[key]))
    if isinstance(changes, dict):
        data |= changes
    file = desk.file("site.yaml", yaml.safe_dump(data))
    return desk.run(*check_arguments(running, file), *words)


def conditions(result: Result) -> dict[str, dict[str, object]]:
    """The conditions of the first label, by id."""
    jsonschema.validate(result.document, SCHEMA)
    labels = cast("list[dict[str, list[dict[str, object]]]]", result.document["labels"])
    return {str(c["id"]): c for c in labels[0]["conditions"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "code"),
    [("healthy", 0), ("belgian", 0), ("expired", 3), ("kvk_swapped", 4), ("bot_wall", 4)],
)
def test_the_exit_code_and_the_document_are_those_of_the_contract(
    running: Fleet, desk: Office, key: str, code: int
) -> None:
    result = check(desk, running, key, "--json")
    assert (result.code, result.err) == (code, "")
    assert result.document["url"] == running[key].shop.url
    found = conditions(result)
    assert found["tz-12.7a-cadence"]["finding"] == "not_applicable"
    assert found["tz-12.7a-cadence"]["outcome"] == "not_assessed"
    scans = cast("list[dict[str, object]]", result.document["scans"])
    # Of the three labels one asks for the mail server.
    mail = [] if key == "belgian" else ["mail"]
    kinds = ["certificate", "content", *mail, "owasp", "seal", "tls"]
    assert [scan["kind"] for scan in scans] == kinds
    assert found.get("tz-12.4", {}).get("outcome") == ("secured" if mail else None)
    assert not list(desk.folder.glob("*.db*"))


def test_people_get_tables_that_say_it_was_one_look(running: Fleet, desk: Office) -> None:
    result = check(desk, running, "expired", "--only", "certificate")
    assert result.code == 3
    assert "tz-12.7b" in result.out
    assert "thuiswinkel-zakelijk (2017-01-01, revision 1): not_met on one observation" in result.out


def test_labels_asked_for_are_judged_once_each_and_stand_in_for_those_on_file(
    running: Fleet, desk: Office
) -> None:
    words = ("--json", "--only", "certificate", "--label", "webwinkelkeur")
    result = check(desk, running, "healthy", *words, "--label", "webwinkelkeur")
    labels = cast("list[dict[str, object]]", result.document["labels"])
    assert [row["label"] for row in labels] == ["webwinkelkeur"]
    assert result.code == 0


def test_a_url_alone_is_judged_by_every_label_that_fits(running: Fleet, desk: Office) -> None:
    words = check_arguments(running, desk.config)
    url = running["healthy"].shop.url
    result = desk.run("check", url, *words[3:], "--json", "--only", "certificate")
    labels = cast("list[dict[str, object]]", result.document["labels"])
    assert {row["label"] for row in labels} == {
        "becommerce-b2b",
        "becommerce-b2c",
        "thuiswinkel-waarborg",
        "thuiswinkel-zakelijk",
        "webwinkelkeur",
    }
    assert result.code == 0


def test_a_parameter_of_the_command_line_or_the_site_file_changes_the_judgement(
    running: Fleet, desk: Office
) -> None:
    words = ("--json", "--only", "certificate")
    given = ("--param", "certificate_not_met_days=400", "--param", "certificate_warn_days=401")
    plain = check(desk, running, "healthy", *words)
    asked = check(desk, running, "healthy", *words, *given)
    changes = {"parameters": {"certificate_not_met_days": 400, "certificate_warn_days": 401}}
    filed = check(desk, running, "healthy", *words, changes=changes)
    assert [r.code for r in (plain, asked, filed)] == [0, 3, 3]
    assert conditions(asked)["tz-12.7b"]["outcome"] == "expires_now"
    back = check(desk, running, "healthy", *words, "--param", "certificate_not_met_days=1",
                 changes=changes)  # fmt: skip
    assert back.code == 0


def test_a_kind_without_a_scanner_is_told_and_nothing_is_met_by_it(
    running: Fleet, desk: Office
) -> None:
    result = check(desk, running, "healthy", "--json", "--only", "privacy")
    assert result.code == 4
    assert result.problems == ["--only privacy: there is no scanner of this kind, nothing is seen"]
    jsonschema.validate(result.document, SCHEMA)


def mail_of(desk: Office, running: Fleet, *words: str) -> tuple[int, dict[str, object]]:
    """Exit code and what is said of tz-12.4, the mail to the healthy shop."""
    result = check(desk, running, "healthy", "--json", "--only", "mail", *words)
    found = conditions(result)
    assert (list(found), result.err) == (["tz-12.4"], "")
    return result.code, found["tz-12.4"]


def test_the_mail_server_that_dns_names_is_looked_at(running: Fleet, desk: Office) -> None:
    code, mail = mail_of(desk, running)
    assert (code, mail["finding"], mail["outcome"]) == (0, "met", "secured")
    assert "SPF ends in -all; DMARC reject" in str(mail["summary"])
    assert "fietsgemak.example. MX" in running.names.zone.asked
    (evidence,) = cast("list[dict[str, object]]", mail["evidence"])
    assert evidence["source_url"] == "dns:fietsgemak.example?type=MX"


def test_a_mail_server_without_starttls_does_not_meet_the_label(
    running: Fleet, desk: Office
) -> None:
    running.exchanger.offers_starttls = False
    try:
        code, mail = mail_of(desk, running)
    finally:
        running.exchanger.offers_starttls = True
    assert (code, mail["finding"], mail["outcome"]) == (3, "not_met", "no_starttls")


def test_a_mail_server_that_cannot_be_reached_is_unknown(running: Fleet, desk: Office) -> None:
    running.exchanger.stop()
    try:
        code, mail = mail_of(desk, running)
    finally:
        running.exchanger.start()
    assert (code, mail["finding"], mail["outcome"]) == (4, "inconclusive", "port_closed")


def test_a_domain_without_mail_server_is_unknown_unless_one_is_given(
    running: Fleet, desk: Office
) -> None:
    zone, server = running.names.zone, running.exchanger
    published = zone.records
    given = f"fietsgemak.example={EXCHANGER}:{server.port}"
    at = ("--resolve", f"{EXCHANGER}:{server.port}:{server.address}")
    zone.records = [record for record in published if " MX " not in record]
    try:
        code, mail = mail_of(desk, running)
        named = mail_of(desk, running, "--mx", given, *at)
        zone.records = (*zone.records, "fietsgemak.example. MX 0 .")
        refused = mail_of(desk, running)
    finally:
        zone.records = published
    assert (code, mail["finding"], mail["outcome"]) == (4, "inconclusive", "no_mx")
    assert (named[0], named[1]["outcome"]) == (0, "secured")
    assert (refused[1]["finding"], refused[1]["outcome"]) == ("not_applicable", "null_mx")


def test_an_address_of_a_private_network_is_not_dialled_unless_allowed(
    running: Fleet, desk: Office
) -> None:
    shop = running["healthy"].shop
    before = shop.requests
    words = check_arguments(running, desk.file("site.yaml", site_file(running["healthy"])))
    at = words.index("--allow-network")
    result = desk.run(*words[:at], *words[at + 2 :], "--json", "--only", "content")
    assert result.code == 4
    scans = cast("list[dict[str, object]]", result.document["scans"])
    assert scans[0]["outcome"] == "not_permitted"
    assert shop.requests == before


@pytest.mark.slow
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["tables", "json"])
def test_escape_sequences_of_a_site_never_reach_the_terminal(
    running: Fleet, desk: Office, form: tuple[str, ...]
) -> None:
    shop = running["privacy_gone"].shop
    pages = dict(shop.pages)
    try:
        for path, page in pages.items():
            if path.endswith(("/", ".html")):
                body = page.body.replace("<title>", f"<title>{ESCAPES}")
                body = body.replace("<h1>", f"<h1>{ESCAPES} KvK 9956{ESCAPES}0412 ")
                shop.pages = {**shop.pages, path: type(page)(body, page.content_type)}
        result = check(desk, running, "privacy_gone", *form)
    finally:
        shop.pages = pages
    assert result.code in (3, 4)
    for text in (result.out, result.err):
        assert {c for c in text if not c.isprintable()} <= {"\n"}
    if form:
        assert "pwned" in result.out


def test_a_terminal_of_another_encoding_gets_ascii(running: Fleet, desk: Office) -> None:
    data = yaml.safe_load(site_file(running["healthy"]))
    data["url"] = "https://fietsgemak.example/ünïcode"
    file = desk.file("site.yaml", yaml.safe_dump(data))
    words = check_arguments(running, file)
    for form in (("--json",), ()):
        done = process(
            "--config", str(desk.config), *words, *form, "--only", "certificate",
            PYTHONIOENCODING="ascii:strict",
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.isascii()
    assert "--json" in words or json.loads(
        process("--config", str(desk.config), *words, "--json", "--only", "certificate").stdout
    )["url"].endswith("ünïcode")


@pytest.mark.slow
def test_an_interrupted_look_ends_at_once_with_130_and_leaves_nobody_behind(
    running: Fleet, desk: Office
) -> None:
    file = desk.file("site.yaml", site_file(running["tarpit"]))
    with subprocess.Popen(
        (*PROGRAM, "--config", str(desk.config), *check_arguments(running, file), "--json"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True,
    ) as child:  # fmt: skip
        assert _looks(child.pid)
        assert child.poll() is None
        os.killpg(child.pid, signal.SIGINT)
        asked = time.monotonic()
        out, err = child.communicate(timeout=20)
        took_s = time.monotonic() - asked
    assert (child.returncode, out) == (130, b"")
    assert err.decode().split() == ["interrupted"]
    assert took_s < 6
    assert _ends(child.pid)


def _looks(process: int) -> bool:
    """Does it wait for an answer?  The loop has two sockets of its own; a third is the shop's."""
    for _ in range(300):
        kinds = [str(entry.readlink()) for entry in _open(process)]
        if sum(kind.startswith("socket:") for kind in kinds) > 2:
            time.sleep(0.5)
            return True
        time.sleep(0.1)
    return False


def _open(process: int) -> list[Path]:
    return [entry for entry in Path(f"/proc/{process}/fd").iterdir() if entry.is_symlink()]


def _ends(group: int) -> bool:
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
