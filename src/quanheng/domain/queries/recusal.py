"""Who has to leave whom to the others in a cycle: relatives by a recusal on record, and the own unit when units are scored."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quanheng.domain.models import Capacity, Counted, Cycle, Duty, Part, Person, Seat, SeatRole, Sheet, Spell, Subject
from quanheng.domain.policies.recusal import ONESELF, Bar, Bars, bars, bars_of
from quanheng.domain.policies.viewer import Viewer, open_at

JUDGING = (SeatRole.LEADER, SeatRole.MEMBER)
LED = (Part.SUPERIOR, Part.UPPER)  # parts given by one person


def recused_subjects(viewer: Viewer, sheet: Sheet) -> dict[int, Bar]:
    """The subjects that the viewer has to leave to others on a sheet of his own or his group's, each with the reason. Of
    oneself one may say anything, and what others gave one may read."""
    if viewer.person is None or sheet.part == Part.SELF:
        return {}
    if sheet.rater_id != viewer.person.pk and sheet.committee_id not in viewer.committees:
        return {}
    found = bars_of(viewer.person, viewer.today)
    subjects = Subject.objects.filter(cycle=sheet.cycle_id).only("person_id", "unit_id")
    return {subject.pk: bar for subject in subjects if (bar := found.of_subject(subject)) is not None}


@dataclass(frozen=True, slots=True)
class Recused:
    """Somebody who leaves a subject to others, and who rates instead; `open`: somebody has to be named first."""

    judge: Person
    subject: Subject
    part: Part
    group: str
    bar: Bar
    instead: Person | None = None
    open: bool = False

    @property
    def name(self) -> str:
        """The subject's."""
        return self.subject.person.name if self.subject.person is not None else self.subject.row_key.split("/")[0]


def part_of(text: str) -> Part | None:
    """The part that an address names, where one person gives it."""
    return next((part for part in LED if part == text), None)


def last_spells(cycle: Cycle) -> dict[int, Spell]:
    """Where each subject was in the end: who leads them there rates them."""
    spells = Spell.objects.filter(subject__cycle=cycle).select_related("superior", "upper").order_by("since")
    return {spell.subject_id: spell for spell in spells}


def in_line(spell: Spell | None, part: Part) -> list[Person]:
    """Who would rate this part, the first who is not barred: the superior, else the superior's superior."""
    if spell is None:
        return []
    asked = (spell.superior, spell.upper) if part == Part.SUPERIOR else (spell.upper,)
    return [person for person in asked if person is not None]


def judging(committees: Sequence[int], day: datetime.date) -> dict[int, list[Seat]]:
    """Who judges in each of the groups on a day: leader and members; a secretary does not."""
    found: dict[int, list[Seat]] = {}
    for seat in Seat.objects.filter(open_at(day), committee__in=committees, role__in=JUDGING).select_related("person").order_by("pk"):
        found.setdefault(seat.committee_id, []).append(seat)
    return found


def recusals(cycle: Cycle, duties: Sequence[Duty], day: datetime.date) -> list[Recused]:
    """Everybody who is recused under these duties, those for whom nobody rates yet first: six statements."""
    spells = last_spells(cycle)
    seats = judging([duty.committee_id for duty in duties if duty.committee_id is not None], day)
    raters = [duty.rater for duty in duties if duty.rater is not None and duty.part in LED]
    judges = {person.pk: person for spell in spells.values() for person in (spell.superior, spell.upper) if person is not None}
    judges |= {person.pk: person for person in raters} | {seat.person_id: seat.person for each in seats.values() for seat in each}
    barred = bars(judges.values(), day)
    found = [recused for duty in duties if duty.committee_id is not None for recused in _in_group(duty, seats.get(duty.committee_id, ()), barred)]
    given = {(duty.subject_id, str(duty.part)): duty.rater for duty in duties if duty.part in LED}
    parts = {str(duty.part) for duty in duties if duty.part in LED}
    subjects = Subject.objects.filter(cycle=cycle, counted=Counted.IN).select_related("person", "unit").order_by("row_key")
    for subject in subjects:
        for part in sorted(parts):
            found.extend(_in_line(subject, Part(part), spells.get(subject.pk), given.get((subject.pk, part)), barred))
    found = [each for each in found if each.bar is not ONESELF]  # goes without saying
    return sorted(found, key=lambda each: not each.open)


def _in_group(duty: Duty, seats: Sequence[Seat], barred: Mapping[int, Bars]) -> list[Recused]:
    group = str(duty.committee)
    bound = [(seat.person, barred[seat.person_id].of_subject(duty.subject)) for seat in seats]
    return [Recused(person, duty.subject, Part.GROUP, group, bar) for person, bar in bound if bar is not None]


def _in_line(subject: Subject, part: Part, spell: Spell | None, rater: Person | None, barred: Mapping[int, Bars]) -> list[Recused]:
    """The rater who is barred by now, else whoever was passed over for the one who rates."""
    now = barred[rater.pk].of_subject(subject) if rater is not None else None
    if rater is not None and now is not None:
        return [Recused(rater, subject, part, "", now, open=True)]
    passed = [(person, barred[person.pk].of_subject(subject)) for person in in_line(spell, part)[:1]]
    return [Recused(person, subject, part, "", bar, rater, open=rater is None) for person, bar in passed if bar is not None]


def of_cycle(viewer: Viewer, cycle: Cycle) -> list[Recused]:
    """For those who keep recusals: everybody who leaves a subject of the cycle to others today."""
    if not viewer.holds(Capacity.HR, Capacity.AUDITOR):
        return []
    duties = list(Duty.objects.filter(subject__cycle=cycle).exclude(part=Part.SELF).select_related("subject__person", "rater", "committee"))
    return recusals(cycle, duties, max(viewer.today, cycle.since))


def of_group(viewer: Viewer, sheet: Sheet) -> dict[int, list[tuple[str, Bar]]]:
    """Of the members of a sheet's group: person → the names of those they leave to the others."""
    if sheet.committee_id is None:
        return {}
    duties = Duty.objects.filter(subject__cycle=sheet.cycle_id, committee=sheet.committee_id).select_related("subject__person", "committee")
    seats = judging([sheet.committee_id], viewer.today).get(sheet.committee_id, [])
    barred = bars([seat.person for seat in seats], viewer.today)
    found: dict[int, list[tuple[str, Bar]]] = {}
    for duty in duties.order_by("subject__row_key"):
        for each in _in_group(duty, seats, barred):
            found.setdefault(each.judge.pk, []).append((each.name, each.bar))
    return found
