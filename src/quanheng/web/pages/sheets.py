"""评分表: the list of sheets, the sheet as a grid with the records beside it, the self-evaluation as a form, handing in, review."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from quanheng.domain.actions import group, rating
from quanheng.domain.queries import gaps
from quanheng.domain.queries import sheets as queries
from quanheng.domain.refusal import Refusal, require
from quanheng.domain.words import say
from quanheng.web.page import Request, page
from quanheng.web.templatetags.qh import moment

MOST_CELLS = 12_000  # 300 people × 40 items


@page
def scores(request: Request) -> HttpResponse:
    """The sheets I fill in, those I review, those I may read."""
    found = queries.sheets(request.viewer)
    return render(request, "web/sheets/list.html", {"mine": [each for each in found if each.mine], "review": [each for each in found if each.to_review],
                                                    "others": [each for each in found if not each.mine and not each.to_review]})  # fmt: skip


@page
def sheet(request: Request, pk: int) -> HttpResponse:
    """The grid, and the records of one subject beside it; the self-evaluation is a form of its own."""
    grid = queries.grid(request.viewer, pk, own="own" in request.GET)
    if str(grid.sheet.part) == "self":
        return _own_form(request, grid)
    show, item = request.GET.get("show", ""), request.GET.get("item", "")
    lines = [line for line in grid.lines if _shown(show, line)]
    place = _place(lines, request.GET.get("subject", ""))
    item = item or (grid.items[0].name if grid.items else "")
    beside = queries.beside(request.viewer, pk, lines[place].subject.pk, item, own=grid.own) if lines else None
    own = "own&" if grid.own else ""
    views = [
        (f"?{own}show={name}", say(f"{zh} {count}", f"{en} {count}"), show == name)
        for name, zh, en, count in (
            ("", "全部", "All", len(grid.lines)),
            ("open", "未评", "Open", sum(bool(line.open) for line in grid.lines)),
            ("bare", "无记录", "No record", sum(line.records == 0 for line in grid.lines)),
        )
    ]
    turn = {
        "at": place + 1, "of": len(lines),
        "back": f"?{own}show={show}&subject={lines[place - 1].subject.pk}" if place else "",
        "on": f"?{own}show={show}&subject={lines[place + 1].subject.pk}" if place + 1 < len(lines) else "",
    }  # fmt: skip
    rows = [(line, _cells(grid, line), lines[place] is line) for line in lines]
    apart = gaps.unexplained(gaps.gaps_of(grid.sheet)) if grid.sheet.state == "submitted" else []
    return render(
        request, "web/sheets/sheet.html",
        {
            "grid": grid, "rows": rows, "beside": beside, "views": views, "turn": turn, "submit": submit_text(grid.open), "gaps": apart,
            "compared": queries.compared(grid) if grid.views else [],
        },
    )  # fmt: skip


def _shown(show: str, line: queries.Line) -> bool:
    return {"open": line.open > 0, "bare": line.records == 0}.get(show, True)


def _place(lines: list[queries.Line], chosen: str) -> int:
    return next((place for place, line in enumerate(lines) if str(line.subject.pk) == chosen), 0)


def _cells(grid: queries.Grid, line: queries.Line) -> list[dict[str, Any]]:
    """The words of {% cells %} for a line; a cell that is not to be filled in says why."""
    barred = line.bar if line.bar is not None and (grid.own or not grid.may_write) else None
    made = []
    for square in line.squares:
        each = {"item": square.item.name, "name": square.item.name, "value": square.value, "rev": square.rev, "label": square.label}
        if barred is not None:
            each |= {"value": "", "off": say("回避", "Recused"), "label": f"{square.label} {barred.text}"}
        elif not square.mine:
            each |= {"off": "—", "label": f"{square.label} {say('不归这张表评', 'not on this sheet')}"}
        else:
            each |= {"missing": square.missing, "norecord": square.no_record, "zero": square.zero, "locked": not grid.may_write or line.bar is not None}
        made.append(each)
    return made


def left_text(left: int) -> str:
    """What stands in place of a sum that is not there yet."""
    return say(f"待评 {left} 项", f"{left} open") if left else "—"


def submit_text(left: int) -> str:
    """What the button for handing in says."""
    return say(f"提交（还差 {left} 格）", f"Submit ({left} to go)") if left else say("提交并签字", "Submit and sign")


def _own_form(request: Request, grid: queries.Grid) -> HttpResponse:
    line = grid.lines[0] if grid.lines else None
    beside = queries.beside(request.viewer, grid.sheet.pk, line.subject.pk) if line is not None else None
    gap = next(iter(gaps.gaps(grid.cycle, [line.subject.pk])), None) if line is not None else None
    return render(request, "web/sheets/self.html", {"grid": grid, "line": line, "beside": beside, "gap": gap, "submit": submit_text(0)})


@page
def records_beside(request: Request, pk: int) -> HttpResponse:
    """The part beside the grid, for the cell the cursor is on."""
    subject = request.GET.get("subject", "")
    if not subject.isdigit():
        raise Http404
    found = queries.beside(request.viewer, pk, int(subject), request.GET.get("item", ""), own="own" in request.GET)
    return render(request, "web/sheets/beside.html", {"beside": found})


@require_POST
@page
def save(request: Request, pk: int) -> HttpResponse:
    """Cells from the grid (JSON), or the whole form without scripts."""
    if request.content_type == "application/json":
        return _save_cells(request, pk)
    grid = queries.grid(request.viewer, pk, own="own" in request.GET)
    if request.POST.get("rev") != str(grid.sheet.rev):
        raise Refusal("这张表刚刚有人改过，请刷新后再填。", "Somebody has just changed this sheet; open it again.")
    found = rating.save_marks(request.viewer, pk, _entered(grid, request.POST), as_member=grid.own)
    if found.refused:
        told = "；".join(f"{each['item']} {each['value']}：{each['reason']}" for each in found.refused)
        messages.error(request, say(f"拒收 {len(found.refused)} 格：{told}。原值没有改动。", f"{len(found.refused)} cells refused: {told}"))
    elif request.POST.get("deed") == "submit":
        rating.submit_sheet(request.viewer, pk)
        messages.success(request, say("已提交并签字。", "Submitted and signed."))
        return redirect("sheet", pk)
    messages.success(request, say(f"已保存 {len(found.saved)} 格。", f"{len(found.saved)} cells saved."))
    return redirect("sheet", pk)


def _entered(grid: queries.Grid, post: Mapping[str, str]) -> list[rating.Cell]:
    """What the form changed: marks, and comments where the form asks for them."""
    cells = []
    for line in grid.lines:
        for square in line.squares:
            place = f"{line.subject.pk}-{square.item.name}"
            text, note = post.get(f"c-{place}", square.value).strip(), post.get(f"n-{place}", square.note).strip()
            text, missing = ("", "not_applicable") if text in ("不适用", "N/A") else (text, "")
            if square.mine and (text != square.value or (missing or square.missing) != square.missing or note != square.note):
                cells.append(rating.Cell(line.subject.pk, square.item.name, square.rev, text, missing, note=note))
    return cells


@require_POST
@page
def cell(request: Request, pk: int) -> HttpResponse:
    """What stands beside one cell, without scripts: the records it stands on and its comment."""
    try:
        given = rating.Cell(
            int(request.POST["subject"]), request.POST["item"], int(request.POST["rev"]), request.POST.get("value", ""), request.POST.get("missing", ""),
            request.POST.get("note", ""), tuple(request.POST.getlist("cite")),
        )  # fmt: skip
    except (KeyError, ValueError) as wrong:
        raise Http404 from wrong
    own = "own" in request.GET
    found = rating.save_marks(request.viewer, pk, [given], as_member=own)
    for each in found.refused:
        messages.error(request, say(f"没有保存：{each['reason']}。", f"Not saved: {each['reason']}."))
    if found.conflicts:
        messages.error(request, say("这一格刚刚有人改过，请看过再填。", "Somebody has just changed this cell."))
    answer = redirect("sheet", pk)
    answer["Location"] += f"?{'own&' if own else ''}subject={given.subject}&item={given.item}"
    return answer


def _save_cells(request: Request, pk: int) -> HttpResponse:
    own = "own" in request.GET
    try:
        sent = json.loads(request.body)
        key = UUID(sent["key"])
        cells = [sent_cell(each) for each in sent["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Http404 from wrong
    try:
        require(len(cells) <= MOST_CELLS, "一次最多保存 12,000 格。", "At most 12,000 cells at once.")
        found = rating.save_marks(dataclasses.replace(request.viewer, key=key), pk, cells, as_member=own)
    except Refusal as refusal:
        return JsonResponse({"refusal": refusal.text}, status=409)
    figures = queries.figures(request.viewer, found.sheet, {each.subject for each in cells}, {each.item for each in cells}, own=own)
    shown = [{"subject": subject, "item": "total", "text": text or left_text(figures.left[subject])} for subject, text in figures.totals.items()]
    shown += [{"subject": "mean", "item": item, "text": text or "—"} for item, text in figures.means.items()]
    conflicts = [{**each, "at": moment(datetime.datetime.fromisoformat(str(each["at"]))) if each["at"] else ""} for each in found.conflicts]
    at = timezone.localtime()
    return JsonResponse(
        {
            "saved": found.saved, "refused": found.refused, "conflicts": conflicts, "rev": found.rev, "shown": shown, "open": figures.open,
            "submit": submit_text(figures.open), "state": say(f"已保存 {at:%H:%M:%S} · 第 {found.rev} 版", f"Saved {at:%H:%M:%S} · revision {found.rev}"),
        }
    )  # fmt: skip


def sent_cell(each: Mapping[str, Any]) -> rating.Cell:
    """A cell as the grid or the page of an import sends it back; raises KeyError, TypeError or ValueError for anything else."""
    note, cites = each.get("note"), each.get("cites")
    return rating.Cell(
        int(each["subject"]), str(each["item"]), int(each["rev"]), str(each.get("value", "")), str(each.get("missing", "")),
        None if note is None else str(note), None if cites is None else tuple(map(str, cites)),
    )  # fmt: skip


@require_POST
@page
def submit(request: Request, pk: int) -> HttpResponse:
    """Sign and hand in."""
    rating.submit_sheet(request.viewer, pk, reason=request.POST.get("reason", ""))
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
    return redirect("scores")


@require_POST
@page
def sign(request: Request, pk: int) -> HttpResponse:
    """A member of the group agrees, or keeps a view of his own."""
    if request.POST.get("deed") == "dissent":
        group.dissent(request.viewer, pk, text=request.POST.get("text", ""))
        messages.success(request, say("保留意见已随表存下。", "Your view is kept with the sheet."))
    else:
        group.agree(request.viewer, pk)
        messages.success(request, say("已签字。", "Signed."))
    return redirect("sheet", pk)


@require_POST
@page
def average(request: Request, pk: int) -> HttpResponse:
    """Where the group has no mark yet it takes the mean of its members'."""
    count = group.average_marks(request.viewer, pk)
    messages.success(request, say(f"{count} 格取了成员的平均。", f"{count} cells took the mean of the members."))
    return redirect("sheet", pk)
