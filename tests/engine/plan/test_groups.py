"""In a group: who stands where, how many places a percentage gives, who gets which fen of a pool."""

import pytest

from tests.engine.plan.office import codes, holds, refused

# ---------------------------------------------------------------------------------------------------------------- ranks


def test_equal_results_share_a_place_in_four_ways():
    """95, 90, 90, 85, as in the printed lists of results: 1 2 2 4, 1 3 3 4, 1 2 2 3, or by a further figure."""
    holds(
        """
        - 每名选手：名次一（名）= 排名(得分 高到低；同 组别；并列 同名次)
        - 每名选手：名次二（名）= 排名(得分 高到低；同 组别；并列 末位名次)
        - 每名选手：名次三（名）= 排名(得分 高到低；同 组别；并列 密集)
        - 每名选手：名次四（名）= 排名(得分 高到低；同 组别；并列 再比 用时 低到高)
        - 每名选手：名次五（名）= 排名(得分 高到低；同 组别；并列 再比 工龄 高到低)
        - 每名选手：倒数（名）= 排名(得分 低到高；同 组别；并列 同名次)
        数据表 选手：编号 文字 不重复；组别 文字；得分 0～100 分；用时 0～999 秒；工龄 0～50 年
        """,
        """
        选手: 编号, 组别, 得分, 用时, 工龄 → 名次一, 名次二, 名次三, 名次四, 名次五, 倒数
        a, 甲, 95, 50, 3 → 1, 1, 1, 1, 1, 4
        b, 甲, 90, 60, 5 → 2, 3, 2, 3, 2, 2
        c, 甲, 90, 40, 5 → 2, 3, 2, 2, 3, 2     # equal years too: b before c by the number
        d, 甲, 85, 10, 9 → 4, 4, 3, 4, 4, 1
        e, 乙, 10, 10, 1 → 1, 1, 1, 1, 1, 1     # alone in the group
        f, 丙, 0, 0, 0 → 1, 3, 1, 1, 1, 1       # all equal
        g, 丙, 0, 0, 0 → 1, 3, 1, 2, 2, 1
        h, 丙, 0, 0, 0 → 1, 3, 1, 3, 3, 1
        """,
    )


def test_a_rank_among_all_by_several_figures_and_by_more_than_one_group():
    holds(
        """
        - 每名选手：总（名）= 排名(得分 高到低、用时 低到高；同 全体；并列 同名次)
        - 每名选手：分（名）= 排名(得分 高到低；同 组别、性别；并列 同名次)
        - 每名选手：按日（名）= 排名(报名日 早到晚；同 全体；并列 同名次)
        - 每名选手：按学历（名）= 排名(学历 高到低；同 全体；并列 密集)
        - 每名选手：每分用时（秒，显示 2 位）= 用时 / (得分 / 1分 + 1)
        - 每名选手：按比值（名）= 排名(每分用时 低到高；同 全体；并列 同名次)
        - 每名选手：按差（名）= 排名(得分 - 60分 高到低；同 全体；并列 末位名次)
        数据表 选手：编号 文字 不重复；组别 甲/乙；性别 男/女；得分 0～100 分；用时 0～999 秒；报名日 日期；学历 大专<本科<研究生
        """,
        """
        选手: 编号, 组别, 性别, 得分, 用时, 报名日, 学历 → 总, 分, 按日, 按学历, 按比值, 按差
        a, 甲, 男, 59, 20, 2026-03-02, 大专 → 4, 2, 3, 3, 3, 4         # 20 ÷ 60 = 0.333…
        b, 甲, 男, 89, 30, 2026-03-01, 本科 → 1, 1, 2, 2, 3, 2         # 30 ÷ 90, the very same ratio
        c, 甲, 女, 89, 31, 2026-03-03, 研究生 → 2, 1, 4, 1, 5, 2       # 31 ÷ 90 = 0.344…
        d, 乙, 女, 0, 0, 2026-02-28, 大专 → 5, 1, 1, 3, 1, 5
        e, 乙, 男, 60, 20, 2026-12-31, 大专 → 3, 1, 5, 3, 2, 3         # 20 ÷ 61 = 0.327…
        """,
    )


def test_who_is_left_out_has_no_rank_and_moves_nobody():
    holds(
        """
        - 每名选手：名次（名）= 排名(得分 高到低；同 组别；并列 同名次；仅 有(得分) 且 非 弃权)
        - 每个组别：最好（名）= 最低(选手.名次；无则 0名)
        数据表 组别：名称 文字 不重复
        数据表 选手：编号 文字 不重复；组别 属于 组别；得分 -100～100 分 可缺；弃权 是否
        """,
        """
        组别: 名称 → 最好
        甲 → 1
        乙 → 0
        选手: 编号, 组别, 得分, 弃权 → 名次
        a, 甲, 99, 是 → 不适用
        b, 甲, -5, 否 → 2
        c, 甲, , 否 → 不适用
        d, 甲, -4, 否 → 1
        e, 乙, 1, 是 → 不适用
        """,
    )


# --------------------------------------------------------------------------------------------------------------- places

PLACES = """
- 每名员工：等次 = 名额(得分 高到低；同 班组；{shares}；零头 {part}；并列 再比 工号 低到高)
- 每个班组：甲 = 个数(员工；当 员工.等次 = “A”)
- 每个班组：乙 = 个数(员工；当 员工.等次 = “B”)
- 每个班组：丙 = 个数(员工；当 员工.等次 = “C”)
{more}
数据表 班组：人数 文字 不重复
数据表 员工：工号 文字 不重复；班组 属于 班组；得分 0～100 分
"""


def teams(sizes, columns, places):
    """Teams of so many persons, and the places that must come out."""
    lines = [f"班组: 人数 → {columns}"]
    lines += [f"{size:02} → {', '.join(map(str, each))}" for size, each in zip(sizes, places, strict=True)]
    lines.append("员工: 工号, 班组, 得分")
    lines += [f"{size:02}-{nr:02}, {size:02}, {100 - nr}" for size in sizes for nr in range(size)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("part", "places"),
    [
        #          1 person   2          3          4          5          6          7          8          9          10
        # exact    .2 .5 .3   .4 1 .6    .6 1.5 .9  .8 2 1.2   1 2.5 1.5  1.2 3 1.8  1.4 3.5 2.1  1.6 4 2.4  1.8 4.5 2.7  2 5 3
        ("大者先得", [(0, 1, 0), (0, 1, 1), (1, 1, 1), (1, 2, 1), (1, 3, 1), (1, 3, 2), (1, 4, 2), (2, 4, 2), (2, 4, 3), (2, 5, 3)]),
        ("依次先得", [(1, 0, 0), (1, 1, 0), (1, 2, 0), (1, 2, 1), (2, 2, 1), (2, 3, 1), (2, 3, 2), (2, 4, 2), (2, 5, 2), (2, 5, 3)]),
        # cumulated .2 .7     .4 1.4     .6 2.1     .8 2.8     1 3.5      1.2 4.2    1.4 4.9      1.6 5.6    1.8 6.3      2 7
        ("累计取整", [(0, 1, 0), (0, 1, 1), (1, 1, 1), (1, 2, 1), (1, 3, 1), (1, 3, 2), (1, 4, 2), (2, 4, 2), (2, 4, 3), (2, 5, 3)]),
        ("差额归末位", [(0, 1, 0), (0, 1, 1), (1, 2, 0), (1, 2, 1), (1, 3, 1), (1, 3, 2), (1, 4, 2), (2, 4, 2), (2, 5, 2), (2, 5, 3)]),
        # whoever has no place gets the last grade
        ("不分", [(0, 0, 1), (0, 1, 1), (0, 1, 2), (0, 2, 2), (1, 2, 2), (1, 3, 2), (1, 3, 3), (1, 4, 3), (1, 4, 4), (2, 5, 3)]),
    ],
)
def test_places_of_20_50_and_30_percent_in_teams_of_one_to_ten(part, places):
    scheme = PLACES.format(shares="“A” 占 20%、“B” 占 50%、“C” 占 30%", part=part, more="")
    holds(scheme, teams(range(1, 11), "甲, 乙, 丙", places))


@pytest.mark.parametrize(
    ("part", "places"),
    [
        # exact    .25 each       .5 each        .75 each       1 each         1.25 each
        ("大者先得", [(1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0), (1, 1, 1, 1), (2, 1, 1, 1)]),  # equal: the grade named first
        ("依次先得", [(1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0), (1, 1, 1, 1), (2, 1, 1, 1)]),
        # cumulated .25 .5 .75   .5 1 1.5       .75 1.5 2.25   1 2 3          1.25 2.5 3.75
        ("累计取整", [(0, 1, 0, 0), (1, 0, 1, 0), (1, 1, 0, 1), (1, 1, 1, 1), (1, 2, 1, 1)]),
        ("差额归末位", [(0, 0, 0, 1), (1, 1, 0, 0), (1, 1, 1, 0), (1, 1, 1, 1), (1, 1, 1, 2)]),  # never more than is left
        ("不分", [(0, 0, 0, 1), (0, 0, 0, 2), (0, 0, 0, 3), (1, 1, 1, 1), (1, 1, 1, 2)]),
    ],
)
def test_places_of_four_equal_grades(part, places):
    shares = "“A” 占 25%、“B” 占 25%、“C” 占 25%、“D” 占 25%"
    scheme = PLACES.format(shares=shares, part=part, more="- 每个班组：丁 = 个数(员工；当 员工.等次 = “D”)")
    holds(scheme, teams(range(1, 6), "甲, 乙, 丙, 丁", places))


def test_a_share_of_nothing_gives_no_place_and_one_grade_takes_all():
    scheme = PLACES.format(shares="“A” 占 0%、“B” 占 100%、“C” 占 0%", part="大者先得", more="")
    holds(scheme, teams((1, 3), "甲, 乙, 丙", [(0, 1, 0), (0, 3, 0)]))


def test_equal_scores_at_the_edge_of_the_places():
    """Five persons: one A (20 %), two B (40 %), two C; the three with 90 stand on the places 2 to 4."""
    grades = "“A” 占 20%、“B” 占 40%、“C” 占 40%；零头 大者先得"
    holds(
        f"""
        - 每名员工：都得 = 名额(得分 高到低；同 全体；{grades}；并列 全给)
        - 每名员工：都不得 = 名额(得分 高到低；同 全体；{grades}；并列 都不给)
        - 每名员工：比工龄 = 名额(得分 高到低；同 全体；{grades}；并列 再比 工龄 高到低、工号 低到高)
        - 每名员工：从低起 = 名额(得分 低到高；同 全体；{grades}；并列 再比 工号 低到高)
        数据表 员工：工号 文字 不重复；得分 0～100 分；工龄 0～50 年
        """,
        """
        员工: 工号, 得分, 工龄 → 都得, 都不得, 比工龄, 从低起
        1, 95, 1 → A, A, A, C
        2, 90, 3 → B, C, C, B
        3, 90, 7 → B, C, B, B
        4, 90, 7 → B, C, B, C
        5, 80, 9 → C, C, C, A
        """,
    )


def test_equal_scores_at_the_very_top():
    """Three share the first place; there is one A of five."""
    grades = "“A” 占 20%、“B” 占 80%；零头 大者先得"
    holds(
        f"""
        - 每名员工：都得 = 名额(得分 高到低；同 全体；{grades}；并列 全给)
        - 每名员工：都不得 = 名额(得分 高到低；同 全体；{grades}；并列 都不给)
        数据表 员工：工号 文字 不重复；得分 0～100 分
        """,
        """
        员工: 工号, 得分 → 都得, 都不得
        1, 90 → A, B
        2, 90 → A, B
        3, 90 → A, B
        4, 80 → B, B
        5, 70 → B, B
        """,
    )


APPROVED = """
- 每名员工每月：等次 = 名额(得分 高到低；同 部门、月份；“A” 占 20%、“B” 占 50%、“C” 占 30%；零头 累计取整；并列 再比 员工 低到高；{only}另加 批准名额.增减)
数据表 部门：名称 文字 不重复
数据表 员工：工号 文字 不重复；部门 属于 部门
数据表 员工每月（员工 × 月份）：得分 0～100 分；在岗 是否
数据表 批准名额：部门 属于 部门；月份 月份；等次 A/B/C/D；增减 -5～5 人
"""


def nine(grades, onduty="是是是是是是是是是", month="2026-05"):
    lines = ["部门: 名称", "一部", "二部", "员工: 工号, 部门"]
    lines += [f"{nr}, 一部" for nr in range(1, 10)]
    lines += ["员工每月: 员工, 月份, 得分, 在岗" + (" → 等次" if grades else "")]
    lines += [f"{nr}, {month}, {100 - nr}, {onduty[nr - 1]}" + (f" → {grades[nr - 1]}" if grades else "") for nr in range(1, 10)]
    return "\n".join(lines) + "\n"


def test_an_approved_place_is_taken_from_a_named_grade():
    """9 persons by 20/50/30 cumulated: 2 4 3 places; one A more and one C less: 3 4 2."""
    scheme = APPROVED.format(only="")
    holds(scheme, nine("AABBBBCCC") + "批准名额: 部门, 月份, 等次, 增减")
    holds(scheme, nine("AAABBBBCC") + "批准名额: 部门, 月份, 等次, 增减\n一部, 2026-05, A, 1\n一部, 2026-05, C, -1")
    # two decisions add up; those of another month or department are not for this group
    holds(
        scheme,
        nine("AAAABBBBC") + "批准名额: 部门, 月份, 等次, 增减\n一部, 2026-05, A, 1\n一部, 2026-05, C, -1\n一部, 2026-05, A, 1\n"
        "一部, 2026-05, C, -1\n二部, 2026-05, A, 2\n一部, 2026-06, A, 3",
    )


def test_places_are_counted_among_those_who_take_part():
    """Seven on duty: cumulated 1.4, 4.9 of 7 give 1, 4, 2 places."""
    scheme = APPROVED.format(only="仅 在岗；")
    holds(scheme, nine(["不适用", "A", "B", "B", "B", "B", "C", "不适用", "C"], "否是是是是是是否是") + "批准名额: 部门, 月份, 等次, 增减")


def test_an_approved_change_that_does_not_add_up_is_refused():
    scheme = APPROVED.format(only="")
    told = refused(scheme, nine("") + "批准名额: 部门, 月份, 等次, 增减\n一部, 2026-05, A, 1")
    assert told == ["一部/2026-05：批准增减的名额合计不为 0，要写明从哪一等减。"]
    told = refused(scheme, nine("") + "批准名额: 部门, 月份, 等次, 增减\n一部, 2026-05, A, 4\n一部, 2026-05, C, -4")
    assert told == ["一部/2026-05：“C”的名额减成了负数。"]


def test_an_approved_change_finds_its_group_by_the_same_words():
    """The group is a column of the unit that a person belongs to, or a plain text of the person."""
    holds(
        """
        - 每名员工：等次 = 名额(得分 高到低；同 部门.类别；“A” 占 50%、“B” 占 50%；零头 依次先得；并列 再比 工号 低到高；另加 批准.增减)
        - 每名员工：小组等次 = 名额(得分 高到低；同 小组；“A” 占 50%、“B” 占 50%；零头 依次先得；并列 再比 工号 低到高；另加 批准二.增减)
        数据表 部门：名称 文字 不重复；类别 机关/生产
        数据表 员工：工号 文字 不重复；部门 属于 部门；得分 0～100 分；小组 文字
        数据表 批准：类别 机关/生产；等次 A/B；增减 -5～5 人
        数据表 批准二：小组 文字；等次 A/B；增减 -5～5 人
        """,
        """
        部门: 名称, 类别
        办公室, 机关
        财务部, 机关
        车间, 生产
        批准: 类别, 等次, 增减
        机关, A, -1
        机关, B, 1
        批准二: 小组, 等次, 增减
        乙, A, 1
        乙, B, -1
        员工: 工号, 部门, 得分, 小组 → 等次, 小组等次
        1, 办公室, 90, 甲 → A, A       # of four in the offices two would be A, one is given up
        2, 财务部, 80, 甲 → B, B
        3, 财务部, 70, 乙 → B, A       # both A places of group 乙
        4, 办公室, 60, 乙 → B, A
        5, 车间, 50, 丙 → A, A         # alone: the one left-over place goes to A
        """,
    )


def test_a_place_for_all_of_the_office_together():
    holds(
        """
        - 每名员工：等次 = 名额(得分 高到低；同 全体；“A” 占 34%、“B” 占 66%；零头 大者先得；并列 再比 工号 低到高；另加 批准.增减)
        数据表 员工：工号 文字 不重复；得分 0～100 分
        数据表 批准：等次 A/B；增减 -5～5 人
        """,
        """
        批准: 等次, 增减
        A, -1
        B, 1
        员工: 工号, 得分 → 等次
        1, 90 → B      # 1.02 places are one, and it is given up
        2, 80 → B
        3, 70 → B
        """,
    )


# --------------------------------------------------------------------------------------------------------------- prizes


def test_prizes_of_the_first_three():
    """Two share the second and third place: 2000 + 1000 together are 1500 each; or both get 2000; or nobody."""
    holds(
        """
        - 每名选手：平摊（元）= 名次奖(得分 高到低；同 组别；各名 3000元、2000元、1000元；并列 平分；零头 大者先得)
        - 每名选手：高奖（元）= 名次奖(得分 高到低；同 组别；各名 3000元、2000元、1000元；并列 全给)
        - 每名选手：空缺（元）= 名次奖(得分 高到低；同 组别；各名 3000元、2000元、1000元；并列 都不给)
        数据表 选手：编号 文字 不重复；组别 文字；得分 0～100 分
        """,
        """
        选手: 编号, 组别, 得分 → 平摊, 高奖, 空缺
        a, 甲, 95 → 3000, 3000, 3000
        b, 甲, 90 → 1500, 2000, 0
        c, 甲, 90 → 1500, 2000, 0
        d, 甲, 85 → 0, 0, 0
        e, 乙, 70 → 333.34, 1000, 0     # three share the third prize: 1000 ÷ 3
        f, 乙, 70 → 333.33, 1000, 0
        g, 乙, 70 → 333.33, 1000, 0
        h, 乙, 80 → 2000, 2000, 2000
        i, 乙, 90 → 3000, 3000, 3000
        j, 丙, 60 → 3000, 3000, 3000    # alone
        """,
    )


def test_a_prize_for_those_who_take_part():
    holds(
        """
        - 每名选手：平摊（元）= 名次奖(得分 高到低；同 全体；各名 100元；并列 平分；零头 依次先得；仅 得分 >= 60分)
        - 每名选手：高奖（分）= 名次奖(得分 高到低；同 全体；各名 3分、1分；并列 全给；仅 得分 >= 60分)
        数据表 选手：编号 文字 不重复；得分 0～100 分
        """,
        """
        选手: 编号, 得分 → 平摊, 高奖
        a, 90 → 50, 3
        b, 90 → 50, 3
        c, 59 → 不适用, 不适用
        d, 60 → 0, 0        # third: only two prizes
        """,
    )


# ---------------------------------------------------------------------------------------------------------------- pools

POOL = """
- 每名员工：奖金（元{digits}）= 分配(部门.总额；按 {by}；同 部门；零头 {part}；全零 {allzero}{more})
- 每个部门：已发（元）= 合计(员工.奖金)
数据表 部门：名称 文字 不重复；总额 0～1000000 元 2 位小数
数据表 员工：工号 文字 不重复；部门 属于 部门；得分 0～100 分 1 位小数；工龄 0～50 年；限额 0～1000000 元 2 位小数；在岗 是否
"""


def pool(by="得分", part="大者先得", allzero="停算", more="", digits=""):
    return POOL.format(by=by, part=part, allzero=allzero, more=more, digits=digits)


def people(total, *members, paid=None):
    """One department with its pool; each member as key, score and perhaps years, limit, on duty, and the amount at the end."""
    lines = ["部门: 名称, 总额 → 已发", f"一部, {total} → {total if paid is None else paid}"]
    lines.append("员工: 工号, 部门, 得分, 工龄, 限额, 在岗 → 奖金")
    for key, score, *more, amount in members:
        years, limit, onduty = (*more, *(0, 0, "是")[len(more) :])
        lines.append(f"{key}, 一部, {score}, {years}, {limit}, {onduty} → {amount}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("part", "amounts", "paid"),
    [
        # 100 × 3/7 = 42.857…, 100 × 1/7 = 14.2857…: cut down 42.85, 42.85, 14.28; two fen are left
        ("大者先得", ("42.86", "42.86", "14.28"), "100"),
        ("依次先得", ("42.86", "42.86", "14.28"), "100"),
        ("累计取整", ("42.86", "42.85", "14.29"), "100"),  # 42.857 → 42.86; 85.714 → 85.71; 100
        ("差额归末位", ("42.86", "42.86", "14.28"), "100"),
        ("不分", ("42.85", "42.85", "14.28"), "99.98"),
    ],
)
def test_the_left_over_fen(part, amounts, paid):
    a, b, c = amounts
    holds(pool(part=part), people("100", ("a", 3, a), ("b", 3, b), ("c", 1, c), paid=paid))


@pytest.mark.parametrize(
    ("part", "amounts"),
    [
        ("大者先得", ("33.34", "33.33", "33.33")),
        ("依次先得", ("33.34", "33.33", "33.33")),
        ("累计取整", ("33.33", "33.34", "33.33")),
        ("差额归末位", ("33.33", "33.33", "33.34")),
        ("不分", ("33.33", "33.33", "33.33")),
    ],
)
def test_who_has_no_weight_gets_no_left_over_fen(part, amounts):
    """First and last in the list have no weight; a hundred yuan for the three between."""
    b, c, d = amounts
    paid = "99.99" if part == "不分" else "100"
    holds(pool(part=part), people("100", ("a", 0, "0"), ("b", 1, b), ("c", 1, c), ("d", 1, d), ("e", 0, "0"), paid=paid))


@pytest.mark.parametrize(
    ("part", "amounts"),
    [
        # in order of service: c 9 years, a 5, b 1
        ("大者先得", ("33.33", "33.33", "33.34")),
        ("依次先得", ("33.33", "33.33", "33.34")),
        ("累计取整", ("33.34", "33.33", "33.33")),
        ("差额归末位", ("33.33", "33.34", "33.33")),
    ],
)
def test_the_order_of_the_left_over_can_be_said(part, amounts):
    a, b, c = amounts
    scheme = pool(part=part, more="；并列 再比 工龄 高到低")
    holds(scheme, people("100", ("a", 1, 5, a), ("b", 1, 1, b), ("c", 1, 9, c)))


def test_the_largest_remainder_gets_the_fen_before_the_order():
    """1 fen for weights 4 and 6: 0.4 and 0.6."""
    holds(pool(), people("0.01", ("a", 4, "0"), ("b", 6, "0.01")))
    # weights with a decimal: 10 ÷ 3.5 × 1.2 = 3.428571…, × 1.1 = 3.142857…, three times 1.2 1.2 1.1: one fen left, to a
    holds(pool(), people("10", ("a", "1.2", "3.43"), ("b", "1.2", "3.43"), ("c", "1.1", "3.14")))


def test_a_pool_can_be_given_to_the_yuan():
    scheme = pool(digits="，保留 0 位").replace("总额 0～1000000 元 2 位小数", "总额 0～1000000 元")
    holds(scheme, people("100", ("a", 3, "43"), ("b", 3, "43"), ("c", 1, "14")))


def test_everybody_has_the_same_weight():
    holds(pool(by="1"), people("0.05", ("a", 1, "0.02"), ("b", 50, "0.02"), ("c", 0, "0.01")))


def test_only_some_take_part():
    scheme = pool(more="；仅 在岗")
    holds(scheme, people("90", ("a", 1, 0, 0, "是", "30"), ("b", 2, 0, 0, "是", "60"), ("c", 9, 0, 0, "否", "不适用")))
    holds(pool(more="；仅 在岗", allzero="不发"), people("90", ("a", 1, 0, 0, "否", "不适用"), paid="0"))


@pytest.mark.parametrize(("allzero", "amounts", "paid"), [("平分", ("0.02", "0.02", "0.01"), "0.05"), ("不发", ("0", "0", "0"), "0")])
def test_nobody_has_any_weight(allzero, amounts, paid):
    a, b, c = amounts
    holds(pool(allzero=allzero), people("0.05", ("a", 0, a), ("b", 0, b), ("c", 0, c), paid=paid))


def test_nobody_has_any_weight_and_the_run_is_refused():
    assert refused(pool(), people("5", ("a", 0, "?"), ("b", 0, "?"))) == ["a、b：同一组里所有人的权数都是 0，办法要求停算。"]
    some = pool(more="；仅 在岗")  # only those who take part must have weight
    assert refused(some, people("5", ("a", 0, 0, 0, "是", "?"), ("b", 9, 0, 0, "否", "?"))) == ["a：同一组里所有人的权数都是 0，办法要求停算。"]
    assert refused(some, people("5", ("a", 0, 0, 0, "否", "?"), ("b", 9, 0, 0, "是", "?"))) == []


CAPPED = [("a", 80, 0, "300"), ("b", 15, 0, "300"), ("c", 5, 0, "300")]


@pytest.mark.parametrize(
    ("over", "amounts", "paid"),
    [
        ("归公", ("300", "90", "30"), "420"),  # 480 → 300; the rest stays
        ("分给其他", ("300", "225", "75"), "600"),  # 300 by 15 : 5
    ],
)
def test_what_is_above_the_limit(over, amounts, paid):
    rows = [(*member[:4], "是", amount) for member, amount in zip(CAPPED, amounts, strict=True)]
    for limit in ("300元", "限额"):
        holds(pool(more=f"；上限 {limit}；多出 {over}"), people("600", *rows, paid=paid))


def test_one_who_steps_out_can_push_the_next_over_the_limit():
    """600 by 80 : 15 : 5, limits 300, 200, 90: 225 of the rest would go to b, who may take 200; then 100 for c, who may take 90."""
    rows = [("a", 80, 0, "300", "是", "300"), ("b", 15, 0, "200", "是", "200"), ("c", 5, 0, "90", "是", "90")]
    holds(pool(more="；上限 限额；多出 分给其他"), people("600", *rows, paid="590"))
    rows[2] = ("c", 5, 0, "100", "是", "100")
    holds(pool(more="；上限 限额；多出 分给其他"), people("600", *rows))


def test_a_limit_of_nothing_and_a_weight_of_nothing():
    rows = [("a", 50, 0, "0", "是", "0"), ("b", 50, 0, "100", "是", "100"), ("c", 0, 0, "100", "是", "0")]
    holds(pool(more="；上限 限额；多出 分给其他"), people("150", *rows, paid="100"))
    rows = [("a", 50, 0, "0", "是", "0"), ("b", 50, 0, "100", "是", "75"), ("c", 0, 0, "100", "是", "0")]
    holds(pool(more="；上限 限额；多出 归公"), people("150", *rows, paid="75"))


@pytest.mark.parametrize("part", ["大者先得", "依次先得", "累计取整", "不分"])
def test_nobody_reaches_the_limit(part):
    a, b = {"大者先得": ("66.67", "33.33"), "依次先得": ("66.67", "33.33"), "累计取整": ("66.67", "33.33"), "不分": ("66.66", "33.33")}[part]
    rows = [("a", 2, 0, "100", "是", a), ("b", 1, 0, "100", "是", b)]
    for over in ("归公", "分给其他"):
        holds(pool(part=part, more=f"；上限 限额；多出 {over}"), people("100", *rows, paid="99.99" if part == "不分" else "100"))


def test_heads_and_points_are_shared_in_their_own_units():
    holds(
        """
        - 每个部门：名额数（人）= 分配(全院.名额；按 人数；同 全体；零头 大者先得；全零 停算)
        - 每个部门：加分（分）= 分配(全院.加分总额；按 人数；同 全体；零头 差额归末位；全零 停算)
        数据表 全院（一行）：名额 0～1000 人；加分总额 0～100 分
        数据表 部门：名称 文字 不重复；人数 0～1000 人
        """,
        """
        全院: 名额, 加分总额
        8, 10
        部门: 名称, 人数 → 名额数, 加分
        a, 3 → 4, 4.29      # 8 × 3/7 = 3.43; 10 × 3/7 = 4.2857
        b, 3 → 3, 4.29
        c, 1 → 1, 1.42      # 1.14, and what is left of 10
        """,
    )


def test_a_pool_that_is_the_sum_of_the_group_itself():
    holds(
        """
        - 每名员工：再分（元）= 分配(合计(上缴；同 部门)；按 得分；同 部门；零头 大者先得；全零 平分)
        - 每名员工：全分（元）= 分配(合计(上缴；同 全体)；按 得分；同 全体；零头 大者先得；全零 平分)
        数据表 员工：工号 文字 不重复；部门 文字；上缴 0～1000 元 2 位小数；得分 0～100 分
        """,
        """
        员工: 工号, 部门, 上缴, 得分 → 再分, 全分
        a, 甲, 10.01, 1 → 5, 5.01         # 20.01 ÷ 4 = 5.0025; 20.02 ÷ 4 = 5.005
        b, 甲, 10.00, 3 → 15.01, 15.01    # 15.0075 has the larger remainder; 15.015 an equal one, so there the fen goes to a
        c, 乙, 0.01, 0 → 0.01, 0
        """,
    )


def test_weights_that_are_no_finite_decimals():
    """1/3 and 1/6 of a year: 2 : 1."""
    holds(
        """
        - 每名员工：比例（显示 4 位）= 出勤 / 部门.应出勤
        - 每名员工：奖金（元）= 分配(部门.总额；按 比例；同 部门；零头 大者先得；全零 停算)
        数据表 部门：名称 文字 不重复；总额 0～1000 元；应出勤 1～31 天
        数据表 员工：工号 文字 不重复；部门 属于 部门；出勤 0～31 天
        """,
        """
        部门: 名称, 总额, 应出勤
        一部, 100, 30
        二部, 100, 31
        员工: 工号, 部门, 出勤 → 比例, 奖金
        a, 一部, 10 → 0.3333, 66.67
        b, 一部, 5 → 0.1667, 33.33
        c, 二部, 31 → 1.0000, 52.54      # 31 : 28: 52.542…, 47.457…
        d, 二部, 28 → 0.9032, 47.46
        """,
    )


def test_a_weight_or_a_pool_below_zero_is_refused():
    scheme = """
    - 每名员工：权数（分）= 得分 - 60分
    - 每个部门：余额（元）= 总额 - 100元
    - 每名员工：奖金（元）= 分配(部门.余额；按 权数；同 部门；零头 大者先得；全零 不发)
    数据表 部门：名称 文字 不重复；总额 0～1000 元
    数据表 员工：工号 文字 不重复；部门 属于 部门；得分 0～100 分
    """
    rows = "部门: 名称, 总额\n一部, {total}\n员工: 工号, 部门, 得分\na, 一部, {score}\nb, 一部, 70"
    assert refused(scheme, rows.format(total=100, score=60)) == []
    assert refused(scheme, rows.format(total=100, score=59)) == ["a：分配的权数是负数。"]
    assert refused(scheme, rows.format(total=99, score=60)) == ["a、b：要分配的总额是负数。"]
    assert refused(scheme, rows.format(total=99, score=59)) == ["a：分配的权数是负数。", "a、b：要分配的总额是负数。"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("分配(总额；按 得分；同 部门；零头 大者先得；全零 停算)", "pool-varies"),
        ("分配(部门.比例额；按 得分；同 部门；零头 大者先得；全零 停算)", "pool-not-whole"),
        ("分配(部门.总额；按 得分；同 部门；零头 差额归末位；全零 停算；上限 5元；多出 归公)", "rest-with-cap"),
        ("分配(部门.总额；按 得分；同 部门；零头 大者先得；全零 停算；上限 5元)", "policy-missing"),
        ("分配(部门.总额；按 得分；同 部门；零头 大者先得；全零 停算；多出 归公)", "cap-missing"),
        ("分配(部门.总额；按 得分；同 部门；零头 大者先得；全零 停算；上限 5元；多出 平分)", "policy-unfit"),
        ("分配(部门.总额；按 得分；同 部门；零头 大者先得；全零 归公)", "policy-unfit"),
        ("分配(部门.总额；按 得分；同 部门；零头 停算；全零 停算)", "policy-unfit"),
        ("分配(部门.总额；按 得分；同 部门；零头 大者先得；全零 停算；并列 全给)", "policy-unfit"),
        ("分配(部门.总额；按 得分 高到低；同 部门；零头 大者先得；全零 停算)", "split-by"),
        ("分配(部门.总额, 总额；按 得分；同 部门；零头 大者先得；全零 停算)", "argument-count"),
        ("排名(得分 高到低；同 部门；并列 全给)", "policy-unfit"),
        ("排名(同 部门；并列 密集)", "order-missing"),
        ("排名(得分 高到低；在岗；同 部门；并列 密集)", "argument-count"),
        ("名额(得分 高到低；同 部门；“A” 占 50%、“B” 占 50%；零头 大者先得；并列 密集)", "policy-unfit"),
        ("名额(得分 高到低；同 部门；零头 大者先得；并列 全给)", "quota-shape"),
        ("名额(得分 高到低；同 部门；“A” 占 50%、“A” 占 50%；零头 大者先得；并列 全给)", "grade-twice"),
        ("名额(得分 高到低；同 部门；得分 占 50%、“A” 占 50%；零头 大者先得；并列 全给)", "grade-in-quotes"),
        ("名额(得分 高到低；同 部门；“A” 占 50%、“B” 占 40%；零头 大者先得；并列 全给)", "shares-not-whole"),
        ("名额(得分 高到低；同 部门；“A” 占 50%、“B” 占 50%；零头 大者先得；并列 全给；另加 得分)", "extra-shape"),
        ("名额(得分 高到低；同 部门；“A” 占 50%、“B” 占 50%；零头 大者先得；并列 全给；另加 批准.增减)", "extra-shape"),
        ("名额(得分 高到低；同 部门；“甲” 占 50%、“乙” 占 50%；零头 大者先得；并列 全给；另加 批准.增减)", "extra-shape"),
        ("名次奖(得分 高到低；同 部门；各名 100元、50元；并列 密集)", "policy-unfit"),
        ("名次奖(得分 高到低；同 部门；各名 100元、50元；并列 平分)", "policy-missing"),
    ],
)
def test_a_group_that_cannot_be_worked_out_is_a_fault(rule, code):
    scheme = f"""
    - 每个部门：比例额（显示 2 位）= 总额 / 3
    - 每名员工：结果 = {rule}
    数据表 部门：名称 文字 不重复；总额 0～1000 元
    数据表 员工：工号 文字 不重复；部门 属于 部门；得分 0～100 分；总额 0～1000 元；在岗 是否
    数据表 批准：部 文字；等次 A/B；增减 -5～5 人
    """
    assert codes(scheme) == [code]
