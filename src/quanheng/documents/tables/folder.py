"""The data of a run: a folder of tables, or one workbook → raw tables by name, and what was left aside.

A folder holds a file for each table (`教职工.csv`, `.xlsx`, `.parquet`), or workbooks whose sheets are named like
tables, and `引用/` with the runs of other schemes. Every wanted table comes from exactly one place; what is not used
is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from quanheng.documents.tables.delimited import read_csv
from quanheng.documents.tables.grid import Grid, Headed, headed
from quanheng.documents.tables.naming import plain
from quanheng.documents.tables.references import FOLDER as REFERENCES
from quanheng.documents.tables.references import read_reference
from quanheng.documents.tables.workbook.reader import Sheet, read_workbook
from quanheng.engine.document.model import DataTable, Scheme
from quanheng.engine.faults import Cell, Fault, InputRefused, Severity
from quanheng.engine.run.raw import RawTable, from_sheet

CSV: Final = frozenset({".csv", ".txt", ".tsv"})
WORKBOOKS: Final = frozenset({".xlsx", ".xlsm"})
PARQUET: Final = frozenset({".parquet"})
OTHER_TABLES: Final = frozenset({".xls", ".et", ".ods", ".xlsb", ".numbers", ".wps"})  # people do have these
INSTRUCTIONS: Final = "说明"


@dataclass(slots=True)
class Tables:
    """What was read. `bulk`: large Parquet files, left to the executor; `notes` are advice: files and sheets left
    aside, hidden rows that were read."""

    raw: dict[str, RawTable] = field(default_factory=dict)
    bulk: dict[str, Path] = field(default_factory=dict)
    notes: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """What a place holds for a table, before it is known whether another place holds it too."""

    where: str
    table: RawTable | Path


def read_tables(path: Path, scheme: Scheme, references: Mapping[str, Path] | None = None) -> Tables:
    """The data tables of a scheme from a folder or a workbook, or `InputRefused` with all that cannot be read.

    `references`: where the locked run of another scheme lies, by its id, when it is not in `引用/`."""
    reading = _Reading(scheme, references or {})
    if path.is_dir():
        reading.folder(path)
    else:
        reading.file(path, path.name)
    reading.refer(path if path.is_dir() else path.parent)
    return reading.tables()


class _Reading:
    def __init__(self, scheme: Scheme, references: Mapping[str, Path]) -> None:
        self.references = references
        declared = {plain(table.name.text): table for table in scheme.of(DataTable)}
        self.entered = {name: table for name, table in declared.items() if not table.run_of}
        self.referred = {name: table for name, table in declared.items() if table.run_of}
        self.found: dict[str, list[_Found]] = {}
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []

    def tables(self) -> Tables:
        for name, places in self.found.items():
            if len(places) > 1:
                self.faults.append(_twice(name, [place.where for place in places]))
        if self.faults:
            raise InputRefused(self.faults)
        taken = {name: places[0].table for name, places in self.found.items()}
        raw = {name: table for name, table in taken.items() if isinstance(table, RawTable)}
        return Tables(raw, {name: table for name, table in taken.items() if isinstance(table, Path)}, self.notes)

    def folder(self, folder: Path) -> None:
        for path in sorted(folder.iterdir()):
            if path.name.startswith((".", "~$")):  # of the system, or the lock of a workbook that is open in Excel
                continue
            if path.is_file():
                self.file(path, path.name)
            elif path.name != REFERENCES:
                self.notes.append(_aside(Cell(path.name), "这是文件夹，没有读。", "This is a folder; it was not read."))

    def refer(self, folder: Path) -> None:
        for name, table in self.referred.items():
            with self._collecting():
                where = f"{REFERENCES}/{table.run_of}"
                self._take(name, where, read_reference(self.references.get(table.run_of, folder / where), where, table))

    def file(self, path: Path, file: str) -> None:
        kind, name = path.suffix.lower(), plain(path.stem)
        if kind in WORKBOOKS:
            with self._collecting():
                self._workbook(path, file, name)
        elif kind in OTHER_TABLES:
            self.faults.append(_other_format(file, path.suffix))
        elif kind not in CSV | PARQUET:
            self.notes.append(_aside(Cell(file), "不是表格文件，没有读。", "This is no table; it was not read."))
        elif name not in self.entered:
            self.notes.append(self._unknown(Cell(file), name))
        else:
            with self._collecting():
                if kind in PARQUET:
                    from quanheng.documents.tables.columnar import is_large, read_parquet

                    self._take(name, file, path if is_large(path, file) else read_parquet(path, file))
                else:
                    self._grid(name, file, read_csv(path, file))

    def _workbook(self, path: Path, file: str, name: str) -> None:
        sheets = read_workbook(path, file, self.entered, only=name in self.entered)
        if name in self.entered and not any(each.grid for each in sheets):
            self.faults.append(_which_sheet(Cell(file)))
            return
        aside = [each.name for each in sheets if each.grid is None and _needs_no_reading(each, self.entered)]
        if to_tell := [name for name in aside if name != INSTRUCTIONS]:  # that sheet came with our own template
            listed = "、".join(to_tell)
            self.notes.append(_aside(Cell(file), f"没有读的工作表：{listed}。", f"Sheets not read: {listed}."))
        for each in sheets:
            if each.name in aside:
                continue
            if each.grid is None:
                self._left_aside(each, file)
            else:
                # the only sheet of `教职工.xlsx` may be called Sheet1
                table = plain(each.name) if plain(each.name) in self.entered else name
                self._grid(table, f"{file} 工作表 {each.name}", each.grid)

    def _left_aside(self, each: Sheet, file: str) -> None:
        at, name = Cell(file, each.name), plain(each.name)
        if name in self.entered:
            self.faults.append(_hidden(at, name) if each.hidden else _no_cells(at))
        else:
            self.notes.append(self._unknown(at, name))

    def _grid(self, name: str, where: str, grid: Grid) -> None:
        table, faults = headed(grid)
        self.faults.extend(faults)
        if table is not None:
            self.notes.extend(table.notes)
            self._take(name, where, _raw(table))
        elif not faults:
            self.faults.append(_empty(Cell(grid.file, grid.sheet), name))

    def _take(self, name: str, where: str, table: RawTable | Path) -> None:
        self.found.setdefault(name, []).append(_Found(where, table))

    def _collecting(self) -> _Collecting:
        return _Collecting(self.faults)

    def _unknown(self, at: Cell, name: str) -> Fault:
        nearest = get_close_matches(name, self.entered, 1, 0.4)
        given = "、".join(self.entered)
        return Fault(
            "not-a-table",
            at,
            f"办法里没有叫“{name}”的数据表，没有读。",
            f"The scheme has no data table “{name}”; it was not read.",
            f"是不是“{nearest[0]}”？" if nearest else f"办法要的是：{given}。",
            f"Did you mean {nearest[0]}?" if nearest else f"The scheme asks for: {given}.",
            Severity.ADVICE,
        )


def _needs_no_reading(each: Sheet, entered: Mapping[str, DataTable]) -> bool:
    """Instructions, hidden sheets and charts, unless one of them has the name of a table."""
    return plain(each.name) not in entered and (each.name.startswith(INSTRUCTIONS) or each.hidden or not each.is_cells)


class _Collecting:
    """Lets the reading go on with the next file, so that everything wrong is told at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if isinstance(error, InputRefused):
            self._faults.extend(error.faults)
        return isinstance(error, InputRefused)


def _raw(table: Headed) -> RawTable:
    return from_sheet(table.columns, table.rows, table.file, table.sheet, table.numbers)


def _twice(name: str, places: Iterable[str]) -> Fault:
    listed = "、".join(places)
    return Fault(
        "table-twice",
        Cell(name),
        f"“{name}”的数据有两份：{listed}。",
        f"There is data for {name} in several places: {listed}.",
        "只留一份。",
        "Keep one of them.",
    )


def _other_format(file: str, suffix: str) -> Fault:
    return Fault(
        "format-unsupported",
        Cell(file),
        f"不能读 {suffix} 格式。",
        f"The format {suffix} cannot be read.",
        "另存为 .xlsx 或 CSV UTF-8。",
        "Save it as .xlsx or CSV UTF-8.",
    )


def _aside(at: Cell, zh: str, en: str) -> Fault:
    return Fault("left-aside", at, zh, en, severity=Severity.ADVICE)


def _hidden(at: Cell, name: str) -> Fault:
    return Fault(
        "sheet-hidden",
        at,
        f"工作表“{name}”隐藏着，不知道该不该用。",
        f"The sheet “{name}” is hidden; it is unclear whether to use it.",
        "该用的取消隐藏，不该用的删掉。",
        "Unhide it to use it, delete it otherwise.",
    )


def _no_cells(at: Cell) -> Fault:
    return Fault(
        "sheet-without-cells",
        at,
        "这不是单元格组成的工作表（图表或对话框）。",
        "This is no sheet of cells (a chart or dialog).",
        "把数据放到普通的工作表里。",
        "Put the data into an ordinary sheet.",
    )


def _which_sheet(at: Cell) -> Fault:
    return Fault(
        "which-sheet",
        at,
        "工作簿里有几张工作表，没有一张叫数据表的名字，不知道读哪一张。",
        "The workbook has several sheets, none named like a table; it is unclear which to read.",
        "把要读的工作表改成数据表的名字，或者删掉别的工作表。",
        "Name the sheet like the table, or delete the others.",
    )


def _empty(at: Cell, name: str) -> Fault:
    return Fault(
        "sheet-empty",
        at,
        f"“{name}”是空的，连表头也没有。",
        f"{name} is empty, even the headings are missing.",
        "没有记录的，也要有一行列名。",
        "If there are no records, give the headings at least.",
    )
