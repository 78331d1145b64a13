"""What is read at the end of a run: for each table one SELECT in the order of the key, and its columns' names."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quanheng.engine.plan import model as m
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.sql.ints import Int
from quanheng.engine.run.sql.script import Script
from quanheng.engine.run.sql.stored import DIVISOR_SUFFIX
from quanheng.engine.values import Missing

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Output:
    """The last SELECT of a table. `written`: the items as Parquet holds them; `names`: of the Arrow columns; `hidden`: those
    that only guards look at; `of`: the column that each belongs to."""

    items: tuple[str, ...]
    written: tuple[str, ...]
    source: str
    order: str
    names: tuple[str, ...]
    hidden: frozenset[str]
    of: tuple[str, ...]

    @property
    def select(self) -> str:
        return self._select(self.items)

    def select_of(self, columns: Collection[str] | None) -> str:
        """Of these columns, or of all visible ones."""
        wanted = set(columns) if columns is not None else {each for name, each in zip(self.names, self.of, strict=True) if name not in self.hidden}
        assert wanted <= set(self.of), f"{wanted - set(self.of)} are no columns of the result"
        return self._select([item for item, each in zip(self.written, self.of, strict=True) if each in wanted])

    def _select(self, items: Sequence[str]) -> str:
        return f"SELECT\n  {', '.join(items)}\nFROM {self.source}\nORDER BY {self.order}"

    def how_many(self, conditions: Sequence[str]) -> str:
        """For how many rows each condition holds."""
        counts = ", ".join(f"COUNT(CASE WHEN {condition} THEN 1 END)" for condition in conditions)
        return f"SELECT {counts} FROM {self.source}"

    def some(self, condition: str, most: int) -> str:
        """The first rows for which a condition holds."""
        return f"SELECT {', '.join(self.items)} FROM {self.source} WHERE {condition} ORDER BY {self.order} LIMIT {most}"

    def rename(self, frame: pa.Table) -> pa.Table:
        return frame.rename_columns(list(self.names))

    def visible(self, frame: pa.Table) -> pa.Table:
        return frame.drop_columns([name for name in self.names if name in self.hidden])


def outputs(plan: m.Plan, steps: Script) -> Mapping[str, Output]:
    return {table.name: _output(table, steps) for table in plan.tables.values()}


def _output(table: m.Table, steps: Script) -> Output:
    quote, stored = steps.dialect.ident, steps.stored
    items: list[str] = []
    written: list[str] = []
    names: list[str] = []
    hidden: set[str] = set()
    of: list[str] = []
    for column in steps.levels.outputs(table.name):
        frag, physical = stored.read(table.name, column.name), stored.physical(table.name, column.name)
        value = quote(physical)
        items.append(value)
        names.append(column.name)
        if frag.divisor is not None:
            items.append(quote(physical + DIVISOR_SUFFIX))
            names.append(column.name + DIVISOR_SUFFIX)
        if column.type.optional:
            reason = quote(physical + REASON_SUFFIX)
            if frag.why is None:
                reason = f"CAST(NULL AS {steps.dialect.tiny}) AS {reason}"
            elif isinstance(frag.why, Missing):
                reason = f"CAST(CASE WHEN {value} IS NULL THEN {int(frag.why)} END AS {steps.dialect.tiny}) AS {reason}"
            items.append(reason)
            names.append(column.name + REASON_SUFFIX)
        # DuckDB would write a 128-bit integer as a binary float
        wide = isinstance(frag.value, Int) and frag.value.wide
        written += [f"CAST({value} AS DECIMAL(38,0)) AS {value}" if wide else value, *items[len(written) + 1 :]]
        of += [column.name] * (len(items) - len(of))
        if column.hidden and column.name not in table.key:
            hidden.update(name for name in names if name.startswith(column.name))
    final = quote(steps.final(table.name).name)
    order = ", ".join(quote(stored.physical(table.name, name)) for name in table.key)
    return Output(tuple(items), tuple(written), final, order, tuple(names), frozenset(hidden), tuple(of))
