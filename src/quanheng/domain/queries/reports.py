"""Units' reports: to write, to read, and beside the sheet of the group that rates the unit."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quanheng.domain import calendar, files
from quanheng.domain.bridge.items import Item, items_of
from quanheng.domain.models import About, Attachment, Capacity, Counted, Cycle, Part, Proof, Record, Report, Stage, StageKind, Statement, Subject
from quanheng.domain.policies.gates import visible
from quanheng.domain.policies.reports import asked, writes
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.marks import citable
from quanheng.domain.refusal import NotYours
from quanheng.domain.states import LIVE_RECORDS, CycleState, ReportState, StageState


def items_for(subject: Subject) -> list[Item]:
    """The items of the scheme that review groups score."""
    return [item for item in items_of(subject.cycle.version) if item.part == Part.GROUP]


def newest(report: Report) -> dict[str, Statement]:
    """The newest statement on each item."""
    return {each.item: each for each in Statement.objects.filter(report=report).order_by("rev")}


def standing(report: Report) -> list[Proof]:
    """The proofs that were not dropped."""
    found = Proof.objects.filter(report=report, dropped=False).select_related("record__register", "attachment__blob", "by")
    return list(found.order_by("pk"))


def content(report: Report) -> list[object]:
    """Everything that stands in it, for its digest."""
    words = [[each.item, each.rev, each.text, each.claim, each.reason] for each in Statement.objects.filter(report=report).order_by("item", "rev")]
    proofs = [[each.item, each.record.ref if each.record else each.attachment.blob.sha256 if each.attachment else ""] for each in standing(report)]
    return [str(report.state), words, proofs]


def citable_of(viewer: Viewer, subject: Subject) -> list[Record]:
    """Records about the unit in the days of the cycle that a statement may stand on, the newest first."""
    days = {"day__gte": subject.cycle.since, "day__lt": subject.cycle.until}
    found = visible(viewer, Record).filter(unit=subject.unit_id, unit__isnull=False, state__in=LIVE_RECORDS, **days).select_related("register")
    return [record for record in found.order_by("-day", "-pk")[:200] if citable(record)]


@dataclass(slots=True)
class Told:
    """One item of a report: what was handed in, and what was added since."""

    item: Item
    said: Statement | None = None
    added: list[Statement] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)

    @property
    def bare(self) -> bool:
        """Something is said, and nothing stands behind it."""
        return bool(self.said and self.said.text) and not self.proofs

    @property
    def claim(self) -> str:
        """The points claimed now: an addition may claim others."""
        return next((each.claim for each in [*reversed(self.added), *([self.said] if self.said else [])] if each.claim), "")


def told(items: Sequence[Item], report: Report | None) -> list[Told]:
    """The report by the items of the scheme: three statements."""
    found = {item.name: Told(item) for item in items}
    if report is not None:
        for each in Statement.objects.filter(report=report).select_related("by").order_by("rev"):
            if each.item in found and each.reason:
                found[each.item].added.append(each)
            elif each.item in found:
                found[each.item].said = each
        for proof in standing(report):
            if proof.item in found:
                found[proof.item].proofs.append(proof)
    return list(found.values())


def _late(report: Report | None, stage: Stage) -> bool:
    return report is not None and report.handed_at is not None and report.handed_at > stage.due_at


@dataclass(frozen=True, slots=True)
class View:
    """The page of one report."""

    subject: Subject
    report: Report | None
    items: list[Told]
    stage: Stage
    days: int
    mine: bool
    records: list[Record]  # that may be cited

    @property
    def name(self) -> str:
        """The unit's."""
        return str(self.subject.row_key.split("/")[0])

    @property
    def drafting(self) -> bool:
        """Whether the viewer may write into it now."""
        return self.mine and not self.handed_in and self.subject.cycle.state == CycleState.RUNNING

    @property
    def adding(self) -> bool:
        """Whether the viewer may add to what was handed in."""
        return self.mine and self.handed_in and self.subject.cycle.state == CycleState.RUNNING

    @property
    def open(self) -> bool:
        """Whether it may be handed in now."""
        return bool(self.stage.state == StageState.OPEN)

    @property
    def handed_in(self) -> bool:
        """Whether it has been."""
        return self.report is not None and self.report.state == ReportState.HANDED_IN

    @property
    def late(self) -> bool:
        """Handed in behind its day."""
        return _late(self.report, self.stage)

    @property
    def left(self) -> int:
        """Items that say nothing yet."""
        return sum(not (each.said and each.said.text) for each in self.items)


def one(viewer: Viewer, subject_id: int) -> View:
    """One report: for its writer from the beginning, for everybody else once it is handed in."""
    subject = Subject.objects.filter(cycle__org=viewer.org, pk=subject_id).select_related("cycle__version", "unit").first()
    stage = Stage.objects.filter(cycle=subject.cycle_id, kind=StageKind.REPORT).first() if subject is not None else None
    report = visible(viewer, Report).filter(subject=subject).first() if subject is not None else None
    if subject is None or stage is None or subject.unit_id is None or viewer.administers:
        raise NotYours
    mine = writes(viewer, subject)
    if report is None and not mine:
        raise NotYours
    days = calendar.between(viewer.org, viewer.today, stage.due)
    return View(subject, report, told(items_for(subject), report), stage, days, mine, citable_of(viewer, subject) if mine else [])


def beside(viewer: Viewer, subject: Subject, item: Item | None) -> Told | None:
    """What the unit said on the item that is being rated."""
    if subject.unit_id is None or item is None:
        return None
    report = visible(viewer, Report).filter(subject=subject).first()
    return told([item], report)[0] if report is not None else None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in the list."""

    subject: Subject
    name: str
    report: Report | None
    claims: int
    proofs: int
    additions: int
    mine: bool
    late: bool

    @property
    def handed_at(self) -> datetime.datetime | None:
        """When it was handed in."""
        return self.report.handed_at if self.report is not None else None


def listed(viewer: Viewer, cycle: Cycle) -> list[Row]:
    """The units of a cycle whose report the viewer writes or may read; HR sees who has not handed in."""
    stage = Stage.objects.filter(cycle=cycle, kind=StageKind.REPORT).first()
    if stage is None:
        return []
    seen = visible(viewer, Subject).filter(cycle=cycle, unit__isnull=False, counted=Counted.IN).select_related("unit", "cycle").order_by("row_key")
    reports = {report.subject_id: report for report in visible(viewer, Report).filter(subject__cycle=cycle)}
    said, proofs = _counts(list(reports.values()))
    mine, tops = set(asked(viewer)), set(viewer.tops(Capacity.HEAD))
    made = []
    for subject in seen:
        report = reports.get(subject.pk)
        statements = said.get(report.pk, []) if report is not None else []
        claims, added = sum(bool(each.claim) and not each.reason for each in statements), sum(bool(each.reason) for each in statements)
        count = proofs.get(report.pk, 0) if report is not None else 0
        writes_it = subject.pk in mine or subject.unit_id in tops
        made.append(Row(subject, subject.row_key.split("/")[0], report, claims, count, added, writes_it, _late(report, stage)))
    return sorted(made, key=lambda row: not row.mine)


def _counts(reports: Sequence[Report]) -> tuple[Mapping[int, list[Statement]], Mapping[int, int]]:
    said: dict[int, dict[tuple[str, str], Statement]] = {}
    for each in Statement.objects.filter(report__in=reports).order_by("rev"):
        said.setdefault(each.report_id, {})[each.item, each.reason and str(each.rev)] = each
    proofs: dict[int, int] = {}
    for report in Proof.objects.filter(report__in=reports, dropped=False).values_list("report_id", flat=True):
        proofs[report] = proofs.get(report, 0) + 1
    return {report: list(each.values()) for report, each in said.items()}, proofs


def cycles(viewer: Viewer) -> list[Cycle]:
    """Cycles in which units report, the newest first."""
    found = visible(viewer, Cycle).filter(stages__kind=StageKind.REPORT).exclude(state=CycleState.CANCELLED).order_by("-since", "-pk")
    return list(found.distinct()[:24])


def attachment(viewer: Viewer, pk: int) -> tuple[Attachment, bytes]:
    """A file with its bytes, for whoever may see the report it is beside."""
    found = Attachment.objects.select_related("blob").filter(org=viewer.org, about_kind=About.REPORT, pk=pk).first()
    if found is None or not visible(viewer, Report).filter(pk=found.about_id).exists():
        raise NotYours
    return found, files.read(found.blob)
