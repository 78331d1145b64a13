"""The reference decides what is right, so its figures here can be checked by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanheng.engine.faults import InputRefused
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import DAY, MONTH, TEXT, YESNO
from quanheng.engine.run.expression import BrokenPromise
from quanheng.engine.run.reference import Members, run_reference
from quanheng.engine.values import Missing
from tests.engine.plans import dataset
from tests.engine.run.desk import AMOUNT, COUNT, POINTS, POINTS_MAYBE, Desk, staff

PENDING, NOTHING, EXEMPT = Missing.PENDING, Missing.NOTHING, Missing.EXEMPT
FIRST = 2026 * 12  # 2026-01
BEST_FIRST = (m.Key("得分", descending=True),)


# ------------------------------------------------------------------------------------------------------------------ get


def test_a_lookup_brings_the_figure_of_the_row_or_says_that_there_is_none():
    desk = staff(职级=(TEXT.maybe(), ["高级", "初级", "见习", EXEMPT]))
    desk.add(standards(("高级", Fraction("1.5")), ("初级", NOTHING)))
    desk.compute("员工", "系数", m.Get("标准", (("职级", "职级"),), "系数"))
    assert desk.figures("员工", "系数") == [Fraction("1.5"), NOTHING, NOTHING, EXEMPT]


def standards(*rows):
    columns = (m.Column("标准", "职级", TEXT, m.Input()), m.Column("标准", "系数", POINTS_MAYBE, m.Input()))
    return m.Table("标准", "constant", ("职级",), columns, rows=rows)


def test_constant_rows_stand_in_the_order_of_their_key_however_the_office_wrote_them():
    desk = staff(得分=(POINTS, [1]))
    desk.add(standards(("初级", Fraction(1)), ("中级", Fraction(2))))
    assert list(desk.reference().keys("标准")) == [("中级",), ("初级",)]


def test_a_key_of_another_scale_is_the_same_key():
    desk = staff(档次=(b.number(0, 9, 2), [2, 3]))
    desk.enter("等级", 档次=(COUNT, [1, 2]), 分值=(POINTS, [10, 20]))
    desk.compute("员工", "分值", m.Get("等级", (("档次", "档次"),), "分值"))
    assert desk.figures("员工", "分值") == [20, NOTHING]


# ------------------------------------------------------------------------------------------------------------------ agg


def records(points, who=None, kind=POINTS_MAYBE):
    """Persons 1, 2 and 3 with records; without `who` all records are person 1's."""
    desk = staff(基数=(POINTS, [2, 1, 0]))
    who = who or ["1"] * len(points)
    desk.enter(m.Table("记录", "data", (ROW_KEY,)), 员工=(TEXT.maybe(), who), 分=(kind, points))
    return desk


def over_records(desk, kind, missing="propagate", where=None):
    value = desk.col("记录", "分", theirs=True) if kind != "count" else None
    desk.compute("员工", "结果", m.Agg(kind, "记录", (("员工", "工号"),), value, where, missing))
    return desk.figures("员工", "结果")


@pytest.mark.parametrize(
    ("kind", "missing", "result"),
    [
        ("sum", "skip", 30), ("sum", "zero", 30), ("sum", "propagate", PENDING),
        ("mean", "skip", 15), ("mean", "zero", Fraction(15, 2)), ("mean", "propagate", PENDING),
        ("min", "skip", 10), ("min", "zero", 0), ("min", "propagate", PENDING),
        ("max", "skip", 20), ("max", "zero", 20), ("max", "propagate", PENDING),
        ("count", "propagate", 4),
    ],
)  # fmt: skip
def test_what_an_aggregate_makes_of_marks_that_are_missing(kind, missing, result):
    """20, 未评, 10, 不适用. A missing mark is left out, counted as 0, or makes the whole missing: the scheme says which."""
    assert over_records(records([20, PENDING, 10, EXEMPT]), kind, missing)[0] == result


@pytest.mark.parametrize(
    ("kind", "result"),
    [("sum", 0), ("count", 0), ("mean", NOTHING), ("min", NOTHING), ("max", NOTHING), ("one", NOTHING)],
)
def test_what_an_aggregate_makes_of_no_rows(kind, result):
    assert over_records(records([], []), kind) == [result] * 3


def test_no_row_is_bad_and_all_of_no_rows_are_good():
    assert over_records(records([], [], YESNO), "any") == [False] * 3
    assert over_records(records([], [], YESNO), "all") == [True] * 3


def test_nothing_left_after_leaving_out_is_like_no_row():
    assert over_records(records([PENDING, PENDING]), "mean", "skip")[0] is NOTHING
    assert over_records(records([PENDING, PENDING]), "sum", "skip")[0] == 0


def test_a_record_that_belongs_to_nobody_is_counted_for_nobody():
    assert over_records(records([1, 2, 4], ["1", NOTHING, "2"]), "sum") == [1, 4, 0]


def test_only_rows_for_which_the_condition_holds_are_counted_and_my_own_figures_may_stand_in_it():
    desk = records([1, 2, 4, 2], ["1", "1", "2", "3"])
    where = b.compare(">=", replace_plain(desk.col("记录", "分", theirs=True)), desk.col("员工", "基数"))
    assert over_records(desk, "sum", where=where) == [2, 4, 2]


def replace_plain(col):
    return m.Col(col.type.maybe(False), col.name, col.theirs)


def test_an_aggregate_over_a_whole_table_is_the_same_for_everybody():
    desk = staff(得分=(POINTS, [80, 90, 70]))
    desk.compute("员工", "最高", m.Agg("max", "员工", (), desk.col("员工", "得分", theirs=True)))
    desk.compute(
        "员工",
        "高于我",
        m.Agg("count", "员工", (), None, b.compare(">", desk.col("员工", "得分", theirs=True), desk.col("员工", "得分"))),
    )
    assert desk.figures("员工", "最高") == [90, 90, 90]
    assert desk.figures("员工", "高于我") == [1, 0, 2]


def test_days_have_a_first_and_a_last_one():
    desk = records([20_000, 20_010], kind=DAY)
    assert over_records(desk, "max")[0] == 20_010


def test_two_rows_where_one_was_promised_are_our_mistake():
    with pytest.raises(BrokenPromise):
        over_records(records([1, 2]), "one")


# ----------------------------------------------------------------------------------------------------------------- over


def ranked(kind, order=BEST_FIRST, only=None, value=None, scores=(90, 95, 90, 80, 90)):
    desk = staff(得分=(POINTS, scores), 部门=(TEXT.maybe(), ["甲", "甲", "甲", "乙", "甲"]), 参评=(YESNO, [True, True, True, True, False]))
    desk.compute("员工", "结果", m.Over(kind, ("部门",), order, only, value))
    return desk.figures("员工", "结果")


@pytest.mark.parametrize(
    ("kind", "ranks"),
    [
        ("rank_high", [2, 1, 2, 1, 2]),  # 同名次
        ("rank_low", [4, 1, 4, 1, 4]),  # 末位名次
        ("dense", [2, 1, 2, 1, 2]),
        ("rowno", [2, 1, 3, 1, 4]),  # 次序: equal scores by 工号
    ],
)
def test_three_with_the_same_score_behind_one_better(kind, ranks):
    assert ranked(kind) == ranks


def test_dense_ranks_leave_no_gap_behind_a_tie():
    assert ranked("dense", scores=(90, 95, 90, 80, 70)) == [2, 1, 2, 1, 3]
    assert ranked("rank_high", scores=(90, 95, 90, 80, 70)) == [2, 1, 2, 1, 4]


def test_who_does_not_take_part_has_no_place_and_takes_none_away():
    assert ranked("rank_low", only="参评") == [3, 1, 3, 1, EXEMPT]


def test_without_an_order_everybody_is_tied():
    assert ranked("rank_high", order=()) == [1, 1, 1, 1, 1]
    assert ranked("rank_low", order=()) == [4, 4, 4, 1, 4]


def test_the_neighbour_in_the_order_is_asked_and_at_the_edge_there_is_none():
    assert ranked("prev", value="得分") == [95, NOTHING, 90, NOTHING, 90]
    assert ranked("next", value="得分") == [90, 90, 90, NOTHING, NOTHING]


def test_running_sums_go_along_the_order():
    assert ranked("cumsum", value="得分") == [185, 95, 275, 80, 365]


def test_a_run_is_broken_by_the_first_that_does_not_hold():
    desk = staff(达标=(YESNO, [True, True, False, True, True, True]))
    desk.compute("员工", "连续", m.Over("run", (), (m.Key("工号"),), None, "达标"))
    assert desk.figures("员工", "连续") == [1, 2, 0, 1, 2, 3]


def test_ratios_that_print_alike_still_have_different_ranks():
    """1/3 and 0.3333 are both 0.33 on paper."""
    desk = staff(得=(b.number(0, 9, 4), [1, 0.3333, 2]), 满=(POINTS, [3, 1, 6]))
    desk.compute("员工", "比", m.Arith(POINTS, "/", desk.col("员工", "得"), desk.col("员工", "满")), POINTS)
    desk.compute("员工", "名次", m.Over("rank_high", (), (m.Key("比", descending=True),)))
    assert desk.figures("员工", "名次") == [1, 3, 1]


def test_each_kind_of_missing_is_a_group_of_its_own_and_none_is_the_figure_it_is_stored_as():
    desk = staff(组=(b.number(0, 9, optional=True), [2, NOTHING, 2, PENDING, NOTHING, 1]))
    desk.compute("员工", "序号", m.Over("rowno", ("组",), ()))
    assert desk.figures("员工", "序号") == [1, 1, 2, 1, 2, 1]


def test_text_is_ordered_by_its_characters_and_no_language():
    desk = Desk()
    desk.enter("名单", 姓名=(TEXT, ["B", "a", "é", "末", "﨑", "😀"]))
    desk.compute("名单", "序号", m.Over("rowno", (), (m.Key("姓名"),)))
    assert desk.figures("名单", "序号") == [1, 2, 3, 4, 5, 6]


# ---------------------------------------------------------------------------------------------------------------- split


def shared(remainder="largest", all_zero="none", weights=(3, 2, 1, 0), **how):
    desk = staff(总额=(AMOUNT, [100] * 4), 权重=(POINTS, weights), 上限=(AMOUNT, [40] * 4), 可发=(YESNO, [True, True, True, False]))
    desk.compute("员工", "应发", m.Split("总额", "权重", (), (), Fraction(1, 100), remainder, all_zero, **how))
    return desk.figures("员工", "应发")


def test_a_pool_is_paid_to_the_last_fen():
    assert shared() == [50, Fraction("33.33"), Fraction("16.67"), 0]


def test_who_is_not_paid_is_exempt_and_not_at_zero():
    assert shared(only="可发") == [50, Fraction("33.33"), Fraction("16.67"), EXEMPT]


def test_the_limit_is_cut_down_to_whole_fen_and_the_others_get_the_rest():
    assert shared(cap="上限", over_cap="others") == [40, 40, 20, 0]
    assert shared(cap="上限", over_cap="stays") == [40, Fraction("33.33"), Fraction("16.67"), 0]


def test_all_weights_zero():
    assert shared(weights=(0, 0, 0, 0)) == [0, 0, 0, 0]
    assert shared(weights=(0, 0, 0, 0), all_zero="equal") == [25, 25, 25, 25]


def test_the_left_over_fen_follows_the_order_of_the_regulation():
    desk = staff(总额=(AMOUNT, [0.02] * 3), 权重=(POINTS, [1, 1, 1]), 得分=(POINTS, [70, 90, 80]))
    desk.compute("员工", "应发", m.Split("总额", "权重", (), BEST_FIRST, Fraction(1, 100), "largest", "none"))
    assert desk.figures("员工", "应发") == [0, Fraction("0.01"), Fraction("0.01")]


@pytest.mark.parametrize(("pool", "weight"), [([1, 2], [1, 1]), ([0.005] * 2, [1, 1]), ([-1, -1], [1, 1]), ([1, 1], [-1, 1])])
def test_a_pool_that_cannot_be_shared_is_our_mistake_unless_a_guard_says_why(pool, weight):
    kind = b.number(-9, 9, 3)
    desk = staff(总额=(kind, pool), 权重=(kind, weight))
    desk.compute("员工", "应发", m.Split("总额", "权重", (), (), Fraction(1, 100), "largest", "none"))
    with pytest.raises(BrokenPromise):
        desk.figures("员工", "应发")


# ----------------------------------------------------------------------------------------------------------------- scan


def licence(points):
    """信用分: starts at 12, loses the points of the month, gains 2 in a month without cases, between 0 and 12."""
    desk = Desk()
    months = [FIRST + nr for nr in range(len(points))]
    table = m.Table("员工每月", "data", ("员工", "月份"), period="月份")
    desk.enter(table, 员工=(TEXT, ["王"] * len(points)), 月份=(MONTH, months), 扣分=(b.number(0, 12), points))
    score, stopped = b.number(0, 12), YESNO
    before = b.if_missing(m.Prev(score.maybe(), "信用分"), b.const(Fraction(12)))
    lost = desk.col("员工每月", "扣分")
    gain = b.case([(b.compare("=", lost, b.const(Fraction(0))), b.const(Fraction(2)))], b.const(Fraction(0)))
    left = b.arith("+", b.arith("-", before, lost), gain)
    capped = b.extreme("min", [b.extreme("max", [left, b.const(Fraction(0))]), b.const(Fraction(12))])
    desk.compute("员工每月", "信用分", m.Scanned(capped), score, step=False)
    was = b.if_missing(m.Prev(YESNO.maybe(), "停岗"), b.const(False))
    now = m.Col(score, "信用分")
    zero, low = b.compare("=", now, b.const(Fraction(0))), b.compare("<", now, b.const(Fraction(6)))
    desk.compute("员工每月", "停岗", m.Scanned(b.logic("or", [zero, b.logic("and", [was, low])])), stopped, step=False)
    desk.scan("员工每月", "信用分", "停岗")
    return desk


def test_a_credit_score_follows_the_months():
    """Cases of 3, 6 and 9 points in the first three months, then none: 9 3 0 2 4 6 8 10; suspended until 6 again."""
    desk = licence([3, 6, 9, 0, 0, 0, 0, 0])
    assert desk.figures("员工每月", "信用分") == [9, 3, 0, 2, 4, 6, 8, 10]
    assert desk.figures("员工每月", "停岗") == [False, False, True, True, True, False, False, False]


def test_a_scan_over_a_lifetime_of_months_does_not_reach_the_end_of_the_stack():
    assert licence([0] * 5_000).figures("员工每月", "信用分")[-1] == 12


def test_the_month_before_is_the_month_before_of_the_same_person():
    desk = Desk()
    table = m.Table("员工每月", "data", ("月份", "员工"), period="月份")  # the month first, so that persons alternate
    months = [FIRST, FIRST, FIRST + 1, FIRST + 1, FIRST + 2]
    desk.enter(table, 月份=(MONTH, months), 员工=(TEXT, ["李", "王", "李", "王", "王"]), 得分=(POINTS, [1, 2, 3, 4, 5]))
    desk.compute("员工每月", "上月", m.Scanned(b.prev(desk.column("员工每月", "得分"))), step=False)
    desk.scan("员工每月", "上月")
    assert desk.figures("员工每月", "上月") == [NOTHING, NOTHING, 1, 2, 4]


def test_a_long_plan_does_not_reach_the_end_of_the_stack():
    desk = staff(得分=(POINTS, [1, 2]))
    before = "得分"
    for nr in range(3_000):
        desk.steps.append(m.Step("员工", (f"列{nr}",)))
        expr = m.Arith(POINTS, "+", m.Col(POINTS, before), b.const(Fraction(1)))
        table = desk.tables["员工"]
        desk.tables["员工"] = m.Table("员工", "data", ("工号",), (*table.columns, m.Column("员工", f"列{nr}", POINTS, m.Row(expr))))
        before = f"列{nr}"
    assert desk.figures("员工", before) == [3_001, 3_002]


# ------------------------------------------------------------------------------------------------------------- distinct


def by_group():
    desk = staff(部门=(TEXT.maybe(), ["乙", "甲", NOTHING, "乙"]), 得分=(POINTS, [1, 2, 3, 4]))
    desk.add(m.Table("部门", "distinct", ("部门",), (m.Column("部门", "部门", TEXT, m.Input()),), source="员工"))
    desk.compute("部门", "合计", m.Agg("sum", "员工", (("部门", "部门"),), desk.col("员工", "得分", theirs=True)))
    return desk


def test_a_table_of_the_different_departments():
    """Whoever has no department makes no department."""
    desk = by_group()
    assert list(desk.reference().keys("部门")) == [("乙",), ("甲",)]
    assert desk.figures("部门", "合计") == [5, 2]


def test_different_combinations_of_computed_columns():
    desk = staff(得分=(POINTS, [91, 75, 95]))
    good = b.compare(">=", desk.col("员工", "得分"), b.const(Fraction(90)))
    desk.compute("员工", "等次", b.case([(good, b.const("优"))], b.const("良")))
    desk.add(m.Table("等次", "distinct", ("等次",), (m.Column("等次", "等次", TEXT, m.Input()),), source="员工"))
    desk.compute("等次", "人数", m.Agg("count", "员工", (("等次", "等次"),)), COUNT)
    assert dict(zip(desk.figures("等次", "等次"), desk.figures("等次", "人数"), strict=True)) == {"优": 2, "良": 1}


# ------------------------------------------------------------------------------------------------- what one may look at


def test_an_explanation_can_see_which_records_were_counted_and_which_were_left_out():
    desk = records([1, PENDING, 4, 2], ["1", "1", "1", "2"])
    where = b.logic(
        "or",
        [
            b.not_(b.known(desk.col("记录", "分", theirs=True))),
            b.compare("<", replace_plain(desk.col("记录", "分", theirs=True)), b.const(Fraction(4))),
        ],
    )
    op = m.Agg("sum", "记录", (("员工", "工号"),), desk.col("记录", "分", theirs=True), where, "skip")
    desk.compute("员工", "合计", op)
    assert desk.reference().group_members("员工", 0, op) == Members((0,), (1, 2))
    assert desk.reference().group_members("员工", 2, op) == Members((), ())


def test_an_explanation_can_see_the_group_in_its_order():
    desk = staff(得分=(POINTS, [80, 90, 70, 85]), 参评=(YESNO, [True, True, False, True]), 部门=(TEXT, ["甲", "甲", "甲", "乙"]))
    op = m.Over("rowno", ("部门",), BEST_FIRST, "参评")
    desk.compute("员工", "名次", op)
    assert desk.reference().group_members("员工", 0, op) == Members((1, 0), (2,))
    assert desk.reference().group_members("员工", 2, op) == Members((), (2,))


def test_an_explanation_can_follow_a_lookup_and_evaluate_a_part_of_a_formula():
    desk = staff(职级=(TEXT, ["高级", "见习"]), 得分=(POINTS, [80, 70]))
    desk.add(standards(("高级", Fraction("1.5"))))
    op = m.Get("标准", (("职级", "职级"),), "系数")
    desk.compute("员工", "系数", op)
    reference = desk.reference()
    assert reference.group_members("员工", 0, op) == Members((0,))
    assert reference.group_members("员工", 1, op) == Members(())
    assert reference.evaluate("员工", 1, b.arith("*", desk.col("员工", "得分"), b.const(Fraction(2)))) == 140
    assert reference.row_with_key("员工", ("2",)) == 1
    assert reference.row_with_key("员工", ("9",)) is None
    assert reference.cell("员工", 0, "系数") == Fraction("1.5")


def test_an_explanation_can_evaluate_a_condition_on_a_counted_row():
    desk = records([5, 7], ["1", "2"])
    expr = b.arith("+", desk.col("记录", "分", theirs=True), desk.col("员工", "基数"))
    assert desk.reference().evaluate("员工", 0, expr, counted=("记录", 1)) == 9


def test_asking_for_one_column_computes_only_what_it_stands_on():
    desk = staff(得分=(POINTS, [1]))
    desk.compute("员工", "坏", m.Arith(POINTS, "/", desk.col("员工", "得分"), b.const(Fraction(0))))
    desk.compute("员工", "好", b.arith("+", desk.col("员工", "得分"), b.const(Fraction(1))))
    assert desk.figures("员工", "好") == [2]
    with pytest.raises(BrokenPromise):
        desk.reference().results()


# -------------------------------------------------------------------------------------------------------------- results


def test_results_hold_every_visible_column_in_the_order_of_the_key():
    desk = by_group()
    results = run_reference(desk.plan(), dataset(desk.plan(), desk.data))
    assert results.keys == {"员工": [("1",), ("2",), ("3",), ("4",)], "部门": [("乙",), ("甲",)]}
    assert results.columns["部门"] == {"部门": ["乙", "甲"], "合计": [Fraction(5), Fraction(2)]}
    assert results.columns["员工"]["部门"] == ["乙", "甲", NOTHING, "乙"]


def test_hidden_columns_are_no_results():
    desk = staff(得分=(POINTS, [1]))
    desk.tables["员工"] = m.Table("员工", "data", ("工号",), (*desk.tables["员工"].columns, m.Column("员工", "·1", YESNO, m.Row(b.const(True)), hidden=True)))
    desk.steps.append(m.Step("员工", ("·1",)))
    assert "·1" not in run_reference(desk.plan(), dataset(desk.plan(), desk.data)).columns["员工"]


def test_an_empty_table_is_computed_without_complaint():
    desk = staff(得分=(POINTS, []))
    desk.compute("员工", "名次", m.Over("rowno", (), BEST_FIRST))
    desk.compute("员工", "最高", m.Agg("max", "员工", (), desk.col("员工", "得分", theirs=True)))
    assert desk.figures("员工", "名次") == desk.figures("员工", "最高") == []


def test_figures_wider_than_64_bits_stay_exact():
    wide = b.number(0, 10**20, 2)
    desk = Desk()
    amount = Fraction("99999999999999999999.99")
    desk.enter("单位", 名称=(TEXT, ["甲"]), 金额=(wide, []))
    desk.data["单位"]["金额"] = [amount]
    assert desk.figures("单位", "金额") == [amount]


# --------------------------------------------------------------------------------------------------------------- guards


def guarded(pools):
    kind = b.number(-9, 1000)
    desk = staff(总额=(kind, pools), 权重=(POINTS, [1] * len(pools)))
    desk.compute("员工", "应发", m.Split("总额", "权重", ("工号",), (), Fraction(1), "largest", "none"))
    total = m.Agg("sum", "员工", (), desk.col("员工", "应发", theirs=True))
    desk.compute("员工", "合计", total, POINTS)
    desk.compute("员工", "超", b.compare(">", desk.col("员工", "合计"), b.const(Fraction(100))))
    desk.compute("员工", "负", b.compare("<", desk.col("员工", "总额"), b.const(Fraction(0))))
    desk.refuse_where("员工", "超", "合计超过 100：{row}。", "More than 100: {row}.")
    desk.refuse_where("员工", "负", "总额不能为负：{row}。", "The pool cannot be negative: {row}.")
    return desk


def refused(desk):
    with pytest.raises(InputRefused) as refusal:
        run_reference(desk.plan(), dataset(desk.plan(), desk.data))
    return refusal.value.faults


def test_a_broken_guard_refuses_the_run_and_names_the_rows():
    (fault,) = refused(guarded([60, 50]))
    assert fault.zh == "合计超过 100：1、2。"
    assert fault.en == "More than 100: 1, 2."


def test_a_negative_pool_is_told_by_its_guard_and_stops_nothing_else():
    assert [fault.zh for fault in refused(guarded([-1, 200]))] == ["总额不能为负：1。"]


def test_nothing_is_refused_where_every_guard_holds():
    assert run_reference((desk := guarded([60, 40])).plan(), dataset(desk.plan(), desk.data))


def test_of_many_rows_the_first_twenty_are_named():
    desk = staff(得分=(POINTS, [-1] * 25))
    desk.compute("员工", "负", b.compare("<", desk.col("员工", "得分"), b.const(Fraction(0))))
    desk.refuse_where("员工", "负")
    (fault,) = refused(desk)
    assert fault.zh.endswith("、19、20 等 25 行 不对。") and fault.zh.count("、") == 19
    assert fault.en.endswith(" and 5 more is wrong.")


def test_a_row_of_a_month_is_named_as_people_name_it():
    desk = Desk()
    desk.enter(m.Table("员工每月", "data", ("员工", "月份")), 员工=(TEXT, ["王"]), 月份=(MONTH, [FIRST + 10]), 错=(YESNO, [True]))
    desk.refuse_where("员工每月", "错")
    assert refused(desk)[0].zh == "王/2026-11 不对。"


# --------------------------------------------------------------------------------------------- the order rows arrive in


@settings(max_examples=60)
@given(st.data())
def test_no_figure_depends_on_which_number_a_record_got(data):
    points = data.draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("123")), min_size=1, max_size=12))
    again = data.draw(st.permutations(points))

    def totals(rows):
        desk = records([row[0] for row in rows], [row[1] for row in rows], POINTS)
        desk.compute("员工", "合计", m.Agg("sum", "记录", (("员工", "工号"),), desk.col("记录", "分", theirs=True)), POINTS)
        desk.compute("员工", "均", m.Agg("mean", "记录", (("员工", "工号"),), desk.col("记录", "分", theirs=True)))
        desk.compute("员工", "名次", m.Over("rank_high", (), (m.Key("合计", True),)))
        return [desk.figures("员工", name) for name in ("合计", "均", "名次")]

    assert totals(points) == totals(again)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=10), st.data())
def test_ranks_belong_to_the_score_and_not_to_the_name(people, data):
    """Whoever changes names keeps the rank; the ranks from 1 on, with ties counted, use every place."""
    order = data.draw(st.permutations(range(len(people))))

    def ranks(rows):
        desk = staff(得分=(POINTS, [row[0] for row in rows]), 参评=(YESNO, [row[1] for row in rows]))
        desk.compute("员工", "高", m.Over("rank_high", (), BEST_FIRST, "参评"))
        desk.compute("员工", "低", m.Over("rank_low", (), BEST_FIRST, "参评"))
        return list(zip(desk.figures("员工", "高"), desk.figures("员工", "低"), strict=True))

    here, there = ranks(people), ranks([people[each] for each in order])
    assert there == [here[each] for each in order]
    places = {place for high, low in here if high is not EXEMPT for place in range(high, low + 1)}
    assert places == set(range(1, sum(taking_part for _, taking_part in people) + 1))
