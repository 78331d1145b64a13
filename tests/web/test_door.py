"""The door: who comes in, who does not, and what the journal of the installation says about it."""

import datetime

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from quanheng.domain.actions import signing_in
from quanheng.domain.journal import verify
from quanheng.domain.models import Capacity, Chain, Entry, Grant, Login, Unit
from tests.web.door import PASSWORD, organisation, sign_in, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    cache.clear()


def deeds() -> list[str]:
    return list(Entry.objects.filter(chain__org=None).order_by("seq").values_list("deed", flat=True))


def test_wang_signs_in_and_the_page_knows_who_is_looking(client):
    wang = somebody(organisation())
    assert sign_in(client).status_code == 302
    assert client.get("/account/").wsgi_request.viewer.person == wang
    assert deeds() == ["signin.done"]


def test_without_sign_in_every_page_leads_to_the_door(client):
    assert client.get("/account/").url == "/account/login/?next=/account/"
    assert client.get("/account/login/").wsgi_request.viewer is None


def test_a_wrong_password_is_refused_and_written_down_without_what_was_typed(client):
    somebody(organisation())
    answer = sign_in(client, password="secret-typed-wrong")
    assert "账号或密码不对" in answer.content.decode()
    assert sign_in(client, username="secret-typed-as-name").status_code == 200
    assert deeds() == ["signin.failed", "signin.failed"]
    entries = Entry.objects.order_by("seq")
    assert [entry.about_id for entry in entries] == [Login.objects.get().pk, 0]
    assert not any("secret" in str(value) for entry in entries.values() for value in entry.values())


def test_after_five_wrong_passwords_the_right_one_is_refused_too_and_the_block_is_written_down_once(client):
    somebody(organisation())
    for _ in range(5):
        sign_in(client, password="wrong-wrong-wrong")
    for _ in range(3):
        assert "试的次数太多" in sign_in(client).content.decode()
    assert deeds() == ["signin.failed"] * 5 + ["signin.blocked"]
    assert verify(Chain.objects.get(org=None)).found is None


def test_a_fourth_sign_in_ends_the_first():
    somebody(organisation())
    clients = [Client() for _ in range(4)]
    for each in clients:
        sign_in(each)
    assert [each.get("/account/").status_code for each in clients] == [302, 200, 200, 200]


def test_the_administrator_ends_all_sessions_of_an_account(client):
    wang = somebody(organisation())
    sign_in(client)
    signing_in.sessions_ended(wang.login, timezone.now(), "手机丢失")
    assert client.get("/account/").status_code == 302
    sign_in(client)
    assert client.get("/account/").status_code == 200
    assert deeds() == ["signin.done", "sessions.ended", "signin.left", "signin.done"]


def test_a_password_from_the_office_has_to_be_changed_before_anything_else(client):
    wang = somebody(organisation())
    Login.objects.update(must_change=True)
    sign_in(client)
    assert client.get("/").url == "/account/password/"
    changed = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "my-own-long-one-7", "password2": "my-own-long-one-7"})
    assert changed.status_code == 302
    assert client.get("/").status_code == 200
    wang.login.refresh_from_db()
    assert not wang.login.must_change and deeds() == ["signin.done", "password.changed"]


@pytest.mark.parametrize("weak", ["short-1", "12345678901234", "password123"])
def test_a_weak_password_is_not_taken(client, weak):
    somebody(organisation())
    sign_in(client)
    assert client.post("/account/password/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}).status_code == 200
    assert Login.objects.get().check_password(PASSWORD)


def test_a_changed_password_ends_the_other_sessions(client):
    somebody(organisation())
    other = Client()
    sign_in(other)
    sign_in(client)
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "my-own-long-one-7", "password2": "my-own-long-one-7"})
    assert (client.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)


def test_somebody_of_two_organisations_changes_from_one_to_the_other(client):
    first = somebody(organisation())
    second = somebody(organisation("yi", "乙单位"), username="w2", login=first.login)
    foreign = somebody(organisation("bing", "丙单位"), "赵", "zhao")
    sign_in(client)
    client.post("/account/switch/", {"person": second.pk})
    assert client.get("/account/").wsgi_request.viewer.org == second.org
    assert client.post("/account/switch/", {"person": foreign.pk}).status_code == 404
    assert client.post("/account/switch/", {"person": "x"}).status_code == 404
    assert client.get("/account/").wsgi_request.viewer.org == second.org


def test_an_account_without_a_person_sees_nothing(client):
    Login.objects.create_user("nobody", PASSWORD)
    sign_in(client, "nobody")
    assert client.get("/account/").status_code == 403


def test_there_is_no_sign_up_and_no_stepping_in_outside_of_the_demo(client):
    org = organisation()
    wang = somebody(org)
    Grant.objects.create(org=org, person=wang, capacity=Capacity.HR, unit=Unit.objects.create(org=org, code="0", kind="root"), since="2020-01-01")
    assert client.get("/account/signup/").status_code == 404
    assert client.post("/account/step-in/", {"person": wang.pk}).status_code == 404
    assert "甲单位" not in client.get("/account/login/").content.decode()


def test_in_the_demo_one_click_steps_in_as_somebody_on_the_list_and_as_nobody_else(client, settings):
    settings.DEMO = True
    org = organisation()
    wang, li = somebody(org), somebody(org, "李", "li")
    Grant.objects.create(org=org, person=wang, capacity=Capacity.HR, unit=Unit.objects.create(org=org, code="0", kind="root"), since="2020-01-01")
    shown = client.get("/account/login/").content.decode()
    assert "甲单位" in shown and "人力资源" in shown and "王" in shown and "李" not in shown
    type(org).objects.filter(pk=org.pk).update(role_names={"hr": "绩效办"})
    assert "绩效办" in client.get("/account/login/").content.decode(), "as the organisation calls it"
    assert client.post("/account/step-in/", {"person": li.pk}).status_code == 404
    assert client.post("/account/step-in/", {"person": wang.pk}).status_code == 302
    assert client.get("/account/").wsgi_request.viewer.holds(Capacity.HR)
    assert deeds() == ["signin.done"]


def test_with_an_authenticator_the_password_alone_opens_nothing(client):
    wang = somebody(organisation())
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(wang.login, secret)
    assert sign_in(client).url == "/account/code/authenticate/"
    assert client.get("/account/").status_code == 302
    assert "验证码不对" in client.post("/account/code/authenticate/", {"code": "000000"}).content.decode()
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/account/code/authenticate/", {"code": code}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert deeds() == ["signin.failed", "signin.done"]


def test_a_stale_sign_in_is_asked_again_before_the_authenticator_is_changed(client):
    somebody(organisation())
    sign_in(client)
    asked = client.get("/account/code/totp/activate/")
    assert asked.url.startswith("/account/again/")
    assert client.post(asked.url, {"password": "wrong-wrong-wrong"}).status_code == 200
    assert client.post(asked.url, {"password": PASSWORD}).status_code == 302
    page = client.get("/account/code/totp/activate/")
    assert page.status_code == 200 and "data:image/svg+xml" in page.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["", "password/", "code/", "sessions/", "logout/", "again/"])
def test_every_page_of_the_account_is_there_in_both_languages(client, language, path):
    somebody(organisation())
    sign_in(client)
    client.cookies["qh_language"] = language
    answer = client.get(f"/account/{path}")
    text = answer.content.decode()
    assert answer.status_code == 200 and "script-src 'self'" in answer["Content-Security-Policy"] and "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert f'lang="{"zh-CN" if language == "zh-hans" else "en"}"' in text


def test_the_journal_knows_the_hour(client):
    somebody(organisation())
    sign_in(client)
    assert timezone.now() - Entry.objects.get().at < datetime.timedelta(minutes=1)
