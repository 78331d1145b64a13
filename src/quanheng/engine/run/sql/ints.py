"""Whole numbers in SQL with proved bounds: every step knows how large its result can get and picks 64 or 128 bits.

This is the only place that prints arithmetic. Each operation works out the interval of its result; what does not fit
64 bits is computed in the wide type, what does not fit 38 decimal digits is `Overflow`, found when the scheme is checked
and never on pay day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from quanheng.engine.plan.types import INT64, INT128
from quanheng.engine.run.sql.layers import Layers, Sql, highest

# The wide division of Spark goes through a decimal with 6 decimals: 32 digits are left before the point. Both engines
# get the same limit, so that one check serves both.
WIDEST_QUOTIENT: Final = 10**32 - 1

Comparison = Literal["=", "<>", "<", "<=", ">", ">="]


class Overflow(Exception):
    """A number could get this large, which no executor holds."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        super().__init__(f"up to {bound}")


@dataclass(frozen=True, slots=True)
class Int(Sql):
    """A whole number: its text, its bounds, and whether the text has the wide SQL type. `literal`: the text is a figure."""

    lo: int = 0
    hi: int = 0
    wide: bool = False
    literal: bool = False

    @property
    def size(self) -> int:
        return max(abs(self.lo), abs(self.hi))


def literal(value: int) -> Int:
    if abs(value) > INT128:
        raise Overflow(abs(value))
    text = str(value) if value >= 0 else f"({value})"
    return Int(text, 0, True, value, value, abs(value) > INT64, True)


class Ints:
    """Arithmetic for one stack of layers."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.dialect = layers.dialect

    # ------------------------------------------------------------------------------------------------- names and types

    def once(self, x: Int, hint: str = "") -> Int:
        """`x` in a form that may be written several times."""
        sql = self.layers.once(x, hint)
        return x if sql is x else replace(self.typed(x), text=sql.text, layer=sql.layer, atom=True)

    def column(self, text: str, layer: int, lo: int, hi: int) -> Int:
        """A stored column with these bounds, in the type that such a column has."""
        if max(abs(lo), abs(hi)) > INT128:
            raise Overflow(max(abs(lo), abs(hi)))
        return Int(text, layer, True, lo, hi, max(abs(lo), abs(hi)) > INT64)

    def sql_type(self, x: Int) -> str:
        return self.dialect.wide if x.size > INT64 else self.dialect.small

    def typed(self, x: Int) -> Int:
        """`x` cast to exactly the type its bounds call for: what a stored or named column has."""
        wide = x.size > INT64
        if x.literal or x.wide != wide or (wide and not x.atom):
            return replace(x, text=f"CAST({x.text} AS {self.sql_type(x)})", atom=False, wide=wide, literal=False)
        return x

    def narrow(self, x: Int) -> Int:
        """Back to 64 bits as soon as the bounds allow: the wide type is slow."""
        return self.typed(x) if x.wide and x.size <= INT64 else x

    def tighten(self, x: Int, lo: int, hi: int) -> Int:
        """The same text with bounds that are known from elsewhere."""
        lo, hi = max(x.lo, lo), min(x.hi, hi)
        return x if lo > hi or (lo, hi) == (x.lo, x.hi) else replace(x, lo=lo, hi=hi)

    def _made(self, text: str, parts: Sequence[Sql], lo: int, hi: int, *, wide: bool) -> Int:
        if max(abs(lo), abs(hi)) > INT128:
            raise Overflow(max(abs(lo), abs(hi)))
        return Int(text, highest(*parts), False, lo, hi, wide)

    def _widened(self, a: Int, *others: Int, size: int) -> Int:
        """`a`, cast to the wide type when the result needs it and nobody brings it along."""
        if size <= INT64 or a.wide or any(other.wide for other in others):
            return a
        return replace(a, text=f"CAST({a.text} AS {self.dialect.wide})", atom=False, wide=True, literal=False)

    # ------------------------------------------------------------------------------------------------------ arithmetic

    def add(self, a: Int, b: Int) -> Int:
        lo, hi = a.lo + b.lo, a.hi + b.hi
        if a.literal and b.literal:
            return literal(lo)
        if a.literal and a.lo == 0:
            return b
        if b.literal and b.lo == 0:
            return a
        a = self._widened(a, b, size=max(abs(lo), abs(hi)))
        return self._made(f"({a.text} + {b.text})", (a, b), lo, hi, wide=a.wide or b.wide)

    def sub(self, a: Int, b: Int) -> Int:
        lo, hi = a.lo - b.hi, a.hi - b.lo
        if a.literal and b.literal:
            return literal(lo)
        if b.literal and b.lo == 0:
            return a
        a = self._widened(a, b, size=max(abs(lo), abs(hi)))
        return self._made(f"({a.text} - {b.text})", (a, b), lo, hi, wide=a.wide or b.wide)

    def mul(self, a: Int, b: Int) -> Int:
        corners = [x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
        if a.literal and b.literal:
            return literal(corners[0])
        # 0 * x is not folded: it must stay missing where x is
        if a.literal and a.lo == 1:
            return b
        if b.literal and b.lo == 1:
            return a
        if b.literal and b.lo == -1:
            return self.neg(a)
        a = self._widened(a, b, size=max(abs(corner) for corner in corners))
        return self._made(f"({a.text} * {b.text})", (a, b), min(corners), max(corners), wide=a.wide or b.wide)

    def times(self, a: Int, factor: int) -> Int:
        return self.mul(a, literal(factor))

    def neg(self, a: Int) -> Int:
        if a.literal:
            return literal(-a.lo)
        return self._made(f"(-{a.text})", (a,), -a.hi, -a.lo, wide=a.wide)

    def abs(self, a: Int) -> Int:
        if a.lo >= 0:
            return a
        if a.hi <= 0:
            return self.neg(a)
        return self._made(f"ABS({a.text})", (a,), 0, a.size, wide=a.wide)

    def divide(self, a: Int, b: Int, most: int | None = None) -> Int:
        """Towards zero; `b` is at least 1 on every row, also where the result is not used. `most`: what the quotient is
        known not to exceed on any row, in either direction."""
        assert b.lo >= 1, f"divisor {b.text} may be {b.lo}"
        corners = [_towards_zero(x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
        lo, hi = min(corners), max(corners)
        if most is not None:
            lo, hi = max(lo, -most), min(hi, most)
        if a.literal and b.literal:
            return literal(lo)
        if b.literal and b.lo == 1:
            return a
        if max(abs(lo), abs(hi)) > WIDEST_QUOTIENT:
            raise Overflow(max(abs(lo), abs(hi)))
        wide = a.wide or b.wide
        if wide and self.dialect.name == "spark":
            a, b = self.once(self._decimal(a)), self.once(self._decimal(b))
        text = self.dialect.divide(a.text, b.text, wide=wide)
        return self.narrow(self._made(text, (a, b), lo, hi, wide=wide))

    def remainder(self, a: Int, b: Int) -> Int:
        """What `divide` leaves, with the sign of `a`."""
        assert b.lo >= 1
        lo, hi = max(a.lo, -(b.hi - 1)) if a.lo < 0 else 0, min(a.hi, b.hi - 1) if a.hi > 0 else 0
        if a.literal and b.literal:
            return literal(a.lo - b.lo * _towards_zero(a.lo, b.lo))
        wide = a.wide or b.wide
        return self.narrow(self._made(f"({a.text} % {b.text})", (a, b), lo, hi, wide=wide))

    def _decimal(self, a: Int) -> Int:
        """Both sides of Spark's wide division must be DECIMAL(38,0): any other precision changes its decimals."""
        return replace(a, text=f"CAST({a.text} AS {self.dialect.wide})", atom=False, wide=True, literal=False)

    # ------------------------------------------------------------------------------------------------------- selection

    def case(self, branches: Sequence[tuple[Sql, Int]], other: Int) -> Int:
        values = [value for _, value in branches] + [other]
        lo, hi = min(value.lo for value in values), max(value.hi for value in values)
        when = " ".join(f"WHEN {condition.text} THEN {value.text}" for condition, value in branches)
        parts: list[Sql] = [*values, *(condition for condition, _ in branches)]
        made = self._made(f"CASE {when} ELSE {other.text} END", parts, lo, hi, wide=any(value.wide for value in values))
        if all(value.literal for value in values):  # figures alone would make a 32-bit column
            return replace(made, text=f"CAST({made.text} AS {self.sql_type(made)})", wide=made.size > INT64)
        return replace(made, text=f"({made.text})")

    def only_when(self, condition: Sql, value: Int) -> Int:
        """The value where the condition holds, else NULL."""
        text = f"(CASE WHEN {condition.text} THEN {self.typed(value).text} END)"
        return Int(text, highest(condition, value), False, value.lo, value.hi, value.size > INT64)

    def least(self, parts: Sequence[Int]) -> Int:
        lo, hi = min(part.lo for part in parts), min(part.hi for part in parts)
        return self._choice("LEAST", parts, lo, hi)

    def greatest(self, parts: Sequence[Int]) -> Int:
        lo, hi = max(part.lo for part in parts), max(part.hi for part in parts)
        return self._choice("GREATEST", parts, lo, hi)

    def _choice(self, function: str, parts: Sequence[Int], lo: int, hi: int) -> Int:
        # the type follows the widest operand, also when the chosen one is proved to be small
        wide = any(part.wide for part in parts)
        text = f"{function}({', '.join(part.text for part in parts)})"
        made = self._made(text, parts, lo, hi, wide=wide)
        if all(part.literal for part in parts):
            return replace(made, text=f"CAST({text} AS {self.sql_type(made)})", wide=made.size > INT64)
        return made

    def clamp(self, a: Int, lo: int, hi: int, *, nullable: bool) -> Int:
        """`a` held inside [lo, hi]. It changes nothing on rows that are used, and keeps the others from overflowing."""
        if a.lo >= lo and a.hi <= hi:
            return a
        assert lo <= hi
        if nullable:  # LEAST and GREATEST pass over NULL
            a = self.once(a)
            ends = [
                (Sql(f"{a.text} < {lo}", a.layer), literal(lo)),
                (Sql(f"{a.text} > {hi}", a.layer), literal(hi)),
            ]
            made = self.case(ends, a)
        else:
            made = a
            if a.lo < lo:
                made = self._choice("GREATEST", (made, literal(lo)), max(a.lo, lo), max(a.hi, lo))
            if a.hi > hi:
                made = self._choice("LEAST", (made, literal(hi)), min(made.lo, hi), min(a.hi, hi))
        return replace(made, lo=min(max(a.lo, lo), hi), hi=max(min(a.hi, hi), lo))

    def compare(self, op: Comparison, a: Int, b: Int) -> Sql:
        return Sql(f"({a.text} {op} {b.text})", highest(a, b))


def _towards_zero(x: int, y: int) -> int:
    return x // y if x >= 0 else -(-x // y)
