"""A small office over the real store: labels, judges, a clock that is set by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.alert import Alert
from monitor.domain.case import Case
from monitor.domain.check import Job
from monitor.domain.label import Condition, InconclusiveRule, Label, Recovery
from monitor.domain.member import Member
from monitor.domain.site import Site
from monitor.policy.conditions import drift
from monitor.policy.judge import Judge, Observation, Seen, Subject
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.members import put_site
from monitor.services.messages import Office
from monitor.services.records import CurrentFinding, DueRow
from monitor.services.scan_orders import OwaspWork, ScanOrders
from scanners.api import (
    Clock,
    Evidence,
    Facts,
    ScanKind,
    ScanOutcome,
    ScanRequest,
    ScanResult,
)
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.drift.evidence import DriftFacts
from scanners.seal.evidence import SealFacts
from scanners.tls.evidence import CertificateFacts, CertificateReason
from tests.builders import (
    ANNA,
    DAY,
    HOUR,
    MONDAY,
    TECH,
    Spotted,
    condition,
    judge,
    label,
    member,
    next_monday,
    site,
)

T = TypeVar("T")
FACTS: Mapping[str, type] = {
    f.KIND: f for f in (PageFacts, SiteFacts, DriftFacts, SealFacts, CertificateFacts)
}
LEASE = timedelta(minutes=2)
OFFICE = Office(
    staff={"labels": ("labels@office.example",)},
    operations=("ops@office.example",),
    language="en",
)
CADENCES = {
    ScanKind.CONTENT: 7 * DAY,
    ScanKind.DRIFT: 7 * DAY,
    ScanKind.SEAL: 7 * DAY,
    ScanKind.TLS: DAY,
    ScanKind.CERTIFICATE: HOUR,
    ScanKind.OWASP: 30 * DAY,
}
DAILY = Recovery(2, DAY)
SHOP = "shop.example"


class HandClock:
    """A clock that moves when a test moves it."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Weekdays:
    """The calendar: weekends move to Monday."""

    def next_working_day(self, moment: datetime, country: str) -> datetime:
        return next_monday(moment)

    def is_working_day(self, day: date, country: str) -> bool:
        return day.weekday() < 5

    def thaws(self, moment: datetime, country: str) -> datetime | None:
        return None


ORDERS = ScanOrders(Weekdays(), OwaspWork())


def read_page(seen: Seen, subject: Subject) -> Observation:
    """The number on the page; a scan that did not end well proves nothing."""
    page = seen.newest(ScanKind.CONTENT, PageFacts)
    if page is None or seen.outcome(ScanKind.CONTENT) is not ScanOutcome.COMPLETE:
        return Observation(Spotted.UNSEEN, "The pages could not be read.")
    evidence, facts = page
    for word, spotted in (("found", Spotted.FOUND), ("other", Spotted.OTHER),
                          ("soon", Spotted.SOON)):  # fmt: skip
        if word in facts.text:
            return Observation(spotted, f"{word}.", (evidence,), note=f"A note on {word}.")
    return Observation(Spotted.ABSENT, "Absent.", (evidence,), {"expected": "30198127"})


def compare_title(seen: Seen, subject: Subject) -> Observation:
    """Another title than in the accepted baseline is a suspicion."""
    now = seen.newest(ScanKind.DRIFT, DriftFacts)
    if now is None:
        return Observation(Spotted.UNSEEN, "No observation.")
    before = None if seen.baseline is None else seen.baseline.evidence[0].facts
    if isinstance(before, DriftFacts) and before.title != now[1].title:
        return Observation(Spotted.OTHER, "Another title.", (now[0],))
    return Observation(Spotted.FOUND, "As before.", (now[0],))


JUDGES: Mapping[str, Judge] = {
    one.name: one
    for one in (
        judge(read_page, name="page"),
        judge(read_page, name="page or tls", kinds=(ScanKind.CONTENT, ScanKind.TLS)),
        judge(compare_title, name="title", kinds=(ScanKind.DRIFT,)),
        judge(Spotted.FOUND, name="seal", kinds=(ScanKind.SEAL,)),
        judge(Spotted.FOUND, name="both", kinds=(ScanKind.CONTENT, ScanKind.TLS)),
        judge(Spotted.FOUND, name="weak", kinds=(ScanKind.OWASP,)),
        judge(Spotted.FOUND, name="secured", kinds=(ScanKind.CERTIFICATE, ScanKind.TLS)),
        *drift.JUDGES,
    )
}


def on_page(
    condition_id: str = "tz-3.1c",
    *,
    confirm: str = "C1",
    remedy: str = "R14",
    recovery: Recovery = DAILY,
    inconclusive: InconclusiveRule | None = None,
) -> Condition:
    return condition(
        condition_id,
        uses="page",
        confirm=confirm,
        remedy=remedy,
        recovery=recovery,
        inconclusive=inconclusive,
    )


MARK = label(on_page())


@dataclass(frozen=True)
class World:
    """A store with one shop under the labels given."""

    store: SqlStore
    clock: HandClock
    application: Application

    @property
    def catalogue(self) -> Catalogue:
        return self.application.catalogue

    @property
    def casework(self) -> Casework:
        return self.application.casework

    def do(self, work: Callable[[SqlTx], T]) -> T:
        return self.store.transact(work)

    def after(self, gap: timedelta) -> World:
        self.clock.at += gap
        return self

    def claim(self, kind: ScanKind = ScanKind.CONTENT, site_id: str = SHOP) -> Job:
        """That check, leased now, whatever its place in the grid."""

        def work(tx: SqlTx) -> Job:
            now = self.clock.now()
            tx.request(site_id, frozenset({kind}), now, "test")
            jobs = tx.claim(now, 50, LEASE, "worker", 50, 9)
            for other in jobs:
                if (other.site_id, other.kind) != (site_id, kind):
                    tx.give_back(other, other.due_at, count_attempt=False)
            return next(j for j in jobs if (j.site_id, j.kind) == (site_id, kind))

        return self.do(work)

    def apply(self, job: Job, result: ScanResult) -> None:
        self.do(lambda tx: self.application.apply_scan(tx, job, result, self.clock.now()))

    def look(
        self,
        text: str,
        kind: ScanKind = ScanKind.CONTENT,
        outcome: ScanOutcome = ScanOutcome.COMPLETE,
    ) -> World:
        """One scan of the shop that read ``text``, applied."""
        self.apply(self.claim(kind), result(text, kind, outcome, self.clock.now()))
        return self

    def deliver(self) -> list[Alert]:
        """Hand out what waits and say that it was taken."""
        now = self.clock.now()

        def work(tx: SqlTx) -> list[Alert]:
            sent = []
            while claimed := tx.claim_alerts(now, 50, LEASE, "mailer"):
                for outgoing in claimed:
                    tx.mark_sent(outgoing, now, "250 ok")
                    self.casework.after_sent(tx, outgoing, now)
                    sent.append(outgoing.alert)
            return sent

        return self.do(work)

    def said(self) -> list[tuple[str, str]]:
        """Deliver; (recipient, step) of each alert, sorted."""
        return sorted((alert.recipient, alert.step) for alert in self.deliver())

    def case(self) -> Case:
        (case,) = self.do(lambda tx: tx.cases())
        return case

    def due(self, kind: ScanKind = ScanKind.CONTENT, site_id: str = SHOP) -> DueRow:
        return next(row for row in self.rows(site_id) if row.kind is kind)

    def rows(self, site_id: str) -> list[DueRow]:
        """The checks of that site."""
        return list(self.do(lambda tx: tx.due_rows(site_id)))

    def verdict(self, label_id: str = "mark", condition_id: str = "") -> CurrentFinding:
        rows = self.do(lambda tx: tx.findings(SHOP))
        return next(r for r in rows if (r.label_id, r.condition_id) == (label_id, condition_id))

    def counter(self, name: str) -> float:
        return sum(value for n, _, value in self.do(lambda tx: tx.counters()) if n == name)


def facts(text: str, kind: ScanKind) -> Facts:
    """Real facts of the kind that carry ``text``."""
    url = f"https://{SHOP}/"
    if kind is ScanKind.DRIFT:
        return DriftFacts(url, url, text, ("nl",), (), ())
    if kind is ScanKind.SEAL:
        return SealFacts(url, 1, complete=True, reason=text)
    return PageFacts(url, url, ("home",), 200, "nl", "", own=True, title="Shop", text=text)


def certificate(configuration: str, at: datetime) -> ScanResult:
    """A look at the certificate that found TLS set up so."""
    seen = CertificateFacts(
        SHOP, 443, "192.0.2.1", True, CertificateReason.OK, "", configuration=configuration
    )
    evidence = (Evidence(seen, f"https://{SHOP}/", at, ""),)
    return ScanResult(ScanKind.CERTIFICATE, ScanOutcome.COMPLETE, evidence, at, 0.5, 10, {})


def result(
    text: str,
    kind: ScanKind = ScanKind.CONTENT,
    outcome: ScanOutcome = ScanOutcome.COMPLETE,
    at: datetime = MONDAY,
) -> ScanResult:
    """A scan result with one piece of evidence, none when ``text`` is empty."""
    seen = (Evidence(facts(text, kind), f"https://{SHOP}/", at, text),) if text else ()
    detail = {} if outcome is ScanOutcome.COMPLETE else {"reason": f"It was {outcome.value}."}
    return ScanResult(kind, outcome, seen, at, 0.5, 3, detail)


def open_world(
    template: Path,
    folder: Path,
    *labels: Label,
    on: Site | None = None,
    of: Member | None = None,
    office: Office = OFFICE,
) -> World:
    """A fresh store with the shop in it; the caller closes ``store``."""
    file = folder / "office.db"
    shutil.copyfile(template, file)
    store = SqlStore(f"sqlite:///{file}", facts_types=FACTS)
    given = labels or (MARK,)
    catalogue = Catalogue({x.label_id: x for x in given}, JUDGES, CADENCES, Weekdays())
    world = World(store, HandClock(), Application(catalogue, Casework(catalogue, office)))
    shop, owner = on or site(), of or member(contacts=(ANNA, TECH))
    world.do(lambda tx: put_site(tx, shop, owner, catalogue, "test", MONDAY))
    return world


class PageScanner:
    """A scanner that reads what it is given; implements ``scanners.api.Scanner``."""

    kind: ClassVar[ScanKind] = ScanKind.CONTENT

    def __init__(self, clock: Clock, text: str = "found") -> None:
        self.clock = clock
        self.text = text
        self.requests: list[ScanRequest] = []

    async def scan(self, request: ScanRequest) -> ScanResult:
        self.requests.append(request)
        return result(self.text, request.kind, at=self.clock.now())
