"""Moving the shipped data in time: by whole months, the last day of a month staying the last."""

from __future__ import annotations

import calendar
import datetime
import re

ISO_DAY = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?!\d)")
ISO_MONTH = re.compile(r"(?<![\d-])(\d{4})-(\d{2})(?![\d-])")


def months_on(day: datetime.date, months: int) -> datetime.date:
    """So many months later.

    >>> months_on(datetime.date(2026, 3, 31), -3), months_on(datetime.date(2026, 1, 31), 1)
    (datetime.date(2025, 12, 31), datetime.date(2026, 2, 28))
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return datetime.date(year, month + 1, last if is_last else min(day.day, last))


def moved(text: str, months: int) -> str:
    """Every day and month written like 2026-03-31 or 2026-03, so many months later."""

    def day(found: re.Match[str]) -> str:
        try:
            return months_on(datetime.date(int(found[1]), int(found[2]), int(found[3])), months).isoformat()
        except ValueError:
            return found[0]

    def month(found: re.Match[str]) -> str:
        if not 1 <= int(found[2]) <= 12:
            return found[0]
        return months_on(datetime.date(int(found[1]), int(found[2]), 1), months).isoformat()[:7]

    # days first: what they leave behind is no month any more
    marked = ISO_DAY.sub(lambda found: day(found).replace("-", "\x00"), text)
    return ISO_MONTH.sub(month, marked).replace("\x00", "-")


def between(since: datetime.date, until: datetime.date) -> int:
    """Months from one first of a month to another."""
    return (until.year - since.year) * 12 + until.month - since.month
