"""Units and people as a workbook: what a file says, compared with the house; and the house written out so that it reads back.

Two sheets. 机构: one row for each unit, what holds from its day. 人员: one row for each post, or for a person without one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from quanheng.documents.tables.grid import shown
from quanheng.documents.tables.sheets import SheetOut, read_sheets, write_sheets
from quanheng.domain import journal
from quanheng.domain.models import Person, Post, PostKind, PostStanding, Unit, UnitKind, UnitPlace
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.house import kept
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.queries.entered import WHOLE, Converted, Sheet, percent_text
from quanheng.engine.faults import Cell, Fault, InputRefused

Words = Mapping[str, Sequence[str]]

UNITS, PEOPLE = "机构", "人员"
UNIT_COLUMNS: Final = {
    "机构代码": ("代码", "部门代码", "单位代码", "机构编号", "部门编号"),
    "机构名称": ("名称", "部门名称", "单位名称", "部门", "机构"),
    "种类": ("类别", "机构种类", "机构类型", "类型"),
    "上级": ("上级机构", "上级代码", "上级部门", "隶属"),
    "自": ("开始", "起", "生效日期", "成立日期"),
}
PEOPLE_COLUMNS: Final = {
    "工号": ("人员编号", "职工号", "员工编号", "编号"),
    "姓名": ("名字",),
    "拼音": ("姓名拼音",),
    "机构": ("部门", "单位", "所在部门", "所在单位", "机构代码", "部门代码"),
    "岗位": ("职务", "岗位名称"),
    "岗位类别": ("岗位等级", "类别", "岗级"),
    "主兼": ("主兼岗", "岗位性质"),
    "在岗情况": ("状态", "在岗状态", "人员状态"),
    "份额": ("工作量占比", "占比"),
    "自": ("开始", "起", "任职日期", "生效日期", "入职日期"),
    "至": ("结束", "止", "至(不含)", "结束日期"),
    "文号": ("依据", "文件"),
}
KINDS: Final[Words] = {
    UnitKind.ROOT: ("单位", "Organisation"), UnitKind.DEPARTMENT: ("部门", "处室", "科室", "Department"), UnitKind.COLLEGE: ("学院", "院系", "College"),
    UnitKind.BRANCH: ("基层机构", "分支机构", "分局", "网点", "Branch"), UnitKind.TEAM: ("班组", "车间", "班级", "Team"), UnitKind.PROJECT: ("项目", "Project"),
}  # fmt: skip
POST_KINDS: Final[Words] = {
    PostKind.MAIN: ("主岗", "主", "主职", "Main post"), PostKind.SECOND: ("兼岗", "兼", "兼职", "Second post"),
    PostKind.PROJECT: ("项目岗", "项目", "Project post"),
}  # fmt: skip
STANDINGS: Final[Words] = {
    PostStanding.ON_POST: ("在岗", "在职", "上岗", "On post"), PostStanding.WAITING: ("待岗", "Waiting for a post"),
    PostStanding.RETIRED_INTERNALLY: ("内退", "内部退养", "Internally retired"), PostStanding.SECONDED: ("借调", "外借", "Seconded"),
    PostStanding.OFF_POST: ("离岗（在册）", "离岗", "离岗在册", "Off post, on roll"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a row of 机构 asks for. `change`: new, moved, or same."""

    at: Cell
    code: str
    name: str
    kind: str
    parent: str  # by code; "" for the root
    since: datetime.date
    change: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class PostRow:
    """What a row of 人员 asks for. `change`: new, post, name, or same; `before`: what stands now."""

    at: Cell
    number: str
    name: str
    sounds: str
    unit: str  # by code; "" when the row has no post
    since: datetime.date
    until: datetime.date | None
    content: Mapping[str, Any]
    kind: str
    change: str
    before: str = ""


@dataclass(slots=True)
class Roster:
    """What a file says, compared with the house as it stands."""

    file: str
    units: list[UnitRow] = field(default_factory=list)
    people: list[PostRow] = field(default_factory=list)
    conversions: list[Converted] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many rows change something."""
        return sum(change != "same" for change in [*(row.change for row in self.units), *(row.change for row in self.people)])

    @property
    def digest(self) -> str:
        """Of everything that would be written: what was shown is what is carried out, or nothing."""
        units = [[row.code, row.name, row.kind, row.parent, str(row.since), row.change, row.before] for row in self.units]
        people = [
            [row.number, row.name, row.sounds, row.unit, str(row.since), str(row.until), _told(row.content), row.kind, row.change]
            for row in self.people
        ]
        return journal.digest_of([units, people])


def _told(content: Mapping[str, object]) -> dict[str, str]:
    return {key: str(each) for key, each in content.items()}


def read(viewer: Viewer, path: Path, file: str, day: datetime.date) -> Roster:
    """Compare a file with the house. `day`: from when rows without a day of their own hold."""
    roster = Roster(file)
    try:
        tables = read_sheets(path, file, (UNITS, PEOPLE))
    except InputRefused as refused:
        roster.faults.extend(refused.faults)
        return roster
    reading = _Reading(viewer, roster, day)
    for name, table in sorted(tables.items(), key=lambda item: item[0] == PEOPLE):  # units first: people work in them
        people = name == PEOPLE or (name != UNITS and any(column in ("工号", *PEOPLE_COLUMNS["工号"]) for column in table.columns))
        sheet = Sheet(table, PEOPLE_COLUMNS if people else UNIT_COLUMNS)
        (reading.people if people else reading.units)(sheet)
        roster.conversions.extend(sheet.conversions)
        roster.faults.extend(sheet.faults)
        roster.notes.extend(table.notes)
    return roster


class _Reading:
    def __init__(self, viewer: Viewer, roster: Roster, day: datetime.date) -> None:
        self.viewer, self.roster, self.day = viewer, roster, day
        self.kept = None if viewer.system else set(kept(viewer))
        self.there = {unit.code: unit for unit in visible_units(viewer)}
        self.placed: dict[str, list[UnitPlace]] = {}
        for row in UnitPlace.objects.filter(unit__org=viewer.org).select_related("unit", "parent").order_by("since"):
            self.placed.setdefault(row.unit.code, []).append(row)
        self.named: dict[str, set[str]] = {}
        for code, rows in self.placed.items():
            if rows[-1].until is None:
                self.named.setdefault(rows[-1].name, set()).add(code)
        self.new: dict[str, UnitRow] = {}

    # ------------------------------------------------------------------------------------------------------- units

    def units(self, sheet: Sheet) -> None:
        if not sheet.require("机构代码", "机构名称"):
            return
        every = range(1, len(sheet.table.rows) + 1)
        codes = {row: sheet.text(row, "机构代码", needed=True) for row in every}
        names = {row: sheet.text(row, "机构名称", needed=True) for row in every}
        for row in every:  # before parents are looked for: a unit may stand below one further down
            if codes[row] and codes[row] not in self.there:
                self.named.setdefault(names[row], set()).add(codes[row])
        seen: dict[tuple[str, datetime.date | None], int] = {}
        for row in every:
            since = sheet.day(row, "自", self._since(codes[row]))
            if (codes[row], since) in seen:
                before = sheet.table.numbers[seen[codes[row], since] - 1]
                sheet.fault(row, "机构代码", "house-row-twice", f"和第 {before} 行是同一个。", f"The same as row {before}.", "只留一行。", "Keep one row.")
                continue
            seen[codes[row], since] = row
            if codes[row] and names[row] and since is not None:
                self._unit(sheet, row, codes[row], names[row], since, set(codes.values()))
        self.roster.units = list(_parents_first(self.roster.units))

    def _since(self, code: str) -> datetime.date:
        """Without a day: an existing unit from when it is as it is, a new one from the day of the import."""
        return self.day if code not in self.placed else self.placed[code][-1].since

    def _unit(self, sheet: Sheet, row: int, code: str, name: str, since: datetime.date, codes: set[str]) -> None:
        unit = self.there.get(code)
        kind = sheet.choice(row, "种类", KINDS, unit.kind if unit else UnitKind.DEPARTMENT)
        current = self._on(code, since)
        parent = self._code(sheet, row, "上级", codes) if sheet.has("上级") else (current.parent.code if current and current.parent else "")
        if parent is None:
            return
        if unit is not None and kind != unit.kind:
            zh, en = "机构的种类定下来就不改。", "The kind of a unit does not change."
            sheet.fault(row, "种类", "house-kind-differs", zh, en, "另设一个机构。", "Found another unit.")
        if not parent and (unit is None or unit.kind != UnitKind.ROOT):
            sheet.fault(row, "上级", "house-value-missing", "这一格不能空着。", "This cell must not be empty.")
            return
        same = current is not None and current.name == name and (current.parent.code if current.parent else "") == parent
        before = f"{current.name}（{current.parent.code if current.parent else ''}）" if current is not None and not same else ""
        change = "new" if unit is None else "same" if same else "moved"
        written = UnitRow(sheet.place(row, "机构代码", code), code, name, kind, parent, since, change, before)
        self.roster.units.append(written)
        if unit is None:
            self.new.setdefault(code, written)

    def _on(self, code: str, day: datetime.date) -> UnitPlace | None:
        return next((row for row in self.placed.get(code, ()) if row.since <= day and (row.until is None or row.until > day)), None)

    def _code(self, sheet: Sheet, row: int, column: str, codes: set[str]) -> str | None:
        """The code that a cell means, by code or by name; None with a fault when it means none."""
        text = sheet.text(row, column)
        if not text or text in self.there or text in codes or text in self.new:
            return text
        found = self.named.get(text, set())
        if len(found) == 1:
            code = next(iter(found))
            sheet.became(row, column, sheet.raw(row, column), code)
            return code
        if found:
            sheet.fault(
                row, column, "house-unit-ambiguous", f"叫{shown(text)}的机构有 {len(found)} 个。", f"{len(found)} units are called {shown(text)}.",
                f"写代码：{'、'.join(sorted(found))}。", f"Give the code: {', '.join(sorted(found))}.",
            )  # fmt: skip
        else:
            sheet.fault(row, column, "house-unit-unknown", f"没有代码或名称是{shown(text)}的机构。", f"No unit has the code or name {shown(text)}.",
                        "先在“机构”表里写上，或者改正。", "Enter it in the sheet 机构 first, or correct it.")  # fmt: skip
        return None

    # ------------------------------------------------------------------------------------------------------ people

    def people(self, sheet: Sheet) -> None:
        if not sheet.require("工号", "姓名"):
            return
        everybody = {person.number: person for person in Person.objects.filter(org=self.viewer.org)}
        posts: dict[int, list[Post]] = {}
        for post in Post.objects.filter(person__org=self.viewer.org).select_related("unit").order_by("since"):
            posts.setdefault(post.person_id, []).append(post)
        names: dict[str, tuple[str, int]] = {}
        seen: dict[tuple[object, ...], int] = {}
        for row in range(1, len(sheet.table.rows) + 1):
            number, name = sheet.text(row, "工号", needed=True), sheet.text(row, "姓名", needed=True)
            if not number or not name:
                continue
            first = names.setdefault(number, (name, row))
            if first[0] != name:
                before = sheet.table.numbers[first[1] - 1]
                zh, en = f"第 {before} 行里这个工号是{shown(first[0])}。", f"In row {before} this number is {shown(first[0])}."
                sheet.fault(row, "姓名", "house-name-differs", zh, en)
                continue
            person = everybody.get(number)
            asked = self._post(sheet, row, number, name, person, posts.get(person.pk, []) if person else [])
            if asked is None:
                continue
            line = (number, asked.kind, asked.unit if asked.kind != PostKind.MAIN else "", asked.since)
            if line in seen:
                before = sheet.table.numbers[seen[line] - 1]
                sheet.fault(row, "工号", "house-row-twice", f"和第 {before} 行是同一个。", f"The same as row {before}.", "只留一行。", "Keep one row.")
                continue
            seen[line] = row
            self.roster.people.append(asked)

    def _post(self, sheet: Sheet, row: int, number: str, name: str, person: Person | None, posts: Sequence[Post]) -> PostRow | None:
        unit = self._code(sheet, row, "机构", set(self.new)) if sheet.has("机构") else ""
        kind = sheet.choice(row, "主兼", POST_KINDS, PostKind.MAIN)
        line = [post for post in posts if post.kind == kind and (kind == PostKind.MAIN or post.unit.code == unit)]
        since = sheet.day(row, "自", (line[-1].since if line else self.day) if unit else self.day)
        until = sheet.day(row, "至")
        share = sheet.share(row, "份额")
        if unit is None or since is None or share is None:
            return None
        current = next((post for post in line if post.since <= since and (post.until is None or post.until > since)), None)
        content: dict[str, Any] = {
            "title": sheet.text(row, "岗位") if sheet.has("岗位") else current.title if current else "",
            "post_class": sheet.text(row, "岗位类别") if sheet.has("岗位类别") else current.post_class if current else "",
            "standing": sheet.choice(row, "在岗情况", STANDINGS, current.standing if current else PostStanding.ON_POST),
            "share": share if sheet.has("份额") else current.share if current else WHOLE,
            "document": sheet.text(row, "文号") if sheet.has("文号") else current.document if current else "",
        }
        sounds = sheet.text(row, "拼音")
        at = sheet.place(row, "工号", number)
        renamed = person is not None and person.name != name
        if not unit:
            return PostRow(at, number, name, sounds, "", since, None, {}, kind, "new" if person is None else "name" if renamed else "same")
        self._in_scope(sheet, row, unit, posts)
        same = current is not None and current.unit.code == unit and (until is None or current.until == until)
        same = same and all(getattr(current, key) == value for key, value in content.items())
        change = "new" if person is None else "same" if same and not renamed else "name" if same else "post"
        before = " · ".join(part for part in (current.unit.code, current.title, current.post_class) if part) if current and not same else ""
        return PostRow(at, number, name, sounds, unit, since, until, content, kind, change, before)

    def _in_scope(self, sheet: Sheet, row: int, code: str, posts: Sequence[Post]) -> None:
        """HR of a part of the house imports into it, and takes nobody from elsewhere."""
        if self.kept is None:
            return
        unit = self.there.get(code)
        here = unit is None or unit.pk in self.kept  # a new one lies below a parent that the deed looks at
        now = [post for post in posts if post.until is None or post.until > self.viewer.today]
        if not here or (now and not any(post.unit_id in self.kept for post in now)):
            sheet.fault(row, "机构" if not here else "工号", "house-out-of-scope", "不在你管理的范围内。", "Outside your scope.")


def visible_units(viewer: Viewer) -> list[Unit]:
    """All units of the organisation, also for the system."""
    return list(Unit.objects.filter(org=viewer.org) if viewer.system or viewer.token else visible(viewer, Unit))


def _parents_first(rows: Sequence[UnitRow]) -> Iterator[UnitRow]:
    """New units after the new units they lie below; else in the order of the file."""
    left = list(rows)
    while left:
        waiting = {row.code for row in left if row.change == "new"}
        ready = [row for row in left if row.parent not in waiting or row.parent == row.code]
        yield from ready or left
        left = [row for row in left if row not in ready] if ready else []


# ---------------------------------------------------------------------------------------------------------------- out


def export(viewer: Viewer, day: datetime.date) -> bytes:
    """The house on a day, as the viewer may see it, in the form that is imported."""
    places = UnitPlace.objects.filter(open_at(day), unit__in=visible(viewer, Unit)).select_related("unit", "parent").order_by("unit__code")
    units = [(row.unit.code, row.name, KINDS[UnitKind(row.unit.kind)][0], row.parent.code if row.parent else "", row.since) for row in places]
    posts = visible(viewer, Post).filter(open_at(day)).select_related("person", "unit").order_by("person__number", "kind", "since", "pk")
    people = [
        (
            row.person.number, row.person.name, row.unit.code, row.title, row.post_class, POST_KINDS[PostKind(row.kind)][0],
            STANDINGS[PostStanding(row.standing)][0], percent_text(row.share), row.since, row.until, row.document,
        )
        for row in posts
    ]  # fmt: skip
    headings = [name for name in PEOPLE_COLUMNS if name != "拼音"]
    return write_sheets([SheetOut(UNITS, list(UNIT_COLUMNS), units), SheetOut(PEOPLE, headings, people)], f"{viewer.org.name} {day}")
