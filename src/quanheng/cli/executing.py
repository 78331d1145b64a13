"""A scheme carried out on data: read the tables, bind them, compute."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quanheng.cli.language import say
from quanheng.cli.output import WrongUse
from quanheng.cli.progress import Steps

if TYPE_CHECKING:
    from quanheng.cli.loading import Loaded
    from quanheng.documents.tables.folder import Tables
    from quanheng.engine.run.model import Dataset, Results


@dataclass(frozen=True, slots=True)
class Bound:
    """The data of a run, checked, and what was left aside on the way."""

    tables: Tables
    dataset: Dataset


def bound(loaded: Loaded, data: Path, references: Sequence[Path], steps: Steps) -> Bound:
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

    return Bound(tables, bind(loaded.plan, tables.raw))


def computed(loaded: Loaded, dataset: Dataset, engine: str, steps: Steps) -> Results:
    """All results. Raises `InputRefused` when a guard of the scheme refuses the run."""
    steps.next(say("计算", "computing"))
    match engine:
        case "reference":
            from quanheng.engine.run.reference import run_reference

            return run_reference(loaded.plan, dataset)
        case "duckdb":
            from quanheng.engine.run.sql.duck import run_duckdb

            with run_duckdb(loaded.plan, dataset) as frames:
                return frames.results()
        case "spark":
            return _on_spark(loaded, dataset)
    raise AssertionError(engine)


def _on_spark(loaded: Loaded, dataset: Dataset) -> Results:
    try:
        from quanheng.engine.run.sql.spark import run_spark  # type: ignore[import-not-found]

        with run_spark(loaded.plan, dataset) as frames:
            results: Results = frames.results()
            return results
    except ImportError as wrong:
        raise WrongUse(
            "没有安装 Spark。",
            "Spark is not installed.",
            "安装 quanheng[spark] 和 Java 17，或者用 --engine duckdb。",
            "Install quanheng[spark] and Java 17, or use --engine duckdb.",
        ) from wrong


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
