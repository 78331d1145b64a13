"""Plans as pages show them: the tree of goals, whose plan stands where, one plan beside the one it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import compiled
from quanheng.domain.models import (
    About,
    Capacity,
    Counted,
    Cycle,
    Entry,
    Goal,
    LineKind,
    Plan,
    PlanLine,
    SchemeVersion,
    Signature,
    Subject,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.plans import Sides, sides_of
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.house import names
from quanheng.domain.states import CycleState, GoalState, PlanState
from quanheng.engine.document.model import IndicatorTable
from quanheng.engine.values import decimal_text

GOING: Final = (CycleState.PREPARED, CycleState.RUNNING)


# --------------------------------------------------------------------------------------------------------------------- goals


@dataclass(slots=True)
class Node:
    """A goal with those that serve it."""

    goal: Goal
    owner: str
    level: str  # org, unit, person
    lines: int
    below: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Goals:
    """The tree, and what does not hang together."""

    roots: Sequence[Node]
    bare: Sequence[Goal]  # goals without an indicator
    loose: Sequence[tuple[str, str]]  # indicators without a goal: (indicator, scheme or whose plan)
    count: int


def goals(viewer: Viewer, *, closed: bool = False) -> Goals:
    """All goals the viewer may see; six statements however many."""
    found = visible(viewer, Goal).select_related("unit", "person", "parent").order_by("pk")
    every = list(found if closed else found.filter(state=GoalState.OPEN))
    called = names([goal.unit_id for goal in every if goal.unit_id], viewer.today)
    live = PlanLine.objects.filter(plan__in=visible(viewer, Plan).exclude(state=PlanState.REPLACED))
    serving: dict[int, int] = {}
    for pk in live.filter(goal__isnull=False).values_list("goal_id", flat=True):
        serving[pk] = serving.get(pk, 0) + 1
    nodes = {goal.pk: Node(goal, _owner(goal, called), _level(goal), serving.get(goal.pk, 0)) for goal in every}
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.goal.parent_id or 0)
        (above.below if above is not None else roots).append(node)
    rows = [(name, goal, version) for version in _in_force(viewer) for name, goal in indicator_goals(version)]
    said = {goal for _, goal, _ in rows if goal}
    bare = [goal for goal in every if not serving.get(goal.pk) and goal.text not in said and not nodes[goal.pk].below]
    loose = [(name, str(version.scheme)) for name, goal, version in rows if not goal]
    unserved = live.filter(goal__isnull=True, kind__in=[LineKind.WORK]).select_related("plan__subject__person")[:50]
    loose += [(line.item, line.plan.subject.person.name if line.plan.subject.person else line.plan.subject.row_key) for line in unserved]
    return Goals(sorted(roots, key=lambda node: ("org", "unit", "person").index(node.level)), bare, loose, len(every))


def _owner(goal: Goal, called: Mapping[int, str]) -> str:
    return goal.person.name if goal.person is not None else called.get(goal.unit_id or 0, "")


def _level(goal: Goal) -> str:
    if goal.person_id is not None:
        return "person"
    return "org" if goal.unit is not None and goal.unit.kind == "root" else "unit"


def _in_force(viewer: Viewer) -> list[SchemeVersion]:
    return list(visible(viewer, SchemeVersion).filter(state="in_force").select_related("scheme").order_by("pk"))


def indicator_goals(version: SchemeVersion) -> list[tuple[str, str]]:
    """(indicator, goal) of the tables of a scheme that name goals at all."""
    tables = [block for block in compiled(version).scheme.of(IndicatorTable)]
    return [(row.name.text, row.goal) for block in tables if any(row.goal for row in block.rows) for row in block.rows]


def goal(viewer: Viewer, pk: int) -> Goal:
    """One goal."""
    return visible(viewer, Goal).select_related("unit", "person").get(pk=pk)


def choices(viewer: Viewer, subject: Subject | None = None) -> list[tuple[int, str]]:
    """Goals that a line may serve: open ones of the organisation, its units and the person."""
    found = visible(viewer, Goal).filter(state=GoalState.OPEN).order_by("pk")
    if subject is not None:
        found = found.exclude(person__isnull=False) | visible(viewer, Goal).filter(state=GoalState.OPEN, person_id=subject.person_id or 0)
    return [(each.pk, each.text) for each in found.distinct()[:200]]


def units_for_goals(viewer: Viewer) -> list[tuple[int, str]]:
    """Units whose goals the viewer sets."""
    found = set(viewer.units(Capacity.HEAD, Capacity.HR, Capacity.LEADER)) if viewer.holds(Capacity.HEAD, Capacity.HR, Capacity.LEADER) else set()
    return sorted(names(found, viewer.today).items(), key=lambda pair: pair[1])


# --------------------------------------------------------------------------------------------------------------------- plans


@dataclass(frozen=True, slots=True)
class Standing:
    """A subject with the plan that stands and the one under way."""

    subject: Subject
    who: str
    agreed: Plan | None
    pending: Plan | None
    leads: bool
    mine: bool


def standing(viewer: Viewer, cycle: Cycle) -> list[Standing]:
    """Everybody the viewer may see in the cycle, oneself first; four statements however many."""
    found = visible(viewer, Subject).filter(cycle=cycle, counted=Counted.IN).select_related("person", "unit").prefetch_related("spells", "plans")
    subjects = list(found.order_by("row_key"))
    called = names([subject.unit_id for subject in subjects if subject.unit_id], viewer.today)
    me = viewer.person.pk if viewer.person is not None else 0
    made = []
    for subject in subjects:
        last = subject.last_spell
        plans = {str(plan.state): plan for plan in subject.plans.all()}
        made.append(Standing(
            subject, subject.person.name if subject.person else called.get(subject.unit_id or 0, ""), plans.get("agreed"),
            plans.get("proposed") or plans.get("draft"), last is not None and last.superior_id == me, subject.person_id == me,
        ))  # fmt: skip
    return sorted(made, key=lambda each: (not each.mine, not each.leads))


def cycles(viewer: Viewer) -> list[Cycle]:
    """Cycles whose plans are shown, those that go first."""
    found = list(visible(viewer, Cycle).exclude(state=CycleState.CANCELLED).order_by("-since")[:24])
    return sorted(found, key=lambda each: each.state not in GOING)


@dataclass(frozen=True, slots=True)
class Beside:
    """A line of a plan beside the one it was; `change`: new, gone, changed, same."""

    line: PlanLine | None
    before: PlanLine | None
    change: str


@dataclass(frozen=True, slots=True)
class View:
    """A plan with its two sides and everything one may do with it."""

    plan: Plan
    subject: Subject
    who: str
    lines: Sequence[PlanLine]
    beside: Sequence[Beside]
    total: str
    signatures: Sequence[Signature]
    declined: str
    others: Sequence[Standing]
    sides: Sides
    may_edit: bool
    may_answer: bool
    may_amend: bool


def one(viewer: Viewer, pk: int) -> View:
    """One plan."""
    plan = visible(viewer, Plan).select_related("subject__cycle__version", "subject__person", "subject__unit", "proposed_by", "replaces").get(pk=pk)
    subject = plan.subject
    sides = sides_of(viewer, subject)
    lines = list(plan.lines.select_related("goal").order_by("order"))
    before = list(plan.replaces.lines.order_by("order")) if plan.replaces is not None else []
    going = subject.cycle.state in GOING
    signed = list(Signature.objects.filter(about_kind=About.PLAN, about_id=plan.pk).select_related("person").order_by("pk"))
    waits = plan.state == PlanState.PROPOSED and sides.mine and viewer.person is not None and plan.proposed_by_id != viewer.person.pk
    pending = subject.plans.filter(state__in=[PlanState.DRAFT, PlanState.PROPOSED]).exists()
    others = [each for each in standing(viewer, subject.cycle) if each.leads and each.agreed is None and each.pending is None] if sides.leads else []
    called = names([subject.unit_id], viewer.today) if subject.unit_id else {}
    return View(
        plan, subject, subject.person.name if subject.person else called.get(subject.unit_id or 0, ""), lines, _beside(lines, before), total(lines), signed,
        _declined(plan), others, sides, plan.state == PlanState.DRAFT and sides.mine and going, waits and going,
        plan.state == PlanState.AGREED and sides.mine and going and not pending,
    )  # fmt: skip


def _beside(lines: Sequence[PlanLine], before: Sequence[PlanLine]) -> list[Beside]:
    if not before:
        return []
    old = {line.item: line for line in before}
    made = []
    for line in lines:
        was = old.pop(line.item, None)
        same = was is not None and all(getattr(line, part) == getattr(was, part) for part in ("kind", "standard", "weight", "target", "due", "goal_id"))
        made.append(Beside(line, was, "new" if was is None else "same" if same else "changed"))
    return [*made, *(Beside(None, was, "gone") for was in old.values())]


def _declined(plan: Plan) -> str:
    """Why it came back last, where it did; the reason stands in the journal's entry."""
    if plan.state != PlanState.DRAFT:
        return ""
    found = Entry.objects.filter(about_kind=About.PLAN, about_id=plan.pk, deed="plan.decline").order_by("-pk").first()
    return found.reason if found is not None else ""


def total(lines: Sequence[PlanLine]) -> str:
    """The weights together, where they are numbers and count."""
    from decimal import Decimal, InvalidOperation

    whole = Decimal(0)
    for line in lines:
        if line.kind != LineKind.OBSERVED and line.weight:
            try:
                whole += Decimal(line.weight)
            except InvalidOperation:
                return ""
    return f"{whole:f}" if whole else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line as the form begins."""

    kind: str
    item: str
    standard: str = ""
    weight: str = ""
    target: str = ""
    due: str = ""
    goal: int = 0
    checklist: str = ""


def begun(viewer: Viewer, subject: Subject) -> list[Draft]:
    """What a new plan begins with: the indicators of the scheme with their full marks, each under the goal it names."""
    version = SchemeVersion.objects.get(pk=subject.cycle.version_id)
    known = {goal.text: goal.pk for goal in visible(viewer, Goal).filter(state=GoalState.OPEN)}
    made: list[Draft] = []
    for block in compiled(version).scheme.of(IndicatorTable):
        for row in block.rows:
            full = row.full.value if row.full is not None else row.weight
            made.append(Draft("indicator", row.name.text, row.source, decimal_text(full) if full is not None else "", "", "", known.get(row.goal, 0)))
    if not made:
        made = [Draft("indicator", item.name, item.source, item.full) for item in items_of(version) if not item.group][:20]
    return made


def drafted(lines: Sequence[PlanLine]) -> list[Draft]:
    """The lines of a draft, for its form."""
    return [
        Draft(str(line.kind), line.item, line.standard, line.weight, line.target, line.due.isoformat() if line.due else "", line.goal_id or 0,
              "\n".join(line.checklist))
        for line in lines
    ]  # fmt: skip


def subject(viewer: Viewer, pk: int) -> tuple[Subject, Plan | None, Sides]:
    """A subject, the draft under way, and the two sides."""
    found = visible(viewer, Subject).select_related("cycle", "person", "unit").prefetch_related("spells").get(pk=pk)
    return found, found.plans.filter(state=PlanState.DRAFT).first(), sides_of(viewer, found)


def lines_of(plan: Plan) -> list[PlanLine]:
    """The lines in order."""
    return list(plan.lines.select_related("goal").order_by("order"))


def kinds() -> list[tuple[str, str]]:
    """The kinds of lines."""
    return [(each.value, str(each.label)) for each in LineKind]


def kind_of(text: str) -> LineKind:
    """The kind that a form names; anything else is a work goal."""
    return LineKind(text) if text in LineKind.values else LineKind.WORK
