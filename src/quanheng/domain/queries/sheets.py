"""Score sheets as pages show them: the grid, the records beside it, what waits for a review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from quanheng.domain import calendar
from quanheng.domain.bridge.items import Item, items_of
from quanheng.domain.models import About, Cite, Cycle, Duty, Mark, Missing, Part, Person, Record, Seat, SeatRole, Sheet, Signature, Stage, Subject
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.recusal import Bar
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries import gaps, reports
from quanheng.domain.queries.home import Progress, record_counts, sheet_progress
from quanheng.domain.queries.marks import Place, citable, duties_of, open_places, reviewers, seated, sheet_digest, standing, unsigned
from quanheng.domain.queries.members import Views, views
from quanheng.domain.queries.recusal import of_group, recused_subjects
from quanheng.domain.queries.reports import Told
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import LIVE_RECORDS, CycleState, SheetState
from quanheng.engine.values import Rounding, decimal_text, round_exact

MEAN_DIGITS = 2
MOST_FACTS = 100


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
        """A real zero, which stands on a record."""
        return self.cited and bool(self.value) and Fraction(self.value) == 0

    @property
    def says(self) -> bool:
        """Whether there is a mark or a reason for none."""
        return bool(self.value) or self.missing not in ("", Missing.UNRATED)


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
    bar: Bar | None
    explained: list[Signature] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Cells that say nothing yet."""
        return sum(square.mine and not square.says for square in self.squares)

    @property
    def total(self) -> str:
        """The marks of this sheet together, once none is open."""
        return "" if self.open else added(square.value for square in self.squares)

    @property
    def bare(self) -> int:
        """Marks without a record behind them."""
        return sum(square.no_record for square in self.squares)


@dataclass(frozen=True, slots=True)
class Grid:
    """A whole sheet. `own`: the marks of the viewer as a member of the group, not the group's."""

    sheet: Sheet
    cycle: Cycle
    items: list[Item]
    lines: list[Line]
    stage: Stage | None
    days: int
    own: bool
    role: str  # of the viewer in the group of the sheet
    may_write: bool
    may_review: bool
    leads: bool
    signatures: list[tuple[Signature, bool]]  # and whether what was signed still stands
    unsigned: list[Person]
    seats: list[tuple[Seat, list[tuple[str, Bar]]]]  # and whom they leave to the others
    views: Mapping[Place, Views]
    compares: bool

    @property
    def open(self) -> int:
        """Cells of the whole sheet that say nothing yet; what one is recused from is left to the others."""
        return sum(line.open for line in self.lines if not (self.own and line.bar))

    @property
    def adds(self) -> bool:
        """Whether the columns are points that can be put together."""
        return len(self.items) > 1 and all(item.unit == "分" for item in self.items)

    @property
    def full(self) -> str:
        """The full mark of all columns."""
        return added(item.full for item in self.items)

    @property
    def means(self) -> list[tuple[str, str]]:
        """(item, mean) of every column."""
        return [(item.name, mean(line.squares[place].value for line in self.lines)) for place, item in enumerate(self.items)]


def added(values: Iterable[str]) -> str:
    """The sum of what has a value; nothing of nothing."""
    found = [Fraction(value) for value in values if value]
    return decimal_text(sum(found, Fraction(0))) if found else ""


def mean(values: Iterable[str]) -> str:
    """The mean of what has a value, rounded half up to two decimals: for looking, no rule reads it."""
    found = [Fraction(value) for value in values if value]
    return decimal_text(round_exact(sum(found, Fraction(0)) / len(found), MEAN_DIGITS, Rounding.HALF_UP)) if found else ""


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


def opened(viewer: Viewer, sheet_id: int) -> Sheet:
    """The sheet, where it exists for the viewer."""
    sheet = visible(viewer, Sheet).filter(pk=sheet_id).select_related("cycle__version", "cycle__org", "cycle__previous", "rater", "committee").first()
    if sheet is None:
        raise NotYours
    return sheet


def grid(viewer: Viewer, sheet_id: int, *, own: bool = False) -> Grid:
    """The sheet with everything beside it; as many statements for 300 people as for three."""
    sheet = opened(viewer, sheet_id)
    cycle, person = sheet.cycle, viewer.person
    role = next((str(seat.role) for seat in viewer.seats if seat.committee_id == sheet.committee_id), "") if sheet.committee_id is not None else ""
    own = role == SeatRole.MEMBER or (own and role == SeatRole.LEADER)
    duties = list(duties_of(sheet).select_related("subject__person", "subject__unit").order_by("subject__row_key"))
    named = {name for duty in duties for name in duty.items}
    columns = [item for item in items_of(cycle.version) if item.part == sheet.part and item.name in named]
    making = Making(viewer, sheet, columns, duties, member_id=person.pk if own and person is not None else None)
    stage = Stage.objects.filter(cycle=cycle, kind=STAGE_OF.get(Part(sheet.part), "")).first()
    mine = person is not None and (sheet.rater_id == person.pk or bool(role))
    signatures = list(Signature.objects.filter(about_kind=About.SHEET, about_id=sheet.pk).select_related("person").order_by("at"))
    digest = sheet_digest(sheet) if signatures else ""
    grouped = sheet.committee_id is not None
    leaves = of_group(viewer, sheet)
    return Grid(
        sheet, cycle, columns, [making.line(duty) for duty in duties], stage,
        calendar.between(viewer.org, viewer.today, stage.due) if stage is not None else 0, own, role,
        may_write=mine and sheet.state == SheetState.OPEN and cycle.state == CycleState.RUNNING,
        may_review=sheet.state == SheetState.SUBMITTED and person is not None and person.pk in reviewers(sheet),
        leads=sheet.committee_id is None or role == SeatRole.LEADER,
        signatures=[(signature, signature.digest == digest) for signature in signatures],
        unsigned=unsigned(viewer, sheet) if grouped else [],
        seats=[(seat, leaves.get(seat.person_id, [])) for seat in seated(viewer, sheet)] if grouped else [],
        views=views(sheet, columns, viewer.today) if role in (SeatRole.LEADER, SeatRole.SECRETARY) else {}, compares=making.compares,
    )  # fmt: skip


class Making:
    """What every line of a grid needs, read once."""

    def __init__(self, viewer: Viewer, sheet: Sheet, items: list[Item], duties: list[Duty], *, member_id: int | None) -> None:
        self.cycle, self.items = sheet.cycle, items
        self.marks = standing(sheet, member_id)
        self.cited = set(Cite.objects.filter(mark__sheet=sheet).values_list("mark_id", flat=True))
        self.counts = record_counts(sheet.cycle, [duty.subject.person_id for duty in duties if duty.subject.person_id is not None])
        subjects = [duty.subject_id for duty in duties]
        self.compares = sheet.part == Part.SUPERIOR and gaps.comparable(sheet.cycle)
        self.own = gaps.totals(sheet.cycle, Part.SELF, subjects, handed_in=True) if self.compares else {}
        self.said = gaps.explanations(subjects) if self.compares else {}
        self.recused = recused_subjects(viewer, sheet)

    def line(self, duty: Duty) -> Line:
        """One subject's cells, with the self-evaluation beside them."""
        subject = duty.subject
        name = subject.person.name if subject.person is not None else subject.row_key.split("/")[0]
        number = subject.person.number if subject.person is not None else ""
        mine = frozenset(duty.items)
        squares = [self._square(subject.pk, item, name, mine=item.name in mine) for item in self.items]
        own = self.own.get(subject.pk, "")
        given = added(square.value for square in squares) if own and all(square.value for square in squares) else ""
        distance = gaps.apart(own, given)
        return Line(
            subject, name, number, self.counts.get(subject.person_id or 0, 0), squares, own, distance, gaps.too_wide(self.cycle, distance),
            self.recused.get(subject.pk), self.said.get(subject.pk, []),
        )  # fmt: skip

    def _square(self, subject: int, item: Item, name: str, *, mine: bool) -> Square:
        mark = self.marks.get((subject, item.name))
        if mark is None:
            return Square(item, "", 0, "", cited=False, mine=mine, label=f"{name}·{item.name}")
        return Square(item, mark.value, mark.rev, mark.missing, mark.mark in self.cited, mine, f"{name}·{item.name}", mark.note)


def compared(found: Grid) -> list[tuple[Line, Item, Views, Square]]:
    """Every cell for which members gave marks, the widest spread first: that is what has to be talked about."""
    rows = [
        (line, square.item, found.views[line.subject.pk, square.item.name], square)
        for line in found.lines
        for square in line.squares
        if (line.subject.pk, square.item.name) in found.views
    ]
    return sorted(rows, key=lambda row: -Fraction(row[2].apart or 0))


@dataclass(frozen=True, slots=True)
class Figures:
    """What follows from the marks after a save: how many cells are open, the sums and means that changed."""

    open: int
    left: dict[int, int]  # open cells of each of the subjects
    totals: dict[int, str]
    means: dict[str, str]


def figures(viewer: Viewer, sheet: Sheet, subjects: Collection[int], items: Collection[str], *, own: bool = False) -> Figures:
    """For the rows and columns of a block that was saved; the sheet has passed its gate with the save."""
    member = viewer.person.pk if own and viewer.person is not None else None
    rows = Mark.objects.filter(sheet=sheet, member_id=member).order_by("rev").values_list("subject_id", "item", "value")
    values = {(subject, item): value for subject, item, value in rows}
    left = open_places(sheet, member)
    undone = Counter(subject for subject, _ in left)
    columns: dict[str, list[str]] = {}
    lines: dict[int, list[str]] = {}
    for (subject, item), value in values.items():
        columns.setdefault(item, []).append(value)
        lines.setdefault(subject, []).append(value)
    recused = recused_subjects(viewer, sheet) if own else {}
    return Figures(
        sum(subject not in recused for subject, _ in left), {subject: undone[subject] for subject in subjects},
        {subject: "" if subject in undone else added(lines.get(subject, ())) for subject in subjects},
        {item: mean(columns.get(item, ())) for item in items},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """A record and what it says in one line."""

    record: Record
    text: str
    citable: bool
    figures: bool  # a row of the period's figures, not something that happened


def told(record: Record) -> Fact:
    """The note, or the first values of a row that has none."""
    listed = "，".join(f"{name} {text}" for name, text in list(record.values.items())[:5])
    return Fact(record, record.note or f"{record.register.name}：{listed}", citable(record), figures=bool(record.row_key) and not record.note)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the grid for one subject: the period's records, and the cell's own course."""

    sheet: Sheet
    subject: Subject
    name: str
    facts: list[Fact]
    item: Item | None
    course: list[Mark]
    cites: set[str]
    before: str  # the same cell of the period before, where the viewer may see it
    mean: str
    may_write: bool
    own: bool
    report: Told | None  # what the unit says on the item

    @property
    def events(self) -> int:
        """How many of the records tell something that happened."""
        return sum(not fact.figures for fact in self.facts)

    @property
    def mark(self) -> Mark | None:
        """What stands in the cell now."""
        return self.course[0] if self.course else None


def beside(viewer: Viewer, sheet_id: int, subject_id: int, item: str = "", *, own: bool = False) -> Beside:
    """The records of the period about a subject, and how a cell came about."""
    sheet = opened(viewer, sheet_id)
    subject = Subject.objects.select_related("person", "unit").get(cycle=sheet.cycle, pk=subject_id)
    duty = duties_of(sheet).filter(subject=subject).first()
    if duty is None:
        raise NotYours
    days = {"day__gte": sheet.cycle.since, "day__lt": sheet.cycle.until}
    found = visible(viewer, Record).filter(state__in=LIVE_RECORDS, **days).select_related("register", "entered_by")
    found = found.filter(person=subject.person) if subject.person_id else found.filter(unit=subject.unit)
    shown = next((each for each in items_of(sheet.cycle.version) if each.name == item and each.part == sheet.part and item in duty.items), None)
    grouped = sheet.committee_id is not None
    own = grouped and (own or any(seat.committee_id == sheet.committee_id and seat.role == SeatRole.MEMBER for seat in viewer.seats))
    member = viewer.person.pk if own and viewer.person is not None else None
    course = list(Mark.objects.filter(sheet=sheet, subject=subject, item=item, member_id=member).select_related("by").order_by("-rev")) if shown else []
    cites = set(Cite.objects.filter(mark=course[0]).values_list("record__ref", flat=True)) if course else set()
    name = subject.person.name if subject.person is not None else subject.row_key.split("/")[0]
    person = viewer.person
    mine = person is not None and (sheet.rater_id == person.pk or sheet.committee_id in viewer.committees)
    barred = subject.pk in recused_subjects(viewer, sheet)
    return Beside(
        sheet, subject, name, sorted(map(told, found.order_by("-day", "-pk")[:MOST_FACTS]), key=lambda fact: fact.figures), shown, course, cites,
        _before(viewer, sheet, subject, item) if shown else "", _mean(sheet, item, member) if shown else "",
        may_write=mine and not barred and sheet.state == SheetState.OPEN and sheet.cycle.state == CycleState.RUNNING, own=own,
        report=reports.beside(viewer, subject, shown) if grouped else None,
    )  # fmt: skip


def _before(viewer: Viewer, sheet: Sheet, subject: Subject, item: str) -> str:
    """The mark of the period before."""
    if sheet.cycle.previous_id is None:
        return ""
    seen = visible(viewer, Sheet).filter(cycle=sheet.cycle.previous_id, part=sheet.part).values("pk")
    marks = Mark.objects.filter(sheet__in=seen, item=item, member__isnull=True, subject__cycle=sheet.cycle.previous_id)
    marks = marks.filter(subject__person=subject.person_id) if subject.person_id else marks.filter(subject__unit=subject.unit_id)
    last = marks.order_by("-rev").first()
    return last.value if last is not None else ""


def _mean(sheet: Sheet, item: str, member_id: int | None) -> str:
    """The mean of the column."""
    rows = Mark.objects.filter(sheet=sheet, item=item, member_id=member_id).order_by("rev").values_list("subject_id", "value")
    return mean(dict(rows).values())
