"""Facts: entered, verified by somebody else, doubted, corrected by a new row. Nothing is overwritten."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from quanheng.domain import calendar, files
from quanheng.domain.actions.asking import done
from quanheng.domain.actions.deed import already, block_of, deed, each_of, enter, move, ref_for, salt, stands
from quanheng.domain.bridge import parquet
from quanheng.domain.bridge.forms import columns_of, completed, form_of, row_key, validated
from quanheng.domain.bridge.plans import inputs
from quanheng.domain.bridge.read import unit_names
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Attachment,
    Batch,
    Capacity,
    Check,
    Person,
    Record,
    RecordSource,
    Register,
    RegisterVersion,
    Task,
    TaskKind,
    Unit,
    Verdict,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.records import may_enter, may_import
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.answering import superior_of
from quanheng.domain.refusal import Conflict, Refusal, require
from quanheng.domain.states import BatchState, RecordState

WRITERS = (Capacity.KEEPER, Capacity.HR, Capacity.HEAD)
MEDIA = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".pdf": "application/pdf"}
LARGEST = 10 * 1024 * 1024
SIGNATURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "image/webp": b"RIFF", "application/pdf": b"%PDF"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be recorded."""

    register_id: int
    day: datetime.date
    values: Mapping[str, str]
    person_id: int | None = None
    unit_id: int | None = None
    note: str = ""
    source: RecordSource = RecordSource.ATTESTED


@deed("record.add")
def add_record(by: Viewer, fact: Fact, attachments: Sequence[tuple[str, bytes]] = ()) -> Record:
    """Write down one fact with its files (name, content). About oneself it is self-reported, whatever is claimed, and
    the superior is asked to verify it."""
    request = ["record.add", fact.register_id, str(fact.day), dict(fact.values), fact.person_id, fact.unit_id, fact.note]
    before = already(by, request)
    if before is not None:
        stands("record.add")
        return Record.objects.get(pk=before.about_id)
    register = visible(by, Register).get(pk=fact.register_id) if by.person is not None else Register.objects.get(org=by.org, pk=fact.register_id)
    require(not register.closed, "这本台账已经停用。", "This register is closed.")
    require(fact.day <= by.today, "日期还没有到。", "The day is in the future.")
    person = Person.objects.filter(org=by.org, pk=fact.person_id).first() if fact.person_id else None
    unit = Unit.objects.filter(org=by.org, pk=fact.unit_id).first() if fact.unit_id else None
    require(may_enter(by, register, person, unit), "不能记这个人的事实；可以请他的上级记。", "You may not record about this person; ask the superior.")
    form = form_of(register)
    called = unit_names(by.org.pk, fact.day).get(unit.pk, "") if unit is not None else ""
    whom = completed(columns_of(register, form), fact.values, number=person.number if person else "", unit=called, day=fact.day)
    values = validated(form, whom if form.table is not None else fact.values)
    require(values or fact.note.strip(), "没有写发生了什么。", "It does not say what happened.")
    itself = by.person is not None and person is not None and person.pk == by.person.pk
    record = _insert(by, register, _version(register, form.version), fact, values, person, unit, source=RecordSource.SELF if itself else fact.source)
    for name, content in attachments:
        keep_attachment(by, About.RECORD, record.pk, name, content)
    if record.source == RecordSource.SELF and person is not None:
        _ask_superior(by, record, person)
    enter(by, "record.add", About.RECORD, record, digest=_digest(record), capacities=WRITERS, subject=person, request=request)
    return record


def add_for_each(by: Viewer, fact: Fact, people: Sequence[int], attachments: Sequence[tuple[str, bytes]] = ()) -> list[Record]:
    """The same fact about several people, a record for each of them: all or none."""
    with transaction.atomic():
        return [add_record(each_of(by, pk), replace(fact, person_id=pk), attachments) for pk in dict.fromkeys(people)]


def _ask_superior(by: Viewer, record: Record, person: Person) -> None:
    """What somebody says about himself counts once the superior has verified it: due in two working days."""
    superior = superior_of(person, by.today)
    if superior is None:
        return
    due = calendar.shift(by.org, by.today, 2)
    Task.objects.create(
        org=by.org, kind=TaskKind.VERIFY, about_kind=About.RECORD, about_id=record.pk, person=superior, subject_person=person,
        opens=by.today, due=due, due_at=calendar.end_of(by.org, due),
    )  # fmt: skip


def _answered(by: Viewer, record: Record) -> None:
    """The record is settled: nobody has to verify it any more."""
    done(by, TaskKind.VERIFY, About.RECORD, record.pk)


def _version(register: Register, version: RegisterVersion | None) -> RegisterVersion:
    if version is not None:
        return version
    return RegisterVersion.objects.create(register=register, number=1, definition="[]", digest=digest_of("[]"))


def _insert(  # noqa: PLR0913, PLR0917  a record has these parts
    by: Viewer,
    register: Register,
    version: RegisterVersion,
    fact: Fact,
    values: Mapping[str, str],
    person: Person | None,
    unit: Unit | None,
    *,
    source: RecordSource,
    corrects: Record | None = None,
    withdraws: bool = False,
) -> Record:
    table = form_of(register).table
    try:
        with transaction.atomic():
            return Record.objects.create(
                org=by.org, register=register, version=version, ref=ref_for(by.org, "JL", fact.day.year, fact.day.month), person=person, unit=unit,
                day=fact.day, values=dict(values), note=fact.note.strip(), source=source, salt=salt(), corrects=corrects, withdraws=withdraws,
                row_key=row_key(table, values), entered_by=by.person, entered_at=by.now,
            )  # fmt: skip
    except IntegrityError as wrong:
        if "record_live_row" in str(wrong) or "row_key" in str(wrong):
            raise Refusal("同一行已经有记录，请用更正。", "This row is recorded already; correct it.") from wrong
        raise Conflict("刚刚有人更正过这条记录，请刷新再看。", "Somebody has just corrected this record.") from wrong


def _digest(record: Record) -> str:
    return digest_of([record.ref, str(record.day), record.values, record.note, str(record.source), str(record.state)], record.salt)


@deed("record.verify")
def verify_record(by: Viewer, record_id: int, *, verdict: Verdict, note: str = "") -> Record:
    """Somebody else says that it is true, doubts it, or finds it untrue. Nobody verifies what he entered himself."""
    record = visible(by, Record).select_related("register", "person", "unit").get(pk=record_id)
    require(by.person is not None and record.entered_by_id != by.person.pk, "自己记的，要由别人核实。", "Somebody else has to verify what you entered.")
    require(record.person_id != (by.person.pk if by.person else None), "关于自己的记录，要由别人核实。", "Somebody else has to verify what is about you.")
    require(may_enter(by, record.register, record.person, record.unit), "不归你核实。", "It is not yours to verify.")
    require(verdict == Verdict.VERIFIED or note.strip(), "存疑要写明哪里不对。", "Say what is doubtful.")
    deeds = {Verdict.VERIFIED: "record.verify", Verdict.DOUBTED: "record.doubt", Verdict.VOID: "record.void"}
    move(record, deeds[verdict])
    assert by.person is not None
    Check.objects.create(record=record, by=by.person, verdict=verdict, note=note.strip()[:200], at=by.now)
    _answered(by, record)
    enter(by, "record.verify", About.RECORD, record, digest=_digest(record), capacities=WRITERS, subject=record.person, reason=note)
    return record


def verify_each(by: Viewer, record_ids: Iterable[int]) -> int:
    """Several that are true: all or none."""
    wanted = list(dict.fromkeys(record_ids))
    require(wanted, "一条也没有勾。", "Nothing was ticked.")
    with transaction.atomic():
        for pk in wanted:
            verify_record(each_of(by, pk), pk, verdict=Verdict.VERIFIED)
    return len(wanted)


@deed("record.correct")
def correct_record(by: Viewer, record_id: int, *, values: Mapping[str, str], note: str, day: datetime.date | None = None) -> Record:
    """A correction is a new row that points at the old one; the old one stays to be seen."""
    require(note.strip(), "更正要写理由。", "A correction needs its reason.")
    old = visible(by, Record).select_related("register", "version", "person", "unit").get(pk=record_id)
    mine = by.person is not None and old.entered_by_id == by.person.pk
    require(mine or may_enter(by, old.register, old.person, old.unit), "不归你更正。", "It is not yours to correct.")
    kept = validated(form_of(old.register), values)
    move(old, "record.correct")
    _answered(by, old)
    fact = Fact(old.register_id, day or old.day, kept, old.person_id, old.unit_id, note)
    new = _insert(by, old.register, old.version, fact, kept, old.person, old.unit, source=RecordSource(old.source), corrects=old)
    enter(by, "record.correct", About.RECORD, new, digest=_digest(new), capacities=WRITERS, subject=old.person, reason=note)
    return new


@deed("record.withdraw")
def withdraw_record(by: Viewer, record_id: int, *, reason: str) -> Record:
    """A correction without content: the record no longer counts."""
    require(reason.strip(), "撤回要写理由。", "Withdrawing needs its reason.")
    old = visible(by, Record).select_related("register", "version", "person", "unit").get(pk=record_id)
    mine = by.person is not None and old.entered_by_id == by.person.pk
    require(mine or may_enter(by, old.register, old.person, old.unit), "不归你撤回。", "It is not yours to withdraw.")
    move(old, "record.withdraw")
    _answered(by, old)
    enter(by, "record.withdraw", About.RECORD, old, digest=_digest(old), capacities=WRITERS, subject=old.person, reason=reason)
    return old


@deed("record.attach")
def attach(by: Viewer, record_id: int, *, name: str, content: bytes) -> Attachment:
    """A photo or a file beside a record. What it is follows from its bytes, not from its name."""
    record = visible(by, Record).get(pk=record_id)
    require(by.person is not None and record.entered_by_id == by.person.pk, "附件由记这条记录的人添加。", "Files are added by who entered the record.")
    attachment = keep_attachment(by, About.RECORD, record.pk, name, content)
    enter(by, "record.attach", About.RECORD, record, digest=digest_of([record.ref, attachment.blob.sha256]), capacities=WRITERS, subject=record.person)
    return attachment


def keep_attachment(by: Viewer, kind: About, about_id: int, name: str, content: bytes) -> Attachment:
    """Check and keep the bytes; refused when they are not what the name says."""
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    media = MEDIA.get(suffix, "")
    require(media, f"不能上传 {suffix or '没有后缀'} 的文件，可以是 {'、'.join(MEDIA)}。", f"{suffix} files are not taken.")
    require(len(content) <= LARGEST, "文件超过 10 MB。", "The file is larger than 10 MB.")
    require(content.startswith(SIGNATURES[media]), "文件的内容与后缀不符。", "The content does not fit the name of the file.")
    blob = files.keep(content, media)
    return Attachment.objects.create(org=by.org, about_kind=kind, about_id=about_id, blob=blob, name=name[-200:], by=by.person, at=by.now)


# ---------------------------------------------------------------------------------------------------------------------- bulk


@deed("record.import", once=True)
def import_records(by: Viewer, register_id: int, rows: Iterable[Fact], *, source: RecordSource, origin: str) -> int:
    """Many facts at once, all or nothing; one entry with the digest over all rows. Rows are validated before."""
    register = Register.objects.get(org=by.org, pk=register_id)
    require(may_import(by), "批量导入由台账管理人或者人力资源办理。", "Imports are for keepers and HR.")
    form = form_of(register)
    version, table = _version(register, form.version), form.table
    facts = list(rows)
    by_month: dict[tuple[int, int], list[Fact]] = {}
    for fact in facts:
        by_month.setdefault((fact.day.year, fact.day.month), []).append(fact)
    made = []
    for (year, month), group in sorted(by_month.items()):
        first = block_of(by.org, "JL", year, len(group))
        for offset, fact in enumerate(group):
            values = validated(form, fact.values)
            made.append(
                Record(
                    org=by.org, register=register, version=version, ref=f"JL-{year}-{month:02d}-{first + offset:04d}", person_id=fact.person_id,
                    unit_id=fact.unit_id, day=fact.day, values=values, note=fact.note, source=source, salt=salt(), row_key=row_key(table, values),
                    state=RecordState.VERIFIED if source in (RecordSource.SYSTEM, RecordSource.DECISION) else RecordState.ENTERED,
                    entered_by=by.person, entered_at=by.now,
                )
            )  # fmt: skip
    try:
        with transaction.atomic():
            Record.objects.bulk_create(made, batch_size=500)
    except IntegrityError as wrong:
        raise Refusal("有的行已经有记录了，请对照台账更正；一行也没有导入。", "Some rows are recorded already; nothing was imported.") from wrong
    digest = digest_of([_digest(record) for record in made])
    enter(by, "record.import", About.REGISTER, register, digest=digest, capacities=WRITERS, reason=origin, ref=register.name)
    return len(made)


@deed("batch.load")
def load_batch(by: Viewer, register_id: int, rows: Sequence[Mapping[str, str]], *, since: datetime.date, until: datetime.date, source_name: str) -> Batch:
    """Bulk detail as one immutable Parquet file; it counts once a keeper has accepted it."""
    register = Register.objects.get(org=by.org, pk=register_id)
    require(may_import(by), "批量导入由台账管理人或者人力资源办理。", "Imports are for keepers and HR.")
    form = form_of(register)
    version, table = form.version, form.table
    require(table is not None, "这本台账没有定义列。", "The register declares no columns.")
    assert table is not None and version is not None
    columns = [column.name for column in inputs(table)]
    kept = [validated(form, row) for row in rows]
    laid = [[row.get(column) for column in columns] for row in kept]
    batch = Batch.objects.create(
        org=by.org, register=register, version=version, ref=ref_for(by.org, "PC", since.year, since.month),
        blob=files.keep(parquet.written(columns, laid), "application/vnd.apache.parquet"), rows=len(laid), digest=parquet.digest(columns, laid),
        since=since, until=until, source_name=source_name[:200], importer=by.person, at=by.now,
    )  # fmt: skip
    enter(by, "batch.load", About.BATCH, batch, digest=batch.digest, capacities=WRITERS, reason=source_name)
    return batch


@deed("batch.accept")
def accept_batch(by: Viewer, batch_id: int) -> Batch:
    """A keeper who did not load it lets it count."""
    batch = visible(by, Batch).get(pk=batch_id)
    require(by.holds(Capacity.HR, Capacity.KEEPER), "批次由台账管理人验收。", "Batches are accepted by keepers.")
    require(by.person is not None and batch.importer_id != by.person.pk, "自己导入的，要由别人验收。", "Somebody else has to accept what you loaded.")
    move(batch, "batch.accept")
    enter(by, "batch.accept", About.BATCH, batch, digest=batch.digest, capacities=WRITERS)
    assert batch.state == BatchState.ACCEPTED
    return batch


@deed("batch.reject")
def reject_batch(by: Viewer, batch_id: int, *, reason: str) -> Batch:
    """Send a batch back: it never counts, and stays on the list."""
    require(reason.strip(), "退回要写理由。", "Sending back needs its reason.")
    batch = visible(by, Batch).get(pk=batch_id)
    require(by.holds(Capacity.HR, Capacity.KEEPER), "批次由台账管理人验收。", "Batches are accepted by keepers.")
    move(batch, "batch.reject")
    enter(by, "batch.reject", About.BATCH, batch, digest=batch.digest, capacities=WRITERS, reason=reason)
    return batch
