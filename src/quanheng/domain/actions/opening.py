"""A cycle begins: who rates which part of whom, the sheets, and everybody's first tasks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from quanheng.domain.actions.asking import task
from quanheng.domain.actions.cycle import RUNNERS, House
from quanheng.domain.actions.deed import deed, enter, move, salt
from quanheng.domain.bridge.items import items_of
from quanheng.domain.journal import digest_of
from quanheng.domain.models import (
    About,
    Committee,
    Counted,
    Cycle,
    Duty,
    Part,
    Seat,
    Sheet,
    Stage,
    StageKind,
    Subject,
    Task,
    TaskKind,
)
from quanheng.domain.policies.gates import locked
from quanheng.domain.policies.recusal import Bars, bars
from quanheng.domain.policies.viewer import Viewer
from quanheng.domain.queries.recusal import Recused, in_line, judging, last_spells, recusals
from quanheng.domain.refusal import Refusal, require
from quanheng.domain.states import CycleState


@deed("cycle.open")
def open_cycle(by: Viewer, cycle_id: int) -> Cycle:
    """Begin: who rates whom is written down, a sheet is laid out for every rater, and everybody gets their tasks."""
    require(by.holds(*RUNNERS), "考核周期由人力资源启动。", "Cycles are opened by HR.")
    cycle = locked(by, Cycle).get(pk=cycle_id)
    require(cycle.subjects.exists(), "还没有确定考核对象。", "Nobody is assessed yet.")
    move(cycle, "cycle.open")  # first: a cycle that is open already has its duties
    duties = assigned(cycle, max(cycle.reference_day, by.today))
    Duty.objects.bulk_create(duties)
    Sheet.objects.bulk_create(_sheets(cycle, duties))
    _tasks(cycle)
    for stage in cycle.stages.filter(opens__lte=by.today):
        move(stage, "stage.open")
    content = sorted(f"{duty.part} {duty.subject.row_key} {duty.rater_id or ''} {duty.committee_id or ''}" for duty in duties)
    enter(by, "cycle.open", About.CYCLE, cycle, digest=digest_of(content), capacities=RUNNERS)
    return cycle


def assigned(cycle: Cycle, day: datetime.date) -> list[Duty]:
    """Who rates which part of whom. Who is recused is passed over for the superior's superior; in a group the others rate,
    and a group in which nobody may is refused."""
    parts: dict[tuple[Part, str], list[str]] = {}
    for item in items_of(cycle.version):
        parts.setdefault((item.part, item.group), []).append(item.name)
    committees = {committee.name: committee for committee in Committee.objects.filter(org=cycle.org, closed=False)}
    spells, seats = last_spells(cycle), judging([committee.pk for committee in committees.values()], day)
    judges = [person for spell in spells.values() for person in in_line(spell, Part.SUPERIOR)]
    barred = bars([*judges, *(seat.person for each in seats.values() for seat in each)], day)
    made, without = [], []
    for subject in cycle.subjects.filter(counted=Counted.IN).select_related("person", "unit"):
        spell = spells.get(subject.pk)
        for (part, group), names in parts.items():
            duty = Duty(subject=subject, subject_person=subject.person, part=part, items=names)
            match part:
                case Part.SELF:
                    duty.rater = subject.person
                case Part.SUPERIOR | Part.UPPER:
                    free = (person for person in in_line(spell, part) if barred[person.pk].of_subject(subject) is None)
                    duty.rater = next(free, None)
                case Part.GROUP:
                    duty.committee = committees.get(group)
                case Part.PEER:
                    continue
            if duty.rater_id is None and duty.committee_id is None:
                without.append(f"{subject.row_key}（{Part(part).label}{group}）")
                continue
            _require_somebody_may(duty, seats, barred)
            made.append(duty)
    if without and not made:
        raise Refusal(f"没有人评：{'、'.join(without[:10])}。", f"Nobody rates: {', '.join(without[:10])}.")
    return made


def foreseen(by: Viewer, cycle: Cycle) -> list[Recused]:
    """For a cycle that has not begun: who would be recused; refused where a whole group would be."""
    if cycle.state != CycleState.PREPARED or not by.holds(*RUNNERS):
        return []
    day = max(cycle.reference_day, by.today)
    return recusals(cycle, assigned(cycle, day), day)


def _require_somebody_may(duty: Duty, seats: Mapping[int, Sequence[Seat]], barred: Mapping[int, Bars]) -> None:
    """Refuse a subject whom the whole group has to leave to others."""
    bound = [(seat.person.name, barred[seat.person_id].of_subject(duty.subject)) for seat in seats.get(duty.committee_id or 0, ())]
    if bound and all(bar is not None for _, bar in bound):
        name = duty.subject.row_key.split("/")[0]
        zh = "、".join(f"{person}（{bar.zh}）" for person, bar in bound if bar is not None)
        en = ", ".join(f"{person} ({bar.en})" for person, bar in bound if bar is not None)
        raise Refusal(
            f"“{duty.committee}”没有人能评{name}，全体都要回避：{zh}。请先给小组安排别的成员。",
            f"Nobody of {duty.committee} may rate {name}: {en}. Seat somebody else first.",
        )


def _sheets(cycle: Cycle, duties: Sequence[Duty]) -> list[Sheet]:
    wanted = {(str(duty.part), duty.rater_id, duty.committee_id) for duty in duties}
    return [Sheet(cycle=cycle, part=part, rater_id=rater, committee_id=committee, salt=salt()) for part, rater, committee in sorted(wanted, key=str)]


STAGE_OF: Mapping[str, StageKind] = {Part.SELF: StageKind.SELF, Part.SUPERIOR: StageKind.SUPERIOR, Part.UPPER: StageKind.UPPER, Part.GROUP: StageKind.GROUP}


def _tasks(cycle: Cycle) -> None:
    """One task for each sheet: the rater's, or that of everybody in the group; a member's is done when he has signed."""
    stages = {str(stage.kind): stage for stage in cycle.stages.all()}
    made = []
    for sheet in cycle.sheets.select_related("committee").prefetch_related("committee__seats"):
        stage = stages.get(str(STAGE_OF.get(sheet.part, "")))
        if stage is None:
            continue
        people = [sheet.rater_id] if sheet.rater_id is not None else []
        if sheet.committee is not None:
            people = [seat.person_id for seat in sheet.committee.seats.all() if seat.until is None]
        for person_id in people:
            kind = TaskKind.SELF if sheet.part == Part.SELF else TaskKind.RATE
            made.append(task(cycle, stage, kind, About.SHEET, sheet.pk, person_id))
    made.extend(_duties_of_stages(cycle, stages))
    Task.objects.bulk_create(made)


def _duties_of_stages(cycle: Cycle, stages: Mapping[str, Stage]) -> Iterator[Task]:
    """Superiors draft the plans of their people and guide each of them; heads of units that are assessed draft and report for
    them."""
    subjects = list(cycle.subjects.filter(counted=Counted.IN).prefetch_related("spells"))
    led: dict[int, list[Subject]] = {}
    for subject in subjects:
        spell = subject.last_spell
        if subject.person_id is not None and spell is not None and spell.superior_id is not None:
            led.setdefault(spell.superior_id, []).append(subject)
    heads = House(cycle).heads
    units = [(subject, heads[subject.unit_id]) for subject in subjects if subject.unit_id is not None and subject.unit_id in heads]
    if (plan := stages.get(StageKind.PLAN)) is not None:
        for superior in led:
            yield task(cycle, plan, TaskKind.PLAN, About.CYCLE, cycle.pk, superior)
        for subject, head in units:
            yield task(cycle, plan, TaskKind.PLAN, About.SUBJECT, subject.pk, head)
    if (guidance := stages.get(StageKind.GUIDANCE)) is not None:
        for superior, people in led.items():
            for subject in people:
                made = task(cycle, guidance, TaskKind.GUIDE, About.SUBJECT, subject.pk, superior)
                made.subject_person_id = subject.person_id
                yield made
    if (report := stages.get(StageKind.REPORT)) is not None:
        for subject, head in units:
            yield task(cycle, report, TaskKind.REPORT, About.SUBJECT, subject.pk, head)
