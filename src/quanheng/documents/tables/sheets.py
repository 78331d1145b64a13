"""A file of tables whose scheme is the product's own (units, people): the named sheets in, and the same out again."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quanheng.documents.tables.delimited import read_csv
from quanheng.documents.tables.folder import CSV, WORKBOOKS
from quanheng.documents.tables.grid import Grid, Headed, headed
from quanheng.documents.tables.naming import plain
from quanheng.documents.tables.workbook.reader import read_workbook
from quanheng.engine.faults import Cell, Fault, InputRefused

WIDEST: Final = 40


@dataclass(frozen=True, slots=True)
class SheetOut:
    """A sheet to write: headings and rows of text; days are written as days."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str | datetime.date | None]]


def read_sheets(path: Path, file: str, wanted: Sequence[str]) -> dict[str, Headed]:
    """The wanted sheets of a workbook, or the one table of a CSV (under the name ""). Raises `InputRefused` with all that
    cannot be read."""
    kind = path.suffix.lower()
    if kind in CSV:
        grids = {"": read_csv(path, file)}
    elif kind in WORKBOOKS:
        sheets = read_workbook(path, file, wanted, only=True)
        grids = {plain(each.name) if plain(each.name) in wanted else "": each.grid for each in sheets if each.grid is not None}
    else:
        raise InputRefused([_no_table(file, path.suffix)])
    found: dict[str, Headed] = {}
    faults: list[Fault] = []
    for name, grid in grids.items():
        faults.extend(_take(found, name, grid))
    if not found and not faults:
        faults.append(_nothing(file, wanted))
    if faults:
        raise InputRefused(faults)
    return found


def _take(found: dict[str, Headed], name: str, grid: Grid) -> list[Fault]:
    table, faults = headed(grid)
    if table is not None:
        found[name] = table
    return faults


def write_sheets(sheets: Iterable[SheetOut], title: str) -> bytes:
    """A workbook of them: texts stay as typed (007 keeps its zeros), the heading stays in sight."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"title": title, "created": datetime.datetime(2000, 1, 1)})  # no clock: same content, same bytes
        head = workbook.add_format({"bold": True, "bg_color": "#E7EEF7", "border": 1})
        text, day = workbook.add_format({"num_format": "@"}), workbook.add_format({"num_format": "yyyy-mm-dd"})
        for each in sheets:
            sheet = workbook.add_worksheet(each.name)
            sheet.freeze_panes(1, 1)
            widths = [2 * len(heading) + 2 for heading in each.headings]
            for at, heading in enumerate(each.headings):
                sheet.write_string(0, at, heading, head)
            for number, row in enumerate(each.rows, 1):
                for at, value in enumerate(row):
                    if isinstance(value, datetime.date):
                        sheet.write_datetime(number, at, datetime.datetime.combine(value, datetime.time()), day)
                        widths[at] = max(widths[at], 12)
                    elif value:
                        sheet.write_string(number, at, value, text)
                        widths[at] = max(widths[at], min(2 * len(value) + 2, WIDEST))
            for at, width in enumerate(widths):
                sheet.set_column(at, at, width, text)
    return out.getvalue()


def _no_table(file: str, suffix: str) -> Fault:
    return Fault(
        "not-a-table-file",
        Cell(file),
        f"{suffix or '没有后缀的文件'}不能导入。",
        f"{suffix or 'A file without suffix'} cannot be imported.",
        "另存为 .xlsx 或 CSV UTF-8。",
        "Save it as .xlsx or CSV UTF-8.",
    )


def _nothing(file: str, wanted: Sequence[str]) -> Fault:
    listed = "”“".join(wanted)
    return Fault(
        "no-wanted-sheet",
        Cell(file),
        f"没有找到要导入的工作表，也没有内容：要的是“{listed}”。",
        f"There is no sheet to import and nothing in the file; wanted are “{listed}”.",
        "按导出的样子填，工作表的名字不要改。",
        "Fill in the file as it is exported; keep the names of the sheets.",
    )
