"""What people have written beside the figures of the running cycle: goals, plans, talks, records to be verified."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Final

from quanheng.domain import calendar
from quanheng.domain.actions import guidance, plan, record
from quanheng.domain.bridge.read import OBSERVATIONS
from quanheng.domain.demo.year import Year
from quanheng.domain.models import (
    Cycle,
    Goal,
    GuidanceKind,
    LineKind,
    Person,
    Record,
    RecordSource,
    Register,
    StageKind,
    Subject,
    Task,
    TaskKind,
    Verdict,
)  # fmt: skip
from quanheng.domain.policies.plans import sides_of
from quanheng.domain.policies.viewer import viewer_of
from quanheng.domain.queries.plans import begun, indicator_goals
from quanheng.domain.states import CycleState, RecordState, TaskState

PEOPLE: Final = 8  # with a plan and talks: those of the unit whose head is a persona
TALKS: Final = (
    ("一起看了上周的记录，两处漏填当面指出，方法讲清楚了。", "下周五以前把补填的记录交来复查。"),
    ("新安排的工作上手快，提醒注意交接时把异常写全。", "每班交接写一条异常或“无异常”。"),
    ("谈了本周期的重点和进度，本人认为时间偏紧。", "先做前两项，第三项月底再议。"),
    ("带教效果好，请在班组会上讲一次做法。", ""),
)
REPORTED: Final = (("改进", "整理了常见问题一页纸，贴在岗位上。"), ("任务", "提前一天完成资料归档，已请同事复核。"))


def enliven(year: Year, made: Cycle, today: datetime.date) -> None:
    """Everything, as far as the cycle has come."""
    _goals(year, made, today)
    if made.state != CycleState.RUNNING:
        return
    head, subjects = _team(year, made)
    if head is None:
        return
    _plans(year, subjects, head, today, agreed=year.system.far != "planning")
    _talks(year, subjects, head, today)
    _reports(year, subjects, head, today)


def _team(year: Year, made: Cycle) -> tuple[Person | None, list[Subject]]:
    """The head of the largest unit, who is a persona, and some of those he leads."""
    sizes = {name: sum(at == name for at in year.house.at.values()) for name in year.house.units}
    head = year.house.heads.get(max(sizes, key=lambda name: sizes[name])) if sizes else None
    if head is None:
        return None, []
    led = made.subjects.filter(spells__superior=head, person__isnull=False).select_related("person", "cycle").order_by("row_key")
    return head, list(led[:PEOPLE])


def plan_past(year: Year, made: Cycle) -> None:
    """The plans of a finished cycle as it began: goals, targets, agreed by both sides; the goals are over with it."""
    day = calendar.next_working(year.house.org, made.since)
    goals = _goals(year, made, day)
    _, subjects = _team(year, made)
    subjects = subjects or list(made.subjects.filter(unit__isnull=False).select_related("cycle").order_by("row_key")[:PEOPLE])
    for nr, subject in enumerate(subjects):
        own = viewer_of(subject.person or year.house.heads[subject.row_key], year.at(day, 9))
        superior = sides_of(own, subject).superior
        if superior is None:
            continue
        by, other = (viewer_of(superior, year.at(day, 10)), own) if subject.person else (own, viewer_of(superior, year.at(day, 10)))
        lines = [
            plan.Line(LineKind(each.kind), each.item, each.standard, each.weight, "达到满分的九成", goal_id=each.goal or goals[nr % len(goals)].pk)
            for each in begun(by, subject)[:8]
        ]
        work = plan.Line(LineKind.WORK, "重点任务按期完成", "有验收单", due=subject.cycle.until - datetime.timedelta(days=1), goal_id=goals[0].pk)
        drafted = plan.draft(by, subject.pk, [*lines, work])
        plan.propose(by, drafted.pk)
        plan.agree(other, drafted.pk)
    leader = year.by("leader", made.until)
    for goal in goals:
        plan.close_goal(leader, goal.pk, reason="周期结束")


def _goals(year: Year, made: Cycle, today: datetime.date) -> list[Goal]:
    """What the organisation wants, each unit's part in it; named as the scheme's indicators name them where they do."""
    leader = year.by("leader", today)
    named = list(dict.fromkeys(goal for _, goal in indicator_goals(made.version) if goal))[:4] or ["完成年度目标任务", "群众和服务对象满意"]
    year_end = made.until - datetime.timedelta(days=1)
    root, task = year.house.root.pk, "年度任务书"
    tops = [plan.set_goal(leader, plan.Wanted(text, unit_id=root, due=year_end, demand="" if nr else task)) for nr, text in enumerate(named)]
    parts = []
    for nr, (name, unit) in enumerate(list(year.house.units.items())[:6]):
        head = viewer_of(year.house.heads[name], year.at(today))
        top = tops[nr % len(tops)]
        parts.append(plan.set_goal(head, plan.Wanted(f"{name}：{top.text}", unit_id=unit.pk, parent_id=top.pk, standard="每月通报一次进度", due=year_end)))
    return [*tops, *parts]


def _plans(year: Year, subjects: list[Subject], head: Person, today: datetime.date, *, agreed: bool) -> None:
    """Drafted by the head from the scheme's indicators with a work goal; agreed by most, or still with the other side."""
    before = calendar.shift(year.house.org, today, -6)
    by = viewer_of(head, year.at(before))
    for nr, subject in enumerate(subjects):
        lines = [
            plan.Line(LineKind(each.kind), each.item, each.standard, each.weight, each.target, goal_id=each.goal or None) for each in begun(by, subject)[:12]
        ]
        work = plan.Line(LineKind.WORK, "写成一份岗位操作要点", "班组会上讲一次，评审通过", due=subject.cycle.until - datetime.timedelta(days=1))
        watched = plan.Line(LineKind.OBSERVED, "交接规范", checklist=("当班事当班清", "异常写进交接本"))
        written = [*lines, work, watched]
        drafted = plan.draft(by, subject.pk, written)
        if nr >= len(subjects) - 1:
            continue
        plan.propose(by, drafted.pk)
        assert subject.person is not None
        if agreed or nr < 2:
            plan.agree(viewer_of(subject.person, year.at(before, 16)), drafted.pk)
        if nr == 0:
            changed = plan.amend(viewer_of(head, year.at(calendar.shift(year.house.org, today, -2))), drafted.pk, reason="本周期有三天停工检修")
            plan.draft(by, subject.pk, [replace(written[0], target="按开工天数折算"), *written[1:]])
            plan.propose(by, changed.pk)


def _talks(year: Year, subjects: list[Subject], head: Person, today: datetime.date) -> None:
    """The head has talked to half of them, in the stage of guidance where there is one; some have seen what was written."""
    periodic = StageKind.GUIDANCE in year.system.stages
    kind = GuidanceKind.PERIODIC if periodic else GuidanceKind.DAILY
    for nr, subject in enumerate(subjects[: len(subjects) // 2]):
        text, agreed = TALKS[nr % len(TALKS)]
        day = calendar.shift(year.house.org, today, -1 - nr)
        assert subject.person is not None
        said = guidance.note(viewer_of(head, year.at(day, 10)), subject.person.pk, day=day, text=text, agreed=agreed, kind=kind)
        if nr % 2:
            guidance.see(viewer_of(subject.person, year.at(day, 17)), said.pk)


def _reports(year: Year, subjects: list[Subject], head: Person, today: datetime.date) -> None:
    """What was self-reported long ago is settled; two new ones wait for the head, and one record is doubted."""
    yesterday = calendar.shift(year.house.org, today, -1)
    old = Task.objects.filter(org=year.house.org, kind=TaskKind.VERIFY, state=TaskState.OPEN).select_related("person")
    for each in old:
        record.verify_record(viewer_of(each.person, year.at(each.due, 15)), each.about_id, verdict=Verdict.VERIFIED)
    register = Register.objects.get(org=year.house.org, name=OBSERVATIONS)
    for subject, (kind, text) in zip(subjects[1:], REPORTED, strict=False):
        assert subject.person is not None
        by = viewer_of(subject.person, year.at(yesterday, 16))
        record.add_record(by, record.Fact(register.pk, yesterday, {"类别": kind}, subject.person.pk, None, text))
    noted = Record.objects.filter(register=register, state=RecordState.ENTERED).exclude(source=RecordSource.SELF).order_by("-day", "pk").first()
    if noted is not None:
        hr = viewer_of(year.house.offices["hr"], year.at(yesterday, 11))
        record.verify_record(hr, noted.pk, verdict=Verdict.DOUBTED, note="日期和当班记录对不上，请核对。")
