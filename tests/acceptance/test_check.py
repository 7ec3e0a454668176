"""``keurwacht check`` on the whole fleet: exit codes, findings, and the shipped schema."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from tests.shops.fleet import Fleet, check_arguments, fleet, site_file
from tests.shops.lab import PROGRAM, ROOT

SCHEMA = json.loads(resources.files("monitor").joinpath("schemas/check-1.json").read_text("utf-8"))
CONFIG = """
[net]
browser = "off"
requests_per_second = 100
connect_timeout_s = 3
read_timeout_s = 3
[deadline]
certificate = "9s"
tls = "20s"
content = "20s"
seal = "20s"
owasp = "15s"
mail = "15s"
"""
BREACHES = {
    "healthy": {},
    "expired": {"tz-12.1a": "certificate_invalid", "tz-12.7b": "expired"},
    "expires": {"tz-12.7b": "expires_now"},
    "wrong_host": {"tz-12.1a": "certificate_invalid", "tz-12.7b": "wrong_host"},
    "old_tls": {"tz-12.7b": "old_protocol"},
    "privacy_gone": {"tz-10.1": "absent_complete"},
    "kvk_swapped": {"tz-3.1c": "other_number"},
    "bot_wall": {},
    "tarpit": {},
    "parked": {},
    "belgian": {},
    "webwinkelkeur": {},
}
# What one of two labels alone asks.
MORE = {("kvk_swapped", "webwinkelkeur"): {"ww-4.3": "other_company"}}
UNKNOWN = {"kvk_swapped", "bot_wall", "tarpit", "parked"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("fleet")) as started:
        yield started


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "keurwacht.toml"
    file.write_text(CONFIG, "utf-8")
    return file


@pytest.fixture
def lab_config(config: Path, running: Fleet) -> Path:
    """The settings, with the lab's name server."""
    text = config.read_text("utf-8")
    config.write_text(text.replace("[net]", f'[net]\ndns_server = "{running.dns_server}"'), "utf-8")
    return config


def _run(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, "--config", str(config), *words),
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=100,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("key", BREACHES)
def test_check_says_what_is_the_matter_with_a_shop(
    running: Fleet, lab_config: Path, tmp_path: Path, key: str
) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(site_file(running[key]), "utf-8")
    done = _run(lab_config, *check_arguments(running, file), "--json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert done.stderr == ""

    for label in document["labels"]:
        bad = {c["id"]: c["outcome"] for c in label["conditions"] if c["finding"] == "not_met"}
        assert bad == BREACHES[key] | MORE.get((key, label["label"]), {})
        wanted = "unknown" if key in UNKNOWN else "not_met" if BREACHES[key] else "met"
        assert label["verdict"] == wanted
    assert done.returncode == (4 if key in UNKNOWN else 3 if BREACHES[key] else 0)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_only_leaves_the_rest_out(running: Fleet, lab_config: Path, tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(site_file(running["expired"]), "utf-8")
    words = check_arguments(running, file)
    done = _run(lab_config, *words, "--only", "certificate", "--json")
    document = json.loads(done.stdout)
    assert {c["id"] for c in document["labels"][0]["conditions"]} == {"tz-12.7b"}
    assert [scan["kind"] for scan in document["scans"]] == ["certificate"]
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "give a URL or --site FILE"),
        (("check", "ftp://shop.example"), "is not an http or https URL"),
        (
            ("check", "shop.example", "--label", "nope"),
            "becommerce-b2c, consumer-law, organisation",
        ),
        (("check", "shop.example", "--only", "nope"), "certificate"),
        (("check", "shop.example", "--param", "nope=1"), "certificate_warn_days"),
        (("check", "shop.example", "--param", "certificate_warn_days=soon"), "'soon' is not"),
        (("check", "shop.example", "--resolve", "shop.example"), "HOST:PORT:ADDR"),
        (("check", "shop.example", "--allow-network", "here"), "'here'"),
        (("check", "shop.example", "--ca-file", "nowhere.pem"), "nowhere.pem"),
        (("check", "--site", "nowhere.yaml"), "nowhere.yaml: No such file"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(
    config: Path, words: tuple[str, ...], said: str
) -> None:
    done = _run(config, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_every_problem_of_a_site_file_is_named_with_its_line(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        "url: https://shop.example/\nsubject: stall\nmember:\n  legal_name: X\n  kvk: '12'\n"
        "  labels: {nope: certified}\n  colour: red\n",
        "utf-8",
    )
    done = _run(config, "check", "--site", str(file))
    assert done.returncode == 2
    rows = done.stderr.splitlines()
    for line, said in (
        (2, "'stall' is not one of shop, platform, seller"),
        (5, "8 digits"),
        (6, "unknown label 'nope'"),
        (7, "unknown key 'colour'"),
    ):
        assert any(f"bad.yaml:{line}:" in row and said in row for row in rows), done.stderr
