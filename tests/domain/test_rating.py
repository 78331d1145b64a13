"""Score sheets: cells are kept, refused with their article, or found in conflict; handed in, reviewed, never changed silently."""

import dataclasses
import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from quanheng.domain.actions import rating
from quanheng.domain.models import Cycle, Duty, Entry, Mark, Part, Sheet
from quanheng.domain.queries.marks import newest, open_cells
from quanheng.domain.queries.sheets import grid, sheets
from quanheng.domain.refusal import NotYours, Refusal
from tests.year import Year, enterprise, month_of

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 3)
ITEM = "表现上级评"


@pytest.fixture
def year() -> Year:
    made = enterprise(2, ["2026-09"])
    month_of(made, "2026-10", [name for name in made.people if made.people[name].number.startswith("E")], 1, marked=False)
    return made


@pytest.fixture
def cycle(year: Year) -> Cycle:
    return year.cycles[-1]


def sheet_of(cycle: Cycle, year: Year, name: str, part: Part = Part.SUPERIOR) -> Sheet:
    return Sheet.objects.get(cycle=cycle, part=part, rater=year.people[name])


def cell(cycle: Cycle, year: Year, name: str, value: str, rev: int = 0, item: str = ITEM, **more) -> rating.Cell:
    return rating.Cell(cycle.subjects.get(person=year.people[name]).pk, item, rev, value, **more)


def test_li_rates_wang_and_the_mark_stands_with_its_course(year, cycle):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85")])
    rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "88", rev=1)])
    subject = cycle.subjects.get(person=year.people["王"])
    assert newest(sheet)[subject.pk, ITEM].value == "88"
    assert list(Mark.objects.filter(subject=subject, item=ITEM).values_list("rev", "value")) == [(1, "85"), (2, "88")]


def test_a_mark_above_the_full_mark_is_refused_with_its_reason_and_the_others_stay(year, cycle):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    found = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "105"), cell(cycle, year, "员甲001", "79")])
    assert [each["value"] for each in found.saved] == ["79"]
    assert "100" in str(found.refused[0]["reason"]) and found.refused[0]["value"] == "105"
    assert not Mark.objects.filter(value="105").exists()


def test_an_empty_cell_is_not_rated_and_a_zero_is_a_zero(year, cycle):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "0"), cell(cycle, year, "员甲001", "")])
    line = {line.name: line.squares[0] for line in grid(li, sheet.pk).lines}
    assert line["王"].zero and line["员甲001"].missing == "unrated" and not line["员甲001"].zero
    assert [subject.person.name for subject, _ in open_cells(sheet)] == ["员甲001"]


def test_two_who_change_the_same_cell_see_a_conflict_and_nobody_is_overwritten(year, cycle):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85")])
    found = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "60", rev=0)])
    assert found.saved == [] and (found.conflicts[0]["value"], found.conflicts[0]["yours"]) == ("85", "60")


def test_the_same_request_twice_is_one_deed(year, cycle):
    li, sheet = dataclasses.replace(year.by("李", DAY), key=uuid.uuid4()), sheet_of(cycle, year, "李")
    first = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85")])
    again = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85")])
    assert again.saved == first.saved and Mark.objects.filter(sheet=sheet).count() == 1
    assert Entry.objects.filter(deed="sheet.save").count() == 1
    with pytest.raises(Refusal, match="编号"):
        rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "40", rev=1)])


def test_nobody_rates_himself_and_the_database_says_so(year, cycle):
    subject = cycle.subjects.get(person=year.people["王"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(subject=subject, subject_person=subject.person, part=Part.SUPERIOR, rater=subject.person, items=[ITEM])


def test_a_sheet_of_somebody_else_does_not_exist_and_one_to_read_is_not_to_write(year, cycle):
    sheet = sheet_of(cycle, year, "李")
    with pytest.raises(NotYours):
        rating.save_marks(year.by("赵", DAY), sheet.pk, [cell(cycle, year, "王", "85")])
    fill(year, cycle, sheet)
    rating.submit_sheet(year.by("李", DAY), sheet.pk)
    with pytest.raises(Refusal, match="不归你填"):
        rating.save_marks(year.by("张", DAY), sheet.pk, [cell(cycle, year, "王", "99", rev=1)])


def fill(year: Year, cycle: Cycle, sheet: Sheet) -> None:
    cells = [rating.Cell(subject.pk, item.name, 0, "80") for subject, item in open_cells(sheet)]
    rating.save_marks(year.by("李", DAY), sheet.pk, cells)


def test_a_sheet_with_open_cells_is_not_handed_in_and_says_which(year, cycle):
    sheet = sheet_of(cycle, year, "李")
    with pytest.raises(Refusal, match="还差 2 格"):
        rating.submit_sheet(year.by("李", DAY), sheet.pk)


def test_zhang_gives_the_sheet_back_with_a_reason_and_li_hands_it_in_again(year, cycle):
    sheet, zhang = sheet_of(cycle, year, "李"), year.by("张", DAY)
    fill(year, cycle, sheet)
    rating.submit_sheet(year.by("李", DAY), sheet.pk)
    assert [each.sheet.pk for each in sheets(zhang) if each.to_review] == [sheet.pk]
    with pytest.raises(Refusal, match="理由"):
        rating.return_sheet(zhang, sheet.pk, reason=" ")
    rating.return_sheet(zhang, sheet.pk, reason="王的分数没有记录")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.returned) == ("open", "王的分数没有记录")
    rating.submit_sheet(year.by("李", DAY), sheet.pk)
    rating.countersign(zhang, sheet.pk)
    sheet.refresh_from_db()
    assert sheet.state == "closed"
    with pytest.raises(Refusal, match="已锁定"):
        rating.return_sheet(zhang, sheet.pk, reason="再看看")


def test_a_self_evaluation_closes_with_its_signature_and_shows_beside_the_superiors_sheet(year, cycle):
    own = sheet_of(cycle, year, "王", Part.SELF)
    rating.save_marks(year.by("王", DAY), own.pk, [cell(cycle, year, "王", "95", item="表现自评")])
    rating.submit_sheet(year.by("王", DAY), own.pk)
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "70")])
    line = next(line for line in grid(li, sheet.pk).lines if line.name == "王")
    assert (line.own, line.gap, line.too_wide, line.explained) == ("95", "25", True, False)
    rating.explain_gap(li, line.subject.pk, text="本月两次漏填交接记录")
    assert next(line for line in grid(li, sheet.pk).lines if line.name == "王").explained


def test_the_grid_takes_as_many_statements_for_thirty_people_as_for_three(year, cycle, django_assert_max_num_queries):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    with django_assert_max_num_queries(16):
        grid(li, sheet.pk)
