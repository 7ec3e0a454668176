"""The command line as people use it: words in, exit code and both streams out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from monitor.cli import main

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-W", "error", "-c", "from monitor.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """The lines of stderr."""
        return self.err.splitlines()

    @property
    def document(self) -> dict[str, object]:
        """The one JSON document on stdout."""
        return cast("dict[str, object]", json.loads(self.out))


def keurwacht(*words: str) -> Result:
    """Run a command in this process, through its entry point."""
    out, err = _stream(), _stream()
    code: object = 0
    with _arguments(words), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    return Result(code if isinstance(code, int) else int(code is not None), _text(out), _text(err))


def process(
    *words: str, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        (*PROGRAM, *words), capture_output=True, check=False, cwd=folder or ROOT, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """A folder with settings and a database of its own."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "keurwacht.toml"

    @property
    def database(self) -> Path:
        return self.folder / "keurwacht.db"

    def settings(self, more: str = "", *, net: str = "", browser: str = "off") -> None:
        """Write the settings; ``more`` is TOML that follows them, ``net`` lines of that table."""
        self.config.write_text(
            f'[database]\nurl = "sqlite:///{self.database}"\n'
            f'[net]\nbrowser = "{browser}"\n'
            "requests_per_second = 100\nconnect_timeout_s = 3\nread_timeout_s = 4\n"
            f"{net}\n[deadline]\ncontent = '30s'\n{more}",
            "utf-8",
        )

    def run(self, *words: str) -> Result:
        """Run a command with these settings."""
        return keurwacht("--config", str(self.config), *words)

    def file(self, name: str, text: str) -> Path:
        """Write a file beside the settings."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


def office(folder: Path, *, database: bool = True) -> Office:
    """Settings, and an empty database unless none is wanted."""
    made = Office(folder)
    made.settings()
    if database:
        made.database.write_bytes(_empty_database())
    return made


@cache
def _empty_database() -> bytes:
    """A database as ``db upgrade`` makes it; once per process, it takes a moment."""
    with TemporaryDirectory() as folder:
        first = Office(Path(folder))
        first.settings()
        assert first.run("db", "upgrade").code == 0
        return first.database.read_bytes()


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@contextmanager
def _arguments(words: tuple[str, ...]) -> Iterator[None]:
    before = sys.argv
    sys.argv = ["keurwacht", *words]
    try:
        yield
    finally:
        sys.argv = before
