"""Where self and superior differ by more than the scheme lets pass, who has to say a sentence about it, and who did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from quanheng.domain.bridge.items import Item, items_of
from quanheng.domain.models import About, Cycle, Duty, Mark, Meaning, Part, Person, Sheet, Signature, Subject, Task, TaskKind
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.marks import duties_of
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import SheetState, TaskState
from quanheng.engine.values import decimal_text


@dataclass(frozen=True, slots=True)
class Gap:
    """The two views of one subject; `due` are those who still have to explain."""

    subject: Subject
    own: str
    given: str
    apart: str
    signatures: list[Signature]
    due: list[Person] = field(default_factory=list)


def totals(cycle: Cycle, part: Part, subjects: Collection[int], *, handed_in: bool) -> dict[int, str]:
    """The sum of a part's marks for each subject whose cells all say something; only of sheets handed in, where told."""
    names = {item.name for item in items_of(cycle.version) if item.part == part}
    marks = Mark.objects.filter(sheet__cycle=cycle, sheet__part=part, subject_id__in=subjects, member__isnull=True)
    if handed_in:
        marks = marks.exclude(sheet__state=SheetState.OPEN)
    values: dict[int, dict[str, str]] = {}
    for subject, item, value in marks.order_by("rev").values_list("subject_id", "item", "value"):
        values.setdefault(subject, {})[item] = value
    return {
        subject: decimal_text(sum((Fraction(text) for text in each.values()), Fraction(0)))
        for subject, each in values.items()
        if names <= each.keys() and all(each.values())
    }


def comparable(cycle: Cycle) -> bool:
    """Self and superior are put beside one another where both are out of the same full mark."""
    full = {part: sum((Fraction(item.full) for item in items_of(cycle.version) if item.part == part), Fraction(0)) for part in (Part.SELF, Part.SUPERIOR)}
    return full[Part.SELF] == full[Part.SUPERIOR] != 0


def apart(own: str, given: str) -> str:
    """How far the two lie from one another; nothing while one of them is open."""
    return decimal_text(abs(Fraction(own) - Fraction(given))) if own and given else ""


def too_wide(cycle: Cycle, distance: str) -> bool:
    """Whether the scheme asks for a sentence."""
    return bool(distance and cycle.gap_limit) and Fraction(distance) >= Fraction(cycle.gap_limit)


def explanations(subjects: Collection[int]) -> dict[int, list[Signature]]:
    """What was said about the gaps of these subjects, in order."""
    found: dict[int, list[Signature]] = {}
    rows = Signature.objects.filter(about_kind=About.SUBJECT, about_id__in=subjects, meaning=Meaning.EXPLAINED).select_related("person").order_by("at", "pk")
    for signature in rows:
        found.setdefault(signature.about_id, []).append(signature)
    return found


def gaps(cycle: Cycle, subjects: Collection[int]) -> list[Gap]:
    """The subjects whose two sheets are in and lie too far apart."""
    if not cycle.gap_limit or not comparable(cycle):
        return []
    own, given = (totals(cycle, part, subjects, handed_in=True) for part in (Part.SELF, Part.SUPERIOR))
    wide = [subject for subject in subjects if too_wide(cycle, apart(own.get(subject, ""), given.get(subject, "")))]
    said = explanations(wide)
    raters = Duty.objects.filter(subject_id__in=wide, part=Part.SUPERIOR, rater__isnull=False).select_related("rater")
    judged_by = {duty.subject_id: duty.rater for duty in raters}
    found = []
    for subject in Subject.objects.filter(pk__in=wide).select_related("person").order_by("row_key"):
        signed = said.get(subject.pk, [])
        both = [person for person in (subject.person, judged_by.get(subject.pk)) if person is not None]
        due = [person for person in both if all(signature.person_id != person.pk for signature in signed)]
        found.append(Gap(subject, own[subject.pk], given[subject.pk], apart(own[subject.pk], given[subject.pk]), signed, due))
    return found


def gaps_of(sheet: Sheet) -> list[Gap]:
    """The gaps of everybody on a sheet."""
    return gaps(sheet.cycle, list(duties_of(sheet).values_list("subject_id", flat=True)))


def unexplained(found: Iterable[Gap]) -> list[Gap]:
    """Those about which somebody has not said anything yet."""
    return [gap for gap in found if gap.due]


@dataclass(frozen=True, slots=True)
class Two:
    """Self and superior of one subject, item by item; what the viewer may not see yet is left out."""

    subject: Subject
    gap: Gap | None
    own: list[tuple[Item, str, str]]  # item, value, comment
    given: list[tuple[Item, str, str]]
    hidden: bool
    mine: bool  # the viewer still owes a sentence


def mine_to_explain(viewer: Viewer) -> list[Two]:
    """Everybody about whom the viewer still owes a sentence."""
    asked = Task.objects.filter(org=viewer.org, person=viewer.person, kind=TaskKind.GAP, about_kind=About.SUBJECT, state=TaskState.OPEN)
    found = _both_views(viewer, list(asked.order_by("due", "pk").values_list("about_id", flat=True)[:100]))
    return [two for two in found.values() if two.mine]


def two_views(viewer: Viewer, subject_id: int) -> Two:
    """For the person, the rater and those who oversee. The person sees the superior's marks before the end only where the
    cycle shows them at all."""
    found = _both_views(viewer, [subject_id])
    if subject_id not in found:
        raise NotYours
    return found[subject_id]


def _both_views(viewer: Viewer, wanted: Sequence[int]) -> dict[int, Two]:
    """The views of several subjects in this order, without those that are not the viewer's: as many statements for a hundred
    as for one."""
    me = viewer.person.pk if viewer.person is not None else 0
    subjects = {each.pk: each for each in visible(viewer, Subject).filter(pk__in=wanted).select_related("cycle__version", "person", "unit")}
    cycles = {each.cycle_id: each.cycle for each in subjects.values()}
    wide = {gap.subject.pk: gap for cycle in cycles.values() for gap in gaps(cycle, [pk for pk, each in subjects.items() if each.cycle_id == cycle.pk])}
    rated = set(Duty.objects.filter(subject__in=subjects, part=Part.SUPERIOR, rater_id=me).values_list("subject_id", flat=True))
    seen = set(visible(viewer, Sheet).filter(cycle__in=cycles).values_list("pk", flat=True))
    marks: dict[int, list[Mark]] = {}
    said = Mark.objects.filter(subject__in=subjects, sheet__part__in=[Part.SELF, Part.SUPERIOR], member__isnull=True).exclude(sheet__state=SheetState.OPEN)
    for mark in said.select_related("sheet").order_by("rev"):
        marks.setdefault(mark.subject_id, []).append(mark)
    found = {}
    for subject in (subjects[pk] for pk in wanted if pk in subjects):
        gap, concerned = wide.get(subject.pk), me != 0 and (me == subject.person_id or subject.pk in rated)
        whole = gap is not None and concerned and (subject.cycle.show_superior or me != subject.person_id)
        shown = [mark for mark in marks.get(subject.pk, ()) if whole or mark.sheet_id in seen]
        own, given = (_told(subject, part, shown) for part in (Part.SELF, Part.SUPERIOR))
        if concerned or given:
            mine = gap is not None and any(person.pk == me for person in gap.due)
            found[subject.pk] = Two(subject, gap, own, given, hidden=not given, mine=mine)
    return found


def _told(subject: Subject, part: Part, marks: Iterable[Mark]) -> list[tuple[Item, str, str]]:
    newest = {mark.item: mark for mark in marks if mark.sheet.part == part}
    items = [item for item in items_of(subject.cycle.version) if item.part == part and item.name in newest]
    return [(item, newest[item.name].value, newest[item.name].note) for item in items]
