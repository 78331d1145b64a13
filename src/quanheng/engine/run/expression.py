"""What one expression of a plan means on one row: the reference executor's half that knows no groups and no orders.

An expression becomes a function of two row numbers, mine and (inside an aggregate) the counted row's. Going through the
tree once per column instead of once per cell is what lets plain Python carry hundreds of thousands of rows.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.values import Missing, Value, round_exact

OnRow = Callable[[int, int], Value]  # (my row, the counted row) → value
Values = Callable[[str], Sequence[Value]]  # column name → its value on every row

EPOCH: Final = datetime.date(1970, 1, 1)


class BrokenPromise(AssertionError):
    """A value is not what the plan promises: a condition that is missing, a divisor that is 0, a pool below 0.

    Where a guard of the plan is broken as well, that is the reason and the user is told; without one it is our mistake.
    """


def is_yes(value: Value) -> bool:
    """Take a value as the yes or no it must be."""
    if value is not True and value is not False:
        raise BrokenPromise(f"{value!r} where yes or no must stand")
    return value


def number(value: Value) -> Fraction:
    """Take a value as the number it must be."""
    if not isinstance(value, Fraction):
        raise BrokenPromise(f"{value!r} where a number must stand")
    return value


def quotient(dividend: Fraction, divisor: Fraction) -> Fraction:
    if divisor == 0:
        raise BrokenPromise("a division by 0 that was proved not to be one")
    return dividend / divisor


ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": quotient,
}
COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Reader:
    """Turns expressions into functions over the columns given: of my own table, of the counted rows' table (`theirs`),
    and, inside a scan, the row one period earlier (`before[i]`, None at the first)."""

    def __init__(self, mine: Values, theirs: Values | None = None, before: Sequence[int | None] | None = None) -> None:
        self._mine, self._theirs, self._before = mine, theirs, before
        self._readers: dict[type[m.Expr], Callable[[Any], OnRow]] = {
            m.Const: self._const,
            m.Col: self._col,
            m.Prev: self._prev,
            m.Arith: self._arith,
            m.Compare: lambda e: _both(COMPARISONS[e.op], self.read(e.left), self.read(e.right)),
            m.Logic: self._logic,
            m.Not: self._not,
            m.Case: self._case,
            m.Extreme: self._extreme,
            m.Abs: lambda e: _one(abs, self.read(e.part)),
            m.Round: lambda e: _one(lambda value: round_exact(value, e.digits, e.mode), self.read(e.part)),
            m.Known: self._known,
            m.IfMissing: self._if_missing,
            m.Absent: self._absent,
            m.Position: lambda e: _one(lambda text: Fraction(e.choices.index(text)), self.read(e.part)),
            m.DatePart: self._date_part,
            m.DateDiff: self._date_diff,
        }

    def read(self, expr: m.Expr) -> OnRow:
        return self._readers[type(expr)](expr)

    def _const(self, expr: m.Const) -> OnRow:
        value = expr.value
        return lambda i, j: value

    def _col(self, expr: m.Col) -> OnRow:
        if expr.theirs:
            assert self._theirs is not None, f"{expr.name} of the counted row is read outside an aggregate"
            theirs = self._theirs(expr.name)
            return lambda i, j: theirs[j]
        mine = self._mine(expr.name)
        return lambda i, j: mine[i]

    def _prev(self, expr: m.Prev) -> OnRow:
        assert self._before is not None, f"{expr.name} of the period before is read in a table without periods"
        before, values = self._before, self._mine(expr.name)

        def prev(i: int, j: int) -> Value:
            row = before[i]
            return Missing.NOTHING if row is None else values[row]

        return prev

    def _arith(self, expr: m.Arith) -> OnRow:
        # A sum of hundreds of items is one long chain to the left; walking it keeps Python's stack out of it.
        chain: list[tuple[str, m.Expr]] = []
        start: m.Expr = expr
        while isinstance(start, m.Arith):
            chain.append((start.op, start.right))
            start = start.left
        first = self.read(start)
        steps = [(ARITHMETIC[op], self.read(right)) for op, right in reversed(chain)]
        if len(steps) == 1:
            return _both(steps[0][0], first, steps[0][1])

        def along(i: int, j: int) -> Value:
            total = first(i, j)
            for combine, right in steps:
                value = right(i, j)
                if type(total) is Missing or type(value) is Missing:
                    total = strongest((total, value))
                else:
                    total = combine(total, value)
            return total

        return along

    def _logic(self, expr: m.Logic) -> OnRow:
        # Left to right, and no further than needed: `有(成绩) 且 成绩 >= 60` must not look at a mark that is not there.
        parts, decides = [self.read(part) for part in expr.parts], expr.op == "or"

        def logic(i: int, j: int) -> Value:
            return decides if any(is_yes(part(i, j)) is decides for part in parts) else not decides

        return logic

    def _not(self, expr: m.Not) -> OnRow:
        part = self.read(expr.part)
        return lambda i, j: not is_yes(part(i, j))

    def _case(self, expr: m.Case) -> OnRow:
        branches, other = list(expr.branches), expr.other
        while isinstance(other, m.Case):  # 否则如果 … 否则如果 …: a chain again
            branches += other.branches
            other = other.other
        tests = [(self.read(condition), self.read(value)) for condition, value in branches]
        otherwise = self.read(other)

        def case(i: int, j: int) -> Value:
            for condition, value in tests:
                if is_yes(condition(i, j)):
                    return value(i, j)
            return otherwise(i, j)

        return case

    def _extreme(self, expr: m.Extreme) -> OnRow:
        parts = [self.read(part) for part in expr.parts]
        pick: Callable[[Any], Any] = min if expr.op == "min" else max

        def extreme(i: int, j: int) -> Value:
            values = [part(i, j) for part in parts]
            if any(type(value) is Missing for value in values):
                return strongest(values)
            picked: Value = pick(values)
            return picked

        return extreme

    def _known(self, expr: m.Known) -> OnRow:
        part = self.read(expr.part)
        return lambda i, j: type(part(i, j)) is not Missing

    def _if_missing(self, expr: m.IfMissing) -> OnRow:
        part, other = self.read(expr.part), self.read(expr.other)

        def if_missing(i: int, j: int) -> Value:
            value = part(i, j)
            return other(i, j) if type(value) is Missing else value

        return if_missing

    def _absent(self, expr: m.Absent) -> OnRow:
        part = self.read(expr.part)

        def absent(i: int, j: int) -> Value:
            value = part(i, j)
            if type(value) is not Missing:
                raise BrokenPromise(f"{value!r} where the reason of a missing value is asked for")
            return value

        return absent

    def _date_part(self, expr: m.DatePart) -> OnRow:
        parts = DAY_PARTS if expr.part.type.kind is Kind.DAY else MONTH_PARTS
        return _one(parts[expr.op], self.read(expr.part))

    def _date_diff(self, expr: m.DateDiff) -> OnRow:
        passed = {"days": days_passed, "months": months_passed, "years": years_passed}[expr.op]
        if expr.since.type.kind is Kind.MONTH:
            passed = {"months": calendar_months, "years": calendar_years}[expr.op]
        return _both(lambda since, until: Fraction(passed(since, until)), self.read(expr.since), self.read(expr.until))


def strongest(values: Sequence[Value]) -> Missing:
    """The strongest reason among values of which at least one is missing: 未评 before 无数据 before 不适用."""
    return min(value for value in values if isinstance(value, Missing))


def columns_read(expr: m.Expr) -> Iterator[m.Col | m.Prev]:
    """Every mention of a column in an expression."""
    todo = [expr]
    while todo:
        node = todo.pop()
        if isinstance(node, m.Col | m.Prev):
            yield node
        todo.extend(parts_of(node))


def parts_of(expr: m.Expr) -> tuple[m.Expr, ...]:
    """The expressions that an expression is directly made of."""
    match expr:
        case m.Arith() | m.Compare():
            return expr.left, expr.right
        case m.DateDiff():
            return expr.since, expr.until
        case m.Logic() | m.Extreme():
            return expr.parts
        case m.Case():
            return *(part for branch in expr.branches for part in branch), expr.other
        case m.IfMissing():
            return expr.part, expr.other
        case m.Not() | m.Abs() | m.Round() | m.Known() | m.Absent() | m.Position() | m.DatePart():
            return (expr.part,)
        case _:
            assert isinstance(expr, m.Const | m.Col | m.Prev), (
                f"an expression nobody has told this executor about: {expr}"
            )
            return ()


def _one(compute: Callable[[Any], Value], part: OnRow) -> OnRow:
    """A computation with one operand: missing stays missing."""

    def one(i: int, j: int) -> Value:
        value = part(i, j)
        return value if type(value) is Missing else compute(value)

    return one


def _both(compute: Callable[[Any, Any], Value], left: OnRow, right: OnRow) -> OnRow:
    """A computation with two operands: the strongest reason of what is missing, else the result."""

    def both(i: int, j: int) -> Value:
        a, b = left(i, j), right(i, j)
        if type(a) is Missing or type(b) is Missing:
            return strongest((a, b))
        return compute(a, b)

    return both


# ----------------------------------------------------------------------------------------------------------- calendar


def as_date(day: int) -> datetime.date:
    return EPOCH + datetime.timedelta(days=day)


def month_of(day: int) -> int:
    """The month a day lies in, counted as `year * 12 + month - 1`."""
    date = as_date(day)
    return date.year * 12 + date.month - 1


def last_of_month(month: int) -> int:
    """How many days a month has."""
    first, following = divmod(month, 12), divmod(month + 1, 12)
    if following[0] > datetime.MAXYEAR:
        return 31
    return (datetime.date(following[0], following[1] + 1, 1) - datetime.date(first[0], first[1] + 1, 1)).days


def days_passed(since: int, until: int) -> int:
    return until - since


def months_passed(since: int, until: int) -> int:
    """Whole months from one day to another: 任职满三个月 is reached when the day of the month comes round again.

    A month too short for that day completes on its last day: 31 January to 28 February is one month.

    >>> [months_passed((datetime.date(2026, 1, 31) - EPOCH).days, (datetime.date(2026, *end) - EPOCH).days)
    ...  for end in ((2, 27), (2, 28), (3, 30), (3, 31), (1, 30))]
    [0, 1, 1, 2, 0]
    """
    if until < since:
        return -months_passed(until, since)
    months = month_of(until) - month_of(since)
    due = min(as_date(since).day, last_of_month(month_of(until)))
    return months if as_date(until).day >= due else months - 1


def years_passed(since: int, until: int) -> int:
    """Whole years; the other way round it is the same number with a minus."""
    return calendar_years(0, months_passed(since, until))


def calendar_months(since: int, until: int) -> int:
    return until - since


def calendar_years(since: int, until: int) -> int:
    months = until - since
    return months // 12 if months >= 0 else -(-months // 12)


DAY_PARTS: Final[dict[str, Callable[[int], Value]]] = {
    "year": lambda day: Fraction(as_date(day).year),
    "month": lambda day: Fraction(as_date(day).month),
    "day": lambda day: Fraction(as_date(day).day),
    "as_month": month_of,
}
MONTH_PARTS: Final[dict[str, Callable[[int], Value]]] = {
    "year": lambda month: Fraction(month // 12),
    "month": lambda month: Fraction(month % 12 + 1),
    "as_month": lambda month: month,
}
