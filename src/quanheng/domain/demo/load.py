"""Make the demo: seven organisations, once. Days follow from the day on which it is made."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

from quanheng.domain import calendar
from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import opening, scheme
from quanheng.domain.bridge.plans import checked
from quanheng.domain.demo.alive import enliven, plan_past
from quanheng.domain.demo.house import found, open_doors
from quanheng.domain.demo.reports import report_all
from quanheng.domain.demo.shifting import between, months_on
from quanheng.domain.demo.systems import SYSTEMS, System, running_since
from quanheng.domain.demo.year import STAGE_WORDS, Year, read_folder
from quanheng.domain.models import Cycle, Org, Part, StageKind
from quanheng.domain.policies.viewer import system_of

Say = Callable[[str], None]
DURING = (StageKind.DAILY, StageKind.GUIDANCE)
BEFORE = {"preparing": None, "planning": StageKind.PLAN, "daily": StageKind.DAILY, "self": StageKind.SELF, "superior": StageKind.SUPERIOR,
          "group": StageKind.GROUP, "rated": StageKind.RELEASE}  # fmt: skip


def load(schemes: Path, now: datetime.datetime, say: Say, only: tuple[str, ...] = ()) -> None:
    """Every organisation that is not there yet."""
    for system in SYSTEMS:
        if (only and system.key not in only) or Org.objects.filter(key=system.key).exists():
            continue
        say(system.name)
        load_system(schemes, system, now)


def load_system(schemes: Path, system: System, now: datetime.datetime) -> Year:
    """One organisation: its people, its past, and the cycle that is running."""
    text, data = read_folder(schemes / system.key)
    org = Org(key=system.key, name=system.name, role_names=dict(system.roles))
    by = system_of(org, now)
    today = by.today
    running = running_since(system, today)
    first = months_on(running, -system.months * system.history)
    house = found(by, system, data, checked(text).scheme, months_on(first, -12))
    year = Year(system, house, text, data)
    if system.months == 1:
        made = _monthly(year, first, running, today)
    else:
        made = _periods(year, first, running, today)
    _bring(year, made, today)
    made.refresh_from_db()
    enliven(year, made, today)
    for also in system.also:
        draft = scheme.save_draft(year.by("officer", today), read_folder(schemes / also)[0])
        scheme.adopt(year.by("officer", today), draft.pk, document=f"{system.name}〔{today.year}〕9号", force_from=today)
    open_doors(by, house, system)
    return year


def _monthly(year: Year, first: datetime.date, running: datetime.date, today: datetime.date) -> Cycle:
    """One version for all months; the data's months end with the last finished one; the running month is new."""
    months = between(year.system.base, months_on(running, -1))
    version = year.adopt(first, months)
    year.import_facts(version, months, first, running, only_until=today)
    marks = year.marks(version, months)
    since = first
    while since < running:
        until = months_on(since, 1)
        done = year.cycle(version, since, list(_past_stages(year, since, until)), since)
        given = {key: row for key, row in marks.items() if key.endswith(f"/{done.period}")}
        year.finish(done, given, calendar.shift(year.house.org, until, 6), planned=plan_past if year.system.planned and until >= running else None)
        since = until
    _running_month(year, running, today)
    return year.cycle(version, running, list(_stages_around(year, running, today)), running)


def _running_month(year: Year, running: datetime.date, today: datetime.date) -> None:
    """What the offices have already handed in for the running month: the last month's figures, a little different."""
    from quanheng.domain.models import SchemeVersion

    version = SchemeVersion.objects.get(scheme__org=year.house.org, scheme__key=year.system.key, state="in_force")
    last = year.system.base.isoformat()[:7]
    of_month = {
        name: [dict(row) for row in rows if row.get("月份") == last or str(row.get("日期", "")).startswith(last)] for name, rows in year.data.items()
    }
    for number, row in enumerate(of_month.get("员工每月", [])):
        row["完成量"] = str(int(row["完成量"]) * (985 + number * 7 % 31) // 1000)
        row["部门"] = year.house.at[row["员工"]]
        row.pop("记录条数", None)  # counted from the records themselves
    data, year.data = year.data, {name: rows for name, rows in of_month.items() if rows}
    year.import_facts(version, between(year.system.base, running), running, months_on(running, 1), only_until=today)
    year.running_marks = year.marks(version, between(year.system.base, running))
    year.data = data


def _periods(year: Year, first: datetime.date, running: datetime.date, today: datetime.date) -> Cycle:
    """A version for each period, as offices enact them: the past one finished, the running one as far as it has come."""
    for since in (first, running):
        months = between(year.system.base, since)
        until = months_on(since, year.system.months)
        version = year.adopt(since, months)
        year.import_facts(version, months, since, until, only_until=today)
        if since == first:
            done = year.cycle(version, since, list(_past_stages(year, since, until)), since)
            planned = plan_past if year.system.planned else None
            year.finish(done, year.marks(version, months), calendar.shift(year.house.org, until, 6), planned=planned)
        else:
            year.running_marks = year.marks(version, months)
            return year.cycle(version, since, list(_stages_around(year, since, today)), since)
    raise AssertionError


def _past_stages(year: Year, since: datetime.date, until: datetime.date) -> Iterator[cycles.StageDays]:
    org, kinds = year.house.org, year.system.stages
    opens = since
    for number, kind in enumerate(kinds):
        if kind == StageKind.PLAN:
            due = calendar.next_working(org, since)
        elif kind == StageKind.DAILY:
            due = calendar.shift(org, until, -1)
        elif kind == StageKind.GUIDANCE:
            opens, due = since, calendar.shift(org, until, -1)
        else:
            due = calendar.shift(org, until, number)
        yield cycles.StageDays(kind, STAGE_WORDS[kind][0], opens, due, STAGE_WORDS[kind][1])
        opens = due if kind not in DURING else until


def _stages_around(year: Year, since: datetime.date, today: datetime.date) -> Iterator[cycles.StageDays]:
    """So that the stage it has come to ends in a few working days."""
    org, kinds = year.house.org, year.system.stages
    current = BEFORE[year.system.far]
    at = kinds.index(current) if current is not None else -1
    opens = since
    for number, kind in enumerate(kinds):
        due = calendar.shift(org, today, 2 + (number - at) * (3 if number >= at else 2))
        due = max(due, calendar.next_working(org, opens))
        if kind == StageKind.GUIDANCE:  # runs beside the others until a few days from now
            yield cycles.StageDays(kind, STAGE_WORDS[kind][0], since, max(calendar.shift(org, today, 4), due), STAGE_WORDS[kind][1])
            continue
        yield cycles.StageDays(kind, STAGE_WORDS[kind][0], opens, due, STAGE_WORDS[kind][1])
        opens = due


def _bring(year: Year, made: Cycle, today: datetime.date) -> None:
    """Bring the running cycle to the stage it has come to."""
    current = BEFORE[year.system.far]
    if current is None:
        return
    org = year.house.org
    before = calendar.shift(org, today, -1)
    opening.open_cycle(year.by("hr", made.since if made.since <= today else today), made.pk)
    largest = max(year.house.units, key=lambda name: sum(at == name for at in year.house.at.values())) if year.house.units else ""
    leave = {year.house.heads[largest].pk} if largest else set()
    match current:
        case StageKind.SELF:
            year.take_part(made, Part.SELF, _every_second(year.running_marks), before, leave=leave, submit=True)
        case StageKind.SUPERIOR:
            year.take_part(made, Part.SELF, year.running_marks, calendar.shift(org, today, -3), leave=set(), submit=True)
            year.take_part(made, Part.SUPERIOR, year.running_marks, before, leave=leave, submit=True)
            year.countersign(made, before, leave=2)
        case StageKind.GROUP:
            leaders = {committee.seats.get(role="leader").person_id for committee in list(year.house.committees.values())[:2]}
            year.take_part(made, Part.GROUP, year.running_marks, before, leave=leaders, submit=True)
    if current in (StageKind.SELF, StageKind.SUPERIOR, StageKind.DAILY):
        year.notes(made, today, 40)
    for stage in made.stages.order_by("order"):
        stage.refresh_from_db()
        if stage.kind == StageKind.GUIDANCE:
            continue  # goes on beside what comes after it
        if stage.order < made.stages.get(kind=current).order:
            if stage.state == "waiting":
                cycles.open_stage(year.by("hr", before), stage.pk, reason="按期开始")
            if stage.kind == StageKind.REPORT:
                report_all(year, made, before)
            cycles.close_stage(year.by("hr", before), stage.pk, reason="已按期完成")
        elif stage.kind == current and stage.state == "waiting":
            cycles.open_stage(year.by("hr", before), stage.pk, reason="按期开始")
    if current == StageKind.RELEASE:
        cycles.close_rating(year.by("hr", before), made.pk, reason="无人工评分")
        year.compute(made, before, why="季度核算")


def _every_second(marks: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {key: row for number, (key, row) in enumerate(sorted(marks.items())) if number % 2}
