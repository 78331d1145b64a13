"""Who stands behind an account, and, in the demo, whom one may step in as."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from quanheng.domain.models import Capacity, Grant, Login, Org, Person, Seat, SeatRole, Spell
from quanheng.domain.policies.viewer import open_at
from quanheng.domain.states import CycleState
from quanheng.domain.words import say


def people_of(login: Login) -> list[Person]:
    """The persons an account stands for, one in each organisation at most where it is well kept."""
    return list(Person.objects.select_related("org").filter(login=login).order_by("org_id", "pk"))


def login_named(username: str) -> Login | None:
    """The account of that name."""
    return Login.objects.filter(username=username).first()


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the demo, by what they do there."""

    role: str
    person: Person


def personas(day: datetime.date) -> Iterator[tuple[Org, list[Persona]]]:
    """For each organisation one person of each kind who has an account. For the demo only: it tells who holds what."""
    for org in Org.objects.order_by("pk"):
        found = [Persona(role, person) for role, people in _kinds(org, day) if (person := people.order_by("pk").first()) is not None]
        if found:
            yield org, found


def _kinds(org: Org, day: datetime.date) -> Iterator[tuple[str, QuerySet[Person]]]:
    here = Person.objects.filter(org=org, login__isnull=False, login__is_active=True)
    granted = Grant.objects.filter(open_at(day), person=OuterRef("pk"))
    seated = Seat.objects.filter(open_at(day), person=OuterRef("pk"), committee__closed=False)
    leads = Spell.objects.filter(superior=OuterRef("pk"), subject__cycle__state=CycleState.RUNNING)

    def holding(capacity: Capacity) -> QuerySet[Person]:
        return here.filter(Exists(granted.filter(capacity=capacity)))

    yield say("职工", "Staff"), here.filter(~Exists(granted), ~Exists(seated), ~Exists(leads), subjects__cycle__state=CycleState.RUNNING)
    yield say("班组长", "Team leader"), here.filter(~Exists(granted), ~Exists(seated)).filter(Exists(leads))
    yield org.called(Capacity.HEAD), holding(Capacity.HEAD)
    yield org.called(Capacity.SECRETARY), here.filter(Exists(seated.filter(role=SeatRole.SECRETARY)))
    for capacity in (Capacity.HR, Capacity.LEADER, Capacity.AUDITOR, Capacity.SYSTEM_ADMIN, Capacity.SECURITY_ADMIN, Capacity.AUDIT_ADMIN):
        yield org.called(capacity), holding(capacity)


def persona(pk: int, day: datetime.date) -> Person | None:
    """One of those on the list; nobody else can be stepped in as."""
    return next((each.person for _, found in personas(day) for each in found if each.person.pk == pk), None)
