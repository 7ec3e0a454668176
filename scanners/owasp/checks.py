"""What one answer shows without an attack: every check on every page that was read."""

from __future__ import annotations

from collections.abc import Iterator

from scanners.owasp.cookies import cookies
from scanners.owasp.disclosure import errors
from scanners.owasp.evidence import Finding
from scanners.owasp.form_checks import form_checks
from scanners.owasp.headers import protection, versions
from scanners.owasp.leaks import inner_addresses, listing, shared_with_any
from scanners.owasp.markup import forms, mixed_content
from scanners.owasp.page import Page
from scanners.owasp.scripts import integrity

OK_STATUSES = range(200, 300)


def look(page: Page) -> Iterator[Finding]:
    """Everything one answer shows.

    An error page is often made by another server than the shop's pages: its missing
    headers say nothing about those.
    """
    yield from versions(page)
    yield from cookies(page)
    yield from shared_with_any(page)
    if not page.is_html:
        return
    yield from errors(page)
    yield from inner_addresses(page)
    yield from listing(page)
    yield from forms(page)
    yield from form_checks(page)
    yield from mixed_content(page)
    yield from integrity(page)
    if page.status in OK_STATUSES:
        yield from protection(page)
