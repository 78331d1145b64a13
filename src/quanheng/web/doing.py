"""The deeds a page offers, each a small form of its own: filled in wrongly or refused, the form says so where it stands.

    doings = [Doing("close", say("撤销", "Close"), CloseForm(), lambda given: actions.close_unit(by, unit, **given))]
    if (answer := carried_out(request, doings)) is not None: return answer
    return render(…, {"doings": doings}, status=status_of(doings))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from quanheng.domain.refusal import Again, Refusal


@dataclass
class Doing:
    """One deed: its words, its form, and what carries it out. `run` may return where to go, else `then` says it; without, the page is shown again."""

    name: str
    title: str
    form: forms.Form
    run: Callable[[dict[str, Any]], object]
    said: str = ""
    hint: str = ""
    offered: bool = True
    danger: bool = False
    open: bool = False
    refused: bool = False
    key: str = ""
    then: str = ""

    def __post_init__(self) -> None:
        """Fields of several forms on a page do not share names; a form carries the key that makes it one deed."""
        self.form.prefix = self.name
        self.key = str(uuid4())


def carried_out(request: HttpRequest, doings: Sequence[Doing]) -> HttpResponse | None:
    """Carry out what was sent; None when the page is to be shown, with the form that was not accepted open."""
    if request.method != "POST":
        return None
    doing = next((each for each in doings if each.name == request.POST.get("do")), None)
    if doing is None:
        raise Http404
    form = doing.form = type(doing.form)(request.POST, request.FILES, prefix=doing.name, **getattr(doing.form, "made_with", {}))
    doing.open = True
    if not form.is_valid():
        return None
    try:
        gone = doing.run(form.cleaned_data)
    except Again:
        gone = None
    except Refusal as refusal:
        if not doing.offered:
            raise
        form.add_error(None, refusal.text)
        doing.refused = True
        return None
    if doing.said:
        messages.success(request, doing.said)
    return HttpResponseRedirect(gone if isinstance(gone, str) else doing.then or request.get_full_path())


def status_of(doings: Sequence[Doing]) -> int:
    """409 when a form was refused by the house, 422 when it was filled in wrongly, else 200."""
    if any(doing.refused for doing in doings):
        return 409
    return 422 if any(doing.form.is_bound for doing in doings) else 200
