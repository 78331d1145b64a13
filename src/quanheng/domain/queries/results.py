"""Results of a cycle for somebody: whom they may see, in an order, by unit, as a distribution, over the periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import Count, Max, Min, QuerySet, Sum

from quanheng.domain.bridge import results
from quanheng.domain.bridge.frozen import opened
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.plans import plan_of
from quanheng.domain.bridge.read import unit_names
from quanheng.domain.models import Cycle, Outcome, Record, Release, Run
from quanheng.domain.policies.gates import CURRENT, visible
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.explain import Place
from quanheng.domain.queries.keyset import Order, Turned, turned
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import LIVE_RECORDS, RunState
from quanheng.engine.explain.quota import Quota, quota_of
from quanheng.engine.plan.drafts import Origin
from quanheng.engine.values import Rounding, decimal_text, round_exact

Subject = tuple[int | None, int | None]  # the person, or the unit
SIZE: Final = 40  # rows of a page
ORDERS: Final[Mapping[str, Sequence[Order]]] = {
    "score": [("score", True)],
    "number": [("subject__person__number", False)],
    "unit": [("unit_id", False), ("score", True)],
    "grade": [("grade", False), ("score", True)],
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A cycle with the run whose figures are shown, and the release that makes it count (none: a run on its own)."""

    cycle: Cycle
    run: Run
    release: Release | None
    table: str
    head: results.Headline
    digits: int
    unit: str  # of the score: 分
    of_units: bool  # units are assessed, not people

    def place(self, row: str, column: str) -> Place:
        """The address of a figure of a subject."""
        return Place(self.table, row, column)


def cycles(viewer: Viewer) -> list[Cycle]:
    """Cycles in which the viewer may see at least one outcome, the newest first."""
    seen = visible(viewer, Outcome).values("run__cycle")
    return list(Cycle.objects.filter(pk__in=seen).select_related("scheme").order_by("-since", "scheme_id"))


def shown(viewer: Viewer, cycle_ref: str, run_ref: str = "") -> Shown:
    """The run that counts; before there is one, the newest that the viewer may see. Raises `NotYours` without any."""
    cycle = visible(viewer, Cycle).filter(ref=cycle_ref).select_related("org", "scheme", "previous").first()
    if cycle is None:
        raise NotYours
    done = Run.objects.filter(cycle=cycle, state=RunState.DONE, outcomes__in=visible(viewer, Outcome)).select_related("version__scheme", "by").distinct()
    if run_ref:
        run = done.filter(ref=run_ref).first()
    else:
        run = done.filter(release__state__in=CURRENT).first() or done.order_by("-number").first()
    if run is None:
        raise NotYours
    return _shown(cycle, run)


def _shown(cycle: Cycle, run: Run) -> Shown:
    plan = plan_of(run.version)
    head = results.headline(plan)
    column = next((each for each in plan.tables[plan.subject].columns if each.name == head.score), None)
    digits = column.digits if column is not None and column.digits is not None else 2
    release = Release.objects.filter(run=run).first()
    of_units = not cycle.subjects.exclude(person=None).exists()
    return Shown(cycle, run, release, plan.subject, head, digits, column.type.unit.written if column is not None else "", of_units)


# --------------------------------------------------------------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class Line:
    """One subject in the table."""

    row: str  # key of its row
    name: str
    number: str
    unit: str
    unit_id: int
    score: Decimal | None
    missing: str
    grade: str
    rank: int | None
    fen: int | None
    change: Decimal | None
    grade_before: str
    before_row: str
    records: int
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of the table."""

    lines: list[Line]
    turned: Turned[Outcome]
    before: Shown | None


def outcomes(viewer: Viewer, run: Run, unit_id: int | None = None) -> QuerySet[Outcome]:
    """The outcomes of a run that the viewer may see; of one unit."""
    found = visible(viewer, Outcome).filter(run=run)
    return found.filter(unit_id=unit_id) if unit_id is not None else found


def lines(viewer: Viewer, at: Shown, found: QuerySet[Outcome], sort: str = "score", *, after: int = 0, before: int = 0, size: int = SIZE) -> Lines:
    """A page of subjects with what each had the period before and how many records speak of them."""
    order = ORDERS.get(sort, ORDERS["score"])
    page = turned(found.select_related("subject__person"), order, size, after=after, before=before)
    earlier = _earlier(viewer, at)
    was = _of_subjects(viewer, earlier.run, page.rows) if earlier is not None else {}
    names = unit_names(at.cycle.org_id, at.cycle.reference_day)
    counts = _record_counts(viewer, at.cycle, page.rows)
    places = _places(found, page.rows) if not at.head.rank else {}
    return Lines([_line(row, names, was.get(_who(row)), counts, places) for row in page.rows], page, earlier)


def _line(row: Outcome, names: Mapping[int, str], was: Outcome | None, counts: Mapping[Subject, int], places: Mapping[int, int]) -> Line:
    person = row.subject.person
    score, score_was = score_of(row), score_of(was) if was is not None else None
    return Line(
        row=row.subject.row_key, name=person.name if person is not None else names.get(row.unit_id, ""), number=person.number if person is not None else "",
        unit=names.get(row.unit_id, "") if person is not None else "", unit_id=row.unit_id, score=score, missing=row.missing, grade=row.grade,
        rank=row.rank if row.rank is not None else places.get(row.pk), fen=row.fen,
        change=score - score_was if score is not None and score_was is not None else None, grade_before=was.grade if was is not None else "",
        before_row=was.subject.row_key if was is not None else "", records=counts.get(_who(row), 0),
        person_id=person.pk if person is not None else None,
    )  # fmt: skip


def score_of(row: Outcome) -> Decimal | None:
    """The score as it is written."""
    return Decimal(row.score).scaleb(-row.score_digits) if row.score is not None else None


def _who(row: Outcome) -> Subject:
    return row.subject.person_id, row.subject.unit_id


def _earlier(viewer: Viewer, at: Shown) -> Shown | None:
    """The period before, as it counts."""
    previous = at.cycle.previous
    if previous is None:
        return None
    run = Run.objects.filter(cycle=previous, release__state__in=CURRENT).select_related("version__scheme").first()
    return _shown(previous, run) if run is not None else None


def _of_subjects(viewer: Viewer, run: Run, rows: Iterable[Outcome]) -> dict[Subject, Outcome]:
    listed = list(rows)
    found = visible(viewer, Outcome).filter(run=run).select_related("subject")
    people = [row.subject.person_id for row in listed if row.subject.person_id is not None]
    found = found.filter(subject__person__in=people) if people else found.filter(subject__unit__in=[row.subject.unit_id for row in listed])
    return {_who(row): row for row in found}


def _record_counts(viewer: Viewer, cycle: Cycle, rows: Iterable[Outcome]) -> dict[Subject, int]:
    """How many records of the period speak of each."""
    listed = [_who(row) for row in rows]
    found = visible(viewer, Record).filter(state__in=LIVE_RECORDS, withdraws=False, day__gte=cycle.since, day__lt=cycle.until).order_by()
    people, units = [person for person, _ in listed if person is not None], [unit for _, unit in listed if unit is not None]
    found = found.filter(person__in=people) if people else found.filter(person=None, unit__in=units)
    counted = found.values_list("person", "unit").annotate(count=Count("pk", distinct=True))
    made: dict[Subject, int] = {}
    for person, unit, count in counted:
        key = (person, None) if person is not None else (None, unit)
        made[key] = made.get(key, 0) + count
    return made


def _places(found: QuerySet[Outcome], rows: Sequence[Outcome]) -> dict[int, int]:
    """The place of each row in what is shown, equal scores sharing the better one; worked out for the page alone."""
    scores = sorted({row.score for row in rows if row.score is not None}, reverse=True)
    if not scores:
        return {}
    better = found.filter(score__gt=scores[0]).count()
    counted = dict(found.filter(score__lte=scores[0], score__gte=scores[-1]).order_by().values_list("score").annotate(count=Count("pk", distinct=True)))
    place, of_score = better + 1, {}
    for score in sorted(counted, reverse=True):
        of_score[score] = place
        place += counted[score]
    return {row.pk: of_score[row.score] for row in rows if row.score is not None}


# ------------------------------------------------------------------------------------------------------------- distribution


@dataclass(frozen=True, slots=True)
class Spot:
    """One score of the distribution."""

    row: str
    name: str
    score: Decimal
    grade: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many have a grade, how many places there are, and how that came about for each group."""

    grade: str
    heads: int
    places: int | None
    share: str
    groups: tuple[tuple[str, int, str, int], ...]  # group, heads, share in heads, places

    @property
    def over(self) -> int:
        """How many have it beyond the places."""
        return max(self.heads - (self.places or 0), 0)

    @property
    def under(self) -> int:
        """How many places nobody has."""
        return max((self.places or 0) - self.heads, 0)


@dataclass(frozen=True, slots=True)
class Spread:
    """All scores the viewer may see, summed up."""

    spots: list[Spot]
    heads: int
    without: int
    mean: Decimal | None
    median: Decimal | None
    shares: list[Share]
    policy: str
    article: str


def spread(viewer: Viewer, at: Shown, found: QuerySet[Outcome]) -> Spread:
    """The distribution, with the places of each grade as the scheme gives them."""
    rows = list(found.select_related("subject__person", "subject__unit").order_by("score", "pk"))
    names = unit_names(at.cycle.org_id, at.cycle.reference_day)
    spots = [Spot(row.subject.row_key, _name(row, names), score, row.grade) for row in rows if (score := score_of(row)) is not None]
    scores = [spot.score for spot in spots]
    quotas = _quotas(at, rows, names)
    return Spread(
        spots, len(rows), len(rows) - len(spots), mean(scores, at.digits), median(scores, at.digits), _shares(rows, quotas),
        next((quota.policy for _, quota in quotas), ""), _article(at),
    )  # fmt: skip


def _name(row: Outcome, names: Mapping[int, str]) -> str:
    return row.subject.person.name if row.subject.person is not None else names.get(row.unit_id, "")


def mean(scores: Sequence[Decimal], digits: int) -> Decimal | None:
    """The mean, half up."""
    return _rounded(sum(map(Fraction, scores), Fraction(0)) / len(scores), digits) if scores else None


def median(scores: Sequence[Decimal], digits: int) -> Decimal | None:
    """The middle one, or the mean of the two in the middle."""
    if not scores:
        return None
    ranked, half = sorted(scores), len(scores) // 2
    middle = Fraction(ranked[half]) if len(ranked) % 2 else (Fraction(ranked[half - 1]) + Fraction(ranked[half])) / 2
    return _rounded(middle, digits)


def _rounded(value: Fraction, digits: int) -> Decimal:
    return Decimal(decimal_text(round_exact(value, digits, Rounding.HALF_UP), digits))


def _quotas(at: Shown, rows: Sequence[Outcome], names: Mapping[int, str]) -> list[tuple[str, Quota]]:
    """The places in each unit: of the first of its people who is graded. Only where the scheme grades inside units."""
    if not at.head.grade:
        return []
    found = opened(at.run)
    made: dict[int, tuple[str, Quota]] = {}
    with found.lock:
        for row in rows:
            if row.unit_id in made or not row.grade:
                continue
            number = found.row(at.table, row.subject.row_key)
            quota = quota_of(found.plan, found.reference, at.table, number, at.head.grade) if number is not None else None
            if quota is None:
                return []
            made[row.unit_id] = (names.get(row.unit_id, ""), quota)
    whole = {quota.heads for _, quota in made.values()}
    if len(whole) == 1 and len(made) > 1 and whole == {sum(1 for row in rows if row.grade)}:
        return [("", next(iter(made.values()))[1])]  # one ranking for everybody
    return sorted(made.values())


def _shares(rows: Sequence[Outcome], quotas: Sequence[tuple[str, Quota]]) -> list[Share]:
    counts: dict[str, int] = {}
    for row in rows:
        if row.grade:
            counts[row.grade] = counts.get(row.grade, 0) + 1
    if not quotas:
        return [Share(grade, counts[grade], None, "", ()) for grade in _graded(rows)]
    made = []
    for nr, places in enumerate(quotas[0][1].grades):
        groups = tuple((name, quota.heads, decimal_text(quota.grades[nr].exact), quota.grades[nr].places) for name, quota in quotas)
        made.append(Share(places.grade, counts.get(places.grade, 0), sum(each[3] for each in groups), f"{decimal_text(places.share * 100)}%", groups))
    return made


def _graded(rows: Sequence[Outcome]) -> list[str]:
    """Grades from the best: by the usual words, letters as they are; others by the mean score of those who have them."""
    scores: dict[str, list[int]] = {}
    for row in rows:
        if row.grade:
            scores.setdefault(row.grade, []).append(row.score or 0)

    def place(grade: str) -> tuple[int, Fraction, str]:
        known = results.BEST_FIRST.index(grade) if grade in results.BEST_FIRST else 0
        return known, Fraction(0) if len(grade) == 1 else -Fraction(sum(scores[grade]), len(scores[grade])), grade

    return sorted(scores, key=place)


def _article(at: Shown) -> str:
    column = next((each for each in plan_of(at.run.version).tables[at.table].columns if each.name == at.head.grade), None)
    return column.origin.article if column is not None and isinstance(column.origin, Origin) else ""


# --------------------------------------------------------------------------------------------------------------------- units


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit by its people."""

    unit_id: int
    name: str
    heads: int
    scored: int
    mean: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    grades: list[tuple[str, int]]


def by_unit(at: Shown, found: QuerySet[Outcome], grades: Sequence[str]) -> list[UnitLine]:
    """The units of what is shown, the highest mean first."""
    names = unit_names(at.cycle.org_id, at.cycle.reference_day)
    inside = Outcome.objects.filter(pk__in=found.values("pk")).order_by()
    counted: dict[tuple[int, str], int] = {}
    for unit_id, grade, count in inside.values_list("unit", "grade").annotate(count=Count("pk")):
        counted[unit_id, grade] = count
    made = []
    sums = inside.values("unit").annotate(heads=Count("pk"), scored=Count("score"), total=Sum("score"), low=Min("score"), high=Max("score"))
    sums = sums.annotate(digits=Max("score_digits"))
    for row in sums:
        scaled = [Decimal(row[name]).scaleb(-row["digits"]) if row[name] is not None else None for name in ("low", "high")]
        average = _rounded(Fraction(row["total"], 10 ** row["digits"]) / row["scored"], at.digits) if row["scored"] else None
        made.append(
            UnitLine(
                row["unit"], names.get(row["unit"], ""), row["heads"], row["scored"], average, scaled[0], scaled[1],
                [(grade, counted.get((row["unit"], grade), 0)) for grade in grades],
            )
        )  # fmt: skip
    return sorted(made, key=lambda line: (line.mean is None, -(line.mean or 0), line.name))


def units_in(viewer: Viewer, at: Shown) -> list[tuple[int, str]]:
    """The units among whose people the viewer may choose."""
    names = unit_names(at.cycle.org_id, at.cycle.reference_day)
    ids = outcomes(viewer, at.run).order_by().values_list("unit", flat=True).distinct()
    return sorted(((pk, names.get(pk, "")) for pk in ids), key=lambda pair: pair[1])


# ----------------------------------------------------------------------------------------------------------------------- own


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item against its full mark, and what it was the period before."""

    name: str
    value: str
    full: str
    part: Decimal  # of the full mark, 0 to 1
    before: str
    article: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One period of somebody's course."""

    cycle: Cycle
    run: str
    row: str
    score: Decimal | None
    missing: str
    grade: str


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody's result and what it stands on. Nobody else's figure is in it."""

    at: Shown
    line: Line
    items: list[ItemLine]
    course: list[Step]
    records: list[Record]
    heads: int | None  # in the group that was graded, where the scheme grades by places


def own(viewer: Viewer, cycle_ref: str, person_id: int | None = None) -> Own:
    """The viewer's own result, or that of somebody whose outcome the viewer may see."""
    at = shown(viewer, cycle_ref)
    wanted = person_id if person_id is not None else viewer.person.pk if viewer.person is not None else 0
    found = outcomes(viewer, at.run).filter(subject__person=wanted)
    if not found.exists():
        raise NotYours
    line = lines(viewer, at, found).lines[0]
    return Own(at, line, _items(at, line), _course(viewer, at, wanted), _records(viewer, at.cycle, wanted), _heads(at, line))


def _items(at: Shown, line: Line) -> list[ItemLine]:
    """The indicators with their full marks; in a scheme without an indicator table what people score."""
    found = opened(at.run)
    row, before = found.row(at.table, line.row), found.row(at.table, line.before_row) if line.before_row else None
    if row is None:
        return []
    fulls = {
        column.name: (str(column.origin.full.figure), column.origin.article)
        for column in found.subject.columns
        if isinstance(column.origin, Origin) and column.origin.full is not None and not column.hidden
    } or {item.name: (item.full, item.article) for item in items_of(at.run.version) if item.full}
    made = []
    for name, (full, article) in fulls.items():
        value, was = found.value(at.table, row, name) or "", (found.value(at.table, before, name) or "") if before is not None else ""
        missing = value in results.MISSING_WORDS.values() or not value
        share = Decimal(0) if missing or not Decimal(full) else min(max(Decimal(value) / Decimal(full), Decimal(0)), Decimal(1))
        made.append(ItemLine(name, value, full, share, "" if was in results.MISSING_WORDS.values() else was, article, missing))
    return made


def _course(viewer: Viewer, at: Shown, person_id: int) -> list[Step]:
    found = visible(viewer, Outcome).filter(subject__person=person_id, run__cycle__scheme=at.cycle.scheme_id, run__cycle__since__lte=at.cycle.since)
    rows = found.filter(run__release__state__in=CURRENT).select_related("run__cycle", "subject").order_by("run__cycle__since")
    made = [Step(row.run.cycle, row.run.ref, row.subject.row_key, score_of(row), row.missing, row.grade) for row in rows]
    return made[-13:]


def _records(viewer: Viewer, cycle: Cycle, person_id: int) -> list[Record]:
    found = visible(viewer, Record).filter(person=person_id, state__in=LIVE_RECORDS, withdraws=False, day__gte=cycle.since, day__lt=cycle.until)
    return list(found.select_related("register", "entered_by", "person").order_by("-day", "-pk")[:50])


def _heads(at: Shown, line: Line) -> int | None:
    found = opened(at.run)
    row = found.row(at.table, line.row)
    if row is None or not at.head.grade:
        return None
    with found.lock:
        quota = quota_of(found.plan, found.reference, at.table, row, at.head.grade)
    return quota.heads if quota is not None else None
