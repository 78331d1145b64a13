"""The working calendar as a year of months, for the page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from quanheng.domain.models import DayStanding, WorkDay
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.words import say


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    day: datetime.date
    works: bool
    official: bool
    note: str
    today: bool

    @property
    def turned(self) -> bool:
        """Not as its weekday would have it: a holiday on a weekday, work at a weekend."""
        return self.works != (self.day.weekday() < 5)


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday, None outside of it."""

    first: datetime.date
    weeks: Sequence[Sequence[Day | None]]
    working: int

    @property
    def name(self) -> str:
        """Its name in the language of the reader."""
        return say(f"{self.first.month}月", f"{self.first:%B}")


@dataclass(frozen=True, slots=True)
class Year:
    """A year with what is announced of it."""

    year: int
    months: Sequence[Month]
    working: int
    provisional: bool
    before: bool  # there is a year before
    after: bool


def year(viewer: Viewer, number: int) -> Year | None:
    """The year as its days stand; None when none of it was ever written. Two statements."""
    every = visible(viewer, WorkDay)
    rows = {row.day: row for row in every.filter(day__year=number)}
    if not rows:
        return None
    years = set(every.filter(day__month=1, day__day=1, day__year__in=(number - 1, number + 1)).values_list("day__year", flat=True))
    months = [_month(number, month, rows, viewer.today) for month in range(1, 13)]
    provisional = any(row.standing == DayStanding.PROVISIONAL for row in rows.values())
    return Year(number, months, sum(month.working for month in months), provisional, number - 1 in years, number + 1 in years)


def _month(year: int, month: int, rows: dict[datetime.date, WorkDay], today: datetime.date) -> Month:
    first = datetime.date(year, month, 1)
    days: list[Day | None] = [None] * first.weekday()
    day = first
    while day.month == month:
        row = rows.get(day)
        works = row.works if row is not None else day.weekday() < 5
        official = row is not None and row.standing == DayStanding.OFFICIAL
        days.append(Day(day, works, official, row.note if row is not None else "", day == today))
        day += datetime.timedelta(days=1)
    days += [None] * (-len(days) % 7)
    weeks = [days[at : at + 7] for at in range(0, len(days), 7)]
    return Month(first, weeks, sum(1 for each in days if each is not None and each.works))
