"""Everyone's home: what waits for me, how far the cycle has come, how far my people have come."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from quanheng.domain import calendar
from quanheng.domain.models import About, Cycle, Duty, Mark, Missing, Part, Person, Record, Release, Sheet, Stage, Subject, Task, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.states import LIVE_RECORDS, CycleState, SheetState, StageState, TaskState
from quanheng.domain.words import say


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a task is done."""

    done: int
    of: int


TOGETHER = (TaskKind.VERIFY, TaskKind.GUIDE, TaskKind.GAP)  # one line for as many as there are: they are done on one page


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task (or several of a kind that are done on one page), how many working days are left, and how far it has come."""

    task: Task
    days: int
    progress: Progress | None
    about: str
    count: int = 1
    ref: str = ""  # of the run that a release is about

    @property
    def is_sheet(self) -> bool:
        """Whether it opens a score sheet."""
        return str(self.task.about_kind) == About.SHEET


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the cycle as the track shows it."""

    name: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class Mate:
    """One of my people in the running cycle."""

    subject: Subject
    person: Person
    self_done: bool
    records: int
    open_cells: int
    of_cells: int


@dataclass(frozen=True, slots=True)
class Home:
    """The page."""

    cycle: Cycle | None
    steps: list[Step]
    at: str
    waiting: list[Waiting]
    later: int  # tasks of stages that have not begun
    done: int
    mates: list[Mate]
    most_records: int
    records: list[Record]

    @property
    def count(self) -> int:
        """How many tasks wait."""
        return sum(each.count for each in self.waiting)

    @property
    def today(self) -> int:
        """Tasks that are due today or late."""
        return sum(each.count for each in self.waiting if each.days <= 0)

    @property
    def this_week(self) -> int:
        """Tasks due within five working days."""
        return sum(each.count for each in self.waiting if 0 < each.days <= 5)


def home(viewer: Viewer) -> Home:
    """Everything on the page; as many statements for a hundred people as for one."""
    mine = visible(viewer, Task).filter(person=viewer.person, state=TaskState.OPEN)
    tasks = list(mine.filter(opens__lte=viewer.today).select_related("cycle", "stage", "subject_person").order_by("due", "pk")[:300])
    waiting = _waiting(viewer, tasks)
    later = mine.filter(opens__gt=viewer.today).count()
    cycle = running_cycle(viewer, tasks)
    steps, at = track(cycle, viewer.today) if cycle is not None else ([], "")
    mates = team(viewer, cycle) if cycle is not None else []
    recent = visible(viewer, Record).filter(state__in=LIVE_RECORDS, person__isnull=False).exclude(note="").select_related("person", "register")
    done = visible(viewer, Task).filter(person=viewer.person, state=TaskState.DONE).count()
    return Home(
        cycle, steps, at, waiting, later, done, mates, max([mate.records for mate in mates], default=0), list(recent.order_by("-day", "-pk")[:5])
    )


def _waiting(viewer: Viewer, tasks: Iterable[Task]) -> list[Waiting]:
    """A line for each task, and one for all of a kind and cycle that are done together."""
    lines: dict[tuple[object, ...], list[Task]] = {}
    for task in tasks:
        lines.setdefault((task.kind, task.cycle_id) if task.kind in TOGETHER else (task.pk,), []).append(task)
    progress = sheet_progress([task.about_id for task in tasks if task.about_kind == About.SHEET])
    releases = [task.about_id for task in tasks if task.about_kind == About.RELEASE]
    refs = dict(Release.objects.filter(pk__in=releases).values_list("pk", "run__ref")) if releases else {}
    named = {sheet.pk: sheet for sheet in Sheet.objects.filter(pk__in=progress).select_related("rater", "committee")}
    made = []
    for first, *more in lines.values():
        about = [first.cycle.title] if first.cycle is not None else []
        about += [person.name for person in (first.subject_person,) if person is not None and not more]
        sheet = named.get(first.about_id) if first.about_kind == About.SHEET else None
        about += [sheet.committee.name] if sheet is not None and sheet.committee is not None else []
        about += [sheet.rater.name] if sheet is not None and sheet.rater is not None and first.kind == TaskKind.REVIEW else []
        whole = sheet is not None and (sheet.committee_id is None or viewer.leads(sheet.committee_id))  # a member's own part is no share of it
        made.append(Waiting(
            first, calendar.between(viewer.org, viewer.today, first.due), progress.get(first.about_id) if whole else None,
            "　".join(about), len(more) + 1, refs.get(first.about_id, "") if first.about_kind == About.RELEASE else "",
        ))  # fmt: skip
    return made


def running_cycle(viewer: Viewer, tasks: Iterable[Task] = ()) -> Cycle | None:
    """The cycle of the first task, else the newest that is not over."""
    first = next((task.cycle for task in tasks if task.cycle is not None), None)
    going = [CycleState.RUNNING, CycleState.RATED, CycleState.PREPARED]
    return first or visible(viewer, Cycle).filter(state__in=going).order_by("-since").first() or visible(viewer, Cycle).order_by("-since").first()


def track(cycle: Cycle, today: datetime.date) -> tuple[list[Step], str]:
    """The stages as the beam shows them, and where today's weight hangs, counted in stages."""
    stages = list(Stage.objects.filter(cycle=cycle).order_by("order"))
    steps = [Step(stage.called, _when(stage), {StageState.CLOSED: "done", StageState.OPEN: "now"}.get(StageState(stage.state), "later")) for stage in stages]
    place = "0"
    for number, stage in enumerate(stages):
        length = max((stage.due - stage.opens).days, 1)
        if today >= stage.opens:
            gone = min((today - stage.opens).days * 100 // length, 100)
            place = f"{number - 1}.5" if gone == 0 and number else f"{number - 1 if gone < 50 and number else number}.{(gone + 50) % 100:02d}"
    return steps, place


def _when(stage: Stage) -> str:
    opens, due = stage.opens, stage.due
    if opens == due:
        return say(f"{due.month}月{due.day}日", f"{due:%-d %b}")
    if opens.month != due.month or (due - opens).days < 6:
        return say(f"{due.month}月{due.day}日止", f"until {due:%-d %b}")
    return say(f"{opens.month}月{opens.day}日–{due.day}日", f"{opens.day}–{due:%-d %b}")


def sheet_progress(sheet_ids: Iterable[int]) -> dict[int, Progress]:
    """How many cells of each sheet say something."""
    sheets = {sheet.pk: sheet for sheet in Sheet.objects.filter(pk__in=list(sheet_ids))}
    of: dict[int, int] = dict.fromkeys(sheets, 0)
    by_place = {(sheet.cycle_id, str(sheet.part), sheet.rater_id, sheet.committee_id): pk for pk, sheet in sheets.items()}
    cycles = {sheet.cycle_id for sheet in sheets.values()}
    duties = Duty.objects.filter(subject__cycle_id__in=cycles).select_related("subject")
    if any(sheet.committee_id is None for sheet in sheets.values()):
        raters = {sheet.rater_id for sheet in sheets.values()}
        duties = duties.filter(rater_id__in=raters) if not any(sheet.committee_id for sheet in sheets.values()) else duties
    for duty in duties:
        pk = by_place.get((duty.subject.cycle_id, str(duty.part), duty.rater_id, duty.committee_id))
        if pk is not None:
            of[pk] += len(duty.items)
    done: dict[int, int] = dict.fromkeys(sheets, 0)
    for sheet_id, _, _, missing in newest_cells(sheets):
        done[sheet_id] += missing != Missing.UNRATED
    return {pk: Progress(done[pk], of[pk]) for pk in sheets}


def newest_cells(sheets: Iterable[int]) -> list[tuple[int, int, str, str]]:
    """(sheet, subject, item, missing) of the newest mark of every cell."""
    rows = Mark.objects.filter(sheet_id__in=list(sheets), member__isnull=True).order_by("rev").values_list("sheet_id", "subject_id", "item", "missing")
    newest = {(sheet_id, subject_id, item): missing for sheet_id, subject_id, item, missing in rows}
    return [(*place, missing) for place, missing in newest.items()]


def team(viewer: Viewer, cycle: Cycle) -> list[Mate]:
    """Those whom the viewer rates as their superior in the cycle."""
    duties = list(
        Duty.objects.filter(subject__cycle=cycle, part=Part.SUPERIOR, rater=viewer.person).select_related("subject__person").order_by("subject__row_key")
    )
    subjects = [duty.subject_id for duty in duties]
    if not subjects:
        return []
    people = [duty.subject.person_id for duty in duties]
    selves = set(
        Sheet.objects.filter(cycle=cycle, part=Part.SELF, rater_id__in=people).exclude(state=SheetState.OPEN).values_list("rater_id", flat=True)
    )
    records = record_counts(cycle, [pk for pk in people if pk is not None])
    sheet = Sheet.objects.filter(cycle=cycle, part=Part.SUPERIOR, rater=viewer.person).first()
    filled: dict[int, int] = {}
    for _, subject_id, _, missing in newest_cells([sheet.pk] if sheet is not None else []):
        filled[subject_id] = filled.get(subject_id, 0) + (missing != Missing.UNRATED)
    return [
        Mate(
            duty.subject, duty.subject.person, duty.subject.person_id in selves, records.get(duty.subject.person_id or 0, 0),
            len(duty.items) - filled.get(duty.subject_id, 0), len(duty.items),
        )
        for duty in duties
        if duty.subject.person is not None
    ]  # fmt: skip


def record_counts(cycle: Cycle, people: Iterable[int]) -> dict[int, int]:
    """What happened with each person in the days of the cycle; rows of the period's figures are none."""
    found = Record.objects.filter(person_id__in=list(people), day__gte=cycle.since, day__lt=cycle.until, state__in=LIVE_RECORDS)
    found = found.filter(Q(row_key="") | ~Q(note=""))
    return dict(found.values_list("person_id").annotate(count=Count("pk")).values_list("person_id", "count"))
