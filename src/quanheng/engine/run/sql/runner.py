"""One run: the data bound, the script carried out statement by statement, links and guards checked, results read."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quanheng.engine.faults import Fault, InputRefused
from quanheng.engine.plan import model as m
from quanheng.engine.run import guards
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql.engine import Engine
from quanheng.engine.run.sql.entered import Entered
from quanheng.engine.run.sql.frames import Frames, values
from quanheng.engine.run.sql.links import LinkCount, check_link_counts, with_link_counts
from quanheng.engine.run.sql.output import Output, outputs
from quanheng.engine.run.sql.scans import ScanStep
from quanheng.engine.run.sql.script import Relation, script
from quanheng.engine.run.sql.sources import bind

if TYPE_CHECKING:
    import pyarrow as pa

NO_PERIOD: Final = -1


def carry_out(plan: m.Plan, dataset: Dataset, engine: Engine) -> Frames:
    """Carry out the whole plan, or refuse: with what is wrong in bulk data, or with every guard that does not hold.
    The engine is closed with the frames, or when there are none."""
    done = False
    try:
        run = Run(plan, dataset, engine)
        run.carry_out()
        done = True
    finally:
        if not done:
            engine.close()
    return Frames(plan, engine.name, run.read, run.write, engine.close)


class Run:
    """One run in one engine."""

    def __init__(self, plan: m.Plan, dataset: Dataset, engine: Engine) -> None:
        self.plan, self.counts = with_link_counts(plan, dataset)
        self.dataset, self.engine, self.dialect = dataset, engine, engine.dialect
        also = frozenset((count.link.target, count.column) for count in self.counts)
        self.script = script(self.plan, self.dialect, also)
        self.outputs: Mapping[str, Output] = outputs(self.plan, self.script)
        self._counted: dict[str, dict[str, int]] = {}

    def carry_out(self) -> None:
        entered = bind(self.engine, self.plan, self.script, self.dataset)
        for relation in self.script.relations:
            self._make(relation)
        if faults := [fault for count in self.counts for fault in self._links(entered[count.source], count)]:
            raise InputRefused(faults)
        if faults := self._refusals():
            raise InputRefused(faults)

    def read(self, table: str) -> pa.Table:
        """The result of a table: its key and its visible columns."""
        output = self.outputs[table]
        return output.visible(output.rename(self.engine.arrow(output.select)))

    def write(self, table: str, path: Path, columns: Collection[str] | None) -> None:
        self.engine.write(self.outputs[table].select_of(columns), path)

    def _make(self, relation: Relation) -> None:
        for scan in relation.scans:
            self._scan(scan)
        self.engine.make(relation.name, relation.select, kept=relation.kept or relation.eager)

    def _scan(self, scan: ScanStep) -> None:
        quote = self.dialect.ident
        found = f"SELECT DISTINCT {quote(scan.period)} FROM {quote(scan.base)} ORDER BY 1"
        made: dict[int, str] = {}
        for each in [row[0] for row in self.engine.rows(found)] or [NO_PERIOD]:
            name = f"{scan.name}_{each}".replace("-", "_")
            self.engine.make(name, scan.select(each, made.get(each - scan.unit)), kept=True)
            made[each] = quote(name)
        union = "\nUNION ALL ".join(f"SELECT * FROM {name}" for name in made.values())
        self.engine.make(scan.name, union)

    # ---------------------------------------------------------------------------------------------------------- links

    def _links(self, rows: Entered, count: LinkCount) -> list[Fault]:
        target, quote, physical = self.plan.tables[count.link.target], self.dialect.ident, self.script.stored.physical
        counted, final = quote(physical(target.name, count.column)), quote(self.script.final(target.name).name)
        total, most = self.engine.rows(f"SELECT SUM({counted}), MAX({counted}) FROM {final}")[0]
        keys = ", ".join(f"{quote(physical(target.name, name))} AS {quote(f'~k{nr}')}" for nr, name in enumerate(target.key))
        return check_link_counts(rows, count, (int(total or 0), int(most or 0)), f"(SELECT {keys} FROM {final})")

    # --------------------------------------------------------------------------------------------------------- guards

    def _refusals(self) -> list[Fault]:
        return guards.refusals(self.plan, self._broken)

    def _broken(self, guard: m.Guard) -> Fault | None:
        """The fault of one guard."""
        output, name = self.outputs[guard.table], self._holds(guard)
        total = self._how_many(guard.table)[name]
        if not total:
            return None
        rows = output.rename(self.engine.arrow(output.some(name, guards.ROWS_TOLD)))
        table = self.plan.tables[guard.table]
        keys = [self.plan.column(table.name, name) for name in table.key]
        parts = [values(rows, column) for column in keys]
        told = guards.names(self.dataset, table, list(zip(*parts, strict=True)))
        return guards.refusal(guard, told, total)

    def _holds(self, guard: m.Guard) -> str:
        return self.dialect.ident(self.script.stored.physical(guard.table, guard.column))

    def _how_many(self, table: str) -> dict[str, int]:
        """How many rows of a table break each of its guards: counted for all of them in one pass."""
        if table not in self._counted:
            names = list(dict.fromkeys(self._holds(guard) for guard in self.plan.guards if guard.table == table))
            counts = self.engine.rows(self.outputs[table].how_many(names))[0]
            self._counted[table] = dict(zip(names, counts, strict=True))
        return self._counted[table]
