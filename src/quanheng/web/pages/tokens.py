"""Keys of other systems: who has one, for what, until when; made and revoked here."""

from __future__ import annotations

import datetime
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from quanheng.domain.actions.token import make_token, revoke_token
from quanheng.domain.queries import house, machine
from quanheng.domain.refusal import NotYours, Refusal
from quanheng.web.page import Request, page, risky


@page
def tokens(request: Request) -> HttpResponse:
    """The keys of the organisation. The key itself is shown once, on the answer to making it."""
    return _shown(request)


def _shown(request: Request, secret: str = "") -> HttpResponse:
    viewer = request.viewer
    if not machine.keeps_tokens(viewer):
        raise NotYours
    content = {
        "tokens": machine.tokens(viewer), "scopes": machine.scopes(), "units": house.units_on(viewer, viewer.today), "secret": secret,
        "until": viewer.today + datetime.timedelta(days=180), "key": uuid.uuid4(), "today": viewer.today,
    }  # fmt: skip
    return render(request, "web/tokens.html", content)


@require_POST
@page
@risky
def make(request: Request) -> HttpResponse:
    """Make a key and show it, this once."""
    given, viewer = request.POST, request.viewer
    unit = next((unit for unit, _ in house.units_on(viewer, viewer.today) if str(unit.pk) == given.get("unit")), None)
    if unit is None:
        raise Http404
    try:
        until = datetime.date.fromisoformat(given.get("until", ""))
    except ValueError as wrong:
        raise Refusal("有效期要写一个日期。", "The end must be a date.") from wrong
    _, secret = make_token(viewer, name=given.get("name", ""), scopes=given.getlist("scopes"), unit=unit, until=until)
    return _shown(request, secret)


@require_POST
@page
@risky
def revoke(request: Request, pk: int) -> HttpResponse:
    """End a key."""
    revoke_token(request.viewer, pk, reason=request.POST.get("reason", ""))
    return redirect("tokens")
