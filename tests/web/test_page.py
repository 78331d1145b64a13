"""What every page has around it."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from quanheng.domain.models import Org
from quanheng.domain.refusal import NotYours, Refusal
from quanheng.web import urls
from quanheng.web.page import page, risky
from tests.web.door import PASSWORD, organisation, sign_in, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@page
def answer(request, what):
    if what == "refused":
        raise Refusal("名额已满。", "No place is left.", article="第六条")
    if what == "foreign":
        raise NotYours
    if what == "absent":
        Org.objects.get(key="absent")
    return HttpResponse(f"{request.viewer.person.name} {request.viewer.key}")


@page
@risky
def release(request):
    return HttpResponse(f"released {request.viewer.person.name} {request.POST.get('reason')}")


urlpatterns = [*urls.urlpatterns, path("answer/<str:what>", answer), path("release", release)]


@pytest.fixture
def wang(client) -> Client:
    somebody(organisation())
    sign_in(client)
    return client


def test_a_page_knows_who_is_looking_and_which_form_it_was(wang):
    key = uuid.uuid4()
    assert wang.get("/answer/fine").content.decode() == "王 None"
    assert wang.post("/answer/fine", {"key": str(key)}).content.decode() == f"王 {key}"
    assert wang.post("/answer/fine", {"key": "made up"}).status_code == 404


def test_a_refusal_says_why_with_the_article_as_a_page_or_as_a_part_of_one(wang):
    whole = wang.get("/answer/refused")
    assert whole.status_code == 409 and "名额已满。" in whole.content.decode() and "第六条" in whole.content.decode() and "<html" in whole.content.decode()
    part = wang.get("/answer/refused", headers={"HX-Request": "true"})
    assert part.status_code == 409 and "名额已满。" in part.content.decode() and "<html" not in part.content.decode()
    wang.cookies["qh_language"] = "en"
    assert "No place is left." in wang.get("/answer/refused").content.decode()


def test_what_is_foreign_or_absent_is_not_there(wang):
    assert [wang.get(f"/answer/{what}").status_code for what in ("foreign", "absent")] == [404, 404]


def test_a_stranger_is_sent_to_the_door(client):
    assert client.get("/answer/fine").url == "/account/login/?next=/answer/fine"


def test_a_risky_act_asks_for_the_password_again_and_is_then_carried_out_as_it_was_sent(wang):
    asked = wang.post("/release", {"reason": "定稿"})
    assert asked.url == "/account/again/?next=%2Frelease"
    assert wang.post(asked.url, {"password": PASSWORD, "next": "/release"}).content.decode() == "released 王 定稿"
    assert wang.post("/release", {"reason": "再次"}).content.decode() == "released 王 再次"


def test_a_page_asked_outside_of_the_middleware_makes_the_viewer_itself():
    request = RequestFactory().get("/answer/fine")
    request.user = somebody(organisation()).login
    request.session = {}
    assert answer(request, "fine").content.decode() == "王 None"
