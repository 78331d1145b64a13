"""What each member of a review group gave, side by side."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from quanheng.domain.bridge.items import Item
from quanheng.domain.models import Mark, Sheet
from quanheng.domain.policies.recusal import bars
from quanheng.domain.queries.marks import Place
from quanheng.engine.values import Rounding, decimal_text, round_exact


@dataclass(frozen=True, slots=True)
class Views:
    """The members' marks of one cell: who gave what, their mean and how far they lie apart."""

    marks: list[Mark]
    mean: str
    apart: str


def member_marks(sheet: Sheet, day: datetime.date) -> dict[Place, list[Mark]]:
    """The newest mark of every member for every cell, members in the order of their names; without those of members who
    are recused by now."""
    rows = Mark.objects.filter(sheet=sheet, member__isnull=False).select_related("member", "subject").order_by("rev")
    newest = {(mark.subject_id, mark.item, mark.member_id): mark for mark in rows}
    barred = bars({mark.member for mark in newest.values()}, day)
    found: dict[Place, list[Mark]] = {}
    for mark in sorted(newest.values(), key=lambda each: each.member.number):
        if barred[mark.member.pk].of_subject(mark.subject) is None:
            found.setdefault((mark.subject_id, mark.item), []).append(mark)
    return found


def views(sheet: Sheet, items: Sequence[Item], day: datetime.date) -> dict[Place, Views]:
    """The same with their mean, rounded half up to the decimals of the item."""
    digits = {item.name: item.digits for item in items}
    made = {}
    for (subject, item), marks in member_marks(sheet, day).items():
        values = [Fraction(mark.value) for mark in marks if mark.value]
        mean = decimal_text(round_exact(sum(values, Fraction(0)) / len(values), digits.get(item, 2), Rounding.HALF_UP)) if values else ""
        made[subject, item] = Views(marks, mean, decimal_text(max(values) - min(values)) if len(values) > 1 else "")
    return made
