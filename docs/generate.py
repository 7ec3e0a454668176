"""Write docs/reference from the code, or check that it is as the code says.

``python -m docs.generate`` writes; ``--check`` names every page that differs and
every relative link that leads nowhere, and exits 1.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from docs.label_fields import FIELDS
from monitor import bootstrap
from monitor.adapters.metrics_catalogue import catalogue
from monitor.cli import COMMANDS, cli
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.references import SCANNER_PARAMETERS
from monitor.policy.schemes import load_labels
from monitor.settings_docs import settings_table

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
REFERENCE = FOLDER / "reference"
NOTE = "<!-- Made by `python -m docs.generate` from the code; changes here are lost. -->"
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A Markdown table; bars in cells are escaped."""
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        cells = [" ".join(str(cell).split()).replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"


def commands() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "# Commands"
    yield ""
    yield "Exit codes of every command: 0 all met or done, 1 operational error, 2 usage or bad"
    yield "input, 3 some condition not met, 4 something could not be evaluated, 130 interrupted."
    yield "stdout is data, stderr is progress and logs."
    with click.Context(cli, info_name="keurwacht") as context:
        yield from _command(cli, "keurwacht", 2, sub=False)
        for name in sorted(COMMANDS):
            found = cli.get_command(context, name)
            if found is not None:
                yield from _command(found, f"keurwacht {name}", 2, sub=True)


def _command(command: click.Command, path: str, level: int, *, sub: bool) -> Iterator[str]:
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    usage = " ".join([path, *(a.make_metavar(click.Context(command)) for a in arguments)])
    yield from ("", f"{'#' * level} `{usage}`", "", (command.help or "").replace("\b", "").strip())
    rows = [
        (f"`{', '.join(p.opts)}`", "yes" if p.multiple else "", p.help or "")
        for p in command.params
        if isinstance(p, click.Option)
    ]
    if rows:
        yield ""
        yield from table(("option", "may repeat", "meaning"), rows)
    if sub and isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from _command(child, f"{path} {name}", level + 1, sub=True)


def settings() -> Iterator[str]:
    """Every setting."""
    yield "# Settings"
    yield ""
    yield "A flag goes before the environment, the environment before the file, the file before"
    yield "the default. A secret may also be read from a file: the variable's name with `_FILE`."
    yield ""
    yield from table(
        ("setting", "type", "default", "environment", "meaning"),
        [
            (f"`{r.name}`", r.type, f"`{r.default}`" if r.default else "", f"`{r.env}`",
             r.description)
            for r in settings_table()
        ],
    )  # fmt: skip


def metrics() -> Iterator[str]:
    """Every metric of /metrics."""
    yield "# Metrics"
    yield ""
    yield from table(
        ("metric", "type", "labels", "meaning"),
        [(f"`{r.name}`", r.type.value, ", ".join(r.labels), r.help) for r in catalogue()],
    )


def label_files() -> Iterator[str]:
    """Every field of a label file."""
    yield "# Label files"
    yield ""
    yield "YAML, schema `keurwacht/scheme@1`. Unknown keys and duplicate keys are refused; `no` and"
    yield "`on` are text; durations are ISO 8601 with P1Y = 365 days. `keurwacht labels lint` names"
    yield "everything that is wrong at once, with file and line."
    for block, rows in FIELDS.items():
        yield from ("", f"## {block}", "")
        yield from table(("field", "meaning"), [(f"`{name}`", text) for name, text in rows.items()])


def judges() -> Iterator[str]:
    """Every judge with outcomes, parameters and message values."""
    yield "# Judges"
    yield ""
    yield "What `judge.uses` of a condition may name."
    for name, judge in sorted(JUDGES.items()):
        yield from ("", f"## `{name}` (version {judge.version})", "", judge.help, "")
        yield f"- scans: {', '.join(kind.value for kind in judge.kinds)}"
        yield f"- outcomes: {', '.join(f'`{o.value}`' for o in judge.outcomes)}"
        yield f"- values for messages: {', '.join(f'`{v}`' for v in judge.values) or 'none'}"
        rows = [(f"`{n}`", p.type, f"`{p.default}`", p.help) for n, p in judge.params.items()]
        if rows:
            yield ""
            yield from table(("parameter", "type", "default", "meaning"), rows)


def parameters() -> Iterator[str]:
    """Every parameter that --param and the site file may set."""
    yield "# Parameters"
    yield ""
    yield "What `--param NAME=VALUE` and `parameters:` of a site file may set, for one look."
    yield ""
    rows = [
        (f"`{n}`", "all scans that read pages", p.type, f"`{p.default}`", p.help)
        for n, p in SCANNER_PARAMETERS.items()
    ]
    for name, judge in sorted(JUDGES.items()):
        rows += [
            (f"`{n}`", f"`{name}`", p.type, f"`{p.default}`", p.help)
            for n, p in judge.params.items()
        ]
    yield from table(("parameter", "used by", "type", "default", "meaning"), sorted(rows))


def labels() -> Iterator[str]:
    """The conditions of the shipped labels."""
    yield "# Labels"
    for label in load_labels(bootstrap.data_folder() / "labels", JUDGES):
        title = label.text(label.title, "en")
        yield from ("", f"## {title} (`{label.label_id}`)", "")
        yield f"Framework {label.framework_version}, revision {label.revision}."
        yield ""
        yield from table(
            ("condition", "statement", "decided by", "severity", "confirm", "remedy"),
            [
                (
                    f"`{c.condition_id}`",
                    label.text(c.statement, "en"),
                    f"`{c.judge.uses}`" if c.judge else "a document",
                    c.severity.value,
                    c.confirm,
                    c.remedy,
                )
                for c in label.conditions
            ],
        )


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "commands.md": commands,
    "settings.md": settings,
    "metrics.md": metrics,
    "label-files.md": label_files,
    "judges.md": judges,
    "parameters.md": parameters,
    "labels.md": labels,
}


def render(page: Callable[[], Iterator[str]]) -> str:
    """The text of a page."""
    lines = list(page())
    return "\n".join([lines[0], "", NOTE, *lines[1:]]) + "\n"


def broken_links() -> list[str]:
    """Relative links of the documents that lead nowhere."""
    found = []
    for file in [ROOT / "README.md", *sorted(FOLDER.rglob("*.md"))]:
        found += [
            f"{file.relative_to(ROOT)}: {target} is not there"
            for target in _LINK.findall(file.read_text("utf-8"))
            if "://" not in target and not (file.parent / target).exists()
        ]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; 1 when something differs."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(arguments).check
    problems = []
    for name, page in PAGES.items():
        file, text = REFERENCE / name, render(page)
        if not check:
            REFERENCE.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        elif not file.is_file() or file.read_text("utf-8") != text:
            problems.append(f"docs/reference/{name} is not what the code says; run make reference")
    problems += broken_links()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
