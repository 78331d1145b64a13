"""Score sheets: cells are kept, refused with their article, or found in conflict; handed in, reviewed, never changed silently."""

import dataclasses
import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from quanheng.domain.actions import rating
from quanheng.domain.actions.gaps import explain_gap
from quanheng.domain.models import Cycle, Duty, Entry, Mark, Part, Record, Sheet, Task
from quanheng.domain.queries.marks import citable, newest, open_cells
from quanheng.domain.queries.sheets import beside, grid, sheets
from quanheng.domain.refusal import NotYours, Refusal
from tests.year import Year

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 3)
ITEM = "表现上级评"


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
    assert line["王"].value == "0" and line["王"].no_record and line["员甲001"].missing == "unrated" and not line["员甲001"].no_record
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
    assert (line.own, line.gap, line.too_wide, line.explained) == ("95", "25", True, [])
    with pytest.raises(Refusal, match="不用说明"):
        explain_gap(li, line.subject.pk, text="本月两次漏填交接记录")  # the superior has not handed in yet


def sides(year: Year, cycle: Cycle, own: str, given: str) -> tuple[Sheet, int]:
    """王 hands in his own view, 李 the superior's; returns 李's sheet and the subject."""
    sheet, subject = sheet_of(cycle, year, "王", Part.SELF), cycle.subjects.get(person=year.people["王"]).pk
    rating.save_marks(year.by("王", DAY), sheet.pk, [cell(cycle, year, "王", own, item="表现自评")])
    rating.submit_sheet(year.by("王", DAY), sheet.pk)
    superiors = sheet_of(cycle, year, "李")
    cells = [cell(cycle, year, "王", given), cell(cycle, year, "员甲001", "80")]
    rating.save_marks(year.by("李", DAY), superiors.pk, cells)
    rating.submit_sheet(year.by("李", DAY), superiors.pk)
    return superiors, subject


def asked(cycle: Cycle) -> set[str]:
    return set(Task.objects.filter(cycle=cycle, kind="gap", state="open").values_list("person__name", flat=True))


def test_95_and_70_are_25_apart_so_both_say_a_sentence_before_the_sheet_closes(year, cycle):
    sheet, subject = sides(year, cycle, "95", "70")  # 95 − 70 = 25, the limit is 20
    assert asked(cycle) == {"王", "李"}
    with pytest.raises(Refusal, match="等王、李"):
        rating.countersign(year.by("张", DAY), sheet.pk)
    explain_gap(year.by("王", DAY), subject, text="夜班替班四次，没有算进来")
    assert asked(cycle) == {"李"}
    with pytest.raises(Refusal, match="等李"):
        rating.countersign(year.by("张", DAY), sheet.pk)
    with pytest.raises(Refusal, match="各自说明"):
        explain_gap(year.by("张", DAY), subject, text="我来说两句吧")
    explain_gap(year.by("李", DAY), subject, text="本月两次漏填交接记录")
    rating.countersign(year.by("张", DAY), sheet.pk)
    sheet.refresh_from_db()
    assert sheet.state == "closed" and asked(cycle) == set()


def test_85_and_70_are_15_apart_and_nobody_is_asked(year, cycle):
    sides(year, cycle, "85", "70")
    assert asked(cycle) == set()


def test_the_question_is_dropped_when_the_sheet_goes_back_and_asked_again_when_it_comes(year, cycle):
    sheet, _ = sides(year, cycle, "95", "70")
    rating.return_sheet(year.by("张", DAY), sheet.pk, reason="王的分数没有记录")
    assert asked(cycle) == set()
    rating.submit_sheet(year.by("李", DAY), sheet.pk)
    assert asked(cycle) == {"王", "李"}


def test_a_mark_stands_on_the_records_it_cites_and_keeps_them_when_it_changes(year, cycle):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    ref = Record.objects.filter(person=year.people["王"], register__name="偏差").get().ref
    found = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85", cites=(ref,), note="夜班一次一般偏差")])
    assert found.saved[0]["cited"]
    again = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "84", rev=1)])
    assert (again.saved[0]["cited"], again.saved[0]["note"]) == (True, "夜班一次一般偏差")
    square = next(line for line in grid(li, sheet.pk).lines if line.name == "王").squares[0]
    assert square.cited and not square.no_record and beside(li, sheet.pk, cycle.subjects.get(person=year.people["王"]).pk, ITEM).cites == {ref}
    cleared = rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "84", rev=2, cites=())])
    assert not cleared.saved[0]["cited"]


def test_a_record_about_somebody_else_or_not_verified_is_no_ground(year, cycle):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    assert "不能作依据" in str(rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85", cites=("JL-2026-10-9999",))]).refused[0]["reason"])
    other = Record.objects.filter(person=year.people["员甲001"], register__name="偏差").get().ref
    assert "不能作依据" in str(rating.save_marks(li, sheet.pk, [cell(cycle, year, "王", "85", cites=(other,))]).refused[0]["reason"])
    assert citable(Record(source="self", state="verified")) and not citable(Record(source="self", state="entered"))
    assert citable(Record(source="attested", state="entered")) and not citable(Record(source="attested", state="doubted"))


def test_the_grid_takes_as_many_statements_for_thirty_people_as_for_three(year, cycle, django_assert_max_num_queries):
    li, sheet = year.by("李", DAY), sheet_of(cycle, year, "李")
    with django_assert_max_num_queries(16):
        grid(li, sheet.pk)
