"""Every number explains itself: the explanation ends with the run's own value, and says what did not apply."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from quanheng.documents.tables.folder import read_tables
from quanheng.engine.checking import check
from quanheng.engine.explain import Explanation, explain
from quanheng.engine.explain.trace import NoSuchCell
from quanheng.engine.plan.model import Plan
from quanheng.engine.run.binding import bind
from quanheng.engine.run.present import key_text, text
from quanheng.engine.run.reference import Reference

SCHEMES = Path(__file__).parents[3] / "schemes"
SHIPPED = sorted(str(path.parent.relative_to(SCHEMES)) for path in SCHEMES.glob("**/scheme.md") if (path.parent / "data").is_dir())
ROWS_EACH = 4


@cache
def run_of(name: str) -> tuple[Plan, Reference]:
    folder = SCHEMES / name
    checked = check((folder / "scheme.md").read_text(encoding="utf-8"), f"{name}/scheme.md")
    assert checked.plan is not None
    return checked.plan, Reference(checked.plan, bind(checked.plan, read_tables(folder / "data", checked.scheme).raw))


def why(name: str, table: str, key: str, column: str, language: str = "zh") -> Explanation:
    plan, reference = run_of(name)
    return explain(plan, reference, table, key, column, language)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_explanation_ends_with_the_value_of_the_run(name: str) -> None:
    plan, reference = run_of(name)
    asked = 0
    for table in plan.tables.values():
        if table.origin != "data":
            continue
        types = [plan.column(table.name, key).type for key in table.key]
        rows = reference.rows(table.name)
        step = max(1, len(rows) // ROWS_EACH)
        for row in rows[::step]:
            key = key_text(reference.keys(table.name)[row], types)
            for column in table.columns:
                if column.hidden:
                    continue
                for language in ("zh", "en"):
                    told = explain(plan, reference, table.name, key, column.name, language)
                    assert told.exact == text(reference.cell(table.name, row, column.name), column)
                    assert told.to_text(language)
                    assert json.loads(json.dumps(told.to_json(), ensure_ascii=False))["exact"] == told.exact
                    for part in told.walk():
                        assert part.sentence
                        assert "·1" not in part.sentence, "no helper column is ever shown"
                asked += 1
    assert asked > 0


@pytest.mark.parametrize("name", SHIPPED)
def test_every_part_of_an_explanation_is_itself_a_cell_of_the_run(name: str) -> None:
    plan, reference = run_of(name)
    table = plan.tables[plan.subject]
    types = [plan.column(table.name, key).type for key in table.key]
    key = key_text(reference.keys(table.name)[0], types)
    for column in table.columns:
        if column.hidden:
            continue
        for part in explain(plan, reference, table.name, key, column.name).walk():
            own = plan.tables[part.table]
            keys = [key_text(each, [plan.column(own.name, k).type for k in own.key]) for each in reference.keys(own.name)]
            cell = reference.cell(own.name, keys.index(part.row), part.column)
            assert part.exact == text(cell, plan.column(own.name, part.column))


def rules_of(told: Explanation) -> dict[str, Explanation]:
    return {part.column: part for part in told.walk()}


def test_a_college_reads_why_it_got_its_bonus_for_students() -> None:
    told = rules_of(why("college", "学院", "外国语学院", "学生加分"))["学生加分"]
    assert told.article == "第五条（二）"
    assert told.exact == "0.2"
    assert any("超过起点 1000人" in step or "超过起点 1000 人" in step for step in told.steps)
    assert any(part.column == "学生人数" and part.source == "学生处" for part in told.parts)


def test_an_explanation_names_the_condition_that_a_record_does_not_satisfy() -> None:
    """99,999.99 yuan is not 重大损失: the accident is listed, crossed out, with its reason."""
    plan, reference = run_of("college")
    found = []
    for row in reference.rows("学院"):
        key = key_text(reference.keys("学院")[row], [plan.column("学院", "名称").type])
        told = explain(plan, reference, "学院", key, "违规否决")
        found += [record for record in told.records if not record.counted]
    assert found
    assert any("重大损失" in record.why_not and "不成立" in record.why_not for record in found)


def test_a_split_shows_pool_weight_and_exact_share() -> None:
    plan, reference = run_of("real/s10")
    told = explain(plan, reference, "护士", "刘", "职称奖金")
    assert any("总额" in step and "权数合计" in step for step in told.steps)
    assert any("÷" in step and "分到" in step for step in told.steps)


def test_a_split_says_who_got_the_left_over_fen_and_why() -> None:
    plan, reference = run_of("real/s10")
    told = {key[0]: explain(plan, reference, "护士", str(key[0]), "职称奖金") for key in reference.keys("护士")}
    lines = {name: step for name, each in told.items() for step in each.steps if "剩下 4 个 0.01 元" in step}
    assert len(lines) == 7
    assert sum("得 1 个 0.01 元" in line for line in lines.values()) == 4, "as many as there are fen left over"


OFFICE = """# 收费岗位考核办法

编号：window；版本：1；周期：月；舍入：四舍五入；对象：窗口每月

## 第一条 考核

- 每个窗口每月：连好（月）= 连续(得分 >= 95分)
- 每个窗口每月：结余（元，0～100000，保留 2 位）= 上期(结余；无则 0元) + 提成
- 每个窗口每月：提成（元）= 累进(业绩；<= 50000元：2%；<= 200000元：3%；其余：4%)
- 每个窗口每月：折算（分，保留 2 位）= 内插(得分；60分：0分；100分：10分)
- 每个窗口每月：奖（元）= 名次奖(得分 高到低；同 月份；各名 300元、200元；并列 平分；零头 大者先得)
- 每个窗口每月：名次 = 排名(得分 高到低；同 月份；并列 再比 业绩 高到低)

## 附一 数据

数据表 窗口：名称 文字 不重复（办公室）

数据表 窗口每月（窗口 × 月份）：得分 0～100 分（办公室）；业绩 0～10000000 元（财务）
"""


@cache
def windows() -> tuple[Plan, Reference]:
    from quanheng.engine.run.binding import from_sheet

    checked = check(OFFICE)
    assert checked.plan is not None, checked.faults
    rows = [["甲", "2026-01", "96", "60000"], ["甲", "2026-02", "97", "250000"], ["乙", "2026-01", "90", "1"], ["乙", "2026-02", "97", "9"]]
    raw = {
        "窗口": from_sheet(["名称"], [["甲"], ["乙"]], "窗口.csv"),
        "窗口每月": from_sheet(["窗口", "月份", "得分", "业绩"], rows, "窗口每月.csv"),
    }
    return checked.plan, Reference(checked.plan, bind(checked.plan, raw))


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("连好", "从 2026-01 到 2026-02 都成立，连续 2 期"),
        ("提成", "50,000 元 × 2% + 150,000 元 × 3% + 50,000 元 × 4% = 7,500"),
        ("折算", "在 60分（0分） 和 100分（10分） 之间"),
        ("奖", "第 1 到第 2 名并列"),
        ("名次", "另有 1 行与本行相同，再比 业绩 250,000 元"),
    ],
)
def test_each_form_says_how_it_came_to_its_value(column: str, says: str) -> None:
    plan, reference = windows()
    told = explain(plan, reference, "窗口每月", "甲/2026-02", column)
    assert any(says in step for step in told.steps), told.steps


def test_a_balance_names_the_balance_of_the_month_before_and_stops_there() -> None:
    plan, reference = windows()
    told = explain(plan, reference, "窗口每月", "甲/2026-02", "结余")
    before = [part for part in told.parts if part.row == "甲/2026-01"]
    assert [(part.column, part.exact, part.parts) for part in before] == [("结余", "1300.00", ())]


def test_a_cap_that_was_not_reached_is_said() -> None:
    told = why("real/s10", "护士", "刘", "实发")
    assert any("上限" in each and "没有超过" in each for part in told.walk() for each in part.not_applied)


def test_what_was_decided_outside_is_shown_with_its_document_and_not_computed() -> None:
    plan, reference = run_of("village")
    decided = [
        explain(plan, reference, "教职工", key_text(key, [plan.column("教职工", plan.tables["教职工"].key[0]).type]), column.name)
        for key in reference.keys("教职工")
        for column in plan.tables["教职工"].columns
        if not column.hidden and column.name.startswith("最终")
    ]
    assert any("不另行计算" in step for told in decided for part in told.walk() for step in part.steps)


def test_nobody_else_is_named_when_a_rank_is_explained() -> None:
    plan, reference = run_of("enterprise")
    names = {str(key[0]) for key in reference.keys("员工")}
    key = key_text(reference.keys("员工每月")[0], [plan.column("员工每月", k).type for k in plan.tables["员工每月"].key])
    told = explain(plan, reference, "员工每月", key, "等次", others=False).to_text()
    assert {name for name in names if name in told} <= {key.split("/")[0]}


def test_unknown_rows_and_columns_are_refused() -> None:
    for table, key, column in (("学院", "没有的学院", "等次"), ("学院", "外国语学院", "没有的列"), ("没有的表", "甲", "等次")):
        with pytest.raises(NoSuchCell):
            why("college", table, key, column)


BRANCH = """# 网点考核办法

编号：branch；版本：1；周期：年；舍入：四舍五入；对象：员工

## 第一条 考核

- 每名员工：步（分）= 步进(业绩；起点 100件；每多 10件 加 1分；零头 不计)
- 每名员工：提成（元）= 累进(销售；<= 1000元：10%；其余：20%)
- 每名员工：奖（元，保留 2 位）= 分配(网点.总额；按 权；同 网点；零头 大者先得；全零 不发)
- 每名员工：补（元，保留 2 位）= 分配(网点.总额；按 权；同 网点；仅 在岗；零头 大者先得；全零 不发)
- 每名员工：名次 = 排名(权 高到低；同 网点；仅 在岗；并列 同名次)

## 附一 数据

数据表 网点：名称 文字 不重复（办公室）；总额 0～10000 元（财务）

数据表 员工：姓名 文字 不重复（人事）；网点 属于 网点（人事）；业绩 0～1000 件 可缺（运营）；销售 0～100000 元 可缺（运营）；权 0～9（人事）；在岗 是否（人事）
"""


@cache
def branches() -> tuple[Plan, Reference]:
    from quanheng.engine.run.binding import from_sheet

    checked = check(BRANCH)
    assert checked.plan is not None, checked.faults
    rows = [
        ["甲", "东", "未评", "未评", "0", "是"],
        ["乙", "东", "135", "1500", "0", "是"],
        ["丙", "西", "99", "1000", "2", "否"],
        ["丁", "西", "99", "9", "1", "是"],
    ]
    raw = {
        "网点": from_sheet(["名称", "总额"], [["东", "100"], ["西", "100"]], "网点.csv"),
        "员工": from_sheet(["姓名", "网点", "业绩", "销售", "权", "在岗"], rows, "员工.csv"),
    }
    return checked.plan, Reference(checked.plan, bind(checked.plan, raw))


@pytest.mark.parametrize(
    ("who", "column", "says"),
    [
        ("甲", "步", "没有数，不加不扣"),
        ("乙", "步", "每多 10件 加 1分，零头不计，计 3 步"),
        ("丙", "步", "没有超过起点"),
        ("乙", "提成", "1,000 元 × 10% + 500 元 × 20% = 200 元"),
        ("甲", "奖", "权数合计 0"),
        ("丙", "奖", "100 元 × 2 ÷ 3 = 66.666667…"),
        ("丙", "补", "不参加分配：不符合“仅 在岗 否”"),
        ("丙", "名次", "不参加排名"),
    ],
)
def test_what_is_missing_or_zero_or_left_out_is_said(who: str, column: str, says: str) -> None:
    plan, reference = branches()
    told = explain(plan, reference, "员工", who, column)
    assert any(says in each for each in (*told.steps, *told.not_applied)), (told.steps, told.not_applied)


def test_a_commission_on_nothing_is_nothing() -> None:
    plan, reference = branches()
    told = explain(plan, reference, "员工", "甲", "提成")
    assert (told.exact, told.steps) == ("未评", ())


def test_only_the_records_of_the_subject_are_listed_when_others_are_kept_out() -> None:
    plan, reference = branches()
    told = explain(plan, reference, "员工", "丙", "奖", "en", others=False).to_text("en")
    assert "丁" not in told and "pool 100 元, 2 take part with total weight 3, own 2" in told
