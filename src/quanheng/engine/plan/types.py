"""Static types of columns and expressions: what kind, which unit, can it be missing, how wide can the number get.

Every number is carried by executors that know only integers as ``value = n / (10**scale * den * d)`` where `scale` and
`den` are known here, once for the column, and `d` (the *divisor*) is a whole number of the row, between `div_lo` and
`div_hi`; most columns have ``den = d = 1``. Days are whole days since 1970-01-01, months are ``year * 12 + month - 1``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from quanheng.engine.formula.units import PURE, Unit

INT64: Final = 2**63 - 1
INT128: Final = 10**38 - 1  # the narrower of DuckDB's HUGEINT (2**127) and Spark's DECIMAL(38,0)


class Kind(enum.Enum):
    NUMBER = "number"
    TEXT = "text"
    YESNO = "yesno"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Num:
    """Width of a number: the range of its value, and how it is carried (see module docstring)."""

    lo: Fraction
    hi: Fraction
    scale: int = 0
    den: int = 1
    div_lo: int = 1
    div_hi: int = 1

    @property
    def is_ratio(self) -> bool:
        """True when no number of decimals is known to write it exactly."""
        return self.den != 1 or self.has_divisor

    @property
    def has_divisor(self) -> bool:
        return (self.div_lo, self.div_hi) != (1, 1)

    @property
    def magnitude(self) -> int:
        """The largest absolute numerator `n` a row can carry."""
        biggest: Fraction = max(abs(self.lo), abs(self.hi)) * 10**self.scale * self.den * self.div_hi
        return -(-biggest.numerator // biggest.denominator)


@dataclass(frozen=True, slots=True)
class Type:
    """The static type of a column or expression. `optional`: the value can be missing (`T?`)."""

    kind: Kind
    optional: bool = False
    unit: Unit = PURE
    num: Num | None = None  # numbers only
    choices: tuple[str, ...] | None = None  # texts from a closed list
    ordered: bool = False  # choices are listed from low to high and may be compared

    def maybe(self, optional: bool = True) -> Type:
        return replace(self, optional=optional)


YESNO: Final = Type(Kind.YESNO)
TEXT: Final = Type(Kind.TEXT)
DAY: Final = Type(Kind.DAY)
MONTH: Final = Type(Kind.MONTH)
