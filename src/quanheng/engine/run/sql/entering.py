"""How a column of a Parquet file becomes a column of the plan: what SQL carries it, and what SQL finds that is wrong.

The rules are those of `run.cells` for typed cells: a figure keeps every digit it has, an empty cell is missing and never
zero, a percentage holds the printed figure (99.5 is 99.5%). What is not plain — blanks around a name, full-width digits —
is refused here instead of being mended: in ten million rows nobody sees what was mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.cells import REASONS, YEARS
from quanheng.engine.run.sql.dialect import Dialect
from quanheng.engine.run.sql.values import needs_wide
from quanheng.engine.values import Missing, decimal_text

WHOLE: Final = frozenset({"TINYINT", "SMALLINT", "INTEGER", "INT", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT"})
FLOATS: Final = frozenset({"FLOAT", "DOUBLE", "REAL"})
DECIMAL: Final = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
PLAIN_NUMBER: Final = "-?[0-9]{1,60}([.][0-9]{1,60})?"
INVISIBLE: Final = r"^\p{Z}|\p{Z}$|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"  # blanks around a text, signs nobody sees


@dataclass(frozen=True, slots=True)
class Entering:
    """`value` and `reason` carry the column; `wrong` is true on the rows that must be refused (None: there can be none)."""

    value: str
    reason: str | None
    wrong: str | None


def nothing(column: m.Column) -> Missing:
    """What an empty cell means: a mark that nobody gave is an open duty."""
    return Missing.PENDING if getattr(column.origin, "is_mark", False) else Missing.NOTHING


def sql_type(written: str) -> str:
    """DuckDB's and Spark's names for the same types."""
    plain = written.upper()
    return "VARCHAR" if plain in ("STRING", "TEXT", "VARCHAR") or plain.startswith("ENUM") else plain


def entering(dialect: Dialect, column: m.Column, name: str, written: str, *, links: bool) -> Entering | None:
    """How the file's column `name` (quoted) of the type `written` enters; None when that type holds no such values.
    `links`: the texts are looked up in another table anyhow, so they need no looking over."""
    kind = sql_type(written)
    ways: Mapping[Kind, Callable[[_Column], tuple[str, str | None] | None]] = {
        Kind.NUMBER: _number,
        Kind.TEXT: _text,
        Kind.YESNO: _yesno,
        Kind.DAY: _day,
        Kind.MONTH: _month,
    }
    each = _Column(dialect, column, name, kind, links)
    made = ways[column.type.kind](each)
    return None if made is None else each.finished(*made)


@dataclass(frozen=True, slots=True)
class _Column:
    dialect: Dialect
    column: m.Column
    name: str
    kind: str
    links: bool

    def finished(self, value: str, wrong: str | None) -> Entering:
        empty = f"{self.name} IS NULL" + (f" OR {self.name} = ''" if self.kind == "VARCHAR" else "")
        if not self.column.type.optional:
            return Entering(value, None, f"{empty} OR {wrong}" if wrong else empty)
        words = self._words()
        if words:
            listed = ", ".join(self.dialect.string(word) for word in words)
            value = f"CASE WHEN {self.name} NOT IN ({listed}, '') THEN {value} END"
            wrong = f"({self.name} NOT IN ({listed}, '') AND ({wrong}))" if wrong else None
        said = " ".join(f"WHEN {self.dialect.string(word)} THEN {int(why)}" for word, why in words.items())
        reason = f"CASE WHEN {empty} THEN {int(nothing(self.column))}" + (f" ELSE CASE {self.name} {said} END END" if words else " END")
        return Entering(value, f"CAST({reason} AS {self.dialect.tiny})", wrong)

    def _words(self) -> dict[str, Missing]:
        """Words that say why a text cell holds no value, unless they are among its choices."""
        choices = self.column.type.choices or ()
        return {word: why for word, why in REASONS.items() if word not in choices} if self.kind == "VARCHAR" else {}

    def matches(self, pattern: str) -> str:
        return self.dialect.matches(self.name, pattern)


def _number(each: _Column) -> tuple[str, str | None] | None:
    num = each.column.type.num
    assert num is not None and not num.is_ratio, "an entered number has a known number of decimals"
    kept = num.scale - 2 if each.column.type.unit.written == "%" else num.scale  # printed decimals
    lo, hi = ceil(num.lo * 10**num.scale), floor(num.hi * 10**num.scale)
    carried = each.dialect.wide if needs_wide(each.column.type) else each.dialect.small
    if each.kind == "VARCHAR":
        return _written_number(each, kept, (lo, hi), carried)
    low, high = decimal_text(Fraction(lo, 10**kept)), decimal_text(Fraction(hi, 10**kept))
    outside = f"{each.name} < {low} OR {each.name} > {high}"
    if each.kind in WHOLE:
        return _times(f"CAST({each.name} AS {carried})", 10**kept), outside
    found = DECIMAL.fullmatch(each.kind)
    if found is None:
        return None
    digits = int(found[2])
    whole = f"CAST({each.name} * {10**digits} AS {each.dialect.wide})" if digits else each.name
    if digits <= kept:
        narrow = f"CAST({each.name} * {10**digits} AS {carried})" if digits else f"CAST({each.name} AS {carried})"
        return _times(narrow, 10 ** (kept - digits)), outside
    cut = 10 ** (digits - kept)
    # what is cut off is proved to be zeros
    return (
        f"CAST({each.dialect.divide(whole, str(cut), wide=True)} AS {carried})",
        f"{outside} OR {whole} % {cut} <> 0",
    )


def _times(text: str, factor: int) -> str:
    return text if factor == 1 else f"({text} * {factor})"


def _written_number(each: _Column, kept: int, within: tuple[int, int], carried: str) -> tuple[str, str]:
    """Exact decimals as text: the digits before and after the point, put together as one whole number."""
    name, after = each.name, f"RTRIM(SPLIT_PART({each.name}, '.', 2), '0')"
    digits = f"SPLIT_PART({name}, '.', 1) || RPAD({after}, {kept}, '0')" if kept else f"SPLIT_PART({name}, '.', 1)"
    whole = f"TRY_CAST({digits} AS {each.dialect.wide})"
    wrong = f"NOT {each.matches(PLAIN_NUMBER)} OR LENGTH({after}) > {kept} OR {whole} IS NULL OR {whole} < {within[0]} OR {whole} > {within[1]}"
    return f"TRY_CAST({digits} AS {carried})", wrong


def _text(each: _Column) -> tuple[str, str | None] | None:
    if each.kind != "VARCHAR":
        return None
    if each.column.type.choices:
        listed = ", ".join(each.dialect.string(choice) for choice in each.column.type.choices)
        return each.name, f"{each.name} NOT IN ({listed})"
    if each.links:
        return each.name, None
    return each.name, each.dialect.unclean(each.name, INVISIBLE)


def _yesno(each: _Column) -> tuple[str, str | None] | None:
    return (each.name, None) if each.kind == "BOOLEAN" else None


def _day(each: _Column) -> tuple[str, str | None] | None:
    if each.kind != "DATE":
        return None
    first, last = f"DATE '{YEARS[0]}-01-01'", f"DATE '{YEARS[-1]}-12-31'"
    return each.dialect.day_number(each.name), f"{each.name} < {first} OR {each.name} > {last}"


def _month(each: _Column) -> tuple[str, str | None] | None:
    """`2026-11`, or the whole number 202611."""
    name, number = each.name, each.dialect.date_number
    if each.kind == "VARCHAR":
        value = f"CAST(TRY_CAST(SUBSTR({name}, 1, 4) AS {number}) * 12 + TRY_CAST(SUBSTR({name}, 6, 2) AS {number}) - 1 AS {number})"
        return value, f"NOT {each.matches('(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])')}"
    if each.kind not in WHOLE:
        return None
    year, month = each.dialect.divide(name, "100", wide=False), f"({name} % 100)"
    wrong = f"{name} < {YEARS[0]}01 OR {name} > {YEARS[-1]}12 OR {month} < 1 OR {month} > 12"
    return f"CAST({year} * 12 + {month} - 1 AS {number})", wrong
