"""Who writes facts: keepers and HR about everybody, superiors about those they answer for, everybody about himself."""

from __future__ import annotations

from typing import Final

from quanheng.domain.models import Capacity, Person, Post, Register, Spell, Unit
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.states import CycleState

# Whoever answers for a unit writes about it; auditors oversee and write nothing.
ANSWERING: Final = (Capacity.HEAD, Capacity.HR, Capacity.LEADER)
IMPORTING: Final = (Capacity.KEEPER, Capacity.HR)


def may_enter(by: Viewer, register: Register, person: Person | None, unit: Unit | None) -> bool:
    """Keepers of the register, and HR: everything. A head or superior: about those they answer for. Everybody: about oneself."""
    if by.system or by.token is not None or by.holds(Capacity.HR) or keeps_register(by, register):
        return True
    if person is not None and by.person is not None:
        return person.pk == by.person.pk or answers_for(by, person)
    return unit is not None and by.in_scope(unit.pk, *ANSWERING)


def keeps_register(by: Viewer, register: Register) -> bool:
    """Whether the register is kept by this person: by a grant for it, or for the unit that keeps it."""
    kept = any(grant.capacity == Capacity.KEEPER and grant.register_id in (register.pk, None) for grant in by.grants)
    return kept or by.in_scope(register.keeper_id, Capacity.KEEPER)


def answers_for(by: Viewer, person: Person) -> bool:
    """Whether the person works today in a unit somebody answers for, or is led by them in a running cycle."""
    there = Post.objects.filter(open_at(by.today), person=person, unit_id__in=by.units(*ANSWERING)).exists()
    led = Spell.objects.filter(superior=by.person, subject__person=person, subject__cycle__state=CycleState.RUNNING)
    return there or led.exists()


def may_import(by: Viewer) -> bool:
    """Many facts at once are for the keepers and for HR."""
    return by.system or by.token is not None or by.holds(*IMPORTING)
