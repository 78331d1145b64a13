"""A workbook read in another process, which may run out of memory or time without taking this one with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import quanheng
from quanheng.documents.tables import limits
from quanheng.documents.tables.grid import Area, Entry, Grid, Unreadable
from quanheng.documents.tables.workbook.package import guard
from quanheng.engine.faults import Cell, Fault, InputRefused

CHILD: Final = "quanheng.documents.tables.workbook.child"
OUT_OF_MEMORY: Final = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as listed: `grid` is None when it was not read."""

    name: str
    hidden: bool
    is_cells: bool
    grid: Grid | None


def read_workbook(path: Path, file: str, wanted: Iterable[str], *, only: bool = False) -> list[Sheet]:
    """Every sheet of a workbook, with the cells of the wanted ones. Raises `InputRefused` when it cannot be read whole.

    `only`: when no sheet has a wanted name, the one sheet there is."""
    with path.open("rb") as opened:
        guard(opened, file)
        question = json.dumps({"wanted": sorted(wanted), "only": only})
        return _put_together(_answer(opened, question, file), file)


def _answer(opened: IO[bytes], question: str, file: str) -> Iterator[Any]:
    # The child sees this package and the standard library, nothing of the folder it is started in.
    environment = {"PYTHONPATH": str(Path(quanheng.__file__).parents[1]), "PYTHONUTF8": "1"}
    child = subprocess.Popen(  # noqa: S603 - our own module, and the question is JSON
        [sys.executable, "-P", "-S", "-B", "-m", CHILD, question],
        stdin=opened,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=os.sep,
    )
    assert child.stdout is not None
    patience = threading.Timer(limits.CHILD_PATIENCE_SECONDS, child.kill)
    patience.start()
    done = ended = False
    try:
        for line in child.stdout:
            message = json.loads(line) if line.endswith(b"\n") else {}
            done = message == {"done": True}
            if not done and message:
                yield message
        ended = True
    finally:
        if not ended:
            child.kill()
        child.stdout.close()
        status = child.wait()
        patience.cancel()
    if not done:
        raise InputRefused([_gave_up(file, status)])


def _put_together(messages: Iterator[Any], file: str) -> list[Sheet]:
    listed: list[tuple[str, bool, bool]] = []
    grids: dict[str, Grid] = {}
    name, rows = "", list[tuple[int, list[Entry]]]()
    refused: InputRefused | None = None
    for message in messages:
        match message:
            case [int(number), list(cells)]:
                rows.append((number, [cell if isinstance(cell, str) else Unreadable(*cell) for cell in cells]))
            case {"refused": code}:  # before the others: it names its sheet too
                refused = InputRefused([_refused(file, message["sheet"], code)])
            case {"sheets": sheets}:
                listed = [(sheet, hidden, is_cells) for sheet, hidden, is_cells in sheets]
            case {"sheet": begun}:
                name, rows = begun, []
            case {"merged": merged, "hidden_rows": hidden, "hidden_columns": columns, "strays": strays}:
                areas = [Area(*area) for area in merged]
                grids[name] = Grid(file, name, rows, areas, hidden, columns, [tuple(stray) for stray in strays])
    if refused is not None:
        raise refused
    return [Sheet(sheet, hidden, is_cells, grids.get(sheet)) for sheet, hidden, is_cells in listed]


def _refused(file: str, sheet: str, code: str) -> Fault:
    if code == "too-many-cells":
        return Fault(
            code,
            Cell(file, sheet),
            f"内容超过 {limits.CELLS // 10_000} 万格，不当作填报表读。",
            f"There are more than {limits.CELLS} cells; that is no table to fill in.",
            "大批明细存成 CSV 或 Parquet。",
            "Store bulk data as CSV or Parquet.",
        )
    return Fault(
        code,
        Cell(file, sheet),
        "这个文件的内部结构不正常，可能没有存完整。",
        "The inner structure of this file is not sound; it may not have been saved completely.",
        "用 Excel 或 WPS 打开，另存一份。",
        "Open it in Excel or WPS and save a copy.",
    )


def _gave_up(file: str, status: int) -> Fault:
    if status < 0 or status == OUT_OF_MEMORY:
        return Fault(
            "workbook-too-costly",
            Cell(file),
            "读这个工作簿要用的内存或时间超过限度，已经停下，什么都没有读入。",
            "Reading this workbook took more memory or time than it may; nothing was taken from it.",
            "把数据复制到新的工作簿里再保存；大批明细存成 CSV 或 Parquet。",
            "Copy the data into a new workbook; store bulk data as CSV or Parquet.",
        )
    return Fault(
        "workbook-reader-failed",
        Cell(file),
        "读这个工作簿的时候出了意外，什么都没有读入。",
        "Something unexpected happened while reading this workbook; nothing was taken from it.",
        "用 Excel 或 WPS 打开，另存一份再试。",
        "Open it in Excel or WPS, save a copy and try again.",
    )
