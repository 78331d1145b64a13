"""Carries out a plan in DuckDB, embedded: data in as Arrow or Parquet, one script, results out as Arrow."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from quanheng.engine.faults import Fault, InputRefused
from quanheng.engine.plan import model as m
from quanheng.engine.run import guards
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.present import key_text
from quanheng.engine.run.sql.dialect import DUCKDB
from quanheng.engine.run.sql.frames import Frames, values
from quanheng.engine.run.sql.output import Output, outputs
from quanheng.engine.run.sql.script import Relation, Script, script
from quanheng.engine.run.sql.sources import bind

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY: Final = "1GB"
NO_PERIOD: Final = -1


def run_duckdb(plan: m.Plan, dataset: Dataset, *, memory: str = MEMORY, threads: int | None = None) -> Frames:
    """Carry out the whole plan, or refuse with every guard that does not hold."""
    import duckdb

    scratch = tempfile.TemporaryDirectory(prefix="quanheng-")
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": scratch.name,
        "preserve_insertion_order": False,  # every order is asked for; keeping another one costs memory
    }
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(":memory:", config=settings)
    run = Run(plan, script(plan, DUCKDB), connection)

    def close() -> None:
        connection.close()
        scratch.cleanup()

    try:
        run.carry_out(dataset)
    except BaseException:
        close()
        raise
    return Frames(plan, "duckdb", run.read, close)


class Run:
    """One run in one connection."""

    def __init__(self, plan: m.Plan, steps: Script, connection: duckdb.DuckDBPyConnection) -> None:
        self.plan, self.script, self.connection = plan, steps, connection
        self.outputs: Mapping[str, Output] = outputs(plan, steps)
        self._fetched: dict[str, pa.Table] = {}

    def carry_out(self, dataset: Dataset) -> None:
        bind(self.connection, self.plan, self.script, dataset)
        for relation in self.script.relations:
            self._make(relation)
            if relation.eager:
                self._fetched[relation.at[0]] = self._fetch(relation.at[0])
        if faults := self._refusals():
            raise InputRefused(faults)

    def read(self, table: str) -> pa.Table:
        """The result of a table: its key and its visible columns."""
        frame = self._fetched.pop(table) if table in self._fetched else self._fetch(table)
        return self.outputs[table].visible(frame)

    def _make(self, relation: Relation) -> None:
        for scan in relation.scans:
            self._scan(scan)
        make = DUCKDB.materialise if relation.kept else DUCKDB.view
        self.connection.execute(make(relation.name, relation.select))

    def _scan(self, scan: Any) -> None:
        period = DUCKDB.ident(scan.period)
        found = f"SELECT DISTINCT {period} FROM {DUCKDB.ident(scan.base)} ORDER BY 1"
        periods = [row[0] for row in self.connection.execute(found).fetchall()] or [NO_PERIOD]
        made: dict[int, str] = {}
        for period_ in periods:
            before = made.get(period_ - scan.unit)
            name = f"{scan.name} {period_}"
            self.connection.execute(DUCKDB.materialise(name, scan.select(period_, before)))
            made[period_] = DUCKDB.ident(name)
        union = "\nUNION ALL ".join(f"SELECT * FROM {name}" for name in made.values())
        self.connection.execute(DUCKDB.view(scan.name, union))

    def _fetch(self, table: str) -> pa.Table:
        output = self.outputs[table]
        return output.rename(self.connection.sql(output.select).to_arrow_table())

    # --------------------------------------------------------------------------------------------------------- guards

    def _refusals(self) -> list[Fault]:
        return guards.refusals(
            self.plan.guards,
            lambda guard: self.script.levels.splits_below((guard.table, guard.column)),
            self._broken,
        )

    def _broken(self, guard: m.Guard) -> Fault | None:
        import pyarrow.compute as pc

        if guard.table in self._fetched:
            frame = self._fetched[guard.table]
            rows = frame.filter(frame.column(guard.column))
            total, rows = rows.num_rows, rows.slice(0, guards.ROWS_TOLD)
        else:
            output = self.outputs[guard.table]
            name = DUCKDB.ident(self.script.stored.physical(guard.table, guard.column))
            final = DUCKDB.ident(self.script.final(guard.table).name)
            counted = self.connection.execute(f"SELECT COUNT(*) FROM {final} WHERE {name}").fetchall()
            total = counted[0][0]
            rows = None
            if total:
                rows = self.connection.sql(output.some(name, guards.ROWS_TOLD)).to_arrow_table()
                rows = output.rename(rows)
        del pc
        if not total:
            return None
        assert rows is not None
        table = self.plan.tables[guard.table]
        keys = [self.plan.column(table.name, name) for name in table.key]
        parts = [values(rows, column) for column in keys]
        told = [key_text(key, [column.type for column in keys]) for key in zip(*parts, strict=True)]
        return guards.refusal(guard, told, total)
