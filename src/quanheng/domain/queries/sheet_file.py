"""A score sheet out to a workbook, and what a workbook that came back would change, cell by cell."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from quanheng.documents.tables import score_sheet as files
from quanheng.domain.models import Missing
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.sheets import Grid, Line, Square, grid
from quanheng.domain.refusal import Refusal
from quanheng.domain.words import say
from quanheng.engine.faults import Cell
from quanheng.engine.run.cells import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that the workbook would change."""

    line: Line
    square: Square
    old: str
    new: str
    missing: str


@dataclass(frozen=True, slots=True)
class Left:
    """A cell that is not taken, with its place in the file and the reason."""

    line: Line
    square: Square
    entry: str
    reason: str
    at: Cell


@dataclass(slots=True)
class Difference:
    """A workbook beside the sheet as it stands: what changes, what is refused, what has no place."""

    grid: Grid
    stamped: bool
    changes: list[Change] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)  # that match nobody
    columns: list[str] = field(default_factory=list)  # that are no item of the sheet
    same: int = 0


def stamp_of(found: Grid) -> str:
    """What the rows of a workbook have to bring back: the version of the scheme, and the sheet."""
    version = found.cycle.version
    return f"{version.digest[:16]} {found.sheet.pk} {version.label}"


def export(viewer: Viewer, sheet_id: int, *, own: bool = False) -> tuple[str, bytes]:
    """The name of the file and the workbook."""
    found = grid(viewer, sheet_id, own=own)
    columns = [files.Column(item.name, item.low, item.full) for item in found.items]
    rows = [
        files.Row(line.subject.row_key, line.number, line.name, [_out(square, barred=line.bar is not None) for square in line.squares])
        for line in found.lines
    ]
    title = f"{found.cycle.title}{found.sheet.get_part_display()}"
    return f"{title}.xlsx", files.write_score_sheet(title, stamp_of(found), columns, rows)


def _out(square: Square, *, barred: bool) -> str | None:
    if not square.mine or barred:
        return None
    return square.value or (files.NOT_APPLICABLE if square.missing == Missing.NOT_APPLICABLE else "")


def compare(found: Grid, path: Path, file: str) -> Difference:
    """What the workbook would change on the sheet as it stands. An empty cell changes nothing; 未评 takes a mark back."""
    table = files.read_score_sheet(path, file)
    if table is None:
        raise Refusal("文件里没有“评分表”这张表。", "The file has no sheet named 评分表.")
    stamps = files.stamps(table)
    _require_same(found, stamps)
    difference = Difference(found, bool(stamps))
    places = {_flat(item.name): at for at, item in enumerate(found.items)}
    columns = [places.get(_flat(heading)) for heading in table.columns]
    known = {files.KEY, files.STAMP, files.NUMBER, files.NAME}
    difference.columns.extend(heading for heading, at in zip(table.columns, columns, strict=True) if at is None and heading and heading not in known)
    if all(at is None for at in columns):
        raise Refusal("没有一列是这张表的项目，第一行要写项目的名称。", "No column is an item of this sheet; the first row names the items.")
    lines = Finding(found.lines, table.columns)
    readers = [item.reader() for item in found.items]
    for row, number in zip(table.rows, table.numbers, strict=True):
        line = lines.of(row)
        if line is None:
            difference.rows.append(say(f"第 {number} 行：{lines.said(row)}", f"row {number}: {lines.said(row)}"))
            continue
        for at, text in zip(columns, row, strict=True):
            if at is not None and text.strip():
                _one(difference, line, line.squares[at], text.strip(), readers[at](text.strip()), Cell(file, table.sheet, number, found.items[at].name, text))
    return difference


def _one(difference: Difference, line: Line, square: Square, text: str, read: str | Problem, at: Cell) -> None:
    old = square.value or (files.NOT_APPLICABLE if square.missing == Missing.NOT_APPLICABLE else files.UNRATED)
    wanted = text if text in (files.NOT_APPLICABLE, files.UNRATED) else read
    if wanted == old:
        difference.same += 1
    elif not square.mine or line.bar is not None:
        difference.refused.append(Left(line, square, text, line.bar.text if line.bar is not None else say("不归这张表评", "not on this sheet"), at))
    elif isinstance(wanted, Problem):
        difference.refused.append(Left(line, square, text, say(wanted.zh, wanted.en), at))
    elif wanted == files.NOT_APPLICABLE and not square.item.type.optional:
        difference.refused.append(Left(line, square, text, say("办法没有写这一项可缺", "the scheme does not let this be missing"), at))
    else:
        missing = {files.NOT_APPLICABLE: str(Missing.NOT_APPLICABLE), files.UNRATED: str(Missing.UNRATED)}.get(wanted, "")
        difference.changes.append(Change(line, square, old, wanted, missing))


def _require_same(found: Grid, stamps: set[str]) -> None:
    """A workbook of another version of the scheme, or of another sheet, is not taken: its items may mean something else."""
    digest, sheet, label = stamp_of(found).split(" ", 2)
    for stamp in sorted(stamps):
        made_with, made_for, version = [*stamp.split(" ", 2), "", ""][:3]
        if made_with != digest:
            raise Refusal(
                f"这份表按办法的另一版（{version}）导出，现在用的是 {label}。请重新导出再填。",
                f"The workbook was made under another version of the scheme ({version}); now it is {label}. Export it again.",
            )
        if made_for != sheet:
            raise Refusal("这是另一张评分表的文件。", "The workbook belongs to another score sheet.")


class Finding:
    """The line of a row: by its hidden key, else by the number, else by a name that only one person has."""

    def __init__(self, lines: list[Line], columns: tuple[str, ...]) -> None:
        self.at = {name: columns.index(name) for name in (files.KEY, files.NUMBER, files.NAME) if name in columns}
        self.keys = {line.subject.row_key: line for line in lines}
        self.numbers = {line.number: line for line in lines if line.number}
        names: dict[str, list[Line]] = {}
        for line in lines:
            names.setdefault(_flat(line.name), []).append(line)
        self.names = {name: found[0] for name, found in names.items() if len(found) == 1}

    def of(self, row: tuple[str, ...]) -> Line | None:
        """Whose row it is; None when nobody's."""
        key, number, name = (self._text(row, each) for each in (files.KEY, files.NUMBER, files.NAME))
        return self.keys.get(key) or self.numbers.get(number) or (self.names.get(_flat(name)) if not key and not number else None)

    def said(self, row: tuple[str, ...]) -> str:
        """How a row calls itself."""
        return f"{self._text(row, files.NUMBER)} {self._text(row, files.NAME)}".strip()

    def _text(self, row: tuple[str, ...], name: str) -> str:
        return row[self.at[name]].strip() if name in self.at else ""


def _flat(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
