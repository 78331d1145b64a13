"""The workbook to fill in: it explains itself, keeps zeros, and reads back as it was filled in."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from quanheng.documents.tables.folder import read_tables
from quanheng.documents.tables.template import write_template
from quanheng.engine.run.binding import bind
from tests.documents.faults import refused
from tests.documents.schemes import DATA, STAFF, compiled
from tests.documents.test_folder import filled


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "填报.xlsx"
    assert write_template(path, *compiled(STAFF)) == ["部门", "员工", "员工每月"]
    return path


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_an_empty_template_is_a_run_without_records(template: Path):
    scheme, plan = compiled(STAFF)
    tables = read_tables(template, scheme)
    assert {name: list(table.rows) for name, table in tables.raw.items()} == {"部门": [], "员工": [], "员工每月": []}
    assert [table.num_rows for table in bind(plan, tables.raw).tables.values()] == [0, 0, 0]
    assert tables.notes == []  # the sheet 说明 is ours


def test_a_template_that_was_filled_in_reads_back_as_the_same_data(template: Path, tmp_path: Path):
    scheme, plan = compiled(STAFF)
    fill(template, {"sheet2.xml": DATA["部门"], "sheet3.xml": DATA["员工"], "sheet4.xml": DATA["员工每月"]})
    expected = bind(plan, read_tables(filled(tmp_path / "数据"), scheme).raw)
    assert bind(plan, read_tables(template, scheme).raw).fingerprint == expected.fingerprint


def fill(path: Path, sheets: dict[str, str]) -> None:
    """Type the rows of a CSV into the sheets, figures as numbers, the rest as text."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            name = member.rpartition("/")[2]
            if member.startswith("xl/worksheets/sheet") and name in sheets:
                typed = "".join(row(at, line) for at, line in enumerate(sheets[name].splitlines()[1:], 2))
                content = content.replace(b"</sheetData>", typed.encode() + b"</sheetData>")
            new.writestr(member, content)
    path.write_bytes(out.getvalue())


def row(number: int, line: str) -> str:
    cells = []
    for at, value in enumerate(line.split(",")):
        reference = f"{chr(ord('A') + at)}{number}"
        if re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)?", value):
            cells.append(f'<c r="{reference}"><v>{value}</v></c>')
        elif value:
            cells.append(f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def test_headings_carry_units_and_the_instructions_say_who_fills_in_what(template: Path):
    texts = part(template, "xl/sharedStrings.xml")
    for expected in (
        "员工月度考核办法", "编号 staff，版本 2026，周期 月", "计划产量（件）", "预算（万元）", "合格率（%）",
        "数，0%～100%，最多 2 位小数，可以空着", "选一个：生产、质检、仓储", "“部门”表里有的", "月份，例如 2026-03",
    ):  # fmt: skip
        assert f">{expected}<" in texts
    comments = part(template, "xl/comments2.xml")
    assert "文字。由人力资源部填。用来认出每一行。" in comments


def test_what_would_not_be_accepted_is_refused_while_it_is_typed(template: Path):
    staff, months = part(template, "xl/worksheets/sheet3.xml"), part(template, "xl/worksheets/sheet4.xml")
    assert "<formula1>COUNTIF($A:$A,A2)=1</formula1>" in staff
    assert "<formula1>OFFSET('部门'!$A$2,0,0,MAX(1,COUNTA('部门'!$A:$A)-1),1)</formula1>" in staff
    assert '<formula1>"是,否"</formula1>' in staff and '<formula1>"生产,质检,仓储"</formula1>' in staff
    assert "<formula1>AND(ISNUMBER(G2),G2&gt;=0,G2&lt;=2,ROUND(G2,2)=G2)</formula1>" in staff
    assert "AND(ISNUMBER(E2),E2&gt;=0,E2&lt;=1,ROUND(E2,4)=E2)" in months
    assert "OFFSET('员工'!$A$2" in months


def test_keys_and_months_are_text_and_percentages_percentages(template: Path):
    months, styles = part(template, "xl/worksheets/sheet4.xml"), part(template, "xl/styles.xml")
    codes = {"1": "0"} | dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="(.*?)"', styles))
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
    columns = [int(style) for style in re.findall(r'<col min="\d+" max="\d+" width="[\d.]+" style="(\d+)"', months)]
    assert [codes[formats[style]] for style in columns] == ["@", "@", "0", "0", "0.00%"]
    assert 'state="frozen"' in months


def test_long_lists_stand_in_a_hidden_sheet(tmp_path: Path):
    choices = "/".join(f"第{at}车间装配工段" for at in range(60))
    path = tmp_path / "a.xlsx"
    write_template(path, *compiled(STAFF.replace("生产/质检/仓储", choices)))
    assert "<formula1>'·选项'!$A$1:$A$60</formula1>" in part(path, "xl/worksheets/sheet3.xml")
    assert re.search(r'<sheet name="·选项" sheetId="5" state="hidden"', part(path, "xl/workbook.xml"))


def test_the_same_scheme_gives_the_same_workbook(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write_template(tmp_path / name, *compiled(STAFF))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_text_that_looks_like_a_formula_is_written_as_text(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    write_template(path, *compiled(STAFF.replace("# 员工月度考核办法", "# =1+1")))
    assert "<f>" not in part(path, "xl/worksheets/sheet1.xml") and ">=1+1<" in part(path, "xl/sharedStrings.xml")


def test_a_name_too_long_for_a_sheet_is_refused(tmp_path: Path):
    long = "部门" * 16
    text = STAFF.replace("数据表 部门：", f"数据表 {long}：").replace("属于 部门", f"属于 {long}")
    found = refused(lambda: write_template(tmp_path / "a.xlsx", *compiled(text)))
    assert [(fault.code, fault.at.sheet) for fault in found] == [("sheet-name-too-long", long)]
