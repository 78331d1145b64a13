"""自评与上级评分相差太多: both views side by side, and the sentence that each of the two owes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from quanheng.domain.actions.gaps import explain_gap
from quanheng.domain.queries.gaps import two_views
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
