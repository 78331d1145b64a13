"""What the pages of the house read: the tree at a date, people found by name, number or sound, a unit, a person, groups."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Q, QuerySet

from quanheng.domain.models import (
    Capacity,
    Committee,
    CommitteeKind,
    Grant,
    Person,
    Post,
    PostKind,
    PostStanding,
    Recusal,
    Seat,
    SeatRole,
    Unit,
    UnitKind,
    UnitPlace,
    UnitSpan,
)  # fmt: skip
from quanheng.domain.pinyin import typed
from quanheng.domain.policies.access import BY_HR, GIVEN
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.house import keeps, keeps_all, kept, tops
from quanheng.domain.policies.recusal import Bars, bars
from quanheng.domain.policies.viewer import OVERSEEING, SEATED, Viewer, open_at
from quanheng.domain.queries.keyset import Turned, turned

PAGE: Final = 50


@dataclass(slots=True)
class Node:
    """A unit in the tree of a day. `people`: on a main post there, where the viewer may know."""

    unit: Unit
    name: str
    depth: int
    people: int | None = None
    whole: int | None = None  # with all that lies below
    heads: list[str] = field(default_factory=list)
    kept: bool = False


def tree(viewer: Viewer, day: datetime.date) -> list[Node]:
    """Every unit that stands on the day, parents before children, in the order of their codes. Five statements."""
    places = list(UnitPlace.objects.filter(open_at(day), unit__in=visible(viewer, Unit)).select_related("unit").order_by("unit__code"))
    counts = dict(
        visible(viewer, Post).filter(open_at(day), kind=PostKind.MAIN).values_list("unit").annotate(found=Count("pk", distinct=True)).order_by()
    )
    seen = set(viewer.units(*OVERSEEING)) if viewer.holds(*OVERSEEING) else set()
    mine = set(kept(viewer))
    heads: dict[int, list[str]] = {}
    for unit, name in Grant.objects.filter(open_at(day), capacity=Capacity.HEAD, org=viewer.org).values_list("unit_id", "person__name").order_by("pk"):
        heads.setdefault(unit, []).append(name)
    below: dict[int | None, list[UnitPlace]] = {}
    for row in places:
        below.setdefault(row.parent_id, []).append(row)
    nodes: list[Node] = []

    def walk(parent: int | None, depth: int) -> int:
        total = 0
        for row in below.get(parent, ()):
            pk = row.unit_id
            node = Node(row.unit, row.name, depth, counts.get(pk, 0) if pk in seen else None, None, heads.get(pk, []), pk in mine)
            nodes.append(node)
            whole = counts.get(pk, 0) + walk(pk, depth + 1)
            node.whole = whole if pk in seen else None
            total += whole
        return total

    walk(None, 0)
    return nodes


def units_on(viewer: Viewer, day: datetime.date) -> list[tuple[Unit, str]]:
    """(unit, name) of those standing on the day, for choosing."""
    rows = UnitPlace.objects.filter(open_at(day), unit__in=visible(viewer, Unit)).select_related("unit").order_by("unit__code")
    return [(row.unit, row.name) for row in rows]


def kept_units(viewer: Viewer, day: datetime.date) -> list[tuple[Unit, str]]:
    """The same, of those the viewer may act on."""
    mine = set(kept(viewer))
    return [(unit, name) for unit, name in units_on(viewer, day) if unit.pk in mine]


def names(unit_ids: Iterable[int], day: datetime.date) -> dict[int, str]:
    """What units are called on a day; one that no longer stands by its last name."""
    found: dict[int, str] = {}
    for unit, name in UnitPlace.objects.filter(unit__in=set(unit_ids), since__lte=day).order_by("since").values_list("unit_id", "name"):
        found[unit] = name
    return found


# ---------------------------------------------------------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the list of people."""

    person: Person
    post: Post | None
    unit: str


@dataclass(frozen=True, slots=True)
class People:
    """A part of the list; `turned` says how many there are and from which keys it goes on."""

    rows: Sequence[Found]
    turned: Turned[Person]


def people(
    viewer: Viewer, *, term: str = "", unit: Unit | None = None, day: datetime.date, after: int = 0, before: int = 0, size: int = PAGE
) -> People:
    """People in the order of their sounds, by name, number, sound or first letters; a few statements however many."""
    found = matching(visible(viewer, Person), term)
    if unit is not None:
        spans = UnitSpan.objects.filter(open_at(day), top=unit).values("under")
        found = found.filter(pk__in=visible(viewer, Post).filter(open_at(day), unit__in=spans).values("person"))
    page = turned(found.select_related("login"), [("pinyin", False)], size, after=after, before=before)
    posts: dict[int, Post] = {}
    for held in visible(viewer, Post).filter(open_at(day), kind=PostKind.MAIN, person__in=[row.pk for row in page.rows]):
        posts[held.person_id] = held
    called = names([held.unit_id for held in posts.values()], day)
    return People([_found(row, posts.get(row.pk), called) for row in page.rows], page)


def _found(row: Person, post: Post | None, called: dict[int, str]) -> Found:
    return Found(row, post, called.get(post.unit_id, "") if post is not None else "")


def matching(found: QuerySet[Person], term: str) -> QuerySet[Person]:
    """Chinese: in the name. Letters: the sounds, the first letters, or the number. Digits: the number."""
    term = term.strip()
    if not term:
        return found
    if not term.isascii() and not typed(term):
        return found.filter(name__contains=term)
    sound = typed(term)
    by_sound = Q(pinyin__contains=sound) | Q(initials__startswith=sound) | Q(initials__contains=f" {sound}")
    return found.filter(Q(name__icontains=term) | Q(number__istartswith=term) | (by_sound if sound and not sound.isdecimal() else Q()))


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person with what the viewer may know of them, and may do."""

    person: Person
    posts: Sequence[tuple[Post, str]]
    grants: Sequence[tuple[Grant, str]]
    seats: Sequence[Seat]
    recusals: Sequence[tuple[Recusal, str]]
    bars: Bars | None
    keeps: bool  # HR who answers for the person
    gives: bool  # may give grants
    own: bool
    account: bool  # sees whether there is an account


def person(viewer: Viewer, pk: int) -> PersonView:
    """One person by key; raises `Person.DoesNotExist` where there is none for the viewer."""
    found = visible(viewer, Person).select_related("login", "org").get(pk=pk)
    posts = list(visible(viewer, Post).filter(person=found).select_related("unit").order_by("-since", "-pk"))
    grants = list(visible(viewer, Grant).filter(person=found).select_related("unit", "cycle", "register").order_by("-since", "-pk"))
    recusals = list(visible(viewer, Recusal).filter(person=found).select_related("other", "unit").order_by("-since", "-pk"))
    own = viewer.person is not None and viewer.person.pk == found.pk
    sees = own or (bool(posts) and viewer.holds(*OVERSEEING))
    seats = list(Seat.objects.filter(person=found).select_related("committee").order_by("-since", "-pk")) if sees else []
    of_grants, of_recusals = [row.unit_id for row in grants if row.unit_id], [row.unit_id for row in recusals if row.unit_id]
    called = names([*(row.unit_id for row in posts), *of_grants, *of_recusals], viewer.today)
    keeps = bool(tops(viewer)) and (any(post.unit_id in set(kept(viewer)) for post in posts) or not Post.objects.filter(person=found).exists())
    return PersonView(
        found,
        [(row, called.get(row.unit_id, "")) for row in posts],
        [(row, _scope(row, called)) for row in grants],
        seats,
        [(row, row.other.name if row.other else called.get(row.unit_id or 0, "")) for row in recusals],
        bars([found], viewer.today)[found.pk] if sees else None,
        keeps,
        not own and viewer.holds(Capacity.SECURITY_ADMIN, Capacity.HR),
        own,
        own or viewer.holds(Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN),
    )


def _scope(grant: Grant, called: dict[int, str]) -> str:
    if grant.unit_id is not None:
        return called.get(grant.unit_id, "")
    return str(grant.cycle or grant.register or "")


# ---------------------------------------------------------------------------------------------------------- one unit


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its course, what lies below it on a day and who holds what over it."""

    unit: Unit
    name: str
    places: Sequence[tuple[UnitPlace, str]]
    below: Sequence[tuple[Unit, str]]
    grants: Sequence[Grant]
    closed: datetime.date | None
    keeps: bool  # the people in it and the units below
    places_it: bool  # may move, rename or close it


def unit(viewer: Viewer, pk: int, day: datetime.date) -> UnitView:
    """One unit by key."""
    found = visible(viewer, Unit).get(pk=pk)
    places = list(UnitPlace.objects.filter(unit=found).order_by("-since"))
    below = list(UnitPlace.objects.filter(open_at(day), parent=found).select_related("unit").order_by("unit__code"))
    grants = visible(viewer, Grant).filter(open_at(day), unit=found).select_related("person").order_by("capacity", "pk")
    called = names([*(row.parent_id for row in places if row.parent_id), found.pk], day)
    mine = set(kept(viewer))
    latest = places[0] if places else None
    closed = latest.until if latest is not None else None
    above = latest.parent_id in mine if latest is not None and latest.parent_id else keeps_all(viewer)
    return UnitView(
        found, called.get(found.pk, latest.name if latest else ""), [(row, called.get(row.parent_id or 0, "")) for row in places],
        [(row.unit, row.name) for row in below], list(grants), closed, found.pk in mine, above and closed is None,
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------- groups, grants, recusals


def committees(viewer: Viewer, day: datetime.date) -> list[tuple[Committee, list[Seat]]]:
    """Every group with those who sit in it on the day: two statements."""
    groups = list(visible(viewer, Committee).order_by("closed", "kind", "name"))
    seats: dict[int, list[Seat]] = {}
    for row in Seat.objects.filter(open_at(day), committee__in=[group.pk for group in groups]).select_related("person").order_by("pk"):
        seats.setdefault(row.committee_id, []).append(row)
    rank = {"leader": 0, "secretary": 1, "member": 2}
    return [(group, sorted(seats.get(group.pk, []), key=lambda row: rank[row.role])) for group in groups]


def committee(viewer: Viewer, pk: int) -> tuple[Committee, list[Seat]]:
    """One group with all its seats, also those that are past."""
    found = visible(viewer, Committee).get(pk=pk)
    return found, list(found.seats.select_related("person").order_by("until", "-since"))


def grants(viewer: Viewer, day: datetime.date, capacity: str = "") -> list[tuple[Grant, str]]:
    """Every grant of the day that the viewer may see, with its scope: two statements."""
    rows = visible(viewer, Grant).filter(open_at(day)).select_related("person", "cycle", "register")
    if capacity:
        rows = rows.filter(capacity=capacity)
    listed = list(rows.order_by("capacity", "person__pinyin", "pk"))
    called = names([row.unit_id for row in listed if row.unit_id], day)
    return [(row, _scope(row, called)) for row in listed]


def grant(viewer: Viewer, pk: int) -> Grant:
    """One grant."""
    return visible(viewer, Grant).select_related("person", "unit", "register").get(pk=pk)


def recusals(viewer: Viewer, day: datetime.date) -> list[tuple[Recusal, str]]:
    """Every recusal of the day that the viewer may see."""
    listed = list(visible(viewer, Recusal).filter(open_at(day)).select_related("person", "other").order_by("person__pinyin", "pk"))
    called = names([row.unit_id for row in listed if row.unit_id], day)
    return [(row, row.other.name if row.other else called.get(row.unit_id or 0, "")) for row in listed]


def recusal(viewer: Viewer, pk: int) -> Recusal:
    """One recusal."""
    return visible(viewer, Recusal).select_related("person", "other", "unit").get(pk=pk)


def seat(viewer: Viewer, pk: int) -> Seat:
    """One seat, through its group."""
    return Seat.objects.select_related("committee", "person").filter(committee__in=visible(viewer, Committee)).get(pk=pk)


def post(viewer: Viewer, pk: int) -> Post:
    """One post."""
    return visible(viewer, Post).get(pk=pk)


def one_person(viewer: Viewer, pk: int) -> Person:
    """One person."""
    return visible(viewer, Person).select_related("login").get(pk=pk)


def one_unit(viewer: Viewer, pk: int) -> Unit:
    """One unit."""
    return visible(viewer, Unit).get(pk=pk)


def person_named(viewer: Viewer, text: str) -> list[Person]:
    """Whom a typed number or name means: the one with exactly this number, else all with exactly this name."""
    everybody = visible(viewer, Person)
    text = text.strip()
    number = text.split()[-1] if text else ""
    return list(everybody.filter(number__in={text, number})[:2]) or list(everybody.filter(name=text)[:2])


def givable(viewer: Viewer) -> list[Capacity]:
    """The capacities the viewer may give."""
    if viewer.holds(Capacity.SECURITY_ADMIN):
        return list(GIVEN)
    return list(BY_HR) if viewer.holds(Capacity.HR) else []


def may_keep(viewer: Viewer) -> bool:
    """Whether any part of the house is kept by the viewer."""
    return bool(tops(viewer))


def may_keep_all(viewer: Viewer) -> bool:
    """Whether all of it is."""
    return keeps_all(viewer)


def keeps_accounts(viewer: Viewer) -> bool:
    """Whether the viewer makes and blocks accounts."""
    return viewer.holds(Capacity.SYSTEM_ADMIN)


def keeps_committee(viewer: Viewer, group: Committee) -> bool:
    """Whether the viewer seats people in the group."""
    return keeps_all(viewer) if group.unit is None else keeps(viewer, group.unit)


def choices(viewer: Viewer) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen, by the name of the list."""
    return {
        "unit_kind": [(value, str(label)) for value, label in UnitKind.choices if value != UnitKind.ROOT],
        "post_kind": [(value, str(label)) for value, label in PostKind.choices],
        "standing": [(value, str(label)) for value, label in PostStanding.choices],
        "committee_kind": [(value, str(label)) for value, label in CommitteeKind.choices],
        "role": [(value, seat_called(viewer, value)) for value in SeatRole.values],
        "capacity": [(value, viewer.org.called(value)) for value in Capacity.values],
    }


def role_names(viewer: Viewer) -> list[tuple[str, str, str]]:
    """(capacity, the product's word, the organisation's own) of every capacity that a person may hold."""
    own = viewer.org.role_names
    return [(value, str(label), own.get(value, "")) for value, label in Capacity.choices if value not in (Capacity.MACHINE, Capacity.SYSTEM)]


def seat_called(viewer: Viewer, role: str) -> str:
    """A role in a group, by the organisation's own name for it."""
    return str(viewer.org.role_names.get(str(SEATED[SeatRole(role)])) or SeatRole(role).label)
