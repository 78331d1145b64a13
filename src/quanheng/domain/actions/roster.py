"""Import of units and people: looked at first, carried out as it was shown, all or nothing."""

from __future__ import annotations

import datetime
import hashlib
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from quanheng.domain.actions import house, spans
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.models import About, Person, PostKind, Unit, UnitKind
from quanheng.domain.policies.house import require_all_kept, require_kept, require_some_kept
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.roster import PostRow, Roster, UnitRow, read
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.engine.faults import Cell, Fault

HELD_SECONDS: Final = 24 * 60 * 60
SUFFIXES: Final = (".xlsx", ".xlsm", ".csv", ".txt", ".tsv")
_TOKEN = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")


# ------------------------------------------------------------------------------------- between the look and the deed


def hold(by: Viewer, content: bytes, name: str) -> str:
    """Put a file aside until it is confirmed, for a day at most; returns the word it is asked for by."""
    require_some_kept(by)
    suffix = Path(name).suffix.lower()
    require(suffix in SUFFIXES, f"{suffix or '没有后缀的文件'}不能导入，另存为 .xlsx 或 CSV UTF-8。", "Save it as .xlsx or CSV UTF-8.")
    folder = _folder(by)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - HELD_SECONDS:
            old.unlink(missing_ok=True)
    token = hashlib.sha256(content).hexdigest() + suffix
    place = folder / token
    place.touch(mode=0o600)
    place.write_bytes(content)
    return token


def held(by: Viewer, token: str) -> Path:
    """The file put aside by this person; nobody else asks for it."""
    place = _folder(by) / token
    if _TOKEN.fullmatch(token) is None or not place.is_file():
        raise NotYours
    return place


def _folder(by: Viewer) -> Path:
    return Path(settings.FILES) / "incoming" / f"{by.org.pk}-{by.person.pk if by.person else 0}"


# ---------------------------------------------------------------------------------------------------------- the import


class _Undone(Exception):
    """Takes back what a look tried out."""


def look(by: Viewer, path: Path, file: str, day: datetime.date) -> Roster:
    """What the import would do, with everything that is in its way. It is carried out and taken back: nothing stays."""
    require_some_kept(by)
    roster = read(by, path, file, day)
    if roster.faults:
        return roster
    try:
        with transaction.atomic():
            _carry_out(by, roster)
            raise _Undone
    except _Undone:
        return roster


@deed("house.imported")
def import_house(by: Viewer, path: Path, file: str, *, day: datetime.date, shown: str) -> Roster:
    """Carry out an import exactly as it was shown; when the house or the file has changed since, nothing is done."""
    require_some_kept(by)
    roster = read(by, path, file, day)
    require(roster.digest == shown, "预览之后情况有变，请再看一遍预览。", "Something changed since the preview; look at it again.")
    if not roster.faults:
        _carry_out(by, roster)
    require(not roster.faults, "还有没改正的错误，什么都没有导入。", "There are errors left; nothing was imported.")
    require(roster.changes, "文件里的内容和现在一样，没有要改的。", "The file says what stands already; nothing to change.")
    enter(by, "house.imported", About.ORG, by.org, ref=file[:60], digest=roster.digest, capacities=house.HR)
    return roster


def _carry_out(by: Viewer, roster: Roster) -> None:
    """Write every row that changes something; what refuses becomes a fault of its row."""
    units = {unit.code: unit for unit in Unit.objects.filter(org=by.org)}
    founded: set[int] = set()
    for row in roster.units:
        if row.change != "same":
            _tried(roster, row, partial(_unit, by, row, units, founded))
    if any(row.change != "same" for row in roster.units) and not roster.faults:
        try:
            spans.rebuild(by.org)
        except Refusal as refusal:
            roster.faults.append(_fault(Cell(roster.file, "机构"), refusal))
    if roster.faults:
        return
    everybody = {person.number: person for person in Person.objects.filter(org=by.org)}
    for asked in roster.people:
        if asked.change != "same":
            _tried(roster, asked, partial(_person, by, asked, everybody, units))


def _tried(roster: Roster, row: UnitRow | PostRow, write: Callable[[], None]) -> None:
    try:
        write()
    except Refusal as refusal:
        roster.faults.append(_fault(row.at, refusal))


def _fault(at: Cell, refusal: Refusal) -> Fault:
    return Fault("house-refused", at, refusal.zh, refusal.en)


def _unit(by: Viewer, row: UnitRow, units: dict[str, Unit], founded: set[int]) -> None:
    parent = units.get(row.parent)
    if row.change == "new":
        if parent is not None and parent.pk not in founded:  # below one that this very file founds, that one was looked at
            require_kept(by, parent)
        unit = units[row.code] = house.new_unit(by, code=row.code, kind=UnitKind(row.kind))
        founded.add(unit.pk)
    else:
        unit = units[row.code]
        if unit.kind == UnitKind.ROOT:
            require_all_kept(by)
        else:
            assert parent is not None
            require_kept(by, parent)
            for above in unit.places.select_related("parent").filter(until__isnull=True):
                if above.parent is not None:
                    require_kept(by, above.parent)
    house.place(unit, row.since, parent, row.name)


def _person(by: Viewer, row: PostRow, everybody: dict[str, Person], units: dict[str, Unit]) -> None:
    person = everybody.get(row.number)
    if person is None:
        person = everybody[row.number] = house.new_person(by.org, number=row.number, name=row.name, sounds=row.sounds)
    elif person.name != row.name or row.sounds:
        house.spell(person, row.name, row.sounds)
        person.save(update_fields=["name", "pinyin", "initials"])
    if row.unit and row.change != "name":
        unit = units[row.unit]
        require_kept(by, unit)
        house.put_on_post(person, since=row.since, until=row.until, unit=unit, kind=PostKind(row.kind), **row.content)
