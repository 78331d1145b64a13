"""我的事项: everyone's home."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from quanheng.domain.queries import home as queries
from quanheng.domain.words import bi, say
from quanheng.web.page import Request, page

SIGNS = {
    "plan": "target-arrow", "agree": "target-arrow", "rate": "table", "self": "table", "review": "eye-check", "verify": "notes", "gap": "message-2-question",
    "guide": "messages", "read": "book-2", "report": "file-text", "run": "chart-dots", "confirm": "check",
}  # fmt: skip
VERBS = {
    "plan": bi("起草", "Draft"), "agree": bi("确认", "Agree"), "rate": bi("评分", "Rate"), "self": bi("自评", "Evaluate"), "review": bi("审阅", "Review"),
    "verify": bi("核实", "Verify"), "gap": bi("说明", "Explain"), "guide": bi("指导", "Guide"), "read": bi("阅读", "Read"), "report": bi("填报", "Report"),
    "run": bi("计算", "Compute"), "confirm": bi("确认", "Confirm"),
}  # fmt: skip
PAGES = {"sheet": "sheet", "plan": "plan", "record": "record", "version": "version", "subject": "plan_draft"}


@page
def home(request: Request) -> HttpResponse:
    """What waits for me, by deadline."""
    found = queries.home(request.viewer)
    waiting = [
        {
            "title": task_title(each),
            "detail": each.about,
            "sign": SIGNS[str(each.task.kind)],
            "verb": VERBS[str(each.task.kind)],
            "href": address(each),
            "days": each.days,
            "due": each.task.due,
            "progress": each.progress,
        }
        for each in found.waiting
    ]
    steps = [{"name": step.name, "when": step.when, "state": step.state} for step in found.steps]
    return render(request, "web/home/home.html", {
        "home": found, "waiting": waiting, "steps": steps, "head": heading(request, found), "key": uuid4(), "quiet": "again" not in request.GET,
    })  # fmt: skip


def heading(request: Request, found: queries.Home) -> str:
    """The first sentence: who, and what is due today."""
    name = request.viewer.person.name if request.viewer.person is not None else ""
    if found.today:
        return say(f"{name}，今天有 {found.today} 件到期", f"{name}, {found.today} due today")
    if found.count:
        return say(f"{name}，有 {found.count} 件等你办", f"{name}, {found.count} waiting for you")
    return say(f"{name}，现在没有要办的事", f"{name}, nothing is waiting for you")


def task_title(each: queries.Waiting) -> str:
    """What is to be done, in a verb and what it is about."""
    kind, progress = str(each.task.kind), each.progress
    if kind == "rate" and progress is not None:
        left = progress.of - progress.done
        return say(f"评分，还有 {left} 格", f"Rate: {left} cells to go") if left else say("评分已填完，请提交", "All cells filled; submit")
    word = str(each.task.get_kind_display())
    return say(f"{word}，{each.count} 件", f"{word}: {each.count}") if each.count > 1 else word


def address(each: queries.Waiting) -> str:
    """Where it is done; the tasks page itself when there is no page for it yet."""
    task = each.task
    match str(task.kind):
        case "plan" if task.about_kind == "cycle":
            return f"{reverse('plans')}?cycle={task.about_id}"
        case "guide":
            return reverse("guidance_round", args=[task.cycle_id])
        case "verify":
            return reverse("records_verify")
        case "gap":
            return reverse("gaps") if each.count > 1 else reverse("gap", args=[task.about_id])
        case "report":
            return reverse("report", args=[task.about_id])
        case "run" if task.cycle is not None:
            return reverse("cycle_runs", args=[task.cycle.ref])
        case "confirm" if each.ref:
            return reverse("run", args=[each.ref])
    name = PAGES.get(str(task.about_kind), "")
    return reverse(name, args=[task.about_id]) if name else reverse("home")
