"""The score sheet as raters use it: a real browser, the real server, what stands in the database in the end."""

import datetime
import time

import pytest
from playwright.sync_api import Page, expect

from quanheng.domain.actions import rating
from quanheng.domain.models import Login, Mark, Part, Record, Sheet
from quanheng.domain.queries.marks import newest
from tests.web.browser import Visit, assert_accessible, assert_fits, look
from tests.year import Year, begun, with_group, with_items

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("november")]
DAY = datetime.date(2026, 11, 3)


@pytest.fixture
def year(site: str) -> Year:
    return begun(6, text=with_items(2))


def login(year: Year, name: str) -> Login:
    found = year.people[name].login
    assert found is not None
    return found


def lis(year: Year) -> Sheet:
    return Sheet.objects.get(cycle=year.cycles[-1], part=Part.SUPERIOR, rater=year.people["李"])


def open_sheet(visit: Visit, year: Year, **more) -> Page:
    page = visit(f"/scores/{lis(year).pk}/", login=login(year, "李"), **more)
    page.wait_for_load_state("networkidle")
    return page


def cell(page: Page, name: str, item: str = "工作表现01"):
    return page.get_by_label(f"{name}·{item}", exact=True)


def settled(page: Page) -> None:
    expect(page.locator("qh-grid td.waits")).to_have_count(0)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def values(year: Year, item: str = "工作表现01") -> dict[str, str]:
    sheet = lis(year)
    return {mark.subject.person.name: mark.value or mark.missing for (_, name), mark in newest(sheet).items() if name == item}


def test_li_rates_his_people_from_a_table_of_a_spreadsheet_and_hands_in(year: Year, visit: Visit):
    page = open_sheet(visit, year)
    look(page, "sheet-empty")
    submit = page.locator("[data-grid-submit]")
    expect(submit).to_have_text("提交（还差 12 格）")
    expect(submit).to_be_disabled()

    cell(page, "王").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")  # down to the next person
    expect(cell(page, "员甲001")).to_be_focused()
    settled(page)
    assert values(year) == {"王": "8"}

    page.evaluate("text => navigator.clipboard.writeText(text)", "7\t6\r\n9\t8.5\r\n10\t9\r\n")
    page.keyboard.press("Control+V")
    settled(page)
    assert values(year) == {"王": "8", "员甲001": "7", "员甲003": "9", "员甲005": "10"}
    page.keyboard.press("Control+Z")
    settled(page)
    assert values(year)["员甲001"] == "unrated"
    page.keyboard.press("Control+Y")
    settled(page)

    cell(page, "王", "工作表现02").click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+D")
    settled(page)
    assert values(year, "工作表现02")["员甲001"] == "5"

    for name in ("王", "员甲001", "员甲003", "员甲005"):
        cell(page, name, "表现上级评").fill("80")
        page.keyboard.press("Enter")
    settled(page)
    expect(submit).to_be_enabled()
    expect(submit).to_have_text("提交并签字")
    expect(page.locator('tr[data-subject=mean] [data-calc="表现上级评"]')).to_have_text("80")
    look(page, "sheet-filled")
    cell(page, "王").fill("7")
    submit.click()  # at once: what was typed last is saved before it is handed in
    expect(page.get_by_text("已提交并签字")).to_be_visible()
    assert values(year)["王"] == "7" and lis(year).state == "submitted"


def test_a_refused_cell_says_why_and_the_value_before_stays(year: Year, visit: Visit):
    page = open_sheet(visit, year)
    cell(page, "王").fill("8")
    page.keyboard.press("Enter")
    settled(page)
    cell(page, "王").fill("12")
    page.keyboard.press("Enter")
    entry = page.locator(".qh-tray li", has_text="王 · 工作表现01")
    expect(entry).to_contain_text("填了 12")
    expect(entry).to_contain_text("原值 8 没有改动")
    expect(entry).to_contain_text("第五条")
    look(page, "sheet-refused")
    assert_accessible(page)
    entry.get_by_role("button", name="去改").click()
    expect(cell(page, "王")).to_be_focused()
    entry.get_by_role("button", name="恢复 8").click()
    expect(cell(page, "王")).to_have_value("8")
    assert values(year)["王"] == "8"


def test_two_windows_on_the_same_cell_show_both_values_and_one_chooses(year: Year, visit: Visit):
    first, second = open_sheet(visit, year), open_sheet(visit, year)
    cell(first, "王").fill("8")
    first.keyboard.press("Enter")
    settled(first)
    cell(second, "王").fill("6")
    second.keyboard.press("Enter")
    entry = second.locator(".qh-tray li", has_text="两人改了同一格")
    expect(entry).to_contain_text("填 8，你填 6")
    look(second, "sheet-conflict")
    assert values(year)["王"] == "8"
    entry.get_by_role("button", name="用 6").click()
    settled(second)
    assert values(year)["王"] == "6"


def test_records_follow_the_cursor_and_a_ticked_one_carries_the_mark(year: Year, visit: Visit):
    page = open_sheet(visit, year)
    cell(page, "王").fill("8")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    settled(page)
    square = page.locator("td", has=cell(page, "王"))
    expect(square).to_have_attribute("data-norecord", "")
    beside = page.locator("#beside")
    expect(beside.locator("h2")).to_have_text("王")
    record = Record.objects.get(person=year.people["王"], register__name="偏差")
    page.keyboard.press("Control+Enter")  # the first record beside, without leaving the cell
    expect(beside.get_by_label(record.ref)).to_be_checked()
    expect(cell(page, "王")).to_be_focused()
    settled(page)
    expect(square).not_to_have_attribute("data-norecord", "")
    beside.get_by_label("评语").fill("夜班一次一般偏差，当场纠正")
    cell(page, "员甲001").click()
    settled(page)
    expect(beside.locator("h2")).to_have_text("员甲001")
    mark = Mark.objects.filter(subject__person=year.people["王"], item="工作表现01").order_by("-rev")[0]
    assert (mark.value, mark.note) == ("8", "夜班一次一般偏差，当场纠正")
    assert [cite.record.ref for cite in mark.cites.all()] == [record.ref]
    cell(page, "王").click()
    expect(beside.get_by_label(record.ref)).to_be_checked()
    look(page, "sheet-cited")
    assert_accessible(page)


def test_a_sheet_handed_in_meanwhile_says_so_and_takes_nothing(year: Year, visit: Visit):
    page = open_sheet(visit, year, allowed="409")
    sheet = lis(year)
    cells = [rating.Cell(subject, item, 0, "8") for subject in sheet.cycle.subjects.filter(duties__rater=year.people["李"]).values_list("pk", flat=True)
             for item in ("工作表现01", "工作表现02", "表现上级评")]  # fmt: skip
    rating.save_marks(year.by("李", DAY), sheet.pk, cells)
    rating.submit_sheet(year.by("李", DAY), sheet.pk)
    cell(page, "王").fill("5")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("评分表已经提交")
    assert values(year)["王"] == "8"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_a_phone_it_goes_person_by_person(year: Year, visit: Visit, language: str):
    page = open_sheet(visit, year, phone=True, language=language)
    rows = page.locator(".qh-sheet tbody tr")
    expect(rows.locator("visible=true").first).to_be_visible()
    assert [row.is_visible() for row in rows.all()].count(True) == 1
    assert_accessible(page)
    assert_fits(page)
    look(page, f"sheet-phone-{language[:2]}", whole=True)
    name = rows.locator("visible=true").first.locator("th a").inner_text()
    cell(page, name).fill("9")
    with page.expect_navigation():
        page.get_by_role("link", name="Next" if language == "en" else "下一人").click()
    expect(page.locator(".qh-sheet tbody tr:visible th a")).not_to_have_text(name)
    until = time.monotonic() + 5  # the mark was sent as the page was left, and may arrive behind the next one
    while values(year)[name] != "9" and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert values(year)[name] == "9"


def test_the_self_evaluation_is_a_form_and_the_gap_asks_both(year: Year, visit: Visit):
    own = Sheet.objects.get(cycle=year.cycles[-1], part=Part.SELF, rater=year.people["王"])
    page = visit(f"/scores/{own.pk}/", login=login(year, "王"), phone=True)
    page.get_by_label("表现自评").fill("95")
    page.get_by_label("说明").fill("夜班替班四次")
    assert_accessible(page)
    assert_fits(page)
    look(page, "self-phone", whole=True)
    page.get_by_role("button", name="先存着").click()
    expect(page.get_by_text("已保存 1 格")).to_be_visible()
    page.get_by_role("button", name="提交并签字").click()
    expect(page.get_by_text("已提交并签字")).to_be_visible()
    mark = Mark.objects.get(sheet=own)
    assert (mark.value, mark.note) == ("95", "夜班替班四次")
    look(page, "self-done-phone", whole=True)


def test_a_group_sees_its_members_side_by_side(site: str, visit: Visit):
    year = begun(2, text=with_group(), groups={"评议组": {"吴": "leader", "赵": "member", "李": "member", "钱": "secretary"}})
    sheet = Sheet.objects.get(cycle=year.cycles[-1], part=Part.GROUP)
    for who, value in (("赵", "8"), ("李", "9")):
        page = visit(f"/scores/{sheet.pk}/", login=login(year, who))
        cell(page, "王", "现场与规范").fill(value)
        page.keyboard.press("Enter")
        settled(page)
    look(page, "group-member")
    leader = visit(f"/scores/{sheet.pk}/", login=login(year, "吴"))
    expect(leader.get_by_role("row", name="王 现场与规范")).to_contain_text("李 9")
    leader.get_by_role("button", name="未评的格子取成员平均").click()
    expect(leader.get_by_text("1 格取了成员的平均")).to_be_visible()
    expect(cell(leader, "王", "现场与规范")).to_have_value("8.5")
    assert_accessible(leader)
    look(leader, "group-leader", whole=True)
