"""A computed value as text: in files for programs as `present` writes it, for people with its percent sign."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from quanheng.engine.plan.model import Column
from quanheng.engine.run.present import plain_text, text
from quanheng.engine.values import Missing, Value, decimal_text, round_exact

REASONS: Final = {Missing.PENDING: "pending", Missing.NOTHING: "nothing", Missing.EXEMPT: "exempt"}  # in files


def shown_text(value: Value, column: Column) -> str:
    """What people read: percentages with their sign, a missing value as its word."""
    if not isinstance(value, Fraction) or column.type.unit.written != "%":
        return text(value, column)
    digits = column.digits
    if digits is None:
        return decimal_text(value * 100) + "%"
    return decimal_text(round_exact(value, digits, column.rounding) * 100, max(digits - 2, 0)) + "%"


def row_key(parts: Sequence[Value], columns: Sequence[Column]) -> str:
    """The key of a row in one text: its parts joined by “/”. A “/” inside a part of several is written “\\/”."""
    texts = [plain_text(part, column.type) for part, column in zip(parts, columns, strict=True)]
    if len(texts) == 1:
        return texts[0]
    return "/".join(each.replace("\\", "\\\\").replace("/", "\\/") for each in texts)
