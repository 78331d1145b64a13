"""Results of a run in the form in which the engine computed them, and the two ways out: exact values, or texts.

A table whose rows are nothing but the data with a few more columns is not even read before somebody asks for it: ten
million records pass through a run without ever being laid out as a result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.run.model import REASON_SUFFIX, Results
from quanheng.engine.run.sql.stored import DIVISOR_SUFFIX
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    import pyarrow as pa

Write = Callable[[str, Path, Collection[str] | None], None]
MISSING: Final = {int(reason): reason for reason in Missing}


class Frames(Mapping[str, "pa.Table"]):
    """One Arrow table for each table of the plan: key and visible columns in physical form, in the order of the key.

    A number `x` stands in `x` (int64, or decimal128(38,0) when wide) and is `x / (10**scale * den * d)` with scale and den
    of the column's type and `d` in `x/` where it has a divisor. A column that can be missing is null there and has its
    reason in `x?`. Close it (or use it in a `with`) when done: tables that were not read yet are read from the engine."""

    def __init__(self, plan: m.Plan, engine: str, read: Callable[[str], pa.Table], write: Write, close: Callable[[], None]) -> None:
        self.plan, self.engine = plan, engine
        self._read, self._write, self._close = read, write, close
        self._tables: dict[str, pa.Table] = {}

    def __getitem__(self, table: str) -> pa.Table:
        if table not in self._tables:
            self._tables[table] = self._read(table)
        return self._tables[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.plan.tables)

    def __len__(self) -> int:
        return len(self.plan.tables)

    def __enter__(self) -> Frames:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, table: str, path: Path, columns: Collection[str] | None = None) -> None:
        """A table as a Parquet file, as it would be read, or some columns of it; millions of rows never pass through Python.
        Where names differ in the case of a letter only, the file numbers them."""
        self._write(table, path, columns)

    def close(self) -> None:
        self._close()

    def results(self) -> Results:
        """Everything as exact values, like the reference gives it."""
        keys: dict[str, list[tuple[Value, ...]]] = {}
        columns: dict[str, dict[str, list[Value]]] = {}
        for table in self.plan.tables.values():
            frame = self[table.name]
            by_name = {column.name: column for column in table.columns}
            parts = [values(frame, by_name[name]) for name in table.key]
            keys[table.name] = list(zip(*parts, strict=True))
            columns[table.name] = {column.name: values(frame, column) for column in table.columns if not column.hidden}
        return Results(keys, columns, self.engine)


def values(frame: pa.Table, column: m.Column) -> list[Value]:
    """A column out of its physical form."""
    carried: list[Any] = frame.column(column.name).to_pylist()
    if column.type.kind is Kind.NUMBER:
        assert column.type.num is not None
        unit = 10**column.type.num.scale * column.type.num.den
        if column.type.num.has_divisor:
            divisors = frame.column(column.name + DIVISOR_SUFFIX).to_pylist()
            pairs: list[Any] = list(zip(carried, divisors, strict=True))
            # equal cells share one value: a fraction is dear to make
            made = {pair: Fraction(int(pair[0]), unit * int(pair[1])) for pair in set(pairs) if pair[0] is not None}
            carried = [made.get(pair) for pair in pairs]
        else:
            made = {n: Fraction(int(n), unit) for n in set(carried) if n is not None}
            carried = [made.get(n) for n in carried]
    if not column.type.optional:
        assert None not in carried, f"{column.table}.{column.name} is missing where it cannot be"
        return carried
    reasons = frame.column(column.name + REASON_SUFFIX).to_pylist()
    return [MISSING[reason] if value is None else value for value, reason in zip(carried, reasons, strict=True)]


def carried_value(carried: Any, type_: Type) -> Value:
    """One cell out of its physical form (without divisor: entered data)."""
    if carried is None:
        return Missing.NOTHING
    if type_.num is None:
        value: Value = carried
        return value
    return Fraction(int(carried), 10**type_.num.scale * type_.num.den)
