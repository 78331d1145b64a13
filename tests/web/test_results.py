"""Results: who sees whom, every figure opens and ends with the run's own value, nothing costs more for more people."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.test import Client

from quanheng.domain.bridge.frozen import opened
from tests.year import Year

pytestmark = pytest.mark.django_db
TABLE = "员工每月"


def sign_in(client: Client, year: Year, name: str) -> Client:
    client.force_login(year.people[name].login)
    return client


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def figures(page: str) -> list[tuple[str, str]]:
    """The address and the text of every figure that opens."""
    found = re.findall(r'<a class="qh-num[^"]*" href="([^"]+)" data-drawer[^>]*>(.*?)</a>', page)
    return [(unescape(href), unescape(re.sub(r"<[^>]+>", "", shown))) for href, shown in found]


def test_the_newest_cycle_opens_for_those_who_answer_for_people_and_the_own_result_for_staff(client, firm):
    ref = firm.cycles[-1].ref
    assert sign_in(client, firm, "钱").get("/results/").url == f"/results/{ref}/"
    assert sign_in(client, firm, "李").get(f"/results/{ref}/").status_code == 200
    assert sign_in(client, firm, "王").get(f"/results/{ref}/").url == f"/results/{ref}/mine/"
    assert client.get("/results/mine/").url == f"/results/{ref}/mine/"


def test_hr_sees_everybody_and_li_the_packing_workshop_alone(client, firm):
    ref = firm.cycles[-1].ref
    whole = text(sign_in(client, firm, "钱").get(f"/results/{ref}/"))
    assert all(name in whole for name in ("王", "李", "赵", "吴")) and "共 8 名" in whole
    of_li = text(sign_in(client, firm, "李").get(f"/results/{ref}/"))
    assert "员甲001" in of_li and "赵" not in of_li and "共 4 名" in of_li


def test_one_page_after_another_in_every_order_and_by_unit(client, firm):
    ref = firm.cycles[-1].ref
    sign_in(client, firm, "钱")
    for sort in ("score", "number", "unit", "grade", "made up"):
        assert "第 1–8 名，共 8 名" in text(client.get(f"/results/{ref}/?sort={sort}"))
    units = text(client.get(f"/results/{ref}/?by=unit"))
    assert "包装车间" in units and "质检科" in units
    packing = firm.units["包装车间"].pk
    assert "共 4 名" in text(client.get(f"/results/{ref}/?unit={packing}"))
    # 5 of 4 people: 20 % × 4 = 0.8 makes 1, 50 % makes 2, 25 % makes 1, 5 % = 0.2 makes none
    assert re.search(r"20% × 4 = 0\.8，取 <a[^>]*><b>1</b>", text(client.get(f"/results/{ref}/?unit={packing}")))


def test_every_figure_of_the_result_pages_opens_and_ends_with_the_value_of_the_run(client, firm):
    ref, number = firm.cycles[-1].ref, firm.people["王"].pk
    sign_in(client, firm, "钱")
    pages = [f"/results/{ref}/", f"/results/{ref}/?by=unit", f"/results/{ref}/person/{number}/"]
    shown = {pair for page in pages for pair in figures(text(client.get(page)))}
    runs = {run.ref: run for run in firm.runs}
    checked = 0
    for href, value in sorted(shown):
        told = text(client.get(href, headers={"X-Qh-Drawer": "1"}))
        assert '<div class="qh-part">' in told and "<html" not in told
        if href.startswith("/explain/"):
            _, _, run, table, *row, column, _ = unquote(href.split("?")[0]).split("/")
            found = opened(runs[run])
            number_of = found.row(table, "/".join(row))
            assert number_of is not None
            exact = found.value(table, number_of, column)
            assert value.replace(",", "").replace("−", "-") == exact
            checked += 1
    assert checked > 20


def test_wang_sees_his_own_result_with_its_items_and_nobody_else(client, firm):
    page = text(sign_in(client, firm, "王").get(f"/results/{firm.cycles[-1].ref}/mine/"))
    assert "为什么是" in page and "任务完成" in page and "/ 30" in page and "历次得分" in page
    assert not [name for name in firm.people if len(name) > 1 and name in page]
    for href, _ in figures(page):
        told = text(client.get(href))
        assert 'href="/runs/' not in told  # who may not see runs is not led to one


def test_foreign_figures_and_foreign_people_are_not_there(client, firm):
    ref, run = firm.cycles[-1].ref, firm.runs[-1].ref
    sign_in(client, firm, "赵")
    assert client.get(f"/explain/{run}/{TABLE}/{firm.row('王', '2026-10')}/得分/").status_code == 404
    assert client.get(f"/results/{ref}/person/{firm.people['王'].pk}/").status_code == 404
    assert client.get(f"/results/{ref}/change/{firm.row('王', '2026-10')}/").status_code == 404
    assert client.get("/results/none/").status_code == 404
    assert client.get(f"/explain/{run}/{TABLE}/{firm.row('赵', '2026-10')}/没有/").status_code == 404


def test_the_explanation_quotes_the_article_and_says_where_the_figure_goes(client, firm):
    sign_in(client, firm, "王")
    told = text(client.get(f"/explain/{firm.runs[-1].ref}/{TABLE}/{firm.row('王', '2026-10')}/得分/"))
    assert "得分为各项指标得分之和" in told and "复算一致" in told and "用到哪里去" in told and firm.runs[-1].ref in told
    client.cookies["qh_language"] = "en"
    assert "Recomputed, the same" in text(client.get(f"/explain/{firm.runs[-1].ref}/{TABLE}/{firm.row('王', '2026-10')}/得分/"))


def test_a_figure_leads_to_the_records_it_stands_on(client, firm):
    sign_in(client, firm, "王")
    told = text(client.get(f"/explain/{firm.runs[-1].ref}/{TABLE}/{firm.row('王', '2026-10')}/现场与规范/"))
    where = re.search(r'href="(/records/\d+/)">(JL-2026-10-\d+)</a>', told)
    assert where is not None and where[2] in text(client.get(where[1]))


def test_the_sheet_on_paper_names_run_and_version_and_has_lines_to_sign(client, firm):
    page = text(sign_in(client, firm, "钱").get(f"/results/{firm.cycles[-1].ref}/sheet/"))
    assert firm.runs[-1].ref in page and "负责人" in page and page.count("qh-sign\"") == 8


def test_the_figures_that_sum_up_open_as_well(client, firm):
    ref = firm.cycles[-1].ref
    sign_in(client, firm, "钱")
    mean = text(client.get(f"/results/{ref}/figures/mean/"))
    total = re.search(r"([\d,.]+) ÷ 8 = ([\d.]+)", mean)
    assert total is not None
    assert "按比例" in text(client.get(f"/results/{ref}/figures/places/"))
    assert text(client.get(f"/results/{ref}/figures/median/"))
    assert client.get(f"/results/{ref}/figures/other/").status_code == 404
