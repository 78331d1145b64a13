"""A unit's report before its items are reviewed: written item by item, handed in with its stage, and from then on only added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from quanheng.domain.actions.asking import done
from quanheng.domain.actions.deed import deed, enter, move, salt
from quanheng.domain.actions.record import keep_attachment
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Counted, Proof, Record, Report, Stage, StageKind, Statement, Subject, TaskKind
from quanheng.domain.policies.reports import writes
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.reports import citable_of, content, items_for, newest, standing
from quanheng.domain.refusal import NotYours, Refusal, require
from quanheng.domain.states import CycleState, ReportState, StageState
from quanheng.engine.run.cells import Problem

WRITING = (Capacity.HEAD,)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said on one item: words, and the points the unit claims. `reason` for an addition."""

    item: str
    text: str
    claim: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a statement stands on: records by their number, files as (name, content)."""

    records: Sequence[str] = ()
    files: Sequence[tuple[str, bytes]] = ()

    def __str__(self) -> str:
        """As a request is told apart from another: files by their length."""
        return f"{list(self.records)} {[(name, len(content)) for name, content in self.files]}"


NONE: Final = Proofs()


@deed("report.draft", once=True)
def draft(by: Viewer, subject_id: int, said: Sequence[Said], proofs: Mapping[str, Proofs] = MappingProxyType({}), dropped: Sequence[int] = ()) -> Report:
    """Write the report, or some of it, with its proofs by item; what was written before on an item stays behind the newer.
    Proofs may be dropped again until it is handed in."""
    subject, report = _own(by, subject_id)
    require(report.state == ReportState.DRAFT, "已经提交，只能补充。", "It was handed in; it can only be added to.")
    before = newest(report)
    for each in said:
        now = before.get(each.item)
        words = _checked(subject, each)
        if (words.text, words.claim) != ((now.text, now.claim) if now is not None else ("", "")):
            _state(by, report, words, now.rev if now is not None else 0)
    for item, given in proofs.items():
        _put(by, subject, report, item, given)
    Proof.objects.filter(report=report, pk__in=dropped, dropped=False).update(dropped=True)
    Report.objects.filter(pk=report.pk).update(rev=report.rev + 1)
    _enter(by, "report.draft", subject, report)
    return report


@deed("report.hand_in", once=True)
def hand_in(by: Viewer, subject_id: int) -> Report:
    """Hand it in: every item says something, and the stage of reporting is open."""
    subject, report = _own(by, subject_id)
    told = newest(report)
    left = [item.name for item in items_for(subject) if not (item.name in told and told[item.name].text)]
    names = "、".join(left[:5])
    require(not left, f"还差 {len(left)} 项没有写：{names}。", f"{len(left)} items say nothing yet: {names}.")
    stage = Stage.objects.get(cycle=subject.cycle_id, kind=StageKind.REPORT)
    require(stage.state != StageState.WAITING, f"“{stage.title}”还没有开始。", f"{stage.title} has not begun.")
    require(stage.state != StageState.CLOSED, f"“{stage.title}”已经结束，请人力资源调整日期后再提交。", f"{stage.title} is over; ask HR to move its days.")
    move(report, "report.hand_in", handed_by=by.person, handed_at=by.now)
    done(by, TaskKind.REPORT, About.SUBJECT, subject.pk)
    _enter(by, "report.hand_in", subject, report)
    return report


@deed("report.add", once=True)
def add(by: Viewer, subject_id: int, said: Said, proofs: Proofs = NONE) -> Report:
    """Add to a report that was handed in, with the reason. What was handed in stays as it was."""
    subject, report = _own(by, subject_id)
    require(report.state == ReportState.HANDED_IN, "还没有提交，直接改草稿。", "It is a draft still; change it there.")
    require(said.reason.strip(), "补充要写理由。", "An addition needs its reason.")
    require(said.text.strip(), "没有写补充什么。", "It does not say what is added.")
    require(subject.cycle.state == CycleState.RUNNING, "评分已经截止，不能再补充。", "The rating is closed.")
    now = newest(report).get(said.item)
    _state(by, report, _checked(subject, said), now.rev if now is not None else 0)
    _put(by, subject, report, said.item, proofs)
    Report.objects.filter(pk=report.pk).update(rev=report.rev + 1)
    _enter(by, "report.add", subject, report, reason=said.reason)
    return report


def _own(by: Viewer, subject_id: int) -> tuple[Subject, Report]:
    """The subject with its report, made with the first words; locked."""
    subject = Subject.objects.filter(cycle__org=by.org, pk=subject_id).select_related("cycle__version", "unit").first()
    if subject is None or not writes(by, subject):
        raise NotYours
    asked = Stage.objects.filter(cycle=subject.cycle_id, kind=StageKind.REPORT).exists() and subject.counted == Counted.IN
    require(asked, "这个周期不要求单位自报。", "No report is asked for in this cycle.")
    require(subject.cycle.state == CycleState.RUNNING, "周期没有在进行，不能填报。", "The cycle does not run.")
    Report.objects.get_or_create(subject=subject, defaults={"salt": salt()})
    return subject, Report.objects.select_for_update().get(subject=subject)


def _checked(subject: Subject, said: Said) -> Said:
    """With the claim as exact text; refused when there is no such item or no such mark."""
    item = next((each for each in items_for(subject) if each.name == said.item), None)
    if item is None:
        raise NotYours
    claim = said.claim.strip()
    if claim:
        read = item.read(claim)
        if isinstance(read, Problem):
            raise Refusal(f"{item.name}：{read.zh}", f"{item.name}: {read.en}", article=item.article)
        claim = read
    return Said(item.name, said.text.strip(), claim, said.reason.strip()[:200])


def _state(by: Viewer, report: Report, said: Said, before: int) -> None:
    assert by.person is not None
    Statement.objects.create(
        report=report, item=said.item, rev=before + 1, text=said.text, claim=said.claim, reason=said.reason, by=by.person, at=by.now
    )


def _put(by: Viewer, subject: Subject, report: Report, item: str, proofs: Proofs) -> None:
    """Records about the unit, and files as they are checked everywhere."""
    if item not in {each.name for each in items_for(subject)}:
        raise NotYours
    assert by.person is not None
    there = {proof.record_id for proof in standing(report) if proof.item == item}
    known: dict[str, Record] = {record.ref: record for record in citable_of(by, subject)}
    for ref in dict.fromkeys(proofs.records):
        require(ref in known, f"{ref} 不能作证明：要是本周期关于本单位、没有作废的记录。", f"{ref} cannot be a proof.")
        if known[ref].pk not in there:
            Proof.objects.create(report=report, item=item, record=known[ref], by=by.person, at=by.now)
    for name, bytes_ in proofs.files:
        kept = keep_attachment(by, About.REPORT, report.pk, name, bytes_)
        Proof.objects.create(report=report, item=item, attachment=kept, by=by.person, at=by.now)


def _enter(by: Viewer, name: str, subject: Subject, report: Report, *, reason: str = "") -> None:
    digest = digest_of(content(report), report.salt)
    enter(by, name, About.REPORT, report, digest=digest, capacities=WRITING, ref=f"{subject.cycle.ref} {subject.row_key}", reason=reason)
