"""The door, the journal and the keys in a real browser: both languages, desktop and phone, nothing for axe to say."""

import pytest
from django.utils import timezone

from tests.cast import make_cast, sign_in
from tests.web.browser import assert_accessible, assert_fits, look
from tests.web.test_api import key_for

WHERE = {
    "login": ("/account/login/", None), "password": ("/account/password/", "sun"), "account": ("/account/", "sun"), "code": ("/account/code/", "sun"),
    "journal": ("/audit/", "sun"), "head": ("/audit/head/", "sun"), "tokens": ("/tokens/", "zheng"),
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_well_made(visit, settings, client, language):
    settings.DEMO = True
    cast = make_cast()
    for person in cast.people.values():
        sign_in(client, person)
        person.login.set_password("correct-horse-battery")
        person.login.save()
    key_for(cast.viewer("zheng", timezone.now()), cast.units["SC"], "records", "people")
    for name, (path, who) in WHERE.items():
        for phone in (False, True):
            page = visit(path, login=cast.people[who].login if who else None, phone=phone, language=language)
            look(page, f"{name}-{'phone' if phone else 'desktop'}-{language[:2]}")
            assert_accessible(page)
            assert_fits(page)
