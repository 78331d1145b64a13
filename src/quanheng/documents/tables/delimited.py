"""CSV: UTF-8 (with or without BOM) or GB18030, comma, tab or semicolon; every row as wide as its heading."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Final

from quanheng.documents.tables import limits
from quanheng.documents.tables.grid import Entry, Grid, doubtful, letters, shown
from quanheng.engine.faults import Cell, Fault, InputRefused

DELIMITERS: Final = (",", "\t", ";")

_HINT_ENCODING: Final = (
    "在 Excel 里另存为“CSV UTF-8（逗号分隔）”。",
    "Save it from Excel as “CSV UTF-8 (comma delimited)”.",
)


def read_csv(path: Path, file: str) -> Grid:
    """All rows of a CSV file, or `InputRefused` with every place where it is no table. `file` names it in faults."""
    if path.stat().st_size > limits.CSV_BYTES:
        raise InputRefused([_too_large(file)])
    text = _decoded(path.read_bytes(), file)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputRefused(
            [
                Fault(
                    "nul-character",
                    Cell(file, row=line),
                    f"第 {line} 行里有空字符（NUL），这不是文本表格。",
                    f"Line {line} holds a NUL character; this is no table of text.",
                    *_HINT_ENCODING,
                )
            ]
        )
    return Grid(file, "", _rows(text, file))


def _rows(text: str, file: str) -> list[tuple[int, list[Entry]]]:
    delimiter = _delimiter(text, file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[Entry]]] = []
    faults: list[Fault] = []
    width, cells, number, line = 0, 0, 0, 0
    try:
        for number, row in enumerate(reader, 1):
            line = reader.line_num
            width = width or (len(row) if any(row) else 0)
            cells += len(row)
            if cells > limits.CSV_CELLS:
                raise InputRefused([_too_large(file)])
            if row and any(row) and len(row) != width:
                faults.append(_ragged(file, number, row, width))
                if len(faults) >= limits.FAULTS:
                    break
            rows.append((number, [cell if cell.isprintable() and "\ufffd" not in cell else doubtful(cell) for cell in row]))
    except csv.Error as wrong:
        faults.append(_broken(file, number + 1, line + 1, str(wrong)))
    if faults:
        raise InputRefused(faults)
    return rows


def _decoded(content: bytes, file: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputRefused(
            [
                Fault(
                    "encoding-unsupported",
                    Cell(file),
                    "这是 UTF-16 编码的文本，不是 CSV。",
                    "This is UTF-16 text, not CSV.",
                    *_HINT_ENCODING,
                )
            ]
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return _decoded_gb(content, file, wrong.start)
    if _could_be_either(text, content):
        raise InputRefused(
            [
                Fault(
                    "encoding-unclear",
                    Cell(file),
                    "这个文件按 UTF-8 和 GB18030 都读得通，读出的字却不一样。",
                    "This file can be read as UTF-8 and as GB18030, with different characters.",
                    *_HINT_ENCODING,
                )
            ]
        )
    return text


def _decoded_gb(content: bytes, file: str, utf8_stopped: int) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as wrong:
        stopped = max(utf8_stopped, wrong.start)
    line = content.count(b"\n", 0, stopped) + 1
    value = f"0x{content[stopped]:02X}"
    raise InputRefused(
        [
            Fault(
                "encoding-broken",
                Cell(file, row=line, content=value),
                f"第 {line} 行的字节 {value} 既不是 UTF-8 也不是 GB18030，文件可能损坏或混了编码。",
                f"The byte {value} in line {line} is neither UTF-8 nor GB18030; the file is damaged.",
                *_HINT_ENCODING,
            )
        ]
    )


def _could_be_either(text: str, content: bytes) -> bool:
    """A few Chinese characters of GB18030 are valid UTF-8 too, Latin or Cyrillic letters. Nobody should guess."""
    foreign = {sign for sign in text if sign > "\x7f"}
    if not foreign or content.startswith(b"\xef\xbb\xbf") or any(sign > "\u07ff" for sign in foreign):
        return False
    try:
        return any("\u4e00" <= sign <= "\u9fff" for sign in content.decode("gb18030"))
    except UnicodeDecodeError:
        return False


def _delimiter(text: str, file: str) -> str:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", heading)
    best = max(DELIMITERS, key=bare.count)  # the first of the list when all are equal
    if not bare.count(best) and "，" in bare:
        raise InputRefused(
            [
                Fault(
                    "full-width-comma",
                    Cell(file, row=1, content=heading),
                    f"表头{shown(heading)}用的是中文逗号“，”，分不出列。",
                    "The heading uses full-width commas; the columns cannot be told apart.",
                    "把“，”都换成英文逗号“,”。",
                    "Replace “，” by “,”.",
                )
            ]
        )
    return best


def _ragged(file: str, number: int, row: list[str], width: int) -> Fault:
    content = row[width] if len(row) > width else row[-1]
    at = Cell(file, "", number, letters(width + 1 if len(row) > width else len(row)), content)
    return Fault(
        "row-width",
        at,
        f"这一行有 {len(row)} 列，表头有 {width} 列。",
        f"This row has {len(row)} columns, the heading has {width}.",
        "内容里有逗号的，用英文双引号括起来；缺的列补上分隔符。",
        "Quote cells that contain a comma; add the missing separators.",
    )


def _broken(file: str, row: int, line: int, says: str) -> Fault:
    if "end of data" in says:
        zh, en = "英文双引号没有配对，从这一行起读不下去。", "A quotation mark opens here and is never closed."
    elif "field larger" in says:
        zh, en = (
            "这一行有一格文字太长，多半是英文双引号没有配对。",
            "A cell of this row is too long; a quotation mark is probably never closed.",
        )
    else:
        zh, en = "英文双引号后面应当是分隔符。", "After a closing quotation mark a separator is expected."
    return Fault(
        "quotes-broken",
        Cell(file, "", row),
        f"第 {line} 行：{zh}",
        f"Line {line}: {en}",
        '内容里的双引号要写两遍，例如 "他说""好"""。',
        'Double the quotation marks inside a cell: "he said ""yes""".',
    )


def _too_large(file: str) -> Fault:
    return Fault(
        "file-too-large",
        Cell(file),
        f"文件太大：CSV 至多 {limits.CSV_BYTES // 2**20} MB、{limits.CSV_CELLS // 10_000} 万格。",
        f"The file is too large: CSV up to {limits.CSV_BYTES // 2**20} MB and {limits.CSV_CELLS} cells.",
        "大批明细存成 Parquet。",
        "Store bulk data as Parquet.",
    )
