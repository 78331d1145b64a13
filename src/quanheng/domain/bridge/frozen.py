"""A finished run opened again: its frozen inputs bound to its plan, so that every figure can be computed once more."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from threading import RLock

from quanheng.documents.tables.texts import row_key
from quanheng.domain import files
from quanheng.domain.bridge.parquet import read_rows
from quanheng.domain.bridge.plans import inputs, plan_of
from quanheng.domain.bridge.read import ORIGIN
from quanheng.domain.bridge.results import by_table
from quanheng.domain.models import Run, RunInput
from quanheng.engine.faults import Cell
from quanheng.engine.plan import model as m
from quanheng.engine.run.binding import bind
from quanheng.engine.run.present import key_text
from quanheng.engine.run.raw import Findings, RawTable
from quanheng.engine.run.reference import Reference
from quanheng.engine.run.rows import Binder


class Opened:
    """One run. The reference computes a column when it is first asked for: `lock` keeps two requests from doing it at once."""

    def __init__(self, run: Run) -> None:
        self.plan: m.Plan = plan_of(run.version)
        assert run.plan_digest == self.plan.digest, "a version in force never changes"
        self.lock = RLock()
        self._raw: dict[str, RawTable] = {}
        self._origins: dict[str, list[str]] = {}
        for frozen in RunInput.objects.filter(run=run).select_related("blob"):
            self._read(frozen)
        dataset = bind(self.plan, self._raw)
        assert dataset.fingerprint == run.input_digest, "what was frozen is what was computed"
        self.reference = Reference(self.plan, dataset)
        assert run.result is not None
        self.results: Mapping[str, Mapping[str, Mapping[str, str]]] = by_table(files.read(run.result))
        self._rows: dict[str, dict[str, int]] = {}
        self._from: dict[str, list[str]] = {}

    def _read(self, frozen: RunInput) -> None:
        rows = list(read_rows(files.read(frozen.blob)))
        name = frozen.table
        columns = [column.name for column in inputs(self.plan.tables[name])]
        self._raw[name] = RawTable(columns, [[row.get(column) for column in columns] for row in rows], lambda row: Cell(name, row=row or 0))
        self._origins[name] = [row.get(ORIGIN) or "" for row in rows]

    @cached_property
    def subject(self) -> m.Table:
        """The table of those who are assessed."""
        return self.plan.tables[self.plan.subject]

    def row(self, table: str, key: str) -> int | None:
        """The number of a row by its key as people write it."""
        if table not in self._rows:
            self._rows[table] = {self.key(table, row): row for row in self.reference.rows(table)}
        return self._rows[table].get(key)

    def origin(self, table: str, row: int) -> str:
        """Where the row came from: a record's reference, a batch's with the row in it, or who it is about."""
        if table not in self._raw:
            return ""
        if table not in self._from:
            numbers = Binder(Findings(), 0, self.plan.tables[table], self._raw[table]).bind().rows
            self._from[table] = [self._origins[table][number] if number is not None else "" for number in numbers]
        return self._from[table][row]

    def key(self, table: str, row: int) -> str:
        """The key of a row as people write it."""
        names = self.plan.tables[table].key
        return key_text(self.reference.keys(table)[row], [self.plan.column(table, name).type for name in names])

    def value(self, table: str, row: int, column: str) -> str | None:
        """What the run has stored for the cell."""
        columns = [self.plan.column(table, name) for name in self.plan.tables[table].key]
        return self.results.get(table, {}).get(row_key(self.reference.keys(table)[row], columns), {}).get(column)


def opened(run: Run) -> Opened:
    """The run, opened once in this process; the few that are being looked at stay open."""
    return _opened(run.pk, run.result_digest)


@lru_cache(maxsize=6)
def _opened(run_id: int, _digest: str) -> Opened:
    return Opened(Run.objects.select_related("version", "result").get(pk=run_id))
