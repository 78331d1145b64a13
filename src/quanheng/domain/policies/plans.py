"""Who plans with whom: the person (or the head of the unit) on one side, the superior on the other."""

from __future__ import annotations

from dataclasses import dataclass

from quanheng.domain.models import Capacity, Grant, Person, Subject, Unit
from quanheng.domain.policies.records import answers_for
from quanheng.domain.policies.viewer import Viewer, open_at


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a subject's plan, and on which the viewer stands."""

    own: Person | None
    superior: Person | None
    is_own: bool
    leads: bool

    @property
    def mine(self) -> bool:
        """Whether the viewer is one of the two."""
        return self.is_own or self.leads

    def other(self, by: Viewer) -> Person | None:
        """Who has to agree with what this one proposes."""
        found = self.superior if self.is_own else self.own
        return found if found is not None and by.person is not None and found.pk != by.person.pk else None


def sides_of(by: Viewer, subject: Subject) -> Sides:
    """From the subject's last spell; of a unit, its head speaks for it."""
    spell = subject.last_spell
    superior = Person.objects.filter(pk=spell.superior_id).first() if spell is not None and spell.superior_id is not None else None
    own = subject.person
    if own is None and subject.unit_id is not None:
        head = Grant.objects.filter(open_at(by.today), unit_id=subject.unit_id, capacity=Capacity.HEAD).select_related("person").order_by("pk").first()
        own = head.person if head is not None else None
        if superior is not None and own is not None and superior.pk == own.pk and spell is not None:
            superior = Person.objects.filter(pk=spell.upper_id).first() if spell.upper_id is not None else None
    me = by.person.pk if by.person is not None else 0
    return Sides(own, superior, own is not None and own.pk == me, superior is not None and superior.pk == me)


def may_set_goal(by: Viewer, *, unit: Unit | None, person: Person | None) -> bool:
    """HR over the whole for everybody; a head for the own units and their people; everybody for himself."""
    if by.system or by.holds(Capacity.OFFICER):
        return True
    if person is not None:
        return (by.person is not None and person.pk == by.person.pk) or answers_for(by, person)
    return unit is not None and by.in_scope(unit.pk, Capacity.HEAD, Capacity.HR, Capacity.LEADER)
