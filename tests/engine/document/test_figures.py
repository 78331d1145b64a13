"""Figures are read however a regulation writes them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from quanheng.engine.document.figures import chinese_number, figures


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("加 5 分乘以系数 0.1", ["5", "1/10"]),
        ("10 万元以上，十万元，1.5亿", ["100000", "100000", "150000000"]),
        ("占 20%，即百分之二十，千分之三", ["1/5", "1/5", "3/1000"]),
        ("两个、五日、三年、半天", ["2", "5", "3", "1/2"]),
        ("每少 1 个百分点", ["1/100"]),
        ("二十五人，一百零三人，一千二百三十四", ["25", "103", "1234"]),
        ("三分之二以上", ["3", "2", "2/3"]),
        ("５００ 人，99.5％", ["500", "199/200"]),
        ("5 千克", ["5"]),
        ("一点五倍", ["3/2"]),
    ],
)
def test_a_figure_has_a_value(text, values):
    assert [figure.value for figure in figures(text)] == [Fraction(value) for value in values]


@pytest.mark.parametrize(
    "text",
    ["2015 年 9 月 1 日", "2026-09-01", "9 月 1 日", "〔2015〕33号", "第 33 号", "第三条", "附件 2", "2015 学年", "12:30", "两个", "半天"],
)
def test_years_dates_numbers_of_documents_and_articles_ask_for_no_rule(text):
    assert not [figure for figure in figures(text) if figure.certain]


@pytest.mark.parametrize("value", [1, 2, 9, 10, 11, 20, 99, 100, 101, 110, 1000, 1010, 10_000, 10_001, 120_000, 100_000_000])
def test_a_chinese_numeral_reads_back(value):
    assert chinese_number(numeral(value)) == value


def numeral(value: int) -> str:
    """Chinese numeral, the slow and sure way."""
    for size, sign in ((100_000_000, "亿"), (10_000, "万"), (1_000, "千"), (100, "百"), (10, "十")):
        if value >= size:
            rest = value % size
            zero = "零" if rest and rest < size // 10 else ""
            return numeral(value // size) + sign + zero + (numeral(rest) if rest else "")
    return "零一二三四五六七八九"[value]
