"""The exact reference: a plan carried out with fractions, by definition, with sorting and loops.

It decides what is right. The SQL executor computes the same plan with scaled integers and formulas of its own; the two
share no arithmetic, so that where they agree, the number is not one author's mistake. Explanations ask it cell by cell.

Whole columns are computed when first asked for, with what they stand on, in the order of the plan's steps: neither a
long plan nor a long row of periods goes through Python's stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from quanheng.engine.faults import Fault, InputRefused
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run import group, guards, money
from quanheng.engine.run.expression import BrokenPromise, OnRow, Reader, columns_read, is_yes, number, strongest
from quanheng.engine.run.model import REASON_SUFFIX, Dataset, Results
from quanheng.engine.values import Missing, Value

Name = tuple[str, str]  # table, column; the column "" stands for the rows of the table themselves
Key = tuple[Value, ...]


def run_reference(plan: m.Plan, dataset: Dataset) -> Results:
    """Carry out the whole plan, or refuse with every guard that does not hold."""
    reference = Reference(plan, dataset)
    if faults := reference.refusals():
        raise InputRefused(faults)
    return reference.results()


@dataclass(frozen=True, slots=True)
class Members:
    """Rows that take part in an operation, in its order; and those of the same group or parent that do not."""

    rows: tuple[int, ...]
    left_out: tuple[int, ...] = ()


class Reference:
    """One run. Rows of a table are counted from 0 in the order of its key."""

    def __init__(self, plan: m.Plan, dataset: Dataset) -> None:
        self.plan = plan
        self._dataset = dataset
        self._columns = {(table.name, column.name): column for table in plan.tables.values() for column in table.columns}
        self._scans = {(step.table, name): step.scan for step in plan.steps for name in step.columns if step.scan}
        self._order = {(step.table, name): nr for nr, step in enumerate(plan.steps) for name in step.columns}
        self._keys: dict[str, list[Key]] = {}
        self._row_of_key: dict[str, dict[Key, int]] = {}
        self._values: dict[Name, list[Value]] = {}
        self._by_columns: dict[tuple[str, tuple[str, ...]], dict[Key, list[int]]] = {}
        self._groups: dict[tuple[str, tuple[str, ...], str | None], dict[Key, list[int]]] = {}
        self._places: dict[Name, list[int]] = {}
        self._before: dict[str, list[int | None]] = {}

    # ------------------------------------------------------------------------------------------------- what one may ask

    def rows(self, table: str) -> range:
        """The row numbers of a table."""
        return range(len(self.keys(table)))

    def keys(self, table: str) -> Sequence[Key]:
        """The key of every row, in order."""
        self._compute([(table, "")])
        return self._keys[table]

    def row_with_key(self, table: str, key: Key) -> int | None:
        """The number of the row with this key."""
        keys = self.keys(table)
        if table not in self._row_of_key:
            self._row_of_key[table] = {key: row for row, key in enumerate(keys)}
        return self._row_of_key[table].get(key)

    def column(self, table: str, name: str) -> Sequence[Value]:
        """The value of a column on every row."""
        self._compute([(table, name)])
        return self._have(table, name)

    def cell(self, table: str, row: int, column: str) -> Value:
        return self.column(table, column)[row]

    def evaluate(self, table: str, row: int, expr: m.Expr, counted: tuple[str, int] | None = None) -> Value:
        """Any expression of the plan on a row; inside an aggregate with the counted row (table, row number)."""
        source, counted_row = counted or (table, -1)
        self._compute(self._mentioned(table, expr, source if counted else None))
        return self._read(table, expr, source if counted else None)(row, counted_row)

    def group_members(self, table: str, row: int, op: m.Over | m.Split | m.Agg | m.Get) -> Members:
        """The rows that the value of `op` on this row stands on. For `Agg` and `Get` rows of its source or target,
        with the rows that belong here but are not counted; for `Over` and `Split` the group in its order, with those
        outside `only` (nobody takes part when the row itself is outside)."""
        self._compute(self._stands_on(table, op))
        match op:
            case m.Agg():
                return self._counted(table, row, op)
            case m.Get():
                found = self._rows_led_to(table, row, op)
                return Members(() if isinstance(found, Missing) else tuple(found))
            case m.Over() | m.Split():
                mine = group.key([self._have(table, name)[row] for name in op.partition])
                inside = self._grouped(table, op.partition, op.only).get(mine, [])
                everybody = self._grouped(table, op.partition, None)[mine]
                left_out = set(everybody) - set(inside)
                rows = self._in_order(table, inside, op.order) if row not in left_out else []
                return Members(tuple(rows), tuple(sorted(left_out)))

    def results(self) -> Results:
        """Every visible column of every table. All rows are computed, whether or not somebody will ask: a column must
        be computable on every row of its table."""
        self._compute([(table, "") for table in self.plan.tables])
        self._compute(self._columns)
        return Results(
            keys={table: list(self._keys[table]) for table in self.plan.tables},
            columns={
                table.name: {column.name: list(self._have(table.name, column.name)) for column in table.columns if not column.hidden}
                for table in self.plan.tables.values()
            },
            engine="reference",
        )

    def refusals(self) -> list[Fault]:
        """One fault for each guard that is broken, in the order of the plan.

        A guard may be what keeps a negative pool out of a split, or a missing mark out of a condition. What a broken
        guard lets through can spoil the computing of the others; those are left for the next attempt.
        """
        spoiled: list[BrokenPromise] = []

        def broken(guard: m.Guard) -> Fault | None:
            try:
                values = self.column(guard.table, guard.column)
            except BrokenPromise as promise:
                spoiled.append(promise)
                return None
            rows = [row for row, value in enumerate(values) if value is True]
            keys = [self._keys[guard.table][row] for row in rows[: guards.ROWS_TOLD]]
            told = guards.names(self._dataset, self.plan.tables[guard.table], keys)
            return guards.refusal(guard, told, len(rows)) if rows else None

        faults = guards.refusals(self.plan, broken)
        if spoiled and not faults:
            raise spoiled[0]
        return faults

    # ---------------------------------------------------------------------------------------------- what stands on what

    def _compute(self, wanted: Iterable[Name]) -> None:
        """Compute what is not there yet, and before it what it stands on, in the order of the plan's steps."""
        missing = self._missing_from(wanted)
        for name in sorted(missing, key=lambda each: self._order.get(each, -1)):
            if name in self._values:
                continue  # came with the other columns of its scan
            if name in self._order:
                self._compute_column(*name)
        for table, column in missing:
            self._have(table, column) if column else self._have_rows(table)

    def _missing_from(self, wanted: Iterable[Name]) -> set[Name]:
        found: set[Name] = set()
        todo = [name for name in wanted if not self._has(name)]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(each for each in self._below(*name) if each not in found and not self._has(each))
        return found

    def _has(self, name: Name) -> bool:
        return name in self._values if name[1] else name[0] in self._keys

    def _below(self, table: str, column: str) -> list[Name]:
        """What must be there before the column (or, for "", before the rows of the table) can be."""
        definition = self.plan.tables[table]
        if not column:
            owner = definition.source if definition.origin == "distinct" else table
            assert owner is not None
            return [(owner, name) for name in definition.key if definition.origin == "distinct"]
        names: list[Name] = [(table, "")]
        scan = self._scans.get((table, column))
        for each in scan.columns if scan else (column,):
            names += self._stands_on(table, self._columns[table, each].op)
        if scan:
            names += [(table, each) for each in (*scan.columns, *scan.entity, scan.period)]
        return [name for name in names if name != (table, column)]

    def _stands_on(self, table: str, op: m.Op) -> list[Name]:
        match op:
            case m.Input():
                return []
            case m.Row() | m.Scanned():
                return self._mentioned(table, op.expr, None)
            case m.Get():
                keys = [pair for theirs, own in op.on for pair in ((op.target, theirs), (table, own))]
                return [(op.target, ""), (op.target, op.column), *keys]
            case m.Agg():
                keys = [pair for theirs, own in op.on for pair in ((op.source, theirs), (table, own))]
                read = [name for part in (op.value, op.where) if part for name in self._mentioned(table, part, op.source)]
                return [(op.source, ""), *keys, *read]
            case m.Over():
                own = (*op.partition, *(key.column for key in op.order), op.only, op.value)
            case m.Split():
                own = (*op.partition, *(key.column for key in op.order), op.only, op.pool, op.weight, op.cap)
        return [(table, ""), *((table, name) for name in own if name is not None)]

    def _mentioned(self, table: str, expr: m.Expr, source: str | None) -> list[Name]:
        names: list[Name] = [(table, "")]
        for node in columns_read(expr):
            if isinstance(node, m.Col) and node.theirs:
                assert source is not None
                names.append((source, node.name))
            else:
                names.append((table, node.name))
        return names

    # -------------------------------------------------------------------------------------------------- rows and inputs

    def _have_rows(self, table: str) -> list[Key]:
        if table not in self._keys:
            definition = self.plan.tables[table]
            match definition.origin:
                case "data":
                    columns = [self._entered(definition, name) for name in definition.key]
                    self._keys[table] = list(zip(*columns, strict=True))
                    for name, column in zip(definition.key, columns, strict=True):
                        self._values[table, name] = column
                case "constant":
                    self._lay_out_constant(definition)
                case "distinct":
                    self._lay_out_distinct(definition)
            keys = self._keys[table]
            in_order = all(a < b for a, b in pairwise(keys))
            assert in_order, f"keys of {table} repeat or are out of order"
        return self._keys[table]

    def _lay_out_constant(self, table: m.Table) -> None:
        inputs = [column.name for column in table.columns if isinstance(column.op, m.Input)]
        places = [inputs.index(name) for name in table.key]
        rows = sorted(table.rows, key=lambda row: tuple(row[place] for place in places))
        self._keys[table.name] = [tuple(row[place] for place in places) for row in rows]
        for place, name in enumerate(inputs):
            self._values[table.name, name] = [row[place] for row in rows]

    def _lay_out_distinct(self, table: m.Table) -> None:
        assert table.source is not None
        columns = [self._have(table.source, name) for name in table.key]
        # A row that does not say where it belongs makes no group of its own: links never lead to a missing key.
        keys = sorted({key for key in zip(*columns, strict=True) if not any(type(part) is Missing for part in key)})
        self._keys[table.name] = keys
        for place, name in enumerate(table.key):
            self._values[table.name, name] = [key[place] for key in keys]

    def _have(self, table: str, name: str) -> list[Value]:
        """The values of a column that has been computed or entered."""
        if (table, name) not in self._values:
            self._have_rows(table)  # brings the columns of constant and distinct tables, and the key of the others
        if (table, name) not in self._values:
            column = self._columns[table, name]
            assert isinstance(column.op, m.Input), f"{table}.{name} is read before it is computed: check the plan's steps"
            self._values[table, name] = self._entered(self.plan.tables[table], name)
        return self._values[table, name]

    def _entered(self, table: m.Table, name: str) -> list[Value]:
        """An input column out of its carried form. Equal cells share one value: a fraction is dear to make."""
        kind = self._columns[table.name, name].type
        arrow = self._dataset.tables[table.name]
        carried: list[Any] = arrow.column(name).to_pylist()
        values: dict[Any, Value] = {each: each for each in set(carried)}
        if kind.num is not None:
            assert not kind.num.is_ratio, "entered numbers have a known number of decimals"
            unit = 10**kind.num.scale
            values = {each: Fraction(int(each), unit) for each in values if each is not None}
        if not kind.optional:
            return [values[each] for each in carried]
        reasons = arrow.column(name + REASON_SUFFIX).to_pylist()
        return [Missing(reason) if each is None else values[each] for each, reason in zip(carried, reasons, strict=True)]

    # ------------------------------------------------------------------------------------------------------- operations

    def _compute_column(self, table: str, name: str) -> None:
        op = self._columns[table, name].op
        count = len(self._have_rows(table))
        match op:
            case m.Input():
                self._have(table, name)
                return
            case m.Scanned():
                self._scan(self._scans[table, name])
                return
            case m.Row():
                read = self._read(table, op.expr, None)
                values = [read(row, -1) for row in range(count)]
            case m.Get():
                values = self._get(table, op)
            case m.Agg():
                values = self._agg(table, op)
            case m.Over():
                values = self._over(table, op)
            case m.Split():
                values = self._split(table, op)
        self._values[table, name] = values

    def _read(self, table: str, expr: m.Expr, source: str | None) -> OnRow:
        theirs = None if source is None else lambda name: self._have(source, name)
        before = None if self.plan.tables[table].period is None else self._periods_before(table)
        return Reader(lambda name: self._have(table, name), theirs, before).read(expr)

    def _scan(self, scan: m.Scan) -> None:
        """Period by period, and in a period column by column: nothing looks further back than it has been computed."""
        table, count = scan.table, len(self._have_rows(scan.table))
        growing: dict[str, list[Value]] = {name: [Missing.NOTHING] * count for name in scan.columns}
        reader = Reader(
            lambda name: growing[name] if name in growing else self._have(table, name),
            before=self._periods_before(table),
        )
        work: list[tuple[list[Value], OnRow]] = []
        for name in scan.columns:
            op = self._columns[table, name].op
            assert isinstance(op, m.Scanned)
            work.append((growing[name], reader.read(op.expr)))
        periods: Sequence[Any] = self._have(table, scan.period)
        for row in sorted(range(count), key=lambda each: periods[each]):
            for values, read in work:
                values[row] = read(row, -1)
        for name in scan.columns:
            self._values[table, name] = growing[name]

    def _periods_before(self, table: str) -> list[int | None]:
        """For each row the row of the same entity one period earlier."""
        if table not in self._before:
            definition = self.plan.tables[table]
            place = definition.key.index(definition.period or "")
            rows = {key: row for row, key in enumerate(self._have_rows(table))}
            self._before[table] = [rows.get((*key[:place], _earlier(key[place]), *key[place + 1 :])) for key in rows]
        return self._before[table]

    def _rows_led_to(self, table: str, row: int, op: m.Get | m.Agg) -> list[int] | Missing:
        """The rows of the target or source whose columns equal mine; a part of mine that is missing says why there is
        none."""
        key = tuple(self._have(table, own)[row] for _, own in op.on)
        if any(type(part) is Missing for part in key):
            return strongest(key)
        source = op.target if isinstance(op, m.Get) else op.source
        return self._rows_by(source, tuple(theirs for theirs, _ in op.on)).get(key, [])

    def _rows_by(self, table: str, columns: tuple[str, ...]) -> dict[Key, list[int]]:
        """The rows of a table by what stands in some columns; rows where one of them is missing are nobody's."""
        if (table, columns) not in self._by_columns:
            found: dict[Key, list[int]] = {}
            if not columns:
                found[()] = list(range(len(self._have_rows(table))))
            else:
                for row, key in enumerate(zip(*(self._have(table, name) for name in columns), strict=True)):
                    if not any(type(part) is Missing for part in key):
                        found.setdefault(key, []).append(row)
            self._by_columns[table, columns] = found
        return self._by_columns[table, columns]

    def _get(self, table: str, op: m.Get) -> list[Value]:
        values, result = self._have(op.target, op.column), list[Value]()
        for row in range(len(self._have_rows(table))):
            found = self._rows_led_to(table, row, op)
            if isinstance(found, Missing):
                result.append(found)
            else:
                assert len(found) <= 1, f"{op.target}: a key that leads to {len(found)} rows"
                result.append(values[found[0]] if found else Missing.NOTHING)
        return result

    def _agg(self, table: str, op: m.Agg) -> list[Value]:
        where = self._read(table, op.where, op.source) if op.where else None
        value = self._read(table, op.value, op.source) if op.value else None
        looks_at_me = any(not (isinstance(node, m.Col) and node.theirs) for part in (op.value, op.where) if part for node in columns_read(part))
        known: dict[int, Value] = {}  # by the list of rows: all who share one, and do not look at themselves, share the result
        result: list[Value] = []
        for row in range(len(self._have_rows(table))):
            found = self._rows_led_to(table, row, op)
            rows = [] if isinstance(found, Missing) else found
            if looks_at_me or not rows:
                result.append(self._aggregated(op, row, rows, where, value))
            else:
                if id(rows) not in known:
                    known[id(rows)] = self._aggregated(op, row, rows, where, value)
                result.append(known[id(rows)])
        return result

    def _aggregated(self, op: m.Agg, row: int, rows: Sequence[int], where: OnRow | None, value: OnRow | None) -> Value:
        counted = rows if where is None else [each for each in rows if is_yes(where(row, each))]
        if op.kind == "count":
            return Fraction(len(counted))
        assert value is not None, f"{op.kind} of what?"
        return group.aggregate(op.kind, [value(row, each) for each in counted], op.missing)

    def _counted(self, table: str, row: int, op: m.Agg) -> Members:
        found = self._rows_led_to(table, row, op)
        rows = [] if isinstance(found, Missing) else found
        where = self._read(table, op.where, op.source) if op.where else None
        value = self._read(table, op.value, op.source) if op.value else None
        skips = op.missing == "skip" and value is not None
        counted = [
            each for each in rows if (where is None or where(row, each) is True) and not (skips and value is not None and type(value(row, each)) is Missing)
        ]
        taken = set(counted)
        return Members(tuple(counted), tuple(each for each in rows if each not in taken))

    def _grouped(self, table: str, partition: tuple[str, ...], only: str | None) -> dict[Key, list[int]]:
        if (table, partition, only) not in self._groups:
            groups: dict[Key, list[int]] = {}
            columns = [self._have(table, name) for name in partition]
            inside = self._have(table, only) if only else None
            for row in range(len(self._have_rows(table))):
                if inside is None or inside[row] is True:
                    groups.setdefault(group.key([column[row] for column in columns]), []).append(row)
            self._groups[table, partition, only] = groups
        return self._groups[table, partition, only]

    def _in_order(self, table: str, rows: Sequence[int], order: Sequence[m.Key]) -> list[int]:
        """The rows by the keys of the order; where those leave it open, by the table's key (that is: by row number)."""
        ordered = sorted(rows)
        for key in reversed(order):  # sorting keeps the order of equals, so the last key goes first
            places = self._place(table, key.column)
            ordered.sort(key=places.__getitem__, reverse=key.descending)
            assert not ordered or places[ordered[0]] >= 0 <= places[ordered[-1]], f"{key.column}: no order for missing values"
        return ordered

    def _place(self, table: str, name: str) -> list[int]:
        """For each row the place of its value among the different values of the column; -1 where it is missing."""
        if (table, name) not in self._places:
            values: list[Any] = self._have(table, name)
            different = {value for value in values if type(value) is not Missing}
            if self._columns[table, name].type.kind is Kind.NUMBER:
                # by the whole part first: whole numbers compare many times faster than fractions
                ordered = sorted(different, key=lambda value: (value.numerator // value.denominator, value))
            else:
                ordered = sorted(different)
            place = {value: nr for nr, value in enumerate(ordered)}
            self._places[table, name] = [-1 if type(value) is Missing else place[value] for value in values]
        return self._places[table, name]

    def _over(self, table: str, op: m.Over) -> list[Value]:
        result: list[Value] = [Missing.EXEMPT] * len(self._have_rows(table))
        values = self._have(table, op.value) if op.value else []
        for members in self._grouped(table, op.partition, op.only).values():
            ordered = self._in_order(table, members, op.order)
            match op.kind:
                case "rowno":
                    numbers: Iterable[Value] = [Fraction(nr) for nr in range(1, len(ordered) + 1)]
                case "rank_high" | "rank_low" | "dense":
                    numbers = self._ranks(table, ordered, op)
                case "prev":
                    numbers = [Missing.NOTHING, *(values[row] for row in ordered[:-1])]
                case "next":
                    numbers = [*(values[row] for row in ordered[1:]), Missing.NOTHING]
                case "cumsum":
                    numbers = group.running_sums([values[row] for row in ordered])
                case "run":
                    numbers = group.runs([values[row] for row in ordered])
            for row, value in zip(ordered, numbers, strict=True):
                result[row] = value
        return result

    def _ranks(self, table: str, ordered: Sequence[int], op: m.Over) -> list[Value]:
        """Rows that the order does not tell apart share their place: the best, the last, or the number of the place."""
        columns = [self._place(table, key.column) for key in op.order]
        ranks: list[Value] = []
        for nr, (_, tied) in enumerate(groupby(ordered, key=lambda row: [column[row] for column in columns]), 1):
            size = len(list(tied))
            rank = {"rank_high": len(ranks) + 1, "rank_low": len(ranks) + size, "dense": nr}[op.kind]
            ranks += [Fraction(rank)] * size
        return ranks

    def _split(self, table: str, op: m.Split) -> list[Value]:
        result: list[Value] = [Missing.EXEMPT] * len(self._have_rows(table))
        pools, weights = self._have(table, op.pool), self._have(table, op.weight)
        limits = self._have(table, op.cap) if op.cap else None
        for members in self._grouped(table, op.partition, op.only).values():
            ordered = self._in_order(table, members, op.order)
            units, *others = {number(pools[row]) / op.unit for row in ordered}
            claims = [number(weights[row]) for row in ordered]
            caps = None if limits is None else [number(limits[row]) // op.unit for row in ordered]
            if others or units.denominator != 1 or units < 0 or min([*claims, *(caps or ())]) < 0:
                raise BrokenPromise(f"{op.pool} cannot be shared by {op.weight}: pools and weights are checked before")
            parts = money.split(units.numerator, claims, op.remainder, op.all_zero, caps, op.over_cap)
            for row, part in zip(ordered, parts, strict=True):
                result[row] = part * op.unit
        return result


def _earlier(period: Value) -> Value:
    assert isinstance(period, int | Fraction)
    return period - 1
