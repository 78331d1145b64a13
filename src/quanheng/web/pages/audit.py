"""The journal: read, checked, and its head taken out of the house."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from quanheng.domain.actions.anchoring import anchor
from quanheng.domain.queries import audit
from quanheng.domain.refusal import require
from quanheng.web.page import Request, page


@page
def journal(request: Request) -> HttpResponse:
    """The entries, newest first."""
    given = request.GET
    wanted = audit.Wanted(given.get("deed", "")[:40], given.get("person", "")[:60], given.get("thing", "")[:60])
    found = audit.entries(request.viewer, wanted, after=_number(given.get("after", "")), before=_number(given.get("before", "")))
    narrowed = {"deed": wanted.deed, "person": wanted.person, "thing": wanted.thing}
    turn = {
        name: f"?{urlencode({**narrowed, way: pk})}" if pk else "" for name, way, pk in (("earlier", "before", found.earlier), ("later", "after", found.later))
    }
    return render(
        request,
        "web/audit/journal.html",
        {
            "rows": [(entry, audit.what(entry), audit.kind(entry)) for entry in found.rows],
            "total": found.total,
            "turn": turn,
            "wanted": wanted,
            "deeds": audit.deeds(request.viewer),
            "chain": audit.chain(request.viewer),
        },
    )


@require_POST
@page
def verify(request: Request) -> HttpResponse:
    """Walk it now and say what was found."""
    return render(request, "web/audit/verdict.html", {"verdict": audit.verdict(request.viewer)})


@page
def head(request: Request) -> HttpResponse:
    """The head as a sheet to print; where it is kept may be noted."""
    chain = audit.chain(request.viewer)
    if request.method == "POST":
        where = request.POST.get("where", "").strip()
        require(where, "写明存放在哪里。", "Say where it is kept.")
        anchor(chain, where, timezone.now(), request.viewer.person)
        return redirect("audit_head")
    return render(request, "web/audit/head.html", {"chain": chain, "anchors": audit.anchors(request.viewer), "now": timezone.now()})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
