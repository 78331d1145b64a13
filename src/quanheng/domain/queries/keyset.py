"""A list turned by key: the page after a row, or before it. Page 400 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Order = tuple[str, bool]  # field, descending. What is missing comes last either way


@dataclass(frozen=True, slots=True)
class Turned(Generic[Row]):
    """One page: its rows, how many stand before them and in all, and the keys to turn with (0: nothing there)."""

    rows: list[Row]
    skipped: int
    total: int
    earlier: int
    later: int


def turned(found: QuerySet[Row], order: Sequence[Order], size: int, *, after: int = 0, before: int = 0) -> Turned[Row]:
    """The page after or before the row with that key; the first page without one."""
    total = found.count()
    keys = [*order, ("pk", False)]
    if before:
        rows = list(_past(found, keys, before, backward=True).order_by(*_sorted(keys, backward=True))[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        earlier, later = (rows[0].pk if more else 0), (rows[-1].pk if rows else 0)
    else:
        rows = list((_past(found, keys, after, backward=False) if after else found).order_by(*_sorted(keys, backward=False))[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        earlier, later = (rows[0].pk if after and rows else 0), (rows[-1].pk if more else 0)
    skipped = _past(found, keys, rows[0].pk, backward=True).count() if rows and (after or before) else 0
    return Turned(rows, skipped, total, earlier if skipped else 0, later)


def _sorted(keys: Sequence[Order], *, backward: bool) -> list[Any]:
    made = []
    for name, descending in keys:
        if descending != backward:
            made.append(F(name).desc(nulls_first=True) if backward else F(name).desc(nulls_last=True))
        else:
            made.append(F(name).asc(nulls_first=True) if backward else F(name).asc(nulls_last=True))
    return made


def _past(found: QuerySet[Row], keys: Sequence[Order], pk: int, *, backward: bool) -> QuerySet[Row]:
    """The rows beyond the row of that key. A key that is gone begins again at the first page."""
    here = found.filter(pk=pk).values_list(*(name for name, _ in keys)).first()
    if here is None:
        return found.none() if backward else found
    beyond, equal = Q(), Q()
    for (name, descending), value in zip(keys, here, strict=True):
        if value is None:
            step = Q(**{f"{name}__isnull": False}) if backward else None
        else:
            step = Q(**{f"{name}__{'gt' if descending == backward else 'lt'}": value})
            if not backward:
                step |= Q(**{f"{name}__isnull": True})
        if step is not None:
            beyond |= equal & step
        equal &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return found.filter(beyond)
