"""What pages with lists and forms share: keys in the address, the two ways to turn, a day as browsers offer it, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from quanheng.domain.queries.keyset import Turned
from quanheng.domain.words import say

if TYPE_CHECKING:
    from quanheng.domain.models import Attachment, Cycle


def number(text: str) -> int:
    """A key from an address; what is none is no key."""
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def turning(request: HttpRequest, page: Turned[Any]) -> dict[str, str]:
    """For {% pager %}: the same list with the same filter, a page earlier or later."""

    def turned(name: str, key: int) -> str:
        asked = request.GET.copy()
        for each in ("after", "before"):
            asked.pop(each, None)
        asked[name] = str(key)
        return f"?{asked.urlencode()}"

    first, last = page.skipped + 1, page.skipped + len(page.rows)
    return {
        "earlier": turned("before", page.earlier) if page.earlier else "",
        "later": turned("after", page.later) if page.later else "",
        "says": say(f"第 {first}–{last} 条，共 {page.total} 条", f"{first}–{last} of {page.total}") if page.rows else "",
    }


def newest(request: HttpRequest, cycles: Sequence[Cycle], name: str) -> HttpResponse:
    """To the page of the newest cycle; a word where there is none."""
    return redirect(name, cycles[0].ref) if cycles else render(request, "web/results/none.html")


def day_input() -> forms.DateInput:
    """A day to choose. Browsers take it in one form alone, whatever the language of the page."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def workbook(name: str, content: bytes) -> HttpResponse:
    """A workbook to be kept, under this name."""
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def served(found: Attachment, content: bytes) -> HttpResponse:
    """The bytes of a file; never carried out by the browser, never kept on the way."""
    answer = HttpResponse(content, content_type=found.blob.media)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f"inline; filename=\"file{found.blob.sha256[:8]}\""
    return answer
