"""The pages of reference and labels: ``python -m docs.generate [--check]``.

They are written from the code and the label files.
``--check`` writes nothing and exits 1 naming every page that differs.  Both look
for relative links that lead nowhere and for command lines that do not exist.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import click

from docs.label_fields import BLOCKS, Block
from docs.label_pages import label_page, trace_page, trace_rows
from docs.markdown import code, page, table
from docs.pages import ROOT, all_pages, bad_commands, bad_links
from docs.site_fields import CSV_CELLS, SITE_FIELDS
from monitor import bootstrap
from monitor.adapters.metrics_catalogue import Source, catalogue
from monitor.cli import cli
from monitor.domain.label import Label
from monitor.policy.conditions.registry import JUDGES
from monitor.policy.judge import Param
from monitor.policy.references import known_parameters
from monitor.policy.schemes import load_labels
from monitor.settings_docs import settings_table

DOCS = ROOT / "docs"
# Folders whose every page is generated.
GENERATED = ("reference", "labels")
EXITS = (
    ("0", "all met, or done"),
    ("1", "operational error"),
    ("2", "usage or bad input: one line per problem"),
    ("3", "some condition not met"),
    ("4", "nothing not met, but something could not be evaluated"),
    ("130", "interrupted"),
)
_SOURCES: Mapping[Source, str] = {
    Source.LASTING: "counted in the database; survives restarts",
    Source.PROCESS: "of this process",
    Source.FLEET: "looked up at every refresh",
}


def commands_page() -> str:
    """Every command with its arguments and options."""
    exits = table(("exit code", "meaning"), EXITS)
    words = "stdout is data, stderr is progress and logs. Every command ends with one of these:"
    return page("Commands", words, exits, *_commands(cli, None, "keurwacht"))


def _commands(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name)
    yield _command(command, context)
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None:
                yield from _commands(found, context, sub)


def _command(command: click.Command, context: click.Context) -> str:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    parts = [f"## {context.command_path}", f"```text\n{usage}\n```", _prose(command.help)]
    options = [o for o in command.params if isinstance(o, click.Option)]
    rows = []
    for option in options:
        record = option.get_help_record(context)
        if record is not None:
            rows.append((code(record[0]), record[1]))
    if rows:
        parts.append(table(("option", "meaning"), rows))
    return "\n\n".join(part for part in parts if part)


def _prose(text: str | None) -> str:
    paragraphs = (text or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs)


def settings_page() -> str:
    """Every setting, a table per section."""
    words = (
        "Looked for as `./keurwacht.toml`, then as `keurwacht/keurwacht.toml` in the user's "
        "configuration folder, or named with `--config`. A flag goes before the environment, "
        "the environment before the file. A secret can also be read from the file named by "
        "the variable with `_FILE` behind its name. Durations: `90s`, `1h30m`, `7d`."
    )
    parts = []
    for section, rows in groupby(settings_table(), key=lambda row: row.name.split(".")[0]):
        lines = [
            (code(r.name), r.type, code(r.default) or "must be given", code(r.env), r.description)
            for r in rows
        ]
        heads = ("setting", "type", "default", "variable", "meaning")
        parts.append(f"## {section}\n\n{table(heads, lines)}")
    return page("Settings", words, *parts)


def metrics_page() -> str:
    """Every metric on /metrics."""
    rows = [
        (
            code(row.name),
            row.type.value,
            ", ".join(map(code, row.labels)),
            f"{row.help} {_buckets(row.buckets)}",
            _SOURCES[row.source],
        )
        for row in catalogue()
    ]
    heads = ("metric", "type", "labels", "meaning", "value")
    return page("Metrics", "Served as text at `/metrics`.", table(heads, rows))


def _buckets(bounds: Sequence[float]) -> str:
    return f"Buckets: {', '.join(f'{bound:g}' for bound in bounds)}." if bounds else ""


def label_files_page() -> str:
    """Every key of a label file."""
    words = (
        "`config/labels/*.yaml`, schema `keurwacht/scheme@1`. Profiles and words that files have "
        "in common are in `config/labels/shared/`. Keys in **bold** may not be left out; a key "
        "that is not listed is refused. Durations are ISO 8601 (`P14D`, `PT30M`); `true` and "
        "`false` are the only booleans. `keurwacht labels lint` names every problem with file "
        "and line."
    )
    return page("Label files", words, *(_block(name, block) for name, block in BLOCKS.items()))


def _block(name: str, block: Block) -> str:
    rows = [
        (f"**{code(key)}**" if key in block.required else code(key), meaning)
        for key, meaning in block.rows
    ]
    return f"## {name}\n\n{block.about}\n\n{table(('key', 'meaning'), rows)}"


def site_files_page() -> str:
    """Site files, and the rows of an import."""
    words = (
        "`keurwacht check --site` and `keurwacht sites add` read one site (YAML); "
        "`keurwacht sites import` reads many: a YAML list of sites, or one under `sites:`, or a "
        "CSV file (comma or semicolon, UTF-8) whose first line names the columns. Unknown keys "
        "and columns are refused."
    )
    stays = (
        "What a file leaves out (a key that is not there, an empty CSV cell) stays as it is on "
        "file; what it says replaces it. To take something away, say so: `null` or `[]` (`{}` for "
        "labels) in YAML, `-` in a CSV cell. An id that was made from the URL, the register number "
        "or the name never takes the place of another site or company: when such an id is on "
        "file with another URL, register number or name, the row is refused, unless it says "
        "that `id` or `member.id` itself."
    )
    fields = [(code(key), meaning) for key, meaning in SITE_FIELDS]
    cells = [(code(key), meaning) for key, meaning in CSV_CELLS]
    return page(
        "Site files and imports",
        words,
        stays,
        f"## Keys\n\n{table(('key', 'meaning'), fields)}",
        "## CSV columns\n\nThe same, one column per key; a list is one cell with `|` between.\n\n"
        + table(("column", "cell"), cells),
    )


def parameters_page() -> str:
    """Every parameter that ``--param``, a site file or a label file may set."""
    known = known_parameters(load_labels(bootstrap.data_folder() / "labels", JUDGES), JUDGES)
    words = (
        "Set with `keurwacht check --param NAME=VALUE`, under `parameters:` of a site file, or "
        "under `parameters:` of a label file. The default is that of the judge or scanner; "
        "the label file or a condition in it may say otherwise."
    )
    return page("Parameters", words, _params(known))


def _params(params: Mapping[str, Param]) -> str:
    rows = [(code(n), p.type, code(repr(p.default)), p.help) for n, p in sorted(params.items())]
    return table(("parameter", "type", "default", "meaning"), rows)


def judges_page() -> str:
    """Every judge that ``judge.uses`` may name."""
    parts = []
    for judge in sorted(JUDGES.values(), key=lambda judge: judge.name):
        facts = (
            ("version", str(judge.version)),
            ("judges again after", ", ".join(kind.value for kind in judge.kinds)),
            ("outcomes", ", ".join(code(outcome.value) for outcome in judge.outcomes)),
            ("values for the message", ", ".join(code(f"{{{v}}}") for v in judge.values) or "-"),
        )
        text = [f"## {judge.name}", judge.help, table(("", ""), facts)]
        if judge.params:
            text.append(_params(judge.params))
        parts.append("\n\n".join(text))
    words = "An outcome says what was seen; the label file says what it is worth."
    return page("Judges", words, *parts)


def index_page() -> str:
    """The list of the pages."""
    rows = [(f"[{name}]({name}.md)", build.__doc__ or "") for name, build in BUILDERS.items()]
    return page("Reference", table(("page", "what it holds"), rows))


BUILDERS: Mapping[str, Callable[[], str]] = {
    "commands": commands_page,
    "settings": settings_page,
    "metrics": metrics_page,
    "label-files": label_files_page,
    "site-files": site_files_page,
    "parameters": parameters_page,
    "judges": judges_page,
}


def labels_page(labels: Mapping[str, Label]) -> str:
    """The list of the labels."""
    rows = [
        (f"[{name}]({name}.md)", label.framework_version, str(len(label.conditions)))
        for name, label in labels.items()
    ]
    words = "What each label asks of a site. [Every row of the sources](../trace.md)."
    return page("Labels", words, table(("label", "framework", "conditions"), rows))


def pages() -> Mapping[str, str]:
    """Every generated page: name under docs/ and text."""
    found = load_labels(bootstrap.data_folder() / "labels", JUDGES)
    labels = {label.label_id: label for label in found}
    texts = {f"reference/{name}.md": build() for name, build in BUILDERS.items()}
    texts |= {f"labels/{name}.md": label_page(label) for name, label in labels.items()}
    texts["labels/README.md"] = labels_page(labels)
    texts["trace.md"] = trace_page(labels, trace_rows())
    return {**texts, "reference/README.md": index_page()}


def _found(folder: Path) -> dict[str, str]:
    """The pages that are there, of those that are generated."""
    paths = [path for name in GENERATED for path in (folder / name).glob("*.md")]
    paths += [path for name in pages() if "/" not in name and (path := folder / name).exists()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def differing(folder: Path = DOCS) -> list[str]:
    """Pages that are not what the code says, and pages that nothing writes."""
    wanted, found = pages(), _found(folder)
    names = sorted(wanted.keys() | found.keys())
    return [f"docs/{n}" for n in names if wanted.get(n) != found.get(n)]


def write(folder: Path = DOCS) -> None:
    """Write every page, take away those that nothing writes."""
    wanted = pages()
    for name in _found(folder):
        if name not in wanted:
            (folder / name).unlink()
    for name, text in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None, folder: Path = DOCS) -> int:
    """0 when everything is in order, 1 otherwise with one line per problem on stderr."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    if parser.parse_args(arguments).check:
        problems = [f"{name}: differs; run python -m docs.generate" for name in differing(folder)]
    else:
        write(folder)
        problems = []
    for path in all_pages():
        problems += bad_links(path)
        problems += bad_commands(path, cli)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
