"""Who may not judge whom: oneself, relatives as recorded, and in a review of units the own unit, which is found by itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from quanheng.domain.models import Person, Post, Recusal, Subject, Unit, UnitSpan
from quanheng.domain.policies.viewer import open_at
from quanheng.domain.words import say


@dataclass(frozen=True, slots=True)
class Bar:
    """Why somebody does not judge. The cause of a recusal on record is not for everybody."""

    zh: str
    en: str
    cause: str = ""

    @property
    def kind(self) -> str:
        """In the language of the reader, without the cause."""
        return say(self.zh, self.en)

    @property
    def text(self) -> str:
        """In the language of the reader, with the cause."""
        return say(f"{self.zh}：{self.cause}", f"{self.en}: {self.cause}") if self.cause else self.kind


ONESELF = Bar("不评自己", "Nobody rates himself")
OWN_UNIT = Bar("本单位回避", "The own unit")


@dataclass(frozen=True, slots=True)
class Bars:
    """Everything that bars one judge on a day: persons and units, each with the reason."""

    people: dict[int, Bar]
    units: dict[int, Bar]

    def against(self, *, person: Person | None = None, unit: Unit | None = None) -> Bar | None:
        """Why this person or unit is not judged; None when it may be."""
        if person is not None:
            return self.people.get(person.pk)
        return self.units.get(unit.pk) if unit is not None else None

    def of_subject(self, subject: Subject) -> Bar | None:
        """Why this subject of a cycle is not judged; None when it may be."""
        return self.people.get(subject.person_id or 0) or self.units.get(subject.unit_id or 0)


def bars_of(judge: Person, day: datetime.date) -> Bars:
    """What bars one judge."""
    return bars([judge], day)[judge.pk]


def bars(judges: Iterable[Person], day: datetime.date) -> dict[int, Bars]:
    """What bars each of the judges on a day, in three statements however many they are."""
    found = {judge.pk: Bars({judge.pk: ONESELF}, {}) for judge in judges}
    # The judge's own unit and every unit above it, except the root: whoever works in a college's office judges no college of his own.
    mine = list(Post.objects.filter(open_at(day), person__in=found).values_list("person_id", "unit_id"))
    above: dict[int, list[int]] = {}
    spans = UnitSpan.objects.filter(open_at(day), under__in={unit for _, unit in mine}).exclude(top__kind="root").values_list("under_id", "top_id")
    for under, top in spans:
        above.setdefault(under, []).append(top)
    for judge, unit in mine:
        for top in above.get(unit, ()):
            found[judge].units[top] = OWN_UNIT
    for row in Recusal.objects.filter(open_at(day), person__in=found):
        bar = Bar("已登记回避", "Recused on record", row.cause)
        if row.other_id is not None:
            found[row.person_id].people[row.other_id] = bar
        elif row.unit_id is not None:
            found[row.person_id].units[row.unit_id] = bar
    return found
