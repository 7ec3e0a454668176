"""A letter as plain text and as HTML, each from a template of its own."""

from __future__ import annotations

import textwrap
from functools import lru_cache

from jinja2 import (
    Environment,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)

from monitor.adapters.channels.letter import Letter

WIDTH = 76


def render(letter: Letter) -> tuple[str, str]:
    """The plain text and the HTML of ``letter``; ValueError when a template is wrong."""
    try:
        plain = _environment().get_template("letter.txt.j2").render(letter=letter)
        html = _environment().get_template("letter.html.j2").render(letter=letter)
    except TemplateError as error:
        raise ValueError(f"mail template: {error!r}") from error
    return plain, html


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.adapters.channels", "templates"),
        autoescape=select_autoescape(("html.j2",), ("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = _wrap
    return environment


def _wrap(text: str, indent: int = 0, first: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first or " " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
