"""Organisations, units, persons, posts: who is where, from which day on."""

from __future__ import annotations

import datetime
from typing import TypedDict, Unpack

from django.db.models import Q

from quanheng.domain import calendar, pinyin
from quanheng.domain.actions import dated, spans
from quanheng.domain.actions.content import digest
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.models import (
    About,
    Capacity,
    DayStanding,
    Org,
    Person,
    Post,
    PostKind,
    PostStanding,
    Unit,
    UnitKind,
    UnitPlace,
    WorkDay,
)  # fmt: skip
from quanheng.domain.policies.house import require_all_kept, require_kept, require_own, require_person_kept, require_some_kept
from quanheng.domain.policies.viewer import Viewer, system_of
from quanheng.domain.refusal import require

HR = (Capacity.HR,)
WHOLE = 10_000  # a share is counted in parts of ten thousand
YEARS_BEFORE, YEARS_AFTER = 2, 1  # of the calendar a new organisation begins with


# ------------------------------------------------------------------------------------------------------ the organisation


def make_org(key: str, name: str, now: datetime.datetime, *, since: datetime.date | None = None, code: str = "0") -> Viewer:
    """A new organisation with its root unit, its calendar and its journal; returns the system's view of it, with which
    the first administrators are appointed."""
    by = system_of(Org(key=key, name=name), now)
    _make_org(by, code, since or by.today.replace(month=1, day=1))
    return by


@deed("org.made")
def _make_org(by: Viewer, code: str, since: datetime.date) -> None:
    by.org.save(force_insert=True)
    root = Unit.objects.create(org=by.org, code=code, kind=UnitKind.ROOT)
    dated.set_from(UnitPlace, {"unit": root}, since, parent=None, name=by.org.name)
    spans.rebuild(by.org)
    for year in range(by.today.year - YEARS_BEFORE, by.today.year + YEARS_AFTER + 1):
        seed_year(by.org, year)
    enter(by, "org.made", About.ORG, by.org, ref=by.org.key, digest=digest(by.org, root))


def seed_year(org: Org, year: int) -> int:
    """Write the days of a year that are not there yet; returns how many."""
    there = set(WorkDay.objects.filter(org=org, day__year=year).values_list("day", flat=True))
    rows = [
        WorkDay(org=org, day=day, works=works, standing=DayStanding.OFFICIAL if official else DayStanding.PROVISIONAL, note=note[:60])
        for day, works, official, note in calendar.published(year)
        if day not in there
    ]
    WorkDay.objects.bulk_create(rows, batch_size=200)
    return len(rows)


@deed("org.roles_named", once=True)
def name_roles(by: Viewer, names: dict[str, str]) -> Org:
    """What the organisation calls its capacities (绩效办, 考核组, 中心校): for display only."""
    require_all_kept(by)
    known = set(Capacity.values)
    assert names.keys() <= known, names.keys() - known
    kept = {capacity: name.strip()[:20] for capacity, name in sorted(names.items()) if name.strip()}
    by.org.role_names = kept
    by.org.save(update_fields=["role_names"])
    enter(by, "org.roles_named", About.ORG, by.org, ref=by.org.key, digest=digest(by.org), capacities=HR)
    return by.org


# ----------------------------------------------------------------------------------------------------------------- units


@deed("unit.added", once=True)
def add_unit(by: Viewer, *, code: str, name: str, kind: str, parent: Unit, since: datetime.date) -> Unit:
    """A new unit below one that the actor keeps."""
    require_kept(by, parent)
    unit = new_unit(by, code=code, kind=UnitKind(kind))
    place(unit, since, parent, name)
    spans.rebuild(by.org)
    enter(by, "unit.added", About.UNIT, unit, ref=unit.code, digest=digest(unit, *unit.places.all()), capacities=HR)
    return unit


@deed("unit.placed", once=True)
def place_unit(by: Viewer, unit: Unit, *, since: datetime.date, parent: Unit | None, name: str, reason: str = "") -> UnitPlace:
    """From a day on it hangs below another unit, or is called otherwise. Only the root hangs below nothing."""
    if unit.kind == UnitKind.ROOT:
        require_own(by, unit)
        require_all_kept(by)
        require(parent is None, "单位本身不挂在别的机构下面。", "The organisation itself lies below nothing.")
    else:
        require(parent is not None, "要写明挂在哪个机构下面。", "Say below which unit it lies.")
        assert parent is not None
        require_kept(by, parent)
        for above in {row.parent for row in unit.places.select_related("parent").filter(Q(until__isnull=True) | Q(until__gt=since))}:
            assert above is not None
            require_kept(by, above)
    written = place(unit, since, parent, name)
    spans.rebuild(by.org)
    enter(by, "unit.placed", About.UNIT, unit, ref=unit.code, digest=digest(unit, *unit.places.all()), reason=reason, capacities=HR)
    return written


@deed("unit.closed", once=True)
def close_unit(by: Viewer, unit: Unit, *, day: datetime.date, reason: str) -> Unit:
    """The unit ends; its past stays below its last parent. People and units in it go elsewhere before."""
    require_own(by, unit)
    require(unit.kind != UnitKind.ROOT, "单位本身不能撤销。", "The organisation itself cannot be closed.")
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    current = unit.places.filter(until__isnull=True).select_related("parent").first()
    require(current is not None, "这个机构已经撤销。", "This unit is closed already.")
    assert current is not None and current.parent is not None
    require_kept(by, current.parent)
    still = Q(until__isnull=True) | Q(until__gt=day)
    people = Person.objects.filter(pk__in=Post.objects.filter(still, unit=unit).values("person"))
    require(
        not people.exists(),
        f"{day} 还有 {people.count()} 人在这里任职，先调到别处：{'、'.join(person.name for person in people[:5])}。",
        f"On {day} {people.count()} people still have posts here; move them first.",
    )
    below = UnitPlace.objects.filter(still, parent=unit)
    require(
        not below.exists(),
        f"下面还有 {below.count()} 个机构，先改挂别处：{'、'.join(row.name for row in below[:5])}。",
        f"{below.count()} units still lie below; move them first.",
    )
    require(current.since < day, f"{current.since} 才开始，不能更早结束。", f"It begins on {current.since} and cannot end before.")
    dated.end_at(current, day)
    spans.rebuild(by.org)
    enter(by, "unit.closed", About.UNIT, unit, ref=unit.code, digest=digest(unit, *unit.places.all()), reason=reason, capacities=HR)
    return unit


def new_unit(by: Viewer, *, code: str, kind: UnitKind) -> Unit:
    """The row of a unit that has no place yet."""
    require(code.strip(), "机构要有代码。", "A unit has a code.")
    require(kind != UnitKind.ROOT, "一个单位只有一个根。", "An organisation has one root.")
    require(not Unit.objects.filter(org=by.org, code=code).exists(), f"代码“{code}”已经有机构在用。", f"The code {code} is taken.")
    return Unit.objects.create(org=by.org, code=code.strip(), kind=kind)


def place(unit: Unit, since: datetime.date, parent: Unit | None, name: str) -> UnitPlace:
    """Where a unit hangs and what it is called from a day on. The spans are rebuilt by who calls."""
    require(name.strip(), "机构要有名称。", "A unit has a name.")
    if parent is not None:
        standing = dated.on(UnitPlace.objects.filter(unit=parent), since).exists()
        require(standing, f"上级机构在 {since} 不存在。", f"The unit above does not exist on {since}.")
    return dated.set_from(UnitPlace, {"unit": unit}, since, parent=parent, name=name.strip())


# --------------------------------------------------------------------------------------------------------------- persons


@deed("person.added", once=True)
def add_person(by: Viewer, *, number: str, name: str, sounds: str = "") -> Person:
    """Somebody who belongs to the organisation; where they work is said by a post."""
    require_some_kept(by)
    person = new_person(by.org, number=number, name=name, sounds=sounds)
    enter(by, "person.added", About.PERSON, person, ref=person.number, digest=digest(person), subject=person, capacities=HR)
    return person


@deed("person.taken_on", once=True)
def take_on(by: Viewer, *, number: str, name: str, sounds: str = "", unit: Unit, since: datetime.date, title: str = "", post_class: str = "") -> Person:  # noqa: PLR0913
    """Somebody new, with the first post."""
    require_kept(by, unit)
    person = new_person(by.org, number=number, name=name, sounds=sounds)
    post = put_on_post(person, since=since, unit=unit, title=title, post_class=post_class)
    enter(by, "person.taken_on", About.PERSON, person, ref=person.number, digest=digest(person, post), subject=person, capacities=HR)
    return person


@deed("person.renamed", once=True)
def rename_person(by: Viewer, person: Person, *, name: str, sounds: str = "") -> Person:
    """Another name, or another way to say it. The number stays."""
    require_person_kept(by, person)
    require_some_kept(by)
    spell(person, name, sounds)
    person.save(update_fields=["name", "pinyin", "initials"])
    enter(by, "person.renamed", About.PERSON, person, ref=person.number, digest=digest(person), subject=person, capacities=HR)
    return person


def new_person(org: Org, *, number: str, name: str, sounds: str = "") -> Person:
    """The row of a person."""
    require(number.strip(), "人员要有工号。", "A person has a number.")
    require(not Person.objects.filter(org=org, number=number.strip()).exists(), f"工号 {number} 已经有人在用。", f"The number {number} is taken.")
    person = Person(org=org, number=number.strip())
    spell(person, name, sounds)
    person.save(force_insert=True)
    return person


def spell(person: Person, name: str, sounds: str = "") -> None:
    """The name with its sounds; those given by hand count before the dictionary's."""
    require(name.strip(), "人员要有姓名。", "A person has a name.")
    person.name = name.strip()
    said, letters = pinyin.readings(person.name)
    if sounds.strip():
        parts = sounds.lower().split()
        said, letters = pinyin.typed("".join(parts)), "".join(part[0] for part in parts)
    person.pinyin, person.initials = said[:120], letters[:20]


# ----------------------------------------------------------------------------------------------------------------- posts


class Held(TypedDict, total=False):
    """What a post is besides its person, unit and first day."""

    title: str
    post_class: str
    kind: str
    standing: str
    share: int
    document: str
    until: datetime.date | None


@deed("post.set", once=True)
def set_post(by: Viewer, person: Person, *, since: datetime.date, unit: Unit, reason: str = "", **held: Unpack[Held]) -> Post:
    """From a day on somebody works there, as that, in that class: 岗变酬变 follows from this row and its day."""
    require_kept(by, unit)
    require_person_kept(by, person)
    written = put_on_post(person, since=since, unit=unit, **held)
    enter(
        by, "post.set", About.PERSON, person, ref=person.number, subject=person, capacities=HR,
        digest=digest(*Post.objects.filter(person=person)), reason=reason or held.get("document", ""),
    )  # fmt: skip
    return written


def put_on_post(person: Person, *, since: datetime.date, unit: Unit, **held: Unpack[Held]) -> Post:
    """The row of a post. A main post is one line in time, wherever it leads; others are a line for each unit."""
    share, kind = held.get("share", WHOLE), PostKind(held.get("kind", PostKind.MAIN))
    require(0 < share <= WHOLE, "份额要大于 0，不超过 100%。", "A share lies above 0 and up to 100%.")
    require(dated.on(UnitPlace.objects.filter(unit=unit), since).exists(), f"机构在 {since} 不存在。", f"The unit does not exist on {since}.")
    content: dict[str, object] = {
        "title": held.get("title", "").strip(), "post_class": held.get("post_class", "").strip(), "document": held.get("document", "").strip(),
        "standing": PostStanding(held.get("standing", PostStanding.ON_POST)), "share": share,
    }  # fmt: skip
    if kind == PostKind.MAIN:
        return dated.set_from(Post, {"person": person, "kind": kind}, since, until=held.get("until"), unit=unit, **content)
    return dated.set_from(Post, {"person": person, "kind": kind, "unit": unit}, since, until=held.get("until"), **content)


@deed("post.ended", once=True)
def end_post(by: Viewer, post: Post, *, day: datetime.date, reason: str) -> Post:
    """The post is held until the day before; without another main post the person has left."""
    require_own(by, post.person)
    require_kept(by, post.unit)
    require(reason.strip(), "要写明依据或理由。", "Give the reason.")
    require(post.since < day, f"{post.since} 才开始，不能更早结束。", f"It begins on {post.since} and cannot end before.")
    dated.end_at(post, day)
    person = post.person
    enter(
        by, "post.ended", About.PERSON, person, ref=person.number, subject=person, capacities=HR,
        digest=digest(*Post.objects.filter(person=person)), reason=reason,
    )  # fmt: skip
    return post
