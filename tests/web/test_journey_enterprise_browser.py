"""A month of the enterprise, from the plan to the explained result, as each of its people goes through it in a browser.

The people and the regulation stand there; everything else (the cycle, plans, records, figures handed in, guidance, marks,
the run, its release) is done on the pages, by whoever does it, signed in with his own account.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect

from quanheng.domain.bridge.plans import compiled
from quanheng.engine.faults import Cell
from quanheng.engine.run.binding import bind
from quanheng.engine.run.raw import RawTable
from quanheng.engine.run.reference import run_reference
from tests.web.browser import Visit
from tests.web.desk import Office
from tests.web.roles import Auditor, Confirming, Rater, Reader, Runner, kinds_of
from tests.year import LAB, PACKING, Year, adopted, facts_of_people, founded

pytestmark = pytest.mark.django_db(transaction=True)
MONTH, TITLE = "2026-11", "2026年11月月度考核"
FIGURES = (  # as the offices hand them in for the month: number, unit, planned, done, good, in time
    ("E001", PACKING, 800, 760, "99.20%", "97.40%"),
    ("E002", PACKING, 800, 800, "99.60%", "98.50%"),
    ("E003", LAB, 800, 784, "98.40%", "95.10%"),
    ("E004", LAB, 800, 824, "99.60%", "98.00%"),
    ("E0101", PACKING, 800, 720, "97.80%", "98.00%"),
    ("E0102", LAB, 800, 800, "99.05%", "96.40%"),
)  # fmt: skip
MARKS = {"E001": 78, "E002": 88, "E003": 85, "E004": 90, "E0101": 74, "E0102": 81}
HELPED, REPAIRED, TAUGHT = "夜班替班，设备点检一项不漏", "更换封口机刀片，没有停机", "示范清场的先后次序，再做一遍都对"


class Hr(Runner):
    """钱 runs the month."""

    def prepares_the_month(self) -> None:
        """A cycle with its stages on working days, everybody whom the regulation is about, begun."""
        self.plans_a_cycle(TITLE, MONTH, datetime.date(2026, 11, 1), datetime.date(2026, 12, 1), gap="20")
        self.has_stages("计划确认", "日常记录", "定期指导", "自评", "上级评分", "上级审阅", "计算核对", "定稿")
        self.presses("建好，去确定考核对象")
        expect(self.row("王", "E001")).to_contain_text("李")  # rated by
        expect(self.row("王", "E001")).to_contain_text("张")  # read by
        self.shows("hr-subjects")
        self.begins(6)

    def hands_in_the_figures(self, folder: Path) -> None:
        """What the workshops and the laboratory counted, as files."""
        self.imports(folder / "units.csv", "部门每月", "2026-11-30", ["部门,月份,指标启用", *(f"{unit},{MONTH},2026-08" for unit in (PACKING, LAB))])
        heads = "员工,月份,部门,计划量,完成量,合格率,及时率"
        rows = [",".join([row[0], MONTH, *map(str, row[1:])]) for row in FIGURES]
        self.imports(folder / "people.csv", "员工每月", "2026-11-30", [heads, *rows])



class Leader(Rater):
    """李 leads the packing workshop; 吴 and 张 do the same for theirs."""

    def proposes_plans(self) -> None:
        """One plan from the indicators of the regulation with a work goal, then the same for the others."""
        self.takes_up("起草计划")
        self.follows("起草", within="王")
        self.sees("起草计划：王")
        self.shows("leader-draft")
        row = self.page.locator("tbody tr").filter(has=self.page.locator('input[name=item][value=""]')).first
        row.locator("[name=item]").fill("写成封口机换刀要点")
        row.locator("[name=standard]").fill("班组会上讲一次")
        row.locator("[name=due]").fill("2026-11-27")
        self.page.get_by_label("目标值 1", exact=True).fill("800 件")
        self.presses("保存并交对方确认")
        self.sees("已提交给对方确认", "写成封口机换刀要点", "800 件")
        self.shows("leader-proposed")

    def records(self, letters: str, name: str, note: str) -> None:
        """A fact, on the phone, where it happened."""
        self.goes_to("事实记录")
        self.follows("记一件")
        self.picks(letters, name)
        self.fills("发生了什么", note)
        self.chooses_kind("操作规范")
        self.shows("leader-record")
        self.presses("记下", exact=True)
        self.sees("已记下，编号 JL-2026-11", note)

    def chooses_kind(self, word: str) -> None:
        """What the fact is about."""
        self.fills("类别", word)

    def verifies(self, who: str, what: str) -> None:
        """What somebody said about himself is true."""
        self.takes_up("核实记录")
        self.sees(who, what)
        self.shows("leader-verify")
        self.presses("打勾的属实")
        self.sees("1 条已核实", "没有要核实的记录")

    def guides(self, name: str, text: str, next_step: str) -> None:
        """A talk of the month is written down."""
        self.takes_up("定期指导，2 件")
        self.sees(HELPED, REPAIRED)  # what was recorded stands beside
        self.fills(f"对{name}说了什么、看到什么", text)
        self.fills("下一步", next_step)
        self.shows("leader-guides")
        self.presses("记下写了的")
        self.sees("记下了 1 人的指导", "还有 1 人，已记 1 人")

    def cites(self, name: str, note: str, comment: str) -> None:
        """The mark stands on a record, with a word about it."""
        self.cell(name).click()
        beside = self.page.locator("#beside")
        expect(beside.locator("h2")).to_have_text(name)
        beside.locator("li", has_text=note).get_by_role("checkbox").check()
        self.is_saved()
        beside.get_by_label("评语").fill(comment)
        beside.get_by_role("heading", name=name).click()
        self.is_saved()
        expect(self.page.locator("td", has=self.cell(name))).not_to_have_attribute("data-norecord", "")

    def explains_the_gap(self, text: str) -> None:
        """A sentence about why the two views lie apart."""
        self.takes_up("说明评分差距")
        self.shows("gap")
        self.fills("为什么相差这么多", text)
        self.presses("记下说明")
        self.sees("说明已记下", text)


class Upper(Leader, Confirming):
    """张 leads the leaders."""

    def returns(self, whose: str, reason: str) -> None:
        """The sheet goes back once."""
        self.takes_up("审阅评分", whose)
        self.sees(f"{whose} · {TITLE}评分表")
        self.shows("upper-review")
        self.fills("退回理由", reason)
        self.presses("退回")
        self.sees("已退回，签字作废")

    def lets_close(self, whose: str) -> None:
        """The sheet is right now."""
        self.takes_up("审阅评分", whose)
        self.presses("审阅通过")
        self.sees("审阅通过，评分表已锁定")


class Staff(Leader, Reader):
    """王 is rated."""

    def agrees_to_the_plan(self) -> None:
        """What the superior proposed is right."""
        self.takes_up("确认计划")
        self.sees("写成封口机换刀要点", "800 件")
        self.shows("staff-plan")
        self.presses("同意", exact=True)
        self.sees("已确认；双方的确认都留下了")

    def reports(self, note: str) -> None:
        """Something that was done well, on one's own word."""
        self.goes_to("事实记录")
        self.follows("记一件")
        self.fills("谁", self.name)
        self.fills("发生了什么", note)
        self.chooses_kind("改进")
        self.presses("记下", exact=True)
        self.sees("已记下", "自报", "待核实")
        self.shows("staff-reported")

    def reads_the_guidance(self, *words: str) -> None:
        """And says so."""
        self.goes_to("事实记录")
        self.follows("日常指导")
        self.follows(self.name)
        self.sees(*words)
        self.shows("staff-guidance")
        self.presses("我看过了")
        self.sees("已记下你看过了")

    def evaluates_himself(self, mark: int, note: str) -> None:
        """On the phone."""
        self.takes_up("自评")
        self.page.get_by_label("表现自评").fill(str(mark))
        self.page.get_by_label("说明").fill(note)
        self.shows("staff-self")
        self.presses("提交并签字")
        self.sees("已提交并签字")

    def opens_his_result(self) -> None:
        """From the navigation."""
        self.goes_to("考核结果")
        self.sees(f"我的{TITLE}结果")
        self.shows("staff-result")


@pytest.fixture
def clock():
    with time_machine.travel("2026-10-30T01:00:00Z", tick=True) as travelling:
        yield travelling


@pytest.fixture
def firm_at_work(clock, site: str) -> Year:
    """The firm with its people and its regulation; no cycle, no record of what happened."""
    year = founded(2, accounts=True)
    adopted(year)
    facts_of_people(year)
    return year


@pytest.fixture
def office(firm_at_work: Year, clock, visit: Visit) -> Office:
    return Office(visit, clock, {name: person.login for name, person in firm_at_work.people.items() if person.login is not None})


def exact(year: Year, counted: dict[str, int], column: str, digits: int) -> str:
    """What the engine finds for 王 out of what was typed: by the executor with exact fractions, which the product's own run
    does not use."""
    plan = compiled(year.version).plan
    assert plan is not None
    names = {person.number: name for name, person in year.people.items()}
    heads = {"E002", "E004"}
    people = [[row[0], names[row[0]], "是" if row[0] in heads else "否", "1100.00"] for row in FIGURES]
    tables = {
        "部门": (["名称"], [[PACKING], [LAB]]),
        "员工": (["工号", "姓名", "部门负责人", "奖金标准"], people),
        "部门每月": (["部门", "月份", "指标启用"], [[unit, MONTH, "2026-08"] for unit in (PACKING, LAB)]),
        "员工每月": (
            ["员工", "月份", "部门", "计划量", "完成量", "合格率", "及时率", "记录条数", "表现自评", "表现上级评"],
            [[row[0], MONTH, *map(str, row[1:]), str(counted.get(row[0], 0)), "99" if row[0] == "E001" else None, str(MARKS[row[0]])] for row in FIGURES],
        ),
        "偏差": (["员工", "日期", "班次", "程度"], []),
        "批准名额": (["部门", "月份", "等次", "增减", "批准文号"], []),
    }  # fmt: skip
    raw = {name: RawTable(columns, rows, lambda row, name=name: Cell(name, row=row)) for name, (columns, rows) in tables.items()}
    found = run_reference(plan, bind(plan, raw))
    row = next(row for row, key in enumerate(found.keys["员工每月"]) if key[0] == "E001")
    value = found.columns["员工每月"][column][row]
    assert isinstance(value, Fraction)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{digits}f}"


def test_a_month_from_the_plan_to_the_explained_result(firm_at_work: Year, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    the_month_is_planned(office)
    what_happens_is_recorded_and_talked_about(office)
    figures_and_views_come_in(office, tmp_path)
    the_leaders_rate(office)
    two_who_differ_explain_and_the_upper_returns_once(office)
    the_result_is_computed_and_released(office, monkeypatch)
    the_result_explains_itself(office, firm_at_work)
    the_journal_holds_it_all(office)


def the_month_is_planned(office: Office) -> None:
    with office.at_desk("钱", Hr) as hr:
        hr.prepares_the_month()

    office.day("2026-11-02")
    with office.at_desk("李", Leader) as li:
        li.shows("leader-home")
        li.proposes_plans()
    with office.at_desk("王", Staff, phone=True) as wang:
        wang.shows("staff-home")
        wang.agrees_to_the_plan()


def what_happens_is_recorded_and_talked_about(office: Office) -> None:
    office.day("2026-11-12")
    with office.at_desk("李", Leader, phone=True) as li:
        li.records("王", "王", HELPED)
    with office.at_desk("王", Staff, phone=True) as wang:
        wang.reports(REPAIRED)
    with office.at_desk("李", Leader) as li:
        li.verifies("王", REPAIRED)
        li.guides("王", TAUGHT, "下周五交接时讲给新人")
    with office.at_desk("王", Staff, phone=True) as wang:
        wang.reads_the_guidance(TAUGHT, "下周五交接时讲给新人")


def figures_and_views_come_in(office: Office, folder: Path) -> None:
    office.day("2026-12-01")
    with office.at_desk("钱", Hr) as hr:
        hr.hands_in_the_figures(folder)
    with office.at_desk("王", Staff, phone=True) as wang:
        wang.evaluates_himself(99, "替班四次，刀片换得快")


def the_leaders_rate(office: Office) -> None:
    office.day("2026-12-03")
    with office.at_desk("吴", Leader) as wu:
        wu.opens_the_sheet()
        wu.pastes("赵", (MARKS["E003"],), (MARKS["E0102"],))
        wu.hands_in()
    with office.at_desk("张", Upper) as zhang:
        zhang.opens_the_sheet()
        zhang.types("李", MARKS["E002"])
        zhang.types("吴", MARKS["E004"])
        zhang.hands_in()
    with office.at_desk("李", Leader) as li:
        li.opens_the_sheet()
        li.shows("leader-sheet")
        li.types("王", 70)
        li.types("员甲001", MARKS["E0101"])
        li.cites("王", REPAIRED, "换刀快，但清场漏一处")
        li.shows("leader-sheet-filled")
        li.hands_in()


def two_who_differ_explain_and_the_upper_returns_once(office: Office) -> None:
    with office.at_desk("李", Leader) as li:
        li.explains_the_gap("清场漏了一处，自评没有计入")
    with office.at_desk("王", Staff, phone=True) as wang:
        wang.explains_the_gap("漏的一处当班已补，没有影响生产")
    with office.at_desk("张", Upper) as zhang:
        zhang.returns("李", "王的分偏低，请对照替班记录再看")
    with office.at_desk("李", Leader) as li:
        li.goes_home()
        li.shows("leader-returned")
        li.opens_the_sheet()
        li.sees("审阅人退回：王的分偏低，请对照替班记录再看")
        li.types("王", MARKS["E001"])
        li.hands_in()
    with office.at_desk("张", Upper) as zhang:
        zhang.lets_close("李")
        zhang.lets_close("吴")


def the_result_is_computed_and_released(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.day("2026-12-08")
    with office.at_desk("钱", Hr) as hr:
        hr.closes_the_rating(TITLE, "五人没有自评，自评不计入得分")
        hr.computes("月末核算", monkeypatch)
        hr.proposes()
    with office.at_desk("张", Upper) as zhang:
        zhang.confirms_the_release()
    with office.at_desk("钱", Hr) as hr:
        hr.publishes()


def the_result_explains_itself(office: Office, year: Year) -> None:
    with office.at_desk("王", Staff, phone=True) as wang:
        wang.opens_his_result()
        counted = {"E001": 2}  # what 李 saw and what 王 reported; of nobody else anything was recorded
        assert wang.page.locator(".qh-own-head .qh-hero").inner_text() == exact(year, counted, "得分", 2)
        why = wang.asks_why(wang.page.locator(".qh-items li", has_text="任务完成").get_by_role("link"))
        wang.shows("staff-why")
        for told in ("王：任务完成 = 28.50 分", "封顶(完成量 760 件 ÷ 计划量 800 件，100%) × 30分", "第五条", "复算一致"):
            expect(why).to_contain_text(told)
        assert f"{exact(year, counted, '任务完成', 2)} 分" == why.locator(".qh-why-value").inner_text()
        why.get_by_role("link", name="760 件").click()  # and from there to what the workshop handed in
        expect(why).to_contain_text("任务完成 28.50")
        expect(why.locator(".qh-facts")).to_contain_text(kinds_of("JL-2026-11"))


def the_journal_holds_it_all(office: Office) -> None:
    with office.at_desk("周", Auditor) as zhou:
        zhou.goes_to("日志")
        zhou.shows("auditor-journal")
        for deed, who in (("plan.agree", "王"), ("record.verify", "李"), ("sheet.return", "张"), ("run.order", "钱"), ("release.confirm", "张")):
            zhou.finds(deed, who)
        zhou.checks_the_chain()
