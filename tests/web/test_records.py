"""事实记录 as pages: written down, verified by somebody else, corrected by a new one; what is not yours is not there."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quanheng.domain.actions import record as actions
from quanheng.domain.models import Attachment, Batch, Check, Record, RecordSource, Register, RegisterAbout, Task
from tests.cast import sign_in

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def register(cast) -> Register:
    return Register.objects.create(org=cast.org, name="工作记录", about=RegisterAbout.PERSON)


@pytest.fixture
def as_(client):
    def be(viewer):
        sign_in(client, viewer.person)
        return client

    return be


def fact(register, who, note="清场检查一次合格。", **more):
    return {"who": who, "day": "2026-10-14", "note": note, "c0": "操作规范", **more}


@pytest.fixture(autouse=True)
def _now(monkeypatch, cast):
    from django.utils import timezone

    from tests.cast import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_li_writes_a_fact_about_wang_with_a_photo(as_, register, li, wang):
    client = as_(li)
    assert 'value="2026-10-15"' in client.get("/records/add/").content.decode(), "today, as browsers take it"
    answer = client.post(f"/records/add/?register={register.pk}", fact(register, "王强", file=io.BytesIO(PNG)))
    assert answer.status_code == 422, "a file without a suffix is refused"
    photo = io.BytesIO(PNG)
    photo.name = "现场.png"
    answer = client.post(f"/records/add/?register={register.pk}", fact(register, "王强", file=photo))
    made = Record.objects.get()
    assert answer.url == f"/records/{made.pk}/" and made.person == wang.person and made.source == "attested"
    assert made.values == {"类别": "操作规范"} and made.note == "清场检查一次合格。"
    shown = client.get(answer.url).content.decode()
    assert made.ref in shown and "清场检查" in shown and "现场.png" in shown
    kept = Attachment.objects.get()
    answer = client.get(f"/records/files/{kept.pk}/")
    assert answer.content == PNG and answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == "image/png"


def test_the_same_form_sent_twice_is_one_record(as_, register, li):
    client = as_(li)
    form = fact(register, "王强", key="6f9619ff-8b86-4011-b42d-00cf4fc964ff")
    first, second = (client.post(f"/records/add/?register={register.pk}", form) for _ in range(2))
    assert first.url == second.url and Record.objects.count() == 1


def test_what_wang_says_about_himself_is_self_reported_and_li_is_asked_to_verify_it(as_, register, wang, li):
    as_(wang).post(f"/records/add/?register={register.pk}", fact(register, "王强", "提出清洁顺序的改法。"))
    made = Record.objects.get()
    assert made.source == RecordSource.SELF and made.state == "entered"
    task = Task.objects.get()
    assert (task.person, task.kind, task.due.isoformat()) == (li.person, "verify", "2026-10-19")  # Thursday and two working days
    client = as_(li)
    assert "提出清洁顺序" in client.get("/records/verify/").content.decode()
    assert client.post(f"/records/{made.pk}/verify/", {"verdict": "verified", "next": "verify"}).url == "/records/verify/"
    made.refresh_from_db()
    task.refresh_from_db()
    assert (made.state, task.state, Check.objects.get().by) == ("verified", "done", li.person)


def test_nobody_verifies_what_he_wrote_or_what_is_about_him(as_, register, wang, li):
    as_(wang).post(f"/records/add/?register={register.pk}", fact(register, "王强"))
    made = Record.objects.get()
    assert as_(wang).post(f"/records/{made.pk}/verify/", {"verdict": "verified"}).status_code == 409
    assert as_(li).post(f"/records/{made.pk}/verify/", {"verdict": "doubted"}).status_code == 409, "a doubt is explained"
    assert as_(li).post(f"/records/{made.pk}/verify/", {"verdict": "true"}).status_code == 409


def test_a_correction_is_a_new_record_in_a_line_and_the_old_one_is_corrected_no_more(as_, register, li, wang):
    old = actions.add_record(li, actions.Fact(register.pk, li.today, {"类别": "交接"}, wang.person.pk, None, "漏填 2 项。"))
    client = as_(li)
    assert 'value="交接"' in client.get(f"/records/{old.pk}/correct/").content.decode()
    assert client.post(f"/records/{old.pk}/correct/", {"day": "2026-10-14", "c0": "交接", "note": ""}).status_code == 422
    answer = client.post(f"/records/{old.pk}/correct/", {"day": "2026-10-14", "c0": "交接", "note": "是 3 项，看错了。"})
    new = Record.objects.get(corrects=old)
    assert answer.url == f"/records/{new.pk}/"
    shown = client.get(answer.url).content.decode()
    assert old.ref in shown and new.ref in shown
    assert client.post(f"/records/{old.pk}/correct/", {"day": "2026-10-14", "c0": "交接", "note": "再改。"}).status_code == 409


def test_a_withdrawn_record_leaves_the_list_and_stays_to_be_seen(as_, register, li, wang):
    made = actions.add_record(li, actions.Fact(register.pk, li.today, {}, wang.person.pk, None, "记错了人。"))
    client = as_(li)
    assert client.post(f"/records/{made.pk}/withdraw/", {"reason": ""}).status_code == 409
    client.post(f"/records/{made.pk}/withdraw/", {"reason": "记错了人"}, follow=True)
    assert made.ref not in client.get("/records/").content.decode()
    assert made.ref in client.get("/records/?state=void").content.decode()
    assert client.post(f"/records/{made.pk}/withdraw/", {"reason": "再撤一次"}).status_code == 409


def test_zhao_sees_nothing_of_it_and_an_auditor_reads_without_writing(as_, register, li, wang, zhao, sun):
    photo = io.BytesIO(PNG)
    photo.name = "a.png"
    as_(li).post(f"/records/add/?register={register.pk}", fact(register, "王强", file=photo))
    made, kept = Record.objects.get(), Attachment.objects.get()
    stranger = as_(zhao)
    assert [stranger.get(f"/records/{made.pk}/{end}").status_code for end in ("", "correct/")] == [404, 404]
    assert stranger.get(f"/records/files/{kept.pk}/").status_code == 404
    assert stranger.post(f"/records/{made.pk}/verify/", {"verdict": "verified"}).status_code == 404
    assert made.ref not in stranger.get("/records/?state=all").content.decode()
    answer = stranger.post(f"/records/add/?register={register.pk}", fact(register, "王强"))
    assert answer.status_code == 422 and Record.objects.count() == 1
    reader = as_(sun)
    assert reader.get(f"/records/{made.pk}/").status_code == 200
    assert reader.post(f"/records/{made.pk}/verify/", {"verdict": "verified"}).status_code == 409
    assert reader.post(f"/records/{made.pk}/withdraw/", {"reason": "不该"}).status_code == 409
    assert reader.post(f"/records/add/?register={register.pk}", fact(register, "王强")).status_code == 422


def test_li_finds_wang_by_pinyin_and_nobody_he_does_not_answer_for(as_, register, li):
    client = as_(li)
    assert [each["name"] for each in client.get("/records/people/?q=wangq").json()["found"]] == ["王强"]
    assert client.get("/records/people/?q=zhao").json()["found"] == []


def test_the_list_is_narrowed_by_person_register_state_and_days(as_, register, li, wang):
    other = Register.objects.create(org=li.org, name="偏差", about=RegisterAbout.PERSON)
    for day, kept, note in ((1, register, "甲事"), (9, register, "乙事"), (12, other, "丙事")):
        actions.add_record(li, actions.Fact(kept.pk, li.today.replace(day=day), {}, wang.person.pk, None, note))
    client = as_(li)

    def shown(asked):
        text = client.get(f"/records/?{asked}").content.decode()
        return [note for note in ("甲事", "乙事", "丙事") if note in text]

    assert shown("") == ["甲事", "乙事", "丙事"]
    assert shown(f"register={other.pk}") == ["丙事"]
    assert shown("since=2026-10-05&until=2026-10-10") == ["乙事"]
    assert shown("q=wangqiang") == ["甲事", "乙事", "丙事"] and shown("q=lisi") == []
    assert shown("state=verified") == []


def test_the_list_costs_the_same_for_ten_times_the_records(as_, register, li, wang):
    client = as_(li)

    def statements(count):
        for nr in range(count):
            actions.add_record(li, actions.Fact(register.pk, li.today, {"类别": "任务"}, wang.person.pk, None, f"第 {nr} 件"))
        client.get("/records/")
        with CaptureQueriesContext(connection) as found:
            client.get("/records/")
        return len(found)

    assert statements(3) == statements(30)


def test_a_file_is_looked_at_first_and_imported_whole_or_not_at_all(as_, register, qian, li):
    client = as_(qian)

    def upload(text):
        file = io.BytesIO(text.encode())
        file.name = "十月.csv"
        return client.post(f"/records/import/{register.pk}/", {"file": file, "day": "2026-10-14"})

    wrong = upload("工号,日期,类别,说明\n1001,2026-10-12,交接,补齐\n9999,2026-10-12,交接,没有这个人\n")
    assert wrong.status_code == 422 and "9999" in wrong.content.decode() and Record.objects.count() == 0
    looked = upload("工号,日期,类别,说明\n王强,2026/10/12,交接,补齐\n1002,,任务,提前完成\n")
    assert looked.status_code == 200
    text = looked.content.decode()
    hidden = {name: text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("staged", "file", "day", "digest")}
    assert client.post(f"/records/import/{register.pk}/do/", hidden | {"digest": "0" * 64}).status_code == 409
    assert client.post(f"/records/import/{register.pk}/do/", hidden).url == "/records/"
    found = sorted((each.person.name, str(each.day), each.note) for each in Record.objects.all())
    assert found == [("李敏", "2026-10-14", "提前完成"), ("王强", "2026-10-12", "补齐")]
    assert client.get(f"/records/import/{register.pk}/empty.xlsx").content[:2] == b"PK"
    assert as_(li).get(f"/records/import/{register.pk}/").status_code == 404


def test_a_batch_counts_once_somebody_else_has_accepted_it(as_, cast, register, qian, li):
    from quanheng.domain import files
    from quanheng.domain.models import RegisterVersion

    version = RegisterVersion.objects.create(register=register, number=1, definition="[]", digest="0" * 64)
    batch = Batch.objects.create(
        org=cast.org, register=register, version=version, ref="PC-2026-10-0001", blob=files.keep(b"PAR1", "application/vnd.apache.parquet"), rows=1,
        digest="0" * 64, since=qian.today, until=qian.today.replace(day=20), source_name="刷脸.csv", importer=qian.person, at=qian.now,
    )  # fmt: skip
    client = as_(qian)
    assert "刷脸.csv" in client.get("/records/batches/").content.decode()
    assert client.post(f"/records/batches/{batch.pk}/", {"verdict": "accept"}).status_code == 409, "he loaded it himself"
    assert as_(li).get("/records/batches/").status_code == 404
    assert as_(li).post(f"/records/batches/{batch.pk}/", {"verdict": "accept"}).status_code == 404
    assert as_(qian).post(f"/records/batches/{batch.pk}/", {"verdict": "reject", "reason": ""}).status_code == 409
    as_(qian).post(f"/records/batches/{batch.pk}/", {"verdict": "reject", "reason": "缺两天"})
    batch.refresh_from_db()
    assert batch.state == "rejected"
