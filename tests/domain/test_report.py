"""A unit reports before it is reviewed: written by its head, handed in with the stage, then only added to; seen by the group."""

import datetime

import pytest

from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import report
from quanheng.domain.models import Counted, Entry, Proof, Register, Report, Sheet, Stage, StageKind, Statement, Subject, Task
from quanheng.domain.queries import reports
from quanheng.domain.queries.sheets import beside
from quanheng.domain.refusal import NotYours, Refusal
from tests.year import Year
from tests.year_of_units import DAY, ITEM, of_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Year:
    return of_units()


@pytest.fixture
def unit(year: Year) -> Subject:
    return year.cycles[-1].subjects.get(unit__isnull=False)


def write(year: Year, unit: Subject, text: str = "清场检查 12 次，合格 12 次。", claim: str = "9.5", who: str = "李", **more) -> Report:
    return report.draft(year.by(who, DAY), unit.pk, [report.Said(ITEM, text, claim)], **more)


def test_the_head_writes_and_hands_in_and_his_task_is_done(year, unit):
    assert Task.objects.get(kind="report", person=year.people["李"]).state == "open"
    write(year, unit, "第一稿", "9")
    write(year, unit)
    report.hand_in(year.by("李", DAY), unit.pk)
    assert Task.objects.get(kind="report", person=year.people["李"]).state == "done"
    [told] = reports.one(year.by("李", DAY), unit.pk).items
    assert (told.said.text, told.claim, told.said.rev) == ("清场检查 12 次，合格 12 次。", "9.5", 2)
    assert Statement.objects.get(rev=1).text == "第一稿"


def test_nobody_but_the_head_writes_and_a_draft_is_read_by_nobody_else(year, unit):
    write(year, unit)
    for name in ("吴", "王", "钱", "赵", "张"):
        with pytest.raises(NotYours):
            write(year, unit, "我来写", who=name)
        with pytest.raises(NotYours):
            reports.one(year.by(name, DAY), unit.pk)
    report.hand_in(year.by("李", DAY), unit.pk)
    for name in ("吴", "赵", "钱", "张"):  # the group, and who oversees the unit
        assert reports.one(year.by(name, DAY), unit.pk).items[0].said.claim == "9.5"
    with pytest.raises(NotYours):
        reports.one(year.by("员甲002", DAY), unit.pk)


def test_every_item_has_to_say_something_and_a_claim_is_no_more_than_the_full_mark(year, unit):
    with pytest.raises(Refusal, match=f"还差 1 项没有写：{ITEM}"):
        report.hand_in(year.by("李", DAY), unit.pk)
    with pytest.raises(Refusal, match="10"):
        write(year, unit, claim="10.5")
    assert not Statement.objects.exists()


def test_it_is_handed_in_while_its_stage_is_open(year, unit):
    stage = Stage.objects.get(cycle=unit.cycle, kind=StageKind.REPORT)
    write(year, unit)
    cycles.close_stage(year.by("钱", DAY), stage.pk, reason="评审会提前")
    with pytest.raises(Refusal, match="已经结束"):
        report.hand_in(year.by("李", DAY), unit.pk)
    cycles.move_stage(year.by("钱", DAY), stage.pk, new_opens=stage.opens, new_due=datetime.date(2026, 11, 5), reason="李出差")
    report.hand_in(year.by("李", DAY), unit.pk)
    assert not reports.one(year.by("李", DAY), unit.pk).late


def test_what_was_handed_in_stays_and_is_only_added_to_with_a_reason(year, unit):
    li = year.by("李", DAY)
    write(year, unit)
    with pytest.raises(Refusal, match="直接改草稿"):
        report.add(li, unit.pk, report.Said(ITEM, "补一句", reason="漏了"))
    report.hand_in(li, unit.pk)
    with pytest.raises(Refusal, match="只能补充"):
        write(year, unit, "改过的")
    with pytest.raises(Refusal, match="理由"):
        report.add(li, unit.pk, report.Said(ITEM, "补一句"))
    report.add(li, unit.pk, report.Said(ITEM, "10 月 30 日又查一次，合格。", "10", "通报晚到"))
    [told] = reports.one(li, unit.pk).items
    assert (told.said.text, told.claim, [each.reason for each in told.added]) == ("清场检查 12 次，合格 12 次。", "10", ["通报晚到"])
    assert set(Entry.objects.filter(about_kind="report").values_list("deed", flat=True)) == {"report.draft", "report.hand_in", "report.add"}


def test_proofs_are_records_about_the_unit_and_files_that_are_what_they_say(year, unit):
    about = Register.objects.get(org=year.org, name="部门每月")
    ref = about.records.get(unit=unit.unit_id).ref
    other = about.records.exclude(unit=unit.unit_id).get().ref
    with pytest.raises(Refusal, match="不能作证明"):
        write(year, unit, proofs={ITEM: report.Proofs([other])})
    with pytest.raises(Refusal, match="与后缀不符"):
        write(year, unit, proofs={ITEM: report.Proofs(files=[("通报.pdf", b"<script>")])})
    write(year, unit, proofs={ITEM: report.Proofs([ref], [("通报.pdf", b"%PDF-1.7")])})
    write(year, unit, proofs={ITEM: report.Proofs([ref])})  # the same record again is the same proof
    kept = Proof.objects.get(attachment__isnull=False)
    assert Proof.objects.count() == 2 and kept.attachment.name == "通报.pdf"
    with pytest.raises(NotYours):
        reports.attachment(year.by("赵", DAY), kept.attachment_id)
    write(year, unit, dropped=[kept.pk])
    report.hand_in(year.by("李", DAY), unit.pk)
    [told] = reports.one(year.by("赵", DAY), unit.pk).items
    assert [proof.record.ref for proof in told.proofs] == [ref]
    assert reports.attachment(year.by("赵", DAY), kept.attachment_id)[1] == b"%PDF-1.7"


def test_a_member_of_the_group_sees_it_beside_the_sheet_once_it_is_handed_in(year, unit):
    sheet = Sheet.objects.get(cycle=unit.cycle, part="group")
    write(year, unit)
    assert beside(year.by("赵", DAY), sheet.pk, unit.pk, ITEM).report is None
    report.hand_in(year.by("李", DAY), unit.pk)
    assert beside(year.by("赵", DAY), sheet.pk, unit.pk, ITEM).report.claim == "9.5"


def test_a_unit_that_takes_no_part_is_asked_nothing(year, unit):
    Subject.objects.filter(pk=unit.pk).update(counted=Counted.OUT, reason="新成立")
    with pytest.raises(Refusal, match="不要求"):
        write(year, unit)
