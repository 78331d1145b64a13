"""Functions of days and months: how long between two days, and the parts of a day."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, Literal

from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import unit_named
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import fault
from quanheng.engine.plan.lower.core import Here, kind_zh
from quanheng.engine.plan.lower.row import arguments
from quanheng.engine.plan.types import Kind
from quanheng.engine.values import Rounding


def _between(op: Literal["days", "months", "years"], unit: str) -> Callable[[Here, t.Call], m.Expr]:
    named = unit_named(unit)
    assert named is not None

    def lowered(here: Here, node: t.Call) -> m.Expr:
        first, second = arguments(node, 2, 2, f"{node.function.text}(起, 止)")
        since, until = here.lower(here, first), here.lower(here, second)
        for expr, each in ((since, first), (until, second)):
            if expr.type.kind is not Kind.DAY and not (expr.type.kind is Kind.MONTH and op != "days"):
                raise fault("not-a-day", each.at, f"这里要一个日期，而这是{kind_zh(expr.type)}。", "A day is needed here.")
        if since.type.kind is not until.type.kind:
            since, until = (b.date_part("as_month", each) if each.type.kind is Kind.DAY else each for each in (since, until))
        return b.date_diff(op, since, until, named[0])

    return lowered


def _part(op: Literal["year", "as_month", "month", "day"]) -> Callable[[Here, t.Call], m.Expr]:
    def lowered(here: Here, node: t.Call) -> m.Expr:
        (value,) = arguments(node, 1, 1, f"{node.function.text}(日期)")
        expr = here.lower(here, value)
        if expr.type.kind is Kind.DAY or (op in ("year", "month") and expr.type.kind is Kind.MONTH):
            return b.date_part(op, expr)
        raise fault("not-a-day", value.at, f"这里要一个日期，而这是{kind_zh(expr.type)}。", "A day is needed here.")

    return lowered


def _quarter(here: Here, node: t.Call) -> m.Expr:
    """1 to 4: the month's number plus two, a third of it, cut down."""
    month = _part("month")(here, node)
    third = b.arith("/", b.arith("+", month, b.const(Fraction(2))), b.const(Fraction(3)))
    return b.rounded(third, 0, Rounding.FLOOR)


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {
    "天数": _between("days", "天"), "月数": _between("months", "月"), "年数": _between("years", "年"), "年份": _part("year"), "月份": _part("as_month"),
    "月号": _part("month"), "日号": _part("day"), "季度": _quarter,
}  # fmt: skip
