"""Who belongs to an organisation of the demo: units and people of the shipped data, and the offices that run the year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quanheng.domain import calendar, pinyin
from quanheng.domain.actions import spans
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.demo.people import name_of
from quanheng.domain.demo.systems import System
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Capacity,
    Committee,
    CommitteeKind,
    DayStanding,
    Grant,
    Login,
    Org,
    Person,
    Post,
    Seat,
    SeatRole,
    Unit,
    UnitKind,
    UnitPlace,
    WorkDay,
)  # fmt: skip
from quanheng.domain.policies.viewer import Viewer
from quanheng.engine.document.model import Annex, Scheme

Rows = Sequence[Mapping[str, str]]
HEADS = ("部门负责人", "管理人员")  # columns that say who heads a unit
HEAD_TITLES = ("科长", "主任", "校长")


@dataclass
class House:
    """What was founded, by the names that the data use."""

    org: Org
    root: Unit
    office: Unit
    since: datetime.date
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)  # number of a person → name of the unit
    heads: dict[str, Person] = field(default_factory=dict)
    offices: dict[str, Person] = field(default_factory=dict)  # role → person
    committees: dict[str, Committee] = field(default_factory=dict)
    serial: int = 0

    def make_person(self, number: str, name: str) -> Person:
        """One person with its spelling."""
        sounds, initials = pinyin.readings(name)
        person = Person.objects.create(org=self.org, number=number, name=name, pinyin=sounds, initials=initials)
        self.people[number] = person
        return person

    def invent(self) -> Person:
        """Somebody whom the data do not name."""
        self.serial += 1
        return self.make_person(f"M{self.serial:03d}", name_of(self.serial * 37 + len(self.org.key) * 101))

    def unit(self, name: str, kind: UnitKind, parent: Unit) -> Unit:
        """A unit below another one."""
        if name not in self.units:
            made = Unit.objects.create(org=self.org, code=f"D{len(self.units) + 1:02d}", kind=kind)
            UnitPlace.objects.create(unit=made, parent=parent, name=name, since=self.since)
            self.units[name] = made
        return self.units[name]

    def post(self, person: Person, unit: Unit, title: str = "", post_class: str = "") -> None:
        """Where somebody works, since the house stands."""
        Post.objects.create(person=person, unit=unit, title=title, post_class=post_class, since=self.since)

    def grant(self, person: Person, capacity: Capacity, unit: Unit) -> None:
        """A capacity over a unit."""
        Grant.objects.create(org=self.org, person=person, capacity=capacity, unit=unit, since=self.since, document="组织任命")


@deed("demo.found")
def found(by: Viewer, system: System, tables: Mapping[str, Rows], scheme: Scheme, since: datetime.date) -> House:
    """Write down the whole organisation."""
    org = by.org
    org.save(force_insert=True)
    _calendar(org, since.year, by.today.year + 1)
    root = Unit.objects.create(org=org, code="0", kind=UnitKind.ROOT)
    UnitPlace.objects.create(unit=root, parent=None, name=system.name, since=since)
    office = Unit.objects.create(org=org, code="D00", kind=UnitKind.DEPARTMENT)
    office_name = system.roles["hr"]
    house = House(org, root, office, since)
    listed = [row["名称"] for row in tables.get(system.units, ())]
    UnitPlace.objects.create(unit=office, parent=root, name=office_name if office_name not in listed else "综合办公室", since=since)
    for name in listed:
        house.unit(name, system.unit_kind, root)
    if system.key == "tax":
        for row in tables["科室"]:
            house.unit(row["名称"], UnitKind.TEAM, house.units[row["单位"]])
    _people(house, system, tables)
    _offices(house, system)
    _heads(house, system)
    _committees(house, scheme)
    spans.rebuild(org)
    enter(by, "demo.found", About.ORG, org, digest=digest_of(sorted(house.people)), ref=org.key)
    return house


def _calendar(org: Org, first: int, last: int) -> None:
    days = [
        WorkDay(org=org, day=day, works=works, standing=DayStanding.OFFICIAL if official else DayStanding.PROVISIONAL, note=note)
        for year in range(first, last + 1)
        for day, works, official, note in calendar.published(year)
    ]
    WorkDay.objects.bulk_create(days, batch_size=1000)


def _people(house: House, system: System, tables: Mapping[str, Rows]) -> None:
    last_unit = {row["员工"]: row["部门"] for row in tables.get("员工每月", ()) if "部门" in row}
    for row in tables.get(system.people, ()):
        number = row["工号"]
        person = house.make_person(number, row["姓名"])
        name = last_unit.get(number) or row.get(system.unit_column) or "全体"
        unit = house.unit(name, UnitKind.TEAM, house.root)
        house.at[number] = name
        house.post(person, unit, row.get("岗位", ""), row.get("岗位类别", ""))
        leads = any(row.get(column) == "是" for column in HEADS) or row.get("岗位") in HEAD_TITLES or row.get("身份") in HEAD_TITLES
        if leads and name not in house.heads:
            house.heads[name] = person


OFFICES = (
    ("leader", "", (Capacity.LEADER, Capacity.HEAD)),
    ("hr", "专员", (Capacity.HR,)),
    ("officer", "办法管理", (Capacity.OFFICER,)),
    ("auditor", "监督", (Capacity.AUDITOR,)),
    ("system_admin", "系统管理员", (Capacity.SYSTEM_ADMIN,)),
    ("security_admin", "安全管理员", (Capacity.SECURITY_ADMIN,)),
    ("audit_admin", "审计管理员", (Capacity.AUDIT_ADMIN,)),
)


def _offices(house: House, system: System) -> None:
    for role, title, capacities in OFFICES:
        person = house.invent()
        house.post(person, house.root if role == "leader" else house.office, system.roles.get(role, title) if role == "leader" else title)
        for capacity in capacities:
            house.grant(person, capacity, house.root)
        house.offices[role] = person


def _heads(house: House, system: System) -> None:
    """Every unit has a head: whom the data name, else the first of its people, else somebody invented."""
    first: dict[str, Person] = {}
    for number, name in house.at.items():
        first.setdefault(name, house.people[number])
    for name, unit in house.units.items():
        head = house.heads.get(name)
        if head is None and system.key in ("school", "village"):
            head = first.get(name)
        if head is None:
            head = house.invent()
            house.post(head, unit, system.roles["head"])
        house.heads[name] = head
        house.grant(head, Capacity.HEAD, unit)
    house.grant(house.offices["hr"], Capacity.HEAD, house.office)


def _committees(house: House, scheme: Scheme) -> None:
    """The review groups of an annex: 小组, 组长, 成员, 秘书."""
    for annex in scheme.of(Annex):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in annex.lines if line.strip().startswith("|")]
        if not rows or rows[0][:2] != ["小组", "组长"]:
            continue
        for name, leader, members, secretary in rows[2:]:
            committee = Committee.objects.create(org=house.org, name=name, kind=CommitteeKind.REVIEW, unit=house.root, composition="名单见附二")
            house.committees[name] = committee
            seats = [(leader, SeatRole.LEADER), *((member, SeatRole.MEMBER) for member in members.split("、")), (secretary, SeatRole.SECRETARY)]
            for each, role in seats:
                house.serial += 1
                person = house.make_person(f"M{house.serial:03d}", each)
                house.post(person, house.office, f"{name}{role.label}")
                Seat.objects.create(committee=committee, person=person, role=role, since=house.since)


@deed("demo.open")
def open_doors(by: Viewer, house: House, system: System) -> None:
    """One account for each persona; in the demo they sign in by a click and have no password. Last, so that nobody comes in
    before everything is there."""
    made = _logins(house, system)
    enter(by, "demo.open", About.ORG, house.org, digest=digest_of(made), ref=house.org.key)


def _logins(house: House, system: System) -> list[str]:
    made = []
    unit = max(house.units, key=lambda name: sum(at == name for at in house.at.values()))
    staff = next((house.people[number] for number, name in house.at.items() if name == unit and house.people[number] != house.heads[unit]), None)
    personas = {
        "staff": staff or house.heads[unit],
        "head": house.heads[unit],
        "upper": house.offices["leader"],
        **{role: house.offices[role] for role in ("hr", "officer", "auditor", "system_admin", "security_admin", "audit_admin")},
    }
    for committee in list(house.committees.values())[:1]:
        seats = {seat.role: seat.person for seat in committee.seats.select_related("person")}
        personas |= {"group_leader": seats[SeatRole.LEADER], "member": seats[SeatRole.MEMBER], "secretary": seats[SeatRole.SECRETARY]}
    for role, person in personas.items():
        if person.login_id is None:
            login = Login(username=f"{system.key}-{role.replace('_', '-')}")
            login.set_unusable_password()
            login.save()
            Person.objects.filter(pk=person.pk).update(login=login)
            person.login = login
            made.append(login.username)
    return sorted(made)
