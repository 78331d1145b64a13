"""Before a cycle begins: who would be assessed, where and under whom they were, and who rates whom."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quanheng.domain.actions.cycle import RUNNERS, House, Member, propose_members, set_subjects
from quanheng.domain.bridge.read import unit_names
from quanheng.domain.models import Counted, Cycle, Person, Spell, Subject
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import require
from quanheng.domain.states import CycleState
from quanheng.domain.words import say


@dataclass(frozen=True, slots=True)
class Place:
    """Where and under whom somebody was for some days of the period."""

    unit: str
    since: datetime.date
    until: datetime.date | None
    superior: str
    upper: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who would be assessed. `change`: transfer, joiner, leaver, or nothing."""

    key: str
    name: str
    number: str
    places: Sequence[Place]
    change: str
    warning: str

    @property
    def last(self) -> Place | None:
        """Where they are at the end; whoever leads them there rates them."""
        return self.places[-1] if self.places else None


def preview(by: Viewer, cycle_id: int) -> list[Proposed]:
    """Everybody the scheme is about, those with something to look at first."""
    cycle = visible(by, Cycle).select_related("version", "org").get(pk=cycle_id)
    require(by.holds(*RUNNERS), "考核对象由人力资源确定。", "Subjects are set by HR.")
    members = propose_members(cycle)
    house = House(cycle)
    spells = {member.key: house.spells(Subject(cycle=cycle, person=member.person, unit=member.unit if member.person is None else None)) for member in members}
    people = Person.objects.in_bulk({pk for each in spells.values() for spell in each for pk in (spell.superior_id, spell.upper_id) if pk is not None})
    called = unit_names(cycle.org_id, cycle.until)
    made = [_proposed(cycle, member, spells[member.key], people, called) for member in members]
    return sorted(made, key=lambda each: (not each.warning, not each.change, each.number))


def _proposed(cycle: Cycle, member: Member, spells: Sequence[Spell], people: Mapping[int, Person], called: Mapping[int, str]) -> Proposed:
    def name(pk: int | None) -> str:
        return people[pk].name if pk is not None else ""

    places = [Place(called.get(spell.unit_id, ""), spell.since, spell.until, name(spell.superior_id), name(spell.upper_id)) for spell in spells]
    who, number = (member.person.name, member.person.number) if member.person is not None else (member.key, "")
    return Proposed(member.key, who, number, places, _change(cycle, places), _warning(member, places))


def _change(cycle: Cycle, places: Sequence[Place]) -> str:
    if len({place.unit for place in places}) > 1:
        return say("转岗", "Transfer")
    if places and places[0].since > cycle.since:
        return say("新入", "Joiner")
    if places and places[-1].until is not None:
        return say("离岗", "Leaver")
    return ""


def _warning(member: Member, places: Sequence[Place]) -> str:
    if not places:
        return say("周期内没有主岗", "No main post in the period")
    if member.person is not None and not places[-1].superior:
        return say("没有上级可评", "Nobody leads them")
    return ""


def decide(by: Viewer, cycle_id: int, left_out: Mapping[str, str]) -> int:
    """Set the subjects as previewed; those left out stay on the list with the reason."""
    cycle = visible(by, Cycle).select_related("version").get(pk=cycle_id)
    require(cycle.state == CycleState.PREPARED, "周期已经开始，考核对象按变动办理。", "The cycle has begun.")
    for key, reason in left_out.items():
        require(reason.strip(), f"{key} 不参加，要写理由。", f"A reason is needed for leaving out {key}.")
    return set_subjects(by, cycle_id, _decided(propose_members(cycle), left_out))


def _decided(members: Sequence[Member], left_out: Mapping[str, str]) -> Iterator[Member]:
    for member in members:
        if member.key in left_out:
            yield Member(member.key, member.person, member.unit, Counted.OUT, left_out[member.key].strip()[:200])
        else:
            yield member
