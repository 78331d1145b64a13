"""Mistakes of ours that random schemes found, each as the smallest office in which it showed."""

from __future__ import annotations

import pytest

from quanheng.engine.faults import InputRefused
from tests.engine.plan.office import holds


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
