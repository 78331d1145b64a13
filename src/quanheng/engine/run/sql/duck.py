"""DuckDB, embedded: the default executor."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql.dialect import DUCKDB
from quanheng.engine.run.sql.engine import Engine, ParquetRows, Unreadable
from quanheng.engine.run.sql.frames import Frames
from quanheng.engine.run.sql.runner import carry_out

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY: Final = "1GB"
# DuckDB 2.0.1 takes two joins to the same table for one another when it shares a part of a query that is read twice: where
# a row has two links to one table (评价人, 被评人), it reads the wrong one. tests/engine/run/sql/test_duckdb.py shows it.
WITHOUT: Final = "common_subplan"


def run_duckdb(plan: m.Plan, dataset: Dataset, *, memory: str = MEMORY, threads: int | None = None) -> Frames:
    """Carry out the whole plan, or refuse with everything that is wrong. Close the frames when done.

    `memory` bounds what DuckDB holds; what is beyond goes through a temporary folder."""
    return carry_out(plan, dataset, DuckEngine.fresh(memory, threads))


class DuckEngine(Engine):
    name = "duckdb"
    dialect = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._optimizers = self.rows("SELECT current_setting('disabled_optimizers')")[0][0]
        self._optimize_without(",".join(filter(None, (self._optimizers, WITHOUT))))
        self._made: list[str] = []
        self._entered: list[str] = []
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def fresh(cls, memory: str = MEMORY, threads: int | None = None) -> DuckEngine:
        """An engine of its own, with a folder to spill to; both go when it is closed."""
        import duckdb

        scratch = tempfile.TemporaryDirectory(prefix="quanheng-")
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": scratch.name,
            "preserve_insertion_order": False,  # every order is asked for; keeping another one costs memory
        }
        if threads is not None:
            settings["threads"] = threads
        engine = cls(duckdb.connect(":memory:", config=settings))
        engine._scratch = scratch
        return engine

    def _optimize_without(self, names: str) -> None:
        self.connection.execute(f"SET disabled_optimizers = {self.dialect.string(names)}")

    def make(self, name: str, select: str, *, kept: bool = False) -> None:
        self.connection.execute((self.dialect.materialise if kept else self.dialect.view)(name, select))
        self._made.append(self.dialect.drop(name, table=kept))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def arrow(self, query: str) -> pa.Table:
        return self.connection.sql(query).to_arrow_table()

    def enter(self, name: str, frame: pa.Table) -> None:
        self.connection.register(name, frame)
        self._entered.append(name)

    def parquet(self, name: str, paths: Sequence[str]) -> ParquetRows:
        import duckdb

        files = ", ".join(self.dialect.string(path) for path in paths)
        rows = f"read_parquet([{files}])"
        try:
            described = self.rows(f"DESCRIBE SELECT * FROM {rows}")  # noqa: S608 (paths are quoted)
        except (duckdb.IOException, duckdb.InvalidInputException) as wrong:
            raise Unreadable from wrong
        placed = f"read_parquet([{files}], filename = true, file_row_number = true)"
        return ParquetRows(rows, placed, "filename", "file_row_number", {row[0]: row[1] for row in described})

    def close(self) -> None:
        if self._scratch is not None:
            self.connection.close()
            self._scratch.cleanup()
            return
        while self._made:  # somebody else's connection is left as it was found
            self.connection.execute(self._made.pop())
        while self._entered:
            self.connection.unregister(self._entered.pop())
        self._optimize_without(self._optimizers)
