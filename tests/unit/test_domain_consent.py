"""Who may be looked at how hard, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.consent import (
    WEEK_DAYS,
    Consent,
    Control,
    ControlMethod,
    Ground,
    KillSwitch,
    Level,
    Refusal,
    Window,
    permission,
)

NOW = datetime(2026, 11, 4, 2, 30, tzinfo=UTC)  # a Wednesday
AMSTERDAM = "Europe/Amsterdam"
NIGHT = Window(time(2), time(6), AMSTERDAM)
CONSENT = Consent(
    "s1", "m1", Level.ACTIVE_LOW, "Olga Owner", "+31 20 123 4567", "DOC-7",
    date(2026, 1, 1), date(2026, 12, 31), "rita", NOW, number=1,
)  # fmt: skip
PROVEN = Control("s1", "t" * 32, NOW, ControlMethod.DNS, proven_at=NOW)
GROUND = Ground("m1", (CONSENT,), PROVEN)


def test_everything_in_order_is_granted_through_the_last_day_of_the_consent() -> None:
    given_ = permission(Level.ACTIVE_LOW, GROUND, NOW)
    assert given_.granted
    assert given_.ends_at == datetime(2026, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ground", "refusal"),
    [
        (Ground("m1"), Refusal.NO_CONSENT),
        (replace(GROUND, consents=(replace(CONSENT, level=Level.PASSIVE),)), Refusal.NO_CONSENT),
        (replace(GROUND, consents=(replace(CONSENT, level=Level.NONE),)), Refusal.NO_CONSENT),
        (replace(GROUND, consents=(replace(CONSENT, revoked_at=NOW),)), Refusal.NO_CONSENT),
        (replace(GROUND, consents=(replace(CONSENT, until=date(2026, 11, 3)),)),
         Refusal.NO_CONSENT),
        (replace(GROUND, consents=(replace(CONSENT, since=date(2026, 11, 5)),)),
         Refusal.NO_CONSENT),
        (replace(GROUND, consents=(replace(CONSENT, member_id="m0"),)), Refusal.NO_CONSENT),
        (replace(GROUND, control=None), Refusal.CONTROL),
        (replace(GROUND, control=replace(PROVEN, proven_at=None)), Refusal.CONTROL),
        (replace(GROUND, control=replace(PROVEN, lost_at=NOW)), Refusal.CONTROL),
        (replace(GROUND, thaws_at=NOW + timedelta(days=1)), Refusal.FREEZE),
        (replace(GROUND, consents=(replace(CONSENT, window=replace(NIGHT, begins=time(5))),)),
         Refusal.WINDOW),
        (replace(GROUND, switches=(KillSwitch("", NOW, "ops", "storm"),)), Refusal.KILL_SWITCH),
        (replace(GROUND, switches=(KillSwitch("m1", NOW, "ops", "asked"),)), Refusal.KILL_SWITCH),
    ],
)  # fmt: skip
def test_one_thing_missing_refuses_an_active_scan_with_its_reason(
    ground: Ground, refusal: Refusal
) -> None:
    said = permission(Level.ACTIVE_LOW, ground, NOW)
    assert (said.granted, said.refusal) == (False, refusal)
    assert said.why


def test_a_consent_to_less_does_not_allow_more() -> None:
    assert permission(Level.ACTIVE_MEDIUM, GROUND, NOW).refusal is Refusal.LEVEL
    more = replace(GROUND, consents=(CONSENT, replace(CONSENT, level=Level.ACTIVE_MEDIUM)))
    assert permission(Level.ACTIVE_MEDIUM, more, NOW).granted
    assert permission(Level.ACTIVE_LOW, more, NOW).granted


def test_an_ordinary_visit_needs_no_consent_but_stops_at_a_no_and_at_the_kill_switch() -> None:
    assert permission(Level.PASSIVE, Ground("m1"), NOW).granted
    refused = Ground("m1", (replace(CONSENT, level=Level.NONE),))
    assert permission(Level.PASSIVE, refused, NOW).refusal is Refusal.NO_CONSENT
    stopped = Ground("m1", switches=(KillSwitch("", NOW, "ops", "storm"),))
    assert permission(Level.PASSIVE, stopped, NOW).refusal is Refusal.KILL_SWITCH
    others = Ground("m1", switches=(KillSwitch("m2", NOW, "ops", "asked"),))
    assert permission(Level.PASSIVE, others, NOW).granted


def test_what_time_cures_says_when_to_ask_again() -> None:
    later = replace(GROUND, consents=(replace(CONSENT, window=replace(NIGHT, begins=time(5))),))
    said = permission(Level.ACTIVE_LOW, later, NOW)
    assert said.again_at == datetime(2026, 11, 4, 4, tzinfo=UTC)
    frozen = replace(GROUND, thaws_at=datetime(2027, 1, 4, tzinfo=UTC))
    assert permission(Level.ACTIVE_LOW, frozen, NOW).again_at == frozen.thaws_at
    assert permission(Level.ACTIVE_LOW, Ground("m1"), NOW).again_at is None


def test_a_window_ends_the_permission() -> None:
    night = replace(GROUND, consents=(replace(CONSENT, window=NIGHT),))
    said = permission(Level.ACTIVE_LOW, night, NOW)
    assert said.ends_at == datetime(2026, 11, 4, 5, tzinfo=UTC)  # 06:00 in Amsterdam


def test_a_window_that_passes_midnight_belongs_to_the_day_it_begins_on() -> None:
    sunday = Window(time(22), time(4), AMSTERDAM, frozenset({"sun"}))
    monday_early = datetime(2026, 11, 9, 2, tzinfo=ZoneInfo(AMSTERDAM))
    assert sunday.closes(monday_early) is not None
    assert sunday.closes(monday_early - timedelta(days=1)) is None
    assert sunday.opens(monday_early) == monday_early


def test_a_window_shows_its_days_only_when_they_are_not_all() -> None:
    assert str(NIGHT) == "02:00-06:00 Europe/Amsterdam"
    some = replace(NIGHT, days=frozenset({"tue", "mon"}))
    assert str(some) == "mon,tue 02:00-06:00 Europe/Amsterdam"


def test_a_window_in_an_hour_that_the_clocks_skip_opens_the_next_week() -> None:
    # 29 March 2026: 02:00 becomes 03:00 in Amsterdam.
    skipped = Window(time(2, 10), time(2, 50), AMSTERDAM, frozenset({"sun"}))
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    opening = skipped.opens(before)
    assert skipped.closes(opening) is not None


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
WINDOWS = st.builds(
    Window,
    TIMES,
    TIMES,
    st.sampled_from([AMSTERDAM, "Europe/Brussels", "Europe/Lisbon", "UTC", "Asia/Kolkata"]),
    st.frozensets(st.sampled_from(WEEK_DAYS), min_size=1),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(WINDOWS, MOMENTS)
def test_a_window_is_open_where_it_says_it_opens_and_closes_later(
    window: Window, at: datetime
) -> None:
    opening = window.opens(at)
    assert at <= opening <= at + timedelta(days=9)
    closing = window.closes(opening)
    assert closing is not None
    assert opening < closing <= opening + timedelta(hours=25)
    assert window.closes(closing - timedelta(seconds=1)) is not None
    if opening > at:
        assert window.closes(opening - timedelta(seconds=1)) is None


@given(
    wanted=st.sampled_from(list(Level)), held=st.sampled_from(list(Level)), at=MOMENTS,
    proven=st.booleans(), stopped=st.booleans(), window=st.none() | WINDOWS,
)  # fmt: skip
def test_nothing_attacks_without_consent_of_that_level_proof_and_an_open_window(
    wanted: Level, held: Level, at: datetime, proven: bool, stopped: bool, window: Window | None
) -> None:
    consent = replace(
        CONSENT, level=held, window=window, since=date(2026, 3, 1), until=date(2027, 2, 1)
    )
    ground = Ground(
        "m1", (consent,), PROVEN if proven else None,
        (KillSwitch("", at, "ops", "x"),) if stopped else (),
    )  # fmt: skip
    said = permission(wanted, ground, at)
    if said.granted and wanted.attacks:
        assert held.rank >= wanted.rank
        assert proven
        assert consent.holds(at)
        assert said.ends_at is not None
        assert said.ends_at > at
        if window is not None:
            assert window.closes(at) is not None
    assert not (said.granted and stopped)


def test_what_was_never_seen_is_not_called_lost() -> None:
    looked_in_vain = replace(PROVEN, proven_at=None, lost_at=NOW)
    why = permission(Level.ACTIVE_LOW, replace(GROUND, control=looked_in_vain), NOW).why
    assert why == "control of the site was never proven"
    gone = replace(PROVEN, lost_at=NOW)
    why = permission(Level.ACTIVE_LOW, replace(GROUND, control=gone), NOW).why
    assert why == "proof of control was lost"


def test_the_last_day_ends_at_midnight_where_the_shop_is() -> None:
    # Midnight of Amsterdam in summer is 22:00 UTC.
    last = replace(CONSENT, window=None, since=date(2026, 6, 1), until=date(2026, 6, 30))
    ground = replace(GROUND, consents=(last,))
    before = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    allowed = permission(Level.ACTIVE_LOW, ground, before)
    assert allowed.granted
    assert allowed.ends_at == datetime(2026, 6, 30, 22, tzinfo=UTC)
    after = datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert permission(Level.ACTIVE_LOW, ground, after).refusal is Refusal.NO_CONSENT
    lisbon = replace(last, window=Window(time(0), time(0), "Europe/Lisbon"))
    assert permission(Level.ACTIVE_LOW, replace(ground, consents=(lisbon,)), after).granted
    first = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert permission(Level.ACTIVE_LOW, ground, first).granted
