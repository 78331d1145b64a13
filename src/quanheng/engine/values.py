"""Exact values: numbers as fractions, the three kinds of missing, every rounding by name.

Nothing here knows schemes or tables. A number is a `Fraction`; money is a number of yuan whose scheme says how many
digits it keeps. A missing value is never zero and never None: it says why it is missing.
"""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import Final


class Missing(enum.IntEnum):
    """Why a value is not there. Strongest first: when two meet, the smaller number wins (see docs)."""

    PENDING = 1  # 未评: somebody still has to act
    NOTHING = 2  # 无数据: an empty set, no such row
    EXEMPT = 3  # 不适用: the rule leaves this row out

    @property
    def zh(self) -> str:
        return _MISSING_ZH[self]

    @property
    def en(self) -> str:
        return _MISSING_EN[self]


_MISSING_ZH: Final = {Missing.PENDING: "未评", Missing.NOTHING: "无数据", Missing.EXEMPT: "不适用"}
_MISSING_EN: Final = {Missing.PENDING: "not rated", Missing.NOTHING: "no data", Missing.EXEMPT: "not applicable"}

# What one cell of a table can hold: number, text, yes/no, day or month (as `int`, see `plan.types`), or the reason
# why it holds nothing.
Value = Fraction | str | bool | int | Missing


class Rounding(enum.Enum):
    """The five roundings a regulation can name; the value is the word used in schemes."""

    HALF_UP = "四舍五入"  # half away from zero
    UP = "进一"  # away from zero
    FLOOR = "向下"  # towards minus infinity, Excel's INT
    TRUNCATE = "去尾"  # towards zero
    HALF_EVEN = "五成双"


def round_exact(value: Fraction, digits: int, mode: Rounding) -> Fraction:
    """Round to `digits` decimals (negative digits: tens, hundreds …). Exact, no binary or decimal context involved.

    >>> round_exact(Fraction("2.345"), 2, Rounding.HALF_UP), round_exact(Fraction("-2.345"), 2, Rounding.HALF_UP)
    (Fraction(47, 20), Fraction(-47, 20))
    """
    unit = Fraction(10) ** -digits
    scaled = value / unit
    floor, part = scaled.numerator // scaled.denominator, scaled - (scaled.numerator // scaled.denominator)
    if part == 0:
        return value
    match mode:
        case Rounding.FLOOR:
            whole = floor
        case Rounding.TRUNCATE:
            whole = floor if value > 0 else floor + 1
        case Rounding.UP:
            whole = floor + 1 if value > 0 else floor
        case Rounding.HALF_UP:
            half = Fraction(1, 2)
            whole = floor + 1 if part > half or (part == half and value > 0) else floor
        case Rounding.HALF_EVEN:
            half = Fraction(1, 2)
            whole = floor + 1 if part > half or (part == half and floor % 2 == 1) else floor
    return whole * unit


def decimal_text(value: Fraction, digits: int | None = None) -> str:
    """A number as plain decimal text. With `digits`, exactly that many decimals (the value must have no more).

    Without `digits` the shortest exact text; a number that no decimal text holds exactly is written `7/3`.

    >>> decimal_text(Fraction("12.50"), 2), decimal_text(Fraction("12.50")), decimal_text(Fraction(7, 3))
    ('12.50', '12.5', '7/3')
    """
    needed = decimal_places(value)
    if needed is None:
        return f"{value.numerator}/{value.denominator}"
    places = needed if digits is None else digits
    assert places >= needed, f"{value} does not fit {places} decimals"
    sign = "-" if value < 0 else ""
    scaled = abs(value) * 10**places
    text = str(scaled.numerator).rjust(places + 1, "0")
    return f"{sign}{text[:-places]}.{text[-places:]}" if places else f"{sign}{text}"


def decimal_places(value: Fraction) -> int | None:
    """How many decimals write the value exactly; None when none do (a third)."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
