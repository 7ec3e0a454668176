"""Checks of forms: where a password goes, and whether a stranger could send the form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from scanners.content.html import absolute
from scanners.net.names import registrable_domain
from scanners.owasp.evidence import Finding
from scanners.owasp.page import Page
from scanners.owasp.rules import finding, path_template

FORMS_MAX = 200
FIELDS_MAX = 500
_TOKEN = re.compile(
    r"csrf|xsrf|token|nonce|authenticity|form_?key|form_?build_?id|verification|sesskey|anticsrf|"
    r"__viewstate",
    re.IGNORECASE,
)
_RANDOM = re.compile(
    r"(?=[^0-9]{0,200}[0-9])(?=[^A-Za-z]{0,200}[A-Za-z])[A-Za-z0-9+/=_.:-]{20,4096}"
)
_SEARCH = re.compile(r"search|zoek|recherche|such", re.IGNORECASE)


def form_checks(page: Page) -> Iterator[Finding]:
    """Passwords in addresses, and forms that change something without a token."""
    guarded = _page_has_token(page)
    for form in page.tree.css("form")[:FORMS_MAX]:
        method = (form.attributes.get("method") or "").strip().lower()
        target = _target(page, form)
        if method == "get" and _has_password(form):
            yield finding(
                "password-in-address", page.url, site=page.site, param=_place(target),
                excerpt=f"<form method=get action={_place(target)}> with a password",
            )  # fmt: skip
        if method == "post" and not guarded and _wants_token(page, form, target):
            yield finding(
                "csrf-token-missing", page.url, site=page.site, param=_place(target),
                excerpt=f"<form method=post action={_place(target)}>",
            )  # fmt: skip


def _target(page: Page, form: LexborNode) -> str:
    action = (form.attributes.get("action") or "").strip()
    return (absolute(page.base, action) if action else page.url) or page.url


def _place(target: str) -> str:
    return path_template(target)


def _wants_token(page: Page, form: LexborNode, target: str) -> bool:
    """Does the form go to the shop itself, with something to change, and without a token?"""
    host = urlsplit(target).hostname or ""
    if registrable_domain(host) != registrable_domain(urlsplit(page.url).hostname or ""):
        return False
    fields = form.css("input, textarea, select, button")[:FIELDS_MAX]
    names = [(field.attributes.get("name") or "") for field in fields]
    if not any(names) or any(_TOKEN.search(name) for name in names):
        return False
    hidden = [f for f in fields if (f.attributes.get("type") or "").strip().lower() == "hidden"]
    # A name that says nothing with a value nobody could guess serves as well.
    if any(_RANDOM.fullmatch(f.attributes.get("value") or "") for f in hidden):
        return False
    role = f"{form.attributes.get('role') or ''} {form.attributes.get('action') or ''}"
    return not _SEARCH.search(role)


def _page_has_token(page: Page) -> bool:
    """A token in the head or in a cookie, which the page's script sends along."""
    for node in page.tree.css("meta[name][content]")[:200]:
        if re.search(r"csrf|xsrf", node.attributes.get("name") or "", re.IGNORECASE):
            return True
    cookies = [value.partition("=")[0].lower() for value in page.all("set-cookie")[:50]]
    return any("csrf" in name or "xsrf" in name for name in cookies)


def _has_password(form: LexborNode) -> bool:
    return any(
        (field.attributes.get("type") or "").strip().lower() == "password"
        for field in form.css("input[type]")[:FIELDS_MAX]
    )
