"""Another system reads and writes with its own key, within its scope, and the same request twice is one."""

import datetime
import json
import uuid

import pytest
from django.utils import timezone

from quanheng.domain.actions.token import make_token, revoke_token
from quanheng.domain.models import Capacity, Entry, Grant, Person, Post, Record, Token
from quanheng.domain.policies.viewer import Viewer, viewer_of
from quanheng.domain.refusal import Refusal
from tests.cast import make_cast, sign_in
from tests.year import PACKING, Year

pytestmark = pytest.mark.django_db


def key_for(by: Viewer, unit, *scopes: str) -> str:
    return make_token(by, name="人事系统", scopes=scopes, unit=unit, until=by.today + datetime.timedelta(days=30))[1]


def send(client, path: str, content: object, key: str, once: object = None):
    headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": str(once)} if once else {})
    return client.post(f"/api/{path}", json.dumps(content), content_type="application/json", headers=headers)


def get(client, path: str, key: str):
    return client.get(f"/api/{path}", headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def admin(cast) -> Viewer:
    """The system administrator, now."""
    return cast.viewer("zheng", timezone.now())


def newcomer(**more: str) -> dict[str, str]:
    return {"number": "2001", "name": "何清", "unit": "SC1", "since": "2026-10-01", "title": "操作工", **more}


def test_a_key_is_shown_once_and_kept_as_a_hash(cast, admin):
    key = key_for(admin, cast.units["0"], "people")
    token = Token.objects.get()
    assert key.startswith(f"qh_{token.prefix}_") and key not in str(token.__dict__) and len(key) > 50
    entry = Entry.objects.get(deed="token.made")
    assert entry.about_ref == token.prefix and key not in str(entry.__dict__)


def test_only_the_system_administrator_makes_keys_and_none_is_for_ever(cast, admin):
    more = {"name": "x", "scopes": ["people"], "unit": cast.units["0"]}
    for somebody, days in (("qian", 30), ("wu", 30), ("feng", 30), ("zheng", 0), ("zheng", 400)):
        by = cast.viewer(somebody, timezone.now())
        with pytest.raises(Refusal):
            make_token(by, **more, until=by.today + datetime.timedelta(days=days))
    with pytest.raises(Refusal):
        make_token(admin, name="x", scopes=["everything"], unit=cast.units["0"], until=admin.today + datetime.timedelta(days=3))


def test_without_a_key_that_holds_nothing_is_told(client, cast, admin):
    key = key_for(admin, cast.units["0"], "people")
    assert get(client, "me", key).json()["organisation"] == "甲公司"
    for wrong in ("", "qh_", "qh_00000000_x", key[:-1], key + "x"):
        answer = get(client, "me", wrong)
        assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json" and {"zh", "en"} <= answer.json().keys()
    revoke_token(cast.viewer("feng", timezone.now()), Token.objects.get().pk, reason="系统停用")
    assert get(client, "me", key).status_code == 401


def test_a_key_ends_on_its_day(client, cast, admin):
    key = key_for(admin, cast.units["0"], "people")
    Token.objects.update(until=admin.today)
    assert get(client, "me", key).status_code == 401


def test_people_come_in_all_or_none_and_what_is_so_already_stays(client, cast, admin):
    key = key_for(admin, cast.units["0"], "people")
    rows = [newcomer(), {"number": "1001", "name": "王强", "unit": "SC1", "since": "2026-10-01", "title": "操作工", "post_class": "生产"}]
    assert send(client, "people", {"people": rows}, key).json() == {"rows": 2, "again": False, "new": 1, "renamed": 0, "placed": 1}
    assert send(client, "people", {"people": rows}, key).json() == {"rows": 2, "again": False, "new": 0, "renamed": 0, "placed": 0}
    wrong = send(client, "people", {"people": [newcomer(number="2002"), newcomer(number="2003", unit="没有")]}, key)
    assert wrong.status_code == 409 and "没有代码为“没有”的机构" in wrong.json()["zh"]
    assert not Person.objects.filter(number="2002").exists()
    assert send(client, "people", {"people": [newcomer(), newcomer()]}, key).status_code == 409
    assert Entry.objects.filter(deed="people.taken", capacity="machine", token__isnull=False).count() == 2


def test_the_same_request_twice_is_one_and_another_under_its_key_is_refused(client, cast, admin):
    key, once = key_for(admin, cast.units["0"], "people"), uuid.uuid4()
    assert send(client, "people", {"people": [newcomer()]}, key, once).json()["new"] == 1
    assert send(client, "people", {"people": [newcomer()]}, key, once).json()["again"] is True
    assert send(client, "people", {"people": [newcomer(number="2009")]}, key, once).status_code == 409
    assert send(client, "people", {"people": [newcomer()]}, key, "made up").status_code == 400
    assert Post.objects.filter(person__number="2001").count() == 1


def test_a_key_reaches_neither_beyond_its_unit_nor_beyond_its_scope(client, cast, admin):
    key = key_for(admin, cast.units["SC"], "people")
    assert send(client, "people", {"people": [newcomer(unit="ZJ")]}, key).status_code == 409
    assert send(client, "people", {"people": [{"number": "1004", "name": "赵磊", "unit": "SC1", "since": "2026-10-01"}]}, key).status_code == 409
    assert send(client, "records", {"register": "x", "origin": "x", "records": []}, key).status_code == 403
    assert get(client, "results/ZQ-2026-0001", key).status_code == 403
    other = make_cast("yi", "乙公司")
    foreign = key_for(other.viewer("zheng", timezone.now()), other.units["0"], "people")
    send(client, "people", {"people": [newcomer()]}, foreign)
    assert Person.objects.get(number="2001").org == other.org


@pytest.mark.parametrize(
    "wrong",
    [{}, {"people": []}, {"people": [{"number": "1"}]}, {"people": [newcomer(since="今天")]}, {"people": [newcomer(salary="1")]}, [], "x"],
)
def test_what_is_not_in_the_right_form_is_refused_with_its_place(client, cast, admin, wrong):
    answer = send(client, "people", wrong, key_for(admin, cast.units["0"], "people"))
    assert answer.status_code == 422 and answer.json()["errors"]


def test_the_description_is_there(client):
    described = client.get("/api/openapi.json").json()
    assert {"/api/people", "/api/records", "/api/ratings", "/api/results/{cycle}", "/api/results/{cycle}/explanation"} <= described["paths"].keys()


# ------------------------------------------------------------------------------------------------------------------- results


def firm_key(firm: Year, unit: str, *scopes: str) -> str:
    zheng = Person.objects.create(org=firm.org, number="S001", name="郑")
    Grant.objects.create(org=firm.org, person=zheng, capacity=Capacity.SYSTEM_ADMIN, unit=firm.units["衡川制药"], since="2026-01-01")
    return key_for(viewer_of(zheng, timezone.now()), firm.units[unit], *scopes)


def test_released_results_go_out_with_what_they_stand_on_below_the_unit_alone(client, firm):
    key = firm_key(firm, PACKING, "results")
    month = firm.cycles[-1]
    found = get(client, f"results/{month.ref}", key).json()
    numbers = {firm.people[name].number for name, unit in firm.at.items() if unit == PACKING}
    assert {row["person"] for row in found} == {"E001", "E002", *(n for n in numbers if n.startswith("E01"))} and all(row["score"] for row in found)
    wang = next(row for row in found if row["person"] == "E001")
    column = "得分"
    told = get(client, f"results/{month.ref}/explanation?row={wang['row']}&column={column}", key)
    assert told.status_code == 200, told.content.decode()
    assert told.json()["value"].startswith(wang["score"].rstrip("0").rstrip(".")) and told.json()["parts"]
    zhao = firm.row("赵", month.period)
    assert get(client, f"results/{month.ref}/explanation?row={zhao}&column={column}", key).status_code == 404
    assert get(client, "results/ZQ-1999-0001", key).status_code == 404


def test_records_come_in_as_from_a_system_for_those_below_the_unit_alone(client, firm):
    key, once = firm_key(firm, PACKING, "records"), uuid.uuid4()
    assert "偏差" in [each["name"] for each in get(client, "registers", key).json()]
    row = {"day": "2026-11-03", "person": "E001", "values": {"员工": "E001", "日期": "2026-11-03", "班次": "夜班", "程度": "一般"}}
    sent = {"register": "偏差", "origin": "MES", "records": [row]}
    assert send(client, "records", sent, key, once).json()["rows"] == 1
    assert send(client, "records", sent, key, once).json()["again"] is True
    made = Record.objects.get(day="2026-11-03")
    assert made.source == "system" and made.state == "verified" and made.entered_by is None
    beyond = send(client, "records", sent | {"records": [row | {"person": "E003"}]}, key)
    assert beyond.status_code == 409 and "E003" in beyond.json()["zh"]
    wrong = send(client, "records", sent | {"records": [row | {"values": {"程度": "严重"}}]}, key)
    assert wrong.status_code == 409 and Record.objects.filter(day="2026-11-03").count() == 1


# --------------------------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_administrator_makes_a_key_on_the_page_sees_it_once_and_ends_it(client, cast, language):
    sign_in(client, cast.people["zheng"])
    client.cookies["qh_language"] = language
    form = {"name": "考勤机", "scopes": ["records"], "unit": cast.units["SC"].pk, "until": str(timezone.localdate() + datetime.timedelta(days=90))}
    made = client.post("/tokens/make/", {**form, "key": str(uuid.uuid4())})
    token = Token.objects.get()
    assert f"qh_{token.prefix}_" in made.content.decode() and len(made.content.decode().split(f"qh_{token.prefix}_")[1].split("<")[0]) > 40
    assert client.get("/tokens/").content.decode().count(f"qh_{token.prefix}_…") == 1
    assert client.post("/tokens/make/", {**form, "until": "never"}).status_code == 409
    assert client.post(f"/tokens/{token.pk}/revoke/", {"reason": "换机器"}).status_code == 302
    assert client.post(f"/tokens/{token.pk}/revoke/", {"reason": "再来"}).status_code == 409


@pytest.mark.parametrize("who", ["wang", "li", "zhang", "qian", "sun", "wu", "chen"])
def test_nobody_else_sees_the_page_of_the_keys(client, cast, admin, who):
    key_for(admin, cast.units["0"], "people")
    sign_in(client, cast.people[who])
    assert client.get("/tokens/").status_code == 404
    assert client.post(f"/tokens/{Token.objects.get().pk}/revoke/", {"reason": "x"}).status_code == 404
