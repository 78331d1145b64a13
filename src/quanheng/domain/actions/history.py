"""Marks that were given elsewhere: a finished period taken over, or another system's ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet

from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.bridge.items import items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Cycle, Duty, Mark, Missing, Part, Sheet, Subject, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.recusal import bars
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import Refusal, require
from quanheng.domain.states import CycleState, SheetState, TaskState
from quanheng.engine.run.cells import REASONS, Problem

WORDS = {"未评": Missing.UNRATED, "无数据": Missing.NO_DATA, "不适用": Missing.NOT_APPLICABLE, "免考": Missing.NOT_APPLICABLE}


@deed("marks.import", once=True)
def import_marks(by: Viewer, cycle_id: int, marks: Mapping[str, Mapping[str, str]], *, origin: str, close: bool = False) -> int:
    """Marks by row key and item. All or nothing; `close` locks the sheets: what was decided before needs no review now."""
    require(by.system or by.token is not None or by.holds(Capacity.HR), "导入评分由人力资源办理。", "Importing marks is for HR.")
    require(origin.strip(), "没有写来自哪里。", "Say where they come from.")
    cycle = Cycle.objects.select_related("version").get(org=by.org, pk=cycle_id) if by.system or by.token else visible(by, Cycle).get(pk=cycle_id)
    require(by.token is None or cycle.state == CycleState.RUNNING, "评分已经截止。", "The rating is closed.")
    items = {item.name: item for item in items_of(cycle.version)}
    sheets = {(sheet.part, sheet.rater_id, sheet.committee_id): sheet for sheet in cycle.sheets.filter(state=SheetState.OPEN)}
    standing = _revisions([sheet.pk for sheet in sheets.values()])
    person = by.person
    duties = list(_within(by, Duty.objects.filter(subject__cycle=cycle)).select_related("subject", "rater"))
    if by.token is not None:
        _require_taken(duties, sheets, marks)
    # a finished period is taken over as it was; marks for open sheets are marks that are given now
    barred = bars({duty.rater for duty in duties if duty.rater is not None and duty.part != Part.SELF} if not close else (), by.today)
    made, content, wrong = list[Mark](), list[list[str]](), list[str]()
    for duty in duties:
        sheet = sheets.get((duty.part, duty.rater_id, duty.committee_id))
        given = marks.get(duty.subject.row_key, {})
        for name in duty.items if sheet is not None else []:
            text = given.get(name, "").strip()
            if not text or sheet is None:
                continue
            bar = barred[duty.rater_id].of_subject(duty.subject) if duty.rater_id in barred and duty.part != Part.SELF else None
            if bar is not None:
                wrong.append(f"{duty.subject.row_key}·{name}：应当回避，{bar.zh}")
                continue
            read = "" if text in REASONS else items[name].read(text)
            if isinstance(read, Problem):
                wrong.append(f"{duty.subject.row_key}·{name}：{read.zh}")
                continue
            before = standing.get((sheet.pk, duty.subject_id, name), 0)
            giver = person or duty.rater
            require(giver, "没有写是谁评的。", "It is not said who gave the marks.")
            assert giver is not None
            content.append([duty.subject.row_key, name, text])
            made.append(
                Mark(
                    sheet=sheet, subject_id=duty.subject_id, item=name, rev=before + 1, value=read,
                    missing="" if read else WORDS[text], note="", by=giver, at=by.now,
                )
            )  # fmt: skip
    if wrong:
        raise Refusal("；".join(wrong[:20]), "; ".join(wrong[:20]))
    Mark.objects.bulk_create(made, batch_size=500)
    if close:
        _close(by, list(sheets.values()))
    enter(by, "marks.import", About.CYCLE, cycle, digest=digest_of(sorted(content), cycle.ref), capacities=[Capacity.HR], reason=origin)
    return len(made)


def _within(by: Viewer, duties: QuerySet[Duty]) -> QuerySet[Duty]:
    """For a token: those about whom is assessed below its unit."""
    if by.token is None:
        return duties
    below = by.below([by.token.unit_id])
    there = Subject.objects.filter(Q(spells__unit_id__in=below) | Q(unit_id__in=below))
    return duties.filter(subject__in=there.values("pk"))


def _require_taken(duties: Sequence[Duty], sheets: Mapping[tuple[str, int | None, int | None], Sheet], marks: Mapping[str, Mapping[str, str]]) -> None:
    """Another system is told what of its marks has no place, instead of losing it in silence."""
    known = {(duty.subject.row_key, name): (duty.part, duty.rater_id, duty.committee_id) in sheets for duty in duties for name in duty.items}
    given = sorted((row, name) for row, each in marks.items() for name, text in each.items() if text.strip())
    strange = "、".join(f"{row}·{name}" for row, name in [place for place in given if place not in known][:10])
    require(not strange, f"凭证的范围里没有这样的评分：{strange}。", f"No such marks in the scope of the token: {strange}.")
    shut = "、".join(f"{row}·{name}" for row, name in [place for place in given if not known[place]][:10])
    require(not shut, f"评分表已经提交，退回以后才能改：{shut}。", f"The sheet was submitted; it has to be returned first: {shut}.")


def _revisions(sheets: list[int]) -> dict[tuple[int, int, str], int]:
    """The newest revision of every cell of these sheets."""
    rows = Mark.objects.filter(sheet_id__in=sheets, member__isnull=True).order_by("rev").values_list("sheet_id", "subject_id", "item", "rev")
    return {(sheet, subject, item): rev for sheet, subject, item, rev in rows}


def _close(by: Viewer, sheets: list[Sheet]) -> None:
    Sheet.objects.filter(pk__in=[sheet.pk for sheet in sheets], state=SheetState.OPEN).update(
        state=SheetState.CLOSED, submitted_at=by.now, closed_at=by.now
    )
    from quanheng.domain.models import Task

    open_tasks = Task.objects.filter(
        about_kind=About.SHEET, about_id__in=[sheet.pk for sheet in sheets], state=TaskState.OPEN, kind__in=[TaskKind.SELF, TaskKind.RATE]
    )
    open_tasks.update(state=TaskState.DONE, done_by=by.person, done_at=by.now)
