"""The words of a formula: what one sees is what is read, sign for sign and place for place."""

import pytest

from quanheng.engine.faults import InputRefused, Place
from quanheng.engine.formula.lexer import Cursor, tokens


def read(text, units=frozenset()):
    return [(token.type, str(token)) for token in tokens(Cursor(text), units)]


def kinds(text):
    return " ".join(kind for kind, _ in read(text))


def wrong(text):
    with pytest.raises(InputRefused) as refused:
        tokens(Cursor(text, line=7, column=3))
    (fault,) = refused.value.faults
    assert isinstance(fault.at, Place)
    return fault.code, fault.at.line, fault.at.column


def quantity(text, units=frozenset()):
    (token,) = tokens(Cursor(text), units)
    found = token.meaning
    return found.value, found.unit.written, found.figure, found.word


def test_full_width_signs_are_half_width_signs_and_keep_their_places():
    half = tokens(Cursor("如果(迟到>=3,0,5)"))
    full = tokens(Cursor("如果（迟到＞＝３，０，５）"))
    assert [(a.type, a.column, a.meaning) for a in half][:4] == [(b.type, b.column, b.meaning) for b in full][:4]
    assert [str(token) for token in full] == ["如果", "（", "迟到", "＞＝", "３", "，", "０", "，", "５", "）"]


@pytest.mark.parametrize(
    ("sign", "meaning"),
    [(">=", ">="), ("<=", "<="), ("<>", "<>"), ("!=", "<>"), ("≥", ">="), ("≤", "<="), ("≠", "<>"), ("=", "="), (">", ">"), ("<", "<")],
)
def test_comparisons_in_every_spelling(sign, meaning):
    (token,) = tokens(Cursor(sign))
    assert (token.type, token.meaning) == ("COMPARE", meaning)


@pytest.mark.parametrize(
    ("word", "kind", "meaning"),
    [
        ("达到", "COMPARE", ">="),
        ("不低于", "COMPARE", ">="),
        ("超过", "COMPARE", ">"),
        ("不满", "COMPARE", "<"),
        ("以上", "BOUND", ">="),
        ("reaches", "COMPARE", ">="),
    ],
)
def test_comparisons_in_words(word, kind, meaning):
    (token,) = tokens(Cursor(word))
    assert (token.type, token.meaning) == (kind, meaning)


def test_signs_and_words():
    assert kinds("a + b - c × d ÷ e * f / g") == "NAME PLUS NAME MINUS NAME TIMES NAME DIVIDE NAME TIMES NAME DIVIDE NAME"
    assert kinds("(甲、乙；丙：丁)[戊.己]") == "LPAR NAME SEP NAME SEMI NAME COLON NAME RPAR LSQB NAME DOT NAME RSQB"
    assert kinds("甲 且 乙 或 非 丙") == "NAME AND NAME OR NOT NAME"
    assert kinds("甲 and 乙 OR not 丙") == "NAME AND NAME OR NOT NAME"
    assert kinds("无数据 未评 不适用 是 否") == "ABSENT ABSENT ABSENT TRUE FALSE"
    assert kinds("if-missing(甲, 0)") == "FUNCTION LPAR NAME COMMA NUMBER RPAR"
    assert kinds("drop-high 1个") == "DROPHIGH QUANTITY"
    assert kinds("甲-乙") == "NAME MINUS NAME"
    assert kinds("score-total") == "NAME MINUS NAME"  # no function of that name: a subtraction
    assert kinds("或有负债 按揭余额 第3名") == "NAME NAME NAME"
    assert kinds("合计 (甲)") == "FUNCTION LPAR NAME RPAR"
    assert kinds("合计\n(甲)") == "NAME LPAR NAME RPAR"
    assert kinds("甲。") == "NAME"
    assert kinds("甲。 \n ") == "NAME"


@pytest.mark.parametrize(
    ("text", "value", "unit", "figure", "word"),
    [
        ("5", 5, "", "5", ""),
        ("5分", 5, "分", "5", "分"),
        ("5 分", 5, "分", "5", "分"),
        ("2.50元", "2.5", "元", "2.50", "元"),
        ("10万元", 100_000, "万元", "10", "万元"),
        ("10 万元", 100_000, "万元", "10", "万元"),
        ("0.3亿元", 30_000_000, "亿元", "0.3", "亿元"),
        ("30%", "3/10", "%", "30", "%"),
        ("99.5％", "0.995", "%", "99.5", "%"),
        ("2个百分点", "1/50", "", "2", "个百分点"),
        ("3成", "3/10", "", "3", "成"),
        ("2倍", 2, "", "2", "倍"),
        ("1万", 10_000, "", "1", "万"),
        ("6个月", 6, "个月", "6", "个月"),
        ("12节", 12, "节", "12", "节"),
    ],
)
def test_quantities(text, value, unit, figure, word):
    from fractions import Fraction

    assert quantity(text) == (Fraction(value), unit, figure, word)


def test_a_unit_that_the_office_declared():
    assert quantity("3株", frozenset({"株"}))[1:] == ("株", "3", "株")
    assert wrong("3株") == ("unknown-unit", 7, 4)


def test_a_unit_ends_where_a_word_of_the_language_begins():
    assert read("90分以上") == [("QUANTITY", "90分"), ("BOUND", "以上")]
    assert read("500人加 2分") == [("QUANTITY", "500人"), ("ADD", "加"), ("QUANTITY", "2分")]
    assert read("1个扣3分") == [("QUANTITY", "1个"), ("TAKE", "扣"), ("QUANTITY", "3分")]
    assert read("5 且 甲") == [("NUMBER", "5"), ("AND", "且"), ("NAME", "甲")]
    assert read("5 甲乙") == [("NUMBER", "5"), ("NAME", "甲乙")]
    assert read("5或 甲") == [("NUMBER", "5"), ("OR", "或"), ("NAME", "甲")]
    assert read("5\n分") == [("NUMBER", "5"), ("NAME", "分")]


def test_days_and_months():
    assert read("2026-12-31") == [("DAY", "2026-12-31")]
    assert read("2026年12月31日") == [("DAY", "2026年12月31日")]
    assert read("2026年12月") == [("MONTH", "2026年12月")]
    assert read("2026-03") == [("MONTH", "2026-03")]
    assert read("2026-13") == [("NUMBER", "2026"), ("MINUS", "-"), ("NUMBER", "13")]
    assert [token.meaning[0] for token in tokens(Cursor("1970-01-01"))] == [0]
    assert [token.meaning[0] for token in tokens(Cursor("2026年12月"))] == [2026 * 12 + 11]
    assert wrong("2026-02-30") == ("no-such-date", 7, 3)
    assert wrong("2026年13月") == ("no-such-date", 7, 3)


def test_texts_in_every_kind_of_quotes():
    for opening, closing in ("“”", '""', "「」", "‘’", "””", "”“"):
        (token,) = tokens(Cursor(f"{opening}优秀{closing}"))
        assert (token.type, token.meaning) == ("TEXT", "优秀")
    (token,) = tokens(Cursor("“Ａ（一）”"))
    assert token.meaning == "Ａ（一）"  # what stands in quotes is left as it is


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲 # 乙", ("strange-sign", 7, 5)),
        ("{甲}", ("strange-sign", 7, 3)),
        ("甲。乙", ("strange-sign", 7, 4)),
        ("甲！", ("strange-sign", 7, 4)),
        ("“甲", ("open-quote", 7, 3)),
        ("“甲\n”", ("open-quote", 7, 3)),
        ("“甲“", ("open-quote", 7, 3)),
        ("100,000", ("thousands-comma", 7, 3)),
        ("1,234,567元", ("thousands-comma", 7, 3)),
        ("3歲", ("unknown-unit", 7, 4)),
        ("3甲乙", ("unknown-unit", 7, 4)),
        ("1" * 41, ("number-too-long", 7, 3)),
        ("甲" * 4001, ("formula-too-long", 7, 3)),
        ("甲 +\n  ｶ", ("look-alike", 8, 3)),
        ("得⽉", ("look-alike", 7, 4)),
        ("⑴", ("look-alike", 7, 3)),
        ("5 ㎏", ("look-alike", 7, 5)),
        ("★", ("strange-sign", 7, 3)),
    ],
)
def test_what_cannot_be_read_is_said_at_its_place(text, found):
    assert wrong(text) == found


def test_two_figures_with_a_space_after_the_comma():
    assert kinds("较大(1, 200)") == "FUNCTION LPAR NUMBER COMMA NUMBER RPAR"
    assert kinds("较大(1,20)") == "FUNCTION LPAR NUMBER COMMA NUMBER RPAR"


def test_places_over_several_lines():
    found = tokens(Cursor("甲 +\n  乙 ×\n丙", line=10, column=20))
    assert [(token.line, token.column) for token in found] == [(10, 20), (10, 22), (11, 3), (11, 5), (12, 1)]
    assert Cursor("甲\n乙", 3, 5, "a.md").place(2, 1) == Place(4, 1, 4, 1, "a.md")


@pytest.mark.parametrize(
    ("touching", "apart"),
    [("占20%", "占 20%"), ("起点1000人", "起点 1000人"), ("近12个月", "近 12个月"), ("加2分", "加 2分")],
)
def test_a_closed_word_may_touch_its_figure(touching, apart):
    assert read(touching) == read(apart)


@pytest.mark.parametrize("name", ["占20份儿", "近12个月内", "占比20", "起点线1000"])
def test_what_is_more_than_a_word_and_its_figure_is_a_name(name):
    assert read(name) == [("NAME", name)]
