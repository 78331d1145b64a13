"""The sign-in page, the people of the demo, and the change from one organisation to another."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from allauth.account.views import LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from quanheng.domain.queries import access
from quanheng.web import viewing
from quanheng.web.page import Request, page


class Door(LoginView):  # type: ignore[misc]
    """Account and password; in the demo also the people one may step in as."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the people, in the demo alone: the list tells who holds what."""
        found = list(access.personas(timezone.localdate())) if settings.DEMO else []
        return {**super().get_context_data(**kwargs), "demo": settings.DEMO, "orgs": found}


@require_POST
def step_in(request: HttpRequest) -> HttpResponse:
    """The demo: sign in as one of the people on the sign-in page."""
    if not settings.DEMO:
        raise Http404
    person = access.persona(_number(request), timezone.localdate())
    if person is None or person.login is None:
        raise Http404
    request.session.flush()
    get_adapter(request).login(request, person.login)
    viewing.choose(request, person)
    user_logged_in.send(sender=type(person.login), request=request, user=person.login)
    return redirect("home")


@require_POST
@page
def switch(request: Request) -> HttpResponse:
    """Somebody who belongs to several organisations looks as another of their persons."""
    wanted = _number(request)
    person = next((each for each in viewing.people(request) if each.pk == wanted), None)
    if person is None:
        raise Http404
    viewing.choose(request, person)
    return redirect("home")


@page
def account(request: Request) -> HttpResponse:
    """What one may do with one's own account."""
    return render(request, "account/own.html", {"people": viewing.people(request), "chosen": request.viewer.person})


def _number(request: HttpRequest) -> int:
    given = request.POST.get("person", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
