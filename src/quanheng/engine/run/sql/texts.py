"""All values of a run as texts, made inside DuckDB: the twin of `run.present` for millions of rows.

One row for each value — table, row, column, value, missing — in the order in which people read: by row, then by column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import INT128, Kind
from quanheng.engine.run import present
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.sql.dialect import DUCKDB
from quanheng.engine.run.sql.frames import Frames, values
from quanheng.engine.run.sql.ints import Int, Ints, Overflow, literal
from quanheng.engine.run.sql.layers import Layers, Names
from quanheng.engine.run.sql.rounding import rounded
from quanheng.engine.run.sql.stored import DIVISOR_SUFFIX
from quanheng.engine.run.sql.values import stored_range
from quanheng.engine.values import Missing

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SOURCE: Final = "values"
ROWS_AT_ONCE: Final = 2**17


def all_texts(frames: Frames) -> Iterator[pa.RecordBatch]:
    """Every visible value of every table that is not written down in the scheme itself, some rows at a time: together
    they may be a hundred times the data."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for table in frames.plan.tables.values():
            if table.origin != "constant":
                yield from table_texts(connection, table, frames[table.name])


def table_texts(connection: duckdb.DuckDBPyConnection, table: m.Table, frame: pa.Table) -> Iterator[pa.RecordBatch]:
    """The values of one table."""
    import pyarrow as pa

    shown = visible(table)
    exact = {column.name for column in shown if needs_python(table, column, frame.column_names)}
    for column in shown:
        if column.name in exact:
            written = [None if isinstance(value, Missing) else present.text(value, column)
                       for value in values(frame, column)]  # fmt: skip
            frame = frame.append_column(_text_name(column), pa.array(written, pa.string()))
    # names in Arrow may differ in the case of a letter only, which DuckDB does not tell apart
    names = Texts(table, frame.column_names)
    connection.register(SOURCE, frame.rename_columns(list(names.physical.values())))
    yield from connection.sql(names.select(shown, exact)).to_arrow_reader(ROWS_AT_ONCE)
    connection.unregister(SOURCE)


def visible(table: m.Table) -> list[m.Column]:
    """The columns people see, the key first."""
    shown = [column for column in table.columns if not column.hidden]
    return sorted(shown, key=lambda column: table.key.index(column.name) if column.name in table.key else len(table.key))


def needs_python(table: m.Table, column: m.Column, arrow_names: Sequence[str]) -> bool:
    """A ratio shown exactly may need any number of decimals, or none do; and rounding a wide ratio may take more than 128
    bits. Both are left to the one place that knows no limits."""
    if column.type.num is not None and column.type.num.is_ratio and column.digits is None:
        return True
    try:
        Texts(table, arrow_names).text(column, column.digits)
    except Overflow:
        return True
    return False


def _text_name(column: m.Column) -> str:
    return f"{column.name}~text"


class Texts:
    """Writes the SELECT that turns one table into texts."""

    def __init__(self, table: m.Table, arrow_names: Sequence[str]) -> None:
        self.table = table
        self.physical = {name: f"c{nr}" for nr, name in enumerate(arrow_names)}
        self.columns = {column.name: column for column in table.columns}
        self.layers = Layers(DUCKDB, Names(), DUCKDB.ident(SOURCE))
        self.ints = Ints(self.layers)

    def select(self, shown: Sequence[m.Column], exact: set[str]) -> str:
        texts, reasons = [], []
        for column in shown:
            texts.append(self._name(_text_name(column)) if column.name in exact else self.text(column, column.digits))
            reasons.append(self._reason(column))
        heads = ", ".join(DUCKDB.string(column.name) for column in shown)
        items = [
            f"{DUCKDB.string(self.table.name)} AS {DUCKDB.ident('table')}",
            f"{self._row()} AS {DUCKDB.ident('row')}",
            f"UNNEST([{heads}]) AS {DUCKDB.ident('column')}",
            f"UNNEST([{', '.join(texts)}]) AS {DUCKDB.ident('value')}",
            f"UNNEST([{', '.join(reasons)}]) AS {DUCKDB.ident('missing')}",
        ]
        return self.layers.select(items)

    def _name(self, name: str) -> str:
        return DUCKDB.ident(self.physical[name])

    def _row(self) -> str:
        """The key in one text: its parts joined by “/”, a “/” inside a part written “\\/”."""
        parts = [self.text(self.columns[name], None) for name in self.table.key]
        if len(parts) == 1:
            return parts[0]
        return " || '/' || ".join(f"REPLACE(REPLACE({part}, '\\', '\\\\'), '/', '\\/')" for part in parts)

    def _reason(self, column: m.Column) -> str:
        if not column.type.optional:
            return "CAST(NULL AS VARCHAR)"
        reason = self._name(column.name + REASON_SUFFIX)
        when = " ".join(f"WHEN {int(each)} THEN '{each.name.lower()}'" for each in Missing)
        return f"CASE {reason} {when} END"

    def text(self, column: m.Column, digits: int | None) -> str:
        """The value as text, with `digits` decimals or the shortest exact text."""
        name = self._name(column.name)
        match column.type.kind:
            case Kind.TEXT:
                return name
            case Kind.YESNO:
                return f"CASE WHEN {name} THEN '是' WHEN NOT {name} THEN '否' END"
            case Kind.DAY:
                return f"CAST({DUCKDB.date(name)} AS VARCHAR)"
            case Kind.MONTH:
                return f"LPAD(CAST({name} // 12 AS VARCHAR), 4, '0') || '-' || LPAD(CAST({name} % 12 + 1 AS VARCHAR), 2, '0')"
        return self._number(column, digits)

    def _number(self, column: m.Column, digits: int | None) -> str:
        num = column.type.num
        assert num is not None
        n = self._whole(column.name, *stored_range(column.type))
        if digits is None:
            return _decimal(self.ints, n, num.scale, shortest=True)
        ratio = Fraction(10) ** digits / (10**num.scale * num.den)
        d = literal(ratio.denominator)
        if num.has_divisor:
            d = self.ints.mul(d, self._whole(column.name + DIVISOR_SUFFIX, num.div_lo, num.div_hi))
        n = self.ints.times(n, ratio.numerator)
        n = rounded(self.ints, n, d, column.rounding)
        if digits < 0:
            n = self.ints.times(n, 10**-digits)
        return _decimal(self.ints, n, max(digits, 0), shortest=False)

    def _whole(self, name: str, lo: int, hi: int) -> Int:
        """A whole-number column; Arrow carries the wide ones as decimals."""
        # a column has been computed, so its numbers fit, whatever its type would allow
        column = self.ints.column(self._name(name), 0, max(lo, -INT128), min(hi, INT128))
        return replace(column, text=f"CAST({column.text} AS {self.ints.sql_type(column)})", atom=False)


def _decimal(ints: Ints, n: Int, places: int, *, shortest: bool) -> str:
    """A whole number as decimal text with the point put in."""
    if places == 0:
        return f"CAST({n.text} AS VARCHAR)"
    n = ints.once(n)
    size = ints.once(ints.abs(n))
    below = f"LPAD(CAST({ints.remainder(size, literal(10**places)).text} AS VARCHAR), {places}, '0')"
    whole = f"CAST({ints.divide(size, literal(10**places)).text} AS VARCHAR) || '.' || {below}"
    if shortest:
        whole = f"RTRIM(RTRIM({whole}, '0'), '.')"
    return whole if n.lo >= 0 else f"CASE WHEN {n.text} < 0 THEN '-' ELSE '' END || {whole}"
