"""Results, runs and regulations in a real browser: quiet, accessible, and no wider than the window."""

import os

import pytest
from playwright.sync_api import Page, expect

from quanheng.domain.actions import scheme
from quanheng.domain.actions.run import order_run
from quanheng.domain.models import RunKind
from tests.web.browser import Visit, assert_accessible, assert_fits, look
from tests.web.test_schemes import CHANGED
from tests.year import Year, enterprise

WAYS = [("zh-hans", False), ("en", True)]
if "QUANHENG_LOOK" in os.environ:  # pictures for those who look at them
    WAYS += [("zh-hans", True), ("en", False)]


@pytest.fixture
def year(transactional_db: None) -> Year:
    """The firm, with a draft of next year's regulation and a run that waits in the queue."""
    made = enterprise(staff=20)
    day = made.cycles[-1].until.replace(day=20)
    scheme.save_draft(made.by("孙", day), CHANGED.replace("员工.奖金标准 ×", "员工.奖金 ×"))
    order_run(made.by("钱", day), made.cycles[-1].pk, kind=RunKind.PREVIEW)
    return made


def pages(year: Year) -> list[tuple[str, str, str]]:
    """Name, who looks, address."""
    ref, run, wang = year.cycles[-1].ref, year.runs[-1].ref, year.people["王"].pk
    draft = year.version.scheme.versions.get(state="draft").pk
    return [
        ("results", "钱", f"/results/{ref}/"),
        ("results-unit", "钱", f"/results/{ref}/?by=unit"),
        ("results-sheet", "钱", f"/results/{ref}/sheet/"),
        ("results-head", "李", f"/results/{ref}/"),
        ("result-person", "钱", f"/results/{ref}/person/{wang}/"),
        ("result-own", "王", f"/results/{ref}/mine/"),
        ("result-mean", "钱", f"/results/{ref}/figures/mean/"),
        ("result-places", "钱", f"/results/{ref}/figures/places/"),
        ("result-change", "钱", f"/results/{ref}/change/{year.row('王', '2026-10')}/"),
        ("explain", "王", f"/explain/{run}/员工每月/{year.row('王', '2026-10')}/得分/"),
        ("explain-site", "王", f"/explain/{run}/员工每月/{year.row('王', '2026-10')}/现场与规范/"),
        ("explain-mark", "王", f"/explain/{run}/员工每月/{year.row('王', '2026-10')}/表现上级评/"),
        ("runs", "钱", f"/cycles/{ref}/runs/"),
        ("run", "钱", f"/runs/{run}/"),
        ("run-same", "钱", f"/runs/{run}/against/{run}/"),
        ("schemes", "孙", "/schemes/"),
        ("scheme", "王", f"/schemes/versions/{year.version.pk}/"),
        ("scheme-draft", "孙", f"/schemes/versions/{draft}/"),
        ("scheme-against", "孙", f"/schemes/versions/{draft}/against/{year.version.pk}/"),
        ("scheme-edit", "孙", f"/schemes/versions/{draft}/edit/"),
    ]


def test_every_page_is_quiet_accessible_and_fits_on_a_desk_and_on_a_phone(year: Year, visit: Visit):
    wrong = []  # all of it at once: making the firm takes longer than looking at a page
    for name, who, path in pages(year):
        for language, phone in WAYS:
            page = visit(path, login=year.people[who].login, language=language, phone=phone)
            page.wait_for_load_state("networkidle")
            where = f"{name}-{'phone' if phone else 'desktop'}-{language[:2]}"
            look(page, where, whole=True)
            for holds in (assert_accessible, assert_fits):
                try:
                    holds(page)
                except AssertionError as found:
                    wrong.append(f"{where}: {found}")
            page.context.close()
    assert not wrong, "\n".join(wrong)


def opened(page: Page) -> Page:
    expect(page.locator(".qh-drawer .qh-why-value")).to_be_visible()
    return page


def test_a_figure_opens_in_the_drawer_and_its_parts_open_from_there(year: Year, visit: Visit):
    ref = year.cycles[-1].ref
    page = visit(f"/results/{ref}/", login=year.people["钱"].login)
    page.get_by_role("row", name="王").get_by_role("link").nth(1).click()
    look(opened(page), "drawer")
    assert_accessible(page)
    page.locator(".qh-drawer .qh-tree-value a").first.click()
    expect(page.locator(".qh-drawer .qh-path")).to_contain_text("得分")
    page.keyboard.press("Escape")
    expect(page.locator(".qh-drawer")).to_be_hidden()


def test_a_fault_shows_at_its_line_while_one_types_and_the_page_saves_without_scripts(year: Year, visit: Visit):
    draft = year.version.scheme.versions.get(state="draft")
    page = visit(f"/schemes/versions/{draft.pk}/edit/", login=year.people["孙"].login)
    expect(page.locator("qh-editor .qh-faults li")).to_have_count(1)
    plain = visit(f"/schemes/versions/{draft.pk}/edit/", login=year.people["孙"].login, scripts=False)
    plain.locator("textarea").fill(CHANGED)
    plain.get_by_role("button", name="保存草稿").click()
    expect(plain.get_by_text("没有错误")).to_be_visible()
