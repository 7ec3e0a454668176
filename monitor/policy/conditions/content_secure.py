"""Secured connections: forms (tz-12.1a) and the whole site (tz-12.1b).

A breach that was seen stands, however little else could be read; a clean bill needs
an answer of every part.
"""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.policy.conditions.content_seen import VALUES, Page, View, look, values
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.content.evidence import FormSeen, PlainAnswer, SiteFacts

PERMANENT = frozenset({301, 308})
SUCCESS = range(200, 300)
REDIRECTION = range(300, 400)
HSTS_MIN_S = 31_536_000
_SECONDS = re.compile(r"[0-9]{1,12}")


class FormsSeen(StrEnum):
    """What was seen of forms that ask personal data."""

    SECURED = "secured"
    INSECURE_PAGE = "insecure_page"
    INSECURE_ACTION = "insecure_action"
    SERVED_OVER_HTTP = "served_over_http"
    CERTIFICATE_INVALID = "certificate_invalid"
    SCRIPTED_ACTION = "scripted_action"
    NO_FORMS = "no_forms"
    INCOMPLETE = "incomplete"


class HttpsSeen(StrEnum):
    """What was seen of the site over plain HTTP."""

    REDIRECTED = "redirected"
    CLOSED = "closed"
    TEMPORARY_REDIRECT = "temporary_redirect"
    SERVED_OVER_HTTP = "served_over_http"
    COOKIE_INSECURE = "cookie_insecure"
    FILTERED = "filtered"
    INCOMPLETE = "incomplete"


def _asking(view: View) -> tuple[tuple[Page, FormSeen], ...]:
    """Forms with personal data on own pages, search forms left out."""
    return tuple(
        (page, form)
        for page in view.readable
        if page[1].own
        for form in page[1].forms
        if form.personal and not form.search
    )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path or '/'}?{parts.query}"


def _plain_of(site: SiteFacts | None, url: str) -> PlainAnswer | None:
    answers = () if site is None else site.plain_http
    return next((a for a in answers if _path(a.url) == _path(url)), None)


def _is_served(answer: PlainAnswer | None) -> bool:
    return answer is not None and answer.answered == "answered" and answer.status in SUCCESS


def _is_upgraded(answer: PlainAnswer) -> bool:
    return answer.answered == "closed" or (
        answer.answered == "answered"
        and answer.status in REDIRECTION
        and answer.own
        and urlsplit(answer.location).scheme == "https"
    )


def secure_forms(seen: Seen, subject: Subject) -> Observation:
    """Is every form that asks personal data shown and sent over https?  (tz-12.1a)."""
    out, view = FormsSeen, look(seen)
    forms = _asking(view)
    for page, form in forms:
        facts = page[1]
        breach = None
        if urlsplit(facts.final_url).scheme != "https":
            breach = (out.INSECURE_PAGE, "The form stands on a page without https.")
        elif urlsplit(form.action).scheme == "http":
            breach = (out.INSECURE_ACTION, f"The form sends to {clip(form.action, 120)}.")
        elif facts.tls_error:
            said = f"The certificate of the page is not valid: {clip(facts.tls_error, 120)}."
            breach = (out.CERTIFICATE_INVALID, said)
        elif _is_served(_plain_of(view.site, facts.final_url)):
            breach = (out.SERVED_OVER_HTTP, "The page of the form is served over plain http.")
        if breach is not None:
            told = values(view, subject, url=facts.final_url)
            return Observation(breach[0], breach[1], view.cite((page,)), told)
    return _no_breach_of_forms(view, subject, forms)


def _no_breach_of_forms(
    view: View, subject: Subject, forms: tuple[tuple[Page, FormSeen], ...]
) -> Observation:
    out = FormsSeen
    pages = tuple(dict.fromkeys(page for page, _ in forms))
    told = values(view, subject, url=pages[0][1].final_url if pages else "")
    gap = view.unread("start", "contact")
    if not forms and (gap or view.site is None):
        return Observation(out.INCOMPLETE, f"No form could be read ({gap}).", view.cite(), told)
    if not forms:
        said = "No form that asks personal data was found; ordering was not tried."
        return Observation(out.NO_FORMS, said, view.cite(), told)
    answers = [_plain_of(view.site, page[1].final_url) for page in pages]
    asked = [a for a in answers if a is not None]
    unclear = next((a for a in asked if not _is_upgraded(a)), None)
    if gap or unclear is not None or not asked:
        why = gap or (unclear.reason or "no clear answer on port 80" if unclear else "not asked")
        said = f"Every form that was read is secured, but not all is known ({clip(why, 120)})."
        return Observation(out.INCOMPLETE, said, view.cite(pages), told)
    scripted = next((page for page, form in forms if form.scripted), None)
    if scripted is not None:
        said = "A script sends the form; where to cannot be read."
        return Observation(out.SCRIPTED_ACTION, said, view.cite((scripted,)), told)
    said = f"{len(forms)} forms that ask personal data are shown and sent over https."
    return Observation(out.SECURED, said, view.cite(pages), told)


def https_everywhere(seen: Seen, subject: Subject) -> Observation:
    """Does plain http lead to https everywhere, and is the session cookie safe?  (tz-12.1b)."""
    out, view = HttpsSeen, look(seen)
    site = view.site
    told = values(view, subject)
    if site is None or not site.plain_http:
        why = view.gap("start") or "port 80 was not asked"
        return Observation(
            out.INCOMPLETE, f"Plain http was not looked at ({why}).", view.cite(), told
        )
    served = next((a for a in site.plain_http if _is_served(a)), None)
    if served is not None:
        told = values(view, subject, url=served.url)
        said = f"{clip(served.url, 160)} is served without https (status {served.status})."
        return Observation(out.SERVED_OVER_HTTP, said, view.cite(), told)
    bare = next((c for c in site.cookies if c.session and not c.secure), None)
    if bare is not None:
        said = f"Session cookie {clip(bare.name, 60)!r} lacks the Secure attribute."
        return Observation(out.COOKIE_INSECURE, said, view.cite(), told)
    return _no_breach_of_https(view, subject, site)


def _hsts_note(header: str) -> str:
    """What is wrong with HSTS, "" when it is in force for a year (RFC 6797 6.1, 8.1)."""
    if not header:
        return "The Strict-Transport-Security header is missing."
    parts = [part.partition("=") for part in header.lower().split(";")]
    ages = [value.strip().strip('"') for name, _, value in parts if name.strip() == "max-age"]
    # A header that breaks the grammar, or names a directive twice, is ignored as a whole.
    if len(ages) != 1 or not _SECONDS.fullmatch(ages[0]) or not ages[0].strip("0"):
        return "The Strict-Transport-Security header is not in force: it needs a max-age above 0."
    if int(ages[0]) < HSTS_MIN_S:
        return f"The Strict-Transport-Security header has a short max-age ({ages[0]} seconds)."
    return ""


def _no_breach_of_https(view: View, subject: Subject, site: SiteFacts) -> Observation:
    out, told = HttpsSeen, values(view, subject)
    note = _hsts_note(site.hsts)
    filtered = [a for a in site.plain_http if a.answered == "filtered"]
    if filtered:
        said = "Port 80 gave no answer in time."
        return Observation(out.FILTERED, said, view.cite(), told)
    unclear = next((a for a in site.plain_http if not _is_upgraded(a)), None)
    gap = "" if site.pages_read else view.gap("start")
    if unclear is not None or gap:
        why = gap
        if unclear is not None:
            why = unclear.reason or f"status {unclear.status}, location {unclear.location!r}"
        said = f"Whether plain http leads to https is not clear ({clip(why, 160)})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if all(a.answered == "closed" for a in site.plain_http):
        said = "Nothing answers on port 80."
        return Observation(out.CLOSED, said, view.cite(), told, note=note)
    loose = next(
        (a for a in site.plain_http if a.answered == "answered" and a.status not in PERMANENT),
        None,
    )
    if loose is not None:
        said = f"Plain http leads to https, but with the temporary status {loose.status}."
        return Observation(out.TEMPORARY_REDIRECT, said, view.cite(), told, note=note)
    said = f"{len(site.plain_http)} pages asked over plain http lead to https for good."
    return Observation(out.REDIRECTED, said, view.cite(), told, note=note)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.secure_forms",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=FormsSeen,
        run=secure_forms,
        values=VALUES,
        help="Forms that ask personal data are shown and sent over https.",
    ),
    Judge(
        name="content.https_everywhere",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=HttpsSeen,
        run=https_everywhere,
        values=VALUES,
        help="Plain http leads to https on every page asked; the session cookie is Secure.",
    ),
)
