"""Data into the engine: checked Arrow tables as they are, bulk data straight from Parquet."""

from __future__ import annotations

from quanheng.engine.faults import Fault, InputRefused
from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql.bulk import Bulk, ParquetSource
from quanheng.engine.run.sql.engine import Engine
from quanheng.engine.run.sql.entered import Entered
from quanheng.engine.run.sql.script import Script


def bind(engine: Engine, plan: m.Plan, steps: Script, dataset: Dataset) -> dict[str, Entered]:
    """Give every data table its rows, under the name and in the types that the script expects. Raises `InputRefused`."""
    tables: dict[str, Entered] = {}
    faults: list[Fault] = []
    for table, name in steps.entered.items():
        source = dataset.tables[table]
        if isinstance(source, ParquetSource):
            bulk = Bulk(engine, plan.tables[table], steps, source, name)
            faults += bulk.bind()
            tables[table] = bulk
        else:
            tables[table] = Entered(engine, plan.tables[table], steps, name)
            tables[table].enter(source)
    if faults:
        raise InputRefused(faults)
    return tables
