"""How a value is written for people: the one form in which files, pages and explanations show it.

The large outputs write the same texts inside the database engine; `sql/texts.py` is the twin of this module, and a test
holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from quanheng.engine.plan.model import Column
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.run.expression import as_date
from quanheng.engine.values import Missing, Value, decimal_text, round_exact


def text(value: Value, column: Column) -> str:
    """A value with the decimals that its column shows. A missing value is the word for its reason, never blank or 0.

    >>> from quanheng.engine.plan.build import number
    >>> from quanheng.engine.plan.model import Input
    >>> score = Column("人员", "得分", number(0, 100, 2), Input(), digits=1)
    >>> text(Fraction("71.96"), score), text(Fraction(70), score), text(Missing.PENDING, score)
    ('72.0', '70.0', '未评')
    """
    if isinstance(value, Fraction) and column.digits is not None:
        shown = round_exact(value, column.digits, column.rounding)
        return decimal_text(shown, max(column.digits, 0))
    return plain_text(value, column.type)


def shown_text(value: Value, column: Column) -> str:
    """What people read: percentages with their sign, a missing value as its word."""
    if not isinstance(value, Fraction) or not is_percentage(column):
        return text(value, column)
    digits = column.digits
    if digits is None:
        return decimal_text(value * 100) + "%"
    return decimal_text(round_exact(value, digits, column.rounding) * 100, max(digits - 2, 0)) + "%"


def is_percentage(column: Column) -> bool:
    return column.type.kind is Kind.NUMBER and column.type.unit.written == "%"


def plain_text(value: Value, type_: Type) -> str:
    """A value as its shortest exact text."""
    match value:
        case Missing():
            return value.zh
        case bool():
            return "是" if value else "否"
        case Fraction():
            return decimal_text(value)
        case str():
            return value
    if type_.kind is Kind.DAY:
        return as_date(value).isoformat()
    return f"{value // 12:04d}-{value % 12 + 1:02d}"


def key_text(values: Sequence[Value], types: Sequence[Type]) -> str:
    """The key of a row as people write it, parts joined by a stroke: `张三/2026-11`."""
    return "/".join(plain_text(value, type_) for value, type_ in zip(values, types, strict=True))
