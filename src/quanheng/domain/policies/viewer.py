"""Who is looking: made once for a request, read everywhere. What somebody may see follows from it, at its day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from quanheng.domain import calendar
from quanheng.domain.models import ADMINISTRATORS, Capacity, Grant, Org, Person, Seat, SeatRole, Token, UnitSpan

OVERSEEING = (Capacity.HEAD, Capacity.HR, Capacity.LEADER, Capacity.AUDITOR)
SEATED = {SeatRole.LEADER: Capacity.GROUP_LEADER, SeatRole.SECRETARY: Capacity.SECRETARY, SeatRole.MEMBER: Capacity.MEMBER}


@dataclass(frozen=True)
class Viewer:
    """A person of an organisation (or a machine with a token) at an instant, with what they hold."""

    org: Org
    person: Person | None
    now: datetime.datetime
    grants: tuple[Grant, ...] = ()
    seats: tuple[Seat, ...] = ()
    token: Token | None = None
    key: UUID | None = None  # of the form that was sent: the same key twice is the same deed
    system: bool = False

    @cached_property
    def today(self) -> datetime.date:
        """The date where the organisation is."""
        return calendar.local_day(self.org, self.now)

    @cached_property
    def capacities(self) -> frozenset[str]:
        """Everything that is held anywhere."""
        held = {str(grant.capacity) for grant in self.grants}
        return frozenset(held | {str(SEATED[SeatRole(seat.role)]) for seat in self.seats})

    @property
    def administers(self) -> bool:
        """One of the three administrators: they keep the machine and see no business."""
        return any(capacity in self.capacities for capacity in ADMINISTRATORS)

    def holds(self, *capacities: Capacity) -> bool:
        """Whether one of them is held, wherever."""
        return any(str(capacity) in self.capacities for capacity in capacities)

    def tops(self, *capacities: Capacity) -> list[int]:
        """The units over which one of the capacities is held."""
        return [grant.unit_id for grant in self.grants if grant.unit_id is not None and grant.capacity in capacities]

    def units(self, *capacities: Capacity) -> QuerySet[UnitSpan, int]:
        """The units below those, today, as a subquery. A closed unit stays below its last parent."""
        return self.below(self.tops(*capacities))

    def below(self, tops: Iterable[int]) -> QuerySet[UnitSpan, int]:
        """What lies below some units today, as a subquery."""
        spans = UnitSpan.objects.filter(top_id__in=list(tops), since__lte=self.today)
        return spans.filter(Q(until__isnull=True) | Q(until__gt=self.today)).values_list("under_id", flat=True)

    def in_scope(self, unit_id: int | None, *capacities: Capacity) -> bool:
        """Whether the unit lies below one over which one of the capacities is held."""
        return unit_id is not None and self.units(*capacities).filter(under_id=unit_id).exists()

    @cached_property
    def doors(self) -> dict[type[Model], QuerySet[Any]]:
        """The rows of each table that exist for this viewer, as far as anybody has asked (`gates.visible`)."""
        return {}

    @cached_property
    def committees(self) -> frozenset[int]:
        """Committees in which this person sits today."""
        return frozenset(seat.committee_id for seat in self.seats)

    def leads(self, committee_id: int | None) -> bool:
        """Whether this person leads the committee."""
        return any(seat.committee_id == committee_id and seat.role == SeatRole.LEADER for seat in self.seats)

    def acting_as(self, wanted: Iterable[Capacity]) -> Capacity:
        """The capacity that an entry of the journal names: the first of the wanted ones that is held, else as staff."""
        if self.system:
            return Capacity.SYSTEM
        if self.token is not None:
            return Capacity.MACHINE
        return next((capacity for capacity in wanted if self.holds(capacity)), Capacity.STAFF)


def open_at(day: datetime.date) -> Q:
    """Dated rows that hold on the day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def viewer_of(person: Person, now: datetime.datetime, key: UUID | None = None) -> Viewer:
    """Read what the person holds at that instant: two queries."""
    day = calendar.local_day(person.org, now)
    grants = tuple(Grant.objects.filter(open_at(day), person=person).order_by("pk"))
    seats = tuple(Seat.objects.filter(open_at(day), person=person, committee__closed=False).order_by("pk"))
    return Viewer(person.org, person, now, grants, seats, key=key)


def system_of(org: Org, now: datetime.datetime) -> Viewer:
    """The system itself, for what happens by date."""
    return Viewer(org, None, now, system=True)
