"""Results by person, by unit and of the whole, one's own result, and why every figure is what it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from quanheng.domain.queries import explain as explaining
from quanheng.domain.queries import results as found
from quanheng.domain.queries import runs as running
from quanheng.domain.refusal import NotYours
from quanheng.domain.words import say
from quanheng.web import dots, links
from quanheng.web.figures import figure
from quanheng.web.lists import newest
from quanheng.web.page import Request, page


@require_GET
@page
def results(request: Request) -> HttpResponse:
    """The newest cycle with results: of those one answers for, else one's own."""
    return newest(request, found.cycles(request.viewer), "cycle_results")


@require_GET
@page
def cycle_results(request: Request, ref: str) -> HttpResponse:
    """Everybody the viewer may see, with the distribution above."""
    viewer = request.viewer
    at = found.shown(viewer, ref, request.GET.get("run", ""))
    whole = found.outcomes(viewer, at.run)
    if viewer.person is not None and not whole.exclude(subject__person=viewer.person).exists():
        return redirect("my_result", ref)
    unit = _whole(request, "unit") or None
    listed = found.outcomes(viewer, at.run, unit)
    spread = found.spread(viewer, at, listed)
    by = request.GET.get("by", "person")
    sort = request.GET.get("sort", "score")
    more: dict[str, Any] = {}
    if by == "unit":
        more["units_lines"] = found.by_unit(at, listed, [share.grade for share in spread.shares])
    else:
        more |= _table(request, at, listed, sort)
    return render(request, "web/results/cycle.html", {
        "at": at, "cycles": found.cycles(viewer), "units": found.units_in(viewer, at), "unit": unit, "by": by, "sort": sort, "spread": spread,
        "picture": _picture(at, spread), "views": _views(request, ref, by), "figures": _figures(request, ref),
        "runs": reverse("cycle_runs", args=[ref]) if running.sees(viewer) else "", **more,
    })  # fmt: skip


def _table(request: Request, at: found.Shown, listed: Any, sort: str) -> dict[str, Any]:
    turned = found.lines(request.viewer, at, listed, sort, after=_whole(request, "after"), before=_whole(request, "before"))
    rows = [_row(at, line, turned.before) for line in turned.lines]
    page_of = turned.turned
    first = page_of.skipped + 1
    says = say(f"第 {first}–{page_of.skipped + len(rows)} 名，共 {page_of.total} 名", f"{first}–{page_of.skipped + len(rows)} of {page_of.total}")
    turning = {"says": says, "earlier": _with(request, before=page_of.earlier), "later": _with(request, after=page_of.later)}
    return {"rows": rows, "turning": turning, "sorts": {name: _with(request, sort=name) for name in found.ORDERS}}


def _row(at: found.Shown, line: found.Line, before: found.Shown | None) -> dict[str, Any]:
    head = at.head
    return {
        "line": line, "digits": at.digits, "score": links.why(at.run.ref, at.place(line.row, head.score)),
        "grade": links.why(at.run.ref, at.place(line.row, head.grade)) if head.grade else "",
        "rank": links.why(at.run.ref, at.place(line.row, head.rank)) if head.rank else "",
        "money": links.why(at.run.ref, at.place(line.row, head.money)) if head.money else "",
        "fen": Decimal(line.fen).scaleb(-2) if line.fen is not None else None,
        "change": reverse("result_change", args=[at.cycle.ref, line.row]) if before is not None and line.change is not None else "",
        "records": _records(line.person_id, at), "person": reverse("person_result", args=[at.cycle.ref, line.person_id]) if line.person_id else "",
    }  # fmt: skip


def _records(person_id: int | None, at: found.Shown) -> str:
    return f"{reverse('person_result', args=[at.cycle.ref, person_id])}#records" if person_id else ""


def _picture(at: found.Shown, spread: found.Spread) -> dots.Picture | None:
    values = []
    for spot in spread.spots:
        label = f"{spot.name} {figure(spot.score, at.digits)} {spot.grade}".strip()
        values.append(dots.Value(spot.score, spot.grade, links.why(at.run.ref, at.place(spot.row, at.head.score)), label))
    return dots.picture(values, [share.grade for share in spread.shares])


def _views(request: Request, ref: str, by: str) -> list[tuple[str, str, bool]]:
    return [(_with(request, by="person"), say("按人", "People"), by != "unit"), (_with(request, by="unit"), say("按部门", "Units"), by == "unit")]


def _figures(request: Request, ref: str) -> dict[str, str]:
    """Addresses of the figures that sum up what is shown."""
    unit = _whole(request, "unit")
    more = f"?unit={unit}" if unit else ""
    return {name: reverse("result_figure", args=[ref, name]) + more for name in ("mean", "median", "places")}


def _whole(request: Request, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _with(request: Request, **changed: object) -> str:
    """This page with other wishes; turning pages begins again when anything else changes. "" for no key to turn to."""
    if any(name in ("after", "before") and not value for name, value in changed.items()):
        return ""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


@require_GET
@page
def result_sheet(request: Request, ref: str) -> HttpResponse:
    """All rows on paper, with the run they come from and lines to sign."""
    at = found.shown(request.viewer, ref, request.GET.get("run", ""))
    unit = _whole(request, "unit") or None
    listed = found.outcomes(request.viewer, at.run, unit)
    sort = "unit" if unit is None else "score"
    lines = found.lines(request.viewer, at, listed, sort, size=5_000)
    return render(request, "web/results/sheet.html", {
        "at": at, "rows": [_row(at, line, None) for line in lines.lines], "spread": found.spread(request.viewer, at, listed),
        "unit": dict(found.units_in(request.viewer, at)).get(unit or 0, ""), "more": lines.turned.total - len(lines.lines),
    })  # fmt: skip


@require_GET
@page
def result_figure(request: Request, ref: str, name: str) -> HttpResponse:
    """Where a figure that sums up the list comes from: the mean, the median, the places of the grades."""
    at = found.shown(request.viewer, ref)
    listed = found.outcomes(request.viewer, at.run, _whole(request, "unit") or None)
    spread = found.spread(request.viewer, at, listed)
    if name not in ("mean", "median", "places") or not spread.spots:
        raise NotYours
    spots = [{"spot": spot, "href": links.why(at.run.ref, at.place(spot.row, at.head.score))} for spot in reversed(spread.spots)]
    total = sum((spot.score for spot in spread.spots), Decimal(0))
    return render(request, "web/results/figure.html", {
        "at": at, "name": name, "spread": spread, "spots": spots[:200], "more": max(len(spots) - 200, 0), "total": figure(total, at.digits),
    })  # fmt: skip


@require_GET
@page
def result_change(request: Request, ref: str, row: str) -> HttpResponse:
    """The difference to the period before: both scores, each of which opens."""
    at = found.shown(request.viewer, ref)
    lines = found.lines(request.viewer, at, found.outcomes(request.viewer, at.run).filter(subject__row_key=row))
    if not lines.lines or lines.before is None:
        raise NotYours
    line, was = lines.lines[0], lines.before
    if line.change is None:
        raise NotYours
    assert line.score is not None
    return render(request, "web/results/change.html", {
        "at": at, "line": line, "was": was, "score_before": line.score - line.change, "now": links.why(at.run.ref, at.place(line.row, at.head.score)),
        "then": links.why(was.run.ref, was.place(line.before_row, was.head.score)),
    })  # fmt: skip


# ----------------------------------------------------------------------------------------------------------------------- own


@require_GET
@page
def my_results(request: Request) -> HttpResponse:
    """The newest result of the viewer."""
    for cycle in found.cycles(request.viewer):
        try:
            found.own(request.viewer, cycle.ref)
        except NotYours:
            continue
        return redirect("my_result", cycle.ref)
    return render(request, "web/results/none.html")


@require_GET
@page
def my_result(request: Request, ref: str) -> HttpResponse:
    """The viewer's own result, made for a phone."""
    return _own(request, ref, None)


@require_GET
@page
def person_result(request: Request, ref: str, person: int) -> HttpResponse:
    """The result of one of those the viewer answers for, as that person sees it."""
    return _own(request, ref, person)


def _own(request: Request, ref: str, person: int | None) -> HttpResponse:
    own = found.own(request.viewer, ref, person)
    at, line = own.at, own.line
    why = {name: links.why(at.run.ref, at.place(line.row, column)) for name, column in
           (("score", at.head.score), ("grade", at.head.grade), ("money", at.head.money), ("rank", at.head.rank)) if column}  # fmt: skip
    told = explaining.explanation(request.viewer, at.run.ref, at.place(line.row, at.head.grade or at.head.score), language=_language())
    items = [{"item": item, "href": links.why(at.run.ref, at.place(line.row, item.name))} for item in own.items]
    known = sorted((item for item in own.items if not item.missing), key=lambda item: item.part)
    course = [step for step in own.course if step.score is not None]
    return render(request, "web/results/own.html", {
        "own": own, "at": at, "line": line, "why": why, "told": told, "items": items, "mine": person is None, "digits": at.digits,
        "strong": known[-2:][::-1] if len(known) > 3 else [], "weak": known[:2] if len(known) > 3 else [],
        "fen": Decimal(line.fen).scaleb(-2) if line.fen is not None else None,
        "change": reverse("result_change", args=[ref, line.row]) if line.change is not None else "", "cycles": found.cycles(request.viewer),
        "course": [{"step": step, "href": links.why(step.run, at.place(step.row, at.head.score))} for step in reversed(own.course)],
        "line_chart": _course(course) if len(course) > 1 else None,
        "range": _range([step.score for step in course if step.score is not None], line.score),
    })  # fmt: skip


def _course(course: list[found.Step]) -> dict[str, Any]:
    return {"kind": "history", "values": [str(step.score) for step in course], "labels": [step.cycle.period for step in course]}


def _range(scores: list[Decimal], own: Decimal | None) -> dict[str, Decimal] | None:
    """The ends of the beam: tens around one's own scores; the band is what one had so far."""
    if own is None or len(scores) < 2:
        return None
    low, high = min(scores), max(scores)
    return {"from": low, "to": high, "low": max((low - 5) // 10 * 10, Decimal(0)), "high": -(-(high + 5) // 10) * 10}


# -------------------------------------------------------------------------------------------------------------- explanation


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


@require_GET
@page
def explain(request: Request, run: str, table: str, row: str, column: str) -> HttpResponse:
    """Where a figure comes from: in the drawer, or as a page."""
    place = explaining.Place(table, row, column)
    above = links.places(request.GET.getlist("up"))
    told = explaining.explanation(request.viewer, run, place, of=request.GET.get("of", ""), language=_language(), path=above)
    trail = [{"figure": step, "href": links.why(run, step.place, told.of, above[:nr])} for nr, step in enumerate(told.path)]
    uses = [{"use": use, "href": links.why(run, use.place, told.of) if use.place is not None else ""} for use in told.uses]
    return render(request, "web/results/explain.html", {
        "told": told, "figure": told.figure, "trail": trail, "uses": uses, "parts": [_part(run, each, told.of, [*above, place]) for each in told.figure.parts],
        "records": [_cited(each) for each in told.figure.records], "marked": [_cited(each) for each in told.marked.records] if told.marked else [],
        "run_href": links.to("run", run) if running.sees(request.viewer) else "", "version_href": links.to("version", told.run.version_id),
    })  # fmt: skip


def _part(run: str, each: explaining.Figure, of: str, path: list[explaining.Place]) -> dict[str, Any]:
    return {
        "figure": each, "href": links.why(run, each.place, of, path), "records": [_cited(record) for record in each.records],
        "parts": [_part(run, below, of, [*path, each.place]) for below in each.parts],
    }  # fmt: skip


def _cited(record: explaining.Cited) -> dict[str, Any]:
    return {"record": record, "href": links.to("record", record.pk) if record.pk else "", "src": record.source}


urlpatterns = [
    path("results/", results, name="results"),
    path("results/mine/", my_results, name="my_results"),
    path("results/<str:ref>/", cycle_results, name="cycle_results"),
    path("results/<str:ref>/mine/", my_result, name="my_result"),
    path("results/<str:ref>/person/<int:person>/", person_result, name="person_result"),
    path("results/<str:ref>/sheet/", result_sheet, name="result_sheet"),
    path("results/<str:ref>/figures/<str:name>/", result_figure, name="result_figure"),
    path("results/<str:ref>/change/<path:row>/", result_change, name="result_change"),
    path("explain/<str:run>/<str:table>/<path:row>/<str:column>/", explain, name="explain"),
]
