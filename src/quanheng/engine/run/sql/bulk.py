"""Bulk data straight from Parquet, after one look over it.

It never passes through Python. One filter per table finds out whether anything is wrong at all; only then are the first
wrong cells looked up, with file and row, and told in the words in which a hand-filled table would be told.
"""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quanheng.engine.faults import Cell, Fault
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.run.cells import Problem, cell_reader
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.sql.engine import Engine, ParquetRows, Unreadable
from quanheng.engine.run.sql.entered import MOST_FAULTS, Entered, inputs, listed
from quanheng.engine.run.sql.entering import FLOATS, Entering, entering, nothing, sql_type
from quanheng.engine.run.sql.script import Script


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """Bulk data for one table, in the place of an Arrow table: the Parquet files that together hold its rows.

    Columns are named as in the plan. Numbers are whole, DECIMAL or exact decimals as text (a percentage holds the printed
    figure); texts are VARCHAR; yes/no BOOLEAN; days DATE; months VARCHAR `2026-11` or the whole number 202611. What else
    the files hold is not looked at. A table without declared key needs no `·行`."""

    paths: tuple[str, ...]


class Bulk(Entered):
    """One table out of Parquet files."""

    def __init__(self, engine: Engine, table: m.Table, steps: Script, source: ParquetSource, name: str) -> None:
        super().__init__(engine, table, steps, name)
        self.source = source
        self.entering: dict[str, Entering] = {}
        self.columns = [column for column in inputs(table) if column.name != ROW_KEY]
        links = {name for link in table.links for name in link.columns}
        self._linked = links - set(table.key)
        self.files = ParquetRows("", "", "", "", {})
        self._select = ""

    def bind(self) -> list[Fault]:
        if faults := self._headings():
            return faults
        if faults := self._rows_and_cells():
            return faults
        self._make_view()
        if faults := self._keys():
            return faults
        return self._months()

    def _place(self, column: str = "", content: str = "", file: str = "", row: int = 0) -> Cell:
        return Cell(file or self.source.paths[0], "", row, column, content)

    # ---------------------------------------------------------------------------------------------------- the columns

    def _headings(self) -> list[Fault]:
        try:
            self.files = self.engine.parquet(self.name, self.source.paths)
        except Unreadable:
            return [
                Fault(
                    "parquet-damaged",
                    self._place(),
                    "这个文件不是完整的 Parquet 文件。",
                    "This is no complete Parquet file.",
                    "重新导出一次。",
                    "Export it again.",
                )
            ]
        return [fault for column in self.columns if (fault := self._heading(column, self.files.types)) is not None]

    def _heading(self, column: m.Column, types: Mapping[str, str]) -> Fault | None:
        if column.name not in types:
            return Fault(
                "column-missing",
                self._place(),
                f"“{self.table.name}”缺“{column.name}”这一列。",
                f"{self.table.name} lacks the column {column.name}.",
                "补上这一列，列名要一样。",
                "Add the column under this very heading.",
            )
        written = types[column.name]
        if sql_type(written) in FLOATS:
            return Fault(
                "float-column",
                self._place(column.name, written),
                f"“{column.name}”列的小数以二进制浮点保存（{written}），会丢失位数。",
                f"Column {column.name} holds binary floats ({written}); digits would be lost.",
                "存成 DECIMAL(18, 小数位数) 或文本。",
                "Store it as DECIMAL(18, digits) or as text.",
            )
        made = entering(self.dialect, column, self.dialect.ident(column.name), written, links=column.name in self._linked)
        if made is None:
            return Fault(
                "column-type",
                self._place(column.name, written),
                f"“{column.name}”列的类型 {written} 不能读。",
                f"Column {column.name} has the type {written}, which cannot be read.",
                "数用整数、DECIMAL 或文本，是否用布尔，日期用 DATE，月份用 2026-11 或 202611。",
                "Use integers, DECIMAL or text for numbers, booleans, DATE for days, 2026-11 or 202611 for months.",
            )
        self.entering[column.name] = made
        return None

    def _make_view(self) -> None:
        items = []
        for column in self.columns:
            physical, made = self.steps.stored.physical(self.table.name, column.name), self.entering[column.name]
            items.append(f"{made.value} AS {self.dialect.ident(physical)}")
            if made.reason is not None:
                items.append(f"{made.reason} AS {self.dialect.ident(physical + REASON_SUFFIX)}")
        self._select = select = f"SELECT {', '.join(items)} FROM {self.files.rows}"
        if self.table.key == (ROW_KEY,):
            # numbered in the order of what stands in them, like the rows of a hand-filled table
            number = f"ROW_NUMBER() OVER (ORDER BY {', '.join(self._content())})"
            select = f"SELECT *, {number} AS {self.dialect.ident(ROW_KEY)} FROM ({select})"
        self.engine.make(self.name, select)

    def _content(self) -> list[str]:
        keys = []
        for column in self.columns:
            name = self.steps.stored.physical(self.table.name, column.name)
            if column.type.optional:
                keys += [f"{self.dialect.ident(name)} IS NULL", f"{self.dialect.ident(name + REASON_SUFFIX)} NULLS FIRST"]
            keys.append(f"{self.dialect.ident(name)} NULLS FIRST")
        return keys or ["1"]

    # ------------------------------------------------------------------------------------------------------ the cells

    def _how_many(self) -> Fault | None:
        """Not more rows, and not fewer, than the scheme allows."""
        count, most, least = self.engine.count(f"SELECT COUNT(*) FROM {self.files.rows}"), self.table.max_rows, self.table.min_rows
        if count > most:
            return Fault(
                "too-many-rows",
                self._place(),
                f"“{self.table.name}”有 {count} 行，最多 {most} 行。",
                f"{self.table.name} has {count} rows; at most {most} are allowed.",
                f"核对数据；确实有这么多的，在办法的数据表里写“至多 {count} 行”。",
                f"Check the data; if there are so many, declare 至多 {count} 行 in the scheme.",
            )
        if count < least:
            return Fault(
                "too-few-rows",
                self._place(),
                f"“{self.table.name}”有 {count} 行，至少要有 {least} 行。",
                f"{self.table.name} has {count} rows; at least {least} are needed.",
                "补上缺的行。",
                "Add the missing rows.",
            )
        return None

    def _rows_and_cells(self) -> list[Fault]:
        if (fault := self._how_many()) is not None:
            return [fault]
        wrong = {name: made.wrong for name, made in self.entering.items() if made.wrong is not None}
        if not wrong:
            return []
        anything = " OR ".join(f"({each})" for each in wrong.values())
        if not self.engine.count(f"SELECT COUNT(*) FROM {self.files.rows} WHERE {anything}"):
            return []
        return self._cells(wrong)

    def _cells(self, wrong: dict[str, str]) -> list[Fault]:
        faults, total = list[Fault](), 0
        for column in self.columns:
            if column.name not in wrong:
                continue
            total += self.engine.count(f"SELECT COUNT(*) FROM {self.files.rows} WHERE {wrong[column.name]}")
            found = self.engine.rows(
                f"SELECT {self.files.file}, {self.files.nr}, CAST({self.dialect.ident(column.name)} AS {self.dialect.text})"
                f" FROM {self.files.placed} WHERE {wrong[column.name]} ORDER BY 1, 2 LIMIT {MOST_FAULTS}"
            )
            read = cell_reader(column.type, is_mark=bool(getattr(column.origin, "is_mark", False)))
            faults += [self._cell(column, read(text), file, row, text) for file, row, text in found]
        faults.sort(key=_by_place)
        return listed(faults, total)

    def _cell(self, column: m.Column, problem: Any, file: str, row: int, text: str | None) -> Fault:
        if not isinstance(problem, Problem):
            problem = Problem(
                "not-plain",
                f"“{text}”前后有空格，或者写法不统一。",
                f"“{text}” has blanks around it or is not in its plain spelling.",
                "大批数据先整理好：去掉空格，用半角数字。",
                "Clean bulk data first: no blanks, half-width digits.",
            )
        place = self._place(column.name, text or "", file, row + 1)
        return Fault(problem.code, place, problem.zh, problem.en, problem.hint_zh, problem.hint_en)

    # ------------------------------------------------------------------------------------------------------- the keys

    def _keys(self) -> list[Fault]:
        """Every key once."""
        if self.table.key == (ROW_KEY,):
            return []
        key = ", ".join(self._names(self.table.key))
        unique = f"SELECT (SELECT COUNT(*) FROM {self.view}) - (SELECT COUNT(*) FROM (SELECT DISTINCT {key} FROM {self.view}))"
        if not self.engine.count(unique):
            return []
        twice = self.engine.rows(f"SELECT {key}, COUNT(*) FROM {self.view} GROUP BY {key} HAVING COUNT(*) > 1 ORDER BY {key} LIMIT {MOST_FAULTS}")
        faults = []
        for *carried, count in twice:
            text = self._key_text(self.table.key, carried)
            faults.append(
                Fault(
                    "key-twice",
                    self._place("、".join(self.table.key), text),
                    f"“{text}”重复，共有 {count} 行。",
                    f"“{text}” occurs in {count} rows.",
                    "只能留一行；不是同一个的，核对" + "、".join(self.table.key) + "。",
                    "Keep one of the rows, or correct " + ", ".join(self.table.key) + ".",
                )
            )
        total = self.engine.count(f"SELECT COUNT(*) FROM (SELECT {key} FROM {self.view} GROUP BY {key} HAVING COUNT(*) > 1)")
        return listed(faults, total)

    def _months(self) -> list[Fault]:
        """Between the first and the last month of somebody no month is left out. Where every value may be missing, a
        month that is left out becomes a row without values."""
        if self.table.period is None:
            return []
        gaps, step = self._gaps(self.table.period, self.view)
        total = self.engine.count(f"SELECT COUNT(*) FROM ({gaps})")
        if not total:
            return []
        if all(column.type.optional for column in self.columns if column.name not in self.table.key):
            self._fill(self.table.period)
            return []
        who = [name for name in self.table.key if name != self.table.period]
        order = ", ".join(self._names(who)) or "1"
        faults = []
        for *whom, _, last in self.engine.rows(f"{gaps} ORDER BY {order} LIMIT {MOST_FAULTS}"):
            whose, since = self._key_text(who, whom), self._key_text([self.table.period], [last + step])
            faults.append(
                Fault(
                    "period-missing",
                    self._place(self.table.period),
                    f"“{whose}”缺 {since}，前后都有。",
                    f"“{whose}” lacks {since}, but has what comes before and after.",
                    "补上这一行；没有数据也要有一行，可以缺的列在办法里写“可缺”。",
                    "Add the row; there must be one even without figures. Declare columns that may be absent as 可缺.",
                )
            )
        return listed(faults, total)

    def _gaps(self, period: str, view: str) -> tuple[str, int]:
        """Whose months have gaps: the key, the month after the gap and the one before; and what two months differ by."""
        who = self._names([name for name in self.table.key if name != period])
        month, before = self._names([period])[0], self.dialect.ident("~before")
        num = next(column.type.num for column in self.columns if column.name == period)
        step = 1 if num is None else 10**num.scale
        partition = f"PARTITION BY {', '.join(who)} " if who else ""
        earlier = f"LAG({month}) OVER ({partition}ORDER BY {month})"
        rows = f"SELECT {', '.join([*who, month])}, {earlier} AS {before} FROM {view}"
        return f"SELECT * FROM ({rows}) WHERE {month} > {before} + {step}", step

    def _fill(self, period: str) -> None:
        """Add a row without values for every month that is left out."""
        given = f"{self.name}_given"
        self.engine.make(given, self._select)
        gaps, step = self._gaps(period, self.dialect.ident(given))
        items = []
        for column in self.columns:
            name = self._names([column.name])[0]
            if column.name == period:
                before = self.dialect.ident("~before")
                items.append(f"{self.dialect.series(f'{before} + {step}', f'{name} - {step}', step)} AS {name}")
            elif column.name in self.table.key:
                items.append(name)
            else:
                physical = self.steps.stored.physical(self.table.name, column.name)
                items.append(f"NULL AS {name}")
                items.append(f"{int(nothing(column))} AS {self.dialect.ident(physical + REASON_SUFFIX)}")
        self.engine.make(self.name, f"SELECT * FROM {self.dialect.ident(given)}\nUNION ALL\nSELECT {', '.join(items)} FROM ({gaps})")

    # ------------------------------------------------------------------------------------------------------- the links

    def leads_nowhere(self, link: m.Link, target: str) -> list[Fault]:
        """The first rows whose link leads nowhere; `target`: the relation with the target's key columns as aliases."""
        here = [self.entering.get(name) for name in link.columns]
        if any(each is None for each in here):
            return []
        values = [each.value for each in here if each is not None]
        keys = [self.dialect.ident(f"~k{nr}") for nr in range(len(values))]
        aliased = ", ".join(f"{value} AS {key}" for value, key in zip(values, keys, strict=True))
        same = " AND ".join(f"t.{key} = r.{key}" for key in keys)
        known = " AND ".join(f"r.{key} IS NOT NULL" for key in keys)
        rows = (
            f"FROM (SELECT {self.files.file}, {self.files.nr}, {aliased} FROM {self.files.placed}) AS r"
            f" WHERE {known} AND NOT EXISTS (SELECT 1 FROM {target} AS t WHERE {same})"
        )
        total = self.engine.count(f"SELECT COUNT(*) {rows}")
        found = self.engine.rows(f"SELECT {self.files.file}, {self.files.nr}, {', '.join(keys)} {rows} ORDER BY 1, 2 LIMIT {MOST_FAULTS}")
        faults = []
        for file, row, *carried in found:
            faults.append(self._nowhere(link, self._key_text(link.columns, carried), file, row + 1))
        return listed(faults, total)


def _by_place(fault: Fault) -> tuple[str, int]:
    assert isinstance(fault.at, Cell)
    return fault.at.file, fault.at.row
