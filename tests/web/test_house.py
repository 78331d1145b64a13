"""The pages of the house: each works, a stranger finds nothing, a reader changes nothing, what cannot be is refused with its reason."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quanheng.domain.actions.access import declare_recusal, give_grant, make_committee, make_login, seat
from quanheng.domain.models import Capacity, Committee, Grant, Person, Post, Recusal, Seat, SeatRole, Unit, UnitPlace, WorkDay
from quanheng.domain.policies.viewer import viewer_of
from quanheng.domain.queries.roster import export
from tests.cast import make_cast, sign_in

pytestmark = pytest.mark.django_db
NAMES = ["house", "people", "committees", "grants", "recusals", "roles", "calendar", "roster"]


@pytest.fixture
def today() -> datetime.date:
    return timezone.localdate()


@pytest.fixture
def house(cast):
    """The cast with a group, a recusal and an account: one thing of every kind that has a page."""
    group = make_committee(cast.system, name="绩效审核小组", kind="review")
    seat(cast.system, group, cast.people["zhang"], role=SeatRole.LEADER, since=datetime.date(2024, 1, 1))
    declare_recusal(cast.system, cast.people["li"], other=cast.people["wang"], cause="亲属", since=datetime.date(2024, 1, 1))
    make_login(cast.system, cast.people["wu"], username="wu")
    return cast


def send(client, url: str, name: str, /, **fields: object):
    return client.post(url, {"do": name, **{f"{name}-{field}": value for field, value in fields.items()}})


def pages(cast) -> list[str]:
    """Every page of one thing."""
    return [
        reverse("unit", args=[cast.units["SC"].pk]), reverse("person", args=[cast.people["wang"].pk]),
        reverse("committee", args=[Committee.objects.get(org=cast.org).pk]), reverse("seat", args=[Seat.objects.get(committee__org=cast.org).pk]),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------------- they are shown


@pytest.mark.parametrize("who", ["wang", "li", "qian", "sun", "feng", "chen", "zheng"])
def test_everybody_of_the_house_opens_its_pages_in_both_languages(house, client, who):
    sign_in(client, house.people[who])
    administers = who in ("feng", "chen", "zheng")
    for language in ("zh-hans", "en"):
        client.cookies["qh_language"] = language
        for name in NAMES:
            wanted = 404 if administers and name == "calendar" else 200  # the calendar is business
            assert client.get(reverse(name)).status_code == wanted, (name, language)


def test_who_is_not_signed_in_is_sent_to_the_door(house, client):
    for url in [*map(reverse, NAMES), *pages(house), reverse("password_once", args=[1]), reverse("house_export"), reverse("people_find")]:
        assert client.get(url)["Location"].startswith("/account/login/"), url


def test_a_stranger_finds_none_of_it(house, client):
    other = make_cast("yi", "乙公司")
    sign_in(client, other.people["qian"])
    grant, recusal = Grant.objects.filter(org=house.org).first(), Recusal.objects.filter(org=house.org).first()
    for url in [*pages(house), reverse("grant", args=[grant.pk]), reverse("recusal", args=[recusal.pk])]:
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"do": "end"}).status_code == 404, url
    found = client.get(reverse("people_find"), {"q": "1001"}).json()["found"]
    assert len(found) == 1 and Person.objects.filter(number="1001").count() == 2  # only his own 王强
    assert client.get(reverse("password_once", args=[house.people["wang"].pk])).status_code == 404
    assert client.get(reverse("people"), {"unit": house.units["SC"].pk}).status_code == 404


def test_the_tree_of_a_day_long_past_is_empty(house, client):
    sign_in(client, house.people["qian"])
    assert "一车间" in client.get(reverse("house")).content.decode()
    assert "一车间" not in client.get(reverse("house"), {"day": "1990-01-01"}).content.decode()
    assert client.get(reverse("house"), {"day": "nonsense"}).status_code == 200


def test_an_administrator_is_led_to_no_page_that_is_not_there(house, client):
    sign_in(client, house.people["feng"])
    shown = client.get(reverse("house")).content.decode()
    assert reverse("grants") in shown and f'href="{reverse("calendar")}"' not in shown and reverse("committees") not in shown


def test_zhao_sees_the_name_of_wang_and_nothing_else(house, client):
    sign_in(client, house.people["zhao"])
    shown = client.get(reverse("person", args=[house.people["wang"].pk])).content.decode()
    assert "王强" in shown and "操作工" not in shown and "岗位变动" not in shown


# ------------------------------------------------------------------------------------------------------ they are written


def test_qian_moves_a_workshop_adds_a_unit_and_closes_it(house, client, today):
    sign_in(client, house.people["qian"])
    url = reverse("unit", args=[house.units["ZJ"].pk])
    assert send(client, url, "add", code="ZJ1", name="检验一班", kind="team", since=today).status_code == 302
    new = Unit.objects.get(code="ZJ1")
    own = reverse("unit", args=[new.pk])
    later = today + datetime.timedelta(days=30)
    assert send(client, own, "place", name="检验班", parent=house.units["SC"].pk, since=later).status_code == 302
    assert [row.name for row in UnitPlace.objects.filter(unit=new).order_by("since")] == ["检验一班", "检验班"]
    closed = send(client, own, "close", day=later + datetime.timedelta(days=30), reason="合并")
    assert closed.status_code == 302 and "沿革" in client.get(own).content.decode()
    again = send(client, own, "close", day=later + datetime.timedelta(days=40), reason="合并")
    assert again.status_code == 409 and "已经撤销" in again.content.decode()


def test_qian_takes_somebody_on_and_changes_the_post(house, client, today):
    sign_in(client, house.people["qian"])
    taken = send(client, reverse("people"), "add", number="2001", name="曾强", unit=house.units["SC1"].pk, title="操作工", since=today)
    person = Person.objects.get(number="2001")
    assert taken["Location"] == reverse("person", args=[person.pk])
    changed = send(
        client, taken["Location"], "post", unit=house.units["ZJ"].pk, title="检验员", kind="main", standing="on_post", percent=100,
        since=today + datetime.timedelta(days=10),
    )  # fmt: skip
    assert changed.status_code == 302 and Post.objects.filter(person=person).count() == 2
    taken_number = send(client, reverse("people"), "add", number="2001", name="又一个", unit=house.units["SC1"].pk, since=today)
    assert taken_number.status_code == 409 and "工号 2001 已经有人在用" in taken_number.content.decode()


def test_what_is_missing_is_said_at_the_field(house, client):
    sign_in(client, house.people["qian"])
    answer = send(client, reverse("people"), "add", number="", name="曾强")
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.content.decode() and 'value="曾强"' in answer.content.decode()


@pytest.mark.parametrize("who", ["wang", "li", "sun", "zhang"])
def test_a_reader_changes_nothing(house, client, today, who):
    sign_in(client, house.people[who])
    group = Committee.objects.get()
    tries = [
        send(client, reverse("unit", args=[house.units["SC"].pk]), "add", code="X", name="X", kind="team", since=today),
        send(client, reverse("unit", args=[house.units["SC"].pk]), "close", day=today, reason="x"),
        send(client, reverse("person", args=[house.people["zhao"].pk]), "login", username="x"),
        send(client, reverse("person", args=[house.people["zhao"].pk]), "rename", name="赵大"),
        send(client, reverse("committees"), "make", name="小组", kind="review"),
        send(client, reverse("committee", args=[group.pk]), "sit", person="1004", role="member", since=today),
        send(client, reverse("roles"), "name", hr="我"),
        send(client, reverse("calendar"), "edit", first=today, works="off", reason="x"),
    ]
    assert [answer.status_code for answer in tries] == [409] * len(tries)
    assert not Unit.objects.filter(code="X").exists() and Seat.objects.count() == 1 and Person.objects.get(number="1004").name == "赵磊"


def test_the_same_form_twice_is_one_deed(house, client, today):
    sign_in(client, house.people["qian"])
    url = reverse("unit", args=[house.units["ZJ"].pk])
    form = {"do": "add", "key": "6f1ed002-ab5b-4a3f-9d7e-2f6d0a0f9a11", "add-code": "ZJ1", "add-name": "一班", "add-kind": "team", "add-since": str(today)}
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert Unit.objects.filter(code="ZJ1").count() == 1


def test_grants_are_given_and_taken_back(house, client, today):
    sign_in(client, house.people["feng"])
    given = send(client, reverse("grants"), "give", person="赵磊", capacity="auditor", unit=house.units["0"].pk, since=today)
    assert given.status_code == 302
    grant = Grant.objects.get(person=house.people["zhao"])
    assert send(client, reverse("grant", args=[grant.pk]), "end", day=today, reason="写错了").status_code == 302
    grant.refresh_from_db()
    assert grant.until == today
    twice = send(client, reverse("grant", args=[grant.pk]), "end", day=today, reason="写错了")
    assert twice.status_code == 409
    nobody = send(client, reverse("grants"), "give", person="不存在", capacity="auditor", unit=house.units["0"].pk, since=today)
    assert nobody.status_code == 422 and "没有这个工号或姓名" in nobody.content.decode()


def test_li_declares_a_relative_and_hr_ends_it(house, client, today):
    sign_in(client, house.people["li"])
    declared = send(client, reverse("recusals"), "declare", person="1002", other="赵磊", cause="同学", since=today)
    assert declared.status_code == 302
    recusal = Recusal.objects.get(other=house.people["zhao"])
    url = reverse("recusal", args=[recusal.pk])
    assert send(client, url, "end", day=today, reason="x").status_code == 409
    sign_in(client, house.people["qian"])
    assert send(client, url, "end", day=today, reason="毕业多年").status_code == 302


def test_a_group_is_made_and_seated(house, client, today):
    sign_in(client, house.people["qian"])
    made = send(client, reverse("committees"), "make", name="工作小组", kind="working")
    assert made.status_code == 302
    assert send(client, made["Location"], "sit", person="1004", role="secretary", since=today).status_code == 302
    held = Seat.objects.get(person=house.people["zhao"])
    assert send(client, reverse("seat", args=[held.pk]), "end", day=today, reason="").status_code == 422
    assert send(client, reverse("seat", args=[held.pk]), "end", day=today, reason="换人").status_code == 302


def test_a_password_is_shown_once(house, client):
    sign_in(client, house.people["zheng"])
    made = send(client, reverse("person", args=[house.people["wang"].pk]), "login", username="wang")
    person = Person.objects.select_related("login").get(pk=house.people["wang"].pk)
    shown = client.get(made["Location"]).content.decode()
    assert person.login.check_password(shown.split('qh-password">')[1].split("<")[0])
    assert 'qh-password">' not in client.get(made["Location"]).content.decode()
    assert send(client, reverse("person", args=[person.pk]), "block", reason="离职").status_code == 302


def test_the_roles_are_called_as_the_organisation_calls_them(house, client):
    sign_in(client, house.people["qian"])
    assert send(client, reverse("roles"), "name", hr="绩效办").status_code == 302
    assert "绩效办" in client.get(reverse("roles")).content.decode()


def test_a_day_of_the_calendar_is_changed_with_its_basis(house, client):
    sign_in(client, house.people["qian"])
    assert send(client, reverse("calendar"), "edit", first="2026-11-25", last="2026-11-26", works="off", note="厂庆", reason="厂办5号").status_code == 302
    assert not WorkDay.objects.get(org=house.org, day="2026-11-26").works
    assert client.get(reverse("calendar_year", args=[1999])).status_code == 404
    long = send(client, reverse("calendar"), "edit", first="2026-01-01", last="2026-11-26", works="off", reason="x")
    assert long.status_code == 422


# ------------------------------------------------------------------------------------------------------ import, export


def test_a_file_is_looked_at_and_then_imported(house, client, settings, tmp_path, today):
    settings.FILES = tmp_path
    sign_in(client, house.people["qian"])
    file = io.BytesIO("工号,姓名,部门,岗位\n2001,曾 强,质检部,检验员\n".encode())
    file.name = "新人.csv"
    handed = client.post(reverse("roster"), {"do": "look", "look-file": file, "look-day": str(today)})
    assert handed.status_code == 302
    shown = client.get(handed["Location"]).content.decode()
    assert "新人.csv" in shown and "曾强" in shown and not Person.objects.filter(number="2001").exists()
    digest = shown.split('name="shown" value="')[1].split('"')[0]
    assert client.post(handed["Location"], {"shown": "0" * 64}).status_code == 409
    assert client.post(handed["Location"], {"shown": digest}).status_code == 302
    assert Post.objects.get(person__number="2001").unit == house.units["ZJ"]
    sign_in(client, house.people["sun"])
    assert client.get(handed["Location"]).status_code == 404


def test_mistakes_of_a_file_stand_at_their_place(house, client, settings, tmp_path, today):
    settings.FILES = tmp_path
    sign_in(client, house.people["qian"])
    file = io.BytesIO("工号,姓名,部门\n2001,曾强,没有的部门\n".encode())
    file.name = "新人.csv"
    handed = client.post(reverse("roster"), {"do": "look", "look-file": file, "look-day": str(today)})
    shown = client.get(handed["Location"]).content.decode()
    assert "没有的部门" in shown and 'name="shown"' not in shown


def test_the_export_is_a_workbook_of_what_one_may_see(house, client, today):
    sign_in(client, house.people["li"])
    answer = client.get(reverse("house_export"))
    assert answer["Content-Disposition"] == f'attachment; filename="house-{today}.xlsx"'
    assert answer.content == export(viewer_of(house.people["li"], timezone.now()), today)


# ------------------------------------------------------------------------------------------------------------ statements


def test_lists_take_as_many_statements_for_ten_times_the_people(house, client):
    sign_in(client, house.people["qian"])
    urls = [reverse("people"), reverse("house"), reverse("grants"), reverse("recusals"), reverse("committees"), reverse("unit", args=[house.units["SC"].pk])]

    def count() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found.append(len(asked))
        return found

    count()
    before = count()
    people = Person.objects.bulk_create([Person(org=house.org, number=f"3{at:03}", name="李四", pinyin="lisi", initials="ls") for at in range(100)])
    Post.objects.bulk_create([Post(person=person, unit=house.units["SC1"], since=datetime.date(2024, 1, 1)) for person in people])
    Grant.objects.bulk_create([
        Grant(org=house.org, person=person, capacity=Capacity.KEEPER, unit=house.units["SC1"], since=datetime.date(2024, 1, 1)) for person in people
    ])  # fmt: skip
    Seat.objects.bulk_create([Seat(committee=Committee.objects.get(), person=person, role="member", since=datetime.date(2024, 1, 1)) for person in people])
    assert count() == before


def test_the_picker_finds_by_first_letters(house, client):
    sign_in(client, house.people["wang"])
    found = client.get(reverse("people_find"), {"q": "zl"}).json()["found"]
    assert found == [{"id": "1004", "name": "赵磊 1004", "hint": ""}]


def test_giving_a_grant_needs_the_capacity_to_give(house, client, today):
    sign_in(client, house.people["chen"])
    answer = send(client, reverse("grants"), "give", person="1004", capacity="head", unit=house.units["ZJ"].pk, since=today)
    assert answer.status_code == 422 and not Grant.objects.filter(person=house.people["zhao"]).exists()
    give_grant(house.system, house.people["zhao"], Capacity.HEAD, unit=house.units["ZJ"], since=today)


def test_a_role_bears_the_organisations_own_name_wherever_it_is_named(client, cast):
    cast.org.role_names = {"hr": "绩效办", "group_leader": "考核组组长"}
    cast.org.save()
    sign_in(client, cast.people["qian"])
    grants = client.get("/house/grants/").content.decode()
    assert "<td>绩效办</td>" in grants and "<td>人力资源</td>" not in grants
    committee = Committee.objects.create(org=cast.org, name="综合组", kind="review")
    Seat.objects.create(committee=committee, person=cast.people["li"], role="leader", since=datetime.date(2026, 1, 1))
    assert "考核组组长" in client.get(f"/house/groups/{committee.pk}/").content.decode()
