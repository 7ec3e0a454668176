"""What members do by the links in their mail: looked at by GET, done once by POST.

Mail scanners follow links: looking changes nothing.  Every deed is in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.action import OF_CASES, Action, ActionLink, origin_mark
from monitor.domain.attestation import Role
from monitor.domain.case import Case, Moved, postpone
from monitor.domain.procedure import Event, Procedure, ProcedureKind
from monitor.domain.procedure_admission import BY_MEMBER, OWN_POSTPONEMENTS
from monitor.domain.procedure_application import BACK
from monitor.domain.procedure_machines import MACHINES
from monitor.domain.site import Site
from monitor.services.casework import Casework, origin_of
from monitor.services.procedures import Procedures
from monitor.services.records import AuditEntry
from monitor.services.rescans import rescan
from monitor.services.tx import Tx
from scanners.api import ScanKind

ACTOR = "member (link)"
USED = "used"
ANSWER_MAX_CHARS = 8_000
# surface 3.4: one look an hour and five a day for each case.
LOOK_APART = timedelta(hours=1)
LOOKS_PER_DAY = 5
_DAY = timedelta(days=1)
_EVENTS: Mapping[Action, tuple[ProcedureKind, str]] = {
    Action.REINSPECT: (ProcedureKind.ADMISSION, "reinspect"),
    Action.POSTPONE: (ProcedureKind.ADMISSION, "postpone"),
    Action.CANCEL: (ProcedureKind.ADMISSION, "cancel"),
    Action.ANSWER: (ProcedureKind.APPLICATION, BACK),
}


class PageState(StrEnum):
    """What the page of a link says."""

    ASK = "ask"
    DONE = "done"
    USED = "used"
    OVER = "over"
    LATER = "later"
    EMPTY = "empty"
    EXPIRED = "expired"
    FORGED = "forged"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Page:
    """One page; hostile text inside.

    ``over``: the case moved on and nothing can be done by this link any more.
    ``later``: looked at too often.  ``due_at``: the term that runs, or runs now.
    """

    state: PageState
    language: str
    action: Action | None = None
    host: str = ""
    labels: tuple[str, ...] = ()
    thread: str = ""
    country: str = "NL"
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Breach:
    """A case a link is about.

    ``postponed`` is the case with more time; without an event when there is none to
    be had.  ``kinds`` are the site's checks that give a fresh look.
    """

    case: Case
    site: Site
    postponed: Moved
    kinds: frozenset[ScanKind]


@dataclass(frozen=True, slots=True)
class MemberLinks:
    """Says what a link would do and does it, inside the caller's transaction."""

    casework: Casework

    def look(self, tx: Tx, link: ActionLink, now: datetime) -> Page:
        """The page of a link; changes nothing."""
        if link.action in OF_CASES:
            return self._case_page(tx, link, self._breach(tx, link, now), now)
        return self._procedure_page(tx, link)

    def act(self, tx: Tx, link: ActionLink, said: str, now: datetime) -> Page:
        """Do it, unless the page says that it cannot be done; the page afterwards.

        ``said`` is what was written into the form of a questionnaire.  RequestError
        when it turns out to be impossible: the caller keeps nothing then.
        """
        if link.action in OF_CASES:
            page, due_at = self._act_on_case(tx, link, now)
        else:
            page, due_at = self._act_on_procedure(tx, link, said, now)
        if page.state is not PageState.ASK:
            return page
        detail: dict[str, object] = {"action": link.action.value, "mail": link.mail}
        tx.audit(AuditEntry(now, ACTOR, "link_used", link.thread, detail))
        return replace(page, state=PageState.DONE, due_at=due_at)

    def _act_on_case(self, tx: Tx, link: ActionLink, now: datetime) -> tuple[Page, datetime | None]:
        breach = self._breach(tx, link, now)
        page = self._case_page(tx, link, breach, now)
        if breach is None or page.state is not PageState.ASK:
            return page, None
        if link.action is Action.LOOK_AGAIN:
            rescan(tx, breach.site, breach.kinds, ACTOR, now)
            tx.remember(_subject(link), now.isoformat(), now)
            return page, breach.case.due_at
        # Two at once write the same: the same term, the same mail.
        tx.remember(_subject(link), USED, now)
        after, events = breach.postponed
        self.casework.say(tx, after, events, now)
        return page, after.due_at

    def _act_on_procedure(
        self, tx: Tx, link: ActionLink, said: str, now: datetime
    ) -> tuple[Page, datetime | None]:
        page, answers = self._procedure_page(tx, link), _answers(said)
        if page.state is not PageState.ASK:
            return page, None
        data = {"by": BY_MEMBER, "mail": link.mail}
        if link.action is Action.ANSWER:
            if not answers:
                return replace(page, state=PageState.EMPTY), None
            data["answers"] = answers
        event = Event(_EVENTS[link.action][1], data, Role.STAFF)
        moved = Procedures(self.casework).record(tx, link.thread, event, ACTOR, now)
        tx.remember(_subject(link), USED, now)
        return page, moved.due_at

    def _case_page(self, tx: Tx, link: ActionLink, breach: _Breach | None, now: datetime) -> Page:
        page = Page(PageState.OVER, link.language, link.action, thread=link.thread)
        if breach is None:
            return page
        page = self._of_site(tx, page, breach.site, breach.case.labels)
        page = replace(page, due_at=breach.case.due_at)
        if link.action is Action.LOOK_AGAIN:
            if not breach.kinds:
                return page
            state = PageState.LATER if _too_often(tx, link, now) else PageState.ASK
            return replace(page, state=state)
        if _is_used(tx, link):
            return replace(page, state=PageState.USED)
        return replace(page, state=PageState.ASK) if breach.postponed[1] else page

    def _procedure_page(self, tx: Tx, link: ActionLink) -> Page:
        page = Page(PageState.OVER, link.language, link.action, thread=link.thread)
        procedure = tx.procedure(link.thread)
        site = None if procedure is None else tx.site(procedure.site_id)
        if procedure is None or site is None:
            return page
        if origin_mark(procedure.opened_at.isoformat()) != link.origin:
            return page
        page = self._of_site(tx, page, site, (procedure.label_id,))
        page = replace(page, due_at=procedure.due_at)
        if _is_used(tx, link):
            return replace(page, state=PageState.USED)
        return replace(page, state=PageState.ASK) if _is_possible(procedure, link) else page

    def _of_site(self, tx: Tx, page: Page, site: Site, names: tuple[str, ...]) -> Page:
        labels = [label for name in names
                  if (label := self.casework.catalogue.labels.get(name)) is not None]  # fmt: skip
        titles = tuple(label.text(label.title, page.language) for label in labels)
        member = tx.member(site.member_id)
        country = page.country if member is None else member.jurisdiction
        return replace(page, host=site.host, labels=titles, country=country)

    def _breach(self, tx: Tx, link: ActionLink, now: datetime) -> _Breach | None:
        """The case as it runs; None when it, its site, its rules or its label are gone."""
        case = tx.case(link.thread)
        if case is None or not case.active or origin_mark(origin_of(case)) != link.origin:
            return None
        site, pair = tx.site(case.site_id), self.casework.catalogue.of_case(case)
        member = None if site is None else tx.member(site.member_id)
        if site is None or member is None or pair is None or self.casework.is_moot(tx, case):
            return None
        rules = self.casework.catalogue.rules(*pair, case, member)
        judge = pair[1].judge
        used = () if judge is None else self.casework.catalogue.judges[judge.uses].kinds
        ordered = {row.kind for row in tx.due_rows(case.site_id)}
        postponed = postpone(case, rules, now) or (case, ())
        return _Breach(case, site, postponed, frozenset(ordered & set(used)))


def _subject(link: ActionLink) -> str:
    """Under which its use is kept: a look of the case, anything else of the one mail."""
    if link.action is Action.LOOK_AGAIN:
        return f"link:{link.action.value}:{link.thread}:{link.origin}"
    return f"link:{link.action.value}:{link.thread}:{link.origin}:{link.mail}"


def _is_used(tx: Tx, link: ActionLink) -> bool:
    return bool(tx.said({_subject(link)}))


def _too_often(tx: Tx, link: ActionLink, now: datetime) -> bool:
    looks = [datetime.fromisoformat(stage) for _, stage in tx.said({_subject(link)})]
    today = [at for at in looks if now - at < _DAY]
    return len(today) >= LOOKS_PER_DAY or any(now - at < LOOK_APART for at in today)


def _is_possible(procedure: Procedure, link: ActionLink) -> bool:
    kind, event = _EVENTS[link.action]
    if procedure.kind is not kind or not procedure.active:
        return False
    if link.action is Action.POSTPONE and procedure.postponements >= OWN_POSTPONEMENTS:
        return False
    return event in MACHINES[kind].events(procedure.state)


def _answers(said: str) -> str:
    """The answers as they are kept: lines stay, control characters go, a bounded length."""
    lines = said[: 2 * ANSWER_MAX_CHARS].splitlines()
    plain = "\n".join("".join(c for c in line if c.isprintable()).rstrip() for line in lines)
    return plain.strip()[:ANSWER_MAX_CHARS]
