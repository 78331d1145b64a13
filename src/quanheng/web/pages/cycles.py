"""考核周期: prepared, opened, watched on its board, its stages moved with a reason, everybody reminded; and the bell."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from quanheng.domain.actions import cycle as actions
from quanheng.domain.actions import duty, opening, preparing, task
from quanheng.domain.queries import answering, recusal
from quanheng.domain.queries import cycles as queries
from quanheng.domain.refusal import NotYours, Refusal
from quanheng.domain.words import bi, say
from quanheng.web.lists import day_input, number
from quanheng.web.page import Request, page

if TYPE_CHECKING:
    from quanheng.domain.models import Cycle


@page
def cycles(request: Request) -> HttpResponse:
    """The list."""
    return render(request, "web/cycles/list.html", {"rows": queries.listed(request.viewer), "may_run": queries.may_run(request.viewer)})


@page
def cycle(request: Request, pk: int) -> HttpResponse:
    """The board of one."""
    everything = request.GET.get("all") == "1"
    found = queries.board(request.viewer, pk, late_only=not everything)
    steps = [{"name": step.name, "when": step.when, "state": step.state} for step in found.steps]
    moves: dict[int, list[Any]] = {}
    for each in reversed(found.moves):
        moves.setdefault(each.together_with_id or each.pk, []).append(each)
    recused, nobody = _recused(request, found.cycle)
    return render(request, "web/cycles/cycle.html", {
        "board": found, "recused": recused, "nobody": nobody,
        "reports": any(lane.stage.kind == "report" for lane in found.lanes),
        "steps": steps, "all": everything, "may_nudge": found.oversees and task.awake(request.viewer),
        "moved": [(group, actions.minutes_paragraph(sorted(group, key=lambda each: each.pk))) for group in moves.values()],
        "views": [(f"/cycles/{pk}/", say("进度", "Progress"), True), (f"/cycles/{pk}/week/", say("本周", "This week"), False)],
    })  # fmt: skip


def _recused(request: Request, cycle: Cycle) -> tuple[list[recusal.Recused], Refusal | None]:
    """Who leaves whom to others: today, or once the cycle begins; and why it cannot begin."""
    if cycle.state != "prepared":
        return recusal.of_cycle(request.viewer, cycle), None
    try:
        return opening.foreseen(request.viewer, cycle), None
    except Refusal as refusal:
        return [], refusal


@page
def week(request: Request, pk: int) -> HttpResponse:
    """Who was not guided, and who recorded nothing this week."""
    found = queries.one(request.viewer, pk)
    return render(request, "web/cycles/week.html", {
        "cycle": found, "week": queries.week(request.viewer, found),
        "views": [(f"/cycles/{pk}/", say("进度", "Progress"), False), (f"/cycles/{pk}/week/", say("本周", "This week"), True)],
    })  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------- preparing


class Period(forms.Form):
    """Which scheme, which days."""

    scheme = forms.ChoiceField(label=bi("办法", "Scheme"))
    title = forms.CharField(label=bi("叫什么", "Title"), max_length=100, required=False, help_text=bi("例如：2026年11月月度考核。", "Such as November 2026."))
    period = forms.CharField(label=bi("办法的表里怎么写", "As the scheme writes it"), max_length=10, required=False, help_text="2026-11、2026")
    since = forms.DateField(label=bi("自", "From"), widget=day_input())
    until = forms.DateField(label=bi("至（不含）", "Until (not included)"), widget=day_input())
    gap_limit = forms.CharField(
        label=bi("自评与上级评相差多少要说明", "Gap to be explained"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(scheme.pk), f"{scheme}　{version.label}") for scheme, version in queries.schemes(request.viewer)]
        self.fields["scheme"].choices = listed  # type: ignore[attr-defined]


@page
def prepare(request: Request) -> HttpResponse:
    """First the period, then its stages on working days."""
    if not queries.may_run(request.viewer):
        raise NotYours
    today = request.viewer.today
    next_month = (today.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    start = {"since": next_month, "until": (next_month + datetime.timedelta(days=32)).replace(day=1)}
    asked = request.POST if request.method == "POST" else request.GET
    form = Period(asked if "since" in asked else None, request=request, initial=start)
    valid = form.is_bound and form.is_valid()
    since, until = (form.cleaned_data["since"], form.cleaned_data["until"]) if valid else (start["since"], start["until"])
    if valid and until <= since:
        form.add_error("until", say("要在开始之后。", "It must come after the beginning."))
        valid = False
    scheme = int(form.cleaned_data["scheme"]) if valid else 0
    rows = queries.suggested(request.viewer, since, until, queries.kinds_before(request.viewer, scheme) if scheme else ()) if valid else []
    if request.method == "POST" and valid:
        return _prepared(request, form, scheme)
    return render(request, "web/cycles/prepare.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


def _prepared(request: Request, form: Period, scheme: int) -> HttpResponse:
    got, stages = form.cleaned_data, []
    for named in request.POST.getlist("stage"):
        kind = queries.kind_of(named)
        if kind is None:
            raise NotYours
        opens, due = (_day(request.POST.get(f"{which}-{named}", ""), str(kind.label)) for which in ("opens", "due"))
        title, title_en = (request.POST.get(f"{name}-{named}", "").strip()[:40] for name in ("title", "en"))
        stages.append(actions.StageDays(kind, title or queries.usual(kind)[0], opens, due, title_en))
    if not stages:
        raise Refusal("一个环节也没有选。", "No stage was chosen.")
    title = got["title"] or say(f"{got['since']:%Y-%m} 考核", f"Assessment {got['since']:%Y-%m}")
    days = actions.Days(title, got["period"] or f"{got['since']:%Y-%m}", got["since"], got["until"])
    made = actions.prepare(request.viewer, scheme, days, stages, gap_limit=got["gap_limit"])
    messages.success(request, say("周期已建好；下一步确定考核对象。", "The cycle is prepared; next, its subjects."))
    return redirect("cycle_subjects", made.pk)


def _day(text: str, what: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"“{what}”的日期没有写对。", f"The day of {what} is not right.") from None


@page
def subjects(request: Request, pk: int) -> HttpResponse:
    """Who is assessed, with what changed in the period and who rates whom; then set."""
    found = queries.one(request.viewer, pk)
    if not queries.may_run(request.viewer):
        raise NotYours
    if request.method == "POST":
        left = {key: request.POST.get(f"why-{key}", "") for key in request.POST.getlist("out")}
        count = preparing.decide(request.viewer, pk, left)
        messages.success(request, say(f"已确定 {count} 个考核对象。", f"{count} subjects are set."))
        return redirect("cycle", pk)
    rows = preparing.preview(request.viewer, pk) if found.state == "prepared" and not found.subjects.exists() else []
    return render(request, "web/cycles/subjects.html", {
        "cycle": found, "rows": rows, "changed": sum(bool(row.change) for row in rows), "warned": sum(bool(row.warning) for row in rows),
    })  # fmt: skip


@page
@require_POST
def begin(request: Request, pk: int) -> HttpResponse:
    """Open the cycle."""
    made = opening.open_cycle(request.viewer, pk)
    messages.success(request, say(f"{made.title}已经开始，事项已发到每个人。", f"{made.title} has begun; everybody has their tasks."))
    return redirect("cycle", pk)


@page
@require_POST
def close_rating(request: Request, pk: int) -> HttpResponse:
    """No more marks."""
    actions.close_rating(request.viewer, pk, reason=request.POST.get("reason", ""))
    messages.success(request, say("评分已截止。", "The rating is closed."))
    return redirect("cycle", pk)


# ------------------------------------------------------------------------------------------------------------------- stages


@page
@require_POST
def stage_open(request: Request, pk: int) -> HttpResponse:
    """Begin a stage."""
    made = actions.open_stage(request.viewer, pk, reason=request.POST.get("reason", ""))
    messages.success(request, say(f"“{made.title}”已开始。", f"{made.called} has begun."))
    return redirect("cycle", made.cycle_id)


@page
@require_POST
def stage_close(request: Request, pk: int) -> HttpResponse:
    """End a stage."""
    made = actions.close_stage(request.viewer, pk, reason=request.POST.get("reason", ""))
    messages.success(request, say(f"“{made.title}”已结束。", f"{made.called} has ended."))
    return redirect("cycle", made.cycle_id)


class Move(forms.Form):
    """When instead, and why."""

    opens = forms.DateField(label=bi("开始", "Begins"), widget=day_input())
    due = forms.DateField(label=bi("截止", "Due"), widget=day_input(), help_text=bi("要是工作日。", "A working day."))
    along = forms.BooleanField(label=bi("后面没有结束的环节按同样的工作日顺延", "Later stages move by as many working days"), required=False)
    reason = forms.CharField(label=bi("理由", "Reason"), max_length=200, required=False)


@page
def move(request: Request, pk: int) -> HttpResponse:
    """Look at what would move, then move it."""
    stage = queries.stage(request.viewer, pk)
    if not queries.may_run(request.viewer):
        raise NotYours
    asked = request.POST if request.method == "POST" else request.GET
    form = Move(asked if "due" in asked else None, initial={"opens": stage.opens, "due": stage.due, "along": True})
    found: list[actions.Shift] = []
    if form.is_bound and form.is_valid():
        got = form.cleaned_data
        if "do" in asked and request.method == "POST":
            made = actions.move_stage(request.viewer, pk, new_opens=got["opens"], new_due=got["due"], reason=got["reason"], along=got["along"])
            said = say(f"已调整 {len(made)} 个环节；给纪要的一段在下面。", f"{len(made)} stages moved; the paragraph for the minutes is below.")
            messages.success(request, said)
            return redirect("cycle", stage.cycle_id)
        found = actions.shifts(stage, got["opens"], got["due"], along=got["along"])
    return render(request, "web/cycles/move.html", {"stage": stage, "form": form, "shifts": found}, status=422 if form.errors else 200)


# ------------------------------------------------------------------------------------------------------------------ reminding


@page
@require_POST
def nudge(request: Request, pk: int) -> HttpResponse:
    """Remind those who were ticked."""
    done = task.nudge(request.viewer, [number(each) for each in request.POST.getlist("task")])
    before = say(f"；{done.before} 人今天已经提醒过", f"; {done.before} had been today") if done.before else ""
    messages.success(request, say(f"已提醒 {done.people} 人{before}。", f"{done.people} reminded{before}."))
    return redirect("cycle", pk)


@page
def hand_over(request: Request, pk: int) -> HttpResponse:
    """Give a task to somebody else."""
    found = queries.open_task(request.viewer, pk)
    if not queries.may_run(request.viewer):
        raise NotYours
    who = request.POST.get("who", "")
    if request.method == "POST":
        person = answering.meant(request.viewer, who, request.POST.get("person", ""))
        if person is None:
            raise Refusal(f"没有找到“{who}”；从列表里选一个人。", f"“{who}” was not found; pick one from the list.")
        task.hand_over(request.viewer, pk, person.pk, reason=request.POST.get("reason", ""))
        messages.success(request, say(f"已改派给{person.name}。", f"Handed over to {person.name}."))
        return redirect("cycle", found.cycle_id) if found.cycle_id else redirect("home")
    return render(request, "web/cycles/hand_over.html", {"task": found, "who": who})


@page
def rater(request: Request, pk: int, part: str) -> HttpResponse:
    """Name somebody else for one row: who rates it is recused, or nobody does."""
    subject, named = queries.assessed(request.viewer, pk), recusal.part_of(part)
    if not queries.may_run(request.viewer) or named is None:
        raise NotYours
    who = request.POST.get("who", "")
    if request.method == "POST":
        person = answering.meant(request.viewer, who, request.POST.get("person", ""))
        if person is None:
            raise Refusal(f"没有找到“{who}”；从列表里选一个人。", f"“{who}” was not found; pick one from the list.")
        duty.assign_rater(request.viewer, pk, named, person.pk, reason=request.POST.get("reason", ""))
        messages.success(request, say(f"改由{person.name}评。", f"{person.name} rates it now."))
        return redirect("cycle", subject.cycle_id)
    return render(request, "web/cycles/rater.html", {"subject": subject, "part": named.label, "who": who, "key": uuid4()})


@page
def notices(request: Request) -> HttpResponse:
    """The bell."""
    if request.method == "POST":
        task.see(request.viewer)
        return redirect("notices")
    rows = queries.notices(request.viewer)
    return render(request, "web/cycles/notices.html", {"rows": rows, "new": sum(row.seen_at is None for row in rows)})


urlpatterns = [
    path("", cycles, name="cycles"),
    path("prepare/", prepare, name="cycle_prepare"),
    path("notices/", notices, name="notices"),
    path("<int:pk>/", cycle, name="cycle"),
    path("<int:pk>/week/", week, name="cycle_week"),
    path("<int:pk>/subjects/", subjects, name="cycle_subjects"),
    path("<int:pk>/open/", begin, name="cycle_open"),
    path("<int:pk>/close-rating/", close_rating, name="cycle_close_rating"),
    path("<int:pk>/nudge/", nudge, name="cycle_nudge"),
    path("stages/<int:pk>/open/", stage_open, name="stage_open"),
    path("stages/<int:pk>/close/", stage_close, name="stage_close"),
    path("stages/<int:pk>/move/", move, name="stage_move"),
    path("subjects/<int:pk>/rater/<str:part>/", rater, name="subject_rater"),
    path("tasks/<int:pk>/hand-over/", hand_over, name="task_hand_over"),
]
