"""Rows of the year → the tables a scheme reads: people, units, subjects with their marks, registers, locked runs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from quanheng.domain import files
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.parquet import read_rows
from quanheng.domain.bridge.plans import compiled, inputs
from quanheng.domain.models import (
    Batch,
    Counted,
    Cycle,
    CycleSource,
    Guidance,
    Mark,
    Missing,
    Person,
    Post,
    Record,
    RecordSource,
    RunInput,
    Sheet,
    SourceKind,
    Subject,
    UnitPlace,
)  # fmt: skip
from quanheng.domain.states import LIVE_RECORDS, BatchState, ReleaseState
from quanheng.engine.faults import Cell
from quanheng.engine.plan import model as m
from quanheng.engine.run.raw import RawTable

Row = dict[str, str | None]
WORDS: Final = {str(Missing.UNRATED): "未评", str(Missing.NO_DATA): "无数据", str(Missing.NOT_APPLICABLE): "不适用"}

# What the house itself knows about a person or a unit, by the names that schemes use for it.
PERSON_WORDS: Final = {
    "工号": "number", "编号": "number", "姓名": "name", "部门": "unit", "科室": "unit", "单位": "unit", "信用社": "unit", "学院": "unit",
    "岗位": "title", "职务": "title", "岗位类别": "post_class", "在岗情况": "standing",
}  # fmt: skip
UNIT_WORDS: Final = {"名称": "name", "代码": "code"}
ORIGIN: Final = "·来自"  # beside the columns of a frozen table: where each row came from. Not part of its digest
COUNTED_WORDS: Final = {"记录条数": "record_count"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the engine is given it, and where each row came from (a record's reference, or the person)."""

    name: str
    columns: list[str]
    rows: list[list[str | None]]
    origins: list[str]
    source: str

    def raw(self) -> RawTable:
        """For the binder; faults name the table and the row's origin."""
        origins, name = self.origins, self.name

        def place(row: int | None) -> Cell:
            return Cell(name) if row is None else Cell(name, sheet=origins[row], row=row + 1)

        return RawTable(self.columns, self.rows, place)


def tables(cycle: Cycle) -> dict[str, Table]:
    """Every data table of the cycle's scheme, read as it stands now."""
    plan = compiled(cycle.version).plan
    assert plan is not None
    sources = {source.table: source for source in CycleSource.objects.filter(cycle=cycle).select_related("register", "release__run__result")}
    made = {}
    for name, table in plan.tables.items():
        if table.origin == "data":
            reading = Reading(cycle, plan, table, sources[name])
            made[name] = reading.table()
    return made


class Reading:
    """One table of one cycle."""

    def __init__(self, cycle: Cycle, plan: m.Plan, table: m.Table, source: CycleSource) -> None:
        self.cycle, self.plan, self.plan_table, self.source = cycle, plan, table, source
        self.columns = [column.name for column in inputs(table)]

    def table(self) -> Table:
        """Read it by the kind of its source."""
        ways: Mapping[str, Callable[[], Iterator[tuple[str, Row]]]] = {
            SourceKind.PEOPLE: self._people, SourceKind.UNITS: self._units, SourceKind.SUBJECTS: self._subjects,
            SourceKind.REGISTER: self._register, SourceKind.RELEASE: self._release,
        }  # fmt: skip
        found = list(ways[str(self.source.kind)]())
        if self.plan_table.name == self.plan.subject:
            found = list(self._with_marks(found))
        return Table(
            self.plan_table.name,
            self.columns,
            [[row.get(column) for column in self.columns] for _, row in found],
            [origin for origin, _ in found],
            str(self.source.kind),
        )

    # -------------------------------------------------------------------------------------------------------- registers

    def _live(self) -> Iterator[Record]:
        if self.source.register_id is None:
            return iter(())
        found = Record.objects.filter(register_id=self.source.register_id, state__in=LIVE_RECORDS, withdraws=False, day__lt=self.cycle.until)
        if not self.source.whole:
            found = found.filter(day__gte=self.cycle.since)
        return found.order_by("day", "pk").iterator(chunk_size=5_000)

    def _register(self) -> Iterator[tuple[str, Row]]:
        if self.plan_table.key == (m.ROW_KEY,):
            for record in self._live():
                yield record.ref, dict(record.values)
        else:
            yield from self._by_key().values()
        if self.source.register_id is not None:
            batches = Batch.objects.filter(register_id=self.source.register_id, state=BatchState.ACCEPTED, since__lt=self.cycle.until)
            for batch in batches.select_related("blob").order_by("pk"):
                for number, row in enumerate(read_rows(files.read(batch.blob)), start=1):
                    yield f"{batch.ref}·{number}", row

    def _by_key(self) -> dict[str, tuple[str, Row]]:
        """The newest live record for each row key, in the order in which the keys came up."""
        return {record.row_key: (record.ref, dict(record.values)) for record in self._live()}

    # ------------------------------------------------------------------------------------------------------------ house

    def _people(self) -> Iterator[tuple[str, Row]]:
        """Everybody on roll in the period, and those whom the register names: earlier months speak of leavers too."""
        key = self.plan_table.key[0]
        known = self._by_key()
        posts = self._posts()
        people = Person.objects.filter(org=self.cycle.org).filter(Q(pk__in=posts) | Q(number__in=known)).order_by("number")
        assessed = self._assessed()
        for person in people:
            post = posts.get(person.pk)
            ref, row = known.get(person.number, ("", {}))
            if not ref and person.pk not in assessed and self._needs_more():
                continue  # on roll, but the register knows nothing and nothing is asked about this person
            house = _person_attributes(person, post, self._unit_names())
            filled = {column: house[attribute] for column, attribute in self.source.columns.items() if attribute in house}
            filled.setdefault(key, person.number)
            yield ref or f"人员 {person.number}", {**row, **filled}

    def _assessed(self) -> set[int]:
        return set(Subject.objects.filter(cycle=self.cycle, person__isnull=False).values_list("person_id", flat=True))

    def _needs_more(self) -> bool:
        given = {*self.source.columns, *self.plan_table.key}
        return any(column not in given for column in self.columns)

    def _posts(self) -> dict[int, Post]:
        found = Post.objects.filter(person__org=self.cycle.org, kind="main", since__lt=self.cycle.until)
        found = found.filter(Q(until__isnull=True) | Q(until__gt=self.cycle.since)).order_by("since")
        return {post.person_id: post for post in found}

    def _unit_names(self) -> dict[int, str]:
        if not hasattr(self, "_names"):
            self._names = unit_names(self.cycle.org_id, self.cycle.reference_day)
        return self._names

    def _units(self) -> Iterator[tuple[str, Row]]:
        """The units that are assessed, or that the register names."""
        known = self._by_key()
        key = self.plan_table.key[0]
        for unit_id, name in sorted(self._unit_names().items(), key=lambda pair: pair[1]):
            ref, row = known.get(name, ("", {}))
            if ref or not self._needs_more():
                yield ref or f"机构 {unit_id}", {**row, key: name}

    # --------------------------------------------------------------------------------------------------------- subjects

    def _subjects(self) -> Iterator[tuple[str, Row]]:
        """Earlier periods as the last locked run read them; this period from its subjects."""
        period = self.plan_table.period
        if period is not None:
            yield from self._earlier(period)
        known = self._by_key()
        counts = self._record_counts()
        names = self._unit_names()
        subjects = Subject.objects.filter(cycle=self.cycle).exclude(counted=Counted.OUT).select_related("person").prefetch_related("spells")
        for subject in subjects.order_by("pk"):
            spell = subject.last_spell
            ref, row = known.get(subject.row_key, ("", {}))
            house: Row = {"unit": names.get(spell.unit_id, "") if spell is not None else "", "record_count": str(counts.get(subject.person_id or 0, 0))}
            filled = {column: house[attribute] for column, attribute in self.source.columns.items() if attribute in house}
            # what an office has counted and handed in stands; our own count of records fills where nobody has
            filled = {column: text for column, text in filled.items() if column not in row or self.source.columns[column] == "unit"}
            key = dict(zip(self.plan_table.key, subject.row_key.split("/"), strict=True))
            yield ref or f"考核对象 {subject.row_key}", {**row, **filled, **key}

    def _earlier(self, period: str) -> Iterator[tuple[str, Row]]:
        previous = self.cycle.previous
        if previous is None:
            return
        frozen = (
            RunInput.objects.filter(
                run__release__cycle=previous, run__release__state__in=[ReleaseState.LOCKED, ReleaseState.STANDING], table=self.plan_table.name
            )
            .select_related("blob")
            .first()
        )
        if frozen is None:
            return
        for number, row in enumerate(read_rows(files.read(frozen.blob)), start=1):
            if (row.get(period) or "") < self.cycle.period:
                yield f"{previous.ref}·{number}", row

    def _record_counts(self) -> dict[int, int]:
        """Facts that somebody else recorded about a person in the days of the cycle, guidance among them."""
        counts: dict[int, int] = {}
        days = {"day__gte": self.cycle.since, "day__lt": self.cycle.until}
        facts = Record.objects.filter(org=self.cycle.org, state__in=LIVE_RECORDS, withdraws=False, person__isnull=False, **days)
        facts = facts.exclude(source=RecordSource.SELF).filter(register__name=OBSERVATIONS)
        for person_id in [*facts.values_list("person_id", flat=True), *Guidance.objects.filter(org=self.cycle.org, **days).values_list("person_id", flat=True)]:
            if person_id is not None:
                counts[person_id] = counts.get(person_id, 0) + 1
        return counts

    def _with_marks(self, found: Sequence[tuple[str, Row]]) -> Iterator[tuple[str, Row]]:
        items = items_of(self.cycle.version)
        marks = newest_marks(self.cycle)
        keys = self.plan_table.key
        for origin, row in found:
            key = "/".join(row.get(part) or "" for part in keys)
            given = marks.get(key)
            if given is None and not self._is_now(row):
                yield origin, row
                continue
            filled: Row = {item.name: (given or {}).get(item.name) for item in items}
            # what was imported into the register stands where nobody has marked
            yield origin, {**row, **{name: value for name, value in filled.items() if value is not None}}

    def _is_now(self, row: Row) -> bool:
        period = self.plan_table.period
        return period is None or row.get(period) == self.cycle.period

    # ------------------------------------------------------------------------------------------------------------ releases

    def _release(self) -> Iterator[tuple[str, Row]]:
        from quanheng.domain.bridge.results import table_of

        release = self.source.release
        if release is None or release.run.result is None:
            return
        wanted = set(self.columns)
        for key, row in table_of(files.read(release.run.result), wanted, self.plan_table.name).items():
            yield f"{release.ref}·{key}", dict(row)


OBSERVATIONS: Final = "工作记录"  # the register every organisation has: one fact about one person on one day


def newest_marks(cycle: Cycle) -> dict[str, dict[str, str]]:
    """For each subject's row key, each item's newest mark as text (or the word for why there is none). The mark of a group
    is the one agreed (without member); members' own marks are averaged by nobody but the scheme."""
    found: dict[str, dict[str, str]] = {}
    rows = Mark.objects.filter(sheet__in=Sheet.objects.filter(cycle=cycle), member__isnull=True).order_by("rev", "pk")
    for row_key, item, value, missing in rows.values_list("subject__row_key", "item", "value", "missing"):
        found.setdefault(row_key, {})[item] = value or WORDS[missing]
    return found


def unit_names(org_id: int, day: datetime.date) -> dict[int, str]:
    """What each unit is called on a day; one that is closed keeps its last name."""
    found = UnitPlace.objects.filter(unit__org_id=org_id, since__lte=day).order_by("since")
    return dict(found.values_list("unit_id", "name"))


def _person_attributes(person: Person, post: Post | None, names: Mapping[int, str]) -> Row:
    return {
        "number": person.number,
        "name": person.name,
        "unit": names.get(post.unit_id, "") if post is not None else None,
        "title": post.title if post is not None else None,
        "post_class": post.post_class if post is not None else None,
        "standing": str(post.get_standing_display()) if post is not None else None,
    }
