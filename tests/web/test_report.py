"""The pages of a unit's report: written, handed in, added to by its head; read beside the sheet by the group."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import opening
from quanheng.domain.models import Attachment, Report, Sheet, StageKind, Statement, Task
from tests.cast import sign_in
from tests.year import Year
from tests.year_of_units import DAY, ITEM, of_units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def year() -> Year:
    return of_units()


@pytest.fixture
def path(year: Year) -> str:
    return f"/reports/{year.cycles[-1].subjects.get(unit__isnull=False).pk}/"


def enter(year: Year, name: str) -> Client:
    client = Client()
    sign_in(client, year.people[name])
    return client


def test_the_head_finds_it_among_his_tasks_writes_attaches_and_hands_in(year, path):
    li = enter(year, "李")
    assert f'href="{path}"' in li.get("/").content.decode()
    assert "做了什么" in li.get(path).content.decode()
    proof = SimpleUploadedFile("通报.pdf", b"%PDF-1.7", content_type="application/pdf")
    assert li.post(path, {"text-0": "清场检查 12 次。", "claim-0": "9.5", "file-0": proof}).url == path
    told = li.get(path).content.decode()
    assert "通报.pdf" in told and "撤下" in told and "9.5" in told
    li.post(path, {"text-0": "清场检查 12 次，合格 12 次。", "claim-0": "9.5", "hand_in": "1"})
    assert Report.objects.get().state == "handed_in"
    told = li.get(path).content.decode()
    assert "只能补充" in told and "撤下" not in told
    li.post(f"{path}add/", {"item": "0", "text": "又查一次，合格。", "reason": "通报晚到", "claim": "10"})
    assert "理由：通报晚到" in li.get(path).content.decode()


def test_what_was_typed_is_still_there_when_it_is_refused(year, path):
    refused = enter(year, "李").post(path, {"text-0": "清场检查 12 次。", "claim-0": "11"})
    told = refused.content.decode()
    assert refused.status_code == 409 and "清场检查 12 次。" in told and 'value="11"' in told and not Statement.objects.exists()


def test_the_group_reads_it_beside_the_sheet_and_a_stranger_gets_neither_page_nor_file(year, path):
    li, zhao, stranger = enter(year, "李"), enter(year, "赵"), enter(year, "王")
    proof = SimpleUploadedFile("通报.pdf", b"%PDF-1.7", content_type="application/pdf")
    li.post(path, {"text-0": "清场检查 12 次。", "claim-0": "9.5", "file-0": proof})
    at = f"/reports/files/{Attachment.objects.get().pk}/"
    assert [zhao.get(each).status_code for each in (path, at)] == [404, 404], "a draft is the unit's own"
    li.post(path, {"text-0": "清场检查 12 次。", "claim-0": "9.5", "hand_in": "1"})
    assert zhao.get(path).status_code == 200
    served = zhao.get(at)
    assert served.content == b"%PDF-1.7" and served["X-Content-Type-Options"] == "nosniff"
    sheet, subject = Sheet.objects.get(part="group"), year.cycles[-1].subjects.get(unit__isnull=False)
    beside = zhao.get(f"/scores/{sheet.pk}/beside/?subject={subject.pk}&item={ITEM}").content.decode()
    assert "单位自评" in beside and "清场检查 12 次。" in beside and at in beside
    assert [stranger.get(each).status_code for each in (path, at)] == [404, 404]
    assert zhao.post(path, {"text-0": "我来改", "hand_in": "1"}).status_code == 404


def test_hr_sees_who_has_not_handed_in(year, path):
    told = enter(year, "钱").get("/reports/").content.decode()
    assert "0 / 1 个单位已提交" in told and "未提交" in told and path not in told
    assert enter(year, "员甲001").get("/reports/").status_code == 200


def test_everybody_of_the_group_finds_its_sheet_among_his_tasks_until_he_has_signed(year):
    hr, since, until = year.by("钱", DAY), datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)
    stages = [cycles.StageDays(StageKind.GROUP, "小组审核", since, datetime.date(2026, 11, 6))]
    made = cycles.prepare(hr, year.version.scheme_id, cycles.Days("2026年11月考核", "2026-11", since, until), stages)
    cycles.set_subjects(hr, made.pk, cycles.propose_members(made))
    opening.open_cycle(hr, made.pk)
    sheet = Sheet.objects.get(cycle=made, part="group")
    at = f'href="/scores/{sheet.pk}/"'
    assert Task.objects.filter(about_kind="sheet", about_id=sheet.pk, state="open").count() == 4, "leader, two members, secretary"
    home = enter(year, "赵").get("/").text
    assert at in home and "评议组" in home and "评分，还有" not in home, "how far the group has come is its leader's"
    assert "评分，还有" in enter(year, "吴").get("/").text
    enter(year, "赵").post(f"/scores/{sheet.pk}/sign/", {"deed": "dissent", "text": "现场应当再看一次。"})
    assert at not in enter(year, "赵").get("/").text and at in enter(year, "吴").get("/").text
