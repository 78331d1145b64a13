"""One run: the data bound, the script carried out statement by statement, links and guards checked, results read."""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Mapping
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
    return Frames(plan, engine.name, run.read, engine.close)


class Run:
    """One run in one engine."""

    def __init__(self, plan: m.Plan, dataset: Dataset, engine: Engine) -> None:
        self.plan, self.counts = with_link_counts(plan, dataset)
        self.dataset, self.engine, self.dialect = dataset, engine, engine.dialect
        also = frozenset((count.link.target, count.column) for count in self.counts)
        self.script = script(self.plan, self.dialect, also)
        self.outputs: Mapping[str, Output] = outputs(self.plan, self.script)
        self._fetched: dict[str, pa.Table] = {}

    def carry_out(self) -> None:
        entered = bind(self.engine, self.plan, self.script, self.dataset)
        for relation in self.script.relations:
            self._make(relation)
            if relation.eager:
                self._fetched[relation.at[0]] = self._fetch(relation.at[0])
        if faults := [fault for count in self.counts for fault in self._links(entered[count.source], count)]:
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
        self.engine.make(relation.name, relation.select, kept=relation.kept)

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

    def _fetch(self, table: str) -> pa.Table:
        output = self.outputs[table]
        return output.rename(self.engine.arrow(output.select))

    # ---------------------------------------------------------------------------------------------------------- links

    def _links(self, rows: Entered, count: LinkCount) -> list[Fault]:
        import pyarrow.compute as pc

        target, quote = self.plan.tables[count.link.target], self.dialect.ident
        counted = self._fetched[target.name].column(count.column)
        total, most = pc.sum(counted).as_py() or 0, pc.max(counted).as_py() or 0
        keys = ", ".join(f"{quote(self.script.stored.physical(target.name, name))} AS {quote(f'~k{nr}')}" for nr, name in enumerate(target.key))
        known = f"(SELECT {keys} FROM {quote(self.script.final(target.name).name)})"
        return check_link_counts(rows, count, (int(total), int(most)), known)

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
            name = self.dialect.ident(self.script.stored.physical(guard.table, guard.column))
            total = self.engine.count(output.how_many(name))
            if total:
                rows = output.rename(self.engine.arrow(output.some(name, guards.ROWS_TOLD)))
        if not total:
            return None
        table = self.plan.tables[guard.table]
        keys = [self.plan.column(table.name, name) for name in table.key]
        parts = [values(rows.slice(0, guards.ROWS_TOLD), column) for column in keys]
        told = guards.names(self.dataset, table, list(zip(*parts, strict=True)))
        return guards.refusal(guard, told, total)
