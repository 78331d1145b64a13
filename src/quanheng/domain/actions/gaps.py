"""Self and superior lie too far apart: both are asked for a sentence, and the sheet does not close before both have said it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from quanheng.domain.actions.asking import done, task
from quanheng.domain.actions.deed import deed, enter, move
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Duty, Meaning, Part, Sheet, Signature, StageKind, Subject, Task, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.gaps import gaps, gaps_of, unexplained
from quanheng.domain.queries.marks import reviewers
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import SheetState, TaskState

SHORTEST = 4  # characters; a full stop is no sentence


def ask_about_gaps(by: Viewer, sheet: Sheet) -> None:
    """A task for everybody who owes a sentence, once both sheets are in."""
    stage = sheet.cycle.stages.filter(kind=StageKind.SUPERIOR).first()
    if stage is None:
        return
    for gap in gaps_of(sheet):
        open_tasks = Task.objects.filter(kind=TaskKind.GAP, about_kind=About.SUBJECT, about_id=gap.subject.pk, state=TaskState.OPEN)
        asked = set(open_tasks.values_list("person_id", flat=True))
        Task.objects.bulk_create(
            task(sheet.cycle, stage, TaskKind.GAP, About.SUBJECT, gap.subject.pk, person.pk, since=by.today) for person in gap.due if person.pk not in asked
        )


def drop_questions(by: Viewer, sheet: Sheet, reason: str) -> None:
    """The sheet goes back: whether there is a gap at all is seen when it comes again."""
    subjects = Duty.objects.filter(subject__cycle=sheet.cycle, part=sheet.part, rater=sheet.rater, committee=sheet.committee).values("subject_id")
    asked = Task.objects.filter(org=by.org, kind=TaskKind.GAP, about_kind=About.SUBJECT, about_id__in=subjects, state=TaskState.OPEN)
    asked.update(state=TaskState.DROPPED, reason=reason[:200], done_by=by.person, done_at=by.now)


def require_explained(sheet: Sheet) -> None:
    """Refuse to close a sheet about which somebody still owes a sentence."""
    left = unexplained(gaps_of(sheet))
    if left:
        names = "；".join(f"{gap.subject.row_key.split('/')[0]}（差 {gap.apart}，等{'、'.join(person.name for person in gap.due)}）" for gap in left[:5])
        raise Refusal(
            f"自评与上级评分相差 {sheet.cycle.gap_limit} 分以上的，双方说明以后才能锁定：{names}。",
            f"Self and superior differ by {sheet.cycle.gap_limit} or more; both have to explain first: {names}.",
        )


@deed("subject.explain_gap")
def explain_gap(by: Viewer, subject_id: int, *, text: str) -> Signature:
    """Self and superior differ by more than the limit: each says a sentence about it."""
    subject = visible(by, Subject).filter(pk=subject_id).select_related("cycle__version", "person").first()
    if subject is None or by.person is None:
        raise NotYours
    involved = by.person.pk == subject.person_id or Duty.objects.filter(subject=subject, part=Part.SUPERIOR, rater=by.person).exists()
    require(involved, "由本人和评分人各自说明。", "It is for the person and the rater to explain.")
    require(gaps(subject.cycle, [subject.pk]), "两张评分表没有相差那么多，不用说明。", "There is no such gap.")
    require(len(text.strip()) >= SHORTEST, "请写一句说明。", "Write a sentence.")
    signature = Signature.objects.create(
        org=by.org, about_kind=About.SUBJECT, about_id=subject.pk, digest=digest_of([subject.pk, text.strip(), by.now.isoformat()]), person=by.person,
        capacity=by.acting_as([Capacity.HEAD]), meaning=Meaning.EXPLAINED, text=text.strip()[:500], at=by.now,
    )  # fmt: skip
    done(by, TaskKind.GAP, About.SUBJECT, subject.pk, of=by.person)
    enter(by, "subject.explain_gap", About.SUBJECT, subject, digest=signature.digest, capacities=[Capacity.HEAD], subject=subject.person, ref=subject.row_key)
    _close_where_nobody_reviews(by, subject)
    return signature


def explain_each(by: Viewer, said: Mapping[int, str]) -> int:
    """A sentence for each of several subjects; where nothing is written, nothing is said."""
    written = {pk: text for pk, text in said.items() if text.strip()}
    require(written, "还没有写。", "Nothing is written yet.")
    with transaction.atomic():
        for pk, text in written.items():
            explain_gap(by, pk, text=text)
    return len(written)


def _close_where_nobody_reviews(by: Viewer, subject: Subject) -> None:
    """A sheet that only waited for the sentences closes with the last of them."""
    for duty in Duty.objects.filter(subject=subject, part=Part.SUPERIOR):
        sheet = Sheet.objects.filter(cycle=subject.cycle, part=Part.SUPERIOR, rater=duty.rater_id, state=SheetState.SUBMITTED).first()
        if sheet is not None and not reviewers(sheet) and not unexplained(gaps_of(sheet)):
            move(sheet, "sheet.countersign", closed_at=by.now)
