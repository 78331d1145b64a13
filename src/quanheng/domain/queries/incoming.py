"""A file of facts, read by the columns of a register: every conversion and every mistake at its place, before anything is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from quanheng.documents.tables.sheets import SheetOut, read_sheets, write_sheets
from quanheng.domain.bridge.forms import KIND, Column, columns_of, completed, form_of, row_key, validated
from quanheng.domain.bridge.read import unit_names
from quanheng.domain.journal import digest_of
from quanheng.domain.models import Person, Record, Register, RegisterAbout
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.entered import Converted, Sheet
from quanheng.domain.refusal import Wrong
from quanheng.domain.states import LIVE_RECORDS
from quanheng.engine.faults import Cell, Fault, InputRefused

LARGEST: Final = 20_000  # rows that become records of their own; more are kept as one Parquet file
PERSON: Final = ("工号", "人员编号", "员工编号", "职工号", "员工", "人员", "客户经理", "教职工")
UNIT: Final = ("机构", "部门", "单位", "学院", "科室", "信用社")
DAY: Final = ("日期", "哪一天", "发生日期")
NOTE: Final = ("说明", "备注", "内容", "发生了什么")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be written: about whom, when, what."""

    at: Cell
    person: int | None
    unit: int | None
    who: str
    day: datetime.date
    values: Mapping[str, str]
    note: str


@dataclass(slots=True)
class Incoming:
    """What a file says, read for one register."""

    register: Register
    file: str
    columns: Sequence[Column]
    rows: list[Row] = field(default_factory=list)
    conversions: list[Converted] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of everything that would be written: what was shown is what is carried out, or nothing."""
        return digest_of([[row.person, row.unit, str(row.day), dict(row.values), row.note] for row in self.rows])

    @property
    def large(self) -> bool:
        """Whether it is kept as one file instead of single records."""
        return len(self.rows) > LARGEST

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """The first day, and the day after the last."""
        days = [row.day for row in self.rows]
        return min(days), max(days) + datetime.timedelta(days=1)


def headings(register: Register) -> dict[str, tuple[str, ...]]:
    """The headings of a file for the register, each with other words for it."""
    wanted = columns_of(register)
    named = {column.name for column in wanted}
    found: dict[str, tuple[str, ...]] = {}
    if register.about == RegisterAbout.PERSON and not any(column.role == "person" for column in wanted):
        found["工号"] = tuple(word for word in PERSON if word not in named and word != "工号")
    if register.about == RegisterAbout.UNIT and not any(column.role == "unit" for column in wanted):
        found["机构"] = tuple(word for word in UNIT if word not in named and word != "机构")
    for column in wanted:
        others = PERSON if column.role == "person" else UNIT if column.role == "unit" else DAY if column.role == "day" else ()
        found[column.name] = tuple(word for word in others if word not in named and word != column.name)
    if not any(column.role in ("day", "month") for column in wanted):
        found["日期"] = tuple(word for word in DAY if word not in named and word != "日期")
    found["说明"] = tuple(word for word in NOTE if word not in named and word != "说明")
    return found


def empty(register: Register) -> bytes:
    """A workbook with nothing but the headings."""
    return write_sheets([SheetOut(register.name[:31], list(headings(register)), [])], register.name)


def read(viewer: Viewer, register: Register, path: Path, file: str, day: datetime.date) -> Incoming:
    """Read a file for a register. `day`: of rows without a day of their own."""
    found = Incoming(register, file, columns_of(register))
    try:
        tables = read_sheets(path, file, (register.name[:31],))
    except InputRefused as refused:
        found.faults.extend(refused.faults)
        return found
    aliases = headings(register)
    for table in tables.values():
        sheet = Sheet(table, aliases)
        _Rows(viewer, found, sheet, day).read()
        found.conversions.extend(sheet.conversions)
        found.faults.extend(sheet.faults)
        found.notes.extend(table.notes)
    if not found.rows and not found.faults:
        found.faults.append(
            Fault("no-rows", Cell(file), "文件里没有一行内容。", "The file has no row.", "表头下面每件事写一行。", "Write one row for each fact.")
        )
    return found


class _Rows:
    """The rows of one sheet."""

    def __init__(self, viewer: Viewer, found: Incoming, sheet: Sheet, day: datetime.date) -> None:
        self.viewer, self.found, self.sheet, self.day = viewer, found, sheet, day
        register = found.register
        self.form = form_of(register)
        self.people = {person.number: person for person in visible(viewer, Person)}
        self.names: dict[str, list[Person]] = {}
        for person in self.people.values():
            self.names.setdefault(person.name, []).append(person)
        self.units = {name: pk for pk, name in unit_names(viewer.org.pk, viewer.today).items()}
        live = Record.objects.filter(register=register, state__in=LIVE_RECORDS).exclude(row_key="")
        self.known = set(live.values_list("row_key", "day"))
        roles = {column.role: column.name for column in found.columns if column.role}
        about = RegisterAbout(register.about)
        self.person_column = roles.get("person") or ("工号" if about == RegisterAbout.PERSON else "")
        self.unit_column = roles.get("unit") or ("机构" if about == RegisterAbout.UNIT else "")
        self.day_column = roles.get("day") or ("" if "month" in roles else "日期")
        self.month_column = roles.get("month", "")

    def read(self) -> None:
        needed = [name for name in (self.person_column or self.unit_column,) if name]
        needed += [column.name for column in self.found.columns if not column.optional and not column.role]
        if not self.sheet.require(*dict.fromkeys(needed)):
            return
        for number in range(1, len(self.sheet.table.rows) + 1):
            row = self._row(number)
            if row is not None:
                self.found.rows.append(row)

    def _row(self, number: int) -> Row | None:
        before = len(self.sheet.faults)
        person, unit = self._person(number), self._unit(number)
        day = self._day(number)
        texts = {column.name: self.sheet.raw(number, column.name).strip() for column in self.found.columns if self.sheet.has(column.name)}
        note = self.sheet.raw(number, "说明").strip()
        if day is None or len(self.sheet.faults) > before:
            return None
        called = next((name for name, pk in self.units.items() if pk == unit), "")
        values = completed(self.found.columns, texts, number=person.number if person else "", unit=called, day=day)
        # the month stands in the file where it does; the day follows from it
        values |= {self.month_column: texts[self.month_column]} if texts.get(self.month_column) else {}
        try:
            kept = validated(self.form, values) if self.form.table is not None else {KIND: texts.get(KIND, "")} if texts.get(KIND) else {}
        except Wrong as wrong:
            for name, problem in wrong.problems:
                self.sheet.fault(number, name, problem.code, problem.zh, problem.en, problem.hint_zh, problem.hint_en)
            return None
        key = row_key(self.form.table, kept)
        if key and (key, day) in self.known:
            self.sheet.fault(
                number, self.person_column or self.unit_column, "row-known", f"“{key}”这一天已经有记录。", f"{key} is recorded for this day already.",
                "到这条记录上更正，或者从文件里删掉这一行。", "Correct that record, or delete this row.",
            )  # fmt: skip
            return None
        self.known.add((key, day))
        at = self.sheet.place(number, "")
        return Row(at, person.pk if person else None, unit, person.name if person else called, day, kept, note)

    def _person(self, number: int) -> Person | None:
        if not self.person_column:
            return None
        text = self.sheet.text(number, self.person_column, needed=True)
        found = self.people.get(text)
        if found is None and len(same := self.names.get(text, [])) == 1:
            found = same[0]
            self.sheet.became(number, self.person_column, text, found.number)
        if found is None and text:
            self.sheet.fault(number, self.person_column, "person-unknown", f"没有工号或姓名是“{text}”的人。", f"Nobody has the number or name {text}.",
                             "写工号；重名的人不能只写姓名。", "Write the number.")  # fmt: skip
        return found

    def _unit(self, number: int) -> int | None:
        if not self.unit_column or (self.person_column and not self.sheet.has(self.unit_column)):
            return None
        text = self.sheet.text(number, self.unit_column, needed=not self.person_column)
        if text and text not in self.units and not self.person_column:
            self.sheet.fault(number, self.unit_column, "unit-unknown", f"没有叫“{text}”的机构。", f"No unit is called {text}.",
                             "按“机构和人员”里的名称写。", "Write it as it is called in Organisation.")  # fmt: skip
        return self.units.get(text)

    def _day(self, number: int) -> datetime.date | None:
        if self.month_column and self.sheet.has(self.month_column):
            text = self.sheet.raw(number, self.month_column).strip()
            try:
                first = datetime.date.fromisoformat(f"{text[:4]}-{text[-2:]}-01")
            except ValueError:
                return self.day
            return min((first + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1), self.viewer.today)
        found = self.sheet.day(number, self.day_column, self.day) if self.day_column and self.sheet.has(self.day_column) else self.day
        if found is not None and found > self.viewer.today:
            self.sheet.fault(number, self.day_column, "day-not-yet", "日期还没有到。", "The day is in the future.",
                             "改成已经发生的日子。", "Write a day that is past.")  # fmt: skip
            return None
        return found
