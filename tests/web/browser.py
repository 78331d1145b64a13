"""Pages in a real Chromium: `site` is the address of the running product, `browser` one browser for all tests, `visit` opens a page.

    def test_home(site, visit):
        page = visit("/kit/", phone=True, language="en")
        assert_accessible(page)
        look(page, "kit-phone-en")      # a picture, in the folder that QUANHENG_LOOK names

A page that writes to the console, asks a foreign host or throws fails its test by itself, at the end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from quanheng.domain import triggers
from quanheng.domain.models import Login
from quanheng.web.built import built

# The browser is driven from this thread by an event loop, and Django refuses its database to a thread with one: it cannot
# know that nothing else runs in between.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of the process."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on this machine: apt install chromium fonts-noto-cjk")
    if not built().script:
        pytest.skip("the front end is not built: ./quanheng test builds it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def site(live_server) -> Iterator[str]:
    """The product, running on this machine; its address without the last slash."""
    yield live_server.url
    # Behind each such test all tables are emptied, which the database refuses for what is kept. The triggers come back by
    # themselves: emptying ends with the signal that installs them.
    with connection.cursor() as cursor:
        for _, statement in triggers.statements(connection):
            if statement.startswith("DROP TRIGGER"):
                cursor.execute(statement)


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Visit]:
    """Open pages: `visit(path, login=…, phone=…, language="en", scripts=False)`; `allowed` is what the console may say."""
    contexts, wrong = [], []

    def open_page(
        path: str, login: Login | None = None, phone: bool = False, language: str = "zh-hans", scripts: bool = True, allowed: str = "nothing"
    ) -> Page:
        window = {"viewport": PHONE if phone else DESKTOP, "has_touch": phone, "reduced_motion": "reduce"}
        context = browser.new_context(**window, java_script_enabled=scripts, locale="zh-CN", timezone_id=settings.TIME_ZONE)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if login is not None:
            client = Client()
            client.force_login(login)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and allowed not in said.text and wrong.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"thrown: {error}"))
        page.on("request", lambda request: is_foreign(request.url, site) and wrong.append(f"foreign: {request.url}"))
        page.goto(site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


def is_foreign(url: str, site: str) -> bool:
    """Whether a request leaves the product."""
    return urlsplit(url).scheme not in ("data", "blob") and not url.startswith(site + "/")


def assert_accessible(page: Page) -> None:
    """Nothing that axe calls serious or critical."""
    found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    bad = [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]
    assert not bad, "\n".join(bad)


def assert_fits(page: Page) -> None:
    """The page is not wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def look(page: Page, name: str, whole: bool = False) -> None:
    """Keep a picture, where QUANHENG_LOOK names a folder."""
    if folder := os.environ.get("QUANHENG_LOOK"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        # hiding the caret would write a style into the page, which the page's own policy reports
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole, caret="initial")
