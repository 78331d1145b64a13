"""The one way to write dated rows. A row is the state of a line (a unit's place, a person's main post) from a day on.

A change closes the row before it and begins a new one, in the past as well: what was computed on the old rows keeps its
frozen input. Spans never overlap, because a new row ends where the next one begins.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from quanheng.domain.models import Dated
from quanheng.domain.refusal import Refusal, require

Row = TypeVar("Row", bound=Dated)


def set_from(model: type[Row], line: Mapping[str, Any], day: datetime.date, *, until: datetime.date | None = None, **content: Any) -> Row:
    """Let the content hold for the line from the day on: until the next row of the line begins, or until the day named.

    What held before goes on after a named end. On the very day on which a row begins it is corrected in place, since
    two cannot begin together."""
    require(until is None or until > day, "结束的日子要在开始之后。", "The end must come after the beginning.")
    rows = _rows(model, line)
    after = rows.filter(since__gt=day).order_by("since").first()
    if after is not None and until is not None and until > after.since:
        raise Refusal(f"{after.since} 起已经另有安排，不能一直到 {until}。", f"Something else holds from {after.since}; this cannot last until {until}.")
    before = rows.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day)).first()
    end = until or (before.until if before is not None else after.since if after is not None else None)
    if before is None:
        return model._default_manager.create(**line, **content, since=day, until=end)
    was_until = before.until
    kept = {field.attname: getattr(before, field.attname) for field in model._meta.concrete_fields if not field.primary_key}
    if before.since == day:
        for name, value in content.items():
            setattr(before, name, value)
        before.until = end
        before.save()
        written = before
    else:
        before.until = day
        before.save(update_fields=["until"])
        written = model._default_manager.create(**line, **content, since=day, until=end)
    if end is not None and (was_until is None or was_until > end):
        model._default_manager.create(**kept | {"since": end, "until": was_until})
    return written


def end_at(row: Row, day: datetime.date) -> Row:
    """Let the row hold until the day before. A row that began on that day is taken back: it never held."""
    if row.until is not None and row.until <= day:
        raise Refusal(f"{row.until} 起已经不再有效。", f"It has not been in effect since {row.until}.")
    require(row.since <= day, f"{row.since} 才开始，不能更早结束。", f"It begins on {row.since} and cannot end before.")
    row.until = day
    row.save(update_fields=["until"])
    return row


def on(rows: QuerySet[Row], day: datetime.date) -> QuerySet[Row]:
    """Those that hold on the day."""
    return rows.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def _rows(model: type[Row], line: Mapping[str, Any]) -> QuerySet[Row]:
    return model._default_manager.select_for_update().filter(**line)
