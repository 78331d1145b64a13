"""One row: what is missing stays missing with its strongest reason, dates count as people count."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import DAY, MONTH, TEXT, YESNO, Kind
from quanheng.engine.run.expression import EPOCH, BrokenPromise, Reader, months_passed, years_passed
from quanheng.engine.values import Missing, Rounding
from tests.engine.run.desk import POINTS_MAYBE, plain

PENDING, NOTHING, EXEMPT = Missing.PENDING, Missing.NOTHING, Missing.EXEMPT


def number(value):
    """A figure, or the reason why there is none, as an expression."""
    if isinstance(value, Missing):
        return b.const(value)
    return m.Const(POINTS_MAYBE, Fraction(str(value)))


def value(expr):
    return plain(Reader(lambda name: []).read(expr)(0, 0))


def day(text):
    return b.const((datetime.date.fromisoformat(text) - EPOCH).days, kind=Kind.DAY)


def month(text):
    year, number = text.split("-")
    return b.const(int(year) * 12 + int(number) - 1, kind=Kind.MONTH)


# ------------------------------------------------------------------------------------------------------------- missing


@pytest.mark.parametrize("op", ["+", "-", "*", "/"])
@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [(PENDING, 1, PENDING), (1, NOTHING, NOTHING), (EXEMPT, NOTHING, NOTHING), (NOTHING, PENDING, PENDING)],
)
def test_arithmetic_with_something_missing_is_missing_with_the_strongest_reason(op, left, right, reason):
    assert value(m.Arith(POINTS_MAYBE, op, number(left), number(right))) == reason


def test_a_missing_dividend_over_zero_is_missing_and_no_accident():
    assert value(m.Arith(POINTS_MAYBE, "/", number(EXEMPT), number(0))) is EXEMPT


def test_in_a_long_sum_the_strongest_reason_wins_wherever_it_stands():
    assert value(b.arith("+", b.arith("+", number(EXEMPT), number(1)), number(NOTHING))) is NOTHING
    assert value(b.arith("+", b.arith("+", number(PENDING), number(1)), number(NOTHING))) is PENDING


def test_a_comparison_with_something_missing_is_neither_yes_nor_no():
    assert value(m.Compare(YESNO.maybe(), ">=", number(NOTHING), number(60))) is NOTHING


@pytest.mark.parametrize("op", ["min", "max"])
def test_the_highest_and_lowest_of_something_missing_are_missing(op):
    assert value(b.extreme(op, [number(5), number(EXEMPT), number(NOTHING)])) is NOTHING


def test_rounding_or_turning_positive_what_is_missing_keeps_the_reason():
    assert value(b.rounded(number(PENDING), 2, Rounding.HALF_UP)) is PENDING
    assert value(b.absolute(number(EXEMPT))) is EXEMPT


def test_zero_is_not_missing():
    assert value(b.known(number(0))) is True
    assert value(b.known(number(NOTHING))) is False
    assert value(b.if_missing(number(0), number(7))) == 0
    assert value(b.if_missing(number(NOTHING), number(7))) == 7
    assert value(b.if_missing(number(NOTHING), number(PENDING))) is PENDING


def test_a_missing_figure_can_lend_its_reason_to_a_missing_text():
    assert value(b.absent(TEXT, number(PENDING))) is PENDING


def test_a_missing_condition_is_our_mistake_and_never_a_no():
    with pytest.raises(BrokenPromise):
        value(m.Case(POINTS_MAYBE, ((number(NOTHING), number(1)),), number(0)))


# ----------------------------------------------------------------------------------------------------- what is not read


def trap():
    """Something that must not be looked at: a division by zero."""
    return m.Arith(POINTS_MAYBE, "/", number(1), number(0))


def test_a_case_looks_only_at_the_branch_that_holds():
    yes, no = b.const(True), b.const(False)
    assert value(m.Case(POINTS_MAYBE, ((no, trap()), (yes, number(2)), (no, trap())), trap())) == 2
    assert value(m.Case(POINTS_MAYBE, ((no, trap()),), m.Case(POINTS_MAYBE, ((no, trap()),), number(3)))) == 3


def test_and_or_go_left_to_right_and_no_further_than_needed():
    """有(成绩) 且 成绩 >= 60 must not stumble over the mark that is not there."""
    missing_mark = m.Compare(YESNO, ">=", number(NOTHING), number(60))
    assert value(b.logic("and", [b.known(number(NOTHING)), missing_mark])) is False
    assert value(b.logic("or", [b.not_(b.known(number(NOTHING))), missing_mark])) is True


def test_a_sum_of_thousands_of_items_does_not_reach_the_end_of_the_stack():
    total: m.Expr = number(1)
    for _ in range(5_000):
        total = m.Arith(POINTS_MAYBE, "+", total, number(1))
    assert value(total) == 5_001


def test_a_chain_of_thousands_of_cases_does_not_reach_the_end_of_the_stack():
    case: m.Expr = number(7)
    for _ in range(5_000):
        case = m.Case(POINTS_MAYBE, ((b.const(False), number(1)),), case)
    assert value(case) == 7


# --------------------------------------------------------------------------------------------------------------- values


def test_division_is_exact():
    third = b.arith("/", number(1), b.const(Fraction(3)))
    assert value(b.arith("*", third, number(3))) == 1


def test_text_grades_compare_by_their_place_in_the_list():
    grades = ("单位", "县级", "市级")
    places = [b.position(b.const(text), grades) for text in grades]
    assert [value(place) for place in places] == [0, 1, 2]
    assert value(b.compare("<", places[1], places[2])) is True


@pytest.mark.parametrize(("op", "result"), [("=", False), ("<>", True), ("<", True), ("<=", True), (">", False), (">=", False)])
def test_comparisons(op, result):
    assert value(b.compare(op, number("89.99"), number(90))) is result
    assert value(b.compare(op, day("2026-02-28"), day("2026-03-01"))) is result


# ---------------------------------------------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("2026-01-15", "2026-02-14", 0),  # one day short
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-31", "2026-02-28", 1),  # February has no 31st: its last day counts
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-03-30", 1),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2025-02-27", 11),
        ("2026-02-28", "2026-03-28", 1),
        ("2026-03-01", "2026-03-01", 0),
    ],
)
def test_whole_months_are_counted_as_people_count_them(since, until, months):
    assert value(b.date_diff("months", day(since), day(until))) == months
    assert value(b.date_diff("months", day(until), day(since))) == -months


def test_a_year_is_twelve_whole_months_and_backwards_it_is_the_same_with_a_minus():
    assert value(b.date_diff("years", day("2023-07-01"), day("2026-06-30"))) == 2
    assert value(b.date_diff("years", day("2026-06-30"), day("2023-07-01"))) == -2
    assert value(b.date_diff("days", day("2024-02-28"), day("2024-03-01"))) == 2


def test_months_subtract_as_months():
    assert value(b.date_diff("months", month("2025-11"), month("2026-02"))) == 3
    assert value(b.date_diff("years", month("2025-03"), month("2026-02"))) == 0
    assert value(b.date_diff("years", month("2026-02"), month("2025-02"))) == -1


def test_parts_of_a_day_and_of_a_month():
    assert [value(b.date_part(op, day("2026-11-24"))) for op in ("year", "month", "day")] == [2026, 11, 24]
    assert [value(b.date_part(op, month("2026-11"))) for op in ("year", "month")] == [2026, 11]
    assert value(b.date_part("as_month", day("1969-12-31"))) == 1969 * 12 + 11
    assert value(b.date_part("as_month", m.Const(MONTH, 5))) == 5
    assert value(b.date_part("year", m.Const(DAY.maybe(), NOTHING))) is NOTHING


DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)).map(lambda date: (date - EPOCH).days)


@given(DAYS, DAYS)
def test_whole_months_turn_round_with_a_minus(since, until):
    assert months_passed(since, until) == -months_passed(until, since)
    assert years_passed(since, until) == -years_passed(until, since)


@given(DAYS, DAYS)
def test_one_day_later_no_month_is_taken_away(since, until):
    assert 0 <= months_passed(since, until + 1) - months_passed(since, until) <= 1
