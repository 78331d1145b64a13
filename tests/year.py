"""A small firm with finished months of the enterprise scheme, made by the deeds alone: what many tests stand on.

The people are always the same: 王 is rated, 李 is the superior (head of 包装车间), 张 the upper (general manager), 赵 from
another department (质检科), 钱 in HR, 孙 keeps the scheme, 周 audits. `staff` adds 员甲001 … to 包装车间 and 质检科 in turn.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from quanheng.domain import calendar, jobs
from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import history, opening, record, run, scheme
from quanheng.domain.bridge.items import items_of
from quanheng.domain.models import (
    Capacity,
    Committee,
    CommitteeKind,
    Cycle,
    Grant,
    Login,
    Org,
    Person,
    Post,
    Record,
    RecordSource,
    Register,
    Release,
    Run,
    RunKind,
    SchemeVersion,
    Seat,
    StageKind,
    Unit,
    UnitKind,
    UnitPlace,
    UnitSpan,
)  # fmt: skip
from quanheng.domain.policies.viewer import Viewer, viewer_of

SCHEME = Path(__file__).parent.parent / "schemes" / "enterprise" / "scheme.md"
SINCE = datetime.date(2026, 1, 1)
PACKING, LAB = "包装车间", "质检科"
KEPT = {"王": "E001", "李": "E002", "赵": "E003", "吴": "E004"}  # assessed: 吴 heads 质检科
LEVELS = ("一般", "较大", "一般", "重大", "一般", "一般", "较大", "一般", "一般", "一般")  # of the deviations, one for every second person
OFFICES = {"张": ("L001", Capacity.LEADER), "钱": ("H001", Capacity.HR), "孙": ("H002", Capacity.OFFICER), "周": ("H003", Capacity.AUDITOR)}


@pytest.fixture
def november() -> Iterator[None]:
    """The third of November, two days behind the month that `begun` makes."""
    with time_machine.travel("2026-11-03T02:00:00Z", tick=True):
        yield


@pytest.fixture(scope="module")
def firm(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Year]:
    """Two finished months for a whole module, since making them takes seconds: every test changes them inside a transaction
    of its own, and the module leaves nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield enterprise()
        transaction.set_rollback(True)


@dataclass
class Year:
    """The firm, and the ways to act in it."""

    org: Org
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)  # by name
    at: dict[str, str] = field(default_factory=dict)  # name → unit
    version: SchemeVersion = None  # type: ignore[assignment]
    cycles: list[Cycle] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)

    def by(self, name: str, day: datetime.date, hour: int = 9) -> Viewer:
        """Somebody on a day."""
        return viewer_of(self.people[name], self.moment(day, hour))

    def moment(self, day: datetime.date, hour: int = 9) -> datetime.datetime:
        """An instant of a day where the firm is."""
        return datetime.datetime.combine(day, datetime.time(hour), ZoneInfo(self.org.zone))

    def row(self, name: str, period: str) -> str:
        """The row of somebody's month in the scheme's table."""
        return f"{self.people[name].number}/{period}"


def founded(staff: int = 0, *, accounts: bool = False) -> Year:
    """The firm with its people on their posts and their accounts (the staff's only with `accounts`), no regulation yet."""
    org = Org.objects.create(key="hengchuan", name="衡川制药")
    year = Year(org)
    root = _unit(year, "衡川制药", UnitKind.ROOT, None)
    for name, kind in (("人力资源部", UnitKind.DEPARTMENT), (PACKING, UnitKind.DEPARTMENT), (LAB, UnitKind.DEPARTMENT)):
        _unit(year, name, kind, root)
    for name, (number, capacity) in OFFICES.items():
        _person(year, name, number, "衡川制药" if name == "张" else "人力资源部")
        _grant(year, name, capacity, root)
    _grant(year, "张", Capacity.HEAD, root)
    for name, number in KEPT.items():
        _person(year, name, number, LAB if name in ("赵", "吴") else PACKING)
    _grant(year, "李", Capacity.HEAD, year.units[PACKING])
    _grant(year, "吴", Capacity.HEAD, year.units[LAB])
    for nr in range(staff):
        _person(year, f"员甲{nr + 1:03d}", f"E{nr + 101:04d}", (PACKING, LAB)[nr % 2], login=accounts)
    return year


def adopted(year: Year, text: str | None = None) -> SchemeVersion:
    """The enterprise scheme put in force by 孙."""
    draft = scheme.save_draft(year.by("孙", datetime.date(2025, 12, 1)), text or SCHEME.read_text(encoding="utf-8"))
    year.version = scheme.adopt(year.by("孙", datetime.date(2025, 12, 2)), draft.pk, document="衡川董发〔2025〕21号", force_from=SINCE)
    return year.version


def enterprise(staff: int = 4, months: Sequence[str] = ("2026-09", "2026-10"), *, shown: bool = True) -> Year:
    """Months of the enterprise scheme, each run and released; with `shown` false the last is computed and not released."""
    year = founded(staff)
    adopted(year)
    assessed = facts_of_people(year)
    for nr, month in enumerate(months):
        made = month_of(year, month, assessed, nr)
        finished(year, made, release=shown or nr < len(months) - 1)
    return year


def begun(staff: int = 2, month: str = "2026-10", text: str | None = None, groups: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> Year:
    """The firm in its first month: everything recorded, the sheets laid out and empty, nothing computed yet. `groups` are
    review groups by name, each with its people and their roles."""
    year = founded(staff)
    for group, seats in groups.items():
        committee = Committee.objects.create(org=year.org, name=group, kind=CommitteeKind.REVIEW)
        for name, role in seats.items():
            Seat.objects.create(committee=committee, person=year.people[name], role=role, since=SINCE)
    adopted(year, text)
    assessed = facts_of_people(year)
    month_of(year, month, assessed, 0, marked=False)
    return year


def facts_of_people(year: Year) -> list[str]:
    """What the offices know about units and people; those who are assessed."""
    assessed = [name for name in year.people if name not in OFFICES]
    _import(year, "部门", SINCE, [({"名称": unit}, None, year.units[unit]) for unit in (PACKING, LAB)])
    _import(year, "员工", SINCE, [(_facts_of(year, name), year.people[name], None) for name in assessed])
    return assessed


def with_group(group: str = "评议组") -> str:
    """The scheme with 现场与规范 given by a review group, out of 10."""
    row = "| 现场与规范 | 10 | 保底(10分 - 合计(偏差.扣分), 0分) | | 偏差记录 | 质量保证部 | 合规生产 |"
    return _with(row, f"| 现场与规范 | 10 | 评分 | | 偏差记录 | {group} | 合规生产 |")


def with_items(count: int) -> str:
    """The scheme with so many more items that the superior scores, each out of 10."""
    row = "| 工作表现 | 25 | 表现上级评 × 25% | 保留 2 位 | 工作记录 | 直接上级 | 按规程作业 |"
    return _with(row, "\n".join(f"| 工作表现{nr:02d} | 10 | 评分 | | 工作记录 | 直接上级 | 按规程作业 |" for nr in range(1, count + 1)))


def _with(row: str, other: str) -> str:
    text = SCHEME.read_text(encoding="utf-8")
    assert row in text
    return text.replace(row, other)


def month_of(year: Year, month: str, assessed: Sequence[str], nr: int, *, marked: bool = True) -> Cycle:
    """One month: its records, its cycle open, everybody marked (or the sheets still empty)."""
    since = datetime.date.fromisoformat(f"{month}-01")
    until = (since + datetime.timedelta(days=32)).replace(day=1)
    last = until - datetime.timedelta(days=1)
    _import(year, "部门每月", last, [({"部门": unit, "月份": month, "指标启用": "2026-01"}, None, year.units[unit]) for unit in (PACKING, LAB)])
    _import(year, "员工每月", last, [(_figures(year, name, month, place + 3 * nr), year.people[name], None) for place, name in enumerate(assessed)])
    deviations = [
        ({"员工": year.people[name].number, "日期": str(since + datetime.timedelta(days=4 + place)), "班次": "夜班", "程度": level}, year.people[name], None)
        for place, (name, level) in enumerate(zip(assessed[::2], LEVELS, strict=False))
    ]
    _import(year, "偏差", since, deviations)
    hr = year.by("钱", since)
    due = calendar.next_working(year.org, until)
    stages = [
        cycles.StageDays(StageKind.DAILY, "日常记录", since, calendar.shift(year.org, until, -1)),
        cycles.StageDays(StageKind.SELF, "自评", until, due),
        cycles.StageDays(StageKind.SUPERIOR, "上级评分", due, calendar.shift(year.org, due, 2)),
        cycles.StageDays(StageKind.RELEASE, "定稿公布", due, calendar.shift(year.org, due, 4)),
    ]
    days = cycles.Days(f"{since.year}年{since.month}月考核", month, since, until)
    made = cycles.prepare(hr, year.version.scheme_id, days, stages, gap_limit="20")
    cycles.set_subjects(hr, made.pk, cycles.propose_members(made))
    opening.open_cycle(hr, made.pk)
    year.cycles.append(made)
    if not marked:
        return made
    marks = {year.row(name, month): _marks(made, place + 2 * nr) for place, name in enumerate(assessed)}
    history.import_marks(year.by("钱", due), made.pk, marks, origin="测试", close=True)
    return made


def finished(year: Year, made: Cycle, *, release: bool = True) -> Run:
    """Close the rating, compute, and (with `release`) confirm and show."""
    day = calendar.shift(year.org, made.until, 4)
    cycles.close_rating(year.by("钱", day), made.pk)
    done = computed(year, made, day)
    if release:
        drafted = run.draft_release(year.by("钱", day, 10), done.pk)
        run.confirm_release(year.by("张", day, 14), drafted.pk)
        year.releases.append(run.show_release(year.by("钱", day, 16), drafted.pk))
    made.refresh_from_db()
    return done


def computed(year: Year, made: Cycle, day: datetime.date, *, why: str = "月末核算") -> Run:
    """An official run, carried out at once."""
    ordered = run.order_run(year.by("钱", day), made.pk, kind=RunKind.OFFICIAL, why=why)
    done = jobs.execute(ordered.pk, year.moment(day))
    assert done.state == "done", done.failure
    year.runs.append(done)
    return done


# ------------------------------------------------------------------------------------------------------------------ the parts


def _unit(year: Year, name: str, kind: UnitKind, parent: Unit | None) -> Unit:
    unit = year.units[name] = Unit.objects.create(org=year.org, code=f"D{len(year.units):02d}", kind=kind)
    UnitPlace.objects.create(unit=unit, parent=parent, name=name, since=SINCE - datetime.timedelta(days=365))
    above = [(unit, 0)] if parent is None else [(unit, 0), (parent, 1)]
    for top, depth in above:
        UnitSpan.objects.create(org=year.org, top=top, under=unit, depth=depth, since=SINCE - datetime.timedelta(days=365))
    return unit


def _person(year: Year, name: str, number: str, unit: str, *, login: bool = True) -> Person:
    account = Login.objects.create_user(number.lower()) if login else None
    person = year.people[name] = Person.objects.create(org=year.org, number=number, name=name, login=account)
    Post.objects.create(person=person, unit=year.units[unit], since=SINCE - datetime.timedelta(days=300), title="操作工")
    year.at[name] = unit
    return person


def _grant(year: Year, name: str, capacity: Capacity, unit: Unit) -> None:
    Grant.objects.create(org=year.org, person=year.people[name], capacity=capacity, unit=unit, since=SINCE - datetime.timedelta(days=300))


def _facts_of(year: Year, name: str) -> dict[str, str]:
    return {"工号": year.people[name].number, "姓名": name, "部门负责人": "是" if name in ("李", "吴") else "否", "奖金标准": "1100.00"}


def _figures(year: Year, name: str, month: str, place: int) -> dict[str, str]:
    return {
        "员工": year.people[name].number, "月份": month, "部门": year.at[name], "计划量": "800", "完成量": str(700 + 13 * place % 140),
        "合格率": ("99.60%", "99.20%", "98.40%", "99.05%", "97.80%")[place % 5], "及时率": ("98.50%", "97.40%", "95.10%", "98.00%")[place % 4],
        "记录条数": str(3 + place % 6),
    }  # fmt: skip


def _marks(made: Cycle, place: int) -> dict[str, str]:
    return {item.name: str(72 + (7 * place + 5 * nr) % 27) for nr, item in enumerate(items_of(made.version))}


def _import(year: Year, register: str, day: datetime.date, rows: Sequence[tuple[dict[str, str], Person | None, Unit | None]]) -> None:
    kept = Register.objects.get(org=year.org, name=register)
    facts = [
        record.Fact(kept.pk, datetime.date.fromisoformat(values.get("日期", str(day))), values, person and person.pk, unit and unit.pk)
        for values, person, unit in rows
    ]
    record.import_records(year.by("钱", day), kept.pk, facts, source=RecordSource.SYSTEM, origin="测试")


def records_of(year: Year, name: str) -> list[Record]:
    """What is recorded about somebody."""
    return list(Record.objects.filter(org=year.org, person=year.people[name]).order_by("day", "pk"))
