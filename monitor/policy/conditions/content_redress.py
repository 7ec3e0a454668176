"""How to complain and where a dispute goes (tz-9.1a, tz-9.1c, tz-9.3a, tz-9.3b)."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise

from monitor.policy.conditions import content_redress_form
from monitor.policy.conditions.content_answers import COMPLAINT
from monitor.policy.conditions.content_durations import durations
from monitor.policy.conditions.content_redress_link import (
    FORM_PATHS,
    FormLink,
    complaint_form_link,
)
from monitor.policy.conditions.content_redress_texts import (
    ROLES,
    Text,
    complaint_texts,
    hints_at_complaint,
    names_complaint,
    pages_of,
)
from monitor.policy.conditions.content_seen import (
    VALUES,
    View,
    look,
    suspects,
    values,
)
from monitor.policy.conditions.content_texts import sentences
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip

NOTICE_MAX_DAYS = 14

_LONGER = re.compile(
    r"(?i)lang(?:er|ere)\b|meer\stijd|extra\stijd|vertrag|verleng|niet\s(?:lukt|haalbaar|mogelijk|binnen)"
    r"|lukt\s(?:\w{1,8}\s){0,3}?niet|kunnen\s(?:wij|we)\s(?:\w{1,10}\s){0,6}?niet|complex"
    r"|plus\s(?:long|de\stemps)|d[ée]lai\s(?:\w{1,12}\s)?(?:suppl[ée]mentaire|plus)|davantage\sde\stemps"
    r"|prolong|pas\spossible|\blonger\b|more\stime|additional\stime|extended?|delay|not\s(?:be\s)?(?:possible|able)"
    r"|cannot|unable|l[äa]nger|mehr\szeit|verz[öo]ger|nicht\s(?:m[öo]glich|innerhalb)|aufwendig"
)
_NOTICE = re.compile(
    r"(?i)bericht|laten\s(?:wij|we)|laat\s\w{1,10}\s.{0,20}weten|weten\b|indicatie|op\sde\shoogte|informer|meld(?:en|t)"
    r"|bevestig|tussentijds|gecontacteerd|contact\s(?:met|op)|avis|pr[ée]ven|inform(?:e|ons|[ée]|er)"
    r"|tenu|tiendrons|accus|notif|contact(?:er|ons)|\binform|let\syou\sknow|told|notice|acknowledg|indication"
    r"|hoort?\s(?:u|je|jij)\b|verneemt?\s(?:u|je)\b|(?:u|je)\s(?:hoort|verneemt)\b"
    r"|update|keep\syou|send\syou|message\b|hear\sfrom|(?:tell|write\sto|advise)\syou|explain|teil(?:en|t)\s.{0,60}?\bmit\b|mitteil|informier|benachrichtig|nachricht|bescheid|zwischen(?:stand|bescheid)"
    r"|best[äa]tig|auf\sdem\slaufenden|melden\swir"
)
_PICTURES = re.compile(r"klacht|geschil|complain|dispute|reclamation|plainte|litige|beschwerde")


class RouteSeen(StrEnum):
    """What was seen of the way to complain."""

    ROUTE_TOLD = "route_told"
    NO_CHANNEL = "no_channel"
    UNCLEAR = "unclear"
    IMAGE_SUSPECTED = "image_suspected"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


class LongerSeen(StrEnum):
    """What was seen of a notice that a complaint takes longer."""

    PROMISED = "promised"
    TOO_LATE = "too_late"
    NOT_PROMISED = "not_promised"
    INCOMPLETE = "incomplete"


class ComplaintPlaceSeen(StrEnum):
    """What was seen of the place of the text on complaints."""

    OWN_PAGE = "own_page"
    OWN_HEADING = "own_heading"
    OTHER_HEADING = "other_heading"
    ONLY_IN_TERMS = "only_in_terms"
    UNCLEAR = "unclear"
    ABSENT_COMPLETE = "absent_complete"
    INCOMPLETE = "incomplete"


def complaint_route(seen: Seen, subject: Subject) -> Observation:
    """Is it told how to hand in a complaint?  (tz-9.1a).

    A clause in the terms is enough here.  A slogan ("complaint-free") or an ailment is no
    text on complaints; a text that names no channel is for a person.
    """
    out, view = RouteSeen, look(seen)
    texts = complaint_texts(view)
    told = next((text for text in texts if text.has_channel), None)
    if told is not None:
        said = values(view, subject, url=told.page[1].final_url)
        why = "It is told how to complain."
        return Observation(out.ROUTE_TOLD, why, view.cite((told.page,)), said, fragment=told.text)
    gap = _gap(view)
    if gap:
        why = f"No way to complain was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), values(view, subject))
    if texts:
        said = values(view, subject, url=texts[0].page[1].final_url)
        why = "Complaints are spoken of, but no channel is named beside it."
        cited = view.cite((texts[0].page,))
        return Observation(out.NO_CHANNEL, why, cited, said, fragment=texts[0].text)
    return _no_route(view, subject)


def _no_route(view: View, subject: Subject) -> Observation:
    out, said = RouteSeen, values(view, subject)
    pages = pages_of(view)
    pictures = suspects(pages, _PICTURES)
    if pictures:
        why = f"A picture may tell how to complain: {pictures[0][1]}."
        return Observation(out.IMAGE_SUSPECTED, why, view.cite((pictures[0][0],)), said)
    hinted = _hinted(view)
    if hinted is not None:
        why = f"A text may be on complaints: {clip(hinted.said[0], 160)!r}."
        cited = view.cite((hinted.page,))
        return Observation(out.UNCLEAR, why, cited, said, fragment=hinted.text)
    why = f"No text on complaints was found on {said['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, why, view.cite(), said)


def longer_handling(seen: Seen, subject: Subject) -> Observation:
    """Does the text on complaints promise word when an answer takes longer?  (tz-9.1c).

    The clause binds what the shop does, so that a text without it proves nothing.
    """
    out, view = LongerSeen, look(seen)
    limit = number(subject.params, "longer_notice_max_days", NOTICE_MAX_DAYS)
    texts = complaint_texts(view)
    late = None
    for text in texts:
        for promise in _promises(text):
            said = values(view, subject, url=text.page[1].final_url)
            if _days(promise) <= limit:
                why = f"Word is promised when it takes longer: {clip(promise, 160)!r}."
                cited = view.cite((text.page,))
                return Observation(out.PROMISED, why, cited, said, fragment=promise)
            late = late or (text, promise)
    if late is not None:
        said = values(view, subject, url=late[0].page[1].final_url)
        why = f"Word that it takes longer seems to come late: {clip(late[1], 160)!r}."
        cited = view.cite((late[0].page,))
        return Observation(out.TOO_LATE, why, cited, said, fragment=late[1])
    gap = _gap(view)
    said = values(view, subject, url=texts[0].page[1].final_url if texts else "")
    if gap:
        why = f"No such promise was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), said)
    why = "No text promises word when a complaint takes longer."
    cited = view.cite(tuple(t.page for t in texts))
    return Observation(
        out.NOT_PROMISED, why, cited, said, fragment="\n".join(t.text for t in texts)
    )


def complaint_place(seen: Seen, subject: Subject) -> Observation:
    """Do complaints have a place that is clearly recognisable?  (tz-9.3a).

    Their own page, or a heading on them on any page but the terms; words under another
    heading are met with a note.  Only in the terms is a matter for review.
    """
    out, view = ComplaintPlaceSeen, look(seen)
    texts = complaint_texts(view)
    outside = tuple(t for t in texts if not t.in_terms)
    named = tuple(t for t in outside if t.place != "passing") or _linked(view, texts)
    if named:
        page = named[0].page
        said = values(view, subject, url=page[1].final_url)
        outcome = out.OWN_PAGE if "complaints" in page[1].roles else out.OWN_HEADING
        why = "Complaints have a page or heading of their own."
        return Observation(outcome, why, view.cite((page,)), said, fragment=named[0].text)
    if outside:
        page = outside[0].page
        said = values(view, subject, url=page[1].final_url)
        why = "Complaints are explained, under a heading that does not name them."
        note = "A heading such as 'complaints' would make the text easier to find."
        cited = view.cite((page,))
        return Observation(out.OTHER_HEADING, why, cited, said, note=note, fragment=outside[0].text)
    gap = _gap(view)
    if gap:
        why = f"No place for complaints was found, but not every page could be read ({gap})."
        return Observation(out.INCOMPLETE, why, view.cite(), values(view, subject))
    if texts:
        page = texts[0].page
        said = values(view, subject, url=page[1].final_url)
        why = "Complaints are explained in the terms and conditions only."
        cited = view.cite((page,))
        return Observation(out.ONLY_IN_TERMS, why, cited, said, fragment=texts[0].text)
    return _no_place(view, subject)


def _no_place(view: View, subject: Subject) -> Observation:
    out, said = ComplaintPlaceSeen, values(view, subject)
    hinted = _hinted(view)
    if hinted is not None or suspects(pages_of(view), _PICTURES):
        why = "A text or picture may be on complaints, in words that are not sure."
        fragment = hinted.text if hinted is not None else ""
        return Observation(out.UNCLEAR, why, view.cite(), said, fragment=fragment)
    why = f"No place for complaints was found on {said['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, why, view.cite(), said)


def _linked(view: View, texts: tuple[Text, ...]) -> tuple[Text, ...]:
    """Texts in terms that a link called "complaints" leads to."""
    called = {ln.url for p in pages_of(view) for ln in p[1].links if names_complaint(ln.text)}
    return tuple(
        t for t in texts if t.place != "passing" and {t.page[1].url, t.page[1].final_url} & called
    )


def _gap(view: View) -> str:
    """Why absence may not be called absence; "" when it may."""
    gap = view.unread(*ROLES, short=True)
    framed = any(p[1].embeds and "complaints" in p[1].roles for p in view.readable)
    return gap or ("complaints: an embedded document" if framed else "")


def _hinted(view: View) -> Text | None:
    for page in pages_of(view):
        lines = page[1].text.split("\n")
        hinting = (ln for ln in lines if hints_at_complaint(ln))
        said = tuple(s for ln in hinting for s in sentences(ln) if hints_at_complaint(s))
        if said:
            return Text(page, "passing", said)
    return None


def _promises(text: Text) -> tuple[str, ...]:
    """Sentences that promise word of a longer time; two that follow each other count as one."""
    said = text.said
    pairs = (*said, *(f"{one} {two}" for one, two in pairwise(said)))
    return tuple(s for s in pairs if _is_promise(s, apart=text.place != "passing"))


def _days(promise: str) -> int:
    """The term that stands nearest to the word that is promised; 0 when there is none."""
    notices = tuple(_NOTICE.finditer(promise))
    gaps = [
        (min(max(n.start() - t.end, t.start - n.end(), 0) for n in notices), t.days)
        for t in durations(promise)
    ]
    return min(gaps)[1] if gaps else 0


def _is_promise(said: str, *, apart: bool) -> bool:
    longer = _LONGER.search(said)
    if longer is None or not (apart or COMPLAINT.search(said)):
        return False
    return bool(_NOTICE.search(said))


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.complaint_route",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=RouteSeen,
        run=complaint_route,
        values=VALUES,
        help="It is told how to hand in a complaint.",
    ),
    Judge(
        name="content.longer_handling",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=LongerSeen,
        run=longer_handling,
        params={
            "longer_notice_max_days": Param("int", NOTICE_MAX_DAYS, "word comes within so many"),
        },
        values=VALUES,
        help="Word is promised when a complaint takes longer.",
    ),
    Judge(
        name="content.complaint_place",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ComplaintPlaceSeen,
        run=complaint_place,
        values=VALUES,
        help="Complaints and disputes have a place that is easy to find.",
    ),
    Judge(
        name="content.complaint_form_link",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=FormLink,
        run=complaint_form_link,
        params={
            "form_paths": Param("str", FORM_PATHS, "regular expression of the form's path"),
        },
        values=(*VALUES, "hosts"),
        help="A link leads to the complaint form of the label organisation.",
    ),
    *content_redress_form.JUDGES,
)
