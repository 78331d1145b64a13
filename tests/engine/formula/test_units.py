"""Units of an office: points, money, counts and plain figures, and what comes of them when they meet."""

from fractions import Fraction

import pytest

from quanheng.engine.formula.units import PURE, Unit, same, unit_named


def unit(word):
    found = unit_named(word)
    assert found is not None
    return found[0]


POINTS, MONEY, HEADS, PIECES, LESSONS = unit("分"), unit("元"), unit("人"), unit("件"), unit("节")


@pytest.mark.parametrize(
    ("made", "is_called"),
    [
        (PURE, ""),
        (POINTS, "分"),
        (MONEY, "元"),
        (HEADS, "人"),
        (POINTS * LESSONS, "分"),  # 节数 × 4分
        (POINTS * MONEY, "元"),  # 得分 × 50元
        (MONEY * PIECES, "元"),
        (MONEY / HEADS, "元"),
        (POINTS / POINTS, ""),
        (POINTS * POINTS, None),
        (MONEY * MONEY, None),
        (PURE / POINTS, None),
        (PURE / MONEY, None),
        (MONEY / POINTS, "元"),
        (POINTS / MONEY, None),
        (PIECES / HEADS, None),
        (PIECES * PIECES, None),
        (unit("万元"), "元"),
        (unit("%"), ""),
    ],
)
def test_what_a_product_or_a_quotient_is_for_an_office(made, is_called):
    assert made.principal == is_called


@pytest.mark.parametrize(
    ("made", "mixture"), [(PIECES / HEADS, True), (PIECES * PIECES, True), (PIECES, False), (PURE, False), (POINTS / MONEY, False), (MONEY / HEADS, False)]
)
def test_a_mixture_of_counts_has_no_name_of_its_own(made, mixture):
    assert made.is_count_mixture is mixture


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        (POINTS, POINTS, True),
        (POINTS, MONEY, False),
        (POINTS, PURE, False),
        (MONEY, unit("万元"), True),
        (POINTS, POINTS * LESSONS, True),
        (MONEY, MONEY / HEADS, True),
        (HEADS, PIECES, False),
        (HEADS, unit("名"), True),  # words for heads
        (unit("位"), unit("个"), True),
        (unit("名"), unit("次"), False),
        (PIECES / HEADS, LESSONS, True),  # a mixture is what the rule says it is
        (POINTS * POINTS, POINTS, False),
        (POINTS * POINTS, POINTS * POINTS, True),
        (POINTS * POINTS, MONEY * MONEY, False),
    ],
)
def test_which_units_may_be_added_and_compared(one, other, may):
    assert same(one, other) is may
    assert same(other, one) is may


@pytest.mark.parametrize(
    ("word", "factor", "dims"),
    [
        ("元", 1, (("元", 1),)),
        ("角", Fraction(1, 10), (("元", 1),)),
        ("百元", 100, (("元", 1),)),
        ("千元", 1000, (("元", 1),)),
        ("万元", 10_000, (("元", 1),)),
        ("亿元", 10**8, (("元", 1),)),
        ("万人", 10_000, (("人", 1),)),
        ("个月", 1, (("月", 1),)),
        ("工作日", 1, (("天", 1),)),
        ("%", Fraction(1, 100), ()),
        ("％", Fraction(1, 100), ()),
        ("百分点", Fraction(1, 100), ()),
        ("成", Fraction(1, 10), ()),
        ("倍", 1, ()),
        ("亿", 10**8, ()),
    ],
)
def test_written_units_in_their_base_unit(word, factor, dims):
    found = unit_named(word)
    assert found is not None
    assert (found[0].dims, found[1]) == (dims, factor)


def test_unknown_words_are_no_units_until_the_office_declares_them():
    assert unit_named("株") is None
    assert unit_named("株", frozenset({"株"})) == (Unit((("株", 1),), "株"), 1)


def test_how_a_unit_is_written():
    assert [str(each) for each in (PURE, unit("万元"), POINTS * MONEY, POINTS * POINTS, PIECES / HEADS)] == ["（无单位）", "万元", "元·分", "分^2", "人^-1·件"]
