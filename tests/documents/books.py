"""Workbooks for tests: ordinary ones as a spreadsheet program writes them, and others put together by hand."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
PLAIN, PERCENT, DAY, MONTH, CHINESE_MONTH, DURATION, MOMENT = range(7)  # the cell styles of `STYLES`
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="4">'
    '<numFmt numFmtId="170" formatCode="yyyy\\-mm"/><numFmt numFmtId="171" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="172" formatCode="[h]:mm"/><numFmt numFmtId="173" formatCode="yyyy/m/d h:mm"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>'
    '<cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/>'
    '<xf numFmtId="172"/><xf numFmtId="173"/></cellXfs></styleSheet>'
)


def cell(reference: str, value: str = "", kind: str = "n", style: int = 0, formula: str = "") -> str:
    """A cell as it stands in the XML of a sheet."""
    inside = (f"<f>{formula}</f>" if formula else "") + (f"<v>{value}</v>" if value else "")
    return f'<c r="{reference}" s="{style}" t="{kind}">{inside}</c>'


def text(reference: str, value: str) -> str:
    """A cell of text that stands in the cell itself."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def row(number: int, *cells: str, more: str = "") -> str:
    return f'<row r="{number}" {more}>{"".join(cells)}</row>'


def heading(*names: str) -> str:
    """The first row."""
    return row(1, *(text(f"{chr(ord('A') + at)}1", name) for at, name in enumerate(names)))


def sheet(*rows: str, before: str = "", after: str = "", space: str = MAIN) -> str:
    return f'<worksheet xmlns="{space}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def parts(
    sheets: Mapping[str, str],
    *,
    properties: str = "",
    shared: Sequence[str] | None = None,
    hidden: Sequence[str] = (),
    space: str = MAIN,
) -> dict[str, str]:
    """The members of a workbook with these sheets, by name of member."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" {"state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""} r:id="s{at}"/>'
        for at, name in enumerate(sheets, 1)
    )
    relations = "".join(f'<Relationship Id="s{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in range(1, len(sheets) + 1))
    made = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}'
        f'<Relationship Id="st" Type="{OFFICE}/styles" Target="/xl/styles.xml"/>'
        f'<Relationship Id="ss" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{"".join(shared or ())}</sst>',
    }
    made |= {f"xl/worksheets/sheet{at}.xml": content for at, content in enumerate(sheets.values(), 1)}
    return made


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """The members as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def book(path: Path, sheets: Mapping[str, str], **more: object) -> Path:
    """A workbook put together by hand."""
    path.write_bytes(packed(parts(sheets, **more)))  # type: ignore[arg-type]
    return path
