"""批量导入: a file looked at first, then carried out whole or not at all; large detail as batches that somebody else accepts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from quanheng.domain import files
from quanheng.domain.actions import record as actions
from quanheng.domain.queries import house, incoming
from quanheng.domain.queries import records as queries
from quanheng.domain.refusal import NotYours, Refusal
from quanheng.domain.words import bi, say
from quanheng.web.lists import day_input, workbook
from quanheng.web.page import Request, page

if TYPE_CHECKING:
    from quanheng.domain.models import Register

KINDS = (".xlsx", ".xlsm", ".csv", ".txt")
LARGEST = 64 * 1024 * 1024
SHOWN = 20  # rows of a preview


class Upload(forms.Form):
    """The file, and the day of rows that name none."""

    file = forms.FileField(
        label=bi("文件", "File"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv"}),
        help_text=bi("Excel 或 CSV，第一行是表头。", "Excel or CSV, headings first."),
    )  # fmt: skip
    day = forms.DateField(label=bi("没有写日期的行算哪一天", "Day of rows without one"), widget=day_input())


def unit_choices(request: Request) -> list[tuple[int, str]]:
    """Units to choose from, in the order of their codes."""
    return [(unit.pk, name) for unit, name in house.units_on(request.viewer, request.viewer.today)]


@page
def choose(request: Request) -> HttpResponse:
    """Which register."""
    _require(request)
    return render(request, "web/records/import.html", {"registers": queries.registers(request.viewer)})


@page
def look(request: Request, register: int) -> HttpResponse:
    """Read a file and show what it would do; nothing is written."""
    _require(request)
    kept = queries.register(request.viewer, register)
    form = Upload(request.POST or None, request.FILES or None, initial={"day": request.viewer.today})
    if request.method != "POST" or not form.is_valid():
        headings = list(incoming.headings(kept))
        return render(request, "web/records/import_file.html", {"form": form, "register": kept, "headings": headings}, status=422 if form.errors else 200)
    upload, day = form.cleaned_data["file"], form.cleaned_data["day"]
    suffix = Path(upload.name).suffix.lower()
    if suffix not in KINDS or upload.size > LARGEST:
        raise Refusal("只能导入不超过 64 MB 的 .xlsx 或 .csv。", "Only .xlsx or .csv up to 64 MB.")
    name = files.stage(upload.read(), _owner(request), suffix)
    place = files.staged(name, _owner(request))
    assert place is not None
    found = incoming.read(request.viewer, kept, place, upload.name, day)
    return render(request, "web/records/preview.html", {
        "register": kept, "found": found, "staged": name, "file": upload.name, "day": day.isoformat(), "rows": found.rows[:SHOWN],
        "more": max(len(found.rows) - SHOWN, 0),
        "conversions": found.conversions[:50], "faults": found.faults[:100], "names": [column.name for column in found.columns],
        "lines": [(row, [row.values.get(column.name, "") for column in found.columns]) for row in found.rows[:SHOWN]],
    }, status=422 if found.faults else 200)  # fmt: skip


@page
@require_POST
def carry_out(request: Request, register: int) -> HttpResponse:
    """Write what was shown, or nothing."""
    _require(request)
    kept: Register = queries.register(request.viewer, register)
    place = files.staged(request.POST.get("staged", ""), _owner(request))
    if place is None:
        raise Refusal("文件放得太久，已经清掉了，请重新上传。", "The file was put away; upload it again.")
    form = forms.DateField()
    found = incoming.read(request.viewer, kept, place, request.POST.get("file", "")[:200], form.clean(request.POST.get("day")))
    if found.faults or found.digest != request.POST.get("digest"):
        raise Refusal("人员、机构或台账在这期间变了，请重新上传再看一遍。", "The house has changed since; upload the file again.")
    if found.large:
        since, until = found.days
        batch = actions.load_batch(request.viewer, kept.pk, [row.values for row in found.rows], since=since, until=until, source_name=found.file)
        said = say(f"已存为批次 {batch.ref}，{batch.rows} 行，等别人验收。", f"Kept as batch {batch.ref}, {batch.rows} rows; somebody else accepts it.")
        messages.success(request, said)
        return redirect("batches")
    facts = [actions.Fact(kept.pk, row.day, row.values, row.person, row.unit, row.note) for row in found.rows]
    count = actions.import_records(request.viewer, kept.pk, facts, source=queries.source_of(request.viewer, "attested"), origin=found.file)
    place.unlink(missing_ok=True)
    messages.success(request, say(f"已导入 {count} 条。", f"{count} records imported."))
    return redirect("records")


@page
def empty(request: Request, register: int) -> HttpResponse:
    """A workbook to fill in."""
    _require(request)
    kept = queries.register(request.viewer, register)
    return workbook("register.xlsx", incoming.empty(kept))


@page
def batches(request: Request) -> HttpResponse:
    """Every batch the viewer may see."""
    if not queries.may_bulk(request.viewer) and not queries.batches(request.viewer).exists():
        raise NotYours
    rows = [(batch, queries.may_settle(request.viewer, batch)) for batch in queries.batches(request.viewer)[:200]]
    return render(request, "web/records/batches.html", {"rows": rows, "may_import": queries.may_bulk(request.viewer)})


@page
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Accept a batch, or send it back with a reason."""
    if request.POST.get("verdict") == "accept":
        batch = actions.accept_batch(request.viewer, pk)
        messages.success(request, say(f"{batch.ref} 已验收，从现在起计入。", f"{batch.ref} is accepted and counts from now on."))
    else:
        batch = actions.reject_batch(request.viewer, pk, reason=request.POST.get("reason", ""))
        messages.success(request, say(f"{batch.ref} 已退回。", f"{batch.ref} was sent back."))
    return redirect("batches")


def _owner(request: Request) -> int:
    person = request.viewer.person
    assert person is not None
    return person.pk


def _require(request: Request) -> None:
    if not queries.may_bulk(request.viewer):
        raise NotYours
