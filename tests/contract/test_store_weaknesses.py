"""Weaknesses and looks, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.finding import Severity
from monitor.domain.weakness import Again, Sighting, Weakness, WeaknessState
from monitor.services.tx_weaknesses import OwaspRun
from scanners.api import ScanOutcome
from tests.contract.store_world import HOUR, NOW, fill

DAY = timedelta(days=1)
XSS = Sighting(
    "a" * 64, "zap", "40012", "Cross-site \x00 scripting", Severity.HIGH, "A03", "A05", "CWE-79",
    "https://a.example/?q=\ud800", "/", "GET", "q", "<script>", Again.VERIFIED, "why \ud800",
)  # fmt: skip
ONE = Weakness("s1", XSS, WeaknessState.OPEN, "active-low", NOW, NOW + HOUR, 3, 1, verified=True)


@pytest.fixture
def sites(store: SqlStore) -> SqlStore:
    fill(store, 3)
    return store


def other(letter: str, severity: Severity, **more: object) -> Weakness:
    seen = replace(XSS, fingerprint=letter * 64, severity=severity)
    return replace(ONE, seen=seen, **more)  # type: ignore[arg-type]


def test_a_weakness_comes_back_as_it_was_with_text_that_can_be_kept(sites: SqlStore) -> None:
    sites.transact(lambda tx: tx.put_weaknesses([ONE]))
    (back,) = sites.transact(lambda tx: tx.weaknesses("s1"))
    assert "\ud800" not in back.seen.url
    assert replace(back, seen=XSS) == ONE
    word = replace(
        ONE, state=WeaknessState.RISK_ACCEPTED, decided_by="rita", decided_at=NOW, reason="why",
        until=NOW.date(),
    )  # fmt: skip
    sites.transact(lambda tx: tx.put_weaknesses([word]))
    (back,) = sites.transact(lambda tx: tx.weaknesses("s1"))
    assert replace(back, seen=XSS) == word


def test_the_gravest_come_first_and_states_select(sites: SqlStore) -> None:
    rows = [
        other("b", Severity.LOW),
        other("c", Severity.CRITICAL, state=WeaknessState.RESOLVED),
        other("d", Severity.HIGH, first_at=NOW - DAY),
        ONE,
        other("e", Severity.MEDIUM, site_id="s2"),
    ]
    sites.transact(lambda tx: tx.put_weaknesses(rows))
    mine = sites.transact(lambda tx: tx.weaknesses("s1"))
    assert [w.seen.fingerprint[0] for w in mine] == ["c", "d", "a", "b"]
    gone = sites.transact(lambda tx: tx.weaknesses(states=[WeaknessState.RESOLVED]))
    assert [w.seen.fingerprint[0] for w in gone] == ["c"]
    assert len(sites.transact(lambda tx: tx.weaknesses())) == 5
    counts = sites.transact(lambda tx: tx.weakness_counts())
    assert counts["open", "high"] == 2
    assert sum(counts.values()) == 5


def test_only_what_is_set_aside_lapses(sites: SqlStore) -> None:
    rows = [
        other("b", Severity.LOW, state=WeaknessState.FALSE_POSITIVE, until=NOW.date()),
        other("c", Severity.LOW, state=WeaknessState.RISK_ACCEPTED, until=(NOW - DAY).date()),
        other("d", Severity.LOW, state=WeaknessState.OPEN, until=(NOW - DAY).date()),
        other("e", Severity.LOW, state=WeaknessState.FALSE_POSITIVE),
    ]
    sites.transact(lambda tx: tx.put_weaknesses(rows))
    due = sites.transact(lambda tx: tx.lapsing(NOW.date()))
    assert [w.seen.fingerprint[0] for w in due] == ["c"]


def test_looks_come_newest_first_and_not_more_than_asked(sites: SqlStore) -> None:
    for hours in range(5):
        run = OwaspRun(
            "s1", NOW + hours * HOUR, "zap", "2.17", "baseline", ScanOutcome.COMPLETE, 40,
            30 + hours, 120, 60.5,
        )  # fmt: skip
        sites.transact(partial(SqlTx.add_run, run=run))
    runs = sites.transact(lambda tx: tx.runs("s1", 3))
    assert [run.urls_visited for run in runs] == [34, 33, 32]
    assert runs[0].outcome is ScanOutcome.COMPLETE
    assert sites.transact(lambda tx: tx.runs("s2")) == []
