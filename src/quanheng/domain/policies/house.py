"""Who keeps the house: HR over a unit may act on what lies below it, and on nothing else."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from quanheng.domain.models import Capacity, Org, Person, Post, TokenScope, Unit, UnitKind, UnitSpan
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import NotYours, require


def root_of(org: Org) -> Unit:
    """The unit that is the organisation itself."""
    return Unit.objects.get(org=org, kind=UnitKind.ROOT)


def tops(by: Viewer) -> list[int]:
    """The units below which somebody keeps the house."""
    if by.token is not None:
        return [by.token.unit_id] if TokenScope.PEOPLE in by.token.scopes else []
    return by.tops(Capacity.HR)


def kept(by: Viewer) -> QuerySet[UnitSpan, int]:
    """The units somebody may act on: those that lie below today or will one day. A unit founded for next month can be
    staffed now."""
    spans = UnitSpan.objects.filter(top_id__in=tops(by)).filter(Q(until__isnull=True) | Q(until__gt=by.today))
    return spans.values_list("under_id", flat=True)


def keeps(by: Viewer, unit: Unit) -> bool:
    """Whether somebody may act on the unit's people and on the units below it."""
    return by.system or kept(by).filter(under_id=unit.pk).exists()


def keeps_all(by: Viewer) -> bool:
    """Whether somebody keeps the whole house."""
    return by.system or root_of(by.org).pk in tops(by)


def require_own(by: Viewer, *things: Unit | Person | None) -> None:
    """What belongs to another organisation does not exist."""
    if any(thing is not None and thing.org_id != by.org.pk for thing in things):
        raise NotYours


def require_kept(by: Viewer, unit: Unit) -> None:
    """Refuse who does not keep the house there."""
    require_own(by, unit)
    require(keeps(by, unit), "这个机构不在你管理的范围内；请找管理它的人力资源办理。", "This unit is outside your scope; ask the HR that keeps it.")


def require_all_kept(by: Viewer) -> None:
    """Refuse who does not keep the whole house."""
    require(keeps_all(by), "要由全单位的人力资源办理。", "HR of the whole organisation does this.")


def require_some_kept(by: Viewer) -> None:
    """Refuse who keeps no part of the house."""
    require(by.system or tops(by), "要由人力资源办理。", "HR does this.")


def require_person_kept(by: Viewer, person: Person) -> None:
    """Refuse who keeps none of the units in which the person is or will be. A person without any post is nobody's yet."""
    require_own(by, person)
    posts = Post.objects.filter(person=person).filter(Q(until__isnull=True) | Q(until__gt=by.today))
    if by.system or not posts.exists():
        return
    held = posts.filter(unit_id__in=kept(by)).exists()
    require(held, f"{person.name}不在你管理的范围内；请找所在单位的人力资源办理。", f"{person.name} is outside your scope; ask the HR that answers for them.")
