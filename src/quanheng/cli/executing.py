"""A scheme carried out on data: read the tables, bind them, compute."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quanheng.cli.language import say
from quanheng.cli.output import WrongUse
from quanheng.cli.progress import Steps

if TYPE_CHECKING:
    import pyarrow as pa

    from quanheng.cli.loading import Loaded
    from quanheng.documents.tables.folder import Tables
    from quanheng.engine.faults import Fault
    from quanheng.engine.plan.model import Plan, Table
    from quanheng.engine.run.model import Dataset, Results
    from quanheng.engine.run.sql import Frames
    from quanheng.engine.values import Value


MOST_ROWS_OF_DETAIL: Final = 100_000  # a table of records with more is not laid out as a result


@dataclass(frozen=True, slots=True)
class Bound:
    """The data of a run, checked, and what was left aside on the way."""

    notes: list[Fault]
    dataset: Dataset


def data_of(scheme: Path, data: Path | None) -> Path:
    """Where the data of a scheme are: as given, else the folder `data` beside the scheme."""
    if data is not None:
        return data
    beside = (scheme if scheme.is_dir() else scheme.parent) / "data"
    if not beside.is_dir():
        raise WrongUse(
            "没有写数据在哪里。",
            "It is not said where the data are.",
            "加上 --data 路径；办法旁边有 data 文件夹时可以不写。",
            "Add --data PATH; a folder data beside the scheme is found without it.",
        )
    return beside


def bound(loaded: Loaded, data: Path, references: Sequence[Path], engine: str, steps: Steps) -> Bound:
    """Read and bind the data. Raises `InputRefused`."""
    if not data.exists():
        raise WrongUse(
            f"找不到数据 {data}。",
            f"There is no data at {data}.",
            "写一个文件夹，或者一个 .xlsx 工作簿。",
            "Give a folder or an .xlsx workbook.",
        )
    steps.next(say("读数据", "reading the data"))
    from quanheng.documents.tables.folder import read_tables

    tables = read_tables(data, loaded.scheme, _by_scheme(references))
    steps.next(say("核对数据", "checking the data"))
    from quanheng.engine.run.binding import bind

    if not tables.bulk:
        return Bound(tables.notes, bind(loaded.plan, tables.raw))
    return Bound(tables.notes, _with_bulk(loaded.plan, tables, engine))


def _with_bulk(plan: Plan, tables: Tables, engine: str) -> Dataset:
    """Small tables bound as ever; large Parquet files left to the SQL executor, which looks over them itself. Other
    executors get them row by row. The fingerprint is the same for all: that of the files."""
    from quanheng.engine.run.binding import bind
    from quanheng.engine.run.model import Dataset

    small = {
        name: replace(table, links=tuple(link for link in table.links if link.target not in tables.bulk))
        for name, table in plan.tables.items()
        if name not in tables.bulk
    }
    dataset = bind(replace(plan, tables=small), tables.raw)
    fingerprint = hashlib.sha256(dataset.fingerprint.encode())
    for name, path in sorted(tables.bulk.items()):
        with path.open("rb") as file:
            fingerprint.update(f"\x1d{name}\x1f{hashlib.file_digest(file, 'sha256').hexdigest()}".encode())
    if engine != "reference":
        from quanheng.engine.run.sql import ParquetSource

        sources = {name: ParquetSource((str(path),)) for name, path in tables.bulk.items()}
        return Dataset({**dataset.tables, **sources}, fingerprint.hexdigest(), dataset.places)
    from quanheng.documents.tables.columnar import read_parquet

    rows = {name: read_parquet(path, path.name) for name, path in tables.bulk.items()}
    return replace(bind(plan, {**tables.raw, **rows}), fingerprint=fingerprint.hexdigest())


def computed(loaded: Loaded, dataset: Dataset, engine: str, steps: Steps) -> Results:
    """All results but those of very long tables of records. Raises `InputRefused` when the scheme refuses the run."""
    if engine == "reference":
        steps.next(say("计算", "computing"))
        from quanheng.engine.run.reference import run_reference

        return _without_detail(run_reference(loaded.plan, dataset), dataset, loaded.plan)
    with computed_frames(loaded, dataset, engine, steps) as frames:
        return _results(frames, long_tables(dataset, loaded.plan))


def computed_frames(loaded: Loaded, dataset: Dataset, engine: str, steps: Steps) -> Frames:
    """The results as a SQL engine has them; close it when done. Raises `InputRefused` when the scheme refuses the run."""
    steps.next(say("计算", "computing"))
    match engine:
        case "duckdb":
            from quanheng.engine.run.sql import run_duckdb

            return run_duckdb(loaded.plan, dataset)
        case "spark":
            return _on_spark(loaded, dataset)
    raise AssertionError(engine)


def _on_spark(loaded: Loaded, dataset: Dataset) -> Frames:
    missing = WrongUse(
        "没有安装 Spark。",
        "Spark is not installed.",
        "安装 quanheng[spark] 和 Java 17，或者用 --engine duckdb。",
        "Install quanheng[spark] and Java 17, or use --engine duckdb.",
    )
    if shutil.which("java") is None:
        raise missing
    from quanheng.engine.run.sql.spark import run_spark

    try:
        return run_spark(loaded.plan, dataset)
    except ImportError as wrong:
        raise missing from wrong


def _results(frames: Frames, without: Container[str]) -> Results:
    """The results without long tables of records, which are then never even fetched."""
    from quanheng.engine.run.model import Results

    tables = [table for name, table in frames.plan.tables.items() if name not in without]
    laid_out = {table.name: _laid_out(table, frames[table.name]) for table in tables}
    return Results({name: keys for name, (keys, _) in laid_out.items()}, {name: columns for name, (_, columns) in laid_out.items()}, frames.engine)


def _laid_out(table: Table, frame: pa.Table) -> tuple[list[tuple[Value, ...]], dict[str, list[Value]]]:
    """The keys and the visible columns of a table as exact values."""
    from quanheng.engine.run.sql.frames import values

    by_name = {column.name: column for column in table.columns}
    keys = list(zip(*(values(frame, by_name[name]) for name in table.key), strict=True))
    return keys, {column.name: values(frame, column) for column in table.columns if not column.hidden}


@dataclass(frozen=True, slots=True)
class Overview:
    """What the terminal shows of a run: the first of the assessed subjects, how many there are, and the tables of records
    that are not laid out."""

    keys: list[tuple[Value, ...]]
    columns: Mapping[str, list[Value]]
    rows: int
    left_out: list[str]


def overview(plan: Plan, results: Results) -> Overview:
    from quanheng.documents.tables.results import left_out

    keys = results.keys[plan.subject]
    return Overview(keys, results.columns[plan.subject], len(keys), left_out(plan, results.keys))


def overview_of_frames(frames: Frames, without: Collection[str], rows: int) -> Overview:
    from quanheng.documents.tables.results import left_out

    plan = frames.plan
    frame = frames[plan.subject]
    keys, columns = _laid_out(plan.tables[plan.subject], frame.slice(0, rows))
    return Overview(keys, columns, frame.num_rows, left_out(plan, plan.tables.keys() - set(without)))


def _without_detail(results: Results, dataset: Dataset, plan: Plan) -> Results:
    long = long_tables(dataset, plan)
    return replace(
        results,
        keys={name: keys for name, keys in results.keys.items() if name not in long},
        columns={name: columns for name, columns in results.columns.items() if name not in long},
    )


def long_tables(dataset: Dataset, plan: Plan) -> set[str]:
    """The long tables of records; bulk data has more rows than anybody reads."""
    rows = {name: getattr(table, "num_rows", MOST_ROWS_OF_DETAIL + 1) for name, table in dataset.tables.items()}
    return {name for name, count in rows.items() if count > MOST_ROWS_OF_DETAIL and name != plan.subject}


def _by_scheme(references: Sequence[Path]) -> Mapping[str, Path]:
    """Folders of locked runs by the scheme they are of; what is wrong with one is told when it is read."""
    found: dict[str, Path] = {}
    for folder in references:
        run_file = folder / "run.json"
        try:
            run = json.loads(run_file.read_bytes())
        except (OSError, ValueError) as wrong:
            raise WrongUse(f"{folder} 不是运行结果的目录（读不了 run.json）。", f"{folder} is no folder of a run (run.json cannot be read).") from wrong
        scheme = run.get("scheme") if isinstance(run, dict) else None
        if isinstance(scheme, dict) and isinstance(scheme.get("id"), str):
            found[scheme["id"]] = folder
    return found
