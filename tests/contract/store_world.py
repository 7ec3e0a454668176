"""Databases to test on, and values to put in them."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.alert import Alert, Audience, ChannelKind
from monitor.domain.check import check_for
from monitor.domain.finding import ConditionFinding, EvidenceRef, Finding
from monitor.domain.member import Category, Contact, ContactRole, Customers, Member
from monitor.domain.site import Certification, Site, Standing
from monitor.domain.verdict import LabelVerdict, Verdict
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult

NOW = datetime(2026, 11, 3, 12, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=10)
POSTGRES_BIN = "/usr/lib/postgresql"


@dataclass(frozen=True, slots=True)
class Leaf:
    """Facts with everything msgspec must carry."""

    KIND: ClassVar[str] = "test.leaf@1"
    name: str
    not_after: datetime
    chain: tuple[str, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    KIND: ClassVar[str] = "test.page@2"
    url: str


@dataclass(frozen=True, slots=True)
class OldPage:
    KIND: ClassVar[str] = "test.page@1"
    title: str


FACTS: dict[str, type] = {Leaf.KIND: Leaf, Page.KIND: Page}


class Postgres:
    """A private cluster in a temporary folder, as a user who may not be root."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._numbers = itertools.count()

    def start(self) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._run(
            "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N",
            "--locale=C",
        )  # fmt: skip
        options = f"-k {self._folder} -c listen_addresses= -c fsync=off -c max_connections=60"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def create(self, template: str | None = None) -> str:
        name = f"t{next(self._numbers)}"
        tail = f" TEMPLATE {template}" if template else ""
        self._run(
            "psql", "-h", str(self._folder), "-U", "postgres", "-d", "postgres", "-q", "-c",
            f"CREATE DATABASE {name}{tail}",
        )  # fmt: skip
        return name

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {(done.stdout or b'').decode(errors='replace')}")


def postgres_missing() -> tuple[Path | None, str]:
    """The folder of the server's programs, or why there is none to test on."""
    found = sorted(Path(POSTGRES_BIN).glob("*/bin/initdb"))
    if found:
        binaries = found[-1].parent
    elif (on_path := shutil.which("initdb")) is not None:
        binaries = Path(on_path).resolve().parent
    else:
        return None, "no PostgreSQL server programs (initdb) on this machine"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return None, "PostgreSQL does not run as root and runuser is absent"
    return binaries, ""


@contextmanager
def running_postgres(binaries: Path) -> Iterator[Postgres]:
    # Short: the path of a socket may not be longer than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="kwpg", dir="/tmp"))
    cluster = Postgres(binaries, folder)
    try:
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def each(*works: Callable[[SqlTx], object]) -> Callable[[SqlTx], None]:
    """Several steps in one transaction."""

    def run(tx: SqlTx) -> None:
        for work in works:
            work(tx)

    return run


def a_member(number: int = 1) -> Member:
    return Member(
        member_id=f"m{number}",
        legal_name=f"Winkel {number} B.V.",
        trade_names=("Winkel", "Boetiek"),
        kvk="12345678",
        vat="NL001234567B01",
        customers=frozenset({Customers.B2C, Customers.B2B}),
        jurisdiction="BE",
        languages=("nl", "fr"),
        flags=frozenset({"cross_border"}),
        categories=(Category("retail", since=NOW.date()),),
        contacts=(Contact("jan@winkel.example", "Jan", "nl", ContactRole.TECHNICAL),),
    )


def a_site(number: int = 1, platform: str | None = None, *, member: int = 1) -> Site:
    return Site(
        site_id=f"s{number}",
        member_id=f"m{member}",
        url=f"https://shop{number}.example/",
        hosts=(f"WWW.shop{number}.example",),
        platform=platform,
        certifications=(
            Certification("tm", Standing.CERTIFIED, NOW.date(), None),
            Certification("be", Standing.APPLICANT),
        ),
    )


def fill(store: SqlStore, sites: int = 1, platform: str | None = None) -> None:
    """One member with that many sites."""

    def put(tx: SqlTx) -> None:
        tx.put_members([a_member()])
        tx.put_sites([a_site(n, platform) for n in range(1, sites + 1)])

    store.transact(put)


def schedule(store: SqlStore, *site_ids: str, kind: ScanKind = ScanKind.TLS, key: str = "") -> None:
    """Checks that are ready now."""
    rows = [(check_for(s, kind, HOUR), NOW, key or f"{s}.example") for s in site_ids]
    store.transact(lambda tx: tx.put_checks(rows))


def leaf(name: str = "a", body: bytes | None = None) -> Evidence:
    facts = Leaf(name, NOW + HOUR, ("x", "y"), {"z": 1.5, "b": 2})
    return Evidence(facts, f"https://shop1.example/{name}", NOW, f"excerpt {name}", body)


def a_scan(*evidence: Evidence, kind: ScanKind = ScanKind.TLS) -> ScanResult:
    return ScanResult(kind, ScanOutcome.COMPLETE, evidence, NOW, 1.25, 7, {"grade": "A"})


def ref(evidence: Evidence) -> EvidenceRef:
    return EvidenceRef(
        evidence.kind, evidence.source_url, evidence.seen_at, evidence.excerpt, evidence.sha256
    )


def a_finding(
    finding: Finding = Finding.MET,
    outcome: str = "fine",
    condition: str = "tm.1",
    evidence: tuple[EvidenceRef, ...] = (),
) -> ConditionFinding:
    return ConditionFinding(
        condition, 3, finding, outcome, f"{outcome}.", evidence=evidence, values={"days": "3"}
    )


def a_verdict(
    verdict: Verdict, at: datetime, *findings: ConditionFinding, site: str = "s1"
) -> LabelVerdict:
    return LabelVerdict(site, "tm", "2026-01", 4, "f" * 64, verdict, findings, at)


def an_alert(
    thread: str = "KW-2026-000001", step: str = "notice", recipient: str = "jan@winkel.example"
) -> Alert:
    return Alert(
        thread=thread,
        step=step,
        audience=Audience.MEMBER,
        channel=ChannelKind.EMAIL,
        recipient=recipient,
        language="nl",
        template="notice",
        site_id="s1",
        created_at=NOW,
        case_id=thread,
        context={"days": 3, "text": "<b>é\u0000</b>"},
    )
