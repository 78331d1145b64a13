"""Runs of a cycle: how far one is, why one was refused, what two of them differ in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from quanheng.domain import files
from quanheng.domain.bridge import results
from quanheng.domain.bridge.plans import plan_of
from quanheng.domain.models import Capacity, Cycle, Outcome, Release, Run, RunInput, RunKind, SourceKind
from quanheng.domain.policies.gates import CURRENT, visible
from quanheng.domain.policies.offices import ORDERING
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import CycleState, ReleaseState, RunState
from quanheng.domain.words import say


@dataclass(frozen=True, slots=True)
class Runs:
    """A cycle's runs, the newest first, and what may be ordered now (`why_not`: the reason why nothing may be)."""

    cycle: Cycle
    runs: list[Run]
    releases: dict[int, Release]
    may_order: bool
    why_not: str


def sees(viewer: Viewer) -> bool:
    """Whether there are runs for the viewer at all."""
    return viewer.holds(Capacity.HR, Capacity.LEADER, Capacity.AUDITOR, Capacity.SECRETARY, Capacity.GROUP_LEADER)


def of_cycle(viewer: Viewer, cycle_ref: str) -> Runs:
    """Raises `NotYours` for somebody who sees no runs."""
    cycle = visible(viewer, Cycle).filter(ref=cycle_ref).select_related("scheme", "version").first()
    if cycle is None or not sees(viewer):
        raise NotYours
    runs = list(visible(viewer, Run).filter(cycle=cycle).select_related("by", "version").order_by("-number"))
    releases = {release.run_id: release for release in visible(viewer, Release).filter(cycle=cycle)}
    why_not = ""
    if cycle.state in (CycleState.PREPARED, CycleState.CANCELLED, CycleState.ARCHIVED):
        why_not = say("周期不在可以计算的阶段。", "The cycle is not in a state to run.")
    elif any(run.state in (RunState.QUEUED, RunState.RUNNING) for run in runs):
        why_not = say("已经有一次计算在排队或者进行。", "A run is queued or running already.")
    return Runs(cycle, runs, releases, viewer.holds(*ORDERING), why_not)


def kind_of(name: str) -> RunKind:
    """The kind that a form names."""
    return RunKind(name)


def cycles(viewer: Viewer) -> list[Cycle]:
    """Cycles that have runs or may get one, the newest first."""
    found = visible(viewer, Cycle).exclude(state__in=[CycleState.PREPARED, CycleState.CANCELLED])
    return list(found.select_related("scheme").order_by("-since", "scheme_id"))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing for which a run was refused, with its place."""

    code: str
    at: str
    says: str
    hint: str
    article: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One run with everything that was frozen with it, and what may be done with it by the viewer."""

    run: Run
    inputs: list[tuple[RunInput, str]]  # with where it was read from
    faults: list[Fault]
    outcomes: int
    without: int
    release: Release | None
    others: list[Run]
    may_draft: bool
    may_confirm: bool
    may_show: bool
    why_not: str  # the reason why it cannot be made to count now


def detail(viewer: Viewer, ref: str) -> Detail:
    """Raises `NotYours`."""
    run = visible(viewer, Run).filter(ref=ref).select_related("cycle__scheme", "version", "by").first()
    if run is None:
        raise NotYours
    release = Release.objects.filter(run=run).select_related("confirmed_by", "replaces").first()
    others = visible(viewer, Run).filter(cycle=run.cycle, state=RunState.DONE).exclude(pk=run.pk).order_by("-number")
    found = Outcome.objects.filter(run=run)
    inputs = [(each, _source(each.source)) for each in RunInput.objects.filter(run=run).order_by("table")]
    return Detail(
        run, inputs, [_fault(each) for each in run.failure], found.count(), found.filter(score=None).count(),
        release, list(others[:20]), viewer.holds(Capacity.HR) and release is None and run.state == RunState.DONE and run.kind == RunKind.OFFICIAL,
        viewer.holds(Capacity.LEADER) and release is not None and release.state == ReleaseState.DRAFT,
        viewer.holds(Capacity.HR) and release is not None and release.state == ReleaseState.LOCKED, _why_not(viewer, run, release),
    )  # fmt: skip


def _source(kind: str) -> str:
    return str(SourceKind(kind).label) if kind in SourceKind.values else kind


def _why_not(viewer: Viewer, run: Run, release: Release | None) -> str:
    if release is None and run.cycle.state not in (CycleState.RATED, CycleState.RELEASED):
        return say("评分还没有截止，截止以后才能提出定稿。", "The rating is not closed yet; it can be released after that.")
    itself = viewer.person is not None and run.by_id == viewer.person.pk
    if release is not None and release.state == ReleaseState.DRAFT and itself:
        return say("这次计算是你发起的，定稿要由另一位领导确认。", "You ordered this run; another leader has to confirm it.")
    return ""


def _fault(each: dict[str, str]) -> Fault:
    return Fault(each["code"], each["at"], say(each["zh"], each["en"]), say(each["hint_zh"], each["hint_en"]), each["article"])


def current_run(cycle: Cycle) -> Run | None:
    """The run that counts."""
    return Run.objects.filter(cycle=cycle, release__state__in=CURRENT).first()


# ------------------------------------------------------------------------------------------------------------- difference


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure of a subject that is not the same in both runs. `by`: by how much, where both are numbers."""

    column: str
    before: str
    after: str
    by: Decimal | None


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What changed for one subject; `gone`/`new` when only one of the runs has it."""

    row: str
    name: str
    changes: list[Changed]
    new: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs of a cycle side by side."""

    one: Run
    other: Run
    table: str
    same: int
    subjects: list[SubjectChange]
    inputs: list[tuple[str, int, int, bool]]  # table, rows before, rows after, whether the content differs
    versions: bool  # whether they ran under different versions


def difference(viewer: Viewer, ref: str, other_ref: str) -> Difference:
    """From the run `ref` to the run `other_ref`: subject by subject. Raises `NotYours`."""
    found = {run.ref: run for run in visible(viewer, Run).filter(ref__in=[ref, other_ref], state=RunState.DONE).select_related("version", "result", "cycle")}
    one, other = found.get(ref), found.get(other_ref)
    if one is None or other is None or one.cycle_id != other.cycle_id:
        raise NotYours
    mine = visible(viewer, Outcome).filter(run__in=[one, other]).values_list("subject__row_key", "subject__person__name", "subject__unit")
    names = {row: name or row for row, name, _ in mine}
    before, after = _rows(one), _rows(other)
    subjects, same = [], 0
    for row in sorted(names):
        if row not in before or row not in after:
            if row in before or row in after:
                subjects.append(SubjectChange(row, names[row], [], new=row in after, gone=row in before))
            continue
        pairs = [(column, value, after[row].get(column, "")) for column, value in before[row].items()]
        changes = [_changed(*pair) for pair in pairs if pair[1] != pair[2]]
        if changes:
            subjects.append(SubjectChange(row, names[row], changes))
        else:
            same += 1
    return Difference(one, other, plan_of(one.version).subject, same, subjects, _inputs(one, other), one.version_id != other.version_id)


def _rows(run: Run) -> dict[str, dict[str, str]]:
    assert run.result is not None
    return results.by_table(files.read(run.result)).get(plan_of(run.version).subject, {})


def _changed(column: str, before: str, after: str) -> Changed:
    try:
        by = Decimal(after) - Decimal(before)
    except InvalidOperation:
        by = None
    return Changed(column, before, after, by)


def _inputs(one: Run, other: Run) -> list[tuple[str, int, int, bool]]:
    frozen: dict[str, dict[int, RunInput]] = {}
    for each in RunInput.objects.filter(run__in=[one, other]):
        frozen.setdefault(each.table, {})[each.run_id] = each
    made = []
    for table, both in sorted(frozen.items()):
        first, second = both.get(one.pk), both.get(other.pk)
        rows = (first.rows if first is not None else 0, second.rows if second is not None else 0)
        made.append((table, *rows, (first.digest if first else "") != (second.digest if second else "")))
    return made
