"""单位自评材料: written item by item with its proofs, handed in, added to; read by the groups that rate the unit."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from quanheng.domain.actions import report as actions
from quanheng.domain.queries import reports as queries
from quanheng.domain.refusal import Refusal
from quanheng.domain.words import say
from quanheng.web.lists import number, served
from quanheng.web.page import Request, page


@page
def reports(request: Request) -> HttpResponse:
    """Whose report stands where, in a cycle."""
    listed = queries.cycles(request.viewer)
    wanted = number(request.GET.get("cycle", ""))
    cycle = next((each for each in listed if each.pk == wanted), listed[0] if listed else None)
    rows = queries.listed(request.viewer, cycle) if cycle is not None else []
    handed = sum(row.handed_at is not None for row in rows)
    return render(request, "web/reports/list.html", {"cycles": listed, "cycle": cycle, "rows": rows, "handed": handed})


@page
def report(request: Request, subject: int) -> HttpResponse:
    """One report: to write as long as it is a draft, then to read and to add to."""
    refusal = None
    if request.method == "POST":
        try:
            return _written(request, queries.one(request.viewer, subject))
        except Refusal as refused:
            refusal = refused
    view = queries.one(request.viewer, subject)
    said = [(each, each.said.text if each.said else "", each.said.claim if each.said else "") for each in view.items]
    rows = [(each, request.POST.get(f"text-{nr}", text), request.POST.get(f"claim-{nr}", claim)) for nr, (each, text, claim) in enumerate(said)]
    return render(request, "web/reports/report.html", {"view": view, "rows": rows, "key": uuid4(), "refusal": refusal}, status=409 if refusal else 200)


def _written(request: Request, view: queries.View) -> HttpResponse:
    said, proofs = [], {}
    for nr, each in enumerate(view.items):
        said.append(actions.Said(each.item.name, request.POST.get(f"text-{nr}", ""), request.POST.get(f"claim-{nr}", "")))
        given = _proofs(request, nr)
        if given.records or given.files:
            proofs[each.item.name] = given
    dropped = [number(each) for each in request.POST.getlist("drop")]
    actions.draft(request.viewer, view.subject.pk, said, proofs, dropped)
    if "hand_in" in request.POST:
        actions.hand_in(dataclasses.replace(request.viewer, key=None), view.subject.pk)
        messages.success(request, say("已提交；以后只能补充。", "Handed in; from now on it is only added to."))
    else:
        messages.success(request, say("草稿已保存。", "The draft is saved."))
    return redirect("report", view.subject.pk)


def _proofs(request: Request, nr: int) -> actions.Proofs:
    files = [(str(each.name), each.read()) for each in request.FILES.getlist(f"file-{nr}")]
    return actions.Proofs(tuple(request.POST.getlist(f"record-{nr}")), tuple(files))


@page
@require_POST
def add(request: Request, subject: int) -> HttpResponse:
    """Add to what was handed in."""
    view = queries.one(request.viewer, subject)
    nr = number(request.POST.get("item", ""))
    if not 0 <= nr < len(view.items):
        raise Refusal("没有选补充哪一项。", "No item was chosen.")
    said = actions.Said(view.items[nr].item.name, request.POST.get("text", ""), request.POST.get("claim", ""), request.POST.get("reason", ""))
    actions.add(request.viewer, subject, said, _proofs(request, nr))
    messages.success(request, say("已补充；原来提交的照旧。", "Added; what was handed in stays."))
    return redirect("report", subject)


@page
def file(request: Request, pk: int) -> HttpResponse:
    """The bytes of a proof, for whoever may see the report."""
    return served(*queries.attachment(request.viewer, pk))


urlpatterns = [
    path("", reports, name="reports"),
    path("files/<int:pk>/", file, name="report_file"),
    path("<int:subject>/", report, name="report"),
    path("<int:subject>/add/", add, name="report_add"),
]
