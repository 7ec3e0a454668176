"""What the inner packages load, and habits of the source that no type checker holds."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("monitor", "scanners")
OUTSIDE = (
    "apscheduler",
    "httpx",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "ssl",
    "sslyze",
    "structlog",
)
LOADER = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def modules_under(folder: str) -> list[str]:
    files = sorted((ROOT / folder).rglob("*.py"))
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in files
        if file.name != "__init__.py"
    ]


# Facts and levels of norms, and what both sides read words and addresses with (decision 35).
PURE = (
    ".evidence",
    ".rating",
    "scanners.content.law_words",
    "scanners.drift.durations",
    "scanners.drift.folding",
    "scanners.drift.stable_urls",
)


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    "module",
    ["monitor.policy.assess", "scanners.api", *modules_under("monitor/domain")],
)
def test_an_inner_module_loads_nothing_that_reaches_outside(module: str) -> None:
    assert loaded_by(module) == ""


def test_the_conditions_load_nothing_that_reaches_outside() -> None:
    together = ";".join(f"import {name}" for name in modules_under("monitor/policy/conditions"))
    code = f"import sys;{together};print(*(n for n in sys.argv[1:] if n in sys.modules))"
    assert run(code, *OUTSIDE) == ""


@pytest.mark.parametrize("module", modules_under("monitor/policy"))
def test_policy_knows_of_scanners_only_what_is_pure(module: str) -> None:
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    imported = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    foreign = {name for name in imported if name.startswith("scanners")}
    pure = {n for n in foreign if n == "scanners.api" or n.endswith(PURE)}
    assert foreign == pure


def test_this_test_would_see_a_module_that_reaches_outside() -> None:
    assert loaded_by("monitor.services.surveillance") == "socket ssl structlog"


def test_packages_are_empty() -> None:
    written = [file for file in sources() if file.name == "__init__.py" and file.read_bytes()]
    assert written == []


def test_nothing_rests_on_an_assert_that_optimisation_takes_away() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sources()
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def loaded_by(module: str) -> str:
    return run(LOADER, module, *OUTSIDE)


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
