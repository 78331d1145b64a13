"""The cycles of an organisation of the demo: finished ones taken over, the running one brought as far as it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from quanheng.documents.tables.folder import read_tables
from quanheng.domain import calendar, jobs
from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import group, history, opening, rating, record, run, scheme
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import checked, compiled, data_tables
from quanheng.domain.bridge.read import OBSERVATIONS
from quanheng.domain.demo.house import House, Rows
from quanheng.domain.demo.notes import NOTES
from quanheng.domain.demo.shifting import months_on, moved
from quanheng.domain.demo.systems import System, period_of, words_of
from quanheng.domain.models import Cycle, Part, Person, RecordSource, Register, RunKind, SchemeVersion, SeatRole, Sheet, StageKind
from quanheng.domain.policies.viewer import Viewer, viewer_of
from quanheng.domain.queries.gaps import gaps_of, unexplained
from quanheng.domain.queries.marks import open_cells, reviewers
from quanheng.domain.states import SheetState
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind


def read_folder(folder: Path) -> tuple[str, dict[str, Rows]]:
    """A shipped scheme: its text, and its data as rows by table."""
    text = (folder / "scheme.md").read_text(encoding="utf-8-sig")
    found = checked(text)
    declared = data_tables(found)
    raw = read_tables(folder / "data", found.scheme, {}).raw
    return text, {
        name: [dict(zip(table.columns, (cell or "" for cell in row), strict=True)) for row in table.rows]
        for name, table in raw.items()
        if not declared[name].run_of
    }


@dataclass
class Year:
    """One organisation on its way through its cycles."""

    system: System
    house: House
    text: str
    data: dict[str, Rows]
    running_marks: dict[str, dict[str, str]] = field(default_factory=dict)  # what raters would give in the running cycle

    # ------------------------------------------------------------------------------------------------------------- who acts

    def at(self, day: datetime.date, hour: int = 9) -> datetime.datetime:
        """An instant of a day where the organisation is."""
        return datetime.datetime.combine(day, datetime.time(hour), ZoneInfo(self.house.org.zone))

    def by(self, role: str, day: datetime.date, hour: int = 9) -> Viewer:
        """Somebody of the offices, on a day."""
        return viewer_of(self.house.offices[role], self.at(day, hour))

    # ---------------------------------------------------------------------------------------------------------------- facts

    def adopt(self, since: datetime.date, months: int) -> SchemeVersion:
        """The regulation for a period, its own days moved with it."""
        text = moved(self.text, months)
        label = f"版本：{since.year}"
        text = text.replace(f"版本：{_version(self.text)}", label, 1)
        day = calendar.shift(self.house.org, since, -15)
        draft = scheme.save_draft(self.by("officer", day), text)
        return scheme.adopt(self.by("officer", day, 16), draft.pk, document=f"{self.system.name}〔{since.year}〕6号", force_from=since)

    def import_facts(self, version: SchemeVersion, months: int, since: datetime.date, until: datetime.date, *, only_until: datetime.date) -> None:
        """Every table of the data as records of its register, but what people mark."""
        plan = compiled(version).plan
        assert plan is not None
        marks = {item.name for item in items_of(version)}
        by = self.by("hr", min(until, only_until))
        for name, rows in self.data.items():
            register = Register.objects.get(org=self.house.org, name=name)
            table = plan.tables[name]
            facts = [self._fact(plan, table, register, _moved(row, months), marks, since, until) for row in rows]
            facts = [fact for fact in facts if fact.day <= only_until]
            record.import_records(by, register.pk, facts, source=RecordSource.SYSTEM, origin=f"{name}.csv")

    def _fact(  # noqa: PLR0917
        self, plan: m.Plan, table: m.Table, register: Register, row: Mapping[str, str], marks: set[str], since: datetime.date, until: datetime.date
    ) -> record.Fact:
        values = {name: text for name, text in row.items() if text and not (table.name == plan.subject and name in marks)}
        pointed_at = any(link.target == table.name for each in plan.tables.values() for link in each.links)
        day = since if pointed_at and table.period is None else _day_of(table, row, since, until)
        person = next((self.house.people.get(row[column]) for column in self._to(table, self.system.people) if column in row), None)
        unit = None if person else next((self.house.units.get(row[column]) for column in self._to(table, self.system.units) if column in row), None)
        return record.Fact(
            register.pk, day, values, person.pk if person else None, unit.pk if unit else None, source=RecordSource.SYSTEM
        )

    def _to(self, table: m.Table, target: str) -> list[str]:
        if table.name == target:
            return list(table.key)
        return [link.columns[0] for link in table.links if link.target == target and len(link.columns) == 1]

    # --------------------------------------------------------------------------------------------------------------- cycles

    def cycle(self, version: SchemeVersion, since: datetime.date, days: list[cycles.StageDays], now: datetime.date) -> Cycle:
        """Prepared, with everybody the scheme is about."""
        hr = self.by("hr", now)
        title = self.system.title.format(period=words_of(self.system, since))
        period = cycles.Days(title, period_of(self.system, since), since, months_on(since, self.system.months))
        made = cycles.prepare(hr, version.scheme_id, period, days, gap_limit=self.system.gap_limit)
        plan = compiled(version).plan
        assert plan is not None
        members = cycles.propose_members(made)
        if plan.tables[plan.subject].period is not None:  # who was not there in that month is not assessed in it
            there = set(Register.objects.get(org=self.house.org, name=plan.subject).records.values_list("row_key", flat=True))
            members = [member for member in members if f"{member.key}/{made.period}" in there]
        cycles.set_subjects(hr, made.pk, members)
        return made

    def finish(
        self, made: Cycle, marks: Mapping[str, Mapping[str, str]], day: datetime.date, *, planned: Callable[[Year, Cycle], None] | None = None
    ) -> None:
        """A period that is over: opened, planned, marked, computed, released."""
        org = self.house.org
        hr = self.by("hr", day)
        opening.open_cycle(self.by("hr", made.since), made.pk)
        made.refresh_from_db()
        if planned is not None:
            planned(self, made)
        history.import_marks(hr, made.pk, marks, origin="原考核系统", close=True)
        for stage in made.stages.order_by("order"):
            stage.refresh_from_db()
            if stage.state == "waiting":
                cycles.open_stage(hr, stage.pk, reason="补录")
            cycles.close_stage(hr, stage.pk, reason="补录")
        cycles.close_rating(hr, made.pk, reason="补录")
        self.compute(made, day, why="年终核算" if self.system.months == 12 else "月末核算")
        later = calendar.shift(org, day, 1)
        release = run.draft_release(self.by("hr", later, 10), made.runs.get().pk)
        run.confirm_release(self.by("leader", later, 14), release.pk)
        run.show_release(self.by("hr", later, 16), release.pk)

    def compute(self, made: Cycle, day: datetime.date, *, why: str) -> None:
        """An official run, carried out at once."""
        ordered = run.order_run(self.by("hr", day, 15), made.pk, kind=RunKind.OFFICIAL, why=why)
        done = jobs.execute(ordered.pk, self.at(day, 15))
        assert done.state == "done", done.failure

    def marks(self, version: SchemeVersion, months: int) -> dict[str, dict[str, str]]:
        """The marks that the data hold, by row key."""
        plan = compiled(version).plan
        assert plan is not None
        names = {item.name for item in items_of(version)}
        key = plan.tables[plan.subject].key
        found = {}
        for row in (_moved(each, months) for each in self.data.get(plan.subject, ())):
            found["/".join(row[part] for part in key)] = {name: row[name] for name in names if row.get(name)}
        return found

    def take_part(self, made: Cycle, part: Part, marks: Mapping[str, Mapping[str, str]], day: datetime.date, *, leave: set[int], submit: bool) -> None:
        """Raters fill in their sheets; those to `leave` fill in most of it and keep it open."""
        for sheet in made.sheets.filter(part=part).select_related("rater", "committee"):
            rater = sheet.rater or _leader(sheet)
            cells = list(_cells(made, sheet, marks))
            keep_open = rater.pk in leave
            if keep_open and part == Part.SELF:
                continue
            kept = cells[: max(len(cells) - 3, 1)] if keep_open else cells
            by = viewer_of(rater, self.at(day, 11))
            rating.save_marks(by, sheet.pk, kept)
            if submit and not keep_open and not open_cells(sheet):
                for seat in sheet.committee.seats.filter(role=SeatRole.MEMBER, until__isnull=True) if sheet.committee is not None else ():
                    group.agree(viewer_of(seat.person, self.at(day, 16)), sheet.pk)
                rating.submit_sheet(viewer_of(rater, self.at(day, 17)), sheet.pk)

    def countersign(self, made: Cycle, day: datetime.date, *, leave: int) -> None:
        """The superiors' superior reads the sheets; the last ones are still with him."""
        waiting = list(made.sheets.filter(state=SheetState.SUBMITTED).order_by("pk"))
        for sheet in [sheet for sheet in waiting if not unexplained(gaps_of(sheet))][: max(len(waiting) - leave, 0)]:
            upper = Person.objects.get(pk=reviewers(sheet)[0])
            rating.countersign(viewer_of(upper, self.at(day, 18)), sheet.pk)

    def notes(self, made: Cycle, today: datetime.date, count: int) -> None:
        """Observations of the superiors in the days of the cycle, and a few by the people themselves."""
        register = Register.objects.get(org=self.house.org, name=OBSERVATIONS)
        subjects = made.subjects.filter(person__isnull=False).select_related("person").order_by("pk")
        for number, subject in enumerate(subjects[:count]):
            superior = subject.duties.filter(part=Part.SUPERIOR).select_related("rater").first()
            assert subject.person is not None
            for nr in range(1 + number % 4):
                kind, text = NOTES[(number * 3 + nr) % len(NOTES)]
                day = min(made.since + datetime.timedelta(days=(number * 5 + nr * 7) % 28), today)
                itself = superior is None or superior.rater is None or (number + nr) % 5 == 4
                who = subject.person if itself else superior.rater  # type: ignore[union-attr]
                assert who is not None
                by = viewer_of(who, self.at(day, 8 + nr))
                record.add_record(by, record.Fact(register.pk, day, {"类别": kind}, subject.person.pk, None, text))


def _version(text: str) -> str:
    return text.split("版本：", 1)[1].split("；", 1)[0].split("\n", 1)[0].strip()


def _moved(row: Mapping[str, str], months: int) -> dict[str, str]:
    return {name: moved(text, months) for name, text in row.items()}


def _day_of(table: m.Table, row: Mapping[str, str], since: datetime.date, until: datetime.date) -> datetime.date:
    """The day a row speaks of: its own, the last of its month, else the first of the period; inside the period."""
    last = until - datetime.timedelta(days=1)
    for column in table.columns:
        text = row.get(column.name, "")
        if not text or not isinstance(column.op, m.Input):
            continue
        if column.type.kind is Kind.DAY:
            return min(max(datetime.date.fromisoformat(text), since), last)
        if column.type.kind is Kind.MONTH and column.name == table.period:
            year, month = map(int, text.split("-"))
            return months_on(datetime.date(year, month, 1), 1) - datetime.timedelta(days=1)
    return since


def _leader(sheet: Sheet) -> Person:
    assert sheet.committee is not None
    seat = sheet.committee.seats.select_related("person").get(role="leader", until__isnull=True)
    return Person.objects.get(pk=seat.person_id)


def _cells(made: Cycle, sheet: Sheet, marks: Mapping[str, Mapping[str, str]]) -> Iterator[rating.Cell]:
    duties = made.subjects.filter(duties__part=sheet.part, duties__rater=sheet.rater, duties__committee=sheet.committee)
    names = [item.name for item in items_of(made.version) if item.part == sheet.part and (not item.group or item.group == getattr(sheet.committee, "name", ""))]
    for subject in duties.order_by("pk").distinct():
        given = marks.get(subject.row_key, {})
        for name in names:
            if given.get(name):
                yield rating.Cell(subject.pk, name, 0, given[name])


STAGE_WORDS = {
    StageKind.PLAN: ("计划确认", "Plans agreed"), StageKind.DAILY: ("日常记录", "Daily records"), StageKind.GUIDANCE: ("定期指导", "Periodic guidance"),
    StageKind.REPORT: ("单位自报", "Self-reports"), StageKind.SELF: ("自评", "Self-evaluation"), StageKind.SUPERIOR: ("上级评分", "Superior rating"),
    StageKind.GROUP: ("小组审核", "Group review"), StageKind.UPPER: ("上级审阅", "Upper review"), StageKind.RUN: ("计算核对", "Run and check"),
    StageKind.RELEASE: ("定稿公布", "Release"),
}  # fmt: skip
