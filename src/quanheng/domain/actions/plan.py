"""Plans: goals set, lines drafted by one side, agreed or declined by the other, changed afterwards only by an amendment."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from quanheng.domain import calendar
from quanheng.domain.actions.asking import done
from quanheng.domain.actions.deed import already, deed, each_of, enter, move, salt, stands
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Capacity,
    Counted,
    Cycle,
    Goal,
    LineKind,
    Meaning,
    Person,
    Plan,
    PlanLine,
    Signature,
    Subject,
    Task,
    TaskKind,
    Unit,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.plans import Sides, may_set_goal, sides_of
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import CycleState, PlanState, TaskState

PLANNERS = (Capacity.HEAD, Capacity.LEADER, Capacity.HR)
MOST = 40  # lines of a plan


@dataclass(frozen=True, slots=True)
class Line:
    """One item as it is drafted."""

    kind: LineKind
    item: str
    standard: str = ""
    weight: str = ""
    target: str = ""
    due: datetime.date | None = None
    checklist: tuple[str, ...] = field(default=())
    goal_id: int | None = None


# --------------------------------------------------------------------------------------------------------------------- goals


@dataclass(frozen=True, slots=True)
class Wanted:
    """A goal as it is set; of a unit or of a person."""

    text: str
    unit_id: int | None = None
    person_id: int | None = None
    parent_id: int | None = None
    standard: str = ""
    due: datetime.date | None = None
    demand: str = ""
    cycle_id: int | None = None


@deed("goal.set")
def set_goal(by: Viewer, wanted: Wanted) -> Goal:
    """Write down what is to be reached, and which goal or demand of the superior it serves."""
    request = ["goal.set", wanted.text, wanted.unit_id, wanted.person_id, wanted.parent_id]
    before = already(by, request)
    if before is not None:
        stands("goal.set")
        return Goal.objects.get(pk=before.about_id)
    unit = Unit.objects.filter(org=by.org, pk=wanted.unit_id).first() if wanted.unit_id else None
    person = Person.objects.filter(org=by.org, pk=wanted.person_id).first() if wanted.person_id else None
    if unit is None and person is None:
        raise NotYours
    require(may_set_goal(by, unit=unit, person=person), "这里的目标不归你定。", "The goals there are not yours to set.")
    require(wanted.text.strip(), "没有写目标。", "The goal is missing.")
    parent = visible(by, Goal).filter(pk=wanted.parent_id).first() if wanted.parent_id else None
    made = Goal.objects.create(
        org=by.org, cycle=visible(by, Cycle).filter(pk=wanted.cycle_id).first() if wanted.cycle_id else None, unit=unit, person=person, parent=parent,
        text=wanted.text.strip()[:200], standard=wanted.standard.strip()[:200], due=wanted.due, demand=wanted.demand.strip()[:200],
    )  # fmt: skip
    enter(by, "goal.set", About.GOAL, made, digest=digest_of([made.pk, made.text, made.standard, made.demand, str(made.due)]), capacities=PLANNERS,
          subject=person, request=request)  # fmt: skip
    return made


@deed("goal.close")
def close_goal(by: Viewer, goal_id: int, *, reason: str) -> Goal:
    """A goal is over: reached, or given up for a reason."""
    require(reason.strip(), "要写结束的原因。", "Say why it ends.")
    found = visible(by, Goal).select_related("unit", "person").get(pk=goal_id)
    require(may_set_goal(by, unit=found.unit, person=found.person), "这里的目标不归你定。", "The goals there are not yours to set.")
    move(found, "goal.close")
    enter(by, "goal.close", About.GOAL, found, digest=digest_of([found.pk, "closed"]), capacities=PLANNERS, reason=reason, subject=found.person)
    return found


# --------------------------------------------------------------------------------------------------------------------- plans


@deed("plan.draft")
def draft(by: Viewer, subject_id: int, lines: Sequence[Line]) -> Plan:
    """Write the lines of a subject's plan, as long as it is a draft."""
    subject, _ = _side(by, subject_id)
    plan = subject.plans.filter(state__in=[PlanState.DRAFT, PlanState.PROPOSED]).first()
    require(plan is None or plan.state == PlanState.DRAFT, "计划正等对方确认，不能改。", "The plan waits for the other side.")
    if plan is None:
        require(not subject.plans.filter(state=PlanState.AGREED).exists(), "计划已经确认，请用变更。", "The plan is agreed; amend it.")
        plan = _new(by, subject)
    _write(by, plan, lines)
    enter(by, "plan.draft", About.PLAN, plan, digest=_digest(plan), capacities=PLANNERS, subject=subject.person)
    return plan


@deed("plan.amend")
def amend(by: Viewer, plan_id: int, *, reason: str) -> Plan:
    """Begin a change of an agreed plan: a new draft with the same lines. The agreed one holds until the new one is agreed."""
    require(reason.strip(), "变更要写理由。", "An amendment needs its reason.")
    old = visible(by, Plan).get(pk=plan_id)
    subject, _ = _side(by, old.subject_id)
    require(old.state == PlanState.AGREED, "只有确认过的计划才用变更。", "Only an agreed plan is amended.")
    require(not subject.plans.filter(state__in=[PlanState.DRAFT, PlanState.PROPOSED]).exists(), "已经有一份变更在办。", "An amendment is under way.")
    made = _new(by, subject, replaces=old, reason=reason.strip()[:200])
    _copy_lines(old, made)
    enter(by, "plan.amend", About.PLAN, made, digest=_digest(made), capacities=PLANNERS, subject=subject.person, reason=reason)
    return made


@deed("plan.propose")
def propose(by: Viewer, plan_id: int) -> Plan:
    """Ask the other side; from now on the lines stay as they are."""
    plan = visible(by, Plan).get(pk=plan_id)
    subject, sides = _side(by, plan.subject_id)
    require(plan.lines.exists(), "计划里还没有一项。", "The plan has no line.")
    other = sides.other(by)
    require(other, "没有可以确认的人：没有上级，或者本人没有账号。", "There is nobody to agree.")
    assert other is not None and by.person is not None
    move(plan, "plan.propose", proposed_by=by.person)
    stage = subject.cycle.stages.filter(kind="plan").first()
    due = stage.due if stage is not None and stage.due >= by.today else calendar.shift(by.org, by.today, 3)
    Task.objects.create(
        org=by.org, cycle=subject.cycle, stage=stage, kind=TaskKind.AGREE, about_kind=About.PLAN, about_id=plan.pk, person=other,
        subject_person=subject.person, opens=by.today, due=due, due_at=calendar.end_of(by.org, due),
    )  # fmt: skip
    _sign(by, plan, Meaning.SUBMITTED)
    enter(by, "plan.propose", About.PLAN, plan, digest=_digest(plan), capacities=PLANNERS, subject=subject.person)
    _drafted(by, subject, sides)
    return plan


@deed("plan.agree")
def agree(by: Viewer, plan_id: int) -> Plan:
    """The other side agrees: the plan stands, and the one it replaces ends."""
    plan = visible(by, Plan).select_related("replaces").get(pk=plan_id)
    subject, _ = _side(by, plan.subject_id)
    require(by.person is not None and plan.proposed_by_id != by.person.pk, "自己提的，要由对方确认。", "The other side has to agree.")
    if plan.replaces is not None and plan.state == PlanState.PROPOSED:
        move(plan.replaces, "plan.amend")
    move(plan, "plan.agree", agreed_at=by.now)
    _sign(by, plan, Meaning.AGREED)
    _answered(by, plan)
    enter(by, "plan.agree", About.PLAN, plan, digest=_digest(plan), capacities=PLANNERS, subject=subject.person)
    return plan


@deed("plan.decline")
def decline(by: Viewer, plan_id: int, *, reason: str) -> Plan:
    """Not like this: back to the draft, with the reason."""
    require(reason.strip(), "不同意要写理由。", "Say why not.")
    plan = visible(by, Plan).get(pk=plan_id)
    subject, _ = _side(by, plan.subject_id)
    require(by.person is not None and plan.proposed_by_id != by.person.pk, "自己提的，要由对方答复。", "The other side has to answer.")
    proposer = plan.proposed_by_id
    move(plan, "plan.decline")
    _answered(by, plan)
    if proposer is not None:
        due = calendar.shift(by.org, by.today, 3)
        Task.objects.create(
            org=by.org, cycle=subject.cycle, kind=TaskKind.PLAN, about_kind=About.PLAN, about_id=plan.pk, person_id=proposer,
            subject_person=subject.person, opens=by.today, due=due, due_at=calendar.end_of(by.org, due),
        )  # fmt: skip
    enter(by, "plan.decline", About.PLAN, plan, digest=_digest(plan), capacities=PLANNERS, subject=subject.person, reason=reason)
    return plan


@deed("plan.copy")
def copy(by: Viewer, plan_id: int, subject_ids: Iterable[int]) -> int:
    """The same lines as drafts for many who have no plan yet; goals of a person are not carried to another."""
    source = visible(by, Plan).select_related("subject").get(pk=plan_id)
    wanted = set(subject_ids) - {source.subject_id}
    found = visible(by, Subject).filter(cycle_id=source.subject.cycle_id, pk__in=wanted, counted=Counted.IN)
    subjects = list(found.select_related("cycle", "person", "unit").prefetch_related("spells"))
    require(subjects, "没有选人。", "Nobody was chosen.")
    require(all(sides_of(by, subject).leads for subject in subjects), "只能复制给自己带的人。", "Only to those you lead.")
    having = set(Plan.objects.filter(subject__in=subjects).exclude(state=PlanState.REPLACED).values_list("subject_id", flat=True))
    made = [Plan(subject=subject, salt=salt(), drafted_at=by.now, rev=1) for subject in subjects if subject.pk not in having]
    require(made, "选的人都已经有计划了。", "Everybody chosen has a plan.")
    Plan.objects.bulk_create(made)
    lines = list(source.lines.select_related("goal").order_by("order"))
    PlanLine.objects.bulk_create(_copied(line, plan) for plan in made for line in lines)
    enter(by, "plan.copy", About.PLAN, source, digest=digest_of(sorted(plan.subject_id for plan in made)), capacities=PLANNERS, reason=f"{len(made)}")
    return len(made)


def copy_and_propose(by: Viewer, plan_id: int, subject_ids: Iterable[int]) -> int:
    """The same lines for many, and each of them is asked to agree."""
    wanted = list(subject_ids)
    with transaction.atomic():
        before = set(Plan.objects.filter(subject__in=wanted).values_list("pk", flat=True))
        count = copy(by, plan_id, wanted)
        for pk in Plan.objects.filter(subject__in=wanted).exclude(pk__in=before).order_by("pk").values_list("pk", flat=True):
            propose(each_of(by, pk), pk)
    return count


# --------------------------------------------------------------------------------------------------------------------- parts


def _side(by: Viewer, subject_id: int) -> tuple[Subject, Sides]:
    """The subject and its two sides; only they, and HR for them, work on its plan."""
    subject = visible(by, Subject).select_related("cycle", "person", "unit").prefetch_related("spells").get(pk=subject_id)
    require(subject.cycle.state in (CycleState.PREPARED, CycleState.RUNNING), "周期已经截止，计划不再改。", "The cycle is closed.")
    sides = sides_of(by, subject)
    require(sides.mine, "计划由本人和上级商定。", "The plan is between the person and the superior.")
    return subject, sides


def _new(by: Viewer, subject: Subject, *, replaces: Plan | None = None, reason: str = "") -> Plan:
    last = subject.plans.order_by("-rev").first()
    return Plan.objects.create(subject=subject, rev=(last.rev if last else 0) + 1, replaces=replaces, reason=reason, salt=salt(), drafted_at=by.now)


def _write(by: Viewer, plan: Plan, lines: Sequence[Line]) -> None:
    require(lines, "计划里还没有一项。", "The plan has no line.")
    require(len(lines) <= MOST, f"一份计划至多 {MOST} 项。", f"At most {MOST} lines.")
    names = [line.item.strip() for line in lines]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(f"“{twice}”写了两次。", f"{twice} is there twice.")
    goals = set(visible(by, Goal).filter(pk__in=[line.goal_id for line in lines if line.goal_id]).values_list("pk", flat=True))
    plan.lines.all().delete()
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan, order=order, kind=line.kind, item=line.item.strip()[:100], standard=line.standard.strip()[:200], weight=line.weight.strip()[:20],
            target=line.target.strip()[:40], due=line.due, checklist=list(line.checklist), goal_id=line.goal_id if line.goal_id in goals else None,
        )
        for order, line in enumerate(lines)
    )  # fmt: skip


def _copy_lines(old: Plan, new: Plan) -> None:
    PlanLine.objects.bulk_create(_copied(line, new) for line in old.lines.select_related("goal").order_by("order"))


def _copied(line: PlanLine, plan: Plan) -> PlanLine:
    personal = line.goal is not None and line.goal.person_id is not None and plan.replaces_id is None
    return PlanLine(
        plan=plan, order=line.order, kind=line.kind, item=line.item, standard=line.standard, weight=line.weight, target=line.target, due=line.due,
        checklist=line.checklist, goal_id=None if personal else line.goal_id,
    )  # fmt: skip


def _digest(plan: Plan) -> str:
    lines = plan.lines.order_by("order").values_list("kind", "item", "standard", "weight", "target", "due", "goal_id")
    return digest_of([plan.subject_id, plan.rev, plan.reason, *([*map(str, line)] for line in lines)], plan.salt)


def _sign(by: Viewer, plan: Plan, meaning: Meaning) -> None:
    assert by.person is not None
    Signature.objects.get_or_create(
        about_kind=About.PLAN, about_id=plan.pk, digest=_digest(plan), person=by.person, meaning=meaning,
        defaults={"org": by.org, "capacity": by.acting_as(PLANNERS), "at": by.now},
    )  # fmt: skip


def _answered(by: Viewer, plan: Plan) -> None:
    Task.objects.filter(org=by.org, kind__in=[TaskKind.AGREE, TaskKind.PLAN], about_kind=About.PLAN, about_id=plan.pk, state=TaskState.OPEN).update(
        state=TaskState.DONE, done_by=by.person, done_at=by.now
    )


def _drafted(by: Viewer, subject: Subject, sides: Sides) -> None:
    """What asked somebody to draft is done: this plan, and the whole once everybody led has one."""
    Task.objects.filter(org=by.org, kind=TaskKind.PLAN, about_kind=About.PLAN, about_id__in=subject.plans.values("pk"), state=TaskState.OPEN).update(
        state=TaskState.DONE, done_by=by.person, done_at=by.now
    )
    done(by, TaskKind.PLAN, About.SUBJECT, subject.pk)
    if sides.superior is None:
        return
    led = Subject.objects.filter(cycle=subject.cycle, counted=Counted.IN, person__isnull=False, spells__superior=sides.superior)
    if not led.exclude(plans__state__in=[PlanState.PROPOSED, PlanState.AGREED]).exists():
        done(by, TaskKind.PLAN, About.CYCLE, subject.cycle_id, of=sides.superior)
