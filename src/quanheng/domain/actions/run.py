"""A run is ordered, carried out outside the request, and made to count by a named person."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from quanheng import __version__
from quanheng.domain import files
from quanheng.domain.actions.asking import ask_offices, done
from quanheng.domain.actions.deed import deed, enter, move, ref_for
from quanheng.domain.bridge import parquet, results
from quanheng.domain.bridge.plans import plan_of
from quanheng.domain.bridge.read import ORIGIN, Table
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Cycle, Outcome, Release, Run, RunInput, RunKind, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.offices import ORDERING
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import Refusal, require
from quanheng.domain.states import CycleState, ReleaseState, RunState
from quanheng.engine.faults import Fault


@deed("run.order")
def order_run(by: Viewer, cycle_id: int, *, kind: RunKind, why: str = "") -> Run:
    """Put a run into the queue. An official one needs a reason; one at a time for each cycle."""
    require(by.holds(*ORDERING), "计算由人力资源或者小组秘书发起。", "Runs are ordered by HR or a group's secretary.")
    require(kind == RunKind.PREVIEW or why.strip(), "正式计算要写理由。", "An official run needs a reason.")
    cycle = visible(by, Cycle).select_related("version").get(pk=cycle_id)
    idle = (CycleState.PREPARED, CycleState.CANCELLED, CycleState.ARCHIVED)
    require(cycle.state not in idle, "周期不在可以计算的阶段。", "The cycle is not in a state to run.")
    assert by.person is not None
    number = (cycle.runs.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            run = Run.objects.create(
                cycle=cycle, version=cycle.version, number=number, ref=ref_for(by.org, "YS", by.today.year), kind=kind, why=why.strip()[:200], by=by.person,
                queued_at=by.now,
            )  # fmt: skip
    except IntegrityError as wrong:
        raise Refusal("已经有一次计算在排队或者进行。", "A run is queued or running already.") from wrong
    enter(by, "run.order", About.RUN, run, digest=digest_of([run.ref, str(kind), cycle.version.digest]), capacities=ORDERING, reason=why)
    return run


@deed("run.finish")
def finish_run(by: Viewer, run_id: int, frozen: dict[str, Table], input_digest: str, content: bytes, result_digest: str) -> Run:
    """Keep what the run read and what it found, with the headline of each subject, all at once."""
    run = Run.objects.select_related("cycle__version").get(pk=run_id)
    plan = plan_of(run.version)
    for table in frozen.values():
        rows = [[*row, origin] for row, origin in zip(table.rows, table.origins, strict=True)]
        blob = files.keep(parquet.written([*table.columns, ORIGIN], rows), "application/vnd.apache.parquet")
        digest = parquet.digest(table.columns, table.rows)
        RunInput.objects.create(run=run, table=table.name, source=table.source, blob=blob, rows=len(table.rows), digest=digest)
    found = results.by_table(content).get(plan.subject, {})
    Outcome.objects.bulk_create(_outcomes(run, found))
    move(
        run, "run.finish", result=files.keep(content, "application/vnd.apache.parquet"), result_digest=result_digest, input_digest=input_digest,
        plan_digest=plan.digest, engine=__version__, finished_at=by.now, progress="",
    )  # fmt: skip
    if run.kind == RunKind.OFFICIAL:
        done(by, TaskKind.RUN, About.CYCLE, run.cycle_id)
    enter(by, "run.finish", About.RUN, run, digest=result_digest, ref=run.ref)
    return run


def _outcomes(run: Run, rows: dict[str, dict[str, str]]) -> list[Outcome]:
    plan = plan_of(run.version)
    made = []
    for subject in run.cycle.subjects.prefetch_related("spells"):
        row = rows.get(subject.row_key)
        spell = subject.last_spell
        if row is None or spell is None:
            continue
        found = results.figures(plan, row)
        made.append(
            Outcome(
                run=run, subject=subject, unit_id=spell.unit_id, group=subject.group, score=found.score, score_digits=found.score_digits, grade=found.grade,
                rank=found.rank, fen=found.fen, missing=found.missing,
            )
        )  # fmt: skip
    return made


@deed("run.fail")
def fail_run(by: Viewer, run_id: int, faults: list[Fault]) -> Run:
    """The run was refused; what is wrong is kept with it, each with its place."""
    run = Run.objects.get(pk=run_id)
    listed = [
        {"code": fault.code, "at": str(fault.at), "zh": fault.zh, "en": fault.en, "hint_zh": fault.hint_zh, "hint_en": fault.hint_en, "article": fault.article}
        for fault in faults
    ]
    move(run, "run.fail", failure=listed, finished_at=by.now, progress="")
    enter(by, "run.fail", About.RUN, run, digest=digest_of(listed), ref=run.ref)
    return run


@deed("release.draft")
def draft_release(by: Viewer, run_id: int) -> Release:
    """Propose that a run counts. Only an official one that is done."""
    require(by.holds(Capacity.HR), "定稿由人力资源提出。", "Releases are drafted by HR.")
    run = visible(by, Run).select_related("cycle").get(pk=run_id)
    require(run.state == RunState.DONE and run.kind == RunKind.OFFICIAL, "只有算完的正式计算可以定稿。", "Only a finished official run can be released.")
    require(run.cycle.state in (CycleState.RATED, CycleState.RELEASED), "评分还没有截止。", "The rating is not closed yet.")
    require(not Release.objects.filter(run=run).exists(), "这次计算已经提出定稿。", "This run has a release already.")
    cycle = run.cycle
    number = (cycle.releases.aggregate(last=Max("number"))["last"] or 0) + 1
    before = cycle.releases.filter(state__in=[ReleaseState.LOCKED, ReleaseState.STANDING]).first()
    release = Release.objects.create(
        cycle=cycle, number=number, ref=ref_for(by.org, "DG", by.today.year), run=run, digest=run.result_digest, replaces=before
    )
    ask_offices(by, cycle, TaskKind.CONFIRM, About.RELEASE, release.pk, Capacity.LEADER)
    enter(by, "release.draft", About.RELEASE, release, digest=release.digest, capacities=[Capacity.HR])
    return release


@deed("release.confirm")
def confirm_release(by: Viewer, release_id: int) -> Release:
    """A named leader makes it count: a decision about people is made by a person."""
    require(by.holds(Capacity.LEADER), "定稿由领导确认。", "Releases are confirmed by a leader.")
    release = Release.objects.select_related("cycle", "run").filter(cycle__org=by.org).get(pk=release_id)
    require(release.run.by_id != (by.person.pk if by.person else None), "提出的人不能自己确认。", "Who ordered the run cannot confirm it.")
    if release.replaces is not None:
        move(release.replaces, "release.replace")
    move(release, "release.confirm", confirmed_by=by.person, confirmed_at=by.now)
    move(release.cycle, "cycle.release")
    done(by, TaskKind.CONFIRM, About.RELEASE, release.pk)
    enter(by, "release.confirm", About.RELEASE, release, digest=release.digest, capacities=[Capacity.LEADER])
    return release


@deed("release.show")
def show_release(by: Viewer, release_id: int) -> Release:
    """Everybody may see their own result from now on."""
    require(by.holds(Capacity.HR), "公布由人力资源办理。", "Showing results is for HR.")
    release = Release.objects.filter(cycle__org=by.org).get(pk=release_id)
    move(release, "release.show")
    enter(by, "release.show", About.RELEASE, release, digest=release.digest, capacities=[Capacity.HR])
    return release
