"""日常指导: what a superior said and saw, and what comes next; the person sees it and says so."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction

from quanheng.domain.actions.asking import done
from quanheng.domain.actions.deed import already, deed, each_of, enter, move, stands
from quanheng.domain.journal import digest_of
from quanheng.domain.models import About, Capacity, Cycle, Guidance, GuidanceKind, Person, Subject, TaskKind
from quanheng.domain.policies.records import answers_for
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.refusal import NotYours, require
from quanheng.domain.states import CycleState

GUIDES = (Capacity.HEAD, Capacity.LEADER, Capacity.HR)


@deed("guidance.note")
def note(by: Viewer, person_id: int, *, day: datetime.date, text: str, agreed: str = "", kind: GuidanceKind = GuidanceKind.DAILY) -> Guidance:
    """Write down a talk with somebody one answers for. A periodic one also does the task of that stage."""
    request = ["guidance.note", person_id, str(day), text, agreed, str(kind)]
    before = already(by, request)
    if before is not None:
        stands("guidance.note")
        return Guidance.objects.get(pk=before.about_id)
    person = Person.objects.filter(org=by.org, pk=person_id).first()
    if person is None or by.person is None:
        raise NotYours
    require(person.pk != by.person.pk, "指导是给别人的，自己的事可以自报一条记录。", "Guidance is for others; record what you did yourself.")
    require(answers_for(by, person), f"{person.name}不归你指导。", f"{person.name} is not yours to guide.")
    require(text.strip(), "没有写说了什么。", "It does not say what was said.")
    require(day <= by.today, "日期还没有到。", "The day is in the future.")
    subject = Subject.objects.filter(person=person, cycle__state=CycleState.RUNNING, cycle__since__lte=day).order_by("-cycle__since").first()
    cycle = Cycle.objects.get(pk=subject.cycle_id) if subject is not None else None
    made = Guidance.objects.create(
        org=by.org, cycle=cycle, person=person, by=by.person, day=day, kind=kind, text=text.strip(), agreed=agreed.strip(), at=by.now
    )
    if kind == GuidanceKind.PERIODIC and subject is not None:
        done(by, TaskKind.GUIDE, About.SUBJECT, subject.pk)
    enter(by, "guidance.note", About.GUIDANCE, made, digest=_digest(made), capacities=GUIDES, subject=person, request=request)
    return made


def note_each(by: Viewer, day: datetime.date, talks: Mapping[int, tuple[str, str]]) -> int:
    """The periodic guidance of several people: what was said to each (text, what comes next). Where nothing is written,
    nothing is noted."""
    written = {pk: (text, agreed) for pk, (text, agreed) in talks.items() if text.strip()}
    require(written, "还没有写。", "Nothing is written yet.")
    with transaction.atomic():
        for pk, (text, agreed) in written.items():
            note(each_of(by, pk), pk, day=day, text=text, agreed=agreed, kind=GuidanceKind.PERIODIC)
    return len(written)


@deed("guidance.see")
def see(by: Viewer, guidance_id: int) -> Guidance:
    """The person has read it."""
    found = Guidance.objects.filter(org=by.org, person=by.person, pk=guidance_id).first()
    if found is None:
        raise NotYours
    move(found, "guidance.see", seen_at=by.now)
    enter(by, "guidance.see", About.GUIDANCE, found, digest=_digest(found), subject=found.person)
    return found


def _digest(made: Guidance) -> str:
    # the instant salts it: what was said is short, and its digest alone could be guessed
    return digest_of([made.pk, str(made.day), made.text, made.agreed, str(made.state), made.at.isoformat()])
