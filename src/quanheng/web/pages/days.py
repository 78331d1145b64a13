"""The working calendar: a year at a glance, 暂定 hatched; days are changed with their basis."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from quanheng.domain.actions import calendar
from quanheng.domain.queries import days
from quanheng.domain.queries import house as queries
from quanheng.domain.words import say
from quanheng.web.doing import Doing, carried_out, status_of
from quanheng.web.page import Request, page
from quanheng.web.pages import house_forms as forms
from quanheng.web.pages.house import tabs


@page
def year(request: Request, number: int = 0) -> HttpResponse:
    """One year of it."""
    by = request.viewer
    shown = days.year(by, number or by.today.year)
    keeps = queries.may_keep_all(by)
    if shown is None:
        raise Http404

    def edit(given: dict[str, Any]) -> None:
        first, last = given["first"], given["last"] or given["first"]
        span = [first + datetime.timedelta(days=at) for at in range((last - first).days + 1)]
        moved = calendar.edit_days(by, [calendar.DayEdit(day, given["works"] == "on", note=given["note"]) for day in span], reason=given["reason"])
        for move in moved[:20]:
            messages.info(request, say(f"{move.thing}：截止由 {move.old} 顺延到 {move.new}。", f"{move.thing}: due {move.new} instead of {move.old}."))

    def seed(_: dict[str, Any]) -> str:
        calendar.add_year(by, shown.year + 1)
        return reverse("calendar_year", args=[shown.year + 1])

    moves = say("落在休息日的截止日顺延到下一个工作日，逐条列出。", "What is due on a day that becomes free moves to the next working day and is listed.")
    following = say(f"添 {shown.year + 1} 年", f"Add {shown.year + 1}")
    doings = [
        Doing("edit", say("改日历", "Change days"), forms.EditDays(), edit, say("日历改好了。", "The calendar is changed."), moves, keeps),
        Doing("seed", following, forms.Nothing(), seed, say("添好了。", "Added."), offered=keeps and not shown.after),
    ]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    weekdays = say("一二三四五六日", "MTWTFSS")
    context = {"tabs": tabs(request), "year": shown, "doings": doings, "weekdays": list(weekdays)}
    return render(request, "web/house/calendar.html", context, status=status_of(doings))
