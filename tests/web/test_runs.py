"""Runs: ordered with a reason, watched, compared, and made to count by somebody else."""

import pytest
from django.test import Client
from django.utils import timezone

from quanheng.domain import jobs
from quanheng.domain.actions import record
from quanheng.domain.models import Record, Register, Run
from tests.web.test_results import TABLE, sign_in, text
from tests.year import Year

pytestmark = pytest.mark.django_db


def order(client: Client, year: Year, **what: str):
    return client.post(f"/cycles/{year.cycles[-1].ref}/runs/", what)


def test_hr_orders_a_run_and_watches_it_until_it_is_done(client, firm):
    sign_in(client, firm, "钱")
    assert order(client, firm, kind="official", why="").status_code == 409
    answer = order(client, firm, kind="official", why="补录记录以后重算")
    run = Run.objects.get(ref=answer.url.split("/")[2])
    assert "排队中" in text(client.get(answer.url))
    assert "hx-get" in text(client.get(f"/runs/{run.ref}/progress/"))
    assert order(client, firm, kind="preview").status_code == 409
    jobs.execute(run.pk, timezone.now())
    over = client.get(f"/runs/{run.ref}/progress/")
    assert over["HX-Refresh"] == "true" and "hx-get" not in text(over)
    assert "已完成" in text(client.get(answer.url))


def test_a_run_that_is_refused_says_where_each_fault_is(client, firm):
    sign_in(client, firm, "钱")
    more = {"部门": "包装车间", "月份": "2026-10", "等次": "A", "增减": "1", "批准文号": "总办批〔2026〕3号"}  # and nothing taken from C or D
    register = Register.objects.get(org=firm.org, name="批准名额")
    record.add_record(firm.by("钱", firm.cycles[-1].until), record.Fact(register.pk, firm.cycles[-1].since, more, unit_id=firm.units["包装车间"].pk))
    run = Run.objects.get(ref=order(client, firm, kind="preview").url.split("/")[2])
    jobs.execute(run.pk, timezone.now())
    page = text(client.get(f"/runs/{run.ref}/"))
    assert "没有算成：1 处" in page and "包装车间/2026-10" in page and "第八条（一）" in page


def test_two_runs_differ_in_what_a_correction_changed_and_nothing_else(client, firm):
    qian = firm.by("钱", firm.cycles[-1].until.replace(day=20))
    row = Record.objects.get(register__name=TABLE, row_key=firm.row("王", "2026-10"))
    record.correct_record(qian, row.pk, values={**row.values, "完成量": "400"}, note="日报少计一班")
    sign_in(client, firm, "钱")
    run = Run.objects.get(ref=order(client, firm, kind="preview").url.split("/")[2])
    jobs.execute(run.pk, timezone.now())
    page = text(client.get(f"/runs/{firm.runs[-1].ref}/against/{run.ref}/"))
    # 400 of 800 pieces: half of 30 points
    assert "任务完成" in page and ">15.00</a>" in page and "完成量" in page
    assert "员工每月" in page and "变了" in page
    assert client.get(f"/runs/{firm.runs[0].ref}/against/{run.ref}/").status_code == 404


def test_a_release_is_proposed_by_hr_confirmed_by_the_leader_and_shown(client, firm):
    sign_in(client, firm, "钱")
    run = Run.objects.get(ref=order(client, firm, kind="official", why="更正").url.split("/")[2])
    jobs.execute(run.pk, timezone.now())
    assert "提出定稿" in text(client.get(f"/runs/{run.ref}/"))
    signed(client)
    assert client.post(f"/runs/{run.ref}/release/").status_code == 302
    assert "确认定稿" in text(signed(sign_in(client, firm, "张")).get(f"/runs/{run.ref}/"))
    assert client.post(f"/runs/{run.ref}/confirm/").status_code == 302
    sign_in(client, firm, "钱")
    assert "公布" in text(signed(client).get(f"/runs/{run.ref}/"))
    assert client.post(f"/runs/{run.ref}/show/").status_code == 302
    run.refresh_from_db()
    assert run.release.state == "standing" and firm.releases[-1].__class__.objects.get(pk=firm.releases[-1].pk).state == "replaced"


@pytest.mark.parametrize(("who", "there"), [("钱", True), ("张", True), ("周", True), ("王", False), ("李", False), ("孙", False)])
def test_runs_stand_in_the_navigation_of_those_who_see_them(client, firm, who, there):
    sign_in(client, firm, who)
    assert ('href="/runs/"' in text(client.get("/"))) is there


def test_staff_do_not_know_of_runs(client, firm):
    sign_in(client, firm, "王")
    ref, run = firm.cycles[-1].ref, firm.runs[-1].ref
    pages = (f"/cycles/{ref}/runs/", f"/runs/{run}/", f"/runs/{run}/progress/", f"/runs/{run}/against/{run}/")
    assert [client.get(page).status_code for page in pages] == [404] * 4


def signed(client: Client) -> Client:
    """The password was given a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp(), "username": "x"}]
    session.save()
    return client
