"""A cycle from preparation to the last stage: its days, who is assessed, and moving a stage with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from quanheng.domain import calendar
from quanheng.domain.actions.asking import ask_offices
from quanheng.domain.actions.deed import deed, enter, move, ref_for
from quanheng.domain.actions.scheme import is_people, is_units
from quanheng.domain.bridge.plans import compiled, data_tables, inputs
from quanheng.domain.bridge.read import COUNTED_WORDS, PERSON_WORDS, unit_names
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Capacity,
    Counted,
    Cycle,
    CycleSource,
    Grant,
    Person,
    Post,
    Register,
    Release,
    SchemeVersion,
    SourceKind,
    Spell,
    Stage,
    StageKind,
    StageMove,
    Subject,
    TaskKind,
    Unit,
    UnitPlace,
)  # fmt: skip
from quanheng.domain.policies.gates import locked, visible
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.refusal import require
from quanheng.domain.states import CycleState, ReleaseState, StageState, TaskState, VersionState
from quanheng.engine.plan import model as m

RUNNERS = (Capacity.HR, Capacity.OFFICER)


@dataclass(frozen=True, slots=True)
class StageDays:
    """A stage as it is planned."""

    kind: StageKind
    title: str
    opens: datetime.date
    due: datetime.date
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """What a cycle is called and which days it covers; `period` as the scheme's tables write it (2026-10, 2026)."""

    title: str
    period: str
    since: datetime.date
    until: datetime.date


@deed("cycle.prepare")
def prepare(by: Viewer, scheme_id: int, days: Days, stages: Sequence[StageDays], *, gap_limit: str = "") -> Cycle:
    """Make a cycle under the version in force, its stages on working days, and say what feeds each table of the scheme."""
    require(by.holds(*RUNNERS), "考核周期由人力资源设置。", "Cycles are prepared by HR.")
    version = visible(by, SchemeVersion).filter(scheme_id=scheme_id, state=VersionState.IN_FORCE).select_related("scheme").first()
    require(version, "这个办法没有施行中的版本。", "No version of this scheme is in force.")
    assert version is not None
    previous = Cycle.objects.filter(scheme_id=scheme_id).exclude(state=CycleState.CANCELLED).order_by("-since").first()
    since, until = days.since, days.until
    require(previous is None or previous.since < since, "已经有同期或更晚的周期。", "There is a cycle of this or a later period already.")
    cycle = Cycle.objects.create(
        org=by.org, scheme=version.scheme, version=version, ref=ref_for(by.org, "ZQ", since.year), title=days.title, since=since, until=until,
        period=days.period, reference_day=until - datetime.timedelta(days=1), previous=previous, gap_limit=gap_limit,
    )  # fmt: skip
    for order, stage in enumerate(stages):
        require(calendar.works(by.org, stage.due), f"“{stage.title}”的截止日 {stage.due} 不是工作日。", f"{stage.due} of {stage.title} is no working day.")
        Stage.objects.create(
            cycle=cycle, kind=stage.kind, order=order, title=stage.title, title_en=stage.title_en, opens=stage.opens, due=stage.due,
            due_at=calendar.end_of(by.org, stage.due),
        )  # fmt: skip
    _bind_sources(cycle)
    enter(by, "cycle.prepare", About.CYCLE, cycle, digest=digest_of([cycle.ref, version.digest, str(since), str(until)]), capacities=RUNNERS)
    return cycle


def _bind_sources(cycle: Cycle) -> None:
    """Propose for each table what feeds it; HR may change it while the cycle is prepared."""
    found = compiled(cycle.version)
    plan = found.plan
    assert plan is not None
    declared = data_tables(found)
    # A scheme by months reads everything from the first month on; one by years reads what was recorded for the year.
    whole = plan.tables[plan.subject].period is not None
    for name, table in plan.tables.items():
        if table.origin != "data":
            continue
        source = CycleSource(cycle=cycle, table=name, kind=SourceKind.REGISTER, whole=whole)
        source.register = Register.objects.filter(org=cycle.org, name=name).first()
        names = [column.name for column in inputs(table)]
        if declared[name].run_of:
            source.kind, source.register = SourceKind.RELEASE, None
            source.release = current_release(cycle.org_id, declared[name].run_of)
        elif name == plan.subject and table.period is not None:
            source.kind = SourceKind.SUBJECTS
            source.columns = {column: "unit" for column in names if column not in table.key and PERSON_WORDS.get(column) == "unit"}
            source.columns |= {column: word for column, word in COUNTED_WORDS.items() if column in names}
        elif is_people(table):
            source.kind = SourceKind.PEOPLE
            source.columns = {column: PERSON_WORDS[column] for column in names if column in PERSON_WORDS and PERSON_WORDS[column] in ("number", "name", "unit")}
        elif is_units(table):
            source.kind = SourceKind.UNITS
        source.save()


def current_release(org_id: int, scheme_key: str) -> Release | None:
    """The newest locked run of another scheme of the organisation."""
    found = Release.objects.filter(cycle__org_id=org_id, cycle__scheme__key=scheme_key, state__in=[ReleaseState.LOCKED, ReleaseState.STANDING])
    return found.order_by("-cycle__since", "-number").first()


# ------------------------------------------------------------------------------------------------------------------- subjects


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody (or a unit) proposed to be assessed; `row_key` without the period."""

    key: str
    person: Person | None
    unit: Unit | None
    counted: Counted = Counted.IN
    reason: str = ""


@deed("cycle.subjects")
def set_subjects(by: Viewer, cycle_id: int, members: Iterable[Member]) -> int:
    """Say who is assessed, with where and under whom they were in the period. Only while the cycle is prepared."""
    require(by.holds(*RUNNERS), "考核对象由人力资源确定。", "Subjects are set by HR.")
    cycle = locked(by, Cycle).get(pk=cycle_id)
    require(cycle.state == CycleState.PREPARED, "周期已经开始，考核对象按变动办理。", "The cycle has begun.")
    require(not cycle.subjects.exists(), "考核对象已经确定。", "Subjects are set already.")
    plan = compiled(cycle.version).plan
    assert plan is not None
    houses = House(cycle)
    made: list[Subject] = []
    for member in members:
        suffix = f"/{cycle.period}" if plan.tables[plan.subject].period is not None else ""
        made.append(
            Subject(cycle=cycle, person=member.person, unit=member.unit if member.person is None else None, counted=member.counted, reason=member.reason,
                    row_key=member.key + suffix)
        )  # fmt: skip
    Subject.objects.bulk_create(made)
    spells: list[Spell] = []
    for subject in made:
        spells.extend(houses.spells(subject))
    Spell.objects.bulk_create(spells)
    enter(by, "cycle.subjects", About.CYCLE, cycle, digest=digest_of(sorted(subject.row_key for subject in made)), capacities=RUNNERS)
    return len(made)


class House:
    """The tree and its heads in the days of a cycle, read once."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        day = cycle.reference_day
        self.parents = dict(UnitPlace.objects.filter(open_at(day), unit__org=cycle.org).values_list("unit_id", "parent_id"))
        heads = Grant.objects.filter(open_at(day), org=cycle.org, capacity=Capacity.HEAD, unit__isnull=False).order_by("pk")
        self.heads: dict[int, int] = {}
        for unit_id, person_id in heads.values_list("unit_id", "person_id"):
            self.heads.setdefault(int(unit_id or 0), person_id)
        posts = Post.objects.filter(person__org=cycle.org, kind="main", since__lt=cycle.until)
        posts = posts.filter(Q(until__isnull=True) | Q(until__gt=cycle.since)).order_by("person_id", "since")
        self.posts: dict[int, list[Post]] = {}
        for post in posts:
            self.posts.setdefault(post.person_id, []).append(post)

    def head_above(self, unit_id: int | None, but: set[int | None]) -> tuple[int | None, int | None]:
        """The nearest head at or above the unit who is none of these persons, and the unit where he was found."""
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            seen.add(unit_id)
            head = self.heads.get(unit_id)
            if head is not None and head not in but:
                return head, unit_id
            unit_id = self.parents.get(unit_id)
        return None, None

    def spells(self, subject: Subject) -> list[Spell]:
        """Where the subject was: a spell for each main post inside the period."""
        if subject.person_id is None:
            assert subject.unit_id is not None
            return [self._spell(subject, subject.unit_id, "", self.cycle.since, None)]
        found = []
        for post in self.posts.get(subject.person_id, []):
            since = max(post.since, self.cycle.since)
            until = post.until if post.until is not None and post.until < self.cycle.until else None
            found.append(self._spell(subject, post.unit_id, post.post_class, since, until))
        return found

    def _spell(self, subject: Subject, unit_id: int, post_class: str, since: datetime.date, until: datetime.date | None) -> Spell:
        superior, at = self.head_above(unit_id, {subject.person_id})
        upper, _ = self.head_above(self.parents.get(at) if at is not None else None, {subject.person_id, superior})
        return Spell(subject=subject, unit_id=unit_id, post_class=post_class, superior_id=superior, upper_id=upper, since=since, until=until)


def propose_members(cycle: Cycle) -> list[Member]:
    """Everybody the scheme's subject table is about, by the house at the reference day. Those without a post are left out."""
    plan = compiled(cycle.version).plan
    assert plan is not None
    entity = _entity(plan)
    if is_units(plan.tables[entity]):
        names = unit_names(cycle.org_id, cycle.reference_day)
        kept = Register.objects.filter(org=cycle.org, name=entity).first()
        known = set(kept.records.values_list("row_key", flat=True)) if kept is not None else set()
        units = {unit.pk: unit for unit in Unit.objects.filter(org=cycle.org)}
        return [Member(name, None, units[pk]) for pk, name in sorted(names.items(), key=lambda pair: pair[1]) if name in known]
    posts = Post.objects.filter(person__org=cycle.org, kind="main", since__lt=cycle.until).filter(Q(until__isnull=True) | Q(until__gt=cycle.since))
    on_roll = set(posts.values_list("person_id", flat=True))
    kept = Register.objects.filter(org=cycle.org, name=entity).first()
    known = set(kept.records.values_list("row_key", flat=True)) if kept is not None else set()
    people = Person.objects.filter(pk__in=on_roll, number__in=known).order_by("number")
    return [Member(person.number, person, None) for person in people]


def _entity(plan: m.Plan) -> str:
    """The table of the persons or units that the subject table is about: itself, or what its first key leads to."""
    table = plan.tables[plan.subject]
    if len(table.key) == 1:
        return table.name
    return next(link.target for link in table.links if link.columns == table.key[:1])


# --------------------------------------------------------------------------------------------------------------------- stages


@deed("stage.open")
def open_stage(by: Viewer, stage_id: int, *, reason: str = "") -> Stage:
    """Begin a stage at its day, or before it with a reason."""
    stage = visible(by, Stage).select_related("cycle").get(pk=stage_id)
    require(by.system or by.holds(*RUNNERS), "环节由人力资源开启。", "Stages are opened by HR.")
    require(stage.opens <= by.today or reason.strip(), "还没有到开始日，提前开始要写理由。", "It is before its day; a reason is needed.")
    move(stage, "stage.open")
    enter(by, "stage.open", About.STAGE, stage, digest=digest_of([stage.pk, "open"]), capacities=RUNNERS, reason=reason)
    return stage


@deed("stage.close")
def close_stage(by: Viewer, stage_id: int, *, reason: str = "") -> Stage:
    """End a stage. With tasks still open it needs a reason; on a provisional day nothing closes by itself."""
    stage = visible(by, Stage).select_related("cycle__org").get(pk=stage_id)
    require(by.system or by.holds(*RUNNERS), "环节由人力资源结束。", "Stages are closed by HR.")
    if by.system:
        require(calendar.is_official(by.org, stage.due), "截止日的工作日历是暂定的，不自动结束。", "The calendar is provisional; nothing closes by itself.")
    left = stage.tasks.filter(state=TaskState.OPEN).count()
    require(left == 0 or reason.strip(), f"还有 {left} 件事没有办完，结束要写理由。", f"{left} tasks are open; a reason is needed.")
    move(stage, "stage.close")
    # a sheet may still be handed in late; drafting, guiding and reporting are over with their stage
    over = stage.tasks.filter(state=TaskState.OPEN, kind__in=[TaskKind.PLAN, TaskKind.GUIDE, TaskKind.REPORT])
    over.update(state=TaskState.DROPPED, reason="环节已结束", done_by=by.person, done_at=by.now)
    enter(by, "stage.close", About.STAGE, stage, digest=digest_of([stage.pk, "closed", left]), capacities=RUNNERS, reason=reason)
    return stage


@dataclass(frozen=True, slots=True)
class Shift:
    """What a move of a stage does to one stage."""

    stage: Stage
    new_opens: datetime.date
    new_due: datetime.date


def shifts(stage: Stage, new_opens: datetime.date, new_due: datetime.date, *, along: bool) -> list[Shift]:
    """The stage as it would be, and (`along`) the later ones that are not closed, moved by as many working days."""
    org = stage.cycle.org
    found = [Shift(stage, new_opens, new_due)]
    if along:
        by_days = calendar.between(org, stage.due, new_due)
        for later in stage.cycle.stages.filter(order__gt=stage.order).exclude(state=StageState.CLOSED).order_by("order"):
            opens = calendar.next_working(org, calendar.shift(org, later.opens, by_days))
            found.append(Shift(later, opens, calendar.shift(org, later.due, by_days)))
    return found


@deed("stage.move")
def move_stage(by: Viewer, stage_id: int, *, new_opens: datetime.date, new_due: datetime.date, reason: str, along: bool = False) -> list[StageMove]:
    """Move a stage for a reason; the old days are kept, what moves with it is listed. A closed stage is opened again."""
    require(by.holds(*RUNNERS), "调整日期由人力资源办理。", "Days are moved by HR.")
    require(reason.strip(), "没有写理由。", "The reason is missing.")
    stage = visible(by, Stage).select_related("cycle__org").get(pk=stage_id)
    assert by.person is not None
    first: StageMove | None = None
    made = []
    for each in shifts(stage, new_opens, new_due, along=along):
        require(each.new_due >= each.new_opens, "截止日早于开始日。", "It would end before it begins.")
        require(calendar.works(by.org, each.new_due), f"{each.new_due} 不是工作日。", f"{each.new_due} is no working day.")
        moved = StageMove.objects.create(
            stage=each.stage, old_opens=each.stage.opens, old_due=each.stage.due, new_opens=each.new_opens, new_due=each.new_due, reason=reason.strip(),
            together_with=first, by=by.person, at=by.now,
        )  # fmt: skip
        first = first or moved
        made.append(moved)
        due_at = calendar.end_of(by.org, each.new_due)
        if each.stage.state == StageState.CLOSED:
            move(each.stage, "stage.move")
        Stage.objects.filter(pk=each.stage.pk).update(opens=each.new_opens, due=each.new_due, due_at=due_at)
        each.stage.tasks.filter(state=TaskState.OPEN).update(opens=each.new_opens, due=each.new_due, due_at=due_at)
    content = [[move.stage_id, str(move.old_due), str(move.new_opens), str(move.new_due)] for move in made]
    enter(by, "stage.move", About.STAGE, stage, digest=digest_of(content), capacities=RUNNERS, reason=reason)
    return made


def minutes_paragraph(moves: Sequence[StageMove]) -> str:
    """The sentence for the minutes: what was moved from when to when, and why (always in Chinese: it is filed)."""
    first, *others = moves
    text = f"会议同意将“{first.stage.title}”由 {_day(first.old_due)}调整至 {_day(first.new_due)}，理由是：{first.reason.rstrip('。')}。"
    if others:
        text += "相应顺延：" + "；".join(f"“{each.stage.title}”由 {_day(each.old_due)}至 {_day(each.new_due)}" for each in others) + "。"
    return text + "原定日期予以保留备查。"


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@deed("cycle.close_rating")
def close_rating(by: Viewer, cycle_id: int, *, reason: str = "") -> Cycle:
    """No more marks; what is missing is listed and needs a reason."""
    require(by.holds(*RUNNERS), "评分截止由人力资源办理。", "Closing the rating is for HR.")
    cycle = locked(by, Cycle).get(pk=cycle_id)
    left = cycle.sheets.exclude(state="closed").count()
    require(left == 0 or reason.strip(), f"还有 {left} 张评分表没有锁定，截止要写理由。", f"{left} sheets are not closed; a reason is needed.")
    move(cycle, "cycle.close_rating")
    ask_offices(by, cycle, TaskKind.RUN, About.CYCLE, cycle.pk, Capacity.HR)
    enter(by, "cycle.close_rating", About.CYCLE, cycle, digest=digest_of([cycle.ref, "rated", left]), capacities=RUNNERS, reason=reason)
    return cycle
