"""Why a figure of a run is what it is, for somebody who may see it: worked out again from what the run froze.

Two ways lead to a figure. It belongs to a subject whose outcome the viewer may see; or it is part of the explanation of
such a figure, and then it is shown as far as it speaks of that subject (`of`). Who may see every outcome of the run may
open any of its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from quanheng.domain.bridge.frozen import Opened, opened
from quanheng.domain.bridge.items import items_of
from quanheng.domain.bridge.read import unit_names
from quanheng.domain.models import Article, Cite, Mark, Outcome, Record, Run, Sheet
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.viewer import OVERSEEING, Viewer
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import RunState
from quanheng.engine.explain import Explanation
from quanheng.engine.explain.trace import Tracer
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin
from quanheng.engine.plan.uses import used_by

SHOWN_DEEP = 3  # levels of the tree on one page; what lies deeper opens by itself


@dataclass(frozen=True, slots=True)
class Place:
    """A figure of a run by its address."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A row of data that was counted, or was not and why. `ref`: its record, when the viewer may open it."""

    table: str
    key: str
    values: tuple[tuple[str, str], ...]
    counted: bool
    why_not: str
    ref: str = ""
    pk: int = 0
    day: object = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the tree, as a page shows it."""

    place: Place
    name: str
    whose: str  # "" when it belongs to the subject itself
    value: str
    exact: str
    kind: str
    sentence: str
    formula: str
    rule: str
    article: str
    source: str
    readings: tuple[str, ...]
    steps: tuple[str, ...]
    not_applied: tuple[str, ...]
    records: tuple[Cited, ...]
    more_records: int
    parts: tuple[Figure, ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A rule that reads the figure; with its own value where it stands in the same row."""

    place: Place | None
    table: str
    column: str
    article: str
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything there is to say about one figure."""

    run: Run
    figure: Figure
    of: str  # the subject through whom the viewer sees it
    who: str
    unit: str
    articles: tuple[Article, ...]
    uses: tuple[Use, ...]
    marked: Marked | None
    path: tuple[Figure, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Marked:
    """Who gave a mark, when, with which words."""

    by: str
    at: object
    note: str
    records: tuple[Cited, ...]


def explanation(viewer: Viewer, run_ref: str, place: Place, *, of: str = "", language: str = "zh", path: Sequence[Place] = ()) -> Told:
    """Explain one figure. Raises `NotYours` for what the viewer may not see or what is not there."""
    run = Run.objects.filter(cycle__org=viewer.org, ref=run_ref, state=RunState.DONE).select_related("cycle__org", "version__scheme", "result").first()
    if run is None:
        raise NotYours
    found = opened(run)
    with found.lock:
        return Explaining(viewer, run, found, language).told(place, of, path)


class Explaining:
    """One question of one viewer about one run."""

    def __init__(self, viewer: Viewer, run: Run, found: Opened, language: str) -> None:
        self.viewer, self.run, self.found, self.language = viewer, run, found, language
        self.plan = found.plan
        self.outcomes = visible(viewer, Outcome).filter(run=run)
        self.everything = self._sees_all()

    def _sees_all(self) -> bool:
        """Whether every outcome of the run is the viewer's to see: then records of others may be listed too."""
        if not self.viewer.holds(*OVERSEEING):
            return False
        return self.outcomes.count() == Outcome.objects.filter(run=self.run).count()

    # ------------------------------------------------------------------------------------------------------------ the gate

    def may(self, place: Place, of: str) -> str:
        """The subject's row through which the viewer sees the figure; "" when he sees all."""
        table = self.plan.tables.get(place.table)
        column = next((each for each in table.columns if each.name == place.column and not each.hidden), None) if table is not None else None
        if table is None or column is None or self.found.row(place.table, place.row) is None:
            raise NotYours
        if place.table == self.plan.subject and self._outcome(place.row):
            return place.row
        if of and self._outcome(of) and (self.everything or place in reach(self.run, of)):
            return of
        if self.everything:
            return ""
        raise NotYours

    def _outcome(self, row: str) -> bool:
        return self.outcomes.filter(subject__row_key=row).exists()

    # ------------------------------------------------------------------------------------------------------- what is told

    def told(self, place: Place, of: str, path: Sequence[Place]) -> Told:
        through = self.may(place, of)
        tracer = Tracer(self.plan, self.found.reference, self.language)
        if not self.everything:
            mine = self.found.row(self.plan.subject, through)
            assert mine is not None
            tracer.keep_to(self.plan.subject, mine)
        row = self.found.row(place.table, place.row)
        assert row is not None
        root = tracer.cell(place.table, row, place.column)
        stored = self.found.value(place.table, row, place.column)
        assert stored is None or root.exact == stored, (place, root.exact, stored)  # 复算一致
        outcome = self.outcomes.filter(subject__row_key=through).select_related("subject__person").first() if through else None
        who, unit = self._who(outcome)
        refs = self._records(root)
        figure = self._figure(root, refs, who, through, SHOWN_DEEP)
        return Told(
            run=self.run, figure=figure, of=through, who=who, unit=unit, articles=self._articles(root), uses=self._uses(place, row),
            marked=self._marked(place), path=tuple(self._named(tracer, step, who, through) for step in path if self._open(step, through)),
        )  # fmt: skip

    def _open(self, place: Place, through: str) -> bool:
        try:
            self.may(place, through)
        except NotYours:
            return False
        return True

    def _named(self, tracer: Tracer, place: Place, who: str, through: str) -> Figure:
        row = self.found.row(place.table, place.row)
        assert row is not None
        return self._figure(tracer.mention(place.table, row, place.column), {}, who, through, 0)

    def _who(self, outcome: Outcome | None) -> tuple[str, str]:
        if outcome is None:
            return "", ""
        names = unit_names(self.run.cycle.org_id, self.run.cycle.reference_day)
        person = outcome.subject.person
        unit = names.get(outcome.unit_id, "")
        return (person.name, unit) if person is not None else (unit, "")

    def _figure(self, told: Explanation, refs: Mapping[str, Record], who: str, through: str, deep: int) -> Figure:
        own = told.table == self.plan.subject and told.row == through
        records = tuple(self._cited(told, refs))
        hidden = len(told.records) - len(records)
        parts = tuple(self._figure(part, refs, who, through, deep - 1) for part in told.parts) if deep > 0 else ()
        return Figure(
            place=Place(told.table, told.row, told.column), name=told.column, whose=_whose(told.row, through), value=told.value, exact=told.exact,
            kind=told.kind, sentence=_spoken(told, who if own else ""), formula=told.formula, rule=told.rule, article=told.article, source=told.source,
            readings=told.readings, steps=told.steps, not_applied=told.not_applied, records=records, more_records=told.more_records + hidden, parts=parts,
            missing=told.exact in ("未评", "无数据", "不适用"),
        )  # fmt: skip

    # -------------------------------------------------------------------------------------------------------------- records

    def _origin(self, table: str, key: str) -> str:
        row = self.found.row(table, key)
        return self.found.origin(table, row) if row is not None else ""

    def _records(self, root: Explanation) -> dict[str, Record]:
        """The records behind the rows that are listed, as far as they are the viewer's to see; one query for all."""
        refs = {self._origin(each.table, each.key) for told in root.walk() for each in told.records}
        refs |= {self._origin(told.table, told.row) for told in root.walk() if told.kind == "input"}
        refs = {ref for ref in refs if ref.startswith("JL-")}
        return {record.ref: record for record in visible(self.viewer, Record).filter(ref__in=refs)} if refs else {}

    def _cited(self, told: Explanation, refs: Mapping[str, Record]) -> Iterator[Cited]:
        for each in told.records:
            ref = self._origin(each.table, each.key)
            if ref.startswith("JL-") and ref not in refs:
                continue  # counted, not shown: it is not the viewer's to see
            yield _with(Cited(each.table, each.key, each.values, each.counted, each.why_not), refs.get(ref))
        if told.kind == "input" and (record := refs.get(self._origin(told.table, told.row))) is not None:
            yield _with(Cited(told.table, told.row, ((told.column, told.value),), True, ""), record)

    def _marked(self, place: Place) -> Marked | None:
        """The mark behind a marked figure, where the viewer may read the sheet it stands on."""
        if place.table != self.plan.subject or place.column not in {item.name for item in items_of(self.run.version)}:
            return None
        marks = Mark.objects.filter(sheet__cycle=self.run.cycle_id, subject__row_key=place.row, item=place.column, member__isnull=True)
        marks = marks.filter(at__lte=self.run.queued_at)
        mark = marks.filter(sheet__in=visible(self.viewer, Sheet)).select_related("by", "sheet__committee", "sheet__rater").order_by("rev", "pk").last()
        if mark is None:
            return None
        cites = Cite.objects.filter(mark=mark).values("record")
        records = visible(self.viewer, Record).filter(pk__in=cites).order_by("day")
        giver = mark.sheet.committee or mark.sheet.rater
        assert giver is not None
        return Marked(giver.name, mark.at, mark.note, tuple(_with(Cited("", record.ref, tuple(record.values.items()), True, ""), record) for record in records))

    # ------------------------------------------------------------------------------------------------- articles and uses

    def _articles(self, root: Explanation) -> tuple[Article, ...]:
        """The regulation's own words for the figure and for the parts right below it."""
        wanted = list(dict.fromkeys(each.article for each in (root, *root.parts) if each.article))
        rows = Article.objects.filter(version=self.run.version_id, number__in=wanted).order_by("order")
        by_number: dict[str, list[Article]] = {}
        for row in rows:
            by_number.setdefault(row.number, []).append(row)
        found: list[Article] = []
        for number in wanted[:4]:
            with_text = [row for row in by_number.get(number, []) if row.text]
            found.extend(with_text or by_number.get(number, [])[:1])
        return tuple(found)

    def _uses(self, place: Place, row: int) -> tuple[Use, ...]:
        made = []
        tracer = Tracer(self.plan, self.found.reference, self.language)
        for column in used_by(self.plan, place.table, place.column):
            article = column.origin.article if isinstance(column.origin, Origin) else ""
            here = column.table == place.table and place.table == self.plan.subject
            value = tracer.say(place.table, row, column.name) if here else ""
            made.append(Use(Place(place.table, place.row, column.name) if here else None, column.table, column.name, article, value))
        return tuple(made)


def _with(cited: Cited, record: Record | None) -> Cited:
    if record is None:
        return cited
    return replace(cited, ref=record.ref, pk=record.pk, day=record.day, source=str(record.source), note=record.note)


def _whose(row: str, through: str) -> str:
    """Whose figure it is, where it is not the subject's own: of the person, the unit or the row it belongs to."""
    first = row.split("/", maxsplit=1)[0]
    return "" if through and first == through.split("/", maxsplit=1)[0] else first


def _spoken(told: Explanation, who: str) -> str:
    """The sentence with the name of the person instead of the key of the row."""
    return told.sentence.replace(f"{told.table} {told.row}", who, 1) if who else told.sentence


@lru_cache(maxsize=256)
def _reach(run_id: int, _digest: str, of: str) -> frozenset[Place]:
    run = Run.objects.select_related("version", "result").get(pk=run_id)
    found = opened(run)
    row = found.row(found.plan.subject, of)
    if row is None:
        return frozenset()
    tracer = Tracer(found.plan, found.reference, "zh")
    tracer.keep_to(found.plan.subject, row)
    places: set[Place] = set()
    with found.lock:
        for column in found.subject.columns:
            if not column.hidden:
                places |= {Place(each.table, each.row, each.column) for each in tracer.cell(found.plan.subject, row, column.name).walk()}
    return frozenset(places)


def reach(run: Run, of: str) -> frozenset[Place]:
    """Every figure that the figures of a subject stand on."""
    return _reach(run.pk, run.result_digest, of)


def columns(plan: m.Plan) -> list[m.Column]:
    """The visible columns of the subjects, in the order of the scheme."""
    return [column for column in plan.tables[plan.subject].columns if not column.hidden]
