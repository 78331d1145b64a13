"""Tables of texts as Parquet, and back: what a run froze, and bulk detail."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any


def written(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> bytes:
    """One fixed form without a time stamp: the same rows give the same bytes."""
    import pyarrow
    from pyarrow import parquet

    arrays = [pyarrow.array([row[at] for row in rows], pyarrow.string()) for at in range(len(columns))]
    table = pyarrow.table(arrays, schema=pyarrow.schema([pyarrow.field(name, pyarrow.string()) for name in columns]))
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd", version="2.6", write_statistics=False, store_schema=False)
    return out.getvalue()


def read_rows(content: bytes) -> Iterator[dict[str, str | None]]:
    """The rows by column name."""
    from pyarrow import parquet

    table: Any = parquet.read_table(io.BytesIO(content))
    yield from table.to_pylist()


def digest(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """SHA-256 of the content, whatever order the rows came in; Parquet's own bytes change with its writer."""
    total = hashlib.sha256(json.dumps(list(columns), ensure_ascii=False).encode())
    for line in sorted(json.dumps(list(row), ensure_ascii=False) for row in rows):
        total.update(b"\n" + line.encode())
    return total.hexdigest()
