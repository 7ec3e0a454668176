"""The link to the complaint form of the label organisation (tz-9.3b)."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from monitor.policy.conditions.content_redress_texts import ROLES
from monitor.policy.conditions.content_seen import Page, View, look, values
from monitor.policy.conditions.hosts import has_path, is_within
from monitor.policy.judge import Observation, Seen, Subject
from scanners.api import clip, host_of
from scanners.content.evidence import LinkSeen

FORM_PATHS = "klacht|complain|geschil|plainte|litige|beschwerde"
PATH_MAX_CHARS = 500
_CERTIFICATE = (
    r"(?i)^(?:/[a-z]{2})?/(?:leden|members?|membres?)/[^/]{1,200}/\w{0,20}certifi\w{1,10}/?$"
)
_COMPLAINT = re.compile(r"(?i)klacht|geschil|complain|dispute|plainte|litige|r[ée]clam|beschwerde")
_REDIRECT = re.compile(
    r"(?i)/(?:go|goto|out|outbound|redirect|redir|r|l|link|away|exit|ref|url|extern(?:al)?)(?:[/?.]|$)"
    r"|[?&](?:u|url|to|target|dest|goto|link|redirect)="
)
# What a browser follows only by script, or does not follow.
_FOLLOWED = frozenset({"page", "anchor"})


class FormLink(StrEnum):
    """What was seen of the link to the form."""

    FOUND = "found"
    OTHER_PATH = "other_path"
    ADDRESS_IN_TEXT = "address_in_text"
    INDIRECT = "indirect"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"
    NO_LABEL_HOST = "no_label_host"


def complaint_form_link(seen: Seen, subject: Subject) -> Observation:
    """Does a page link to the organisation's complaint form?  (tz-9.3b).

    The parsed host must be one of the label's or below it; a link to the certificate says
    nothing.  ``indirect`` is a link of the shop's own that seems to lead on to the form.
    """
    out, view = FormLink, look(seen)
    hosts = tuple(host.lower().strip(".") for host in subject.label_hosts if host.strip("."))
    told = {**values(view, subject), "hosts": clip(", ".join(hosts), 200)}
    if not hosts:
        said = "The label names no host of an organisation, so that there is no form to link to."
        return Observation(out.NO_LABEL_HOST, said, view.cite(), told)
    path = _pattern(subject)
    pages = tuple(page for page in view.readable if page[1].own)
    on_host = [(p, ln) for p in pages for ln in p[1].links if is_within(host_of(ln.url), hosts)]
    followed = [(p, ln) for p, ln in on_host if ln.kind in _FOLLOWED]
    uncertified = [(p, ln) for p, ln in followed if not _is_certificate(ln.url, subject)]
    form = next(((p, ln) for p, ln in uncertified if path.search(_path(ln.url))), None)
    if form is not None:
        told["url"] = clip(form[0][1].final_url, 300)
        said = f"A link leads to {clip(form[1].url, 160)}."
        return Observation(out.FOUND, said, view.cite((form[0],)), told)
    framed = [(p, ln) for p, ln in on_host if ln.kind == "frame" and path.search(_path(ln.url))]
    other = next(iter((*framed, *uncertified)), None)
    if other is not None:
        told["url"] = clip(other[0][1].final_url, 300)
        said = f"The organisation is linked at another address: {clip(other[1].url, 160)}."
        return Observation(out.OTHER_PATH, said, view.cite((other[0],)), told)
    return _without(view, pages, hosts, path, told)


def _without(
    view: View,
    pages: tuple[Page, ...],
    hosts: tuple[str, ...],
    path: re.Pattern[str],
    told: dict[str, str],
) -> Observation:
    out = FormLink
    indirect = next(
        ((p, ln) for p in pages for ln in p[1].links if _seems_to_lead(p, ln, hosts)), None
    )
    if indirect is not None:
        told["url"] = clip(indirect[0][1].final_url, 300)
        said = f"A link seems to lead on to the form: {clip(indirect[1].url, 160)}."
        return Observation(out.INDIRECT, said, view.cite((indirect[0],)), told)
    written = next((p for p in pages if _is_written(p[1].text, hosts, path)), None)
    if written is not None:
        told["url"] = clip(written[1].final_url, 300)
        said = "The address of a form stands there in words, without a link."
        return Observation(out.ADDRESS_IN_TEXT, said, view.cite((written,)), told)
    gap = view.unread(*ROLES, short=True)
    if gap:
        said = f"No link to the form was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    said = f"No link to a complaint form on {told['hosts']} was found."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


def _pattern(subject: Subject) -> re.Pattern[str]:
    """The form's path; the default when the parameter is no regular expression."""
    given = subject.params.get("form_paths")
    try:
        return re.compile(given if isinstance(given, str) and given else FORM_PATHS, re.IGNORECASE)
    except re.error:
        return re.compile(FORM_PATHS, re.IGNORECASE)


def _path(url: str) -> str:
    """Path and query, decoded: the part that the organisation's pages differ by."""
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}"[:PATH_MAX_CHARS])


def _is_certificate(url: str, subject: Subject) -> bool:
    return has_path(url, _CERTIFICATE) or has_path(url, subject.certificate_path)


def _seems_to_lead(page: Page, link: LinkSeen, hosts: tuple[str, ...]) -> bool:
    """Is it a redirect of the shop's own that names the organisation and a complaint?"""
    host = host_of(link.url).strip(".")
    if not host or host != host_of(page[1].final_url).strip("."):
        return False
    path = _path(link.url)
    said = f"{link.text} {path}".lower()
    if not (_COMPLAINT.search(said) and _REDIRECT.search(path)):
        return False
    return any(_names(said, known) for known in hosts)


def _names(text: str, host: str) -> bool:
    """Does a text name the organisation by its host, or by the host's own word?"""
    return host in text or host.rpartition(".")[0] in text


def _is_written(text: str, hosts: tuple[str, ...], path: re.Pattern[str]) -> bool:
    """Does the address of a form stand there as words?  The organisation's name is none."""
    lower = text.lower()
    return any(
        path.search(match.group(1))
        for host in hosts
        for match in re.finditer(rf"(?<![\w\-]){re.escape(host)}/(\S{{1,200}})", lower)
    )
