"""Cycles as pages show them: the list, the board of stages and units, the week, what a bell holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Q
from django.utils import translation

from quanheng.domain import calendar
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import compiled
from quanheng.domain.bridge.read import PERSON_WORDS
from quanheng.domain.models import (
    Capacity,
    Counted,
    Cycle,
    Duty,
    Guidance,
    Nudge,
    Part,
    Person,
    Post,
    PostKind,
    Record,
    Scheme,
    SchemeVersion,
    Stage,
    StageKind,
    StageMove,
    Subject,
    Task,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import OVERSEEING, Viewer, open_at
from quanheng.domain.queries.home import Step, track
from quanheng.domain.queries.house import names
from quanheng.domain.states import LIVE_RECORDS, CycleState, StageState, TaskState, VersionState
from quanheng.domain.words import say

GOING: Final = (CycleState.PREPARED, CycleState.RUNNING, CycleState.RATED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A cycle in the list, with how far it has come."""

    cycle: Cycle
    subjects: int
    closed: int
    stages: int
    now: str
    days: int | None  # working days left of the stage that runs


def listed(viewer: Viewer) -> list[Listed]:
    """Going ones first, then the past ones, the newest first; four statements."""
    cycles = list(visible(viewer, Cycle).select_related("scheme").order_by("-since", "-pk")[:200])
    stages: dict[int, list[Stage]] = {}
    for stage in Stage.objects.filter(cycle__in=cycles).order_by("order"):
        stages.setdefault(stage.cycle_id, []).append(stage)
    counts = dict(Subject.objects.filter(cycle__in=cycles).values_list("cycle_id").annotate(found=Count("pk")).order_by())
    made = []
    for cycle in cycles:
        of = stages.get(cycle.pk, [])
        now = next((stage for stage in of if stage.state == StageState.OPEN), None)
        days = calendar.between(viewer.org, viewer.today, now.due) if now is not None else None
        closed = sum(stage.state == StageState.CLOSED for stage in of)
        made.append(Listed(cycle, counts.get(cycle.pk, 0), closed, len(of), now.called if now else "", days))
    return sorted(made, key=lambda each: each.cycle.state not in GOING)


# ----------------------------------------------------------------------------------------------------------- the board


@dataclass(slots=True)
class Square:
    """Tasks of a stage in a unit."""

    of: int = 0
    done: int = 0
    late: int = 0

    @property
    def percent(self) -> int:
        """Whole per cent done; only everything is a hundred."""
        return self.done * 100 // self.of if self.of else 0


@dataclass(slots=True)
class Lane:
    """A stage with its course over the units."""

    stage: Stage
    days: int
    squares: dict[int, Square] = field(default_factory=dict)
    whole: Square = field(default_factory=Square)
    last: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit over the stages that have tasks."""

    unit: str
    squares: Sequence[Square]


@dataclass(frozen=True, slots=True)
class Late:
    """An open task, for the list of those to remind."""

    task: Task
    unit: str
    days: int
    reminded: datetime.date | None


@dataclass(frozen=True, slots=True)
class Board:
    """The page of a cycle."""

    cycle: Cycle
    steps: Sequence[Step]
    at: str
    lanes: Sequence[Lane]
    working: Sequence[Lane]  # those with tasks
    rows: Sequence[Row]
    waiting: Sequence[Late]
    waiting_total: int
    subjects: int
    moves: Sequence[StageMove]
    runs: bool  # may run the cycle
    oversees: bool


def board(viewer: Viewer, pk: int, *, late_only: bool = True) -> Board:
    """The cycle with its stages over the units; eleven statements however many people."""
    cycle = visible(viewer, Cycle).select_related("scheme", "version", "org").get(pk=pk)
    steps, at = track(cycle, viewer.today)
    stages = list(Stage.objects.filter(cycle=cycle).order_by("order"))
    lanes = [Lane(stage, calendar.between(viewer.org, viewer.today, stage.due)) for stage in stages]
    oversees = viewer.holds(*OVERSEEING, Capacity.OFFICER)
    tasks = list(visible(viewer, Task).filter(cycle=cycle).exclude(state=TaskState.DROPPED).select_related("person", "stage").order_by("due", "pk"))
    at_unit, called = units_of(viewer, [task.person_id for task in tasks], cycle.reference_day)
    by_stage = {lane.stage.pk: lane for lane in lanes}
    for task in tasks:
        lane = by_stage.get(task.stage_id or 0)
        if lane is not None:
            _count(viewer, lane, at_unit.get(task.person_id, 0), task)
    working = [lane for lane in lanes if lane.whole.of]
    order = sorted({unit for lane in working for unit in lane.squares}, key=lambda unit: called.get(unit, "~"))
    rows = [Row(called.get(unit, say("其他", "Others")), [lane.squares.get(unit, Square()) for lane in working]) for unit in order]
    waiting = [task for task in tasks if task.state == TaskState.OPEN and task.opens <= viewer.today and (not late_only or task.due < viewer.today)]
    return Board(
        cycle, steps, at, lanes, working, rows, _waiting(viewer, waiting[:100], at_unit, called), len(waiting), cycle.subjects.count(),
        list(StageMove.objects.filter(stage__cycle=cycle).select_related("stage", "by").order_by("-at", "pk")[:40]),
        viewer.holds(Capacity.HR, Capacity.OFFICER), oversees,
    )  # fmt: skip


def _count(viewer: Viewer, lane: Lane, unit: int, task: Task) -> None:
    for square in (lane.squares.setdefault(unit, Square()), lane.whole):
        square.of += 1
        square.done += task.state == TaskState.DONE
        square.late += task.state == TaskState.OPEN and task.due < viewer.today
    if task.done_at is not None and (lane.last is None or task.done_at > lane.last):
        lane.last = task.done_at


def units_of(viewer: Viewer, people: Iterable[int], day: datetime.date) -> tuple[dict[int, int], dict[int, str]]:
    """The unit of each person's main post on a day, and what the units are called: two statements."""
    posts = Post.objects.filter(open_at(day), person__in=set(people), kind=PostKind.MAIN).values_list("person_id", "unit_id")
    found = dict(posts)
    return found, names(found.values(), max(day, viewer.today))


def _waiting(viewer: Viewer, tasks: Sequence[Task], at_unit: dict[int, int], called: dict[int, str]) -> list[Late]:
    reminded: dict[int, datetime.date] = {}
    for person, day in Nudge.objects.filter(person__in={task.person_id for task in tasks}).order_by("day").values_list("person_id", "day"):
        reminded[person] = day
    return [
        Late(task, called.get(at_unit.get(task.person_id, 0), ""), calendar.between(viewer.org, viewer.today, task.due), reminded.get(task.person_id))
        for task in tasks
    ]


# ------------------------------------------------------------------------------------------------------------ the week


@dataclass(frozen=True, slots=True)
class Week:
    """Who has not been guided in the cycle, and which raters have recorded nothing this week."""

    monday: datetime.date
    friday: datetime.date
    without_guidance: Sequence[tuple[Person, str]]
    people: int
    silent: Sequence[tuple[Person, str, int]]  # rater, unit, how many they answer for
    raters: int


def week(viewer: Viewer, cycle: Cycle) -> Week:
    """The week board: six statements however many people."""
    monday = viewer.today - datetime.timedelta(days=viewer.today.weekday())
    subjects = visible(viewer, Subject).filter(cycle=cycle, person__isnull=False, counted=Counted.IN)
    people = list(Person.objects.filter(pk__in=subjects.values("person")).order_by("pinyin", "pk"))
    guided = set(Guidance.objects.filter(person__in=people, day__gte=cycle.since, day__lt=cycle.until).values_list("person_id", flat=True))
    duties = Duty.objects.filter(subject__in=subjects, part=Part.SUPERIOR, rater__isnull=False).values_list("rater_id").annotate(found=Count("pk")).order_by()
    of = dict(duties)
    recorded = Record.objects.filter(org=viewer.org, entered_by__in=list(of), day__gte=monday, state__in=LIVE_RECORDS)
    busy = set(recorded.values_list("entered_by_id", flat=True))
    quiet = list(Person.objects.filter(pk__in=set(of) - busy).order_by("pinyin", "pk"))
    left = [person for person in people if person.pk not in guided]
    at_unit, called = units_of(viewer, [person.pk for person in [*left, *quiet]], viewer.today)

    def where(person: Person) -> str:
        return called.get(at_unit.get(person.pk, 0), "")

    return Week(
        monday, monday + datetime.timedelta(days=4), [(person, where(person)) for person in left], len(people),
        [(person, where(person), of[person.pk]) for person in quiet], len(of),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------ preparing, bell


def one(viewer: Viewer, pk: int) -> Cycle:
    """One cycle."""
    return visible(viewer, Cycle).select_related("scheme", "version", "org").get(pk=pk)


def stage(viewer: Viewer, pk: int) -> Stage:
    """One stage."""
    return visible(viewer, Stage).select_related("cycle__org").get(pk=pk)


def assessed(viewer: Viewer, pk: int) -> Subject:
    """One subject, with the cycle."""
    return visible(viewer, Subject).select_related("cycle", "person", "unit").get(pk=pk)


def schemes(viewer: Viewer) -> list[tuple[Scheme, SchemeVersion]]:
    """The schemes in force, with their version."""
    found = visible(viewer, SchemeVersion).filter(state=VersionState.IN_FORCE).select_related("scheme").order_by("scheme__title", "scheme__key")
    return [(version.scheme, version) for version in found]


def may_run(viewer: Viewer) -> bool:
    """Whether the viewer prepares and moves cycles."""
    return viewer.holds(Capacity.HR, Capacity.OFFICER)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A stage as it is proposed for a new cycle."""

    kind: str
    title: str
    title_en: str
    opens: datetime.date
    due: datetime.date
    wanted: bool


USUAL: Final = {
    StageKind.PLAN: 3, StageKind.DAILY: 0, StageKind.GUIDANCE: 0, StageKind.REPORT: 3, StageKind.SELF: 2, StageKind.SUPERIOR: 3, StageKind.GROUP: 5,
    StageKind.UPPER: 2, StageKind.RUN: 1, StageKind.RELEASE: 2,
}  # fmt: skip


def suggested(viewer: Viewer, since: datetime.date, until: datetime.date, kinds: Sequence[str] = ()) -> list[Suggested]:
    """All stages one after the other on working days: the plan as the period begins, records and guidance during it, the
    rest behind it, each with the working days it usually takes. `kinds`: those of the cycle before."""
    made, last = [], until - datetime.timedelta(days=1)
    opens = calendar.next_working(viewer.org, until)
    for kind, days in USUAL.items():
        wanted = not kinds or str(kind) in kinds
        title, title_en = usual(kind)
        if kind == StageKind.PLAN:
            begin = calendar.next_working(viewer.org, since)
            made.append(Suggested(str(kind), title, title_en, begin, calendar.shift(viewer.org, begin, days), wanted))
        elif kind in (StageKind.DAILY, StageKind.GUIDANCE):
            end = last if calendar.works(viewer.org, last) else calendar.shift(viewer.org, last, -1)
            made.append(Suggested(str(kind), title, title_en, since, max(end, since), wanted))
        else:
            due = calendar.shift(viewer.org, opens, days) if days else opens
            made.append(Suggested(str(kind), title, title_en, opens, due, wanted))
            opens = due if wanted else opens
    return made


def usual(kind: StageKind) -> tuple[str, str]:
    """What a stage of the kind is usually called, in both languages."""
    with translation.override("zh-hans"):
        zh = str(kind.label)
    with translation.override("en"):
        return zh, str(kind.label)


def kinds_before(viewer: Viewer, scheme: int) -> list[str]:
    """The stages of the scheme's last cycle, so that the next one has the same; for the first one, those that the scheme gives
    something to do."""
    last = visible(viewer, Cycle).filter(scheme_id=scheme).exclude(state=CycleState.CANCELLED).order_by("-since").first()
    if last is not None:
        return [str(kind) for kind in last.stages.order_by("order").values_list("kind", flat=True)]
    version = visible(viewer, SchemeVersion).filter(scheme_id=scheme, state=VersionState.IN_FORCE).first()
    return kinds_for(version) if version is not None else []


def kinds_for(version: SchemeVersion) -> list[str]:
    """Stages of people's marks where the scheme asks for such marks; reports where units are assessed, guidance where people are."""
    plan = compiled(version).plan
    assert plan is not None
    parts = {item.part for item in items_of(version)}
    table = plan.tables[plan.subject]
    about = next((link.target for link in table.links if link.columns == table.key[:1]), table.name)
    units = PERSON_WORDS.get(about) == "unit"
    wanted = {
        StageKind.REPORT: units, StageKind.GUIDANCE: not units, StageKind.SELF: Part.SELF in parts, StageKind.SUPERIOR: Part.SUPERIOR in parts,
        StageKind.UPPER: Part.SUPERIOR in parts or Part.UPPER in parts, StageKind.GROUP: Part.GROUP in parts,
    }  # fmt: skip
    return [str(kind) for kind in USUAL if wanted.get(kind, True)]


def kind_of(text: str) -> StageKind | None:
    """The stage that a form names."""
    return StageKind(text) if text in StageKind.values else None


def notices(viewer: Viewer) -> list[Nudge]:
    """What the bell holds, the newest first."""
    found = visible(viewer, Nudge).filter(org=viewer.org).select_related("by").prefetch_related("tasks").order_by("-day", "-pk")
    return list(found[:100])


def open_task(viewer: Viewer, pk: int) -> Task:
    """One open task that may be handed over."""
    return visible(viewer, Task).select_related("person", "stage", "cycle").get(Q(state=TaskState.OPEN), pk=pk)
