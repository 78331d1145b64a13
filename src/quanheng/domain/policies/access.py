"""Who gives which grant, and which grants never meet in one person (三员分立)."""

from __future__ import annotations

import datetime
from typing import Final

from django.db.models import Q

from quanheng.domain.models import ADMINISTRATORS, Capacity, Grant, Person, Seat, Unit, UnitKind
from quanheng.domain.policies.house import keeps, require_own
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import require

# These follow from where somebody stands (a spell, a seat, a token): nobody hands them out.
DERIVED: Final = (
    Capacity.STAFF, Capacity.UPPER, Capacity.SECRETARY, Capacity.MEMBER, Capacity.GROUP_LEADER, Capacity.MACHINE, Capacity.SYSTEM,
)  # fmt: skip
GIVEN: Final = tuple(capacity for capacity in Capacity if capacity not in DERIVED)
BY_HR: Final = (Capacity.HEAD, Capacity.KEEPER, Capacity.OFFICER, Capacity.HR)  # the rest only by the security administrator


def require_giver(by: Viewer, capacity: Capacity, person: Person, unit: Unit | None) -> None:
    """The security administrator gives every grant; HR over a unit gives some of them below it. Nobody gives to himself."""
    require_own(by, person, unit)
    require(by.person is None or by.person.pk != person.pk, "不能给自己授权或收回授权。", "Nobody gives or ends grants of his own.")
    if by.system or by.holds(Capacity.SECURITY_ADMIN):
        return
    require(by.holds(Capacity.HR), "授权由安全管理员或者人力资源办理。", "The security administrator or HR gives grants.")
    require(capacity in BY_HR, f"“{capacity.label}”由安全管理员授予。", f"The security administrator gives “{capacity.label}”.")
    require(unit is not None and keeps(by, unit), "只能在自己管理的机构以内授权。", "Grants lie within one's own scope.")
    assert unit is not None
    if capacity == Capacity.HR:
        below = unit.pk not in by.tops(Capacity.HR) and unit.kind != UnitKind.ROOT
        require(below, "人力资源的分管范围要在自己的下级机构。", "HR is delegated below one's own unit.")


def require_separate(person: Person, capacity: Capacity, since: datetime.date, until: datetime.date | None) -> None:
    """One person is at most one of the three administrators, and holds nothing else then."""
    held = Grant.objects.filter(person=person).filter(Q(until__isnull=True) | Q(until__gt=since))
    if until is not None:
        held = held.filter(since__lt=until)
    administers = held.filter(capacity__in=ADMINISTRATORS).first()
    if capacity in ADMINISTRATORS:
        zh = f"{person.name}已有别的授权：三员与业务职责不能由一人兼任。"
        require(not held.exists(), zh, f"{person.name} holds another grant; administrators hold nothing else.")
        seated = Seat.objects.filter(person=person, committee__closed=False).filter(Q(until__isnull=True) | Q(until__gt=since))
        require(not seated.exists(), f"{person.name}在小组任职：三员不能兼业务职责。", f"{person.name} sits in a group; administrators hold nothing else.")
    else:
        require_no_administrator(person, administers)


def require_no_administrator(person: Person, administers: Grant | None) -> None:
    """An administrator of the machine takes no part in the business."""
    if administers is not None:
        label = Capacity(administers.capacity).label
        require(False, f"{person.name}是{label}：三员不能兼业务职责。", f"{person.name} is {label}; administrators hold nothing else.")


def administration_of(person: Person, day: datetime.date) -> Grant | None:
    """The administrator's grant that somebody holds on the day or later."""
    return Grant.objects.filter(person=person, capacity__in=ADMINISTRATORS).filter(Q(until__isnull=True) | Q(until__gt=day)).first()
