"""A finished run as a folder: `results.csv` for people, `columns.parquet` and `run.json` for programs, and the scheme.

The folder holds no time and no place: the same scheme on the same data gives the same bytes, whichever executor
computed it. A locked run has a name (2026-11, 年度考核) and may be read by other schemes; its digest shows any later
change.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from quanheng import __version__
from quanheng.documents.tables.texts import REASONS, row_key
from quanheng.engine.plan.model import Column, Plan, Table
from quanheng.engine.run.model import Results
from quanheng.engine.run.present import shown_text, text
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    import pyarrow

SCHEME: Final = "scheme.md"
RESULTS: Final = "results.csv"
COLUMNS: Final = "columns.parquet"
RUN: Final = "run.json"
LAYOUT: Final = 1  # of the folder; a later version of the product says whether it can still read it

ROWS_OF_A_GROUP: Final = 2**17  # in Parquet
BOM: Final = b"\xef\xbb\xbf"

_as_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?%?")


class Entry(NamedTuple):
    """One value of a run, as `columns.parquet` holds it. `missing` is the reason when there is no value, else None."""

    table: str
    row: str
    column: str
    value: str | None
    missing: str | None


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The contents of the folder, by file name; Parquet as the entries it holds."""

    texts: Mapping[str, bytes]
    entries: list[Entry]
    run: Mapping[str, Any]


def run_files(plan: Plan, scheme_text: str, results: Results, fingerprint: str, lock: str | None) -> RunFiles:
    """Everything a run leaves behind."""
    entries = list(all_entries(plan, results))
    run = run_object(plan, left_out(plan, results.keys), len(entries), digest(entries), fingerprint, lock)
    texts = {
        SCHEME: scheme_text.encode("utf-8"),
        RESULTS: results_csv(plan, results),
        RUN: run_bytes(run),
    }
    return RunFiles(texts, entries, run)


def run_object(plan: Plan, without: Sequence[str], values: int, digested: str, fingerprint: str, lock: str | None) -> dict[str, Any]:
    """What `run.json` says. `without`: the long tables of records, which are not laid out as results."""
    run = {
        "layout": LAYOUT,
        "scheme": {"id": plan.scheme_id, "version": plan.version, "digest": plan.digest},
        "input": fingerprint,
        "engine": __version__,
        "subject": plan.subject,
        "values": values,
        "digest": digested,
        "locked": lock,
    }
    return {**run, "left_out": list(without)} if without else run


def run_bytes(run: Mapping[str, Any]) -> bytes:
    return (json.dumps(run, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def left_out(plan: Plan, held: Container[str]) -> list[str]:
    """The tables of data that have no results, though they are computed."""
    return [name for name, table in plan.tables.items() if table.origin == "data" and name not in held]


def write_run(folder: Path, files: RunFiles) -> None:
    """Write the folder; `run.json` comes last, so that a folder that has one is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COLUMNS).write_bytes(parquet_bytes(files.entries))
    for name in (SCHEME, RESULTS, RUN):
        (folder / name).write_bytes(files.texts[name])


def all_entries(plan: Plan, results: Results) -> Iterator[Entry]:
    """Every visible value: tables and columns in the order of the scheme, rows in the order of their keys."""
    for name, table in plan.tables.items():
        if table.origin == "constant" or name not in results.columns:
            continue
        held = results.columns[name]
        columns = [(column.name, _texts(held[column.name], column)) for column in visible(table) if column.name in held]
        keys = row_keys(table, results)
        for at in in_order(results.keys[name]):
            key = keys[at]
            for column, texts in columns:
                yield Entry(name, key, column, *texts[at])


def _texts(values: Sequence[Value], column: Column) -> list[tuple[str | None, str | None]]:
    """Each value as text, or the reason why it is missing. Columns repeat few values, and a fraction is dear to write."""
    made: dict[Value, tuple[str | None, str | None]] = {}
    return [
        (None, REASONS[value]) if isinstance(value, Missing) else made.get(value) or made.setdefault(value, (text(value, column), None)) for value in values
    ]


def visible(table: Table) -> list[Column]:
    """The columns people see, the key first."""
    shown = [column for column in table.columns if not column.hidden]
    return sorted(shown, key=lambda column: table.key.index(column.name) if column.name in table.key else len(table.key))


def row_keys(table: Table, results: Results) -> list[str]:
    """The key of each row as one text."""
    columns = {column.name: column for column in table.columns}
    parts = [columns[name] for name in table.key]
    return [row_key(key, parts) for key in results.keys[table.name]]


def in_order(keys: Iterable[tuple[Value, ...]]) -> list[int]:
    """The rows in the order of their keys; numbers by value, texts by code point."""
    sortable: list[Any] = [tuple((isinstance(part, Missing), part) for part in key) for key in keys]
    return sorted(range(len(sortable)), key=sortable.__getitem__)


def digest(entries: Iterable[Entry]) -> str:
    """SHA-256 of the values themselves: it does not depend on the version of the Parquet writer."""
    total = hashlib.sha256()
    for entry in entries:
        total.update(json_line(entry))
    return total.hexdigest()


def json_line(entry: Entry) -> bytes:
    """A value in the form that is digested."""
    return f"{_as_json(entry)}\n".encode()


def parquet_bytes(entries: list[Entry]) -> bytes:
    """The values as Parquet."""
    import pyarrow

    out = io.BytesIO()
    columns = list(zip(*entries, strict=True)) or [()] * len(Entry._fields)
    arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
    write_parquet(out, [pyarrow.RecordBatch.from_arrays(arrays, names=list(Entry._fields))])
    return out.getvalue()


def write_parquet(out: BinaryIO, batches: Iterable[pyarrow.RecordBatch]) -> None:
    """The values as Parquet: one fixed form, no time stamp, so that the same values give the same bytes however they came."""
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([pyarrow.field(name, pyarrow.string()) for name in Entry._fields])
    settings = {"compression": "zstd", "compression_level": 3, "version": "2.6", "use_dictionary": True, "write_statistics": False}
    with parquet.ParquetWriter(out, schema, store_schema=False, **settings) as writer:
        for group in _groups(schema, batches):
            writer.write_table(group, row_group_size=ROWS_OF_A_GROUP)


def _groups(schema: pyarrow.Schema, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.Table]:
    """The rows in groups of one size; without rows one empty group."""
    import pyarrow

    held = pyarrow.Table.from_batches([], schema)
    empty = True
    for batch in batches:
        held = pyarrow.concat_tables([held, pyarrow.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= ROWS_OF_A_GROUP:
            yield held.slice(0, ROWS_OF_A_GROUP).combine_chunks()
            held, empty = held.slice(ROWS_OF_A_GROUP), False
    if empty or held.num_rows:
        yield held.combine_chunks()


def read_entries(path: Path) -> list[Entry]:
    """The values of a run folder. Raises `OSError` or `ValueError` when the file is not what `write_run` writes."""
    import pyarrow
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except pyarrow.ArrowException as wrong:
        raise ValueError(str(path)) from wrong
    if table.column_names != list(Entry._fields) or any(kind != pyarrow.string() for kind in table.schema.types):
        raise ValueError(str(path))
    return [Entry(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def results_csv(plan: Plan, results: Results) -> bytes:
    """One row for each assessed subject, as a spreadsheet opens it: BOM, CRLF, no cell that would be computed."""
    table = plan.tables[plan.subject]
    columns = [column for column in visible(table) if column.name in results.columns[table.name]]
    texts = [_shown(results.columns[table.name][column.name], column) for column in columns]
    rows = ([column[at] for column in texts] for at in in_order(results.keys[table.name]))
    return BOM + csv_bytes([[guarded(heading(column)) for column in columns]]) + csv_bytes(rows)


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8")


def _shown(values: Sequence[Value], column: Column) -> list[str]:
    made: dict[tuple[type, Value], str] = {}
    return [made.get((type(value), value)) or made.setdefault((type(value), value), guarded(shown_text(value, column))) for value in values]


def heading(column: Column) -> str:
    """The name of a column with its unit, `应发（元）`."""
    unit = column.type.unit.written
    return f"{column.name}（{unit}）" if unit else column.name


def guarded(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.

    >>> guarded("=1+1"), guarded("-12.50"), guarded("-cmd")
    ("'=1+1", '-12.50', "'-cmd")
    """
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) and not _NUMBER.fullmatch(text) else text
