"""Somebody with an account, for the tests of the door."""

from django.test import Client

from quanheng.domain.models import Login, Org, Person

PASSWORD = "correct-horse-battery"


def organisation(key: str = "jia", name: str = "甲单位") -> Org:
    return Org.objects.create(key=key, name=name)


def somebody(org: Org, name: str = "王", username: str = "wang", login: Login | None = None) -> Person:
    login = login or Login.objects.create_user(username, PASSWORD)
    return Person.objects.create(org=org, number=username, name=name, login=login)


def sign_in(client: Client, username: str = "wang", password: str = PASSWORD, **more: str):
    return client.post("/account/login/", {"login": username, "password": password, **more})
