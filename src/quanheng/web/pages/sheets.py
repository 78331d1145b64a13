"""评分表: the list of sheets, the sheet as a grid with the records beside it, handing in, review."""

from __future__ import annotations

import dataclasses
import json
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from quanheng.domain.actions import rating
from quanheng.domain.queries import sheets as queries
from quanheng.domain.refusal import Refusal
from quanheng.domain.words import say
from quanheng.web.page import Request, page

MOST_CELLS = 12_000  # 300 people × 40 items


@page
def scores(request: Request) -> HttpResponse:
    """The sheets I fill in, those I review, those I may read."""
    found = queries.sheets(request.viewer)
    return render(request, "web/sheets/list.html", {"mine": [each for each in found if each.mine], "review": [each for each in found if each.to_review],
                                                    "others": [each for each in found if not each.mine and not each.to_review]})  # fmt: skip


@page
def sheet(request: Request, pk: int) -> HttpResponse:
    """The grid, and the records of one subject beside it."""
    grid = queries.grid(request.viewer, pk)
    show = request.GET.get("show", "")
    lines = [line for line in grid.lines if show != "open" or line.open] if show != "bare" else [line for line in grid.lines if line.records == 0]
    chosen = request.GET.get("subject", "")
    subject = int(chosen) if chosen.isdigit() else (lines[0].subject.pk if lines else None)
    beside = queries.beside(request.viewer, pk, subject, request.GET.get("item", "")) if subject is not None else None
    views = [
        (f"?show={name}", say(zh, en), show == name)
        for name, zh, en in (
            ("", f"全部 {len(grid.lines)}", f"All {len(grid.lines)}"),
            ("open", f"未评 {sum(bool(line.open) for line in grid.lines)}", "Open"),
            ("bare", f"无记录 {sum(line.records == 0 for line in grid.lines)}", "No record"),
        )
    ]
    return render(request, "web/sheets/sheet.html", {"grid": grid, "lines": lines, "beside": beside, "views": views, "refused": []})


@page
def records_beside(request: Request, pk: int, subject: int) -> HttpResponse:
    """The part beside the grid, for the subject the cursor is on."""
    found = queries.beside(request.viewer, pk, subject, request.GET.get("item", ""))
    return render(request, "web/sheets/beside.html", {"beside": found})


@require_POST
@page
def save(request: Request, pk: int) -> HttpResponse:
    """Cells from the grid (JSON), or the whole form without scripts."""
    if request.content_type == "application/json":
        return _save_cells(request, pk)
    grid = queries.grid(request.viewer, pk)
    if request.POST.get("rev") != str(grid.sheet.rev):
        raise Refusal("这张表刚刚有人改过，请刷新后再填。", "Somebody has just changed this sheet; open it again.")
    cells = [
        rating.Cell(line.subject.pk, square.item.name, square.rev, text)
        for line in grid.lines
        for square in line.squares
        if square.mine and (text := request.POST.get(f"c-{line.subject.pk}-{square.item.name}", "").strip()) != square.value
    ]
    found = rating.save_marks(request.viewer, pk, cells)
    if found.refused:
        told = "；".join(f"{each['item']} {each['value']}：{each['reason']}" for each in found.refused)
        messages.error(request, say(f"拒收 {len(found.refused)} 格：{told}。原值没有改动。", f"{len(found.refused)} cells refused: {told}"))
    messages.success(request, say(f"已保存 {len(found.saved)} 格。", f"{len(found.saved)} cells saved."))
    return redirect("sheet", pk)


def _save_cells(request: Request, pk: int) -> HttpResponse:
    try:
        sent = json.loads(request.body)
        key = UUID(sent["key"])
        cells = [
            rating.Cell(
                int(each["subject"]), str(each["item"]), int(each["rev"]), str(each.get("value", "")), str(each.get("missing", "")),
                str(each.get("note", "")), tuple(map(str, each.get("cites", ()))),
            )
            for each in sent["cells"]
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as wrong:
        raise Http404 from wrong
    if len(cells) > MOST_CELLS:
        raise Refusal("一次最多保存 12,000 格。", "At most 12,000 cells at once.")
    try:
        found = rating.save_marks(dataclasses.replace(request.viewer, key=key), pk, cells)
    except Refusal as refusal:
        return JsonResponse({"refusal": refusal.text}, status=409)
    at = timezone.localtime()
    return JsonResponse(
        {
            "saved": found.saved, "refused": found.refused, "conflicts": found.conflicts, "rev": found.rev,
            "state": say(f"已保存 {at:%H:%M:%S} · 第 {found.rev} 版", f"Saved {at:%H:%M:%S} · revision {found.rev}"),
        }
    )  # fmt: skip


@require_POST
@page
def submit(request: Request, pk: int) -> HttpResponse:
    """Sign and hand in."""
    rating.submit_sheet(request.viewer, pk)
    messages.success(request, say("已提交并签字。", "Submitted and signed."))
    return redirect("sheet", pk)


@require_POST
@page
def review(request: Request, pk: int) -> HttpResponse:
    """The superior's superior lets it close, or gives it back with a reason."""
    if request.POST.get("deed") == "return":
        rating.return_sheet(request.viewer, pk, reason=request.POST.get("reason", ""))
        messages.success(request, say("已退回，签字作废。", "Given back; the signatures are void."))
    else:
        rating.countersign(request.viewer, pk)
        messages.success(request, say("审阅通过，评分表已锁定。", "Reviewed; the sheet is closed."))
    return redirect("sheet", pk)


@require_POST
@page
def dissent(request: Request, pk: int) -> HttpResponse:
    """A member's own view, kept with the sheet."""
    rating.dissent(request.viewer, pk, text=request.POST.get("text", ""))
    messages.success(request, say("保留意见已随表存下。", "Your view is kept with the sheet."))
    return redirect("sheet", pk)


@require_POST
@page
def explain_gap(request: Request, pk: int, subject: int) -> HttpResponse:
    """A sentence about why self and superior differ so much."""
    rating.explain_gap(request.viewer, subject, text=request.POST.get("text", ""))
    messages.success(request, say("说明已记下。", "Your explanation is kept."))
    return redirect("sheet", pk)
