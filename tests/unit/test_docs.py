"""The reference pages are what the code says, and what pages show exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import generate
from docs.label_fields import BLOCKS
from docs.pages import all_pages, bad_commands, bad_links, command_problem
from docs.site_fields import CSV_CELLS, SITE_FIELDS
from monitor.adapters.metrics_catalogue import catalogue
from monitor.cli import COMMANDS, cli
from monitor.commands.files import COLUMNS, LISTS
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.schemes import lint_labels
from monitor.services import entries
from monitor.settings_docs import settings_table

JUDGE = next(iter(JUDGES))


def loader_keys(block: str, folder: Path) -> set[str]:
    """The keys that the loader names when one is unknown in that block."""
    steps = [step for step in block.replace("NAME", "some").split(".") if step != "(top)"]
    outcome = next(iter(JUDGES[JUDGE].outcomes)).value
    text = "{keyless: 1}"
    for step in reversed(steps):
        name = step.removesuffix("[]")
        name = outcome if name == "OUTCOME" else name
        inner = f"[{text}]" if step.endswith("[]") else text
        extra = f"judge: {{uses: {JUDGE}}}, " if name == "findings" else ""
        text = f"{{{extra}{name}: {inner}}}"
    (folder / "gold.yaml").write_text(text + "\n", "utf-8")
    said = [p.message for p in lint_labels(folder, JUDGES) if "'keyless'" in p.message]
    known = [found[1] for line in said if (found := re.search(r"known: (.*)$", line))]
    assert len(known) == 1, (block, said)
    return set(known[0].split(", "))


@pytest.mark.parametrize("block", sorted(BLOCKS))
def test_every_key_of_a_label_file_is_described_and_no_other(block: str, tmp_path: Path) -> None:
    assert {key for key, _ in BLOCKS[block].rows} == loader_keys(block, tmp_path)
    assert set(BLOCKS[block].required) <= {key for key, _ in BLOCKS[block].rows}
    assert all(meaning for _, meaning in BLOCKS[block].rows)


def test_every_key_of_a_site_file_is_described_and_no_other() -> None:
    nested = {"site", "member"}
    wanted = {key for key in entries._TOP if key not in nested}
    wanted |= {f"site.{key}" for key in entries._SITE}
    wanted |= {f"member.{key}" for key in entries._MEMBER}
    assert {key for key, _ in SITE_FIELDS} == wanted


def test_every_csv_column_is_a_key_of_a_site_file_and_lists_are_explained() -> None:
    keys = {key.rpartition(".")[2] for key, _ in SITE_FIELDS} | {"member_id"}
    assert set(COLUMNS) <= keys
    assert {name for name, _ in CSV_CELLS} >= set(LISTS)
    assert {name for name, _ in CSV_CELLS} <= set(COLUMNS)


def test_the_generated_pages_are_up_to_date() -> None:
    assert generate.differing() == []


def test_every_command_setting_metric_and_judge_has_its_place_in_the_reference() -> None:
    pages = generate.pages()
    for name in COMMANDS:
        assert f"\n## keurwacht {name}\n" in pages["reference/commands.md"]
    assert "\n## keurwacht sites import\n" in pages["reference/commands.md"]
    assert "`--allow-network CIDR`" in pages["reference/commands.md"]
    for row in settings_table():
        assert f"| `{row.name}` |" in pages["reference/settings.md"]
    for metric in catalogue():
        assert f"| `{metric.name}` |" in pages["reference/metrics.md"]
    for judge in JUDGES.values():
        assert f"\n## {judge.name}\n" in pages["reference/judges.md"]
        assert all(
            f"`{outcome.value}`" in pages["reference/judges.md"] for outcome in judge.outcomes
        )
    assert "| `start_page_min_chars` | int | `400` |" in pages["reference/parameters.md"]


def test_tables_keep_their_columns() -> None:
    for name, text in generate.pages().items():
        for block in re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, (name, block)


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: "-".join(page.parts[-2:]))
def test_links_lead_somewhere_and_commands_exist(page: Path) -> None:
    assert bad_links(page) == []
    assert bad_commands(page, cli) == []


def test_a_dead_link_and_a_wrong_command_are_named_with_their_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One word\n[a](page.md#one-word) [b](none.md) [c](page.md#two) [d](https://x.example/)\n"
        "`keurwacht nothing` and `keurwacht check URL --only tls`\n"
        "```sh\nkeurwacht cases --nope  # [e](gone.md)\n```\n"
        "```text\nkeurwacht never\n```\n",
        "utf-8",
    )
    assert bad_links(page, tmp_path) == [
        "page.md:2: none.md leads nowhere",
        "page.md:2: page.md#two leads nowhere",
    ]
    assert bad_commands(page, cli, tmp_path) == [
        "page.md:3: keurwacht nothing: no command nothing",
        "page.md:5: keurwacht cases --nope  # [e](gone.md): no option --nope",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("keurwacht check https://x.example/ --label a --param b=1", ""),
        ("keurwacht --config file check --json", ""),
        ("keurwacht db backup FILE", ""),
        ("keurwacht status | head", ""),
        ("keurwacht check --lable a", "no option --lable"),
        ("keurwacht db burn", "no command burn"),
        ("keurwacht --confg x run", "no option --confg"),
        ("keurwacht check 'open", "No closing quotation"),
    ],
)
def test_a_shown_command_line_is_held_to_the_program(line: str, problem: str) -> None:
    assert command_problem(line, cli) == problem


def test_the_check_exits_1_naming_a_page_that_differs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    assert generate.main([], folder) == 0
    assert generate.main(["--check"], folder) == 0
    changed = folder / "reference" / "metrics.md"
    changed.write_text(changed.read_text("utf-8") + "more\n", "utf-8")
    (folder / "labels" / "stray.md").write_text("x", "utf-8")
    assert generate.main(["--check"], folder) == 1
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "docs/labels/stray.md",
        "docs/reference/metrics.md",
    ]
    assert generate.main([], folder) == 0
    assert not (folder / "labels" / "stray.md").exists()
