"""One text in, everything there is to say about it out: faults and advice in the order of the text, the plan when it is fit."""

from fractions import Fraction

from quanheng.engine.checking import advise_on_results, check, rule_of
from quanheng.engine.faults import Cell, Fault, InputRefused, Place, Severity
from quanheng.engine.run.model import Results

HEAD = "# 例\n\n编号：lizi；版本：2026；周期：年；舍入：四舍五入；对象：员工\n\n## 第一条 例\n\n得分 60 分以上为合格。\n\n"
TABLE = "\n\n## 附一 数据\n\n数据表 员工：姓名 文字 不重复（人事）；得分 0～100 分（考评组）\n"


def test_a_scheme_that_is_fit_has_a_plan():
    checked = check(HEAD + "- 每名员工：等次 = 分档(得分；>= 60分：“合格”；其余：“不合格”)" + TABLE)
    assert checked.fit and checked.plan is not None
    assert checked.plan.subject == "员工"
    assert checked.faults == ()


def test_advice_leaves_the_plan():
    checked = check(HEAD + "- 每名员工：等次 = 分档(得分；>= 61分：“合格”；其余：“不合格”)" + TABLE)
    assert checked.fit
    assert {fault.severity for fault in checked.faults} == {Severity.ADVICE}


def test_faults_of_the_text_and_of_the_rules_stand_in_the_order_of_the_lines():
    checked = check(HEAD + "- 每名员工：甲 = 得份\n- 每名员工：乙\n- 每名员工：丙 = 得分 / 3" + TABLE, "考核.md")
    assert checked.plan is None and not checked.fit
    wrong = [(fault.at.line, fault.code) for fault in checked.faults if fault.severity is Severity.FAULT and isinstance(fault.at, Place)]
    assert wrong == [(9, "unknown-name"), (10, "equals-missing"), (11, "ratio-without-digits")]
    assert {fault.at.file for fault in checked.faults if isinstance(fault.at, Place)} == {"考核.md"}


def test_a_number_that_nobody_can_carry_exactly_is_found_before_pay_day():
    """Ten factors of up to 10^15 are 10^150; 38 digits can be carried."""
    rules = "- 每名员工：大数（显示 2 位）= " + " × ".join(["巨"] * 10) + " / 得数"
    table = "\n\n数据表 员工：姓名 文字 不重复；巨 0～1000000000000000；得数 1～100\n"
    checked = check(HEAD + rules + table)
    assert not checked.fit
    wide = [fault for fault in checked.faults if fault.code == "too-wide"]
    assert len(wide) == 1
    assert (wide[0].at.line, wide[0].article) == (9, "第一条")  # type: ignore[union-attr]
    assert "大数" in wide[0].zh


def test_what_is_too_wide_inside_a_rule_is_said_of_the_rule():
    """The mean of a share of the total, over as many people as there may be: what overflows is hidden in the rule."""
    text = HEAD + "- 每名员工：和（显示 2 位）= 合计(记录.数 / 记录.除；当 记录.数 > 0)" + TABLE + "\n数据表 记录：员工 属于 员工；数 0～1000；除 1～1000\n"
    checked = check(text)
    assert [fault.code for fault in checked.faults if fault.severity is Severity.FAULT] == ["too-wide"]
    assert "和" in checked.faults[0].zh or any("“和”" in fault.zh for fault in checked.faults)


def test_a_hidden_column_belongs_to_the_rule_that_made_it():
    text = HEAD + "- 每名员工：名次分（分，保留 1 位）= 平均(得分；同 全体) × 60% + 0分" + TABLE
    plan = check(text).plan
    assert plan is not None
    hidden = [column.name for column in plan.tables["员工"].columns if column.hidden]
    assert hidden
    assert {rule_of(plan, "员工", name).name for name in hidden} <= {"名次分", *hidden}
    assert rule_of(plan, "员工", "名次分").name == "名次分"


# --------------------------------------------------------------------------------------------------------------- faults


def test_a_fault_says_where_and_what_to_do_in_both_languages():
    fault = Fault("too-much", Place(3, 5, 3, 9, "考核.md"), "太多。", "Too much.", "少一点。", "Less.")
    assert (str(fault.at), fault.says(), fault.says("en"), fault.hint(), fault.hint("en")) == ("考核.md:3:5", "太多。", "Too much.", "少一点。", "Less.")
    assert [severity.zh for severity in Severity] == ["错误", "提醒"]


def test_a_place_in_the_data_is_named_as_people_look_for_it():
    assert str(Cell("员工.xlsx", "员工", 12, "得分", "九十")) == "员工.xlsx 工作表 员工 第 12 行 “得分”列"
    assert str(Cell("员工.csv")) == "员工.csv"


def test_a_refusal_tells_its_first_faults():
    faults = [Fault(f"code-{nr}", Cell("员工.csv", row=nr), f"第{nr}处。", "") for nr in range(1, 6)]
    refusal = InputRefused(faults)
    assert refusal.faults == tuple(faults)
    assert str(refusal) == "员工.csv 第 1 行: code-1: 第1处。; 员工.csv 第 2 行: code-2: 第2处。; 员工.csv 第 3 行: code-3: 第3处。"


def test_whatever_a_rule_needs_on_the_way_belongs_to_a_rule_one_can_see():
    """Links, records, ranks and pools all become hidden columns; a fault about one of them must name what the office wrote."""
    rules = """- 每个部门：部门奖（元，保留 2 位）= 合计(记录.数；当 记录.除 > 人数下限) + 0元
- 每名员工：奖（元，保留 2 位）= 分配(部门.部门奖；按 得分；同 部门；仅 得分 > 10分；零头 大者先得；全零 停算；上限 部门.部门奖；多出 分给其他)
- 每名员工：名次 = 排名(得分 高到低；同 部门；仅 得分 > 10分；并列 同名次)
- 每名员工每月：余额（元，0～1000000，保留 2 位）= 上期(余额；无则 0元) + 支出 × 员工.系数
- 每名员工：系数 = 标准[级；无则 0]
- 参数 人数下限 = 3
"""
    tables = """
## 附一 数据

标准表 标准（级）：甲 1.5；乙 1
数据表 部门：名称 文字 不重复
数据表 员工：姓名 文字 不重复；部门 属于 部门；得分 0～100 分；级 文字
数据表 记录：部门 属于 部门；数 0～1000 元；除 1～1000
数据表 员工每月（员工 × 月份）：支出 0～100 元
"""
    plan = check(HEAD + rules + tables).plan
    assert plan is not None, [fault.zh for fault in check(HEAD + rules + tables).faults]
    hidden = [(table.name, column.name) for table in plan.tables.values() for column in table.columns if column.hidden]
    assert len(hidden) > 5
    told = {rule_of(plan, *each).name for each in hidden if each[1].startswith("·")}
    assert told <= {"部门奖", "奖", "名次", "余额", "系数", *(name for _, name in hidden)}
    assert {"部门奖", "奖", "余额"} <= told


MARKED = """
指标表 测评（每名员工）：

| 指标 | 满分 | 计分 | 来源 | 评分人 |
|---|---|---|---|---|
| 学风 | 50 | 封顶(得分, 50分) | 考评组 | |
| 出勤 | 50 | 封顶(得分, 50分) | 考评组 | |

- 每名员工：总分 = 合计(测评)
"""


def test_an_indicator_on_which_nobody_differs_is_named_after_the_run():
    """Five rows: 学风 is full for all, 出勤 is 30 for all; four rows are too few to say so."""
    plan = check(HEAD + MARKED + TABLE).plan
    assert plan is not None, [fault.zh for fault in check(HEAD + MARKED + TABLE).faults]

    def advised(learning: list[int], attendance: list[int]) -> list[str]:
        columns = {"学风": list(map(Fraction, learning)), "出勤": list(map(Fraction, attendance))}
        return [fault.code for fault in advise_on_results(plan, Results({}, {"员工": columns}))]

    assert advised([50] * 5, [30] * 5) == ["indicator-reached-by-all", "indicator-no-variation"]
    assert advised([50] * 4, [30] * 4) == []
    assert advised([50, 50, 50, 50, 49], [30, 30, 30, 30, 31]) == []
