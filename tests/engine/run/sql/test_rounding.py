"""The five roundings in SQL: every figure on both sides of zero, on the half and beside it, by every kind of divisor."""

from fractions import Fraction
from itertools import product

import pytest

from quanheng.engine.plan import build as b
from quanheng.engine.plan.types import TEXT
from quanheng.engine.run.sql.dialect import DUCKDB
from quanheng.engine.run.sql.ints import Ints, literal
from quanheng.engine.run.sql.layers import Layers, Names
from quanheng.engine.run.sql.rounding import rounded
from quanheng.engine.values import Rounding
from tests.engine.plans import dataset
from tests.engine.run.desk import Desk
from tests.engine.run.sql.engines import differences, duck

EITHER_SIGN = "(CASE WHEN (n < 0) THEN (-{0}) ELSE {0} END)"


@pytest.mark.parametrize(
    ("mode", "lo", "hi", "divisor", "text", "result"),
    [
        (Rounding.HALF_UP, -9, 9, 1, "n", (-9, 9)),
        (Rounding.TRUNCATE, -9, 19, 10, "(n // 10)", (0, 1)),
        (Rounding.FLOOR, 0, 19, 10, "(n // 10)", (0, 1)),
        (Rounding.FLOOR, -1, 19, 10, "((n // 10) - CAST(CASE WHEN ((n % 10) < 0) THEN 1 ELSE 0 END AS BIGINT))", (-1, 1)),
        (Rounding.UP, 0, 19, 10, "((n + 9) // 10)", (0, 2)),
        (Rounding.UP, -19, 0, 10, "(-(((-n) + 9) // 10))", (-2, 0)),
        (Rounding.UP, -19, 1, 10, EITHER_SIGN.format("((ABS(n) + 9) // 10)"), (-2, 2)),
        (Rounding.UP, -1, 19, 10, EITHER_SIGN.format("((ABS(n) + 9) // 10)"), (-2, 2)),
        (Rounding.HALF_UP, 0, 9, 2, "((n + 1) // 2)", (0, 5)),
        (Rounding.HALF_UP, 0, 9, 3, "(((n * 2) + 3) // 6)", (0, 3)),
        (Rounding.HALF_UP, -9, 9, 2, EITHER_SIGN.format("((ABS(n) + 1) // 2)"), (-5, 5)),
    ],
)
def test_a_rounding_is_written_as_by_hand(mode, lo, hi, divisor, text, result):
    """The script is read by people: where the figure cannot be negative, or the divisor is even, the usual short form stands."""
    ints = Ints(Layers(DUCKDB, Names(), "数表"))
    found = rounded(ints, ints.column("n", 0, lo, hi), literal(divisor), mode)
    assert (found.text, (found.lo, found.hi)) == (text, result)


@pytest.mark.parametrize("mode", [Rounding.UP, Rounding.HALF_UP], ids=lambda mode: mode.name)
def test_a_long_divisor_is_written_once(mode):
    ints = Ints(Layers(DUCKDB, Names(), "数表"))
    long = ints.add(ints.column("甲" * 40, 0, 1, 9), ints.column("乙" * 40, 0, 1, 9))
    found = rounded(ints, ints.column("n", 0, 0, 9), long, mode)
    assert "甲" not in found.text and found.layer == 1


FIGURES = [Fraction(n, 20) for n in range(61)]  # 0, 0.05 … 3


@pytest.mark.parametrize("mode", list(Rounding), ids=lambda mode: mode.name)
def test_a_rounding_is_the_same_in_sql(mode):
    """Of x that is never negative, of its opposite, and of x − 1.5 that may be either; whole, over ten, over three, over seven
    divisors of the row: halves, thirds, evens and odds all occur."""
    desk = Desk()
    count = len(FIGURES)
    desk.enter(
        "数表",
        号=(TEXT, [f"{nr:02}" for nr in range(count)]),
        正=(b.number(0, 3, 2), FIGURES),
        负=(b.number(-3, 0, 2), [-each for each in FIGURES]),
        双=(b.number(Fraction("-1.5"), Fraction("1.5"), 2), [each - Fraction("1.5") for each in FIGURES]),
        整=(b.number(-30, 30), [nr - 30 for nr in range(count)]),
        除=(b.number(1, 7), [nr % 7 + 1 for nr in range(count)]),
        小除=(b.number(Fraction("0.5"), 2, 1), [Fraction(nr % 4 + 1, 2) for nr in range(count)]),
    )
    for name in ("正", "负", "双", "整"):
        figure = desk.col("数表", name)
        third = b.arith("*", figure, b.const(Fraction(5, 3)))
        seventh = b.arith("/", figure, desk.col("数表", "除"))
        half = b.arith("/", figure, desk.col("数表", "小除"))
        for form, expr in {"原": figure, "三": third, "七": seventh, "半": half}.items():
            for digits in (-1, 0, 1, 2):
                desk.compute("数表", f"{name}{form}{digits}", b.rounded(expr, digits, mode))
    plan = desk.plan()
    assert differences(plan, dataset(plan, desk.data), duck()) == []


RANGES = {"零上": (0, 6), "零下": (-6, 0), "过零上": (-1, 6), "过零下": (-6, 1), "负一": (-6, -1), "正一": (1, 6)}


@pytest.mark.parametrize("mode", list(Rounding), ids=lambda mode: mode.name)
def test_a_range_may_end_beside_zero(mode):
    """Whole figures halved and cut in three, from ranges that end at 0 or one beside it: there the shorter forms begin."""
    desk = Desk()
    figures = {name: (b.number(lo, hi), [Fraction(lo + nr % (hi - lo + 1)) for nr in range(12)]) for name, (lo, hi) in RANGES.items()}
    desk.enter("数表", 号=(TEXT, [f"{nr:02}" for nr in range(12)]), **figures)
    for name, (parts, digits) in product(RANGES, [(2, 0), (3, 0), (1, 0), (1, 1), (1, -1)]):
        part = b.arith("*", desk.col("数表", name), b.const(Fraction(1, parts)))
        desk.compute("数表", f"{name}{parts}位{digits}", b.rounded(part, digits, mode))
    plan = desk.plan()
    assert differences(plan, dataset(plan, desk.data), duck()) == []
