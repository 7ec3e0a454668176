"""The program as a process: help without weight, a reader that leaves, streams apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import COMMANDS
from tests.integration.cli_kit import PROGRAM, ROOT, office, process

HEAVY = ("sqlalchemy", "httpx", "cryptography", "pydantic", "alembic", "rich", "asyncio", "ssl")
LIGHT = """
import sys
from monitor.cli import main
try:
    main()
except SystemExit as ended:
    assert ended.code == 0, ended.code
print(" ".join(name for name in sys.argv[-1].split(",") if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("word", ["--help", "-h", "--version"])
def test_help_imports_nothing_heavy(word: str) -> None:
    done = subprocess.run(
        (sys.executable, "-W", "error", "-c", LIGHT, word, ",".join(HEAVY)),
        capture_output=True, text=True, check=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.stderr.strip() == ""
    assert done.stdout.startswith(("Usage: keurwacht ", "keurwacht, version "))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_of_its_own(name: str) -> None:
    done = process(name, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(f"Usage: keurwacht {name} ")


def test_no_command_at_all_shows_the_commands_and_is_bad_usage() -> None:
    done = process()
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"healthcheck" in done.stderr


def test_settings_are_found_in_the_folder_one_stands_in(tmp_path: Path) -> None:
    office(tmp_path)
    done = process("status", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["members"] == 0


def test_a_reader_that_leaves_ends_the_program_without_a_traceback(tmp_path: Path) -> None:
    desk = office(tmp_path)
    rows = "".join(f"shop{i}.example,Shop {i}\n" for i in range(3000))
    desk.run("sites", "import", str(desk.file("members.csv", f"url,legal_name\n{rows}")))
    # Unbuffered, Python does not notice that a write was cut short.
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    for form in ((), ("--json",)):
        with subprocess.Popen(
            (*PROGRAM, "--config", str(desk.config), "sites", "list", *form),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=buffered,
        ) as child:  # fmt: skip
            assert child.stdout is not None
            assert child.stderr is not None
            assert child.stdout.read(100)
            child.stdout.close()
            assert child.wait(30) == 1
            assert child.stderr.read() == b""


def test_bytes_that_are_no_text_are_no_site_and_no_url(tmp_path: Path) -> None:
    desk = office(tmp_path)
    for words in (("status", b"\xff"), ("check", b"https://a.example/\xff")):
        done = subprocess.run(
            (*PROGRAM, "--config", str(desk.config), *words),
            capture_output=True, check=False, cwd=ROOT, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, b"")
        assert len(done.stderr.splitlines()) == 1
        assert b"\xff" not in done.stderr
