"""A score sheet as a workbook: people in rows, items in columns, the bounds of every item checked while one types. Two hidden
columns bring every row back: its key, and the stamp of the sheet and the version of the scheme it was made from."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from quanheng.documents.tables.grid import Headed, letters
from quanheng.documents.tables.sheets import read_sheets

SHEET: Final = "评分表"
KEY, STAMP, NUMBER, NAME = "行键", "版本", "工号", "姓名"
FIRST: Final = 4  # the columns before the items
NOT_APPLICABLE, UNRATED = "不适用", "未评"


@dataclass(frozen=True, slots=True)
class Column:
    """An item and its bounds, as exact texts."""

    name: str
    low: str
    full: str


@dataclass(frozen=True, slots=True)
class Row:
    """A subject: the key that finds it again, and its marks by item (a figure, 未评 or 不适用; None: not on this sheet)."""

    key: str
    number: str
    name: str
    marks: Sequence[str | None]


def write_score_sheet(title: str, stamp: str, columns: Sequence[Column], rows: Sequence[Row]) -> bytes:
    """The workbook. Texts are written as texts whatever they begin with: a name like =1+1 is never computed."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"title": title, "created": datetime.datetime(2000, 1, 1)})  # no clock: same content, same bytes
        head = workbook.add_format({"bold": True, "bg_color": "#E7EEF7", "border": 1, "text_wrap": True})
        plain, closed = workbook.add_format({"align": "right"}), workbook.add_format({"bg_color": "#EEECE6"})
        sheet = workbook.add_worksheet(SHEET)
        sheet.freeze_panes(1, FIRST)
        for at, heading in enumerate([KEY, STAMP, NUMBER, NAME, *(column.name for column in columns)]):
            sheet.write_string(0, at, heading, head)
        for nr, row in enumerate(rows, 1):
            for at, text in enumerate((row.key, stamp, row.number, row.name)):
                sheet.write_string(nr, at, text)
            for at, mark in enumerate(row.marks, FIRST):
                if mark is None:
                    sheet.write_blank(nr, at, None, closed)
                elif mark in ("", UNRATED, NOT_APPLICABLE):
                    sheet.write_string(nr, at, mark, plain)
                else:
                    sheet.write_number(nr, at, Decimal(mark), plain)
        sheet.set_column(0, 1, None, None, {"hidden": True})
        sheet.set_column(2, FIRST - 1, 12)
        sheet.set_column(FIRST, FIRST + len(columns), 14)
        for at, column in enumerate(columns, FIRST):
            sheet.data_validation(1, at, max(len(rows), 1), at, _bounds(column, letters(at + 1)))
    return out.getvalue()


def _bounds(column: Column, letter: str) -> dict[str, object]:
    cell = f"{letter}2"
    return {
        "validate": "custom",
        "value": f'=OR({cell}="{UNRATED}",{cell}="{NOT_APPLICABLE}",AND(ISNUMBER({cell}),{cell}>={column.low},{cell}<={column.full}))',
        "error_title": column.name[:32],
        "error_message": f"填 {column.low}～{column.full} 的数，或者 {UNRATED}、{NOT_APPLICABLE}。",
    }


def read_score_sheet(path: Path, file: str) -> Headed | None:
    """What came back; None where the file has no such sheet. Raises `InputRefused` with all that cannot be read."""
    found = read_sheets(path, file, (SHEET,))
    return found.get(SHEET) or found.get("")


def stamps(table: Headed) -> set[str]:
    """The stamps its rows bring along; none where somebody made the table himself."""
    if STAMP not in table.columns:
        return set()
    at = table.columns.index(STAMP)
    return {row[at].strip() for row in table.rows if row[at].strip()}
