"""The people of every test: 王 is rated, 李 is the superior, 张 the upper, 赵 from another department, 钱 in HR, 孙 audits.

    0 甲公司
    ├── SC 生产部      张 (heads it)
    │   └── SC1 一车间 李 (heads it), 王
    ├── ZJ 质检部      赵
    └── RL 人力资源部   钱 (HR of the whole), 孙 (auditor), 吴 (leader), 郑 冯 陈 (the three administrators)

Each fixture is the `Viewer`; the person is `wang.person`. `cast` holds organisation and units.
"""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from quanheng.domain.actions.access import give_grant
from quanheng.domain.actions.house import add_person, add_unit, make_org, set_post
from quanheng.domain.models import Capacity, Login, Org, Person, Unit, UnitKind
from quanheng.domain.policies.house import root_of
from quanheng.domain.policies.viewer import Viewer, viewer_of

NOW = datetime.datetime(2026, 10, 15, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Thursday, a working day
BEGAN = datetime.date(2024, 1, 1)
PEOPLE = {  # fixture: number, name, unit, title, what they hold over which unit
    "wang": ("1001", "王强", "SC1", "操作工", None),
    "li": ("1002", "李敏", "SC1", "车间主任", (Capacity.HEAD, "SC1")),
    "zhang": ("1003", "张宏", "SC", "部长", (Capacity.HEAD, "SC")),
    "zhao": ("1004", "赵磊", "ZJ", "检验员", None),
    "qian": ("1005", "钱芳", "RL", "绩效专员", (Capacity.HR, "0")),
    "sun": ("1006", "孙静", "RL", "审计员", (Capacity.AUDITOR, "0")),
    "wu": ("1007", "吴岩", "RL", "总经理", (Capacity.LEADER, "0")),
    "zheng": ("1008", "郑凯", "RL", "系统管理", (Capacity.SYSTEM_ADMIN, "0")),
    "feng": ("1009", "冯玉", "RL", "安全管理", (Capacity.SECURITY_ADMIN, "0")),
    "chen": ("1010", "陈立", "RL", "审计管理", (Capacity.AUDIT_ADMIN, "0")),
}


@dataclass
class Cast:
    """The organisation, its units by code, and everybody by the name of the fixture."""

    org: Org
    system: Viewer
    units: dict[str, Unit]
    people: dict[str, Person]

    def viewer(self, name: str, now: datetime.datetime = NOW) -> Viewer:
        """As this person is seen at an instant."""
        return viewer_of(self.people[name], now)


def make_cast(key: str = "jia", name: str = "甲公司") -> Cast:
    """The same house again, for another organisation as well."""
    system = make_org(key, name, NOW, since=BEGAN)
    units = {"0": root_of(system.org)}
    for code, called, kind, above in (
        ("SC", "生产部", UnitKind.DEPARTMENT, "0"),
        ("SC1", "一车间", UnitKind.TEAM, "SC"),
        ("ZJ", "质检部", UnitKind.DEPARTMENT, "0"),
        ("RL", "人力资源部", UnitKind.DEPARTMENT, "0"),
    ):
        units[code] = add_unit(system, code=code, name=called, kind=kind, parent=units[above], since=BEGAN)
    people = {}
    for fixture, (number, called, code, title, held) in PEOPLE.items():
        people[fixture] = add_person(system, number=number, name=called)
        set_post(system, people[fixture], since=BEGAN, unit=units[code], title=title, post_class="管理" if held else "生产")
        if held is not None:
            give_grant(system, people[fixture], held[0], unit=units[held[1]], since=BEGAN, document="任字〔2024〕1号")
    return Cast(system.org, system, units, people)


def sign_in(client, person: Person) -> None:
    """Let Django's client be this person; the account is made when there is none."""
    if person.login is None:
        person.login = Login.objects.create_user(f"{person.org.key}-{person.number}", None)
        person.save(update_fields=["login"])
    client.force_login(person.login)


@pytest.fixture
def cast(db) -> Cast:
    """甲公司 with everybody in it."""
    return make_cast()


def _one(name: str):
    @pytest.fixture(name=name)
    def somebody(cast: Cast) -> Viewer:
        return cast.viewer(name)

    return somebody


wang, li, zhang, zhao, qian, sun, wu, zheng, feng, chen = map(_one, PEOPLE)
