"""The five roundings as whole-number arithmetic: n/d to the nearest whole, each as `values.Rounding` names it.

SQL divides towards zero, so a numerator that may be negative is split by its sign. Where it cannot be, the shorter form
is printed: it is the usual one, and it is what one would write by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quanheng.engine.run.sql.ints import Int, Ints, literal
from quanheng.engine.run.sql.layers import Sql, highest
from quanheng.engine.values import Rounding


def rounded(ints: Ints, n: Int, d: Int, mode: Rounding, most: int | None = None) -> Int:
    """n/d as a whole number, d at least 1. `most`: what it is known not to exceed on any row, in either direction."""
    if d.literal and d.lo == 1:
        return n
    if mode is Rounding.TRUNCATE or (mode is Rounding.FLOOR and n.lo >= 0):
        return ints.divide(n, d, most)
    if mode is Rounding.FLOOR:
        return _floor(ints, ints.once(n), ints.once(d), most)
    of_positive = _POSITIVE[mode]
    if n.lo >= 0:
        return of_positive(ints, n, d, most)
    if n.hi <= 0:
        return ints.neg(of_positive(ints, ints.neg(n), d, most))
    n = ints.once(n)
    whole = ints.once(of_positive(ints, ints.abs(n), d, most))
    return ints.tighten(ints.case([(ints.compare("<", n, literal(0)), ints.neg(whole))], whole), -whole.hi, whole.hi)


def _floor(ints: Ints, n: Int, d: Int, most: int | None) -> Int:
    below = ints.case([(ints.compare("<", ints.remainder(n, d), literal(0)), literal(1))], literal(0))
    return ints.sub(ints.divide(n, d, most), below)


def _up(ints: Ints, n: Int, d: Int, most: int | None) -> Int:
    if not d.literal:
        d = ints.once(d)
    return ints.divide(ints.add(n, ints.sub(d, literal(1))), d, most)


def _half_up(ints: Ints, n: Int, d: Int, most: int | None) -> Int:
    if d.literal and d.lo % 2 == 0:
        return ints.divide(ints.add(n, literal(d.lo // 2)), d, most)
    d = ints.once(d)
    return ints.divide(ints.add(ints.times(n, 2), d), ints.times(d, 2), most)


def _half_even(ints: Ints, n: Int, d: Int, most: int | None) -> Int:
    n, d = ints.once(n), ints.once(d)
    whole = ints.once(ints.divide(n, d, most))
    twice = ints.once(ints.times(ints.remainder(n, d), 2))
    above = ints.compare(">", twice, d)
    half = ints.compare("=", twice, d)
    odd = ints.compare("=", ints.remainder(whole, literal(2)), literal(1))
    up = Sql(f"({above.text} OR ({half.text} AND {odd.text}))", highest(above, half, odd))
    return ints.add(whole, ints.case([(up, literal(1))], literal(0)))


_POSITIVE: Final[dict[Rounding, Callable[[Ints, Int, Int, int | None], Int]]] = {
    Rounding.UP: _up,
    Rounding.HALF_UP: _half_up,
    Rounding.HALF_EVEN: _half_even,
}
