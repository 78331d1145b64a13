"""Parquet: typed columns, so nothing to guess and one thing to refuse: binary floats, which hold no exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quanheng.documents.tables import limits
from quanheng.engine.faults import Cell, Fault, InputRefused
from quanheng.engine.run.raw import RawTable, from_sheet

if TYPE_CHECKING:
    import pyarrow as pa


def is_large(path: Path, file: str) -> bool:
    """Whether a Parquet file has more rows than should pass through Python. Raises `InputRefused` when it is damaged."""
    import pyarrow
    from pyarrow import parquet

    try:
        return int(parquet.read_metadata(path).num_rows) > limits.PARQUET_ROWS_IN_MEMORY
    except (pyarrow.ArrowException, OSError, ValueError) as wrong:
        raise _damaged(file) from wrong


def read_parquet(path: Path, file: str) -> RawTable:
    """A Parquet file as text cells, an empty cell where a value is null. Raises `InputRefused`."""
    import pyarrow
    from pyarrow import parquet

    try:
        table = parquet.read_table(path, memory_map=True)
    except (pyarrow.ArrowException, OSError, ValueError) as wrong:
        raise _damaged(file) from wrong
    faults = [fault for name, kind in zip(table.column_names, table.schema.types, strict=True) if (fault := _refused(file, name, kind))]
    if faults:
        raise InputRefused(faults)
    columns = [_texts(column) for column in table.columns]
    rows = list(zip(*columns, strict=True)) if columns else []
    return from_sheet(table.column_names, rows, file)


def _damaged(file: str) -> InputRefused:
    return InputRefused(
        [
            Fault(
                "parquet-damaged",
                Cell(file),
                "这个文件不是完整的 Parquet 文件。",
                "This is no complete Parquet file.",
                "重新导出一次。",
                "Export it again.",
            )
        ]
    )


def _refused(file: str, name: str, kind: pa.DataType) -> Fault | None:
    from pyarrow import types

    if types.is_floating(kind):
        return Fault(
            "float-column",
            Cell(file, column=name, content=str(kind)),
            f"“{name}”列是浮点数（{kind}），会丢失位数。",
            f"Column {name} holds binary floats ({kind}); digits would be lost.",
            "存成 DECIMAL(18, 小数位数) 或文本。",
            "Store it as DECIMAL(18, digits) or as text.",
        )
    if _writer(kind) is None:
        return Fault(
            "column-type",
            Cell(file, column=name, content=str(kind)),
            f"“{name}”列的类型 {kind} 不能读。",
            f"Column {name} has the type {kind}, which cannot be read.",
            "用整数、DECIMAL、文本、布尔或日期（DATE）。",
            "Use integers, DECIMAL, text, booleans or DATE.",
        )
    return None


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    write = _writer(column.type)
    assert write is not None, "refused before"
    return [None if value is None else write(value) for value in column.to_pylist()]


def _writer(kind: pa.DataType) -> Callable[[Any], str] | None:
    """How a value of the type is written as a person would type it; None for types that hold no such values."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _writer(kind.value_type)
    if types.is_boolean(kind):
        return lambda value: "是" if value else "否"
    if types.is_decimal(kind):
        return lambda value: f"{value:f}"
    if types.is_date(kind):
        return lambda value: str(value.isoformat())
    if types.is_integer(kind) or types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind):
        return str
    return None
