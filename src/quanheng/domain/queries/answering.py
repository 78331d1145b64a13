"""Who answers for whom: the people somebody may write facts about, and the superior of a person."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from quanheng.domain.models import Capacity, Grant, Person, Post, PostKind, Spell, UnitSpan
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.records import ANSWERING
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.queries.house import matching, names
from quanheng.domain.states import CycleState


def answered(viewer: Viewer) -> QuerySet[Person]:
    """Oneself, those in the units one answers for today, those one leads in a running cycle."""
    there = Post.objects.filter(open_at(viewer.today), person=OuterRef("pk"), unit_id__in=viewer.units(*ANSWERING))
    led = Spell.objects.filter(superior=viewer.person, subject__person=OuterRef("pk"), subject__cycle__state=CycleState.RUNNING)
    me = Q(pk=viewer.person.pk) if viewer.person is not None else Q()
    return visible(viewer, Person).filter(me | Q(Exists(there)) | Q(Exists(led)))


def found(viewer: Viewer, term: str, *, most: int = 8) -> list[tuple[Person, str]]:
    """Those whom a typed name, sound or number may mean, each with the unit: three statements."""
    people = matching(answered(viewer), term)
    listed = list(people.order_by("pinyin", "pk")[:most])
    units = dict(Post.objects.filter(open_at(viewer.today), kind=PostKind.MAIN, person__in=listed).values_list("person_id", "unit_id"))
    called = names(units.values(), viewer.today)
    return [(person, called.get(units.get(person.pk, 0), "")) for person in listed]


def team(viewer: Viewer, most: int = 60) -> list[Person]:
    """Those one answers for, to be ticked; nobody where they are too many for that, or where one writes about himself alone."""
    mine = viewer.person.pk if viewer.person is not None else 0
    found = list(answered(viewer).exclude(pk=mine).order_by("number")[: most + 1])
    return found if 1 < len(found) <= most else []


def meant(viewer: Viewer, text: str, pk: str) -> Person | None:
    """The one person whom a form names: by key where one was picked from the list, else by exact number or name."""
    people = answered(viewer)
    if pk.isdecimal():
        return people.filter(pk=int(pk)).first()
    exact = list(people.filter(Q(name=text.strip()) | Q(number=text.strip()))[:2])
    return exact[0] if len(exact) == 1 else None


def superior_of(person: Person, day: datetime.date) -> Person | None:
    """The nearest head at or above the unit of the main post who is somebody else."""
    post = Post.objects.filter(open_at(day), person=person, kind=PostKind.MAIN).first()
    if post is None:
        return None
    above = dict(UnitSpan.objects.filter(open_at(day), under=post.unit_id).values_list("top_id", "depth"))
    heads = Grant.objects.filter(open_at(day), capacity=Capacity.HEAD, unit_id__in=above).exclude(person=person).select_related("person")
    nearest = min(heads, key=lambda grant: (above[grant.unit_id or 0], grant.pk), default=None)
    return nearest.person if nearest is not None else None
