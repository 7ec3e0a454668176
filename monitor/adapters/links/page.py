"""The page behind a link: plain HTML, no script, nothing of a third party, no cookie."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from babel.dates import format_date
from jinja2 import Environment, StrictUndefined, Template

from monitor.adapters.calendar import zone_of
from monitor.adapters.links.words import FALLBACK, LINK_WORDS, LinkWords
from monitor.domain.action import Action
from monitor.services.member_links import ANSWER_MAX_CHARS, Page, PageState
from scanners.api import clip

SHOWN_MAX_CHARS = 200
STYLE = (
    "body{margin:0;background:#f1f3f0;color:#1d2733;"
    "font:16px/1.55 'Segoe UI',Helvetica,Arial,sans-serif}"
    "main{max-width:34rem;margin:3rem auto;padding:1.75rem;background:#fff;border-radius:10px;"
    "overflow-wrap:anywhere}"
    "h1{margin:0 0 1rem;font-size:1.35rem;line-height:1.3}"
    ".who{color:#14532d;font-weight:700;font-size:.85rem}"
    "button{margin:1rem 0;padding:.7rem 1.2rem;border:0;border-radius:6px;background:#14532d;"
    "color:#fff;font:inherit;font-weight:600;cursor:pointer}"
    "button:focus-visible,textarea:focus-visible{outline:3px solid #2b5797;outline-offset:2px}"
    "textarea{display:block;box-sizing:border-box;width:100%;min-height:14rem;margin:.3rem 0;"
    "font:inherit}"
    "small{color:#56616b}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
CSP = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_PAGE = """<!DOCTYPE html>
<html lang="{{ words.language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
<main>
<p class="who">{{ organisation }}</p>
<h1>{{ title }}</h1>
<p>{{ text }}</p>
{% if about %}
<p><bdi>{{ about }}</bdi></p>
{% endif %}
{% if due %}
<p>{{ due }}</p>
{% endif %}
{% if button %}
<form method="post">
{% if answers %}
<label for="answers">{{ words.answers }}</label>
<textarea id="answers" name="answers" maxlength="{{ answers }}" required></textarea>
{% endif %}
<button type="submit">{{ button }}</button>
</form>
{% endif %}
<p><small>{{ words.reply }}</small></p>
</main>
</body>
</html>
"""
# RFC 9110 15.5: gone for good, too early, and what only a new request can mend.
STATUS: Mapping[PageState, int] = MappingProxyType(
    {
        PageState.ASK: 200,
        PageState.DONE: 200,
        PageState.USED: 410,
        PageState.OVER: 409,
        PageState.LATER: 429,
        PageState.EMPTY: 422,
        PageState.EXPIRED: 410,
        PageState.FORGED: 403,
        PageState.TROUBLE: 503,
    }
)


def render_page(page: Page, organisation: str) -> bytes:
    """The page in its language (English for one we have no words for), UTF-8.

    Everything that is no word of ours is cut short and escaped.
    """
    words = LINK_WORDS.get(page.language, FALLBACK)
    title, text = _said(page, words)
    asks = page.action if page.state in (PageState.ASK, PageState.EMPTY) else None
    return (
        _template()
        .render(
            words=words,
            style=STYLE,
            organisation=clip(organisation, SHOWN_MAX_CHARS),
            title=title,
            text=text,
            about=_about(page, words),
            due=_due(page, words),
            button="" if asks is None else words.buttons[asks],
            answers=ANSWER_MAX_CHARS if asks is Action.ANSWER else 0,
        )
        .encode("utf-8")
    )


def _said(page: Page, words: LinkWords) -> tuple[str, str]:
    if page.action is not None and page.state is PageState.ASK:
        return words.buttons[page.action], words.asked[page.action]
    if page.action is not None and page.state is PageState.DONE:
        return words.done_title, words.done[page.action]
    return words.states[page.state]


def _about(page: Page, words: LinkWords) -> str:
    if not page.thread:
        return ""
    template = words.about if page.host and page.labels else words.about_site
    return template.format(
        host=clip(page.host, SHOWN_MAX_CHARS),
        labels=clip(", ".join(page.labels), SHOWN_MAX_CHARS),
        thread=page.thread,
    )


def _due(page: Page, words: LinkWords) -> str:
    if page.due_at is None or page.state not in (PageState.ASK, PageState.DONE):
        return ""
    local: datetime = page.due_at.astimezone(zone_of(page.country))
    return words.due.format(due=format_date(local.date(), "full", locale=words.locale))


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_PAGE)
