"""日常指导: what was said, what comes next, and that it was read."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from quanheng.domain.actions import guidance as actions
from quanheng.domain.queries import answering
from quanheng.domain.queries import records as queries
from quanheng.domain.words import bi, say
from quanheng.web.lists import day_input, number, turning
from quanheng.web.page import Request, page


class Talk(forms.Form):
    """What was said."""

    day = forms.DateField(label=bi("哪一天", "Day"), widget=day_input())
    text = forms.CharField(label=bi("说了什么、看到什么", "What was said and seen"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    agreed = forms.CharField(label=bi("下一步", "What comes next"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False,
                             help_text=bi("谁在什么时候以前做什么。", "Who does what until when."))  # fmt: skip
    periodic = forms.BooleanField(label=bi("这是本周期的定期指导", "This is the periodic guidance of the cycle"), required=False)


@page
def talks(request: Request) -> HttpResponse:
    """The talks the viewer gave, was given, or answers for."""
    found = queries.guidance(
        request.viewer, person=number(request.GET.get("person", "")), after=number(request.GET.get("after", "")), before=number(request.GET.get("before", ""))
    )
    return render(request, "web/guidance/list.html", {"rows": found.rows, "pager": turning(request, found)})


@page
def add(request: Request) -> HttpResponse:
    """Write one down."""
    person = answering.meant(request.viewer, "", request.GET.get("person", ""))
    form = Talk(request.POST or None, initial={"day": request.viewer.today, "periodic": "periodic" in request.GET})
    who = request.POST.get("who", person.name if person else "")
    if request.method == "POST" and form.is_valid():
        person = answering.meant(request.viewer, who, request.POST.get("person", ""))
        if person is None:
            form.add_error(None, say(f"没有找到“{who}”，或者不归你指导；从列表里选一个人。", f"“{who}” was not found, or is not yours; pick one."))
        else:
            got = form.cleaned_data
            kind = queries.talk_kind(periodic=got["periodic"])
            actions.note(request.viewer, person.pk, day=got["day"], text=got["text"], agreed=got["agreed"], kind=kind)
            messages.success(request, say(f"已记下，{person.name}会看到。", f"Noted; {person.name} will see it."))
            return redirect("guidance")
    return render(request, "web/guidance/add.html", {
        "form": form, "who": who, "person": person, "key": request.POST.get("key") or uuid4(),
        "recent": queries.recent_of(request.viewer, person) if person is not None else [],
    }, status=422 if form.errors else 200)  # fmt: skip


@page
def around(request: Request, cycle: int) -> HttpResponse:
    """The periodic guidance of everybody one leads, on one page: what is written is noted, the rest waits."""
    found = queries.guidance_round(request.viewer, cycle)
    form = forms.DateField()
    if request.method == "POST":
        day = form.clean(request.POST.get("day") or None)
        talks = {row.person.pk: (request.POST.get(f"text-{row.person.pk}", ""), request.POST.get(f"agreed-{row.person.pk}", "")) for row in found.rows}
        count = actions.note_each(request.viewer, day, talks)
        messages.success(request, say(f"记下了 {count} 人的指导，各人会看到自己的。", f"{count} talks noted; each sees his own."))
        return redirect("guidance_round", cycle)
    return render(request, "web/guidance/round.html", {"round": found, "day": request.viewer.today.isoformat(), "key": uuid4()})


@page
def talk(request: Request, pk: int) -> HttpResponse:
    """One talk."""
    found = queries.talk(request.viewer, pk)
    mine = request.viewer.person is not None and found.person_id == request.viewer.person.pk
    return render(request, "web/guidance/talk.html", {"talk": found, "to_see": mine and found.state == "noted"})


@page
@require_POST
def see(request: Request, pk: int) -> HttpResponse:
    """I have read it."""
    actions.see(request.viewer, pk)
    messages.success(request, say("已记下你看过了。", "Noted that you have read it."))
    return redirect("talk", pk)


urlpatterns = [
    path("", talks, name="guidance"),
    path("add/", add, name="guidance_add"),
    path("round/<int:cycle>/", around, name="guidance_round"),
    path("<int:pk>/", talk, name="talk"),
    path("<int:pk>/see/", see, name="talk_see"),
]
