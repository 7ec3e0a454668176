"""Working days: weekends, public holidays of a country, freezes."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY = 5
DEFAULT_ZONE = "Europe/Amsterdam"
_ZONES = {
    "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels",
    "FR": "Europe/Paris",
    "DE": "Europe/Berlin",
    "LU": "Europe/Luxembourg",
}


def zone_of(country: str) -> ZoneInfo:
    """The zone in which people of ``country`` (ISO 3166) read a clock; Amsterdam when unknown."""
    return ZoneInfo(_ZONES.get(country.upper(), DEFAULT_ZONE))


class HolidayCalendar:
    """Implements ``monitor.services.ports.Calendar``.

    ``freezes`` are stretches of days, first and last included, in which no
    deadline ends.  Holidays are the national public ones of NL, BE, FR, DE and
    LU; any other country has weekends only.  Raises ValueError for a freeze that
    ends before it begins.
    """

    def __init__(self, freezes: tuple[tuple[date, date], ...] = ()) -> None:
        for first, last in freezes:
            if last < first:
                raise ValueError(f"freeze {first} to {last}: it ends before it begins")
        self._freezes = freezes

    def is_working_day(self, day: date, country: str) -> bool:
        """See ``Calendar.is_working_day``."""
        if day.weekday() >= SATURDAY or any(first <= day <= last for first, last in self._freezes):
            return False
        return day not in _holidays(country.upper(), day.year)

    def thaws(self, moment: datetime, country: str) -> datetime | None:
        """See ``Calendar.thaws``; freezes that touch are one."""
        zone = zone_of(country)
        day = moment.astimezone(zone).date()
        while frozen := [last for first, last in self._freezes if first <= day <= last]:
            day = max(frozen) + timedelta(days=1)
        if day == moment.astimezone(zone).date():
            return None
        return datetime.combine(day, time(), zone).astimezone(UTC)

    def next_working_day(self, moment: datetime, country: str) -> datetime:
        """See ``Calendar.next_working_day``: the day and the time are those of the local clock.

        ``moment`` is aware; the result is UTC.
        """
        local = moment.astimezone(zone_of(country))
        if self.is_working_day(local.date(), country):
            return moment.astimezone(UTC)
        day = local.date()
        while not self.is_working_day(day, country):
            day += timedelta(days=1)
        moved = datetime.combine(day, local.timetz())
        return moved.astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> Container[date]:
    if country not in _ZONES:
        return frozenset()
    # Its tables cost about 20 MiB: only a process that moves a deadline pays for them.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays(country, years=year))
