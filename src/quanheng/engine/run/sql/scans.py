"""上期: columns that stand on the row of the period before, computed one period after the other.

The step is written once, with two blanks: the period, and where the rows of the period before are. Whoever runs it fills
the blanks for every period there is, in order. A period that is not the very next month has nothing before it.
"""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.sql.expressions import Expressions
from quanheng.engine.run.sql.ints import Int
from quanheng.engine.run.sql.layers import Names, Sql
from quanheng.engine.run.sql.stored import Segment, Stored
from quanheng.engine.run.sql.values import Frag, is_whole, needs_wide, stored_range
from quanheng.engine.values import Missing

PERIOD: Final = "⟦period⟧"
BEFORE: Final = "⟦before⟧"


@dataclass(frozen=True, slots=True)
class ScanStep:
    """One scan: `base` has the rows, `step` computes those of one period; together they are `name`."""

    name: str
    base: str
    period: str  # physical column
    unit: int  # what the numbers of two periods in a row differ by
    step: str
    nothing: str  # what stands for the period before where there is none
    earlier: str  # the rows of the period before, under the names that the step reads them by

    def select(self, period: int, before: str | None) -> str:
        """The rows of one period; `before`: the (quoted) table of the period before, if there is one."""
        rows = self.nothing if before is None else f"({self.earlier} FROM {before})"
        return self.step.replace(PERIOD, str(period)).replace(BEFORE, rows)


class Scans:
    """Writes the step of one scan."""

    def __init__(self, table: m.Table, scan: m.Scan, stored: Stored, names: Names) -> None:
        self.table, self.scan, self.stored, self.names = table, scan, stored, names
        self.dialect = stored.dialect
        self.columns = {column.name: column for column in table.columns}
        self.before: dict[str, Frag] = {}
        self.found = ""
        self.writing = self.columns[scan.columns[0]]  # which one to blame when a number gets too wide
        for column in self._scanned():
            self.stored.keep(column, self._layout(column))

    def write(self, name: str, base: str, kept: Sequence[m.Column], before: Sequence[str]) -> ScanStep:
        """`kept`: the columns of `base` that are handed on; `before`: those that are read one period earlier."""
        period = self.dialect.ident(self.stored.physical(self.table.name, self.scan.period))
        earlier, nothing = self._earlier(before)
        on = " AND ".join(f"{mine} = {theirs}" for mine, theirs in earlier)
        source = (
            f"(SELECT * FROM {self.dialect.ident(base)} WHERE {period} = {PERIOD}) AS {self._fresh('now')}\n"
            f"LEFT JOIN {BEFORE} AS {self._fresh('then')} ON {on or 'TRUE'}"
        )
        segment = Segment.over(self.table, self.stored, self.names, source)
        expressions = Expressions(
            segment.values,
            lambda node: self.before[node.name] if isinstance(node, m.Prev) else segment.read(node.name),
        )
        for column in self._scanned():
            assert isinstance(column.op, m.Scanned)
            self.writing = column
            segment.store(column, expressions.write(column.op.expr), reason=True)
        items = [self.dialect.ident(each) for column in (*kept, *self._scanned()) for each in self.stored.names(column)]
        physical = self.stored.physical(self.table.name, self.scan.period)
        earlier_rows = f"SELECT {', '.join(self._items)}"
        num = self.columns[self.scan.period].type.num
        unit = 1 if num is None else 10**num.scale
        return ScanStep(name, base, physical, unit, segment.layers.select(items), nothing, earlier_rows)

    def _scanned(self) -> list[m.Column]:
        return [self.columns[name] for name in self.scan.columns]

    def _fresh(self, hint: str) -> str:
        return self.dialect.ident(self.names.fresh(hint))

    def _layout(self, column: m.Column) -> Frag:
        """A scanned column is stored in full, because it is read before it has been written."""
        name, type_ = self.stored.physical(column.table, column.name), column.type
        why = Sql(self.dialect.ident(name + "?"), 0, True) if type_.optional else None
        text = self.dialect.ident(name)
        if not is_whole(type_):
            return Frag(type_, Sql(text, 0, True), None, why)
        lo, hi = stored_range(type_)
        divisor, sure = None, True
        if type_.num is not None:
            # as `Values.convert` will store it
            assert isinstance(column.op, m.Scanned) and column.op.expr.type.num is not None
            reached = column.op.expr.type.num
            sure = type_.num.lo <= reached.lo and reached.hi <= type_.num.hi
            lo, hi = (lo, hi) if sure else (lo - 1, hi + 1)
        if type_.num is not None and type_.num.has_divisor:
            divisor = Int(self.dialect.ident(name + "/"), 0, True, type_.num.div_lo, type_.num.div_hi)
        return Frag(type_, Int(text, 0, True, lo, hi, needs_wide(type_)), divisor, why, sure)

    def _earlier(self, before: Sequence[str]) -> tuple[list[tuple[str, str]], str]:
        """The join with the period before: which columns are equal, and an empty stand-in for the first period."""
        self._items: list[str] = []
        empty, on = [], []
        for name in self.scan.entity:
            mine = self.dialect.ident(self.stored.physical(self.table.name, name))
            alias = self._fresh(name)
            self._items.append(f"{mine} AS {alias}")
            empty.append(f"CAST(NULL AS {self._type(self.columns[name], 'value')}) AS {alias}")
            on.append((mine, alias))
        self.found = self._fresh("found")
        self._items.append(f"TRUE AS {self.found}")
        empty.append(f"TRUE AS {self.found}")
        for name in before:
            frag = self.stored.read(self.table.name, name)
            named: dict[Sql, str] = {part: self._fresh(name) for part in frag.parts}
            for part, alias in named.items():
                kind = "value" if part is frag.value else "divisor" if part is frag.divisor else "reason"
                self._items.append(f"{part.text} AS {alias}")
                empty.append(f"CAST(NULL AS {self._type(self.columns[name], kind)}) AS {alias}")
            self.before[name] = self._one_period_earlier(frag, named)
        return on, f"(SELECT {', '.join(empty)} WHERE FALSE)"

    def _type(self, column: m.Column, part: str) -> str:
        if part == "reason":
            return self.dialect.tiny
        if part == "divisor":
            return self.dialect.small
        kinds = {Kind.TEXT: self.dialect.text, Kind.YESNO: "BOOLEAN"}
        if column.type.kind in kinds:
            return kinds[column.type.kind]
        if column.type.kind is not Kind.NUMBER:
            return self.dialect.date_number
        return self.dialect.wide if needs_wide(column.type) else self.dialect.small

    def _one_period_earlier(self, frag: Frag, named: dict[Sql, str]) -> Frag:
        def at(sql: Any) -> Any:
            return replace(sql, text=named[sql], layer=0, atom=True)

        why: Missing | Sql = Missing.NOTHING
        if isinstance(frag.why, Sql):
            reason = at(frag.why)
            why = Sql(f"(CASE WHEN {self.found} IS NULL THEN {int(Missing.NOTHING)} ELSE {reason.text} END)")
        elif frag.why not in (None, Missing.NOTHING):
            value = at(frag.value)
            assert frag.why is not None
            lost = f"WHEN {value.text} IS NULL THEN {int(frag.why)}"
            why = Sql(f"(CASE WHEN {self.found} IS NULL THEN {int(Missing.NOTHING)} {lost} END)")
        return Frag(frag.type, at(frag.value), frag.divisor and at(frag.divisor), why, frag.sure)
