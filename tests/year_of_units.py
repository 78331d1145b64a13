"""The firm of `tests.year` with a review group that also rates 包装车间, whose head 李 reports before."""

from __future__ import annotations

import datetime

from quanheng.domain import calendar
from quanheng.domain.actions.asking import task
from quanheng.domain.models import About, Committee, Duty, Part, Stage, StageKind, Subject, TaskKind
from quanheng.domain.states import StageState
from tests.year import PACKING, Year, begun, with_group

DAY = datetime.date(2026, 11, 3)
ITEM = "现场与规范"
GROUP = {"吴": "leader", "赵": "member", "李": "member", "钱": "secretary"}


def of_units() -> Year:
    """October, its sheets empty; the stage of reporting runs until the 4th of November."""
    year = begun(2, text=with_group(), groups={"评议组": GROUP})
    cycle = year.cycles[-1]
    subject = Subject.objects.create(cycle=cycle, unit=year.units[PACKING], row_key=PACKING)
    Duty.objects.create(subject=subject, part=Part.GROUP, committee=Committee.objects.get(org=year.org, name="评议组"), items=[ITEM])
    due = datetime.date(2026, 11, 4)
    stage = Stage.objects.create(
        cycle=cycle, kind=StageKind.REPORT, order=9, title="单位自报", opens=cycle.since, due=due, due_at=calendar.end_of(year.org, due),
        state=StageState.OPEN,
    )  # fmt: skip
    task(cycle, stage, TaskKind.REPORT, About.SUBJECT, subject.pk, year.people["李"].pk).save()
    return year
