"""Guards refuse a run in the same words whichever executor found them; what is too wide is told before any run."""

from fractions import Fraction

import pytest

from quanheng.engine.faults import InputRefused
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import MONTH, TEXT, YESNO
from quanheng.engine.run.binding import bind, from_sheet
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.reference import run_reference
from quanheng.engine.run.sql.dialect import DUCKDB
from quanheng.engine.run.sql.runner import carry_out
from quanheng.engine.run.sql.script import TooWide, script
from quanheng.engine.run.sql.widths import check_widths
from quanheng.engine.values import Rounding
from tests.engine.plans import dataset, plan_of
from tests.engine.run.sql.engines import duck

PEOPLE = [f"P{nr:02d}" for nr in range(30)]


def entered(name: str, lo: int, hi: int, table: str = "人员") -> m.Column:
    return m.Column(table, name, b.number(lo, hi), m.Input())


def row(name: str, expr: m.Expr) -> m.Column:
    return m.Column("人员", name, expr.type, m.Row(expr), hidden=name.startswith("·"))


def guard(column: m.Column, code: str = "bad-score") -> m.Guard:
    return m.Guard("人员", column.name, code, "{row} 的得分不对。", "{row}: wrong score.", article="第二条")


def refusals(plan: m.Plan, data: Dataset) -> list[tuple[str, str, str]]:
    """What both executors say, which must be the same."""
    said = []
    for run in (lambda: run_reference(plan, data), lambda: carry_out(plan, data, duck())):
        with pytest.raises(InputRefused) as caught:
            run()
        said.append([(fault.code, fault.zh, fault.en) for fault in caught.value.faults])
        assert [fault.article for fault in caught.value.faults] == ["第二条"] * len(caught.value.faults)
    assert said[0] == said[1]
    return said[0]


def people(*columns: m.Column, guards: list[m.Guard]) -> m.Plan:
    key = m.Column("人员", "工号", TEXT, m.Input())
    table = m.Table("人员", "data", ("工号",), (key, *columns), max_rows=100)
    return plan_of([table], guards=guards)


@pytest.mark.parametrize(("wrong", "told"), [(1, "P00"), (3, "P00、P01、P02"), (30, "、".join(PEOPLE[:20]) + " 等 30 行")])
def test_a_broken_guard_names_the_rows(wrong: int, told: str):
    score = entered("得分", 0, 100)
    bad = row("·1", b.compare("<", b.col(score), b.const(Fraction(60))))
    plan = people(score, bad, guards=[guard(bad)])
    scores = [Fraction(0 if nr < wrong else 60) for nr in range(30)]
    said = refusals(plan, dataset(plan, {"人员": {"工号": PEOPLE, "得分": scores}}))
    assert said[0][1] == f"{told} 的得分不对。"
    assert wrong < 30 or said[0][2].endswith("P19 and 10 more: wrong score.")


def test_a_guard_on_a_table_that_only_scans_its_data_is_asked_too():
    score = entered("得分", 0, 100)
    rank = m.Column("人员", "名次", b.number(1, 100), m.Over("rank_high", (), (m.Key("得分", True),)))
    bad = row("·1", b.compare("<", b.col(score), b.const(Fraction(60))))
    for columns in ([score, bad], [score, rank, bad]):
        plan = people(*columns, guards=[guard(bad)])
        data = dataset(plan, {"人员": {"工号": PEOPLE, "得分": [Fraction(59)] * 30}})
        assert len(refusals(plan, data)) == 1


def test_a_guard_behind_a_split_waits_until_the_guard_before_it_holds():
    """The pool is negative: what was paid from it is nonsense, and nobody is told about it."""
    pool, weight = entered("总额", -100, 100), entered("权数", 0, 10)
    negative = row("·1", b.compare("<", b.col(pool), b.const(Fraction(0))))
    split = m.Split("总额", "权数", (), (), Fraction(1), "largest", "none")
    paid = m.Column("人员", "奖金", b.split_type(pool.type, Fraction(1), only=False), split)
    unpaid = row("·2", b.compare("=", b.col(paid), b.const(Fraction(0))))
    plan = people(pool, weight, negative, paid, unpaid, guards=[guard(unpaid, "unpaid"), guard(negative, "negative-pool")])
    keys = {"工号": PEOPLE[:2], "权数": [Fraction(1), Fraction(1)]}
    assert [code for code, *_ in refusals(plan, dataset(plan, {"人员": {**keys, "总额": [Fraction(-5)] * 2}}))] == ["negative-pool"]
    assert [code for code, *_ in refusals(plan, dataset(plan, {"人员": {**keys, "总额": [Fraction(1)] * 2}}))] == ["unpaid"]


def test_rows_without_a_key_are_named_by_where_they_stand():
    """Sorted by their content they are 1, 2, 3; in the sheet the two wrong ones are rows 2 and 7."""
    number = m.Column("人员", m.ROW_KEY, b.number(1, 100), m.Input(), hidden=True)
    score = entered("得分", 0, 100)
    bad = row("·1", b.compare("<", b.col(score), b.const(Fraction(60))))
    plan = plan_of([m.Table("人员", "data", (m.ROW_KEY,), (number, score, bad))], guards=[guard(bad)])
    data = bind(plan, {"人员": from_sheet(["得分"], [["59"], ["80"], ["7"]], "得分.xlsx", "一月", [2, 5, 7])})
    assert [zh for _, zh, _ in refusals(plan, data)] == ["得分.xlsx 工作表 一月 第 7 行、得分.xlsx 工作表 一月 第 2 行 的得分不对。"]


def test_a_guard_that_holds_refuses_nothing():
    holds = m.Column("人员", "·1", YESNO, m.Row(b.const(False)), hidden=True)
    plan = people(holds, guards=[guard(holds)])
    with carry_out(plan, dataset(plan, {"人员": {"工号": PEOPLE}}), duck()) as frames:
        assert frames["人员"].column_names == ["工号"]


# ------------------------------------------------------------------------------------------- outside a declared range


def outside(column: m.Column, reached: m.Expr, name: str = "·外") -> m.Column:
    """The guard of a declared range: it reads the column as wide as its formula can reach."""
    num = column.type.num
    assert num is not None
    value = m.Col(reached.type, column.name)
    tests = [b.compare("<", value, b.const(num.lo)), b.compare(">", value, b.const(num.hi))]
    return m.Column(column.table, name, YESNO, m.Row(b.logic("or", tests)), hidden=True)


@pytest.mark.parametrize("wrong", [0, 10_000])
def test_what_leaves_its_declared_range_refuses_the_run_and_breaks_nothing_on_the_way(wrong: int):
    score = entered("得分", 0, 10_000)
    reached = b.arith("*", b.col(score), b.const(Fraction(10**9)))
    declared = m.Column("人员", "甲", b.number(1, 10**12), m.Row(reached))
    share = row("乙", b.rounded(b.arith("/", b.const(Fraction(1)), b.col(declared)), 2, Rounding.HALF_UP))
    squared = row("丙", b.arith("*", b.col(declared), b.col(declared)))
    bad = outside(declared, reached)
    plan = people(score, declared, share, squared, bad, guards=[guard(bad)])
    data = dataset(plan, {"人员": {"工号": ["P00", "P01"], "得分": [Fraction(5), Fraction(wrong)]}})
    assert [zh for _, zh, _ in refusals(plan, data)] == ["P01 的得分不对。"]


def test_a_scan_that_runs_away_refuses_the_run():
    key = [m.Column("人员", "工号", TEXT, m.Input()), m.Column("人员", "月份", MONTH, m.Input())]
    kind = b.number(0, 10**18)
    earlier = b.if_missing(b.prev(m.Column("人员", "积", kind, m.Input())), b.const(Fraction(10)))
    reached = b.arith("*", earlier, b.const(Fraction(1000)))
    column = m.Column("人员", "积", kind, m.Scanned(reached))
    bad = outside(column, reached)
    table = m.Table("人员", "data", ("工号", "月份"), (*key, column, bad), period="月份")
    scan = m.Step("人员", ("积",), m.Scan("人员", ("工号",), "月份", ("积",)))
    plan = plan_of([table], [scan, m.Step("人员", ("·外",))], guards=[guard(bad)])
    data = dataset(plan, {"人员": {"工号": ["P"] * 12, "月份": [24_000 + nr for nr in range(12)]}})
    assert [zh.split("、")[0] for _, zh, _ in refusals(plan, data)] == ["P/2000-06"]


# ---------------------------------------------------------------------------------------------------------- too wide


def product(*names: str, most: int) -> tuple[m.Column, ...]:
    columns = [entered(name, 0, most) for name in names]
    expr: m.Expr = b.col(columns[0])
    for column in columns[1:]:
        expr = b.arith("*", expr, b.col(column))
    return (*columns, row("积", expr))


def test_a_product_beyond_38_digits_is_told_when_the_scheme_is_checked():
    plan = people(*product("甲", "乙", "丙", most=10**13), guards=[])
    assert [(table, column) for table, column, _, _ in check_widths(plan)] == [("人员", "积")]
    assert "40 位" in check_widths(plan)[0][2]
    with pytest.raises(TooWide):
        script(plan, DUCKDB)


def test_a_product_of_38_digits_is_computed_to_the_last_one():
    plan = people(*product("甲", "乙", most=10**18), guards=[])
    assert check_widths(plan) == []
    figure = Fraction(10**18 - 1)
    data = dataset(plan, {"人员": {"工号": ["P"], "甲": [figure], "乙": [figure]}})
    with carry_out(plan, data, duck()) as frames:
        assert frames.results().columns["人员"]["积"] == [figure**2]


def test_what_stands_on_a_column_that_is_too_wide_is_not_blamed_as_well():
    *columns, wide = product("甲", "乙", "丙", most=10**13)
    after = row("后", b.rounded(b.arith("/", b.col(wide), b.const(Fraction(3))), 0, Rounding.HALF_UP))
    assert [column for _, column, _, _ in check_widths(people(*columns, wide, after, guards=[]))] == ["积"]


def test_every_column_that_is_too_wide_is_told_at_once():
    weight, pool = entered("权数", 0, 10**20), entered("总额", 0, 10**20)
    split = m.Split("总额", "权数", (), (), Fraction(1), "largest", "none")
    paid = m.Column("人员", "奖金", b.split_type(pool.type, Fraction(1), only=False), split)
    plan = people(weight, pool, paid, *product("甲", "乙", "丙", most=10**13), guards=[])
    assert [column for _, column, _, _ in check_widths(plan)] == ["积", "奖金"]  # in the order of levels


def test_a_scan_that_gets_too_wide_is_told_by_the_column_that_does():
    key = [m.Column("月度", "工号", TEXT, m.Input()), m.Column("月度", "月份", MONTH, m.Input())]
    large = entered("甲", 0, 10**30, "月度")
    kind = b.number(0, 10**30, optional=True)
    first = m.Column("月度", "一", kind, m.Scanned(b.prev(m.Column("月度", "二", kind, m.Input()))))
    squared = b.arith("*", b.prev(first), b.col(large))
    least = b.extreme("min", [squared, b.const(Fraction(10**30))])
    second = m.Column("月度", "二", kind, m.Scanned(least))
    scan = m.Scan("月度", ("工号",), "月份", ("一", "二"))
    table = m.Table("月度", "data", ("工号", "月份"), (*key, large, first, second), period="月份")
    plan = plan_of([table], [m.Step("月度", ("一", "二"), scan)])
    assert [column for _, column, _, _ in check_widths(plan)] == ["二"]


def test_shares_among_too_many_cannot_be_added_up_exactly():
    """An average of averages over up to 200 rows each has no common denominator that fits."""
    count, score = entered("人数", 1, 200), entered("得分", 0, 100)
    share = row("份额", b.arith("/", b.col(score), b.col(count)))
    total = m.Column("人员", "合计", b.agg_type("sum", share.type, 100), m.Agg("sum", "人员", (), b.col(share, theirs=True)))
    assert [column for _, column, _, _ in check_widths(people(count, score, share, total, guards=[]))] == ["合计"]
