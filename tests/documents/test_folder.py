"""Data from a folder or a workbook: each table from one place, and everything left aside is told."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow
import pytest
import xlsxwriter
from pyarrow import parquet

from quanheng.documents.tables.folder import Tables, read_tables
from quanheng.engine.document.model import Scheme
from quanheng.engine.run.binding import bind
from tests.documents import books
from tests.documents.books import heading, row, sheet, text
from tests.documents.faults import placed, refused, spoken
from tests.documents.schemes import DATA, STAFF, compiled


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return compiled(STAFF)[0]


def filled(folder: Path, tables: Mapping[str, str] = DATA) -> Path:
    """A folder with a CSV for each table."""
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def rows(tables: Tables) -> dict[str, list[list[str | None]]]:
    return {name: [list(each) for each in table.rows] for name, table in tables.raw.items()}


def as_workbook(path: Path, tables: Mapping[str, str] = DATA, more: Mapping[str, str] | None = None) -> Path:
    """The tables as sheets of one workbook, every cell as text; `more`: further sheets with one cell."""
    with xlsxwriter.Workbook(str(path)) as made:
        for name, content in tables.items():
            page = made.add_worksheet(name)
            for at, line in enumerate(content.splitlines()):
                for column, value in enumerate(line.split(",")):
                    if value:
                        page.write_string(at, column, value)
        for name, value in (more or {}).items():
            made.add_worksheet(name).write_string(0, 0, value)
    return path


def test_a_folder_and_a_workbook_with_the_same_tables_are_the_same_data(tmp_path: Path):
    scheme, plan = compiled(STAFF)
    folder = read_tables(filled(tmp_path / "数据"), scheme)
    workbook = read_tables(as_workbook(tmp_path / "数据.xlsx"), scheme)
    assert folder.raw.keys() == workbook.raw.keys() == DATA.keys()
    assert bind(plan, folder.raw).fingerprint == bind(plan, workbook.raw).fingerprint
    assert folder.notes == workbook.notes == []


def test_a_folder_may_mix_forms_and_hold_a_workbook_of_several_tables(tmp_path: Path, scheme: Scheme):
    folder = tmp_path / "数据"
    folder.mkdir()
    as_workbook(folder / "人事.xlsx", {"部门": DATA["部门"]}, {"说明": "x", "说明（旧）": "x"})
    as_workbook(folder / "员工.xlsx", {"Sheet1": DATA["员工"]})
    parquet.write_table(pyarrow.table({"员工": ["007"], "月份": ["2026-01"]}), folder / "员工每月.parquet")
    found = read_tables(folder, scheme)
    assert found.raw.keys() == DATA.keys()
    assert found.raw["员工"].place(0).sheet == "Sheet1" and found.raw["员工"].place(0).row == 2
    assert [(note.code, note.zh) for note in found.notes] == [("left-aside", "没有读的工作表：说明（旧）。")]


def test_a_table_in_two_places_is_refused(tmp_path: Path, scheme: Scheme):
    folder = filled(tmp_path / "数据")
    as_workbook(folder / "人事.xlsx", {"部门": DATA["部门"]})
    found = refused(lambda: read_tables(folder, scheme))
    spoken(found)
    assert [(fault.code, fault.zh) for fault in found] == [("table-twice", "“部门”的数据有两份：人事.xlsx 工作表 部门、部门.csv。")]


def test_what_is_not_a_table_is_told_and_left_aside(tmp_path: Path, scheme: Scheme):
    folder = filled(tmp_path / "数据", DATA | {"员工花名册": "x\n"})
    (folder / "~$员工.xlsx").write_bytes(b"lock")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "通知.docx").write_bytes(b"x")
    (folder / "旧").mkdir()
    found = read_tables(folder, scheme)
    spoken(found.notes)
    assert {(note.code, note.at.file) for note in found.notes} == {
        ("not-a-table", "员工花名册.csv"), ("left-aside", "通知.docx"), ("left-aside", "旧"),
    }  # fmt: skip
    assert [note.hint_zh for note in found.notes if note.code == "not-a-table"] == ["是不是“员工”？"]


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path: Path, scheme: Scheme):
    folder = filled(tmp_path / "数据", DATA | {"部门": "名称\n甲,乙\n"})
    (folder / "员工.csv").unlink()
    (folder / "员工.xls").write_bytes(b"x")
    (folder / "员工每月.xlsx").write_bytes(b"x")
    found = refused(lambda: read_tables(folder, scheme))
    spoken(found)
    assert {(fault.code, fault.at.file) for fault in found} == {
        ("format-unsupported", "员工.xls"), ("not-a-workbook", "员工每月.xlsx"), ("row-width", "部门.csv"),
    }  # fmt: skip


def test_sheets_that_are_not_tables_are_told(tmp_path: Path, scheme: Scheme):
    found = read_tables(as_workbook(tmp_path / "数据.xlsx", more={"说明": "x", "说明二": "x", "部门表": "x"}), scheme)
    assert [(note.code, note.at.sheet, note.zh, note.hint_zh) for note in found.notes] == [
        ("left-aside", "", "没有读的工作表：说明二。", ""),
        ("not-a-table", "部门表", "办法里没有叫“部门表”的数据表，没有读。", "是不是“部门”？"),
    ]


def test_a_hidden_sheet_named_like_a_table_is_refused(tmp_path: Path, scheme: Scheme):
    page = sheet(heading("名称"), row(2, text("A2", "一车间")))
    path = books.book(tmp_path / "数据.xlsx", {"部门": page, "员工": page}, hidden=["部门"])
    found = refused(lambda: read_tables(path, scheme))
    assert placed(found) == [("sheet-hidden", "数据.xlsx", "部门", 0, "", "")]


def test_a_chart_named_like_a_table_is_refused(tmp_path: Path, scheme: Scheme):
    path = tmp_path / "数据.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        made.add_worksheet("员工").write_string(0, 0, "工号")
        chart = made.add_chart({"type": "bar"})
        chart.add_series({"values": "=员工!$A$1:$A$2"})
        made.add_chartsheet("部门").set_chart(chart)
    found = refused(lambda: read_tables(path, scheme))
    assert placed(found) == [("sheet-without-cells", "数据.xlsx", "部门", 0, "", "")]


def test_the_sheet_of_a_workbook_named_like_a_table_must_be_clear(tmp_path: Path, scheme: Scheme):
    folder = tmp_path / "数据"
    folder.mkdir()
    as_workbook(folder / "员工.xlsx", {"Sheet1": DATA["员工"], "Sheet2": DATA["员工"]})
    assert placed(refused(lambda: read_tables(folder, scheme))) == [("which-sheet", "员工.xlsx", "", 0, "", "")]


def test_an_empty_sheet_and_an_empty_file_are_told(tmp_path: Path, scheme: Scheme):
    folder = filled(tmp_path / "数据", {"部门": "\n"})
    as_workbook(folder / "人事.xlsx", {"员工": ""})
    found = refused(lambda: read_tables(folder, scheme))
    assert [each[:3] for each in placed(found)] == [("sheet-empty", "人事.xlsx", "员工"), ("sheet-empty", "部门.csv", "")]


def test_names_are_taken_as_people_mean_them(tmp_path: Path, scheme: Scheme):
    as_workbook(tmp_path / "数据.xlsx", {" 部门 ": DATA["部门"]})
    assert rows(read_tables(tmp_path / "数据.xlsx", scheme)) == {"部门": [["一车间"], ["二车间"]]}
