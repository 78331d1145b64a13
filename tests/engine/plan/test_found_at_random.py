"""Mistakes of ours that random schemes found, each as the smallest office in which it showed."""

from __future__ import annotations

import pytest

from quanheng.engine.faults import InputRefused
from tests.engine.plan.office import codes, holds, refused


def test_a_table_of_one_row_has_one_row() -> None:
    rules = """
        - 每名员工：份额（元）= 全院.总额
        数据表 员工：工号 文字 不重复
        数据表 全院（一行）：总额 0～100 元
    """
    holds(rules, "员工: 工号 → 份额\n甲 → 5\n全院: 总额\n5")
    for wrong in ("全院: 总额\n5\n6", "全院: 总额"):
        with pytest.raises(InputRefused):
            holds(rules, f"员工: 工号 → 份额\n甲 → 5\n{wrong}")


def test_words_for_missing_values_stand_beside_values_of_every_kind() -> None:
    holds(
        """
        - 每名员工：等次 = 如果(得分 >= 60分, “合格”, 未评)
        - 每名员工：转正日 = 分情况(得分 >= 60分：入职日；其余：无数据)
        - 每名员工：在册（是否）= 分档(得分；>= 60分：是；其余：不适用)
        数据表 员工：工号 文字 不重复；得分 0～100 分；入职日 日期
        """,
        """
        员工: 工号, 得分, 入职日 → 等次, 转正日, 在册
        甲, 60, 2026-01-05 → 合格, 2026-01-05, 是
        乙, 59, 2026-01-05 → 未评, 无数据, 不适用
        """,
    )


def test_a_replaced_level_can_still_be_compared() -> None:
    holds(
        """
        - 每名员工：高（是否）= 缺则(级别, “县级”) >= “市级”
        数据表 员工：工号 文字 不重复；级别 县级<市级<省级 可缺
        """,
        """
        员工: 工号, 级别 → 高
        甲, → 否
        乙, 市级 → 是
        """,
    )


def test_a_ratio_above_zero_can_divide() -> None:
    holds(
        """
        - 每名员工：率（显示 2 位）= 完成 / 30
        - 每名员工：倒数（保留 2 位）= 如果(率 > 0, 1 / 率, 0)
        数据表 员工：工号 文字 不重复；完成 0～100
        """,
        """
        员工: 工号, 完成 → 倒数
        甲, 0 → 0
        乙, 12 → 2.5
        """,
    )


def test_the_day_somebody_joined_makes_no_record_of_that_month() -> None:
    holds(
        """
        - 每个部门每月：人数（人）= 个数(记录)
        数据表 部门：名称 文字 不重复
        数据表 部门每月（部门 × 月份）：计划 0～9
        数据表 员工：工号 文字 不重复；部门 属于 部门；入职日 日期
        数据表 记录：部门 属于 部门；日期 日期
        """,
        """
        部门: 名称
        甲
        部门每月: 部门, 月份, 计划 → 人数
        甲, 2026-01, 1 → 1
        员工: 工号, 部门, 入职日
        E1, 甲, 2010-03-01
        记录: 部门, 日期
        甲, 2026-01-31
        """,
    )


def test_the_first_word_low_middle_high_orders_a_ranking_not_its_signs() -> None:
    holds(
        """
        - 每名员工：名次 = 排名(级别 高到低；同 全体；并列 同名次)
        数据表 员工：工号 文字 不重复；级别 县级<市级<省级
        """,
        """
        员工: 工号, 级别 → 名次
        甲, 县级 → 3
        乙, 省级 → 1
        丙, 市级 → 2
        """,
    )


def test_above_a_half_means_from_the_next_whole_figure_on() -> None:
    holds(
        """
        - 每名员工：反向（分）= 如果(得分 > 59.5分, -得分, 0分)
        - 每名员工：缺额（分）= 如果(得分 < 60.5分, 61分 - 得分, 0分)
        - 每名员工：份额（保留 2 位）= 如果(人数 > 0.5人, 6人 / 人数, 0)
        数据表 员工：工号 文字 不重复；得分 0～100 分；人数 0～9 人
        """,
        """
        员工: 工号, 得分, 人数 → 反向, 缺额, 份额
        甲, 59, 0 → 0, 2, 0
        乙, 60, 1 → -60, 1, 6       # a whole number above 59.5 is 60, not 60.5
        丙, 61, 4 → -61, 0, 1.50
        """,
    )


PEOPLE = "数据表 员工：工号 文字 不重复；甲 0～9；加班 0～9 天 可缺"


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("如果(甲 > 0, 分配(100元；按 1 / 甲；同 全体；零头 大者先得；全零 不发), 0元)", "divisor-can-be-zero"),
        ("如果(有(加班), 分配(100元；按 加班；同 全体；零头 大者先得；全零 不发), 0元)", "missing-in-condition"),
        ("如果(有(加班), 排名(加班 高到低；同 全体；并列 同名次) × 1元, 0元)", "missing-in-condition"),
    ],
)
def test_a_condition_on_my_row_says_nothing_of_the_others_in_the_group(formula: str, code: str) -> None:
    rules = f"- 每名员工：奖金（元）= {formula}\n{PEOPLE}"
    assert codes(rules) == [code]


def test_a_value_in_place_of_a_missing_one_counts_for_everybody_in_the_group() -> None:
    holds(
        f"""
        - 每名员工：名次 = 如果(有(加班), 排名(缺则(加班, 9天) 高到低；同 全体；并列 同名次), 0)
        {PEOPLE}
        """,
        """
        员工: 工号, 甲, 加班 → 名次
        甲, 0, → 0       # has none, and stands first with 9
        乙, 0, 3 → 3
        丙, 0, 5 → 2
        """,
    )


def test_what_only_names_is_known_of_all_who_take_part() -> None:
    holds(
        f"""
        - 每名员工：名次 = 排名(10 / 甲 高到低；同 全体；并列 同名次；仅 甲 > 0)
        - 每名员工：奖金（元）= 分配(100元；按 10 / 甲；同 全体；零头 大者先得；全零 停算；上限 60元 / 甲；多出 归公；仅 甲 > 0)
        {PEOPLE}
        """,
        """
        员工: 工号, 甲, 加班 → 名次, 奖金
        甲, 0, → 不适用, 不适用
        乙, 2, → 1, 30            # of 100: 60, but at most 60 / 2
        丙, 3, → 2, 20
        """,
    )


def test_a_count_under_a_condition_is_not_made_where_the_condition_fails() -> None:
    holds(
        f"""
        - 每名员工：均摊（分，保留 2 位）= 如果(甲 > 0, 合计(记录.分值 / 甲), 0分)
        - 每名员工：更多（次）= 如果(有(加班), 个数(记录；当 记录.次数 > 加班), 0)
        - 每名员工：最好（分，保留 2 位）= 合计(记录.分值 / 记录.次数；取高 1个；当 记录.次数 > 0天)
        - 每名员工：档（分）= 如果(有(加班), 标准[如果(加班 > 3天, “高”, “低”)], 0分)
        标准表 标准（档）：高 2分；低 1分
        {PEOPLE}
        数据表 记录：员工 属于 员工；分值 0～9 分；次数 0～9 天
        """,
        """
        员工: 工号, 甲, 加班 → 均摊, 更多, 最好, 档
        甲, 0, → 0, 0, 5, 0
        乙, 2, 3 → 6.50, 1, 3.50, 1      # 6 / 2 + 7 / 2; 4 > 3; 7 / 2
        丙, 4, 5 → 0, 0, 0, 2
        记录: 员工, 分值, 次数
        甲, 5, 1
        甲, 9, 0
        乙, 6, 4
        乙, 7, 2
        """,
    )


def test_what_stands_on_a_missing_mark_is_not_judged_before_the_mark_is_there() -> None:
    told = refused(
        """
        - 每名员工：总分（分）= 合计(打分表；缺 停算)
        - 每名员工：必须 总分 >= 60分
        - 每名员工：必须 缺则(上级分, 0分) >= 50分
        指标表 打分表（每名员工）：
        | 指标 | 满分 | 计分 | 来源 |
        |---|---|---|---|
        | 态度 | 100 | 限于(上级分, 0分, 100分) | 考核组 |
        数据表 员工：工号 文字 不重复；上级分 0～100 分 可缺
        """,
        """
        员工: 工号, 上级分
        甲,
        乙, 40
        """,
    )
    assert told == ["甲：“态度”缺，办法要求停算。", "乙、甲：不符合“每名员工：必须 缺则(上级分, 0分) >= 50分”。"]


def test_what_stands_on_a_value_out_of_its_range_is_not_judged_before_the_value_is_in_it() -> None:
    told = refused(
        """
        - 每名员工：得分（分，0～100）= 基数 × 3
        - 每名员工：必须 得分 < 200分
        - 每名员工：必须 基数 > 30分
        数据表 员工：工号 文字 不重复；基数 0～100 分
        """,
        "员工: 工号, 基数\n甲, 90\n乙, 20",
    )
    assert told == ["甲：“得分”超出了办法写明的范围 0～100。", "乙：不符合“每名员工：必须 基数 > 30分”。"]


def test_equal_ranks_cannot_share_a_debt() -> None:
    rules = """
        - 每名员工：奖金（元）= 名次奖(得分 高到低；同 全体；各名 全院.头奖、7元；并列 平分；零头 大者先得)
        数据表 员工：工号 文字 不重复；得分 0～100 分
        数据表 全院（一行）：头奖 -100～100 元
    """
    holds(rules, "员工: 工号, 得分 → 奖金\n甲, 5 → 1\n乙, 5 → 1\n全院: 头奖\n-5")
    assert refused(rules, "员工: 工号, 得分\n甲, 5\n乙, 5\n全院: 头奖\n-9") == ["乙、甲：要分配的总额是负数。"]


def test_only_the_first_period_out_of_its_range_is_told() -> None:
    told = refused(
        """
        - 每个员工每月：结余（分，保留 0 位，0～100）= 上期(结余；无则 0分) + 变动
        数据表 员工：工号 文字 不重复
        数据表 员工每月（员工 × 月份）：变动 -100～100 分
        """,
        """
        员工: 工号
        甲
        乙
        员工每月: 员工, 月份, 变动
        甲, 2026-01, 90
        甲, 2026-02, 60     # 150
        甲, 2026-03, -40    # 110, or 60 from the 100 that should have been
        乙, 2026-01, 50
        乙, 2026-02, 50
        乙, 2026-03, 1
        """,
    )
    assert told == ["乙/2026-03、甲/2026-02：“结余”超出了办法写明的范围 0～100。"]


def test_a_mark_that_must_be_there_for_those_who_take_part_is_not_asked_of_the_others() -> None:
    rules = """
        - 每名员工：名次 = 排名(如果(加权(业绩 占 60%、测评 占 40%；缺 停算) < 60分, 1, 2) 高到低；同 全体；并列 同名次；仅 参评)
        数据表 员工：工号 文字 不重复；参评 是否；业绩 0～100 分；测评 0～100 分 可缺
    """
    holds(rules, "员工: 工号, 参评, 业绩, 测评 → 名次\n甲, 是, 50, 50 → 2\n乙, 否, 90, → 不适用\n丙, 是, 90, 90 → 1")
    assert refused(rules, "员工: 工号, 参评, 业绩, 测评\n甲, 是, 50,\n乙, 否, 90,") == ["甲：“测评”缺，办法要求停算。"]


def test_the_sum_behind_a_mean_may_be_wider_than_any_of_its_rows() -> None:
    rows = "甲, 900000000000.000003\n" * 20
    holds(
        """
        - 每名员工：均值（元，保留 6 位）= 平均(流水.金额；无则 0元)
        数据表 员工：工号 文字 不重复
        数据表 流水：员工 属于 员工；金额 0～900000000001 元 6 位小数
        """,
        f"员工: 工号 → 均值\n甲 → 900000000000.000003\n流水: 员工, 金额\n{rows}",
    )


def test_the_number_of_a_month_may_be_reckoned_with_like_any_other() -> None:
    holds(
        """
        - 每名员工：权重（%，保留 2 位）= 限于(月号(入职月), 0, 100)
        - 每名员工：乘积 = 缺则(权重 × 权重, 1)
        - 每名员工：年积 = 缺则(年份(入职月) × 1000000, 1)
        数据表 员工：工号 文字 不重复；入职月 月份 可缺
        """,
        """
        员工: 工号, 入职月 → 乘积, 年积
        甲, 2026-12 → 144, 2026000000
        乙, 2026-01 → 1, 2026000000
        丙, → 1, 1
        """,
    )


def test_a_limit_below_nothing_is_refused() -> None:
    rules = """
        - 每名员工：奖金（元）= 分配(0元；按 1；同 全体；零头 大者先得；全零 平分；上限 额度；多出 归公；仅 在岗)
        数据表 员工：工号 文字 不重复；额度 -500～500 元；在岗 是否
    """
    holds(rules, "员工: 工号, 额度, 在岗 → 奖金\n甲, 5, 是 → 0\n乙, -5, 否 → 不适用")
    assert refused(rules, "员工: 工号, 额度, 在岗\n甲, 5, 是\n乙, -5, 是") == ["乙：分配的上限是负数。"]
