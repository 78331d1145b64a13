"""The line at home in a real browser: who by a few characters, what was said before by its first ones, all from the keys."""

import pytest
import time_machine
from playwright.sync_api import Page, expect

from quanheng.domain.models import Person, Record
from tests.web.browser import Visit, assert_accessible, assert_fits, look
from tests.year import begun

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "清场检查一次合格，记录填写完整。"


def test_li_writes_two_facts_without_taking_his_hands_off_the_keys(site: str, visit: Visit):
    with time_machine.travel("2026-11-03T02:00:00Z", tick=True):
        year = begun(4)
        page = visit("/", login=year.people["李"].login)
        page.get_by_label("谁").click()
        written(page, "王", SAID)
        expect(page.get_by_label("谁")).to_be_focused()
        written(page, "员甲001", "清场", taken=SAID)
        about = Record.objects.filter(note=SAID).values_list("person", flat=True)
        assert sorted(about) == sorted(Person.objects.filter(name__in=["王", "员甲001"]).values_list("pk", flat=True))
        written(page, "王", "清")  # Enter sends what was typed: nothing is put in its place
        assert Record.objects.filter(note="清").exists()
        assert_accessible(page)
        look(page, "home-line")
        phone = visit("/", login=year.people["李"].login, phone=True, language="en")
        assert_fits(phone)
        look(phone, "home-line-phone", whole=True)


def written(page: Page, who: str, what: str, taken: str = "") -> None:
    """One line: name, Tab, what, Enter; `taken`: what is offered and taken by the arrow."""
    page.keyboard.type(who)
    expect(page.get_by_role("option", name=who).first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(what)
    if taken:
        expect(page.get_by_role("option", name=taken)).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_label("发生了什么")).to_have_value(taken)
    with page.expect_navigation():
        page.keyboard.press("Enter")
