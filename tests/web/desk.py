"""Somebody at a browser of his own, signed in with his own account and password, who does and sees what people do and see.

    li = office.at_desk("李", phone=True)
    li.goes_to("事实记录")
    li.follows("记一件")
    li.fills("谁", "王")
    li.presses("记下", exact=True)
    li.sees("已记下")

Every page that is opened on a phone fits it, and no page answers that we are wrong. QUANHENG_LOOK keeps a picture of every
moment that has a name, in both languages.
"""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import time_machine
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Locator, Page, Response, expect

from quanheng.domain.models import Login
from tests.web.browser import Visit, assert_fits, look

PASSWORD = "correct-horse-battery"
PATIENCE_MS = 10_000
BUSY_ALLOWED = "422"  # a form that has to be looked at again answers so, and the console of the browser repeats it


class Desk:
    """One person at one browser."""

    def __init__(self, page: Page, name: str, *, phone: bool) -> None:
        self.page, self.name, self.phone = page, name, phone
        self.failed: list[str] = []
        page.on("response", self._watch)
        page.set_default_timeout(PATIENCE_MS)

    def _watch(self, answer: Response) -> None:
        if answer.status >= 500:
            self.failed.append(f"{self.name}: {answer.status} {answer.url}")

    # ------------------------------------------------------------------------------------------------------------ going

    def goes_home(self) -> None:
        """By the sign of the house, or by the bar at the foot of a phone."""
        if self.phone:
            self.goes(self.page.get_by_role("navigation", name="底部导航").get_by_role("link", name="我的事项"))
        else:
            self.goes(self.page.get_by_role("link", name="权衡首页"))

    def goes_to(self, word: str) -> None:
        """By the navigation."""
        if self.phone:
            bar = self.page.get_by_role("navigation", name="底部导航")
            if not bar.get_by_role("link", name=word).count():
                bar.get_by_role("link", name="更多").click()
                bar = self.page.get_by_role("navigation", name="主导航")
        else:
            bar = self.page.get_by_role("navigation", name="主导航")
        self.goes(bar.get_by_role("link", name=word))

    def takes_up(self, task: str, about: str = "") -> None:
        """A task of the home page, by what it says."""
        self.goes_home()
        line = self.page.locator(".qh-tasks li", has_text=task)
        if about:
            line = line.filter(has_text=about)
        self.goes(line.first.get_by_role("link"))

    def follows(self, word: str, *, within: str = "", exact: bool = False) -> None:
        """A link of the page; `within`: in the row that says so."""
        self.goes(self._part(within).get_by_role("link", name=word, exact=exact).first)

    def presses(self, word: str, *, within: str = "", exact: bool = False) -> None:
        """A button of the page."""
        self.goes(self._part(within).get_by_role("button", name=word, exact=exact).first)

    def presses_and_confirms(self, word: str) -> None:
        """A button behind which lies what cannot be taken back: the first one asks for the password once more."""
        self.presses(word)
        again = self.page.get_by_label("密码")
        if again.count():
            again.fill(PASSWORD)
            self.presses("确认", exact=True)

    def goes(self, where: Locator) -> None:
        """A click that leads to another page, which is there, is not our mistake, and is not wider than a phone."""
        with self.page.expect_navigation():
            where.click()
        self.arrives()

    def arrives(self) -> None:
        """What holds for every page one comes to."""
        assert not self.failed, self.failed
        if self.phone:
            assert_fits(self.page)

    # ----------------------------------------------------------------------------------------------------------- filling

    def fills(self, label: str, text: str, *, within: str = "") -> None:
        """A field by its label."""
        self.field(label, within=within).fill(text)

    def field(self, label: str, *, within: str = "") -> Locator:
        """By its label, whatever hint stands behind it."""
        return self._part(within).get_by_label(re.compile(rf"^{re.escape(label)}\s*(（可不填）)?$")).first

    def chooses(self, label: str, word: str) -> None:
        """A word of a list."""
        self.field(label).select_option(label=word)

    def picks(self, letters: str, name: str, label: str = "谁") -> None:
        """Somebody out of those whom a few letters mean."""
        self.field(label).press_sequentially(letters)
        self.page.get_by_role("option", name=name).first.click()

    # ------------------------------------------------------------------------------------------------------------ seeing

    def sees(self, *words: str) -> None:
        """Each of these stands on the page."""
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word)

    def sees_not(self, *words: str) -> None:
        """None of these does."""
        for word in words:
            expect(self.page.locator("body")).not_to_contain_text(word)

    def is_offered(self, word: str) -> bool:
        """Whether there is such a button or link."""
        return bool(self.page.get_by_role("button", name=word).count() + self.page.get_by_role("link", name=word).count())

    def row(self, *words: str) -> Locator:
        """The row of a table or list that says all of this."""
        found = self.page.locator("tr, li")
        for word in words:
            found = found.filter(has_text=word)
        return found.last

    def shows(self, name: str) -> None:
        """Keep pictures of this moment for those who look at them: as it is, and in English."""
        if "QUANHENG_LOOK" not in os.environ:
            return
        size = "phone" if self.phone else "desk"
        look(self.page, f"{name}-{size}-zh", whole=True)
        context, site = self.page.context, "/".join(self.page.url.split("/")[:3])
        beside = context.new_page()  # the page itself may hold what is half written
        for language in ("en", "zh-hans"):
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
            if language == "en":
                beside.goto(self.page.url)
                beside.wait_for_load_state("networkidle")
                look(beside, f"{name}-{size}-en", whole=True)
                if self.phone:
                    assert_fits(beside)
        beside.close()

    def _part(self, within: str) -> Page | Locator:
        return self.row(within) if within else self.page


D = TypeVar("D", bound=Desk)


class Office:
    """The days of an organisation, and its people coming to their desks."""

    def __init__(self, visit: Visit, clock: time_machine.Coordinates, logins: dict[str, Login]) -> None:
        self.visit, self.clock, self.logins = visit, clock, logins
        for login in logins.values():
            login.set_password(PASSWORD)
            login.save()

    def day(self, day: str) -> None:
        """A day begins: the machine's own timer has opened the stages of the day and reminded of what is due."""
        self.clock.move_to(datetime.datetime.fromisoformat(f"{day}T08:30:00+08:00"))
        call_command("remind", stdout=io.StringIO())

    @contextmanager
    def at_desk(self, name: str, kind: type[D], *, phone: bool = False) -> Iterator[D]:
        """Somebody signs in, and leaves again in the end."""
        page = self.visit("/", phone=phone, allowed=BUSY_ALLOWED)
        desk = kind(page, name, phone=phone)
        page.get_by_label("账号").fill(self.logins[name].username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("navigation", name="底部导航" if phone else "主导航")).to_be_visible()
        desk.arrives()
        try:
            yield desk
        except BaseException:
            look(page, "failed", whole=True)
            raise
        assert not desk.failed, desk.failed
        page.context.close()
