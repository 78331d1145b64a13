"""The process that opens a workbook: `python -m quanheng.documents.tables.workbook.child`, workbook on standard input.

It gives itself limits of memory and time before it looks at the file, so that whatever the file does, the process that
asked lives on. Its answer is one JSON value a line; without the last one, `{"done": true}`, nothing of it counts.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from quanheng.documents.tables import limits
from quanheng.documents.tables.grid import Entry, Unreadable
from quanheng.documents.tables.naming import plain
from quanheng.documents.tables.workbook.package import BROKEN
from quanheng.documents.tables.workbook.sheets import Budget, OverLimit, SheetInfo, SheetReader, Workbook
from quanheng.documents.tables.workbook.xml import Unsound

OUT_OF_MEMORY = 3

Line = Mapping[str, object] | Sequence[object]


def main() -> None:
    """Answer the question in the first argument: `{"wanted": [sheet, …], "only": true}`."""
    limit(resource.RLIMIT_AS, limits.CHILD_MEMORY)
    limit(resource.RLIMIT_CPU, limits.CHILD_CPU_SECONDS)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_CORE, 0)
    gc.disable()  # a short life without cycles; the limit on memory stands above
    question = json.loads(sys.argv[1])
    # Of two errors on the way out the first one counts; a broken pipe means that nobody listens any more.
    out = os.fdopen(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", buffering=2**20)
    try:
        for line in answer(os.fdopen(0, "rb"), frozenset(question["wanted"]), only=question["only"]):
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
            out.write("\n")
        out.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        os._exit(0)


def limit(what: int, most: int) -> None:
    """Lower a limit of this process for good."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most, most) if hard == resource.RLIM_INFINITY or hard >= most else (hard, hard))


def answer(file: IO[bytes], wanted: frozenset[str], *, only: bool) -> Iterator[Line]:
    """All lines of the answer. `only`: when no sheet is wanted by name, take the one sheet there is."""
    where = ""
    try:
        with zipfile.ZipFile(file) as archive:
            workbook = Workbook(archive)
            yield {"sheets": [[sheet.name, sheet.hidden, bool(sheet.part)] for sheet in workbook.sheets]}
            budget = Budget()
            for sheet in chosen(workbook.sheets, wanted, only=only):
                where = sheet.name
                yield {"sheet": sheet.name}
                reader = workbook.sheet(sheet, budget)
                for row in reader.rows():
                    yield [row.number, [packed(cell) for cell in row.cells]]
                yield ending(reader)
    except (Unsound, *BROKEN):
        yield {"refused": "workbook-damaged", "sheet": where}
    except OverLimit:
        yield {"refused": "too-many-cells", "sheet": where}
    yield {"done": True}


def chosen(sheets: Sequence[SheetInfo], wanted: frozenset[str], *, only: bool) -> list[SheetInfo]:
    """The sheets to read: those with a wanted name, or the only one that can be meant."""
    open_ones = [sheet for sheet in sheets if sheet.part and not sheet.hidden and not sheet.name.startswith("说明")]
    named = [sheet for sheet in open_ones if plain(sheet.name) in wanted]
    return named or (open_ones if only and len(open_ones) == 1 else [])


def packed(cell: Entry) -> str | list[str]:
    """A cell as JSON: its text, or why it cannot be read and what it holds."""
    return [cell.code, cell.content] if isinstance(cell, Unreadable) else cell


def ending(reader: SheetReader) -> Line:
    """What is known of a sheet when its rows have been read."""
    areas = [[area.top, area.left, area.bottom, area.right] for area in reader.merged]
    return {
        "merged": areas,
        "hidden_rows": reader.hidden_rows,
        "hidden_columns": reader.hidden_columns,
        "strays": reader.strays,
    }


if __name__ == "__main__":
    main()
