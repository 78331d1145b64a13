"""One value of a row in SQL: its text, for a ratio its divisor, and why it is missing when it is.

A number is carried as in `plan.types`: ``n / (10**scale * den * d)``. A missing value is NULL, and its reason stands
beside it; a value is NULL exactly where its reason is not. Rows on which a value is not used (the branch of a case that
does not hold) may carry nonsense, but never nonsense that overflows or divides by zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from quanheng.engine.plan.types import INT64, INT128, Kind, Num, Type
from quanheng.engine.run.sql.ints import WIDEST_QUOTIENT, Int, Ints, Overflow, literal
from quanheng.engine.run.sql.layers import Sql, highest
from quanheng.engine.values import Missing

DAYS: Final = (-719_162, 2_932_896)  # 0001-01-01 to 9999-12-31
MONTHS: Final = (12, 9999 * 12 + 11)


@dataclass(frozen=True, slots=True)
class Frag:
    """`value` is an `Int` for numbers, days and months. `why`: None when it cannot be missing, a `Missing` when that is
    the only possible reason, else the SQL of the reason (NULL where the value is there).

    `sure`: the value lies within its type's range on every row, not only on the rows where it is used."""

    type: Type
    value: Sql
    divisor: Int | None = None
    why: Missing | Sql | None = None
    sure: bool = True

    @property
    def n(self) -> Int:
        assert isinstance(self.value, Int), self.type
        return self.value

    @property
    def num(self) -> Num:
        assert self.type.num is not None
        return self.type.num

    @property
    def parts(self) -> tuple[Sql, ...]:
        why = (self.why,) if isinstance(self.why, Sql) else ()
        return (self.value, *((self.divisor,) if self.divisor else ()), *why)


def numerators(num: Num) -> tuple[int, int]:
    """The range of `n` over all values and divisors of the type."""
    unit = 10**num.scale * num.den
    # a number below 0 is furthest down with the largest divisor, another with the smallest
    down = unit * (num.div_hi if num.lo.numerator < 0 else num.div_lo)
    up = unit * (num.div_hi if num.hi.numerator > 0 else num.div_lo)
    return -(-num.lo.numerator * down // num.lo.denominator), num.hi.numerator * up // num.hi.denominator


def stored_range(type_: Type) -> tuple[int, int]:
    """The bounds of the whole number that carries a value of this type (numbers, days, months)."""
    if type_.num is not None:
        return numerators(type_.num)
    return DAYS if type_.kind is Kind.DAY else MONTHS


def is_whole(type_: Type) -> bool:
    """Is the value carried as a whole number?"""
    return type_.kind in (Kind.NUMBER, Kind.DAY, Kind.MONTH)


class Values:
    """What can be done with values in one stack of layers."""

    def __init__(self, ints: Ints) -> None:
        self.ints = ints
        self.layers = ints.layers
        self.dialect = ints.dialect

    # ------------------------------------------------------------------------------------------------- missing reasons

    def is_null(self, frag: Frag) -> Sql:
        value = self.layers.once(frag.value)
        return Sql(f"({value.text} IS NULL)", value.layer)

    def reason(self, frag: Frag) -> Sql | None:
        """The SQL of the reason, NULL where the value is there; None when it always is."""
        if isinstance(frag.why, Missing):
            null = self.is_null(frag)
            return Sql(f"(CASE WHEN {null.text} THEN {int(frag.why)} END)", null.layer)
        return frag.why

    def strongest(self, frags: Sequence[Frag]) -> Missing | Sql | None:
        """Why a value made from these is missing: NULL reasons are passed over by LEAST on both engines."""
        missing = [frag for frag in frags if frag.why is not None]
        if not missing:
            return None
        if len(missing) == 1:
            return missing[0].why
        if all(isinstance(frag.why, Missing) and frag.why is missing[0].why for frag in missing):
            return missing[0].why
        reasons = [reason for frag in missing if (reason := self.reason(frag)) is not None]
        texts = list(dict.fromkeys(reason.text for reason in reasons))
        if len(texts) == 1:
            return reasons[0]
        return Sql(f"LEAST({', '.join(texts)})", highest(*reasons))

    # --------------------------------------------------------------------------------------------------------- numbers

    def scaled(self, frag: Frag, scale: int, den: int) -> Int:
        """The numerator, brought to this scale and den."""
        factor, rest = divmod(10**scale * den, 10**frag.num.scale * frag.num.den)
        assert rest == 0, f"{frag.num} does not fit scale {scale}, den {den}"
        return self.ints.times(frag.n, factor)

    def common(self, frags: Sequence[Frag]) -> tuple[list[Int], int, int]:
        """The numerators at the largest scale and the common den."""
        scale = max(frag.num.scale for frag in frags)
        den = math.lcm(*(frag.num.den for frag in frags))
        return [self.scaled(frag, scale, den) for frag in frags], scale, den

    def over_one_divisor(self, frag: Frag) -> Int:
        """The numerator over the lcm of every divisor that can occur, so that rows can be added."""
        if frag.divisor is None:
            return frag.n
        common = lcm_of(frag.num.div_lo, frag.num.div_hi)
        return self.ints.mul(frag.n, self.ints.divide(literal(common), frag.divisor))

    def order_keys(self, frag: Frag) -> list[Sql]:
        """Columns that sort and group like the value. Two different ratios never get the same keys."""
        if frag.divisor is None:
            return [frag.value]
        num = frag.num
        return [*ratio_keys(self.ints, frag.n, frag.divisor, num.div_lo, num.div_hi)]

    def group_keys(self, frag: Frag) -> list[Sql]:
        """Columns that are equal (NULL = NULL) exactly where the values are equal, missing ones by their reason."""
        keys = self.order_keys(frag)
        if isinstance(frag.why, Sql):
            keys.append(frag.why)
        return keys

    def convert(self, frag: Frag, type_: Type) -> Frag:
        """The same value carried as this type wants it.

        A column may declare a narrower range than its formula can reach; a guard then refuses the run. Until it does, what
        lies outside is held just outside: the guard still sees it, and nothing that stands on it overflows."""
        if type_.kind is not Kind.NUMBER or frag.num == type_.num:
            return replace(frag, type=type_)
        assert type_.num is not None
        num = type_.num
        n, divisor = self.scaled(frag, num.scale, num.den), frag.divisor
        lo, hi = numerators(num)
        sure = frag.sure and num.lo <= frag.num.lo and frag.num.hi <= num.hi
        if sure:
            n = self.ints.tighten(n, lo, hi)
        else:
            n = self.ints.clamp(n, lo - 1, hi + 1, nullable=frag.why is not None)
        if num.has_divisor and divisor is None:
            assert num.div_lo <= 1
            divisor = literal(1)
        assert num.has_divisor or divisor is None, f"{frag.num} carried as {num}"
        return replace(frag, type=type_, value=n, divisor=divisor, sure=sure)


def lcm_of(lo: int, hi: int) -> int:
    """The lcm of a whole range; gives up (far above what fits) when it grows too large."""
    common = 1
    for divisor in range(lo, hi + 1):
        common = math.lcm(common, divisor)
        if common > INT128:
            break
    return common


def ratio_keys(ints: Ints, n: Int, d: Int, lo: int, hi: int, size: int | None = None) -> list[Int]:
    """Sort keys of n/d with d in [lo, hi]. Different ratios differ by at least 1/hi², so digits to that depth suffice.

    `size`: the largest numerator on either side, where keys of two columns are to be compared."""
    enough = hi * hi
    common = lcm_of(lo, hi)
    size = n.size if size is None else size
    if common <= enough and size * common <= INT128:
        return [ints.mul(n, ints.divide(literal(common), d))]
    if size * enough <= min(INT128, WIDEST_QUOTIENT * lo):
        return [ints.divide(ints.times(n, enough), d)]
    n, d = ints.once(n), ints.once(d)
    keys, rest = [ints.divide(n, d)], ints.once(ints.remainder(n, d))
    base = min(INT128 // hi, WIDEST_QUOTIENT)
    if base < 2:
        raise Overflow(hi)
    depth = 1
    while depth < enough:
        keys.append(ints.divide(ints.times(rest, base), d, base))
        rest = ints.once(ints.remainder(ints.times(rest, base), d))
        depth *= base
    return keys


def needs_wide(type_: Type) -> bool:
    """Does the column that stores the type take 128 bits?"""
    lo, hi = stored_range(type_)
    return max(abs(lo), abs(hi)) > INT64
