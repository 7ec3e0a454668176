"""Site files and import files: read, with the line of everything that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from monitor.cli import InputError
from monitor.commands.csv_rows import Record, Records
from monitor.policy.judge import Param
from monitor.policy.references import ParameterError, converted
from monitor.policy.yaml_lines import Document, YamlError, read_yaml
from monitor.services.entries import Entry, EntryProblem, parse_entry
from monitor.services.members import Row, RowProblem
from scanners.api import clip

FILE_MAX_BYTES = 100_000_000
LISTS = ("hosts", "profile_urls", "trade_names", "customers", "languages", "flags")
SITE_COLUMNS = ("hosts", "certificate_url", "profile_urls", "platform")
TOP_COLUMNS = ("id", "url", "subject")
MEMBER_COLUMNS = (
    "member_id", "legal_name", "trade_names", "kvk", "kbo", "vat", "address", "customers",
    "jurisdiction", "languages", "flags", "size", "labels", "contacts", "categories",
)  # fmt: skip
COLUMNS = (*TOP_COLUMNS, *SITE_COLUMNS, *MEMBER_COLUMNS)
KNOWN_COLUMNS = ", ".join(COLUMNS)
# What a cell says to take away what is on file; an empty one says nothing.
NOTHING = "-"
SUFFIXES = (".csv", ".yaml", ".yml")
ONLY_CHECK = "are for `check` only; the daemon takes them from the label files"
# Parameters of type text that are one of a few words.
WORDS: Mapping[str, Sequence[str]] = {
    "tls_norm": ("list", "ncsc-2025-05", "ncsc-2.1"),
    "tls_not_met_at": ("insufficient", "phase_out"),
}


def read_text(path: Path) -> str:
    """The file as UTF-8 text; exit 2 with its name when it cannot be read."""
    try:
        with path.open("rb") as stream:
            body = stream.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if len(body) > FILE_MAX_BYTES:
        raise InputError(f"{path}: larger than {FILE_MAX_BYTES} bytes")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise InputError(f"{path}:{line}: not UTF-8 text") from error


def read_site_file(
    path: Path, known_labels: Sequence[str], parameters: Mapping[str, Param]
) -> Entry:
    """The entry of a site file; exit 2 with one line per problem."""
    try:
        document = read_yaml(read_text(path))
    except YamlError as error:
        raise InputError(f"{path}:{error.line}: {error.message}") from error
    entry, problems = parse_entry(document.value, known_labels)
    given = document.value.get("parameters") if isinstance(document.value, Mapping) else None
    problems = (*problems, *_parameter_problems(given, parameters))
    if entry is None or problems:
        lines = sorted({(document.line(p.path), say(p)) for p in problems})
        raise InputError("\n".join(f"{path}:{line}: {text}" for line, text in lines))
    return entry


def _parameter_problems(given: object, known: Mapping[str, Param]) -> Iterator[EntryProblem]:
    if not isinstance(given, Mapping):
        return
    for name, value in given.items():
        wrong = wrong_parameter(str(name), value, known)
        if wrong:
            yield EntryProblem(("parameters", name), wrong)


def wrong_parameter(name: str, value: object, known: Mapping[str, Param]) -> str:
    """What is wrong with a parameter somebody set, "" when nothing is."""
    if name not in known:
        return f"unknown parameter {clip(name, 60)!r}; known: {', '.join(sorted(known))}"
    try:
        read = converted(name, known[name], value)
    except ParameterError as error:
        return str(error)
    words = WORDS.get(name, ())
    if words and read not in words:
        return f"parameter {name}: {clip(str(read), 60)!r} is not one of {', '.join(words)}"
    return ""


def say(problem: EntryProblem) -> str:
    """``member.kvk: '12' is not 8 digits``."""
    where = ".".join(str(part) for part in problem.path)
    return f"{where}: {problem.message}" if where else problem.message


def read_import(path: Path, known_labels: Sequence[str]) -> tuple[list[Row], list[RowProblem]]:
    """The rows of a CSV or YAML file and everything that is wrong, by line."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path}: {suffix!r} is not one of {', '.join(SUFFIXES)}")
    text = read_text(path)
    if suffix == ".csv":
        return _with_names(*_csv_rows(text, known_labels))
    try:
        document = read_yaml(text)
    except YamlError as error:
        return [], [RowProblem(error.line, error.message)]
    return _with_names(*_yaml_rows(document, known_labels))


def _with_names(
    rows: Sequence[Row], problems: Sequence[RowProblem]
) -> tuple[list[Row], list[RowProblem]]:
    """A site file may leave its member out (``check``); what is kept on file may not."""
    good = [row for row in rows if row.entry.member.legal_name]
    nameless = [
        RowProblem(row.line, "member.legal_name: is missing")
        for row in rows
        if not row.entry.member.legal_name
    ]
    return good, [*problems, *nameless]


def _yaml_rows(
    document: Document, known_labels: Sequence[str]
) -> tuple[list[Row], list[RowProblem]]:
    base: tuple[str | int, ...] = ()
    value = document.value
    if isinstance(value, Mapping):
        strange = [str(key) for key in value if key != "sites"]
        if strange or "sites" not in value:
            message = f"expected a list, or one under 'sites:'; found {', '.join(strange) or '-'}"
            return [], [RowProblem(document.line(tuple(strange[:1])), message)]
        value, base = value["sites"], ("sites",)
    if not isinstance(value, list):
        return [], [RowProblem(document.line(base), "expected a list of sites")]
    rows: list[Row] = []
    problems: list[RowProblem] = []
    for i, item in enumerate(value):
        entry, found = parse_entry(item, known_labels)
        if entry is not None and entry.parameters:
            found = (EntryProblem(("parameters",), ONLY_CHECK),)
        elif entry is not None:
            rows.append(Row(document.line((*base, i)), entry))
        problems.extend(RowProblem(document.line((*base, i, *p.path)), say(p)) for p in found)
    return rows, problems


def _csv_rows(text: str, known_labels: Sequence[str]) -> tuple[list[Row], list[RowProblem]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    table = Records(text, delimiter)
    records = iter(table)
    head = next(records, Record(1, 1, ()))
    header = [name.strip() for name in head.cells]
    wrong = head.error or _wrong_header(header)
    if wrong:
        return [], [RowProblem(head.line, wrong)]
    rows: list[Row] = []
    problems: list[RowProblem] = []

    def read(record: Record) -> bool:
        row, found = _csv_row(record, header, known_labels)
        rows.extend(() if row is None else (row,))
        problems.extend(RowProblem(record.line, why) for why in found)
        return row is not None

    for record in records:
        # What is wrong with a row of several lines may be the quote that made it one.
        if not read(record) and not record.error:
            for swallowed in table.inside(record, len(header)):
                read(swallowed)
    return rows, problems


def _wrong_header(header: Sequence[str]) -> str:
    strange = [name for name in header if name not in COLUMNS]
    twice = sorted({name for name in header if header.count(name) > 1})
    if not (strange or twice or "url" not in header):
        return ""
    what = ", ".join(strange or twice) or "no column 'url'"
    return f"columns: {what}; known: {KNOWN_COLUMNS}"


def _csv_row(
    record: Record, header: Sequence[str], known_labels: Sequence[str]
) -> tuple[Row | None, list[str]]:
    """The row of a record, or why there is none."""
    if record.error:
        return None, [record.error]
    ends = f"; the row ends in line {record.last}" if record.last > record.line else ""
    if len(record.cells) != len(header):
        return None, [f"expected {len(header)} fields{ends}"]
    raw, wrong = csv_entry(dict(zip(header, record.cells, strict=True)))
    entry, problems = parse_entry(raw, known_labels)
    wrong += [say(problem) for problem in problems]
    if entry is None or wrong:
        return None, [why + ends for why in wrong]
    return Row(record.line, entry), []


def csv_entry(record: Mapping[str, str]) -> tuple[dict[str, object], list[str]]:
    """A CSV record in the shape of a site file.

    Lists are separated by ``|``.  ``labels``: ``ID=standing`` or
    ``ID=standing@2026-11-20``.  ``contacts``: ``mail/name/language/role``.
    ``categories``: ``name`` or ``name@since..until``.  An empty cell says
    nothing, a dash that there is none.
    """
    wrong: list[str] = []
    top: dict[str, object] = {}
    site: dict[str, object] = {}
    member: dict[str, object] = {}
    for name, text in record.items():
        cell = text.strip()
        if not cell:
            continue
        target = top if name in TOP_COLUMNS else site if name in SITE_COLUMNS else member
        key = "id" if name == "member_id" else name
        target[key] = None if cell == NOTHING else _cell(name, cell, wrong)
    if site:
        top["site"] = site
    if member:
        top["member"] = member
    return top, wrong


def _cell(name: str, cell: str, wrong: list[str]) -> object:
    match name:
        case "labels":
            return _labels(cell, wrong)
        case "contacts":
            return [_contact(part, wrong) for part in _parts(cell)]
        case "categories":
            return [_category(part) for part in _parts(cell)]
        case _:
            return _parts(cell) if name in LISTS else cell


def _labels(cell: str, wrong: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for part in _parts(cell):
        name, raw = _label(part, wrong)
        if name in found:
            wrong.append(f"labels: {clip(name, 60)!r} is given twice")
        found[name] = raw
    return found


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split("|") if part.strip()]


def _label(part: str, wrong: list[str]) -> tuple[str, object]:
    name, equals, rest = part.partition("=")
    if not equals:
        wrong.append(f"labels: {part[:60]!r} is not ID=standing or ID=standing@date")
    standing, at, since = rest.partition("@")
    raw: dict[str, object] = {"standing": standing.strip()}
    if at:
        raw["since"] = since.strip()
    return name.strip(), raw


def _contact(part: str, wrong: list[str]) -> dict[str, object]:
    fields = [piece.strip() for piece in part.split("/")]
    if len(fields) > 4:  # noqa: PLR2004
        wrong.append(f"contacts: {part[:60]!r} is not mail/name/language/role")
    names = ("email", "name", "language", "role")
    return {key: value for key, value in zip(names, fields, strict=False) if value}


def _category(part: str) -> dict[str, object]:
    found = re.fullmatch(r"([^@]+)(?:@([0-9-]*)(?:\.\.([0-9-]*))?)?", part)
    if found is None:
        return {"name": part}
    raw = {"name": found.group(1).strip(), "since": found.group(2), "until": found.group(3)}
    return {key: value for key, value in raw.items() if value}
