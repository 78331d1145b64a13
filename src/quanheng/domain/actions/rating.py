"""Score sheets: cells saved one by one or in blocks, signed, reviewed by the superior's superior, never changed silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from quanheng.domain.actions.cycle import done, task
from quanheng.domain.actions.deed import already, deed, enter, move, stands
from quanheng.domain.bridge.items import items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Capacity,
    Cite,
    Duty,
    Mark,
    Meaning,
    Missing,
    Part,
    Record,
    Sheet,
    Signature,
    StageKind,
    Subject,
    TaskKind,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.marks import newest, open_cells, reviewers, sheet_digest
from quanheng.domain.queries.recusal import recused_subjects
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import CycleState, SheetState
from quanheng.domain.words import say
from quanheng.engine.run.cells import Problem

RATING = (Capacity.GROUP_LEADER, Capacity.SECRETARY, Capacity.MEMBER, Capacity.HEAD)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it was typed. `rev` is the revision that was on the screen: another one there now is a conflict."""

    subject: int
    item: str
    rev: int
    value: str = ""
    missing: str = ""
    note: str = ""
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a block of cells: those accepted stay saved, whatever happened to the others."""

    rev: int
    saved: list[dict[str, object]] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)
    conflicts: list[dict[str, object]] = field(default_factory=list)


def own_sheet(by: Viewer, sheet_id: int) -> Sheet:
    """The sheet, if the viewer may write into it; locked. A sheet one may only read refuses, another's does not exist."""
    sheet = visible(by, Sheet).filter(pk=sheet_id).select_related("cycle__version", "cycle__org", "rater").first()
    if sheet is None:
        raise NotYours
    if connection.features.has_select_for_update:
        Sheet.objects.select_for_update().get(pk=sheet_id)
    mine = by.token is not None or (by.person is not None and sheet.rater_id == by.person.pk) or sheet.committee_id in by.committees
    require(mine, "这张评分表不归你填。", "This sheet is not yours to fill in.")
    return sheet


@deed("sheet.save")
def save_marks(by: Viewer, sheet_id: int, cells: Sequence[Cell], *, as_member: bool = False) -> Saved:
    """Save a block of cells; each is accepted, refused with its reason and article, or found in conflict with another's."""
    request = ["sheet.save", sheet_id, [[cell.subject, cell.item, cell.rev, cell.value, cell.missing, cell.note, list(cell.cites)] for cell in cells]]
    sheet = own_sheet(by, sheet_id)
    if already(by, request) is not None:
        return _as_it_stands(by, sheet, cells)
    require(sheet.state == SheetState.OPEN, "评分表已经提交，退回以后才能改。", "The sheet was submitted; it has to be returned first.")
    require(sheet.cycle.state == CycleState.RUNNING, "评分已经截止。", "The rating is closed.")
    assert by.person is not None or by.token is not None
    member = by.person if as_member else None
    found = Saving(by, sheet, member.pk if member is not None else None).all(cells)
    if found.saved:
        Sheet.objects.filter(pk=sheet.pk).update(rev=sheet.rev + 1)
    content = [[each["subject"], each["item"], each["value"], each["missing"]] for each in found.saved]
    enter(by, "sheet.save", About.SHEET, sheet, digest=digest_of(content, sheet.salt), capacities=RATING, ref=sheet.cycle.ref, request=request)
    return Saved(sheet.rev + bool(found.saved), found.saved, found.refused, found.conflicts)


def _as_it_stands(by: Viewer, sheet: Sheet, cells: Sequence[Cell]) -> Saved:
    stands("sheet.save")
    marks = newest(sheet)
    found = [marks[cell.subject, cell.item] for cell in cells if (cell.subject, cell.item) in marks]
    return Saved(sheet.rev, [_told(mark) for mark in found])


def _told(mark: Mark) -> dict[str, object]:
    return {"subject": mark.subject_id, "item": mark.item, "rev": mark.rev, "value": mark.value, "missing": mark.missing}


class Saving:
    """One block of cells of one sheet."""

    def __init__(self, by: Viewer, sheet: Sheet, member_id: int | None) -> None:
        self.by, self.sheet, self.member_id = by, sheet, member_id
        self.items = {item.name: item for item in items_of(sheet.cycle.version) if item.part == sheet.part}
        duties = Duty.objects.filter(subject__cycle=sheet.cycle, part=sheet.part, rater=sheet.rater, committee=sheet.committee)
        self.subjects = {duty.subject_id: duty for duty in duties.select_related("subject")}
        self.marks = newest(sheet, member_id)
        self.found = Saved(sheet.rev)
        self.recused = self._recused()

    def _recused(self) -> set[int]:
        """Subjects that this person may not judge: relatives, and the own unit in a review group."""
        if self.by.person is None or self.sheet.committee_id is None:
            return set()
        return recused_subjects(self.by, self.sheet.cycle)

    def all(self, cells: Sequence[Cell]) -> Saved:
        """Each cell in turn."""
        for cell in cells:
            self._one(cell)
        return self.found

    def _refuse(self, cell: Cell, reason: str, article: str = "") -> None:
        self.found.refused.append({"subject": cell.subject, "item": cell.item, "value": cell.value, "reason": reason, "article": article})

    def _one(self, cell: Cell) -> None:
        item, duty = self.items.get(cell.item), self.subjects.get(cell.subject)
        if item is None or duty is None or cell.item not in duty.items:
            self._refuse(cell, say("不归这张表评", "not scored on this sheet"))
            return
        if cell.subject in self.recused:
            self._refuse(cell, say("应当回避", "recused"))
            return
        now = self.marks.get((cell.subject, cell.item))
        if (now.rev if now is not None else 0) != cell.rev:
            assert now is not None
            self.found.conflicts.append({**_told(now), "yours": cell.value, "by": str(now.by), "at": now.at.isoformat()})
            return
        text, missing = cell.value.strip(), cell.missing
        if missing and missing not in Missing.values:
            self._refuse(cell, say("没有这种情况", "no such reason"))
            return
        if not missing and not text:
            missing = Missing.UNRATED
        if not missing:
            read = item.read(text)
            if isinstance(read, Problem):
                self._refuse(cell, say(read.zh, read.en), item.article)
                return
            text = read
        elif missing != Missing.UNRATED and not item.type.optional:
            self._refuse(cell, say("办法没有写这一项可缺", "the scheme does not let this be missing"), item.article)
            return
        self._write(cell, now, text, str(missing))

    def _write(self, cell: Cell, now: Mark | None, text: str, missing: str) -> None:
        assert self.by.person is not None
        mark = Mark.objects.create(
            sheet=self.sheet, subject_id=cell.subject, item=cell.item, rev=(now.rev if now is not None else 0) + 1, value="" if missing else text,
            missing=missing, note=cell.note.strip(), member_id=self.member_id, by=self.by.person, at=self.by.now,
        )  # fmt: skip
        if cell.cites:
            records = visible(self.by, Record).filter(ref__in=cell.cites, state__in=["entered", "verified"])
            Cite.objects.bulk_create([Cite(mark=mark, record=record) for record in records])
        self.marks[cell.subject, cell.item] = mark
        self.found.saved.append(_told(mark))


@deed("sheet.submit")
def submit_sheet(by: Viewer, sheet_id: int) -> Sheet:
    """Sign and hand in. Every cell has to say something; a group's sheet is handed in by its leader."""
    sheet = own_sheet(by, sheet_id)
    if sheet.committee_id is not None:
        require(by.leads(sheet.committee_id), "小组的评分表由组长提交。", "A group's sheet is submitted by its leader.")
    left = open_cells(sheet)
    if left:
        names = "、".join(f"{subject.row_key}·{item.name}" for subject, item in left[:5])
        raise Refusal(f"还差 {len(left)} 格：{names}{'……' if len(left) > 5 else ''}", f"{len(left)} cells are open: {names}")
    _sign(by, sheet, Meaning.SUBMITTED)
    move(sheet, "sheet.submit", submitted_at=by.now, returned="")
    done(by, TaskKind.SELF if sheet.part == Part.SELF else TaskKind.RATE, About.SHEET, sheet.pk)
    if sheet.part == Part.SELF or not _has_reviewer(sheet):
        move(sheet, "sheet.countersign", closed_at=by.now)
    else:
        _ask_for_review(sheet)
    enter(by, "sheet.submit", About.SHEET, sheet, digest=sheet_digest(sheet), capacities=RATING, ref=sheet.cycle.ref)
    return sheet


def _sign(by: Viewer, sheet: Sheet, meaning: Meaning, text: str = "") -> None:
    assert by.person is not None
    Signature.objects.get_or_create(
        about_kind=About.SHEET, about_id=sheet.pk, digest=sheet_digest(sheet), person=by.person, meaning=meaning,
        defaults={"org": by.org, "capacity": by.acting_as(RATING), "text": text, "at": by.now},
    )  # fmt: skip


def _has_reviewer(sheet: Sheet) -> bool:
    return bool(reviewers(sheet))


def _ask_for_review(sheet: Sheet) -> None:
    stage = sheet.cycle.stages.filter(kind=StageKind.UPPER).first() or sheet.cycle.stages.filter(kind=StageKind.SUPERIOR).first()
    if stage is not None:
        for person_id in reviewers(sheet)[:1]:
            task(sheet.cycle, stage, TaskKind.REVIEW, About.SHEET, sheet.pk, person_id).save()


@deed("sheet.countersign")
def countersign(by: Viewer, sheet_id: int) -> Sheet:
    """The superior's superior has read it and lets it close."""
    sheet = _for_review(by, sheet_id)
    _sign(by, sheet, Meaning.COUNTERSIGNED)
    move(sheet, "sheet.countersign", closed_at=by.now)
    done(by, TaskKind.REVIEW, About.SHEET, sheet.pk)
    enter(by, "sheet.countersign", About.SHEET, sheet, digest=sheet_digest(sheet), capacities=[Capacity.UPPER, Capacity.HEAD], ref=sheet.cycle.ref)
    return sheet


@deed("sheet.return")
def return_sheet(by: Viewer, sheet_id: int, *, reason: str) -> Sheet:
    """Give it back with a reason; the reviewer never changes a mark himself."""
    require(reason.strip(), "退回要写理由。", "Returning needs its reason.")
    sheet = _for_review(by, sheet_id)
    move(sheet, "sheet.return", returned=reason.strip()[:200], submitted_at=None)
    done(by, TaskKind.REVIEW, About.SHEET, sheet.pk)
    stage = sheet.cycle.stages.filter(kind=StageKind.SUPERIOR).first()
    if stage is not None and sheet.rater_id is not None:
        task(sheet.cycle, stage, TaskKind.RATE, About.SHEET, sheet.pk, sheet.rater_id).save()
    enter(by, "sheet.return", About.SHEET, sheet, digest=sheet_digest(sheet), capacities=[Capacity.UPPER, Capacity.HEAD], ref=sheet.cycle.ref, reason=reason)
    return sheet


def _for_review(by: Viewer, sheet_id: int) -> Sheet:
    sheet = visible(by, Sheet).filter(pk=sheet_id).select_related("cycle__version").first()
    if sheet is None:
        raise NotYours
    mine = by.person is not None and by.person.pk in reviewers(sheet)
    require(mine, "审阅由评分人的上级办理。", "The review is for the rater's superior.")
    return sheet


@deed("sheet.dissent")
def dissent(by: Viewer, sheet_id: int, *, text: str) -> Sheet:
    """A member of a group keeps a view of his own; it stays with the sheet."""
    sheet = own_sheet(by, sheet_id)
    require(sheet.committee_id is not None, "只有小组的评分表可以写保留意见。", "Only on a group's sheet.")
    require(text.strip(), "没有写意见。", "The view is missing.")
    _sign(by, sheet, Meaning.DISSENT, text.strip()[:500])
    enter(by, "sheet.dissent", About.SHEET, sheet, digest=sheet_digest(sheet), capacities=RATING, ref=sheet.cycle.ref, reason=text[:200])
    return sheet


@deed("subject.explain_gap")
def explain_gap(by: Viewer, subject_id: int, *, text: str) -> Signature:
    """Self and superior differ by more than the limit: each says a sentence about it."""
    subject = visible(by, Subject).select_related("cycle", "person").get(pk=subject_id)
    assert by.person is not None
    involved = Duty.objects.filter(subject=subject, rater=by.person).exists()
    require(involved, "由本人和评分人各自说明。", "It is for the person and the rater to explain.")
    require(len(text.strip()) >= 4, "请写一句说明。", "Write a sentence.")
    signature = Signature.objects.create(
        org=by.org, about_kind=About.SUBJECT, about_id=subject.pk, digest=digest_of([subject.pk, text.strip(), by.now.isoformat()]), person=by.person,
        capacity=by.acting_as(RATING), meaning=Meaning.EXPLAINED, text=text.strip()[:500], at=by.now,
    )  # fmt: skip
    done(by, TaskKind.GAP, About.SUBJECT, subject.pk)
    enter(by, "subject.explain_gap", About.SUBJECT, subject, digest=signature.digest, capacities=RATING, subject=subject.person, ref=subject.row_key)
    return signature
