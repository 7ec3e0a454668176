"""The project keeps its own house rules."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_newest_changelog_entry_is_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    entries = re.findall(r"^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)
    assert entries[0][0] == PROJECT["project"]["version"]


def test_requirement_files_carry_hashes_and_name_no_host() -> None:
    for name in ("dev", "run", "lab", "build"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        assert "://" not in text
        assert not re.search(r"^-", text, re.MULTILINE)
        pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==", text, re.MULTILINE)
        blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
        assert len(pinned) == len(blocks)
        assert all("--hash=sha256:" in block for block in blocks)


def test_everything_that_runs_is_locked_for_the_image_too() -> None:
    run = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    for wanted in PROJECT["project"]["dependencies"]:
        name = re.split(r"[<>=\[ ]", wanted)[0]
        assert re.search(rf"^{re.escape(name)}==", run, re.MULTILINE), name


def test_the_image_is_unprivileged_and_starts_without_a_shell() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    last = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")) :]
    assert any(re.fullmatch(r"USER [1-9]\d*:[1-9]\d*", line) for line in last)
    for word in ("ENTRYPOINT", "CMD"):
        assert any(line.startswith(f"{word} [") for line in last)
    assert any("HEALTHCHECK" in line and 'CMD ["' in line for line in last)
    assert not any(":latest" in line for line in lines)
    copied = [line.split()[1] for line in lines if re.match(r"COPY (?!--from)", line)]
    assert copied
    assert all((ROOT / source).exists() for source in copied)


def test_every_decision_says_context_choice_price_and_when_to_revisit() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        for word in ("**Context.**", "**Choice.**", "**Price.**", "**Revisit**"):
            assert word in text, (page.name, word)


def test_modules_stay_short() -> None:
    for folder in ("monitor", "scanners"):
        for file in (ROOT / folder).rglob("*.py"):
            assert len(file.read_text("utf-8").splitlines()) <= 400, file
