"""Consent, control, switches and orders, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial

import pytest

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.consent import Consent, Control, ControlMethod, KillSwitch, Level, Window
from monitor.services.tx_consents import ScanOrder
from tests.contract.store_world import HOUR, NOW, fill

NIGHT = Window(time(22), time(4, 30), "Europe/Brussels", frozenset({"mon", "sun"}))
CONSENT = Consent(
    "s1", "m1", Level.ACTIVE_LOW, "Ölga \x00 Owner", "+32 2 123", "DOC-7",
    date(2026, 1, 1), date(2026, 12, 31), "rita", NOW, hosts=("a.example", "b.example"),
    window=NIGHT,
)  # fmt: skip


@pytest.fixture
def sites(store: SqlStore) -> SqlStore:
    fill(store, 3)
    return store


def test_a_consent_comes_back_as_it_was_newest_first(sites: SqlStore) -> None:
    plain = replace(CONSENT, level=Level.PASSIVE, window=None, hosts=())
    for one in (CONSENT, plain, replace(CONSENT, site_id="s2")):
        sites.transact(partial(SqlTx.add_consent, one=one))
    mine = sites.transact(lambda tx: tx.consents("s1"))
    assert [c.level for c in mine] == [Level.PASSIVE, Level.ACTIVE_LOW]
    assert replace(mine[1], number=0) == replace(CONSENT, given_by="Ölga \ufffd Owner")
    assert mine[0].window is None
    assert len(sites.transact(lambda tx: tx.consents())) == 3


def test_a_withdrawn_consent_is_only_in_the_history_and_keeps_its_first_end(
    sites: SqlStore,
) -> None:
    number = sites.transact(lambda tx: tx.add_consent(CONSENT))
    sites.transact(lambda tx: tx.revoke_consent(number, NOW, "rita"))
    sites.transact(lambda tx: tx.revoke_consent(number, NOW + HOUR, "rob"))
    assert sites.transact(lambda tx: tx.consents("s1")) == []
    (one,) = sites.transact(lambda tx: tx.consents("s1", ended=True))
    assert (one.revoked_at, one.revoked_by) == (NOW, "rita")


def test_control_is_one_row_a_site(sites: SqlStore) -> None:
    assert sites.transact(lambda tx: tx.control("s1")) is None
    made = Control("s1", "t" * 32, NOW)
    proven = replace(made, method=ControlMethod.META, proven_at=NOW + HOUR)
    lost = replace(proven, lost_at=NOW + 2 * HOUR)
    for one in (made, proven, lost):
        sites.transact(partial(SqlTx.put_control, one=one))
        assert sites.transact(lambda tx: tx.control("s1")) == one
    assert sites.transact(lambda tx: tx.controls()) == {"s1": lost}


def test_a_switch_that_is_on_keeps_who_turned_it_and_why(sites: SqlStore) -> None:
    mine = KillSwitch("m1", NOW, "ops", "they called")
    assert sites.transact(lambda tx: tx.put_switch(mine))
    assert not sites.transact(lambda tx: tx.put_switch(replace(mine, by="rob", on_at=NOW + HOUR)))
    assert sites.transact(lambda tx: tx.put_switch(KillSwitch("", NOW, "ops", "storm")))
    assert [s.member_id for s in sites.transact(lambda tx: tx.switches())] == ["", "m1"]
    assert sites.transact(lambda tx: tx.switches())[1] == mine
    assert sites.transact(lambda tx: tx.drop_switch("m1"))
    assert not sites.transact(lambda tx: tx.drop_switch("m1"))
    assert [s.member_id for s in sites.transact(lambda tx: tx.switches())] == [""]


def test_the_plan_does_not_take_the_place_of_a_persons_order(sites: SqlStore) -> None:
    planned = ScanOrder("s1", Level.ACTIVE_LOW, "", "plan", NOW, planned=True)
    mine = ScanOrder("s1", Level.ACTIVE_MEDIUM, "zap", "rita", NOW + HOUR)
    sites.transact(lambda tx: tx.put_order(planned))
    assert sites.transact(lambda tx: tx.order("s1")) == planned
    sites.transact(lambda tx: tx.put_order(mine))
    sites.transact(lambda tx: tx.put_order(planned))
    assert sites.transact(lambda tx: tx.order("s1")) == mine
    sites.transact(lambda tx: tx.drop_order("s1"))
    assert sites.transact(lambda tx: tx.order("s1")) is None


def test_progress_is_the_last_that_was_told(sites: SqlStore) -> None:
    assert sites.transact(lambda tx: tx.progress("s1")) is None
    for done in (1, 2):
        at = NOW + timedelta(seconds=done)
        sites.transact(partial(SqlTx.put_progress, site_id="s1", at=at, progress={"done": done}))
    assert sites.transact(lambda tx: tx.progress("s1")) == (NOW + timedelta(seconds=2), {"done": 2})
    sites.transact(lambda tx: tx.drop_progress("s1"))
    assert sites.transact(lambda tx: tx.progress("s1")) is None
