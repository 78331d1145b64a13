"""Tables as somebody filled them in, and the notebook of what is wrong with them, for those who bind them to a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, cast

from quanheng.engine.faults import Cell, Fault
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import INT64, Kind, Type
from quanheng.engine.run.cells import Carried, Problem
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.present import plain_text
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    import pyarrow as pa

MOST_FAULTS: Final = 200  # listed; nobody mends more before looking again

Entry = Carried | Problem


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as somebody filled it in: headings, and rows of text cells. `place` says where a row (by its number here)
    stands for people; None asks for the heading."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    place: Callable[[int | None], Cell]


def from_sheet(
    columns: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    file: str,
    sheet: str = "",
    numbers: Sequence[int] | None = None,
) -> RawTable:
    """A raw table from a sheet; `numbers` are its rows' numbers there, without them the heading stands in row 1."""

    def place(row: int | None) -> Cell:
        if row is None:
            return Cell(file, sheet)
        return Cell(file, sheet, numbers[row] if numbers is not None else row + 2)

    return RawTable(columns, rows, place)


@dataclass(slots=True)
class Findings:
    """What is wrong, told in the order in which people read: table, row, column. The wording is made only for what is
    listed: a broken file of 200,000 rows must not cost 200,000 searches for the nearest name."""

    _found: dict[tuple[int, int], list[tuple[int, int, int, Callable[[], Fault]]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, table: int, row: int, column: int, make: Callable[[], Fault]) -> None:
        self._count += 1
        kept = self._found.setdefault((table, column), [])
        if len(kept) < MOST_FAULTS:
            kept.append((table, row, column, make))

    def faults(self) -> list[Fault]:
        found = sorted((each for kept in self._found.values() for each in kept), key=lambda each: each[:3])
        listed = [make() for *_, make in found[:MOST_FAULTS]]
        more = self._count - len(listed)
        if more:
            listed.append(
                Fault(
                    "more-faults",
                    listed[-1].at,
                    f"另外还有 {more} 处错误没有列出。",
                    f"{more} more faults are not listed.",
                    "先改好上面的，再检查一次。",
                    "Mend those above and check again.",
                )
            )
        return listed


@dataclass(slots=True)
class Bound:
    """A table whose cells have been read. `values[name]` are in the order of `rows`, the numbers of raw rows
    (None: a month filled in). Cells that could not be read stay in place as `Problem`."""

    table: m.Table
    nr: int
    raw: RawTable
    values: dict[str, list[Entry]]
    rows: list[int | None]

    @property
    def inputs(self) -> list[m.Column]:
        return [column for column in self.table.columns if isinstance(column.op, m.Input)]

    def type_of(self, name: str) -> Type:
        return next(column.type for column in self.table.columns if column.name == name)

    def has(self, names: Sequence[str]) -> bool:
        return all(name in self.values for name in names)

    def keys(self, names: Sequence[str]) -> Iterator[tuple[Entry, ...]]:
        return zip(*(self.values[name] for name in names), strict=True)

    def place(self, row: int | None, column: str, content: str = "") -> Cell:
        return replace(self.raw.place(row), column=column, content=content)

    def place_of(self, number: int) -> Cell:
        """Where the row stands that has this running number."""
        return self.raw.place(self.rows[number - 1])

    def arrow(self) -> pa.Table:
        import pyarrow

        return pyarrow.table(dict(pair for column in self.inputs for pair in _carried(column, self.values[column.name])))


def entry_value(entry: Entry, kind: Type) -> Value | Problem:
    """What was read, as the value it stands for: numbers from columns of different scale can then be compared."""
    return entry if isinstance(entry, Problem) else exact(entry, kind)


def exact(carried: Carried, kind: Type) -> Value:
    if kind.num is None or isinstance(carried, Missing):
        return carried
    assert isinstance(carried, int)
    return Fraction(carried, 10**kind.num.scale)


def key_text(each: Bound, names: Sequence[str], key: Sequence[Entry]) -> str:
    return values_text(each, names, [exact(cast(Carried, part), each.type_of(name)) for name, part in zip(names, key, strict=True)])


def values_text(each: Bound, names: Sequence[str], values: Sequence[Value]) -> str:
    return "/".join(plain_text(value, each.type_of(name)) for name, value in zip(names, values, strict=True))


def _carried(column: m.Column, values: Sequence[Entry]) -> Iterator[tuple[str, pa.Array]]:
    """A column in the form `Dataset` describes."""
    import pyarrow

    present: Sequence[Any] = values
    if column.type.optional:
        present = [None if type(value) is Missing else value for value in values]
        reasons = [int(value) if isinstance(value, Missing) else None for value in values]
    if column.type.num is not None and column.type.num.magnitude > INT64:
        wide = [None if value is None else Decimal(value) for value in present]
        yield column.name, pyarrow.array(wide, pyarrow.decimal128(38, 0))
    else:
        yield column.name, pyarrow.array(present, _arrow_type(column.type.kind))
    if column.type.optional:
        yield column.name + REASON_SUFFIX, pyarrow.array(reasons, pyarrow.int8())


def _arrow_type(kind: Kind) -> pa.DataType:
    import pyarrow

    return {
        Kind.NUMBER: pyarrow.int64,
        Kind.TEXT: pyarrow.string,
        Kind.YESNO: pyarrow.bool_,
        Kind.DAY: pyarrow.int32,
        Kind.MONTH: pyarrow.int32,
    }[kind]()
