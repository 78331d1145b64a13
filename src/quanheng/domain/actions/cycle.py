"""A cycle from preparation to the last stage: its days, who is assessed, who rates whom, and moving a stage with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from quanheng.domain import calendar
from quanheng.domain.actions.deed import deed, enter, move, ref_for, salt
from quanheng.domain.actions.scheme import is_people, is_units
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import compiled, data_tables, inputs
from quanheng.domain.bridge.read import COUNTED_WORDS, PERSON_WORDS, unit_names
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Capacity,
    Committee,
    Counted,
    Cycle,
    CycleSource,
    Duty,
    Grant,
    Part,
    Person,
    Post,
    Register,
    Release,
    SchemeVersion,
    Seat,
    Sheet,
    SourceKind,
    Spell,
    Stage,
    StageKind,
    StageMove,
    Subject,
    Task,
    TaskKind,
    Unit,
    UnitKind,
    UnitPlace,
)  # fmt: skip
from quanheng.domain.policies.gates import locked, visible
from quanheng.domain.policies.recusal import Bars, bars
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.queries.recusal import Recused, in_line, judging, last_spells, recusals
from quanheng.domain.refusal import Refusal, require
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


# ------------------------------------------------------------------------------------------------------------------- opening


@deed("cycle.open")
def open_cycle(by: Viewer, cycle_id: int) -> Cycle:
    """Begin: who rates whom is written down, a sheet is laid out for every rater, and everybody gets their tasks."""
    require(by.holds(*RUNNERS), "考核周期由人力资源启动。", "Cycles are opened by HR.")
    cycle = locked(by, Cycle).get(pk=cycle_id)
    require(cycle.subjects.exists(), "还没有确定考核对象。", "Nobody is assessed yet.")
    move(cycle, "cycle.open")  # first: a cycle that is open already has its duties
    duties = assigned(cycle, max(cycle.reference_day, by.today))
    Duty.objects.bulk_create(duties)
    Sheet.objects.bulk_create(_sheets(cycle, duties))
    _tasks(cycle)
    for stage in cycle.stages.filter(opens__lte=by.today):
        move(stage, "stage.open")
    content = sorted(f"{duty.part} {duty.subject.row_key} {duty.rater_id or ''} {duty.committee_id or ''}" for duty in duties)
    enter(by, "cycle.open", About.CYCLE, cycle, digest=digest_of(content), capacities=RUNNERS)
    return cycle


def assigned(cycle: Cycle, day: datetime.date) -> list[Duty]:
    """Who rates which part of whom. Who is recused is passed over for the superior's superior; in a group the others rate,
    and a group in which nobody may is refused."""
    parts: dict[tuple[Part, str], list[str]] = {}
    for item in items_of(cycle.version):
        parts.setdefault((item.part, item.group), []).append(item.name)
    committees = {committee.name: committee for committee in Committee.objects.filter(org=cycle.org, closed=False)}
    spells, seats = last_spells(cycle), judging([committee.pk for committee in committees.values()], day)
    judges = [person for spell in spells.values() for person in in_line(spell, Part.SUPERIOR)]
    barred = bars([*judges, *(seat.person for each in seats.values() for seat in each)], day)
    made, without = [], []
    for subject in cycle.subjects.filter(counted=Counted.IN).select_related("person", "unit"):
        spell = spells.get(subject.pk)
        for (part, group), names in parts.items():
            duty = Duty(subject=subject, subject_person=subject.person, part=part, items=names)
            match part:
                case Part.SELF:
                    duty.rater = subject.person
                case Part.SUPERIOR | Part.UPPER:
                    free = (person for person in in_line(spell, part) if barred[person.pk].of_subject(subject) is None)
                    duty.rater = next(free, None)
                case Part.GROUP:
                    duty.committee = committees.get(group)
                case Part.PEER:
                    continue
            if duty.rater_id is None and duty.committee_id is None:
                without.append(f"{subject.row_key}（{Part(part).label}{group}）")
                continue
            _require_somebody_may(duty, seats, barred)
            made.append(duty)
    if without and not made:
        raise Refusal(f"没有人评：{'、'.join(without[:10])}。", f"Nobody rates: {', '.join(without[:10])}.")
    return made


def foreseen(by: Viewer, cycle: Cycle) -> list[Recused]:
    """For a cycle that has not begun: who would be recused; refused where a whole group would be."""
    if cycle.state != CycleState.PREPARED or not by.holds(*RUNNERS):
        return []
    day = max(cycle.reference_day, by.today)
    return recusals(cycle, assigned(cycle, day), day)


def _require_somebody_may(duty: Duty, seats: Mapping[int, Sequence[Seat]], barred: Mapping[int, Bars]) -> None:
    """Refuse a subject whom the whole group has to leave to others."""
    bound = [(seat.person.name, barred[seat.person_id].of_subject(duty.subject)) for seat in seats.get(duty.committee_id or 0, ())]
    if bound and all(bar is not None for _, bar in bound):
        name = duty.subject.row_key.split("/")[0]
        zh = "、".join(f"{person}（{bar.zh}）" for person, bar in bound if bar is not None)
        en = ", ".join(f"{person} ({bar.en})" for person, bar in bound if bar is not None)
        raise Refusal(
            f"“{duty.committee}”没有人能评{name}，全体都要回避：{zh}。请先给小组安排别的成员。",
            f"Nobody of {duty.committee} may rate {name}: {en}. Seat somebody else first.",
        )


def _sheets(cycle: Cycle, duties: Sequence[Duty]) -> list[Sheet]:
    wanted = {(str(duty.part), duty.rater_id, duty.committee_id) for duty in duties}
    return [Sheet(cycle=cycle, part=part, rater_id=rater, committee_id=committee, salt=salt()) for part, rater, committee in sorted(wanted, key=str)]


STAGE_OF: Mapping[str, StageKind] = {Part.SELF: StageKind.SELF, Part.SUPERIOR: StageKind.SUPERIOR, Part.UPPER: StageKind.UPPER, Part.GROUP: StageKind.GROUP}


def _tasks(cycle: Cycle) -> None:
    """One task for each sheet: the rater's, or that of everybody in the group; a member's is done when he has signed."""
    stages = {str(stage.kind): stage for stage in cycle.stages.all()}
    made = []
    for sheet in cycle.sheets.select_related("committee").prefetch_related("committee__seats"):
        stage = stages.get(str(STAGE_OF.get(sheet.part, "")))
        if stage is None:
            continue
        people = [sheet.rater_id] if sheet.rater_id is not None else []
        if sheet.committee is not None:
            people = [seat.person_id for seat in sheet.committee.seats.all() if seat.until is None]
        for person_id in people:
            kind = TaskKind.SELF if sheet.part == Part.SELF else TaskKind.RATE
            made.append(task(cycle, stage, kind, About.SHEET, sheet.pk, person_id))
    made.extend(_duties_of_stages(cycle, stages))
    Task.objects.bulk_create(made)


def _duties_of_stages(cycle: Cycle, stages: Mapping[str, Stage]) -> Iterator[Task]:
    """Superiors draft the plans of their people and guide each of them; heads of units that are assessed draft and report for
    them."""
    subjects = list(cycle.subjects.filter(counted=Counted.IN).prefetch_related("spells"))
    led: dict[int, list[Subject]] = {}
    for subject in subjects:
        spell = max(subject.spells.all(), key=lambda each: each.since, default=None)
        if subject.person_id is not None and spell is not None and spell.superior_id is not None:
            led.setdefault(spell.superior_id, []).append(subject)
    heads = House(cycle).heads
    units = [(subject, heads[subject.unit_id]) for subject in subjects if subject.unit_id is not None and subject.unit_id in heads]
    if (plan := stages.get(StageKind.PLAN)) is not None:
        for superior in led:
            yield task(cycle, plan, TaskKind.PLAN, About.CYCLE, cycle.pk, superior)
        for subject, head in units:
            yield task(cycle, plan, TaskKind.PLAN, About.SUBJECT, subject.pk, head)
    if (guidance := stages.get(StageKind.GUIDANCE)) is not None:
        for superior, people in led.items():
            for subject in people:
                made = task(cycle, guidance, TaskKind.GUIDE, About.SUBJECT, subject.pk, superior)
                made.subject_person_id = subject.person_id
                yield made
    if (report := stages.get(StageKind.REPORT)) is not None:
        for subject, head in units:
            yield task(cycle, report, TaskKind.REPORT, About.SUBJECT, subject.pk, head)


def task(cycle: Cycle, stage: Stage, kind: TaskKind, about: About, about_id: int, person_id: int, *, since: datetime.date | None = None) -> Task:
    """A task of a stage, due when the stage is; `since`: what is there to be done before the stage begins need not wait for it."""
    return Task(
        org_id=cycle.org_id, cycle=cycle, stage=stage, kind=kind, about_kind=about, about_id=about_id, person_id=person_id,
        opens=min(stage.opens, since or stage.opens), due=stage.due, due_at=stage.due_at,
    )  # fmt: skip


def ask_offices(by: Viewer, cycle: Cycle, kind: TaskKind, about: About, about_id: int, capacity: Capacity) -> None:
    """What the holders of an office do next in a cycle: due with the cycle's own stage for it, else on the next working day."""
    stage = cycle.stages.filter(kind=StageKind.RUN if kind == TaskKind.RUN else StageKind.RELEASE).first()
    due = max(stage.due, by.today) if stage is not None else calendar.shift(by.org, by.today, 1)
    holders = Grant.objects.filter(open_at(by.today), org=by.org, capacity=capacity, unit__kind=UnitKind.ROOT).values_list("person_id", flat=True)
    asked = Task.objects.filter(org=by.org, kind=kind, about_kind=about, about_id=about_id, state=TaskState.OPEN).values_list("person_id", flat=True)
    Task.objects.bulk_create([
        Task(org=by.org, cycle=cycle, stage=stage, kind=kind, about_kind=about, about_id=about_id, person_id=person_id, opens=by.today, due=due,
             due_at=calendar.end_of(by.org, due))
        for person_id in sorted(set(holders) - set(asked))
    ])  # fmt: skip


def done(by: Viewer, kind: TaskKind, about: About, about_id: int) -> None:
    """Close the open tasks that a deed has fulfilled."""
    Task.objects.filter(org=by.org, kind=kind, about_kind=about, about_id=about_id, state=TaskState.OPEN).update(
        state=TaskState.DONE, done_by=by.person, done_at=by.now
    )


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
