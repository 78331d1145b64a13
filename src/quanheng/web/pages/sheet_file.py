"""A score sheet out to Excel and back, with what would change shown before anything is saved."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from quanheng.domain.actions import rating
from quanheng.domain.queries import sheet_file as queries
from quanheng.domain.queries.sheets import grid
from quanheng.domain.refusal import Refusal
from quanheng.domain.words import say
from quanheng.engine.faults import InputRefused
from quanheng.web.lists import workbook
from quanheng.web.page import Request, page
from quanheng.web.pages.sheets import sent_cell


@require_GET
@page
def export(request: Request, pk: int) -> HttpResponse:
    """The sheet as a workbook."""
    return workbook(*queries.export(request.viewer, pk, own="own" in request.GET))


@page
def bring(request: Request, pk: int) -> HttpResponse:
    """Choose the file; then see, cell by cell, what it would change."""
    own = "own" in request.GET
    sheet = grid(request.viewer, pk, own=own)
    shown = {"grid": sheet, "own": own, "difference": None, "faults": []}
    upload = request.FILES.get("file") if request.method == "POST" else None
    if upload is None:
        return render(request, "web/sheets/import.html", shown)
    assert isinstance(upload, TemporaryUploadedFile)
    try:
        found = queries.compare(sheet, Path(upload.temporary_file_path()), str(upload.name))
    except InputRefused as refused:
        return render(request, "web/sheets/import.html", {**shown, "faults": refused.faults}, status=409)
    except Refusal as refusal:
        return render(request, "web/sheets/import.html", {**shown, "refusal": refusal}, status=409)
    cells = [
        {
            "subject": each.line.subject.pk, "item": each.square.item.name, "rev": each.square.rev,
            "value": "" if each.missing else each.new, "missing": each.missing,
        }
        for each in found.changes
    ]  # fmt: skip
    return render(request, "web/sheets/import.html", {**shown, "difference": found, "cells": json.dumps(cells, ensure_ascii=False), "key": uuid4()})


@require_POST
@page
def take(request: Request, pk: int) -> HttpResponse:
    """Save what was shown. Whoever has changed a cell since then is not overwritten."""
    try:
        cells = [sent_cell(each) for each in json.loads(request.POST.get("cells", ""))]
    except (ValueError, KeyError, TypeError) as wrong:
        raise Http404 from wrong
    found = rating.save_marks(request.viewer, pk, cells, as_member="own" in request.GET)
    messages.success(request, say(f"已保存 {len(found.saved)} 格。", f"{len(found.saved)} cells saved."))
    if found.conflicts:
        names = "、".join(str(each["item"]) for each in found.conflicts[:10])
        count = len(found.conflicts)
        messages.error(request, say(f"{count} 格在你看的时候有人改过，没有动：{names}", f"{count} cells changed meanwhile: {names}"))
    return redirect("sheet", pk)
