"""One row of a sheet for another rater: where the one before is recused, or nobody was left to rate it."""

from __future__ import annotations

from quanheng.domain.actions.asking import task
from quanheng.domain.actions.cycle import RUNNERS
from quanheng.domain.actions.deed import deed, enter, move, salt
from quanheng.domain.actions.opening import STAGE_OF
from quanheng.domain.bridge.items import items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Counted, Duty, Part, Person, Sheet, Subject, Task, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.recusal import Bar, bars_of
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.recusal import LED
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import CycleState, SheetState, TaskState


def require_unbarred(person: Person, subject: Subject, bar: Bar | None) -> None:
    """Refuse somebody who is recused from a subject, with the reason."""
    if bar is not None:
        row = subject.row_key.split("/")[0]
        raise Refusal(f"{person.name}要回避{row}：{bar.zh}。请另定一个人。", f"{person.name} is recused from {row}: {bar.en}. Name somebody else.")


@deed("duty.assign", once=True)
def assign_rater(by: Viewer, subject_id: int, part: Part, person_id: int, *, reason: str) -> Duty:
    """Let somebody else rate this part of a subject. What the one before has marked stays in his sheet and no longer counts."""
    require(by.holds(*RUNNERS), "评分人由人力资源安排。", "HR names the raters.")
    require(reason.strip(), "换评分人要写理由。", "A change of raters needs its reason.")
    subject = visible(by, Subject).filter(pk=subject_id).select_related("cycle__version", "person").first()
    person = Person.objects.filter(org=by.org, pk=person_id).first()
    if subject is None or person is None:
        raise NotYours
    cycle = subject.cycle
    require(cycle.state == CycleState.RUNNING and subject.counted == Counted.IN, "评分已经截止。", "The rating is closed.")
    items = [item.name for item in items_of(cycle.version) if item.part == part]
    require(part in LED and items, "这一部分不由一个人评。", "This part is not rated by one person.")
    require_unbarred(person, subject, bars_of(person, by.today).of_subject(subject))
    duty = Duty.objects.select_for_update(of=("self",)).filter(subject=subject, part=part).select_related("rater").first()
    old = duty.rater if duty is not None else None
    require(old != person, f"已经由{person.name}评。", f"{person.name} rates it already.")
    _require_open(cycle.sheets.filter(part=part, rater=old).first())
    sheet = cycle.sheets.filter(part=part, rater=person).first()
    _require_open(sheet)
    duty = duty or Duty(subject=subject, subject_person=subject.person, part=part, items=items)
    duty.rater = person
    duty.save()
    if sheet is None:
        sheet = Sheet.objects.create(cycle=cycle, part=part, rater=person, salt=salt())
        stage = cycle.stages.filter(kind=STAGE_OF[part]).first()
        if stage is not None:
            task(cycle, stage, TaskKind.RATE, About.SHEET, sheet.pk, person.pk).save()
    if old is not None:
        _leave(by, subject, part, old)
    content = digest_of([subject.pk, str(part), old.pk if old else 0, person.pk])
    enter(by, "duty.assign", About.SUBJECT, subject, digest=content, capacities=RUNNERS, ref=cycle.ref, subject=subject.person, reason=reason)
    return duty


def _require_open(sheet: Sheet | None) -> None:
    require(sheet is None or sheet.state == SheetState.OPEN, "评分表已经提交，退回以后才能换人。", "The sheet was submitted; it has to be returned first.")


def _leave(by: Viewer, subject: Subject, part: Part, old: Person) -> None:
    """A sheet on which nobody is left closes, and its task is dropped."""
    if Duty.objects.filter(subject__cycle=subject.cycle_id, part=part, rater=old).exists():
        return
    for sheet in Sheet.objects.filter(cycle=subject.cycle_id, part=part, rater=old):
        move(sheet, "sheet.submit", submitted_at=by.now)
        move(sheet, "sheet.countersign", closed_at=by.now)
        waiting = Task.objects.filter(about_kind=About.SHEET, about_id=sheet.pk, state=TaskState.OPEN)
        waiting.update(state=TaskState.DROPPED, reason="评分人已换", done_by=by.person, done_at=by.now)
