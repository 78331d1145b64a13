"""Pages that are walked through at a terminal: files written step by step, workbooks filled in, commands and their output.

    ```{write} 客服/scheme.md      the file holds these lines
    ```{append} 客服/scheme.md     these lines are put at its end
    ```{change} 客服/scheme.md     lines with - become lines with +
    ```{insert} 客服/scheme.md ## 附一 数据      these lines are put before that line
    ```{fill} 数据.xlsx 员工        rows typed into a sheet of a workbook, headings first
    ```{command}                  lines with `$ ` are carried out, the others are what they print

A page has a folder of its own; its blocks are carried out from the top. `python -m tests.docs.commands PAGE` puts into the
page what the commands really print.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from tests.docs.examples import DOCS, Block, blocks

STEPS = ("write", "append", "change", "insert", "fill", "command")
PROMPT = "$ "
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def walk(page: Path, folder: Path) -> Iterator[tuple[Block, list[str]]]:
    """Carry out the page in the folder; for each block of commands, what it should read."""
    for block in blocks(page.read_text(encoding="utf-8")):
        match block.kind:
            case "command":
                yield block, list(_carried_out(block.lines, folder))
            case "write":
                _file(folder, block).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
            case "append":
                with _file(folder, block).open("a", encoding="utf-8") as file:
                    file.write("\n".join(["", *block.lines]) + "\n")
            case "change":
                _change(_file(folder, block), block)
            case "insert":
                name, _, before = block.title.partition(" ")
                _replace(folder / name, block, before, "\n".join([*block.lines, "", before]))
            case "fill":
                name, table = block.title.split()
                fill(folder / name, table, [_cells(line) for line in block.lines])


def _file(folder: Path, block: Block) -> Path:
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _change(path: Path, block: Block) -> None:
    old = "\n".join(line[2:] for line in block.lines if line.startswith("- "))
    new = "\n".join(line[2:] for line in block.lines if line.startswith("+ "))
    _replace(path, block, old, new)


def _replace(path: Path, block: Block, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"line {block.line}: {old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(",")]


# ------------------------------------------------------------------------------------------------------------ commands


def _carried_out(lines: Sequence[str], folder: Path) -> Iterator[str]:
    """The commands of a block, each with what it really prints, output and errors in the order of a terminal."""
    code = 0
    for line in lines:
        if line == f"{PROMPT}echo $?":
            yield line
            yield str(code)
        elif line.startswith(PROMPT):
            yield line
            code, printed = _output(shlex.split(line.removeprefix(PROMPT)), folder)
            yield from printed


def _output(words: Sequence[str], folder: Path) -> tuple[int, list[str]]:
    program, *arguments = words
    command = {"quanheng": [sys.executable, "-m", "quanheng"], "ls": ["ls"], "cp": ["cp", "-r"], "cat": ["cat"]}[program]
    environment = {**os.environ, "PYTHONPATH": str(DOCS.parent / "src"), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}
    environment.pop("QUANHENG_LANG", None)
    done = subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode, [line.rstrip() for line in done.stdout.decode("utf-8").splitlines()]


# ------------------------------------------------------------------------------------------------------------ workbooks


def fill(path: Path, table: str, rows: Sequence[Sequence[str]]) -> None:
    """Type rows into a sheet of a workbook as a person would: under the headings, the column's own format kept.

    A figure that is typed again replaces what stood there."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = _part_of(parts, table)
    ElementTree.register_namespace("", MAIN)
    sheet = _tree(parts, name)
    headings, *body = rows
    found = _headings(parts, sheet)
    columns = [found[heading] for heading in headings]
    data = sheet.find(f"{{{MAIN}}}sheetData")
    assert data is not None
    for old in data.findall(f"{{{MAIN}}}row")[1:]:
        data.remove(old)
    for number, cells in enumerate(body, 2):
        row = ElementTree.SubElement(data, f"{{{MAIN}}}row", {"r": str(number)})
        for column, text in sorted(zip(columns, cells, strict=True)):
            if text:
                _type(row, column, number, text, _style(sheet, column))
    parts[name] = ElementTree.tostring(sheet, encoding="utf-8", xml_declaration=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def _tree(parts: dict[str, bytes], name: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts[name])  # noqa: S314 - a workbook that our own command has just written


def _part_of(parts: dict[str, bytes], table: str) -> str:
    book, relations = _tree(parts, "xl/workbook.xml"), _tree(parts, "xl/_rels/workbook.xml.rels")
    targets = {each.attrib["Id"]: each.attrib["Target"] for each in relations}
    for sheet in book.iter(f"{{{MAIN}}}sheet"):
        if sheet.attrib["name"] == table:
            return f"xl/{targets[sheet.attrib[REL]].removeprefix('/xl/')}"
    raise AssertionError(f"the workbook has no sheet {table}")


def _headings(parts: dict[str, bytes], sheet: ElementTree.Element) -> dict[str, int]:
    """Heading, with and without its unit in brackets → column number."""
    strings = ["".join(each.itertext()) for each in _tree(parts, "xl/sharedStrings.xml")]
    found = {}
    for at, cell in enumerate(sheet.iter(f"{{{MAIN}}}c")):
        value = cell.find(f"{{{MAIN}}}v")
        if cell.attrib["r"].rstrip("0123456789") + "1" != cell.attrib["r"] or value is None:
            break
        text = strings[int(value.text or "")]
        found[text] = found[re.sub(r"（[^（）]*）$", "", text)] = at
    return found


def _style(sheet: ElementTree.Element, column: int) -> str:
    for each in sheet.iter(f"{{{MAIN}}}col"):
        if int(each.attrib["min"]) <= column + 1 <= int(each.attrib["max"]):
            return each.attrib.get("style", "0")
    return "0"


def _type(row: ElementTree.Element, column: int, number: int, text: str, style: str) -> None:
    place = f"{chr(ord('A') + column)}{number}"
    if re.fullmatch(r"-?\d+(\.\d+)?%?", text) and not re.fullmatch(r"0\d+", text):
        value = str(Decimal(text.removesuffix("%")) / 100) if text.endswith("%") else text
        cell = ElementTree.SubElement(row, f"{{{MAIN}}}c", {"r": place, "s": style})
        ElementTree.SubElement(cell, f"{{{MAIN}}}v").text = value
        return
    cell = ElementTree.SubElement(row, f"{{{MAIN}}}c", {"r": place, "s": style, "t": "inlineStr"})
    inline = ElementTree.SubElement(cell, f"{{{MAIN}}}is")
    ElementTree.SubElement(inline, f"{{{MAIN}}}t").text = text


# ------------------------------------------------------------------------------------------------------ for those who write


def differences(page: Path) -> list[str]:
    """Where the page does not show what the commands print."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for block, reached in walk(page, Path(folder)):
            if list(block.lines) != reached:
                found += [f"{page.name}:{block.line} really prints:", *reached]
    return found


def rewrite(page: Path) -> None:
    """Put into the page what the commands really print."""
    lines = page.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        walked = list(walk(page, Path(folder)))
    for block, reached in reversed(walked):
        lines[block.line - 1 : block.line - 1 + len(block.lines)] = reached
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:]:
        rewrite(Path(each).resolve())
