"""A data table as the engine holds it: its rows under one name, and what its links are asked when all is computed."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from quanheng.engine.faults import Cell, Fault
from quanheng.engine.plan import model as m
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.present import plain_text
from quanheng.engine.run.sql.engine import Engine
from quanheng.engine.run.sql.frames import carried_value
from quanheng.engine.run.sql.script import Script

if TYPE_CHECKING:
    import pyarrow as pa

MOST_FAULTS: Final = 200  # listed; nobody mends more before looking again


def inputs(table: m.Table) -> list[m.Column]:
    return [column for column in table.columns if isinstance(column.op, m.Input)]


class Entered:
    """One data table. As it stands: an Arrow table that has been checked when it was bound."""

    def __init__(self, engine: Engine, table: m.Table, steps: Script, name: str) -> None:
        self.engine, self.dialect = engine, engine.dialect
        self.table, self.steps, self.name = table, steps, name
        self.view = self.dialect.ident(name)
        self.types = {column.name: column.type for column in inputs(table)}

    def enter(self, frame: pa.Table) -> None:
        """Give the rows their name, in the types that the script expects."""
        wanted, names, items = [], [], []
        quote = self.dialect.ident
        for column in inputs(self.table):
            physical = self.steps.stored.physical(self.table.name, column.name)
            quoted = quote(physical)
            wanted.append(column.name)
            names.append(physical)
            wide = self.steps.stored.is_wide(column)
            items.append(f"CAST({quoted} AS {self.dialect.wide}) AS {quoted}" if wide else quoted)
            if column.type.optional:
                wanted.append(column.name + REASON_SUFFIX)
                names.append(physical + REASON_SUFFIX)
                items.append(quote(physical + REASON_SUFFIX))
        raw = f"{self.name}_raw"
        self.engine.enter(raw, frame.select(wanted).rename_columns(names))
        self.engine.make(self.name, f"SELECT {', '.join(items)} FROM {quote(raw)}")

    def _names(self, columns: Sequence[str]) -> list[str]:
        return [self.dialect.ident(self.steps.stored.physical(self.table.name, name)) for name in columns]

    def _key_text(self, columns: Sequence[str], carried: Sequence[Any]) -> str:
        return " ".join(plain_text(carried_value(each, self.types[name]), self.types[name]) for name, each in zip(columns, carried, strict=True))

    def _place(self, column: str = "", content: str = "", file: str = "", row: int = 0) -> Cell:
        return Cell(file or self.table.name, "", row, column, content)

    # ---------------------------------------------------------------------------------------------------------- links

    def rows_that_lead(self, link: m.Link) -> int | None:
        """How many rows have the link filled in; None when that depends on more than what is entered."""
        columns = {column.name: column for column in self.table.columns}
        there = []
        for name in link.columns:
            if name not in self.types:
                if columns[name].type.optional:
                    return None
            elif columns[name].type.optional:
                there.append(f"{self._names([name])[0]} IS NOT NULL")
        return self.engine.count(f"SELECT COUNT(*) FROM {self.view} WHERE {' AND '.join(there) or 'TRUE'}")

    def leads_nowhere(self, link: m.Link, target: str) -> list[Fault]:
        """The links that lead nowhere; `target`: the keys there are, as columns `~k0`, `~k1` …"""
        if any(name not in self.types for name in link.columns):
            return []
        here = [f"r.{name}" for name in self._names(link.columns)]
        there = [f"t.{self.dialect.ident(f'~k{nr}')}" for nr in range(len(here))]
        same = " AND ".join(f"{mine} = {theirs}" for mine, theirs in zip(here, there, strict=True))
        known = " AND ".join(f"{mine} IS NOT NULL" for mine in here)
        rows = f"FROM {self.view} AS r WHERE {known} AND NOT EXISTS (SELECT 1 FROM {target} AS t WHERE {same})"
        keys = ", ".join(here)
        found = self.engine.rows(f"SELECT DISTINCT {keys} {rows} ORDER BY {keys} LIMIT {MOST_FAULTS}")
        total = self.engine.count(f"SELECT COUNT(*) FROM (SELECT DISTINCT {keys} {rows})")
        return listed([self._nowhere(link, self._key_text(link.columns, carried)) for carried in found], total)

    def _nowhere(self, link: m.Link, text: str, file: str = "", row: int = 0) -> Fault:
        return Fault(
            "leads-nowhere",
            self._place("、".join(link.columns), text, file, row),
            f"“{text}”在“{link.target}”里没有。",
            f"“{text}” does not occur in {link.target}.",
            f"核对这一格，或在“{link.target}”里补上。",
            f"Check the cell, or add it to {link.target}.",
        )

    def crowded(self, link: m.Link, limit: int) -> list[Fault]:
        """The rows that more rows lead to than the scheme allows."""
        if any(name not in self.types for name in link.columns):
            return [self._crowd(link, link.name, None, limit)]
        key = ", ".join(self._names(link.columns))
        groups = f"SELECT {key}, COUNT(*) FROM {self.view} GROUP BY {key} HAVING COUNT(*) > {limit}"
        known = [row for row in self.engine.rows(f"{groups} ORDER BY {key}") if None not in row]
        return listed(
            [self._crowd(link, self._key_text(link.columns, row[:-1]), row[-1], limit) for row in known[:MOST_FAULTS]],
            len(known),
        )

    def _crowd(self, link: m.Link, text: str, count: int | None, limit: int) -> Fault:
        shown = "更多" if count is None else f"{count}"
        return Fault(
            "too-many-rows-for-one",
            self._place("、".join(name for name in link.columns if not name.startswith("·")), text),
            f"“{text}”在“{self.table.name}”里有 {shown} 行，最多 {limit} 行。",
            f"“{text}” has {'more' if count is None else count} rows in {self.table.name}; at most {limit} are allowed.",
            "核对是不是重复；确实有这么多的，在办法的数据表里写明“至多”几行。",
            "Check for repetitions; if there are so many, raise the limit (至多) in the scheme.",
        )


def listed(faults: list[Fault], total: int) -> list[Fault]:
    """The first faults, and how many more there are."""
    listed = faults[:MOST_FAULTS]
    if listed and total > len(listed):
        more = total - len(listed)
        listed.append(
            Fault(
                "more-faults",
                listed[-1].at,
                f"另外还有 {more} 处错误没有列出。",
                f"{more} more faults are not listed.",
                "先改好上面的，再检查一次。",
                "Mend those above and check again.",
            )
        )
    return listed
