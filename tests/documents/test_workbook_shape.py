"""What a sheet may look like, and what happens to workbooks that were made to hurt."""

import io
import json
import random
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from quanheng.documents.tables import limits
from quanheng.documents.tables.grid import headed
from quanheng.documents.tables.workbook import child, reader
from quanheng.documents.tables.workbook.reader import read_workbook
from tests.documents import books
from tests.documents.books import cell, heading, packed, parts, row, sheet, text
from tests.documents.faults import placed, refused, spoken
from tests.documents.test_workbook_cells import faults, grid, taken

PLAIN = sheet(heading("名称", "人数"), row(2, text("A2", "甲"), cell("B2", "5")))


def codes(path: Path) -> list[str]:
    """Why a workbook is refused as a whole."""
    found = refused(lambda: read_workbook(path, path.name, ["学院"]))
    spoken(found)
    return [fault.code for fault in found]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


# ---------------------------------------------------------------------------------------------------- shape of a sheet


def test_the_heading_is_the_first_row_that_holds_anything(tmp_path: Path):
    rows = sheet(row(3, text("A3", "名称")), row(4), row(7, text("A7", "甲")))
    table, _ = headed(grid(books.book(tmp_path / "a.xlsx", {"学院": rows})))
    assert table is not None and (table.columns, table.rows, table.numbers) == (("名称",), [("甲",)], [7])


def test_a_stray_cell_far_to_the_right_is_told_by_its_name(tmp_path: Path):
    rows = sheet(heading("名称"), row(2, text("A2", "甲")), row(1048576, cell("XFD1048576", "1")))
    assert faults(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("cell-far-right", "a.xlsx", "学院", 1048576, "XFD", "1")]


def test_a_stray_cell_far_below_the_table_is_told(tmp_path: Path):
    rows = sheet(heading("名称"), row(2, text("A2", "甲")), row(60000, text("A60000", " x")))
    assert faults(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("cell-far-below", "a.xlsx", "学院", 60000, "", "")]


def test_a_column_without_heading_is_told_once(tmp_path: Path):
    rows = [row(number, text(f"A{number}", "甲"), text(f"D{number}", "备注")) for number in range(2, 9)]
    path = books.book(tmp_path / "a.xlsx", {"学院": sheet(heading("名称", "人数"), *rows)})
    assert faults(path) == [("cell-outside-table", "a.xlsx", "学院", 2, "D", "备注")]


def test_merged_cells_in_the_data_are_refused_and_below_it_do_no_harm(tmp_path: Path):
    after = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="A20:B20"/></mergeCells>'
    rows = sheet(heading("部门", "姓名"), row(2, text("A2", "甲"), text("B2", "王")), row(3, text("B3", "李")), after=after)
    assert faults(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("merged-cells", "a.xlsx", "学院", 2, "部门", "A2:A3")]


def test_a_merged_title_is_one_fault_and_no_noise(tmp_path: Path):
    after = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    rows = sheet(heading("二〇二六年花名册"), row(2, text("A2", "部门"), text("B2", "姓名")), after=after)
    assert [each[0] for each in faults(books.book(tmp_path / "a.xlsx", {"学院": rows}))] == ["merged-cells"]


def test_a_title_above_the_heading_is_one_fault(tmp_path: Path):
    rows = sheet(heading("二〇二六年花名册"), row(2, text("A2", "部门"), text("B2", "姓名")), row(3, text("A3", "甲"), text("B3", "王")))
    assert faults(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("title-above-heading", "a.xlsx", "学院", 1, "", "二〇二六年花名册")]


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path):
    hidden = [row(number, text(f"A{number}", "甲"), text(f"B{number}", "1"), more='hidden="1"') for number in (3, 4, 6)]
    rows = sheet(heading("名称", "人数"), row(2, text("A2", "乙"), text("B2", "1")), *hidden, before='<cols><col min="2" max="2" hidden="1"/></cols>')
    table, found = headed(grid(books.book(tmp_path / "a.xlsx", {"学院": rows})))
    assert found == [] and table is not None and len(table.rows) == 4
    assert [(note.code, note.zh) for note in table.notes] == [
        ("hidden-rows", "有 3 行隐藏着（3–4、6），照样读入。"),
        ("hidden-column", "“人数”列（B 列）隐藏着，照样读入。"),
    ]


def test_more_than_two_hundred_columns_are_no_table_to_fill_in(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        made.add_worksheet("学院").write_row(0, 0, [f"列{at}" for at in range(limits.COLUMNS + 1)])
    assert [each[0] for each in faults(path)] == ["cell-far-right"]


def test_empty_formatted_rows_to_the_end_of_the_sheet_are_no_rows(tmp_path: Path):
    rows = sheet(heading("名称"), row(2, text("A2", "甲")), *(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(3, 60_000)))
    assert taken(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("甲",)]


def test_an_empty_sheet_has_no_table(tmp_path: Path):
    assert headed(grid(books.book(tmp_path / "a.xlsx", {"学院": sheet()}))) == (None, [])


# -------------------------------------------------------------------------------------------- what is not opened at all


def test_a_file_that_only_bears_the_name_is_no_workbook(tmp_path: Path):
    assert codes(written(tmp_path / "a.xlsx", "名称,人数\n甲,5\n".encode())) == ["not-a-workbook"]
    assert codes(written(tmp_path / "b.xlsx", b"")) == ["not-a-workbook"]
    assert codes(written(tmp_path / "c.xlsx", packed({"readme.txt": "x"}))) == ["not-a-workbook"]


def test_old_and_locked_workbooks_are_told_apart(tmp_path: Path):
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)
    assert codes(written(tmp_path / "a.xlsx", old)) == ["workbook-old-or-locked"]


def test_a_truncated_workbook_is_refused(tmp_path: Path):
    whole = packed(parts({"学院": PLAIN}))
    assert codes(written(tmp_path / "a.xlsx", whole[: len(whole) // 2])) == ["not-a-workbook"]


def test_a_workbook_inside_an_archive_is_not_looked_for(tmp_path: Path):
    inner = packed(parts({"学院": PLAIN}))
    assert codes(written(tmp_path / "a.xlsx", packed({"inner.xlsx": inner}))) == ["not-a-workbook"]
    beside = parts({"学院": PLAIN}) | {"xl/embeddings/inner.xlsx": inner}
    assert taken(written(tmp_path / "b.xlsx", packed(beside))) == [("甲", "5")]


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path):
    bomb = parts({"学院": PLAIN}) | {"xl/media/image1.png": b"\0" * (limits.UNPACKED_BYTES + 1)}
    path = written(tmp_path / "a.xlsx", packed(bomb))
    before = time.perf_counter()
    assert codes(path) == ["workbook-unpacks-too-large"]
    assert time.perf_counter() - before < 1


def test_a_dense_archive_is_refused_although_it_is_small(tmp_path: Path):
    dense = parts({"学院": PLAIN}) | {"xl/media/image1.png": b"\0" * (40 * 2**20)}
    path = written(tmp_path / "a.xlsx", packed(dense))
    assert path.stat().st_size < 50_000
    assert codes(path) == ["workbook-unpacks-too-large"]


def test_a_file_that_is_too_large_is_refused_unseen(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(limits.WORKBOOK_BYTES + 1)
    assert codes(path) == ["workbook-too-large"]


def test_too_many_members_are_refused(tmp_path: Path):
    many = parts({"学院": PLAIN}) | {f"xl/media/{at}.png": "x" for at in range(limits.MEMBERS)}
    assert codes(written(tmp_path / "a.xlsx", packed(many))) == ["workbook-unpacks-too-large"]


def test_a_directory_that_lies_about_sizes_gives_no_more_than_it_says(tmp_path: Path):
    rows = sheet(heading("名称"), *(row(number, text(f"A{number}", "甲")) for number in range(2, 5_000)))
    content = bytearray(packed(parts({"学院": rows})))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert codes(written(tmp_path / "a.xlsx", bytes(content))) == ["workbook-damaged"]


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\evil.xml"])
def test_members_with_strange_paths_are_refused(tmp_path: Path, name: str):
    assert codes(written(tmp_path / "a.xlsx", packed(parts({"学院": PLAIN}) | {name: "x"}))) == ["workbook-damaged"]


def test_two_members_of_one_name_are_refused(tmp_path: Path):
    out = io.BytesIO(packed(parts({"学院": PLAIN})))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "x")
    assert codes(written(tmp_path / "a.xlsx", out.getvalue())) == ["workbook-damaged"]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "rows",
    [
        ENTITIES + PLAIN.replace("甲", "&c;"),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + PLAIN,
        PLAIN[:-20],  # broken off
        "<a>" * 2_000 + "</a>" * 2_000,
        sheet(heading("名称"), row(3, text("A3", "甲")), row(2, text("A2", "乙"))),  # rows out of order
        sheet(heading("名称"), row(2, text("A2", "甲"), text("A2", "乙"))),  # a cell twice
        sheet(heading("名称"), row(2, text("A3", "甲"))),  # a cell of another row
        sheet(heading("名称"), row(2, text("AAAA2", "甲"))),
        sheet(heading("名称"), row(1048577, text("A1048577", "甲"))),
        sheet(heading("名称"), row(2, cell("A2", "7", "s"))),  # a shared text that is not there
        sheet(heading("名称"), row(2, cell("A2", "-1", "s"))),
        sheet(heading("名称"), row(2, cell("A2", "1", "strange"))),
        sheet(heading("名称"), after='<mergeCells><mergeCell ref="A1:ZZZZZ9"/></mergeCells>'),
    ],
)
def test_a_sheet_no_program_writes_is_refused(tmp_path: Path, rows: str):
    path = books.book(tmp_path / "a.xlsx", {"学院": rows})
    found = refused(lambda: read_workbook(path, "a.xlsx", ["学院"]))
    assert placed(found) == [("workbook-damaged", "a.xlsx", "学院", 0, "", "")]


@pytest.mark.parametrize("lost", ["xl/workbook.xml", "_rels/.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_workbook_that_lacks_a_part_is_refused(tmp_path: Path, lost: str):
    members = {name: content for name, content in parts({"学院": PLAIN}).items() if name != lost}
    assert codes(written(tmp_path / "a.xlsx", packed(members))) == ["workbook-damaged"]


def test_one_long_text_in_a_great_many_cells_is_refused(tmp_path: Path):
    shared = [f"<si><t>{'字' * 30_000}</t></si>"]
    rows = sheet(heading("名称"), *(row(number, cell(f"A{number}", "0", "s")) for number in range(2, 3_000)))
    path = books.book(tmp_path / "a.xlsx", {"学院": rows}, shared=shared)
    assert placed(refused(lambda: read_workbook(path, "a.xlsx", ["学院"]))) == [("too-many-cells", "a.xlsx", "学院", 0, "", "")]


# ------------------------------------------------------------------------------------------------------ another process


def test_when_the_other_process_is_killed_this_one_lives_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = books.book(tmp_path / "a.xlsx", {"学院": PLAIN})
    monkeypatch.setattr(limits, "CHILD_PATIENCE_SECONDS", 0)
    assert codes(path) == ["workbook-too-costly"]


def test_when_the_other_process_fails_nothing_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = books.book(tmp_path / "a.xlsx", {"学院": PLAIN})
    monkeypatch.setattr(reader, "CHILD", "quanheng.no.such.module")
    assert codes(path) == ["workbook-reader-failed"]


def test_nothing_of_the_folder_it_is_started_in_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    books.book(tmp_path / "a.xlsx", {"学院": PLAIN})
    (tmp_path / "json.py").write_text("raise SystemExit(7)")
    (tmp_path / "zipfile.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert taken(Path("a.xlsx")) == [("甲", "5")]


def test_whatever_happens_to_its_bytes_a_workbook_is_read_or_refused():
    rows = sheet(heading("名称", "人数"), *(row(number, text(f"A{number}", "甲"), cell(f"B{number}", "5")) for number in range(2, 40)))
    stored = parts({"学院": rows})
    dice = random.Random(20261124)  # noqa: S311 - the same damage each time
    for _ in range(400):
        name = dice.choice(sorted(stored))
        member = bytearray(stored[name].encode())
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(member))
            member[at : at + dice.randint(0, 2)] = bytes(dice.choices(b'<>/"=&;0 9A\xff', k=dice.randint(0, 3)))
        content = packed(stored | {name: bytes(member)})
        lines = [json.loads(json.dumps(line)) for line in child.answer(io.BytesIO(content), frozenset({"学院"}), only=True)]
        assert lines[-1] == {"done": True}


def test_whatever_happens_to_the_archive_it_is_read_or_refused(tmp_path: Path):
    whole = packed(parts({"学院": PLAIN}))
    dice = random.Random(11)  # noqa: S311 - the same damage each time
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        lines = list(child.answer(io.BytesIO(bytes(broken)), frozenset({"学院"}), only=False))
        assert lines[-1] == {"done": True}
