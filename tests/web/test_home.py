"""我的事项: what has begun, what is done together in one line, where each thing leads; and the pages on which many are done at once."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import opening, rating, run
from quanheng.domain.actions import record as facts
from quanheng.domain.models import Cycle, Guidance, Part, Plan, Record, Register, RunKind, Sheet, Signature, StageKind, Task
from quanheng.domain.policies.viewer import Viewer, viewer_of
from quanheng.domain.queries.gaps import mine_to_explain, two_views
from tests.year import Year, computed, month_of

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Tuesday
MARK, OWN = "表现上级评", "表现自评"


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_(client: Client, firm: Year):
    def be(name: str) -> Client:
        client.force_login(firm.people[name].login, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return be


def by(firm: Year, name: str) -> Viewer:
    return viewer_of(firm.people[name], NOW)


@pytest.fixture
def running(firm: Year) -> Cycle:
    """November, with guidance; the marks are for December."""
    since, until, last = datetime.date(2026, 11, 1), datetime.date(2026, 12, 1), datetime.date(2026, 11, 30)
    stages = [
        cycles.StageDays(StageKind.PLAN, "计划确认", since, datetime.date(2026, 11, 12)),
        cycles.StageDays(StageKind.GUIDANCE, "定期指导", since, last),
        cycles.StageDays(StageKind.SELF, "自评", until, datetime.date(2026, 12, 2)),
        cycles.StageDays(StageKind.SUPERIOR, "上级评分", until, datetime.date(2026, 12, 4)),
        cycles.StageDays(StageKind.UPPER, "上级审阅", datetime.date(2026, 12, 4), datetime.date(2026, 12, 7)),
    ]
    made = cycles.prepare(by(firm, "钱"), firm.version.scheme_id, cycles.Days("2026年11月考核", "2026-11", since, until), stages, gap_limit="20")
    cycles.set_subjects(by(firm, "钱"), made.pk, cycles.propose_members(made))
    return opening.open_cycle(by(firm, "钱"), made.pk)


def led_by_li(firm: Year) -> list[str]:
    return [name for name, unit in firm.at.items() if unit == "包装车间" and name != "李"]


def test_what_has_not_begun_is_counted_and_not_listed_and_the_heading_counts_what_waits(as_, running, firm):
    page = as_("李").get("/").text
    guided = len(led_by_li(firm))  # and the plans, in the middle of November
    assert f"定期指导，{guided} 件" in page and f"有 {guided + 1} 件等你办" in page
    assert "另有 2 件，到了开始日会出现在这里" in page, "his own sheet and the one he rates others on"
    assert "评分，还有" not in page


def test_the_talks_of_a_cycle_are_written_on_one_page_and_what_is_empty_waits(as_, running, firm):
    client = as_("李")
    assert f'href="/guidance/round/{running.pk}/"' in client.get("/").text
    wang, other = firm.people["王"], firm.people[next(name for name in led_by_li(firm) if name != "王")]
    page = f"/guidance/round/{running.pk}/"
    assert client.post(page, {"day": "2026-11-10"}).status_code == 409, "nothing was written"
    form = {"day": "2026-11-10", f"text-{wang.pk}": "清场的先后讲了一遍。", f"agreed-{wang.pk}": "周五复查。", f"text-{other.pk}": " ",
            "key": "6f9619ff-8b86-4011-b42d-00cf4fc964ff"}  # fmt: skip
    client.post(page, form)
    client.post(page, form)
    made = Guidance.objects.get()
    assert (made.person, made.kind, made.agreed) == (wang, "periodic", "周五复查。"), "sent twice it is noted once"
    left = client.get(page).text
    assert f"text-{wang.pk}" not in left and f"text-{other.pk}" in left and "已记 1 人" in left
    assert as_("赵").get(page).status_code in (404, 409)


def test_a_fact_is_written_in_one_line_at_home_and_the_next_one_at_once(as_, running, firm):
    client = as_("李")
    page = client.get("/").text
    assert 'name="next" value="home"' in page and "autofocus" not in page
    answer = client.post("/records/add/", {"who": "王", "day": "2026-11-10", "note": "封口机换刀没有停机。", "next": "home"})
    assert answer.url == "/?again=1" and "autofocus" in client.get(answer.url).text
    assert Record.objects.get(day="2026-11-10").person == firm.people["王"]
    assert 'value="home"' not in as_("王").get("/").text, "who leads nobody has no such line"


def test_the_same_fact_about_several_is_a_record_for_each_of_them_or_for_none(as_, running, firm):
    client, others = as_("李"), [firm.people[name].pk for name in led_by_li(firm) if name != "王"]
    form = {"who": "王", "day": "2026-11-10", "note": "两条线互相支援，按计划完成。", "also": [*others, firm.people["赵"].pk]}
    client.post("/records/add/", form)
    made = Record.objects.filter(day="2026-11-10")
    assert sorted(made.values_list("person_id", flat=True)) == sorted([firm.people["王"].pk, *others]), "赵 is not his to write about"
    assert client.post("/records/add/", form | {"day": "2026-12-24"}).status_code == 422
    assert not Record.objects.filter(day="2026-12-24").exists()


def test_what_is_ticked_is_verified_together_and_the_rest_stays(as_, running, firm):
    register = Register.objects.get(org=firm.org, name="工作记录")
    said = [
        facts.add_record(by(firm, who), facts.Fact(register.pk, NOW.date(), {}, firm.people[who].pk, None, f"{who}做了一件事。")) for who in led_by_li(firm)[:2]
    ]
    client = as_("李")
    assert "核实记录，2 件" in client.get("/").text and 'href="/records/verify/"' in client.get("/").text
    assert client.post("/records/verify/", {}).status_code == 409, "nothing was ticked"
    client.post("/records/verify/", {"record": [said[0].pk]})
    assert [Record.objects.get(pk=each.pk).state for each in said] == ["verified", "entered"]
    assert client.post("/records/verify/", {"record": [said[0].pk, said[1].pk]}).status_code == 409, "one of them is settled already"
    assert Record.objects.get(pk=said[1].pk).state == "entered", "all or none"


def test_gaps_are_explained_on_one_page_and_a_review_says_whose_sheet_it_is(as_, running, firm):
    sheet = Sheet.objects.get(cycle=running, part=Part.SUPERIOR, rater=firm.people["李"])
    for name in led_by_li(firm):
        own = Sheet.objects.get(cycle=running, part=Part.SELF, rater=firm.people[name])
        subject = running.subjects.get(person=firm.people[name])
        rating.save_marks(by(firm, name), own.pk, [rating.Cell(subject.pk, OWN, 0, "95")])
        rating.submit_sheet(by(firm, name), own.pk)
        rating.save_marks(by(firm, "李"), sheet.pk, [rating.Cell(subject.pk, MARK, 0, "70")])
    rating.submit_sheet(by(firm, "李"), sheet.pk)
    client, count = as_("李"), len(led_by_li(firm))
    assert f"说明评分差距，{count} 件" in client.get("/").text and 'href="/scores/gaps/"' in client.get("/").text
    page = client.get("/scores/gaps/").text
    assert page.count("相差 25") == count > 1
    with CaptureQueriesContext(connection) as of_all:
        several = mine_to_explain(by(firm, "李"))
    with CaptureQueriesContext(connection) as of_one:
        two_views(by(firm, "李"), several[0].subject.pk)
    assert len(of_all) <= len(of_one) + 1, "one statement more, for the tasks, however many people"
    wang = running.subjects.get(person=firm.people["王"])
    client.post("/scores/gaps/", {f"text-{wang.pk}": "清场漏了一处。"})
    assert Signature.objects.filter(meaning="explained").get().text == "清场漏了一处。"
    assert f"text-{wang.pk}" not in client.get("/scores/gaps/").text
    home = as_("张").get("/").text
    assert "审阅评分" in home and "2026年11月考核　李" in home, "it may be read before its stage begins"


def test_the_offices_are_led_to_the_run_and_to_its_confirmation(as_, firm):
    made = month_of(firm, "2026-11", [name for name in firm.people if name not in ("张", "钱", "孙", "周")], 2)
    cycles.close_rating(by(firm, "钱"), made.pk)
    client = as_("钱")
    assert "计算核对" in client.get("/").text and f'href="/cycles/{made.ref}/runs/"' in client.get("/").text
    done = computed(firm, made, NOW.date())
    assert "计算核对" not in client.get("/").text, "the official run is done"
    run.draft_release(by(firm, "钱"), done.pk)
    leader = as_("张")
    assert "确认定稿" in leader.get("/").text and f'href="/runs/{done.ref}/"' in leader.get("/").text
    run.confirm_release(by(firm, "张"), done.release.pk)
    assert not Task.objects.filter(kind="confirm", state="open").exists() and done.kind == RunKind.OFFICIAL


def test_a_plan_is_copied_and_each_is_asked_to_agree(as_, running, firm):
    wang = running.subjects.get(person=firm.people["王"])
    client = as_("李")
    client.post(f"/plans/draft/{wang.pk}/", {"kind": "work", "item": "盘点", "standard": "", "weight": "", "target": "", "due": "", "goal": "", "checklist": "",
                                             "propose": "1"})  # fmt: skip
    plan = Plan.objects.get()
    others = [running.subjects.get(person=firm.people[name]).pk for name in led_by_li(firm) if name != "王"]
    client.post(f"/plans/{plan.pk}/copy/", {"subject": others, "propose": "1"})
    assert set(Plan.objects.values_list("state", flat=True)) == {"proposed"} and Plan.objects.count() == len(others) + 1
    assert Task.objects.filter(kind="agree", state="open").count() == len(others) + 1
    assert not Task.objects.filter(kind="plan", state="open", person=firm.people["李"]).exists()
