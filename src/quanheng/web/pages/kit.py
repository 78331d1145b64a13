"""The parts of the pages, each in every state, on invented figures: to look at, to test, and to copy from. Not in production."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from quanheng.domain.words import bi, say

TODAY: Final = date(2026, 11, 4)
DUE: Final = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)

ITEMS: Final = (
    ("output", bi("产量达成", "Output"), 20), ("quality", bi("成品合格率", "Quality"), 15), ("records", bi("批记录差错", "Batch records"), 15),
    ("loss", bi("物料损耗", "Losses"), 10), ("checks", bi("设备点检", "Checks"), 10), ("practice", bi("操作规范", "Practice"), 15),
    ("teamwork", bi("协作与交接", "Teamwork"), 10), ("ideas", bi("改进提案", "Ideas"), 5),
)  # fmt: skip
PEOPLE: Final = (
    ("陆知远", "0207", 9, "18.6 14.2 14.0 9.1 9.5 14.0 9.0 4.0", "92.40"), ("顾晓岚", "0211", 11, "18.9 14.5 14.5 8.8 9.5 13.5 9.5 3.5", "92.70"),
    ("宋以宁", "0213", 6, "17.4 14.0 13.0 8.6 9.0 13.0 8.5 3.5", "87.00"), ("韩立群", "0216", 5, "17.0 13.6 13.5 8.2 8.5 12.5 8.0 2.0", ""),
    ("杜若溪", "0219", 8, "18.2 14.1 13.5 9.0 9.0 14.0 9.0 4.5", "91.30"), ("蒋文博", "0222", 4, "16.2 13.0 12.5 7.9 8.5 11.5 7.5 2.0", "78.10"),
    ("白　露", "0225", 6, "n 14.0 13.5 8.9 9.0 13.0 9.0 3.0", "88.00"), ("秦望川", "0228", 7, "17.8 13.9 13.5 8.7 9.0 12.0 8.5 3.0", "86.40"),
    ("尹素梅", "0230", 5, "16.8 13.4 12.5 8.3 8.5 12.0 8.0 0.0", "79.50"), ("罗庆丰", "0234", 3, "15.1 12.2 10.0 7.2 8.0 - 6.5 1.0", ""),
    ("钟　毓", "0236", 6, "17.5 13.8 13.0 8.5 9.0 13.0 8.5 -", ""), ("程　安", "0241", 5, "16.9 13.7 12.8 8.4 n 12.5 - 2.5", ""),
)  # fmt: skip
ARTICLE: Final = bi("第九条", "Article 9")
COLOURS: Final = (
    ("ink", bi("墨", "Ink"), "#1b2631　15.3", bi("正文、数字", "text, figures")), ("ink-2", bi("墨二", "Ink 2"), "#4a5560　7.6", bi("次要文字", "secondary")),
    ("ink-3", bi("墨三", "Ink 3"), "#606a73　5.5", bi("说明、表头", "hints, heads")), ("azurite", bi("石青", "Azurite"), "#1d5576　8.0", bi("主色、可点、选中", "action, chosen")),
    ("azurite-deep", bi("深石青", "Deep azurite"), "#133e57　11.3", bi("标识、A 等", "brand, grade A")), ("brass", bi("黄铜", "Brass"), "#7d5210　6.8", bi("将到期、提醒", "due soon")),
    ("cinnabar", bi("朱砂", "Cinnabar"), "#a5302a　6.9", bi("拒收、超额、否决、逾期", "refused, over, late")), ("pine", bi("松绿", "Pine"), "#286446　7.0", bi("通过、已保存", "passed, saved")),
    ("paper", bi("纸", "Paper"), "#f6f5f0", bi("页面底色", "ground")), ("brass-mark", bi("铜砣", "Weight"), "#b98228　3.3", bi("只作图形，不作文字", "marks only")),
)  # fmt: skip


class Reason(forms.Form):
    """One field of each kind."""

    reason = forms.CharField(label=bi("理由", "Reason"), help_text=bi("写明事实和条款。", "Name the fact and the article."), max_length=200)
    kind = forms.ChoiceField(label=bi("类别", "Kind"), choices=[("a", bi("操作规范", "Practice")), ("b", bi("协作与交接", "Teamwork"))])
    told = forms.BooleanField(label=bi("已告知本人", "The person was told"), required=False)


def shell(request: HttpRequest) -> dict[str, Any]:
    """An invented viewer: 沈砚秋, foreman of the packing team."""
    kit, signs = reverse("kit"), "inbox target-arrow notes table chart-dots layout-columns speakerphone messages coin-yuan book-2 adjustments-horizontal shield-check file-text"
    words = say("我的事项 计划与指标 事实记录 评分表 考核结果 等次评议 公示与异议 绩效面谈 薪酬发放 考核办法 测算 公正监测 纪要与文书", "Tasks Plans Records Scores Results Grades Publicity Interviews Pay Schemes What-if Integrity Documents").split()
    places = {0: reverse("kit_home"), 3: reverse("kit_sheet"), 9: kit}
    items = [(places.get(n, f"{kit}#{n}"), sign, word, 5 if n == 0 else 0, places.get(n) == request.path) for n, (sign, word) in enumerate(zip(signs.split(), words, strict=True))]
    return {
        "org": say("衡川制药", "Hengchuan Pharma"), "today": TODAY, "search": kit, "bell": {"url": kit, "count": 3},
        "picks": [
            {"name": say("单位", "Unit"), "label": say("固体制剂二车间 · 包装班", "Workshop 2 · Packing"), "choices": [(kit, say("包装班", "Packing"), True), (kit, say("制粒班", "Granulation"), False)]},
            {"name": say("周期", "Cycle"), "label": say("2026年10月 月度考核", "October 2026"), "choices": [(kit, say("2026年10月", "October 2026"), True), (kit, say("2026年9月", "September 2026"), False)]},
        ],
        "nav": [("", items[:4]), (say("评定", "Assessment"), items[4:9]), (say("治理", "Governance"), items[9:])], "first": items[:4],
        "person": {"name": "沈砚秋", "post": say("包装班班长", "Foreman"), "links": [(kit, say("我的账号", "My account"))]},
    }  # fmt: skip


def stages() -> list[dict[str, str]]:
    """A month, in its fourth stage."""
    names = say("计划确认 日常记录 自评 上级评分 等次评议 公示与异议 绩效面谈 奖金发放", "Plan Records Self Superior Grades Publicity Interviews Pay").split()
    days = say("9月28日 10月1日–31日 11月2日 11月6日止 11月9日 11月10日–16日 11月17日–19日 11月25日", "28/9 1–31/10 2/11 to-6/11 9/11 10–16/11 17–19/11 25/11").split()
    return [{"name": name, "when": when, "state": "done" if n < 3 else "now" if n == 3 else "later"} for n, (name, when) in enumerate(zip(names, days, strict=True))]


def page(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
    """A page of the kit inside the invented shell."""
    layout = "web/part.html" if request.headers.get("X-Qh-Drawer") else "web/base.html"
    return render(request, f"web/kit/{name}.html", {"layout": layout, "shell": shell(request), "why": reverse("kit_why"), "due": DUE, "stages": stages(), **more})


@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """Every part."""
    bad = Reason({"reason": "", "kind": "a"})
    bad.is_valid()
    return page(
        request, "kit", wide=True, progress=reverse("kit_progress"), colours=COLOURS, form=Reason(prefix="new"), bad=bad,
        sections=[(reverse("kit"), say("部件", "Parts"), True), (reverse("kit_home"), say("首页", "Home"), False), (reverse("kit_sheet"), say("评分表", "Sheet"), False)],
        turning={"says": say("第 41–60 条", "41–60"), "earlier": "", "later": f"{reverse('kit')}?after=60"},
        chart={"kind": "distribution", "values": [4, 9, 23, 31, 18, 6, 1], "labels": ["<60", "60–70", "70–80", "80–85", "85–90", "90–95", "95+"],
               "bands": [{"name": "D", "from": 0, "to": 1}, {"name": "C", "from": 2, "to": 3}, {"name": "B", "from": 4, "to": 5}, {"name": "A", "from": 6, "to": 6}]},
        line={"kind": "history", "values": ["84.2", "85.1", "83.7", "86.4"], "labels": say("7月 8月 9月 10月", "Jul Aug Sep Oct").split()},
    )  # fmt: skip


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The home page as it should look."""
    team = [(name, number, count) for name, number, count, _, _ in PEOPLE]
    return page(request, "home", team=team)


@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """The score sheet as it should look; ?people=300&items=40 makes a large one."""
    if "people" in request.GET:
        return page(request, "sheet", wide=True, **large(int(request.GET["people"]), int(request.GET.get("items", 8))))
    rows = []
    for place, (name, number, count, entered, total) in enumerate(PEOPLE, 1):
        cells = []
        for (code, item, _), value in zip(ITEMS, entered.split(), strict=True):
            refused = say("超满分 15", "over 15") if name == "韩立群" and code == "records" else ""
            cells.append({
                "item": code, "name": str(item), "rev": 1, "article": str(ARTICLE), "label": f"{name} {item}", "value": "" if value in ("-", "n") else value, "missing": "not_applicable" if value == "n" else "",
                "zero": value == "0.0", "refused": refused, "entry": "16.0" if refused else "", "norecord": (name, code) in (("蒋文博", "teamwork"), ("罗庆丰", "ideas")),
            })  # fmt: skip
        rows.append({"subject": place, "name": name, "number": number, "count": count, "cells": cells, "total": total, "open": entered.count("-")})
    return page(request, "sheet", wide=True, items=ITEMS, rows=rows)


def large(people: int, items: int) -> dict[str, Any]:
    """A sheet of any size, all cells open."""
    columns = [(str(n), str(n), 100) for n in range(1, items + 1)]
    rows = [
        {"subject": n, "name": str(n), "number": n, "count": 0, "total": "", "open": items,
         "cells": [{"item": code, "name": code, "rev": 1, "label": f"{n} {code}", "value": ""} for code, _, _ in columns]}
        for n in range(1, people + 1)
    ]  # fmt: skip
    return {"items": columns, "rows": rows}


@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """An explanation, as a page and in the drawer."""
    return page(request, "why")


@require_POST
def save(request: HttpRequest) -> JsonResponse:
    """Take cells as the real sheet does, remember nothing: too much is refused, 13.3 was changed by somebody else."""
    asked = json.loads(request.body)
    saved: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    conflicts: list[dict[str, Any]] = []
    highs = {code: high for code, _, high in ITEMS}
    for each in asked["cells"]:
        place = {"subject": each["subject"], "item": each["item"]}
        try:
            value = Decimal(each["value"] or 0)
        except InvalidOperation:
            refused.append({**place, "reason": say("不是数字", "not a number"), "article": str(ARTICLE)})
            continue
        high = highs.get(each["item"], 100)
        if value > high:
            refused.append({**place, "reason": say(f"超满分 {high}", f"over {high}"), "article": str(ARTICLE)})
        elif each["value"] == "13.3" and each["rev"] < 9:
            conflicts.append({**place, "rev": 9, "value": "12.5", "by": "陶然", "at": "14:31"})
        else:
            saved.append({**place, "rev": each["rev"] + 1, "value": each["value"]})
    return JsonResponse({"saved": saved, "refused": refused, "conflicts": conflicts, "state": say("已保存 14:32", "Saved 14:32")})


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """Find a fault in every line that speaks of 奖金."""
    text = json.loads(request.body)["text"]
    faults = [
        {"line": number, "column": line.index("奖金") + 1, "end_column": line.index("奖金") + 3, "code": "name-unknown", "severity": "error",
         "says": say("没有名为“奖金”的指标。", "No item is called 奖金."), "hint": say("先用一行定义它。", "Define it in a line above.")}
        for number, line in enumerate(text.splitlines(), 1) if "奖金" in line
    ]  # fmt: skip
    return JsonResponse(faults, safe=False)


@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """Find people by character or by number."""
    asked = request.GET.get("q", "").strip()
    found = [{"id": number, "name": name, "hint": number} for name, number, *_ in PEOPLE if asked and (asked in name or asked in number)]
    return JsonResponse({"found": found})


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """A run that is done when it is asked for the third time."""
    asked = int(request.GET.get("n", 0)) + 1
    return render(request, "web/parts/run.html", {"url": f"{reverse('kit_progress')}?n={asked}", "done": asked >= 3, "now": min(asked * 40, 100), "high": 100, "says": say(f"已算 {min(asked * 40, 100)} 人", f"{min(asked * 40, 100)} people computed")})


urlpatterns = [
    path("kit/", kit, name="kit"),
    path("kit/home/", home, name="kit_home"),
    path("kit/sheet/", sheet, name="kit_sheet"),
    path("kit/why/", why, name="kit_why"),
    path("kit/save/", save, name="kit_save"),
    path("kit/check/", check, name="kit_check"),
    path("kit/people/", people, name="kit_people"),
    path("kit/progress/", progress, name="kit_progress"),
]
