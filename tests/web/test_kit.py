"""The parts of the pages in a real browser: what they look like is looked at, what they do is tested here."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from quanheng.web.built import Built, built
from tests.house.tree import texts
from tests.web.browser import Visit, assert_accessible, assert_fits, look

PAGES = ["/kit/", "/kit/home/", "/kit/sheet/", "/kit/why/"]


@pytest.fixture
def sheet(visit: Visit) -> Page:
    """Open the score sheet; the reader stands in the first cell."""
    page = visit("/kit/sheet/")
    cell(page, "陆知远 产量达成").click()
    return page


def cell(page: Page, label: str):
    return page.get_by_label(label, exact=True)


def put_on_clipboard(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def wait_until_saved(page: Page) -> None:
    expect(page.locator("qh-grid td.waits")).to_have_count(0)


# --------------------------------------------------------------------------------------------------------------- every part


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_part_is_quiet_accessible_and_fits(visit: Visit, path: str, language: str, phone: bool):
    page = visit(path, phone=phone, language=language)
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    assert_fits(page)
    look(page, f"{path.strip('/').replace('/', '-')}-{'phone' if phone else 'desktop'}-{language[:2]}", whole=True)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_whole_without_scripts(visit: Visit, path: str):
    page = visit(path, scripts=False)
    expect(page.locator("h1")).not_to_be_empty()
    assert page.locator(".qh-num").first.get_attribute("href")


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_where_nothing_was_built(client: Client, monkeypatch: pytest.MonkeyPatch, path: str):
    monkeypatch.setattr("quanheng.web.templatetags.qh.built", Built)
    answer = client.get(path)
    assert answer.status_code == 200 and b"<script type=\"module\"" not in answer.content and b"<h1>" in answer.content


def test_every_icon_that_a_template_names_is_in_the_sprite(visit: Visit):
    named = {name for path, text in texts().items() if path.endswith(".html") for name in re.findall(r'{% icon "([a-z0-9-]+)"', text)}
    assert named <= built().icons


# --------------------------------------------------------------------------------------------------------------- the drawer


def test_a_figure_opens_beside_the_page_and_back_closes_it(visit: Visit):
    page = visit("/kit/")
    figure = page.locator("a.qh-num", has_text="−1,322.50")
    figure.click()
    drawer = page.locator("dialog.qh-drawer")
    expect(drawer).to_be_visible()
    expect(drawer.locator("h2").first).to_have_text("87.40 从哪里来")
    expect(drawer.locator("h2").first).to_be_focused()
    assert_accessible(page)
    look(page, "drawer")
    assert "#why=/kit/why/" in page.url

    drawer.locator("a.qh-num").click()  # deeper, in the same drawer
    page.wait_for_url("**/#why=/kit/why/?of=rate")
    page.go_back()
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(figure).to_be_focused()
    assert "#" not in page.url


def test_the_address_of_an_open_figure_can_be_sent_and_leads_nowhere_else(visit: Visit):
    page = visit("/kit/#why=/kit/why/")
    drawer = page.locator("dialog.qh-drawer")
    expect(drawer.locator("h2").first).to_have_text("87.40 从哪里来")
    drawer.get_by_role("button", name="关闭").click()
    expect(drawer).to_be_hidden()
    assert visit("/kit/#why=//elsewhere.example/").locator("dialog[open]").count() == 0


def test_inside_the_drawer_a_page_is_its_body_alone(client: Client):
    part = client.get("/kit/why/", headers={"X-Qh-Drawer": "1"}).content.decode()
    assert "<html" not in part and "data-title" in part and "qh-path" in part


# ---------------------------------------------------------------------------------------------------------------- the sheet


def test_a_block_of_the_clipboard_lands_in_its_cells_is_saved_and_undone(sheet: Page):
    rows = ["18.0 13.0 12.0 9.0", "17.9 １３．１ 12.1 9.1", "17.8 13.2 未评 9.2", "17.7 13.5 12.3 9.3", "17.6 13.4 不适用 9.4"]
    put_on_clipboard(sheet, "".join(row.replace(" ", "\t") + "\r\n" for row in rows))
    sheet.keyboard.press("Control+V")
    expect(cell(sheet, "陆知远 产量达成")).to_have_value("18.0")
    expect(cell(sheet, "顾晓岚 成品合格率")).to_have_value("13.1")  # full-width figures of an input method
    expect(cell(sheet, "宋以宁 批记录差错")).to_have_value("")
    expect(cell(sheet, "杜若溪 批记录差错")).to_have_value("不适用")
    expect(cell(sheet, "杜若溪 物料损耗")).to_have_value("9.4")
    expect(sheet.locator("#save-state")).to_have_attribute("data-state", "saved")
    wait_until_saved(sheet)
    look(sheet, "sheet-pasted")
    sheet.keyboard.press("Control+Z")
    expect(cell(sheet, "陆知远 产量达成")).to_have_value("18.6")
    expect(cell(sheet, "杜若溪 批记录差错")).to_have_value("13.5")
    sheet.keyboard.press("Control+Y")
    expect(cell(sheet, "杜若溪 物料损耗")).to_have_value("9.4")
    wait_until_saved(sheet)


def test_a_block_with_heads_and_names_goes_where_they_say_and_the_rest_is_listed(sheet: Page):
    put_on_clipboard(sheet, "姓名\t改进提案\t产量达成\n程安\t1.5\t16.0\n0211\t2.5\t19.0\n无名氏\t1\t1")
    sheet.keyboard.press("Control+V")
    expect(cell(sheet, "程　安 改进提案")).to_have_value("1.5")
    expect(cell(sheet, "顾晓岚 产量达成")).to_have_value("19.0")
    expect(sheet.locator(".qh-tray")).to_contain_text("对不上，没有填：无名氏")


def test_what_is_copied_out_of_the_sheet_pastes_back(sheet: Page):
    sheet.keyboard.press("Shift+ArrowRight")
    sheet.keyboard.press("Shift+ArrowDown")
    sheet.keyboard.press("Control+C")
    assert sheet.evaluate("navigator.clipboard.readText()") == "18.6\t14.2\n18.9\t14.5"


def test_a_refused_cell_keeps_the_struck_entry_with_reason_and_article_and_two_ways_out(sheet: Page):
    sheet.keyboard.type("25")
    sheet.keyboard.press("Enter")
    refused = cell(sheet, "陆知远 产量达成")
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(refused).to_have_value("25")
    entry = sheet.locator(".qh-tray li", has_text="陆知远 · 产量达成")
    expect(entry).to_contain_text("填了 25，超满分 20（第九条）。原值 18.6 没有改动。")
    look(sheet, "sheet-refused")
    assert_accessible(sheet)
    entry.get_by_role("button", name="恢复 18.6").click()
    expect(refused).to_have_value("18.6")
    expect(entry).to_have_count(0)


def test_two_values_of_the_same_cell_stand_side_by_side_and_one_chooses(sheet: Page):
    sheet.keyboard.type("13.3")
    sheet.keyboard.press("Tab")
    entry = sheet.locator(".qh-tray li", has_text="两人改了同一格")
    expect(entry).to_contain_text("陶然 14:31 填 12.5，你填 13.3。")
    look(sheet, "sheet-conflict")
    entry.get_by_role("button", name="用 13.3").click()
    expect(entry).to_have_count(0)
    wait_until_saved(sheet)
    expect(cell(sheet, "陆知远 产量达成")).to_have_value("13.3")


def test_keys_move_fill_and_leave(sheet: Page):
    sheet.keyboard.press("ArrowDown")
    expect(cell(sheet, "顾晓岚 产量达成")).to_be_focused()
    sheet.keyboard.type("11.0")
    sheet.keyboard.press("ArrowDown")
    sheet.keyboard.press("ArrowUp")
    for _ in range(2):
        sheet.keyboard.press("Shift+ArrowDown")
    sheet.keyboard.press("Control+d")
    expect(cell(sheet, "韩立群 产量达成")).to_have_value("11.0")
    sheet.keyboard.press("Delete")
    expect(cell(sheet, "宋以宁 产量达成")).to_have_value("")
    expect(sheet.locator(".qh-tray")).to_contain_text("未评 6 格")
    sheet.keyboard.press("Control+z")
    expect(cell(sheet, "宋以宁 产量达成")).to_have_value("11.0")
    sheet.keyboard.type("7")
    sheet.keyboard.press("Escape")
    sheet.keyboard.press("Escape")  # once back to the value, once more to leave
    sheet.keyboard.press("Tab")
    assert sheet.evaluate("document.activeElement.closest('table') === null || !document.activeElement.matches('td > input')")
    wait_until_saved(sheet)


def test_without_network_entries_stay_here_and_are_sent_when_it_is_back(visit: Visit):
    sheet = visit("/kit/sheet/", allowed="503")
    cell(sheet, "陆知远 产量达成").click()
    sheet.route("**/kit/save/", lambda route: route.fulfill(status=503, body="away"))
    sheet.keyboard.type("9.9")
    sheet.keyboard.press("Enter")
    expect(sheet.locator("#save-state")).to_have_attribute("data-state", "local")
    expect(sheet.locator("#save-state")).to_contain_text("1 格留在本机")
    sheet.reload()  # even closing the page does not lose it; a page that is left tries once more, so the network is still away
    expect(cell(sheet, "陆知远 产量达成")).to_have_value("9.9")
    expect(sheet.locator("#save-state")).to_have_attribute("data-state", "local")
    sheet.unroute("**/kit/save/")
    sheet.evaluate("window.dispatchEvent(new Event('online'))")
    expect(sheet.locator("#save-state")).to_have_attribute("data-state", "saved")


# -------------------------------------------------------------------------------------------------- editor, picker, chart, run


def test_the_editor_shows_a_fault_at_its_line_while_one_types(visit: Visit):
    page = visit("/kit/")
    expect(page.locator(".qh-editor-behind > .error")).to_have_count(1)
    expect(page.locator(".qh-editor-behind mark")).to_have_text("奖金")
    text = page.get_by_label("办法全文")
    text.press("Control+End")
    text.press_sequentially("> 奖金 = 1")
    expect(page.locator(".qh-faults li")).to_have_count(2)
    page.get_by_role("button", name="第 4 行").click()
    assert page.evaluate("document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)") == "奖金"
    text.fill("> 得分 = 1")
    expect(page.locator(".qh-editor")).to_contain_text("没有发现问题")


def test_a_person_is_found_while_typing_and_taken_by_keys(visit: Visit):
    page = visit("/kit/")
    field = page.get_by_role("combobox", name="找人")
    field.press_sequentially("023")
    expect(page.get_by_role("listbox", name="找到的人").get_by_role("option")).to_have_count(3)
    assert_accessible(page)
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("罗庆丰")
    expect(page.locator("input[name=person]")).to_have_value("0234")
    expect(page.get_by_role("listbox", name="找到的人")).to_be_hidden()


def test_a_chart_is_drawn_as_svg_and_its_table_is_always_there(visit: Visit):
    page = visit("/kit/")
    expect(page.locator("qh-chart svg")).to_have_count(2)
    expect(page.locator("qh-chart table").first).to_contain_text("80–85")
    page.get_by_text("同样数据的表格").first.click()
    expect(page.locator("qh-chart table").first).to_be_visible()


def test_a_run_tells_how_far_it_is_until_it_is_done(visit: Visit):
    page = visit("/kit/")
    expect(page.locator(".qh-run")).to_contain_text("已算 100 人", timeout=15_000)
    expect(page.locator(".qh-run progress")).to_have_count(0)


def test_on_a_phone_the_menu_opens_over_the_page_and_the_sheet_goes_person_by_person(visit: Visit):
    page = visit("/kit/sheet/", phone=True)
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    page.get_by_role("link", name="更多").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
    look(page, "menu-phone")
    page.get_by_role("link", name="收起导航").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    small = page.evaluate("""[...document.querySelectorAll(".qh-page a, .qh-page button, .qh-foot-bar a, .qh-sheet input")]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43).map((each) => each.outerHTML.slice(0, 90))""")
    assert small == []


def test_a_large_sheet_takes_a_large_block(visit: Visit):
    """300 people and 40 items: a table of 12 000 inputs. No limit of time: a busy machine is not a fault."""
    page = visit("/kit/sheet/?people=300&items=40")
    put_on_clipboard(page, "\n".join("\t".join(["1"] * 20) for _ in range(200)))
    cell(page, "1 1").click()
    page.keyboard.press("Control+V")
    last = page.locator("tr[data-subject='200'] td[data-item='20'] input")
    expect(last).to_have_value("1", timeout=60_000)
    expect(page.locator("qh-grid td.waits")).to_have_count(0, timeout=60_000)
    page.keyboard.press("Control+Z")
    expect(last).to_have_value("", timeout=60_000)
