"""The folder of a finished run, written from the tables in which an engine computed it: the twin of `results` for millions
of rows. No value passes through Python; a test holds the two together, byte by byte."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quanheng.documents.tables.results import (
    BOM,
    COLUMNS,
    RESULTS,
    RUN,
    SCHEME,
    Entry,
    csv_bytes,
    guarded,
    heading,
    json_line,
    left_out,
    run_bytes,
    run_object,
    visible,
    write_parquet,
)
from quanheng.engine.plan.types import Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from quanheng.engine.plan.model import Column
    from quanheng.engine.run.sql import Frames

CONTROL: Final = r"[\x00-\x1f]"
# `results.guarded` says what these are for
FORMULA: Final = r"\A[=+\-@\t\r]"
NUMBER: Final = r"\A[+-]?\p{Nd}+(?:\.\p{Nd}+)?%?\z"
TO_QUOTE: Final = r'[,"\r\n]'


def write_frames(folder: Path, frames: Frames, without: Collection[str], scheme_text: str, fingerprint: str, lock: str | None) -> None:
    """Write the folder, without the long tables; `run.json` comes last, so that a folder that has one is complete."""
    plan = frames.plan
    folder.mkdir(parents=True, exist_ok=True)
    values = Values(frames, without)
    with (folder / COLUMNS).open("wb") as out:
        write_parquet(out, values)
    (folder / SCHEME).write_bytes(scheme_text.encode("utf-8"))
    with (folder / RESULTS).open("wb") as out:
        out.write(BOM)
        out.writelines(csv_lines(frames))
    held = plan.tables.keys() - set(without)
    run = run_object(plan, left_out(plan, held), values.count, values.digest, fingerprint, lock)
    (folder / RUN).write_bytes(run_bytes(run))


class Values:
    """Every visible value, counted and digested on its way past."""

    def __init__(self, frames: Frames, without: Collection[str]) -> None:
        self._frames, self._without = frames, without
        self._total = hashlib.sha256()
        self.count = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        from quanheng.engine.run.sql.texts import all_texts

        for batch in all_texts(self._frames, self._without):
            self.count += batch.num_rows
            self._total.update(json_lines(batch))
            yield batch

    @property
    def digest(self) -> str:
        return self._total.hexdigest()


def json_lines(batch: pa.RecordBatch) -> bytes | memoryview:
    """Each row as a line of JSON, the form that is digested."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if any(pc.any(pc.match_substring_regex(column, CONTROL)).as_py() for column in batch.columns):
        return b"".join(json_line(Entry(*row)) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    quoted = []
    for column in batch.columns:
        text = column.cast(pa.string())
        for sign in ("\\", '"'):
            text = pc.replace_substring(text, sign, f"\\{sign}")
        quoted.append(pc.fill_null(pc.binary_join_element_wise('"', text, '"', ""), "null"))
    return _together(pc.binary_join_element_wise("[", pc.binary_join_element_wise(*quoted, ","), "]\n", ""))


def csv_lines(frames: Frames) -> Iterator[bytes | memoryview]:
    """`results.csv` after its first sign: one row for each assessed subject, some at a time."""
    import pyarrow.compute as pc

    from quanheng.engine.run.sql.texts import shown_texts

    table = frames.plan.tables[frames.plan.subject]
    columns = visible(table)
    yield csv_bytes([[guarded(heading(column)) for column in columns]])
    for batch in shown_texts(table, frames[table.name]):
        cells = [csv_cells(texts) if _may_hold_signs(column) else texts for texts, column in zip(batch.columns, columns, strict=True)]
        if len(cells) == 1:
            cells = [pc.if_else(pc.equal(cells[0], ""), '""', cells[0])]  # a blank line would be no row
        yield _together(pc.binary_join_element_wise(pc.binary_join_element_wise(*cells, ","), "\r\n", ""))


def _may_hold_signs(column: Column) -> bool:
    """Of all other columns only a number without an end, `-7/3`, is neither a plain figure nor a date nor a word."""
    return column.type.kind is Kind.TEXT or (column.type.num is not None and column.type.num.is_ratio)


def csv_cells(texts: pa.Array) -> pa.Array:
    """Texts as cells of a table that a spreadsheet opens."""
    import pyarrow.compute as pc

    formula = pc.and_not(pc.match_substring_regex(texts, FORMULA), pc.match_substring_regex(texts, NUMBER))
    safe = pc.if_else(formula, pc.binary_join_element_wise("'", texts, ""), texts)
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(safe, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(safe, TO_QUOTE), quoted, safe)


def _together(texts: pa.Array) -> memoryview:
    """All texts of a fresh array, one after another, as they already lie in its memory."""
    import pyarrow.compute as pc

    assert texts.offset == 0 and texts.null_count == 0
    data = texts.buffers()[2]
    return memoryview(data if data is not None else b"")[: pc.sum(pc.binary_length(texts)).as_py() or 0]
