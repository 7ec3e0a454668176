"""Evidence without what belongs to people: cookies, keys, addresses of mail, card numbers.

What a scan keeps is read by staff and sent to members.  Whoever is named on a page, or
whose session an answer sets, is no part of a finding.
"""

from __future__ import annotations

import re

from scanners.api import clip

READ_MAX_CHARS = 20_000
GONE = "[removed]"
# Each expression is linear: bounded repeats, no nested ones.
_HEADERS = re.compile(
    r"(?im)^((?:set-cookie|cookie|authorization|proxy-authorization|x-zap-api-key|"
    r"x-api-key|x-auth-token|x-csrf-token)[ \t]{0,5}:)[^\r\n]*"
)
_COOKIE_SET = re.compile(r"(?i)\b(set-cookie|cookie):\s{0,5}[^\r\n]*")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}(?:@|%40)[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,8000}(?:\.[A-Za-z0-9_-]{0,2000})?")
_NAMED = re.compile(
    r"(?i)\b((?:access_?|refresh_?|id_?|auth_?|csrf_?|xsrf_?|api_?|session_?)?"
    r"(?:token|secret|password|passwd|wachtwoord|passwort|apikey|api_?key|sessionid|sessid|"
    r"phpsessid|jsessionid|sid)[\"']{0,1}\s{0,3}[=:]\s{0,3}[\"']{0,1})[^\s\"'&;,<>]{4,2000}"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s{1,3}[A-Za-z0-9._~+/=-]{8,4000}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_DIGITS = re.compile(r"\d(?:[ -]?\d){12,18}")


def redacted(text: str, limit: int = 500) -> str:
    """``text`` in one line of at most ``limit`` characters, without secrets and persons."""
    some = text[:READ_MAX_CHARS]
    some = _HEADERS.sub(rf"\1 {GONE}", some)
    some = _COOKIE_SET.sub(rf"\1: {GONE}", some)
    some = _BEARER.sub(rf"\1 {GONE}", some)
    some = _JWT.sub(GONE, some)
    some = _NAMED.sub(rf"\g<1>{GONE}", some)
    some = _MAIL.sub(GONE, some)
    some = _DIGITS.sub(_unless_card, some)
    some = _IBAN.sub(GONE, some)
    return clip(some, limit)


def _unless_card(found: re.Match[str]) -> str:
    digits = [int(character) for character in found.group() if character.isdigit()]
    return GONE if _luhn(digits) else found.group()


def _luhn(digits: list[int]) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004
    return total % 10 == 0
