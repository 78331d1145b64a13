"""Import of units and people with a preview, and export in the same form."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from quanheng.domain.actions import roster as actions
from quanheng.domain.queries import house as queries
from quanheng.domain.queries import roster as read
from quanheng.domain.refusal import Again, Refusal
from quanheng.domain.words import say
from quanheng.web.doing import Doing, carried_out, status_of
from quanheng.web.lists import workbook
from quanheng.web.page import Request, page
from quanheng.web.pages import house_forms as forms
from quanheng.web.pages.house import day_of, tabs


@page
def start(request: Request) -> HttpResponse:
    """What to fill in, and where to hand it in."""
    by = request.viewer

    def put_aside(given: dict[str, Any]) -> str:
        file = given["file"]
        token = actions.hold(by, file.read(), file.name)
        request.session["roster"] = [token, file.name[:100]]
        return reverse("roster_look", args=[token, given["day"].isoformat()])

    form = forms.Upload(first={"day": by.today.isoformat()})
    doings = [Doing("look", say("上传并预览", "Upload and look"), form, put_aside, offered=queries.may_keep(by), open=True)]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    shown = {"tabs": tabs(request), "doings": doings, "units": read.UNIT_COLUMNS, "people": read.PEOPLE_COLUMNS, "day": by.today}
    return render(request, "web/house/roster.html", shown, status=status_of(doings))


@page
def look(request: Request, token: str, day: str) -> HttpResponse:
    """What the import would do. Confirmed, it does exactly this or nothing."""
    by = request.viewer
    since = _day(day)
    path = actions.held(by, token)
    kept = request.session.get("roster") or ["", ""]
    file = kept[1] if kept[0] == token else path.name[-12:]
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            done = actions.import_house(by, path, file, day=since, shown=request.POST.get("shown", ""))
            messages.success(request, say(f"导入了，改动 {done.changes} 行。", f"Imported: {done.changes} rows changed."))
            return redirect("people")
        except Again:
            return redirect("people")
        except Refusal as refusal:
            refused = refusal
    found = actions.look(by, path, file, since)
    shown = {"tabs": tabs(request), "found": found, "refused": refused, "day": since, "same": len(found.units) + len(found.people) - found.changes}
    return render(request, "web/house/look.html", shown, status=409 if refused else 200)


@page
@require_GET
def export(request: Request) -> HttpResponse:
    """The house of a day as a workbook."""
    day = day_of(request)
    return workbook(f"house-{day}.xlsx", read.export(request.viewer, day))


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as wrong:
        raise Refusal("这不是日期。", "This is no day.") from wrong
