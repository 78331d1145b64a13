"""Smart constructors: build an expression and work out its static type (unit, range, width) in the same breath.

They assume operands of fitting kinds — the compiler has said so before — and assert it. How each node is carried:

* `+ -`: scale = larger of the two, den = lcm, divisor = product.
* `*`: scales add, dens and divisors multiply.
* `/` by a constant: `*` by its reciprocal. `/` by a column: with t = min of the scales, scale = left.scale - t, den = left.den,
  divisor = left.divisor * abs(right.n), n = left.n * 10**(right.scale - t) * right.den * right.divisor * sign(right.n).
* `Case`, `Extreme`, `IfMissing`: operands brought to the larger scale and the lcm of the dens; the divisor is the chosen one's.
* sum, mean, cumsum over rows with different divisors: brought to the lcm L of the whole divisor range first (den * L).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from quanheng.engine.formula.units import PURE, Unit
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import DAY, MONTH, TEXT, YESNO, Kind, Num, Type
from quanheng.engine.values import Missing, Rounding, decimal_places, round_exact

WIDEST_COMMON_DIVISOR: Final = 10**60  # an lcm beyond this fits nowhere; stop multiplying


def number(
    lo: Fraction | int, hi: Fraction | int, scale: int = 0, *, unit: Unit = PURE, optional: bool = False, den: int = 1
) -> Type:
    """The type of a plain number between `lo` and `hi` with `scale` decimals."""
    return Type(Kind.NUMBER, optional, unit, Num(Fraction(lo), Fraction(hi), scale, den))


def const(value: Fraction | str | bool | int | Missing, unit: Unit = PURE, *, kind: Kind | None = None) -> m.Const:
    """A literal. `int` needs `kind` DAY or MONTH; a `Missing` needs the kind it stands for (default NUMBER)."""
    if isinstance(value, Missing):
        return m.Const(missing_type(kind or Kind.NUMBER), value)
    if isinstance(value, bool):
        return m.Const(YESNO, value)
    if isinstance(value, str):
        return m.Const(replace(TEXT, choices=(value,)), value)
    if isinstance(value, Fraction):
        return m.Const(Type(Kind.NUMBER, False, unit, _exact(value)), value)
    assert kind in (Kind.DAY, Kind.MONTH)
    return m.Const(DAY if kind is Kind.DAY else MONTH, value)


def missing_type(kind: Kind) -> Type:
    """The type of a literal 无数据: fits any value of its kind."""
    num = Num(Fraction(0), Fraction(0)) if kind is Kind.NUMBER else None
    return Type(kind, True, PURE, num, () if kind is Kind.TEXT else None)


def col(column: m.Column, *, theirs: bool = False) -> m.Col:
    return m.Col(column.type, column.name, theirs)


def prev(column: m.Column) -> m.Prev:
    return m.Prev(column.type.maybe(), column.name)


def arith(op: Literal["+", "-", "*", "/"], left: m.Expr, right: m.Expr) -> m.Expr:
    """Arithmetic; of two constants it is a constant."""
    folded = _folded(op, left, right)
    if folded is not None:
        return folded
    a, b = _num(left), _num(right)
    optional = left.type.optional or right.type.optional
    if op == "*":
        unit, num = left.type.unit * right.type.unit, _times(a, b)
    elif op == "/":
        unit, num = left.type.unit / right.type.unit, _over(a, b)
    else:
        unit = left.type.unit if left.type.unit.dims else right.type.unit
        lo, hi = (a.lo + b.lo, a.hi + b.hi) if op == "+" else (a.lo - b.hi, a.hi - b.lo)
        num = Num(
            lo, hi, max(a.scale, b.scale), math.lcm(a.den, b.den), a.div_lo * b.div_lo, a.div_hi * b.div_hi
        )
    return m.Arith(Type(Kind.NUMBER, optional, unit, num), op, left, right)


def _folded(op: str, left: m.Expr, right: m.Expr) -> m.Const | None:
    if not (isinstance(left, m.Const) and isinstance(right, m.Const)):
        return None
    x, y = left.value, right.value
    if not isinstance(x, Fraction) or not isinstance(y, Fraction):
        return None
    a, c = left.type.unit, right.type.unit
    match op:
        case "+":
            return const(x + y, a if a.dims else c)
        case "-":
            return const(x - y, a if a.dims else c)
        case "*":
            return const(x * y, a * c)
    return const(x / y, a / c) if y else None


def negative(part: m.Expr) -> m.Expr:
    return arith("-", const(Fraction(0), part.type.unit), part)


def compare(op: Literal["=", "<>", "<", "<=", ">", ">="], left: m.Expr, right: m.Expr) -> m.Compare:
    assert left.type.kind is right.type.kind
    assert op in ("=", "<>") or left.type.kind in (Kind.NUMBER, Kind.DAY, Kind.MONTH)
    return m.Compare(YESNO.maybe(left.type.optional or right.type.optional), op, left, right)


def logic(op: Literal["and", "or"], parts: Iterable[m.Expr]) -> m.Expr:
    parts = tuple(parts)
    assert parts and all(part.type == YESNO for part in parts)
    return parts[0] if len(parts) == 1 else m.Logic(YESNO, op, parts)


def not_(part: m.Expr) -> m.Not:
    assert part.type == YESNO
    return m.Not(YESNO, part)


def case(branches: Sequence[tuple[m.Expr, m.Expr]], other: m.Expr) -> m.Case:
    assert branches and all(condition.type == YESNO for condition, _ in branches)
    return m.Case(union([value.type for _, value in branches] + [other.type]), tuple(branches), other)


def extreme(op: Literal["min", "max"], parts: Sequence[m.Expr]) -> m.Extreme:
    joined = union([part.type for part in parts])
    if joined.num is not None:
        pick = min if op == "min" else max
        nums = [_num(part) for part in parts]
        joined = replace(
            joined, num=replace(joined.num, lo=pick(n.lo for n in nums), hi=pick(n.hi for n in nums))
        )
    return m.Extreme(joined, op, tuple(parts))


def absolute(part: m.Expr) -> m.Abs:
    num = _num(part)
    lo = Fraction(0) if num.lo <= 0 <= num.hi else min(abs(num.lo), abs(num.hi))
    return m.Abs(replace(part.type, num=replace(num, lo=lo, hi=max(abs(num.lo), abs(num.hi)))), part)


def rounded(part: m.Expr, digits: int, mode: Rounding) -> m.Round:
    num = _num(part)
    lo, hi = round_exact(num.lo, digits, mode), round_exact(num.hi, digits, mode)
    return m.Round(replace(part.type, num=Num(lo, hi, max(digits, 0))), part, digits, mode)


def known(part: m.Expr) -> m.Known:
    return m.Known(YESNO, part)


def if_missing(part: m.Expr, other: m.Expr) -> m.IfMissing:
    return m.IfMissing(union([part.type.maybe(False), other.type]), part, other)


def absent(like: Type, part: m.Expr) -> m.Absent:
    """A missing value that fits beside values of type `like`, with the reason of `part`."""
    return m.Absent(replace(missing_type(like.kind), unit=like.unit), part)


def position(part: m.Expr, choices: tuple[str, ...]) -> m.Position:
    return m.Position(number(0, max(len(choices) - 1, 0), optional=part.type.optional), part, choices)


def date_part(op: Literal["year", "month", "day", "as_month"], part: m.Expr) -> m.DatePart:
    optional = part.type.optional
    if op == "as_month":
        return m.DatePart(MONTH.maybe(optional), op, part)
    lo, hi = {"year": (1, 9999), "month": (1, 12), "day": (1, 31)}[op]
    return m.DatePart(number(lo, hi, optional=optional), op, part)


def date_diff(op: Literal["days", "months", "years"], since: m.Expr, until: m.Expr, unit: Unit = PURE) -> m.Expr:
    """How long from one day to another; days between two fixed days are a constant."""
    if op == "days" and isinstance(since, m.Const) and isinstance(until, m.Const) and type(since.value) is type(until.value) is int:
        return const(Fraction(until.value - since.value), unit)
    optional = since.type.optional or until.type.optional
    bound = {"days": 3_652_059, "months": 119_988, "years": 9_999}[op]
    return m.DateDiff(number(-bound, bound, unit=unit, optional=optional), op, since, until)


# ------------------------------------------------------------------------------------------------ types of operations


def agg_type(
    kind: Literal["sum", "count", "min", "max", "mean", "any", "all", "one"],
    value: Type | None,
    rows: int,
    missing: m.Policy = "propagate",
    *,
    at_least_one: bool = False,
) -> Type:
    """The type of an `Agg` over at most `rows` rows. `at_least_one`: the table promises a row and nothing leaves it out."""
    if kind == "count":
        return number(0, rows)
    if kind in ("any", "all"):
        return YESNO
    assert value is not None
    lost = value.optional and missing == "propagate"
    empty = (value.optional and missing == "skip") or not at_least_one
    num = value.num
    if num is not None and value.optional and missing == "zero":
        num = replace(num, lo=min(num.lo, Fraction(0)), hi=max(num.hi, Fraction(0)))
    if kind in ("min", "max", "one"):
        return replace(value, optional=lost or empty, num=num)
    assert num is not None
    num = common_divisor(num)
    if kind == "sum":
        total = summed(num, rows)
        if at_least_one and not value.optional:  # at least one row, of at least (at most) the value's bound
            total = replace(total, lo=max(total.lo, num.lo) if num.lo > 0 else total.lo, hi=min(total.hi, num.hi) if num.hi < 0 else total.hi)
        return replace(value, optional=lost, num=total)
    return replace(value, optional=lost or empty, num=replace(num, div_lo=1, div_hi=max(rows, 1)))


def over_type(kind: str, value: Type | None, rows: int, *, only: bool) -> Type:
    """The type of an `Over` in groups of at most `rows` rows."""
    if kind in ("prev", "next"):
        assert value is not None
        return value.maybe()
    if kind == "cumsum":
        assert value is not None and value.num is not None
        return replace(value, optional=only, num=summed(common_divisor(value.num), rows))
    return number(0 if kind == "run" else 1, max(rows, 1), optional=only)


def split_type(pool: Type, unit: Fraction, *, only: bool) -> Type:
    """The type of a `Split`: whole units, never above the pool."""
    assert pool.num is not None
    scale = decimal_places(unit)
    assert scale is not None
    return replace(pool, optional=only, num=Num(Fraction(0), max(pool.num.hi, Fraction(0)), scale))


def summed(num: Num, rows: int) -> Num:
    """The width of a sum of none to `rows` such numbers (without divisor)."""
    assert not num.has_divisor
    return replace(num, lo=min(num.lo * rows, Fraction(0)), hi=max(num.hi * rows, Fraction(0)))


def common_divisor(num: Num) -> Num:
    """The same numbers over one common denominator: the lcm of every divisor that can occur."""
    if not num.has_divisor:
        return num
    common = 1
    for divisor in range(num.div_lo, num.div_hi + 1):
        common = math.lcm(common, divisor)
        if common > WIDEST_COMMON_DIVISOR:
            break
    return replace(num, den=num.den * common, div_lo=1, div_hi=1)


def union(types: Sequence[Type]) -> Type:
    """The type that holds every one of them (branches of a `Case`)."""
    kinds = {kind.kind for kind in types}
    assert len(kinds) == 1, kinds
    first = types[0]
    optional = any(kind.optional for kind in types)
    if first.kind is Kind.NUMBER:
        nums = [kind.num for kind in types if kind.num is not None]
        unit = next((kind.unit for kind in types if kind.unit.dims), first.unit)
        return Type(Kind.NUMBER, optional, unit, _hull(nums))
    if first.kind is Kind.TEXT:
        lists = [kind.choices for kind in types if kind.choices != ()]
        if any(choices is None for choices in lists):
            return TEXT.maybe(optional)
        known_lists = [choices for choices in lists if choices]
        merged = tuple(dict.fromkeys(text for choices in known_lists for text in choices))
        ordered = next((kind for kind in types if kind.ordered and set(kind.choices or ()) == set(merged)), None)
        if ordered is not None:  # 缺则(级别, “县级”) is still a 级别
            return ordered.maybe(optional)
        return Type(Kind.TEXT, optional, choices=merged)
    return first.maybe(optional)


def _hull(nums: Sequence[Num]) -> Num:
    return Num(
        min(n.lo for n in nums),
        max(n.hi for n in nums),
        max(n.scale for n in nums),
        math.lcm(*(n.den for n in nums)),
        min(n.div_lo for n in nums),
        max(n.div_hi for n in nums),
    )


def _num(expr: m.Expr) -> Num:
    assert expr.type.num is not None, expr
    return expr.type.num


def _exact(value: Fraction) -> Num:
    places = decimal_places(value)
    if places is not None:
        return Num(value, value, places)
    return Num(value, value, 0, value.denominator)


def _times(a: Num, b: Num) -> Num:
    corners = [x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    return Num(
        min(corners), max(corners), a.scale + b.scale, a.den * b.den, a.div_lo * b.div_lo, a.div_hi * b.div_hi
    )


def _over(a: Num, b: Num) -> Num:
    assert b.lo > 0 or b.hi < 0, "the compiler proves every divisor to be other than 0"
    corners = [x / y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    if b.lo == b.hi:
        return replace(_times(a, _exact(1 / b.lo)), lo=min(corners), hi=max(corners))
    shared = min(a.scale, b.scale)
    unit = 10**b.scale * b.den
    smallest = min(abs(b.lo), abs(b.hi)) * unit * b.div_lo
    return Num(
        min(corners),
        max(corners),
        a.scale - shared,
        a.den,
        a.div_lo * max(1, smallest.numerator // smallest.denominator),
        a.div_hi * b.magnitude,
    )
