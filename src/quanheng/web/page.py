"""What every page has around it: signed in or sent to the door; a refusal becomes an answer; foreign is not there.

    @page
    def sheet(request: Request, ref: str) -> HttpResponse: ...

    @page
    @risky
    def put_in_force(request: Request, number: int) -> HttpResponse: ...
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from quanheng.domain.refusal import Again, NotYours, Refusal
from quanheng.web.viewing import look

if TYPE_CHECKING:
    from quanheng.domain.policies.viewer import Viewer

P = ParamSpec("P")


class Request(HttpRequest):
    """A request of somebody who is signed in."""

    viewer: Viewer


View = Callable[Concatenate[Request, P], HttpResponse]


def page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Make a function a page."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = look(request)
        if viewer is None:
            return nobody(request) if request.user.is_authenticated else redirect_to_login(request.get_full_path())
        request.viewer = dataclasses.replace(viewer, key=_key(request))  # type: ignore[attr-defined]
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except Again:
            return HttpResponse(status=204) if _part(request) else redirect(_back(request))
        except Refusal as refusal:
            return refused(request, refusal)
        except (NotYours, ObjectDoesNotExist) as foreign:
            raise Http404 from foreign

    return shown


def risky(view: View[P]) -> View[P]:
    """What cannot be taken back asks for the password (or the code) again when it was last given more than five minutes ago."""
    return reauthentication_required(view)  # type: ignore[no-any-return]


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Say why it was not done, with the article; only the reason where a part of a page asked."""
    return render(request, "web/parts/refusal.html" if _part(request) else "web/refused.html", {"refusal": refusal}, status=409)


def _part(request: HttpRequest) -> bool:
    """Whether a part of a page asked, and not somebody who wants a page."""
    return request.headers.get("HX-Request") == "true"


def _back(request: HttpRequest) -> str:
    """The page the form stood on; a form that was sent twice was done the first time."""
    before = request.headers.get("Referer", "")
    return before if url_has_allowed_host_and_scheme(before, {request.get_host()}) else "/"


def nobody(request: HttpRequest) -> HttpResponse:
    """An account that stands for no person of any organisation."""
    return render(request, "account/nobody.html", status=403)


def _key(request: HttpRequest) -> UUID | None:
    """The key the form came with: sent twice it is one deed. Something else in its place is a form that nobody made."""
    given = request.POST.get("key", "") if request.method == "POST" else ""
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError as wrong:
        raise Http404 from wrong
