"""What stands in a score sheet now: the newest mark of every cell, what is open, who reviews it."""

from __future__ import annotations

from quanheng.domain.bridge.items import Item, items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import Duty, Mark, Missing, Part, Sheet, Subject


def newest(sheet: Sheet, member_id: int | None = None) -> dict[tuple[int, str], Mark]:
    """The newest mark of each cell: the group's (or rater's) own, or those of one member."""
    marks = Mark.objects.filter(sheet=sheet, member_id=member_id).select_related("by").order_by("rev")
    return {(mark.subject_id, mark.item): mark for mark in marks}


def content(sheet: Sheet) -> list[list[str]]:
    """What is signed: every cell's newest mark."""
    return sorted([str(subject), item, mark.value, mark.missing, mark.note] for (subject, item), mark in newest(sheet).items())


def sheet_digest(sheet: Sheet) -> str:
    """Digest of what stands in the sheet, salted."""
    return digest_of(content(sheet), sheet.salt)


def open_cells(sheet: Sheet) -> list[tuple[Subject, Item]]:
    """Cells that nobody has filled in."""
    marks = newest(sheet)
    items = {item.name: item for item in items_of(sheet.cycle.version) if item.part == sheet.part}
    duties = Duty.objects.filter(subject__cycle=sheet.cycle, part=sheet.part, rater=sheet.rater, committee=sheet.committee).select_related("subject__person")
    return [
        (duty.subject, items[name])
        for duty in duties
        for name in duty.items
        if name in items and ((duty.subject_id, name) not in marks or marks[duty.subject_id, name].missing == Missing.UNRATED)
    ]


def reviewers(sheet: Sheet) -> list[int]:
    """The superior's superior of those on the sheet, who reads it before it closes."""
    if sheet.part != Part.SUPERIOR:
        return []
    duties = Duty.objects.filter(subject__cycle=sheet.cycle, part=sheet.part, rater=sheet.rater)
    overseen = duties.filter(subject__spells__upper__isnull=False)
    return sorted({*overseen.values_list("subject__spells__upper_id", flat=True)} - {sheet.rater_id})
