"""Tables meet a plan: everything wrong is told at once with its place, and what is right depends on its content only."""

import hashlib
import time
from dataclasses import replace
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanheng.engine.faults import Cell, InputRefused
from quanheng.engine.formula.units import Unit
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import DAY, MONTH, TEXT, YESNO
from quanheng.engine.run.binding import bind, from_sheet
from quanheng.engine.values import Missing
from tests.engine.plans import plan_of

SCORE = b.number(0, 100, 1, unit=Unit((("分", 1),), "分"))
BONUS = b.number(0, 10_000, 2, unit=Unit((("元", 1),), "元"), optional=True)


def table(name, key, links=(), **columns):
    made = tuple(m.Column(name, each, kind, m.Input()) for each, kind in columns.items())
    if key == (ROW_KEY,):
        made = (m.Column(name, ROW_KEY, b.number(1, 10**7), m.Input(), hidden=True), *made)
    return m.Table(name, "data", key, made, tuple(m.Link(each, (each,), target) for each, target in links))


STAFF = table("员工", ("工号",), 工号=TEXT, 部门=TEXT, 得分=SCORE, 奖金=BONUS)
RECORDS = table("记录", (ROW_KEY,), (("员工", "员工"),), 员工=TEXT, 次数=b.number(0, 9), 备注=TEXT.maybe())
MONTHS = replace(
    table("员工每月", ("员工", "月份"), (("员工", "员工"),), 员工=TEXT, 月份=MONTH, 得分=SCORE.maybe(), 出勤=YESNO.maybe()),
    period="月份",
)
STRICT_MONTHS = replace(table("员工每月", ("员工", "月份"), 员工=TEXT, 月份=MONTH, 得分=SCORE), period="月份")  # every month needs its score

HEADINGS = {"员工": ["工号", "部门", "得分", "奖金"], "记录": ["员工", "次数", "备注"], "员工每月": ["员工", "月份", "得分", "出勤"]}


def sheets(**rows):
    return {name: from_sheet(HEADINGS[name], lines, f"{name}.xlsx", "数据") for name, lines in rows.items()}


def bound(*tables, **rows):
    return bind(plan_of(tables), sheets(**rows))


def faults(*tables, raw=None, **rows):
    with pytest.raises(InputRefused) as refusal:
        bind(plan_of(tables), raw or sheets(**rows))
    for fault in refusal.value.faults:
        assert fault.zh.endswith("。") and fault.en and fault.hint_zh.endswith("。") and fault.hint_en
    return refusal.value.faults


def told(*tables, **rows):
    return [(str(fault.at), fault.zh) for fault in faults(*tables, **rows)]


WANG, LI = ["E1", "甲", "90.5", "100"], ["E2", "乙", "85", ""]


# ------------------------------------------------------------------------------------------------------------ what fits


def test_a_table_is_carried_exactly_and_in_the_order_of_its_key():
    data = bound(STAFF, 员工=[LI, WANG]).tables["员工"]
    assert data.column_names == ["工号", "部门", "得分", "奖金", "奖金?"]
    assert data.to_pylist() == [
        {"工号": "E1", "部门": "甲", "得分": 905, "奖金": 100_00, "奖金?": None},
        {"工号": "E2", "部门": "乙", "得分": 850, "奖金": None, "奖金?": 2},
    ]
    assert [field.type for field in data.schema] == [pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int8()]


def test_figures_that_do_not_fit_64_bits_are_carried_wider():
    wide = table("单位", ("名称",), 名称=TEXT, 金额=b.number(-(10**20), 10**20, 2))
    raw = {"单位": from_sheet(["名称", "金额"], [["甲", "-99999999999999999999.99"]], "a.csv")}
    column = bind(plan_of([wide]), raw).tables["单位"].column("金额")
    assert column.type == pa.decimal128(38, 0)
    assert int(column[0].as_py()) == -99999999999999999999_99


def test_days_months_and_yes_no_are_carried_as_the_contract_says():
    kinds = table("事", ("名",), 名=TEXT, 日=DAY, 月=MONTH, 真=YESNO)
    raw = {"事": from_sheet(["名", "日", "月", "真"], [["a", "1970-01-02", "1970年1月", "√"]], "a.csv")}
    data = bind(plan_of([kinds]), raw).tables["事"]
    assert [field.type for field in data.schema] == [pa.string(), pa.int32(), pa.int32(), pa.bool_()]
    assert data.to_pylist() == [{"名": "a", "日": 1, "月": 1970 * 12, "真": True}]


def test_the_columns_may_stand_in_any_order_and_name_their_unit():
    raw = {"员工": from_sheet([" 得分（分）", "奖金 (元)", "工号", "部门", ""], [["90.5", "100", "E1", "甲", None]], "a.csv")}
    assert bind(plan_of([STAFF]), raw).tables == bound(STAFF, 员工=[WANG]).tables


def test_empty_rows_count_for_nothing_and_short_rows_end_in_empty_cells():
    assert bound(STAFF, 员工=[WANG, [None] * 4, ["", " ", "", "　"], LI[:3], []]).tables == bound(STAFF, 员工=[WANG, LI]).tables


def test_a_table_with_headings_only_has_no_rows():
    data = bound(STAFF, MONTHS, 员工=[], 员工每月=[])
    assert data.tables["员工"].num_rows == data.tables["员工每月"].num_rows == 0
    assert data.tables["员工"].schema == bound(STAFF, 员工=[WANG]).tables["员工"].schema


def test_an_empty_mark_is_still_to_be_given():
    class Given:
        is_mark = True

    mark = m.Column("员工", "评分", SCORE.maybe(), m.Input(), origin=Given())
    marked = replace(STAFF, columns=(*STAFF.columns, mark))
    raw = {"员工": from_sheet([*HEADINGS["员工"], "评分"], [[*WANG, ""]], "a.csv")}
    assert bind(plan_of([marked]), raw).tables["员工"].column("评分?").to_pylist() == [Missing.PENDING]


# ------------------------------------------------------------------------------------------------------------- headings


def test_headings_that_do_not_fit_are_told_with_the_nearest_name():
    raw = {"员工": from_sheet(["工号", "部们", "得分（元）", "奖金", "奖金（元）", "备注", ""], [["E1", "", "", "", "", "", "x"]], "a.csv")}
    assert [(fault.code, fault.zh, fault.hint_zh) for fault in faults(STAFF, raw=raw)] == [
        ("unknown-column", "“员工”里没有叫“部们”的列。", "是不是“部门”？不用的列请删去。"),
        ("unit-differs", "列名里的单位是元，办法里“得分”的单位是分。", "换算好再填，列名写“得分（分）”。"),
        ("column-twice", "“奖金”有两列。", "留一列。"),
        ("unknown-column", "“员工”里没有叫“备注”的列。", "删去这一列，或在办法的数据表里写上它。"),
        ("heading-empty", "第 7 列没有列名。", "写上列名，或删去这一列。"),
        ("column-missing", "“员工”缺“部门”这一列。", "补上这一列，列名要一样。"),
    ]


def test_a_computed_column_is_not_entered():
    total = m.Column("员工", "总分", SCORE, m.Row(b.const(True)))
    raw = {"员工": from_sheet([*HEADINGS["员工"], "总分"], [[*WANG, "1"]], "a.csv")}
    (fault,) = faults(replace(STAFF, columns=(*STAFF.columns, total)), raw=raw)
    assert (fault.code, fault.zh, fault.at) == ("column-computed", "“总分”由办法算出，不用填。", Cell("a.csv", column="总分"))


def test_a_unit_of_ten_thousand_is_not_the_unit():
    """金额（万元） read as 元 would pay a ten-thousandth."""
    raw = {"员工": from_sheet(["工号", "部门", "得分", "奖金（万元）"], [WANG], "a.csv")}
    assert [fault.code for fault in faults(STAFF, raw=raw)] == ["unit-differs"]


def test_tables_that_are_missing_unknown_or_not_entered_are_told():
    constant = m.Table("标准", "constant", ("档",), (m.Column("标准", "档", TEXT, m.Input()),), rows=(("甲",),))
    nothing = from_sheet(["a"], [], "a.csv")
    found = faults(STAFF, RECORDS, constant, raw={"员工": sheets(员工=[WANG])["员工"], "纪录": nothing, "标准": nothing})
    assert sorted((fault.code, fault.zh, fault.hint_zh) for fault in found) == [
        ("table-missing", "没有“记录”的数据。", "补上这张表；没有记录的，也要有一张只有列名的表。"),
        ("table-not-entered", "“标准”由办法自己给出，不用填。", "删去这张表。"),
        ("unknown-table", "办法里没有叫“纪录”的数据表。", "是不是“记录”？把名称改对。"),
    ]


# ---------------------------------------------------------------------------------------------------------------- cells


def test_every_cell_that_is_wrong_is_told_in_the_order_of_reading():
    assert told(STAFF, 员工=[["E1", "甲", "90.55", "1,000"], ["", "乙", "120", ""]]) == [
        ("员工.xlsx 工作表 数据 第 2 行 “得分”列", "“90.55”有 2 位小数，这一列最多 1 位，会丢失位数。"),
        ("员工.xlsx 工作表 数据 第 2 行 “奖金”列", "“1,000”里有千分位逗号。"),
        ("员工.xlsx 工作表 数据 第 3 行 “工号”列", "这一格没有填，这一列每行都要填。"),
        ("员工.xlsx 工作表 数据 第 3 行 “得分”列", "“120”超出范围，应为 0～100 分。"),
    ]


def test_a_fault_quotes_what_the_cell_holds_and_the_row_as_the_sheet_counts_it():
    raw = {"员工": from_sheet(HEADINGS["员工"], [WANG, ["E2", "甲", "abc", ""]], "a.xlsx", "一月", numbers=[5, 9])}
    (fault,) = faults(STAFF, raw=raw)
    assert fault.at == Cell("a.xlsx", "一月", 9, "得分", "abc")


def test_a_cell_beyond_the_last_heading_is_told():
    assert told(STAFF, 员工=[[*WANG, None, " x"]]) == [("员工.xlsx 工作表 数据 第 2 行", "“x”上面没有列名。")]


def test_two_hundred_faults_are_listed_and_the_others_counted():
    found = faults(STAFF, 员工=[[f"E{nr}", "甲", "bad", "bad"] for nr in range(500)])
    assert len(found) == 201
    assert found[0].at.row == found[1].at.row == 2 and found[199].at.row == 101
    assert (found[200].code, found[200].zh) == ("more-faults", "另外还有 800 处错误没有列出。")


# ----------------------------------------------------------------------------------------------------------------- keys


def test_a_key_that_occurs_twice_is_told_with_both_rows():
    assert told(STAFF, 员工=[WANG, LI, ["E1", "丙", "1", ""], [" Ｅ1", "丙", "1", ""]]) == [
        ("员工.xlsx 工作表 数据 第 4 行 “工号”列", "“E1”重复：员工.xlsx 工作表 数据 第 2 行 已经有了。")
    ]  # Ｅ1 in full width is another name: texts are compared as they are


def test_a_combined_key_is_told_as_a_whole():
    rows = [["E1", "2026-01", "", ""], ["E1", "2026年1月", "", ""]]
    assert told(STAFF, MONTHS, 员工=[WANG], 员工每月=rows) == [
        ("员工每月.xlsx 工作表 数据 第 3 行 “员工、月份”列", "“E1/2026-01”重复：员工每月.xlsx 工作表 数据 第 2 行 已经有了。")
    ]


def test_more_rows_than_allowed_are_told():
    (fault,) = faults(replace(STAFF, max_rows=1), 员工=[WANG, LI])
    assert (fault.code, fault.zh) == ("too-many-rows", "“员工”有 2 行，最多 1 行。")


def test_who_stands_in_a_table_of_too_many_rows_is_not_told_to_be_missing():
    few = replace(STAFF, max_rows=1)
    assert [fault.code for fault in faults(few, RECORDS, 员工=[WANG, LI], 记录=[["E1", "1", ""], ["E2", "1", ""]])] == ["too-many-rows"]


def test_a_table_of_one_row_has_that_row():
    (fault,) = faults(replace(STAFF, min_rows=1, max_rows=1), 员工=[])
    assert (fault.code, fault.zh) == ("too-few-rows", "“员工”有 0 行，至少要有 1 行。")


def test_rows_without_a_key_are_numbered_by_what_stands_in_them():
    rows = [["E2", "3", ""], ["E1", "9", "b"], ["E1", "1", ""], ["E1", "9", "a"], ["E1", "9", ""], ["E1", "9", "未评"]]
    data = bound(STAFF, RECORDS, 员工=[WANG, LI], 记录=rows).tables["记录"]
    assert data.column(ROW_KEY).to_pylist() == [1, 2, 3, 4, 5, 6]
    assert list(zip(*(data.column(name).to_pylist() for name in ("员工", "次数", "备注", "备注?")), strict=True)) == [
        ("E1", 1, None, 2), ("E1", 9, "a", None), ("E1", 9, "b", None), ("E1", 9, None, 1), ("E1", 9, None, 2), ("E2", 3, None, 2),
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------- links


def test_a_link_that_leads_nowhere_names_the_nearest_row():
    found = faults(STAFF, RECORDS, 员工=[["10007", "甲", "1", ""]], 记录=[["10070", "1", ""], ["10007", "1", ""]])
    assert [(str(fault.at), fault.zh, fault.hint_zh) for fault in found] == [
        ("记录.xlsx 工作表 数据 第 2 行 “员工”列", "“10070”在“员工”里没有。", "是不是“10007”？不是的话，在“员工”里补上。")
    ]


def test_among_thousands_the_one_with_a_slip_of_the_finger_is_still_found():
    staff = [[f"K{nr:05d}", "甲", "1", ""] for nr in range(3_000)]
    (fault,) = faults(STAFF, RECORDS, 员工=staff, 记录=[["X01234", "1", ""]])
    assert fault.hint_zh.startswith("是不是“K01234”？")


def test_a_link_that_may_be_missing_leads_nowhere_on_purpose():
    loose = replace(RECORDS, columns=tuple(
        replace(column, type=column.type.maybe()) if column.name == "员工" else column for column in RECORDS.columns
    ))  # fmt: skip
    assert bound(STAFF, loose, 员工=[WANG], 记录=[["不适用", "1", ""]]).tables["记录"].num_rows == 1


def test_a_link_into_a_standards_table_leads_to_one_of_its_rows():
    standard = m.Table("岗位", "constant", ("名",), (m.Column("岗位", "名", TEXT, m.Input()),), rows=(("甲",), ("乙",)))
    linked = replace(STAFF, links=(m.Link("部门", ("部门",), "岗位"),))
    assert bound(linked, standard, 员工=[WANG]).tables["员工"].num_rows == 1
    assert [fault.zh for fault in faults(linked, standard, 员工=[["E1", "丁", "1", ""]])] == ["“丁”在“岗位”里没有。"]


def test_a_record_of_a_day_leads_to_the_month_it_lies_in():
    cases = table("事件", (ROW_KEY,), 员工=TEXT, 日期=DAY)
    month = m.Column("事件", "·1", MONTH, m.Row(b.date_part("as_month", m.Col(DAY, "日期"))), hidden=True)
    cases = replace(cases, columns=(*cases.columns, month), links=(m.Link("员工每月", ("员工", "·1"), "员工每月"),))
    months = {"员工每月": from_sheet(HEADINGS["员工每月"], [["E1", "2026-01", "", ""]], "月.csv")}
    headings = ["员工", "日期"]
    good = {**months, "事件": from_sheet(headings, [["E1", "2026-01-31"]], "a.csv")}
    bad = {**months, "事件": from_sheet(headings, [["E1", "2026-02-01"]], "a.csv")}
    plan = plan_of([cases, replace(MONTHS, links=())])
    assert bind(plan, good)
    with pytest.raises(InputRefused) as refusal:
        bind(plan, bad)
    assert [(str(fault.at), fault.zh) for fault in refusal.value.faults] == [("a.csv 第 2 行 “员工”列", "“E1/2026-02”在“员工每月”里没有。")]


def test_more_records_for_one_person_than_allowed_are_told_once():
    few = replace(RECORDS, per_parent={"员工": 2})
    rows = [["E1", str(nr), ""] for nr in range(5)] + [["E2", "1", ""]] * 2
    (fault,) = faults(STAFF, few, 员工=[WANG, LI], 记录=rows)
    assert (fault.code, fault.zh) == ("too-many-rows-for-one", "“E1”在“记录”里有 5 行，最多 2 行。")


def test_a_key_that_cannot_be_read_causes_no_second_fault():
    rows = [["E1", "x", ""], ["", "1", ""]]
    assert [fault.code for fault in faults(STAFF, RECORDS, 员工=[WANG], 记录=rows)] == ["not-a-number", "cell-empty"]


# --------------------------------------------------------------------------------------------------------------- months


def test_a_month_left_out_is_a_month_without_figures_where_figures_may_be_missing():
    rows = [["E1", "2026-04", "90", "是"], ["E1", "2026-01", "80", "否"], ["E2", "2026-02", "70", ""]]
    data = bound(STAFF, MONTHS, 员工=[WANG, LI], 员工每月=rows).tables["员工每月"]
    first = 2026 * 12
    assert data.select(["员工", "月份", "得分", "得分?"]).to_pylist() == [
        {"员工": "E1", "月份": first, "得分": 800, "得分?": None},
        {"员工": "E1", "月份": first + 1, "得分": None, "得分?": 2},
        {"员工": "E1", "月份": first + 2, "得分": None, "得分?": 2},
        {"员工": "E1", "月份": first + 3, "得分": 900, "得分?": None},
        {"员工": "E2", "月份": first + 1, "得分": 700, "得分?": None},
    ]


def test_a_month_left_out_is_forgotten_where_every_month_needs_its_figures():
    raw = {"员工每月": from_sheet(["员工", "月份", "得分"], [
        ["E1", "2026-01", "1"], ["E1", "2026-03", "1"], ["E1", "2026-06", "1"], ["E2", "2026-09", "1"],
    ], "a.csv")}  # fmt: skip
    assert [(fault.code, str(fault.at), fault.zh) for fault in faults(STRICT_MONTHS, raw=raw)] == [
        ("period-missing", "a.csv 第 3 行 “月份”列", "“E1”缺 2026-02，前后都有。"),
        ("period-missing", "a.csv 第 4 行 “月份”列", "“E1”缺 2026-04～2026-05，前后都有。"),
    ]


def test_numbered_periods_have_no_gaps_either():
    terms = replace(table("学期表", ("班", "学期"), 班=TEXT, 学期=b.number(0, 9999), 分=SCORE.maybe()), period="学期")
    raw = {"学期表": from_sheet(["班", "学期", "分"], [["一", "1", "5"], ["一", "3", "6"]], "a.csv")}
    assert bind(plan_of([terms]), raw).tables["学期表"].column("学期").to_pylist() == [1, 2, 3]


def test_a_wrong_year_does_not_fill_the_machine():
    few = replace(MONTHS, max_rows=100, links=())
    raw = {"员工每月": from_sheet(HEADINGS["员工每月"], [["E1", "2026-01", "", ""], ["E1", "2062-01", "", ""]], "a.csv")}
    assert [fault.zh for fault in faults(few, raw=raw)] == ["“员工每月”有 433 行，最多 100 行。"]


# ---------------------------------------------------------------------------------------------------------- fingerprint


def print_of(*tables, **rows):
    return bound(*tables, **rows).fingerprint


def test_the_fingerprint_is_the_sha256_of_the_written_out_content():
    small = table("表", ("名",), 名=TEXT, 数=b.number(0, 9, 3, optional=True))
    raw = {"表": from_sheet(["名", "数"], [["b", "未评"], ["a", "1.5"]], "x.csv")}
    content = "\x1d表\x1f名:text:0\x1f数:number:1\x1ea\x1f15\x1eb\x1f\x1a1"
    assert bind(plan_of([small]), raw).fingerprint == hashlib.sha256(content.encode()).hexdigest()


def test_the_fingerprint_does_not_see_how_a_figure_is_written_but_sees_every_figure():
    same = [["E1 ", "甲", "90.50", "１００"], ["E2", "乙", "＋85", ""]]
    assert print_of(STAFF, 员工=same) == print_of(STAFF, 员工=[WANG, LI])
    changed = [["E1", "甲", "90.4", "100"], ["E1", "甲", "90.5", "100.01"], ["E1", "甲", "90.5", ""], ["E1", "甲", "90.5", "未评"]]
    prints = {print_of(STAFF, 员工=[row, LI]) for row in [WANG, *changed]}
    assert len(prints) == 5


def test_declaring_another_decimal_does_not_change_the_data():
    finer = replace(STAFF, columns=tuple(
        replace(column, type=b.number(0, 100, 4, unit=SCORE.unit)) if column.name == "得分" else column
        for column in STAFF.columns
    ))  # fmt: skip
    assert print_of(finer, 员工=[WANG, LI]) == print_of(STAFF, 员工=[WANG, LI])


@settings(max_examples=50)
@given(st.data())
def test_the_order_of_rows_and_columns_changes_nothing(data):
    codes = data.draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, unique=True))
    staff = [[code, "甲", str(data.draw(st.integers(0, 100))), data.draw(st.sampled_from(["", "5", "未评"]))] for code in codes]
    records = [
        [data.draw(st.sampled_from(codes)), str(data.draw(st.integers(0, 2))), data.draw(st.sampled_from(["", "x", "不适用"]))]
        for _ in range(data.draw(st.integers(0, 8)))
    ]
    here = bound(STAFF, RECORDS, 员工=staff, 记录=records)
    places = data.draw(st.permutations(range(4)))
    shuffled = [[row[place] for place in places] for row in data.draw(st.permutations(staff))]
    raw = sheets(记录=data.draw(st.permutations(records)))
    raw = {**raw, "员工": from_sheet([HEADINGS["员工"][place] for place in places], shuffled, "b.csv")}
    there = bind(plan_of([STAFF, RECORDS]), raw)
    assert here.tables == there.tables and here.fingerprint == there.fingerprint


# ---------------------------------------------------------------------------------------------------------------- scale


def test_a_large_table_full_of_faults_is_answered_soon():
    """Not a search for the nearest name for each of them."""
    rng = Random(1)  # noqa: S311  not for secrets
    staff = [[f"K{nr:06d}", "甲", "1", ""] for nr in range(20_000)]
    records = [[f"X{rng.randrange(10**6):06d}", "1", ""] for _ in range(20_000)]
    begun = time.process_time()
    assert len(faults(STAFF, RECORDS, 员工=staff, 记录=records)) == 201
    assert time.process_time() - begun < 20
