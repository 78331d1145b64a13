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
from quanheng.engine.run.sql.scans import ScanStep
from quanheng.engine.run.sql.script import Relation, script
from quanheng.engine.run.sql.sources import LinkCount, bind, check_link_counts, with_link_counts

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from quanheng.engine.run.sql.sources import Bulk

MEMORY: Final = "1GB"
NO_PERIOD: Final = -1


def run_duckdb(plan: m.Plan, dataset: Dataset, *, memory: str = MEMORY, threads: int | None = None) -> Frames:
    """Carry out the whole plan, or refuse: with what is wrong in bulk data, or with every guard that does not hold.

    `memory` bounds what DuckDB holds; beyond it goes through a temporary folder. Close the frames when done."""
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

    def close() -> None:
        connection.close()
        scratch.cleanup()

    done = False
    try:
        run = Run(plan, dataset, connection)
        run.carry_out()
        done = True
    finally:
        if not done:
            close()
    return Frames(plan, "duckdb", run.read, close)


class Run:
    """One run in one connection."""

    def __init__(self, plan: m.Plan, dataset: Dataset, connection: duckdb.DuckDBPyConnection) -> None:
        self.plan, self.counts = with_link_counts(plan, dataset)
        self.dataset, self.connection = dataset, connection
        also = frozenset((count.link.target, count.column) for count in self.counts)
        self.script = script(self.plan, DUCKDB, also)
        self.outputs: Mapping[str, Output] = outputs(self.plan, self.script)
        self._fetched: dict[str, pa.Table] = {}

    def carry_out(self) -> None:
        bulk = bind(self.connection, self.plan, self.script, self.dataset)
        for relation in self.script.relations:
            self._make(relation)
            if relation.eager:
                self._fetched[relation.at[0]] = self._fetch(relation.at[0])
        if faults := [fault for count in self.counts for fault in self._links(bulk[count.source], count)]:
            raise InputRefused(faults)
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

    def _scan(self, scan: ScanStep) -> None:
        period = DUCKDB.ident(scan.period)
        found = f"SELECT DISTINCT {period} FROM {DUCKDB.ident(scan.base)} ORDER BY 1"
        periods = [row[0] for row in self.connection.execute(found).fetchall()] or [NO_PERIOD]
        made: dict[int, str] = {}
        for each in periods:
            name = f"{scan.name} {each}"
            self.connection.execute(DUCKDB.materialise(name, scan.select(each, made.get(each - scan.unit))))
            made[each] = DUCKDB.ident(name)
        union = "\nUNION ALL ".join(f"SELECT * FROM {name}" for name in made.values())
        self.connection.execute(DUCKDB.view(scan.name, union))

    def _fetch(self, table: str) -> pa.Table:
        output = self.outputs[table]
        return output.rename(self.connection.sql(output.select).to_arrow_table())

    # ---------------------------------------------------------------------------------------------------------- links

    def _links(self, bulk: Bulk, count: LinkCount) -> list[Fault]:
        import pyarrow.compute as pc

        target = self.plan.tables[count.link.target]
        counted = self._fetched[target.name].column(count.column)
        total, most = pc.sum(counted).as_py() or 0, pc.max(counted).as_py() or 0
        keys = ", ".join(f"{DUCKDB.ident(self.script.stored.physical(target.name, name))} AS {DUCKDB.ident(f'~k{nr}')}" for nr, name in enumerate(target.key))
        known = f"(SELECT {keys} FROM {DUCKDB.ident(self.script.final(target.name).name)})"
        return check_link_counts(bulk, count, (total, most), known)

    # --------------------------------------------------------------------------------------------------------- guards

    def _refusals(self) -> list[Fault]:
        return guards.refusals(
            self.plan.guards,
            lambda guard: self.script.levels.splits_below((guard.table, guard.column)),
            self._broken,
        )

    def _broken(self, guard: m.Guard) -> Fault | None:
        """The fault of one guard. A table that has been read is asked in Arrow, another in the engine."""
        output = self.outputs[guard.table]
        if guard.table in self._fetched:
            frame = self._fetched[guard.table]
            rows = frame.filter(frame.column(guard.column))
            total = rows.num_rows
        else:
            name = DUCKDB.ident(self.script.stored.physical(guard.table, guard.column))
            total = self.connection.execute(output.how_many(name)).fetchall()[0][0]
            if total:
                rows = output.rename(self.connection.sql(output.some(name, guards.ROWS_TOLD)).to_arrow_table())
        if not total:
            return None
        table = self.plan.tables[guard.table]
        keys = [self.plan.column(table.name, name) for name in table.key]
        parts = [values(rows.slice(0, guards.ROWS_TOLD), column) for column in keys]
        told = [key_text(key, [column.type for column in keys]) for key in zip(*parts, strict=True)]
        return guards.refusal(guard, told, total)
