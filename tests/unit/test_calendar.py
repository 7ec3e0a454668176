from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.calendar import HolidayCalendar, zone_of

CALENDAR = HolidayCalendar(freezes=((date(2026, 12, 21), date(2027, 1, 3)),))
FREE = HolidayCalendar()


@pytest.mark.parametrize(
    ("day", "country", "working"),
    [
        (date(2026, 11, 20), "NL", True),
        (date(2026, 11, 21), "NL", False),
        (date(2026, 11, 22), "NL", False),
        (date(2026, 4, 27), "NL", False),
        (date(2026, 4, 27), "BE", True),
        (date(2026, 7, 21), "BE", False),
        (date(2026, 7, 21), "NL", True),
        (date(2026, 7, 14), "FR", False),
        (date(2025, 10, 3), "DE", False),
        (date(2026, 6, 23), "LU", False),
        (date(2026, 4, 6), "be", False),
        (date(2026, 7, 21), "XX", True),
        (date(2026, 11, 22), "XX", False),
    ],
)
def test_weekends_and_public_holidays_are_no_working_days(
    day: date, country: str, working: bool
) -> None:
    assert FREE.is_working_day(day, country) is working


@pytest.mark.parametrize(
    ("moment", "country", "moved"),
    [
        pytest.param("2026-11-20T09:00", "NL", "2026-11-20T09:00", id="a working day stays"),
        pytest.param("2026-11-21T09:00", "NL", "2026-11-23T09:00", id="Saturday to Monday"),
        pytest.param("2026-04-03T12:00", "NL", "2026-04-07T12:00", id="over the whole of Easter"),
        pytest.param("2026-12-22T12:00", "NL", "2027-01-04T12:00", id="over the freeze"),
        pytest.param("2026-11-20T23:30", "NL", "2026-11-22T23:30", id="already Saturday there"),
        pytest.param("2026-11-22T23:30", "BE", "2026-11-22T23:30", id="already Monday there"),
        pytest.param("2026-10-24T12:00", "NL", "2026-10-26T13:00", id="same hour on the wall"),
    ],
)
def test_a_deadline_moves_to_the_next_working_day_at_the_same_local_time(
    moment: str, country: str, moved: str
) -> None:
    given_moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert CALENDAR.next_working_day(given_moment, country) == datetime.fromisoformat(
        moved
    ).replace(tzinfo=UTC)


@given(
    st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1)),
    st.times(),
    st.sampled_from(["NL", "BE", "FR", "DE", "LU", "SE"]),
)
def test_a_moved_deadline_is_never_earlier_and_ends_on_a_working_day(
    day: date, time: time, country: str
) -> None:
    aware = datetime.combine(day, time, UTC)
    moved = CALENDAR.next_working_day(aware, country)
    assert moved >= aware
    assert moved.utcoffset() == UTC.utcoffset(None)
    assert CALENDAR.is_working_day(moved.astimezone(zone_of(country)).date(), country)
    assert CALENDAR.next_working_day(moved, country) == moved


def test_a_freeze_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        HolidayCalendar(((date(2027, 1, 1), date(2026, 1, 1)),))


def test_the_tables_of_holidays_are_loaded_only_when_a_deadline_is_moved() -> None:
    program = (
        "import sys\n"
        "from datetime import date\n"
        "from monitor.adapters.calendar import HolidayCalendar\n"
        "calendar = HolidayCalendar()\n"
        "assert 'holidays' not in sys.modules\n"
        "assert not calendar.is_working_day(date(2026, 11, 22), 'NL')\n"
        "assert 'holidays' not in sys.modules\n"
        "assert not calendar.is_working_day(date(2026, 4, 27), 'NL')\n"
        "assert 'holidays' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
