"""What a person typed comes out of a workbook to the last digit, or as a fault at its cell."""

import datetime
from fractions import Fraction
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from quanheng.documents.tables.grid import Grid, headed
from quanheng.documents.tables.workbook.cells import number_text, shown_as
from quanheng.documents.tables.workbook.reader import read_workbook
from tests.documents import books
from tests.documents.books import CHINESE_MONTH, DAY, DURATION, MOMENT, MONTH, PERCENT, cell, heading, row, sheet, text
from tests.documents.faults import placed, spoken


def grid(path: Path, name: str = "学院", **more: object) -> Grid:
    """The one sheet of a workbook."""
    found = [each.grid for each in read_workbook(path, path.name, [name], **more) if each.grid is not None]  # type: ignore[arg-type]
    assert len(found) == 1
    return found[0]


def taken(path: Path) -> list[tuple[str, ...]]:
    """The rows of its table, when nothing is wrong with it."""
    table, faults = headed(grid(path))
    assert faults == [] and table is not None
    return table.rows


def faults(path: Path) -> list[tuple[str, str, str, int, str, str]]:
    """What is wrong with its table."""
    _, found = headed(grid(path))
    spoken(found)
    return placed(found)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("2100", "2100"),
        ("-12.5", "-12.5"),
        ("0.1", "0.1"),
        ("0.10000000000000001", "0.1"),  # how 0.1 is written by programs that show the double
        ("98.450000000000003", "98.45"),
        ("1E-3", "0.001"),
        ("1.5E+2", "150"),
        ("12.50", "12.5"),
        ("-0", "0"),
        (".5", "0.5"),
        ("0.30000000000000004", "0.3"),  # =0.1+0.2: dust that no spreadsheet shows
        ("0.99999999999999989", "1"),  # ten times 0.1, added up
        ("-1234.5600000000004", "-1234.56"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_a_number_comes_out_as_it_was_typed(stored: str, typed: str):
    assert number_text(stored, "plain") == typed


def test_a_percentage_is_the_one_that_was_typed_however_the_program_divided_by_a_hundred():
    """94.9% is stored as 94.9 / 100 by some programs and as the double next to 0.949 by others."""
    for tenths in range(1, 2000):
        typed = f"{tenths // 10}.{tenths % 10}%".replace(".0%", "%")
        for double in (tenths / 10 / 100, tenths / 10 * 0.01, tenths / 1000):
            assert {number_text(stored, "percent") for stored in (repr(double), f"{double:.17g}")} == {typed}


@pytest.mark.parametrize(
    "stored",
    [
        "0.33333333333333331",  # =1/3: what should be rounded is for the office to say
        "0.1000000000000001",  # 10⁻¹⁵ of it too much: no double near 0.1 is that far away by chance
        "1.000000000000002",
        "12345678901234.56",
        "12345678901234567",  # more digits than a double holds
        "1234567890123450000",  # a longer number: what stood after the fifteenth digit is lost
        "1E+15",
        "-3.3333333333333335",
    ],
)
def test_a_number_that_lost_digits_is_refused(tmp_path: Path, stored: str):
    path = books.book(tmp_path / "a.xlsx", {"学院": sheet(heading("名称", "人数"), row(2, text("A2", "x"), cell("B2", stored)))})
    assert [(code, at, column) for code, _, _, at, column, _ in faults(path)] == [("digits-lost", 2, "人数")]


@given(st.integers(-(10**14), 10**14), st.integers(0, 12))
def test_every_number_of_fifteen_digits_survives(digits: int, places: int):
    exact = Fraction(digits, 10**places)
    stored = f"{digits / 10**places:.17g}"  # as Excel writes it
    found = number_text(stored, "plain")
    assert isinstance(found, str) and Fraction(found) == exact


def test_a_percentage_comes_out_as_it_is_shown(tmp_path: Path):
    cells = [cell("A2", "0.985", style=PERCENT), cell("B2", "0.98499999999999999", style=PERCENT), cell("C2", "1", style=PERCENT)]
    path = books.book(tmp_path / "a.xlsx", {"学院": sheet(heading("甲", "乙", "丙"), row(2, *cells))})
    assert taken(path) == [("98.5%", "98.5%", "100%")]


def test_days_and_months_come_out_in_the_form_of_the_standard(tmp_path: Path):
    cells = [
        cell("A2", "46082", style=DAY),
        cell("B2", "46082", style=MONTH),
        cell("C2", "46082", style=CHINESE_MONTH),
        cell("D2", "46096", style=MONTH),  # the fifteenth: more than a month was typed
        cell("E2", "46082", style=MOMENT),
        cell("F2", "2026-03-01T00:00:00", "d"),
        cell("G2", "59", style=DAY),
        cell("H2", "61", style=DAY),
    ]
    names = "甲乙丙丁戊己庚辛"
    path = books.book(tmp_path / "a.xlsx", {"学院": sheet(heading(*names), row(2, *cells))})
    first = "2026-03-01"
    assert taken(path) == [(first, "2026-03", "2026-03", "2026-03-15", first, first, "1900-02-28", "1900-03-01")]


def test_workbooks_of_old_macs_count_days_from_1904(tmp_path: Path):
    rows = sheet(heading("日"), row(2, cell("A2", "44620", style=DAY)))
    path = books.book(tmp_path / "a.xlsx", {"学院": rows}, properties='<workbookPr date1904="1"/>')
    assert taken(path) == [("2026-03-01",)]


@pytest.mark.parametrize(
    ("stored", "kind", "style", "code"),
    [
        ("46082.5", "n", DAY, "time-in-date"),
        ("60", "n", DAY, "no-such-date"),  # 29 February 1900, which Excel believes in
        ("-1", "n", DAY, "no-such-date"),
        ("9999999", "n", DAY, "no-such-date"),
        ("0.5", "n", DURATION, "time-of-day"),
        ("2026-03-01T08:00:00", "d", DAY, "time-in-date"),
        ("2026-02-30", "d", DAY, "no-such-date"),
        ("#DIV/0!", "e", 0, "cell-error"),
        ("#N/A", "e", 0, "cell-error"),
        ("abc", "n", 0, "cell-damaged"),
        ("2", "b", 0, "cell-damaged"),
    ],
)
def test_a_cell_that_holds_no_value_is_a_fault_at_its_place(tmp_path: Path, stored: str, kind: str, style: int, code: str):
    rows = sheet(heading("名称", "数"), row(3, text("A3", "x"), cell("B3", stored, kind, style)))
    path = books.book(tmp_path / "a.xlsx", {"学院": rows})
    assert faults(path) == [(code, "a.xlsx", "学院", 3, "数", stored)]


def test_yes_and_no_come_out_as_words(tmp_path: Path):
    rows = sheet(heading("甲", "乙"), row(2, cell("A2", "1", "b"), cell("B2", "0", "b")))
    assert taken(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("是", "否")]


def test_leading_zeros_and_numbers_typed_as_text_stay_text(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        page = made.add_worksheet("学院")
        page.write_row(0, 0, ["工号", "人数"])
        page.write_string(1, 0, "007")
        page.write_string(1, 1, "2100")
    assert taken(path) == [("007", "2100")]


def test_texts_of_several_runs_are_joined_and_reading_aids_left_out(tmp_path: Path):
    shared = ["<si><r><t>王</t></r><r><t>小明</t></r><rPh><t>wang</t></rPh></si>", "<si><t>名称</t></si>"]
    rows = sheet(row(1, cell("A1", "1", "s")), row(2, cell("A2", "0", "s")), row(3, text("A3", "a_x0041_b")))
    assert taken(books.book(tmp_path / "a.xlsx", {"学院": rows}, shared=shared)) == [("王小明",), ("aAb",)]


def test_workbooks_of_the_strict_standard_and_with_prefixes_are_read(tmp_path: Path):
    strict = sheet(heading("名称"), row(2, text("A2", "甲")), space=books.STRICT)
    assert taken(books.book(tmp_path / "a.xlsx", {"学院": strict}, space=books.STRICT)) == [("甲",)]
    prefixed = (
        f'<x:worksheet xmlns:x="{books.MAIN}"><x:sheetData><x:row><x:c t="str"><x:v>名称</x:v></x:c></x:row>'
        "<x:row><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert taken(books.book(tmp_path / "b.xlsx", {"学院": prefixed})) == [("5",)]


def test_a_formula_counts_with_the_value_that_was_computed(tmp_path: Path):
    cells = [cell("A2", "3", formula="1+2"), cell("B2", "甲", "str", formula="X"), cell("C2", "", "str", formula="Y"), cell("D2", "1")]
    path = books.book(tmp_path / "a.xlsx", {"学院": sheet(heading("甲", "乙", "丙", "丁"), row(2, *cells))})
    assert taken(path) == [("3", "甲", "", "1")]


def test_a_formula_without_a_computed_value_is_refused(tmp_path: Path):
    rows = sheet(heading("甲", "乙"), row(2, cell("A2", "1"), cell("B2", "", formula="A2*2")))
    assert faults(books.book(tmp_path / "a.xlsx", {"学院": rows})) == [("formula-not-computed", "a.xlsx", "学院", 2, "乙", "")]


@pytest.mark.parametrize("properties", ['<calcPr fullCalcOnLoad="1"/>', '<calcPr calcMode="manual" calcCompleted="0"/>'])
def test_placeholders_of_programs_that_do_not_calculate_are_refused(tmp_path: Path, properties: str):
    rows = sheet(heading("甲", "乙"), row(2, cell("A2", "1"), cell("B2", "0", formula="A2*2")))
    path = books.book(tmp_path / "a.xlsx", {"学院": rows}, properties=properties)
    assert faults(path) == [("formula-not-computed", "a.xlsx", "学院", 2, "乙", "0")]


def test_a_lost_character_and_an_invisible_one_are_faults(tmp_path: Path):
    rows = sheet(heading("甲", "乙"), row(2, text("A2", "王\ufffd明"), text("B2", "李_x0007_")))
    path = books.book(tmp_path / "a.xlsx", {"学院": rows})
    assert [(code, column) for code, _, _, _, column, _ in faults(path)] == [("lost-character", "甲"), ("control-character", "乙")]


def test_a_cell_longer_than_excel_allows_is_a_fault(tmp_path: Path):
    path = books.book(tmp_path / "a.xlsx", {"学院": sheet(heading("甲"), row(2, text("A2", "字" * 40_000)))})
    assert [each[:5] for each in faults(path)] == [("cell-too-long", "a.xlsx", "学院", 2, "甲")]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("0.00%", "percent"),
        ('0.0"%"', "plain"),  # a percent sign in quotes is only decoration
        ("#,##0.00_);[Red](#,##0.00)", "plain"),
        ("General", "plain"),
        ("@", "plain"),
        ("yyyy-mm-dd;@", "day"),
        ('[$-804]yyyy"年"m"月"d"日"', "day"),
        ('yyyy"年"m"月"', "month"),
        ("mmm-yy", "month"),
        ("d/m/yyyy h:mm AM/PM", "moment"),
        ("[h]:mm:ss", "time"),
        ("h:mm", "time"),
        ("mm:ss.0", "time"),
        ('0.00"万元"', "plain"),
        ("0!.0,", "plain"),
    ],
)
def test_a_number_format_is_understood(code: str, shown: str):
    assert shown_as(200, code) == shown


VALUES = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.decimals(-(10**6), 10**6, places=3).map(float),
    st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8),
    st.booleans(),
    st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)),
)


@settings(max_examples=25)
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=8))
def test_another_reader_sees_the_same_values(tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]]):
    path = tmp_path_factory.mktemp("books") / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False}) as made:
        page, day = made.add_worksheet("学院"), made.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, ["甲", "乙", "丙"])
        for at, values in enumerate(rows, 1):
            for column, value in enumerate(values):
                if isinstance(value, datetime.date):
                    page.write_datetime(at, column, value, day)
                elif isinstance(value, str):
                    page.write_string(at, column, value)
                else:
                    page.write(at, column, value)
    theirs = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("学院").to_python()[1:]
    for mine, other in zip(taken(path), theirs, strict=True):
        assert [as_text(value) for value in other] == [str(Fraction(cell)) if is_number(cell, value) else cell for cell, value in zip(mine, other, strict=True)]


def is_number(mine: str, other: object) -> bool:
    return isinstance(other, float | int) and not isinstance(other, bool)


def as_text(value: object) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case float() | int():
            return str(Fraction(repr(value)))
        case datetime.date():
            return value.isoformat()[:10]
    return str(value)
