"""Score sheets as pages show them: the grid, the records beside it, what waits for a review."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from quanheng.domain import calendar
from quanheng.domain.bridge.items import Item, items_of
from quanheng.domain.models import About, Cite, Cycle, Duty, Mark, Meaning, Missing, Part, Record, Seat, Sheet, Signature, Stage, Subject
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import Viewer, open_at
from quanheng.domain.queries.home import Progress, record_counts, sheet_progress
from quanheng.domain.queries.marks import newest, reviewers
from quanheng.domain.queries.recusal import recused_subjects
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import LIVE_RECORDS, CycleState, SheetState
from quanheng.engine.values import decimal_text


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet in a list."""

    sheet: Sheet
    progress: Progress
    days: int | None
    due: Stage | None
    mine: bool
    to_review: bool


@dataclass(frozen=True, slots=True)
class Square:
    """One cell."""

    item: Item
    value: str
    rev: int
    missing: str
    cited: bool
    mine: bool  # scored on this sheet
    label: str
    note: str = ""

    @property
    def no_record(self) -> bool:
        """Scored, and nothing behind it."""
        return bool(self.value) and not self.cited

    @property
    def zero(self) -> bool:
        """A real zero."""
        return bool(self.value) and Fraction(self.value) == 0


@dataclass(frozen=True, slots=True)
class Line:
    """One subject."""

    subject: Subject
    name: str
    number: str
    records: int
    squares: list[Square]
    own: str  # the self-evaluation, shown beside
    gap: str
    too_wide: bool
    explained: bool
    recused: bool

    @property
    def open(self) -> int:
        """Cells that say nothing yet."""
        return sum(square.mine and not square.value and square.missing in ("", Missing.UNRATED) for square in self.squares)


@dataclass(frozen=True, slots=True)
class Grid:
    """A whole sheet."""

    sheet: Sheet
    cycle: Cycle
    items: list[Item]
    lines: list[Line]
    stage: Stage | None
    days: int
    may_write: bool
    may_review: bool
    leads: bool
    signatures: list[Signature]
    compares: bool

    @property
    def open(self) -> int:
        """Cells of the whole sheet that say nothing yet."""
        return sum(line.open for line in self.lines if not line.recused)

    @property
    def bare(self) -> int:
        """Marks without a record behind them."""
        return sum(square.no_record for line in self.lines for square in line.squares)


STAGE_OF = {Part.SELF: "self", Part.SUPERIOR: "superior", Part.UPPER: "upper", Part.GROUP: "group"}


def sheets(viewer: Viewer) -> list[Listed]:
    """The viewer's own sheets first, then those to be reviewed, then those that may be read; of cycles that are going."""
    found = list(
        visible(viewer, Sheet)
        .filter(cycle__state__in=[CycleState.RUNNING, CycleState.RATED])
        .select_related("cycle", "rater", "committee")
        .order_by("cycle__since", "part", "pk")[:200]
    )
    progress = sheet_progress([sheet.pk for sheet in found])
    stages = {(stage.cycle_id, str(stage.kind)): stage for stage in Stage.objects.filter(cycle_id__in={sheet.cycle_id for sheet in found})}
    reviewing = _reviewed_by(viewer)
    made = []
    for sheet in found:
        stage = stages.get((sheet.cycle_id, STAGE_OF.get(Part(sheet.part), "")))
        mine = viewer.person is not None and (sheet.rater_id == viewer.person.pk or sheet.committee_id in viewer.committees)
        days = calendar.between(viewer.org, viewer.today, stage.due) if stage is not None else None
        made.append(Listed(sheet, progress[sheet.pk], days, stage, mine, sheet.state == SheetState.SUBMITTED and sheet.pk in reviewing))
    return sorted(made, key=lambda each: (not each.mine, not each.to_review, each.days if each.days is not None else 999))


def _reviewed_by(viewer: Viewer) -> set[int]:
    """Sheets of superiors whose superior the viewer is."""
    overseen = Duty.objects.filter(part=Part.SUPERIOR, subject__spells__upper=viewer.person).values("rater_id", "subject__cycle_id").distinct()
    pairs = {(row["rater_id"], row["subject__cycle_id"]) for row in overseen}
    rows = Sheet.objects.filter(part=Part.SUPERIOR, rater_id__in=[pair[0] for pair in pairs]).values_list("pk", "rater_id", "cycle_id")
    return {pk for pk, rater, cycle in rows if (rater, cycle) in pairs}


def grid(viewer: Viewer, sheet_id: int) -> Grid:
    """The sheet with everything beside it; as many statements for 300 people as for three."""
    sheet = visible(viewer, Sheet).filter(pk=sheet_id).select_related("cycle__version", "cycle__org", "rater", "committee").first()
    if sheet is None:
        raise NotYours
    cycle = sheet.cycle
    items = {item.name: item for item in items_of(cycle.version) if item.part == sheet.part}
    duties = list(
        Duty.objects.filter(subject__cycle=cycle, part=sheet.part, rater=sheet.rater, committee=sheet.committee)
        .select_related("subject__person", "subject__unit")
        .order_by("subject__row_key")
    )
    columns = [item for item in items.values() if any(item.name in duty.items for duty in duties)]
    marks = newest(sheet)
    cited = set(Cite.objects.filter(mark__in=[mark.pk for mark in marks.values()]).values_list("mark_id", flat=True))
    people = [duty.subject.person_id for duty in duties if duty.subject.person_id is not None]
    counts = record_counts(cycle, people)
    own = _self_marks(cycle, people) if sheet.part == Part.SUPERIOR else {}
    explained = set(
        Signature.objects.filter(
            about_kind=About.SUBJECT, about_id__in=[duty.subject_id for duty in duties], meaning=Meaning.EXPLAINED, person=viewer.person
        ).values_list("about_id", flat=True)
    )
    recused = recused_subjects(viewer, cycle)
    making = Making(cycle, columns, marks, cited, counts, own, explained, recused)
    stage = Stage.objects.filter(cycle=cycle, kind=STAGE_OF.get(Part(sheet.part), "")).first()
    person = viewer.person
    mine = person is not None and (sheet.rater_id == person.pk or sheet.committee_id in viewer.committees)
    return Grid(
        sheet, cycle, columns, [making.line(duty) for duty in duties], stage,
        calendar.between(viewer.org, viewer.today, stage.due) if stage is not None else 0,
        may_write=mine and sheet.state == SheetState.OPEN and cycle.state == CycleState.RUNNING,
        may_review=sheet.state == SheetState.SUBMITTED and person is not None and person.pk in reviewers(sheet),
        leads=sheet.committee_id is None or viewer.leads(sheet.committee_id),
        signatures=list(Signature.objects.filter(about_kind=About.SHEET, about_id=sheet.pk).select_related("person").order_by("at")),
        compares=bool(own),
    )  # fmt: skip


@dataclass(frozen=True)
class Making:
    """What every line of a grid needs, read once."""

    cycle: Cycle
    items: list[Item]
    marks: dict[tuple[int, str], Mark]
    cited: set[int]
    counts: dict[int, int]
    own: dict[int, str]
    explained: set[int]
    recused: set[int]

    def line(self, duty: Duty) -> Line:
        """One subject's cells, with the self-evaluation beside them."""
        subject = duty.subject
        name = subject.person.name if subject.person is not None else subject.row_key.split("/")[0]
        number = subject.person.number if subject.person is not None else ""
        squares = [self._square(duty, item, name) for item in self.items]
        own = self.own.get(subject.person_id or 0, "")
        given = next((square.value for square in squares if square.value), "")
        gap = abs(Fraction(own) - Fraction(given)) if own and given and len(self.items) == 1 else None
        limit = self.cycle.gap_limit
        return Line(
            subject, name, number, self.counts.get(subject.person_id or 0, 0), squares, own, decimal_text(gap) if gap is not None else "",
            gap is not None and bool(limit) and gap >= Fraction(limit), subject.pk in self.explained, subject.pk in self.recused,
        )  # fmt: skip

    def _square(self, duty: Duty, item: Item, name: str) -> Square:
        mark = self.marks.get((duty.subject_id, item.name))
        return Square(
            item, mark.value if mark is not None else "", mark.rev if mark is not None else 0, mark.missing if mark is not None else "",
            mark is not None and mark.pk in self.cited, item.name in duty.items, f"{name}·{item.name}", mark.note if mark is not None else "",
        )  # fmt: skip


def _self_marks(cycle: Cycle, people: list[int]) -> dict[int, str]:
    """Each person's self-evaluation, once it was handed in."""
    rows = Mark.objects.filter(sheet__cycle=cycle, sheet__part=Part.SELF, sheet__rater_id__in=people).exclude(sheet__state=SheetState.OPEN)
    return {person: value for person, value in rows.order_by("rev").values_list("subject__person_id", "value") if value}


@dataclass(frozen=True, slots=True)
class Fact:
    """A record and what it says in one line."""

    record: Record
    text: str


def told(record: Record) -> Fact:
    """The note, or the first values of a row that has none."""
    listed = "，".join(f"{name} {text}" for name, text in list(record.values.items())[:5])
    return Fact(record, record.note or f"{record.register.name}：{listed}")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the grid for one subject: the period's records, and the cell's own course."""

    subject: Subject
    name: str
    facts: list[Fact]
    course: list[Mark]
    cites: set[str]


def beside(viewer: Viewer, sheet_id: int, subject_id: int, item: str = "") -> Beside:
    """The records of the period about a subject, and how a cell came about."""
    sheet = visible(viewer, Sheet).filter(pk=sheet_id).select_related("cycle").first()
    if sheet is None:
        raise NotYours
    subject = Subject.objects.select_related("person", "unit").get(cycle=sheet.cycle, pk=subject_id)
    days = {"day__gte": sheet.cycle.since, "day__lt": sheet.cycle.until}
    found = visible(viewer, Record).filter(state__in=LIVE_RECORDS, **days).select_related("register", "entered_by")
    found = found.filter(person=subject.person) if subject.person_id else found.filter(unit=subject.unit)
    course = list(Mark.objects.filter(sheet=sheet, subject=subject, item=item, member__isnull=True).select_related("by").order_by("-rev")) if item else []
    cites = set(Cite.objects.filter(mark=course[0]).values_list("record__ref", flat=True)) if course else set()
    name = subject.person.name if subject.person is not None else subject.row_key.split("/")[0]
    return Beside(subject, name, [told(record) for record in found.order_by("-day", "-pk")[:100]], course, cites)


def seated(viewer: Viewer, sheet: Sheet) -> list[Seat]:
    """Who sits in the group of a sheet today."""
    return list(Seat.objects.filter(open_at(viewer.today), committee=sheet.committee).select_related("person").order_by("pk"))
