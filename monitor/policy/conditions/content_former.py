"""Legal documents that still name a label after it ended (ww-2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.policy.conditions import content_former_owner
from monitor.policy.conditions.content_seen import (
    VALUES,
    Page,
    View,
    look,
    own_text,
    start_of,
    values,
    words,
)
from monitor.policy.conditions.content_texts import sentences
from monitor.policy.conditions.hosts import is_within
from monitor.policy.conditions.numbers import number
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip, host_of
from scanners.content.evidence import PageFacts

GRACE_DAYS = 14
WATCH_DAYS = 180
DOCUMENT_ROLES = ("terms", "privacy", "complaints", "returns")
FRAGMENT_MAX_CHARS = 2_000

_HOST = re.compile(r"(?i)(?<![a-z0-9-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}")
_MAILBOX = re.compile(r"[\w.+-]{1,64}@")
_REVIEWS = re.compile(
    r"(?i)\breviews?\b|beoordeling|ervaringen|recensie|\bavis\b|t[ée]moignage|bewertung|erfahrungen"
    r"|testimonial|what\s(?:our\s)?customers\ssay|wat\sklanten\szeggen"
)
# The shop says itself that it is over, or keeps old orders under the old rules (ww-2.5).
_OVER = re.compile(
    r"(?i)niet\s(?:meer|langer)|geen\slid\smeer|was\s(?:tot|lid|aangesloten)|waren\s(?:tot|lid)"
    r"|be[ëe]indigd|opgezegd|voormalig|v[oó][oó]r\s\d|geplaatst\s(?:v[oó][oó]r|tot)|tot\sen\smet\s\d"
    r"|no\slonger|not\sany\s?more|formerly|former\smember|(?:has|was|were)\s(?:ended|terminated)"
    r"|(?:placed|ordered|concluded)\s(?:before|until|up\sto)|until\s\d"
    r"|ne\s(?:\w{1,12}\s){0,3}plus\b|n['’](?:est|[êe]tes|[ée]tait|a|avons|adh\w{1,6})[^.]{0,25}\bplus\b"
    r"|ancien(?:ne)?\smembre|r[ée]sili[ée]|pass[ée]es?\savant|avant\sle\s\d|jusqu['’]au\s\d|a\spris\sfin"
    r"|nicht\smehr|nicht\sl[äa]nger|ehemalig|fr[üu]her|beendet|gek[üu]ndigt|vor\sdem\s\d|bis\szum\s\d"
)


class FormerSeen(StrEnum):
    """Outcomes of ``content.former_documents``."""

    NONE_LEFT = "none_left"
    STILL_NAMED = "still_named"
    NAMED_AS_PAST = "named_as_past"
    NOT_DUE = "not_due"
    WATCH_OVER = "watch_over"
    INCOMPLETE = "incomplete"
    NO_EXPECTED_VALUE = "no_expected_value"


@dataclass(frozen=True, slots=True)
class _Organisation:
    """A label organisation by its names and hosts."""

    names: tuple[re.Pattern[str], ...]
    hosts: tuple[str, ...]

    def is_named(self, sentence: str) -> bool:
        """By host name, or by name outside host names: a similar name is somebody else's."""
        if any(is_within(m.group(), self.hosts) for m in _HOST.finditer(sentence)):
            return True
        rest = _HOST.sub(" ", _MAILBOX.sub(" ", sentence))
        return any(name.search(rest) for name in self.names)


def _organisation(subject: Subject) -> _Organisation:
    names = (n.strip() for n in words(subject.params, "names", ()))
    shapes = tuple(
        re.compile(rf"(?i)(?<![\w\-]){re.escape(n).replace(chr(92) + ' ', r'[ -]')}(?!\w)")
        for n in names
        if n
    )
    hosts = {*subject.label_hosts, *words(subject.params, "hosts", ())}
    return _Organisation(shapes, tuple(sorted(h.lower() for h in hosts if h)))


def _is_review_page(facts: PageFacts) -> bool:
    legal = {"terms", "privacy"}.intersection(facts.roles)
    return not legal and bool(_REVIEWS.search(" ".join((facts.title, *facts.headings[:1]))))


def _named_in(page: Page, start: PageFacts, organisation: _Organisation) -> Iterator[str]:
    """Sentences and links of a document that name the organisation, the menu's left out."""
    facts = page[1]
    for line in own_text(facts, start).split("\n"):
        yield from (s for s in sentences(line) if organisation.is_named(s))
    everywhere = {link.url for link in start.links}
    for link in facts.links:
        if link.url not in everywhere and is_within(host_of(link.url), organisation.hosts):
            yield f"{link.text} ({link.url})"


def former_documents(seen: Seen, subject: Subject) -> Observation:
    """Do legal documents still name the label after it ended?  (ww-2.4).

    Due ``grace_days`` after the ending, watched for ``watch_days``.  Reviews are no legal
    document; a document that says that the membership is over is for a reviewer.
    """
    out, view = FormerSeen, look(seen)
    since, today = subject.certification.since, seen.at.date()
    told = values(view, subject, ", ".join(words(subject.params, "names", ())))
    told = {**told, "since": since.isoformat() if since else "-"}
    grace = timedelta(days=number(subject.params, "grace_days", GRACE_DAYS))
    watch = timedelta(days=number(subject.params, "watch_days", WATCH_DAYS))
    if since is not None and today <= since + grace:
        said = f"Documents may name the label until {since + grace}."
        return Observation(out.NOT_DUE, said, values=told)
    if since is not None and today > since + watch:
        return Observation(out.WATCH_OVER, f"Ended on {since}; no longer watched.", values=told)
    organisation = _organisation(subject)
    if not organisation.names and not organisation.hosts:
        said = "The label file does not say by which name to look for the label."
        return Observation(out.NO_EXPECTED_VALUE, said, values=told)
    start = start_of(view)
    pages = tuple(
        p
        for p in view.of(*DOCUMENT_ROLES)
        if "start" not in p[1].roles and not _is_review_page(p[1])
    )
    if start is None:
        said = f"The start page could not be read ({view.gap('start')})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    named = [(p, tuple(_named_in(p, start, organisation))) for p in pages]
    return _of_documents(view, subject, [(p, s) for p, s in named if s], told)


def _of_documents(
    view: View, subject: Subject, named: list[tuple[Page, tuple[str, ...]]], told: dict[str, str]
) -> Observation:
    out = FormerSeen
    if not named:
        gap = view.unread(*DOCUMENT_ROLES)
        if gap:
            said = f"No document names the label, but not every one could be read ({gap})."
            return Observation(out.INCOMPLETE, said, view.cite(), told)
        said = "No terms, privacy, complaints or returns page names the label."
        return Observation(out.NONE_LEFT, said, view.cite(view.of(*DOCUMENT_ROLES)), told)
    present = [(p, s) for p, found in named for s in found if not _OVER.search(s)]
    page, sentence = present[0] if present else (named[0][0], named[0][1][0])
    told = {**told, "url": values(view, subject, url=page[1].final_url)["url"]}
    cited = view.cite(tuple(p for p, _ in named))
    fragment = "\n".join(s for _, found in named for s in found)[:FRAGMENT_MAX_CHARS]
    if present:
        said = f"A legal document still names the label: {clip(sentence, 160)!r}."
        return Observation(out.STILL_NAMED, said, cited, told, fragment=fragment)
    said = f"A document names the label as something of the past: {clip(sentence, 160)!r}."
    return Observation(out.NAMED_AS_PAST, said, cited, told, fragment=fragment)


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.former_documents",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=FormerSeen,
        run=former_documents,
        params={
            "names": Param("list[str]", [], "names of the label organisation, as whole words"),
            "hosts": Param("list[str]", [], "its hosts, beside those of the seal"),
            "grace_days": Param("int", GRACE_DAYS, "days after the ending to replace documents"),
            "watch_days": Param("int", WATCH_DAYS, "days after the ending it is looked at"),
        },
        values=(*VALUES, "since"),
        help="Legal documents no longer name the label after it ended.",
    ),
    *content_former_owner.JUDGES,
)
