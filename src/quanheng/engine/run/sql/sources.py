"""Data into the engine."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from typing import TYPE_CHECKING

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.model import REASON_SUFFIX, Dataset
from quanheng.engine.run.sql.script import Script

if TYPE_CHECKING:
    import duckdb


def bind(connection: duckdb.DuckDBPyConnection, plan: m.Plan, steps: Script, dataset: Dataset) -> None:
    """Give every data table its rows, under the name and in the types that the script expects."""
    for table, name in steps.entered.items():
        frame = dataset.tables[table]
        columns = [column for column in plan.tables[table].columns if isinstance(column.op, m.Input)]
        wanted, names, items = [], [], []
        for column in columns:
            physical = steps.stored.physical(table, column.name)
            quoted = steps.dialect.ident(physical)
            wanted.append(column.name)
            names.append(physical)
            frag = steps.stored.read(table, column.name)
            wide = column.type.kind is Kind.NUMBER and getattr(frag.value, "wide", False)
            items.append(f"CAST({quoted} AS {steps.dialect.wide}) AS {quoted}" if wide else quoted)
            if column.type.optional:
                wanted.append(column.name + REASON_SUFFIX)
                names.append(physical + REASON_SUFFIX)
                items.append(steps.dialect.ident(physical + REASON_SUFFIX))
        raw = f"{name} raw"
        connection.register(raw, frame.select(wanted).rename_columns(names))
        select = f"SELECT {', '.join(items)} FROM {steps.dialect.ident(raw)}"
        connection.execute(steps.dialect.view(name, select))
