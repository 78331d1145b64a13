"""A sheet as it stands, and the step from there to a table: which row is the heading, which columns it names.

CSV, Excel and Parquet all come through here, so that one table is one table whatever file it came in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from quanheng.documents.tables import limits
from quanheng.engine.faults import Cell, Fault, Severity


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose text cannot be taken: why (a code of `CELL_FAULTS`) and what stands in it."""

    code: str
    content: str


Entry = str | Unreadable


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one sheet that hold something, each with its number as Excel counts it."""

    file: str
    sheet: str
    rows: Sequence[tuple[int, Sequence[Entry]]]
    merged: Sequence[Area] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    strays: Sequence[tuple[int, int, str]] = ()  # row, column, content of cells beyond any table


@dataclass(frozen=True, slots=True)
class Headed:
    """A sheet with its heading row found: one cell for each column in every row; the rows' numbers in the sheet."""

    file: str
    sheet: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numbers: list[int]
    notes: tuple[Fault, ...] = field(default=())


CELL_FAULTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "cell-error": (
        "单元格是错误值 {content}。",
        "The cell holds the error value {content}.",
        "在表里改好公式，保存后再来。",
        "Mend the formula in the sheet and save it.",
    ),
    "digits-lost": (
        "这个数 {content} 超过 15 位有效数字，表格软件存不住，会丢失位数。",
        "The number {content} has more than 15 significant digits; a spreadsheet cannot keep them.",
        "编号、证件号：把列改成文本格式再填。公式算出的数：外面套 ROUND(…, 位数)。",
        "Identifiers: format the column as text and enter them again. Computed numbers: wrap them in ROUND(…, digits).",
    ),
    "formula-not-computed": (
        "公式还没有算出值。",
        "The formula has no computed value.",
        "用 Excel 或 WPS 打开，保存一次。",
        "Open the workbook in Excel or WPS and save it once.",
    ),
    "time-in-date": (
        "日期 {content} 带有时刻。",
        "The date {content} has a time of day.",
        "只填日期，例如 2026-03-01。",
        "Enter the day only, as 2026-03-01.",
    ),
    "time-of-day": (
        "{content} 是时刻或时长格式，不是数也不是日期。",
        "{content} is a time of day or a duration, neither a number nor a date.",
        "时长写成数，例如 7.5；日期写成 2026-03-01。",
        "Write a duration as a number such as 7.5, a day as 2026-03-01.",
    ),
    "no-such-date": (
        "没有序号为 {content} 的日期。",
        "There is no date with the serial number {content}.",
        "写成 2026-03-01 的样子。",
        "Write it as 2026-03-01.",
    ),
    "cell-damaged": (
        "单元格的内容 {content} 读不懂，文件可能损坏。",
        "The cell's content {content} cannot be understood; the file may be damaged.",
        "用 Excel 或 WPS 打开，另存一份。",
        "Open it in Excel or WPS and save a copy.",
    ),
    "lost-character": (
        "文字 {content} 里有乱码“�”，原来的字已经丢失。",
        "The text {content} contains “�”: the original character is lost.",
        "从原来的文件重新导出，编码选 UTF-8 或 GB18030。",
        "Export it again from the original file, as UTF-8 or GB18030.",
    ),
    "control-character": (
        "文字 {content} 里有看不见的控制字符。",
        "The text {content} contains an invisible control character.",
        "删掉这个单元格，重新输入。",
        "Clear the cell and type it again.",
    ),
    "cell-too-long": (
        f"单元格的文字超过 {limits.CELL_CHARACTERS} 个字。",
        f"The cell holds more than {limits.CELL_CHARACTERS} characters.",
        "把说明性的长文字放到表外。",
        "Keep long explanations out of the table.",
    ),
}


def letters(column: int) -> str:
    """The column as Excel names it.

    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def shown(content: str) -> str:
    """A cell's content inside a message: quoted, short, on one line."""
    line = " ".join(content.split())
    return f"“{line[:40]}…”" if len(line) > 40 else f"“{line}”"


def doubtful(text: str) -> Entry:
    """The text of a cell, unless part of it was lost on the way or cannot be seen."""
    if len(text) > limits.CELL_CHARACTERS:
        return Unreadable("cell-too-long", text[:100])
    if "\ufffd" in text:
        return Unreadable("lost-character", text)
    if text.isprintable():
        return text
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
        return Unreadable("control-character", "".join(sign if sign.isprintable() else "□" for sign in text))
    return text


def headed(grid: Grid) -> tuple[Headed | None, list[Fault]]:
    """The table of a sheet. Its heading row is the first row that holds anything; None when there is no table in it."""
    rows = [(number, cells) for number, cells in grid.rows if any(cells) and not _blank(cells)]
    if not rows:
        return None, list(_strays(grid))
    heading_row, heading = rows[0]
    faults = list(_merged(grid, heading_row, rows[-1][0], heading))
    if any(isinstance(fault.at, Cell) and fault.at.row <= heading_row for fault in faults):
        return None, faults  # a merged heading names no columns: what follows would only be noise
    if title := list(_title(grid, heading_row, heading, rows[1:])):
        return None, title
    names = [_name(grid, heading_row, at, cell, faults) for at, cell in enumerate(heading, 1)]
    while names and names[-1] == "":
        names.pop()
    if len(names) > limits.COLUMNS:
        faults.append(_too_wide(grid, heading_row, len(names)))

    taken: list[tuple[str, ...]] = []
    outside: set[int] = set()
    for number, cells in rows[1:]:
        taken.append(_row(grid, number, cells, names, outside, faults))
        if len(faults) >= limits.FAULTS:
            break
    faults.extend(_far_below(grid, [number for number, _ in rows]))
    faults.extend(_strays(grid))
    numbers = [number for number, _ in rows[1:]]
    notes = tuple(_hidden(grid, heading_row, rows[-1][0], names))
    return Headed(grid.file, grid.sheet, tuple(names), taken, numbers, notes), faults


def _name(grid: Grid, row: int, at: int, cell: Entry, faults: list[Fault]) -> str:
    if isinstance(cell, Unreadable):
        faults.append(unreadable(grid, row, letters(at), cell))
        return letters(at)
    return " ".join(cell.split())  # a heading may be broken over two lines


def _too_wide(grid: Grid, row: int, width: int) -> Fault:
    return Fault(
        "too-many-columns",
        Cell(grid.file, grid.sheet, row),
        f"表头有 {width} 列，最多 {limits.COLUMNS} 列。",
        f"The heading has {width} columns; the most is {limits.COLUMNS}.",
        "只留办法里要用的列。",
        "Keep the columns that the scheme uses.",
    )


def _title(grid: Grid, row: int, heading: Sequence[Entry], below: Sequence[tuple[int, Sequence[Entry]]]) -> Iterable[Fault]:
    filled = [cell for cell in heading if cell != ""]
    if len(filled) == 1 and any(sum(cell != "" for cell in cells) > 1 for _, cells in below):
        content = filled[0].content if isinstance(filled[0], Unreadable) else filled[0]
        yield Fault(
            "title-above-heading",
            Cell(grid.file, grid.sheet, row, "", content),
            f"第一行只有一格{shown(content)}，像是标题；表头应当是第一行。",
            f"The first row has one cell only, {shown(content)}, like a title; the heading must come first.",
            "删掉标题行，或者把标题移到名称以“说明”开头的工作表。",
            "Delete the title row.",
        )


def _row(grid: Grid, number: int, cells: Sequence[Entry], names: Sequence[str], outside: set[int], faults: list[Fault]) -> tuple[str, ...]:
    taken: list[str] = []
    for at, entry in enumerate(cells, 1):
        cell = entry
        name = names[at - 1] if at <= len(names) else ""
        if isinstance(cell, Unreadable):
            faults.append(unreadable(grid, number, name or letters(at), cell))
            cell = ""
        elif cell.isspace():
            cell = ""  # nobody sees a blank
        elif cell != "" and not name and at not in outside:
            outside.add(at)  # once for each column is enough
            faults.append(_outside(grid, number, letters(at), cell))
        if at <= len(names):
            taken.append(cell)
    taken.extend([""] * (len(names) - len(taken)))
    return tuple(taken)


def _outside(grid: Grid, row: int, column: str, content: str) -> Fault:
    return Fault(
        "cell-outside-table",
        Cell(grid.file, grid.sheet, row, column, content),
        f"这一列没有表头，却有内容{shown(content)}。",
        f"This column has no heading but holds {shown(content)}.",
        "给这一列写上表头，或者清除这些内容。",
        "Give the column a heading, or clear its cells.",
    )


def unreadable(grid: Grid, row: int, column: str, cell: Unreadable) -> Fault:
    """The fault of a cell whose text cannot be taken."""
    zh, en, hint_zh, hint_en = CELL_FAULTS[cell.code]
    content = shown(cell.content)
    at = Cell(grid.file, grid.sheet, row, column, cell.content)
    return Fault(cell.code, at, zh.format(content=content), en.format(content=content), hint_zh, hint_en)


def _blank(cells: Sequence[Entry]) -> bool:
    return all(isinstance(cell, str) and (not cell or cell.isspace()) for cell in cells)


def _strays(grid: Grid) -> Iterable[Fault]:
    if grid.strays:
        row, column, content = grid.strays[0]
        yield Fault(
            "cell-far-right",
            Cell(grid.file, grid.sheet, row, letters(column), content),
            f"{letters(column)}{row} 里有内容{shown(content)}，离表格很远，多半是误填。",
            f"{letters(column)}{row} holds {shown(content)}, far away from the table, most likely by accident.",
            "清除这个单元格。",
            "Clear that cell.",
        )


def _far_below(grid: Grid, numbers: Sequence[int]) -> Iterable[Fault]:
    for before, number in pairwise(numbers):
        if number - before > limits.BLANK_ROWS:
            yield Fault(
                "cell-far-below",
                Cell(grid.file, grid.sheet, number),
                f"表格到第 {before} 行为止，第 {number} 行却还有内容，多半是误填。",
                f"The table ends in row {before}, yet row {number} holds something, most likely by accident.",
                "删掉这一行，或者把它移到表格下面。",
                "Delete that row, or move it up to the table.",
            )


def _merged(grid: Grid, first: int, last: int, heading: Sequence[Entry]) -> Iterable[Fault]:
    for area in grid.merged:
        if area.top <= last and area.bottom >= first and area.left <= max(len(heading), 1):
            name = heading[area.left - 1] if area.left <= len(heading) and area.top > first else ""
            column = name if isinstance(name, str) and name else letters(area.left)
            yield Fault(
                "merged-cells",
                Cell(grid.file, grid.sheet, area.top, column, str(area)),
                f"{area} 是合并单元格，只有左上角一格有值，别的行会变成空白。",
                f"{area} is merged: only its top left cell has a value, the other rows would be blank.",
                "取消合并，每一行都填上自己的值；表头占一行，标题放到别的工作表。",
                "Unmerge it and fill in every row; keep the heading in one row and titles in another sheet.",
            )


def _hidden(grid: Grid, first: int, last: int, names: Sequence[str]) -> Iterable[Fault]:
    rows = [number for number in grid.hidden_rows if first <= number <= last]
    if rows:
        yield Fault(
            "hidden-rows",
            Cell(grid.file, grid.sheet, rows[0]),
            f"有 {len(rows)} 行隐藏着（{_spans(rows)}），照样读入。",
            f"{len(rows)} rows are hidden ({_spans(rows)}); they are read all the same.",
            "不该计入的，删掉这些行；该计入的，取消筛选或隐藏。",
            "Delete them if they should not count; unhide them if they should.",
            Severity.ADVICE,
        )
    for at in grid.hidden_columns:
        if at <= len(names) and names[at - 1]:
            yield Fault(
                "hidden-column",
                Cell(grid.file, grid.sheet, first, names[at - 1]),
                f"“{names[at - 1]}”列（{letters(at)} 列）隐藏着，照样读入。",
                f"Column “{names[at - 1]}” is hidden; it is read all the same.",
                "不该用的，删掉这一列。",
                "Delete the column if it should not be used.",
                Severity.ADVICE,
            )


def _spans(numbers: Sequence[int]) -> str:
    """3, 4, 5, 9 → 3–5、9."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    written = [f"{low}–{high}" if high > low else f"{low}" for low, high in spans[:5]]
    return "、".join(written) + ("…" if len(spans) > 5 else "")
