"""考核周期 as pages: the board, stages moved with a reason, reminders at most once a day, a new cycle from period to opening."""

import datetime
import io
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quanheng.domain import calendar
from quanheng.domain.actions import cycle as actions
from quanheng.domain.actions import opening, task
from quanheng.domain.models import About, Cycle, Nudge, Sheet, Stage, StageMove, Task, TaskKind
from quanheng.domain.policies.viewer import system_of, viewer_of
from quanheng.domain.queries.cycles import kinds_for
from quanheng.domain.refusal import Refusal
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
NOVEMBER = datetime.datetime(2026, 11, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Tuesday


@pytest.fixture
def clock(monkeypatch):
    from django.utils import timezone

    def set_to(at):
        monkeypatch.setattr(timezone, "now", lambda: at)

    set_to(NOVEMBER)
    return set_to


@pytest.fixture
def as_(client, firm, clock):
    def be(name):
        sign_in(client, firm.people[name])
        return client

    return be


@pytest.fixture
def running(firm) -> Cycle:
    """November: 王 and the others are assessed, nobody has done anything."""
    hr = viewer_of(firm.people["钱"], NOVEMBER)
    since, until = datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)
    stages = [
        actions.StageDays(actions.StageKind.PLAN, "计划确认", since, datetime.date(2026, 11, 4)),
        actions.StageDays(actions.StageKind.DAILY, "日常记录", since, datetime.date(2026, 11, 30)),
        actions.StageDays(actions.StageKind.SELF, "自评", until, datetime.date(2026, 12, 2)),
        actions.StageDays(actions.StageKind.SUPERIOR, "上级评分", datetime.date(2026, 12, 2), datetime.date(2026, 12, 4)),
    ]
    made = actions.prepare(hr, firm.version.scheme_id, actions.Days("2026年11月考核", "2026-11", since, until), stages)
    actions.set_subjects(hr, made.pk, actions.propose_members(made))
    return opening.open_cycle(hr, made.pk)


def test_the_board_shows_units_over_stages_and_who_is_late(as_, running):
    client = as_("钱")
    assert running.title in client.get("/cycles/").content.decode()
    text = client.get(f"/cycles/{running.pk}/").content.decode()
    assert "包装车间" in text and "质检科" in text and "计划确认" in text
    assert "逾期 4 个工作日" in text, "the plans were due on the fourth, and today is the tenth"
    everything = client.get(f"/cycles/{running.pk}/?all=1").content.decode()
    assert everything.count('name="task"') == 3, "three superiors draft plans; nothing else has begun"


def test_staff_see_their_own_tasks_on_the_board_and_act_on_nothing(as_, running):
    client = as_("王")
    text = client.get(f"/cycles/{running.pk}/").content.decode()
    assert 'name="task"' not in text and "stage_close" not in text and "调整日期" not in text
    stage = running.stages.get(kind="plan")
    assert client.get(f"/cycles/stages/{stage.pk}/move/").status_code == 404
    assert client.get(f"/cycles/{running.pk}/subjects/").status_code == 404
    assert client.get("/cycles/prepare/").status_code == 404
    assert client.post(f"/cycles/{running.pk}/nudge/", {"task": [Task.objects.filter(cycle=running).first().pk]}).status_code == 409
    assert client.post(f"/cycles/stages/{stage.pk}/close/", {"reason": "试试"}).status_code == 409


def test_another_organisation_has_no_such_cycle(client, running, clock, cast):
    sign_in(client, cast.people["qian"])
    assert client.get(f"/cycles/{running.pk}/").status_code == 404
    assert client.get(f"/cycles/{running.pk}/week/").status_code == 404


def test_a_stage_is_moved_with_a_reason_what_moves_along_is_shown_first_and_the_minutes_get_a_paragraph(as_, running):
    client = as_("钱")
    stage = running.stages.get(kind="self")
    form = {"opens": "2026-12-01", "due": "2026-12-04", "along": "on", "reason": "月底盘点"}
    looked = client.post(f"/cycles/stages/{stage.pk}/move/", form).content.decode()
    assert "上级评分" in looked and "12月8日" in looked and StageMove.objects.count() == 0, "two working days later: the fourth becomes the eighth"
    assert client.post(f"/cycles/stages/{stage.pk}/move/", form | {"do": "1", "reason": ""}).status_code == 409
    assert client.post(f"/cycles/stages/{stage.pk}/move/", form | {"do": "1", "due": "2026-12-05"}).status_code == 409, "a Saturday"
    client.post(f"/cycles/stages/{stage.pk}/move/", form | {"do": "1"})
    assert Stage.objects.get(cycle=running, kind="superior").due == datetime.date(2026, 12, 8)
    text = client.get(f"/cycles/{running.pk}/").content.decode()
    assert "会议同意将“自评”由 2026年12月2日调整至 2026年12月4日，理由是：月底盘点。" in text


def test_a_stage_with_open_tasks_closes_with_a_reason_only(as_, running):
    client = as_("钱")
    stage = running.stages.get(kind="plan")
    assert client.post(f"/cycles/stages/{stage.pk}/close/").status_code == 409
    assert client.post(f"/cycles/stages/{stage.pk}/close/", {"reason": "口头确认过"}).status_code == 302
    assert client.post(f"/cycles/stages/{stage.pk}/close/", {"reason": "再来"}).status_code == 409
    assert not stage.tasks.filter(state="open").exists(), "what was not drafted in time is asked for no more"
    later = running.stages.get(kind="superior")
    assert client.post(f"/cycles/stages/{later.pk}/open/").status_code == 409, "before its day only with a reason"


def test_somebody_is_reminded_once_a_day_and_never_at_night_or_on_a_day_off(as_, running, firm, clock):
    client = as_("钱")
    tasks = list(Task.objects.filter(cycle=running, kind=TaskKind.PLAN).values_list("pk", flat=True))
    for _ in range(2):
        client.post(f"/cycles/{running.pk}/nudge/", {"task": tasks})
    assert Nudge.objects.count() == 3
    for at in (NOVEMBER.replace(hour=21), NOVEMBER.replace(day=14)):
        with pytest.raises(Refusal):
            task.nudge(viewer_of(firm.people["钱"], at), tasks)
    bell = as_("李")
    assert "起草计划（逾期 4 个工作日）" in bell.get("/cycles/notices/").content.decode()
    assert bell.post("/cycles/notices/").status_code == 302
    assert not Nudge.objects.filter(person=firm.people["李"], seen_at=None).exists()
    assert "起草计划" not in as_("王").get("/cycles/notices/").content.decode()


def test_the_timer_reminds_a_week_a_day_before_on_the_day_and_the_day_after_and_tells_the_superior(running, firm, clock):
    org = firm.org
    due = running.stages.get(kind="plan").due
    said = {}
    for left in range(-3, 9):
        day = calendar.shift(org, due, -left)
        Task.objects.filter(cycle=running).update(opens=datetime.date(2026, 10, 1))
        said[left] = task.remind(system_of(org, firm.moment(day))).people
    assert {left for left, people in said.items() if people} == {7, 1, 0, -1}
    assert said[-1] == 3, "李 and 吴 are late, and so is 张, who is told of both"
    assert task.remind(system_of(org, firm.moment(datetime.date(2026, 11, 8)))).people == 0, "a Sunday"
    out = io.StringIO()
    call_command("remind", stdout=out)
    assert org.name in out.getvalue()


def test_a_task_is_handed_over_with_its_sheet_but_not_to_who_is_on_it(as_, running, firm):
    client = as_("钱")
    sheet = Sheet.objects.get(cycle=running, part="superior", rater=firm.people["李"])
    one = Task.objects.get(cycle=running, kind=TaskKind.RATE, about_kind=About.SHEET, about_id=sheet.pk)
    assert client.get(f"/cycles/tasks/{one.pk}/hand-over/").status_code == 200
    assert client.post(f"/cycles/tasks/{one.pk}/hand-over/", {"who": "王", "reason": "请假"}).status_code == 409, "he is on the sheet"
    assert client.post(f"/cycles/tasks/{one.pk}/hand-over/", {"who": "孙", "reason": ""}).status_code == 409
    assert client.post(f"/cycles/tasks/{one.pk}/hand-over/", {"who": "孙", "reason": "请假"}).url == f"/cycles/{running.pk}/"
    sheet.refresh_from_db()
    assert sheet.rater == firm.people["孙"] and Task.objects.get(pk=one.pk).state == "dropped"
    assert client.get(f"/cycles/tasks/{one.pk}/hand-over/").status_code == 404
    self_task = Task.objects.filter(cycle=running, kind=TaskKind.SELF).first()
    assert client.post(f"/cycles/tasks/{self_task.pk}/hand-over/", {"who": "孙", "reason": "请假"}).status_code == 409


def test_the_week_names_who_was_not_guided_and_which_raters_were_silent(as_, running):
    text = as_("钱").get(f"/cycles/{running.pk}/week/").content.decode()
    assert "王" in text and "李" in text and "吴" in text
    assert "员甲002" not in as_("李").get(f"/cycles/{running.pk}/week/").content.decode(), "she answers for the packing team alone"


def test_a_cycle_is_prepared_on_working_days_its_subjects_looked_at_and_opened(as_, firm):
    client = as_("钱")
    assert client.get("/cycles/prepare/").status_code == 200
    asked = {"scheme": firm.version.scheme_id, "title": "2026年11月考核", "period": "2026-11", "since": "2026-11-01", "until": "2026-12-01", "gap_limit": "20"}
    text = client.get("/cycles/prepare/", asked).content.decode()
    assert 'name="due-self" value="2026-12-' in text
    backwards = client.get("/cycles/prepare/", asked | {"until": "2026-10-01"})
    assert backwards.status_code == 422
    stages = {"stage": ["daily", "self", "superior"]}
    for kind, opens, due in (("daily", "2026-11-01", "2026-11-30"), ("self", "2026-12-01", "2026-12-03"), ("superior", "2026-12-03", "2026-12-07")):
        stages |= {f"opens-{kind}": opens, f"due-{kind}": due, f"title-{kind}": ""}
    assert client.post("/cycles/prepare/", asked | stages | {"due-self": "2026-12-05"}).status_code == 409, "a Saturday"
    assert client.post("/cycles/prepare/", asked | stages | {"due-self": "soon"}).status_code == 409
    answer = client.post("/cycles/prepare/", asked | stages)
    made = Cycle.objects.get(title="2026年11月考核")
    assert answer.url == f"/cycles/{made.pk}/subjects/"
    assert client.post(f"/cycles/{made.pk}/open/").status_code == 409, "nobody is assessed yet"
    text = client.get(answer.url).content.decode()
    assert "李" in text and "谁评" in text
    number = firm.people["王"].number
    assert client.post(answer.url, {"out": [number], f"why-{number}": ""}).status_code == 409
    client.post(answer.url, {"out": [number], f"why-{number}": "长期借调"})
    assert made.subjects.get(person=firm.people["王"]).counted == "out"
    assert client.post(f"/cycles/{made.pk}/open/").url == f"/cycles/{made.pk}/"
    assert client.post(f"/cycles/{made.pk}/open/").status_code == 409


def test_the_board_costs_the_same_for_ten_times_the_tasks(as_, running, firm):
    client = as_("钱")
    stage = running.stages.get(kind="plan")

    def statements():
        client.get(f"/cycles/{running.pk}/?all=1")
        with CaptureQueriesContext(connection) as found:
            client.get(f"/cycles/{running.pk}/?all=1")
        return len(found)

    before = statements()
    people = [person for name, person in firm.people.items() if name.startswith("员甲")]
    Task.objects.bulk_create(
        Task(org=firm.org, cycle=running, stage=stage, kind=TaskKind.GUIDE, about_kind=About.SUBJECT, about_id=nr, person=people[nr % len(people)],
             opens=stage.opens, due=stage.due, due_at=stage.due_at)
        for nr in range(30)
    )  # fmt: skip
    assert statements() == before


def test_stages_are_called_in_english_where_they_were_given_an_english_title(as_, running):
    running.stages.filter(kind="plan").update(title_en="Plans agreed")
    client = as_("钱")
    assert "计划确认" in client.get(f"/cycles/{running.pk}/").content.decode()
    client.cookies["qh_language"] = "en"
    told = client.get(f"/cycles/{running.pk}/").content.decode()
    assert "Plans agreed" in told and "计划确认" not in told and "until 2 Dec" in told
    assert "日常记录" in told  # no English title was given for it


def test_the_first_cycle_of_a_scheme_has_the_stages_that_the_scheme_gives_something_to_do(firm):
    assert kinds_for(firm.version) == ["plan", "daily", "guidance", "self", "superior", "upper", "run", "release"]
