"""Whoever is recused is passed over when raters are named, leaves the row to the others in a group, and is refused at the cell."""

import datetime

import pytest

from quanheng.domain.actions import cycle as cycles
from quanheng.domain.actions import duty, group, history, opening, rating, task
from quanheng.domain.models import Committee, Counted, Cycle, Duty, Part, Recusal, Seat, Sheet, Subject, Task
from quanheng.domain.queries import recusal
from quanheng.domain.queries.marks import newest
from quanheng.domain.queries.sheets import grid
from quanheng.domain.refusal import Refusal
from tests.year import PACKING, SINCE, Year, begun, with_group

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 3)
ITEM = "表现上级评"


def recuse(year: Year, who: str, other: str, cause: str = "夫妻") -> None:
    Recusal.objects.create(org=year.org, person=year.people[who], other=year.people[other], cause=cause, since=SINCE)


def rater_of(cycle: Cycle, name: str) -> str:
    found = Duty.objects.filter(subject__cycle=cycle, subject__person__name=name, part=Part.SUPERIOR).select_related("rater").first()
    return found.rater.name if found is not None and found.rater is not None else ""


def prepared(year: Year, month: str = "2026-11") -> Cycle:
    """The next month with its subjects, not begun."""
    since = datetime.date.fromisoformat(f"{month}-01")
    days = cycles.Days(month, month, since, datetime.date(2026, 12, 1))
    made = cycles.prepare(year.by("钱", since), year.version.scheme_id, days, [])
    cycles.set_subjects(year.by("钱", since), made.pk, cycles.propose_members(made))
    return made


def test_a_relative_is_passed_over_for_the_superiors_superior_and_it_is_foreseen(year):
    recuse(year, "李", "王")
    made = prepared(year)
    hr = year.by("钱", DAY)
    assert [(each.judge.name, each.name, each.instead.name) for each in opening.foreseen(hr, made)] == [("李", "王", "张")]
    opening.open_cycle(hr, made.pk)
    assert (rater_of(made, "王"), rater_of(made, "员甲001")) == ("张", "李")
    [found] = recusal.of_cycle(hr, made)
    assert (found.judge.name, found.name, found.bar.text, found.instead.name, found.open) == ("李", "王", "已登记回避：夫妻", "张", False)
    assert recusal.of_cycle(year.by("李", DAY), made) == []


def test_where_everybody_in_line_is_a_relative_nobody_rates_until_hr_names_somebody(year):
    recuse(year, "李", "王")
    recuse(year, "张", "王", "岳父")
    made = prepared(year)
    hr = year.by("钱", DAY)
    opening.open_cycle(hr, made.pk)
    assert rater_of(made, "王") == ""
    [found] = [each for each in recusal.of_cycle(hr, made) if each.part == Part.SUPERIOR]
    assert (found.judge.name, found.open) == ("李", True)
    subject = made.subjects.get(person=year.people["王"])
    with pytest.raises(Refusal, match="张要回避E001：已登记回避"):
        duty.assign_rater(hr, subject.pk, Part.SUPERIOR, year.people["张"].pk, reason="直接上级回避")
    duty.assign_rater(hr, subject.pk, Part.SUPERIOR, year.people["吴"].pk, reason="直接上级和分管领导都回避")
    assert rater_of(made, "王") == "吴"
    sheet = Sheet.objects.get(cycle=made, part=Part.SUPERIOR, rater=year.people["吴"])
    assert rating.save_marks(year.by("吴", DAY), sheet.pk, [rating.Cell(subject.pk, ITEM, 0, "80")]).saved
    assert not [each for each in recusal.of_cycle(hr, made) if each.open]


def test_a_recusal_declared_while_the_sheet_is_open_stops_the_row_and_the_row_goes_to_another(year, cycle):
    sheet = Sheet.objects.get(cycle=cycle, part=Part.SUPERIOR, rater=year.people["李"])
    wang = cycle.subjects.get(person=year.people["王"])
    recuse(year, "李", "王")
    found = rating.save_marks(year.by("李", DAY), sheet.pk, [rating.Cell(wang.pk, ITEM, 0, "99")])
    assert not found.saved and "应当回避：已登记回避：夫妻" in str(found.refused[0]["reason"])
    assert {line.name: line.bar.text for line in grid(year.by("李", DAY), sheet.pk).lines if line.bar} == {"王": "已登记回避：夫妻"}
    with pytest.raises(Refusal, match="人力资源"):
        duty.assign_rater(year.by("李", DAY), wang.pk, Part.SUPERIOR, year.people["张"].pk, reason="回避")
    with pytest.raises(Refusal, match="理由"):
        duty.assign_rater(year.by("钱", DAY), wang.pk, Part.SUPERIOR, year.people["张"].pk, reason=" ")
    duty.assign_rater(year.by("钱", DAY), wang.pk, Part.SUPERIOR, year.people["张"].pk, reason="李与王是夫妻")
    assert [line.name for line in grid(year.by("李", DAY), sheet.pk).lines] == ["员甲001"]
    other = cycle.subjects.get(person=year.people["员甲001"])
    rating.save_marks(year.by("李", DAY), sheet.pk, [rating.Cell(other.pk, ITEM, 0, "80")])
    rating.submit_sheet(year.by("李", DAY), sheet.pk)
    with pytest.raises(Refusal, match="已经提交"):
        duty.assign_rater(year.by("钱", DAY), other.pk, Part.SUPERIOR, year.people["张"].pk, reason="李离岗")


def test_a_sheet_from_which_the_last_row_goes_closes_and_its_task_is_dropped(year, cycle):
    hr, sheet = year.by("钱", DAY), Sheet.objects.get(cycle=cycle, part=Part.SUPERIOR, rater=year.people["李"])
    for name in ("王", "员甲001"):
        duty.assign_rater(hr, cycle.subjects.get(person=year.people[name]).pk, Part.SUPERIOR, year.people["张"].pk, reason="李离岗")
    sheet.refresh_from_db()
    assert sheet.state == "closed"
    assert not Task.objects.filter(about_id=sheet.pk, kind="rate", state="open").exists()


def test_a_sheet_is_not_handed_over_to_a_relative(year, cycle):
    recuse(year, "赵", "王")
    sheet = Sheet.objects.get(cycle=cycle, part=Part.SUPERIOR, rater=year.people["李"])
    waiting = Task.objects.get(about_kind="sheet", about_id=sheet.pk, kind="rate")
    with pytest.raises(Refusal, match="赵要回避E001"):
        task.hand_over(year.by("钱", DAY), waiting.pk, year.people["赵"].pk, reason="李出差")


def test_marks_of_another_system_by_a_relative_are_refused_whole(year, cycle):
    recuse(year, "李", "王")
    with pytest.raises(Refusal, match="E001/2026-10·表现上级评：应当回避"):
        history.import_marks(year.by("钱", DAY), cycle.pk, {"E001/2026-10": {ITEM: "80"}, "E0101/2026-10": {ITEM: "81"}}, origin="旧系统")
    assert newest(Sheet.objects.get(cycle=cycle, part=Part.SUPERIOR, rater=year.people["李"])) == {}


# ------------------------------------------------------------------------------------------------------------- in a group


def grouped() -> Year:
    return begun(2, text=with_group(), groups={"评议组": {"吴": "leader", "赵": "member", "李": "member", "钱": "secretary"}})


def of_units(year: Year) -> tuple[Sheet, Subject]:
    """The group's sheet with a row for 包装车间, where 李 works."""
    cycle = year.cycles[-1]
    subject = Subject.objects.create(cycle=cycle, unit=year.units[PACKING], row_key=PACKING, counted=Counted.IN)
    committee = Committee.objects.get(org=year.org, name="评议组")
    Duty.objects.create(subject=subject, part=Part.GROUP, committee=committee, items=["现场与规范"])
    return Sheet.objects.get(cycle=cycle, part=Part.GROUP), subject


def test_a_member_leaves_the_own_unit_to_the_others_and_everybody_in_the_group_sees_it():
    year = grouped()
    sheet, unit = of_units(year)
    found = rating.save_marks(year.by("李", DAY), sheet.pk, [rating.Cell(unit.pk, "现场与规范", 0, "10")], as_member=True)
    assert not found.saved and "本单位回避" in str(found.refused[0]["reason"])
    assert rating.save_marks(year.by("赵", DAY), sheet.pk, [rating.Cell(unit.pk, "现场与规范", 0, "8")], as_member=True).saved
    seats = {seat.person.name: [(name, bar.kind) for name, bar in leaves] for seat, leaves in grid(year.by("赵", DAY), sheet.pk).seats}
    assert (PACKING, "本单位回避") in seats["李"] and seats["钱"] == []
    told = [(each.judge.name, each.bar.text) for each in recusal.of_cycle(year.by("钱", DAY), sheet.cycle) if each.subject == unit]
    assert told == [("李", "本单位回避")]


def test_the_mean_leaves_out_a_mark_given_before_the_recusal_was_on_record():
    year = grouped()
    sheet = Sheet.objects.get(cycle=year.cycles[-1], part=Part.GROUP)
    wang = sheet.cycle.subjects.get(person=year.people["王"])
    for name, value in (("赵", "10"), ("李", "6")):
        rating.save_marks(year.by(name, DAY), sheet.pk, [rating.Cell(wang.pk, "现场与规范", 0, value)], as_member=True)
    recuse(year, "赵", "王")
    group.average_marks(year.by("吴", DAY), sheet.pk)
    assert newest(sheet)[wang.pk, "现场与规范"].value == "6"  # not (10 + 6) ÷ 2 = 8


def test_a_group_of_whom_nobody_may_rate_somebody_keeps_the_cycle_from_beginning():
    year = grouped()
    only = Committee.objects.get(org=year.org, name="评议组")
    Seat.objects.filter(committee=only).exclude(person=year.people["赵"]).update(until=datetime.date(2026, 10, 31))
    recuse(year, "赵", "王")
    made = prepared(year)
    with pytest.raises(Refusal, match=r"“评议组”没有人能评E001，全体都要回避：赵（已登记回避）"):
        opening.open_cycle(year.by("钱", DAY), made.pk)
    made.refresh_from_db()
    assert made.state == "prepared" and not Duty.objects.filter(subject__cycle=made).exists()
