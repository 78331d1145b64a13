"""Exact values: every rounding by its name, figures as text, and why a value is missing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanheng.engine.values import Missing, Rounding, decimal_places, decimal_text, round_exact

ROUNDINGS = tuple(Rounding)
figures = st.one_of(st.fractions(-1000, 1000, max_denominator=60), st.integers(-(10**6), 10**6).map(lambda n: Fraction(n, 1000)))


@pytest.mark.parametrize(
    ("figure", "half_up", "up", "floor", "truncate", "half_even"),
    [
        # kept with two decimals
        ("2.344", "2.34", "2.35", "2.34", "2.34", "2.34"),
        ("2.345", "2.35", "2.35", "2.34", "2.34", "2.34"),
        ("2.346", "2.35", "2.35", "2.34", "2.34", "2.35"),
        ("2.355", "2.36", "2.36", "2.35", "2.35", "2.36"),
        ("2.350", "2.35", "2.35", "2.35", "2.35", "2.35"),
        ("0.001", "0", "0.01", "0", "0", "0"),
        ("0.005", "0.01", "0.01", "0", "0", "0"),
        ("0.015", "0.02", "0.02", "0.01", "0.01", "0.02"),
        ("0", "0", "0", "0", "0", "0"),
        ("-0.001", "0", "-0.01", "-0.01", "0", "0"),
        ("-0.005", "-0.01", "-0.01", "-0.01", "0", "0"),
        ("-0.015", "-0.02", "-0.02", "-0.02", "-0.01", "-0.02"),
        ("-2.344", "-2.34", "-2.35", "-2.35", "-2.34", "-2.34"),
        ("-2.345", "-2.35", "-2.35", "-2.35", "-2.34", "-2.34"),
        ("-2.346", "-2.35", "-2.35", "-2.35", "-2.34", "-2.35"),
        ("-2.355", "-2.36", "-2.36", "-2.36", "-2.35", "-2.36"),
        ("1/3", "0.33", "0.34", "0.33", "0.33", "0.33"),
        ("2/3", "0.67", "0.67", "0.66", "0.66", "0.67"),
        ("-2/3", "-0.67", "-0.67", "-0.67", "-0.66", "-0.67"),
    ],
)
def test_a_figure_is_kept_with_two_decimals(figure, half_up, up, floor, truncate, half_even):
    wanted = {
        Rounding.HALF_UP: half_up,
        Rounding.UP: up,
        Rounding.FLOOR: floor,
        Rounding.TRUNCATE: truncate,
        Rounding.HALF_EVEN: half_even,
    }
    assert {mode: round_exact(Fraction(figure), 2, mode) for mode in Rounding} == {mode: Fraction(text) for mode, text in wanted.items()}


@pytest.mark.parametrize(
    ("digits", "kept"),
    [(-4, "0"), (-3, "2000"), (-2, "1500"), (-1, "1540"), (0, "1545"), (1, "1544.5"), (2, "1544.55"), (3, "1544.545"), (9, "1544.545")],
)
def test_digits_below_zero_are_tens_and_hundreds(digits, kept):
    assert round_exact(Fraction("1544.545"), digits, Rounding.HALF_UP) == Fraction(kept)


@given(figures, st.integers(-3, 4), st.sampled_from(ROUNDINGS))
def test_a_rounded_figure_is_a_whole_number_of_units_less_than_one_unit_away(figure, digits, mode):
    unit = Fraction(10) ** -digits
    kept = round_exact(figure, digits, mode)
    assert (kept / unit).denominator == 1
    assert abs(kept - figure) < unit
    assert round_exact(kept, digits, mode) == kept


@given(figures, st.integers(-3, 4))
def test_each_rounding_goes_its_own_way(figure, digits):
    unit = Fraction(10) ** -digits
    kept = {mode: round_exact(figure, digits, mode) for mode in ROUNDINGS}
    assert kept[Rounding.FLOOR] <= figure
    assert abs(kept[Rounding.TRUNCATE]) <= abs(figure) <= abs(kept[Rounding.UP])
    for nearest in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert abs(kept[nearest] - figure) <= unit / 2
    if kept[Rounding.HALF_UP] != kept[Rounding.HALF_EVEN]:  # they differ on the half only
        assert abs(kept[Rounding.HALF_UP] - figure) == unit / 2
        assert abs(kept[Rounding.HALF_UP]) > abs(figure)
        assert (kept[Rounding.HALF_EVEN] / unit) % 2 == 0


@given(figures, st.integers(-3, 4))
def test_minus_a_figure_is_rounded_to_minus_its_rounding(figure, digits):
    for mode in (Rounding.HALF_UP, Rounding.UP, Rounding.TRUNCATE, Rounding.HALF_EVEN):
        assert round_exact(-figure, digits, mode) == -round_exact(figure, digits, mode)


@given(figures, figures, st.integers(-3, 4), st.sampled_from(ROUNDINGS))
def test_rounding_turns_no_order_round(one, other, digits, mode):
    low, high = sorted((one, other))
    assert round_exact(low, digits, mode) <= round_exact(high, digits, mode)


# ---------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("figure", "digits", "text"),
    [
        ("12.50", None, "12.5"),
        ("12.50", 2, "12.50"),
        ("12.50", 4, "12.5000"),
        ("12", None, "12"),
        ("12", 0, "12"),
        ("12", 1, "12.0"),
        ("0", None, "0"),
        ("0", 2, "0.00"),
        ("0.05", None, "0.05"),
        ("0.05", 3, "0.050"),
        ("-0.05", None, "-0.05"),
        ("-0.5", 2, "-0.50"),
        ("-12", None, "-12"),
        ("1000000", None, "1000000"),
        ("0.000001", None, "0.000001"),
        ("7/3", None, "7/3"),
        ("-7/3", None, "-7/3"),
        ("1/8", None, "0.125"),
        ("1/16", 4, "0.0625"),
        ("3/25", None, "0.12"),
    ],
)
def test_a_figure_as_text(figure, digits, text):
    assert decimal_text(Fraction(figure), digits) == text


def test_a_figure_is_never_cut_to_fit_its_decimals():
    with pytest.raises(AssertionError, match="does not fit 1 decimals"):
        decimal_text(Fraction("0.25"), 1)


@pytest.mark.parametrize(
    ("figure", "places"),
    [
        ("0", 0),
        ("3", 0),
        ("1/2", 1),
        ("1/4", 2),
        ("1/5", 1),
        ("1/25", 2),
        ("1/10", 1),
        ("1/40", 3),
        ("1/3", None),
        ("1/6", None),
        ("7/30", None),
        ("1/7", None),
    ],
)
def test_how_many_decimals_a_figure_needs(figure, places):
    assert decimal_places(Fraction(figure)) == places


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_the_shortest_text_is_exact(n, places):
    figure = Fraction(n, 10**places)
    text = decimal_text(figure)
    assert Fraction(text) == figure
    assert "." not in text or not text.endswith("0")
    needed = decimal_places(figure)
    assert needed is not None and (figure * 10**needed).denominator == 1
    assert needed == 0 or (figure * 10 ** (needed - 1)).denominator != 1


# -------------------------------------------------------------------------------------------------------------- missing


def test_why_a_value_is_missing_is_said_in_both_languages():
    assert [(each.zh, each.en) for each in Missing] == [("未评", "not rated"), ("无数据", "no data"), ("不适用", "not applicable")]


def test_the_strongest_reason_is_the_one_somebody_must_act_on():
    assert min(Missing) is Missing.PENDING and max(Missing) is Missing.EXEMPT


def test_the_words_of_the_roundings():
    assert [mode.value for mode in Rounding] == ["四舍五入", "进一", "向下", "去尾", "五成双"]
