"""All values of a run as texts, made inside DuckDB: the twin of `run.present` for millions of rows.

For programs one row for each value — table, row, column, value, missing — in the order in which people read: by row, then
by column. For people one row for each row of a table, as a spreadsheet shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
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
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    import pyarrow as pa

SOURCE: Final = "values"
ROWS_AT_ONCE: Final = 2**17


def all_texts(frames: Frames, without: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
    """Every visible value of every table that is not written down in the scheme itself, some rows at a time: together
    they may be a hundred times the data. The tables `without` are not even read."""
    for table in frames.plan.tables.values():
        if table.origin != "constant" and table.name not in without:
            yield from _batches(table, frames[table.name], Texts.entries, Texts.exact, _exact)


def shown_texts(table: m.Table, frame: pa.Table) -> Iterator[pa.RecordBatch]:
    """What people read of a table: a column of texts for each visible column, some rows at a time."""
    yield from _batches(table, frame, Texts.rows, Texts.shown, present.shown_text)


def _exact(value: Value, column: m.Column) -> str | None:
    return None if isinstance(value, Missing) else present.text(value, column)


def _batches(
    table: m.Table,
    frame: pa.Table,
    select: Callable[[Texts, Sequence[m.Column]], str],
    write: Callable[[Texts, m.Column], str],
    written: Callable[[Value, m.Column], str | None],
) -> Iterator[pa.RecordBatch]:
    """The rows of a SELECT over a table. `write` puts a value into SQL, `written` does the same where SQL cannot."""
    import duckdb
    import pyarrow as pa

    shown = visible(table)
    beyond = {column.name for column in shown if needs_python(table, column, frame.column_names, write)}
    for column in shown:
        if column.name in beyond:
            texts = [written(value, column) for value in values(frame, column)]
            frame = frame.append_column(_text_name(column), pa.array(texts, pa.string()))
    # names in Arrow may differ in the case of a letter only, which DuckDB does not tell apart
    names = Texts(table, frame.column_names, beyond)
    with duckdb.connect(":memory:") as connection:
        connection.register(SOURCE, frame.rename_columns(list(names.physical.values())))
        yield from connection.sql(select(names, shown)).to_arrow_reader(ROWS_AT_ONCE)


def visible(table: m.Table) -> list[m.Column]:
    """The columns people see, the key first."""
    shown = [column for column in table.columns if not column.hidden]
    return sorted(shown, key=lambda column: table.key.index(column.name) if column.name in table.key else len(table.key))


def needs_python(table: m.Table, column: m.Column, arrow_names: Sequence[str], write: Callable[[Texts, m.Column], str]) -> bool:
    """A ratio shown exactly may need any number of decimals, or none do; and rounding a wide ratio may take more than 128
    bits. Both are left to the one place that knows no limits."""
    if column.type.num is not None and column.type.num.is_ratio and column.digits is None:
        return True
    try:
        write(Texts(table, arrow_names), column)
    except Overflow:
        return True
    return False


def _text_name(column: m.Column) -> str:
    return f"{column.name}~text"


class Texts:
    """Writes the SELECT that turns one table into texts."""

    def __init__(self, table: m.Table, arrow_names: Sequence[str], beyond: Collection[str] = ()) -> None:
        """`beyond`: the columns whose texts were made before and stand beside them."""
        self.table = table
        self.physical = {name: f"c{nr}" for nr, name in enumerate(arrow_names)}
        self.columns = {column.name: column for column in table.columns}
        self.beyond = beyond
        self.layers = Layers(DUCKDB, Names(), DUCKDB.ident(SOURCE))
        self.ints = Ints(self.layers)

    def entries(self, columns: Sequence[m.Column]) -> str:
        """The SELECT of one row for each value."""
        heads = ", ".join(DUCKDB.string(column.name) for column in columns)
        texts = ", ".join(self.exact(column) for column in columns)
        reasons = ", ".join(self._reason(column) for column in columns)
        items = [
            f"{DUCKDB.string(self.table.name)} AS {DUCKDB.ident('table')}",
            f"{self._row()} AS {DUCKDB.ident('row')}",
            f"UNNEST([{heads}]) AS {DUCKDB.ident('column')}",
            f"UNNEST([{texts}]) AS {DUCKDB.ident('value')}",
            f"UNNEST([{reasons}]) AS {DUCKDB.ident('missing')}",
        ]
        return self.layers.select(items)

    def rows(self, columns: Sequence[m.Column]) -> str:
        """The SELECT of one row for each row, its columns named by their places."""
        return self.layers.select([f"{self.shown(column)} AS {DUCKDB.ident(f't{nr}')}" for nr, column in enumerate(columns)])

    def exact(self, column: m.Column) -> str:
        """The value as programs read it."""
        return self._name(_text_name(column)) if column.name in self.beyond else self.text(column, column.digits)

    def shown(self, column: m.Column) -> str:
        """The value as people read it: percentages with their sign, a missing value as its word."""
        if column.name in self.beyond:
            return self._name(_text_name(column))
        text = self._number(column, column.digits, percent=True) if present.is_percentage(column) else self.text(column, column.digits)
        if not column.type.optional:
            return text
        words = " ".join(f"WHEN {int(each)} THEN {DUCKDB.string(each.zh)}" for each in Missing)
        return f"CASE {self._name(column.name + REASON_SUFFIX)} {words} ELSE {text} END"

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

    def _number(self, column: m.Column, digits: int | None, *, percent: bool = False) -> str:
        num = column.type.num
        assert num is not None
        n = self._whole(column.name, *stored_range(column.type))
        if digits is None:
            return self._written(n, num.scale, percent=percent, shortest=True)
        ratio = Fraction(10) ** digits / (10**num.scale * num.den)
        d = literal(ratio.denominator)
        if num.has_divisor:
            d = self.ints.mul(d, self._whole(column.name + DIVISOR_SUFFIX, num.div_lo, num.div_hi))
        n = self.ints.times(n, ratio.numerator)
        n = rounded(self.ints, n, d, column.rounding)
        return self._written(n, digits, percent=percent, shortest=False)

    def _written(self, n: Int, places: int, *, percent: bool, shortest: bool) -> str:
        """n / 10**places, or a hundred times that with its sign."""
        places -= 2 * percent
        if places < 0:
            n, places = self.ints.times(n, 10**-places), 0
        text = _decimal(self.ints, n, places, shortest=shortest)
        return f"{text} || '%'" if percent else text

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
