"""Who may act as what: grants, recusals, groups, and what the organisation calls its roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from quanheng.domain.actions import access, house
from quanheng.domain.queries import house as queries
from quanheng.domain.words import say
from quanheng.web.doing import Doing, carried_out, status_of
from quanheng.web.page import Request, page
from quanheng.web.pages import house_forms as forms
from quanheng.web.pages.house import day_of, tabs, unit_choices, with_unit

if TYPE_CHECKING:
    from quanheng.domain.models import Grant, Recusal, Seat
    from quanheng.domain.policies.viewer import Viewer


@page
def grants(request: Request) -> HttpResponse:
    """Every grant of a day that the viewer may see."""
    by, today = request.viewer, request.viewer.today.isoformat()
    may = {str(capacity) for capacity in queries.givable(by)}
    lists = queries.choices(by)
    chosen = {"capacity": [each for each in lists["capacity"] if each[0] in may], "unit": unit_choices(request, all_units=not queries.may_keep(by))}
    form = forms.GiveGrantTo(viewer=by, choices=chosen, first={"since": today})

    def give(given: dict[str, Any]) -> None:
        access.give_grant(by, given.pop("person"), **given | {"unit": queries.one_unit(by, int(given["unit"]))})

    doings = [Doing("give", say("授权", "Give a grant"), form, give, say("已授权。", "Given."), offered=bool(may))]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    day = day_of(request)
    shown = {"tabs": tabs(request), "rows": queries.grants(by, day), "day": day, "doings": doings, "names": by.org.role_names}
    return render(request, "web/house/grants.html", shown, status=status_of(doings))


@page
def grant(request: Request, pk: int) -> HttpResponse:
    """One grant, to end it."""
    by, found = request.viewer, queries.grant(request.viewer, pk)
    doing = Doing(
        "end", say("收回授权", "End the grant"), ending(by), lambda given: access.end_grant(by, found, **given), say("已收回。", "Ended."),
        say("当天授予的可以当天收回，等于没有授予过。", "A grant given today may be taken back today: it was never held."), found.until is None, True,
    )  # fmt: skip
    return ended(request, found, doing, what=by.org.called(found.capacity), above=(reverse("grants"), say("授权", "Grants")), why=found.document)


def ending(by: Viewer) -> forms.Ending:
    """The form that asks for the last day and the reason."""
    return forms.Ending(first={"day": by.today.isoformat()})


def ended(request: Request, thing: Grant | Recusal | Seat, doing: Doing, *, what: str, above: tuple[str, str], why: str = "") -> HttpResponse:
    """One thing that somebody holds from a day on, and the deed that ends it; then back to the page above it."""
    doing.then = above[0]
    answer = carried_out(request, [doing])
    if answer is not None:
        return answer
    shown = {"tabs": tabs(request), "thing": thing, "what": what, "above": above, "why": why, "doings": [doing]}
    return render(request, "web/house/ended.html", shown, status=status_of([doing]))


@page
def recusals(request: Request) -> HttpResponse:
    """Every recusal of a day that the viewer may see."""
    by, today = request.viewer, request.viewer.today.isoformat()
    form = forms.RecuseOne(viewer=by, choices={"unit": unit_choices(request, all_units=True, empty=True)}, first={"since": today})
    if by.person is not None and not queries.may_keep(by):
        form.fields["person"].initial = by.person.number

    def declare(given: dict[str, Any]) -> None:
        access.declare_recusal(by, given.pop("person"), **with_unit(request, given))

    doings = [Doing("declare", say("登记回避", "Declare a recusal"), form, declare, say("登记了。", "Recorded."), offered=not by.administers)]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    shown = {"tabs": tabs(request), "rows": queries.recusals(by, day_of(request)), "doings": doings, "keeps": queries.may_keep(by)}
    return render(request, "web/house/recusals.html", shown, status=status_of(doings))


@page
def recusal(request: Request, pk: int) -> HttpResponse:
    """One recusal, to end it."""
    by, found = request.viewer, queries.recusal(request.viewer, pk)
    doing = Doing(
        "end", say("解除回避", "End the recusal"), ending(by), lambda given: access.end_recusal(by, found, **given), say("已解除。", "Ended."), danger=True
    )
    what = found.other.name if found.other is not None else found.unit.code if found.unit is not None else ""
    return ended(request, found, doing, what=what, above=(reverse("recusals"), say("回避", "Recusals")), why=found.cause)


@page
def committees(request: Request) -> HttpResponse:
    """Every group with who sits in it today."""
    by = request.viewer

    def make(given: dict[str, Any]) -> str:
        return reverse("committee", args=[access.make_committee(by, **given).pk])

    form = forms.MakeCommittee(choices={"kind": queries.choices(by)["committee_kind"]})
    doings = [Doing("make", say("成立小组", "Make a group"), form, make, say("成立了。", "Made."), offered=queries.may_keep_all(by))]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    shown = {"tabs": tabs(request), "groups": queries.committees(by, by.today), "doings": doings}
    return render(request, "web/house/committees.html", shown, status=status_of(doings))


@page
def committee(request: Request, pk: int) -> HttpResponse:
    """One group with all its seats."""
    by = request.viewer
    found, seats = queries.committee(by, pk)
    keeps, today = queries.keeps_committee(by, found), by.today.isoformat()
    form = forms.TakeSeat(viewer=by, choices={"role": queries.choices(by)["role"]}, first={"role": "member", "since": today})

    def sit(given: dict[str, Any]) -> None:
        access.seat(by, found, given.pop("person"), **given)

    doings = [
        Doing("sit", say("安排席位", "Give a seat"), form, sit, say("安排好了。", "Seated."),
              say("同一个人换职务也在这里；组长只有一位。", "A change of role too; a group has one leader."), keeps and not found.closed),
        Doing("close", say("撤销小组", "Close the group"), forms.Ending(first={"day": today}), lambda given: access.close_committee(by, found, **given),
              say("已撤销。", "Closed."), offered=keeps and not found.closed, danger=True),
    ]  # fmt: skip
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    shown = {"tabs": tabs(request), "group": found, "seats": seats, "doings": doings, "keeps": keeps, "today": by.today}
    return render(request, "web/house/committee.html", shown, status=status_of(doings))


@page
def seat(request: Request, pk: int) -> HttpResponse:
    """One seat, to end it."""
    by, held = request.viewer, queries.seat(request.viewer, pk)
    doing = Doing(
        "end", say("离席", "End the seat"), ending(by), lambda given: access.unseat(by, held, **given), say("记下了。", "Noted."),
        offered=queries.keeps_committee(by, held.committee), danger=True,
    )  # fmt: skip
    above = (reverse("committee", args=[held.committee_id]), held.committee.name)
    return ended(request, held, doing, what=queries.seat_called(by, held.role), above=above)


@page
def roles(request: Request) -> HttpResponse:
    """What the organisation calls the capacities."""
    by = request.viewer
    listed = queries.role_names(by)
    form = forms.RoleNames(rows=listed)
    keeps = queries.may_keep_all(by)
    doings = [Doing("name", say("改叫法", "Change the names"), form, lambda given: house.name_roles(by, given), say("改好了。", "Changed."), offered=keeps)]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    return render(request, "web/house/roles.html", {"tabs": tabs(request), "rows": listed, "doings": doings}, status=status_of(doings))
