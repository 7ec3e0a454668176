"""What a lab shop answers, given how it behaves at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.shops.modes import Asked, Behaviour, Plain
from tests.shops.pages import HTML, Page, consent_wall_page, not_found_page

if TYPE_CHECKING:
    from tests.shops.server import Shop

SECURITY_HEADERS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "content-security-policy": (
        "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; form-action 'self';"
        " object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SESSION_COOKIE = "session=5f2c9d8e41b7; Path=/; Secure; HttpOnly; SameSite=Lax"
CHALLENGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Just a moment...</title></head>
<body><h1>Checking your browser</h1>
<p>Please verify you are human to continue. This check needs JavaScript and cookies
(captcha challenge). Access denied for automated visitors.</p></body></html>
"""
MOVED = "<!doctype html><title>Moved</title><p>Moved.</p>\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; without content-length, date and server."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer_to(shop: Shop, request: Asked) -> Answer:
    """The answer to one request; walls and redirects come before pages."""
    if shop.behaviour is Behaviour.PARKED:
        return _redirect(302, shop.parked_at)
    if not request.secure and shop.plain is not Plain.SERVES:
        return _redirect(301, f"https://{shop.host}{request.target}")
    if request.secure and request.host.partition(":")[0] == f"www.{shop.host}":
        return _redirect(301, f"https://{shop.host}{request.target}")
    page = _page(shop, request)
    headers = dict(SECURITY_HEADERS) if request.secure else {}
    headers |= shop.extra_headers
    sent = [("content-type", page.content_type), *headers.items(), *page.headers]
    if page.content_type == HTML and not request.cookie and request.secure:
        sent.append(("set-cookie", SESSION_COOKIE))
    return Answer(page.status, tuple(sent), page.body.encode())


def _page(shop: Shop, request: Asked) -> Page:
    if shop.behaviour is Behaviour.BOT_WALL:
        return Page(CHALLENGE, HTML, 403)
    if shop.behaviour is Behaviour.CONSENT_WALL:
        return consent_wall_page(shop.text)
    if request.method == "POST":
        return Page(MOVED, HTML, 303, (("location", "/"),))
    if request.method not in {"GET", "HEAD"}:
        return Page("", "text/plain", 405, (("allow", "GET, HEAD, POST"),))
    return shop.pages.get(request.path) or not_found_page(shop.text)


def _redirect(status: int, location: str) -> Answer:
    headers = (("content-type", HTML), ("location", location))
    return Answer(status, headers, MOVED.encode())
