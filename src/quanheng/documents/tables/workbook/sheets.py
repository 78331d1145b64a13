"""The parts of a workbook, streamed: which sheets there are, shared texts, number formats, and the rows of a sheet."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO, Final, NamedTuple

from quanheng.documents.tables import limits
from quanheng.documents.tables.grid import Area, Entry, Unreadable, doubtful
from quanheng.documents.tables.workbook.cells import Shown, iso_day, number_text, shown_as
from quanheng.documents.tables.workbook.xml import RELATION_IDS, RELATION_KINDS, Reader, Unsound

MORE_COLUMNS: Final = 16_384

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class OverLimit(Exception):
    """The sheet holds more than a table may."""


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet as the workbook lists it. `part` is the member of the archive; "" when it is no sheet of cells."""

    name: str
    hidden: bool
    part: str


class Row(NamedTuple):
    """A row that holds something."""

    number: int
    cells: list[Entry]


class Workbook:
    """An opened archive: its sheets and what all of them share."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        main = self._main_part()
        listing = _Listing()
        listing.consume(self._open(main))
        targets = self._targets(main)
        self.since_1904 = listing.since_1904
        self.never_computed = listing.never_computed
        self.sheets = [
            SheetInfo(name, hidden, targets.get(relation, ("", ""))[1] if _is(targets, relation, "worksheet") else "")
            for name, hidden, relation in listing.sheets
        ]
        if len({sheet.name for sheet in self.sheets}) != len(self.sheets):
            raise Unsound
        self.shared = self._shared(targets)
        self.formats = self._formats(targets)

    def sheet(self, info: SheetInfo, budget: Budget) -> SheetReader:
        return SheetReader(self, budget, self._open(info.part))

    def _open(self, part: str) -> IO[bytes]:
        try:
            return self.archive.open(part)
        except KeyError as wrong:
            raise Unsound from wrong

    def _main_part(self) -> str:
        for kind, part in self._targets("").values():
            if kind == "officeDocument":
                return part
        raise Unsound

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (last word of its kind, member of the archive). Links out of the archive are left aside."""
        folder, base = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations not in self.archive.namelist():
            return {}
        reader = _Relations()
        reader.consume(self._open(relations))
        return {relation: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")) for relation, kind, target in reader.found}

    def _shared(self, targets: dict[str, tuple[str, str]]) -> list[Entry]:
        for kind, part in targets.values():
            if kind == "sharedStrings":
                reader = _SharedTexts()
                reader.consume(self._open(part))
                return reader.texts
        return []

    def _formats(self, targets: dict[str, tuple[str, str]]) -> list[Shown]:
        for kind, part in targets.values():
            if kind == "styles":
                reader = _Styles()
                reader.consume(self._open(part))
                return [shown_as(number, reader.codes.get(number)) for number in reader.used]
        return []


def _is(targets: dict[str, tuple[str, str]], relation: str, kind: str) -> bool:
    return relation in targets and targets[relation][0] == kind


class Budget:
    """What the sheets of one workbook may hold together."""

    def __init__(self) -> None:
        self.cells = limits.CELLS
        self.characters = limits.TEXT_CHARACTERS

    def spend(self, text_length: int) -> None:
        self.cells -= 1
        self.characters -= text_length
        if self.cells < 0 or self.characters < 0:
            raise OverLimit


class _Relations(Reader):
    def __init__(self) -> None:
        super().__init__({"Relationship": self._relationship}, {})
        self.found: list[tuple[str, str, str]] = []

    def _relationship(self, attributes: dict[str, str]) -> None:
        space, _, kind = attributes.get("Type", "").rpartition("/")
        if attributes.get("TargetMode") != "External" and space in RELATION_KINDS:
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


class _Listing(Reader):
    def __init__(self) -> None:
        super().__init__({"sheet": self._sheet, "workbookPr": self._properties, "calcPr": self._calculation}, {})
        self.sheets: list[tuple[str, bool, str]] = []
        self.since_1904 = False
        self.never_computed = False

    def _sheet(self, attributes: dict[str, str]) -> None:
        relation = next((attributes[key] for key in RELATION_IDS if key in attributes), "")
        self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", relation))

    def _properties(self, attributes: dict[str, str]) -> None:
        self.since_1904 = _true(attributes.get("date1904"))

    def _calculation(self, attributes: dict[str, str]) -> None:
        # Programs that do not calculate say so here: the values beside the formulas are placeholders.
        self.never_computed = _true(attributes.get("fullCalcOnLoad")) or attributes.get("calcCompleted") in (
            "0",
            "false",
        )


class _SharedTexts(Reader):
    """`si` elements: the text is that of all `t` inside, except those of a reading aid (`rPh`)."""

    def __init__(self) -> None:
        super().__init__({"rPh": self._begin_aid}, {"t": self._run, "rPh": self._end_aid, "si": self._item}, frozenset({"t"}))
        self.texts: list[Entry] = []
        self._runs: list[str] = []
        self._aid = False
        self._left = limits.TEXT_CHARACTERS

    def _begin_aid(self, _: dict[str, str]) -> None:
        self._aid = True

    def _end_aid(self, _: str) -> None:
        self._aid = False

    def _run(self, text: str) -> None:
        if not self._aid:
            self._runs.append(text)

    def _item(self, _: str) -> None:
        whole = "".join(self._runs)
        self._runs.clear()
        self._left -= len(whole)
        if self._left < 0 or len(self.texts) >= limits.CELLS:
            raise OverLimit
        self.texts.append(_text(whole))


class _Styles(Reader):
    def __init__(self) -> None:
        super().__init__({"numFmt": self._format, "cellXfs": self._begin_used, "xf": self._use}, {"cellXfs": self._end_used})
        self.codes: dict[int, str] = {}
        self.used: list[int] = []
        self._inside = False

    def _format(self, attributes: dict[str, str]) -> None:
        self.codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")

    def _begin_used(self, _: dict[str, str]) -> None:
        self._inside = True

    def _end_used(self, _: str) -> None:
        self._inside = False

    def _use(self, attributes: dict[str, str]) -> None:
        if self._inside:
            self.used.append(_whole(attributes.get("numFmtId", "0")))


class SheetReader(Reader):
    """The rows of one sheet. `rows()` streams them; the rest is complete when it has ended."""

    def __init__(self, workbook: Workbook, budget: Budget, member: IO[bytes]) -> None:
        super().__init__(
            {
                "row": self._begin_row,
                "c": self._begin_cell,
                "f": self._formula_begins,
                "rPh": self._begin_aid,
                "mergeCell": self._merge,
                "col": self._columns,
            },
            {"v": self._value_ends, "t": self._run, "rPh": self._end_aid, "c": self._end_cell, "row": self._end_row},
            frozenset({"v", "t"}),
        )
        self._workbook, self._budget, self._member = workbook, budget, member
        self.merged: list[Area] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.strays: list[tuple[int, int, str]] = []  # row, column, content of cells far to the right
        self._ready: list[Row] = []
        self._number = self._column = 0
        self._number_text = "0"
        self._row: list[Entry] = []
        self._hidden = self._formula = self._aid = False
        self._kind, self._style, self._value, self._inline = "n", "0", "", ""
        self._formats: dict[str, Shown] = {}

    def rows(self) -> Iterator[Row]:
        with self._member as member:
            for _ in self.feed(member):
                yield from self._ready
                self._ready.clear()

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = _whole(attributes["r"]) if "r" in attributes else self._number + 1
        if not self._number < number <= limits.ROWS:
            raise Unsound
        self._number, self._number_text, self._column, self._row = number, str(number), 0, []
        self._hidden = "hidden" in attributes and _true(attributes["hidden"])

    def _end_row(self, _: str) -> None:
        if self._row:
            self._ready.append(Row(self._number, self._row))
            if self._hidden:
                self.hidden_rows.append(self._number)
            self._row = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        else:
            letters = reference.rstrip("0123456789")
            if reference[len(letters) :] != self._number_text:
                raise Unsound
            column = _column(letters)
        if not self._column < column <= MORE_COLUMNS:
            raise Unsound
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._value = self._inline = ""
        self._formula = self._aid = False

    def _formula_begins(self, _: dict[str, str]) -> None:
        self._formula = True

    def _value_ends(self, text: str) -> None:
        self._value = text

    def _begin_aid(self, _: dict[str, str]) -> None:
        self._aid = True

    def _end_aid(self, _: str) -> None:
        self._aid = False

    def _run(self, text: str) -> None:
        if not self._aid:
            self._inline += text

    def _end_cell(self, _: str) -> None:
        entry = self._entry()
        if entry == "":
            return
        self._budget.spend(len(entry) if isinstance(entry, str) else 0)
        if self._column > limits.COLUMNS:
            if len(self.strays) < limits.FAULTS:
                content = entry if isinstance(entry, str) else entry.content
                self.strays.append((self._number, self._column, content[:100]))
            return
        if gap := self._column - 1 - len(self._row):
            self._row.extend([""] * gap)
        self._row.append(entry)

    def _merge(self, attributes: dict[str, str]) -> None:
        self.merged.append(_area(attributes.get("ref", "")))

    def _columns(self, attributes: dict[str, str]) -> None:
        if _true(attributes.get("hidden")):
            low, high = _whole(attributes.get("min")), _whole(attributes.get("max"))
            self.hidden_columns.extend(range(low, min(high, low + limits.COLUMNS, MORE_COLUMNS) + 1))

    def _entry(self) -> Entry:
        value, kind = self._value, self._kind
        if self._formula and kind != "e" and (self._workbook.never_computed or not (value or kind == "str")):
            return Unreadable("formula-not-computed", value)
        match kind:
            case "s":
                return self._workbook.shared[self._index(value)] if value else ""
            case "n":
                return number_text(value, self._shown(), since_1904=self._workbook.since_1904) if value else ""
            case "inlineStr":
                return _text(self._inline)
            case "str":
                return _text(value)
            case "b":
                return {"1": "是", "0": "否", "true": "是", "false": "否"}.get(value, Unreadable("cell-damaged", value))
            case "e":
                return Unreadable("cell-error", value)
            case "d":
                return iso_day(value)
        raise Unsound

    def _shown(self) -> Shown:
        shown = self._formats.get(self._style)
        if shown is None:
            known, number = self._workbook.formats, _whole(self._style)
            shown = self._formats[self._style] = known[number] if number < len(known) else "plain"
        return shown

    def _index(self, value: str) -> int:
        index = _whole(value)
        if index >= len(self._workbook.shared):
            raise Unsound
        return index


def _text(text: str) -> Entry:
    """The text of a cell; `_x000D_` stands for a character that XML cannot hold."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return doubtful(text)


@cache
def _column(name: str) -> int:
    if not (0 < len(name) <= 3 and name.isascii() and name.isalpha() and name.isupper()):
        raise Unsound
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _area(reference: str) -> Area:
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) not in (1, 2) or corners[0] is None or corners[-1] is None:
        raise Unsound
    first, last = corners[0], corners[-1]
    return Area(int(first[2]), _column(first[1]), int(last[2]), _column(last[1]))


def _whole(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Unsound
    return int(text)


def _true(text: str | None) -> bool:
    return text in ("1", "true", "on")
