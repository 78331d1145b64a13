"""Score sheets: cells saved one by one or in blocks, signed, reviewed by the superior's superior, never changed silently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from quanheng.domain.actions.asking import done, task
from quanheng.domain.actions.deed import already, deed, enter, move, stands
from quanheng.domain.actions.gaps import ask_about_gaps, drop_questions, require_explained
from quanheng.domain.bridge.items import items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Cite, Mark, Meaning, Missing, Part, Record, SeatRole, Sheet, Signature, StageKind, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.recusal import Bar
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.gaps import gaps_of, unexplained
from quanheng.domain.queries.marks import citable, duties_of, newest, open_cells, reviewers, sheet_digest, unsigned
from quanheng.domain.queries.recusal import recused_subjects
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import CycleState, SheetState
from quanheng.domain.words import say
from quanheng.engine.run.cells import Problem

RATING = (Capacity.GROUP_LEADER, Capacity.SECRETARY, Capacity.MEMBER, Capacity.HEAD)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it was typed. `rev` is the revision that was on the screen: another one there now is a conflict.
    Without `note` and `cites` the comment and the records of the mark before stay with it."""

    subject: int
    item: str
    rev: int
    value: str = ""
    missing: str = ""
    note: str | None = None
    cites: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a block of cells of a sheet: those accepted stay saved, whatever happened to the others."""

    sheet: Sheet
    rev: int
    saved: list[dict[str, object]] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)
    conflicts: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a cell is not taken."""

    reason: str
    article: str = ""


def own_sheet(by: Viewer, sheet_id: int) -> Sheet:
    """The sheet, if the viewer may write into it; locked. A sheet one may only read refuses, another's does not exist."""
    if not visible(by, Sheet).filter(pk=sheet_id).exists():
        raise NotYours
    # read under the lock: what was read before it may have been submitted meanwhile
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("cycle__version", "cycle__org", "rater", "committee").get(pk=sheet_id)
    mine = by.token is not None or (by.person is not None and sheet.rater_id == by.person.pk) or sheet.committee_id in by.committees
    require(mine, "这张评分表不归你填。", "This sheet is not yours to fill in.")
    return sheet


def require_open(sheet: Sheet) -> None:
    """Marks are taken while the sheet is open and the cycle runs."""
    require(sheet.state == SheetState.OPEN, "评分表已经提交，退回以后才能改。", "The sheet was submitted; it has to be returned first.")
    require(sheet.cycle.state == CycleState.RUNNING, "评分已经截止。", "The rating is closed.")


def seat_of(by: Viewer, sheet: Sheet) -> str:
    """What the viewer is in the group of the sheet."""
    return next((str(seat.role) for seat in by.seats if seat.committee_id == sheet.committee_id), "")


@deed("sheet.save")
def save_marks(by: Viewer, sheet_id: int, cells: Sequence[Cell], *, as_member: bool = False) -> Saved:
    """Save a block of cells; each is accepted, refused with its reason and article, or found in conflict with another's."""
    listed = [[cell.subject, cell.item, cell.rev, cell.value, cell.missing, cell.note, cell.cites and list(cell.cites)] for cell in cells]
    request = ["sheet.save", sheet_id, listed, *(["member"] if as_member else [])]
    sheet = own_sheet(by, sheet_id)
    if already(by, request) is not None:
        return _as_it_stands(by, sheet, cells, as_member=as_member)
    require_open(sheet)
    if sheet.committee_id is not None:
        allowed = (SeatRole.LEADER, SeatRole.MEMBER) if as_member else (SeatRole.LEADER, SeatRole.SECRETARY)
        require(
            seat_of(by, sheet) in allowed,
            "秘书不打自己的分，只代小组填写。" if as_member else "小组的分由组长或秘书填写，成员填自己的一份。",
            "A secretary gives no marks of his own." if as_member else "The group's marks are entered by its leader or secretary; members give their own.",
        )
    saving = Saving(by, sheet, by.person.pk if as_member and by.person is not None else None, cells)
    found = saving.all(cells)
    if found.saved:
        Sheet.objects.filter(pk=sheet.pk).update(rev=sheet.rev + 1)
    content = [[each["subject"], each["item"], each["value"], each["missing"]] for each in found.saved]
    enter(by, "sheet.save", About.SHEET, sheet, digest=digest_of(content, sheet.salt), capacities=RATING, ref=sheet.cycle.ref, request=request)
    return Saved(sheet, sheet.rev + bool(found.saved), found.saved, found.refused, found.conflicts)


def _as_it_stands(by: Viewer, sheet: Sheet, cells: Sequence[Cell], *, as_member: bool) -> Saved:
    stands("sheet.save")
    saving = Saving(by, sheet, by.person.pk if as_member and by.person is not None else None, cells)
    found = [saving.marks[cell.subject, cell.item] for cell in cells if (cell.subject, cell.item) in saving.marks]
    return Saved(sheet, sheet.rev, [saving.told(mark) for mark in found])


class Saving:
    """One block of cells of one sheet: everything it needs is read once, and the marks are written at once in the end."""

    def __init__(self, by: Viewer, sheet: Sheet, member_id: int | None, cells: Sequence[Cell]) -> None:
        self.by, self.sheet, self.member_id = by, sheet, member_id
        wanted, names = {cell.subject for cell in cells}, {cell.item for cell in cells}
        self.items = {item.name: item for item in items_of(sheet.cycle.version) if item.part == sheet.part and item.name in names}
        self.readers: dict[str, Callable[[str], str | Problem]] = {name: item.reader() for name, item in self.items.items()}
        duties = list(duties_of(sheet).filter(subject_id__in=wanted).select_related("subject"))
        self.duties = {duty.subject_id: frozenset(duty.items) for duty in duties}
        self.about = {duty.subject_id: duty.subject for duty in duties}
        self.marks = newest(sheet, member_id, subjects=wanted, items=names)
        self.cites = self._cites()
        self.records = self._records(cells)
        self.recused: dict[int, Bar] = recused_subjects(by, sheet)
        self.found = Saved(sheet, sheet.rev)
        self.new: list[Mark] = []

    def _cites(self) -> dict[int, list[int]]:
        """The records that each mark stands on now."""
        found: dict[int, list[int]] = {}
        for mark, record in Cite.objects.filter(mark__in=[mark.pk for mark in self.marks.values()]).values_list("mark_id", "record_id"):
            found.setdefault(mark, []).append(record)
        return found

    def _records(self, cells: Sequence[Cell]) -> dict[str, Record]:
        """The records that are cited now, by their number, as far as the viewer may see and cite them."""
        refs = {ref for cell in cells for ref in cell.cites or ()}
        if not refs:
            return {}
        return {record.ref: record for record in visible(self.by, Record).filter(ref__in=refs) if citable(record)}

    def told(self, mark: Mark) -> dict[str, object]:
        """A mark as it is answered."""
        cited = bool(self.cites.get(mark.pk))
        return {"subject": mark.subject_id, "item": mark.item, "rev": mark.rev, "value": mark.value, "missing": mark.missing, "note": mark.note, "cited": cited}

    def all(self, cells: Sequence[Cell]) -> Saved:
        """Each cell in turn."""
        standing: list[list[int]] = []
        for cell in cells:
            made = self._one(cell)
            if made is not None:
                mark, records = made
                self.new.append(mark)
                standing.append(records)
                self.marks[cell.subject, cell.item] = mark
        Mark.objects.bulk_create(self.new, batch_size=500)
        self.cites.update({mark.pk: records for mark, records in zip(self.new, standing, strict=True)})
        Cite.objects.bulk_create([Cite(mark=mark, record_id=record) for mark in self.new for record in self.cites[mark.pk]], batch_size=500)
        self.found.saved.extend(self.told(mark) for mark in self.new)
        return self.found

    def _one(self, cell: Cell) -> tuple[Mark, list[int]] | None:
        now = self.marks.get((cell.subject, cell.item))
        refusal = self._not_taken(cell)
        if refusal is None and (now.rev if now is not None else 0) != cell.rev:
            self._conflict(cell, now)
            return None
        found = refusal or self._read(cell)
        if isinstance(found, Refused):
            self.found.refused.append({"subject": cell.subject, "item": cell.item, "value": cell.value, "reason": found.reason, "article": found.article})
            return None
        return self._mark(cell, now, *found)

    def _not_taken(self, cell: Cell) -> Refused | None:
        """Why the cell is not taken, whatever stands in it."""
        if cell.item not in self.items or cell.item not in self.duties.get(cell.subject, ()):
            return Refused(say("不归这张表评", "not scored on this sheet"))
        bar = self.recused.get(cell.subject)
        if bar is not None:
            return Refused(say(f"应当回避：{bar.text}", f"recused: {bar.text}"))
        wrong = next((ref for ref in cell.cites or () if not self._stands(ref, cell.subject)), "")
        return Refused(say(f"{wrong} 不能作依据", f"{wrong} cannot be cited")) if wrong else None

    def _stands(self, ref: str, subject_id: int) -> bool:
        """Whether a record is about the subject."""
        record, subject = self.records.get(ref), self.about[subject_id]
        if record is None:
            return False
        return bool(record.person_id == subject.person_id if subject.person_id is not None else record.unit_id == subject.unit_id)

    def _read(self, cell: Cell) -> tuple[str, str] | Refused:
        """The exact text and the kind of missing, or what is wrong with them."""
        item, text, missing = self.items[cell.item], cell.value.strip(), cell.missing
        if missing and missing not in Missing.values:
            return Refused(say("没有这种情况", "no such reason"))
        if not missing and not text:
            return "", str(Missing.UNRATED)
        if not missing:
            read = self.readers[cell.item](text)
            return Refused(say(read.zh, read.en), item.article) if isinstance(read, Problem) else (read, "")
        if missing != Missing.UNRATED and not item.type.optional:
            return Refused(say("办法没有写这一项可缺", "the scheme does not let this be missing"), item.article)
        return "", missing

    def _conflict(self, cell: Cell, now: Mark | None) -> None:
        """Both values are shown; nobody is overwritten."""
        told = self.told(now) if now is not None else {"subject": cell.subject, "item": cell.item, "rev": 0, "value": "", "missing": str(Missing.UNRATED)}
        by, at = (str(now.by.name), now.at.isoformat()) if now is not None else ("", "")
        self.found.conflicts.append({**told, "yours": cell.value, "by": by, "at": at})

    def _mark(self, cell: Cell, now: Mark | None, text: str, missing: str) -> tuple[Mark, list[int]]:
        assert self.by.person is not None
        note = cell.note.strip() if cell.note is not None else now.note if now is not None else ""
        mark = Mark(
            sheet=self.sheet, subject_id=cell.subject, item=cell.item, rev=(now.rev if now is not None else 0) + 1, value=text, missing=missing,
            note=note, member_id=self.member_id, by=self.by.person, at=self.by.now,
        )  # fmt: skip
        if cell.cites is not None:
            return mark, [self.records[ref].pk for ref in dict.fromkeys(cell.cites)]
        return mark, list(self.cites.get(now.pk, [])) if now is not None else []


@deed("sheet.submit")
def submit_sheet(by: Viewer, sheet_id: int, *, reason: str = "") -> Sheet:
    """Sign and hand in. Every cell has to say something; a group's sheet is handed in by its leader after its members have
    signed, or with the reason why one of them does not."""
    sheet = own_sheet(by, sheet_id)
    require(sheet.cycle.state == CycleState.RUNNING, "评分已经截止。", "The rating is closed.")
    if sheet.committee_id is not None:
        require(by.leads(sheet.committee_id), "小组的评分表由组长提交。", "A group's sheet is submitted by its leader.")
    left = open_cells(sheet)
    if left:
        names = "、".join(f"{subject.row_key}·{item.name}" for subject, item in left[:5])
        raise Refusal(f"还差 {len(left)} 格：{names}{'……' if len(left) > 5 else ''}", f"{len(left)} cells are open: {names}")
    if sheet.committee_id is not None:
        waiting = "、".join(person.name for person in unsigned(by, sheet))
        require(not waiting or reason.strip(), f"{waiting}还没有签字，提交要写理由。", f"{waiting} did not sign yet; a reason is needed.")
    sign(by, sheet, Meaning.SUBMITTED)
    move(sheet, "sheet.submit", submitted_at=by.now, returned="")
    done(by, TaskKind.SELF if sheet.part == Part.SELF else TaskKind.RATE, About.SHEET, sheet.pk)
    _after_handing_in(by, sheet)
    enter(by, "sheet.submit", About.SHEET, sheet, digest=sheet_digest(sheet), capacities=RATING, ref=sheet.cycle.ref, reason=reason)
    return sheet


def _after_handing_in(by: Viewer, sheet: Sheet) -> None:
    """It goes to the reviewer; without one it closes, unless somebody still owes a sentence about a gap."""
    if sheet.part == Part.SELF:
        move(sheet, "sheet.countersign", closed_at=by.now)
    if sheet.part in (Part.SELF, Part.SUPERIOR):
        ask_about_gaps(by, sheet)
    if sheet.part != Part.SELF:
        if reviewers(sheet):
            _ask_for_review(by, sheet)
        elif sheet.part != Part.SUPERIOR or not unexplained(gaps_of(sheet)):
            move(sheet, "sheet.countersign", closed_at=by.now)


def sign(by: Viewer, sheet: Sheet, meaning: Meaning, text: str = "") -> None:
    """Sign what stands in the sheet now; another content makes the signature void."""
    assert by.person is not None
    Signature.objects.get_or_create(
        about_kind=About.SHEET, about_id=sheet.pk, digest=sheet_digest(sheet), person=by.person, meaning=meaning,
        defaults={"org": by.org, "capacity": by.acting_as(RATING), "text": text, "at": by.now},
    )  # fmt: skip


def _ask_for_review(by: Viewer, sheet: Sheet) -> None:
    stage = sheet.cycle.stages.filter(kind=StageKind.UPPER).first() or sheet.cycle.stages.filter(kind=StageKind.SUPERIOR).first()
    if stage is not None:
        for person_id in reviewers(sheet)[:1]:
            task(sheet.cycle, stage, TaskKind.REVIEW, About.SHEET, sheet.pk, person_id, since=by.today).save()


@deed("sheet.countersign")
def countersign(by: Viewer, sheet_id: int) -> Sheet:
    """The superior's superior has read it and lets it close."""
    sheet = _for_review(by, sheet_id)
    require_explained(sheet)
    sign(by, sheet, Meaning.COUNTERSIGNED)
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
    drop_questions(by, sheet, reason)
    stage = sheet.cycle.stages.filter(kind=StageKind.SUPERIOR).first()
    if stage is not None and sheet.rater_id is not None:
        task(sheet.cycle, stage, TaskKind.RATE, About.SHEET, sheet.pk, sheet.rater_id, since=by.today).save()
    enter(by, "sheet.return", About.SHEET, sheet, digest=sheet_digest(sheet), capacities=[Capacity.UPPER, Capacity.HEAD], ref=sheet.cycle.ref, reason=reason)
    return sheet


def _for_review(by: Viewer, sheet_id: int) -> Sheet:
    sheet = visible(by, Sheet).filter(pk=sheet_id).select_related("cycle__version").first()
    if sheet is None:
        raise NotYours
    mine = by.person is not None and by.person.pk in reviewers(sheet)
    require(mine, "审阅由评分人的上级办理。", "The review is for the rater's superior.")
    return sheet
