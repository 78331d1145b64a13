"""`来自 办法 X`: a table that is read from a locked run of another scheme, never copied by hand.

The run's folder stands beside the data, in `引用/X/`. Only a locked run counts, only of that scheme, and only
unchanged: a monthly grade that promotion reads must be the one that was published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from quanheng.documents.tables.results import COLUMNS, LAYOUT, RUN, Entry, digest, read_entries
from quanheng.documents.tables.texts import REASONS
from quanheng.engine.document.model import DataColumn, DataTable
from quanheng.engine.faults import Cell, Fault, InputRefused
from quanheng.engine.run.raw import RawTable, from_sheet
from quanheng.engine.values import decimal_text

FOLDER: Final = "引用"
WORDS: Final = {name: reason.zh for reason, name in REASONS.items()}


def read_reference(folder: Path, file: str, table: DataTable) -> RawTable:
    """The rows of a declared table from the run in `folder`, or `InputRefused`. `file` names the folder in faults."""
    run = read_run(folder, file)
    if run.get("scheme", {}).get("id") != table.run_of:
        raise _refused(
            "reference-other-scheme",
            f"{file}/{RUN}",
            f"这是办法“{run.get('scheme', {}).get('id')}”的结果，“{table.name.text}”要的是办法“{table.run_of}”的。",
            f"This run is of scheme {run.get('scheme', {}).get('id')}; {table.name.text} wants one of {table.run_of}.",
            f"用 quanheng run 算出办法“{table.run_of}”，加 --lock 名称 和 --out，放到这里。",
            f"Run scheme {table.run_of} with --lock NAME --out DIR and put it here.",
        )
    if not run.get("locked"):
        raise _refused(
            "reference-not-locked",
            f"{file}/{RUN}",
            "这次结果没有锁定，只能引用锁定的结果。",
            "This run is not locked; only a locked run may be referred to.",
            "重新运行时加 --lock 名称，例如 --lock 2026-11。",
            "Run it again with --lock NAME, such as --lock 2026-11.",
        )
    entries = _entries(folder, file, run)
    return _table(entries, f"{file}/{COLUMNS}", table)


def read_run(folder: Path, file: str) -> Mapping[str, Any]:
    """`run.json` of a run's folder."""
    try:
        run = json.loads((folder / RUN).read_bytes())
    except FileNotFoundError as wrong:
        raise _refused(
            "reference-missing",
            file,
            f"没有找到引用的结果（{file}/{RUN}）。",
            f"The run referred to is not there ({file}/{RUN}).",
            "用 quanheng run … --lock 名称 --out 目录 算出来，放到这里。",
            "Make it with quanheng run … --lock NAME --out DIR.",
        ) from wrong
    except (OSError, ValueError) as wrong:
        raise _damaged(f"{file}/{RUN}") from wrong
    if not isinstance(run, dict) or run.get("layout") != LAYOUT or not isinstance(run.get("scheme"), dict):
        raise _damaged(f"{file}/{RUN}")
    return run


def _entries(folder: Path, file: str, run: Mapping[str, Any]) -> list[Entry]:
    try:
        entries = read_entries(folder / COLUMNS)
    except (OSError, ValueError) as wrong:
        raise _damaged(f"{file}/{COLUMNS}") from wrong
    if digest(entries) != run.get("digest"):
        raise _refused(
            "reference-changed",
            f"{file}/{COLUMNS}",
            "锁定以后的结果被改动过，与 run.json 里的摘要不符。",
            "The locked values were changed: they do not match the digest in run.json.",
            "用原来的结果目录；确需更正的，重新运行并锁定。",
            "Use the original folder; to correct something, run and lock it again.",
        )
    return entries


def _table(entries: list[Entry], file: str, table: DataTable) -> RawTable:
    """The rows of the run's table that has the declared name, or else of the only one with all declared columns."""
    declared = [name.text for name in table.key] + [column.name.text for column in table.columns]
    wanted = list(dict.fromkeys(declared))
    held: dict[str, dict[str, dict[str, str]]] = {}
    conversions = {column.name.text: column for column in table.columns}
    for entry in entries:
        if entry.column in wanted:
            rows = held.setdefault(entry.table, {})
            rows.setdefault(entry.row, {})[entry.column] = _text(entry, conversions.get(entry.column))
    complete = [name for name, rows in held.items() if all(set(wanted) <= row.keys() for row in rows.values())]
    name = table.name.text if table.name.text in held else complete[0] if len(complete) == 1 else ""
    if not name:
        raise _refused(
            "reference-table-missing",
            file,
            f"结果里没有“{table.name.text}”这张表。",
            f"The run has no table {table.name.text}.",
            f"数据表的名称和列名要与办法“{table.run_of}”里的一样。",
            f"Name the table and its columns as scheme {table.run_of} does.",
        )
    columns = [column for column in wanted if any(column in row for row in held[name].values())]
    rows_out = [[row.get(column, "") for column in columns] for row in held[name].values()]
    return from_sheet(columns, rows_out, file, name)


def _text(entry: Entry, column: DataColumn | None) -> str:
    """The value in the unit in which the table declares it."""
    if entry.value is None:
        return WORDS.get(entry.missing or "", "")
    if column is not None and column.kind == "number" and column.unit.written == "%":
        return decimal_text(Fraction(entry.value) * 100) + "%"
    return entry.value


def _damaged(file: str) -> InputRefused:
    return _refused(
        "reference-damaged",
        file,
        "结果文件缺损，读不了。",
        "The file of the run is damaged or missing.",
        "用原来的结果目录，或者重新运行并锁定。",
        "Use the original folder, or run and lock it again.",
    )


def _refused(code: str, file: str, zh: str, en: str, hint_zh: str, hint_en: str) -> InputRefused:
    return InputRefused([Fault(code, Cell(file), zh, en, hint_zh, hint_en)])
