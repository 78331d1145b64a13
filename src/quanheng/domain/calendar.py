"""Working days of an organisation: seeded from published holidays, edited by the organisation, 暂定 where nothing is published.

A due day ends at 24:00 of the organisation's own zone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from quanheng.domain.models import DayStanding, Org, WorkDay

ONE = datetime.timedelta(days=1)


@lru_cache(maxsize=64)
def _days(org_id: int, year: int, version: int) -> dict[datetime.date, tuple[bool, bool]]:
    rows = WorkDay.objects.filter(org_id=org_id, day__year=year).values_list("day", "works", "standing")
    return {day: (works, standing == DayStanding.OFFICIAL) for day, works, standing in rows}


def _known(org: Org, day: datetime.date) -> tuple[bool, bool]:
    found = _days(org.pk, day.year, org.calendar_version).get(day)
    return found if found is not None else (day.weekday() < 5, False)


def works(org: Org, day: datetime.date) -> bool:
    """Whether the day is a working day."""
    return _known(org, day)[0]


def is_official(org: Org, day: datetime.date) -> bool:
    """Whether the year's calendar has been announced; nothing closes by itself on a provisional day."""
    return _known(org, day)[1]


def next_working(org: Org, day: datetime.date) -> datetime.date:
    """The day itself when it works, else the next one that does."""
    while not works(org, day):
        day += ONE
    return day


def shift(org: Org, day: datetime.date, working_days: int) -> datetime.date:
    """So many working days later (earlier when negative)."""
    step = ONE if working_days >= 0 else -ONE
    left = abs(working_days)
    while left:
        day += step
        left -= works(org, day)
    return day


def between(org: Org, start: datetime.date, end: datetime.date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is past."""
    if end < start:
        return -between(org, end, start)
    count, day = 0, start
    while day < end:
        day += ONE
        count += works(org, day)
    return count


def end_of(org: Org, day: datetime.date) -> datetime.datetime:
    """The instant at which the day is over where the organisation is."""
    return datetime.datetime.combine(day + ONE, datetime.time(), ZoneInfo(org.zone))


def local_day(org: Org, at: datetime.datetime) -> datetime.date:
    """The date at that instant where the organisation is."""
    return at.astimezone(ZoneInfo(org.zone)).date()


@lru_cache(maxsize=16)
def published(year: int) -> tuple[tuple[datetime.date, bool, bool, str], ...]:
    """(day, works, official, note) for every day of a year: the State Council's plan where a library has it, else
    weekends and the holidays of the almanac, provisional, because make-up working days are not known yet."""
    return tuple(_published(year))


def _published(year: int) -> Iterator[tuple[datetime.date, bool, bool, str]]:
    import chinese_calendar
    import holidays

    named = {holiday.value for holiday in chinese_calendar.Holiday}  # other notes name the weekday
    almanac = holidays.country_holidays("CN", years=year, language="zh_CN")
    day = datetime.date(year, 1, 1)
    while day.year == year:
        try:
            _, note = chinese_calendar.get_holiday_detail(day)
            works = chinese_calendar.is_workday(day)
            called = chinese_calendar.Holiday(note).chinese if note in named else ""
            yield day, works, True, f"{called}调休" if called and works else called
        except NotImplementedError:
            yield day, day.weekday() < 5 and day not in almanac, False, str(almanac.get(day, ""))
        day += ONE
