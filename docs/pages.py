"""What the pages say that can be checked: where links lead, which commands are shown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

ROOT = Path(__file__).parent.parent
PROGRAM = "keurwacht"
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^\s*```(\w*)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
# Fenced blocks that show what a person types.
_SHELLS = ("sh", "bash", "shell", "console")


def all_pages(root: Path = ROOT) -> list[Path]:
    """README.md and every page under docs/."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def bad_links(page: Path, root: Path = ROOT) -> list[str]:
    """Relative links of a page that lead to no file, or to no heading of one."""
    found = []
    for number, line in _prose(page):
        for target in _LINK.findall(line):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            file = page if not parts.path else page.parent / unquote(parts.path)
            missing = not file.exists() or root not in file.resolve().parents
            if missing or (parts.fragment and parts.fragment not in _anchors(file)):
                found.append(f"{page.relative_to(root)}:{number}: {target} leads nowhere")
    return found


def bad_commands(page: Path, program: click.Group, root: Path = ROOT) -> list[str]:
    """Command lines shown on a page whose command or option does not exist."""
    found = []
    for number, line in _command_lines(page):
        wrong = command_problem(line, program)
        if wrong:
            found.append(f"{page.relative_to(root)}:{number}: {line}: {wrong}")
    return found


def command_problem(line: str, program: click.Group) -> str:
    """What is wrong with ``keurwacht ...`` as it is written, "" when nothing is.

    Names of commands and options are looked at; values are not.
    """
    try:
        words = shlex.split(line, comments=True)[1:]
    except ValueError as error:
        return str(error)
    command: click.Command = program
    context = click.Context(command, info_name=PROGRAM)
    skip = 0
    for word in (w.strip("[]") for w in words):
        if skip:
            skip -= 1
        elif word in ("|", "&&", ";", ">"):
            break
        elif word.startswith("-"):
            option = _option(command, word)
            if option is None and word not in ("-h", "--help"):
                return f"no option {word}"
            skip = 0 if option is None or option.is_flag or "=" in word else option.nargs
        elif isinstance(command, click.Group) and word not in ("", "..."):
            sub = command.get_command(context, word)
            if sub is None:
                return f"no command {word}"
            command, context = sub, click.Context(sub, parent=context, info_name=word)
    return ""


def _option(command: click.Command, word: str) -> click.Option | None:
    name = word.split("=", maxsplit=1)[0]
    for param in command.params:
        if isinstance(param, click.Option) and name in (*param.opts, *param.secondary_opts):
            return param
    return None


def _prose(page: Path) -> Iterator[tuple[int, str]]:
    for number, line, language in _lines(page):
        if language is None:
            yield number, line


def _command_lines(page: Path) -> Iterator[tuple[int, str]]:
    for number, line, language in _lines(page):
        if language is None:
            shown: Sequence[str] = _SPAN.findall(line)
        else:
            shown = [line.strip().removeprefix("$ ")] if language in _SHELLS else []
        yield from ((number, text) for text in shown if text.startswith(f"{PROGRAM} "))


def _lines(page: Path) -> Iterator[tuple[int, str, str | None]]:
    """Number, text and language of the fenced block (None: in no block) of every line."""
    language: str | None = None
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence is None:
            yield number, line, language
        else:
            language = fence[1] if language is None else None


def _anchors(file: Path) -> set[str]:
    headings = _HEADING.findall(file.read_text("utf-8")) if file.suffix == ".md" else ()
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in headings}
