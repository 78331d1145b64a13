"""The pages of the score sheets and everyone's home."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quanheng.domain.models import Login, Mark, Org, Part, Person, Sheet
from tests.year import Year, begun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def year() -> Year:
    return begun()


def enter(year: Year, name: str) -> Client:
    client = Client()
    person = Person.objects.select_related("login").get(pk=year.people[name].pk)
    client.force_login(person.login, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def lis(year: Year) -> Sheet:
    return Sheet.objects.get(cycle=year.cycles[-1], part=Part.SUPERIOR, rater=year.people["李"])


def post_cells(client: Client, sheet: Sheet, value: str, rev: int = 0):
    subject = sheet.cycle.subjects.get(person__name="王")
    cells = [{"subject": subject.pk, "item": "表现上级评", "rev": rev, "value": value, "missing": ""}]
    return client.post(f"/scores/{sheet.pk}/save/", json.dumps({"key": str(uuid.uuid4()), "cells": cells}), content_type="application/json")


def test_home_says_what_waits_and_leads_to_it(year):
    page = enter(year, "李").get("/")
    assert page.status_code == 200
    assert "评分，还有 2 格" in page.text and f"/scores/{lis(year).pk}/" in page.text


def test_the_grid_shows_the_people_and_takes_cells(year):
    li, sheet = enter(year, "李"), lis(year)
    page = li.get(f"/scores/{sheet.pk}/")
    assert page.status_code == 200 and "王" in page.text and "提交（还差 2 格）" in page.text
    answer = post_cells(li, sheet, "85").json()
    assert answer["saved"][0]["value"] == "85" and answer["state"].startswith("已保存")
    assert "100" in post_cells(li, sheet, "120", rev=1).json()["refused"][0]["reason"]
    assert post_cells(li, sheet, "70", rev=0).json()["conflicts"][0]["value"] == "85"


def test_without_scripts_the_form_saves_what_was_changed(year):
    li, sheet = enter(year, "李"), lis(year)
    subject = sheet.cycle.subjects.get(person__name="王")
    answer = li.post(f"/scores/{sheet.pk}/save/", {"rev": "0", f"c-{subject.pk}-表现上级评": "91"}, follow=True)
    assert "已保存 1 格" in answer.text and Mark.objects.get(sheet=sheet).value == "91"
    stale = li.post(f"/scores/{sheet.pk}/save/", {"rev": "0", f"c-{subject.pk}-表现上级评": "60"})
    assert stale.status_code == 409 and Mark.objects.get(sheet=sheet).value == "91"


def test_zhao_finds_no_sheet_of_li(year):
    zhao, sheet = enter(year, "赵"), lis(year)
    assert zhao.get(f"/scores/{sheet.pk}/").status_code == 404
    assert post_cells(zhao, sheet, "85").status_code == 404
    assert zhao.post(f"/scores/{sheet.pk}/submit/").status_code in (404, 409)


def test_who_is_not_signed_in_is_sent_to_the_door(year):
    assert Client().get("/scores/").headers["Location"].startswith("/account/login/")


def test_nothing_but_the_cells_themselves_is_taken(year):
    li, sheet = enter(year, "李"), lis(year)
    assert li.post(f"/scores/{sheet.pk}/save/", "[]", content_type="application/json").status_code == 404


def test_a_workbook_goes_out_and_comes_back_and_what_changes_is_shown_before_it_is_saved(year):
    li, sheet = enter(year, "李"), lis(year)
    out = li.get(f"/scores/{sheet.pk}/export/")
    assert out.status_code == 200 and out.content[:2] == b"PK"
    given = SimpleUploadedFile("表.csv", "工号,表现上级评\nE001,88\nE0101,120\n".encode())
    shown = li.post(f"/scores/{sheet.pk}/import/", {"file": given})
    assert "改动 1 格" in shown.text and "拒收 1 格" in shown.text and not Mark.objects.filter(sheet=sheet).exists()
    cells = json.dumps([{"subject": sheet.cycle.subjects.get(person__name="王").pk, "item": "表现上级评", "rev": 0, "value": "88", "missing": ""}])
    done = li.post(f"/scores/{sheet.pk}/import/take/", {"key": str(uuid.uuid4()), "cells": cells}, follow=True)
    assert "已保存 1 格" in done.text and Mark.objects.get(sheet=sheet).value == "88"
    again = li.post(f"/scores/{sheet.pk}/import/take/", {"key": str(uuid.uuid4()), "cells": cells}, follow=True)
    assert "有人改过" in again.text
    assert enter(year, "赵").get(f"/scores/{sheet.pk}/export/").status_code == 404


def test_a_large_sheet_takes_as_many_statements_as_a_small_one(year):
    small = statements(year)
    assert statements(begun_large()) == small


def statements(year: Year) -> tuple[int, int]:
    """Of the page, and of a save."""
    li, sheet = enter(year, "李"), lis(year)
    li.get(f"/scores/{sheet.pk}/")
    with CaptureQueriesContext(connection) as page:
        li.get(f"/scores/{sheet.pk}/")
    with CaptureQueriesContext(connection) as save:
        assert post_cells(li, sheet, "85").status_code == 200
    return len(page), len(save)


def begun_large() -> Year:
    """Fifteen times as many people, in another organisation of the same database."""
    Org.objects.update(key="small")
    Login.objects.update(username=Concat(Value("small-"), "username"))
    return begun(60)
