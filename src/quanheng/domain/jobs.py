"""Long work outside of a request: a run frozen, carried out, and kept. Started by the worker; safe to start twice."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from quanheng.documents.tables.results import all_entries, digest, parquet_bytes
from quanheng.domain.actions.deed import move
from quanheng.domain.actions.run import fail_run, finish_run
from quanheng.domain.bridge.plans import compiled
from quanheng.domain.bridge.read import tables
from quanheng.domain.models import Run
from quanheng.domain.policies.viewer import system_of
from quanheng.domain.refusal import Refusal
from quanheng.domain.states import RunState
from quanheng.engine.faults import InputRefused
from quanheng.engine.run.binding import bind
from quanheng.engine.run.sql import run_duckdb


@task()
def carry_out(run_id: int) -> None:
    """The queue's entry to `execute`."""
    execute(run_id, timezone.now())


def enqueue(run: Run) -> None:
    """Hand a run to the worker once its order is committed."""
    transaction.on_commit(lambda: carry_out.enqueue(run.pk))


def execute(run_id: int, now: datetime.datetime) -> Run:
    """Freeze, compute, keep. What is wrong with the data is kept with the run; nothing is half done."""
    run = Run.objects.select_related("cycle__org", "cycle__version", "version").get(pk=run_id)
    by = system_of(run.cycle.org, now)
    if run.state != RunState.QUEUED:
        return run
    try:
        move(run, "run.start", started_at=now)
    except Refusal:
        return Run.objects.get(pk=run_id)  # another worker was faster
    try:
        _say(run, "冻结数据")
        frozen = tables(run.cycle)
        found = compiled(run.version)
        assert found.plan is not None
        dataset = bind(found.plan, {name: table.raw() for name, table in frozen.items()})
        _say(run, "计算")
        with run_duckdb(found.plan, dataset) as frames:
            entries = list(all_entries(found.plan, frames.results()))
    except InputRefused as refused:
        return fail_run(by, run.pk, list(refused.faults))
    _say(run, "保存结果")
    return finish_run(by, run.pk, frozen, dataset.fingerprint, parquet_bytes(entries), digest(entries))


def _say(run: Run, progress: str) -> None:
    Run.objects.filter(pk=run.pk).update(progress=progress)

