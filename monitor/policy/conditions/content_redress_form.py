"""The complaint form of the organisation itself: does it answer?  (tz-9.3b, the shared probe).

The form is a page of the organisation and not of a member, so it is judged on a site of the
organisation whose only profile URL is the form: once for all members that link to it.
"""

from __future__ import annotations

from enum import StrEnum

from monitor.policy.conditions.content_seen import GONE, VALUES, Page, look, values
from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import ScanKind, clip

GONE_REASONS = GONE | {"http_error"}


class FormAnswer(StrEnum):
    """Outcomes of ``content.form_answers``."""

    ANSWERS = "answers"
    NO_FORM = "no_form"
    GONE = "gone"
    INCOMPLETE = "incomplete"


def form_answers(seen: Seen, subject: Subject) -> Observation:
    """Does the page answer with a form that people can fill in?

    ``gone`` when it answered and is no such page (404, an error, the home page);
    ``no_form`` when a script or another host may put one there; what did not answer at all
    is ``incomplete``.
    """
    out, view = FormAnswer, look(seen)
    told = values(view, subject)
    pages = tuple(page for page in view.pages if "profile" in page[1].roles)
    answering = next((page for page in pages if _has_form(page)), None)
    if answering is not None:
        told = values(view, subject, url=answering[1].final_url)
        said = "The page answers with a form."
        return Observation(out.ANSWERS, said, view.cite((answering,)), told)
    broken = next((page for page in pages if page[1].problem in GONE_REASONS), None)
    if broken is not None:
        told = values(view, subject, url=broken[1].url)
        said = f"The page is not there: status {broken[1].status}, {broken[1].problem}."
        return Observation(out.GONE, said, view.cite((broken,)), told)
    readable = next((page for page in pages if not page[1].problem), None)
    if readable is not None:
        told = values(view, subject, url=readable[1].final_url)
        said = f"The page answers, but no form was seen on it: {clip(readable[1].title, 80)!r}."
        fragment = readable[1].title
        return Observation(out.NO_FORM, said, view.cite((readable,)), told, fragment=fragment)
    why = next((page[1].problem for page in pages), "") or view.gap("start") or "no page was read"
    return Observation(out.INCOMPLETE, f"The page could not be read ({why}).", view.cite(), told)


def _has_form(page: Page) -> bool:
    return not page[1].problem and any(f.personal and not f.search for f in page[1].forms)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.form_answers",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=FormAnswer,
        run=form_answers,
        values=VALUES,
        help="A page of the organisation answers with a form.",
    ),
)
