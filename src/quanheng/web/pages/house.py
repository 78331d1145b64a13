"""Units and people: the tree at a date, a unit, the list of people, a person."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from quanheng.domain.actions import access, house
from quanheng.domain.queries import house as queries
from quanheng.domain.words import say
from quanheng.web.doing import Doing, carried_out, status_of
from quanheng.web.page import Request, page
from quanheng.web.pages import house_forms as forms

OF_ADMINISTRATORS = ("house", "people", "grants")  # the rest is business, which the three administrators do not see


def tabs(request: Request) -> list[tuple[str, str, bool]]:
    """The pages of the house beside one another."""
    words = (
        ("house", say("机构", "Units")), ("people", say("人员", "People")), ("committees", say("小组", "Groups")), ("grants", say("授权", "Grants")),
        ("recusals", say("回避", "Recusals")), ("roles", say("职责叫法", "Role names")), ("calendar", say("工作日历", "Calendar")),
        ("roster", say("导入导出", "Import, export")),
    )  # fmt: skip
    shown = [(name, word) for name, word in words if name in OF_ADMINISTRATORS or not request.viewer.administers]
    return [(reverse(name), word, request.path == reverse(name) or (name == "calendar" and request.path.startswith(reverse(name)))) for name, word in shown]


def day_of(request: Request) -> datetime.date:
    """The day the page is asked for; today without one, and for what is no day."""
    try:
        return datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return request.viewer.today


def unit_choices(request: Request, *, all_units: bool = False, empty: bool = False) -> list[tuple[str, str]]:
    """Units to choose from, as a list with codes."""
    found = queries.units_on(request.viewer, request.viewer.today) if all_units else queries.kept_units(request.viewer, request.viewer.today)
    listed = [(str(unit.pk), f"{unit.code} {name}") for unit, name in found]
    return [("", "—"), *listed] if empty else listed


def number_of(request: Request, name: str) -> int:
    """A key in the address; 0 for what is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


# ----------------------------------------------------------------------------------------------------------------- units


@page
@require_GET
def units(request: Request) -> HttpResponse:
    """The tree as it stands on a day."""
    day = day_of(request)
    nodes = queries.tree(request.viewer, day)
    return render(request, "web/house/units.html", {"tabs": tabs(request), "day": day, "nodes": nodes, "keeps": queries.may_keep(request.viewer)})


@page
def unit(request: Request, pk: int) -> HttpResponse:
    """One unit: its course, what lies below it, who holds what over it."""
    by, day = request.viewer, day_of(request)
    seen = queries.unit(by, pk, day)
    found, today = seen.unit, by.today.isoformat()
    latest = seen.places[0][0] if seen.places else None
    place = forms.PlaceUnit(
        choices={"parent": unit_choices(request, all_units=True, empty=True)},
        first={"name": seen.name, "parent": str(latest.parent_id or "") if latest else "", "since": today},
    )
    add = forms.AddUnit(choices={"kind": queries.choices(by)["unit_kind"]}, first={"since": today})

    def parent(given: dict[str, Any]) -> dict[str, Any]:
        return given | {"parent": queries.one_unit(by, int(given["parent"])) if given["parent"] else None}

    first = say("里面的人和下级机构要先调走；撤销后往期仍在原上级下面看得到。", "Move people and units first; its past stays visible below its last parent.")
    doings = [
        Doing("add", say("在下面设一个机构", "Add a unit below"), add, lambda given: house.add_unit(by, parent=found, **given),
              say("设好了。", "Added."), offered=seen.keeps),
        Doing("place", say("改名或改挂", "Rename or move"), place, lambda given: house.place_unit(by, found, **parent(given)),
              say("改好了。", "Changed."), offered=seen.places_it),
        Doing("close", say("撤销", "Close"), forms.Ending(first={"day": today}), lambda given: house.close_unit(by, found, **given),
              say("已撤销。", "Closed."), first, seen.places_it, True),
    ]  # fmt: skip
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    people = queries.people(by, unit=found, day=day, after=number_of(request, "after"), before=number_of(request, "before"))
    shown = {"tabs": tabs(request), "seen": seen, "day": day, "people": people, "turning": turning(request, people.turned), "doings": doings}
    return render(request, "web/house/unit.html", shown, status=status_of(doings))


# ---------------------------------------------------------------------------------------------------------------- people


def turning(request: Request, turned: Any) -> dict[str, str]:
    """Earlier and later of a list, with everything else that was asked."""
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)

    def at(name: str, key: int) -> str:
        query = kept.copy()
        query[name] = str(key)
        return f"?{query.urlencode()}" if key else ""

    first, last = turned.skipped + 1, turned.skipped + len(turned.rows)
    says = say(f"第 {first}–{last} 人，共 {turned.total} 人", f"{first}–{last} of {turned.total}") if turned.rows else ""
    return {"says": says, "earlier": at("before", turned.earlier), "later": at("after", turned.later)}


@page
def people(request: Request) -> HttpResponse:
    """Everybody, found by name, number, pinyin or first letters."""
    by, day = request.viewer, day_of(request)
    wanted = number_of(request, "unit")
    add = forms.AddPerson(choices={"unit": unit_choices(request)}, first={"since": by.today.isoformat()})

    def take_on(given: dict[str, Any]) -> str:
        person = house.take_on(by, **given | {"unit": queries.one_unit(by, int(given["unit"]))})
        return reverse("person", args=[person.pk])

    doings = [Doing("add", say("添一个人", "Add somebody"), add, take_on, say("添好了。", "Added."), offered=queries.may_keep(by))]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    found = queries.people(
        by, term=request.GET.get("q", "")[:60], unit=queries.one_unit(by, wanted) if wanted else None, day=day,
        after=number_of(request, "after"), before=number_of(request, "before"),
    )  # fmt: skip
    shown = {
        "tabs": tabs(request), "people": found, "turning": turning(request, found.turned), "q": request.GET.get("q", ""), "day": day, "wanted": wanted,
        "units": queries.units_on(by, day), "doings": doings,
    }  # fmt: skip
    return render(request, "web/house/people.html", shown, status=status_of(doings))


@page
@require_GET
def find(request: Request) -> HttpResponse:
    """The people picker asks while one types."""
    found = queries.people(request.viewer, term=request.GET.get("q", "")[:60], day=request.viewer.today, size=8)
    return JsonResponse({"found": [{"id": row.person.number, "name": f"{row.person.name} {row.person.number}", "hint": row.unit} for row in found.rows]})


@page
def person(request: Request, pk: int) -> HttpResponse:
    """One person: posts in time, grants, groups, recusals, the account."""
    by = request.viewer
    seen = queries.person(by, pk)
    doings = [*_posts(request, seen), *_rights(request, seen), *_account(request, seen)]
    answer = carried_out(request, doings)
    if answer is not None:
        return answer
    return render(request, "web/house/person.html", {"tabs": tabs(request), "seen": seen, "doings": doings}, status=status_of(doings))


def _posts(request: Request, seen: queries.PersonView) -> list[Doing]:
    by, found, today = request.viewer, seen.person, request.viewer.today.isoformat()
    lists = queries.choices(by)
    current = next((post for post, _ in seen.posts if post.kind == "main" and post.until is None), None)
    first = {"since": today, "kind": "main", "standing": "on_post"}
    if current is not None:
        first |= {"unit": str(current.unit_id), "title": current.title, "post_class": current.post_class, "standing": current.standing}
    made = forms.SetPost(choices={"unit": unit_choices(request), "kind": lists["post_kind"], "standing": lists["standing"]}, first=first)

    def set_post(given: dict[str, Any]) -> None:
        share = given.pop("percent") * 100
        house.set_post(by, found, **given | {"unit": queries.one_unit(by, int(given["unit"])), "share": share})

    doings = [
        Doing("post", say("岗位变动", "Change post"), made, set_post, say("岗位改好了。", "The post is changed."),
              say("从这一天起按新岗位；以前的保留。", "The new post holds from this day; what was stays."), seen.keeps),
        Doing("rename", say("更正姓名", "Correct the name"), forms.Rename(first={"name": found.name}), lambda given: house.rename_person(by, found, **given),
              say("改好了。", "Changed."), offered=seen.keeps),
    ]  # fmt: skip
    if current is not None:
        doings.append(
            Doing("leave", say("离开本单位", "Leave"), forms.Ending(first={"day": today}), lambda given: house.end_post(by, current, **given),
                  say("记下了。", "Noted."), offered=seen.keeps, danger=True)
        )  # fmt: skip
    return doings


def _rights(request: Request, seen: queries.PersonView) -> list[Doing]:
    by, found, today = request.viewer, seen.person, request.viewer.today.isoformat()
    lists = queries.choices(by)
    may = {str(capacity) for capacity in queries.givable(by)}
    everywhere = unit_choices(request, all_units=not queries.may_keep(by), empty=False)
    grant = forms.GiveGrant(choices={"capacity": [each for each in lists["capacity"] if each[0] in may], "unit": everywhere}, first={"since": today})

    def give(given: dict[str, Any]) -> None:
        access.give_grant(by, found, **given | {"unit": queries.one_unit(by, int(given["unit"]))})

    recuse = forms.Recuse(viewer=by, choices={"unit": unit_choices(request, all_units=True, empty=True)}, first={"since": today})
    kin = say("亲属等不评；评本单位自动回避，不用登记。", "Relatives and the like; the own unit needs no declaration.")
    return [
        Doing("grant", say("授权", "Give a grant"), grant, give, say("已授权。", "Given."), offered=seen.gives),
        Doing("recuse", say("登记回避", "Declare a recusal"), recuse, lambda given: access.declare_recusal(by, found, **with_unit(request, given)),
              say("登记了。", "Recorded."), kin, seen.own or seen.keeps),
    ]  # fmt: skip


def with_unit(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, with the unit itself in place of its key."""
    return given | {"unit": queries.one_unit(request.viewer, int(given["unit"])) if given["unit"] else None}


def _account(request: Request, seen: queries.PersonView) -> list[Doing]:
    by, found = request.viewer, seen.person

    def tell(password: str) -> None:
        request.session["once"] = [found.pk, password]

    def make(given: dict[str, Any]) -> str:
        _, password = access.make_login(by, found, **given)
        tell(password)
        return reverse("password_once", args=[found.pk])

    def reset(_: dict[str, Any]) -> str:
        tell(access.reset_login(by, found))
        return reverse("password_once", args=[found.pk])

    login = found.login
    keeps = queries.keeps_accounts(by)
    first = {"username": f"{by.org.key}-{found.number}"}
    if login is None:
        return [Doing("login", say("开账号", "Make an account"), forms.MakeLogin(first=first), make, offered=keeps)]
    turned = (
        Doing("block", say("停用账号", "Block the account"), forms.Why(), lambda given: access.block_login(by, found, **given),
              say("已停用。", "Blocked."), offered=keeps, danger=True)
        if login.is_active
        else Doing("unblock", say("恢复账号", "Unblock the account"), forms.Why(), lambda given: access.unblock_login(by, found, **given),
                   say("已恢复。", "Unblocked."), offered=keeps)
    )  # fmt: skip
    return [Doing("reset", say("重置密码", "Reset the password"), forms.Nothing(), reset, offered=keeps), turned]


@page
@require_GET
def password_once(request: Request, pk: int) -> HttpResponse:
    """A password that was just made: shown this once, and gone when the page is left."""
    seen = queries.one_person(request.viewer, pk)
    kept = request.session.pop("once", None)
    password = kept[1] if kept and kept[0] == pk else ""
    return render(request, "web/house/password.html", {"person": seen, "password": password})
