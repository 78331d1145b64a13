"""A score sheet goes to Excel and comes back: what would change is shown cell by cell, nothing is lost silently."""

import datetime
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from quanheng.documents.tables import score_sheet as files
from quanheng.domain.actions import rating
from quanheng.domain.models import Part, Sheet
from quanheng.domain.queries import sheet_file
from quanheng.domain.queries.sheets import grid
from quanheng.domain.refusal import NotYours, Refusal
from tests.year import Year, begun, with_items

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 3)
ITEM = "工作表现01"


@pytest.fixture
def year() -> Year:
    return begun(4, text=with_items(2))


@pytest.fixture
def sheet(year: Year) -> Sheet:
    found = Sheet.objects.get(cycle=year.cycles[-1], part=Part.SUPERIOR, rater=year.people["李"])
    subject = found.cycle.subjects.get(person=year.people["王"])
    rating.save_marks(year.by("李", DAY), found.pk, [rating.Cell(subject.pk, ITEM, 0, "8.5")])
    return found


def filled(year: Year, sheet: Sheet, tmp_path: Path, marks: dict[str, str], stamp: str = "") -> Path:
    """The exported workbook with marks of 工作表现01 by name."""
    found = grid(year.by("李", DAY), sheet.pk)
    columns = [files.Column(item.name, item.low, item.full) for item in found.items]
    at = [item.name for item in found.items].index(ITEM)
    rows = []
    for line in found.lines:
        row = [square.value for square in line.squares]
        row[at] = marks.get(line.name, row[at])
        rows.append(files.Row(line.subject.row_key, line.number, line.name, row))
    path = tmp_path / "back.xlsx"
    path.write_bytes(files.write_score_sheet("表", stamp or sheet_file.stamp_of(found), columns, rows))
    return path


def compare(year: Year, sheet: Sheet, path: Path) -> sheet_file.Difference:
    return sheet_file.compare(grid(year.by("李", DAY), sheet.pk), path, path.name)


def test_what_was_exported_comes_back_without_a_change(year, sheet, tmp_path):
    name, content = sheet_file.export(year.by("李", DAY), sheet.pk)
    assert name == "2026年10月考核上级评分.xlsx"
    path = tmp_path / "out.xlsx"
    path.write_bytes(content)
    found = compare(year, sheet, path)
    assert (found.changes, found.refused, found.rows, found.columns, found.same) == ([], [], [], [], 1) and found.stamped


def test_old_and_new_stand_side_by_side_and_what_is_too_high_is_refused(year, sheet, tmp_path):
    found = compare(year, sheet, filled(year, sheet, tmp_path, {"王": "9", "员甲001": "7", "员甲003": "11"}))
    assert [(each.line.name, each.old, each.new) for each in found.changes] == [("王", "8.5", "9"), ("员甲001", "未评", "7")]
    assert [(each.line.name, each.entry) for each in found.refused] == [("员甲003", "11")] and "10" in found.refused[0].reason


def test_an_empty_cell_changes_nothing_and_unrated_takes_a_mark_back(year, sheet, tmp_path):
    assert compare(year, sheet, filled(year, sheet, tmp_path, {"王": ""})).changes == []
    taken = compare(year, sheet, filled(year, sheet, tmp_path, {"王": "未评"})).changes
    assert [(each.old, each.new, each.missing) for each in taken] == [("8.5", "未评", "unrated")]


def test_a_workbook_of_another_version_of_the_scheme_or_of_another_sheet_is_refused(year, sheet, tmp_path):
    with pytest.raises(Refusal, match=r"另一版（2025）"):
        compare(year, sheet, filled(year, sheet, tmp_path, {}, stamp=f"0123456789abcdef {sheet.pk} 2025"))
    ours = sheet_file.stamp_of(grid(year.by("李", DAY), sheet.pk)).split(" ", 2)
    with pytest.raises(Refusal, match="另一张"):
        compare(year, sheet, filled(year, sheet, tmp_path, {}, stamp=f"{ours[0]} 999999 {ours[2]}"))


def test_a_table_of_ones_own_is_matched_by_number_or_name_and_the_rest_is_listed(year, sheet, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("工号,姓名,工作表现01,出勤\nE001,王,9,22\n,员甲001,6,21\n,无名氏,5,20\n", encoding="utf-8")
    found = compare(year, sheet, path)
    assert [(each.line.name, each.new) for each in found.changes] == [("王", "9"), ("员甲001", "6")]
    assert (found.rows, found.columns, found.stamped) == (["第 4 行：无名氏"], ["出勤"], False)


def test_a_name_that_looks_like_a_formula_is_a_text_and_a_formula_in_a_cell_is_no_mark(year, sheet, tmp_path):
    content = files.write_score_sheet("表", "x", [files.Column("=cmd", "0", "10")], [files.Row("k", "+1", "=1+1", ["8"])])
    with zipfile.ZipFile(BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"=1+1" in book.read("xl/sharedStrings.xml")
    path = tmp_path / "own.csv"
    path.write_text("工号,工作表现01\nE001,=9+1\n", encoding="utf-8")
    assert [each.entry for each in compare(year, sheet, path).refused] == ["=9+1"]


def test_a_stranger_gets_no_file(year, sheet):
    with pytest.raises(NotYours):
        sheet_file.export(year.by("赵", DAY), sheet.pk)
