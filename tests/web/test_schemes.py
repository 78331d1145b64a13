"""The regulations: read beside their rules, drafted with faults at the line, put in force by a document."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quanheng.domain.models import SchemeVersion
from quanheng.domain.queries.schemes import reading
from tests.web.test_results import sign_in, text
from tests.web.test_runs import signed
from tests.year import SCHEME

pytestmark = pytest.mark.django_db
NEXT = SCHEME.read_text(encoding="utf-8").replace("版本：2026", "版本：2027").replace("施行：2026-01-01", "施行：2027-01-01")
CHANGED = NEXT.replace("A 等系数 1.2", "A 等系数 1.3").replace("A 1.2；", "A 1.3；")


def test_everybody_reads_each_paragraph_beside_its_rules(client, firm):
    sign_in(client, firm, "王")
    assert "制药企业月度绩效管理办法" in text(client.get("/schemes/"))
    page = text(client.get(f"/schemes/versions/{firm.version.pk}/"))
    assert "考核奖金按岗位的奖金标准乘以等次系数发放" in page and "员工.奖金标准 × 等次系数[等次]" in page and "2026年10月考核" in page
    assert "起草办法" not in text(client.get("/schemes/"))
    lines = reading(firm.by("王", firm.cycles[0].since), firm.version.pk).lines
    bonus = next(line for line in lines if line.number == "第十条" and line.kind == "paragraph")
    assert [(entry.kind, entry.name) for entry in bonus.entries] == [("standard", "等次系数"), ("rule", "考核奖金")]


def test_every_line_of_the_text_stands_in_the_reading_view(firm):
    found = reading(firm.by("孙", firm.cycles[0].since), firm.version.pk)
    said = {entry.line for line in found.lines for entry in line.entries} | {line.line for line in found.lines}
    rules = [number for number, line in enumerate(firm.version.text.splitlines(), 1) if line.startswith("- ")]
    assert set(rules) <= said


def test_sun_drafts_compares_and_puts_in_force(client, firm):
    sign_in(client, firm, "孙")
    answer = client.post("/schemes/new/", {"text": CHANGED.replace("\n", "\r\n")})
    draft = SchemeVersion.objects.get(state="draft")
    assert answer.url == f"/schemes/versions/{draft.pk}/" and draft.text == CHANGED
    against = text(client.get(f"/schemes/versions/{draft.pk}/against/{firm.version.pk}/"))
    assert against.count("<del>1.2</del><ins>1.3</ins>") == 2 and "改 1 条，增 0 条，删 0 条" in against
    signed(client)
    assert client.post(f"/schemes/versions/{draft.pk}/adopt/", {"document": "", "force_from": "2027-01-01"}).status_code == 409
    assert client.post(f"/schemes/versions/{draft.pk}/adopt/", {"document": "董发〔2026〕30号", "force_from": "2027-01-01"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "in_force" and SchemeVersion.objects.get(pk=firm.version.pk).state == "past"


def test_a_fault_is_shown_at_its_line_while_typing_and_keeps_the_draft_from_force(client, firm):
    sign_in(client, firm, "孙")
    broken = CHANGED.replace("员工.奖金标准 × 等次系数[等次]", "员工.奖金 × 等次系数[等次]")
    number = next(nr for nr, line in enumerate(broken.splitlines(), 1) if "员工.奖金 ×" in line)
    faults = json.loads(client.post("/schemes/check/", json.dumps({"text": broken}), content_type="application/json").content)
    assert [(fault["line"], fault["severity"]) for fault in faults] == [(number, "error")]
    line = broken.splitlines()[number - 1]
    assert line[faults[0]["column"] - 1 : faults[0]["end_column"] - 1] in ("奖金", "员工.奖金")
    client.post("/schemes/new/", {"text": broken})
    draft = SchemeVersion.objects.get(state="draft")
    assert "施行（还有 1 处错误）" in text(client.get(f"/schemes/versions/{draft.pk}/"))
    signed(client)
    assert client.post(f"/schemes/versions/{draft.pk}/adopt/", {"document": "董发", "force_from": "2027-01-01"}).status_code == 409
    edited = client.post(f"/schemes/versions/{draft.pk}/edit/", {"file": SimpleUploadedFile("办法.md", CHANGED.encode("utf-8-sig"))})
    draft.refresh_from_db()
    assert edited.status_code == 302 and draft.text == CHANGED
    assert client.post(f"/schemes/versions/{draft.pk}/withdraw/", {"withdraw-reason": "另行起草"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "withdrawn"


def test_what_is_no_text_is_refused_with_the_reason(client, firm):
    sign_in(client, firm, "孙")
    latin = SimpleUploadedFile("办法.md", "办法".encode("gb18030"))
    assert "UTF-8" in client.post("/schemes/new/", {"file": latin}).content.decode()
    assert "还没有条文" in client.post("/schemes/new/", {"text": " "}).content.decode()
    assert client.post("/schemes/check/", "[]", content_type="application/json").status_code == 404


def test_staff_neither_draft_nor_see_drafts(client, firm):
    sign_in(client, firm, "孙").post("/schemes/new/", {"text": CHANGED})
    draft = SchemeVersion.objects.get(state="draft")
    sign_in(client, firm, "王")
    assert client.get(f"/schemes/versions/{draft.pk}/").status_code == 404
    assert client.get("/schemes/new/").status_code == 409
    assert client.post("/schemes/check/", json.dumps({"text": ""}), content_type="application/json").status_code == 409
    assert text(client.get(f"/schemes/versions/{firm.version.pk}/text/")) == firm.version.text
