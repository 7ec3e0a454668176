"""The outbox and the valve, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.adapters.store.store import SqlStore
from monitor.domain.alert import Alert, ChannelKind, DeliveryState, Outgoing
from monitor.services.records import AlertRow, ValveState
from tests.contract.store_world import HOUR, LEASE, NOW, an_alert

PENDING, HELD, SENT = DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.SENT
WITHDRAWN, DEAD = DeliveryState.WITHDRAWN, DeliveryState.DEAD


def add(store: SqlStore, *alerts: Alert) -> list[bool]:
    return store.transact(lambda tx: [tx.add_alert(alert) for alert in alerts])


def claim(store: SqlStore, at: datetime = NOW, limit: int = 10) -> Sequence[Outgoing]:
    return store.transact(lambda tx: tx.claim_alerts(at, limit, LEASE, "sender"))


def sent(store: SqlStore, outgoing: Outgoing, at: datetime = NOW) -> bool:
    return store.transact(lambda tx: tx.mark_sent(outgoing, at, "250 ok"))


def steps(outgoing: Sequence[Outgoing]) -> list[str]:
    return [one.alert.step for one in outgoing]


def only(store: SqlStore) -> AlertRow:
    (row,) = store.transact(lambda tx: tx.alerts())
    return row


def test_alert_comes_back_as_it_was_added_and_is_not_added_twice(store: SqlStore) -> None:
    assert add(store, an_alert()) == [True]
    again = replace(an_alert(), recipient="JAN@winkel.example", context={})
    assert add(store, again) == [False]
    assert claim(store) == [Outgoing(an_alert(), None, 1, 1)]


def test_leased_alert_is_not_handed_out_until_its_lease_ran_out(store: SqlStore) -> None:
    add(store, an_alert())
    claim(store)
    assert claim(store) == []
    (again,) = claim(store, NOW + LEASE)
    assert (again.token, again.tries) == (2, 2)


def test_oldest_goes_first_within_the_limit(store: SqlStore) -> None:
    young = an_alert("t1")
    old = replace(an_alert("t2"), created_at=NOW - HOUR)
    add(store, young, old)
    assert [o.alert.thread for o in claim(store, limit=1)] == ["t2"]
    assert [o.alert.thread for o in claim(store)] == ["t1"]


def test_later_alert_of_a_thread_waits_for_the_earlier(store: SqlStore) -> None:
    add(store, an_alert(step="notice"), an_alert(step="reminder-1"), an_alert(step="closing"))
    (first,) = claim(store)
    assert first.alert.step == "notice"
    assert claim(store) == []
    assert sent(store, first)
    (second,) = claim(store)
    assert (second.alert.step, second.root_id) == ("reminder-1", first.alert.alert_id)
    store.transact(lambda tx: tx.hold(second))
    assert claim(store) == []


def test_other_recipients_and_channels_do_not_wait(store: SqlStore) -> None:
    hook = replace(an_alert(step="c"), channel=ChannelKind.WEBHOOK)
    other = an_alert(step="b", recipient="piet@winkel.example")
    add(store, an_alert(step="a"), other, hook)
    assert steps(claim(store)) == ["a", "b", "c"]


def test_dead_alert_lets_the_next_one_go_and_is_no_root(store: SqlStore) -> None:
    add(store, an_alert(step="a"), an_alert(step="b"))
    (first,) = claim(store)
    store.transact(lambda tx: tx.mark_failed(first, NOW, "no such mailbox", None))
    (second,) = claim(store)
    assert (second.alert.step, second.root_id) == ("b", None)
    rows = {row.step: row for row in store.transact(lambda tx: tx.alerts())}
    assert (rows["a"].state, rows["a"].error) == (DEAD, "no such mailbox")


def test_failed_alert_waits_for_its_time_and_counts_its_tries(store: SqlStore) -> None:
    add(store, an_alert())
    (first,) = claim(store)
    store.transact(lambda tx: tx.mark_failed(first, NOW, "busy", NOW + HOUR))
    assert claim(store, NOW + LEASE) == []
    (again,) = claim(store, NOW + HOUR)
    assert again.tries == 2
    assert only(store).error == "busy"


def test_yes_after_the_lease_was_lost_is_still_recorded(store: SqlStore) -> None:
    add(store, an_alert())
    (slow,) = claim(store)
    (quick,) = claim(store, NOW + LEASE)
    assert not sent(store, slow, NOW + HOUR)
    assert (only(store).state, only(store).sent_at) == (SENT, NOW + HOUR)
    store.transact(lambda tx: tx.mark_failed(quick, NOW, "too late", NOW))
    assert not sent(store, quick, NOW + 2 * HOUR)
    assert (only(store).state, only(store).sent_at) == (SENT, NOW + HOUR)
    assert claim(store, NOW + 9 * HOUR) == []


def test_failure_after_the_lease_was_lost_changes_nothing(store: SqlStore) -> None:
    add(store, an_alert())
    (slow,) = claim(store)
    (quick,) = claim(store, NOW + LEASE)
    store.transact(lambda tx: tx.mark_failed(slow, NOW, "gone", None))
    store.transact(lambda tx: tx.hold(slow))
    assert only(store).state is PENDING
    assert sent(store, quick)


def test_withdrawn_thread_says_nothing_more(store: SqlStore) -> None:
    add(store, an_alert(step="a"), an_alert(step="b"), an_alert("other"))
    (first, _) = claim(store)
    assert sent(store, first)
    (second,) = claim(store)
    store.transact(lambda tx: tx.hold(second))
    add(store, an_alert(step="c"))
    assert store.transact(lambda tx: tx.withdraw("KW-2026-000001")) == 2
    assert store.transact(lambda tx: tx.withdraw("KW-2026-000001")) == 0
    states = {(r.thread, r.step): r.state for r in store.transact(lambda tx: tx.alerts())}
    assert states == {
        ("KW-2026-000001", "a"): SENT,
        ("KW-2026-000001", "b"): WITHDRAWN,
        ("KW-2026-000001", "c"): WITHDRAWN,
        ("other", "notice"): PENDING,
    }


def test_alert_withdrawn_while_it_was_sent_is_recorded_as_sent(store: SqlStore) -> None:
    add(store, an_alert())
    (outgoing,) = claim(store)
    store.transact(lambda tx: tx.withdraw(outgoing.alert.thread))
    assert sent(store, outgoing)
    assert only(store).state is SENT


def test_what_may_have_been_taken_is_said_again_though_it_was_withdrawn(store: SqlStore) -> None:
    add(store, an_alert())
    claim(store)
    assert store.transact(lambda tx: tx.withdraw("KW-2026-000001")) == 0
    (again,) = claim(store, NOW + LEASE)
    store.transact(lambda tx: tx.mark_failed(again, NOW, "busy", NOW + HOUR))
    (third,) = claim(store, NOW + HOUR)
    assert third.alert.alert_id == again.alert.alert_id
    assert sent(store, third)
    assert only(store).state is SENT


def test_what_was_withdrawn_while_it_was_sent_and_was_refused_is_over(store: SqlStore) -> None:
    add(store, an_alert())
    (outgoing,) = claim(store)
    store.transact(lambda tx: tx.withdraw("KW-2026-000001"))
    store.transact(lambda tx: tx.mark_failed(outgoing, NOW, "busy", NOW + HOUR))
    assert only(store).state is WITHDRAWN
    assert claim(store, NOW + 9 * HOUR) == []


def test_what_was_withdrawn_while_it_was_sent_without_an_answer_goes_on(store: SqlStore) -> None:
    add(store, an_alert())
    (outgoing,) = claim(store)
    store.transact(lambda tx: tx.mark_failed(outgoing, NOW, "cut", NOW + HOUR, unclear=True))
    store.transact(lambda tx: tx.withdraw("KW-2026-000001"))
    (again,) = claim(store, NOW + HOUR)
    store.transact(lambda tx: tx.hold(again))
    assert only(store).state is HELD


def test_what_was_withdrawn_while_it_was_claimed_is_not_held(store: SqlStore) -> None:
    add(store, an_alert())
    (outgoing,) = claim(store)
    store.transact(lambda tx: tx.withdraw("KW-2026-000001"))
    store.transact(lambda tx: tx.hold(outgoing))
    assert only(store).state is WITHDRAWN


def test_what_is_wanted_again_before_its_fate_is_known_is_not_withdrawn(store: SqlStore) -> None:
    add(store, an_alert())
    (outgoing,) = claim(store)
    store.transact(lambda tx: tx.withdraw("KW-2026-000001"))
    assert add(store, an_alert()) == [True]
    assert add(store, an_alert()) == [False]
    store.transact(lambda tx: tx.mark_failed(outgoing, NOW, "busy", NOW + HOUR))
    assert only(store).state is PENDING


def test_held_alerts_are_released_with_their_tries_unspent(store: SqlStore) -> None:
    add(store, an_alert("t1"), an_alert("t2"))
    for outgoing in claim(store):
        store.transact(lambda tx: tx.hold(outgoing))  # noqa: B023 - called at once
    assert claim(store, NOW + 9 * HOUR) == []
    assert store.transact(lambda tx: tx.release_held(NOW + HOUR)) == 2
    assert claim(store, NOW) == []
    assert [o.tries for o in claim(store, NOW + HOUR)] == [1, 1]


def test_dropped_alerts_name_their_cases_once(store: SqlStore) -> None:
    add(
        store,
        an_alert("t1"),
        an_alert("t1", recipient="x@y.example"),
        replace(an_alert("t2"), case_id=None),
        an_alert("t3"),
    )
    for outgoing in claim(store):
        if outgoing.alert.thread != "t3":
            store.transact(lambda tx: tx.hold(outgoing))  # noqa: B023 - called at once
    assert store.transact(lambda tx: tx.drop_held(NOW)) == ["t1"]
    states = Counter(row.state for row in store.transact(lambda tx: tx.alerts()))
    assert states == {WITHDRAWN: 3, PENDING: 1}


def test_alerts_are_listed_newest_first_and_by_site(store: SqlStore) -> None:
    add(store, an_alert("t1"), replace(an_alert("t2"), created_at=NOW + HOUR, site_id="s2"))
    assert [r.thread for r in store.transact(lambda tx: tx.alerts())] == ["t2", "t1"]
    assert [r.thread for r in store.transact(lambda tx: tx.alerts(limit=1))] == ["t2"]
    assert [r.thread for r in store.transact(lambda tx: tx.alerts("s1"))] == ["t1"]


def test_what_was_sent_in_a_thread_is_listed_oldest_first(store: SqlStore) -> None:
    add(store, an_alert(step="a"), an_alert(step="b"), an_alert(step="c"))
    for hours in range(2):
        (outgoing,) = claim(store)
        assert sent(store, outgoing, NOW + hours * HOUR)
    rows = store.transact(lambda tx: tx.sent_in_thread("KW-2026-000001"))
    assert [(r.step, r.sent_at) for r in rows] == [("a", NOW), ("b", NOW + HOUR)]


def test_concurrent_senders_never_get_the_same_alert(store: SqlStore) -> None:
    add(store, *[an_alert(f"t{n}", step) for n in range(20) for step in ("a", "b")])
    got: list[Outgoing] = []
    lock = threading.Lock()

    def work() -> None:
        while mine := claim(store, limit=3):
            with lock:
                got.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(o.alert.thread for o in got) == sorted(f"t{n}" for n in range(20))
    assert {o.alert.step for o in got} == {"a"}


def test_valve_is_open_until_it_is_set(store: SqlStore) -> None:
    assert store.transact(lambda tx: tx.valve()) == ValveState()
    closed = ValveState(True, NOW, NOW - HOUR, "60 sites turned")
    store.transact(lambda tx: tx.set_valve(closed))
    assert store.transact(lambda tx: tx.valve()) == closed
    store.transact(lambda tx: tx.set_valve(ValveState(changed_at=NOW)))
    assert store.transact(lambda tx: tx.valve()) == ValveState(changed_at=NOW)
