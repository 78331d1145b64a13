"""计划与指标 as pages: drafted by one side, agreed by the other, amended afterwards; goals under goals."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import opening
from quanheng.domain.actions import plan as actions
from quanheng.domain.models import Cycle, Goal, LineKind, Plan, Signature, Subject, Task, TaskKind
from quanheng.domain.policies.viewer import viewer_of
from quanheng.domain.refusal import Refusal
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
NOVEMBER = datetime.datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOVEMBER)


@pytest.fixture
def as_(client, firm):
    def be(name):
        sign_in(client, firm.people[name])
        return client

    return be


@pytest.fixture
def november(firm) -> Cycle:
    hr = viewer_of(firm.people["钱"], NOVEMBER)
    since, until = datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)
    stages = [cycles.StageDays(cycles.StageKind.PLAN, "计划确认", since, datetime.date(2026, 11, 6))]
    made = cycles.prepare(hr, firm.version.scheme_id, cycles.Days("2026年11月考核", "2026-11", since, until), stages)
    cycles.set_subjects(hr, made.pk, cycles.propose_members(made))
    return opening.open_cycle(hr, made.pk)


@pytest.fixture
def subject(firm, november) -> Subject:
    return november.subjects.get(person=firm.people["王"])


LINES = {
    "kind": ["indicator", "work", "observed"], "item": ["任务完成", "编写清场示意图", "交接班"], "standard": ["按计划", "班组评审通过", ""],
    "weight": ["30", "10", ""], "target": ["100%", "", ""], "due": ["", "2026-11-20", ""], "goal": ["", "", ""],
    "checklist": ["", "", "口头交接\n签字"],
}  # fmt: skip


def test_li_drafts_wang_declines_then_agrees_and_the_agreed_plan_stays(as_, subject, firm):
    client = as_("李")
    assert "任务完成" in client.get(f"/plans/draft/{subject.pk}/").content.decode(), "the scheme's indicators stand there to begin with"
    answer = client.post(f"/plans/draft/{subject.pk}/", LINES | {"propose": "1"})
    plan = Plan.objects.get()
    assert answer.url == f"/plans/{plan.pk}/" and plan.state == "proposed"
    assert client.post(f"/plans/draft/{subject.pk}/", LINES).status_code == 409, "it waits for the other side"
    assert client.post(f"/plans/{plan.pk}/answer/", {"answer": "agree"}).status_code == 409, "nobody agrees with himself"
    task = Task.objects.get(kind=TaskKind.AGREE)
    assert task.person == firm.people["王"] and str(task.due) == "2026-11-06"
    wang = as_("王")
    assert "同意" in wang.get(f"/plans/{plan.pk}/").content.decode()
    assert wang.post(f"/plans/{plan.pk}/answer/", {"answer": "decline", "reason": ""}).status_code == 409
    wang.post(f"/plans/{plan.pk}/answer/", {"answer": "decline", "reason": "11 月有三天停产"})
    client = as_("李")
    assert "11 月有三天停产" in client.get(f"/plans/{plan.pk}/").content.decode()
    client.post(f"/plans/draft/{subject.pk}/", LINES | {"target": ["90%", "", ""], "propose": "1"})
    wang = as_("王")
    assert wang.post(f"/plans/{plan.pk}/answer/", {"answer": "agree"}).url == f"/plans/{plan.pk}/"
    plan.refresh_from_db()
    assert plan.state == "agreed" and plan.lines.get(order=0).target == "90%" and plan.lines.get(order=2).checklist == ["口头交接", "签字"]
    assert {(each.person.name, each.meaning) for each in Signature.objects.filter(about_kind="plan")} >= {("李", "submitted"), ("王", "agreed")}
    assert not Task.objects.filter(kind=TaskKind.AGREE, state="open").exists()
    assert wang.post(f"/plans/{plan.pk}/answer/", {"answer": "agree"}).status_code == 409
    assert as_("李").post(f"/plans/draft/{subject.pk}/", LINES).status_code == 409, "an agreed plan is changed by an amendment"


def test_an_amendment_stands_beside_the_old_plan_which_holds_until_it_is_agreed(as_, subject, firm):
    li, wang = (viewer_of(firm.people[name], NOVEMBER) for name in ("李", "王"))
    old = actions.draft(li, subject.pk, [actions.Line(LineKind.INDICATOR, "任务完成", weight="30", target="100%"), actions.Line(LineKind.WORK, "盘点")])
    actions.propose(li, old.pk)
    actions.agree(wang, old.pk)
    client = as_("王")
    assert client.post(f"/plans/{old.pk}/amend/", {"reason": ""}).status_code == 409
    assert client.post(f"/plans/{old.pk}/amend/", {"reason": "调到新线"}).url == f"/plans/draft/{subject.pk}/"
    assert client.post(f"/plans/{old.pk}/amend/", {"reason": "再来"}).status_code == 409, "one change at a time"
    one = {name: texts[:1] for name, texts in LINES.items()}
    client.post(f"/plans/draft/{subject.pk}/", one | {"target": ["80%"], "propose": "1"})
    new = Plan.objects.get(replaces=old)
    old.refresh_from_db()
    assert (old.state, new.state, new.rev, new.reason) == ("agreed", "proposed", 2, "调到新线")
    text = as_("李").get(f"/plans/{new.pk}/").content.decode()
    assert "<del>30 100%" in text and "<ins>30 80%" in text and "删去" in text
    as_("李").post(f"/plans/{new.pk}/answer/", {"answer": "agree"})
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("replaced", "agreed")


def test_a_stranger_sees_no_plan_and_hr_reads_without_writing(as_, subject, firm):
    plan = actions.draft(viewer_of(firm.people["李"], NOVEMBER), subject.pk, [actions.Line(LineKind.WORK, "盘点")])
    stranger = as_("赵")
    assert stranger.get(f"/plans/{plan.pk}/").status_code == 404 and stranger.get(f"/plans/draft/{subject.pk}/").status_code == 404
    assert stranger.post(f"/plans/{plan.pk}/propose/").status_code == 404
    reader = as_("周")
    assert reader.get(f"/plans/{plan.pk}/").status_code == 200
    assert reader.get(f"/plans/draft/{subject.pk}/").status_code == 404
    assert reader.post(f"/plans/{plan.pk}/propose/").status_code == 409
    assert reader.post(f"/plans/{plan.pk}/answer/", {"answer": "agree"}).status_code == 409


def test_the_same_plan_is_copied_to_everybody_who_has_none_and_the_superiors_task_is_done(as_, subject, november, firm):
    li = viewer_of(firm.people["李"], NOVEMBER)
    plan = actions.draft(li, subject.pk, [actions.Line(LineKind.WORK, "盘点", weight="10")])
    led = november.subjects.filter(spells__superior=firm.people["李"])
    client = as_("李")
    assert client.post(f"/plans/{plan.pk}/copy/", {"subject": []}).status_code == 409
    client.post(f"/plans/{plan.pk}/copy/", {"subject": [each.pk for each in led]})
    assert Plan.objects.count() == led.count() and all(each.lines.get().item == "盘点" for each in Plan.objects.all())
    assert client.post(f"/plans/{plan.pk}/copy/", {"subject": [each.pk for each in led]}).status_code == 409, "everybody has one"
    task = Task.objects.get(cycle=november, kind=TaskKind.PLAN, person=firm.people["李"])
    for each in Plan.objects.all():
        assert task.state == "open"
        actions.propose(li, each.pk)
        task.refresh_from_db()
    assert task.state == "done"


def test_home_leads_to_where_a_plan_is_drafted(as_, november):
    assert f'href="/plans/?cycle={november.pk}"' in as_("李").get("/").content.decode()


def test_a_plan_says_nothing_twice_and_is_closed_with_the_cycle(subject, firm):
    li = viewer_of(firm.people["李"], NOVEMBER)
    with pytest.raises(Refusal, match="写了两次"):
        actions.draft(li, subject.pk, [actions.Line(LineKind.WORK, "盘点"), actions.Line(LineKind.WORK, "盘点")])
    Cycle.objects.filter(pk=subject.cycle_id).update(state="rated")
    with pytest.raises(Refusal, match="已经截止"):
        actions.draft(li, subject.pk, [actions.Line(LineKind.WORK, "盘点")])


def test_goals_hang_under_goals_and_what_serves_none_is_listed(as_, subject, firm):
    root, packing = firm.units["衡川制药"].pk, firm.units["包装车间"].pk
    client = as_("张")
    client.post("/plans/goals/add/", {"text": "年产值增长 8%", "unit": root, "demand": "集团年度任务书"})
    top = Goal.objects.get()
    client = as_("李")
    assert client.post("/plans/goals/add/", {"text": "别人的", "unit": root}).status_code == 422, "the whole is not hers to set"
    client.post("/plans/goals/add/", {"text": "包装一次合格率 99%", "unit": packing, "parent": top.pk, "standard": "月均"})
    below = Goal.objects.get(text="包装一次合格率 99%")
    assert below.parent == top
    client.post("/plans/goals/add/", {"text": "学会新机台", "unit": "", "who": "王"})
    assert Goal.objects.get(text="学会新机台").person == firm.people["王"]
    text = client.get("/plans/goals/").content.decode()
    assert "集团年度任务书" in text and text.index("年产值增长") < text.index("包装一次合格率")
    assert "学会新机台" not in as_("赵").get("/plans/goals/").content.decode(), "goals of a person are nobody else's"
    assert as_("赵").post(f"/plans/goals/{below.pk}/close/", {"reason": "不要"}).status_code == 409
    client = as_("李")
    assert client.post(f"/plans/goals/{below.pk}/close/", {"reason": ""}).status_code == 409
    client.post(f"/plans/goals/{below.pk}/close/", {"reason": "年底达到"})
    assert "包装一次合格率" not in client.get("/plans/goals/").content.decode()


def test_the_list_costs_the_same_for_more_plans(as_, november, subject, firm):
    client = as_("钱")

    def statements(path):
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    li = viewer_of(firm.people["李"], NOVEMBER)
    actions.set_goal(li, actions.Wanted("第一个", unit_id=firm.units["包装车间"].pk))
    before = statements("/plans/"), statements("/plans/goals/")
    for each in november.subjects.filter(spells__superior=firm.people["李"]):
        actions.draft(li, each.pk, [actions.Line(LineKind.WORK, "盘点")])
        actions.set_goal(li, actions.Wanted(f"目标 {each.pk}", unit_id=firm.units["包装车间"].pk))
    assert (statements("/plans/"), statements("/plans/goals/")) == before
