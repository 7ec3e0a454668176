"""Checks of what a page loads and where its forms send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from scanners.content.html import absolute
from scanners.owasp.evidence import Confidence, Finding, Severity
from scanners.owasp.page import Page
from scanners.owasp.rules import finding

NODES_MAX = 3_000
FORMS_MAX = 200
STYLE_CHARS = 200_000
_SCRIPT_TYPES = frozenset({"", "module", "importmap", "speculationrules"})
_SCRIPT_TYPE = re.compile(r"(text|application)/(x-)?(java|ecma|live|j)script[\d.]*")
_IMPORT = re.compile(
    r"@import\s{0,20}(?:url\(\s{0,20})?[\"']?(http://[^\s\"')]{1,500})", re.IGNORECASE
)
_ACTIVE = (("script", "src"), ("iframe", "src"), ("frame", "src"), ("embed", "src"),
           ("object", "data"))  # fmt: skip
_PASSIVE = (("img", "src"), ("audio", "src"), ("video", "src"), ("source", "src"),
            ("video", "poster"), ("input", "src"), ("track", "src"))  # fmt: skip
_ACTIVE_PRELOADS = frozenset({"script", "style", "worker", "document", "font", "fetch"})


@dataclass(frozen=True, slots=True)
class _Load:
    """Something a page loads over plain HTTP."""

    target: str
    tag: str
    active: bool


def mixed_content(page: Page) -> Iterator[Finding]:
    """Plain HTTP on a secure page (W3C Mixed Content 3.1); one finding per host and kind."""
    if not page.secure:
        return
    for load in _loads(page):
        rule = "mixed-content-active" if load.active else "mixed-content-passive"
        yield _plain_http(rule, page, load.target, f"<{load.tag}> {load.target}")


def _plain_http(rule: str, page: Page, target: str, excerpt: str) -> Finding:
    """A finding about one plain HTTP address.

    Where a policy upgrades requests browsers use https after all: a small thing then.
    """
    return finding(
        rule, page.url, site=page.site, param=urlsplit(target).hostname or "", excerpt=excerpt,
        severity=Severity.LOW if page.upgraded else None,
        confidence=Confidence.LOW if page.upgraded else None,
    )  # fmt: skip


def _loads(page: Page) -> Iterator[_Load]:
    for active, table in ((True, _ACTIVE), (False, _PASSIVE)):
        for tag, attribute in table:
            for node in page.tree.css(f"{tag}[{attribute}]")[:NODES_MAX]:
                target = _plain(page, node.attributes.get(attribute) or "")
                if target and _is_loaded(node, tag):
                    yield _Load(target, tag, active)
    yield from _linked(page)
    for node in page.tree.css("style")[:100]:
        for match in _IMPORT.finditer(node.text()[:STYLE_CHARS]):
            yield _Load(match.group(1), "style", active=True)


def _linked(page: Page) -> Iterator[_Load]:
    for node in page.tree.css("link[rel][href]")[:NODES_MAX]:
        rel = (node.attributes.get("rel") or "").lower().split()
        target = _plain(page, node.attributes.get("href") or "")
        if not target:
            continue
        as_what = (node.attributes.get("as") or "").strip().lower()
        if "stylesheet" in rel or "modulepreload" in rel:
            yield _Load(target, "link", active=True)
        elif "preload" in rel:
            yield _Load(target, "link", active=as_what in _ACTIVE_PRELOADS)
        elif "icon" in rel or "apple-touch-icon" in rel:
            yield _Load(target, "link", active=False)


def _is_loaded(node: LexborNode, tag: str) -> bool:
    kind = (node.attributes.get("type") or "").strip().lower()
    if tag == "script":
        # Data blocks (JSON-LD, templates) name a source but browsers never fetch it.
        return kind in _SCRIPT_TYPES or bool(_SCRIPT_TYPE.fullmatch(kind))
    if tag == "input":
        return kind == "image"
    return True


def _plain(page: Page, reference: str) -> str:
    target = absolute(page.base, reference)
    return target if target.startswith("http://") else ""


def forms(page: Page) -> Iterator[Finding]:
    """Forms that send fields over plain HTTP, and passwords asked on a page without https."""
    if not page.secure and _asks_password(page.tree.root):
        yield finding(
            "password-over-http", page.url, site=page.site, param="password",
            excerpt="<input type=password>",
        )  # fmt: skip
    for form in page.tree.css("form")[:FORMS_MAX]:
        for target in _sent_to(page, form):
            yield _plain_http("form-to-http", page, target, f"form action {target}")


def _sent_to(page: Page, form: LexborNode) -> Iterator[str]:
    """Plain HTTP addresses a form posts to; without an action that is the page itself.

    A search that is asked with GET gives nothing away that a link would not.
    """
    attributes = form.attributes
    method = (attributes.get("method") or "get").strip().lower()
    secret = _asks_password(form)
    action = (attributes.get("action") or "").strip()
    if method == "post" or (secret and method != "dialog"):
        target = absolute(page.base, action) if action else page.url
        if target.startswith("http://"):
            yield target
    for button in form.css("button[formaction], input[formaction]")[:50]:
        own = (button.attributes.get("formmethod") or method).strip().lower()
        target = _plain(page, button.attributes.get("formaction") or "")
        if target and (own == "post" or (secret and own != "dialog")):
            yield target


def _asks_password(node: LexborNode | None) -> bool:
    if node is None:
        return False
    return any(
        (field.attributes.get("type") or "").strip().lower() == "password"
        for field in node.css("input[type]")[:NODES_MAX]
    )
