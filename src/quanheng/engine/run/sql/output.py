"""What is read at the end of a run: for each table one SELECT in the order of the key, and its columns' names."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quanheng.engine.plan import model as m
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.sql.script import Script
from quanheng.engine.run.sql.stored import DIVISOR_SUFFIX
from quanheng.engine.values import Missing

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Output:
    """The last SELECT of a table. `names`: of the Arrow columns; `hidden`: those that only guards look at."""

    items: tuple[str, ...]
    source: str
    order: str
    names: tuple[str, ...]
    hidden: frozenset[str]

    @property
    def select(self) -> str:
        return f"SELECT\n  {', '.join(self.items)}\nFROM {self.source}\nORDER BY {self.order}"

    def how_many(self, condition: str) -> str:
        return f"SELECT COUNT(*) FROM {self.source} WHERE {condition}"

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
    names: list[str] = []
    hidden: set[str] = set()
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
        if column.hidden and column.name not in table.key:
            hidden.update(name for name in names if name.startswith(column.name))
    final = quote(steps.final(table.name).name)
    order = ", ".join(quote(stored.physical(table.name, name)) for name in table.key)
    return Output(tuple(items), final, order, tuple(names), frozenset(hidden))
