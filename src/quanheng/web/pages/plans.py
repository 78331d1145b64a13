"""计划与指标: goals under goals, plans drafted by one side and agreed by the other, changes side by side."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from quanheng.domain.actions import plan as actions
from quanheng.domain.queries import answering
from quanheng.domain.queries import plans as queries
from quanheng.domain.refusal import NotYours, Refusal
from quanheng.domain.words import bi, say
from quanheng.web.lists import day_input, number
from quanheng.web.page import Request, page

if TYPE_CHECKING:
    from quanheng.domain.models import Subject

BLANK = 3  # rows below the last, to write more
MOST = 40


def sections(at: str) -> list[tuple[str, str, bool]]:
    """Plans, and the goals they serve."""
    return [("/plans/", say("计划", "Plans"), at == "plans"), ("/plans/goals/", say("目标", "Goals"), at == "goals")]


@page
def plans(request: Request) -> HttpResponse:
    """Whose plan stands where, in a cycle."""
    listed = queries.cycles(request.viewer)
    wanted = number(request.GET.get("cycle", ""))
    cycle = next((each for each in listed if each.pk == wanted), listed[0] if listed else None)
    rows = queries.standing(request.viewer, cycle) if cycle is not None else []
    return render(request, "web/plans/list.html", {
        "cycles": listed, "cycle": cycle, "rows": rows, "sections": sections("plans"), "agreed": sum(row.agreed is not None for row in rows),
        "going": cycle is not None and cycle.state in queries.GOING,
    })  # fmt: skip


@page
def plan(request: Request, pk: int) -> HttpResponse:
    """One plan; a change beside what it changes."""
    return render(request, "web/plans/plan.html", {"view": queries.one(request.viewer, pk)})


# ----------------------------------------------------------------------------------------------------------------- drafting


@page
def draft(request: Request, subject: int) -> HttpResponse:
    """Write the lines; what the scheme asks for stands there to begin with."""
    found, pending, sides = queries.subject(request.viewer, subject)
    if not sides.mine:
        raise NotYours
    rows: Sequence[queries.Draft]
    if request.method == "POST":
        rows, lines = read(request.POST)
        made = actions.draft(request.viewer, found.pk, lines)
        if "propose" in request.POST:
            actions.propose(request.viewer, made.pk)
            messages.success(request, say("已提交给对方确认。", "The other side was asked to agree."))
        else:
            messages.success(request, say("草稿已保存。", "The draft is saved."))
        return redirect("plan", made.pk)
    rows = queries.drafted(queries.lines_of(pending)) if pending is not None else queries.begun(request.viewer, found)
    return render(request, "web/plans/draft.html", {
        "subject": found, "who": called(found), "rows": [*rows, *[queries.Draft("work", "")] * min(BLANK, MOST - len(rows))], "kinds": queries.kinds(),
        "goals": queries.choices(request.viewer, found), "pending": pending,
    })  # fmt: skip


def read(sent: QueryDict) -> tuple[list[queries.Draft], list[actions.Line]]:
    """The rows of the form that say something, in their order."""
    columns = {name: sent.getlist(name) for name in ("kind", "item", "standard", "weight", "target", "due", "goal", "checklist")}
    rows, lines = [], []
    for place, item in enumerate(columns["item"][:MOST]):
        if not item.strip():
            continue
        got = {name: (texts[place] if place < len(texts) else "") for name, texts in columns.items()}
        rows.append(queries.Draft(got["kind"], item, got["standard"], got["weight"], got["target"], got["due"], number(got["goal"]), got["checklist"]))
        lines.append(actions.Line(
            queries.kind_of(got["kind"]), item, got["standard"], got["weight"], got["target"], _day(got["due"], item),
            tuple(each.strip() for each in got["checklist"].splitlines() if each.strip()), number(got["goal"]) or None,
        ))  # fmt: skip
    return rows, lines


def _day(text: str, item: str) -> datetime.date | None:
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(f"“{item}”的完成日没有写对，写成 2026-11-30。", f"The day of {item} is not right; write 2026-11-30.") from None


def called(subject: Subject) -> str:
    """Whose plan it is."""
    return subject.person.name if subject.person is not None else subject.row_key


@page
@require_POST
def propose(request: Request, pk: int) -> HttpResponse:
    """Ask the other side."""
    actions.propose(request.viewer, pk)
    messages.success(request, say("已提交给对方确认。", "The other side was asked to agree."))
    return redirect("plan", pk)


@page
@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Agree, or decline with a reason."""
    if request.POST.get("answer") == "agree":
        actions.agree(request.viewer, pk)
        messages.success(request, say("已确认；双方的确认都留下了。", "Agreed; both sides are on record."))
    else:
        actions.decline(request.viewer, pk, reason=request.POST.get("reason", ""))
        messages.success(request, say("已退回草稿，对方会看到理由。", "Back to the draft; the other side sees why."))
    return redirect("plan", pk)


@page
@require_POST
def amend(request: Request, pk: int) -> HttpResponse:
    """Begin a change of an agreed plan."""
    made = actions.amend(request.viewer, pk, reason=request.POST.get("reason", ""))
    messages.success(request, say("变更稿已建好；对方确认以前，原计划照旧有效。", "The amendment is drafted; the old plan holds until it is agreed."))
    return redirect("plan_draft", made.subject_id)


@page
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    """The same lines for many."""
    wanted = [number(each) for each in request.POST.getlist("subject")]
    if "propose" in request.POST:
        count = actions.copy_and_propose(request.viewer, pk, wanted)
        messages.success(request, say(f"已为 {count} 人起草同样的计划，并交各人确认。", f"The same plan was drafted for {count}; each is asked to agree."))
    else:
        count = actions.copy(request.viewer, pk, wanted)
        messages.success(request, say(f"已为 {count} 人起草同样的计划。", f"The same plan was drafted for {count}."))
    return redirect("plans")


# -------------------------------------------------------------------------------------------------------------------- goals


class GoalForm(forms.Form):
    """A goal: whose, what, by when, which one it serves."""

    text = forms.CharField(label=bi("目标", "Goal"), max_length=200)
    unit = forms.ChoiceField(label=bi("哪个机构的", "Of which unit"), required=False)
    parent = forms.ChoiceField(label=bi("为哪个目标", "Serves which goal"), required=False)
    demand = forms.CharField(label=bi("上级的什么要求", "Which demand of the superior"), max_length=200, required=False)
    standard = forms.CharField(label=bi("做到什么样", "Standard"), max_length=200, required=False)
    due = forms.DateField(label=bi("完成日", "Due"), required=False, widget=day_input())

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        me = ("", say("个人的（下面写谁；不写是自己的）", "A person's (named below; else my own)"))
        units = [(str(pk), name) for pk, name in queries.units_for_goals(request.viewer)]
        self.fields["unit"].choices = [*units, me] if units else [me]  # type: ignore[attr-defined]
        goals = [(str(pk), text) for pk, text in queries.choices(request.viewer)]
        self.fields["parent"].choices = [("", say("没有", "none")), *goals]  # type: ignore[attr-defined]


@page
def goals(request: Request) -> HttpResponse:
    """The tree, and what does not hang together."""
    return render(request, "web/plans/goals.html", {"goals": queries.goals(request.viewer, closed="closed" in request.GET), "sections": sections("goals")})


@page
def goal_add(request: Request) -> HttpResponse:
    """Set a goal."""
    form = GoalForm(request.POST or None, request=request, initial={"parent": request.GET.get("parent", "")})
    who = request.POST.get("who", "")
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        unit = number(got["unit"])
        person = None if unit else answering.meant(request.viewer, who, request.POST.get("person", "")) if who else request.viewer.person
        if not unit and person is None:
            form.add_error(None, say(f"没有找到“{who}”，或者不归你定。", f"“{who}” was not found, or is not yours."))
        else:
            actions.set_goal(request.viewer, actions.Wanted(
                got["text"], unit or None, person.pk if person else None, number(got["parent"]) or None, got["standard"], got["due"], got["demand"],
            ))  # fmt: skip
            messages.success(request, say("目标已写下。", "The goal is set."))
            return redirect("goals")
    return render(request, "web/plans/goal_add.html", {"form": form, "who": who, "key": request.POST.get("key") or uuid4()}, status=422 if form.errors else 200)


@page
@require_POST
def goal_close(request: Request, pk: int) -> HttpResponse:
    """A goal is over."""
    actions.close_goal(request.viewer, pk, reason=request.POST.get("reason", ""))
    messages.success(request, say("目标已结束。", "The goal is closed."))
    return redirect("goals")


urlpatterns = [
    path("", plans, name="plans"),
    path("goals/", goals, name="goals"),
    path("goals/add/", goal_add, name="goal_add"),
    path("goals/<int:pk>/close/", goal_close, name="goal_close"),
    path("draft/<int:subject>/", draft, name="plan_draft"),
    path("<int:pk>/", plan, name="plan"),
    path("<int:pk>/propose/", propose, name="plan_propose"),
    path("<int:pk>/answer/", answer, name="plan_answer"),
    path("<int:pk>/amend/", amend, name="plan_amend"),
    path("<int:pk>/copy/", copy, name="plan_copy"),
]
