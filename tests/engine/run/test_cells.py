"""One cell: what people type is read exactly, or they are told what to write instead."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanheng.engine.formula.units import Unit
from quanheng.engine.plan import build as b
from quanheng.engine.plan.types import DAY, MONTH, TEXT, YESNO, Kind, Type
from quanheng.engine.run.cells import Problem, cell_reader
from quanheng.engine.values import Missing, decimal_text

SCORE = b.number(0, 100, 2, unit=Unit((("分", 1),), "分"))
MONEY = b.number(-1_000, 1_000_000, 2, unit=Unit((("元", 1),), "元"))
COUNT = b.number(0, 500)
PERCENT = b.number(0, Fraction("1.2"), 3, unit=Unit((), "%"))  # 0%～120%, one printed decimal
GRADE = Type(Kind.TEXT, choices=("优秀", "良好", "合格", "不合格"))


def read(kind, text, **more):
    return cell_reader(kind, **more)(text)


def problem(kind, text):
    found = read(kind, text)
    assert isinstance(found, Problem), f"{text} was read as {found!r}"
    return found


@pytest.mark.parametrize(
    ("kind", "text", "carried"),
    [
        (SCORE, "85", 8500), (SCORE, "85.5", 8550), (SCORE, "85.50", 8550), (SCORE, "85.500", 8550), (SCORE, "+85", 8500),
        (SCORE, " 85 ", 8500), (SCORE, "８５．５", 8550), (SCORE, "　85", 8500), (SCORE, "0", 0), (SCORE, "007", 700),
        (MONEY, "-12.34", -1234), (MONEY, "－12.34", -1234), (MONEY, "−12.34", -1234), (MONEY, "-0", 0),
        (COUNT, "500", 500), (COUNT, "500.0", 500),
        (PERCENT, "98.5%", 985), (PERCENT, "98.5", 985), (PERCENT, "98.5％", 985), (PERCENT, "0.9", 9), (PERCENT, "120", 1200),
    ],
)  # fmt: skip
def test_figures_are_read_as_they_are_meant(kind, text, carried):
    assert read(kind, text) == carried


@pytest.mark.parametrize(
    ("kind", "text", "code", "zh", "hint"),
    [
        (MONEY, "1,234.50", "thousands-comma", "“1,234.50”里有千分位逗号。", "写成 1234.50。"),
        (MONEY, "１，２３４", "thousands-comma", "“１，２３４”里有千分位逗号。", "写成 1234。"),
        (SCORE, "85分", "unit-in-cell", "“85分”带了单位。", "只填 85，单位写在列名后面的括号里。"),
        (MONEY, "3 万元", "unit-in-cell", "“3 万元”带了单位“万元”，这一列的单位是元。", "换算好，只填数字。"),
        (b.number(0, 9), "3人", "unit-in-cell", "“3人”带了单位“人”，这一列没有单位。", "换算好，只填数字。"),
        (SCORE, "85.125", "digits-would-be-lost", "“85.125”有 3 位小数，这一列最多 2 位，会丢失位数。",
         "先按规定舍入再填；或在办法的数据表里给这一列多写几位小数。"),
        (COUNT, "1.5", "digits-would-be-lost", "“1.5”有 1 位小数，这一列只收整数，会丢失位数。",
         "先按规定舍入再填；或在办法的数据表里给这一列多写几位小数。"),
        (PERCENT, "98.55%", "digits-would-be-lost", "“98.55%”有 2 位小数，这一列最多 1 位，会丢失位数。",
         "先按规定舍入再填；或在办法的数据表里给这一列多写几位小数。"),
        (SCORE, "100.01", "out-of-range", "“100.01”超出范围，应为 0～100 分。", "核对这个数；范围写在办法的数据表里。"),
        (PERCENT, "120.1%", "out-of-range", "“120.1%”超出范围，应为 0%～120%。", "核对这个数；范围写在办法的数据表里。"),
        (MONEY, "1" + "0" * 30, "out-of-range", f"“1{'0' * 30}”超出范围，应为 -1000～1000000 元。",
         "核对这个数；范围写在办法的数据表里。"),
        (COUNT, "85%", "percent-in-cell", "“85%”带百分号，这一列不是百分数。",
         "如果就是这个意思，写成 0.85；不然核对是不是填错了列。"),
        (MONEY, "1.2E+05", "scientific-notation", "“1.2E+05”是科学计数法，可能已经丢了位数。",
         "把单元格改成数值格式，按原数重填。"),
        (SCORE, "八十五", "not-a-number", "“八十五”不是数。",
         "只填数字，例如 85 或 85.5。没有的，可缺的列填“未评”“无数据”或“不适用”。"),
        (YESNO, "也许", "not-yes-or-no", "“也许”不是“是”或“否”。", "填“是”或“否”；也可以填 有/无、√/×、Y/N、1/0。"),
        (DAY, "2026-02-30", "no-such-day", "没有“2026-02-30”这一天。", "核对年、月、日。"),
        (DAY, "24/11/2026", "not-a-day", "“24/11/2026”不是日期。",
         "写成 2026-11-24、2026/11/24、2026年11月24日 或 20261124。"),
        (DAY, "0206-11-24", "year-far-off", "“0206-11-24”的年份不在 1900 到 2199 之间。", "核对年份，写四位数。"),
        (MONTH, "2026-13", "not-a-month", "“2026-13”不是月份。", "写成 2026-11、2026/11、2026年11月 或 202611。"),
        (MONTH, "2026-11-24", "not-a-month", "“2026-11-24”不是月份。", "写成 2026-11、2026/11、2026年11月 或 202611。"),
        (MONTH, "1026-11", "year-far-off", "“1026-11”的年份不在 1900 到 2199 之间。", "核对年份，写四位数。"),
        (GRADE, "良", "not-in-list", "“良”不在可选的内容里。", "是不是“良好”？可以填：优秀、良好、合格、不合格。"),
        (GRADE, "A", "not-in-list", "“A”不在可选的内容里。", "可以填：优秀、良好、合格、不合格。"),
        (TEXT, "张\u200b三", "control-character", "“张�三”里有看不见的字符（U+200B）。", "删掉这一格，重新输入；不要换行。"),
        (TEXT, "张\n三", "control-character", "“张�三”里有看不见的字符（U+000A）。", "删掉这一格，重新输入；不要换行。"),
        (SCORE, "", "cell-empty", "这一格没有填，这一列每行都要填。",
         "补上；确实可以没有的，在办法的数据表里给这一列写“可缺”。"),
        (SCORE, "未评", "missing-not-allowed", "这一列不能缺，不能填“未评”。",
         "填上实际的值；确实可以没有的，在办法的数据表里给这一列写“可缺”。"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_quoted_with_what_to_write_instead(kind, text, code, zh, hint):
    found = problem(kind, text)
    assert (found.code, found.zh, found.hint_zh) == (code, zh, hint)
    assert found.en and found.hint_en


def test_a_page_pasted_into_a_cell_is_quoted_in_part():
    assert problem(SCORE, "1" * 100_000).zh == f"“{'1' * 40}……”有 100000 个字，不像一个数。"
    assert len(problem(YESNO, "好" * 5_000).zh) < 60


@pytest.mark.parametrize("text", ["1.", ".5", "1..2", "1 2", "--1", "1-", "0x1F", "1_000", "nan", "²", "௫", "½", "Ⅳ"])
def test_what_only_a_programmer_would_call_a_number_is_none(text):
    problem(b.number(-10_000, 10_000, 4), text)


@pytest.mark.parametrize("yes", ["是", "有", "√", "✓", "Y", "y", "yes", "Yes", "TRUE", "true", "1", "１", "Ｙ"])
def test_yes(yes):
    assert read(YESNO, yes) is True


@pytest.mark.parametrize("no", ["否", "无", "×", "N", "n", "no", "NO", "FALSE", "False", "0"])
def test_no(no):
    assert read(YESNO, no) is False


@pytest.mark.parametrize("text", ["2026-11-24", "2026/11/24", "2026.11.24", "2026年11月24日", "20261124", "２０２６-11-24"])
def test_days_in_every_usual_form(text):
    assert read(DAY, text) == (datetime.date(2026, 11, 24) - datetime.date(1970, 1, 1)).days


def test_single_digits_of_a_day_and_days_before_1970():
    assert read(DAY, "2026年1月5日") == read(DAY, "2026-1-5") == read(DAY, "2026-01-05")
    assert read(DAY, "1969-12-31") == -1
    assert read(DAY, "2024-02-29") - read(DAY, "2024-02-28") == 1


@pytest.mark.parametrize("text", ["2026-11", "2026/11", "2026年11月", "202611", "2026-11-01", "2026/11/1"])
def test_months_in_every_usual_form(text):
    """A workbook makes the first of the month out of 2026-11 by itself; nothing is lost by reading it back."""
    assert read(MONTH, text) == 2026 * 12 + 10


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Missing.NOTHING), (None, Missing.NOTHING), ("  ", Missing.NOTHING), ("　", Missing.NOTHING),
        ("未评", Missing.PENDING), (" 无数据 ", Missing.NOTHING), ("不适用", Missing.EXEMPT), ("免考", Missing.EXEMPT),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [SCORE, PERCENT, YESNO, TEXT, DAY, MONTH, GRADE])
def test_what_may_be_missing_says_why(kind, text, reason):
    assert read(kind.maybe(), text) is reason


def test_an_empty_mark_is_still_to_be_given():
    assert read(SCORE.maybe(), "", is_mark=True) is Missing.PENDING
    assert read(SCORE.maybe(), "无数据", is_mark=True) is Missing.NOTHING


def test_an_absent_examinee_is_not_a_reason_but_a_question():
    """缺考 can be a zero or an exemption; the office has to say which."""
    assert problem(SCORE.maybe(), "缺考").code == "not-a-number"


def test_a_word_of_the_list_is_a_choice_even_if_it_sounds_like_a_reason():
    assert read(replace(GRADE, choices=("合格", "不适用")), "不适用") == "不适用"


def test_one_name_has_one_spelling():
    assert read(TEXT, "e\u0301cole ") == "école"
    assert read(TEXT, "王 芳") == "王 芳"
    assert read(TEXT, "𠮷田") == "𠮷田"


@given(st.decimals(-1_000, 1_000_000, places=2).map(Fraction))
def test_a_figure_written_out_is_read_back(value):
    assert read(MONEY, decimal_text(value)) == read(MONEY, decimal_text(value, 2)) == value * 100


@given(st.text(max_size=40))
def test_whatever_is_typed_there_is_a_value_or_a_problem(text):
    for kind in (SCORE, PERCENT, YESNO, TEXT, DAY, MONTH, GRADE):
        found = read(kind, text)
        assert isinstance(found, Problem | int | str)
        if isinstance(found, Problem):
            assert found.zh.endswith("。") and "\n" not in found.zh + found.hint_zh
