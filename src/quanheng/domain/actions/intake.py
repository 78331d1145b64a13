"""People as another system knows them: taken in all together or not at all."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from quanheng.domain.actions import house
from quanheng.domain.actions.content import digest
from quanheng.domain.actions.deed import deed, enter
from quanheng.domain.models import About, Person, Post, PostKind, Unit
from quanheng.domain.policies.house import require_kept, require_person_kept, require_some_kept
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class Incoming:
    """One person with the main post that holds from a day on."""

    number: str
    name: str
    unit: str
    since: datetime.date
    title: str = ""
    post_class: str = ""


@deed("people.taken", once=True)
def take_people(by: Viewer, rows: Sequence[Incoming]) -> tuple[int, int, int]:
    """New persons, new names and new posts; what is already so stays untouched. Returns how many of each."""
    require_some_kept(by)
    require(rows, "一个人也没有。", "There is nobody in it.")
    doubled = {number for number, count in Counter(row.number for row in rows).items() if count > 1}
    require(not doubled, f"工号重复：{'、'.join(sorted(doubled)[:10])}。", f"Numbers stand twice: {', '.join(sorted(doubled)[:10])}.")
    units = {unit.code: unit for unit in Unit.objects.filter(org=by.org)}
    people = {person.number: person for person in Person.objects.filter(org=by.org, number__in=[row.number for row in rows])}
    fresh = renamed = placed = 0
    for row in rows:
        unit = units.get(row.unit)
        if unit is None:
            raise Refusal(f"{row.number}：没有代码为“{row.unit}”的机构。", f"{row.number}: there is no unit “{row.unit}”.")
        require_kept(by, unit)
        person = people.get(row.number)
        if person is None:
            person = people[row.number] = house.new_person(by.org, number=row.number, name=row.name)
            fresh += 1
        else:
            require_person_kept(by, person)
            if person.name != row.name.strip():
                house.spell(person, row.name)
                person.save()
                renamed += 1
        if not _stands(person, unit, row):
            house.put_on_post(person, since=row.since, unit=unit, title=row.title, post_class=row.post_class)
            placed += 1
    posts = Post.objects.filter(person__in=people.values())
    enter(by, "people.taken", About.ORG, by.org, digest=digest(*people.values(), *posts), reason=f"{fresh}+{renamed}+{placed}", ref=by.org.key)
    return fresh, renamed, placed


def _stands(person: Person, unit: Unit, row: Incoming) -> bool:
    now = Post.objects.filter(open_at(row.since), person=person, kind=PostKind.MAIN).first()
    return now is not None and (now.unit_id, now.title, now.post_class) == (unit.pk, row.title.strip(), row.post_class.strip())
