"""``keurwacht second-opinion`` on real servers: both views, and what is kept of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from scanners.tls.evidence import TLS12, TLS13, VERSIONS
from tests.integration.cli_kit import Office, office
from tests.shops.fleet import Fleet, fleet, sites_yaml
from tests.shops.lab import free_port
from tests.shops.tls.honest import HONEST
from tests.shops.tls.lab import Lab, missing

ONE_CURVE = next(c for c in HONEST if c.key == "one curve below TLS 1.3")
MEMBER = """
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
SELLER = f"""\
url: https://platform.example/sellers/een
subject: seller
site:
  profile_urls: [https://platform.example/sellers/een]
{MEMBER}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("fleet"), ("healthy",)) as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path, running: Fleet) -> Office:
    made = office(tmp_path)
    settings(made, running.ca_file, *running.resolve)
    file = made.file("sites.yaml", sites_yaml(running))
    assert made.run("sites", "import", str(file)).code == 0
    return made


def settings(desk: Office, ca_file: Path, *resolve: str) -> None:
    desk.settings(
        net=f'ca_file = "{ca_file}"\nallow_networks = ["127.0.0.0/8"]\nresolve = {list(resolve)}'
    )


def add(desk: Office, text: str) -> None:
    assert desk.run("sites", "add", str(desk.file("one.yaml", text))).code == 0


def rows(desk: Office) -> dict[str, int]:
    """How many rows every table has."""
    line = sqlite3.connect(desk.database)
    try:
        names = [n for (n,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {n: line.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
    finally:
        line.close()
    return counts


def only_audited(before: dict[str, int], after: dict[str, int]) -> bool:
    """One entry of the audit, whose counter may be new, and nothing else."""
    more = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    return more.pop("audit") == 1 and set(more) <= {"counter"}


def test_both_views_of_a_shop_agree_and_only_the_audit_keeps_it(
    desk: Office, running: Fleet
) -> None:
    shop = running["healthy"].shop
    before = rows(desk)
    result = desk.run("second-opinion", shop.host, "--json")
    assert result.code == 0
    assert result.problems == [f"{shop.host}: looking at {shop.host}, which may take minutes"]
    document = result.document
    assert set(document) == {"schema", "site_id", "url", "checked_at", "outcome", "hosts"}
    assert (document["site_id"], document["url"]) == (shop.host, shop.url)
    assert document["outcome"] == "complete"
    assert str(document["checked_at"]).endswith("Z")
    (host,) = cast("list[dict[str, object]]", document["hosts"])
    assert (host["host"], host["address"], host["agrees"]) == (shop.host, "127.0.0.1", True)
    versions = cast("dict[str, dict[str, list[str]]]", host["versions"])
    assert tuple(versions) == VERSIONS
    for version, views in versions.items():
        assert set(views) == {"ours", "sslyze", "only_ours", "only_sslyze"}
        assert sorted(views["ours"]) == sorted(views["sslyze"])
        assert (views["only_ours"], views["only_sslyze"]) == ([], [])
        assert bool(views["ours"]) == (version in (TLS12, TLS13))
    assert only_audited(before, rows(desk))


def test_people_get_a_table_and_a_line_per_host(desk: Office, running: Fleet) -> None:
    host = running["healthy"].shop.host
    result = desk.run("second-opinion", running["healthy"].shop.url, "--host", host.upper())
    assert result.code == 0
    assert "only SSLyze" in result.out
    assert "TLS_AES_256_GCM_SHA384" in result.out
    assert "TLS 1.0" not in result.out
    assert result.out.endswith(f"{host} at 127.0.0.1: both see the same\n")


def test_a_shop_that_sslyze_cannot_see_in_full_is_exit_3(tmp_path: Path) -> None:
    if why := missing(ONE_CURVE.server):
        pytest.skip(why)
    folder = tmp_path / "tls"
    folder.mkdir()
    lab = Lab(folder, (ONE_CURVE,))
    try:
        desk = office(tmp_path)
        host = ONE_CURVE.host
        settings(desk, lab.vault.ca_file, f"{host}:443:127.0.0.1:{lab.port(ONE_CURVE)}")
        add(desk, f"url: {host}{MEMBER}")
        told = desk.run("second-opinion", host)
        written = desk.run("second-opinion", host, "--json")
    finally:
        lab.close()
    assert (told.code, written.code) == (3, 3)
    assert f"{host} at 127.0.0.1: they differ in TLS 1.2\n" in told.out
    (seen,) = cast("list[dict[str, object]]", written.document["hosts"])
    views = cast("dict[str, dict[str, list[str]]]", seen["versions"])[TLS12]
    assert seen["agrees"] is False
    assert set(views["only_ours"]) == set(views["ours"]) - set(views["sslyze"]) != set()
    assert views["only_sslyze"] == []


def test_a_shop_nobody_reaches_is_exit_4(desk: Office, running: Fleet) -> None:
    settings(desk, running.ca_file, f"een.example:443:127.0.0.1:{free_port()}")
    add(desk, f"url: een.example{MEMBER}")
    before = rows(desk)
    told = desk.run("second-opinion", "een.example")
    assert (told.code, told.out) == (4, "")
    assert told.problems[-1].startswith("refused: een.example: ")
    assert only_audited(before, rows(desk))
    written = desk.run("second-opinion", "een.example", "--json")
    assert (written.code, written.document["outcome"]) == (4, "refused")
    assert written.document["hosts"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody",), "no site 'nobody'; see `keurwacht sites list`"),
        (("een", "--json"), "a seller is never scanned technically"),
        (("shop", "--host", "other.example"), "'other.example' is no host of "),
        (("shop", "--host", "\x1b[31m"), "is no host of "),
        (("shop", "more"), "unexpected extra argument"),
    ],
)
def test_bad_input_is_one_line_and_exit_2_and_nothing_is_written(
    desk: Office, running: Fleet, words: tuple[str, ...], said: str
) -> None:
    add(desk, SELLER)
    before = rows(desk)
    named = {"shop": running["healthy"].shop.host, "een": "https://platform.example/sellers/een"}
    result = desk.run("second-opinion", named.get(words[0], words[0]), *words[1:])
    assert (result.code, result.out) == (2, "")
    assert len(result.problems) == 1
    assert said in result.problems[0]
    assert result.problems[0].isprintable()
    assert rows(desk) == before
