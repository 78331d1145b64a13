"""Order a run, watch it, compare it with another, and make it count."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from quanheng.domain import jobs
from quanheng.domain.actions import run as deeds
from quanheng.domain.queries import runs as found
from quanheng.domain.queries.explain import Place
from quanheng.domain.refusal import Refusal
from quanheng.domain.states import RunState
from quanheng.domain.words import bi, say
from quanheng.web import links
from quanheng.web.lists import newest
from quanheng.web.page import Request, page, risky

if TYPE_CHECKING:
    from quanheng.domain.policies.viewer import Viewer

KINDS = [
    ("preview", bi("预览：看看结果，不能定稿", "Preview: to look at")),
    ("official", bi("正式：可以定稿，要写理由", "Official: may be released")),
]
STEPS = {  # as the job says how far it is
    "冻结数据": (1, bi("冻结数据", "Freezing the data")),
    "计算": (2, bi("计算", "Computing")),
    "保存结果": (3, bi("保存结果", "Keeping the result")),
}


class Order(forms.Form):
    """What kind of run, and why."""

    kind = forms.ChoiceField(label=bi("种类", "Kind"), choices=KINDS, widget=forms.RadioSelect, initial="preview")
    why = forms.CharField(label=bi("理由", "Reason"), required=False, max_length=200, help_text=bi("正式计算要写，例如“月末核算”。", "For an official run."))


@require_GET
@page
def runs(request: Request) -> HttpResponse:
    """The newest cycle's runs."""
    return newest(request, found.cycles(request.viewer), "cycle_runs")


@page
def cycle_runs(request: Request, ref: str) -> HttpResponse:
    """All runs of a cycle, and the order of a new one."""
    at = found.of_cycle(request.viewer, ref)
    form = Order(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = deeds.order_run(request.viewer, at.cycle.pk, kind=found.kind_of(form.cleaned_data["kind"]), why=form.cleaned_data["why"])
        except Refusal as refusal:
            form.add_error("why" if not form.cleaned_data["why"] else None, refusal.text)
        else:
            jobs.enqueue(run)
            return redirect("run", run.ref)
    return render(request, "web/runs/cycle.html", {
        "at": at, "form": form, "cycles": found.cycles(request.viewer), "key": uuid.uuid4(),
        "lines": [{"run": run, "release": at.releases.get(run.pk)} for run in at.runs],
    }, status=409 if request.method == "POST" else 200)  # fmt: skip


@require_GET
@page
def run(request: Request, ref: str) -> HttpResponse:
    """One run: how far, what it read, what came of it, and what may be done with it."""
    detail = found.detail(request.viewer, ref)
    return render(request, "web/runs/run.html", {"detail": detail, "run": detail.run, "progress": _progress(detail), "key": uuid.uuid4()})


@require_GET
@page
def run_progress(request: Request, ref: str) -> HttpResponse:
    """The part that is asked for again while the run goes on; when it is over the whole page is."""
    detail = found.detail(request.viewer, ref)
    response = render(request, "web/parts/run.html", _progress(detail))
    if detail.run.state not in (RunState.QUEUED, RunState.RUNNING):
        response["HX-Refresh"] = "true"
    return response


def _progress(detail: found.Detail) -> dict[str, object]:
    now, says = STEPS.get(detail.run.progress, (0, say("排队中", "Queued")))
    done = detail.run.state not in (RunState.QUEUED, RunState.RUNNING)
    word = str(detail.run.get_state_display()) if done else says
    return {"url": reverse("run_progress", args=[detail.run.ref]), "done": done, "now": 4 if done else now, "high": 4, "says": word}


@require_GET
@page
def run_difference(request: Request, ref: str, other: str) -> HttpResponse:
    """What changed from one run to another."""
    found_difference = found.difference(request.viewer, ref, other)
    subjects = [
        {"subject": subject, "changes": [
            {"change": change, "before": links.why(ref, Place(found_difference.table, subject.row, change.column)),
             "after": links.why(other, Place(found_difference.table, subject.row, change.column))} for change in subject.changes
        ]} for subject in found_difference.subjects[:200]
    ]  # fmt: skip
    return render(request, "web/runs/difference.html", {"found": found_difference, "subjects": subjects, "more": max(len(found_difference.subjects) - 200, 0)})


@require_POST
@page
@risky
def draft_release(request: Request, ref: str) -> HttpResponse:
    """Propose that the run counts."""
    deeds.draft_release(request.viewer, found.detail(request.viewer, ref).run.pk)
    messages.success(request, say("已提出定稿，请领导确认。", "Proposed; a leader has to confirm it."))
    return redirect("run", ref)


def settled(deed: Callable[[Viewer, int], object], zh: str, en: str) -> Callable[..., HttpResponse]:
    """A page that carries out a deed on the release of a run, and says so."""

    @require_POST
    @page
    @risky
    def done(request: Request, ref: str) -> HttpResponse:
        release = found.detail(request.viewer, ref).release
        if release is not None:
            deed(request.viewer, release.pk)
            messages.success(request, say(zh, en))
        return redirect("run", ref)

    return done


confirm_release = settled(deeds.confirm_release, "已定稿。公布以后职工看得到自己的结果。", "It counts now. People see their own result once it is shown.")
show_release = settled(deeds.show_release, "已公布：每个人都看得到自己的结果。", "Shown: everybody sees their own result.")

urlpatterns = [
    path("runs/", runs, name="runs"),
    path("cycles/<str:ref>/runs/", cycle_runs, name="cycle_runs"),
    path("runs/<str:ref>/", run, name="run"),
    path("runs/<str:ref>/progress/", run_progress, name="run_progress"),
    path("runs/<str:ref>/against/<str:other>/", run_difference, name="run_difference"),
    path("runs/<str:ref>/release/", draft_release, name="release_draft"),
    path("runs/<str:ref>/confirm/", confirm_release, name="release_confirm"),
    path("runs/<str:ref>/show/", show_release, name="release_show"),
]
