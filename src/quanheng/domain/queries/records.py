"""Facts as pages show them: the list, one record with its line of corrections, what waits to be verified, batches."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Max, Q, QuerySet

from quanheng.domain import files
from quanheng.domain.bridge.forms import KIND, Column, columns_of, form_of
from quanheng.domain.bridge.read import OBSERVATIONS
from quanheng.domain.models import (
    About,
    Attachment,
    Batch,
    Check,
    Cite,
    Cycle,
    Guidance,
    GuidanceKind,
    Person,
    Record,
    RecordSource,
    Register,
    Sheet,
    Task,
    TaskKind,
    Verdict,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.records import ANSWERING, keeps_register, may_enter, may_import
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.house import matching, names
from quanheng.domain.queries.keyset import Turned, turned
from quanheng.domain.refusal import NotYours, require
from quanheng.domain.states import LIVE_RECORDS, BatchState, RecordState, TaskState
from quanheng.domain.words import say

PAGE: Final = 50
KINDS: Final = ("操作规范", "协作与交接", "质量", "安全", "改进", "客户", "培训", "任务")  # offered for an observation; any other word may be typed


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of records is narrowed to."""

    term: str = ""
    register: int = 0
    state: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None  # the last day, inclusive
    person: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A record in a list: about whom, what it says, how many files."""

    record: Record
    who: str
    says: str
    files: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list."""

    page: Turned[Record]
    rows: Sequence[Shown]


def listing(viewer: Viewer, asked: Asked, *, after: int = 0, before: int = 0) -> Listing:
    """The newest first; seven statements however many there are."""
    found = visible(viewer, Record).select_related("register", "person", "unit")
    if asked.term:
        found = found.filter(Q(person__in=matching(visible(viewer, Person), asked.term)) | Q(ref__iexact=asked.term.strip()) | Q(note__contains=asked.term))
    if asked.person:
        found = found.filter(person_id=asked.person)
    if asked.register:
        found = found.filter(register_id=asked.register)
    if asked.since:
        found = found.filter(day__gte=asked.since)
    if asked.until:
        found = found.filter(day__lte=asked.until)
    if asked.state != "all":
        found = found.filter(state=asked.state) if asked.state else found.filter(state__in=LIVE_RECORDS)
    page = turned(found, [("day", True)], PAGE, after=after, before=before)
    return Listing(page, shown(viewer, page.rows))


def shown(viewer: Viewer, rows: Sequence[Record]) -> list[Shown]:
    """Lines of a list; two statements more."""
    called = names([row.unit_id for row in rows if row.unit_id], viewer.today)
    attached = Attachment.objects.filter(about_kind=About.RECORD, about_id__in=[row.pk for row in rows]).values_list("about_id")
    count = dict(attached.annotate(found=Count("pk")).order_by())
    return [Shown(row, row.person.name if row.person else called.get(row.unit_id or 0, ""), says(row), count.get(row.pk, 0)) for row in rows]


def says(record: Record) -> str:
    """A record in one line: its note, else what it holds beside whom and when it is about."""
    if record.note:
        return f"{record.values[KIND]}：{record.note}" if record.values.get(KIND) else record.note
    known = {record.person.number if record.person else "", record.day.isoformat(), record.day.isoformat()[:7]}
    return "　".join(f"{name} {text}" for name, text in record.values.items() if text not in known)[:160]


def registers(viewer: Viewer) -> list[Register]:
    """Those in use, observations first, then by name."""
    found = visible(viewer, Register).filter(closed=False).order_by("name")
    return sorted(found, key=lambda register: register.name != OBSERVATIONS)


def register(viewer: Viewer, pk: int) -> Register:
    """One register."""
    return visible(viewer, Register).get(pk=pk)


def writable(viewer: Viewer) -> list[Register]:
    """The registers the viewer may add to: what is about persons for those who answer for some, all for keepers and HR."""
    every = registers(viewer)
    if viewer.person is None or viewer.administers:
        return []
    if may_import(viewer) and viewer.holds(*ANSWERING):
        return every
    return [each for each in every if each.about == "person" or keeps_register(viewer, each)]


def fields(register: Register) -> list[Column]:
    """The columns to be filled in by hand: what does not follow from whom and when."""
    return [column for column in columns_of(register) if not column.role]


def kinds(viewer: Viewer) -> list[str]:
    """Words for what an observation is about: those used lately first."""
    recent = visible(viewer, Record).filter(register__name=OBSERVATIONS).order_by("-pk").values_list("values", flat=True)[:100]
    return list(dict.fromkeys([*(row.get(KIND, "") for row in recent if row.get(KIND)), *KINDS]))[:24]


def phrases(viewer: Viewer, term: str, most: int = 8) -> list[str]:
    """What the viewer has written down before that holds these characters: the most frequent first, then the newest."""
    if not term.strip():
        return []
    found = visible(viewer, Record).filter(entered_by=viewer.person, register__name=OBSERVATIONS, note__contains=term.strip())
    counted = found.values("note").annotate(times=Count("pk"), last=Max("pk")).order_by("-times", "-last")
    return [note for note in counted.values_list("note", flat=True)[:most] if note != term.strip()]


# ----------------------------------------------------------------------------------------------------------- one record


@dataclass(frozen=True, slots=True)
class View:
    """A record with everything that belongs to it and what the viewer may do with it."""

    record: Record
    who: str
    values: Sequence[tuple[str, str, str]]  # column, text, unit
    line: Sequence[Record]  # itself among the corrections, the oldest first
    checks: Sequence[Check]
    cites: Sequence[Cite]
    files: Sequence[Attachment]
    may_verify: bool
    may_change: bool
    mine: bool


def one(viewer: Viewer, pk: int) -> View:
    """One record by key."""
    record = visible(viewer, Record).select_related("register", "version", "person", "unit", "entered_by", "corrects").get(pk=pk)
    called = names([record.unit_id], viewer.today) if record.unit_id else {}
    units = {column.name: column.unit for column in columns_of(record.register)}
    live = record.state in LIVE_RECORDS
    mine = viewer.person is not None and record.entered_by_id == viewer.person.pk
    may = may_enter(viewer, record.register, record.person, record.unit)
    itself = viewer.person is not None and record.person_id == viewer.person.pk
    cites = Cite.objects.filter(record=record, mark__sheet__in=visible(viewer, Sheet)).select_related("mark__subject__cycle")
    return View(
        record,
        record.person.name if record.person else called.get(record.unit_id or 0, ""),
        [(name, text, units.get(name, "")) for name, text in record.values.items()],
        line(record),
        list(record.checks.select_related("by").order_by("pk")),
        list(cites.order_by("pk")),
        list(Attachment.objects.filter(about_kind=About.RECORD, about_id=record.pk).select_related("blob", "by").order_by("pk")),
        may_verify=live and may and not mine and not itself,
        may_change=live and (may or mine),
        mine=mine and live,
    )


def line(record: Record) -> list[Record]:
    """The records that correct one another, the oldest first; a chain is short, and looked along no further than twenty."""
    before: list[Record] = []
    at = record
    while at.corrects_id is not None and len(before) < 20:
        at = Record.objects.select_related("entered_by").get(pk=at.corrects_id)
        before.insert(0, at)
    after: list[Record] = []
    later = Record.objects.select_related("entered_by").filter(corrects=record).first()
    while later is not None and len(after) < 20:
        after.append(later)
        later = Record.objects.select_related("entered_by").filter(corrects=later).first()
    return [*before, record, *after]


def attachment(viewer: Viewer, pk: int) -> tuple[Attachment, bytes]:
    """A file with its bytes, for whoever may see the record it is beside."""
    found = Attachment.objects.select_related("blob").filter(org=viewer.org, about_kind=About.RECORD, pk=pk).first()
    if found is None or not visible(viewer, Record).filter(pk=found.about_id).exists():
        raise NotYours
    return found, files.read(found.blob)


# -------------------------------------------------------------------------------------------------------- to be verified


def to_verify(viewer: Viewer) -> list[Shown]:
    """Records the viewer is asked to verify, and doubted ones he doubts."""
    asked = Task.objects.filter(person=viewer.person, kind=TaskKind.VERIFY, about_kind=About.RECORD, state=TaskState.OPEN).values("about_id")
    found = visible(viewer, Record).filter(pk__in=asked, state__in=[RecordState.ENTERED, RecordState.DOUBTED])
    return shown(viewer, list(found.select_related("register", "person", "unit").order_by("day", "pk")[:200]))


# --------------------------------------------------------------------------------------------------------------- batches


def batches(viewer: Viewer) -> QuerySet[Batch]:
    """Bulk files, the newest first."""
    return visible(viewer, Batch).select_related("register", "importer", "blob").order_by("-at", "-pk")


def may_settle(viewer: Viewer, batch: Batch) -> bool:
    """Whether the viewer may accept or send back a batch: a keeper who did not load it."""
    return batch.state == BatchState.LOADED and may_import(viewer) and viewer.person is not None and batch.importer_id != viewer.person.pk


def may_bulk(viewer: Viewer) -> bool:
    """Whether the viewer imports many facts at once."""
    return may_import(viewer)


# -------------------------------------------------------------------------------------------------------------- guidance


def guidance(viewer: Viewer, *, person: int = 0, after: int = 0, before: int = 0) -> Turned[Guidance]:
    """Talks that the viewer gave, was given, or answers for; the newest first."""
    found = visible(viewer, Guidance).select_related("person", "by")
    if person:
        found = found.filter(person_id=person)
    return turned(found, [("day", True)], 30, after=after, before=before)


def talk(viewer: Viewer, pk: int) -> Guidance:
    """One talk."""
    return visible(viewer, Guidance).select_related("person", "by", "cycle").get(pk=pk)


@dataclass(frozen=True, slots=True)
class Led:
    """Somebody to be guided in a cycle: what was recorded about him lately, and how often he was guided already."""

    person: Person
    recent: Sequence[Shown]
    noted: int


@dataclass(frozen=True, slots=True)
class Round:
    """The periodic guidance of everybody the viewer leads in a cycle: those who still wait for it, and how many had it."""

    cycle: Cycle
    rows: Sequence[Led]
    done: int


def guidance_round(viewer: Viewer, cycle_id: int, most: int = 3) -> Round:
    """Those whose periodic guidance is still asked of the viewer; seven statements however many people."""
    cycle = visible(viewer, Cycle).get(pk=cycle_id)
    asked = Task.objects.filter(person=viewer.person, kind=TaskKind.GUIDE, cycle=cycle)
    open_ones = asked.filter(state=TaskState.OPEN).values("subject_person_id")
    people = list(Person.objects.filter(pk__in=open_ones).order_by("number"))
    require(asked.exists(), "这个周期没有要你做的定期指导。", "No periodic guidance of this cycle is yours.")
    records = visible(viewer, Record).filter(person__in=people, state__in=LIVE_RECORDS, day__gte=cycle.since, day__lt=cycle.until)
    events = records.filter(Q(row_key="") | ~Q(note="")).select_related("register", "person", "unit").order_by("-day", "-pk")
    about: dict[int, list[Record]] = {}
    for record in events:
        mine = about.setdefault(record.person_id or 0, [])
        if len(mine) < most:
            mine.append(record)
    told = {row.record.pk: row for row in shown(viewer, [record for each in about.values() for record in each])}
    noted = dict(Guidance.objects.filter(person__in=people, cycle=cycle).values_list("person_id").annotate(found=Count("pk")).order_by())
    rows = [Led(person, [told[record.pk] for record in about.get(person.pk, ())], noted.get(person.pk, 0)) for person in people]
    return Round(cycle, rows, asked.filter(state=TaskState.DONE).count())


def talk_kind(*, periodic: bool) -> GuidanceKind:
    """Guidance of the day, or the one that the cycle asks for."""
    return GuidanceKind.PERIODIC if periodic else GuidanceKind.DAILY


def sources(viewer: Viewer) -> list[tuple[str, str]]:
    """On whose word a fact may be written down by hand: another's; a decision or an upper body for keepers and HR."""
    found = [(RecordSource.ATTESTED.value, str(RecordSource.ATTESTED.label))]
    if may_import(viewer):
        found += [(each.value, str(each.label)) for each in (RecordSource.DECISION, RecordSource.UPPER_BODY)]
    return found


def source_of(viewer: Viewer, text: str) -> RecordSource:
    """The source that a form names; one that is not offered is another's word."""
    return RecordSource(text) if text in dict(sources(viewer)) else RecordSource.ATTESTED


def verdict(text: str) -> Verdict:
    """The verdict that a form names."""
    require(text in Verdict.values, "没有选核实的结论。", "No verdict was chosen.")
    return Verdict(text)


def is_kind(column: Column) -> bool:
    """Whether the column says what an observation is about: words are offered, others may be typed."""
    return column.name == KIND


def hint(column: Column) -> str:
    """What may be written into a column."""
    parts: list[str] = []
    if column.kind == "number":
        parts.append(say(f"{column.low} 到 {column.high}", f"{column.low} to {column.high}"))
        parts.append(say(f"最多 {column.digits} 位小数", f"up to {column.digits} decimals") if column.digits else say("整数", "whole numbers"))
        if column.unit:
            parts.append(say(f"单位：{column.unit}", f"unit: {column.unit}"))
    if column.source:
        parts.append(say(f"来源：{column.source}", f"source: {column.source}"))
    return say("；", "; ").join(parts)


def draft(register: Register, record: Record) -> Mapping[str, str]:
    """What a record holds, as the form of a correction begins."""
    return {column.name: record.values.get(column.name, "") for column in fields(register)} if form_of(register).table else dict(record.values)


def given(values: Mapping[str, str], record: Record) -> dict[str, str]:
    """The values of a correction: those of the record, with what was changed; an emptied field is taken out."""
    return {name: text for name, text in {**record.values, **values}.items() if text.strip()}


def recent_of(viewer: Viewer, person: Person, most: int = 5) -> list[Shown]:
    """The newest records about somebody, beside the form: the same fact is not written down twice."""
    found = visible(viewer, Record).filter(person=person, state__in=LIVE_RECORDS).select_related("register", "person", "unit")
    return shown(viewer, list(found.order_by(F("day").desc(), "-pk")[:most]))
