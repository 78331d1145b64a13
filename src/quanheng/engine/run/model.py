"""Data going into a run and results coming out: the contract between binder, executors, explanations and writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from quanheng.engine.faults import Cell
    from quanheng.engine.values import Value

REASON_SUFFIX = "?"  # the column that says why a value of the column before is null


@dataclass(frozen=True, slots=True)
class Dataset:
    """Checked input. One Arrow table per data table of the plan, columns in plan order, carried as:

    number int64 (value × 10**scale of the column; decimal128(38,0) when wider) · text string · yes/no bool · day int32
    (since 1970-01-01) · month int32 (year*12+month-1). Optional columns are null where missing and have a companion
    `<name>?` int8 with the `Missing` reason (null where present). Rows are sorted by the table's key, keys are unique, links
    lead somewhere, values lie in the declared ranges. `fingerprint`: SHA-256 over the content, independent of file
    form and row order. `places`: of tables whose rows have no key but a running number, where the row of a number stands
    for people; it belongs to no fingerprint."""

    tables: Mapping[str, pa.Table]
    fingerprint: str
    places: Mapping[str, Callable[[int], Cell]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """Every visible column of every table as exact values. `tables[name]` has the key columns first, in key order; for each
    column the list of values in the order of `keys[name]`. A number is a `Fraction`."""

    keys: Mapping[str, list[tuple[Value, ...]]]
    columns: Mapping[str, Mapping[str, list[Value]]]
    engine: str = ""
    notes: tuple[str, ...] = field(default=())
