"""Where a name leads: my row, the row that is counted, the row a link points at, a value of a day."""

from tests.engine.plan.office import codes, compiled, holds, refused

STAFF = "数据表 员工：工号 文字 不重复；部门 文字；得分 0～100 分；在岗 是否；入职日 日期"


def test_a_counted_colleague_may_be_named_by_the_table():
    """同 部门: 员工.在岗 is the colleague's, 得分 in the first place too."""
    holds(
        f"""
        - 每名员工：在岗合计（分）= 合计(得分；同 部门；当 员工.在岗)
        {STAFF}
        """,
        """
        员工: 工号, 部门, 得分, 在岗, 入职日 → 在岗合计
        甲, 一部, 60, 是, 2020-01-01 → 60
        乙, 一部, 70, 否, 2020-01-01 → 60
        丙, 二部, 80, 是, 2020-01-01 → 80
        """,
    )


def test_who_takes_no_part_in_a_rank_is_left_out_of_the_mean_of_ranks_read_over_a_link():
    """Whoever is not 在岗 has no rank for a reason; nothing has to be said about what is missing. 1 and 2 make 1.5."""
    holds(
        f"""
        - 每名员工：名次 = 排名(得分 高到低；同 全体；仅 在岗；并列 同名次)
        - 每个小组：平均名次（显示 1 位）= 平均(组员.人.名次；无则 0)
        {STAFF}
        数据表 小组：名称 文字 不重复
        数据表 组员：小组 属于 小组；人 属于 员工
        """,
        """
        员工: 工号, 部门, 得分, 在岗, 入职日 → 名次
        甲, 一部, 60, 是, 2020-01-01 → 2
        乙, 一部, 70, 否, 2020-01-01 → 不适用
        丙, 二部, 80, 是, 2020-01-01 → 1
        小组: 名称 → 平均名次
        红 → 1.5
        蓝 → 1
        组员: 小组, 人
        红, 甲
        红, 乙
        红, 丙
        蓝, 丙
        蓝, 乙
        """,
    )


def test_records_without_a_number_of_their_own_can_be_limited():
    holds(
        """
        - 每名员工：次数（次）= 个数(表扬)
        数据表 员工：工号 文字 不重复
        数据表 表扬（至多 3 行）：员工 属于 员工；事由 文字
        """,
        """
        员工: 工号 → 次数
        甲 → 2
        乙 → 0
        表扬: 员工, 事由
        甲, 救火
        甲, 献血
        """,
    )


def test_a_window_can_end_with_a_day():
    """近 3个月；截至 2026-03-15: January, February, March."""
    holds(
        """
        - 每名员工：近产量（件）= 合计(员工每月.产量；近 3个月；截至 离岗日)
        数据表 员工：工号 文字 不重复；离岗日 日期
        数据表 员工每月（员工 × 月份）：产量 0～100 件
        """,
        """
        员工: 工号, 离岗日 → 近产量
        甲, 2026-03-15 → 111
        乙, 2026-04-01 → 0
        员工每月: 员工, 月份, 产量
        甲, 2025-12, 50
        甲, 2026-01, 1
        甲, 2026-02, 10
        甲, 2026-03, 100
        甲, 2026-04, 50
        """,
    )


DATED = """
- 参数 标准（元）= 2025-01-01 起 1000元；2026-01-01 起 1200元
- 参数 补贴（元）= 50元
"""


def test_a_dated_parameter_is_the_one_in_force_on_the_day_in_brackets():
    """Before the first day there is none; the first day counts."""
    holds(
        DATED + "- 每名员工：标准额（元）= 标准[入职日] + 补贴[入职日]\n数据表 员工：工号 文字 不重复；入职日 日期",
        """
        员工: 工号, 入职日 → 标准额
        甲, 2024-12-31 → 无数据
        乙, 2025-01-01 → 1050
        丙, 2025-12-31 → 1050
        丁, 2026-01-01 → 1250
        """,
    )


def test_without_brackets_the_day_of_the_header_counts():
    scheme = "- 每名员工：标准额（元）= 标准\n数据表 员工：工号 文字 不重复"
    holds("基准日：2026-06-30\n" + DATED + scheme, "员工: 工号 → 标准额\n甲 → 1200")
    holds("基准日：2025-06-30\n" + DATED + scheme, "员工: 工号 → 标准额\n甲 → 1000")
    assert codes("基准日：2024-06-30\n" + DATED + scheme) == ["parameter-not-in-force"]
    assert codes(DATED + scheme) == ["parameter-needs-day"]


def test_one_who_rates_twice_gives_one_mark():
    """评分(本人 占 50%、本人 占 50%) asks for one column."""
    plan = compiled("- 每名员工：表现（分）= 评分(本人 占 50%、本人 占 50%；缺 停算)\n数据表 员工：工号 文字 不重复")
    assert [column.name for column in plan.tables["员工"].columns if getattr(column.origin, "is_mark", False)] == ["表现（本人）"]


def test_a_divisor_that_may_be_missing_must_be_provided_for():
    table = "数据表 员工：工号 文字 不重复；完成 0～100 件；计划 0～100 件 可缺"
    assert codes(f"- 每名员工：完成率（显示 2 位）= 相除(完成, 计划, 0)\n{table}") == ["missing-in-condition"]
    holds(
        f"- 每名员工：完成率（显示 2 位）= 相除(完成, 缺则(计划, 0件), 1)\n{table}",
        """
        员工: 工号, 完成, 计划 → 完成率
        甲, 9, 12 → 0.75
        乙, 9, 未评 → 1
        丙, 9, 0 → 1
        """,
    )


def test_a_missing_row_of_a_standard_stops_the_run_when_the_scheme_says_so():
    scheme = """
        - 每名员工：系数 = 标准[职称；无则 停算]
        标准表 标准（职称）：高级 1.5；中级 1.2
        数据表 员工：工号 文字 不重复；职称 高级/中级/见习
    """
    holds(scheme, "员工: 工号, 职称 → 系数\n甲, 高级 → 1.5\n乙, 中级 → 1.2")
    assert len(refused(scheme, "员工: 工号, 职称\n甲, 见习")) == 1
