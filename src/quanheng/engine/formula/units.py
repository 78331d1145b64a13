"""Units: 分 · 元 · 人 · 次 · % do not mix.

A unit is a product of base units with whole exponents. Three rules of office arithmetic make it smaller than physics:

* 分 and 元 are *measures*, everything else that is counted (人 次 节 件 天 …) is a *count*; measure × count is the measure
  (`节数 × 4分` is points, although nobody writes "points per lesson"), 元 wins over 分 (`得分 × 50元` is money).
* A percentage is a plain number (5% = 0.05); `1个百分点` is 0.01.
* 0 has every unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

SCORE: Final = "分"
MONEY: Final = "元"

# Base units that are counted. An office may declare more in the header (计量单位：…).
COUNTS: Final = (
    "人", "个", "次", "天", "节", "件", "张", "项", "月", "年", "级", "名", "班", "门", "组", "场", "笔", "户", "小时", "分钟", "秒",
    "周", "岁", "篇", "本", "台", "套", "吨", "千克", "公里", "米", "平方米", "立方米", "份", "处", "家", "所", "条", "位", "人次", "课时",
    "学时", "工时", "工日", "度", "辆", "只", "头", "亩", "公顷", "升", "期", "轮", "学期", "学年", "季", "档", "步", "起", "例", "床", "床日", "票",
)  # fmt: skip

PEOPLE: Final = frozenset({"人", "名", "位", "个"})  # four words for heads: 名次 <= 3名 beside 人数 5人

# Written units that are a multiple of a base unit.
MULTIPLES: Final = {
    "元": (MONEY, Fraction(1)),
    "万元": (MONEY, Fraction(10_000)),
    "亿元": (MONEY, Fraction(100_000_000)),
    "千元": (MONEY, Fraction(1_000)),
    "百元": (MONEY, Fraction(100)),
    "角": (MONEY, Fraction(1, 10)),
    "万人": ("人", Fraction(10_000)),
    "万次": ("次", Fraction(10_000)),
    "万件": ("件", Fraction(10_000)),
    "万吨": ("吨", Fraction(10_000)),
    "个月": ("月", Fraction(1)),
    "工作日": ("天", Fraction(1)),
    "日": ("天", Fraction(1)),
}

# Written units that are plain numbers.
PLAIN: Final = {
    "百分点": Fraction(1, 100),
    "个百分点": Fraction(1, 100),
    "倍": Fraction(1),
    "成": Fraction(1, 10),
    "万": Fraction(10_000),
    "亿": Fraction(100_000_000),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """Base units with their exponents, sorted by name; empty = plain number. `written` is how people see it."""

    dims: tuple[tuple[str, int], ...] = ()
    written: str = ""

    def power(self, base: str) -> int:
        return next((exponent for name, exponent in self.dims if name == base), 0)

    @property
    def principal(self) -> str | None:
        """What the value *is* for an office: 元, 分, one count, "" for a plain number; None when it is nothing nameable."""
        money, score = self.power(MONEY), self.power(SCORE)
        if money == 1:
            return MONEY
        if money == 0 and score == 1:
            return SCORE
        if money or score:
            return None
        if not self.dims:
            return ""
        if len(self.dims) == 1 and self.dims[0][1] == 1:
            return self.dims[0][0]
        return None

    @property
    def is_count_mixture(self) -> bool:
        """Counts only, in a combination without a name (件/人, 人·天): the column it ends in says what it is."""
        return bool(self.dims) and self.principal is None and not self.power(MONEY) and not self.power(SCORE)

    def __mul__(self, other: Unit) -> Unit:
        return _combine(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combine(self, other, -1)

    def __str__(self) -> str:
        if self.written:
            return self.written
        if not self.dims:
            return "（无单位）"
        return "·".join(name if exponent == 1 else f"{name}^{exponent}" for name, exponent in self.dims)


PURE: Final = Unit()


def _combine(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.dims)
    for name, exponent in right.dims:
        powers[name] = powers.get(name, 0) + sign * exponent
    return Unit(tuple(sorted((name, exponent) for name, exponent in powers.items() if exponent)))


def same(left: Unit, right: Unit) -> bool:
    """May the two be added or compared? Equal, or both the same thing for an office, or one a mixture of counts."""
    if left.principal in PEOPLE and right.principal in PEOPLE:
        return True
    if left.dims == right.dims or left.is_count_mixture or right.is_count_mixture:
        return True
    return left.principal is not None and left.principal == right.principal


def unit_named(written: str, extra: frozenset[str] = frozenset()) -> tuple[Unit, Fraction] | None:
    """The unit and the factor to its base unit for a written word (`万元` → 元, 10000); None when unknown."""
    if written in ("%", "％"):
        return Unit((), "%"), Fraction(1, 100)
    if written in PLAIN:
        return Unit((), ""), PLAIN[written]
    if written in MULTIPLES:
        base, factor = MULTIPLES[written]
        return Unit(((base, 1),), written), factor
    if written == SCORE or written in COUNTS or written in extra:
        return Unit(((written, 1),), written), Fraction(1)
    return None
