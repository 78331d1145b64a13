"""A computed value as text: exact for machines, as the scheme shows it for people."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from quanheng.engine.plan.model import Column
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.values import Missing, Value, decimal_places, decimal_text, round_exact

EPOCH: Final = datetime.date(1970, 1, 1)
REASONS: Final = {Missing.PENDING: "pending", Missing.NOTHING: "nothing", Missing.EXEMPT: "exempt"}  # in files


def exact_text(value: Value, column: Column) -> str:
    """The value itself, with the digits the scheme shows when they hold it exactly. A percentage is its plain number.

    A number that no decimal text holds exactly (a third, shown with two digits) stands as a fraction, `1/3`."""
    if isinstance(value, Fraction):
        places = decimal_places(value)
        digits = column.digits
        return decimal_text(value, digits if digits is not None and places is not None and places <= digits else None)
    return _plain_text(value, column.type)


def shown_text(value: Value, column: Column) -> str:
    """What people read: rounded as the scheme shows it, percentages with their sign, a missing value as its word."""
    if not isinstance(value, Fraction):
        return value.zh if isinstance(value, Missing) else _plain_text(value, column.type)
    digits = column.digits
    if digits is None and decimal_places(value) is None:
        digits = 6  # only a number that the scheme does not show at all comes here
    if digits is not None:
        value = round_exact(value, digits, column.rounding)
    if column.type.unit.written == "%":
        return decimal_text(value * 100, None if digits is None else max(digits - 2, 0)) + "%"
    return decimal_text(value, None if digits is None else max(digits, 0))


def row_key(parts: Sequence[Value], columns: Sequence[Column]) -> str:
    """The key of a row in one text: its parts joined by “/”. A “/” inside a part of several is written “\\/”."""
    texts = [exact_text(part, column) for part, column in zip(parts, columns, strict=True)]
    if len(texts) == 1:
        return texts[0]
    return "/".join(text.replace("\\", "\\\\").replace("/", "\\/") for text in texts)


def _plain_text(value: Value, kind: Type) -> str:
    match value:
        case Missing():
            return value.zh
        case bool():
            return "是" if value else "否"
        case str():
            return value
        case Fraction():
            return decimal_text(value)
    if kind.kind is Kind.DAY:
        return (EPOCH + datetime.timedelta(days=value)).isoformat()
    return f"{value // 12:04}-{value % 12 + 1:02}"
