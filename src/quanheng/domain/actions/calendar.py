"""The working calendar of an organisation: its days edited, years added, and due days that fall on a holiday moved on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from quanheng.domain import calendar
from quanheng.domain.actions.content import digest
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.actions.house import HR, seed_year
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, DayStanding, Org, Person, Stage, StageMove, Task, WorkDay
from quanheng.domain.policies.house import require_all_kept
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import require
from quanheng.domain.states import StageState, TaskState


@dataclass(frozen=True, slots=True)
class DayEdit:
    """A day as it shall be."""

    day: datetime.date
    works: bool
    official: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class DueMoved:
    """A due day that is no working day any more, and the next one that is."""

    thing: Stage | Task
    old: datetime.date
    new: datetime.date


@deed("calendar.edited", once=True)
def edit_days(by: Viewer, edits: Sequence[DayEdit], *, reason: str) -> list[DueMoved]:
    """Change days. What was due on a day that no longer works is due on the next that does; what moved is listed."""
    require_all_kept(by)
    require(reason.strip(), "要写明依据，例如放假通知的文号。", "Give the basis, such as the number of the notice.")
    require(edits, "没有要改的日子。", "No days to change.")
    rows = [
        WorkDay.objects.update_or_create(org=by.org, day=edit.day, defaults={"works": edit.works, "standing": _standing(edit), "note": edit.note[:60]})[0]
        for edit in edits
    ]
    _forget(by.org)
    moved = due_moves(by.org)
    for move in moved:
        _move(by, move, reason)
    enter(by, "calendar.edited", About.CALENDAR, by.org, ref=by.org.key, digest=digest(*rows), reason=reason, capacities=HR)
    return moved


@deed("calendar.seeded", once=True)
def add_year(by: Viewer, year: int) -> int:
    """Write the days of a year, as published or, where nothing is, as provisional; days that are there stay."""
    require_all_kept(by)
    require(2000 <= year <= by.today.year + 3, "只能加到三年以内。", "Up to three years ahead.")
    count = seed_year(by.org, year)
    require(count, f"{year} 年已经有了。", f"The year {year} is there already.")
    _forget(by.org)
    enter(by, "calendar.seeded", About.CALENDAR, by.org, ref=str(year), digest=digest_of([year, count]), capacities=HR)
    return count


def due_moves(org: Org) -> list[DueMoved]:
    """Open stages and tasks whose due day does not work, with the day they would move to."""
    stages = Stage.objects.filter(~Q(state=StageState.CLOSED), cycle__org=org).select_related("cycle").order_by("due", "pk")
    tasks = Task.objects.filter(org=org, state=TaskState.OPEN).select_related("person").order_by("due", "pk")
    things: list[Stage | Task] = [*stages, *tasks]
    return [DueMoved(thing, thing.due, calendar.next_working(org, thing.due)) for thing in things if not calendar.works(org, thing.due)]


def _move(by: Viewer, move: DueMoved, reason: str) -> None:
    due_at = calendar.end_of(by.org, move.new)
    if isinstance(move.thing, Stage) and isinstance(by.person, Person):
        StageMove.objects.create(
            stage=move.thing, old_opens=move.thing.opens, old_due=move.old, new_opens=move.thing.opens, new_due=move.new,
            reason=f"工作日历改动：{reason}"[:200], by=by.person, at=by.now,
        )  # fmt: skip
    type(move.thing)._default_manager.filter(pk=move.thing.pk).update(due=move.new, due_at=due_at)


def _standing(edit: DayEdit) -> DayStanding:
    return DayStanding.OFFICIAL if edit.official else DayStanding.PROVISIONAL


def _forget(org: Org) -> None:
    """Every process reads the calendar anew."""
    Org.objects.filter(pk=org.pk).update(calendar_version=F("calendar_version") + 1)
    org.refresh_from_db(fields=["calendar_version"])
