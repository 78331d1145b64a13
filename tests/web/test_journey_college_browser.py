"""A year of the college, from the plan to the explained result, as each of its people goes through it in a browser.

Three of its colleges, the review groups of its annex and the regulation stand there; the cycle, the plan, what the offices
counted, an accident, the reports, the groups' marks and signatures, the run and its release are done on the pages.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from quanheng.domain.bridge.plans import checked, compiled, inputs
from quanheng.domain.demo.house import found
from quanheng.domain.demo.systems import SYSTEMS
from quanheng.domain.demo.year import Year, read_folder
from quanheng.domain.models import Login, Org, Person, SchemeVersion
from quanheng.domain.policies.viewer import system_of
from quanheng.engine.faults import Cell
from quanheng.engine.run.binding import bind
from quanheng.engine.run.raw import RawTable
from quanheng.engine.run.reference import run_reference
from tests.web.browser import Visit
from tests.web.desk import Office
from tests.web.roles import Auditor, Confirming, Rater, Reader, Runner, kinds_of

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMES = Path(__file__).parents[2] / "schemes"
PERIOD, TITLE = "2027", "2027年度考核"
CHEMISTRY, MACHINES, LETTERS = "化学与材料学院", "机械工程学院", "文学与传媒学院"
HEADS = ("名称", "类别", "本科专业数", "学生人数", "到账经费", "目标经费", "去向落实率")
COUNTED = {  # by the offices: programmes, students, funds received and aimed at, graduates placed
    CHEMISTRY: ["学院", "4", "1001", "576.30", "637.63", "79.99%"],
    MACHINES: ["学院", "3", "2050", "480.00", "600.00", "91.00%"],
    LETTERS: ["学院", "2", "1000", "689.98", "809.49", "95.00%"],
}
STUDENTS = "2100"  # of the machines, as they stand at the end of the year: two whole steps above 1000
TEACHING, SCIENCE, LIVES, PARTY = "教学组", "科技产业组", "学生工作组", "党建组"
ITEMS = {TEACHING: ("专业与课程建设", "人才培养质量"), SCIENCE: ("成果与产业服务",), LIVES: ("学风与日常管理",), PARTY: ("党建与思想政治", "综治与安全稳定")}
GIVEN = {  # what the groups give, in the order of their sheets: chemistry, letters, machines
    SCIENCE: ((8,), (7,), (9,)), LIVES: ((12,), (13,), (14,)), PARTY: ((8, 4), (7, 3), (9, 5)),
}
OWN = {  # what the three members of the first group give, each by himself
    "谢怀谷": ((13, 8), (11, 7), (14, 9)), "孟静岚": ((12, 9), (12, 8), (14, 8)), "韦成书": ((14, 7), (10, 9), (14, 10)),
}
AGREED = ((13, 8), (11, 8), (14, 9))  # their means
SHEET = (CHEMISTRY, LETTERS, MACHINES)


class Hr(Runner):
    """The office for performance."""

    def prepares_the_year(self, folder: Path) -> None:
        """The colleges as they begin, and the cycle."""
        self.imports(folder / "colleges.csv", "学院", "2027-01-04", [",".join(HEADS), *(",".join([name, *row]) for name, row in COUNTED.items())])
        self.plans_a_cycle(TITLE, PERIOD, datetime.date(2027, 1, 1), datetime.date(2028, 1, 1))
        self.has_stages("计划确认", "日常记录", "单位自报", "小组审核", "计算核对", "定稿")
        self.presses("建好，去确定考核对象")
        self.shows("subjects")
        self.begins(3)

    def records_an_accident(self, number: str, unit: str, grade: str) -> None:
        """Which counts against the unit."""
        self.goes_to("事实记录")
        self.follows("记一件")
        self.chooses("记到哪本台账", "教学事故")
        self.presses("换一本")
        self.chooses("哪个机构", unit)
        self.fills("编号", number)
        self.chooses("等级", grade)
        self.fills("发生了什么", "实训课停课一次没有补")
        self.shows("accident")
        self.presses("记下", exact=True)
        self.sees("已记下，编号 JL-2027-05", unit, grade)

    def corrects_the_students(self, unit: str, count: str, why: str) -> None:
        """What the office counted is another figure now; the old one stays to be seen."""
        self.goes_to("事实记录")
        self.chooses("台账", "学院")
        self.presses("筛选")
        self.follows("JL-2027-01", within=unit)
        self.follows("更正")
        self.fills("学生人数", count)
        self.fills("为什么更正、怎么更正", why)
        self.presses("更正", exact=True)
        self.sees("已更正为 JL-2027", count)


class Dean(Rater, Reader):
    """Speaks for his college."""

    def drafts_the_plan(self) -> None:
        """From the regulation's indicators, with one goal of the college's own."""
        self.takes_up("起草计划")
        self.shows("dean-draft")
        row = self.page.locator("tbody tr").filter(has=self.page.locator('input[name=item][value=""]')).first
        row.locator("[name=item]").fill("建成智能制造实训中心")
        row.locator("[name=due]").fill("2027-11-30")
        self.presses("保存并交对方确认")
        self.sees("已提交给对方确认", "建成智能制造实训中心")

    def reports(self, words: str, *, claim: str) -> None:
        """Item by item, on the phone."""
        self.takes_up("单位自报")
        for label in self.page.get_by_label("做了什么、结果怎样").all():
            label.fill(words)
        self.page.get_by_label("自报分").first.fill(claim)
        self.shows("dean-report")
        self.presses("保存并提交")
        self.sees("已提交；以后只能补充")


class President(Confirming):
    """校长."""

    def agrees_to_the_plan(self, of: str) -> None:
        """The other side of a college's plan."""
        self.takes_up("确认计划")
        self.sees(of, "建成智能制造实训中心")
        self.presses("同意", exact=True)
        self.sees("已确认；双方的确认都留下了")


class Member(Rater):
    """Sits in a review group."""

    def gives_his_own(self, group: str, *marks: tuple[object, ...]) -> None:
        """By himself, unseen by the others."""
        self.opens_the_sheet(group)
        self.pastes(SHEET[0], *marks, item=ITEMS[group][0])
        self.shows("member-own")

    def agrees_to_the_groups(self, group: str) -> None:
        """What the group gives is right."""
        self.takes_up("评分", group)
        self.presses("同意并签字")
        self.sees("已签字")

    def keeps_a_view(self, group: str, view: str) -> None:
        """It goes with the sheet."""
        self.takes_up("评分", group)
        self.fills("保留意见", view)
        self.presses("记下", exact=True)
        self.sees("保留意见已随表存下", view)


class GroupLeader(Member):
    """Leads a review group."""

    def takes_the_means(self, group: str) -> None:
        """Of what the members gave, side by side."""
        self.opens_the_sheet(group)
        for name in OWN:
            self.sees(name)
        self.shows("leader-side-by-side")
        self.presses("未评的格子取成员平均")
        self.sees(f"{len(SHEET) * len(ITEMS[group])} 格取了成员的平均")

    def gives_the_groups(self, group: str) -> None:
        """Agreed upon in a meeting, typed in by its leader; the members have signed on paper."""
        self.opens_the_sheet(group)
        self.pastes(SHEET[0], *GIVEN[group], item=ITEMS[group][0])
        self.fills("未签字的理由", "成员在纸质评议表上签字")
        self.hands_in()


@pytest.fixture
def clock():
    with time_machine.travel("2026-12-28T01:00:00Z", tick=True) as travelling:
        yield travelling


@pytest.fixture
def college(clock, site: str) -> Year:
    """The college with its people, groups and regulation; nothing has happened yet."""
    system = next(each for each in SYSTEMS if each.key == "college")
    text, data = read_folder(SCHEMES / system.key)
    data["学院"] = [row for row in data["学院"] if row["名称"] in COUNTED]
    by = system_of(Org(key=system.key, name=system.name, role_names=dict(system.roles)), timezone.now())
    year = Year(system, found(by, system, data, checked(text).scheme, datetime.date(2026, 1, 1)), text, data)
    year.adopt(datetime.date(2027, 1, 1), 12)
    return year


@pytest.fixture
def office(college: Year, clock, visit: Visit) -> Office:
    people = {"hr": "绩效办", "leader": "校长", "auditor": "监督"}
    logins = {word: signed_up(college.house.offices[role]) for role, word in people.items()}
    logins[MACHINES] = signed_up(college.house.heads[MACHINES])
    for group in college.house.committees.values():
        logins |= {seat.person.name: signed_up(seat.person) for seat in group.seats.select_related("person") if group.name == TEACHING or seat.role == "leader"}
    return Office(visit, clock, logins)


def signed_up(person: Person) -> Login:
    person.login = Login.objects.create_user(person.number.lower())
    person.save(update_fields=["login"])
    return person.login


def leader_of(college: Year, group: str) -> str:
    return college.house.committees[group].seats.get(role="leader").person.name


def test_a_year_from_the_plan_to_the_explained_result(college: Year, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    the_year_is_planned(office, tmp_path)
    what_counts_is_recorded_and_reported(office)
    a_group_gives_its_own_marks_agrees_and_signs(college, office)
    the_other_groups_hand_in(college, office)
    the_result_is_computed_and_released(office, monkeypatch)
    the_dean_sees_where_it_comes_from(office)
    the_journal_holds_it_all(college, office)


def the_year_is_planned(office: Office, folder: Path) -> None:
    office.day("2027-01-04")
    with office.at_desk("绩效办", Hr) as hr:
        hr.prepares_the_year(folder)
    office.day("2027-01-05")
    with office.at_desk(MACHINES, Dean) as dean:
        dean.drafts_the_plan()
    with office.at_desk("校长", President) as president:
        president.agrees_to_the_plan(MACHINES)


def what_counts_is_recorded_and_reported(office: Office) -> None:
    office.day("2027-05-12")
    with office.at_desk("绩效办", Hr) as hr:
        hr.records_an_accident("J2027-01", MACHINES, "二级")
    office.day("2027-12-31")
    with office.at_desk("绩效办", Hr) as hr:
        hr.corrects_the_students(MACHINES, STUDENTS, "按年末在籍人数，多 50 人")
    office.day("2028-01-04")
    with office.at_desk(MACHINES, Dean, phone=True) as dean:
        dean.reports("实训中心建成，三门课程改成项目制。", claim="14")


def a_group_gives_its_own_marks_agrees_and_signs(college: Year, office: Office) -> None:
    office.day("2028-01-10")
    for name, marks in OWN.items():
        with office.at_desk(name, Member) as member:
            member.gives_his_own(TEACHING, *marks)
    with office.at_desk(leader_of(college, TEACHING), GroupLeader) as leader:
        leader.takes_the_means(TEACHING)
    for name in ("谢怀谷", "孟静岚"):
        with office.at_desk(name, Member) as member:
            member.agrees_to_the_groups(TEACHING)
    with office.at_desk("韦成书", Member) as member:
        member.keeps_a_view(TEACHING, "机械的人才培养质量应为满分")
    with office.at_desk(leader_of(college, TEACHING), GroupLeader) as leader:
        leader.opens_the_sheet(TEACHING)
        leader.sees("机械的人才培养质量应为满分")
        leader.hands_in()


def the_other_groups_hand_in(college: Year, office: Office) -> None:
    for group in GIVEN:
        with office.at_desk(leader_of(college, group), GroupLeader) as leader:
            leader.gives_the_groups(group)


def the_result_is_computed_and_released(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.day("2028-01-14")
    with office.at_desk("绩效办", Hr) as hr:
        hr.closes_the_rating(TITLE)
        hr.computes("年终核算", monkeypatch)
        hr.proposes()
    with office.at_desk("校长", President) as president:
        president.confirms_the_release()
    with office.at_desk("绩效办", Hr) as hr:
        hr.publishes()


def the_dean_sees_where_it_comes_from(office: Office) -> None:
    with office.at_desk(MACHINES, Dean, phone=True) as dean:
        dean.goes_to("考核结果")
        dean.sees("1 个单位", "良好 1 个")
        dean.shows("dean-results")
        why = dean.asks_why(dean.row(MACHINES).get_by_role("link", name=exact(MACHINES, "总分")))
        expect(why).to_contain_text("总分")
        why.get_by_role("link", name="0.4").first.click()
        for told in ("学生加分", "2100 人", "第五条（二）", "复算一致"):  # (2100 − 1000) ÷ 500 makes two whole steps, 2 × 2 points × 0.1
            expect(why).to_contain_text(told)
        dean.shows("dean-why")
        why.get_by_role("link", name="2100 人").first.click()
        expect(why.locator(".qh-facts")).to_contain_text(kinds_of("JL-2027"))


def the_journal_holds_it_all(college: Year, office: Office) -> None:
    with office.at_desk("监督", Auditor) as auditor:
        auditor.goes_to("日志")
        for deed, who in (("sheet.average", leader_of(college, TEACHING)), ("sheet.dissent", "韦成书"), ("report.hand_in", college.house.heads[MACHINES].name)):
            auditor.finds(deed, who)
        auditor.checks_the_chain()


def exact(unit: str, column: str) -> str:
    """What the engine finds for a college out of what was typed: by the executor with exact fractions, which the product's own
    run does not use."""
    plan = compiled(SchemeVersion.objects.get(state="in_force")).plan
    assert plan is not None
    marks = {TEACHING: AGREED, **GIVEN}
    counted = {name: [*row[:2], STUDENTS if name == MACHINES else row[2], *row[3:]] for name, row in COUNTED.items()}
    rows = [[name, *counted[name], *(str(mark) for group in ITEMS for mark in marks[group][place])] for place, name in enumerate(SHEET)]
    tables = {
        "学院": ([*HEADS, *(item for items in ITEMS.values() for item in items)], rows),
        "教学事故": (["编号", "学院", "等级"], [["J2027-01", MACHINES, "二级"]]),
    }
    empty = {name: ([column.name for column in inputs(table)], []) for name, table in plan.tables.items() if table.origin == "data"}
    raw = {name: RawTable(*table, lambda row: Cell("", row=row)) for name, table in {**empty, **tables}.items()}
    result = run_reference(plan, bind(plan, raw))
    row = next(row for row, key in enumerate(result.keys["学院"]) if key[0] == unit)
    value = result.columns["学院"][column][row]
    assert isinstance(value, Fraction)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.2f}"
