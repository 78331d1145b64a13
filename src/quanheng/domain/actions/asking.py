"""The tasks that deeds give to people, and close when they are fulfilled."""

from __future__ import annotations

import datetime

from quanheng.domain import calendar
from quanheng.domain.models import (
    About,
    Capacity,
    Cycle,
    Grant,
    Person,
    Stage,
    StageKind,
    Task,
    TaskKind,
    UnitKind,
)
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.states import TaskState


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


def done(by: Viewer, kind: TaskKind, about: About, about_id: int, *, of: Person | None = None) -> None:
    """Close the open tasks that a deed has fulfilled; `of`: one person's alone."""
    waiting = Task.objects.filter(org=by.org, kind=kind, about_kind=about, about_id=about_id, state=TaskState.OPEN)
    if of is not None:
        waiting = waiting.filter(person=of)
    waiting.update(state=TaskState.DONE, done_by=by.person, done_at=by.now)
