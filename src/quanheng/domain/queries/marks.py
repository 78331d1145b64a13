"""What stands in a score sheet now: the newest mark of every cell, what is open, who reviews it, who signed it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import QuerySet

from quanheng.domain.bridge.items import Item, items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Duty, Mark, Meaning, Missing, Part, Person, Record, RecordSource, Seat, SeatRole, Sheet, Signature, Subject
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.states import RecordState

Place = tuple[int, str]  # subject, item


def citable(record: Record) -> bool:
    """A mark may stand on it: what somebody says of himself only after it was verified."""
    return bool(record.state == RecordState.VERIFIED or (record.state == RecordState.ENTERED and record.source != RecordSource.SELF))


def duties_of(sheet: Sheet) -> QuerySet[Duty]:
    """Whom the sheet is about, and with which items."""
    return Duty.objects.filter(subject__cycle=sheet.cycle_id, part=sheet.part, rater=sheet.rater_id, committee=sheet.committee_id)


def newest(sheet: Sheet, member_id: int | None = None, *, subjects: Collection[int] | None = None, items: Collection[str] | None = None) -> dict[Place, Mark]:
    """The newest mark of each cell: the group's (or rater's) own, or those of one member; of some rows and columns only,
    where a block of a large sheet is saved."""
    marks = Mark.objects.filter(sheet=sheet, member_id=member_id).select_related("by").order_by("rev")
    if subjects is not None:
        marks = marks.filter(subject_id__in=subjects)
    if items is not None:
        marks = marks.filter(item__in=items)
    return {(mark.subject_id, mark.item): mark for mark in marks}


class Standing(NamedTuple):
    """What stands in a cell, without the object: a large sheet has thousands of them."""

    mark: int
    rev: int
    value: str
    missing: str
    note: str


def standing(sheet: Sheet, member_id: int | None = None) -> dict[Place, Standing]:
    """Every cell of the sheet (or of one member's own) that somebody has touched."""
    rows = Mark.objects.filter(sheet=sheet, member_id=member_id).order_by("rev")
    return {(row[0], row[1]): Standing(*row[2:]) for row in rows.values_list("subject_id", "item", "pk", "rev", "value", "missing", "note")}


def content(sheet: Sheet) -> list[list[str]]:
    """What is signed: every cell's newest mark."""
    return sorted([str(subject), item, cell.value, cell.missing, cell.note] for (subject, item), cell in standing(sheet).items())


def sheet_digest(sheet: Sheet) -> str:
    """Digest of what stands in the sheet, salted."""
    return digest_of(content(sheet), sheet.salt)


def open_places(sheet: Sheet, member_id: int | None = None) -> list[Place]:
    """Cells that nobody has filled in, by the people of the sheet and then its items."""
    rows = Mark.objects.filter(sheet=sheet, member_id=member_id).order_by("rev").values_list("subject_id", "item", "missing")
    said = {(subject, item): missing != Missing.UNRATED for subject, item, missing in rows}
    names = {item.name for item in items_of(sheet.cycle.version) if item.part == sheet.part}
    duties = duties_of(sheet).order_by("subject__row_key").values_list("subject_id", "items")
    return [(subject, name) for subject, items in duties for name in items if name in names and not said.get((subject, name))]


def open_cells(sheet: Sheet) -> list[tuple[Subject, Item]]:
    """The same cells as subjects and items."""
    places = open_places(sheet)
    items = {item.name: item for item in items_of(sheet.cycle.version)}
    subjects = Subject.objects.select_related("person").in_bulk({subject for subject, _ in places})
    return [(subjects[subject], items[name]) for subject, name in places]


def reviewers(sheet: Sheet) -> list[int]:
    """The superior's superior of those on the sheet, who reads it before it closes."""
    if sheet.part != Part.SUPERIOR:
        return []
    overseen = duties_of(sheet).filter(subject__spells__upper__isnull=False)
    return sorted({*overseen.values_list("subject__spells__upper_id", flat=True)} - {sheet.rater_id})


def seated(viewer: Viewer, sheet: Sheet) -> list[Seat]:
    """Who sits in the group of a sheet today."""
    return list(Seat.objects.filter(open_at(viewer.today), committee=sheet.committee).select_related("person").order_by("pk"))


def unsigned(viewer: Viewer, sheet: Sheet) -> list[Person]:
    """Members of the group who have neither agreed to what stands in the sheet now nor kept a view of their own; the leader
    signs by handing in, the secretary does not judge."""
    signed = Signature.objects.filter(about_kind=About.SHEET, about_id=sheet.pk, digest=sheet_digest(sheet), meaning__in=[Meaning.AGREED, Meaning.DISSENT])
    by = set(signed.values_list("person_id", flat=True))
    return [seat.person for seat in seated(viewer, sheet) if seat.role == SeatRole.MEMBER and seat.person_id not in by]
