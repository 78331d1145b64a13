"""Facts: entered, verified by somebody else, doubted, corrected by a new row. Nothing is overwritten."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from quanheng.domain import files
from quanheng.domain.actions.deed import already, block_of, deed, enter, move, ref_for, salt, stands
from quanheng.domain.bridge import parquet
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import inputs, plan_of
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
    Unit,
    Verdict,
)  # fmt: skip
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import OVERSEEING, Viewer
from quanheng.domain.refusal import Conflict, Refusal, require
from quanheng.domain.states import BatchState, RecordState
from quanheng.domain.words import say
from quanheng.engine.plan import model as m
from quanheng.engine.run.cells import Problem, cell_reader

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


class Wrong(Refusal):
    """Values that do not fit the register, each with its column and what to do."""

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        zh = "；".join(f"{column}：{problem.zh}" for column, problem in problems)
        en = "; ".join(f"{column}: {problem.en}" for column, problem in problems)
        super().__init__(zh, en)
        self.problems = problems

    def by_column(self) -> dict[str, str]:
        """The reason for each column, in the reader's language, with the hint."""
        return {column: say(problem.zh + problem.hint_zh, f"{problem.en} {problem.hint_en}".strip()) for column, problem in self.problems}


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a register look now: the version, the scheme's table, and the columns that raters fill in elsewhere."""

    version: RegisterVersion | None
    table: m.Table | None
    scored: frozenset[str] = frozenset()


def form_of(register: Register) -> Form:
    """The newest version of a register and the table of the scheme that declares it."""
    version = register.versions.order_by("-number").select_related("declared_by__scheme").first()
    if version is None or version.declared_by is None:
        return Form(version, None)
    plan = plan_of(version.declared_by)
    scored = frozenset(item.name for item in items_of(version.declared_by)) if version.table == plan.subject else frozenset()
    return Form(version, plan.tables[version.table], scored)


def validated(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """The values as they are kept: exact text under the declared names, absent where there is none. Raises `Wrong`."""
    if form.table is None:
        return {name: text.strip() for name, text in values.items() if text.strip()}
    columns = {column.name: column for column in inputs(form.table)}
    unknown = [(name, Problem("unknown-column", "台账里没有这一列。", "The register has no such column.")) for name in values if name not in columns]
    wrong, kept = list(unknown), dict[str, str]()
    for name, column in columns.items():
        text = (values.get(name) or "").strip()
        if not text and name in form.scored:
            continue
        found = cell_reader(column.type)(text)
        if isinstance(found, Problem):
            wrong.append((name, found))
        elif text:
            kept[name] = text
    if wrong:
        raise Wrong(wrong)
    return kept


def row_key(table: m.Table | None, values: Mapping[str, str]) -> str:
    """The key of a row as people write it; empty for a register whose rows are not known by a key."""
    if table is None or table.key == (m.ROW_KEY,):
        return ""
    return "/".join(values.get(name, "") for name in table.key)


def may_enter(by: Viewer, register: Register, person: Person | None, unit: Unit | None) -> bool:
    """Keepers, and HR: everything. A head or superior: about those they answer for. Everybody: about oneself (as self-reported)."""
    if by.system or by.token is not None or by.holds(Capacity.HR):
        return True
    if any(grant.capacity == Capacity.KEEPER and grant.register_id in (register.pk, None) for grant in by.grants):
        return True
    if person is not None and person.pk == (by.person.pk if by.person is not None else None):
        return True
    if person is not None:
        from quanheng.domain.models import Post
        from quanheng.domain.policies.viewer import open_at

        return Post.objects.filter(open_at(by.today), person=person, unit_id__in=by.units(*OVERSEEING)).exists()
    return unit is not None and by.in_scope(unit.pk, *OVERSEEING)


@deed("record.add")
def add_record(by: Viewer, fact: Fact) -> Record:
    """Write down one fact. About oneself it is self-reported, whatever is claimed."""
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
    values = validated(form, fact.values)
    itself = by.person is not None and person is not None and person.pk == by.person.pk
    record = _insert(by, register, _version(register, form.version), fact, values, person, unit, source=RecordSource.SELF if itself else fact.source)
    enter(by, "record.add", About.RECORD, record, digest=_digest(record), capacities=WRITERS, subject=person, request=request)
    return record


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
    enter(by, "record.verify", About.RECORD, record, digest=_digest(record), capacities=WRITERS, subject=record.person, reason=note)
    return record


@deed("record.correct")
def correct_record(by: Viewer, record_id: int, *, values: Mapping[str, str], note: str, day: datetime.date | None = None) -> Record:
    """A correction is a new row that points at the old one; the old one stays to be seen."""
    require(note.strip(), "更正要写理由。", "A correction needs its reason.")
    old = visible(by, Record).select_related("register", "version", "person", "unit").get(pk=record_id)
    mine = by.person is not None and old.entered_by_id == by.person.pk
    require(mine or may_enter(by, old.register, old.person, old.unit), "不归你更正。", "It is not yours to correct.")
    kept = validated(form_of(old.register), values)
    move(old, "record.correct")
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


@deed("record.import")
def import_records(by: Viewer, register_id: int, rows: Iterable[Fact], *, source: RecordSource, origin: str) -> int:
    """Many facts at once, all or nothing; one entry with the digest over all rows. Rows are validated before."""
    register = Register.objects.get(org=by.org, pk=register_id)
    may = by.system or by.token is not None or by.holds(Capacity.HR, Capacity.KEEPER)
    require(may, "批量导入由台账管理人或者人力资源办理。", "Imports are for keepers and HR.")
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
    Record.objects.bulk_create(made, batch_size=500)
    digest = digest_of([_digest(record) for record in made])
    enter(by, "record.import", About.REGISTER, register, digest=digest, capacities=WRITERS, reason=origin, ref=register.name)
    return len(made)


@deed("batch.load")
def load_batch(by: Viewer, register_id: int, rows: Sequence[Mapping[str, str]], *, since: datetime.date, until: datetime.date, source_name: str) -> Batch:
    """Bulk detail as one immutable Parquet file; it counts once a keeper has accepted it."""
    register = Register.objects.get(org=by.org, pk=register_id)
    require(by.token is not None or by.holds(Capacity.HR, Capacity.KEEPER), "批量导入由台账管理人或者人力资源办理。", "Imports are for keepers and HR.")
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
