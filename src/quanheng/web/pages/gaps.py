"""自评与上级评分相差太多: both views side by side, and the sentence that each of the two owes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from quanheng.domain.actions.gaps import explain_each, explain_gap
from quanheng.domain.queries.gaps import mine_to_explain, two_views
from quanheng.domain.words import say
from quanheng.web.page import Request, page


@page
def gap(request: Request, subject: int) -> HttpResponse:
    """Look at both, and say why."""
    if request.method == "POST":
        explain_gap(request.viewer, subject, text=request.POST.get("text", ""))
        messages.success(request, say("说明已记下。", "Your explanation is kept."))
        return redirect("gap", subject)
    return render(request, "web/sheets/gap.html", {"two": two_views(request.viewer, subject)})


@page
def gaps(request: Request) -> HttpResponse:
    """All that the viewer still has to explain, on one page: what is written is kept, the rest waits."""
    found = mine_to_explain(request.viewer)
    if request.method == "POST":
        count = explain_each(request.viewer, {two.subject.pk: request.POST.get(f"text-{two.subject.pk}", "") for two in found})
        messages.success(request, say(f"{count} 条说明已记下。", f"{count} explanations are kept."))
        return redirect("gaps")
    return render(request, "web/sheets/gaps.html", {"found": found})
