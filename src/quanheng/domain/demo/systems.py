"""The seven systems as organisations: which folder, whose days, who is who, and how far the running cycle has come."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from quanheng.domain.demo.shifting import months_on
from quanheng.domain.models import StageKind, UnitKind

Far = Literal["preparing", "planning", "daily", "self", "superior", "group", "rated"]


@dataclass(frozen=True, slots=True)
class System:
    """One organisation of the demo. `months`: the length of a cycle; `base`: the first day of the data's (last) cycle."""

    key: str
    name: str
    months: int
    base: datetime.date
    starts: int  # the month in which a year of cycles begins
    far: Far
    units: str = ""  # the table of units
    people: str = ""  # the table of people
    unit_column: str = ""  # of the people's table
    unit_kind: UnitKind = UnitKind.DEPARTMENT
    also: tuple[str, ...] = ()  # further schemes of the set
    history: int = 1  # finished cycles
    stages: tuple[StageKind, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    title: str = "{period}考核"
    gap_limit: str = ""
    planned: bool = False  # its last finished cycle has goals and plans


K = StageKind
FULL: Final = (K.PLAN, K.DAILY, K.SELF, K.SUPERIOR, K.UPPER, K.RUN, K.RELEASE)

SYSTEMS: Final = (
    System(
        "enterprise", "衡川制药", 1, datetime.date(2026, 12, 1), 1, "superior", "部门", "员工", also=("enterprise/promotion",), history=12, stages=FULL,
        roles={"hr": "人力资源部", "leader": "总经理", "head": "部门负责人"}, title="{period}月度考核", gap_limit="20", planned=True,
    ),
    System(
        "college", "临江学院", 12, datetime.date(2026, 1, 1), 1, "group", "学院", unit_kind=UnitKind.COLLEGE,
        stages=(K.PLAN, K.DAILY, K.REPORT, K.GROUP, K.RUN, K.RELEASE), roles={"hr": "绩效办", "leader": "校长", "head": "院长"}, title="{period}年度考核",
        planned=True,
    ),
    System(
        "school", "清河实验学校", 12, datetime.date(2015, 9, 1), 9, "daily", people="教职工", unit_column="岗位类别",
        stages=(K.PLAN, K.DAILY, K.RUN, K.RELEASE), roles={"hr": "办公室", "leader": "校长", "head": "教研组长"}, title="{period}学年奖励性绩效",
    ),
    System(
        "tax", "青溪市税务局", 3, datetime.date(2026, 1, 1), 1, "rated", "单位", "人员", "科室", unit_kind=UnitKind.BRANCH,
        stages=(K.PLAN, K.DAILY, K.RUN, K.RELEASE), roles={"hr": "绩效管理办公室", "leader": "局长", "head": "科长"}, title="{period}组织绩效",
    ),
    System(
        "consulting", "同衡咨询", 12, datetime.date(2026, 1, 1), 1, "self", "部门", "员工", "部门",
        stages=(*FULL[:2], K.GUIDANCE, *FULL[2:]), roles={"hr": "人力资源部", "leader": "总裁", "head": "部长"}, title="{period}年度考核", gap_limit="10",
    ),
    System(
        "village", "白石村小学", 12, datetime.date(2026, 1, 1), 1, "planning", people="教职工", unit_column="身份",
        stages=(K.PLAN, K.DAILY, K.RUN, K.RELEASE), roles={"hr": "校务会", "leader": "中心校", "head": "校长"}, title="{period}年度等次评定",
    ),
    System(
        "credit", "县农村信用合作联社", 3, datetime.date(2027, 1, 1), 1, "preparing", "信用社", "客户经理", "信用社", unit_kind=UnitKind.BRANCH,
        also=("credit/tellers",), stages=(K.PLAN, K.DAILY, K.RUN, K.RELEASE), roles={"hr": "人事科", "leader": "理事长", "head": "信用社主任"},
        title="{period}客户经理考核",
    ),
)  # fmt: skip


def running_since(system: System, today: datetime.date) -> datetime.date:
    """The first day of the cycle that runs today. A month is rated once it is over, and so is what is rated already."""
    first = datetime.date(today.year, 1, 1).replace(month=system.starts)
    if first > today:
        first = first.replace(year=first.year - 1)
    while months_on(first, system.months) <= today:
        first = months_on(first, system.months)
    return months_on(first, -system.months) if system.months == 1 or system.far == "rated" else first


def period_of(system: System, since: datetime.date) -> str:
    """As the tables of the scheme write it: 2026-10, 2026, 2025-2026, 2026Q3."""
    match system.months:
        case 1:
            return since.isoformat()[:7]
        case 3:
            return f"{since.year}Q{(since.month + 2) // 3}"
    return str(since.year) if since.month == 1 else f"{since.year}-{since.year + 1}"


def words_of(system: System, since: datetime.date) -> str:
    """As people say it."""
    match system.months:
        case 1:
            return f"{since.year}年{since.month}月"
        case 3:
            return f"{since.year}年第{'一二三四'[(since.month - 1) // 3]}季度"
    return f"{since.year}年" if since.month == 1 else f"{since.year}—{since.year + 1}"
