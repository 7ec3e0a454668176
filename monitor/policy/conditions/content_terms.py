"""General terms: are they there, can they be kept (tz-4.1a, tz-4.2b); the table of judges."""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.conditions import (
    content_terms_court,
    content_terms_language,
    content_terms_law,
    content_terms_order,
    content_terms_review,
)
from monitor.policy.conditions.content_seen import (
    GONE,
    VALUES,
    Page,
    View,
    look,
    values,
)
from monitor.policy.conditions.content_terms_seen import (
    HTTP_OK,
    LEAST_PARAMS,
    Terms,
    TermsRead,
    least_chars,
    read_terms,
)
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind

ROLES = ("start", "terms")


class TermsSeen(StrEnum):
    """What was seen of the terms of sale."""

    FOUND = "found"
    DOCUMENT = "document"
    SECTION = "section"
    SHORT = "short"
    OTHER_TEXT = "other_text"
    WEBSITE_TERMS_ONLY = "website_terms_only"
    MODAL = "modal"
    EMBEDDED = "embedded"
    GONE = "gone"
    SOFT_404 = "soft_404"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


def terms_present(seen: Seen, subject: Subject) -> Observation:
    """Do general terms of sale exist?  (tz-4.1a)."""
    out, view = TermsSeen, look(seen)
    read = read_terms(view, least_chars(subject))
    if read.sale:
        best = max(read.sale, key=lambda t: len(t.text))
        said = f"Terms of sale of {len(best.text)} characters were read."
        return _about(view, subject, out.FOUND, said, best.page, _variant(best))
    if read.unread:
        said = "The terms are a document that can be opened, though its text could not be read."
        return _about(view, subject, out.DOCUMENT, said, read.unread[0])
    if read.sections:
        said = "The terms stand inside a page of another name."
        best = max(read.sections, key=lambda t: len(t.text))
        return _about(view, subject, out.SECTION, said, best.page, _variant(best))
    return _weak(view, subject, read)


def _variant(terms: Terms) -> str:
    """The note on own or standard terms: a name is no proof that the text is unchanged."""
    if terms.says_standard:
        return "They call themselves the model terms of Thuiswinkel.org."
    return "They are terms of the shop's own."


def _about(
    view: View, subject: Subject, outcome: TermsSeen, said: str, page: Page, note: str = ""
) -> Observation:
    told = values(view, subject, url=page[1].final_url)
    return Observation(outcome, said, view.cite((page,)), told, note=note)


def _weak(view: View, subject: Subject, read: TermsRead) -> Observation:
    """Something is called terms, but it is not (all of) terms of sale; or nothing is."""
    out = TermsSeen
    if read.framed:
        said = "The page of the terms shows another document in a frame."
        return _about(view, subject, out.EMBEDDED, said, read.framed[0])
    if read.modal:
        said = "The terms open by script only and could not be read."
        return _about(view, subject, out.MODAL, said, read.modal[0])
    gap = view.unread(*ROLES)
    if gap or view.site is None:
        said = f"No terms of sale were found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), values(view, subject))
    if read.other:
        said = "A page is called terms, but speaks of little that belongs to a sale."
        return _about(view, subject, out.OTHER_TEXT, said, read.other[0].page)
    if read.website:
        said = "Only terms of use of the website were found, no terms of sale."
        return _about(view, subject, out.WEBSITE_TERMS_ONLY, said, read.website[0].page)
    if read.short:
        best = max(read.short, key=lambda t: len(t.text))
        said = f"The page of the terms has {len(best.text)} characters of its own, too few."
        return _about(view, subject, out.SHORT, said, best.page)
    return _absent(view, subject)


def _absent(view: View, subject: Subject) -> Observation:
    out = TermsSeen
    gap = view.gap(*ROLES).partition(": ")[2]
    broken = tuple(p for p in view.pages if "terms" in p[1].roles and p[1].problem in GONE)
    told = values(view, subject, url=broken[0][1].url if broken else "")
    match gap:
        case "not_found":
            said = "The link to the terms leads to a page that does not exist."
            return Observation(out.GONE, said, view.cite(broken), told)
        case "soft_404":
            said = "The link to the terms leads to another page."
            return Observation(out.SOFT_404, said, view.cite(broken), told)
        case _:
            said = f"No terms of sale were found on {told['pages_checked']} pages."
            return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


class KeptSeen(StrEnum):
    """What was seen of storing and printing the terms."""

    OWN_PAGE = "own_page"
    DOCUMENT = "document"
    PRINT_HIDDEN = "print_hidden"
    COPY_BLOCKED = "copy_blocked"
    PARTLY = "partly"
    FRAMED = "framed"
    MODAL_ONLY = "modal_only"
    NO_OWN_URL = "no_own_url"
    NO_TERMS = "no_terms"
    INCOMPLETE = "incomplete"


def terms_kept(seen: Seen, subject: Subject) -> Observation:
    """Can the terms be stored or printed?  (tz-4.2b)."""
    out, view = KeptSeen, look(seen)
    read = read_terms(view, least_chars(subject))
    documents = (*read.unread, *(t.page for t in read.sale if t.facts.document))
    pages = tuple(t.page for t in read.sale if not t.facts.document)
    held = tuple(p for p in pages if p[1].hides_print or p[1].blocks_copy)
    if held and (documents or len(held) < len(pages)):
        said = "Some of the terms cannot be printed or copied from their page, others can."
        return _kept(view, subject, out.PARTLY, said, held[0])
    if held:
        hidden = tuple(p for p in held if p[1].hides_print)
        if hidden:
            said = "The print style of the page leaves the text of the terms out."
            return _kept(view, subject, out.PRINT_HIDDEN, said, hidden[0])
        said = "The page of the terms keeps its visitors from selecting or copying text."
        return _kept(view, subject, out.COPY_BLOCKED, said, held[0])
    if documents:
        said = "The terms are a document that can be stored."
        return _kept(view, subject, out.DOCUMENT, said, documents[0])
    if pages:
        said = "The terms have a page of their own."
        return _kept(view, subject, out.OWN_PAGE, said, pages[0])
    return _not_kept(view, subject, read)


def _not_kept(view: View, subject: Subject, read: TermsRead) -> Observation:
    out = KeptSeen
    if read.framed:
        said = "The terms are shown in a frame only."
        return _kept(view, subject, out.FRAMED, said, read.framed[0])
    gap = view.unread(*ROLES, also=frozenset({"script_link"}))
    if gap or view.site is None:
        said = f"How the terms are offered is not known: {gap}."
        return Observation(out.INCOMPLETE, said, view.cite(), values(view, subject))
    if read.sections:
        said = "The terms stand inside another page and have no address of their own."
        return _kept(view, subject, out.NO_OWN_URL, said, read.sections[0].page)
    own = tuple(t for t in (*read.other, *read.short) if t.facts.status == HTTP_OK)
    if read.modal and not own:
        said = "The terms open by script only and have no address of their own."
        return _kept(view, subject, out.MODAL_ONLY, said, read.modal[0])
    said = "No terms of sale were found to store or print."
    return Observation(out.NO_TERMS, said, view.cite(), values(view, subject))


def _kept(view: View, subject: Subject, outcome: KeptSeen, said: str, page: Page) -> Observation:
    told = values(view, subject, url=page[1].final_url)
    return Observation(outcome, said, view.cite((page,)), told, fragment=page[1].final_url)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.terms_present",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=TermsSeen,
        run=terms_present,
        params=LEAST_PARAMS,
        values=VALUES,
        help="General terms of sale exist, as a page or a document.",
    ),
    Judge(
        name="content.terms_kept",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=KeptSeen,
        run=terms_kept,
        params=LEAST_PARAMS,
        values=VALUES,
        help="The terms can be stored or printed: an address of their own, nothing in the way.",
    ),
    *content_terms_court.JUDGES,
    *content_terms_language.JUDGES,
    *content_terms_law.JUDGES,
    *content_terms_order.JUDGES,
    *content_terms_review.JUDGES,
)
