"""One raw table → its cells, read; its keys, unique and in order; its months, without gaps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from quanheng.engine.faults import Fault, nearest
from quanheng.engine.formula.units import unit_named
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.run.cells import Problem, cell_reader
from quanheng.engine.run.present import plain_text
from quanheng.engine.run.raw import Bound, Entry, Findings, RawTable, exact, key_text
from quanheng.engine.values import Missing

UNIT_IN_HEADING: Final = re.compile(r"(.+?)\s*[（(]\s*([^（()）]+?)\s*[)）]")


class Binder:
    """Reads one table: headings, cells, keys, months; in the end the rows stand in the order of the key."""

    def __init__(self, findings: Findings, nr: int, table: m.Table, raw: RawTable) -> None:
        self.findings, self.nr, self.table, self.raw = findings, nr, table, raw
        self.bound = Bound(table, nr, raw, {}, [])
        self.entered = [column for column in self.bound.inputs if column.name != ROW_KEY]
        self.order = {column.name: place for place, column in enumerate(self.entered, 1)}
        self.broken = False

    def bind(self) -> Bound:
        rows = self._rows()
        places = self._headings()
        if len(rows) > self.table.max_rows:
            self._too_many(len(rows))
            return self.bound  # nothing of it is known: no other table is told that what it names is missing here
        elif len(rows) < self.table.min_rows:
            self._too_few(len(rows))
        self.bound.rows = list(rows)
        cells = [self.raw.rows[row] for row in rows]
        width = len(self.raw.columns)
        if any(len(row) != width for row in cells):
            cells = [self._squared(nr, row, width) for nr, row in zip(rows, cells, strict=True)]
        columns = list(zip(*cells, strict=True)) if cells else [()] * width
        for column in self.entered:
            if column.name in places:
                self._read(column, columns[places[column.name]])
        if not self.bound.has([column.name for column in self.entered]):
            return self.bound
        if self.table.key == (ROW_KEY,):
            self._number_rows()
        elif self._unique() and not self.broken:
            self._sort([self.bound.values[name] for name in self.table.key])
            if self.table.period is not None:
                self._months(self.table.period)
        return self.bound

    def _fault(self, row: int, column: str, make: Callable[[], Fault]) -> None:
        self.broken = True
        self.findings.add(self.nr, row, self.order.get(column, 0), make)

    def _rows(self) -> list[int]:
        """The rows in which something stands."""
        return [nr for nr, row in enumerate(self.raw.rows) if any(cell is not None and cell != "" and not cell.isspace() for cell in row)]

    def _squared(self, nr: int, row: Sequence[str | None], width: int) -> Sequence[str | None]:
        """A row as wide as the heading: what is short is empty, what is over has no column."""
        over = "".join(cell for cell in row[width:] if cell).strip()
        if over:
            self._fault(
                nr,
                "",
                lambda: Fault(
                    "cell-without-column",
                    self.bound.place(nr, "", over),
                    f"“{over[:40]}”上面没有列名。",
                    f"There is no heading above “{over[:40]}”.",
                    "给这一列写上列名，或删去这一格。",
                    "Give the column a heading or clear the cell.",
                ),
            )
        return [*row[:width], *[None] * (width - len(row))]

    def _too_many(self, count: int) -> None:
        most = self.table.max_rows
        self._fault(
            -1,
            "",
            lambda: Fault(
                "too-many-rows",
                self.raw.place(None),
                f"“{self.table.name}”有 {count} 行，最多 {most} 行。",
                f"{self.table.name} has {count} rows; at most {most} are allowed.",
                f"核对数据；确实有这么多的，在办法的数据表里写“至多 {count} 行”。",
                f"Check the data; if there are so many, declare 至多 {count} 行 in the scheme.",
            ),
        )

    def _too_few(self, count: int) -> None:
        least = self.table.min_rows
        self._fault(
            -1,
            "",
            lambda: Fault(
                "too-few-rows",
                self.raw.place(None),
                f"“{self.table.name}”有 {count} 行，至少要有 {least} 行。",
                f"{self.table.name} has {count} rows; at least {least} are needed.",
                "补上缺的行。",
                "Add the missing rows.",
            ),
        )

    # ---------------------------------------------------------------------------------------------------- headings

    def _headings(self) -> dict[str, int]:
        """Which column of the sheet holds which column of the plan."""
        places: dict[str, int] = {}
        named: set[str] = set()
        for place, written in enumerate(self.raw.columns):
            heading = unicodedata.normalize("NFC", written.strip())
            column, unit = self._column_of(heading)
            if not heading:
                self._nameless(place)
            elif column is None:
                self._unknown_column(heading)
            elif column.name in named:
                says = f"“{column.name}”有两列。", f"{column.name} has two columns."
                self._heading_fault("column-twice", heading, says, ("留一列。", "Keep one."))
            else:
                named.add(column.name)
                if unit and unit not in _units(column.type):
                    self._unit_differs(heading, column, unit)
                else:
                    places[column.name] = place
        for column in self.entered:
            if column.name not in named:
                says = (
                    f"“{self.table.name}”缺“{column.name}”这一列。",
                    f"{self.table.name} lacks the column {column.name}.",
                )
                hint = "补上这一列，列名要一样。", "Add the column under this very heading."
                self._heading_fault("column-missing", "", says, hint)
        return places

    def _column_of(self, heading: str) -> tuple[m.Column | None, str]:
        """The column a heading means, and the unit it names in brackets."""
        columns = {column.name: column for column in self.entered}
        if heading in columns:
            return columns[heading], ""
        with_unit = UNIT_IN_HEADING.fullmatch(heading)
        if with_unit and with_unit[1] in columns:
            column, word = columns[with_unit[1]], unicodedata.normalize("NFKC", with_unit[2])
            if word in _units(column.type) or (column.type.kind is Kind.NUMBER and unit_named(word) is not None):
                return column, word
        return None, ""

    def _heading_fault(self, code: str, heading: str, says: tuple[str, str], hint: tuple[str, str]) -> None:
        fault = Fault(code, self.bound.place(None, heading), *says, *hint)
        self._fault(-1, "", lambda: fault)

    def _nameless(self, place: int) -> None:
        """A column without heading: of no matter as long as nothing stands in it."""
        if any(row[place] and not str(row[place]).isspace() for row in self.raw.rows if place < len(row)):
            says = f"第 {place + 1} 列没有列名。", f"Column {place + 1} has no heading."
            hint = "写上列名，或删去这一列。", "Give it a heading or remove it."
            self._heading_fault("heading-empty", "", says, hint)

    def _unknown_column(self, heading: str) -> None:
        if any(column.name == heading and not column.hidden for column in self.table.columns):
            says = f"“{heading}”由办法算出，不用填。", f"{heading} is computed by the scheme."
            self._heading_fault("column-computed", heading, says, ("删去这一列。", "Remove the column."))
            return
        near = nearest(heading, [column.name for column in self.entered])
        hint = "删去这一列，或在办法的数据表里写上它。", "Remove it or declare it in the scheme."
        if near:
            hint = f"是不是“{near}”？不用的列请删去。", f"Did you mean {near}? Remove what is not used."
        says = f"“{self.table.name}”里没有叫“{heading}”的列。", f"{self.table.name} has no column {heading}."
        self._heading_fault("unknown-column", heading, says, hint)

    def _unit_differs(self, heading: str, column: m.Column, unit: str) -> None:
        own = column.type.unit.written
        named = f"{column.name}（{own}）" if own else column.name
        zh = f"列名里的单位是{unit}，办法里“{column.name}”" + (f"的单位是{own}。" if own else "没有单位。")
        en = f"The heading says {unit}; in the scheme {column.name} " + (f"is in {own}." if own else "has no unit.")
        hint = f"换算好再填，列名写“{named}”。", f"Convert the figures and head the column {named}."
        self._heading_fault("unit-differs", heading, (zh, en), hint)

    # ------------------------------------------------------------------------------------------------------- cells

    def _read(self, column: m.Column, cells: Sequence[str | None]) -> None:
        read = _Once(cell_reader(column.type, is_mark=bool(getattr(column.origin, "is_mark", False))))
        values = list(map(read.__getitem__, cells))
        self.bound.values[column.name] = values
        if any(type(value) is Problem for value in read.values()):
            for row, cell, value in zip(self.bound.rows, cells, values, strict=True):
                if isinstance(value, Problem):
                    self._cell_fault(cast(int, row), column.name, cell or "", value)

    def _cell_fault(self, row: int, column: str, content: str, problem: Problem) -> None:
        self._fault(
            row,
            column,
            lambda: Fault(
                problem.code,
                self.bound.place(row, column, content),
                problem.zh,
                problem.en,
                problem.hint_zh,
                problem.hint_en,
            ),
        )

    # -------------------------------------------------------------------------------------------------------- keys

    def _unique(self) -> bool:
        """Every key once; a second row with the same key is told where the first stands."""
        seen: dict[tuple[Entry, ...], int | None] = {}
        for row, key in zip(self.bound.rows, self.bound.keys(self.table.key), strict=True):
            first = seen.setdefault(key, row)
            if first != row and not any(type(part) is Problem for part in key):
                self._twice(cast(int, first), cast(int, row), key)
        return len(seen) == len(self.bound.rows)

    def _twice(self, first: int, row: int, key: tuple[Entry, ...]) -> None:
        name = self.table.key[-1]

        def make() -> Fault:
            text, before = key_text(self.bound, self.table.key, key), self.raw.place(first)
            return Fault(
                "key-twice",
                self.bound.place(row, "、".join(self.table.key), text),
                f"“{text}”重复：{before} 已经有了。",
                f"“{text}” occurs twice: see also {before}.",
                "两行只能留一行；不是同一个的，核对" + "、".join(self.table.key) + "。",
                "Keep one of the two rows, or correct " + ", ".join(self.table.key) + ".",
            )

        self._fault(row, name, make)

    def _sort(self, columns: Sequence[Sequence[Entry]]) -> None:
        """Rows by these columns, compared from left to right."""
        sortable: list[Any] = list(zip(*columns, strict=True))
        order = sorted(range(len(sortable)), key=sortable.__getitem__)
        self.bound.rows = [self.bound.rows[each] for each in order]
        self.bound.values = {name: list(map(values.__getitem__, order)) for name, values in self.bound.values.items()}

    def _number_rows(self) -> None:
        """Rows without a key of their own are numbered in the order of what stands in them: who typed first does not
        matter, and equal rows cannot be told apart anyhow."""
        if not self.broken:
            columns: list[Sequence[Any]] = []
            for column in self.entered:
                values = self.bound.values[column.name]
                if column.type.optional:
                    columns.append([type(value) is Missing for value in values])
                columns.append(values)
            # a reason is an integer and a text is not: the flag before keeps them from being compared
            self._sort(columns or [self.bound.rows])
        numbers: list[Entry] = list(range(1, len(self.bound.rows) + 1))
        self.bound.values[ROW_KEY] = numbers

    # ------------------------------------------------------------------------------------------------------ months

    def _months(self, period: str) -> None:
        """Between the first and the last month of somebody no month is left out: a month without figures is a row whose
        values are missing. Where all values may be missing that row is added; else somebody has forgotten it."""
        others = [column for column in self.entered if column.name not in self.table.key]
        may_fill = all(column.type.optional for column in others)
        place = self.table.key.index(period)
        step = 10 ** (num.scale if (num := self.bound.type_of(period).num) is not None else 0)
        gaps: list[tuple[tuple[Any, ...], int, int]] = []  # of whom, first and last missing
        last: dict[tuple[Any, ...], int] = {}
        for row, key in zip(self.bound.rows, self.bound.keys(self.table.key), strict=True):
            who, month = (*key[:place], *key[place + 1 :]), cast(int, key[place])
            if who in last and month > last[who] + step:
                gaps.append((who, last[who] + step, month - step))
                if not may_fill:
                    self._gap(cast(int, row), period, gaps[-1])
            last[who] = month
        if not may_fill or not gaps:
            return
        count = len(self.bound.rows) + sum((until - since) // step + 1 for _, since, until in gaps)
        if count > self.table.max_rows:
            self._too_many(count)
            return
        self._fill(others, place, [
            (*who[:place], month, *who[place:]) for who, since, until in gaps for month in range(since, until + 1, step)
        ])  # fmt: skip

    def _fill(self, others: Sequence[m.Column], place: int, keys: Sequence[tuple[Any, ...]]) -> None:
        for part, name in enumerate(self.table.key):
            self.bound.values[name] += [key[part] for key in keys]
        for column in others:
            empty = cell_reader(column.type, is_mark=bool(getattr(column.origin, "is_mark", False)))(None)
            self.bound.values[column.name] += [empty] * len(keys)
        self.bound.rows += [None] * len(keys)
        self._sort([self.bound.values[name] for name in self.table.key])

    def _gap(self, row: int, period: str, gap: tuple[tuple[Any, ...], int, int]) -> None:
        who, since, until = gap
        names = [name for name in self.table.key if name != period]
        kind = self.bound.type_of(period)

        def make() -> Fault:
            whose = key_text(self.bound, names, who)
            months = plain_text(exact(since, kind), kind)
            if until > since:
                months += f"～{plain_text(exact(until, kind), kind)}"
            return Fault(
                "period-missing",
                self.bound.place(row, period),
                f"“{whose}”缺 {months}，前后都有。",
                f"“{whose}” lacks {months}, but has what comes before and after.",
                "补上这一行；没有数据也要有一行，可以缺的列在办法里写“可缺”。",
                "Add the row; there must be one even without figures. Declare columns that may be absent as 可缺.",
            )

        self._fault(row, period, make)


class _Once(dict[str | None, Entry]):
    """Reads every different cell text once; columns of marks repeat the same few."""

    def __init__(self, read: Callable[[str | None], Entry]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, content: str | None) -> Entry:
        value = self[content] = self._read(content)
        return value


def _units(kind: Type) -> set[str]:
    """What may stand in brackets behind the name of a column of this type."""
    if kind.kind is Kind.NUMBER:
        return {kind.unit.written} - {""}
    return {Kind.YESNO: {"是否", "是/否"}, Kind.DAY: {"日期"}, Kind.MONTH: {"月份"}, Kind.TEXT: set[str]()}[kind.kind]
