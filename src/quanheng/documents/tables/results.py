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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from quanheng import __version__
from quanheng.documents.tables.texts import REASONS, row_key, shown_text
from quanheng.engine.plan.model import Column, Plan, Table
from quanheng.engine.run.model import Results
from quanheng.engine.run.present import text
from quanheng.engine.values import Missing, Value

SCHEME: Final = "scheme.md"
RESULTS: Final = "results.csv"
COLUMNS: Final = "columns.parquet"
RUN: Final = "run.json"
LAYOUT: Final = 1  # of the folder; a later version of the product says whether it can still read it

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
    run = {
        "layout": LAYOUT,
        "scheme": {"id": plan.scheme_id, "version": plan.version, "digest": plan.digest},
        "input": fingerprint,
        "engine": __version__,
        "subject": plan.subject,
        "values": len(entries),
        "digest": digest(entries),
        "locked": lock,
    }
    if left_out := [name for name, table in plan.tables.items() if table.origin == "data" and name not in results.keys]:
        run["left_out"] = left_out  # long tables of records are not laid out as results
    texts = {
        SCHEME: scheme_text.encode("utf-8"),
        RESULTS: results_csv(plan, results),
        RUN: (json.dumps(run, ensure_ascii=False, indent=2) + "\n").encode("utf-8"),
    }
    return RunFiles(texts, entries, run)


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
    total, encode = hashlib.sha256(), json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for entry in entries:
        total.update(f"{encode(entry)}\n".encode())
    return total.hexdigest()


def parquet_bytes(entries: list[Entry]) -> bytes:
    """The values as Parquet: one fixed form, no time stamp, so that the same values give the same bytes."""
    import pyarrow
    from pyarrow import parquet

    out = io.BytesIO()
    schema = pyarrow.schema([pyarrow.field(name, pyarrow.string()) for name in Entry._fields])
    columns = list(zip(*entries, strict=True)) or [()] * len(Entry._fields)
    table = pyarrow.table([pyarrow.array(column, pyarrow.string()) for column in columns], schema=schema)
    parquet.write_table(
        table,
        out,
        compression="zstd",
        compression_level=3,
        version="2.6",
        use_dictionary=True,
        write_statistics=False,
        row_group_size=2**17,
        store_schema=False,
    )
    return out.getvalue()


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
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(heading(column)) for column in columns])
    texts = [_shown(results.columns[table.name][column.name], column) for column in columns]
    writer.writerows([column[at] for column in texts] for at in in_order(results.keys[table.name]))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


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
