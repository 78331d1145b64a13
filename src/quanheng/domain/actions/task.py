"""Obligations reminded of and handed over: one digest for each person and day, never at night and never on a day off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from quanheng.domain import calendar
from quanheng.domain.actions.deed import deed, enter, move
from quanheng.domain.actions.duty import require_unbarred
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Channel, Duty, Nudge, Person, Sheet, Stage, Task, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.recusal import bars_of
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.answering import superior_of
from quanheng.domain.refusal import NotYours, require
from quanheng.domain.states import CycleState, SheetState, StageState, TaskState

RUNNERS: Final = (Capacity.HR, Capacity.OFFICER, Capacity.HEAD, Capacity.LEADER)
AWAKE: Final = range(8, 20)  # hours in which somebody may be reminded
CADENCE: Final = (7, 1, 0, -1)  # working days left: a week before, the day before, the day itself, the day after


@dataclass(frozen=True, slots=True)
class Reminded:
    """Who was reminded, and how many had been already that day."""

    people: int
    before: int


@deed("task.nudge")
def nudge(by: Viewer, task_ids: Iterable[int]) -> Reminded:
    """Remind everybody whose tasks these are, each once a day; only of what the viewer answers for."""
    require(by.holds(*RUNNERS), "催办由负责人或者人力资源办理。", "Heads and HR remind.")
    require(awake(by), f"{AWAKE.start}:00–{AWAKE.stop}:00 以外和休息日不催办，到上班时间再催。", "Nobody is reminded at night or on a day off.")
    tasks = list(visible(by, Task).filter(pk__in=list(task_ids), state=TaskState.OPEN).select_related("person", "stage").order_by("due", "pk"))
    require(tasks, "没有要催办的事项。", "There is nothing to remind of.")
    made, before = _remind(by, _by_person(tasks))
    content = sorted([each.person_id, str(each.day), each.text] for each in made)
    enter(by, "task.nudge", About.TASK, tasks[0], digest=digest_of(content), capacities=RUNNERS, reason=f"{len(made)} 人")
    return Reminded(len(made), before)


def awake(by: Viewer) -> bool:
    """Whether people are at work: a working day, and not the night."""
    return calendar.works(by.org, by.today) and by.now.astimezone(ZoneInfo(by.org.zone)).hour in AWAKE


def _by_person(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.person_id, []).append(task)
    return found


def _remind(by: Viewer, wanted: Mapping[int, Sequence[Task]]) -> tuple[list[Nudge], int]:
    had = set(Nudge.objects.filter(person_id__in=wanted, channel=Channel.IN_APP, day=by.today).values_list("person_id", flat=True))
    made = []
    for person_id, tasks in wanted.items():
        if person_id not in had:
            digest = Nudge.objects.create(org=by.org, person_id=person_id, day=by.today, text=_text(by, person_id, tasks), by=by.person, at=by.now)
            digest.tasks.set(tasks)
            made.append(digest)
    return made, len(had)


def _text(by: Viewer, person_id: int, tasks: Sequence[Task]) -> str:
    """What is read in the bell; Chinese, as it is filed."""
    said = []
    for task in tasks[:4]:
        left = calendar.between(by.org, by.today, task.due)
        when = f"逾期 {-left} 个工作日" if left < 0 else "今天到期" if left == 0 else f"剩 {left} 个工作日"
        whose = f"{task.person.name}的" if task.person_id != person_id else ""
        said.append(f"{whose}{task.get_kind_display()}（{when}）")
    more = f"等 {len(tasks)} 件" if len(tasks) > 4 else ""
    return ("；".join(said) + more)[:200]


@deed("task.remind")
def remind(by: Viewer) -> Reminded:
    """The day's reminders, by the calendar alone: stages begin on their day; a week, a day before, on the day and the day after
    each person gets one digest. What is late is told to the superior as well. Nothing on a day off."""
    made, before = list[Nudge](), 0
    if calendar.works(by.org, by.today):
        for stage in Stage.objects.filter(cycle__org=by.org, cycle__state=CycleState.RUNNING, state=StageState.WAITING, opens__lte=by.today):
            move(stage, "stage.open")
        days = {left: calendar.shift(by.org, by.today, left) for left in CADENCE}
        due = Task.objects.filter(org=by.org, state=TaskState.OPEN, opens__lte=by.today, due__in=days.values()).select_related("person").order_by("due", "pk")
        tasks = list(due)
        wanted = _by_person(tasks)
        for person_id, late in _by_person(task for task in tasks if task.due == days[-1]).items():
            superior = superior_of(late[0].person, by.today)
            if superior is not None:
                wanted[superior.pk] = [*wanted.get(superior.pk, []), *late]
            assert person_id in wanted
        made, before = _remind(by, wanted)
    content = sorted([each.person_id, str(each.day), each.text] for each in made)
    enter(by, "task.remind", About.ORG, by.org, ref=by.org.key, digest=digest_of(content), reason=f"{len(made)} 人")
    return Reminded(len(made), before)


@deed("task.hand_over")
def hand_over(by: Viewer, task_id: int, person_id: int, *, reason: str) -> Task:
    """Give a task to somebody else, with its sheet where it is one nobody has begun to fill in."""
    require(by.holds(Capacity.HR, Capacity.OFFICER), "改派由人力资源办理。", "HR hands tasks over.")
    require(reason.strip(), "改派要写理由。", "Handing over needs its reason.")
    old = visible(by, Task).select_related("person").get(pk=task_id)
    to = Person.objects.filter(org=by.org, pk=person_id).first()
    if to is None:
        raise NotYours
    require(to.pk != old.person_id, "已经是这个人的事项。", "It is theirs already.")
    require(old.kind != TaskKind.SELF, "自评不能由别人代填。", "Nobody evaluates in somebody else's name.")
    require(to.pk != old.subject_person_id, "不能改派给被评的人。", "Not to the person it is about.")
    if old.about_kind == About.SHEET and old.kind == TaskKind.RATE:
        _hand_over_sheet(by, old, to)
    move(old, "task.drop", reason=f"改派给{to.name}：{reason.strip()}"[:200], done_by=by.person, done_at=by.now)
    made = Task.objects.create(
        org=by.org, cycle_id=old.cycle_id, stage_id=old.stage_id, kind=old.kind, about_kind=old.about_kind, about_id=old.about_id, person=to,
        subject_person_id=old.subject_person_id, opens=old.opens, due=old.due, due_at=old.due_at,
    )  # fmt: skip
    enter(by, "task.hand_over", About.TASK, made, digest=digest_of([old.pk, made.pk, to.pk]), capacities=RUNNERS, reason=reason)
    return made


def _hand_over_sheet(by: Viewer, old: Task, to: Person) -> None:
    """The duties go with the sheet, but never to somebody who would rate himself or a relative, or whose marks would be mixed
    with another's."""
    sheet = Sheet.objects.select_for_update().get(pk=old.about_id)
    require(sheet.committee_id is None, "小组的评分由小组换人办理。", "A group changes its members itself.")
    require(sheet.state == SheetState.OPEN and not sheet.marks.exists(), "已经有分数，不能改派；请他评完，由上级审阅。", "There are marks already.")
    duties = Duty.objects.filter(subject__cycle_id=sheet.cycle_id, part=sheet.part, rater_id=sheet.rater_id)
    require(not duties.filter(subject_person=to).exists(), f"这张表里有{to.name}自己，不能由本人评。", f"{to.name} is on this sheet.")
    barred = bars_of(to, by.today)
    for duty in duties.select_related("subject"):
        require_unbarred(to, duty.subject, barred.of_subject(duty.subject))
    has = Sheet.objects.filter(cycle_id=sheet.cycle_id, part=sheet.part, rater=to).exists()
    require(not has, f"{to.name}已有一张这样的表。", f"{to.name} has such a sheet.")
    duties.update(rater=to)
    Sheet.objects.filter(pk=sheet.pk).update(rater=to)


@deed("nudge.see")
def see(by: Viewer) -> int:
    """Everything in one's bell has been read."""
    mine = Nudge.objects.filter(org=by.org, person=by.person, seen_at=None)
    first = mine.order_by("pk").first()
    require(first, "没有新的提醒。", "Nothing new.")
    assert first is not None
    count = mine.update(seen_at=by.now)
    enter(by, "nudge.see", About.TASK, first, digest=digest_of([first.pk, count]))
    return count
