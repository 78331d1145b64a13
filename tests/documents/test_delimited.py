"""CSV as offices have it: two encodings, three separators, and every place where it is not a table."""

from pathlib import Path

import pytest

from quanheng.documents.tables import limits
from quanheng.documents.tables.delimited import read_csv
from quanheng.documents.tables.grid import headed
from tests.documents.faults import placed, refused, spoken

TEXT = "工号,姓名,得分\n007,王小明,85.50\n008,李华,未评\n"
TAKEN = (("工号", "姓名", "得分"), [("007", "王小明", "85.50"), ("008", "李华", "未评")])


def rows(folder: Path, content: bytes | str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heading and rows of a file with this content."""
    table, faults = headed(read_csv(saved(folder, content), "员工.csv"))
    assert faults == [] and table is not None
    return table.columns, table.rows


def saved(folder: Path, content: bytes | str) -> Path:
    path = folder / "员工.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def faults(folder: Path, content: bytes | str) -> list[tuple[str, str, str, int, str, str]]:
    path = saved(folder, content)
    found = refused(lambda: read_csv(path, "员工.csv"))
    spoken(found)
    return placed(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_same_table_in_every_form(tmp_path: Path, encoding: str, separator: str, line_end: str):
    content = TEXT.replace(",", separator).replace("\n", line_end).encode(encoding)
    assert rows(tmp_path, content) == TAKEN


def test_a_cell_may_hold_separators_quotes_and_line_breaks(tmp_path: Path):
    content = '编号,说明\n1,"甲，乙,丙"\n2,"他说""好"""\n3,"上\n下"\n4,5"管\n'
    assert rows(tmp_path, content)[1] == [("1", "甲，乙,丙"), ("2", '他说"好"'), ("3", "上\n下"), ("4", '5"管')]


def test_other_line_breaks_of_unicode_break_no_row(tmp_path: Path):
    assert rows(tmp_path, "编号,说明\n1,上\u2028下\n")[1] == [("1", "上\u2028下")]


def test_rows_are_counted_as_excel_counts_them(tmp_path: Path):
    table, _ = headed(read_csv(saved(tmp_path, '甲,乙\n\n"1\n1",2\n,\n3,4\n'), "员工.csv"))
    assert table is not None and (table.rows, table.numbers) == ([("1\n1", "2"), ("3", "4")], [3, 5])


def test_a_byte_of_no_encoding_is_told_with_its_line(tmp_path: Path):
    content = "工号,姓名\n1,王\n".encode() + b"2,\xff\xff\n"
    assert faults(tmp_path, content) == [("encoding-broken", "员工.csv", "", 3, "", "0xFF")]


def test_mixed_encodings_are_told_with_the_line_where_they_mix(tmp_path: Path):
    content = "工号,姓名\n1,王\n".encode() + "2,李".encode("gb18030") + b"\xff\n"
    assert faults(tmp_path, content) == [("encoding-broken", "员工.csv", "", 3, "", "0xC0")]  # the 李 of GB18030


def test_text_that_reads_differently_in_both_encodings_is_refused(tmp_path: Path):
    content = b"id,name\n1," + bytes([0xC4, 0xA3]) + b"\n"  # ģ in UTF-8, 模 in GB18030
    assert faults(tmp_path, content) == [("encoding-unclear", "员工.csv", "", 0, "", "")]
    assert rows(tmp_path, b"\xef\xbb\xbf" + content)[1] == [("1", "ģ")]


def test_utf_16_and_binary_files_are_refused(tmp_path: Path):
    assert faults(tmp_path, TEXT.encode("utf-16")) == [("encoding-unsupported", "员工.csv", "", 0, "", "")]
    assert faults(tmp_path, b"a,b\n1,\x002\n") == [("nul-character", "员工.csv", "", 2, "", "")]


def test_ragged_rows_are_all_told(tmp_path: Path):
    content = "工号,姓名,得分\n1,王\n2,李,80\n3,张,90,多,余\n"
    assert faults(tmp_path, content) == [
        ("row-width", "员工.csv", "", 2, "B", "王"),
        ("row-width", "员工.csv", "", 4, "D", "多"),
    ]


def test_a_quotation_mark_that_is_never_closed_is_told_where_it_opens(tmp_path: Path):
    found = refused(lambda: read_csv(saved(tmp_path, '甲,乙\n1,2\n3,"4\n5,6\n'), "员工.csv"))
    assert placed(found) == [("quotes-broken", "员工.csv", "", 3, "", "")]
    assert found[0].zh == "第 3 行：英文双引号没有配对，从这一行起读不下去。"


def test_letters_behind_a_closing_quotation_mark_are_told(tmp_path: Path):
    assert faults(tmp_path, '甲,乙\n"1"x,2\n') == [("quotes-broken", "员工.csv", "", 2, "", "")]


def test_full_width_commas_in_the_heading_are_told(tmp_path: Path):
    assert faults(tmp_path, "工号，姓名\n1，王\n") == [("full-width-comma", "员工.csv", "", 1, "", "工号，姓名")]


def test_a_lost_character_is_told_at_its_cell(tmp_path: Path):
    _, found = headed(read_csv(saved(tmp_path, "工号,姓名\n1,王\ufffd明\n"), "员工.csv"))
    assert placed(found) == [("lost-character", "员工.csv", "", 2, "姓名", "王\ufffd明")]


def test_one_column_needs_no_separator(tmp_path: Path):
    assert rows(tmp_path, "名称\n甲\n") == (("名称",), [("甲",)])


def test_blanks_are_nothing_and_the_heading_may_stand_lower(tmp_path: Path):
    assert rows(tmp_path, ",\n , \n工号, 姓名 \n1,王\n , \n") == (("工号", "姓名"), [("1", "王")])


def test_a_table_of_more_than_two_hundred_columns_is_refused(tmp_path: Path):
    names = ",".join(f"列{at}" for at in range(limits.COLUMNS + 1))
    _, found = headed(read_csv(saved(tmp_path, f"{names}\n"), "员工.csv"))
    assert placed(found) == [("too-many-columns", "员工.csv", "", 1, "", "")]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "CSV_BYTES", 10)
    assert faults(tmp_path, TEXT) == [("file-too-large", "员工.csv", "", 0, "", "")]
    monkeypatch.undo()
    monkeypatch.setattr(limits, "CSV_CELLS", 5)
    assert faults(tmp_path, TEXT) == [("file-too-large", "员工.csv", "", 0, "", "")]
