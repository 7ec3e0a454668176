"""Session cookies (row tz-12.1b): which cookies of a shop carry who the visitor is.

A wrong name here accuses a shop, so a cookie counts only when its name is that of
a known framework, or when it is kept from scripts and holds a random value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scanners.content.evidence import CookieSeen

COOKIES_MAX = 100
SECRET_MIN_CHARS = 16
SECRET_MIN_BITS = 2.8
# Names that shop software gives to the cookie of its session.
_KNOWN = re.compile(
    r"(?i:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|ASPSESSIONID[A-Z]{6,12}|\.ASPXAUTH|connect\.sid"
    r"|\.AspNetCore\.(?:Session|Cookies|Identity\.Application)|\.AspNet\.ApplicationCookie"
    r"|laravel_session|ci_session|cakephp|symfony|_session_id|rack\.session|sails\.sid|koa[.:]sess"
    r"|sessionid|session_id|sessid|OCSESSID|osCsid|zenid|XTCsid|JTLSHOP|fe_typo_user|be_typo_user"
    r"|CFID|CFTOKEN|CGISESSID|(?:next-auth|authjs)\.session-token|_secure_session_id"
    r"|PrestaShop-[0-9a-f]{20,64}|wp_woocommerce_session_[0-9a-f]{20,64}"
    r"|wordpress_(?:logged_in|sec)_[0-9a-f]{20,64}|S?SESS[0-9a-f]{20,64}"
    r"|(?:__Host-|__Secure-)(?:PHPSESSID|session|sid|sessionid))"
)
# Names that may be one: the value has to look like the key of a session.
_LIKELY = re.compile(r"(?i:sid|session|session-\d{0,3}|frontend|adminhtml|SESSION)")
_SUSPECT = re.compile(
    r"(?i)(?:^|[_.\-])(?:sess|session|sessionid|sid|auth|auth_?token|access_?token)(?:$|[_.\-])"
)
# Analytics, adverts and protection against forged requests have sessions of their own.
_NO_SESSION = re.compile(
    r"(?i)^_(?!secure|session_id)|^ai_|csrf|xsrf|hjsession|session-id-time|analytics|consent|lang"
    r"|locale|shown|seen|popup|time$|_count|hubspot|intercom|amplitude|mixpanel|optimizely|awsalb"
    r"|visit|track|stat"
)
_EMPTY = frozenset({"", "deleted", "delete", "null", "none", "undefined", "expired"})


def cookies_in(
    answers: Iterable[tuple[tuple[str, str], ...]], host: str, at: datetime
) -> tuple[CookieSeen, ...]:
    """Cookies that a host's answers leave in a browser, once per name.

    Within one answer the last of a name counts (RFC 6265 5.3); of several answers
    the one without ``Secure``.  ``at`` is when they were given.
    """
    found: dict[str, CookieSeen] = {}
    for headers in answers:
        mine: dict[str, CookieSeen | None] = {}
        for name, value in headers:
            if name.lower() == "set-cookie":
                key, cookie = _cookie(value, host, at)
                mine[key] = cookie
        for key, cookie in mine.items():
            known = found.get(key)
            if cookie is not None and (known is None or (known.secure and not cookie.secure)):
                found[key] = cookie
    return tuple(found.values())[:COOKIES_MAX]


def _cookie(header: str, host: str, at: datetime) -> tuple[str, CookieSeen | None]:
    """(name, the cookie or None when it is being deleted)."""
    pair, *rest = header[:4_000].split(";")
    name, _, value = (part.strip() for part in pair.partition("="))
    name, value = name[:100], value.strip('"')
    attributes = dict(_attribute(part) for part in rest)
    if value.lower() in _EMPTY or _is_over(attributes, at):
        return name, None
    session = _is_session(name, value, http_only="httponly" in attributes)
    return name, CookieSeen(name, host, "secure" in attributes, session)


def _attribute(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    return key.strip().lower(), value.strip()


def _is_over(attributes: dict[str, str], at: datetime) -> bool:
    """Is it deleted by this header?  ``Max-Age`` goes before ``Expires`` (RFC 6265 4.1.2.2)."""
    age = re.fullmatch(r"(-?)[0-9]{1,18}", attributes.get("max-age", ""))
    if age is not None:
        return bool(age.group(1)) or not age.group().strip("0")
    try:
        ends = parsedate_to_datetime(attributes.get("expires", "").replace("-", " "))
    except (TypeError, ValueError, IndexError, OverflowError):
        return False
    return (ends if ends.tzinfo is not None else ends.replace(tzinfo=UTC)) <= at


def _is_session(name: str, value: str, *, http_only: bool) -> bool:
    if _KNOWN.fullmatch(name):
        return True
    if _NO_SESSION.search(name) or not _is_secret(value):
        return False
    return bool(_LIKELY.fullmatch(name)) or (http_only and bool(_SUSPECT.search(name)))


def _is_secret(value: str) -> bool:
    """Long, without words, of many different signs: made to be unguessable."""
    if len(value) < SECRET_MIN_CHARS or not re.fullmatch(r"[\w%.:\-+/=|~!*]+", value):
        return False
    counts = [value.count(sign) / len(value) for sign in set(value[:200])]
    bits = -sum(share * math.log2(share) for share in counts if share)
    return bits >= SECRET_MIN_BITS and bool(re.search(r"\d", value))
